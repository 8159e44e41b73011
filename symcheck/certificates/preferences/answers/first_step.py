"""The first plain gradient step at the reference: kappa/b times that of DPO with the strength b (THEORY 17)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from symcheck.certificates.preferences.answer import PreferenceAnswer
from symcheck.certificates.preferences.asked import Asked
from symcheck.certificates.preferences.gradient_at_reference import forms, is_free_of_drift, kinds_of_kappa
from symcheck.certificates.preferences.models import at_the_reference
from symcheck.conditions.cases.split import Reports
from symcheck.conditions.cases.witness_points import decimals, shown_value
from symcheck.field.ball import Point
from symcheck.field.signs.sign import Kind
from symcheck.findings.condition import Condition
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.findings.witness import Witness
from symcheck.language.scope import FEWEST
from symcheck.reason import Code, Reason

NAME, RANK = "first-step", 3

BITS = 128

_FIRST_ORDER = "to first order in its length"
_PLAIN = "of plain gradient descent, not of Adam, on the loss without a penalty"


def question(asked: Asked) -> PreferenceAnswer | None:
    """Whether the first step is a multiple of DPO's, of which kappa says which; None where no run starts there."""
    statement = "the first step at the reference is kappa/b times that of DPO with beta = b"
    return PreferenceAnswer(NAME, statement, at_the_reference(asked), decides=False) if asked.starts_there else None


def settled(asked: Asked, blank: PreferenceAnswer) -> PreferenceAnswer:
    """It is one where the two scores have no drift in common."""
    found = forms(asked)
    if all(map(is_free_of_drift, found)):
        detail = f"{_direction(asked)}; it is that {_PLAIN}"
        return replace(blank, verdict=Verdict.PROVED, detail=detail)
    kinked = Reports(tuple((p, r) for p, r in asked.material.loss.parts if r.tier is Tier.NONDIFF))
    if kinked.pairs:
        witness = kinked.together(lambda r: r.gradient).witness
        return replace(blank, verdict=Verdict.REFUTED, detail=_NO_GRADIENT, witness=witness)
    if any(form is not None and form.sign(form.c).kind in _NOT_ZERO for form in found):
        return replace(blank, verdict=Verdict.REFUTED, detail=_DRIFT, witness=_drift(asked))
    reason = asked.facts.finding(Condition.LOSS_GRADIENT).reason or _OPEN
    return replace(blank, detail="not shown", reason=reason)


def _drift(asked: Asked) -> Witness | None:
    """A point at which the two slopes do not add up to 0."""
    for point in asked.points():
        for form in forms(asked):
            if form is None or not all(p.name in point.values for p in form.field.scope.parameters):
                continue
            if all(point.values[p.name] in p.interval for p in form.field.scope.parameters):
                both = form.c + form.c
                if Point(form.field, {**point.values, "C": FEWEST}).sign(both) is not None:
                    value, decimal = shown_value(both, {**point.values, "C": Fraction(FEWEST)})
                    return point.witness("d f/d chosen + d f/d rejected at (0, 0)", value, "0", decimal)
    return None


_NO_GRADIENT = "the loss has no gradient where both scores are 0, at least somewhere"
_DRIFT = "the two scores have a drift in common, along which DPO does not move"
_OPEN = Reason(Code.SIGN_UNKNOWN, "the gradient where both scores are 0 is open", "give values to parameters")
_NOT_ZERO = (Kind.POSITIVE, Kind.NEGATIVE, Kind.MIXED)


def _direction(asked: Asked) -> str:
    """What the step does to the mean margin of the batch, with the labels that the batch has."""
    kinds = kinds_of_kappa(asked)
    if kinds == {Kind.POSITIVE}:
        return f"kappa > 0: it raises the mean margin of its batch, {_FIRST_ORDER}"
    if kinds == {Kind.NEGATIVE}:
        lowers = f"lowers the mean margin of its batch, {_FIRST_ORDER}"
        return f"kappa < 0{_number(asked)}: it points the other way, and {lowers}"
    if kinds == {Kind.ZERO}:
        return "kappa = 0: there is no first step"
    return f"it raises the mean margin of its batch where kappa > 0, and lowers it where kappa < 0, {_FIRST_ORDER}"


def _number(asked: Asked) -> str:
    """kappa as a decimal at simple values of the parameters."""
    form, point = forms(asked)[0], next(asked.points(), None)
    if form is None or point is None:
        return ""
    number, _ = decimals(form.kappa.ball(point.values, BITS))
    where = ", ".join(f"{n} = {v}" for n, v in sorted(point.values.items()))
    return f", {number}" + (f" at {where}" if where else "")
