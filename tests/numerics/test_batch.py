"""The batch reading: what a formula means on tensors."""

from __future__ import annotations

import math

import pytest
import torch
from torch.func import grad

from numerics.formulas.batch import values, values_by_label
from symcheck.errors import ParameterError
from symcheck.language import functions as sc
from symcheck.language.classwise import ClassParameter, MatrixParameter
from symcheck.language.parameter import Parameter

Z = torch.tensor([[0.3, -1.2, 0.7], [2.0, 0.1, -0.4]], dtype=torch.float64)
Y = torch.tensor([2, 0])
LAW = torch.tensor([[0.2, 0.3, 0.5], [0.7, 0.0, 0.3]], dtype=torch.float64)
P = Z.softmax(-1)
OTHERS = torch.stack([Z[0, [0, 1]], Z[1, [1, 2]]])
WEIGHTS = torch.tensor([1.0, 2.0, 3.0], dtype=torch.float64)
W = ClassParameter("w", (1, 2, 3))
MATRIX = torch.tensor([[2.0, 1.0, 0.0], [0.0, 3.0, 1.0], [5.0, 0.0, 1.0]], dtype=torch.float64)
A = MatrixParameter("A", ((2, 1, 0), (0, 3, 1), (5, 0, 1)))

SPARSE = torch.tensor([0.3**2 + 0.7**2 + 0.7, 2.0], dtype=torch.float64)

# name, formula, and the same written in torch for the labels Y, independently of the reading
ROWS = [
    ("cross entropy", lambda z, y: sc.logsumexp(z) - z[y], torch.nn.functional.cross_entropy(Z, Y, reduction="none")),
    ("unhinged", lambda z, y: sc.mean(z) - z[y], Z.mean(-1) - Z[[0, 1], Y]),
    ("power of p_y", lambda z, y: sc.softmax(z)[y] ** 0.7, P[[0, 1], Y] ** 0.7),
    ("log of p_y", lambda z, y: -sc.log(sc.softmax(z)[y]), -P[[0, 1], Y].log()),
    ("log of p", lambda z, y: sc.total(sc.log(sc.softmax(z))), P.log().sum(-1)),
    ("log_softmax", lambda z, y: sc.log_softmax(z)[y], P.log()[[0, 1], Y]),
    ("one-hot", lambda z, y: sc.total((z - sc.onehot(y)) ** 2), (Z - torch.eye(3)[Y]).square().sum(-1)),
    ("centred", lambda z, y: sc.total(z * sc.centred_onehot(y)), Z[[0, 1], Y] - Z.mean(-1)),
    ("entry of a mix", lambda z, y: (z * sc.onehot(y))[y], Z[[0, 1], Y]),
    ("softplus", lambda z, y: sc.total(sc.softplus(z)), (1 + Z.exp()).log().sum(-1)),
    ("log_sigmoid", lambda z, y: sc.total(sc.log_sigmoid(z)), -(1 + (-Z).exp()).log().sum(-1)),
    ("sigmoid", lambda z, y: sc.sigmoid(-z)[y], 1 / (1 + Z.exp())[[0, 1], Y]),
    ("tanh, cosh", lambda z, y: sc.total(sc.tanh(z) * sc.cosh(z)), Z.sinh().sum(-1)),
    ("abs, relu", lambda z, y: sc.total(sc.abs(z) - 2 * sc.relu(z)), -Z.sum(-1)),
    ("sqrt, exp", lambda z, y: sc.total(sc.sqrt(sc.exp(z))), (Z / 2).exp().sum(-1)),
    ("C", lambda z, y: z.C * sc.mean(z) / (z.C - 1), Z.sum(-1) / 2),
    ("exponent z", lambda z, y: sc.total(2**z), (2**Z).sum(-1)),
    ("C to a power", lambda z, y: z.C**0.5 * z[y], math.sqrt(3) * Z[[0, 1], Y]),
    (
        "maximum",
        lambda z, y: sc.maximum(z[y], 0.5) + sc.total(sc.minimum(z, 0)),
        Z[[0, 1], Y].clamp(min=0.5) + Z.clamp(max=0).sum(-1),
    ),
    ("clamp, arccos", lambda z, y: sc.total(sc.arccos(sc.clamp(z, -0.5, 0.5))), Z.clamp(-0.5, 0.5).acos().sum(-1)),
    ("sine, cosine", lambda z, y: sc.total(sc.sin(z) * sc.cos(z)), (Z.sin() * Z.cos()).sum(-1)),
    ("arctan, erf", lambda z, y: sc.total(sc.arctan(z) + sc.erf(z)), (Z.atan() + Z.erf()).sum(-1)),
    ("branch", lambda z, y: sc.total(sc.branch(z - 0.2, z**2, 3)), torch.where(Z > 0.2, Z**2, 3.0).sum(-1)),
    ("others", lambda z, y: sc.total(z, but=y) * sc.mean(z, but=y), OTHERS.sum(-1) * OTHERS.mean(-1)),
    ("soft others", lambda z, y: sc.logsumexp(z, but=y) - z[y], OTHERS.exp().sum(-1).log() - Z[[0, 1], Y]),
    (
        "largest",
        lambda z, y: sc.amax(z, but=y) - sc.amin(z, but=y) + sc.amax(z),
        (OTHERS[:, 0] - OTHERS[:, 1]).abs() + Z.amax(-1),
    ),
    (
        "pairs",
        lambda z, y: sc.pair_total((sc.first(z) - sc.second(z)) ** 2) + sc.pair_total(sc.second(sc.onehot(y)) * z[y]),
        ((Z[:, :, None] - Z[:, None, :]) ** 2).sum((1, 2)) + 3 * Z[[0, 1], Y],
    ),
    ("products", lambda z, y: sc.product(z) + sc.product(z, but=y), Z.prod(-1) + OTHERS.prod(-1)),
    ("softmax as shares", lambda z, y: sc.entmax(z, 1)[y], P[[0, 1], Y]),
    # (0.3, 0, 0.7), as 0.7 - 0.3 = 0.4 and (1 - 0.4)/2 = 0.3; (1, 0, 0), as 2 - 0.1 > 1
    ("sparsemax", lambda z, y: sc.total(sc.entmax(z, 2) ** 2) + sc.entmax(z, 2)[y], SPARSE),
    ("prediction", lambda z, y: sc.onehot_argmax(z)[y], (Z.argmax(-1) == Y)),
    (
        "class weights",
        lambda z, y: W[y] * z[y] + sc.total(W * z),
        torch.tensor([3.0, 1.0]) * Z[[0, 1], Y] + Z @ WEIGHTS,
    ),
    ("equal weights", lambda z, y: sc.total(ClassParameter("v", (2, 2, 2)) * z), 2 * Z.sum(-1)),
    ("matrix", lambda z, y: sc.total(z * (A @ z)) + (A.T @ z)[y], (Z @ MATRIX.T * Z).sum(-1) + (Z @ MATRIX)[[0, 1], Y]),
    ("row of the label", lambda z, y: sc.total(A[y] * z), (MATRIX[Y] * Z).sum(-1)),
    (
        "default entries",
        lambda z, y: sc.total(ClassParameter("u", default="rising") * z),
        Z @ torch.tensor([1.0, 1.1, 1.2], dtype=torch.float64),
    ),
    ("no z", lambda z, y: sc.log(z.C), torch.full((2,), math.log(3), dtype=torch.float64)),
]


