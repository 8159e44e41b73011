"""Stationary points of networks under noise: at least of order alpha for certified losses, order 0 for others."""

from __future__ import annotations

import math

import pytest
import torch

from numerics.formulas.objective import Objective
from numerics.models import mlp
from numerics.networks.train import trained
from numerics.networks.training import Training
from numerics.networks.transfer import transfer_orders, transfers
from symcheck.language import functions as sc

ALPHAS = [1e-1, 1e-2, 1e-3]


def l2(z, y):
    return sc.total(z**2) / 2


def networks(recorded, loss, regularizer=l2):
    pair = Objective(recorded(loss), recorded(regularizer))
    model = mlp.Network(widths=(5,))
    return trained(pair, model, "iris", alphas=ALPHAS, seeds=[0, 1], training=Training(steps=40))


@pytest.mark.parametrize(
    ("loss", "order"),
    [
        # D^2 l(0, y) does not depend on y: what is left is of the third derivative (THEORY 5)
        (lambda z, y: sc.logsumexp(z) - z[y], 2),
        # D^2 l(0, y) does
        (lambda z, y: (1 - sc.softmax(z)[y] ** 0.7) / 0.7, 1),
        # sum_y b_y != 0: one-vs-rest logistic, d = (1/2 - 1/C)(1, ..., 1)
        (lambda z, y: sc.total(sc.softplus(z)) - z[y], 0),
        # the classes pull in the same direction: b_y = (2/3)(1, 1, 1) - e_y, d = (1/3)(1, 1, 1)
        (lambda z, y: sc.logsumexp(2 * z) - z[y], 0),
    ],
)
def test_the_order_is_that_of_the_expansion(recorded, loss, order):
    found = transfer_orders(transfers(networks(recorded, loss), 0.4))
    assert set(found) == {0, 1}
    for slope in found.values():
        assert slope == pytest.approx(order, abs=0.1)


def test_muh_with_l2_leaves_rounding_alone(recorded):
    # l = l_lin, g = g_sq: the identity holds at every alpha
    gaps = transfers(networks(recorded, lambda z, y: sc.mean(z) - z[y]), 0.4)
    assert max(gap.gap for gap in gaps) < 1e-13
    assert set(transfer_orders(gaps).values()) == {math.inf}


def test_the_gap_of_a_false_certificate_is_the_drift(recorded):
    # one-vs-rest logistic, C = 3: b_y = 1/2 - e_y, ||b_y||^2 = 3/4; d = 1/2 - 1/3 in each class, ||d||^2 = 3/36
    gaps = transfers(networks(recorded, lambda z, y: sc.total(sc.softplus(z)) - z[y]), 0.4)
    a = 1 - 0.4 * 3 / 2
    # R - (1 - a) ||d||/||b|| is O(alpha), with a constant of the size of the scores
    assert gaps[2].gap == pytest.approx((1 - a) * ((3 / 36) / (3 / 4)) ** 0.5, abs=10 * ALPHAS[2])


def test_every_clean_network_is_looked_at_and_no_other(recorded):
    pair = Objective(recorded(lambda z, y: sc.logsumexp(z) - z[y]), recorded(l2))
    found = trained(
        pair, mlp.Network(widths=(3,)), "iris", alphas=[0, 0.1, 1.0], rhos=[0, 0.3], training=Training(steps=3)
    )
    assert [(gap.alpha, gap.rho, gap.seed) for gap in transfers(found, 0.2)] == [(1.0, 0.2, 0), (0.1, 0.2, 0)]
    assert not torch.isnan(torch.tensor([gap.gap for gap in transfers(found, 0.2)])).any()
