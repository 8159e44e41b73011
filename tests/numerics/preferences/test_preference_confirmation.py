"""Confirmations of preference losses: what agrees, what contradicts a claim that was made false, what is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache

import pytest
import torch

import symcheck as sc
from numerics import confirm
from numerics.commands import confirm_preference as command
from numerics.confirmations.preferences.claim import preference_claim
from numerics.confirmations.preferences.preference_rows import exact_rows, first_step_rows, symmetric_rows
from numerics.confirmations.preferences.rewards import FlippedPairs, Rewards, cosine_gap
from numerics.errors import ConfirmationError, DataError, NoiseError
from numerics.preferences.generated_pairs import generated_pairs
from numerics.runs.agreement import Agreement, Outcome
from symcheck.intake.catalogue import names

SEPARABLE = generated_pairs(60, 3, 20, choice="truth", seed=1)
SMALL = generated_pairs(60, 3, 20, seed=2)


@cache
def certificate(name, penalty=None, **values):
    found = sc.certify_preference(name, penalty)
    return found.at(**values) if values else found


@cache
def rewards(name, penalty=None, lambdas=(1e-3, 1.0, 30.0), rate=0.4):
    claim = preference_claim(certificate(name, penalty))
    return Rewards.of(claim, FlippedPairs(SMALL, rate), lambdas)


def row(found, text):
    (one,) = [r for r in found.agreement.rows if text in r.name]
    return one


@pytest.mark.parametrize("penalty", [None, "h**2/2", "l2"])
@pytest.mark.parametrize("name", [pytest.param(n, marks=[] if n in ("ipo", "sppo") else pytest.mark.slow)
                                  for n in names("preference")])  # fmt: skip
def test_no_certificate_is_contradicted(name, penalty):
    try:
        found = confirm(certificate(name, penalty), data=SMALL).outcome
    except ConfirmationError as refused:
        found = str(refused)
    assert found is Outcome.AGREES or "claims nothing" in found or "reached no minimum" in found


# sin(h) - 2 h and sin(3 h) - 3 h are odd: flips multiply the risk by 1 - 2 eps.  -h + q, q of degree 4 in both scores
# and no convex function, is exact.


QUARTIC = "rejected - chosen + chosen**4 + rejected**4 - chosen**2*rejected**2/2"


@pytest.mark.parametrize(
    ("loss", "penalty"),
    [("sin(h) - 2*h", "h**2/2"), ("-sin(h)", None), pytest.param(QUARTIC, None, marks=pytest.mark.slow)],
)
def test_of_several_minima_the_two_trainings_compare_the_same(loss, penalty):
    claim = preference_claim(certificate(loss, penalty))
    assert not claim.is_convex
    made = Rewards.of(claim, FlippedPairs(SMALL, 0.4), (0.1, 1.0))
    found = [*exact_rows(made), *symmetric_rows(made)]
    assert found
    assert {r.outcome for r in found} == {Outcome.AGREES}


@pytest.mark.parametrize("name", ["ropo", pytest.param("bco", marks=pytest.mark.slow)])
def test_of_a_loss_that_is_not_convex_a_false_claim_is_contradicted(name):
    penalty = "l2" if name == "bco" else "h**2/2"
    claim = replace(preference_claim(certificate(name, penalty)), is_symmetric=True, is_convex=False)
    (found,) = symmetric_rows(Rewards.of(claim, FlippedPairs(SMALL, 0.4), (1e-3, 0.1)))
    assert found.outcome is Outcome.CONTRADICTS


def test_of_a_few_items_no_tau_is_compared():
    few = generated_pairs(60, 3, 5, seed=2)
    names_of = [r.name for r in confirm(certificate("ipo"), data=few).agreement.rows]
    assert not any("Kendall" in name for name in names_of)


@pytest.mark.parametrize(("name", "penalty"), [("ipo", None), ("dpo", "h**2/2"), ("nca", "l2"), ("apo_zero", "l2")])
def test_pairs_in_both_orders_are_refused(name, penalty):
    first, second = SMALL.chosen[:20], SMALL.rejected[:20]
    both = torch.cat([first, second]), torch.cat([second, first])
    with pytest.raises(DataError, match=r"the differences phi\(chosen\) - phi\(rejected\) average to 0"):
        confirm(certificate(name, penalty), data=both)


def test_what_double_precision_does_not_tell_is_no_missing_minimum():
    with pytest.raises(ConfirmationError, match="double precision does not tell") as raised:
        confirm(certificate("ipo"), data=SMALL, rho="0.4999999")
    assert "there may be none" not in str(raised.value)


# The figures of THEORY 17: a linear reward, exact flips of 2/5


@pytest.mark.parametrize("penalty", [None, "h**2/2"])
@pytest.mark.parametrize("seed", [1])
def test_ipo_is_exact_to_rounding(seed, penalty):
    """1 - cos <= 2e-16 and tau = 1: the quadratic of flipped pairs has the minimiser (1 - 2 eps) w."""
    found = confirm(certificate("ipo", penalty, beta=1), data=generated_pairs(seed=seed))
    assert found.outcome is Outcome.AGREES
    assert max(m.apart for m in found.measurements) <= 2e-16
    assert min(m.tau for m in found.measurements) == pytest.approx(1)
    assert all(m.ratio == pytest.approx(1 - 2 * m.rate, abs=1e-10) for m in found.measurements)


def test_dpo_ranks_otherwise_with_a_weak_penalty_and_not_with_a_strong_one():
    """beta = 1.  THEORY has .957 to .980 over seeds at 1e-3 and 1.0000 at 3; draws of 200 pairs scatter by .02."""
    claim = preference_claim(certificate("dpo", "h**2/2", beta=1))
    found = [Rewards.of(claim, FlippedPairs(generated_pairs(seed=s), 0.4), (1e-3, 3.0)) for s in range(6)]
    weak, strong = ([r.measurements[k].tau for r in found] for k in (0, 1))
    assert 0.957 < sum(weak) / len(weak) < 0.980
    assert max(weak) < 0.999
    assert min(weak) > 0.92
    # tau in steps of 2/19,900: two pairs of items at most
    assert min(strong) > 1 - 2.5e-4


def test_the_distance_of_dpo_falls_with_the_order_that_is_predicted():
    """h is odd in the labels: 1 - cos falls like lambda^-6, the square of the order 3 of C = 2 and CE with z'Az."""
    claimed = certificate("dpo", "h**2/2", beta=1)
    made = Rewards.of(preference_claim(claimed), FlippedPairs(SMALL, 0.4), (20.0, 200.0))
    gaps = [m.apart for m in made.measurements]
    # at lambda = 20 the next order is 1/20 of the leading one, and enters twice
    assert gaps[0] / gaps[1] == pytest.approx(1e6, rel=0.2)
    found = confirm(claimed, data=SMALL)
    assert row(found, "distance of clean to noisy").name.endswith("constant of 1/lambda^3")


