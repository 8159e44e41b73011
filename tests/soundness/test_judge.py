"""The comparisons: certificates with one false statement put in, each of which has to be found."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
import sympy

from benchmarks.soundness.judge import findings, headline, narrower, rows, told
from benchmarks.soundness.judge.evidence import Evidence, Truths
from benchmarks.soundness.judge.points import Marks, is_whole, points_of
from benchmarks.soundness.pair import Pair
from benchmarks.soundness.trial import Wrong
from symcheck.certificates.certificate import Certificate, Origin
from symcheck.certificates.certify import certify
from symcheck.findings.case import Case
from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.findings.witness import Witness
from symcheck.language.formula import Formula, symbols
from symcheck.language.functions import logsumexp, maximum, mean, softmax, sqrt, total
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes, Scope

Z, Y = symbols()
CE: Any = logsumexp(Z) - Z[Y]
L2: Any = total(Z**2) / 2
Q = Parameter("q", above=0, at_most=1)
GCE: Any = (1 - softmax(Z)[Y] ** Q) / Q


def evidence_of(loss: Any, regularizer: Any = L2, classes: Any = None, change: Any = None) -> Evidence:
    """The evidence on the certificate of these terms, after ``change``."""
    formula, penalty = Formula.of(loss), Formula.of(regularizer)
    certificate = certify(formula, penalty, classes=classes)
    certificate = certificate if change is None else change(certificate)
    found = points_of(certificate.scope, Marks(), certificate.cases, random.Random(1))
    return Evidence(certificate, found, Truths(formula, penalty), is_whole(certificate.scope, found))


def all_wrong(evidence: Evidence) -> list[Wrong]:
    """Everything that is found to be false."""
    judges = headline.wrong, rows.wrong, findings.wrong, told.wrong
    return [w for judge in judges for w in judge(evidence)] + list(narrower.wrong(evidence, evidence.points[:3]))


RIGHT: list[tuple[Any, Any, Any]] = [
    (CE, L2, None), (GCE, L2, None), (CE, L2, 10**6), (CE + mean(Z), L2, None), (CE, total((Z - mean(Z)) ** 2), None),
    (-1 * CE, L2, None), (CE, L2 + mean(Z), (2, 5)), (Z[Y] * 0 + GCE, total(softmax(Z) ** 2), 3),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "regularizer", "classes"), RIGHT)
def test_nothing_is_wrong_with_what_is_right(loss: Any, regularizer: Any, classes: Any) -> None:
    evidence = evidence_of(loss, regularizer, classes)
    assert all_wrong(evidence) == []
    assert evidence.judged > 20


def _with_row(certificate: Certificate, **changes: Any) -> Certificate:
    return replace(certificate, cases=(replace(certificate.cases[0], **changes), *certificate.cases[1:]))


def _refuted(condition: Condition, witness: Witness) -> Callable[[Certificate], Certificate]:
    finding = Finding(condition, Verdict.REFUTED, "", witness=witness)
    return lambda c: replace(c, verdict=Verdict.REFUTED, findings=(finding,))


class Otherwise(Origin):
    """An origin that predicts something else, or certifies narrower scopes as something else."""

    seconds: Any = None
    facts: Any = None

    def __init__(self, true: Origin, predicted: Any = None, again: Any = None) -> None:
        self.true, self.predicted, self.again = true, predicted, again
        self.seconds, self.facts = true.seconds, true.facts

    def prediction(self) -> Any:
        return self.predicted or self.true.prediction()

    def reference_orders(self) -> Any:
        return self.true.reference_orders()

    def proof(self, stated: Any) -> Any:
        return self.true.proof(stated)

    def repairs(self, certificate: Any, times: int) -> Any:
        return self.true.repairs(certificate, times)

    def certified(self, problem: Any) -> Certificate:
        return (self.again or self.true.certified)(problem)


C = sympy.Symbol("C", integer=True, positive=True)
FALSE: dict[str, tuple[Any, Callable[[Certificate], Certificate], str]] = {
    "kappa": (GCE, lambda c: replace(c, kappa=c.kappa + sympy.Rational(1, 10**20)), "kappa of the certificate"),
    "kappa, right at C = 2": (GCE, lambda c: replace(c, kappa=c.kappa * C / 2), "kappa of the certificate"),
    "tier": (GCE, lambda c: replace(c, tier=Tier.EXACT), "tier of the scope"),
    "tier that does not occur": (CE, lambda c: replace(c, tier=Tier.SCALED), "tier that does not occur"),
    "space": (CE, lambda c: replace(c, quotient=True), "quotient"),
    "headline": (CE + mean(Z), lambda c: replace(c, verdict=Verdict.PROVED), "headline PROVED"),
    "prediction": (
        CE,
        lambda c: replace(c, origin=Otherwise(c.origin, replace(c.prediction, curvature=sympy.Integer(2)))),
        "curvature of the prediction",
    ),
    "row": (CE + mean(Z), lambda c: _with_row(c, verdict=Verdict.PROVED), "row PROVED"),
    "row, kappa": (GCE, lambda c: _with_row(c, kappa=2 * c.cases[0].kappa), "kappa of a row"),
    "row, too wide": (
        (Z.C - 3) ** 2 * CE,
        lambda c: replace(c, cases=(Case(Classes(2, None), "", Tier.ZERO, None, Verdict.REFUTED),)),
        "row REFUTED, too wide",
    ),
    "rows do not cover": (GCE, lambda c: _with_row(c, classes=Classes(3, None)), "rows cover the scope"),
    "rows do not cover, by where": (GCE, lambda c: _with_row(c, where="q < 1/2"), "rows cover the scope"),
    "finding": (
        CE + mean(Z),
        lambda c: replace(c, findings=tuple(replace(f, verdict=Verdict.PROVED) for f in c.findings)),
        "finding loss-gradient",
    ),
    "witness": (
        CE,
        _refuted(Condition.LOSS_GRADIENT, Witness(3, "kappa", "-1", "kappa > 0")),
        "witness of loss-gradient: false refutation",
    ),
    "witness, its number": (
        -1 * CE,
        _refuted(Condition.LOSS_GRADIENT, Witness(3, "kappa", "-2", "kappa > 0")),
        "witness of loss-gradient: its value",
    ),
    "witness outside": (
        GCE,
        _refuted(Condition.LOSS_GRADIENT, Witness(3, "kappa", "-2", "kappa > 0", parameters={"q": Fraction(2)})),
        "witness of loss-gradient in the scope",
    ),
    "witness, no simple number": (
        GCE,
        _refuted(
            Condition.LOSS_GRADIENT, Witness(3, "kappa", "-2", "kappa > 0", parameters={"q": Fraction(1, 10**40)})
        ),
        "witness of loss-gradient with simple numbers",
    ),
    "witness, equal numbers": (
        CE,
        _refuted(Condition.LOSS_SMOOTH, Witness(3, "l'", "-0.500000000", "the value -0.5 from the left")),
        "witness of loss-smooth with two numbers that look equal",
    ),
    "no witness": (
        CE,
        lambda c: replace(c, findings=(Finding(Condition.LOSS_SMOOTH, Verdict.REFUTED, ""),)),
        "witness of loss-smooth",
    ),
    "at(witness)": (CE, _refuted(Condition.LOSS_GRADIENT, Witness(3, "kappa", "-1", "kappa > 0")), "at(witness)"),
    "at(point)": (
        GCE,
        lambda c: replace(
            c,
            origin=Otherwise(
                c.origin, again=lambda p: replace(certify(p.loss, p.regularizer, classes=p.classes), tier=Tier.EXACT)
            ),
        ),
        "at(point): tier",
    ),
    "at(point) loses": (
        CE,
        lambda c: replace(c, origin=Otherwise(c.origin, again=lambda p: replace(c, verdict=Verdict.UNDECIDED))),
        "at(point) loses PROVED",
    ),
    "SCALED where kappa is 1": (CE, lambda c: replace(c, tier=Tier.SCALED), "tier that does not occur"),
}
"""The loss, the change, and what has to be found."""


@pytest.mark.parametrize("name", FALSE)
def test_what_is_false_is_found(name: str) -> None:
    loss, change, statement = FALSE[name]
    found = {w.statement for w in all_wrong(evidence_of(loss, change=change))}
    assert any(s.startswith(statement) for s in found), found


def test_points_lie_in_the_scope_and_beside_the_marks() -> None:
    n, tau = Parameter("n", at_least=1, integer=True), Parameter("tau", above=1)
    scope = Scope(Classes(3, 40), (n, tau))
    marks = Marks((7,), {"tau": (lambda c: c,)})
    found = points_of(scope, marks, (), random.Random(3))
    assert len({p.key for p in found}) == len(found) >= 10
    assert {3, 7, 8} <= {p.classes for p in found}
    assert all(p.classes in scope.classes for p in found)
    assert all(p.values["n"] in n.interval and p.values["tau"] in tau.interval for p in found)
    assert any(p.values["tau"] == p.classes for p in found)
    assert found == points_of(scope, marks, (), random.Random(3))


def test_where_a_row_holds_may_not_be_understood() -> None:
    evidence = evidence_of(GCE, change=lambda c: _with_row(c, where="q is small", kappa=sympy.Integer(2)))
    assert list(rows.wrong(evidence)) == []
    assert evidence.unread == {"q is small"}


def test_an_error_that_denies_a_value_is_compared_with_the_truth() -> None:
    pair = Pair(Formula.of(sqrt(maximum(Z.C - 3, 0)) * CE + CE), Formula.of(L2))
    outcome = pair._of_error(_undefined(), 0.0, random.Random(1))
    assert [w.statement for w in outcome.wrong] == ["error: undefined"]
    pair = Pair(Formula.of(CE / (Z.C - 3)), Formula.of(L2))
    assert pair._of_error(_undefined(), 0.0, random.Random(1)).wrong == ()


def _undefined() -> Any:
    from symcheck.errors import FormulaError

    return FormulaError("l is undefined at z = 0: no value")
