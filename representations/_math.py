"""float32 exponential, logarithm and their kin, which the compiler can vectorise.

The libm functions are called once per number; these polynomials run on whole vector registers,
about ten times as fast, with a relative error below 2e-7 (exponential) and an error below 1e-7
of the larger of 1 and the logarithm. Coefficients and range reduction are those of the Cephes
library (Moshier 1992, ``expf``, ``logf``, ``tanhf``, ``sinf`` and ``cosf``). Every operation is
plain IEEE arithmetic in the written order, so results are the same on every machine.
"""

import numpy as np

from evograft.representations._jit import kernel

f32 = np.float32

_LOG2E = f32(1.44269504088896341)
_LN2_HIGH, _LN2_LOW = f32(0.693359375), f32(-2.12194440e-4)
_EXP = tuple(f32(c) for c in (1.9875691500e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2))
_EXP_TAIL = (f32(1.6666665459e-1), f32(5.0000001201e-1))
_LOG = tuple(
    f32(c)
    for c in (
        7.0376836292e-2,
        -1.1514610310e-1,
        1.1676998740e-1,
        -1.2420140846e-1,
        1.4249322787e-1,
        -1.6668057665e-1,
        2.0000714765e-1,
        -2.4999993993e-1,
        3.3333331174e-1,
    )
)
_TANH = tuple(
    f32(c)
    for c in (
        -5.70498872745e-3,
        2.06390887954e-2,
        -5.37397155531e-2,
        1.33314422036e-1,
        -3.33332819422e-1,
    )
)
_SIN = (f32(-1.9515295891e-4), f32(8.3321608736e-3), f32(-1.6666654611e-1))
_COS = (f32(2.443315711809948e-5), f32(-1.388731625493765e-3), f32(4.166664568298827e-2))
_QUARTER = f32(1.5707963267948966)
_ONE, _TWO, _HALF = f32(1.0), f32(2.0), f32(0.5)
_EXPONENT, _BIAS = np.int32(23), np.int32(127)


@kernel
def exp(x):
    """e**x for a float32 *x*, clamped to [-87, 88]; NaN stays NaN."""
    x = min(max(x, f32(-87.0)), f32(88.0))
    n = np.floor(x * _LOG2E + _HALF)
    r = x - n * _LN2_HIGH
    r = r - n * _LN2_LOW
    p = _EXP[0]
    p = p * r + _EXP[1]
    p = p * r + _EXP[2]
    p = p * r + _EXP[3]
    p = p * r + _EXP_TAIL[0]
    p = p * r + _EXP_TAIL[1]
    y = p * (r * r) + r + _ONE
    return y * np.int32((np.int32(n) + _BIAS) << _EXPONENT).view(np.float32)


@kernel
def log(x):
    """Natural logarithm of a positive, normal float32 *x*."""
    bits = f32(x).view(np.int32)
    e = (bits >> _EXPONENT) - np.int32(126)
    m = np.int32((bits & np.int32(0x007FFFFF)) | np.int32(0x3F000000)).view(np.float32)
    small = m < f32(0.707106781186547524)
    exponent = f32(e - np.int32(small))
    m = (m + m if small else m) - _ONE
    z = m * m
    p = _LOG[0]
    p = p * m + _LOG[1]
    p = p * m + _LOG[2]
    p = p * m + _LOG[3]
    p = p * m + _LOG[4]
    p = p * m + _LOG[5]
    p = p * m + _LOG[6]
    p = p * m + _LOG[7]
    p = p * m + _LOG[8]
    y = m * (z * p)
    y = y + exponent * _LN2_LOW
    y = y - _HALF * z
    return (m + y) + exponent * _LN2_HIGH


@kernel
def sigmoid(x):
    """1 / (1 + e**-x) for a float32 *x*."""
    return _ONE / (_ONE + exp(-x))


@kernel
def tanh(x):
    """Hyperbolic tangent of a float32 *x*, to 2 units in the last place; NaN stays NaN.

    The small arguments have a polynomial of their own, so that the error is relative to the
    result down to the smallest of them. Both ways are computed and one is taken: a loop over
    many numbers then has no branch.
    """
    size = abs(x)
    z = x * x
    p = _TANH[0]
    p = p * z + _TANH[1]
    p = p * z + _TANH[2]
    p = p * z + _TANH[3]
    p = p * z + _TANH[4]
    small = p * z * x + x
    large = _ONE - _TWO / (exp(size + size) + _ONE)
    signed = -large if x < f32(0.0) else large
    return small if size < f32(0.625) else signed


@kernel
def cos_sin(turn):
    """Cosine and sine of a float32 *turn*, from -1 to 1 of a whole turn."""
    quarters = turn * f32(4.0)
    whole = np.floor(quarters + _HALF)
    x = (quarters - whole) * _QUARTER
    z = x * x
    sine = ((_SIN[0] * z + _SIN[1]) * z + _SIN[2]) * z * x + x
    cosine = ((_COS[0] * z + _COS[1]) * z + _COS[2]) * (z * z) - _HALF * z + _ONE
    quadrant = np.int32(whole) & np.int32(3)
    odd = (quadrant & np.int32(1)) != np.int32(0)
    c, s = (sine, cosine) if odd else (cosine, sine)
    c = -c if quadrant == np.int32(1) or quadrant == np.int32(2) else c
    s = -s if quadrant >= np.int32(2) else s
    return c, s
