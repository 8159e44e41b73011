"""Class-vectors and matrices as parts of formulas: the terms they make, what is refused, what formulas know of them."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest

import symcheck as sc
from symcheck.errors import FormulaError, ParameterError
from symcheck.intake.parser import parsed
from symcheck.language.classwise import ClassParameter, MatrixParameter, quadratic_form
from symcheck.language.formula import Formula, symbols
from symcheck.language.parameter import Parameter

z, y = symbols()
w = ClassParameter("w", above=0)
A = MatrixParameter("A", positive_definite=True)
T = MatrixParameter("T", rows_sum=1)


def test_the_nodes_of_a_formula() -> None:
    formula = Formula.of(w[y] * sc.total(z * (T @ z)) + (T.T @ z)[y])
    shown = [(n.op, n.args, None if n.array is None else n.array.name) for n in formula.nodes]
    assert ("class_parameter", (), "w") in shown
    assert [op for op, _, name in shown if name == "T"] == ["apply", "apply_transposed"]
    assert [a.name for a in formula.arrays] == ["T", "w"]
    assert str(formula) == "w[y]*total(z*apply(T, z)) + apply_transposed(T, z)[y]"


def test_equal_terms_are_one_node() -> None:
    formula = Formula.of((T @ z)[y] + (T @ z)[y] + w[y] + ClassParameter("w", above=0)[y])
    assert sum(n.op == "apply" for n in formula.nodes) == 1
    assert sum(n.op == "class_parameter" for n in formula.nodes) == 1


def test_sugar() -> None:
    assert Formula.of(quadratic_form(A, z)) == Formula.of(sc.total(z * (A @ z)))
    assert Formula.of(sc.total(T[y] * z)) == Formula.of(sc.total((T.T @ sc.onehot(y)) * z))
    assert Formula.of(sc.total(T.T[y] * z)) == Formula.of(sc.total((T @ sc.onehot(y)) * z))
    assert Formula.of((T.T.T @ z)[y]) == Formula.of((T @ z)[y])


def test_a_symmetric_matrix_is_its_own_transposed() -> None:
    assert Formula.of((A.T @ z)[y]) == Formula.of((A @ z)[y])


REFUSED: list[tuple[Callable[[], object], type[Exception], str]] = [
    (
        lambda: A @ z[y],
        FormulaError,
        "A @ x needs a class-vector x and got z[y]: pass z, softmax(z), onehot(y) or the like",
    ),
    (
        lambda: A * z,
        FormulaError,
        "the formula computes with the matrix A: it only acts on class-vectors, as in A @ z or A.T @ z",
    ),
    (
        lambda: z @ A,
        FormulaError,
        "the formula computes with the matrix A: it only acts on class-vectors, as in A @ z or A.T @ z",
    ),
    (
        lambda: np.eye(2) @ A,
        FormulaError,
        "the formula computes with the matrix A: it only acts on class-vectors, as in A @ z or A.T @ z",
    ),
    (
        lambda: A[0],
        FormulaError,
        "the formula indexes the matrix A with [0]: only the label is an index; A[y] is the row of the label, "
        "A.T[y] its column",
    ),
    (
        lambda: w[0],
        FormulaError,
        "the formula indexes a class-vector with [0]: a formula has to treat every C alike, so only the label is an "
        "index: z[y]; sum over classes with total(z), and leave out the label with total(z, but=y)",
    ),
    (
        lambda: Formula.of(w[y] + ClassParameter("w")[y]),
        ParameterError,
        "w: the formula uses this name for two things; give them two names",
    ),
    (
        lambda: Formula.of(w[y] + Parameter("w")),
        ParameterError,
        "w: the formula uses this name for two things; give them two names",
    ),
    (
        lambda: Formula.of(ClassParameter("u", (1, 2))[y] + ClassParameter("v", (1, 2, 3))[y]),
        ParameterError,
        "v: it has entries for 3 classes, and u has them for 2; give both for one number of classes",
    ),
    (
        lambda: ClassParameter("C"),
        ParameterError,
        "name: got 'C'; a parameter's name is letters, digits and _, begins with a letter, and is none of "
        "C, E, I, y, z",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("make", "error", "message"), REFUSED, ids=range(len(REFUSED)))
def test_what_has_no_meaning_is_refused(make: Callable[[], object], error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        make()
    assert str(caught.value) == message


def test_free_arrays_are_given_entries() -> None:
    free = Formula.of(w[y] * z[y] + quadratic_form(A, z))
    assert free.fixed_classes is None
    given = free.with_arrays({"w": w.array.given((1, 10)), "A": A.array.given(((1, 0), (0, 2)))})
    assert given.fixed_classes == 2
    assert str(given) == str(free)
    assert given != free
    assert given == Formula.of(
        ClassParameter("w", (1, 10), above=0)[y] * z[y]
        + quadratic_form(MatrixParameter("A", ((1, 0), (0, 2)), positive_definite=True), z)
    )
    assert free.with_arrays({}) is free


def test_which_formulas_treat_classes_differently() -> None:
    def differs(term: object) -> bool:
        return Formula.of(term).is_classwise  # type: ignore[arg-type]

    assert differs(w[y])
    assert differs(ClassParameter("w", (1, 2))[y])
    assert not differs(ClassParameter("w", (2, 2))[y])
    assert differs(ClassParameter("w", (2, 2 + Fraction(1, 10**12)))[y])
    assert differs((T @ z)[y])
    assert not differs((MatrixParameter("A", ((2, 1), (1, 2))) @ z)[y])
    assert differs((MatrixParameter("A", ((2, 1), (1, 3))) @ z)[y])
    assert differs((MatrixParameter("S", rule="cyclic") @ z)[y])
    assert not differs(z[y])


def test_equal_entries_become_one_parameter() -> None:
    equal = Formula.of(w[y] * z[y]).with_equal_entries()
    assert [p.key() for p in equal.parameters] == [("w", w.array.interval)]
    assert not equal.arrays
    prior = Formula.of(sc.total(ClassParameter("pi", above=0, total=1) * z)).with_equal_entries()
    assert not prior.parameters
    assert str(prior) == "total(filled(1/C)*z)"


def test_formulas_with_arrays_are_pickled() -> None:
    formula = Formula.of(w[y] * z[y] + quadratic_form(A, z))
    assert pickle.loads(pickle.dumps(formula)) == formula


@pytest.mark.parametrize(
    "text", ["w[y]*z[y]", "total(w*z)", "apply(A, z)[y]", "total(z*apply_transposed(T, softmax(z)))", "apply(T, w)[y]"]
)
def test_formula_strings(text: str) -> None:
    assert str(parsed(text, parameters={"w": w, "A": A, "T": T})) == text


PARAMETERS = {"w": w, "A": A}
WRONG = [
    (
        "apply(B, z)[y]",
        "the formula applies B, which is no matrix\n  apply(B, z)[y]\n        ^\nthe matrices here: A",
    ),
    (
        "apply(w, z)[y]",
        "the formula applies w, which is no matrix\n  apply(w, z)[y]\n        ^\nthe matrices here: A",
    ),
    (
        "apply(A)[y]",
        "the formula has ) after the matrix\n  apply(A)[y]\n         ^\nwrite apply(A, v)",
    ),
    (
        "apply(A, 1)[y]",
        "the formula hands 1, which is one number, to apply, which takes a class-vector\n  apply(A, 1)[y]\n"
        "           ^\npass z, softmax(z), onehot(y) or the like",
    ),
    (
        "apply(A, z, z)[y]",
        "the formula gives apply more than 2 arguments\n  apply(A, z, z)[y]\n            ^\nwrite apply(A, v)",
    ),
    (
        "apply(A, v=z)[y]",
        "the formula gives apply the argument v=\n  apply(A, v=z)[y]\n           ^\nwrite apply(A, v)",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_formula_strings_that_apply_no_matrix(text: str, message: str) -> None:
    with pytest.raises(FormulaError) as caught:
        parsed(text, parameters=PARAMETERS)
    assert str(caught.value) == message


def test_a_matrix_alone_is_no_value() -> None:
    with pytest.raises(FormulaError, match=r"uses the unknown name A"):
        parsed("A*z[y]", parameters=PARAMETERS)
