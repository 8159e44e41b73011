"""The Taylor reading against closed series and against nested derivatives of the batch reading."""

from __future__ import annotations

import math

import pytest
import torch
from torch.func import grad, jvp

from numerics.formulas.batch import values
from numerics.formulas.taylor import TaylorReading, gradient_coefficient
from symcheck.language import functions as sc
from symcheck.language.classwise import ClassParameter, MatrixParameter
from symcheck.language.parameter import Parameter

LAW = torch.tensor([[0.2, 0.3, 0.5], [0.7, 0.1, 0.2]], dtype=torch.float64)
SCORES = [torch.randn(2, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(k)) for k in range(3)]
Q = Parameter("q", above=0, at_most=1)
W = ClassParameter("w", (1, 2, 3))
A = MatrixParameter("A", ((2, 1, 0), (0, 3, 1), (5, 0, 1)))

FORMULAS = {
    "cross entropy": lambda z, y: sc.logsumexp(z) - z[y],
    "gce": lambda z, y: (1 - sc.softmax(z)[y] ** Q) / Q,
    "mae": lambda z, y: 2 * (1 - sc.softmax(z)[y]),
    "focal": lambda z, y: -((1 - sc.softmax(z)[y]) ** 2) * sc.log(sc.softmax(z)[y]),
    "nce": lambda z, y: sc.log_softmax(z)[y] / sc.total(sc.log_softmax(z)),
    "one-vs-rest": lambda z, y: sc.total(sc.softplus(z)) - z[y],
    "square": lambda z, y: sc.total((z - sc.onehot(y)) ** 2) / 2,
    "entry of a mix": lambda z, y: (sc.exp(z) * sc.centred_onehot(y))[y],
    "entropy": lambda z, y: sc.total(sc.softmax(z) * sc.log_softmax(z)),
    "log-cosh": lambda z, y: sc.total(sc.log(sc.cosh(z))),
    "quartic": lambda z, y: sc.total(z**4),
    "powers": lambda z, y: sc.total((1 + sc.exp(z)) ** -2 + sc.sqrt(2 + z) + 2**z + (2 + z) ** z),
    "tanh, sigmoid": lambda z, y: sc.total(sc.tanh(z) * sc.sigmoid(z)),
    "kinks elsewhere": lambda z, y: sc.total(sc.relu(1 + z) + sc.abs(z - 2) + sc.relu(z - 1)),
    "linear": lambda z, y: sc.mean(z) - z[y],
    "arccos": lambda z, y: sc.total(sc.arccos(sc.softmax(z))),
    "sines": lambda z, y: sc.total(sc.sin(z) * sc.cos(2 * z + 1)),
    "arc tangent": lambda z, y: sc.total(sc.arctan(z + sc.exp(z))),
    "error function": lambda z, y: sc.total(z * sc.erf(z + z[y])),
    "shares": lambda z, y: sc.entmax(sc.exp(z), 3)[y] * sc.total(sc.entmax(z, Q) ** 2) + sc.total(sc.entmax(-z, 2) * z),
    "branch": lambda z, y: sc.total(sc.branch(z + 1, sc.exp(z), z) + sc.branch(z - 1, z**3, z**2)),
    "class weights": lambda z, y: W[y] * sc.logsumexp(z) + sc.total(W * sc.exp(z)),
    "matrix": lambda z, y: sc.total(z * (A @ sc.exp(z))) + sc.log_softmax(A.T @ z)[y],
    "pairs": lambda z, y: sc.pair_total(sc.exp(sc.first(z) - sc.second(z)) ** 2 * sc.first(sc.onehot(y)) + 1) ** 2,
    "others": lambda z, y: sc.logsumexp(z, but=y) + sc.product(1 + sc.exp(z), but=y) * sc.mean(z, but=y),
    "largest": lambda z, y: sc.amax(sc.exp(z) + 2 * sc.onehot(y)) + sc.amax(sc.exp(W * z) - 4 * W, but=y),
    "limits": lambda z, y: sc.total(sc.clamp(z, -1, 1) ** 2) + sc.maximum(z[y], 1) * sc.exp(z[y]),
    "vector and scalar": lambda z, y: sc.total((sc.onehot(y) + sc.logsumexp(z)) * (1 + sc.mean(z) ** 2)),
    "no z": lambda z, y: sc.log(z.C),
}


