"""Exact robustness on cones: an odd part of degree 1, an even part and a penalty of one degree k > 1 (Theorem 1)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from symcheck.certificates.preferences.answer import PreferenceAnswer
from symcheck.certificates.preferences.asked import Asked
from symcheck.certificates.preferences.counterpoints import not_exact
from symcheck.certificates.preferences.existence import existence
from symcheck.certificates.preferences.gradient_at_reference import forms, is_free_of_drift
from symcheck.certificates.preferences.models import cones
from symcheck.conditions.detached import NOTHING_TO_MINIMISE
from symcheck.conditions.everywhere.homogeneous import Homogeneity, homogeneity, is_of_degree_one
from symcheck.conditions.remembered import remembered
from symcheck.findings.condition import Condition
from symcheck.findings.verdict import Verdict
from symcheck.reason import Code, Reason

NAME, RANK = "exact", 1

_IN_H = "the odd part is -c h, and the even part C_0 + q |h|^k with k > 1"
_IN_BOTH = (
    "up to constants, the odd part under the swap is of degree 1 in the scores, and the even part of a degree k > 1"
)
EVERY_WEIGHT = "Theorem 1"
"""The theorem about every weight of a penalty."""

_LINEAR = "the even part is constant: flips multiply the risk by 1 - 2 eps, up to a constant"
_PENALTY = ", that of the penalty as well"
_CONE = "the scores are a cone: with s also t s for every t > 0"


def question(asked: Asked) -> PreferenceAnswer:
    """Whether flips do nothing to minimisers but to scale them, at every rate eps < 1/2 and every weight."""
    statement = _IN_H if asked.preference.in_margin else _IN_BOTH
    return PreferenceAnswer(NAME, statement + ("" if asked.penalty is None else _PENALTY), cones(asked))


def settled(asked: Asked, blank: PreferenceAnswer) -> PreferenceAnswer:
    """A point refutes it, or canonical forms show it."""
    if asked.facts.detaches:
        return replace(blank, reason=NOTHING_TO_MINIMISE)
    witness = not_exact(asked)
    if witness is not None:
        return replace(blank, verdict=Verdict.REFUTED, detail="they are not of this form", witness=witness)
    found = remembered(homogeneity, asked.loss.formula, asked.certificate.scope.of(asked.loss.formula), asked.budget)
    k = _degree(asked, found)
    if k is None and not (asked.penalty is None and _is_odd_of_degree_one(asked)):
        why = Reason(Code.SIGN_UNKNOWN, "no one degree k was shown", "give values to parameters")
        if found.reason is not None and found.reason.code is not Code.SIGN_UNKNOWN:
            why = found.reason
        return replace(blank, detail="not shown", reason=why)
    detail = _LINEAR if k is None else f"{_scaled(k)}{_minimisers(asked, k)}"
    return replace(blank, verdict=Verdict.PROVED, detail=detail, assumptions=(_CONE,), degree=k)


def _degree(asked: Asked, found: Homogeneity) -> Fraction | None:
    """The one degree k that was shown, None where there is none."""
    if asked.penalty is None:
        return found.degree
    other = asked.facts.degree
    k = None if other is None else other.rational
    is_every_weight = any(t.name == EVERY_WEIGHT for t in asked.certificate.theorems)
    return (
        k
        if k is not None and k > 1 and (found.degree == k or is_every_weight or _is_odd_of_degree_one(asked))
        else None
    )


def _is_odd_of_degree_one(asked: Asked) -> bool:
    """Whether the even part is constant, and so of every degree, and the odd part of degree 1."""
    if asked.facts.shape.is_linear and all(map(is_free_of_drift, forms(asked))):
        return True
    if asked.facts.finding(Condition.LOSS_SYMMETRIC).verdict is not Verdict.PROVED:
        return False
    formula = asked.loss.formula
    return remembered(is_of_degree_one, formula, asked.certificate.scope.of(formula), asked.budget)


def _scaled(k: Fraction) -> str:
    exponent = 1 / (k - 1)
    power = "" if k == 2 else f"^{exponent}" if exponent.denominator == 1 else f"^({exponent})"
    return f"k = {k}: flips with a probability eps < 1/2 multiply the minimisers by (1 - 2 eps){power}"


def _minimisers(asked: Asked, k: Fraction) -> str:
    if asked.penalty is None:
        return f"; {existence(asked, k)}"
    return ", at every weight lambda for which there are minimisers"
