"""Running a user's code on symbols: what it leaves is the formula, and every misuse has its own words."""

from __future__ import annotations

import functools
import math
import operator
import random
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest

import symcheck.language.functions as sc
from symcheck.errors import FormulaError, NumberError, ParameterError
from symcheck.intake.callables import recorded
from symcheck.intake.parser import parsed
from symcheck.language.parameter import Parameter
from symcheck.language.recording import Kind, recorded_code

FILE = "test_callables.py"


def refusal(code: object, kind: Kind = "loss") -> str:
    with pytest.raises(FormulaError) as caught:
        recorded(code, kind=kind)
    return str(caught.value)


def _first_line(code: Callable[..., object]) -> int:
    return code.__code__.co_firstlineno


# ---------------------------------------------------------------- what is accepted


def test_a_callable_and_a_string_are_the_same_formula() -> None:
    loss = recorded(lambda z, y: sc.logsumexp(z) - z[y], kind="loss")
    assert loss == parsed("logsumexp(z) - z[y]")
    assert recorded(lambda z: sc.total(z**2) / 2, kind="regularizer") == parsed("total(z**2)/2")


def test_any_callable_that_takes_z_and_y_is_accepted() -> None:
    class Scaled:
        def __call__(self, z, y, scale=2):
            return scale * z[y]

        def method(self, z, y):
            return 3 * z[y]

    def starred(*arguments):
        return 4 * arguments[0][arguments[1]]

    for code, text in [
        (Scaled(), "2*z[y]"),
        (Scaled().method, "3*z[y]"),
        (starred, "4*z[y]"),
        (functools.partial(lambda a, z, y: a * z[y], 5), "5*z[y]"),
        (operator.getitem, "z[y]"),  # no Python function at all
    ]:
        assert str(recorded(code, kind="loss")) == text


@pytest.mark.parametrize(("value", "text"), [(0, "0"), (0.1, "1/10"), (Fraction(1, 3), "1/3"), (np.int64(2), "2")])
def test_a_number_is_a_constant_loss(value: object, text: str) -> None:
    # Legitimate: its gradient is zero, which the tier says.
    assert str(recorded(lambda z, y: value, kind="loss")) == text


def test_a_parameter_stays_free() -> None:
    q = Parameter("q", above=0, at_most=1)
    formula = recorded(lambda z, y: (1 - sc.softmax(z)[y] ** q) / q, kind="loss")
    assert [p.key() for p in formula.parameters] == [q.key()]
    assert formula == parsed("(1 - softmax(z)[y]**q)/q", parameters={"q": q})


# ---------------------------------------------------------------- what code returns


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (
            lambda z, y: None,
            "the loss returned None: its code has to end with return and the value of the formula",
        ),
        (
            lambda z, y: z - 1,
            "the loss returned the class-vector z - 1 and has to return one number: sum over the classes with "
            "total(...), average with mean(...), or take the entry of the label with [y]",
        ),
        (
            lambda z, y: y,
            "the loss returned the label y itself, which is a name and not a number: write z[y]",
        ),
        (
            lambda z, y: True,
            "the loss returned True, an object of type bool: it has to return one number, "
            "made of z, numbers, Parameters and the functions of symcheck",
        ),
        (
            lambda z, y: "z[y]",
            "the loss returned 'z[y]', an object of type str: it has to return one number, "
            "made of z, numbers, Parameters and the functions of symcheck",
        ),
        (
            lambda z, y: np.zeros(3),
            "the loss returned an object of type numpy.ndarray: it has to return one number, "
            "made of z, numbers, Parameters and the functions of symcheck",
        ),
        (
            lambda z, y: (z[y], 1),
            "the loss returned an object of type tuple: it has to return one number, "
            "made of z, numbers, Parameters and the functions of symcheck",
        ),
        (
            lambda z, y: z[y] * 10**1500,
            "the loss computes with a number of more than 1000 digits: write it as a power, "
            "with a Parameter or a logarithm in the place of the number",
        ),
    ],
)
def test_what_a_loss_must_not_return(code: Callable[..., object], words: str) -> None:
    assert refusal(code) == words


def test_a_regularizer_returns_one_number() -> None:
    assert refusal(lambda z: z**2, "regularizer") == (
        "the regularizer returned the class-vector z**2 and has to return one number: "
        "sum over the classes with total(...), average with mean(...)"
    )