def nested(formula, k):
    """The coefficient of s^k in grad f(z(s)), by k nested forward derivatives of the gradient."""

    def gradient(s):
        z = sum(s ** (j + 1) * score for j, score in enumerate(SCORES))
        law = LAW if formula.uses_label else None
        return grad(lambda x: values(formula, x, law, {"q": 0.7}).sum())(z)

    for _ in range(k):
        gradient = (lambda inner: lambda s: jvp(inner, (s,), (torch.ones_like(s),))[1])(gradient)
    return gradient(torch.zeros((), dtype=torch.float64)) / math.factorial(k)


@pytest.mark.parametrize("k", [0, 1, 2, 3, pytest.param(4, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", list(FORMULAS))
def test_coefficients_of_the_gradient_are_the_nested_derivatives(recorded, name, k):
    formula = recorded(FORMULAS[name])
    found = gradient_coefficient(formula, SCORES, k, LAW, {"q": 0.7})
    torch.testing.assert_close(found, nested(formula, k), rtol=1e-11, atol=1e-12)


def test_what_is_detached_moves_along_the_curve_and_has_no_gradient(recorded):
    # the field of sg[p_y] log p_y is p_y (e_y - p): the gradient of p_y, which is what its series has to be
    formula = recorded(lambda z, y: sc.detach(sc.softmax(z)[y]) * sc.log_softmax(z)[y])
    gradient = recorded(lambda z, y: sc.softmax(z)[y])
    for k in range(4):
        found = gradient_coefficient(formula, SCORES, k, LAW, {})
        torch.testing.assert_close(found, gradient_coefficient(gradient, SCORES, k, LAW, {}), rtol=1e-12, atol=1e-13)


def series(recorded, code, order=5):
    """The coefficients of a formula along z(s) = (s, s)."""
    line = [torch.zeros(2, dtype=torch.float64), torch.ones(2, dtype=torch.float64)]
    return [float(torch.as_tensor(c).reshape(-1)[0]) for c in TaylorReading(line, order, {}).read(recorded(code))]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (lambda z, y: sc.exp(z[y]), [1 / math.factorial(k) for k in range(6)]),
        (lambda z, y: sc.log(1 + z[y]), [0, 1, -1 / 2, 1 / 3, -1 / 4, 1 / 5]),
        (lambda z, y: 1 / (1 + z[y]), [1, -1, 1, -1, 1, -1]),
        (lambda z, y: sc.sqrt(1 + z[y]), [1, 1 / 2, -1 / 8, 1 / 16, -5 / 128, 7 / 256]),
        (lambda z, y: sc.tanh(z[y]), [0, 1, 0, -1 / 3, 0, 2 / 15]),
        (lambda z, y: z[y] ** 3, [0, 0, 0, 1]),
    ],
    ids=["exp", "log", "inverse", "sqrt", "tanh", "cube"],
)
def test_known_series(recorded, code, expected):
    # expected: the Maclaurin series of the textbooks
    assert series(recorded, code) == pytest.approx(expected, abs=1e-15)


@pytest.mark.parametrize("power", [3, 4, 5])
def test_a_power_of_a_size_has_its_terms_at_the_kink(recorded, power):
    """|z_1|^p along z = s v + s^2 w: the gradient is p |z_1|^(p-1) sign(z_1), |z_1| = s |v_1 + s w_1| for s > 0."""
    formula = recorded(lambda z, y: sc.total(sc.abs(z) ** power))
    v, w = torch.tensor([[2.0, -3.0]], dtype=torch.float64), torch.tensor([[0.5, 0.25]], dtype=torch.float64)
    law = torch.full((1, 2), 0.5, dtype=torch.float64)
    found = [gradient_coefficient(formula, [v, w], k, law, {}) for k in (power - 2, power - 1, power)]
    # sign(v)^p (v + s w)^(p-1) s^(p-1) p, to the second order
    even = v.sign() ** power
    by_hand = [0 * v, power * even * v ** (power - 1), power * (power - 1) * even * v ** (power - 2) * w]
    for one, other in zip(found, by_hand, strict=True):
        assert torch.allclose(one, other, atol=1e-12)
