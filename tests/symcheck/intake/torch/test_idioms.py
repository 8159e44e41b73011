"""Idioms around a loss: assertions about shapes and labels, modules in closures, old constructors, distributions."""

from __future__ import annotations

import functools

import pytest
import sympy as sp
import torch
import torch.nn.functional as F
from torch import nn

import symcheck as sc
from symcheck.errors import FormulaError
from symcheck.findings.tier import Tier
from symcheck.intake.torch_callables import recorded_torch
from symcheck.language.scope import Classes
from symcheck.reason import Undecided
from tests.symcheck.intake.torch.at_zero import Coded, Row, check_row

EXACT, SCALED = Tier.EXACT, Tier.SCALED
U = sp.Rational(1, 10)


def p_y(p, y):
    return p.gather(1, y.unsqueeze(1)).squeeze(1)


# assertions


class Asserting(nn.Module):
    def __init__(self, num_classes=10):
        super().__init__()
        self.num_classes = num_classes

    def forward(self, z, y):
        assert self.num_classes == z.shape[1]
        assert z.dim() == 2 and y.dim() == 1, f"{z.shape} and {y.shape}"  # noqa: PT018
        return F.cross_entropy(z, y)


def checks_labels(z, y):
    assert torch.max(y).item() < z.shape[1]
    assert y.min() >= 0
    return F.cross_entropy(z, y)


def checks_labels_as_numbers(z, y):
    assert int(y.max()) <= z.size(1) - 1
    return F.cross_entropy(z, y)


def checks_sizes(z, y):
    if z.size(0) != y.size(0):
        raise ValueError(f"Expected input batch_size ({z.size(0)}) to match target batch_size ({y.size(0)})")
    if len(z.shape) < 2:
        raise ValueError(f"Expected 2 or more dimensions (got {len(z.shape)})")
    if not torch.is_tensor(z) or not isinstance(y, torch.Tensor):
        raise TypeError(f"Input type is not a torch.Tensor. Got {type(z)}")
    if not z.device == y.device:
        raise ValueError(f"input and target must be in the same device. Got: {z.device} and {y.device}")
    return F.cross_entropy(z, y)


def checks_classes(z, y):
    n, c = z.shape
    assert c > 1, f"{c} classes"
    assert n == y.shape[0]
    return F.cross_entropy(z, y)


def of_shape_ten(z, y):
    assert z.shape == (y.shape[0], 10)
    return F.cross_entropy(z, y)


ASSERTING = [
    Row(Asserting(), EXACT, 1),
    Row(checks_labels, EXACT, 1),
    Row(checks_labels_as_numbers, EXACT, 1, every_c=False),
    Row(checks_sizes, EXACT, 1),
    Row(checks_classes, EXACT, 1),
    Row(of_shape_ten, EXACT, 1),
]


@pytest.mark.parametrize("place", range(len(ASSERTING)))
def test_assertions(place: int) -> None:
    check_row(ASSERTING[place])


def test_an_assertion_about_the_classes_fixes_them() -> None:
    assert recorded_torch(Asserting(10), "loss").classes == Classes(10, 10)
    assert recorded_torch(Asserting(7), "loss").classes == Classes(7, 7)
    assert recorded_torch(checks_labels, "loss").classes == Classes()
    with pytest.raises(FormulaError, match="AssertionError"):
        recorded_torch(Asserting(7), "loss", classes=Classes(10, 10))


# modules and functions in closures


def in_a_closure(loss: Coded, scale: float) -> Coded:
    def code(z, y):
        return scale * loss(z, y)

    return code


def in_a_default(z, y, loss=nn.CrossEntropyLoss()):  # noqa: B008
    return loss(z, y)


class Combined(nn.Module):
    def __init__(self, *losses):
        super().__init__()
        self.losses = nn.ModuleList(losses)
        self.weights = {"ce": 0.5, "other": 0.5}

    def forward(self, z, y):
        first, second = self.losses
        return self.weights["ce"] * first(z, y) + self.weights["other"] * second(z, y)


class Mean(nn.Module):
    """1 - p_y."""

    def forward(self, z, y):
        return (1 - p_y(z.softmax(1), y)).mean()


class Callable_:
    def __init__(self, inner):
        self.inner = inner

    def __call__(self, z, y):
        return self.inner(z, y).mean()


