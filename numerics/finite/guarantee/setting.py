"""From a certificate and samples to the problem that is tested: the space of scores, the bounds, and the gradients."""

from __future__ import annotations

import numpy as np

from numerics.finite.guarantee.bounds import Bounds
from numerics.finite.guarantee.family import ScoreSpace
from numerics.finite.guarantee.gap_slopes import GapSlopes
from numerics.finite.guarantee.gap_table import KINKED, GapTable
from numerics.finite.guarantee.known import bounds_of, is_quadratic
from numerics.finite.guarantee.problem import Problem
from numerics.finite.guarantee.slopes import CrossEntropySlopes, ReadSlopes, Slopes
from numerics.finite.samples import Samples
from numerics.formulas.pair import Pair
from numerics.models.linear import Outputs
from symcheck.intake.catalogue import regularizer_named
from symcheck.readings.gap.of_gap import function_of_gap

CROSS_ENTROPY = frozenset({"softplus(z[y])", "-log_sigmoid(-z[y])"})
"""What cross-entropy is as a function of the gap."""


def problem_of(pair: Pair, samples: Samples, *, reference: bool) -> Problem:
    """The problem of ``pair`` on ``samples``; with a ``reference`` class the scores of the last one are 0."""
    kind = Outputs.REFERENCE if reference else Outputs.CENTRED if pair.certificate.quotient else Outputs.FULL
    space = ScoreSpace(samples.span, samples.classes, kind)
    quadratic = is_quadratic(pair)
    bounds: Bounds = bounds_of(pair, kind, len(samples))
    isotropic = pair.certificate.regularizer.formula == regularizer_named("l2").recorded
    return Problem(space, samples.labels, pair.objective, bounds, slopes_of(pair), quadratic, isotropic)


def slopes_of(pair: Pair) -> Slopes:
    """The gradients of the loss of ``pair``, with bounds on rounding where it is a smooth function of the gap."""
    read = ReadSlopes(pair.objective, pair.classes)
    found = function_of_gap(pair.certificate.loss.formula, classes=pair.classes, parameters=pair.numbers)
    if found is None or any(node.op in KINKED for node in found.phi.nodes):
        return read
    if found.scale == 1 and str(found.phi) in CROSS_ENTROPY:
        return CrossEntropySlopes(pair.classes)
    return GapSlopes(GapTable(found.phi), float(found.scale), pair.classes, read)


def least_curvature(problem: Problem) -> float:
    """The least eigenvalue of D^2 g(0) on the scores of the family."""
    return float(np.linalg.eigvalsh(problem.form)[0])
