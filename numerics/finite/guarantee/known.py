"""The bounds of a pair at one C, from the constants that are derived of its formulas."""

from __future__ import annotations

import math
from functools import partial

import torch

from numerics.finite.guarantee.bounds import Bending, Bounds
from numerics.formulas.batch import values_by_label
from numerics.formulas.pair import Pair
from numerics.models.linear import Outputs
from symcheck.conditions.constants.curvature_bounds import CurvatureBounds, curvature_bounds
from symcheck.conditions.constants.loss_constants import LossConstants, loss_constants
from symcheck.conditions.constants.strong_convexity import On, strong_convexity
from symcheck.findings.condition import Condition
from symcheck.findings.verdict import Verdict

ON = {Outputs.FULL: On.SPACE, Outputs.CENTRED: On.QUOTIENT, Outputs.REFERENCE: On.REFERENCE}


def is_quadratic(pair: Pair) -> bool:
    """Whether g is z'Hz/2: homogeneous of degree 2, and twice continuously differentiable at 0."""
    smooth = pair.certificate.finding(Condition.REGULARIZER_SMOOTH)
    return pair.certificate.degree == 2 and smooth is not None and smooth.verdict is Verdict.PROVED


def bounds_of(pair: Pair, kind: Outputs, samples: int) -> Bounds:
    """What is known of ``pair`` for scores of ``kind`` on so many samples, or ``Bounds.none`` with the reason."""
    loss, regularizer = pair.certificate.loss.formula, pair.certificate.regularizer.formula
    known = loss_constants(loss, classes=pair.classes, parameters=pair.numbers)
    if known.kind == "none" or not math.isfinite(known.mu):
        return Bounds.none(known.why)
    strong = strong_convexity(regularizer, classes=pair.classes, parameters=pair.numbers, on=ON[kind])
    if strong is None:
        return Bounds.none("the regularizer is not shown to be strongly convex, so no lambda makes the objective so")
    bending = partial(_bending, pair, known, quadratic=is_quadratic(pair))
    if math.isinf(known.reach):
        return Bounds(known.mu, strong, bending, why=known.why)
    if known.lower is None:
        return Bounds.none(f"{known.why}; beyond ||z|| = {known.reach:.3g} nothing is known of its curvature")
    # J(Z) <= J(0) gives lambda s/2 ||Z||_F^2 <= sum_j (l(0, q_j) - inf l)
    zero = torch.zeros(pair.classes, dtype=torch.float64)
    numbers = {n: float(v) for n, v in pair.numbers.items()}
    fall = float(values_by_label(loss, zero, numbers).max()) - known.lower
    least = 2 * samples * fall / (strong * known.reach**2) * (1 + 1e-9)
    return Bounds(known.mu, strong, bending, known.reach, least, why=known.why)


def bounds_in_ball(pair: Pair, curvature: float, radius: float) -> Bounds:
    """What is known of ``pair`` on ||z|| <= ``radius`` (Theorem B), with ``curvature`` the least one of g at 0."""
    found = _in_ball(pair, radius)
    if not isinstance(found, CurvatureBounds):
        return Bounds.none(f"no bound of its derivatives on ||z|| <= {radius:.3g} is known: {found}")
    penalty = 0.0 if is_quadratic(pair) else found.penalty
    strong = curvature * (1 - 1e-12) - penalty * radius
    loss = pair.certificate.loss.formula
    known = loss_constants(loss, classes=pair.classes, parameters=pair.numbers)
    mu = min(found.loss, known.mu) if known.reach >= radius else found.loss
    why = f"on ||z|| <= {radius:.3g} l + mu/2 ||z||^2 is convex with mu = {mu:.4g}"

    def bending(inner: float) -> Bending | None:
        return Bending(found.third, penalty) if inner <= radius else None

    if not strong > 0:
        return Bounds.none(f"the regularizer is not shown to be strongly convex on ||z|| <= {radius:.3g}")
    return Bounds(mu, strong, bending, radius, is_global=False, why=why)


def _bending(pair: Pair, known: LossConstants, radius: float, *, quadratic: bool) -> Bending | None:
    """Bounds of the third derivatives on a ball: those that hold everywhere, else those of a ball a little larger."""
    if known.third is not None and quadratic:
        return Bending(known.third)
    if not math.isfinite(radius):
        return None
    found = _in_ball(pair, 2.0 ** (math.ceil(2 * math.log2(radius)) / 2) * (1 + 1e-12) if radius > 0 else 1.0)
    if not isinstance(found, CurvatureBounds):
        return None
    third = found.third if known.third is None else min(known.third, found.third)
    return Bending(third, 0.0 if quadratic else found.penalty)


def _in_ball(pair: Pair, radius: float) -> CurvatureBounds | object:
    certificate = pair.certificate
    return curvature_bounds(
        certificate.loss.formula, certificate.regularizer.formula, classes=pair.classes,
        parameters=pair.numbers, radius=radius,
    )  # fmt: skip
