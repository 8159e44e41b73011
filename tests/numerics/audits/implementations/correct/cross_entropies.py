"""The cross entropy and what is near it, in many styles."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from tests.numerics.audits.implementations.sample import correct


def gathered(logits, targets):
    log_probs = F.log_softmax(logits, dim=-1)
    return -log_probs.gather(dim=-1, index=targets.unsqueeze(-1)).squeeze(-1).mean()


def naive(logits, targets):
    probs = torch.softmax(logits, 1)
    return -torch.log(probs[range(len(targets)), targets]).mean()


def by_einsum(z, y):
    onehot = torch.eye(z.shape[1], dtype=z.dtype, device=z.device)[y]
    return torch.einsum("nc,nc->n", -F.log_softmax(z, 1), onehot)


def by_logsumexp(z, y):
    return (torch.logsumexp(z, dim=1) - z[torch.arange(z.size(0)), y]).sum()


def normalised_twice(z, y):
    """A log_softmax changes no logit of a cross entropy: it only shifts them."""
    return F.cross_entropy(F.log_softmax(z, dim=1), y)


def divergence_from_onehot(z, y):
    """The entropy of a one-hot label is 0, and torch takes 0 log 0 for 0."""
    onehot = F.one_hot(y, z.shape[1]).to(z.dtype)
    return F.kl_div(F.log_softmax(z, 1), onehot, reduction="batchmean")


def shifted(z, y):
    """The shift by a detached maximum drops out, in the gradient too."""
    z = z - z.max(dim=1, keepdim=True)[0].detach()
    e = torch.exp(z)
    p = e / e.sum(dim=1, keepdim=True)
    return -(p.gather(1, y.view(-1, 1)).log()).mean()


def looped(z, y):
    """A loop over the samples and one over the classes."""
    total = z.new_zeros(())
    for i in range(z.shape[0]):
        denominator = z.new_zeros(())
        for j in range(z.shape[1]):
            denominator = denominator + torch.exp(z[i, j])
        total = total - torch.log(torch.exp(z[i, y[i]]) / denominator)
    return total / z.shape[0]


class ByHand(torch.autograd.Function):
    """A backward of its own, and right."""

    @staticmethod
    def forward(ctx, z, y):
        p = F.softmax(z, dim=1)
        ctx.save_for_backward(p, y)
        return F.nll_loss(F.log_softmax(z, dim=1), y)

    @staticmethod
    def backward(ctx, grad_output):
        p, y = ctx.saved_tensors
        grad = p.clone()
        grad[torch.arange(y.numel()), y] -= 1
        return grad_output * grad / y.numel(), None


def by_hand(z, y):
    return ByHand.apply(z, y)


class WithMask(nn.Module):
    """A boolean mask picks the label's entries."""

    def forward(self, z, y):
        classes = torch.arange(z.shape[1], device=z.device)
        mask = y[:, None] == classes[None, :]
        return -torch.masked_select(F.log_softmax(z, dim=1), mask).mean()


class Smoothing(nn.Module):
    def __init__(self, smoothing=0.1):
        super().__init__()
        self.confidence, self.smoothing = 1.0 - smoothing, smoothing

    def forward(self, x, target):
        logprobs = F.log_softmax(x, dim=-1)
        nll_loss = -logprobs.gather(dim=-1, index=target.unsqueeze(1))
        nll_loss = nll_loss.squeeze(1)
        smooth_loss = -logprobs.mean(dim=-1)
        return (self.confidence * nll_loss + self.smoothing * smooth_loss).mean()


class FilledSmoothing(nn.Module):
    """The smoothed labels are written in place."""

    def __init__(self, classes, smoothing):
        super().__init__()
        self.classes, self.smoothing = classes, smoothing

    def forward(self, pred, target):
        with torch.no_grad():
            true_dist = torch.empty_like(pred).fill_(self.smoothing / self.classes)
            true_dist.scatter_add_(
                1, target[:, None], torch.full((len(target), 1), 1 - self.smoothing, dtype=pred.dtype)
            )
        return -(true_dist * pred.log_softmax(-1)).sum(-1).mean()


def negatively_smoothed(z, y, rate=-0.4):
    loss = F.cross_entropy(z, y, reduction="none")
    smooth = -F.log_softmax(z, dim=1).sum(1) / z.shape[1]
    return ((1 - rate) * loss + rate * smooth).mean()


