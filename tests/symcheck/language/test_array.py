"""Arrays: entries that fit and entries that do not, samples, rules."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from fractions import Fraction

import pytest
import sympy as sp

from symcheck.errors import NumberError, ParameterError
from symcheck.language.classwise import ClassParameter, MatrixParameter
from symcheck.language.definite import is_positive_definite
from symcheck.language.matrix_array import MatrixArray
from symcheck.language.rules import MATRIX_RULES, VECTOR_RULES
from symcheck.language.vector_array import VectorArray


def vector(*args: object, **kwargs: object) -> VectorArray:
    return ClassParameter("w", *args, **kwargs).array  # type: ignore[arg-type]


def matrix(*args: object, **kwargs: object) -> MatrixArray:
    return MatrixParameter("A", *args, **kwargs).array  # type: ignore[arg-type]


REFUSED: list[tuple[Callable[[], object], type[Exception], str]] = [
    (lambda: vector((1, 0), above=0), ParameterError, "w: got the entry 0; accepted are entries in (0, oo)"),
    (lambda: vector((1,)), ParameterError, "w: got 1 entries; give one for each of at least 2 classes"),
    (
        lambda: vector(("1/3", "1/3", "1/4"), total=1),
        ParameterError,
        "w: got entries with the sum 11/12; accepted is the sum 1",
    ),
    (
        lambda: vector("1, 2"),
        ParameterError,
        "w: got '1, 2'; give a class-vector as a sequence of numbers such as (1, 2, 1), an entry for each class",
    ),
    (
        lambda: vector((0.1, 1 / 3)),
        NumberError,
        "w[2]: the float 0.3333333333333333 has 16 significant digits, so it is the rounded result of a computation "
        "and not a number that somebody wrote; write the exact value, such as Fraction(1, 3) if that is what is meant",
    ),
    (
        lambda: vector(at_least=1, total=1),
        ParameterError,
        "w: there is no w_k in [1, oo) with the sum 1; give another interval or another sum",
    ),
    (lambda: matrix(((1, 2),)), ParameterError, "A: got 1 rows; give one for each of at least 2 classes"),
    (
        lambda: matrix(((1, 2), (1,))),
        ParameterError,
        "A: got 1 entries in row 2 and 2 rows; give as many of both",
    ),
    (
        lambda: matrix(((1, 2), (3, 4)), symmetric=True),
        ParameterError,
        "A: got a matrix that is not symmetric; accepted are symmetric ones",
    ),
    (
        lambda: matrix(((1, 2), (2, 1)), positive_definite=True),
        ParameterError,
        "A: got a matrix that is not positive definite; accepted are positive definite ones",
    ),
    (
        lambda: matrix(((1, 0), (1, 0)), doubly_stochastic=True),
        ParameterError,
        "A: got a column 1 with the sum 2; accepted is the sum 1",
    ),
    (
        lambda: matrix(((2, -1), (-1, 2)), doubly_stochastic=True),
        ParameterError,
        "A: got the entry -1; accepted are entries in [0, oo)",
    ),
    (
        lambda: matrix(((0, 1), (1, 0)), positive_diagonal=True),
        ParameterError,
        "A: got a matrix with an entry on its diagonal that is not positive; accepted are positive ones",
    ),
    (
        lambda: matrix(5),
        ParameterError,
        "A: got 5; give a matrix as rows of numbers such as ((2, 1), (1, 2))",
    ),
    (
        lambda: vector(rule="firts"),
        ParameterError,
        "w: got the rule 'firts'; the rules for a class-vector are first, proportional, rising",
    ),
    (
        lambda: vector(above=0, default="first"),
        ParameterError,
        "w: by its rule first it has at C = 2 got the entry 0; accepted are entries in (0, oo)",
    ),
    (
        lambda: vector((1, 2), rule="first"),
        ParameterError,
        "w: got entries, and its rule first gives them for every C",
    ),
    (
        lambda: vector().at_default(3),
        ParameterError,
        "w: it has no default entries; give it a sequence of numbers",
    ),
]


@pytest.mark.parametrize(("make", "error", "message"), REFUSED, ids=range(len(REFUSED)))
def test_what_does_not_fit_is_refused(make: Callable[[], object], error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        make()
    assert str(caught.value) == message


def test_entries_are_exact_numbers() -> None:
    assert vector((1, 0.1, "3/7", sp.Rational(2, 3))).vector == (
        Fraction(1), Fraction(1, 10), Fraction(3, 7), Fraction(2, 3),
    )  # fmt: skip
    assert matrix((("1/2", 0), (0, 2))).values == ((Fraction(1, 2), Fraction(0)), (Fraction(0), Fraction(2)))


def test_equal_entries_and_isotropic_matrices_are_seen() -> None:
    assert vector((2, 2, 2)).level == 2
    assert vector((2, 2, 2 + Fraction(1, 10**12))).level is None
    assert vector().level is None
    assert matrix(((3, 1), (1, 3))).isotropic == (2, 1)
    assert matrix(((3, 1), (1, 3 + Fraction(1, 10**12)))).isotropic is None
    assert matrix(((3, 1), (Fraction(1, 10**12) + 1, 3))).isotropic is None


def test_the_sum_of_each_line() -> None:
    free = matrix(rows_sum=1)
    assert (free.line_sum(transposed=False), free.line_sum(transposed=True)) == (1, None)
    given = matrix(((1, 2), (3, 0)))
    assert (given.line_sum(transposed=False), given.line_sum(transposed=True)) == (3, None)


ARRAYS = [
    vector(), vector(above=0), vector(at_least=0, total=1), vector(below=0), vector(at_least=2, at_most=3),
    matrix(), matrix(symmetric=True), matrix(positive_definite=True), matrix(doubly_stochastic=True),
    matrix(above=0, rows_sum=1), matrix(at_least=0, columns_sum=2), matrix(rows_sum=0, symmetric=True),
    matrix(at_least=0, rows_sum=1, positive_diagonal=True), vector(rule="first"), matrix(rule="cyclic"),
]  # fmt: skip


@pytest.mark.parametrize("array", ARRAYS, ids=str)
@pytest.mark.parametrize("classes", [2, 3, 5])
def test_samples_fit_and_differ(array: VectorArray | MatrixArray, classes: int) -> None:
    found = list(array.samples(classes))
    assert len({a.values for a in found}) == len(found)
    assert len(found) == 1 if array.rule else len(found) > 1
    for a in found:
        assert a.classes == classes
        assert a.values is not None
        assert array.objection(a.values) == ""
    if isinstance(array, VectorArray) and array.rule is None:
        assert any(a.level is not None for a in found)
        assert any(a.level is None for a in found)


def test_an_array_takes_the_place_of_a_wider_one_only() -> None:
    stochastic = matrix(doubly_stochastic=True)
    rows = matrix(at_least=0, rows_sum=1)
    assert rows.restricted(stochastic) is stochastic
    with pytest.raises(ParameterError, match=r"^A: got A without columns with the sum 1$"):
        stochastic.restricted(rows)
    assert vector(above=0).restricted(vector((1, 2))).vector == (1, 2)
    with pytest.raises(ParameterError, match=r"^w: got the entry -1; accepted are entries in \(0, oo\)$"):
        vector(above=0).restricted(vector((-1, 2)))
    with pytest.raises(ParameterError, match=r"^w: got A, which is a matrix; accepted is a class-vector$"):
        vector().restricted(matrix())  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match=r"^w: got w without the sum 1$"):
        vector(total=1).restricted(vector())


def test_arrays_are_equal_by_what_they_may_be() -> None:
    assert vector(above=0, default="rising") == vector(above=0)
    assert vector(above=0) != vector(at_least=0)
    assert hash(vector((1, 2))) == hash(vector((1, 2)))
    assert pickle.loads(pickle.dumps(matrix(((1, 2), (2, 5)), positive_definite=True))) == matrix(
        ((1, 2), (2, 5)), positive_definite=True
    )


def test_entries_of_rules() -> None:
    # by hand, at C = 3
    third = Fraction(1, 3)
    assert VECTOR_RULES["first"](3) == ((1, 0, 0),)
    assert VECTOR_RULES["proportional"](3) == ((third / 2, third, third * 3 / 2),)
    assert VECTOR_RULES["rising"](3) == ((1, Fraction(11, 10), Fraction(6, 5)),)
    assert MATRIX_RULES["cyclic"](3) == ((0, 1, 0), (0, 0, 1), (1, 0, 0))
    assert MATRIX_RULES["diagonal"](2) == ((Fraction(1, 2), 0), (0, 1))
    assert MATRIX_RULES["pair_flip"](2) == (
        (Fraction(7, 10), Fraction(3, 10)),
        (Fraction(3, 10), Fraction(7, 10)),
    )


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (((2, 1), (1, 2)), True),
        (((1, 2), (2, 1)), False),
        (((1, 1), (1, 1)), False),
        (((0, 0), (0, 1)), False),
        (((1, 1), (1, 1 + Fraction(1, 10**20))), True),
        (((4, 2, 0), (2, 3, 1), (0, 1, 1)), True),  # minors 4, 8, 4
        (((4, 2, 0), (2, 3, 1), (0, 1, Fraction(1, 2))), False),  # minors 4, 8, 0
    ],
)
def test_positive_definite_matrices(rows: tuple[tuple[Fraction, ...], ...], expected: bool) -> None:
    assert is_positive_definite([[Fraction(x) for x in row] for row in rows]) is expected
    minors = [sp.Matrix([row[: k + 1] for row in rows[: k + 1]]).det() for k in range(len(rows))]
    assert all(m > 0 for m in minors) is expected


def test_how_arrays_are_shown() -> None:
    assert str(vector((1, "1/2"))) == "w = (1, 1/2)"
    assert str(vector(above=0, total=1)) == "w_k in (0, oo) with the sum 1"
    assert str(vector(rule="first")) == "w = first"
    assert str(matrix()) == "A (entries in (-oo, oo))"
    assert str(matrix(positive_definite=True)) == "A (symmetric, positive definite)"
    assert str(matrix(doubly_stochastic=True)) == (
        "A (rows with the sum 1, columns with the sum 1, entries in [0, oo))"
    )
    assert vector(tuple(range(100))).entries_text == "100 entries"
    assert matrix(tuple(tuple(range(20)) for _ in range(20))).entries_text == "20 x 20 entries"