# What is claimed


@pytest.mark.parametrize(("name", "kappa"), [("dpo", 0.1), ("ipo", 20.0), ("nca", 0.05), ("exponential", 0.2)])
def test_the_first_step_is_that_of_dpo_times_kappa_over_beta(name, kappa):
    """kappa of THEORY 17 at beta = 1/10: beta, 2/beta, beta/2, 2 beta."""
    held = certificate(name, None, beta="1/10")
    made = Rewards.of(preference_claim(held), FlippedPairs(SMALL, 0.3))
    share, across, sign, flipped = first_step_rows(made.claim, made)
    assert share.predicted == pytest.approx(kappa / 0.1)
    assert [r.outcome for r in (share, across, sign, flipped)] == [Outcome.AGREES] * 4
    assert (sign.measured, flipped.measured) == (1.0, pytest.approx(0.4))


def test_a_negative_kappa_starts_the_other_way():
    """DiscoPOP at tau = 1/20: kappa = (3/20 - 1 + log 2)/(1/10) beta = -1.569 beta."""
    made = Rewards.of(preference_claim(certificate("discopop", None, tau="1/20", beta=1)), FlippedPairs(SMALL, 0.3))
    share, _, sign, _ = first_step_rows(made.claim, made)
    assert share.predicted == pytest.approx(-1.5685, abs=1e-4)
    assert (share.outcome, sign.measured) == (Outcome.AGREES, -1.0)


