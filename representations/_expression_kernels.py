"""Postfix programs of arithmetic over the columns of a table, by a stack machine.

A program is *codes* (int32) beside *operands* (float64): the column of a variable, the value of a
number, and nothing for operators. Codes from ``FIRST_BINARY`` on take two values from the stack,
those from ``FIRST_UNARY`` on one.
"""

import numpy as np

from evograft.representations._jit import bare_kernel

VARIABLE, NUMBER = 0, 1
FIRST_UNARY = 2
NEGATE, SIN, COS, EXP, TANH, LOG, SQRT, LOG_OFFSET, LOG_KOZA, SQRT_ABSOLUTE = range(2, 12)
FIRST_BINARY = 12
ADD, SUBTRACT, MULTIPLY, POWER, DIVIDE, DIVIDE_OR_ONE = range(12, 18)


@bare_kernel
def run_programs(codes, operands, limits, columns, stack, out):
    """Fill *out* (n, n_samples) with what n programs give for *columns* (n_features, n_samples).

    Program i is ``codes[limits[i] : limits[i + 1]]``. *stack* (height, block) is scratch; samples
    are taken *block* at a time, so that it stays in the cache.
    """
    n_samples, block = columns.shape[1], stack.shape[1]
    for program in range(limits.size - 1):
        for start in range(0, n_samples, block):
            lanes = min(block, n_samples - start)
            top = -1
            for step in range(limits[program], limits[program + 1]):
                code = codes[step]
                if code < FIRST_UNARY:
                    top += 1
                    _push(code, operands[step], columns, start, lanes, stack, top)
                elif code < FIRST_BINARY:
                    _apply_unary(code, lanes, stack, top)
                else:
                    top -= 1
                    _apply_binary(code, lanes, stack, top)
            for i in range(lanes):
                out[program, start + i] = stack[0, i]


@bare_kernel
def _push(code, operand, columns, start, lanes, stack, top):
    if code == VARIABLE:
        column = np.int64(operand)
        for i in range(lanes):
            stack[top, i] = columns[column, start + i]
    else:
        for i in range(lanes):
            stack[top, i] = operand


@bare_kernel
def _apply_unary(code, lanes, stack, top):
    if code == NEGATE:
        for i in range(lanes):
            stack[top, i] = -stack[top, i]
    elif code == SIN:
        for i in range(lanes):
            stack[top, i] = np.sin(stack[top, i])
    elif code == COS:
        for i in range(lanes):
            stack[top, i] = np.cos(stack[top, i])
    elif code == EXP:
        for i in range(lanes):
            stack[top, i] = np.exp(stack[top, i])
    elif code == TANH:
        for i in range(lanes):
            stack[top, i] = np.tanh(stack[top, i])
    elif code == LOG:
        for i in range(lanes):
            stack[top, i] = np.log(stack[top, i])
    elif code == SQRT:
        for i in range(lanes):
            stack[top, i] = np.sqrt(stack[top, i])
    elif code == LOG_OFFSET:
        for i in range(lanes):
            stack[top, i] = np.log(1.0 + abs(stack[top, i]))
    elif code == LOG_KOZA:
        for i in range(lanes):
            x = stack[top, i]
            stack[top, i] = 0.0 if x == 0.0 else np.log(abs(x))
    else:
        for i in range(lanes):
            stack[top, i] = np.sqrt(abs(stack[top, i]))


@bare_kernel
def _apply_binary(code, lanes, stack, top):
    """Replace the value at *top* by what the operator makes of it and of the one above."""
    above = top + 1
    if code == ADD:
        for i in range(lanes):
            stack[top, i] += stack[above, i]
    elif code == SUBTRACT:
        for i in range(lanes):
            stack[top, i] -= stack[above, i]
    elif code == MULTIPLY:
        for i in range(lanes):
            stack[top, i] *= stack[above, i]
    elif code == POWER:
        for i in range(lanes):
            stack[top, i] = stack[top, i] ** stack[above, i]
    elif code == DIVIDE:
        for i in range(lanes):
            stack[top, i] /= stack[above, i]
    else:
        for i in range(lanes):
            divisor = stack[above, i]
            stack[top, i] = 1.0 if divisor == 0.0 else stack[top, i] / divisor
