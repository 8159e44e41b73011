"""Functions of torch.autograd with a backward of their own, and Variables: the forward is read, the backward compared.

The values of kappa are those of the losses that are written out: CE has 1; phi(p_y) has -phi'(1/C)/C; a temperature T
divides by T; a factor that is detached counts with its value at 0.
"""

from __future__ import annotations

from typing import Any

import pytest
import sympy as sp
import torch
import torch.nn.functional as F
from torch import nn
from torch.autograd import Function, Variable

import symcheck as sc
from symcheck.errors import SymcheckError
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.intake.torch_callables import recorded_torch
from symcheck.reason import Code, Undecided
from tests.symcheck.intake.torch.at_zero import Row, check_row

EXACT, SCALED = Tier.EXACT, Tier.SCALED
OLD_FOCAL = sp.sqrt(sp.Rational(9, 10))  # (1 - 1/C)^gamma at gamma = 1/2, C = 10


class OldFocal(nn.Module):
    """As of 2017: Variables, p_t through .data, alpha by gather."""

    def __init__(self, gamma=0.5, alpha=None, size_average=True):
        super().__init__()
        self.gamma, self.alpha, self.size_average = gamma, alpha, size_average

    def forward(self, input, target):  # noqa: A002
        target = target.view(-1, 1)
        logpt = F.log_softmax(input, dim=1)
        logpt = logpt.gather(1, target)
        logpt = logpt.view(-1)
        pt = Variable(logpt.data.exp())
        if self.alpha is not None:
            at = self.alpha.gather(0, target.data.view(-1))
            logpt = logpt * Variable(at)
        loss = -1 * (1 - pt) ** self.gamma * logpt
        return loss.mean() if self.size_average else loss.sum()


def class_mask(z, y):
    """A mask of zeros that is filled by scatter_, all in Variables."""
    p = F.softmax(z, dim=1)
    mask = z.data.new(z.size(0), z.size(1)).fill_(0)
    mask = Variable(mask)
    mask.scatter_(1, y.view(-1, 1).data, 1.0)
    return -(mask * p).sum(1).log().mean()


VARIABLES = [
    Row(OldFocal(), SCALED, OLD_FOCAL),
    Row(OldFocal(2), SCALED, sp.Rational(81, 100)),
    Row(OldFocal(0, size_average=False), EXACT, 1),
    Row(lambda z, y: F.cross_entropy(Variable(z), Variable(y)), Tier.ZERO, 0),
    Row(lambda z, y: F.cross_entropy(z, Variable(y)), EXACT, 1),
    Row(lambda z, y: F.cross_entropy(z, Variable(y.data)), EXACT, 1),
    Row(lambda z, y: F.cross_entropy(z, y) * Variable(torch.ones(1)), EXACT, 1),
    Row(lambda z, y: F.cross_entropy(z, y) * Variable(torch.FloatTensor([0.5])), SCALED, sp.Rational(1, 2)),
    Row(lambda z, y: (F.cross_entropy(z, y, reduction="none") * Variable(p_y(z.softmax(1), y), requires_grad=False)
                      ).mean(), SCALED, sp.Rational(1, 10)),
    Row(class_mask, EXACT, 1),
]  # fmt: skip


@pytest.mark.parametrize("place", range(len(VARIABLES)))
def test_variables(place: int) -> None:
    check_row(VARIABLES[place])


class Scaled(Function):
    """x/T with the derivative 1/T."""

    @staticmethod
    def forward(ctx, x, temperature):
        ctx.temperature = temperature
        return x / temperature

    @staticmethod
    def backward(ctx, g):
        return g / ctx.temperature, None


class Softmax(Function):
    @staticmethod
    def forward(ctx, x):
        shifted = x - x.max(dim=1, keepdim=True)[0]
        e = torch.exp(shifted)
        p = e / e.sum(dim=1, keepdim=True)
        ctx.save_for_backward(p)
        return p

    @staticmethod
    def backward(ctx, g):
        (p,) = ctx.saved_tensors
        return p * (g - (g * p).sum(dim=1, keepdim=True))


