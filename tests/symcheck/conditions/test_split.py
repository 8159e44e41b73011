"""Scopes that are split: expected tiers and kappas are derived by hand from l = phi(p_y), kappa = -phi'(1/C)/C."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy as sp

import symcheck as sc
from symcheck.certificates.certificate import Certificate
from symcheck.findings.case import Case
from symcheck.findings.condition import Condition
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict

q = sc.Parameter("q", above=0, at_most=1)
k = sc.Parameter("k", above=0, below=1)
tau = sc.Parameter("tau", above=1)


def p(z, y):
    return sc.softmax(z)[y]


def truncated_gce(z, y):
    """(1 - max(p_y, k)^q)/q."""
    return (1 - (k + sc.relu(p(z, y) - k)) ** q) / q


def case(cert: Certificate, where: str) -> Case:
    return next(c for c in cert.cases if c.where == where)


def test_truncated_gce_has_three_cases() -> None:
    cert = sc.certify(truncated_gce, "l2")
    assert [(c.where, c.tier) for c in cert.cases] == [
        ("k < 1/C", Tier.SCALED),
        ("k = 1/C", Tier.NONDIFF),
        ("k > 1/C", Tier.ZERO),
    ]
    assert str(case(cert, "k < 1/C").kappa) == "C**(-q)"
    assert case(cert, "k > 1/C").kappa == 0
    assert cert.tier is Tier.NONDIFF
    assert cert.verdict is Verdict.REFUTED


def test_a_witness_of_a_part_is_a_point_of_the_whole_scope() -> None:
    witness = next(f for f in sc.certify(truncated_gce, "l2").findings if f.witness).witness
    assert witness is not None
    assert set(witness.parameters) == {"k", "q"}
    assert witness.parameters["k"] == Fraction(1, witness.classes)


@pytest.mark.parametrize(("value", "tier"), [("1/20", Tier.SCALED), ("1/10", Tier.NONDIFF), ("1/2", Tier.ZERO)])
def test_a_value_of_the_parameter_picks_its_case(value: str, tier: Tier) -> None:
    assert sc.certify(truncated_gce, "l2").at(C=10, k=value).tier is tier


def test_a_scope_inside_one_case_is_not_split() -> None:
    small = sc.Parameter("k", above=0, below="1/1000")
    cert = sc.certify(lambda z, y: (1 - (small + sc.relu(p(z, y) - small)) ** q) / q, "l2", classes=(2, 1000))
    assert [c.where for c in cert.cases] == [""]
    assert cert.verdict is Verdict.PROVED


def test_a_branch_on_the_number_of_classes_splits_the_classes() -> None:
    # relu(C - 5 + z_y) is 0 near z = 0 for C < 5, has a kink at C = 5, and adds e_y to the gradient for C > 5:
    # then b_y = -o_y + e_y = (1/C) 1, a drift without signal
    cert = sc.certify(lambda z, y: sc.logsumexp(z) - z[y] + sc.relu(z.C - 5 + z[y]), "l2")
    assert [(str(c.classes), c.tier) for c in cert.cases] == [
        ("every C from 2 to 4", Tier.EXACT),
        ("C = 5", Tier.NONDIFF),
        ("every C >= 6", Tier.FAIL),
    ]


def test_a_kink_of_the_second_derivative_keeps_the_gradient() -> None:
    """PHuber-CE at tau = C, written with one kink: -log p, and below 1/tau its tangent."""

    # with u = p - 1/tau: the tangent -tau p + log tau + 1 and the rest, which has no slope at u = 0
    def phuber(z, y):
        u = sc.relu(p(z, y) - 1 / tau)
        return -tau * p(z, y) + sc.log(tau) + 1 + (-sc.log(u + 1 / tau) - sc.log(tau) + tau * u)

    cert = sc.certify(phuber, "l2")
    assert [(c.where, c.tier, c.verdict) for c in cert.cases] == [
        ("tau < C", Tier.SCALED, Verdict.PROVED),
        ("tau = C", Tier.EXACT, Verdict.REFUTED),
        ("tau > C", Tier.EXACT, Verdict.PROVED),
    ]
    C, t = sp.Symbol("C"), sp.Symbol("tau")
    shown = case(cert, "tau < C").kappa
    assert sp.sstr(shown) == sp.sstr(t / C)
    smooth = cert.finding(Condition.LOSS_SMOOTH)
    assert smooth is not None
    assert smooth.verdict is Verdict.REFUTED
    assert smooth.witness is not None
    assert smooth.witness.parameters["tau"] == smooth.witness.classes
    gradient = cert.finding(Condition.LOSS_GRADIENT)
    assert gradient is not None
    assert gradient.verdict is Verdict.PROVED
