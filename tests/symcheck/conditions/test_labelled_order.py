"""Orders of convergence where the regularizer or the loss treats classes differently (THEORY 5)."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from symcheck.budget import Budget
from symcheck.conditions.orders.order import orders_of
from symcheck.intake.catalogue import loss_named
from symcheck.language.array import Matrix
from symcheck.language.classwise import ClassParameter, MatrixParameter, quadratic_form
from symcheck.language.formula import Formula, symbols
from symcheck.language.functions import exp, logsumexp, onehot, softmax, total
from symcheck.language.scope import Classes, Scope

z, y = symbols()
CE = Formula.of(logsumexp(z) - z[y])


def penalty(rows: object, factor: int = 1) -> Formula:
    return Formula.of(quadratic_form(MatrixParameter("A", rows), z) / factor)  # type: ignore[arg-type]


def recipe(classes: int) -> Matrix:
    """The A of THEORY 5, U diag(geomspace(1, 10, C)) U'/2, with entries of six decimals."""
    u, _ = np.linalg.qr(np.random.default_rng(1).standard_normal((classes, classes)))
    a = u @ np.diag(np.geomspace(1, 10, classes)) @ u.T / 2
    return tuple(
        tuple(Fraction(round(float(a[min(i, j), max(i, j)]) * 10**6), 10**6) for j in range(classes))
        for i in range(classes)
    )


def orders(
    loss: Formula, regularizer: Formula, classes: int, *, quotient: bool = False
) -> list[tuple[int, int | None]]:
    scope = Scope(Classes(classes, classes), loss.parameters)
    found = orders_of(loss, regularizer, scope, quotient=quotient, budget=Budget(20))
    return [(o.to_limit, o.clean_to_noisy) for o in found]


# THEORY 5, for a quadratic g that is anisotropic.  To the limit: "for C >= 3 CE has slope 1", any loss whose
# D^2 l(0, y) depends on y as well; "NCE (D^2 l = 0) has slope 2 with every quadratic g"; C = 2, l shift-invariant
# and class-symmetric: "slope 2 for GCE + l2", "3 for CE + any z'Az".  Clean to noisy, C >= 3, g quadratic: "O(alpha^2)
# if D^2 l(0, y) is the same for every y (CE, NCE, label smoothing), O(alpha) if not (GCE, focal, MAE)".
TABLE = {
    "cross_entropy": ((3, 3), (1, 2)),
    "label_smoothing": ((3, 3), (1, 2)),
    "nce": ((2, 2), (2, 2)),
    "gce": ((2, 2), (1, 1)),
    "focal": ((2, 2), (1, 1)),
    "mae": ((2, 2), (1, 1)),
}


@pytest.mark.parametrize("loss", TABLE)
@pytest.mark.parametrize("classes", [2, 3, 10])
def test_the_table_of_the_theory(loss: str, classes: int) -> None:
    assert orders(loss_named(loss).recorded, penalty(recipe(classes)), classes) == [TABLE[loss][classes > 2]]


def test_the_direction_of_an_exact_pair_does_not_depend_on_noise() -> None:
    # Theorem 1: the noisy minimiser is a times the clean one, at every alpha; with C = 3 the limit is left at once
    square = Formula.of(total((z - onehot(y) + Fraction(1, 3)) ** 2) / 2)
    assert orders(square, penalty(recipe(3)), 3) == [(1, None)]
    # MUH + z'Az does not leave its limit either: nothing is derived
    assert orders(loss_named("muh").recorded, penalty(recipe(3)), 3) == []


def test_what_counts_is_the_inverse_of_the_hessian_on_the_complement_of_1() -> None:
    # H^-1 = I + 1c' + c1', c = (1, -1, 0)/10: then M H^-1 u = u/C for all u with 1'u = 0, M = (I - 11'/C)/C the
    # Hessian of CE, so c1 = 0, although H itself is anisotropic there (the least of g over shifts is not)
    inverse = np.array([[12, 0, 1], [0, 8, -1], [1, -1, 10]])
    determinant = round(np.linalg.det(inverse))  # 12*79 - 1*8 = 940
    adjugate = [[79, -1, -8], [-1, 119, 12], [-8, 12, 96]]
    assert (inverse @ np.array(adjugate) == determinant * np.eye(3)).all()
    assert orders(CE, penalty(adjugate), 3) == [(2, 2)]
    # and a Hessian that is the identity on the complement of 1, but ties it to 1, does not do
    assert orders(CE, penalty([[12, 0, 1], [0, 8, -1], [1, -1, 10]]), 3) == [(1, 2)]


def test_a_near_miss_of_an_isotropic_matrix() -> None:
    assert orders(CE, penalty([[3, 1, 1], [1, 3, 1], [1, 1, 3]]), 3) == [(2, 2)]  # the symmetric calculus
    assert orders(CE, penalty([["3.000001", 1, 1], [1, 3, 1], [1, 1, 3]]), 3) == [(1, 2)]


def test_on_the_quotient_only_the_complement_of_1_counts() -> None:
    # total(z^2) - total(z)^2/C has the Hessian 2(I - 11'/C): on the quotient a multiple of that of CE
    across = [["2/3", "-1/3", "-1/3"], ["-1/3", "2/3", "-1/3"], ["-1/3", "-1/3", "2/3"]]
    assert orders(CE, penalty(across), 3, quotient=True) == [(2, 2)]
    uneven = [[3, -1, -2], [-1, 3, -2], [-2, -2, 4]]
    assert orders(CE, penalty(uneven), 3, quotient=True) == [(1, 2)]


def test_a_loss_that_treats_classes_differently_beyond_its_gradient() -> None:
    # CE + w_y sum z^2 / 2: b_y = -o_y, but D^2 l(0, y) = M + w_y I is not the same for every y
    w = ClassParameter("w", (1, 2, 4))
    uneven = Formula.of(logsumexp(z) - z[y] + w[y] * total(z**2) / 2)
    assert orders(uneven, penalty([[2, 0, 0], [0, 2, 0], [0, 0, 2]]), 3) == [(1, 1)]
    # CE + sum_k w_k z_k^2 / 2: the same for every y, and no multiple of H; what D^3 l is, the labelled reading
    # does not say, so the order between clean and noisy stays open
    even = Formula.of(logsumexp(z) - z[y] + total(w * z**2) / 2)
    assert orders(even, penalty([[2, 0, 0], [0, 2, 0], [0, 0, 2]]), 3) == [(1, None)]


def test_a_regularizer_that_is_no_polynomial_is_known_as_far_as_the_loss_decides() -> None:
    # D^3 g is not read where classes differ: GCE has order 1 whatever it is, NCE has not
    uneven = Formula.of(quadratic_form(MatrixParameter("A", recipe(3)), z) + total(exp(z) - z))
    assert orders(Formula.of(-softmax(z)[y]), uneven, 3) == [(1, 1)]
    assert orders(CE, uneven, 3) == [(1, None)]
    assert orders(loss_named("nce").recorded, uneven, 3) == []


def test_free_entries_and_a_free_number_of_classes_have_no_order() -> None:
    free = MatrixParameter("A", positive_definite=True)
    scope = Scope(Classes(3, 3), (), (free.array,))
    form = Formula.of(quadratic_form(free, z))
    assert orders_of(CE, form, scope, quotient=False, budget=Budget(20)) == ()
    assert orders_of(CE, form, Scope(Classes(2, None), (), (free.array,)), quotient=False, budget=Budget(20)) == ()
