"""Fits of 100 digits and exact noise matrices: known truths, and false certificates that are found."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from types import SimpleNamespace

import pytest
from flint import arb

from benchmarks.soundness.kinds import noise_matrices, orders_of_convergence, trial_of
from benchmarks.soundness.kinds._material import CE, ENTROPY, L2, MAE, MUH, P, Y, Z
from benchmarks.soundness.kinds.noise_matrices import Matrix
from benchmarks.soundness.kinds.orders_of_convergence import Fit
from benchmarks.soundness.truth.duals import DualReading
from benchmarks.soundness.truth.fits import Data, fitted_orders
from benchmarks.soundness.truth.numbers import NoOpinion
from symcheck.class_conditional.condition import noise_condition
from symcheck.findings.prediction import Order
from symcheck.findings.verdict import Verdict
from symcheck.language.formula import Formula
from symcheck.language.functions import abs as absolute
from symcheck.language.functions import mean, total

FEATURES = ((11, 2), (1, 3), (-2, 5), (4, -3), (-7, 1), (2, 9))
LABELS = {2: (0, 1, 0, 0, 1, 1), 3: (0, 1, 2, 2, 0, 1), 4: (0, 1, 2, 3, 3, 1)}


def data(classes: int, a: Fraction = Fraction(1, 2)) -> Data:
    return Data(classes, FEATURES, LABELS[classes], a)


def formula(term: object) -> Formula:
    return Formula.of(term)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("loss", "penalty", "classes", "orders", "size"),
    [
        # THEORY 5: CE + l2 has slope 2 for C >= 3 and 3 for C = 2; GCE slope 1 and 2; MUH + l2 has no distance at all
        (CE, L2, 3, (2, 2, 2), 1.0),
        (CE, L2, 4, (2, 2, 2), 1.0),
        (CE, L2, 2, (3, 3, 3), 1.0),
        ((1 - P[Y] ** Fraction(1, 2)) * 2, L2, 3, (1, 1, 1), 3**-0.5),
        ((1 - P[Y] ** Fraction(1, 2)) * 2, L2, 2, (2, 2, 2), 2**-0.5),
        (MUH, L2, 3, (None, None, None), 1.0),
        # any loss has slope 1 with a penalty that has a third derivative; s = 1/C, kappa = 1
        (CE, ENTROPY, 3, (1, 1, 1), 3.0),
        (CE, total(Z**2), 3, (2, 2, 2), 0.5),
        (MAE, L2, 3, (1, 1, 1), 1 / 3),
    ],
)  # fmt: skip
def test_orders_and_sizes_that_the_theory_gives(
    loss: object, penalty: object, classes: int, orders: tuple[int | None, ...], size: float
) -> None:
    curvature = {ENTROPY: Fraction(1, classes), L2: Fraction(1)}.get(penalty, Fraction(2))
    found = fitted_orders(formula(loss), formula(penalty), data(classes), (curvature, Fraction(0)))
    assert (found.clean, found.noisy, found.apart) == orders
    assert found.size == pytest.approx(size, rel=1e-5)


def test_without_noise_clean_and_noisy_are_one() -> None:
    found = fitted_orders(formula(CE), formula(L2), data(3, Fraction(1)), (Fraction(1), Fraction(0)))
    assert (found.clean, found.noisy, found.apart) == (2, 2, None)


def test_gradients_are_those_by_hand() -> None:
    z = [arb(1), arb(-2), arb(0)]
    whole = sum((x.exp() for x in z), arb(0))
    for y in range(3):
        found = DualReading(z, y).gradient(formula(CE))
        for k, x in enumerate(found):
            assert x.overlaps(z[k].exp() / whole - int(k == y))
    # d/dz_k of mean(z)^2 z_y at mean = -1/3
    found = DualReading(z, 1).gradient(formula(mean(Z) ** 2 * Z[Y]))
    assert [x.overlaps(arb(4) / 9 + arb(int(k == 1)) / 9) for k, x in enumerate(found)] == [True] * 3
    # a power of a ball that contains 0 is a number
    tiny = [arb(0, 1e-9), arb(0), arb(0)]
    assert all(x.is_finite() for x in DualReading(tiny, 0).gradient(formula(mean(Z) ** 2)))


def test_no_opinion_at_a_kink() -> None:
    with pytest.raises(NoOpinion):
        DualReading([arb(0)] * 3, 0).gradient(formula(absolute(Z[Y])))


# false certificates are found


def fit(loss: object = CE, penalty: object = L2, classes: int = 3) -> Fit:
    other = replace(data(classes), features=((5, 2), (1, -3), (2, 5), (4, 3), (-7, 1), (2, -9)))
    return Fit(formula(loss), formula(penalty), data(classes), other)


@pytest.mark.parametrize(
    ("changes", "statements"),
    [
        ({}, []),
        ({"kappa": Fraction(1001, 1000)}, ["size of the limit"]),
        ({"curvature": Fraction(999, 1000)}, ["size of the limit"]),
        ({"to_limit": 1}, ["order of clean labels to their limit", "order of noisy labels to their limit"]),
        ({"to_limit": 3}, ["order of clean labels to their limit", "order of noisy labels to their limit"]),
        ({"clean_to_noisy": 1}, ["order of clean to noisy"]),
        ({"clean_to_noisy": 3}, ["order of clean to noisy"]),
        ({"clean_to_noisy": None}, []),
    ],
)
def test_a_false_prediction_is_found(
    monkeypatch: pytest.MonkeyPatch, changes: dict[str, object], statements: list[str]
) -> None:
    from sympy import Rational

    real = orders_of_convergence.certify

    def turned(*arguments: object, **named: object) -> object:
        certificate = real(*arguments, **named)  # type: ignore[arg-type]
        prediction = certificate.prediction
        assert prediction is not None
        orders = tuple(
            replace(o, **{n: v for n, v in changes.items() if n in Order.__dataclass_fields__})
            for o in prediction.orders
        )
        numbers = {n: Rational(v.numerator, v.denominator) for n, v in changes.items() if isinstance(v, Fraction)}
        false = replace(prediction, orders=orders, **numbers)
        return SimpleNamespace(verdict=certificate.verdict, prediction=false)

    monkeypatch.setattr(orders_of_convergence, "certify", turned)
    found = fit().run()
    assert [w.statement for w in found.wrong] == statements
    assert found.judged == 4


F = Fraction
UNIFORM = ((F(4, 5), F(1, 10), F(1, 10)), (F(1, 10), F(4, 5), F(1, 10)), (F(1, 10), F(1, 10), F(4, 5)))
TURNED = ((F(1, 10), F(9, 20), F(9, 20)), (F(9, 20), F(1, 10), F(9, 20)), (F(9, 20), F(9, 20), F(1, 10)))
OTHER = ((F(4, 5), F(1, 5), F(0)), (F(0), F(4, 5), F(1, 5)), (F(1, 5), F(0), F(4, 5)))
NONE = ((F(4, 5), F(1, 5), F(1, 10)), *OTHER[1:])


@pytest.mark.parametrize("given", ["fractions", "text", "counts"])
@pytest.mark.parametrize(("rows", "answer"), [(UNIFORM, "PROVED"), (TURNED, "REFUTED"), (OTHER, "REFUTED")])
def test_matrices_that_are_known(rows: noise_matrices.Rows, given: str, answer: str) -> None:
    found = Matrix(rows, given, None, None, "seed").run()
    assert (found.answer, found.wrong) == (answer, ())


def test_what_is_no_noise_matrix_has_to_be_refused() -> None:
    found = Matrix(NONE, "fractions", None, None, "seed").run()
    assert (found.answer, found.wrong, found.judged) == ("ParameterError", (), 1)


@pytest.mark.parametrize(
    ("rows", "taken", "statement"),
    [
        (UNIFORM, OTHER, "noise_condition: verdict"),
        (OTHER, UNIFORM, "noise_condition: verdict"),
        (TURNED, UNIFORM, "noise_condition: verdict"),
        (NONE, UNIFORM, "noise_condition: no error"),
        (UNIFORM, NONE, "noise_condition: error"),
        (TURNED, OTHER, "noise_condition: classes"),
    ],
)
def test_the_answer_for_another_matrix_is_found(
    monkeypatch: pytest.MonkeyPatch, rows: noise_matrices.Rows, taken: noise_matrices.Rows, statement: str
) -> None:
    monkeypatch.setattr(noise_matrices, "noise_condition", lambda *_, **__: noise_condition(taken))
    found = Matrix(rows, "fractions", None, None, "seed").run()
    assert statement in [w.statement for w in found.wrong]


def test_a_lead_that_is_too_small_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    real = noise_condition(OTHER)
    assert real.lead is not None
    monkeypatch.setattr(noise_matrices, "noise_condition", lambda *_, **__: replace(real, lead=real.lead / 2))
    wrong = Matrix(OTHER, "fractions", None, None, "seed").run().wrong
    assert [w.statement for w in wrong] == ["noise_condition: lead"]


def test_laws_are_judged_one_by_one() -> None:
    laws = ((F(1), F(0), F(0)), (F(0), F(1), F(0)))
    found = Matrix(OTHER, "fractions", None, laws, "seed").run()
    assert (found.answer, found.wrong) == (str(Verdict.PROVED), ())  # where the label is certain every class stays


@pytest.mark.parametrize("count", [6, pytest.param(24, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", ["noise_matrices", "orders_of_convergence"])
def test_the_first_trials_find_nothing_false(name: str, count: int) -> None:
    found = [trial_of(name, 11, index).run() for index in range(count)]
    assert [w for outcome in found for w in outcome.wrong] == []
    assert sum(outcome.judged for outcome in found) >= 5 * count / 3
