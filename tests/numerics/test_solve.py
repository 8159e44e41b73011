"""The exact solver against closed forms and against a plain dense Newton method."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from numerics import datasets
from numerics.formulas.forward import jvp
from numerics.formulas.objective import Objective
from numerics.formulas.pair import pair_of
from numerics.linear.solve import ScaledProblem, minimisers
from numerics.models.linear import LinearFamily, Outputs
from numerics.noise.laws import clean_law, noisy_law
from symcheck.certificates.certify import certify
from symcheck.intake.catalogue import names
from symcheck.language import functions as sc
from tests.each import of_each
from tests.sampled import one_in

IRIS = datasets.load("iris")
LAW = clean_law(torch.from_numpy(IRIS.labels), 3)


def family(kind=Outputs.FULL):
    return LinearFamily.of(torch.from_numpy(IRIS.standardised()), 3, kind)


def l2(z, y):
    return sc.total(z**2) / 2


def cross_entropy(z, y):
    return sc.logsumexp(z) - z[y]


def entropy(z, y):
    return sc.total(sc.softmax(z) * sc.log_softmax(z))


def problem(recorded, loss, regularizer, alphas, kind=Outputs.FULL, laws=None):
    alpha = torch.tensor(alphas, dtype=torch.float64)
    every = torch.stack([LAW] * len(alphas)) if laws is None else laws
    return ScaledProblem(family(kind), Objective(recorded(loss), recorded(regularizer)), alpha, every)


def solved(p, goal=1e-13):
    return minimisers(p, torch.full_like(p.alpha, goal))


def test_the_centred_square_loss_has_its_closed_form(recorded):
    # alpha/2 ||z - o||^2 + 1/2 ||z||^2 on whitened features: Z/alpha = P o/(1 + alpha)
    p = problem(recorded, lambda z, y: sc.total((z - sc.centred_onehot(y)) ** 2) / 2, l2, [1e-6, 0.1, 1.0, 1e3])
    found = solved(p)
    assert found.solved.all()
    for alpha, weights in zip(p.alpha, found.weights, strict=True):
        torch.testing.assert_close(weights, p.family.pulled_back(LAW - 1 / 3) / (1 + alpha), rtol=1e-11, atol=1e-13)


def dense_newton(q, law, alpha):
    """The minimiser of alpha CE + 1/2 ||z||^2, in unscaled weights: Newton's method written out in numpy."""
    n, r = q.shape
    classes = law.shape[1]
    w = np.zeros((r, classes))
    for _ in range(60):
        z = q @ w
        p = np.exp(z - z.max(1, keepdims=True))
        p /= p.sum(1, keepdims=True)
        g = q.T @ (alpha * (p - law) + z) / n
        h = alpha * (p[:, :, None] * np.eye(classes) - p[:, :, None] * p[:, None, :]) + np.eye(classes)
        full = np.einsum("ni,nj,nab->iajb", q, q, h).reshape(r * classes, -1) / n
        step = np.linalg.solve(full, g.reshape(-1)).reshape(r, classes)
        w = w - step
        if np.abs(step).max() < 1e-15:
            break
    return w


@pytest.mark.parametrize("alpha", [0.01, 1.0, 100.0])
def test_cross_entropy_agrees_with_a_dense_newton_method(recorded, alpha):
    laws = torch.stack([LAW, noisy_law(LAW, 0.4)])
    p = problem(recorded, cross_entropy, l2, [alpha, alpha], laws=laws)
    found = solved(p, 1e-12)
    assert found.solved.all()
    for law, weights in zip(laws, found.weights, strict=True):
        expected = dense_newton(p.family.features.numpy(), law.numpy(), alpha)
        np.testing.assert_allclose(alpha * weights.numpy(), expected, rtol=0, atol=1e-11 * max(1, alpha))


def test_the_gradient_norm_that_is_reported_is_that_of_the_unscaled_objective(recorded):
    p = problem(recorded, cross_entropy, l2, [0.25])
    found = solved(p)
    z = p.family.outputs(0.25 * found.weights[0]).requires_grad_()
    value = (0.25 * (z.logsumexp(1) - (z * LAW).sum(1)) + z.square().sum(1) / 2).mean()
    (gradient,) = torch.autograd.grad(value, z)
    unscaled = p.family.features.T @ gradient  # d/dW of a mean over samples: grad has the 1/n already
    assert float(unscaled.norm()) / 0.25 == pytest.approx(float(found.gradient_norm[0]), abs=1e-15)
    assert float(found.gradient_norm[0]) <= 1e-13


