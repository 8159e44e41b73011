"""Orders of convergence for linear families with shared features: the table of THEORY 5."""

from __future__ import annotations

import pytest

import symcheck as sc

ORDERS = {
    # (loss, regularizer): order with two classes, with three, with more
    ("cross_entropy", "l2"): (3, 2, 2),  # "slope 2 for C >= 3, slope 3 for C = 2"
    ("label_smoothing", "l2"): (3, 2, 2),  # label-free Hessian, as CE
    ("gce", "l2"): (2, 1, 1),  # D^2 l depends on y; at C = 2 it does not
    ("mae", "l2"): (2, 1, 1),
    ("focal", "l2"): (2, 1, 1),
    ("brier", "l2"): (2, 1, 1),
    ("nce", "l2"): (2, 2, 2),  # D^2 l = 0: slope 2 with every quadratic g
    ("cross_entropy", "entropy"): (2, 1, 1),  # g has a third derivative; even in the margin at C = 2
    ("cross_entropy", "label_smoothing_penalty"): (2, 1, 1),
    ("cross_entropy", "log_cosh"): (2, 2, 2),  # D^3 g = 0, D^4 g != 0
    ("muh", "log_cosh"): (2, 2, 2),
    ("muh", "l2"): (None, None, None),  # Theorem 1: the limit is reached at every lambda
    ("square_centred", "l2"): (None, None, None),
}


@pytest.mark.parametrize(("loss", "regularizer"), ORDERS)
def test_orders(loss: str, regularizer: str) -> None:
    prediction = sc.certify(loss, regularizer).prediction
    assert prediction is not None

    def order(classes: int) -> int | None:
        return next((o.to_limit for o in prediction.orders if classes in o.classes), None)

    assert (order(2), order(3), order(10)) == ORDERS[loss, regularizer]


def test_orders_at_one_c_are_those_of_the_whole_scope() -> None:
    whole = sc.certify("cross_entropy", "l2").prediction
    fixed = sc.certify("cross_entropy", "l2", classes=7).prediction
    assert whole is not None
    assert fixed is not None
    assert fixed.orders[0].to_limit == 2


def test_a_label_dependent_hessian_at_two_classes_is_seen() -> None:
    # squentropy: CE + sum_{j != y} z_j^2 / (C - 1): not shift-invariant, D^2 l depends on y even at C = 2
    squentropy = sc.certify(
        lambda z, y: sc.logsumexp(z) - z[y] + (sc.total(z**2) - z[y] ** 2) / (z.C - 1), "l2"
    ).prediction
    assert squentropy is not None
    assert [o.to_limit for o in squentropy.orders] == [1]


def test_the_field_of_a_detached_loss_has_another_derivative_than_its_jet() -> None:
    # focal with detached weights: the field is w(p_y) grad CE, whose derivative has w'(p_y) grad p_y (grad CE)' as
    # well, which depends on y: the true order is 1, that of the jet would be 2
    detached = sc.certify("focal_detached", "l2").prediction
    assert detached is not None
    assert detached.orders == ()