class CrossEntropy(Function):
    """The loss itself, with the famous gradient p - e_y."""

    @staticmethod
    def forward(ctx, z, y):
        p = torch.softmax(z, dim=1)
        onehot = F.one_hot(y, z.shape[1]).to(z.dtype)
        ctx.save_for_backward(p, onehot)
        return -(onehot * p.log()).sum(dim=1)

    @staticmethod
    def backward(ctx, g):
        p, onehot = ctx.saved_tensors
        return g.unsqueeze(1) * (p - onehot), None


class Focal(Function):
    """(1 - p_y)^2 (-log p_y): its derivative along z is (2 (1 - p) log p - (1 - p)^2/p) p (e_y - p)."""

    @staticmethod
    def forward(ctx, z, y):
        p = z.softmax(1)
        pt = p.gather(1, y.view(-1, 1)).squeeze(1)
        ctx.save_for_backward(p, pt, y)
        return -((1 - pt) ** 2) * pt.log()

    @staticmethod
    def backward(ctx, g):
        p, pt, y = ctx.saved_tensors
        slope = 2 * (1 - pt) * pt.log() - (1 - pt) ** 2 / pt
        return (g * slope * pt).unsqueeze(1) * (F.one_hot(y, p.shape[1]) - p), None


class GCE(Function):
    """(1 - p_y^q)/q in the newer form, with setup_context."""

    @staticmethod
    def forward(z, y, q):
        pt = z.softmax(1).gather(1, y.unsqueeze(1)).squeeze(1)
        return (1 - pt**q) / q

    @staticmethod
    def setup_context(ctx, inputs, output):  # noqa: ARG004
        z, y, q = inputs
        ctx.save_for_backward(z, y)
        ctx.q = q

    @staticmethod
    def backward(ctx, g):
        z, y = ctx.saved_tensors
        p = z.softmax(1)
        pt = p.gather(1, y.unsqueeze(1)).squeeze(1)
        return -(g * pt**ctx.q).unsqueeze(1) * (F.one_hot(y, z.shape[1]) - p), None, None


class Clipped(Function):
    """A clamp far away, whose backward passes everything: another gradient elsewhere, the same at 0."""

    @staticmethod
    def forward(_, x):
        return x.clamp(-0.5, 0.5)

    @staticmethod
    def backward(_, g):
        return g


