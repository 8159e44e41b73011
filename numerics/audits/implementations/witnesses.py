"""Points at which code and formula differ, and where all of them lie."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flint import arb

from numerics.audits.implementations.asked import Asked
from numerics.audits.implementations.compared import SURE, Compared
from numerics.audits.implementations.evidence import Evidence
from numerics.audits.implementations.implementation_audit import Witness
from symcheck.errors import SymcheckError
from symcheck.language.formula import Formula
from symcheck.readings.explicit.explicit import value_at
from symcheck.reason import Undecided

SATURATING = 25.0
"""Logits of this size, or that differ by as much, leave 1 - p a few digits in double precision, and soon none.

Torch's own binary cross entropy cuts p (1 - p) at 1e-12 in its backward, which logits of 27.6 reach.
"""


def value_witness(evidence: Evidence, *, is_equal: bool) -> Witness | None:
    """The first point at which values differ; if they are equal by canonical forms, one at which nothing saturates."""
    for c in evidence.compared:
        for place in (c.value_excess > SURE).nonzero().reshape(-1).tolist():
            point = c.code.points[place]
            if is_equal and _saturates(point.z):
                continue
            code, formula = float(c.code.values[place]), float(c.values[place])
            if _is_by_balls(evidence.asked, point.z, point.y, code, formula):
                return _at(c, place, "value", code, formula)
    return None


def gradient_witness(evidence: Evidence, *, is_equal: bool) -> Witness | None:
    """The first point at which gradients differ, or the code has none that is finite; of equal ones as for values."""
    for c in evidence.compared:
        for place in ((c.gradient_excess > SURE) | c.gradient_missing).nonzero().reshape(-1).tolist():
            point = c.code.points[place]
            if is_equal and _saturates(point.z):
                continue
            # Of what is not finite the first entry is told.
            entry = int((c.code.gradients[place] - c.gradients[place]).abs().nan_to_num(float("inf")).argmax())
            code, formula = float(c.code.gradients[place, entry]), float(c.gradients[place, entry])
            return _at(c, place, f"gradient with respect to z[{entry}]", code, formula)
    return None


def missing_witness(evidence: Evidence) -> Witness | None:
    """The first point near 0 at which the formula has a value, and the code none that is finite."""
    for c in evidence.compared:
        for place in (c.value_missing & ~c.code.values.isfinite()).nonzero().reshape(-1).tolist():
            return _at(c, place, "value", float(c.code.values[place]), float(c.values[place]))
    return None


def exact_witness(evidence: Evidence) -> Witness | None:
    """The first point at which balls of what was read in the code and of the formula do not meet."""
    if evidence.read is None:
        return None
    for c in evidence.compared:
        for place, point in enumerate(c.code.points):
            evidence.budget.check()
            one, two = _ball(evidence.read, point.z, point.y), _ball(evidence.asked.formula, point.z, point.y)
            if one is not None and two is not None and not one.overlaps(two):
                return _at(c, place, "value", float(one.mid()), float(two.mid()))
    return None


def where_they_differ(evidence: Evidence) -> str:
    """Which logits, labels or numbers of classes the points have at which the code differs; empty if all differ."""
    differ: list[tuple[int, int, float]] = []
    agree: list[tuple[int, int, float]] = []
    for c in evidence.compared:
        apart = (c.value_excess > SURE) | (c.gradient_excess > SURE) | c.gradient_missing
        for place, point in enumerate(c.code.points):
            if bool(c.value_known[place]):
                (differ if apart[place] else agree).append((c.code.classes, point.y, max(map(abs, point.z))))
    if not differ or not agree:
        return ""
    labels, numbers = {y for _, y, _ in differ}, {n for n, _, _ in differ}
    others, rest = {y for _, y, _ in agree} - labels, {n for n, _, _ in agree} - numbers
    least = min(size for _, _, size in differ)
    if 4 * sum(size < least for _, _, size in agree) >= len(agree) + len(differ):
        return f", among the points compared only where a logit is {least:g} or more in size"
    if len(labels) <= len(others):
        return f", among the points compared only where y is {' or '.join(map(str, sorted(labels)))}"
    if rest and max(rest) < min(numbers):
        return f", among the points compared only where C is {min(numbers)} or more"
    return f", at {len(differ)} of the {len(differ) + len(agree)} points compared"


def _saturates(z: Sequence[float]) -> bool:
    return max(*map(abs, z), max(z) - min(z)) > SATURATING


def _at(compared: Compared, place: int, quantity: str, code: float, formula: float) -> Witness:
    point = compared.code.points[place]
    return Witness(z=point.z, y=point.y, classes=compared.code.classes, quantity=quantity, code=code, formula=formula)


def _is_by_balls(asked: Asked, z: Sequence[float], y: int, code: float, formula: float) -> bool:
    """Whether the formula is not what the code returns there, also in exact arithmetic, where that knows a value."""
    ball = _ball(asked.formula, z, y)
    if ball is None:
        return True
    exact = float(ball.mid())
    return abs(exact - code) > abs(exact - formula)


def _ball(formula: Formula, z: Sequence[float], y: int) -> arb | None:
    try:
        known = formula.with_arrays({a.name: a.at_default(len(z)) for a in formula.arrays})
        return value_at(known, [Fraction(str(v)) for v in z], {}, y=y + 1)
    except (Undecided, SymcheckError):
        return None
