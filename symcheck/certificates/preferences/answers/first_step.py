"""The first plain gradient step at the reference: kappa/b times that of DPO with the strength b (THEORY 17)."""

from __future__ import annotations

from symcheck.certificates.preferences.answer import PreferenceAnswer
from symcheck.certificates.preferences.asked import Asked
from symcheck.certificates.preferences.gradient_at_reference import forms, is_free_of_drift, kinds_of_kappa
from symcheck.certificates.preferences.models import at_the_reference
from symcheck.conditions.cases.witness_points import decimals
from symcheck.field.signs.sign import Kind
from symcheck.findings.condition import Condition
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.reason import Code, Reason

NAME, RANK = "first-step", 3

BITS = 128

_PLAIN = "of plain gradient descent, not of Adam, on the loss without a penalty"


def answer(asked: Asked) -> PreferenceAnswer | None:
    """Whether the first step is a multiple of DPO's, of which kappa says which; None where no run starts there."""
    if not asked.starts_there:
        return None
    statement = "the first step at the reference is kappa/b times that of DPO with beta = b"
    about, found = at_the_reference(asked), forms(asked)

    def made(verdict: Verdict, detail: str, **why: object) -> PreferenceAnswer:
        return PreferenceAnswer(NAME, statement, verdict, about, detail, decides=False, **why)  # type: ignore[arg-type]

    if asked.certificate.problem.unread is not None:
        return made(Verdict.UNDECIDED, "not derived", reason=asked.certificate.problem.unread)
    if all(map(is_free_of_drift, found)):
        return made(Verdict.PROVED, f"{_direction(asked)}, to first order in its length; it is that {_PLAIN}")
    gradient = asked.facts.finding(Condition.LOSS_GRADIENT)
    if asked.material.loss.tier is Tier.NONDIFF:
        detail = "the loss has no gradient where both scores are 0, somewhere in the scope"
        return made(Verdict.REFUTED, detail, witness=gradient.witness, reason=gradient.reason)
    has_drift = any(form is not None and form.sign(form.c).kind in _NOT_ZERO for form in found)
    if has_drift:
        detail = "the two scores have a drift in common, along which DPO does not move"
        return made(Verdict.REFUTED, detail, witness=gradient.witness)
    open_ = Reason(Code.SIGN_UNKNOWN, "the gradient where both scores are 0 is open", "give values to parameters")
    return made(Verdict.UNDECIDED, "not shown", reason=gradient.reason or open_)


_NOT_ZERO = (Kind.POSITIVE, Kind.NEGATIVE, Kind.MIXED)


def _direction(asked: Asked) -> str:
    """What the step does to the mean margin of the batch, with the labels that the batch has."""
    kinds = kinds_of_kappa(asked)
    if kinds == {Kind.POSITIVE}:
        return "kappa > 0: it raises the mean margin of its batch"
    if kinds == {Kind.NEGATIVE}:
        return f"kappa < 0{_number(asked)}: it points the other way, and lowers the mean margin of its batch"
    if kinds == {Kind.ZERO}:
        return "kappa = 0: there is no first step"
    return "it raises the mean margin of its batch where kappa > 0, and lowers it where kappa < 0"


def _number(asked: Asked) -> str:
    """kappa as a decimal at simple values of the parameters."""
    form, point = forms(asked)[0], next(asked.points(), None)
    if form is None or point is None:
        return ""
    number, _ = decimals(form.kappa.ball(point.values, BITS))
    where = ", ".join(f"{n} = {v}" for n, v in sorted(point.values.items()))
    return f", {number}" + (f" at {where}" if where else "")
