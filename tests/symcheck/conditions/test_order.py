"""Orders of convergence for linear families with shared features: the table of THEORY 5."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

import symcheck as sc
from symcheck.certificates.certificate import Certificate
from symcheck.findings.prediction import Order
from symcheck.language.scope import Classes
from tests.each import of_each

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


ALIKE = (
    "cross_entropy",
    "gce",
    "brier",
    "nce",
    "squentropy",
    "label_smoothing",
    "temperature_ce",
    "weston_watkins",
)
PENALTIES = ("l2", "entropy", "log_cosh", "cosh_penalty", "cubic", "label_smoothing_penalty")


# For three numbers with the sum 0 is v_k^3 - v_k sum v^2/2 - sum v^3/3 = v_1 v_2 v_3 - v_1 v_2 v_3 = 0: with three
# classes this g is a square on V, and nothing is left; from four classes on something is.
SQUARE_AT_THREE = "total(z**2)/2 + total(z**4)/4 - total(z**2)**2/8 - total(z)*total(z**3)/3"


@of_each([*product(ALIKE, PENALTIES), ("muh", SQUARE_AT_THREE)], ids=" + ".join)
def test_orders_at_one_c_are_those_of_the_whole_scope(loss: str, regularizer: str) -> None:
    whole = orders_of(sc.certify(loss, regularizer))
    for classes in (2, 3, 4, 5, 7):
        one = orders_of(sc.certify(loss, regularizer, classes=classes))
        there = [[replace(o, classes=Classes(classes, classes)) for o in of if classes in o.classes] for of in whole]
        assert there == one, classes


def orders_of(cert: Certificate) -> list[list[Order]]:
    """With shared features, and with a reference class."""
    shared = () if cert.prediction is None else cert.prediction.orders
    return [list(shared), list(cert.reference_orders)]


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
