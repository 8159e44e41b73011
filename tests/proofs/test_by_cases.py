"""What a certificate says by cases, against certificates at single points: kappa, tier, verdict, prediction, headline.

A statement about a scope is one about each of its points.  ``cert.at`` derives it anew at a point, where nothing is
free and no case is told apart, so the two are derived from different formulas in different fields.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

import symcheck as sc
from symcheck.certificates.certificate import Certificate
from symcheck.conditions.agreement.sample_point import sample_value
from symcheck.findings.case import Case
from symcheck.findings.verdict import Verdict
from symcheck.intake.catalogue import loss_named, names
from symcheck.language.formula import Formula
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from tests.sampled import one_in

CLASSES = (2, 3, 4, 5, 8, 11, 200)
NEAR = tuple(map(Fraction, ("1/7", "-2", "1", "1/2", "3/2", "2", "5/2", "3", "7/2", "4", "17/3", "12")))
F = Fraction


def points(cert: Certificate) -> Iterator[tuple[int, dict[str, Fraction]]]:
    """A few points of the scope: small numbers of classes, parameter values inside and at ends."""
    values = [[v for v in (*NEAR, sample_value(p.interval)) if v in p.interval][:6] for p in cert.scope.parameters]
    rows = [dict(zip([p.name for p in cert.scope.parameters], row, strict=True)) for row in product(*values)]
    step = max(1, len(rows) // 6)
    few = cert.loss.formula.is_classwise or cert.regularizer.formula.is_classwise
    for classes in CLASSES[:-1] if few else CLASSES:
        if classes in cert.scope.classes:
            for row in rows[::step]:
                yield classes, row


def put(expression: sp.Basic, classes: int, values: dict[str, Fraction]) -> Any:
    known = {"C": sp.Integer(classes), **{n: sp.Rational(v.numerator, v.denominator) for n, v in values.items()}}
    return expression.subs({s: known[s.name] for s in expression.free_symbols})


RELATIONS = {"<": operator.lt, "<=": operator.le, "=": operator.eq, ">=": operator.ge, ">": operator.gt}


def covers(case: Case, classes: int, values: dict[str, Fraction]) -> bool:
    """Whether the case is about the point, by the words that a reader sees."""
    return classes in case.classes and all(
        RELATIONS[relation](at_point(left, classes, values), at_point(right, classes, values))
        for left, relation, right in (part.split(" ", 2) for part in case.where.split(" and ") if part)
    )


def at_point(text: str, classes: int, values: dict[str, Fraction]) -> sp.Expr:
    known = {n: sp.Symbol(n) for n in (*values, "C")}
    value = put(sp.parse_expr(text, local_dict=known), classes, values)
    return value if value.is_Rational else sp.N(value, 60)


def check(cert: Certificate) -> int:
    """Every statement of ``cert`` that is about points, at a few of them; how many were looked at."""
    looked = 0
    for classes, values in points(cert):
        there = cert.at(C=classes, **values)
        looked += 1
        if cert.verdict is Verdict.PROVED:
            assert there.verdict is Verdict.PROVED, (classes, values)
        if cert.kappa is not None and there.kappa is not None:
            found = put(cert.kappa, classes, values)
            assert found is sp.nan or abs(sp.N(found - there.kappa, 40)) < 1e-30, (classes, values, found, there.kappa)
        if cert.prediction is not None:
            assert there.prediction is not None
            for name in ("kappa", "curvature", "coupling"):
                found = put(getattr(cert.prediction, name), classes, values) - getattr(there.prediction, name)
                assert abs(sp.N(found, 40)) < 1e-30, (classes, values, name)
        rows = [c for c in cert.cases if not c.is_special and covers(c, classes, values)]
        assert len(rows) == 1, (classes, values, rows)
        row = rows[0]
        if row.verdict is Verdict.PROVED or (row.verdict is Verdict.REFUTED and row.is_uniform):
            assert there.verdict is row.verdict, (classes, values, row)
        if row.tier is not None and there.tier is not None:
            assert there.tier.rank <= row.tier.rank, (classes, values, row)
        if row.kappa is not None and there.kappa is not None:
            assert abs(sp.N(put(row.kappa, classes, values) - there.kappa, 40)) < 1e-30, (classes, values, row)
    assert (Verdict.PROVED.name in cert.headline) == any(
        c.verdict is Verdict.PROVED for c in cert.cases if not c.is_special
    )
    witness = cert.witness
    if witness is not None:
        assert witness.classes in cert.scope.classes
        assert all(v in cert.scope.parameter(n).interval for n, v in witness.parameters.items())
        if set(witness.parameters) == {p.name for p in cert.scope.parameters}:
            assert cert.at(C=witness.classes, **witness.parameters).verdict is Verdict.REFUTED
    return looked


@pytest.mark.parametrize("loss", one_in(8, names("loss")))
def test_a_loss_of_the_catalogue(loss: str) -> None:
    cert = sc.certify(loss, "l2")
    if cert.scope.arrays:
        pytest.skip("its class-vectors or matrices are free")
    assert check(cert) >= 1


@pytest.mark.parametrize("regularizer", one_in(4, names("regularizer")))
def test_a_regularizer_of_the_catalogue(regularizer: str) -> None:
    cert = sc.certify("cross_entropy", regularizer)
    if cert.scope.arrays:
        pytest.skip("its matrix is free")
    assert check(cert) >= 1


# generated pairs: a factor, an addend with a switch, and a penalty, each of which may branch on C or on a parameter


def cross_entropy(z: Vec, y: Label) -> Scalar:
    return sc.logsumexp(z) - z[y]  # type: ignore[no-any-return]


t = Parameter("t", above=0, default=1)
u = Parameter("u", at_least=-2, below=5)
n = Parameter("n", at_least=0, integer=True)
m = Parameter("m", at_least=1, at_most=7, integer=True)
PARAMETERS = (t, u, n, m)
numbers = st.fractions(min_value=-4, max_value=6, max_denominator=4)
positive = st.fractions(min_value=F(1, 4), max_value=6, max_denominator=4)


@st.composite
def scalars(draw: st.DrawFn, C: Scalar) -> Term:
    """A number, C, a parameter, or a sum of two such."""
    one = draw(st.sampled_from([C, *PARAMETERS])) * draw(st.sampled_from([1, 1, 2, -1, F(1, 2)]))
    if draw(st.booleans()):
        one = one + draw(st.sampled_from([C, *PARAMETERS])) * draw(st.sampled_from([0, 0, 1, -1]))
    return one - draw(numbers)


@st.composite
def factors(draw: st.DrawFn, C: Scalar) -> Term:
    """A factor of the loss that is told by cases."""
    x, y, k = draw(scalars(C)), draw(scalars(C)), draw(positive)
    return draw(
        st.sampled_from(
            [sc.abs(x) + k, sc.maximum(x, k), sc.relu(x) + k, sc.clamp(x, k, k + 2), sc.branch(x, k, k + 1),
             sc.abs(x) - k / 4, sc.maximum(x, y), sc.branch(x, y, k), x, sc.exp(x) - k, x * y]
        )
    )  # fmt: skip


@st.composite
def losses(draw: st.DrawFn) -> Any:
    z, y = Vec("logits"), Label()
    ce, factor, k = cross_entropy(z, y), draw(factors(z.C)), draw(positive)
    x = draw(scalars(z.C))
    return Formula.of(
        draw(
            st.sampled_from(
                [factor * ce, ce + factor * sc.relu(ce - k), sc.relu(ce * k - x) + ce, ce + x * sc.abs(z[y]),
                 k * ce + x * sc.mean(z), sc.minimum(factor * ce, k * ce + 1), ce + x * sc.abs(x * z[y]),
                 sc.branch(x * z[y], ce, ce)]
            )
        )
    )  # fmt: skip


@st.composite
def penalties(draw: st.DrawFn) -> Any:
    z = Vec("logits")
    spread = sc.total((z - sc.mean(z)) ** 2)
    factor, x = draw(factors(z.C)), draw(scalars(z.C))
    return Formula.of(
        draw(
            st.sampled_from(
                [factor * sc.total(z**2), x * sc.total(z) ** 2 + spread, sc.total(z**2) + x * sc.total(sc.abs(z)),
                 spread + sc.relu(x) * sc.total(z**2), sc.total(z**2) + sc.branch(x, 1, 0) * sc.total(z)]
            )
        )
    )  # fmt: skip


def certified(loss: Any, regularizer: Any) -> Certificate | None:
    """The certificate; None for a formula without a value somewhere, or with a parameter in two roles."""
    try:
        return sc.certify(loss, regularizer, classes=(2, 60))
    except sc.SymcheckError:
        return None


@given(losses())
@settings(max_examples=14, deadline=None)
def test_a_generated_loss(loss: Any) -> None:
    cert = certified(loss, "l2")
    if cert is not None:
        check(cert)


@given(penalties())
@settings(max_examples=10, deadline=None)
def test_a_generated_penalty(penalty: Any) -> None:
    cert = certified("cross_entropy", penalty)
    if cert is not None:
        check(cert)


@pytest.mark.slow
@given(losses(), penalties())
@settings(max_examples=600, deadline=None)
def test_generated_pairs(loss: Any, penalty: Any) -> None:
    cert = certified(loss, penalty)
    if cert is not None:
        check(cert)


@pytest.mark.parametrize("name", [name for name in names("loss") if loss_named(name).arrays])
@pytest.mark.parametrize("classes", [2, 3])
def test_a_headline_does_not_refute_all_entries_of_an_array(name: str, classes: int) -> None:
    """REFUTED is said of one point at most: at free entries it fails for some, and at equal ones it may hold."""
    for regularizer in ("l2", "entropy", None):
        cert = sc.certify(name, regularizer, classes=classes)
        assert not cert.headline.startswith("REFUTED for") or not cert.scope.arrays


def test_equal_weights_are_among_those_of_a_refutation() -> None:
    cert = sc.certify("class_weighted_ce", "l2", classes=3)
    assert cert.headline.startswith("REFUTED: class_weighted_ce + l2 on R^C, asked for C = 3, every w_k")
    assert cert.at(w=[2, 2, 2]).headline.startswith("PROVED for C = 3")
    assert cert.at(w=[2, 2, 1]).headline.startswith("REFUTED for C = 3")