def test_a_loss_without_a_reference_starts_nowhere_that_is_known():
    made = Rewards.of(preference_claim(certificate("simpo", "h**2/2")), FlippedPairs(SMALL, 0.3))
    assert list(first_step_rows(made.claim, made)) == []


def test_a_symmetric_loss_sees_flips_as_a_larger_weight():
    found = rewards("apo_zero", "l2")
    (one,) = symmetric_rows(found)
    assert one.outcome is Outcome.AGREES
    assert list(exact_rows(found)) == []


@pytest.mark.slow
def test_a_penalty_of_another_degree_has_its_own_power():
    """h^4/4 and IPO: the limit problem is -2 t h + h^4/4, and flips multiply its minimum by a^(1/3)."""
    found = confirm(sc.certify_preference("(h - 1/2)**2", "h**4/4"), data=SMALL)
    assert found.outcome is Outcome.AGREES
    assert row(found, "noise factor").predicted == pytest.approx(0.2 ** (1 / 3))


@pytest.mark.parametrize(
    ("loss", "penalty"),
    [("-h/3 + abs(h)**3/2", "abs(h)**3"), pytest.param("-5*h + abs(h)**4/3 + h**3", "h**2/2", marks=pytest.mark.slow)],
)
def test_powers_of_sizes_have_orders_of_their_own(loss, penalty):
    """|h|^k has its terms at h = 0, with the sign of the limit."""
    assert confirm(sc.certify_preference(loss, penalty), data=SMALL, rho=0.1).outcome is Outcome.AGREES


def test_sampled_flips_have_a_limit_of_their_own():
    found = confirm(certificate("dpo", "h**2/2"), data=SMALL, noise="sampled", seed=3)
    assert found.outcome is Outcome.AGREES
    assert row(found, "sampled labels: norm of noisy over clean").predicted != pytest.approx(0.2, abs=1e-3)
    assert "of 60 drawn with seed 3)" in found.agreement.title
    exact = confirm(certificate("ipo"), data=SMALL, noise="sampled", seed=3)
    assert not any(r.name.startswith("exact") for r in exact.agreement.rows)


def test_without_flips_nothing_differs():
    found = confirm(certificate("dpo", "h**2/2"), data=SMALL, rho=0)
    assert found.outcome is Outcome.AGREES
    assert max(m.apart for m in found.measurements) < 1e-20


# It can fail


@pytest.mark.parametrize(
    ("name", "penalty", "wrong", "rows"),
    [
        ("dpo", "h**2/2", {"degree": 2.0}, exact_rows),
        ("ipo", "h**2/2", {"degree": 3.0}, exact_rows),
        ("dpo", "h**2/2", {"is_symmetric": True}, symmetric_rows),
        ("dpo", "h**2/2", {"kappa": -0.1}, lambda found: first_step_rows(found.claim, found)),
        ("dpo", "h**2/2", {"kappa": 0.1001}, lambda found: first_step_rows(found.claim, found)),
        ("apo_down", "l2", {"has_first_step": True}, lambda found: first_step_rows(found.claim, found)),
    ],
    ids=["exact", "degree", "symmetric", "sign", "kappa", "drift"],
)
def test_a_false_claim_is_contradicted(name, penalty, wrong, rows):
    claim = replace(preference_claim(certificate(name, penalty)), **wrong)
    found = Rewards.of(claim, FlippedPairs(SMALL, 0.4), (1e-3, 1e-2))
    assert Outcome.CONTRADICTS in {r.outcome for r in rows(found)}


