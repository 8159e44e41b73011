"""Code whose value is right and whose gradient, given by hand, is not the derivative."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn
from torch.autograd import Function

from tests.numerics.audits.implementations.sample import defect


class CEWithoutGradOutput(Function):
    """The gradient from above is dropped, so a mean over N samples has N times the gradient."""

    @staticmethod
    def forward(ctx, z, y):
        p = torch.softmax(z, 1)
        ctx.save_for_backward(p, y)
        return -torch.log(p.gather(1, y[:, None])).squeeze(1)

    @staticmethod
    def backward(ctx, _grad_output):
        p, y = ctx.saved_tensors
        return p - F.one_hot(y, p.size(1)), None


class GCEMissingFactor(Function):
    """p^q is missing in front of p - e_y."""

    @staticmethod
    def forward(ctx, z, y, q):
        p = torch.softmax(z, 1)
        ctx.save_for_backward(p, y)
        py = p.gather(1, y[:, None]).squeeze(1)
        return (1 - py**q) / q

    @staticmethod
    def backward(ctx, grad_output):
        p, y = ctx.saved_tensors
        return grad_output[:, None] * (p - F.one_hot(y, p.size(1))), None, None


class NegatedBackward(Function):
    """e_y - p for p - e_y."""

    @staticmethod
    def forward(ctx, z, y):
        p = torch.softmax(z, 1)
        ctx.save_for_backward(p, y)
        return F.cross_entropy(z, y, reduction="none")

    @staticmethod
    def backward(ctx, grad_output):
        p, y = ctx.saved_tensors
        onehot = torch.zeros_like(p).scatter_(1, y[:, None], 1.0)
        return grad_output.unsqueeze(1) * (onehot - p), None


class WithoutTheLabel(Function):
    """p for p - e_y."""

    @staticmethod
    def forward(ctx, z, y):
        ctx.save_for_backward(torch.softmax(z, 1))
        return F.cross_entropy(z, y, reduction="none")

    @staticmethod
    def backward(ctx, grad_output):
        (p,) = ctx.saved_tensors
        return grad_output.unsqueeze(1) * p, None


class TemperatureLost(Function):
    """The chain rule's 1/tau is missing."""

    @staticmethod
    def forward(ctx, z, y, tau):
        p = torch.softmax(z / tau, 1)
        ctx.save_for_backward(p, y)
        return F.nll_loss(torch.log(p), y, reduction="none")

    @staticmethod
    def backward(ctx, grad_output):
        p, y = ctx.saved_tensors
        return grad_output[:, None] * (p - F.one_hot(y, p.shape[1])), None, None


class StraightThrough(Function):
    """A hinge whose gradient goes on where it is 0."""

    @staticmethod
    def forward(_ctx, x):
        return x.clamp(min=0)

    @staticmethod
    def backward(_ctx, grad_output):
        return grad_output


class MAEHalf(Function):
    """The factor 2 is in the value and not in the gradient."""

    @staticmethod
    def forward(ctx, z, y):
        p = torch.softmax(z, -1)
        ctx.save_for_backward(p, y)
        return 2 * (1 - p[torch.arange(len(y)), y])

    @staticmethod
    def backward(ctx, grad_output):
        p, y = ctx.saved_tensors
        py = p[torch.arange(len(y)), y][:, None]
        return grad_output[:, None] * py * (p - F.one_hot(y, p.shape[1])), None


class MeanWithoutN(Function):
    """The value is the mean over the batch, the gradient that of the sum."""

    @staticmethod
    def forward(ctx, z, y):
        p = torch.softmax(z, 1)
        ctx.save_for_backward(p, y)
        return F.cross_entropy(z, y)

    @staticmethod
    def backward(ctx, grad_output):
        p, y = ctx.saved_tensors
        grad = p.clone()
        grad[torch.arange(len(y)), y] -= 1
        return grad * grad_output, None


