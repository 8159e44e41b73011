"""The preferences of the catalogue as losses with two classes: tier, kappa and drift, convexity, symmetry, bounds."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
import sympy as sp
from mpmath import diff, exp, log, mp, mpf

import symcheck as sc
from symcheck.certificates.certificate import Certificate
from symcheck.conditions.agreement.sample_point import sample_value
from symcheck.findings.condition import Condition
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.intake.catalogue import names, preference_named
from symcheck.intake.preference_given import preference_of
from symcheck.preferences.base import Preference
from tests.definitions import PREFERENCES as DEFINITIONS
from tests.proofs.table import PREFERENCES

NAMES = names("preference")

CONVEX = {
    # convex functions of h or of each score: squares, exponentials, -log s(x) = log(1 + exp(-x)) and max(0, .)
    "bco", "cdpo", "dpo", "exponential", "hinge", "ipo", "nca", "simpo", "sppo",
    # -log s(u) falls and is convex, and h - lambda max(0, -c) is concave
    "dpop",
    # (1 - eps) softplus(-x) - eps softplus(x) = (1 - 2 eps) softplus(-x) - eps x
    "rdpo",
}  # fmt: skip
SYMMETRIC = {"apo_zero", "sympo"}  # s(x) + s(-x) = 1
BOUNDED = {"apo_down", "apo_zero", "sympo"}  # sums of sigmoids
OPEN = {"exo"}  # bounded as well, by p log p <= 0 and the logarithms of the label; the product 0 * oo is not decided


def settings(of: Preference) -> Iterator[dict[str, Fraction]]:
    """The default values of the parameters, and values inside their intervals."""
    yield {n: p.default for n, p in of.declared.items() if p.default is not None}
    yield {n: sample_value(p.interval) for n, p in of.declared.items()}


def numbers(values: dict[str, Fraction]) -> dict[str, Any]:
    return {n: mpf(v.numerator) / v.denominator for n, v in values.items()}


def at(e: sp.Expr, values: dict[str, Fraction]) -> sp.Expr:
    given = {n: sp.Rational(v.numerator, v.denominator) for n, v in values.items()}
    return sp.sympify(e).subs({x: given[x.name] for x in e.free_symbols}).evalf(40)


def test_there_is_a_row_and_a_definition_for_each() -> None:
    assert list(PREFERENCES) == list(DEFINITIONS) == list(NAMES)
    assert {*NAMES} >= CONVEX | SYMMETRIC | BOUNDED


@pytest.mark.parametrize("name", NAMES)
def test_tier_and_kappa(name: str) -> None:
    tier, kappa, _ = PREFERENCES[name]
    certificate = sc.certify(preference_of(name).loss, "l2")
    assert certificate.tier is Tier[tier]
    assert certificate.verdict is (Verdict.PROVED if tier == "SCALED" else Verdict.REFUTED)
    assert (certificate.kappa is None) == (kappa is None)
    for values in settings(preference_named(name)) if kappa is not None else ():
        assert abs(at(certificate.kappa, values) - at(kappa, values)) < sp.Float(10) ** -30


@pytest.mark.parametrize("name", [n for n in NAMES if PREFERENCES[n][1] is not None])
def test_kappa_and_drift_are_those_of_the_definition(name: str) -> None:
    _, kappa, drift = PREFERENCES[name]
    with mp.workdps(40):
        for values in settings(preference_named(name)):
            given = numbers(values)
            f = partial(DEFINITIONS[name], **given)
            by_chosen, by_rejected = (diff(f, (0, 0), n) for n in ((1, 0), (0, 1)))
            assert abs(by_rejected - by_chosen - mpf(at(kappa, values))) < mpf(10) ** -12
            assert abs((by_rejected + by_chosen) / 2 - mpf(at(drift, values))) < mpf(10) ** -12


@pytest.mark.parametrize("name", NAMES)
def test_convexity_symmetry_and_bounds(name: str) -> None:
    certificate = sc.certify(preference_of(name).loss, "l2")
    assert _is(certificate, Condition.LOSS_CONVEX) is (name in CONVEX)
    assert _is(certificate, Condition.LOSS_SYMMETRIC) is (name in SYMMETRIC)
    assert _is(certificate, Condition.LOSS_BOUNDED) is (None if name in OPEN else name in BOUNDED)
    assert _is(certificate, Condition.LOSS_BOUNDED_BELOW) is (None if name in OPEN else name != "rdpo")


def _is(certificate: Certificate, condition: Condition) -> bool | None:
    return {Verdict.PROVED: True, Verdict.REFUTED: False}.get(certificate.property(condition).verdict)


def test_the_published_tau_of_discopop_points_the_other_way() -> None:
    # kappa = beta (3 tau - 1 + log 2)/(2 tau) at tau = 1/20, beta = 1: 10 (log 2 - 17/20) = -1.5685...
    certificate = sc.certify(preference_of("discopop(tau=1/20, beta=1)").loss, "l2")
    assert abs(certificate.kappa - 10 * (sp.log(2) - sp.Rational(17, 20))).evalf() < 1e-12
    assert float(certificate.kappa) == pytest.approx(-1.5685, abs=1e-4)
    assert certificate.verdict is Verdict.REFUTED
    assert sc.certify(preference_of("discopop(tau=1/9)").loss, "l2").verdict is Verdict.PROVED  # > (1 - log 2)/3


def test_bco_without_a_shift_has_no_drift() -> None:
    certificate = sc.certify(preference_of("bco(delta=0)").loss, "l2")
    assert certificate.tier is Tier.SCALED
    assert certificate.verdict is Verdict.PROVED


@pytest.mark.parametrize("name", ["ipo", "sppo"])
def test_theorem_1_covers_squares_of_scores(name: str) -> None:
    # (h - 1/(2 beta))^2 = h^2 - h/beta + 1/(4 beta^2), and of SPPO c^2 + r^2 - h/beta + 1/(2 beta^2)
    assert sc.certify(preference_of(name).loss, "l2").theorem("Theorem 1").verdict is Verdict.PROVED


def test_exo_is_bounded_as_a_divergence_is() -> None:
    # its limits as p goes to 1 and to 0: -log(1 - eps) and -log(eps)
    with mp.workdps(40):
        ends = [DEFINITIONS["exo"](sign * mpf(60), 0, beta=1, eps=mpf(1) / 4) for sign in (1, -1)]
        assert abs(ends[0] + log(mpf(3) / 4)) < exp(-mpf(50))
        assert abs(ends[1] + log(mpf(1) / 4)) < exp(-mpf(50))


def test_ropo_has_a_gradient_of_at_most_1() -> None:
    # s = (1 + alpha)/(2 alpha) in the docstring; alpha = 14 at 60 points
    with mp.workdps(20):
        slopes = [abs(diff(lambda c: DEFINITIONS["ropo"](c, 0, beta=1, alpha=14), mpf(k) / 5)) for k in range(-30, 30)]
    assert all(slope <= 1 + mpf(10) ** -9 for slope in slopes)
    assert max(slopes) > mpf("0.99")
    assert any(a < b for a, b in pairwise(slopes))