def test_many_problems_at_once_are_each_of_them_alone(recorded):
    alphas = [4.0, 0.5, 1e-3, 1e-6]
    together = solved(problem(recorded, cross_entropy, l2, alphas))
    for i, alpha in enumerate(alphas):
        alone = solved(problem(recorded, cross_entropy, l2, [alpha]))
        torch.testing.assert_close(together.weights[i], alone.weights[0], rtol=0, atol=1e-12)


def test_on_the_quotient_the_curvature_is_definite_and_the_minimiser_the_centred_one(recorded):
    p = problem(recorded, cross_entropy, entropy, [0.05], Outputs.CENTRED)
    found = solved(p, 1e-12)
    assert found.solved.all()
    outputs = p.family.outputs(found.weights[0])
    assert float(outputs.mean(1).abs().max()) < 1e-14
    # stationary on all of R^C, as both are shift-invariant
    everywhere = ScaledProblem(family(), p.objective, p.alpha, p.laws)
    full = everywhere.family.pulled_back(outputs)
    assert float(everywhere.gradient(full[None]).norm()) < 1e-12


def test_a_loss_that_is_not_convex_is_lowered_to_a_stationary_point(recorded):
    p = problem(recorded, lambda z, y: 2 * (1 - sc.softmax(z)[y]), l2, [20.0])
    found = solved(p, 1e-11)
    assert found.solved.all()
    assert float(p.value(found.weights)) < 0
    assert float(p.gradient(found.weights).norm()) <= 1e-11


def test_what_is_not_reached_is_not_called_solved(recorded):
    p = problem(recorded, cross_entropy, l2, [1.0])
    short = minimisers(p, torch.tensor([1e-13], dtype=torch.float64), most_steps=1)
    assert not short.solved.any()
    assert float(short.gradient_norm[0]) > 1e-13
    # no float64 computation gets there: the solver stops by itself and says so
    impossible = minimisers(p, torch.tensor([1e-30], dtype=torch.float64))
    assert not impossible.solved.any()
    assert int(impossible.steps[0]) < 60
    assert float(impossible.gradient_norm[0]) < 1e-14


def test_at_the_start_the_gradient_is_the_linear_part_alone(recorded):
    p = problem(recorded, cross_entropy, l2, [0.5])
    zero = torch.zeros(1, p.family.rank, 3, dtype=torch.float64)
    torch.testing.assert_close(p.gradient(zero)[0], -p.family.pulled_back(LAW - 1 / 3))
    assert float(p.value(zero)) == 0.0


def test_curvature_products_are_differences_of_gradients(recorded):
    p = problem(recorded, lambda z, y: (1 - sc.softmax(z)[y] ** 0.7) / 0.7, entropy, [0.3], Outputs.CENTRED)
    chance = torch.Generator().manual_seed(1)
    w, d = (torch.randn(1, p.family.rank, 2, dtype=torch.float64, generator=chance) for _ in range(2))
    step = 1e-5
    difference = (p.gradient(w + step * d) - p.gradient(w - step * d)) / (2 * step)
    torch.testing.assert_close(p.curvature_product(w, d), difference, rtol=1e-7, atol=1e-9)


PAIRS = [*((name, "l2") for name in names("loss")), *(("cross_entropy", name) for name in names("regularizer"))]


@pytest.mark.parametrize("size", one_in(3, [1.0, 0.0, 1e4]))
@of_each(PAIRS)
def test_curvature_products_are_derivatives_of_the_gradient_along_a_direction(loss, regularizer, size):
    """Also where formulas are detached, whose matrix is not symmetric, and at scores that are far from one another."""
    certificate = certify(loss, regularizer)
    if 3 not in certificate.scope.classes:
        return
    pair = pair_of(certificate, 3, "the test")
    p = ScaledProblem(family(), pair.objective, torch.tensor([0.3], dtype=torch.float64), LAW[None])
    chance = torch.Generator().manual_seed(1)
    w, d = (torch.randn(1, p.family.rank, 3, dtype=torch.float64, generator=chance) for _ in range(2))
    product = p.curvature_product(size * w, d)
    wanted = jvp(p.gradient, (size * w,), (d,))[1]
    assert product.isfinite().all() == wanted.isfinite().all()
    if wanted.isfinite().all():
        # Terms of size 1 that cancel leave their rounding.
        torch.testing.assert_close(product, wanted, rtol=1e-9, atol=1e-9 * float(wanted.abs().max()) + 1e-12)
