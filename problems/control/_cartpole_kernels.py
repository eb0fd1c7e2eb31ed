"""CartPole: one step as Gymnasium's ``CartPole-v1`` takes it, operation by operation.

The state is float64: position and velocity of the cart, angle and velocity of the pole. The physics
are gravity, mass of the cart, mass of the pole, half the pole's length, and force (float64, SI
units).
"""

import math

from evograft.representations._jit import bare_kernel

SECONDS = 0.02
"""Length of a step."""

LARGEST_ANGLE = 12 * 2 * math.pi / 360
LARGEST_POSITION = 2.4
"""The episode ends beyond these, in radians and metres."""


@bare_kernel
def step(state, action, physics, observation):
    """Advance *state* under action 0 (left) or 1 (right); return the reward and whether it ends."""
    gravity, cart_mass, pole_mass, length, force = physics
    x, x_dot, theta, theta_dot = state
    total_mass = pole_mass + cart_mass
    mass_length = pole_mass * length
    push = force if action == 1 else -force
    cosine, sine = math.cos(theta), math.sin(theta)
    pull = (push + mass_length * (theta_dot * theta_dot) * sine) / total_mass
    theta_dot_dot = (gravity * sine - cosine * pull) / (
        length * (4.0 / 3.0 - pole_mass * (cosine * cosine) / total_mass)
    )
    x_dot_dot = pull - mass_length * theta_dot_dot * cosine / total_mass
    x = x + SECONDS * x_dot
    x_dot = x_dot + SECONDS * x_dot_dot
    theta = theta + SECONDS * theta_dot
    theta_dot = theta_dot + SECONDS * theta_dot_dot
    state[0], state[1], state[2], state[3] = x, x_dot, theta, theta_dot
    for i in range(4):
        observation[i] = state[i]
    ended = (
        x < -LARGEST_POSITION
        or x > LARGEST_POSITION
        or theta < -LARGEST_ANGLE
        or theta > LARGEST_ANGLE
    )
    return 1.0, ended
