"""Penalties of a pair: second derivatives, one degree k > 1, what a symmetric loss keeps, and which scores they see."""

from __future__ import annotations

import time
from itertools import product
from typing import Any

import pytest

import symcheck as sc
from symcheck.certificates.preferences.certify_preference import certify_preference
from symcheck.errors import FormulaError
from symcheck.findings.condition import Condition
from symcheck.findings.verdict import Verdict
from symcheck.intake import preference_subject
from symcheck.language.functions import abs as absolute
from symcheck.readings.fixed import FixedReading

P, R, U = Verdict.PROVED, Verdict.REFUTED, Verdict.UNDECIDED

IN_H = ("dpo(beta=1)", "relu(1 - h)", "softplus(rejected - chosen)")
IN_BOTH = ("nca(beta=1)", "sppo(beta=1)", "sigmoid(-chosen) - sigmoid(-rejected)")

# Of h alone, and what is true of them in h: positive second derivatives at 0, or positive and of one degree k > 1.
OF_H = {
    "h**2/2": P,
    "log(cosh(h))": P,  # 1 - tanh(0)^2 = 1
    "h**4": P,
    "h**4/7 + (2*h)**4": P,
    "abs(h)**1.5": P,
    "abs(h)**3": P,
    "sqrt(h**6)": P,
    "(h**2)**(3/4)": P,
    "abs(h)": R,  # k = 1
    "-h**2": R,
    "-h**4": R,
    "-abs(h)**1.5": R,
    "h**4 + h**6": R,  # no one degree
    "relu(abs(h) - 1)": R,
    "h**2 - h**2": R,
    "log(cosh(h))**2": R,
}

# Of both scores, and what is true of them in the two scores.
OF_BOTH = {
    "l2": P,
    "chosen**4 + rejected**4": P,
    "abs(chosen)**1.5 + abs(rejected)**1.5": P,
    "chosen**2 + chosen*rejected + rejected**2": P,
    "chosen**2*rejected**2": R,  # 0 where a score is 0
    "chosen**2 + 3*chosen*rejected + rejected**2": R,  # -1 at (1, -1)
    "chosen*rejected": R,
    "(chosen - rejected)**4 + (chosen + rejected)**2": R,
    "-chosen**4 - rejected**4": R,
}

H_ALONE = "the penalty sees h alone, and the loss depends on both scores"


@pytest.mark.parametrize(("loss", "penalty"), [*product(IN_H, OF_H)])
def test_a_penalty_of_h_holds_a_loss_of_h_where_it_curves_or_is_a_power(loss: str, penalty: str) -> None:
    limit = certify_preference(loss, penalty).answer("limit")
    assert limit.verdict is OF_H[penalty], limit
    assert "direction of h" in limit.statement
    assert H_ALONE not in limit.detail
    # Of one degree in h, and positive where h = 1: nothing of it is left to be assumed.
    assert not any("> 0" in text for text in limit.assumptions if text.startswith("g"))


@pytest.mark.parametrize(("loss", "penalty"), [*product(IN_BOTH, OF_H)])
def test_a_penalty_of_h_leaves_a_loss_of_both_scores_alone_in_a_direction(loss: str, penalty: str) -> None:
    limit = certify_preference(loss, penalty).answer("limit")
    assert limit.verdict is R, limit
    assert "direction of the two scores" in limit.statement
    assert limit.detail == H_ALONE or "gradient" in limit.detail or "minimum" in limit.detail


@pytest.mark.parametrize(("loss", "penalty"), [*product(IN_H[:1] + IN_BOTH[:2], OF_BOTH)])
def test_penalties_of_both_scores(loss: str, penalty: str) -> None:
    limit = certify_preference(loss, penalty).answer("limit")
    assert limit.verdict is OF_BOTH[penalty], limit
    assert H_ALONE not in limit.detail
    assert not any("z != 0" in text for text in limit.assumptions)


def test_a_power_that_does_not_hold_the_loss_is_open() -> None:
    # -h cosh(h) falls faster than h^4 grows: the condition on the penalty is met, and no theorem applies.
    found = certify_preference("softplus(-h) - h*cosh(h)", "h**4")
    limit = found.answer("limit")
    assert limit.verdict is U
    assert limit.reason is not None
    assert "does not hold minimisers" in limit.reason.why
    assert found.certificate.property(Condition.MINIMISERS_HELD).verdict is R


def test_a_power_in_disguise_is_not_refuted() -> None:
    assert certify_preference("softplus(-h)", "log(exp(h**4))").answer("limit").verdict is U


@pytest.mark.parametrize("penalty", ["log(exp(h**4))", "h**2/2", "abs(chosen) + abs(rejected)", "h**3"])
def test_a_penalty_that_was_not_looked_at_to_the_end_is_not_said_to_be_uneven(
    penalty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preference_subject, "SECONDS", 0.0)
    with pytest.raises(FormulaError) as e:
        certify_preference("softplus(-h)", penalty)
    assert str(e.value) == (
        f"penalty: {penalty}: the time was over before it was seen whether it is the same when the two answers are "
        "swapped; simplify the formula, give values to parameters, or write it in h**2"
    )


