"""Acrobot: one step as Gymnasium's ``Acrobot-v1`` takes it, operation by operation.

The dynamics are those of the book (Sutton & Barto), integrated by Runge-Kutta. The state is
float64: two joint angles and their velocities. The physics are the length of link 1, the two
masses, the two centres of mass, the moment of inertia of both links (float64, SI units), and the
number 2.0.

That last one is the exponent of Gymnasium's squares. They are calls of the C library's ``pow``,
which rounds about one square in a thousand differently from a product; an exponent that the
compiler knows would be turned into a product.
"""

import math

from evograft.representations._jit import bare_kernel

GRAVITY = 9.8
SECONDS = 0.2
"""Length of a step."""

LARGEST_VELOCITY_1, LARGEST_VELOCITY_2 = 4 * math.pi, 9 * math.pi


@bare_kernel
def step(state, action, physics, observation):
    """Advance *state* under the torque *action* - 1; return the reward and whether it ends."""
    length_1, mass_1, mass_2, centre_1, centre_2, inertia, two = physics
    squares = centre_1**two, length_1**two, centre_2**two
    constants = length_1, mass_1, mass_2, centre_1, centre_2, inertia, squares, two
    theta_1, theta_2, velocity_1, velocity_2 = _integrate(state, action - 1.0, constants)
    theta_1, theta_2 = _wrap(theta_1), _wrap(theta_2)
    velocity_1 = min(max(velocity_1, -LARGEST_VELOCITY_1), LARGEST_VELOCITY_1)
    velocity_2 = min(max(velocity_2, -LARGEST_VELOCITY_2), LARGEST_VELOCITY_2)
    state[0], state[1], state[2], state[3] = theta_1, theta_2, velocity_1, velocity_2
    cosine = math.cos(theta_1)
    observation[0], observation[1] = cosine, math.sin(theta_1)
    observation[2], observation[3] = math.cos(theta_2), math.sin(theta_2)
    observation[4], observation[5] = velocity_1, velocity_2
    ended = -cosine - math.cos(theta_2 + theta_1) > 1.0
    return (0.0 if ended else -1.0), ended


@bare_kernel
def _integrate(state, torque, constants):
    """State after a step, by one classical Runge-Kutta step of fourth order."""
    a, b, c, d = state
    half = SECONDS / 2.0
    a1, b1, c1, d1 = _derivative(a, b, c, d, torque, constants)
    a2, b2, c2, d2 = _derivative(
        a + half * a1, b + half * b1, c + half * c1, d + half * d1, torque, constants
    )
    a3, b3, c3, d3 = _derivative(
        a + half * a2, b + half * b2, c + half * c2, d + half * d2, torque, constants
    )
    a4, b4, c4, d4 = _derivative(
        a + SECONDS * a3, b + SECONDS * b3, c + SECONDS * c3, d + SECONDS * d3, torque, constants
    )
    sixth = SECONDS / 6.0
    return (
        a + sixth * (a1 + 2 * a2 + 2 * a3 + a4),
        b + sixth * (b1 + 2 * b2 + 2 * b3 + b4),
        c + sixth * (c1 + 2 * c2 + 2 * c3 + c4),
        d + sixth * (d1 + 2 * d2 + 2 * d3 + d4),
    )


@bare_kernel
def _derivative(theta_1, theta_2, velocity_1, velocity_2, torque, constants):
    """Rate of change of the four numbers of the state."""
    l1, m1, m2, lc1, lc2, inertia, squares, two = constants
    lc1_squared, l1_squared, lc2_squared = squares
    cosine, sine = math.cos(theta_2), math.sin(theta_2)
    d1 = (
        m1 * lc1_squared
        + m2 * (l1_squared + lc2_squared + 2 * l1 * lc2 * cosine)
        + inertia
        + inertia
    )
    d2 = m2 * (lc2_squared + l1 * lc2 * cosine) + inertia
    phi2 = m2 * lc2 * GRAVITY * math.cos(theta_1 + theta_2 - math.pi / 2.0)
    phi1 = (
        -m2 * l1 * lc2 * velocity_2**two * sine
        - 2 * m2 * l1 * lc2 * velocity_2 * velocity_1 * sine
        + (m1 * lc1 + m2 * l1) * GRAVITY * math.cos(theta_1 - math.pi / 2)
        + phi2
    )
    acceleration_2 = (torque + d2 / d1 * phi1 - m2 * l1 * lc2 * velocity_1**two * sine - phi2) / (
        m2 * lc2_squared + inertia - d2**two / d1
    )
    acceleration_1 = -(d2 * acceleration_2 + phi1) / d1
    return velocity_1, velocity_2, acceleration_1, acceleration_2


@bare_kernel
def _wrap(angle):
    """The same angle within [-pi, pi]."""
    turn = math.pi - -math.pi
    while angle > math.pi:
        angle = angle - turn
    while angle < -math.pi:
        angle = angle + turn
    return angle