CLOSURES = [
    Row(in_a_closure(nn.CrossEntropyLoss(reduction="mean"), 2.0), SCALED, 2),
    Row(in_a_closure(Mean(), 10), EXACT, 1),
    Row(in_a_closure(in_a_closure(Mean(), 0.5), 4), SCALED, 2 * U),
    Row(in_a_default, EXACT, 1),
    Row(Combined(nn.CrossEntropyLoss(), Mean()), SCALED, (1 + U) / 2),
    Row(Callable_(nn.CrossEntropyLoss(reduction="none")), EXACT, 1),
    Row(functools.partial(F.cross_entropy, reduction="sum"), EXACT, 1),
    Row(functools.partial(in_a_default, loss=Mean()), SCALED, U),
    Row(Mean().forward, SCALED, U),
]


@pytest.mark.parametrize("place", range(len(CLOSURES)))
def test_modules_in_closures(place: int) -> None:
    check_row(CLOSURES[place])


# old constructors


def float_tensor(z, y):
    onehot = torch.FloatTensor(z.size()).zero_().to(z.device)
    onehot.scatter_(1, y.view(-1, 1), 1)
    return -(onehot * F.log_softmax(z, 1)).sum(1).mean()


def float_tensor_of_sizes(z, y):
    onehot = torch.FloatTensor(z.shape[0], z.shape[1]).fill_(0)
    onehot.scatter_(1, y.data.unsqueeze(1), 1)
    return -(onehot * F.log_softmax(z, 1)).sum(1).mean()


def tensor_of_numbers(z, y):
    return F.cross_entropy(z, y) * torch.Tensor([0.5]).to(z)[0]


def zeros_to(z, y):
    onehot = torch.zeros(z.shape).to(z).scatter_(1, y.unsqueeze(1), 1.0)
    return -(onehot * z.log_softmax(-1)).sum(-1).mean()


def eye_indexed(z, y):
    return -(torch.eye(z.size(1), device=z.device)[y] * z.log_softmax(1)).sum(1).mean()


def arange_compared(z, y):
    onehot = (torch.arange(z.shape[1], device=z.device)[None] == y[:, None]).type_as(z)
    return -(onehot * z.log_softmax(1)).sum(1).mean()


def arange_reshaped(z, y):
    classes = torch.arange(z.shape[1]).reshape(1, z.shape[1])
    mask = y.reshape(y.shape[0], 1) == classes
    return -(mask.float() * z.log_softmax(1)).sum(1).mean()


def without_the_label(z, y):
    """The mean of log p over the classes but the label, in C - 1 columns, less that at the label."""
    mask = F.one_hot(y, z.shape[1]).bool()
    others = z.log_softmax(1)[~mask].view(z.size(0), -1)
    return others.mean(1).mean() - p_y(z.log_softmax(1), y).mean()


CONSTRUCTED = [
    Row(float_tensor, EXACT, 1, every_c=False),
    Row(float_tensor_of_sizes, EXACT, 1, every_c=False),
    Row(tensor_of_numbers, SCALED, sp.Rational(1, 2)),
    Row(zeros_to, EXACT, 1),
    Row(eye_indexed, EXACT, 1),
    Row(arange_compared, EXACT, 1),
    Row(arange_reshaped, EXACT, 1),
    # (sum_k z_k - z_y)/9 - z_y: 1/9 - (10/9) e_y = -(10/9) o_y
    Row(without_the_label, SCALED, sp.Rational(10, 9), every_c=False),
]


@pytest.mark.parametrize("place", range(len(CONSTRUCTED)), ids=lambda k: CONSTRUCTED[k].code.__name__)
def test_constructors(place: int) -> None:
    check_row(CONSTRUCTED[place])


# distributions


def entropy_of_categorical(z, y):
    return F.cross_entropy(z, y) - 0.1 * torch.distributions.Categorical(logits=z).entropy().mean()


def log_prob_of_categorical(z, y):
    return -torch.distributions.Categorical(logits=z).log_prob(y).mean()


def categorical_of_probs(z, y):
    return -torch.distributions.Categorical(probs=z.softmax(1)).log_prob(y).mean()


@pytest.mark.parametrize("code", [entropy_of_categorical, log_prob_of_categorical, categorical_of_probs])
def test_distributions(code: Coded) -> None:
    # The entropy is largest at 0: its gradient is 0 there.
    check_row(Row(code, EXACT, 1))


