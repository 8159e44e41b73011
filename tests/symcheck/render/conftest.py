"""Certificates put together by hand: what a page shows does not depend on how it was derived."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy

from symcheck.certificates.certificate import Certificate, Origin
from symcheck.certificates.model_families import ModelFamily
from symcheck.certificates.remains import Remains, RemainsKind
from symcheck.certificates.repair import Repairs
from symcheck.field.symbols import C_SYMBOL, symbol_of
from symcheck.findings.case import Case
from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding, Trust
from symcheck.findings.prediction import Order, Prediction
from symcheck.findings.step import Step
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.findings.witness import Witness
from symcheck.intake.catalogue import loss_named, regularizer_named
from symcheck.language.scope import Classes
from symcheck.problem import Problem, Subject
from symcheck.reason import Code, Reason, Undecided
from symcheck.theorems import theorems
from symcheck.theorems.base import CONE, REFERENCE, SHARED


def _subject(entry):
    return Subject(entry.name, entry.recorded, entry.values, entry.classes)


def _finding(condition, detail, *steps, **others):
    verdict = others.pop("verdict", Verdict.PROVED)
    return Finding(condition, verdict, detail, derivation=tuple(Step(*s) for s in steps), **others)


class Nothing:
    """Facts of which nothing is known."""

    def finding(self, condition):
        reason = Reason(Code.BUDGET, "nothing is derived here", "certify the pair")
        return Finding(condition, Verdict.UNDECIDED, "not derived", reason=reason)


class ByHand(Origin):
    """Of a certificate that was put together here: it has one ``predicted``, and derives nothing."""

    seconds, facts = 1.0, Nothing()

    def __init__(self, predicted=None) -> None:
        self.predicted = predicted

    def prediction(self):
        return self.predicted

    def reference_orders(self):
        return ()

    def proof(self, stated):
        return {}

    def left_open(self, theorem):
        return theorem.assumptions

    def repairs(self, certificate, times):
        return Repairs()

    def certified(self, problem):
        raise Undecided(Reason(Code.BUDGET, "nothing is derived here", "certify the pair"))


@pytest.fixture
def gce():
    """GCE with q free + l2: PROVED, SCALED C**(-q), EXACT at no value of q."""
    loss, regularizer = loss_named("gce"), regularizer_named("l2")
    kappa = C_SYMBOL ** -symbol_of(loss.parameters[0])
    prediction = Prediction(
        kappa, sympy.Integer(1), sympy.Integer(0), False, sympy.Integer(1),
        (Order(Classes(2, 2), 2, 2), Order(Classes(3, None), 1, 1)),
    )  # fmt: skip
    findings = (
        _finding(
            Condition.LOSS_SMOOTH, "analytic near z = 0",
            ("value at 0", "(1 - C**(-q))/q", "every power there is of a positive argument"),
        ),
        _finding(
            Condition.LOSS_GRADIENT, "one kappa > 0 for every y, and no drift",
            ("d l/d z_y at 0", "(1 - C)*C**(-q)/C", "orbit and jet readings agree"),
            ("d l/d z_k at 0, k != y", "C**(-q)/C", "orbit and jet readings agree"),
            ("kappa", "C**(-q)", "d_k l - d_y l"),
            ("c", "0", "mean of the gradient over the classes"),
            trust=Trust.BALL,
        ),
        _finding(Condition.REGULARIZER_SMOOTH, "analytic near z = 0", ("value at 0", "0")),
        _finding(Condition.REGULARIZER_GRADIENT, "every partial derivative at 0 is 0", ("d g/d z_k at 0", "0")),
        _finding(
            Condition.REGULARIZER_CURVATURE, "its two eigenvalues are positive for every C >= 2",
            ("d^2 g/d z_k^2 at 0", "1"), ("d^2 g/d z_k d z_l at 0, l != k", "0"),
        ),
    )  # fmt: skip
    applying = tuple(t for t in theorems() if t.name in ("Theorem 2", "Theorem 2'", "Theorem 3", "Shared features"))
    return Certificate(
        problem=Problem(_subject(loss), _subject(regularizer)),
        verdict=Verdict.PROVED,
        tier=Tier.SCALED,
        kappa=kappa,
        quotient=False,
        cases=(Case(Classes(), "", Tier.SCALED, kappa, Verdict.PROVED),),
        families=tuple(ModelFamily(n, Verdict.PROVED, "Theorem 2': limits agree") for n in (CONE, SHARED, REFERENCE)),
        findings=findings,
        theorems=applying,
        remains=Remains(
            RemainsKind.THEOREM, "Theorem 3 applies: l + lambda g is asymptotically robust on linear families."
        ),
        versions={"symcheck": "0.1.0", "sympy": "1.14.0", "python-flint": "0.9.0"},
        origin=ByHand(prediction),
    )


@pytest.fixture
def one_vs_rest():
    """One-vs-rest logistic + l2: REFUTED with a witness at C = 3, EXACT at C = 2 only."""
    half = sympy.Rational(1, 2)
    witness = Witness(3, "mean of the gradient over the classes", "1/6", "0", "[0.16666666666667 +/- 4e-15]")
    findings = (
        _finding(Condition.LOSS_SMOOTH, "analytic near z = 0"),
        _finding(
            Condition.LOSS_GRADIENT, "the drift c = 1/2 - 1/C is not 0 for C >= 3",
            ("c", "1/2 - 1/C", "mean of the gradient over the classes"),
            verdict=Verdict.REFUTED, witness=witness,
        ),
    )  # fmt: skip
    return Certificate(
        problem=Problem(_subject(loss_named("one_vs_rest_logistic")), _subject(regularizer_named("l2"))),
        verdict=Verdict.REFUTED,
        tier=Tier.QUOTIENT,
        kappa=2 * half,
        quotient=False,
        cases=(
            Case(Classes(2, 2), "", Tier.EXACT, sympy.Integer(1), Verdict.PROVED),
            Case(Classes(3, None), "", Tier.QUOTIENT, sympy.Integer(1), Verdict.REFUTED),
        ),
        families=(
            ModelFamily(CONE, Verdict.REFUTED, "not safe"),
            ModelFamily(SHARED, Verdict.PROVED, "safe: H 1 is parallel to 1"),
        ),
        findings=findings,
        theorems=(),
        remains=Remains(
            RemainsKind.SHARED_FEATURES,
            "What still holds: on linear families with shared features, noise moves no limit prediction.",
        ),
        versions={},
        origin=ByHand(),
    )


@pytest.fixture
def undecided(gce):
    """A loss with a power of a signed argument: UNDECIDED, with a reason that names the subexpression."""
    reason = Reason(
        Code.SIGN_UNKNOWN, "the sign of r - 1/2 is not the same in the whole scope", "give r a value", "abs(r - 1/2)"
    )
    finding = Finding(Condition.LOSS_SMOOTH, Verdict.UNDECIDED, "not derived", reason=reason)
    return Certificate(
        problem=Problem(gce.loss.at({"q": Fraction(7, 10)}), gce.regularizer, Classes(10, 10)),
        verdict=Verdict.UNDECIDED,
        tier=None,
        kappa=None,
        quotient=True,
        cases=(),
        families=(ModelFamily(CONE, Verdict.UNDECIDED, "not certified: the tier of the loss is undecided"),),
        findings=(finding,),
        theorems=(),
        remains=Remains(RemainsKind.UNKNOWN, "Nothing is claimed: a condition could not be decided."),
        versions={},
        origin=ByHand(),
    )