def test_a_pause_decides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock goes on by more than a second whenever a formula is read, as in a search for garbage."""
    paused, now = [0.0], time.monotonic

    class Slow(FixedReading):
        def read(self, *formula):
            paused[0] += 1.2
            return super().read(*formula)

    monkeypatch.setattr(preference_subject, "FixedReading", Slow)
    monkeypatch.setattr(time, "monotonic", lambda: now() + paused[0])
    assert certify_preference("softplus(-h)", "log(exp(h**4))").answer("limit").verdict is U
    assert paused[0] > 2


@pytest.mark.parametrize("penalty", ["abs(h)**1.5", "(h**2)**(3/4)", "abs(h)**2.5"])
def test_zero_at_equal_scores_is_not_positive(penalty: str) -> None:
    # g(1, 1) = 0, by a ball that is the number 0: on both scores the theorem on homogeneous penalties says nothing.
    certificate = certify_preference("nca(beta=1)", penalty).certificate
    found = certificate.property(Condition.REGULARIZER_POSITIVE)
    assert found.verdict is R
    assert found.witness is not None
    assert found.witness.value == "0"
    assert not any("homogeneous" in theorem.name for theorem in certificate.theorems)


@pytest.mark.parametrize("loss", ["-tanh(h)", "sympo(beta=1)", "apo_zero(beta=2)", "-h", "abs(rejected) - abs(chosen)"])
def test_a_symmetric_loss_keeps_its_minimisers_alone_and_moves_them_with_a_penalty(loss: str) -> None:
    # By hand: -h + lambda h^2/2 has its minimum at 1/lambda, and with flips at (1 - 2 eps)/lambda.
    alone, both = certify_preference(loss), certify_preference(loss, "l2")
    assert "keeps its minimisers under flips, for every model" in alone.headline
    assert "keeps its minimisers" not in both.headline
    assert "the minimisers of clean pairs at lambda/(1 - 2 eps)" in both.headline


@pytest.mark.parametrize(
    ("loss", "penalty", "degree"),
    [
        ("relu(rejected) - relu(chosen)", None, None),
        ("abs(rejected) - abs(chosen)", "chosen**2 + rejected**2", 2),
        ("log_sigmoid(-h) - log_sigmoid(h)", "abs(h)**3", 3),  # -h in disguise
        ("relu(-h) - relu(h)", "h**2", 2),
    ],
)
def test_a_constant_even_part_is_of_every_degree(loss: str, penalty: str | None, degree: int | None) -> None:
    exact = certify_preference(loss, penalty).answer("exact")
    assert exact.verdict is P
    assert exact.degree == degree


def test_an_odd_part_that_is_not_of_degree_one_is_not_exact() -> None:
    for loss in ("relu(rejected)**2 - relu(chosen)**2", "tanh(rejected) - tanh(chosen)"):
        assert certify_preference(loss).answer("exact").verdict is R


def test_sums_in_titles_have_brackets() -> None:
    assert certify_preference("dpo", "-h**2").title == "dpo + (-h**2)"
    assert certify_preference("dpo", "1 - exp(-h**2)").title == "dpo + (1 - exp(-h**2))"
    assert certify_preference("dpo", "h**2/2").title == "dpo + h**2/2"
    assert certify_preference("dpo", lambda h: absolute(h) ** 3).answer("limit").verdict is P


@pytest.mark.parametrize("loss", ["-h/0", "log(h)", "1/h", "log(chosen) - rejected", "-h**2/h"])
def test_a_loss_without_a_value_at_scores_0_is_an_error_in_its_own_words(loss: str) -> None:
    with pytest.raises(FormulaError, match=r"is undefined where both scores are 0: .* does not exist") as e:
        certify_preference(loss)
    assert str(e.value).startswith(f"preference: {loss} ")
    assert "z[y]" not in str(e.value)


@pytest.mark.parametrize("penalty", ["1/h**2", "log(h**2)"])
def test_a_penalty_without_a_value_at_scores_0_likewise(penalty: str) -> None:
    with pytest.raises(FormulaError, match=r"penalty: .* is undefined where both scores are 0"):
        certify_preference("dpo", penalty)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (lambda h: h**2, "h**2"),
        (lambda h: sc.cosh(h) - 1, "cosh(h) - 1"),
        (lambda chosen, rejected: chosen**2 + rejected**2, "chosen**2 + rejected**2"),
        (lambda chosen, rejected: (chosen - rejected) ** 2 / 2, "h**2/2"),
        (lambda chosen, rejected: (chosen - rejected) ** 2 + chosen**2 + rejected**2, None),
        # of the classes' scores: these are no penalties chosen**2 and chosen
        (lambda z: sc.mean(z**2), "mean(z**2)"),
        (lambda z: sc.mean((z - sc.mean(z)) ** 2), "mean((z - mean(z))**2)"),
    ],
)
def test_a_penalty_given_as_code_is_shown_in_the_scores_that_it_was_written_in(code: Any, text: str | None) -> None:
    found = certify_preference("dpo", code)
    assert found.penalty_text == text or (text is None and found.penalty_text.startswith("(chosen - rejected)**2 +"))
    assert sc.recheck(found.to_json()).to_json() == found.to_json()


def test_values_for_parameters_of_a_penalty_leave_it_in_h() -> None:
    found = certify_preference("dpo", lambda h: sc.Parameter("w", above=0) * h**2)
    assert (found.penalty_text, found.at(w=3).penalty_text) == ("w*h**2", "3*h**2")