class WeightedCE(nn.Module):
    """A float32 buffer that holds whole numbers."""

    def __init__(self, weight):
        super().__init__()
        self.register_buffer("weight", torch.tensor(weight))

    def forward(self, z, y):
        return F.cross_entropy(z, y, weight=self.weight.to(z.dtype), reduction="none")


class LogitAdjusted(nn.Module):
    """log of the prior in float32, from numbers that float32 rounds."""

    def __init__(self, prior, tau=1.0):
        super().__init__()
        self.register_buffer("adjustment", torch.log(torch.tensor(prior)) * tau)

    def forward(self, logits, target):
        return F.cross_entropy(logits + self.adjustment, target)


def with_temperature(z, y, T=4):
    return F.nll_loss(F.log_softmax(z.div(T), dim=1), y)


def by_numpy_constants(z, y):
    """The factors are numpy scalars."""
    rates = np.array([0.3, 0.7])
    logp = z.log_softmax(1)
    return -(logp.mean(1) * float(rates[0]) + logp.gather(1, y[:, None])[:, 0] * rates[1].item()).mean()


def penalised(z, y):
    """torch's own entropy."""
    entropy = torch.distributions.Categorical(logits=z, validate_args=False).entropy()
    return (F.cross_entropy(z, y, reduction="none") - 0.1 * entropy).mean()


class ZLoss(nn.Module):
    def __init__(self, z_weight=1e-4):
        super().__init__()
        self.z_weight = z_weight

    def forward(self, logits, labels):
        log_z = torch.logsumexp(logits, dim=-1)
        return F.cross_entropy(logits, labels) + self.z_weight * log_z.square().mean()


def peer(z, y):
    """The mean over all labels stands for the peer term."""
    logp = F.log_softmax(z, dim=1)
    return F.nll_loss(logp, y) + logp.mean(dim=1).mean()


def squentropy(z, y):
    others = (~F.one_hot(y, z.shape[1]).bool()).to(z.dtype)
    return (F.cross_entropy(z, y, reduction="none") + (others * z**2).sum(1) / (z.shape[1] - 1)).mean()


def taylor_softmax(z, y):
    fn = 1 + z + 0.5 * z**2
    out = fn / fn.sum(dim=1, keepdim=True)
    return F.nll_loss(out.log(), y)


CORRECT = (
    correct("torch's cross entropy", nn.CrossEntropyLoss(), "cross_entropy"),
    correct("gathered", gathered, "cross_entropy"),
    correct("naive log of softmax", naive, "cross_entropy"),
    correct("einsum", by_einsum, "cross_entropy", classes=5),
    correct("logsumexp, summed", by_logsumexp, "cross_entropy"),
    correct("log_softmax before", normalised_twice, "cross_entropy"),
    correct("divergence", divergence_from_onehot, "cross_entropy"),
    correct("shifted by the maximum", shifted, "cross_entropy"),
    correct("loops", looped, "cross_entropy", classes=4),
    correct("right backward", by_hand, "cross_entropy", classes=4),
    correct("mask", WithMask(), "cross_entropy", classes=3),
    correct("torch's label smoothing", nn.CrossEntropyLoss(label_smoothing=0.1), "label_smoothing", r="1/10"),
    correct("label smoothing", Smoothing(0.2), "label_smoothing", r="1/5"),
    correct("label smoothing in place", FilledSmoothing(6, 0.1), "label_smoothing", classes=6, r="1/10"),
    correct("negative label smoothing", negatively_smoothed, "negative_label_smoothing", r="-2/5"),
    correct("class weights", WeightedCE([1.0, 2.0, 3.0]), "class_weighted_ce", classes=3, w="1, 2, 3"),
    correct("prior in float32", LogitAdjusted([0.5, 0.3, 0.2]), "logit_adjusted_ce", classes=3, pi="1/2, 3/10, 1/5"),
    correct("temperature", with_temperature, "temperature_ce", tau=4),
    correct("numpy numbers", by_numpy_constants, "label_smoothing", r="3/10"),
    correct("torch's entropy", penalised, "confidence_penalty", classes=4, beta="1/10"),
    correct("z-loss", ZLoss(), "z_loss_ce", zeta="1/10000"),
    correct("peer", peer, "peer_uniform", alpha=1),
    correct("squentropy", squentropy, "squentropy"),
    correct("taylor softmax", taylor_softmax, "taylor_softmax_ce"),
)