def test_a_long_formula_is_cut_in_the_message() -> None:
    assert "the class-vector z + z + z" in refusal(lambda z, y: sum([z] * 40, z))
    assert len(refusal(lambda z, y: sum([z] * 40, z))) < 260


def test_a_float_that_nobody_wrote_is_refused() -> None:
    def averaged(z, y):
        return z[y] * (0.1 / 9)

    with pytest.raises(NumberError, match=r"the float 0.0111111\d* has \d+ significant digits") as caught:
        recorded(averaged, kind="loss")
    assert caught.value.__notes__ == [f"raised by the loss in {FILE}, line {_first_line(averaged) + 1}"]


# ---------------------------------------------------------------- code that is no formula


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (
            lambda z, y: z[0],
            "the formula indexes a class-vector with [0]: a formula has to treat every C alike, so only the label is "
            "an index: z[y]; sum over classes with total(z), and leave out the label with total(z, but=y)",
        ),
        (
            lambda z, y: len(z) * z[y],
            "the formula takes len(z): the number of classes is a symbol: write z.C",
        ),
        (
            lambda z, y: sum(z) - z[y],
            "the formula loops over a class-vector (for, sum, max, min or unpacking): it has no fixed number of "
            "entries: write total(z), amax(z), logsumexp(z) or the like",
        ),
        (
            lambda z, y: z[y] if z[y] > 0 else -z[y],
            "the formula compares a symbol with ==, != or <: it runs once for every z and C at the same time, so it "
            "cannot branch on a value; use branch(u, positive, otherwise), relu or another function of the vocabulary",
        ),
        (
            lambda z, y: z[y] or 1,
            "the formula branches on a symbol (if, and, or, not, while): it runs once for every z and C at the same "
            "time; use branch(u, positive, otherwise), relu or another function of the vocabulary",
        ),
        (
            lambda z, y: math.exp(z[y]),
            "the formula turns a symbol into a float (math.exp, numpy or float() do this): "
            "use the functions of symcheck, such as symcheck.exp",
        ),
        (
            lambda z, y: np.asarray(z) * z[y],
            "the formula hands a symbol to numpy: use the functions of symcheck, such as symcheck.exp(z)",
        ),
        (
            lambda z, y: [1, 2, 3][y] * z[y],
            "the formula computes with the label y: a label is a name and not a number; "
            "use it as the index in z[y] or as the argument of onehot(y)",
        ),
    ],
)
def test_code_for_one_number_of_classes_is_refused_where_it_happens(code: Callable[..., object], words: str) -> None:
    with pytest.raises(FormulaError) as caught:
        recorded(code, kind="loss")
    assert str(caught.value) == words
    assert caught.value.__notes__[0].startswith(f"raised by the loss in {FILE}, line ")


def _raised(code: Callable[..., object], kind: Kind = "loss") -> tuple[str, BaseException | None]:
    with pytest.raises(FormulaError) as caught:
        recorded(code, kind=kind)
    return str(caught.value), caught.value.__cause__


def test_an_error_of_the_users_code_is_named_with_its_line_and_chained() -> None:
    def broken(z, y):
        half = 1 // 0
        return half * z[y]

    words, cause = _raised(broken)
    line = _first_line(broken) + 1
    assert words == f"the loss raised ZeroDivisionError: integer division or modulo by zero ({FILE}, line {line})"
    assert isinstance(cause, ZeroDivisionError)

    def silent(z):
        raise ValueError

    assert _raised(silent, "regularizer")[0] == (
        f"the regularizer raised ValueError ({FILE}, line {_first_line(silent) + 1})"
    )


def test_the_line_is_in_the_users_file_also_when_a_library_raises() -> None:
    def calls_a_library(z, y):
        return z[y] * random.choice([])

    words, _ = _raised(calls_a_library)
    assert words.endswith(f"({FILE}, line {_first_line(calls_a_library) + 1})")


@pytest.mark.parametrize("call", [np.exp, np.sum, np.max, np.negative, np.tanh])
def test_numpy_is_refused_in_words_of_ours(call: Callable[[object], object]) -> None:
    def by_numpy(z, y):
        return call(z) + z[y]

    words, _ = _raised(by_numpy)
    assert words == (
        "the loss hands a symbol to numpy: use the functions of symcheck, such as symcheck.exp(z) "
        f"({FILE}, line {_first_line(by_numpy) + 1})"
    )


