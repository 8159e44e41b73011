"""Scopes: the classes and parameter ranges of a statement, alone and joined."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symcheck.errors import ParameterError, ScopeError
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes, Scope

Q, GAMMA = Parameter("q", above=0, at_most=1), Parameter("gamma", at_least=0)


@pytest.mark.parametrize(
    ("value", "shown", "fixed"),
    [
        (None, "every C >= 2", None),
        (10, "C = 10", 10),
        ((2, 1000), "every C from 2 to 1000", None),
        ([3, 3], "C = 3", 3),
        ((5, None), "every C >= 5", None),
        (Classes(3), "every C >= 3", None),
    ],
)
def test_what_classes_stands_for(value: object, shown: str, fixed: int | None) -> None:
    classes = Classes.of(value)  # type: ignore[arg-type]
    assert str(classes) == shown
    assert classes.fixed == fixed


@pytest.mark.parametrize("value", [1, 0, -3, True])
def test_numbers_that_are_no_number_of_classes(value: object) -> None:
    with pytest.raises(ScopeError) as caught:
        Classes.of(value)  # type: ignore[arg-type]
    assert str(caught.value) == f"classes: got {value!r}; accepted is an integer C >= 2, or a pair such as (2, 1000)"


@pytest.mark.parametrize("value", ["10", 2.0, (2,), (2, 3, 4), Fraction(3), {2, 3}])
def test_values_that_are_no_classes(value: object) -> None:
    with pytest.raises(ScopeError) as caught:
        Classes.of(value)  # type: ignore[arg-type]
    assert str(caught.value) == f"classes: got {value!r}; accepted is an integer C >= 2, or a pair such as (2, 1000)"


@pytest.mark.parametrize(("value", "end"), [((2, 2.5), 2.5), ((None, 5), None), (("2", 5), "2"), ((2, True), True)])
def test_ends_that_are_no_number_of_classes(value: object, end: object) -> None:
    with pytest.raises(ScopeError) as caught:
        Classes.of(value)  # type: ignore[arg-type]
    assert str(caught.value) == f"classes: got {end!r}; accepted is an integer C >= 2, or a pair such as (2, 1000)"


def test_a_pair_in_the_wrong_order() -> None:
    with pytest.raises(ScopeError) as caught:
        Classes.of((10, 2))
    assert str(caught.value) == "classes: got (10, 2), which is empty; write the smaller one first"


CLASSES = st.tuples(st.integers(2, 12), st.one_of(st.none(), st.integers(0, 10))).map(
    lambda ends: Classes(ends[0], None if ends[1] is None else ends[0] + ends[1])
)


@given(CLASSES, CLASSES)
def test_joined_scopes_hold_the_classes_that_both_hold(one: Classes, other: Classes) -> None:
    both = [c for c in range(2, 40) if c in one and c in other]  # beyond 22 nothing changes any more
    if both:
        joined = Scope(one).joined(Scope(other))
        assert [c for c in range(2, 40) if c in joined.classes] == both
        assert joined == Scope(other).joined(Scope(one))
    else:
        with pytest.raises(ScopeError):
            Scope(one).joined(Scope(other))


def test_joined_scopes_have_the_parameters_of_both_once_in_the_order_of_their_names() -> None:
    joined = Scope(Classes(), (Q,)).joined(Scope(Classes(2, 9), (GAMMA, Q)))
    assert str(joined) == "every C from 2 to 9, every gamma in [0, oo), every q in (0, 1]"
    assert joined == Scope(Classes(2, 9), (GAMMA, Q)).joined(Scope(Classes(), (Q,)))
    assert Scope().joined(Scope()) == Scope()


@pytest.mark.parametrize(
    ("join", "error", "message"),
    [
        (
            lambda: Scope(parameters=(Q,)).joined(Scope(parameters=(Parameter("q", above=0),))),
            ParameterError,
            "q: the loss has it in (0, 1] and the regularizer in (0, oo); give them different names",
        ),
        (
            lambda: Scope(Classes(2, 2)).joined(Scope(Classes(3))),
            ScopeError,
            "classes: the loss is about C = 2 and the regularizer about every C >= 3, "
            "which have no number of classes in common",
        ),
    ],
)
def test_scopes_that_cannot_be_joined(join: Callable[[], object], error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        join()
    assert str(caught.value) == message


def test_values_are_exact_numbers_of_the_free_parameters() -> None:
    scope = Scope(parameters=(GAMMA, Q))
    assert scope.values({"q": "7/10", "gamma": 2}) == {"q": Fraction(7, 10), "gamma": Fraction(2)}


@pytest.mark.parametrize(
    ("scope", "given_values", "message"),
    [
        (Scope(parameters=(GAMMA, Q)), {"r": 1}, "r: no free parameter has this name; free here: gamma, q"),
        (Scope(), {"q": 1}, "q: no free parameter has this name; free here: none"),
        (Scope(parameters=(Q,)), {"q": 0}, "q: got 0; accepted is (0, 1]"),
    ],
)
def test_values_that_are_refused(scope: Scope, given_values: dict[str, int | str], message: str) -> None:
    with pytest.raises(ParameterError) as caught:
        scope.values(dict(given_values))
    assert str(caught.value) == message


def test_scopes_are_equal_when_they_say_the_same() -> None:
    same = Parameter("q", above=0, at_most=1, default="1/2")
    assert Scope(parameters=(Q,)) == Scope(parameters=(same,))
    assert hash(Scope(parameters=(Q,))) == hash(Scope(parameters=(same,)))
    assert Scope(parameters=(Q,)) != Scope()
    assert Scope() != Scope(Classes(3))
