"""Whether l and g are both invariant under z -> z + t(1, ..., 1), so that the pair lives on the quotient."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice

from symcheck.budget import Budget
from symcheck.conditions.agreement.agree import agreed_expansion
from symcheck.conditions.agreement.agreed import Agreed
from symcheck.conditions.agreement.checks import LARGEST_EXPLICIT
from symcheck.conditions.agreement.points import array_points
from symcheck.conditions.cases.witness_points import apart, nonzero_point, witness_at
from symcheck.conditions.curvature.hessian import Hessian
from symcheck.errors import FormulaError
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.field.signs.pieces import pieces
from symcheck.field.signs.sign import Kind
from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding, Trust
from symcheck.findings.step import Step
from symcheck.findings.verdict import Verdict, conjunction
from symcheck.findings.witness import Witness
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.readings.explicit.explicit import value_at
from symcheck.readings.weight import shift_weight
from symcheck.reason import Code, Reason, Undecided

STRICT = (Kind.POSITIVE, Kind.NEGATIVE)

_BOTH = "l and g are both shift-invariant"

MOST_POINTS = 4
"""A value that moves is looked for at so many points of a scope with arrays."""


def gauge_finding(
    loss: tuple[Formula, Scope, Agreed | None],
    regularizer: tuple[Formula, Scope, Agreed | None],
    hessian: Hessian | None = None,
) -> Finding:
    """Whether both formulas, each in its scope and with its expansion at 0, are shift-invariant for all z.

    ``hessian`` is that of g at 0.
    """
    parts = [_of_one(name, *given) for name, given in (("l", loss), ("g", regularizer))]
    # The reading of shifts sees z'Az by its operators alone; that A 1 = 0 it does not know.
    if hessian is not None and hessian.is_shift_invariant:
        step = Step("g(z + t 1) - g(z)", "0", "a polynomial of degree 2, with grad g(0)'1 = 0 and D^2 g(0) 1 = 0")
        parts[1] = Finding(Condition.SHIFT_INVARIANT, Verdict.PROVED, _BOTH, derivation=(step,))
    verdict = conjunction(p.verdict for p in parts)
    worst = next(p for p in parts if p.verdict is verdict)
    steps = tuple(step for p in parts for step in p.derivation)
    return Finding(Condition.SHIFT_INVARIANT, verdict, worst.detail, worst.trust, steps, worst.witness, worst.reason)


def moves_everywhere(*given: tuple[Formula, Scope, Agreed | None]) -> bool:
    """Whether the ``given`` formulas are at no point of their scopes shift-invariant all together.

    One of them has a derivative at 0 along (1, ..., 1) that vanishes nowhere.
    """
    return any(_moves_everywhere(*one) for one in given)


def _moves_everywhere(formula: Formula, scope: Scope, agreed: Agreed | None) -> bool:
    if formula.is_classwise:
        return False
    try:
        agreed = agreed or agreed_expansion(formula, scope, Budget())
    except (Undecided, FormulaError):
        return False
    return any(
        all(sign.kind in STRICT for run, sign in pieces(value) if run.common(scope.classes) is not None)
        for _, value in _along_ones("", agreed)
    )


def _of_one(name: str, formula: Formula, scope: Scope, agreed: Agreed | None) -> Finding:
    """PROVED by the shift reading for all z, REFUTED by a derivative at 0 along (1, ..., 1), or by a value."""
    condition = Condition.SHIFT_INVARIANT
    weight = shift_weight(formula, Field(scope) if agreed is None else agreed.field)
    if weight is not None and weight.is_zero:
        step = Step(f"{name}(z + t 1) - {name}(z)", "0", "shift weights of the operators, for all z and t")
        return Finding(condition, Verdict.PROVED, _BOTH, derivation=(step,))
    # What vanishes at 0 along (1, ..., 1) need not vanish elsewhere: derivatives at 0 refute and do not prove.
    witness = _slope_along_ones(name, agreed) or _value_that_moves(name, formula, scope)
    if witness is not None:
        return Finding(condition, Verdict.REFUTED, f"{name} is not shift-invariant", Trust.BALL, witness=witness)
    tried = "" if agreed is None else ", and its derivatives at 0 do not exclude it"
    reason = Reason(
        Code.SIGN_UNKNOWN,
        f"the form of {name} does not show that it is shift-invariant{tried}",
        f"write {name} with softmax, log_softmax, or differences of logits",
    )
    return Finding(condition, Verdict.UNDECIDED, reason.why, reason=reason)


def _slope_along_ones(name: str, agreed: Agreed | None) -> Witness | None:
    """A derivative at 0 along (1, ..., 1) that is not 0 for some run of the classes."""
    for what, value in () if agreed is None else _along_ones(name, agreed):
        for _, sign in pieces(value):
            point = nonzero_point(sign)
            if point is not None:
                return witness_at(value, point, what, "0")
    return None


def _along_ones(name: str, agreed: Agreed) -> Iterator[tuple[str, Element]]:
    """Derivatives at 0 that vanish if the formula is shift-invariant."""
    field, e = agreed.field, agreed.constants
    others = field.C - field.number(1)
    yield f"the derivative of {name} at 0 along (1, ..., 1)", e.g_y + others * e.g_k
    yield f"the second derivative of {name} at 0 by z_y and along (1, ..., 1)", e.h_yy + others * e.h_yk


def _value_that_moves(name: str, formula: Formula, scope: Scope) -> Witness | None:
    """A point z at which ``name`` differs from its value at z + (1, ..., 1), by balls."""
    classes = scope.classes.low
    if classes > LARGEST_EXPLICIT:
        return None
    zero = [Fraction(0)] * (classes - 1)
    for point in islice(array_points(formula, scope, classes), MOST_POINTS if formula.is_classwise else 1):
        here = formula.with_arrays(point.arrays)
        for first in (0, 1):
            z = [Fraction(first), *zero]
            try:
                before, after = (value_at(here, [x + t for x in z], point.values) for t in (0, 1))
            except Undecided:
                continue
            if not before.overlaps(after):
                shown, decimal, shown_before = apart(after, before)
                quantity = f"{name} at z = ({first + 1}, 1, ..., 1), label y = 1"
                expected = f"its value {shown_before} at z = ({first}, 0, ..., 0)"
                return point.witness(quantity, shown, expected, decimal)
    return None
