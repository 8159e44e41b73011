"""Entries whose parameters have class indices: how entries are given, what is refused, how they are shown."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest

from symcheck.errors import ParameterError
from symcheck.intake.catalogue import loss_named, regularizer_named
from symcheck.language.classwise import ClassParameter, MatrixParameter
from symcheck.losses.base import Loss
from symcheck.render.formula import formula_tex


def test_entries_come_as_numbers_or_as_text() -> None:
    numbers = loss_named("class_weighted_ce", w=(1, 10, 0.5))
    assert numbers == loss_named("class_weighted_ce", w="1, 10, 1/2")
    assert hash(numbers) == hash(loss_named("class_weighted_ce", w="1,10,1/2"))
    assert numbers.arrays["w"].values == ((Fraction(1), Fraction(10), Fraction(1, 2)),)
    assert numbers != loss_named("class_weighted_ce")
    form = regularizer_named("quadratic_form", Q="2, 1; 1, 3")
    assert form == regularizer_named("quadratic_form", Q=((2, 1), (1, 3)))
    assert repr(form) == "QuadraticForm(Q=((2, 1), (1, 3)))"
    assert repr(loss_named("class_weighted_ce")) == "ClassWeightedCE()"


def test_another_array_takes_the_place() -> None:
    v = ClassParameter("v", at_least=1)
    entry = loss_named("class_weighted_ce", w=v)
    assert str(entry.recorded) == "-v[y]*log_softmax(z)[y]"
    assert entry.arrays["w"] is v.array
    stochastic = MatrixParameter("D", at_least=0, rows_sum=1, columns_sum=1, positive_diagonal=True)
    assert str(loss_named("forward", T=stochastic).recorded) == "-log(apply_transposed(D, softmax(z))[y])"


def test_numbers_and_arrays_together() -> None:
    entry = loss_named("alpha_balanced_focal", gamma=2, alpha=(1, 2))
    assert entry.values == {"gamma": 2}
    assert repr(entry) == "AlphaBalancedFocal(gamma=2, alpha=(1, 2))"
    again = entry.at(gamma=3)
    assert again.arrays == entry.arrays
    assert entry.at(alpha=(5, 6)).values == entry.values


REFUSED: list[tuple[Callable[[], object], str]] = [
    (
        lambda: loss_named("class_weighted_ce", w=(0, 1)),
        "w: got the entry 0; accepted are entries in (0, oo)",
    ),
    (
        lambda: loss_named("class_weighted_ce", w=3),
        "w: got 3; give a class-vector as a sequence of numbers such as (1, 2, 1), an entry for each class",
    ),
    (
        lambda: loss_named("logit_adjusted_ce", pi="1/2, 1/4"),
        "pi: got entries with the sum 3/4; accepted is the sum 1",
    ),
    (
        lambda: loss_named("class_weighted_ce", w=MatrixParameter("w")),
        "w: got w, which is a matrix; accepted is a class-vector",
    ),
    (
        lambda: loss_named("class_weighted_ce", w=ClassParameter("w", at_least=0)),
        "w: got w with entries in [0, oo); accepted are entries in (0, oo)",
    ),
    (
        lambda: loss_named("class_weighted_ce", v=(1, 2)),
        "v: class_weighted_ce has no parameter of this name; accepted: w",
    ),
    (
        lambda: loss_named("alpha_balanced_focal", alhpa=(1, 2)),
        "alhpa: alpha_balanced_focal has no parameter of this name; accepted: gamma, alpha; did you mean alpha?",
    ),
    (
        lambda: regularizer_named("quadratic_form", Q="1, 2; 2, 1"),
        "Q: got a matrix that is not positive definite; accepted are positive definite ones",
    ),
    (
        lambda: loss_named("forward", T="1/2, 1/2; 1, 0"),
        "T: got a matrix with an entry on its diagonal that is not positive; accepted are positive ones",
    ),
]


@pytest.mark.parametrize(("make", "message"), REFUSED, ids=range(len(REFUSED)))
def test_what_does_not_fit_is_refused(make: Callable[[], object], message: str) -> None:
    with pytest.raises(ParameterError) as caught:
        make()
    assert str(caught.value) == message


def test_an_array_has_the_name_of_its_attribute() -> None:
    with pytest.raises(ParameterError, match=r"^Wrong\.w: the parameter calls itself v; use one name$"):

        class Wrong(Loss):
            w = ClassParameter("v")


TEX = {
    "class_weighted_ce": r"-w_{y} \log \mathrm{softmax}(z)_{y}",
    "forward": r"-\log\left(\sum_{k} T_{k y} \mathrm{softmax}(z)_{k}\right)",
    "logit_adjusted_ce": r"-\log \mathrm{softmax}(z + \log\left(\pi\right))_{y}",
}


@pytest.mark.parametrize("name", TEX)
def test_formulas_in_latex(name: str) -> None:
    assert formula_tex(loss_named(name).recorded) == TEX[name]


def test_a_quadratic_form_in_latex() -> None:
    assert formula_tex(regularizer_named("quadratic_form").recorded) == r"\sum_{k} z_{k} \sum_{i} Q_{k i} z_{i}"
