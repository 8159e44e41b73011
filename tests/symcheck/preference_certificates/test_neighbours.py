"""Neighbours of the losses of THEORY 17: quadratics, cubes, near misses of symmetric and of linear odd parts."""

from __future__ import annotations

import importlib
import time
from typing import Any

import pytest

from symcheck.certificates.preferences.asked import Asked, asked_of
from symcheck.certificates.preferences.certify_preference import certify_preference
from symcheck.certificates.preferences.value import PreferenceCertificate
from symcheck.errors import ArgumentError, FormulaError, ParameterError, ScopeError, SymcheckError, UnknownNameError
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.intake.preference_given import preference_of
from symcheck.intake.preference_subject import PreferenceSubject
from symcheck.language.functions import softplus
from symcheck.language.parameter import Parameter

P, R, U = Verdict.PROVED, Verdict.REFUTED, Verdict.UNDECIDED

# By hand: E(h) = phi(h) + phi(-h) - 2 phi(0) and O(h) = phi(h) - phi(-h).
SYMMETRIC = {
    "sigmoid(-h)": P,  # sigmoid(h) + sigmoid(-h) = 1
    "-tanh(h)": P,
    "-h": P,
    "-h**3": P,
    "softplus(-h) - softplus(h)": P,  # -h in disguise
    "sigmoid(rejected) - sigmoid(chosen)": P,
    "exp(rejected) - exp(chosen)": P,
    "-tanh(h) + h**4/1000": R,
    "sigmoid(rejected) - sigmoid(chosen) + (chosen + rejected)/99": R,
    "softplus(-h)": R,
    "-h + relu(h)/100": R,
}

EXACT = {
    "(h - 1)**2": P,
    "h**2 - h": P,
    "(h - 1/7)**2/3 + 5": P,
    "-h + abs(h)**3": P,
    "-2*h + abs(h)**(3/2)": P,
    "-h - h**2": P,  # minimisers need not exist, and none is moved
    "-h": P,
    "(h + 1)**2": P,
    "log(exp((h - 1)**2))": P,
    "(chosen - rejected - 1)**2": P,
    "(chosen - 1/2)**2 + (rejected + 1/2)**2": P,
    "chosen**4 + rejected**4 - chosen + rejected": P,
    "abs(rejected) - abs(chosen) + chosen**2 + rejected**2": P,  # an odd part of degree 1 that is not linear
    "(h - 1)**2 + h**3": R,
    "(h - 1)**2 + h**4": R,
    "-h + abs(h)**3 + h**2": R,
    "-h + abs(h)": R,  # k = 1
    "-h - h**3 + h**2": R,
    "(chosen - 1)**2 + rejected**2": R,  # a drift: the even part has -chosen - rejected in it
    "relu(1 - h)": R,
    "relu(-h)": R,
    "-tanh(h) + h**2": R,
    "(chosen - 1/2)**2 + 2*(rejected + 1/2)**2": R,
    "chosen**4 + rejected**4 + (chosen - rejected - 1)**2": R,
}

LIMIT = {
    ("softplus(-h)", "h**2/2"): P,
    ("softplus(-h)", "abs(h)**3"): P,  # Theorem 2' for homogeneous penalties
    ("softplus(-h)", "h**2/2 + h**4"): P,
    ("softplus(-h)", "cosh(h) - 1"): P,
    ("softplus(-h)", "l2"): P,
    ("softplus(-h)", "chosen**2 + rejected**2"): P,
    ("softplus(-h)", "-h**2"): R,
    ("softplus(h)", "h**2/2"): R,  # kappa = -1
    ("h**2 + h**3", "h**2/2"): R,  # kappa = 0
    ("relu(-h)", "h**2/2"): R,
    ("relu(1/100 - h)", "h**2/2"): P,
    ("softplus(-chosen) + softplus(rejected)", "l2"): P,
    ("softplus(-chosen) + softplus(rejected)", "h**2/2"): R,  # flat along (1, 1), which the loss is not
    ("softplus(-chosen)", "l2"): R,  # a drift
    ("log(exp(chosen) + exp(rejected)) - chosen", "h**2/2"): P,  # softplus(-h) in disguise
    ("softplus(rejected - chosen) + (chosen + rejected)/100", "l2"): R,
}


@pytest.mark.parametrize(("formula", "verdict"), SYMMETRIC.items())
def test_symmetric(formula: str, verdict: Verdict) -> None:
    found = certify_preference(formula)
    assert found.answer("symmetric").verdict is verdict
    assert found.verdict is P or verdict is R


@pytest.mark.parametrize(("formula", "verdict"), EXACT.items())
def test_exact(formula: str, verdict: Verdict) -> None:
    found = certify_preference(formula)
    assert found.answer("exact").verdict is verdict
    assert (found.answer("exact").witness is not None) is (verdict is R)


@pytest.mark.parametrize(("pair", "verdict"), LIMIT.items())
def test_limit(pair: tuple[str, str], verdict: Verdict) -> None:
    assert certify_preference(*pair).answer("limit").verdict is verdict


def test_exact_at_every_weight() -> None:
    found = certify_preference("(h - 1)**2", "h**2/2").answer("exact")
    assert found.verdict is P
    assert found.degree == 2
    assert "every weight" in found.detail
    assert certify_preference("-h + abs(h)**3", "abs(h)**3").answer("exact").degree == 3
    assert certify_preference("(h - 1)**2", "abs(h)**3").answer("exact").verdict is R
    assert certify_preference("-h", "cosh(h) - 1").answer("exact").verdict is R
    # the pair lives on h, and l2 does not: one degree is enough
    assert certify_preference("(h - 1)**2", "l2").answer("exact").verdict is P