# tempered logarithms and exponentials


def log_t(u, t):
    return u.log() if t == 1.0 else (u ** (1.0 - t) - 1.0) / (1.0 - t)


def exp_t(u, t):
    return u.exp() if t == 1 else (1.0 + (1.0 - t) * u).relu() ** (1.0 / (1.0 - t))


def normalization_fixed_point(z, t, num_iters=20):
    mu = z.max(-1, keepdim=True)[0]
    shifted = z - mu
    normalized = shifted
    for _ in range(num_iters):
        total = exp_t(normalized, t).sum(-1, keepdim=True)
        normalized = shifted * total ** (1.0 - t)
    total = exp_t(normalized, t).sum(-1, keepdim=True)
    return -log_t(1.0 / total, t) + mu


def tempered_softmax(z, t, num_iters=20):
    return exp_t(z - normalization_fixed_point(z, t, num_iters), t)


def bi_tempered(z, y, t1, t2):
    """sum_k e_k (log_t1 e_k - log_t1 s_k) - (e_k^(2 - t1) - s_k^(2 - t1))/(2 - t1)."""
    onehot = F.one_hot(y, z.shape[1]).to(z.dtype)
    s = tempered_softmax(z, t2)
    losses = onehot * log_t(onehot + 1e-10, t1) - onehot * log_t(s, t1)
    losses = losses - onehot ** (2.0 - t1) / (2.0 - t1) + s ** (2.0 - t1) / (2.0 - t1)
    return losses.sum(-1).mean()


@pytest.mark.parametrize(("t1", "t2"), [(0.8, 1.2), (0.5, 1.5), (0.2, 1.0)])
def test_bi_tempered(t1: float, t2: float) -> None:
    # The slope of s at 0 is s^t2 o: b_y = -(s_y^-t1 e_y - s^(1 - t1)) s^t2 J: kappa = C^(t1 - t2).
    exact1, exact2 = sp.Rational(str(t1)), sp.Rational(str(t2))
    check_row(Row(lambda z, y: bi_tempered(z, y, t1, t2), SCALED, sp.Integer(10) ** (exact1 - exact2), every_c=True))


def test_code_that_makes_tensors_of_sizes_needs_one_number_of_classes() -> None:
    for code in (float_tensor, float_tensor_of_sizes):
        with pytest.raises(Undecided, match="name one C, as in classes=10"):
            recorded_torch(code, "loss")


def without_nan(z, y):
    """x != x is how old code asks for nan."""
    loss = F.cross_entropy(z, y, reduction="none")
    loss[loss != loss] = 0
    assert (z == z).all()
    return loss.mean()


def finite_range(z, y):
    return F.cross_entropy(torch.clamp(z, min=torch.finfo(z.dtype).min, max=torch.finfo(torch.float32).max), y)


@pytest.mark.parametrize("code", [without_nan, finite_range])
def test_guards_that_no_number_meets(code: Coded) -> None:
    check_row(Row(code, EXACT, 1))
    assert str(recorded_torch(code, "loss").formula) == "-log_softmax(z)[y]"


# messages


def test_the_name_of_the_operation_and_the_line_are_told() -> None:
    def code(z, y):
        return torch.special.zeta(z + 3, 2).sum(1)

    certificate = sc.certify(code, "l2")
    reason = certificate.findings[0].reason
    assert reason is not None
    assert "zeta" in str(reason)
    assert "test_idioms.py, line" in str(reason)


def test_where_as_a_method_has_its_own_order() -> None:
    found = recorded_torch(lambda z, y: z.where(z > 1, 2 * z).sum(1), "loss")
    assert str(found.formula) == "total(branch(z - 1, z, 2*z))"
    assert recorded_torch(lambda z, y: torch.where(z > 1, z, 2 * z).sum(1), "loss").formula == found.formula


def test_the_error_at_the_classes_asked_for_is_told() -> None:
    weights = torch.ones(7)
    with pytest.raises(FormulaError) as caught:
        recorded_torch(lambda z, y: F.cross_entropy(z, y, weight=weights), "loss", classes=Classes(10, 10))
    assert "10" in str(caught.value)
    assert "C = 2" not in str(caught.value)
