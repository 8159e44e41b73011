"""Code that looks wrong, or is hard to run, and is the formula."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from tests.numerics.audits.implementations.sample import correct


def in_float32(z, y):
    """Everything is computed in float32, whatever comes."""
    return F.cross_entropy(z.float(), y)


def ties_by_max(z, y):
    """max hands the gradient to one of several equal entries, amax to all of them: a kink, at which both are right."""
    return (1 - z.gather(1, y[:, None]).squeeze(1) + z.scatter(1, y[:, None], -torch.inf).max(1)[0]).clamp(min=0).mean()


def factor_and_its_inverse(z, y, s=3.0):
    """s z / s, and 2/2."""
    return F.cross_entropy(s * z / s, y) * 2 / 2


def powers_of_one(z, y):
    """A focal loss with gamma = 0 in float."""
    logp = F.log_softmax(z, 1).gather(1, y[:, None]).squeeze(1)
    return -((1 - logp.exp()) ** 0.0 * logp).mean()


def clamped_where_nothing_is(z, y):
    """p is never above 1 nor below 0."""
    p = torch.clamp(z.softmax(1), min=0.0, max=1.0).gather(1, y[:, None])
    return (1 - p).mul(2).mean()


class Printing(nn.Module):
    """It counts its calls, which changes nothing."""

    def __init__(self):
        super().__init__()
        self.calls, self.history = 0, []

    def forward(self, z, y):
        self.calls += 1
        loss = F.cross_entropy(z, y)
        self.history.append(float(loss.detach()))
        return loss


def in_column(z, y):
    """One column (N, 1)."""
    return -F.log_softmax(z, 1).gather(1, y.view(-1, 1))


def other_names(target_logits, class_labels, weight=None, size_average=None):
    """Old arguments with defaults."""
    assert weight is None
    assert size_average is None
    return F.cross_entropy(target_logits, class_labels)


def int32_inside(z, y):
    """The labels are made smaller and larger again."""
    return F.cross_entropy(z, y.to(torch.int32).long())


class EvaluationOnly(nn.Module):
    """Dropout of rate 0 and a batch norm that is off: training mode changes nothing."""

    def __init__(self):
        super().__init__()
        self.drop = nn.Dropout(0.0)

    def forward(self, z, y):
        return F.cross_entropy(self.drop(z), y)


def in_place(z, y):
    """A copy of the logits is changed in place."""
    z = z.clone()
    z -= z.mean(1, keepdim=True)
    z[torch.arange(len(y)), y] -= 0.35
    z *= 4.0
    return F.cross_entropy(z, y)


def detached_shift(z, y):
    """A detached logsumexp on both sides: it drops out."""
    shift = torch.logsumexp(z, 1, keepdim=True).detach()
    return (torch.log(torch.exp(z - shift).sum(1)) - (z - shift).gather(1, y[:, None])[:, 0]).mean()


def weights_that_sum_to_one(z, y):
    """All weights are equal, so the mean over the weights is the mean."""
    return F.cross_entropy(z, y, weight=torch.full((z.shape[1],), 0.3, dtype=z.dtype))


def symmetric_functions(z, y):
    """1 - tanh of half of a difference: two classes."""
    d = z[:, 1] - z[:, 0]
    sign = 2 * y - 1
    return (1 - torch.tanh(sign * d / 2)).mean()


def squeezed(z, y):
    """A batch of one is squeezed to a number."""
    p = z.softmax(1).gather(1, y[:, None]).squeeze()
    return -p.log().mean()


def batch_of_one_squeezed(z, y):
    """A batch of one loses its axis, and torch takes (C,) and () as well."""
    return F.cross_entropy(z.squeeze(), y.squeeze())


class ParametersThatTrain(nn.Module):
    """The temperature is a parameter of the module."""

    def __init__(self):
        super().__init__()
        self.log_scale = nn.Parameter(torch.zeros(()))

    def forward(self, z, y):
        return F.cross_entropy(z * self.log_scale.exp(), y)


def by_bmm(z, y):
    """Matrix products."""
    onehot = F.one_hot(y, z.shape[1]).to(z.dtype)
    picked = torch.bmm(onehot[:, None, :], z[:, :, None]).reshape(-1)
    return (z.exp().sum(1).log() - picked).mean()


def by_index_select(z, y):
    """The diagonal of z[:, y]."""
    return (torch.logsumexp(z, 1) - z.index_select(1, y).diagonal()).mean()


def chunked(z, y):
    """Sample by sample, and put together again."""
    return torch.stack([F.cross_entropy(a[None], b[None]) for a, b in zip(z, y, strict=True)]).mean()


def log_of_product(z, y):
    """log(p_1 ... p_C) for the sum of logs, which underflows far out."""
    p = z.softmax(1)
    return (torch.log(p.gather(1, y[:, None]).squeeze(1)) / torch.log(torch.prod(p, 1))).mean()


def by_vmap(z, y):
    """One sample by torch.func, mapped over the batch."""

    def one(logits, label):
        return torch.logsumexp(logits, 0) - logits.gather(0, label[None])[0]

    return torch.func.vmap(one)(z, y).sum()


CORRECT = (
    correct("float32 inside", in_float32, "cross_entropy", classes=4),
    correct("ties", ties_by_max, "crammer_singer", classes=4),
    correct("factor and inverse", factor_and_its_inverse, "cross_entropy", classes=4),
    correct("power 0", powers_of_one, "cross_entropy", classes=4),
    correct("clamp without effect", clamped_where_nothing_is, "mae", classes=4),
    correct("history", Printing(), "cross_entropy", classes=4),
    correct("a column", in_column, "cross_entropy", classes=4),
    correct("other names", other_names, "cross_entropy", classes=4),
    correct("int32", int32_inside, "cross_entropy", classes=4),
    correct("dropout of 0", EvaluationOnly(), "cross_entropy", classes=4),
    correct("in place", in_place, "cosface", classes=4, s=4, m="7/20"),
    correct("detached shift", detached_shift, "cross_entropy", classes=4),
    correct("equal weights", weights_that_sum_to_one, "cross_entropy", classes=4),
    correct("tanh", symmetric_functions, "mae", classes=2),
    correct("squeezed", squeezed, "cross_entropy", classes=4),
    correct("a batch of one squeezed", batch_of_one_squeezed, "cross_entropy", classes=4),
    correct("a parameter that trains", ParametersThatTrain(), "cross_entropy", classes=4),
    correct("bmm", by_bmm, "cross_entropy", classes=4),
    correct("diagonal", by_index_select, "cross_entropy", classes=4),
    correct("sample by sample", chunked, "cross_entropy", classes=4),
    correct("log of a product", log_of_product, "nce", classes=4),
    correct("vmap", by_vmap, "cross_entropy", classes=4),
)