@pytest.mark.parametrize(("code", "expected"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_a_formula_has_its_value_at_class_indices(recorded, code, expected):
    torch.testing.assert_close(values(recorded(code), Z, Y), expected.double(), rtol=1e-14, atol=1e-14)


@pytest.mark.parametrize("code", [row[1] for row in ROWS], ids=[row[0] for row in ROWS])
def test_all_labels_at_once_are_the_labels_one_by_one(recorded, code):
    formula = recorded(code)
    one_by_one = torch.stack([values(formula, Z, torch.full((2,), k)) for k in range(3)], dim=-1)
    torch.testing.assert_close(values_by_label(formula, Z), one_by_one, rtol=1e-15, atol=1e-15)


@pytest.mark.parametrize("code", [row[1] for row in ROWS], ids=[row[0] for row in ROWS])
def test_a_law_of_the_label_gives_the_mean_of_the_values(recorded, code):
    formula = recorded(code)
    mean = sum(LAW[:, k] * values(formula, Z, torch.full((2,), k)) for k in range(3))
    torch.testing.assert_close(values(formula, Z, LAW), mean, rtol=1e-14, atol=1e-15)


def test_the_mean_is_taken_outside_what_is_nonlinear_in_the_label(recorded):
    # E p_y^2 = sum_k law_k p_k^2; the square of the mean of p_y would be something else
    squared = values(recorded(lambda z, y: sc.softmax(z)[y] ** 2), Z, LAW)
    torch.testing.assert_close(squared, (LAW * P**2).sum(-1))
    assert not torch.allclose(squared, (LAW * P).sum(-1) ** 2)


def test_batches_of_any_shape_and_laws_that_are_broadcast(recorded):
    formula = recorded(lambda z, y: sc.logsumexp(z) - z[y])
    many = torch.randn(4, 5, 2, 3, dtype=torch.float64)
    assert values(formula, many, LAW).shape == (4, 5, 2)
    torch.testing.assert_close(values(formula, many, LAW)[1, 2], values(formula, many[1, 2], LAW))
    assert values(formula, many[0, 0, 0], torch.tensor(1)).shape == ()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_the_dtype_is_that_of_z(recorded, dtype):
    formula = recorded(lambda z, y: (1 - sc.softmax(z)[y] ** 0.7) / 0.7 + sc.log(z.C))
    assert values(formula, Z.to(dtype), Y).dtype == dtype


def test_a_class_far_behind_has_a_finite_loss(recorded):
    # log p = -1000 there, while p itself is 0 in float64
    far = torch.tensor([0.0, 1000.0], dtype=torch.float64)
    for code in (
        lambda z, y: -sc.log(sc.softmax(z)[y]),
        lambda z, y: -sc.log(sc.softmax(z))[y],
        lambda z, y: -sc.log_softmax(z)[y],
        lambda z, y: sc.logsumexp(z) - z[y],
    ):
        assert values(recorded(code), far, torch.tensor(0)).item() == 1000.0


def test_detached_parts_keep_their_value_and_have_no_derivative(recorded):
    formula = recorded(lambda z, y: sc.detach(1 - sc.softmax(z)[y]) * sc.log_softmax(z)[y])
    torch.testing.assert_close(values(formula, Z, Y), (1 - P[[0, 1], Y]) * P.log()[[0, 1], Y])
    field = grad(lambda z: values(formula, z, Y).sum())(Z)
    torch.testing.assert_close(field, (1 - P[[0, 1], Y])[:, None] * (torch.eye(3)[Y] - P))


def test_the_largest_entry_but_one_is_not_that_at_the_label_however_large(recorded):
    far = torch.tensor([1e300, -5.0, -7.0], dtype=torch.float64)
    for code, expected in (
        (lambda z, y: sc.amax(z, but=y), -5.0),
        (lambda z, y: sc.total(sc.exp(z), but=y), math.exp(-5.0) + math.exp(-7.0)),
        (lambda z, y: sc.logsumexp(z, but=y), -5.0 + math.log1p(math.exp(-2.0))),
    ):
        assert values(recorded(code), far, torch.tensor(0)).item() == pytest.approx(expected, rel=1e-15)


def test_class_weights_for_another_number_of_classes_are_refused(recorded):
    with pytest.raises(ParameterError) as raised:
        values(recorded(lambda z, y: W[y] * z[y]), torch.zeros(4), torch.tensor(0))
    assert str(raised.value) == "w: it has entries for C = 3, and z has C = 4"


def test_softplus_has_no_threshold_and_its_derivatives_at_0(recorded):
    formula = recorded(lambda z, y: sc.softplus(z)[y])

    def at(x: torch.Tensor) -> torch.Tensor:
        return values(formula, torch.stack([x, x]), torch.tensor(0))

    # log(1 + e^25) = 25 + 1.3887943864771144e-11; torch's own softplus returns 25
    assert at(torch.tensor(25.0, dtype=torch.float64)).item() - 25 == pytest.approx(1.3887943864771144e-11, rel=1e-3)
    zero = torch.tensor(0.0, dtype=torch.float64)
    # log 2 + x/2 + x^2/8 - x^4/192: derivatives 1/2, 1/4, 0, -1/8
    derivative = at
    for expected in (0.5, 0.25, 0.0, -0.125):
        derivative = grad(derivative)
        assert derivative(zero).item() == pytest.approx(expected, abs=1e-15)


def test_a_parameter_takes_the_value_that_is_given(recorded):
    q = Parameter("q", above=0, at_most=1)
    formula = recorded(lambda z, y: sc.softmax(z)[y] ** q)
    torch.testing.assert_close(values(formula, Z, Y, {"q": 0.25}), P[[0, 1], Y] ** 0.25)
    with pytest.raises(ParameterError) as raised:
        values(formula, Z, Y)
    assert str(raised.value) == (
        "q: the formula has this parameter and no value came with it; pass parameters={'q': ...}"
    )


def test_what_is_no_batch_is_refused(recorded):
    formula = recorded(lambda z, y: z[y])
    with pytest.raises(TypeError) as raised:
        values(formula, torch.tensor([1, 2]), torch.tensor(0))
    assert str(raised.value) == "z: got a tensor of torch.int64; accepted are floating dtypes, such as z.double()"
    with pytest.raises(TypeError) as raised:
        values(formula, Z, None)
    assert str(raised.value) == (
        "label: got None, and the formula uses the label; give class indices or a law on the classes"
    )


@pytest.mark.cuda
def test_on_cuda_the_values_are_those_on_the_cpu(recorded):
    formula = recorded(lambda z, y: (1 - sc.softmax(z)[y] ** 0.7) / 0.7)
    there = values(formula, Z.cuda(), LAW.cuda())
    assert there.device.type == "cuda"
    torch.testing.assert_close(there.cpu(), values(formula, Z, LAW))