@pytest.mark.parametrize("wrong", [{"kappa": 0.1001}])
def test_a_false_limit_is_contradicted(monkeypatch, wrong):
    from numerics.confirmations.preferences import preference_confirmation as module

    monkeypatch.setattr(module, "preference_claim", lambda made: replace(preference_claim(made), **wrong))
    assert confirm(certificate("dpo", "h**2/2"), data=SMALL).outcome is Outcome.CONTRADICTS


# Bad input


@pytest.mark.parametrize(
    ("name", "penalty", "data", "message"),
    [
        (
            "dpo",
            None,
            SEPARABLE,
            "training dpo alone on the clean pairs of generated pairs reached no minimum (scores of",
        ),
        pytest.param(
            "rdpo",
            None,
            SEPARABLE,
            'give a penalty, as in certify_preference(..., "h**2/2"), or pairs that',
            marks=pytest.mark.slow,
        ),
        ("apo_down", "l2", SMALL, "certificate: that of apo_down + l2 claims nothing that training could confirm or"),
    ],
)
def test_where_there_is_nothing_to_compare_it_says_so(name, penalty, data, message):
    with pytest.raises(ConfirmationError) as error:
        confirm(certificate(name, penalty), data=data)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("settings", "kind", "message"),
    [
        ({"model": "mlp"}, ConfirmationError, "model: of a preference loss a linear reward is trained"),
        ({"reference": True}, ConfirmationError, "reference: of a preference loss a linear reward is trained"),
        ({"data": "digits"}, DataError, "accepted is a pair (chosen, rejected)"),
        ({"rho": 0.5}, NoiseError, "rho: got 0.5; accepted is 0 <= rho < (C-1)/C = 1/2"),
        ({"rho": None}, NoiseError, "rho: got None; accepted is 0 <= rho < (C-1)/C = 1/2"),
        ({"rho": True}, NoiseError, "rho: got True"),
        ({"rho": "40 %"}, NoiseError, "rho: got '40 %'; accepted is a number from 0 to 1: write 2/5"),
        ({"out": ""}, ConfirmationError, "out: got an empty text; name a folder"),
        ({"data": SMALL.answers.numpy()}, DataError, "data: got one ndarray of shape (60, 2, 3); accepted is a pair"),
        ({"noise": "drawn"}, NoiseError, "noise: got 'drawn'"),
        ({"seed": 3}, NoiseError, "exact noise draws nothing"),
    ],
)
def test_wrong_settings_are_refused(settings, kind, message):
    with pytest.raises(kind) as error:
        confirm(certificate("ipo"), **settings)
    assert message in str(error.value)


def test_pairs_that_tie_in_the_limit_are_left_out_and_told_of():
    """E[d d'] w = E[d]/2 with d = x e_1, and e_2 and -e_2 once each: w lies along e_1, and these two have h = 0."""
    along = torch.tensor([[2.0, 0], [1, 0], [-1, 0], [3, 0], [1.5, 0], [-0.5, 0], [2.5, 0], [1, 0]]).double()
    # Every fifth pair is set aside: the two stand where they are trained on.
    chosen = torch.cat([along[:1], torch.tensor([[0.0, 1], [0, -1]]).double(), along[1:]])
    found = confirm(certificate("dpo", "h**2/2"), data=(chosen, torch.zeros_like(chosen)))
    assert found.outcome is Outcome.AGREES
    ties = "2 of 8 pairs have tied scores in the limit: which answer is preferred is not predicted, and they are left"
    assert [note for note in found.agreement.notes if note.startswith(ties)]
    assert "6 of 8 pairs" in row(found, "pairs whose preferred answer").name
    assert not any("class" in text for text in found.agreement.notes)


def test_pairs_are_no_data_for_a_classifier():
    with pytest.raises(DataError, match="the certificate is one of a classifier"):
        confirm(sc.certify("cross_entropy", "l2"), data=SMALL)


def test_a_free_parameter_without_a_default_is_asked_for():
    free = sc.certify_preference(lambda h: sc.softplus(-sc.Parameter("b", above=0) * h), "h**2/2")
    with pytest.raises(
        ConfirmationError, match=r"b: the certificate of .* leaves it free in .*; give it a value: cert.at"
    ):
        confirm(free, data=SMALL)
    assert confirm(free.at(b=1), data=SMALL).outcome is Outcome.AGREES


