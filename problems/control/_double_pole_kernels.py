"""Two poles on a cart: one action, held for two Runge-Kutta steps.

The state is float64: position and velocity of the cart, angle and velocity of the long pole, then
of the short one. A state that is longer also keeps a record: the number of steps so far, and the
`movement` after the last `RECENT` of them, as a ring. The physics are gravity, mass of the cart,
masses of the poles, half their lengths, friction of the cart on the track and of the hinges, and
the largest force (float64, SI units).
"""

import math

from evograft.representations._jit import bare_kernel

SECONDS = 0.01
"""Length of a Runge-Kutta step."""

HALF_TRACK = 2.4
LARGEST_ANGLE = 36 * math.pi / 180
"""The episode ends beyond these, in metres and radians; they are 1 in an observation."""

NOMINAL_SPEED = 2.0
"""What is 1 in an observation of velocities, in m/s and rad/s."""

N_VARIABLES = 6
RECENT = 100


@bare_kernel
def step(state, output, physics, observation):
    """Advance *state* by 0.02 s; return 1.0 if all is balanced still, and whether it ends.

    The force is the largest one times 2 sigmoid(*output*) - 1.
    """
    push = physics[8] * math.tanh(output / 2.0)
    variables = state[0], state[1], state[2], state[3], state[4], state[5]
    for _ in range(2):
        variables = _integrate(variables, push, physics)
    for i in range(N_VARIABLES):
        state[i] = variables[i]
    observe(state, observation)
    x, _, angle_1, _, angle_2, _ = variables
    # Comparisons with NaN fail: what is no number is not balanced.
    balanced = (
        abs(x) <= HALF_TRACK and abs(angle_1) <= LARGEST_ANGLE and abs(angle_2) <= LARGEST_ANGLE
    )
    if balanced and state.size > N_VARIABLES:
        _record(state)
    return (1.0 if balanced else 0.0), not balanced


@bare_kernel
def observe(state, observation):
    """Write the six numbers of *state* to *observation*, or its three positions if that has 3."""
    apart = N_VARIABLES // observation.size
    for i in range(observation.size):
        place = i * apart
        scale = LARGEST_ANGLE if place >= 2 else HALF_TRACK
        if place % 2 == 1:
            scale = NOMINAL_SPEED
        observation[i] = state[place] / scale


@bare_kernel
def _record(state):
    """Count the step, and keep how much the cart and the long pole move."""
    movement = abs(state[0]) + abs(state[1]) + abs(state[2]) + abs(state[3])
    state[N_VARIABLES + 1 + int(state[N_VARIABLES]) % RECENT] = movement
    state[N_VARIABLES] += 1.0


@bare_kernel
def _integrate(start, push, physics):
    """The six variables after one classical Runge-Kutta step of fourth order."""
    half = SECONDS / 2.0
    a = _rate(start, push, physics)
    b = _rate(_moved(start, half, a), push, physics)
    c = _rate(_moved(start, half, b), push, physics)
    d = _rate(_moved(start, SECONDS, c), push, physics)
    total = (
        a[0] + 2.0 * b[0] + 2.0 * c[0] + d[0],
        a[1] + 2.0 * b[1] + 2.0 * c[1] + d[1],
        a[2] + 2.0 * b[2] + 2.0 * c[2] + d[2],
        a[3] + 2.0 * b[3] + 2.0 * c[3] + d[3],
        a[4] + 2.0 * b[4] + 2.0 * c[4] + d[4],
        a[5] + 2.0 * b[5] + 2.0 * c[5] + d[5],
    )
    return _moved(start, SECONDS / 6.0, total)


@bare_kernel
def _moved(start, seconds, rate):
    """The variables after *seconds* of change at *rate*."""
    return (
        start[0] + seconds * rate[0],
        start[1] + seconds * rate[1],
        start[2] + seconds * rate[2],
        start[3] + seconds * rate[3],
        start[4] + seconds * rate[4],
        start[5] + seconds * rate[5],
    )


@bare_kernel
def _rate(variables, push, physics):
    """Rate of change of the six variables (Wieland 1991)."""
    gravity, cart, mass_1, mass_2, half_1, half_2, track, hinge, _ = physics
    _, x_dot, angle_1, speed_1, angle_2, speed_2 = variables
    force_1, inert_1, pull_1, cosine_1 = _pole(angle_1, speed_1, mass_1, half_1, gravity, hinge)
    force_2, inert_2, pull_2, cosine_2 = _pole(angle_2, speed_2, mass_2, half_2, gravity, hinge)
    slowing = track if x_dot > 0.0 else (-track if x_dot < 0.0 else 0.0)
    x_dot_dot = (push - slowing + force_1 + force_2) / (cart + inert_1 + inert_2)
    turning_1 = -0.75 / half_1 * (x_dot_dot * cosine_1 + pull_1)
    turning_2 = -0.75 / half_2 * (x_dot_dot * cosine_2 + pull_2)
    return x_dot, x_dot_dot, speed_1, turning_1, speed_2, turning_2


@bare_kernel
def _pole(angle, speed, mass, half, gravity, hinge):
    """A pole's force on the cart, the mass that it adds, its own pull, and its angle's cosine."""
    cosine, sine = math.cos(angle), math.sin(angle)
    pull = gravity * sine + hinge * speed / (mass * half)
    force = mass * half * speed * speed * sine + 0.75 * mass * cosine * pull
    return force, mass * (1.0 - 0.75 * cosine * cosine), pull, cosine
