"""Smoothness at 0: proved by the form of the formula, refuted by one-sided derivatives that differ."""

from __future__ import annotations

from fractions import Fraction

from symcheck.calculus.agree import Agreed, sample_value
from symcheck.calculus.witness import DIGITS
from symcheck.derivation import Step
from symcheck.finding import Condition, Finding, Trust
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.readings.explicit import one_sided_slopes
from symcheck.reason import Reason, Undecided
from symcheck.verdict import Verdict
from symcheck.witness import Witness


def smooth_finding(condition: Condition, agreed: Agreed) -> Finding:
    """PROVED: every operator of the formula is analytic at the value that its argument has at z = 0."""
    steps = [
        Step(
            "value at 0", str(agreed.shown.value), "every log, root, quotient and power there is of a signed argument"
        ),
        Step("read with two classes alone", "equal to the general formula at C = 2", "canonical forms"),
    ]
    if agreed.explicit:
        numbers = ", ".join(map(str, agreed.explicit))
        steps.append(Step("power series in balls", f"no objection at C = {numbers}", "explicit reading"))
    if agreed.field.scope.classes.fixed is not None:
        del steps[1]
    detail = "analytic near z = 0, as a composition of functions that are analytic where they are taken"
    return Finding(condition, Verdict.PROVED, detail, derivation=tuple(steps))


def kink_finding(condition: Condition, formula: Formula, scope: Scope, reason: Reason) -> Finding:
    """REFUTED by a direction in which the one-sided derivatives differ; else UNDECIDED, as ``reason`` says."""
    witness = _kink_witness(formula, scope)
    if witness is None:
        return Finding(condition, Verdict.UNDECIDED, reason.why, reason=reason)
    return Finding(
        condition,
        Verdict.REFUTED,
        f"not differentiable at 0: {reason.why}, in {reason.where}",
        Trust.BALL,
        witness=witness,
    )


def _kink_witness(formula: Formula, scope: Scope) -> Witness | None:
    values = {p.name: sample_value(p.interval) for p in scope.parameters}
    low = scope.classes.low
    for classes in (c for c in (low, low + 1) if c in scope.classes and c <= 10):
        for name, direction in _directions(classes):
            try:
                right, left = one_sided_slopes(formula, classes, direction, values)
            except Undecided:
                continue
            if not right.overlaps(left):
                return Witness(
                    classes=classes,
                    quantity=f"derivative of t -> f(t {name}), label y = 1, at t = 0 from the right",
                    value=right.str(DIGITS, radius=False),
                    expected=f"the value {left.str(DIGITS, radius=False)} from the left",
                    decimal=right.str(DIGITS),
                    parameters=values,
                )
    return None


def _directions(classes: int) -> list[tuple[str, tuple[Fraction, ...]]]:
    """e_1 (the label's), e_2, e_1 - e_2 and (1, 2, ..., C)."""

    def unit(i: int) -> tuple[Fraction, ...]:
        return tuple(Fraction(int(j == i)) for j in range(classes))

    first, second = unit(0), unit(1)
    return [
        ("e_1", first),
        ("e_2", second),
        ("(e_1 - e_2)", tuple(a - b for a, b in zip(first, second, strict=True))),
        ("(1, 2, ..., C)", tuple(Fraction(j + 1) for j in range(classes))),
    ]