def test_symmetric_with_a_penalty_is_another_weight() -> None:
    found = certify_preference("sigmoid(rejected) - sigmoid(chosen)", "h**2/2")
    assert found.verdict is P
    assert "lambda/(1 - 2 eps)" in found.answer("symmetric").detail


def test_minimisers_are_told_apart_from_robustness() -> None:
    grows, falls = (certify_preference(f"-h + ({q})*h**2").answer("exact").detail for q in (1, -1))
    assert "there are minimisers on finite samples" in grows
    assert "falls in every direction" in falls
    both = certify_preference("(chosen - 1/2)**2 + (rejected + 1/2)**2").answer("exact").detail
    assert "there are minimisers on finite samples" in both
    assert "not shown" in certify_preference("(chosen + rejected)**2 - chosen + rejected").answer("exact").detail


def test_cones_are_linear_in_what_the_loss_reads() -> None:
    def about(*pair: str) -> str:
        return certify_preference(*pair).answer("exact").about

    assert "log-linear policies" in about("(h - 1)**2")
    assert "not policies" in about("(chosen - 1/2)**2 + (rejected + 1/2)**2")
    assert "not policies" in about("(h - 1)**2", "l2")
    assert "length" in about("simpo")


def test_a_value_of_a_parameter_that_helps() -> None:
    s = Parameter("s", at_least=0)
    found = certify_preference(lambda h: (h - 1) ** 2 + s * h**4)
    assert found.verdict is R
    assert "Without a penalty it is PROVED where s = 0." in found.left


def test_a_free_range_near_one_half() -> None:
    found = certify_preference("rdpo", "h**2/2")
    assert found.verdict is P
    assert found.at(eps="499/1000", beta=1).kappa == 500


def test_functions_and_formulas_are_one() -> None:
    def written(h):  # type: ignore[no-untyped-def]
        return softplus(-h)

    one, two = certify_preference(written, "h**2/2"), certify_preference("softplus(-h)", "h**2/2")
    assert one.certificate.loss.formula == two.certificate.loss.formula
    assert [a.verdict for a in one.answers] == [a.verdict for a in two.answers]


# reference


def test_no_run_starts_at_the_reference() -> None:
    assert "first-step" not in _answers(certify_preference("simpo"))
    assert "first-step" not in _answers(certify_preference("dpo", reference=False))
    assert "first-step" in _answers(certify_preference("dpo", reference=True))


def _answers(found: PreferenceCertificate) -> list[str]:
    return [a.name for a in found.answers]


@pytest.mark.parametrize(("name", "given", "told"), [
    ("simpo", True, "has no reference"),
    ("simpo", "ref_policy", "accepted is True or False"),
    ("dpo", "ref_policy", "accepted is True or False"),
    ("dpo", 1, "accepted is True or False"),
])  # fmt: skip
def test_a_reference_that_is_none(name: str, given: object, told: str) -> None:
    with pytest.raises((ArgumentError, FormulaError), match=f"reference: got .*{told}"):
        certify_preference(name, reference=given)  # type: ignore[arg-type]


@pytest.mark.parametrize(("formula", "penalty", "error"), [
    ("h**2", None, FormulaError),
    ("chosen*rejected", None, FormulaError),
    ("dpoo", None, UnknownNameError),
    ("softplus(-h)", "h", SymcheckError),
])  # fmt: skip
def test_wrong_input(formula: str, penalty: str | None, error: type[Exception]) -> None:
    with pytest.raises(error):
        certify_preference(formula, penalty)


def test_values_and_answers_that_are_not_there() -> None:
    found = certify_preference("dpo", "h**2/2")
    with pytest.raises(ParameterError, match="beta"):
        found.at(beta=-1)
    with pytest.raises(ParameterError, match="gamma"):
        found.at(gamma=1)
    with pytest.raises(UnknownNameError, match="limit"):
        found.answer("limits")


def test_a_budget_that_is_spent_leaves_it_open() -> None:
    found = certify_preference("discopop", "h**2/2", budget=1e-9)
    assert found.verdict is not P
    assert {a.verdict for a in found.answers} <= {U, R}


def test_the_budget_begins_with_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    module, seen = importlib.import_module("symcheck.certificates.preferences.certify_preference"), []

    def slow(given: str) -> PreferenceSubject:
        time.sleep(0.2)
        return preference_of(given)

    def noted(*given: Any) -> Asked:
        seen.append(given[-1].left)
        return asked_of(*given)

    monkeypatch.setattr(module, "preference_of", slow)
    monkeypatch.setattr(module, "asked_of", noted)
    certify_preference("dpo", budget=5)
    assert seen[0] <= 5 - 0.2


def test_tiers() -> None:
    assert certify_preference("softplus(-2*h)/2 - h/2*0").tier is Tier.EXACT
    assert certify_preference("softplus(-chosen) + rejected/100").tier is Tier.QUOTIENT


def test_first_steps_at_a_kink_somewhere() -> None:
    # |h - m| has a kink where m = 0, and its first step is DPO's with another kappa elsewhere
    answer = certify_preference(lambda h: abs(h - Parameter("m"))).answer("first-step")
    assert answer.verdict is Verdict.REFUTED
    assert answer.witness is not None
    assert answer.witness.parameters == {"m": 0}


@pytest.mark.parametrize("classes", [3, 1, 0, True, "2", (2, 2), 2.0])
def test_there_is_no_third_class(classes: Any) -> None:
    with pytest.raises(ScopeError, match=r"^classes: got .*two answers, C = 2, and there is no third class: leave"):
        certify_preference("dpo", classes=classes)
    assert certify_preference("dpo", classes=2) == certify_preference("dpo", classes=None)
