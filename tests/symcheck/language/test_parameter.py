"""Parameters and their intervals: membership, inclusion, values, and every refusal word for word."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symcheck.errors import NumberError, ParameterError
from symcheck.language.interval import Interval
from symcheck.language.parameter import LONGEST_NAME, Parameter

ENDS = st.one_of(st.none(), st.integers(-6, 6).map(lambda n: Fraction(n, 2)))

INTERVALS = st.builds(
    lambda low, high, low_open, high_open, integer: Interval(
        low, high, low_open=low_open, high_open=high_open, integer=integer
    ),
    ENDS,
    ENDS,
    st.booleans(),
    st.booleans(),
    st.booleans(),
)

# Ends are multiples of 1/2 in [-3, 3] or infinite.  Two different points, or an end and its neighbourhood, are
# told apart by multiples of 1/4, infinite ends by points beyond 3: on this grid inclusion is decided exactly.
GRID = [Fraction(n, 4) for n in range(-20, 21)]


@given(INTERVALS, INTERVALS)
def test_within_says_whether_every_number_lies_in_the_other(one: Interval, other: Interval) -> None:
    assert one.within(other) == all(x in other for x in GRID if x in one)


@given(INTERVALS)
def test_is_empty_says_whether_no_number_lies_in_it(interval: Interval) -> None:
    assert interval.is_empty == all(x not in interval for x in GRID)


@given(INTERVALS, INTERVALS)
def test_equal_intervals_have_equal_hashes_and_the_same_text(one: Interval, other: Interval) -> None:
    assert (one == other) == (str(one) == str(other))
    assert one != other or hash(one) == hash(other)


@pytest.mark.parametrize(
    ("parameter", "shown"),
    [
        (Parameter("q", above=0, at_most=1, default="7/10"), "Parameter q in (0, 1], default 7/10"),
        (Parameter("gamma", at_least=0), "Parameter gamma in [0, oo)"),
        (Parameter("m", below="1/2"), "Parameter m in (-oo, 1/2)"),
        (Parameter("a"), "Parameter a in (-oo, oo)"),
        (Parameter("k", at_least=1, integer=True), "Parameter k in [1, oo) of integers"),
        (Parameter("e", above=0.1, at_most=0.1 + 0.1), "Parameter e in (1/10, 1/5]"),
    ],
)
def test_how_parameters_are_shown(parameter: Parameter, shown: str) -> None:
    assert repr(parameter) == shown


def test_values_are_exact_numbers_of_the_interval() -> None:
    q = Parameter("q", above=0, at_most=1)
    assert q.value("7/10") == q.value(0.7) == q.value(Fraction(7, 10)) == Fraction(7, 10)
    assert q.value(1) == 1
    k = Parameter("k", at_least=1, integer=True)
    assert k.value("4/2") == 2


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: Parameter("q", above=0, at_most=1).value(2), ParameterError, "q: got 2; accepted is (0, 1]"),
        (lambda: Parameter("q", above=0, at_most=1).value(0), ParameterError, "q: got 0; accepted is (0, 1]"),
        (lambda: Parameter("q", above=0, at_most=1).value("-1/3"), ParameterError, "q: got -1/3; accepted is (0, 1]"),
        (
            lambda: Parameter("k", at_least=1, integer=True).value(1.5),
            ParameterError,
            "k: got 3/2; accepted is [1, oo) of integers",
        ),
        (lambda: Parameter("q", above=0, default=0), ParameterError, "q: got 0; accepted is (0, oo)"),
        (
            lambda: Parameter("q", above=0, at_most=1).value(True),
            NumberError,
            "q: got the truth value True; write a number such as 1 or Fraction(1, 2)",
        ),
        (
            lambda: Parameter("q", above=0, at_most=1).value("much"),
            NumberError,
            "q: got 'much'; write an integer, a fraction or a decimal, such as 2, 7/10 or 0.7",
        ),
        (
            lambda: Parameter("q").value(10**5000),
            NumberError,
            "q: got a number of more than 2000 digits; write a smaller one",
        ),
        (
            lambda: Parameter("q", above=1 / 3),
            NumberError,
            "lower end of q: the float 0.3333333333333333 has 16 significant digits, so it is the rounded result of "
            "a computation and not a number that somebody wrote; write the exact value, such as Fraction(1, 3) "
            "if that is what is meant",
        ),
        (lambda: Parameter("q", above=1, below=1), ParameterError, "parameter q: the interval (1, 1) is empty"),
        (lambda: Parameter("q", at_least=2, at_most=1), ParameterError, "parameter q: the interval [2, 1] is empty"),
        (
            lambda: Parameter("k", above=0, below=1, integer=True),
            ParameterError,
            "parameter k: the interval (0, 1) of integers is empty",
        ),
        (
            lambda: Parameter("q", above=0, at_least=0),
            ParameterError,
            "parameter q: got both above and at_least; give one of them",
        ),
        (
            lambda: Parameter("q", below=1, at_most=1),
            ParameterError,
            "parameter q: got both below and at_most; give one of them",
        ),
        (
            lambda: Parameter("q", above=0, at_most=1).restricted(Parameter("r", at_least=0, at_most=1)),
            ParameterError,
            "q: got the free parameter r in [0, 1]; accepted is (0, 1]",
        ),
    ],
)
def test_what_is_refused(make: Callable[[], object], error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        make()
    assert str(caught.value) == message


@pytest.mark.parametrize("name", ["C", "z", "y", "E", "I", "", "2q", "_q", "q r", "q'", "é", 3, None])
def test_names_that_are_refused(name: object) -> None:
    with pytest.raises(ParameterError) as caught:
        Parameter(name)  # type: ignore[arg-type]
    assert str(caught.value) == (
        f"name: got {name!r}; a parameter's name is letters, digits and _, begins with a letter, "
        "and is none of C, E, I, y, z"
    )


def test_a_name_is_short() -> None:
    assert Parameter("q" * LONGEST_NAME).name == "q" * LONGEST_NAME
    with pytest.raises(ParameterError) as caught:
        Parameter("q" * 100_000)
    assert str(caught.value) == (
        f"name: got 100000 characters, {'q' * 20!r}...; a parameter's name has at most {LONGEST_NAME}"
    )


def test_a_parameter_may_take_the_place_of_one_whose_interval_contains_its_own() -> None:
    q, narrower = Parameter("q", above=0, at_most=1), Parameter("r", at_least="1/2", below=1)
    assert q.restricted(narrower) is narrower
    whole = Parameter("n", above=0, below=3, integer=True)  # 1 and 2
    assert Parameter("x", at_least=1, at_most=2).restricted(whole) is whole


def test_the_key_is_the_name_and_the_interval() -> None:
    q = Parameter("q", above=0, at_most=1, default="7/10")
    assert q.key() == Parameter("q", above=0, at_most=1).key()
    assert q.key() != Parameter("q", above=0, below=1).key()
    assert q.key() != Parameter("r", above=0, at_most=1).key()


def test_a_parameter_can_be_sent_to_another_process() -> None:
    q = Parameter("q", above=0, at_most=1, default="7/10")
    copy = pickle.loads(pickle.dumps(q))
    assert copy.key() == q.key()
    assert copy.default == q.default
    assert copy.data == q.data
