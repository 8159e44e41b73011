"""What a formula's code may not do with its symbols: each refusal where it happens, word for word."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
import sympy

from symcheck.errors import FormulaError, NumberError
from symcheck.language import functions as sc
from symcheck.language.formula import Formula, symbols
from symcheck.language.term import Label, Term, Vec

INDEX = (
    ": a formula has to treat every C alike, so only the label is an index: z[y]; "
    "sum over classes with total(z), and leave out the label with total(z, but=y)"
)
LOOP = (
    "the formula loops over a class-vector (for, sum, max, min or unpacking): "
    "it has no fixed number of entries: write total(z), amax(z), logsumexp(z) or the like"
)
COMPARE = (
    "the formula compares a symbol with ==, != or <: it runs once for every z and C at the same time, "
    "so it cannot branch on a value; use branch(u, positive, otherwise), relu or another function of the vocabulary"
)
BRANCH = (
    "the formula branches on a symbol (if, and, or, not, while): it runs once for every z and C at the same time; "
    "use branch(u, positive, otherwise), relu or another function of the vocabulary"
)
FLOAT = (
    "the formula turns a symbol into a float (math.exp, numpy or float() do this): "
    "use the functions of symcheck, such as symcheck.exp"
)
INT = "the formula turns a symbol into an int: every number of classes is treated at the same time"
NUMPY = "the formula hands a symbol to numpy: use the functions of symcheck, such as symcheck.exp(z)"
SCALAR = "the formula indexes a scalar with [0]: only a class-vector has entries, and only z[y] has a meaning"
LABEL = (
    "the formula computes with the label y: a label is a name and not a number; "
    "use it as the index in z[y] or as the argument of onehot(y)"
)
LANGUAGE = ", which is not part of the language: use z, the label, numbers, Parameters and the functions of symcheck"
VECTOR = ": pass z, softmax(z), onehot(y) or the like"


def branching(z: Vec, y: Label) -> object:
    return z[y] if z[y] > 0 else -z[y]


def looping(z: Vec, y: Label) -> object:
    return [v for v in z]  # noqa: C416 - a loop is what is tested


def unpacking(z: Vec, y: Label) -> object:
    first, second = z
    return first - second


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (lambda z, y: z[0], f"the formula indexes a class-vector with [0]{INDEX}"),
        (lambda z, y: z[-1], f"the formula indexes a class-vector with [-1]{INDEX}"),
        (lambda z, y: z[1:2], f"the formula indexes a class-vector with a slice{INDEX}"),
        (lambda z, y: z[...], f"the formula indexes a class-vector with [Ellipsis]{INDEX}"),
        (lambda z, y: z[y, 0], f"the formula indexes a class-vector with [(y, 0)]{INDEX}"),
        (lambda z, y: sc.softmax(z)[z[y]], f"the formula indexes a class-vector with [z[y]]{INDEX}"),
        (lambda z, y: len(z), "the formula takes len(z): the number of classes is a symbol: write z.C"),
        (looping, LOOP),
        (unpacking, LOOP),
        (lambda z, y: sum(z), LOOP),
        (lambda z, y: max(z), LOOP),
        (lambda z, y: [*z], LOOP),
        (branching, COMPARE),
        (lambda z, y: z == 0, COMPARE),
        (lambda z, y: z != 0, COMPARE),
        (lambda z, y: z[y] <= z.C, COMPARE),
        (lambda z, y: z > 0, COMPARE),
        (lambda z, y: max(z[y], 0), COMPARE),
        (lambda z, y: z[y] or 1, BRANCH),
        (lambda z, y: not z, BRANCH),
        (lambda z, y: bool(z.C), BRANCH),
        (lambda z, y: math.exp(z[y]), FLOAT),
        (lambda z, y: float(z[y]), FLOAT),
        (lambda z, y: int(z[y]), INT),
        (lambda z, y: range(z.C), INT),
        (lambda z, y: [1, 2][z.C], INT),
        (lambda z, y: np.mean(z), NUMPY),
        (lambda z, y: np.array([z[y], 1]), NUMPY),
        (lambda z, y: np.where(z, 1, 0), NUMPY),
        (lambda z, y: z[y][0], SCALAR),
        (lambda z, y: sum(z[y]), "the formula iterates over a scalar: a scalar has no entries"),
        (lambda z, y: np.array([1, 2]) * z, f"the formula computes with array([1, 2]) (numpy.ndarray){LANGUAGE}"),
        (lambda z, y: z * np.array([1, 2]), f"the formula computes with array([1, 2]) (numpy.ndarray){LANGUAGE}"),
        (lambda z, y: z + np.arange(40), f"the formula computes with an object of type numpy.ndarray{LANGUAGE}"),
        (lambda z, y: z + None, f"the formula computes with None (NoneType){LANGUAGE}"),
        (lambda z, y: 1j * z, f"the formula computes with 1j (complex){LANGUAGE}"),
        (lambda z, y: sc.exp("z"), f"the formula computes with 'z' (str){LANGUAGE}"),
        (lambda z, y: sympy.pi * z, f"the formula computes with pi (sympy.core.numbers.Pi){LANGUAGE}"),
        (lambda z, y: y + 1, LABEL),
        (lambda z, y: 2 * y, LABEL),
        (lambda z, y: -y, LABEL),
        (lambda z, y: y == 0, LABEL),
        (lambda z, y: y in (0, 1), LABEL),
        (lambda z, y: z * y, LABEL),
        (lambda z, y: z[y] if y else 0, LABEL),
        (lambda z, y: [1, 2][y], LABEL),
        (lambda z, y: float(y), LABEL),
        (lambda z, y: sc.exp(y), LABEL),
        (lambda z, y: np.arange(3) == y, LABEL),
        (lambda z, y: sc.onehot(0), "onehot takes the label and got 0: write onehot(y) with the y of the formula"),
        (lambda z, y: sc.onehot(z), "onehot takes the label and got z: write onehot(y) with the y of the formula"),
        (
            lambda z, y: sc.total(z[y]),
            f"total takes a class-vector and got z[y] (a scalar summed over the classes is z.C times it){VECTOR}",
        ),
        (
            lambda z, y: sc.total(3),
            f"total takes a class-vector and got 3 (int) (a scalar summed over the classes is z.C times it){VECTOR}",
        ),
        (lambda z, y: sc.softmax(z[y] - 1), f"softmax takes a class-vector and got z[y] - 1{VECTOR}"),
        (lambda z, y: sc.mean([1, 2]), f"mean takes a class-vector and got [1, 2] (list){VECTOR}"),
        (lambda z, y: sc.amax(z[y], but=y), f"amax takes a class-vector and got z[y]{VECTOR}"),
        (lambda z, y: sc.onehot_argmax(1), f"onehot_argmax takes a class-vector and got 1 (int){VECTOR}"),
        (lambda z, y: sc.amax(z, but=0), "amax: but leaves out the label and got 0: write amax(v, but=y)"),
        (lambda z, y: sc.total(z, but=z[y]), "total: but leaves out the label and got z[y]: write total(v, but=y)"),
        (lambda z, y: sc.maximum(z, None), f"the formula computes with None (NoneType){LANGUAGE}"),
        (lambda z, y: sc.branch(y, z, 0), LABEL),
        (
            lambda z, y: sc.clamp(z),
            "clamp: got neither low nor high: write clamp(x, low=0), clamp(x, high=1) or clamp(x, 0, 1)",
        ),
    ],
)  # fmt: skip
def test_what_a_formula_may_not_do(code: Callable[[Vec, Label], object], message: str) -> None:
    with pytest.raises(FormulaError) as caught:
        code(*symbols())
    assert str(caught.value) == message


@pytest.mark.parametrize("code", [lambda z: np.exp(z), lambda z: np.sum(z), lambda z: np.maximum(z, 0)])
def test_functions_of_numpy_do_not_take_symbols(code: Callable[[Vec], object]) -> None:
    """numpy itself refuses, in its own words, because ``__array_ufunc__`` is None."""
    with pytest.raises(TypeError) as caught:
        code(symbols()[0])
    assert str(caught.value) == "operand 'Vec' does not support ufuncs (__array_ufunc__=None)"


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (
            lambda z: z * True,
            "a number in the formula: got the truth value True; write a number such as 1 or Fraction(1, 2)",
        ),
        (lambda z: z - math.inf, "a number in the formula: got inf; write a finite number"),
        (
            lambda z: z * (0.1 / 9),
            "a number in the formula: the float 0.011111111111111112 has 17 significant digits, so it is the rounded "
            "result of a computation and not a number that somebody wrote; write the exact value, such as "
            "Fraction(1, 90) if that is what is meant",
        ),
        (
            lambda z: (1 / 3) ** z,
            "a number in the formula: the float 0.3333333333333333 has 16 significant digits, so it is the rounded "
            "result of a computation and not a number that somebody wrote; write the exact value, such as "
            "Fraction(1, 3) if that is what is meant; Python makes a float of the Fraction in Fraction(1, 3)**x, "
            "so write a power of a Fraction as exp(x*log(Fraction(1, 3)))",
        ),
    ],
)  # fmt: skip
def test_numbers_that_are_not_exact(code: Callable[[Vec], object], message: str) -> None:
    with pytest.raises(NumberError) as caught:
        code(symbols()[0])
    assert str(caught.value) == message


def shown(term: object) -> str:
    assert isinstance(term, Term)
    return str(Formula.of(term))


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (lambda z, y: 0.5 * z, "1/2*z"),
        (lambda z, y: np.float64(0.5) * z, "1/2*z"),
        (lambda z, y: z * np.int64(2), "z*2"),
        (lambda z, y: sympy.Rational(1, 3) * z, "1/3*z"),
        (lambda z, y: z * sympy.Rational(1, 3), "z*(1/3)"),
        (lambda z, y: sympy.Integer(2) - z[y], "2 - z[y]"),
        (lambda z, y: sympy.Rational(1, 3) ** z, "(1/3)**z"),
        (lambda z, y: 2**z, "2**z"),
        (lambda z, y: Fraction(1, 3) / z[y], "1/3/z[y]"),
        (lambda z, y: sc.exp(z * sc.log(Fraction(1, 3))), "exp(z*log(1/3))"),
        (lambda z, y: abs(-z), "abs(-z)"),
        (lambda z, y: +z, "z"),
        (lambda z, y: z.C - 1, "C - 1"),
        (lambda z, y: sc.centred_onehot(y), "onehot(y) - 1/C"),
        (lambda z, y: sc.softmax(z)[y], "softmax(z)[y]"),
        (lambda z, y: sc.total(z**2) / 2, "total(z**2)/2"),
        (lambda z, y: z / (sc.lift(1) - 1), "z/0"),
    ],
)
def test_what_a_formula_may_do(code: Callable[[Vec, Label], object], expected: str) -> None:
    assert shown(code(*symbols())) == expected


def test_a_fraction_to_a_symbol_is_exact_or_refused() -> None:
    """Python 3.11 makes a float of it, which is not exact for 1/3; later versions ask the symbol."""
    z, _ = symbols()
    if sys.version_info < (3, 12):
        with pytest.raises(NumberError) as caught:
            Fraction(1, 3) ** z
        assert str(caught.value).endswith("so write a power of a Fraction as exp(x*log(Fraction(1, 3)))")
    else:
        assert shown(Fraction(1, 3) ** z) == "(1/3)**z"


def test_an_error_about_a_huge_shared_term_is_written_at_once() -> None:
    term = symbols()[0][symbols()[1]]
    for _ in range(60):
        term = term * term  # written out, it has 2**60 factors
    with pytest.raises(FormulaError) as caught:
        sc.total(term)
    assert str(caught.value) == (
        "total takes a class-vector and got a long formula (a scalar summed over the classes is z.C times it)"
        ": pass z, softmax(z), onehot(y) or the like"
    )