class LogitsForProbabilities(Function):
    """The tensor that was saved is the wrong one."""

    @staticmethod
    def forward(ctx, z, y):
        ctx.save_for_backward(z, y)
        return torch.logsumexp(z, 1) - z.gather(1, y[:, None]).squeeze(1)

    @staticmethod
    def backward(ctx, grad_output):
        z, y = ctx.saved_tensors
        return grad_output[:, None] * (z - F.one_hot(y, z.size(1))), None


class SquareWithoutChain(Function):
    """1 - p for 2 (1 - p): the power rule is half done."""

    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x**2

    @staticmethod
    def backward(ctx, grad_output):
        (x,) = ctx.saved_tensors
        return grad_output * x


def gce_by_hand(z, y):
    return GCEMissingFactor.apply(z, y, 0.7).mean()


class CE(nn.Module):
    """Calls a function with a backward of its own and averages."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, z, y):
        return self.function.apply(z, y).mean()


def tempered(z, y):
    return TemperatureLost.apply(z, y, 2.0).mean()


def weston_watkins(z, y):
    margin = StraightThrough.apply(1 + z - z.gather(1, y[:, None]))
    return (margin * (1 - F.one_hot(y, z.size(1)))).sum(1).mean()


def mean_without_n(z, y):
    return MeanWithoutN.apply(z, y)


def squared_mae(z, y):
    return SquareWithoutChain.apply(1 - z.softmax(1).gather(1, y[:, None]).squeeze(1))


def scaled_by_hook(z, y):
    """A hook on the logits doubles what comes back."""
    z = z.clone()
    if z.requires_grad:
        z.register_hook(lambda g: 2 * g)
    return F.cross_entropy(z, y)


def reversed_gradient(z, y):
    """The value of the cross entropy with the gradient of MUH."""
    ce = F.cross_entropy(z, y, reduction="none")
    muh = z.mean(1) - z.gather(1, y[:, None]).squeeze(1)
    return (ce.detach() + muh - muh.detach()).mean()


DEFECTS = (
    defect(
        "WRONG_BACKWARD", "no grad_output", CE(CEWithoutGradOutput), "cross_entropy", "gradient|backward", classes=4
    ),
    defect("WRONG_BACKWARD", "gce misses p^q", gce_by_hand, "gce", "gradient|backward", classes=4, q="7/10"),
    defect("WRONG_BACKWARD", "other sign", CE(NegatedBackward), "cross_entropy", "gradient|backward", classes=3),
    defect(
        "WRONG_BACKWARD|DETACHED",
        "label forgotten",
        CE(WithoutTheLabel),
        "cross_entropy",
        "gradient|backward",
        classes=3,
    ),
    defect("WRONG_BACKWARD", "1/tau forgotten", tempered, "temperature_ce", "gradient|backward", classes=4, tau=2),
    defect("WRONG_BACKWARD", "straight through", weston_watkins, "weston_watkins", "gradient|backward", classes=4, m=1),
    defect("WRONG_BACKWARD", "2 forgotten", CE(MAEHalf), "mae", "gradient|backward", classes=4),
    defect(
        "WRONG_BACKWARD|REDUCTION", "1/N forgotten", mean_without_n, "cross_entropy", "gradient|backward", classes=4
    ),
    defect(
        "WRONG_BACKWARD",
        "wrong tensor saved",
        CE(LogitsForProbabilities),
        "cross_entropy",
        "gradient|backward",
        classes=4,
    ),
    defect("WRONG_BACKWARD", "power rule", squared_mae, "squared_mae", "gradient|backward", classes=4),
    defect("WRONG_BACKWARD", "hook", scaled_by_hook, "cross_entropy", "gradient|backward", classes=4),
    defect(
        "WRONG_BACKWARD|DETACHED", "gradient of muh", reversed_gradient, "cross_entropy", "gradient|backward", classes=4
    ),
)