class Detaching(Function):
    """What a forward detaches is differentiated by its backward all the same."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x.detach() ** 2

    @staticmethod
    def backward(ctx, g):
        (x,) = ctx.saved_tensors
        return 2 * x * g


softmax_of = Softmax.apply


class Module(nn.Module):
    def __init__(self):
        super().__init__()
        self.loss = GCE.apply

    def forward(self, z, y):
        return self.loss(z, y, 0.5).mean()


def p_y(p, y):
    return p.gather(1, y.view(-1, 1)).squeeze(1)


FUNCTIONS = [
    Row(lambda z, y: F.cross_entropy(Scaled.apply(z, 2.0), y), SCALED, sp.Rational(1, 2)),
    Row(lambda z, y: F.cross_entropy(Scaled.apply(z, 1), y), EXACT, 1),
    Row(lambda z, y: -p_y(Softmax.apply(z), y).log().mean(), EXACT, 1),
    Row(lambda z, y: 1 - p_y(softmax_of(z), y).mean(), SCALED, sp.Rational(1, 10)),
    Row(lambda z, y: CrossEntropy.apply(z, y).mean(), EXACT, 1),
    Row(CrossEntropy.apply, EXACT, 1),
    # (1 - u)^2 + 2 u (1 - u) log C at u = 1/C
    Row(lambda z, y: Focal.apply(z, y).mean(), SCALED, sp.Rational(81, 100) + sp.Rational(18, 100) * sp.log(10)),
    Row(lambda z, y: GCE.apply(z, y, 0.5).mean(), SCALED, 1 / sp.sqrt(10)),
    Row(Module(), SCALED, 1 / sp.sqrt(10)),
    Row(lambda z, y: F.cross_entropy(Clipped.apply(z), y), EXACT, 1),
    Row(lambda z, y: F.cross_entropy(z, y) + Detaching.apply(z).sum(1).mean(), EXACT, 1),
]


@pytest.mark.parametrize("place", range(len(FUNCTIONS)))
def test_functions_with_a_backward_of_their_own(place: int) -> None:
    check_row(FUNCTIONS[place])


def test_a_backward_that_differs_elsewhere_is_noted_with_its_name() -> None:
    notes = [str(n) for n in recorded_torch(lambda z, y: F.cross_entropy(Clipped.apply(3 * z), y), "loss").notes]
    assert any("the backward of Clipped is not the derivative of what its forward computes" in n for n in notes)
    assert any("What is said here is about the forward" in n for n in notes)


def with_backward(backward: Any) -> Any:
    """A function with the forward of x and another backward."""

    class Wrong(Function):
        @staticmethod
        def forward(_, x):
            return x * 1

        @staticmethod
        def backward(_, g):
            return backward(g)

    return Wrong


@pytest.mark.parametrize(
    "backward",
    [
        lambda g: -g,  # gradient reversal
        lambda g: 2 * g,
        lambda g: torch.zeros_like(g),
        lambda g: g + 0.01,
        lambda g: g.clamp(-0.05, 0.05),  # the entry at the label is -0.9
        lambda g: g / g.norm(),
        lambda g: torch.sign(g),
        lambda g: g * 1.001,
        lambda g: torch.roll(g, 1, 1),
    ],
)
def test_a_backward_that_is_wrong_at_zero_is_never_proved(backward: Any) -> None:
    wrong = with_backward(backward)

    def code(z, y):
        return F.cross_entropy(wrong.apply(z), y)

    for classes in (None, 10):
        certificate = sc.certify(code, "l2", classes=classes)
        assert certificate.verdict is Verdict.UNDECIDED
    with pytest.raises(Undecided, match="the backward of Wrong is not the derivative") as caught:
        recorded_torch(code, "loss")
    assert caught.value.reason.code is Code.READINGS_DISAGREE


class Rounding(Function):
    """Straight through: the forward rounds, which has no reading."""

    @staticmethod
    def forward(_, x):
        return x.round()

    @staticmethod
    def backward(_, g):
        return g


class Sign(Function):
    """Straight through a sign, which has a jump at 0."""

    @staticmethod
    def forward(_, x):
        return torch.sign(x)

    @staticmethod
    def backward(_, g):
        return g


class InNumpy(Function):
    @staticmethod
    def forward(_, x):
        return torch.as_tensor(x.detach().numpy() * 1.0)

    @staticmethod
    def backward(_, g):
        return g


@pytest.mark.parametrize("function", [Rounding, Sign])
def test_straight_through_is_never_proved(function: Any) -> None:
    def code(z, y):
        return F.cross_entropy(function.apply(z), y)

    assert sc.certify(code, "l2").verdict is not Verdict.PROVED
    assert sc.certify(code, "l2", classes=10).verdict is not Verdict.PROVED


def test_a_function_that_leaves_torch_is_undecided_or_read_right() -> None:
    def code(z, y):
        return F.cross_entropy(InNumpy.apply(z), y)

    try:
        found = recorded_torch(code, "loss")
    except (Undecided, SymcheckError):
        return
    assert str(found.formula) in {"-log_softmax(z)[y]", "-log_softmax(z*1)[y]"}


def test_torch_is_left_as_it_was() -> None:
    before = Function.apply.__func__.__code__, "__call__" in vars(type(Variable))
    recorded_torch(lambda z, y: CrossEntropy.apply(z, y).mean() * Variable(torch.ones(1)), "loss")
    with pytest.raises(Undecided):
        recorded_torch(lambda z, y: F.cross_entropy(Rounding.apply(z), y), "loss")
    assert (Function.apply.__func__.__code__, "__call__" in vars(type(Variable))) == before
    x = torch.ones(1, 3, requires_grad=True)
    Scaled.apply(x, 4.0).sum().backward()
    assert x.grad is not None
    assert x.grad.tolist() == [[0.25] * 3]
    assert isinstance(Variable(torch.ones(2)), torch.Tensor)
