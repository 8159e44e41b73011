"""The answers of THEORY 17 for every preference loss of the catalogue: alone, with h**2/2, with l2."""

from __future__ import annotations

from typing import NamedTuple

import pytest
import sympy

from symcheck.certificates.preferences.certify_preference import certify_preference
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.intake.catalogue import names

P, R = Verdict.PROVED, Verdict.REFUTED


class Row(NamedTuple):
    """kappa as a text, and the verdicts: symmetric, exact alone, limit with h**2/2 and with l2, the first step."""

    kappa: str | None
    symmetric: Verdict
    exact: Verdict
    limit_h: Verdict
    limit_l2: Verdict
    step: Verdict | None


# kappa = -2 phi'(0) for a loss of h, d f/d rejected - d f/d chosen at 0 for one of both scores, each by hand in THEORY
# 17.  A loss of both scores has no limit with h**2/2, which does not curve along (1, 1).  SimPO has no first step: a
# run does not start at h = 0.
TABLE = {
    "dpo": Row("beta", R, R, P, P, P),
    "cdpo": Row("beta*(1 - 2*eps)", R, R, P, P, P),
    "rdpo": Row("beta/(1 - 2*eps)", R, R, P, P, P),
    "ipo": Row("2/beta", R, P, P, P, P),
    "sppo": Row("2/beta", R, P, R, P, P),
    "apo_zero": Row("beta/2", P, R, R, P, P),
    "apo_down": Row("beta/4", R, R, R, R, R),
    "exo": Row("beta*log((1 - eps)/eps)/2", R, R, P, P, P),
    "hinge": Row("2*beta", R, R, P, P, P),
    "simpo": Row("2*beta*exp(gamma)/(1 + exp(gamma))", R, R, P, P, None),
    "nca": Row("beta/2", R, R, R, P, P),
    "exponential": Row("2*beta", R, R, P, P, P),
    "bco": Row("beta", R, R, R, R, R),
    "dpop": Row(None, R, R, R, R, R),
    "discopop": Row("beta*(3*tau - 1 + log(2))/(2*tau)", R, R, R, R, P),
    "sympo": Row("beta/2", P, R, P, P, P),
}


def test_every_entry_has_a_row() -> None:
    assert set(TABLE) | {"ropo"} == set(names("preference"))


@pytest.mark.parametrize("name", TABLE)
def test_answers(name: str) -> None:
    row = TABLE[name]
    alone, with_h, with_l2 = (certify_preference(name, penalty) for penalty in (None, "h**2/2", "l2"))
    assert alone.answer("symmetric").verdict is row.symmetric
    assert alone.answer("exact").verdict is row.exact
    assert alone.verdict is max(row.symmetric, row.exact)
    assert with_h.answer("limit").verdict is row.limit_h
    assert with_l2.answer("limit").verdict is row.limit_l2
    assert [a.name for a in alone.answers if a.name == "first-step"] == ([] if row.step is None else ["first-step"])
    if row.step is not None:
        assert {c.answer("first-step").verdict for c in (alone, with_h, with_l2)} == {row.step}
    if row.kappa is None:
        assert alone.tier is Tier.NONDIFF
        return
    assert alone.kappa is not None
    known = {str(s): s for s in alone.kappa.free_symbols}
    assert sympy.simplify(alone.kappa - sympy.sympify(row.kappa, locals=known)) == 0


@pytest.mark.parametrize("name", TABLE)
def test_verdicts_with_a_penalty(name: str) -> None:
    # Symmetric losses and those that scale keep what they have with a penalty that the limit does not allow.
    row = TABLE[name]
    assert certify_preference(name, "h**2/2").verdict is max(row.symmetric, row.exact, row.limit_h)


def test_ropo_is_what_its_parts_are() -> None:
    # gamma DPO + alpha sigmoid(-beta h): kappa = gamma beta + alpha beta/2; symmetric for no gamma > 0.
    found = certify_preference("ropo")
    assert found.answer("symmetric").verdict is R or found.tier is Tier.SCALED
    assert certify_preference("ropo", "h**2/2").answer("limit").verdict is P


def test_the_negative_kappa_is_said_plainly() -> None:
    found = certify_preference("discopop", "h**2/2").at(tau="1/20", beta=1)
    # kappa = (3/20 - 1 + log 2)/(1/10)
    assert found.kappa is not None
    assert abs(float(found.kappa) - (3 / 20 - 1 + float(sympy.log(2))) * 10) < 1e-12
    assert "-1.5685" in found.answer("first-step").detail
    assert "points the other way" in found.answer("first-step").detail
    assert found.headline.endswith("its gradient points to the rejected answer")


def test_where_a_parameter_decides() -> None:
    assert "PROVED where tau > (1 - log(2))/3" in certify_preference("discopop", "h**2/2").headline
    assert "With the penalty h**2/2 it is PROVED where tau > (1 - log(2))/3." in certify_preference("discopop").left
    assert "PROVED where delta = 0" in certify_preference("bco", "l2").headline


def test_the_drift_turns_a_pair() -> None:
    # kappa = 1/4 and c = 1/8 at beta = 1: u = (3, -1) has c (u_1 + u_2) = 1/4, half of kappa (u_1 - u_2)/2 = 1/2.
    found = certify_preference("apo_down", "l2").answer("limit")
    assert found.witness is not None
    assert found.witness.value == "-3/20"
    assert "3 t of the chosen and -t of the rejected" in found.witness.quantity
    assert "iff eps > 1/4" in found.detail
    assert any("(beta/8)*(chosen + rejected) taken off" in sentence for sentence in certify_preference("apo_down").left)


def test_what_is_unbounded_below_is_said() -> None:
    assert any("unbounded below" in sentence for sentence in certify_preference("rdpo").left)
    assert not any("unbounded below" in sentence for sentence in certify_preference("dpo").left)


def test_an_even_part_that_vanishes_at_a_point_is_no_obstacle_to_a_witness() -> None:
    # BCO at delta = 1 has an odd part -h, and E(2) = 0 on the ray (1, 0): E(1) E(4) - E(2)^2 = -0.353 is told.
    witness = certify_preference("bco", "l2").answer("exact").witness
    assert witness is not None
    assert witness.quantity.startswith("E(1) E(4) - E(2)^2")
