"""How convex an objective at one lambda is, as far as it is shown: without that there may be several minimisers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import inf, sqrt

import torch

from numerics.errors import FiniteError
from numerics.formulas.pair import Pair
from symcheck.conditions.constants.loss_constants import LossConstants, loss_constants
from symcheck.conditions.constants.strong_convexity import On, strong_convexity
from symcheck.language.formula import Formula


@dataclass(frozen=True)
class Convexity:
    """sum_j l(z_j, q_j) + lambda g(z_j) - ``strength``/2 ||Z||^2 is convex where ||z_j|| <= ``reach`` for every j."""

    strength: float
    reach: float


def convexity_of(pair: Pair, lambda_: float, samples: int) -> Convexity:
    """That of the ``pair`` at ``lambda_``: strength = lambda s - mu, for any labels of the ``samples`` n.

    g - s/2 ||z||^2 is convex, and so is l(., y) + mu/2 ||z||^2 for every y, where ||z|| <= reach (THEORY 12).  Raises
    ``FiniteError`` if either is not known, lambda s <= mu, or a minimiser may lie beyond the reach.
    """
    objective, numbers = pair.objective, dict(pair.numbers)
    found = loss_constants(objective.loss, classes=pair.classes, parameters=_of(objective.loss, numbers))
    if found.kind == "none":
        raise FiniteError(
            f"cert: {pair.name} is not known to have one minimiser at any lambda: {found.why}; accepted are losses "
            "that are convex or functions of the gap between label and rest, or leave cert and lambda_ out, for the "
            "forecast at large lambda"
        )
    penalty, on = objective.regularizer, On.QUOTIENT if pair.certificate.quotient else On.SPACE
    s = strong_convexity(penalty, classes=pair.classes, parameters=_of(penalty, numbers), on=on)
    if s is None:
        raise FiniteError(
            f"cert: the penalty of {pair.name} is not shown to be strongly convex, so that there may be several "
            "minimisers; accepted are penalties such as l2, or leave cert and lambda_ out, for large lambda"
        )
    if not lambda_ * s > found.mu:
        raise FiniteError(
            f"lambda_: got {lambda_:g}; accepted are lambda > {found.mu / s:.4g}, from which on {pair.name} is shown "
            "to have one minimiser; below that a fit may end in several, and where is not forecast: choose a larger one"
        )
    if found.reach < inf and not _widest(pair, found, lambda_ * s, samples) <= found.reach:
        raise FiniteError(
            f"lambda_: got {lambda_:g}, with which outputs may be larger than {found.reach:.3g}, up to where the "
            f"curvature of {pair.name} is known; choose a larger one"
        )
    return Convexity(lambda_ * s - found.mu, found.reach)


def _widest(pair: Pair, loss: LossConstants, weight: float, samples: int) -> float:
    """A bound on ||z_j|| at every minimiser: lambda s/2 ||Z||^2 <= n (l(0) - inf l), since Z = 0 is no better."""
    if loss.lower is None:
        return inf
    every = torch.eye(pair.classes, dtype=torch.float64)
    at_zero = float(pair.objective.losses(torch.zeros_like(every), every).max())
    return sqrt(2 * samples * max(0.0, at_zero - loss.lower) / weight) * (1 + 1e-9)


def _of(formula: Formula, numbers: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """The values of the parameters of ``formula``."""
    return {p.name: numbers[p.name] for p in formula.parameters}
