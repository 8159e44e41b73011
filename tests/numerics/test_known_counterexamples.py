"""The counterexamples of THEORY 10 are what training shows, and a false statement about one is contradicted."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from fractions import Fraction
from typing import final

import pytest
import torch

from numerics.commands.counterexample import counterexample as command
from numerics.counterexamples.known import (
    classes_at,
    has_minimiser_without_penalty,
    known_counterexamples,
    lambdas_in,
    problems_of,
    trained_case,
    without_penalty,
)
from numerics.counterexamples.trials import KnownCounterexamples
from numerics.runs.agreement import Outcome
from symcheck.counterexamples import counterexample, counterexamples
from symcheck.counterexamples.base import Control, LambdaClaim, every_positive, from_on, rows, up_to
from symcheck.errors import UnknownNameError
from symcheck.language.functions import mean, total
from symcheck.language.term import Label, Term, Vec
from symcheck.losses.base import Loss
from symcheck.losses.class_weighted_ce import ClassWeightedCE
from symcheck.losses.square import Square
from symcheck.minimisers.family import Reference
from symcheck.minimisers.prediction_verdict import Winners

THEORY: dict[str, list[tuple[float, float, Winners, Winners]]] = {
    "square_on_a_line": [(0, math.inf, (1,), (2,))],
    "square_with_reference_class": [(0, math.inf, (1, 2), (1, 3))],
    "one_vs_rest_anisotropic": [(0.1, math.inf, (1,), (3,)), (0, 0.03, (1,), (1,))],
    "class_weights": [(0, math.inf, (1,), (2,))],
    "logit_adjustment": [(0, math.inf, (1,), (2,))],
    "small_penalty_three_classes": [(0, 0.1, (1, 2, 3), (1, 1, 3)), (1, math.inf, (1, 1, 3), (1, 1, 3))],
    "small_penalty_two_classes": [
        (0, 0.01, (1, 1, 2, 2), (1, 2, 2, 2)), (0.05, math.inf, (1, 2, 2, 2), (1, 2, 2, 2)),
    ],
    "tie_in_the_limit": [(0, math.inf, (1,), (2,))],
}  # fmt: skip
"""The table of THEORY 10, read by eye: lambda from and to, and the classes before and after noise."""


@pytest.fixture(scope="module")
def found() -> KnownCounterexamples:
    return known_counterexamples()


@pytest.mark.parametrize("name", THEORY)
def test_training_finds_what_the_theory_says(name: str, found: KnownCounterexamples) -> None:
    trials = [t for t in found.only(name) if not t.part]
    for low, high, clean, noisy in THEORY[name]:
        inside = {float(t.lambda_): t.found for t in trials if low <= float(t.lambda_) <= high}
        assert len(inside) >= 3
        assert set(inside.values()) == {(clean, noisy)}
        assert set(inside) >= {x for x in (low, high) if 0 < x < math.inf}
        assert max(inside) == min(high, 1e4)
    assert any(t.found[0] != t.found[1] for t in trials)


def test_the_table_has_all_of_them_and_their_controls(found: KnownCounterexamples) -> None:
    assert found.outcome is Outcome.AGREES
    assert {t.case for t in found.trials} == set(THEORY) == {case.name for case in counterexamples()}
    controls = {(case.name, control.title) for case in counterexamples() for control in case.controls}
    assert len(controls) >= 6
    assert controls <= {(t.case, t.part) for t in found.trials}
    assert {t.found[0] == t.found[1] for t in found.trials if (t.case, t.part) in controls} == {True}


def test_both_sides_of_a_threshold_are_trained(found: KnownCounterexamples) -> None:
    """t = (1 - 3 rho)/(5 (1 + lambda)) on the line, so it turns at rho = 1/3 (THEORY 10)."""
    sides = {t.part: t.found[1] for t in found.only("square_on_a_line") if t.part.startswith("rho")}
    assert sides == {"rho just below 1/3": (1,), "rho just above 1/3": (2,)}


def test_lambda_0_is_trained_where_it_has_a_minimiser_and_left_out_where_not(found: KnownCounterexamples) -> None:
    """A square has its minimum at the label; the other losses fall for ever where labels are certain."""
    at_zero = {t.case for t in found.trials if t.lambda_ == 0}
    assert at_zero >= {"square_on_a_line", "square_with_reference_class"}
    assert at_zero == {case.name for case in counterexamples() if isinstance(case.loss, Square)}
    assert set(found.without_minimiser) == set(THEORY) - at_zero
    left_out = ", ".join(sorted(set(THEORY) - at_zero))
    assert found.notes == (
        f"lambda = 0 is left out of {left_out}: without a penalty the loss of the clean labels has no minimiser",
    )


def test_cross_entropy_has_a_minimiser_of_its_own_where_labels_are_not_certain() -> None:
    """One point with the law q, z_3 = 0: z_c = log(q_c/q_3), against no minimiser for a certain label."""
    case = replace(counterexample("class_weights"), loss=ClassWeightedCE(w=(1, 1, 1)), family=Reference())
    clean, noisy = problems_of(case)
    assert not has_minimiser_without_penalty(clean)
    assert has_minimiser_without_penalty(noisy)
    scores, _ = without_penalty(noisy).minimiser(1.0)
    # q = (3/5, 1/5, 1/5) at rho = 2/5
    torch.testing.assert_close(scores, torch.tensor([[math.log(3), 0.0, 0.0]], dtype=torch.float64))


@pytest.mark.parametrize("lambda_", [Fraction(1, 1000), Fraction(1), Fraction(10**4)])
def test_scores_are_those_of_the_closed_form(lambda_: Fraction) -> None:
    """The row "tie" of THEORY 10: z_1 = a alpha/(6 (1 + m alpha)), z_2 = a alpha/(6 (1 + alpha)); z_3 = -a alpha/3."""
    alpha = float(1 / lambda_)
    for problem, a, m in zip(problems_of(counterexample("tie_in_the_limit")), (1, 1 / 4), (1 / 2, 11 / 8), strict=True):
        scaled, _ = problem.minimiser(alpha)  # Z/alpha
        right = [[a / (6 * (1 + m * alpha)), a / (6 * (1 + alpha)), -a / 3]]
        torch.testing.assert_close(scaled, torch.tensor(right, dtype=torch.float64), rtol=0, atol=1e-11)


def test_the_prediction_turns_at_the_threshold_of_lambda() -> None:
    """One-vs-rest logistic with 2Q = diag(1, 4, 5): z_1 = z_3 at lambda = 1/(40 log(23/17)), and nowhere else."""
    clean, noisy = problems_of(counterexample("one_vs_rest_anisotropic"))
    turn = Fraction(1 / (40 * math.log(23 / 17)))
    assert [classes_at(noisy, turn * x) for x in (Fraction(999, 1000), Fraction(1001, 1000))] == [(1,), (3,)]
    assert [classes_at(clean, turn * x) for x in (Fraction(999, 1000), Fraction(1001, 1000))] == [(1,), (1,)]
    # lambda = 0: sigmoid(z_i) = q_i with q = (.4, .3, .3)
    assert [classes_at(noisy, Fraction(x)) for x in (0, 1)] == [(1,), (3,)]


MUTATIONS = {
    "an interval that is too long": replace(
        # it is (1, 1, 3) on both sides from lambda = 1 on
        counterexample("small_penalty_three_classes"), claims=(LambdaClaim(up_to(1), (1, 2, 3), (1, 1, 3)),)
    ),
    "another class": replace(counterexample("class_weights"), claims=(LambdaClaim(every_positive(), (1,), (3,)),)),
    "another rate": replace(counterexample("square_on_a_line"), rho=Fraction(3, 10), flips_above=None),
    "another loss": replace(counterexample("class_weights"), loss=ClassWeightedCE(w=(1, 1, 1))),
    "other data": replace(counterexample("square_with_reference_class"), features=rows([3], [1]), flips_above=None),
    "a control that turns": replace(
        counterexample("tie_in_the_limit"), controls=(
            Control(title="none", claims=(LambdaClaim(from_on(1), (1,), (1,)),
        )),)
    ),
    "another threshold": replace(counterexample("square_on_a_line"), flips_above=Fraction(7, 20)),
}  # fmt: skip
"""False statements, each by one change."""


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_false_statement_is_contradicted(name: str) -> None:
    assert trained_case(MUTATIONS[name]).outcome is Outcome.CONTRADICTS


def test_a_prediction_without_a_lead_stays_open() -> None:
    """Cross entropy on one point with the labels 1 and 2 alike: z_1 = z_2 by symmetry, with or without noise."""
    case = replace(
        counterexample("class_weights"), loss=ClassWeightedCE(w=(1, 1, 1)), labels=rows([0.5, 0.5, 0]),
        controls=(),
    )  # fmt: skip
    found = trained_case(case)
    assert {t.found for t in found.trials} == {((0,), (0,))}
    assert found.outcome is Outcome.INCONCLUSIVE
    assert not found.agrees
    assert "(?) -> (?)" in found.to_text()


@final
class Falling(Loss):
    """mean(z) - z_y - ||z||^2: with lambda/2 ||z||^2 it has a minimiser for lambda > 2 alone."""

    def formula(self, z: Vec, y: Label) -> Term:
        return mean(z) - z[y] - total(z**2)


def test_a_prediction_without_a_minimiser_stays_open() -> None:
    found = trained_case(replace(counterexample("class_weights"), loss=Falling(), controls=()))
    classes = {float(t.lambda_): t.found[0] for t in found.trials}
    assert classes == {0.001: (0,), 1: (0,), 100: (1,), 10000: (1,)}


def test_lambdas_are_ends_that_belong_to_the_interval_and_some_between() -> None:
    assert list(map(float, lambdas_in(up_to(0.03)))) == [0.0003, 0.001, 0.003, 0.03]
    assert list(map(float, lambdas_in(from_on(0)))) == [0, 0.001, 1, 100, 10000]
    assert list(map(float, lambdas_in(every_positive()))) == [0.001, 1, 100, 10000]


def test_the_table_says_what_agrees() -> None:
    right = trained_case(counterexample("square_on_a_line"))
    assert right.to_text().splitlines()[0] == (
        "1 counterexample in 20 trials, predicted beside trained: all trials agree"
    )
    columns = [cell.strip() for cell in right.to_text().splitlines()[3].split("  ") if cell]
    assert columns == ["square_on_a_line", "2/5", "0, 0.001, 1, 100, 10000", "(1) -> (2)", "(1) -> (2)", "yes"]
    wrong = trained_case(MUTATIONS["another threshold"]).to_markdown()
    assert wrong.startswith(
        "### 1 counterexample in 20 trials, predicted beside trained: **5 of 20 trials do not agree**"
    )
    assert "| square\\_on\\_a\\_line, rho just below 7/20 | 349/1000 |" in wrong
    assert "| **no** |" in wrong


def test_a_name_that_is_none_is_named() -> None:
    with pytest.raises(UnknownNameError, match=r"there is no counterexample called 'tie'; did you mean tie_in"):
        known_counterexamples("tie")


def test_the_command_trains_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert command(["--known", "tie_in_the_limit"]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("1 counterexample in 4 trials, predicted beside trained: all trials agree\n")
    assert shown.endswith(
        "lambda = 0 is left out of tie_in_the_limit: without a penalty the loss of the clean labels has no\n"
        "  minimiser\n"
    )


def test_the_command_says_with_its_exit_code_that_one_does_not_agree(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "numerics.counterexamples.known.counterexamples", lambda: (MUTATIONS["another class"], counterexamples()[0])
    )
    assert command(["--known", "--json"]) == 1
    record = json.loads(capsys.readouterr().out)
    assert record["outcome"] == "contradicts"
    assert record["trials"][0] == {
        "case": "class_weights", "part": "", "rho": 0.4, "lambda": 0.001, "predicted_clean": [1],
        "predicted_noisy": [3], "found_clean": [1], "found_noisy": [2], "agrees": False,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--known", "tie"],
            "name: there is no counterexample called 'tie'; did you mean tie_in_the_limit?; accepted are "
            f"{', '.join(sorted(THEORY))}",
        ),
        (
            ["gce", "l2", "--rho", "0.3", "--known"],
            "--known: got LOSS REG, --rho as well; a known counterexample has its own loss, penalty and data: give its "
            "name alone",
        ),
    ],
)
def test_bad_usage_of_the_command_is_64(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(arguments) == 64
    assert capsys.readouterr().err == f"symcheck: {message}\n"
