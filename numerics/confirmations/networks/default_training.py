"""How networks are trained for a confirmation unless settings are given."""

from __future__ import annotations

from numerics.networks.optimisers import Adam
from numerics.networks.training import Training

STEPS = 3000
"""At most so many steps are taken; networks stop when the claim can be judged, mostly after some hundred."""
RESTART = 400


def default_training(steps: int = STEPS) -> Training:
    """At most ``steps`` steps of Adam on all samples, at a rate that falls and restarts."""
    return Training(optimiser=Adam(restart=RESTART), steps=steps)