def test_methods_of_arrays_are_refused_with_the_function_that_is_meant() -> None:
    def by_method(z, y):
        return z.mean() - z[y]

    words, cause = _raised(by_method)
    assert words == (
        "the loss uses .mean of a symbol, which has only .C, the number of classes: write the functions of symcheck, "
        f"such as symcheck.total(z); did you mean mean? ({FILE}, line {_first_line(by_method) + 1})"
    )
    assert isinstance(cause, AttributeError)


def test_ctrl_c_is_not_an_error_of_the_formula() -> None:
    def interrupted(z, y):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        recorded(interrupted, kind="loss")


def test_one_name_with_two_intervals_is_refused() -> None:
    with pytest.raises(ParameterError, match="two parameters of this name"):
        recorded(lambda z, y: Parameter("q", above=0) * z[y] + Parameter("q", above=1), kind="loss")


# ---------------------------------------------------------------- not a function of its arguments


def test_a_formula_that_changes_between_two_runs_is_refused() -> None:
    count = iter(range(1, 100))
    assert refusal(lambda z, y: next(count) * z[y]) == (
        "the loss is not a function of its arguments: one run recorded 1*z[y] and the next 2*z[y]; "
        "take out whatever changes between two calls, such as random numbers or a counter"
    )
    assert "not a function of its arguments" in refusal(lambda z, y: random.randrange(10**9) * z[y])


# ---------------------------------------------------------------- arguments


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        (
            lambda z, y: z[y],
            "regularizer",
            "regularizer: a regularizer is a function of z alone, and this one takes (z, y): it cannot use the label; "
            "move what depends on y into the loss",
        ),
        (
            lambda z: sc.total(z),
            "loss",
            "loss: a loss is a function of (z, y), and this one takes (z): write lambda z, y: logsumexp(z) - z[y], "
            "or hand it in as the regularizer",
        ),
        (
            lambda: 1,
            "loss",
            "loss: a loss is called with (z, y), and this one takes (): write lambda z, y: logsumexp(z) - z[y]",
        ),
        (
            lambda a, b, c: 1,
            "regularizer",
            "regularizer: a regularizer is called with (z), and this one takes (a, b, c): "
            "write lambda z: total(z**2) / 2",
        ),
        (
            lambda z, *, y: z[y],
            "loss",
            "loss: a loss is called with (z, y), and this one takes (z, *, y): write lambda z, y: logsumexp(z) - z[y]",
        ),
        (dict, "loss", "loss: got the class dict; make one of it, as in dict()"),
        (
            3,
            "loss",
            "loss: got int; accepted is a name of the catalogue such as 'cross_entropy', an entry, a formula string "
            "such as 'logsumexp(z) - z[y]', a function such as lambda z, y: logsumexp(z) - z[y], torch code",
        ),
        (
            None,
            "regularizer",
            "regularizer: got NoneType; accepted is a name of the catalogue such as 'l2', an entry, a formula string "
            "such as 'total(z**2) / 2', a function such as lambda z: total(z**2) / 2, torch code",
        ),
    ],
)
def test_other_arguments_are_refused(code: object, kind: Kind, words: str) -> None:
    assert refusal(code, kind) == words


def test_a_regularizer_cannot_reach_the_label_by_another_way() -> None:
    from symcheck.language.formula import symbols

    _, y = symbols()
    assert refusal(lambda z: sc.total(z * sc.onehot(y)), "regularizer") == (
        "the regularizer uses the label: total(z*onehot(y)); a regularizer is a function of z alone, "
        "so move what depends on y into the loss"
    )


@pytest.mark.parametrize(
    ("code", "what"),
    [
        (lambda z: z[0], "the formula indexes a class-vector with [0]"),
        (lambda z: sc.total(z[1:]), "the formula indexes a class-vector with a slice"),
        (lambda z: sc.total(z, but=0), "total: but leaves out the label and got 0"),
        (lambda z: sc.total(sc.onehot(0) * z), "onehot takes the label and got 0"),
    ],
)
def test_a_regularizer_that_takes_an_entry_is_not_told_to_take_that_of_the_label(code: object, what: str) -> None:
    assert refusal(code, "regularizer") == (
        f"{what}: a regularizer has no label, so write a function of all entries of z, such as total(z**2), amax(z) or "
        "logsumexp(z)"
    )


def test_recording_itself_needs_no_signature() -> None:
    assert str(recorded_code(lambda z, y: z[y], "loss")) == "z[y]"