# Data


def test_a_constant_feature_cancels_in_h():
    chosen, rejected = (torch.cat([x, torch.ones(60, 1)], 1) for x in (SMALL.chosen, SMALL.rejected))
    found = confirm(certificate("ipo"), data=(chosen, rejected))
    assert found.outcome is Outcome.AGREES
    plain = confirm(certificate("ipo"), data=(SMALL.chosen, SMALL.rejected))
    assert [m.ratio for m in found.measurements] == pytest.approx([m.ratio for m in plain.measurements])


def test_1_minus_cos_keeps_its_digits():
    one = torch.tensor([1.0, 0.0], dtype=torch.float64)
    # 1 - cos(t) = t^2/2 to first order
    assert cosine_gap(one, torch.tensor([1.0, 1e-12], dtype=torch.float64)) == pytest.approx(5e-25)


# Report and command


def test_the_report_has_the_table_the_figure_and_the_record(tmp_path):
    found = confirm(certificate("ipo"), data=SMALL, out=tmp_path / "ipo")
    assert sorted(f.name for f in (tmp_path / "ipo").iterdir()) == ["confirmation.json", "rankings.png", "report.md"]
    record = json.loads((tmp_path / "ipo" / "confirmation.json").read_text("utf-8"))
    assert record["agreement"]["outcome"] == "agrees"
    assert record["fingerprint"] == SMALL.fingerprint
    assert len(record["measurements"]) == len(found.measurements) == 4
    assert record == json.loads(confirm(certificate("ipo"), data=SMALL).to_json())
    report = (tmp_path / "ipo" / "report.md").read_text("utf-8")
    assert "| flips | 1 - cos |" in report
    assert "no penalty" in report
    assert (tmp_path / "ipo" / "rankings.png").read_bytes().startswith(b"\x89PNG")


def test_the_command_prints_the_tables(capsys):
    assert command.confirm_preference(["ipo", "h**2/2", "--param", "beta=1", "--rho", "3/10"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("ipo(beta=1) + h**2/2 on generated pairs (flips 0.3): agrees\n")
    assert "lambda  1 - cos" in shown
    assert command.confirm_preference(["--formula", "(h - 1/2)**2", "--noise", "sampled", "--seed", "3", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["seed"] == 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "symcheck: confirm-preference: got the names none; accepted: NAME, or NAME and PENALTY"),
        (["ipo", "--rho", "1/2"], "symcheck: rho: got 1/2; accepted is 0 <= rho < (C-1)/C = 1/2"),
        (["ipo", "--seed", "1"], "symcheck: --seed: got 1, and exact noise draws nothing"),
        (["gce"], "symcheck: "),
        (["ipo", "--dat", "x"], "unrecognized arguments: --dat x"),
    ],
)
def test_wrong_arguments_are_usage(arguments, message, capsys):
    assert command.confirm_preference(arguments) == 64
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("outcome", list(Outcome))
def test_the_exit_code_is_the_outcome(monkeypatch, outcome):
    from types import SimpleNamespace

    empty = Agreement("made", ())
    found = SimpleNamespace(outcome=outcome, to_text=empty.to_text, to_json=str, files=dict)
    monkeypatch.setattr("numerics.confirmations.confirmation.confirm", lambda *_, **__: found)
    code = {"agrees": 0, "contradicts": 1, "inconclusive": 2}[str(outcome)]
    assert command.confirm_preference(["ipo"]) == code


def test_a_limit_that_rounding_hides_is_not_said_to_agree():
    """softplus(-10^5 h): the scores that are solved for are far below the rounding of the gradient, 1e5 eps lambda."""
    found = row(confirm(sc.certify_preference("softplus(-100000*h)", "h**2/2"), data=SMALL), "from its limit S")
    assert found.outcome is not Outcome.AGREES or found.tolerance < 1
