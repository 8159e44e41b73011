"""Budgets: time and size, each with its reason.  The clock is a fake: no test here takes time."""

from __future__ import annotations

import pytest

import symcheck as sc
from symcheck import budget
from symcheck.budget import MOST_TERMS, Budget
from symcheck.errors import ParameterError
from symcheck.reason import Code, Undecided


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(budget.time, "monotonic", lambda: now[0])
    return now


def test_time_up_to_the_deadline_and_not_beyond(clock: list[float]) -> None:
    ten = Budget(10)
    clock[0] = 110.0
    ten.check()
    clock[0] = 110.5
    with pytest.raises(Undecided) as caught:
        ten.check()
    assert caught.value.reason.code is Code.BUDGET
    assert str(caught.value) == (
        "budget: the budget of 10 s is spent; raise budget=, narrow the scope, or give values to parameters"
    )
    assert ten.is_spent


def test_a_step_that_is_too_large_is_not_begun_and_no_time_would_help() -> None:
    fresh = Budget()
    fresh.check(terms=MOST_TERMS)
    with pytest.raises(Undecided) as caught:
        fresh.check(terms=MOST_TERMS + 1)
    assert not fresh.is_spent
    assert caught.value.reason.code is Code.BUDGET
    assert str(caught.value) == (
        "budget: an intermediate expression would have up to 20001 terms (at most 20000 are allowed); "
        "give values to parameters, or simplify the formula"
    )


@pytest.mark.parametrize("seconds", ["1", None, float("nan"), [1]])
def test_what_is_no_number_of_seconds(seconds: object) -> None:
    for asked in (
        lambda: Budget(seconds),  # type: ignore[arg-type]
        lambda: sc.certify("cross_entropy", "l2", budget=seconds),  # type: ignore[arg-type]
        lambda: sc.certify_preference("dpo", budget=seconds),  # type: ignore[arg-type]
        lambda: sc.advise(10, losses=["mae"], budget=seconds),  # type: ignore[arg-type]
    ):
        with pytest.raises(ParameterError, match=r"budget: got .*; accepted is a number of seconds"):
            asked()
