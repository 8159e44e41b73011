"""Every entry's tier and kappa, against the table of the literature, for every C at once."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

import pytest
import sympy as sp

import symcheck as sc
from symcheck.budget import Budget
from symcheck.conditions.agreement.sample_point import sample_value
from symcheck.conditions.curvature.regularizer_report import RegularizerReport, regularizer_report
from symcheck.conditions.remembered import remembered
from symcheck.entry import Entry
from symcheck.field.symbols import C_SYMBOL as C
from symcheck.findings.condition import Condition
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.intake.catalogue import loss_named, names, regularizer_named
from symcheck.language.scope import Classes, Scope
from tests.proofs.table import LOSSES, NOT_C2, REGULARIZERS, SPECIAL

CLASSES = (2, 3, 4, 5, 10, 1000)


def points(of: Entry) -> list[dict[str, Fraction]]:
    """The paper's values of the parameters, and a point inside the intervals of those that are free."""
    paper = {p.name: p.default for p in of.declared.values() if p.default is not None}
    return [paper, {**paper, **{p.name: sample_value(p.interval) for p in of.parameters}}]


def equal(a: sp.Expr, b: sp.Expr, at: Mapping[str, Fraction], within: Classes) -> bool:
    """Equality at several numbers of classes to 40 digits: independent of the canonical forms that are tested."""

    return all(abs(value_at(a, at, c) - value_at(b, at, c)) < sp.Float(10) ** -30 for c in CLASSES if c in within)


def value_at(e: sp.Expr, at: Mapping[str, Fraction], classes: int) -> sp.Expr:
    """The value of ``e`` at these values of the parameters, to 40 digits."""
    values = {"C": sp.Integer(classes), **{n: sp.Rational(v.numerator, v.denominator) for n, v in at.items()}}
    return sp.sympify(e).subs({s: values[s.name] for s in e.free_symbols}).evalf(40)


@pytest.mark.parametrize("name", names("loss"))
def test_tier_and_kappa_of_every_loss(name: str) -> None:
    tier, kappa, elsewhere = LOSSES[name]
    of = loss_named(name)
    cert = sc.certify(of, "l2")
    assert cert.tier is Tier[tier]
    if kappa is None:  # for some classes or parameter values at least
        assert cert.kappa is None or isinstance(cert.kappa, sp.Piecewise)
    else:
        assert all(equal(cert.kappa, kappa, at, of.classes) for at in points(of)), cert.kappa
    holds = Tier[tier].meets_condition and name not in NOT_C2
    assert cert.verdict is (Verdict.PROVED if holds else Verdict.REFUTED)
    for c in CLASSES:
        there = [case.tier for case in cert.cases if c in case.classes and not case.where]
        assert there in ([Tier[elsewhere.get(c, tier)]], []), f"C = {c}"


@pytest.mark.parametrize(("name", "values", "classes", "tier"), SPECIAL)
def test_tiers_at_special_values(name: str, values: dict[str, str], classes: int | None, tier: str) -> None:
    cert = sc.certify(loss_named(name, **values), "l2", classes=classes)
    assert cert.tier is Tier[tier]
    assert cert.tier is not Tier[LOSSES[name][0]]


@pytest.mark.parametrize("t", [1, 2, 3, 7, 20])
def test_taylor_cross_entropy_with_any_number_of_terms(t: int) -> None:
    cert = sc.certify(loss_named("taylor_ce", t=t), "l2")
    assert cert.tier is Tier.SCALED
    assert equal(cert.kappa, 1 - (1 - 1 / C) ** t, {}, Classes())


@pytest.mark.parametrize("m", ["1/20", "2/5"])
def test_the_asymmetric_loss_with_a_shift(m: str) -> None:
    # grad l(0, y) = -b_plus e_y + b_minus (1 - e_y): kappa = b_plus + b_minus, and c = b_minus - kappa/C is not 0
    up, down, q = sp.Integer(1), sp.Integer(4), sp.Rational(1, 2) - sp.Rational(m)
    b_plus = 2 ** (-1 - up) * (1 + up * sp.log(2))
    b_minus = (q**down / (1 - q) - down * q ** (down - 1) * sp.log(1 - q)) / 4
    cert = sc.certify(loss_named("asymmetric_loss", gamma_plus=1, gamma_minus=4, m=m), "l2")
    assert cert.tier is Tier.QUOTIENT
    assert equal(cert.kappa, b_plus + b_minus, {}, Classes())


def report(of: Entry) -> RegularizerReport:
    scope = Scope(of.classes, of.parameters)
    return remembered(regularizer_report, of.recorded, scope, Budget(10))


@pytest.mark.parametrize("name", names("regularizer"))
def test_verdict_and_eigenvalues_of_every_regularizer(name: str) -> None:
    expected, across, along = REGULARIZERS[name]
    of = regularizer_named(name)
    curvature = report(of).curvature
    if curvature is None:
        assert across is None
        assert along is None
    else:
        for found, value in ((curvature.s, across), (curvature.along, along)):
            assert value is not None
            assert all(equal(found.sympy(), value, at, of.classes) for at in points(of)), found.sympy()
    falls = across is not None and value_at(across, points(of)[0], 3) < 0
    # the centred square loss is EXACT and moves under z -> z + t (1, ..., 1); cross entropy does not
    invariant, moving = sc.certify("cross_entropy", of), sc.certify("square_centred", of)
    proved = (invariant.verdict, moving.verdict)
    no, yes = Verdict.REFUTED, Verdict.PROVED
    assert proved == {"FULL": (yes, yes), "QUOT": (yes, no)}.get(expected, (no, no))
    assert invariant.quotient is (expected == "QUOT" or (expected == "NOMIN" and along == 0))
    assert not moving.quotient
    for cert in (invariant, moving):
        smooth, gradient = cert.finding(Condition.REGULARIZER_SMOOTH), cert.finding(Condition.REGULARIZER_GRADIENT)
        assert smooth is not None
        assert gradient is not None
        assert smooth.verdict is (no if expected == "NOTC2" else yes)
        if expected in ("FULL", "QUOT", "SING"):
            assert gradient.verdict is yes
        if expected == "NOMIN":
            assert gradient.verdict is no or falls


@pytest.mark.parametrize(("kind", "rows"), [("loss", LOSSES), ("regularizer", REGULARIZERS)])
def test_every_entry_has_its_row(kind: str, rows: dict[str, object]) -> None:
    assert list(rows) == list(names(kind))  # type: ignore[arg-type]


def test_the_comparison_can_fail() -> None:
    q = sp.Symbol("q")
    at = {"q": Fraction(7, 10)}
    assert not equal(C**-q, C ** (-q - 1), at, Classes())
    assert not equal(C**-q, C**-q + sp.Rational(1, 10**20), at, Classes())
    assert equal(C**-q, 1 / C**q, at, Classes())
