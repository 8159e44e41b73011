"""Functions of the label's probability, in many styles."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import nn

from tests.numerics.audits.implementations.sample import correct


class GCEByOneHot(nn.Module):
    def __init__(self, num_classes, q=0.7):
        super().__init__()
        self.num_classes, self.q = num_classes, q

    def forward(self, pred, labels):
        pred = F.softmax(pred, dim=1)
        label_one_hot = F.one_hot(labels, self.num_classes).float().to(pred.device)
        gce = (1.0 - torch.pow(torch.sum(label_one_hot * pred, dim=1), self.q)) / self.q
        return gce.mean()


class GCEWithBuffer(nn.Module):
    """q = 0.7 in a float32 buffer, which is 0.699999988."""

    def __init__(self, q=0.7):
        super().__init__()
        self.register_buffer("q", torch.tensor(q))

    def forward(self, z, y):
        p = z.softmax(-1).gather(-1, y.unsqueeze(-1)).squeeze(-1)
        return ((1 - p**self.q) / self.q).mean()


def gce_of_log(z, y, q=0.7):
    logp = -F.cross_entropy(z, y, reduction="none")
    return (1 - torch.exp(q * logp)).div(q).mean()


def gce_by_expm1(z, y):
    """No digit is lost near p = 1."""
    logp = F.log_softmax(z, 1).gather(1, y[:, None])[:, 0]
    return -torch.expm1(0.5 * logp).sum() / 0.5


def mae_by_l1(z, y):
    onehot = F.one_hot(y, z.shape[1]).to(z.dtype)
    return F.l1_loss(F.softmax(z, 1), onehot, reduction="sum") / z.shape[0]


class MAE(nn.Module):
    def __init__(self, scale=2.0):
        super().__init__()
        self.scale = scale

    def forward(self, pred, labels):
        p = pred.softmax(dim=1)
        return self.scale * (1.0 - p[torch.arange(labels.size(0)), labels]).mean()


class FocalLoss(nn.Module):
    def __init__(self, gamma=2, reduction="mean"):
        super().__init__()
        self.gamma, self.reduction = gamma, reduction

    def forward(self, inputs, targets):
        ce_loss = F.cross_entropy(inputs, targets, reduction="none")
        pt = torch.exp(-ce_loss)
        focal_loss = (1 - pt) ** self.gamma * ce_loss
        if self.reduction == "mean":
            return focal_loss.mean()
        if self.reduction == "sum":
            return focal_loss.sum()
        return focal_loss


def focal_naive(z, y, gamma=2.0):
    """1 - p cancels near p = 1, and log p is -inf where p is 0 in floats."""
    p = F.softmax(z, dim=1).gather(1, y.view(-1, 1)).view(-1)
    return torch.mean(-1 * torch.pow(1.0 - p, gamma) * torch.log(p))


class DetachedFocal(nn.Module):
    def __init__(self, gamma=0.5):
        super().__init__()
        self.gamma = gamma

    def forward(self, logits, target):
        logpt = F.log_softmax(logits, dim=-1).gather(1, target.view(-1, 1)).view(-1)
        pt = logpt.data.exp()
        return (-1 * (1 - pt) ** self.gamma * logpt).mean()


class AlphaFocal(nn.Module):
    """A list of class weights, picked by the labels."""

    def __init__(self, alpha, gamma=2):
        super().__init__()
        self.alpha, self.gamma = torch.tensor(alpha), gamma

    def forward(self, z, y):
        logp = F.log_softmax(z, 1)[torch.arange(len(y)), y]
        at = self.alpha.to(z.dtype).gather(0, y)
        return (-at * (1 - logp.exp()) ** self.gamma * logp).mean()


def poly1(logits, labels, epsilon=2.0):
    one_hot = F.one_hot(labels, num_classes=logits.shape[-1]).to(logits.dtype)
    pt = torch.sum(one_hot * F.softmax(logits, dim=-1), dim=-1)
    ce = F.cross_entropy(input=logits, target=labels, reduction="none")
    return (ce + epsilon * (1 - pt)).mean()


class TaylorCE(nn.Module):
    """A loop over the orders of the series."""

    def __init__(self, order=2):
        super().__init__()
        self.order = order

    def forward(self, z, y):
        p = z.softmax(1).gather(1, y[:, None]).squeeze(1)
        loss = 0
        for i in range(1, self.order + 1):
            loss = loss + (1 - p) ** i / i
        return loss.mean()


class PHuberCE(nn.Module):
    def __init__(self, tau=10.0):
        super().__init__()
        self.tau, self.threshold, self.constant = tau, 1 / tau, math.log(tau) + 1

    def forward(self, z, y):
        p = F.softmax(z, dim=-1)
        p = p[torch.arange(p.shape[0]), y]
        loss = torch.empty_like(p)
        clip = p <= self.threshold
        loss[clip] = -self.tau * p[clip] + self.constant
        loss[~clip] = -torch.log(p[~clip])
        return torch.mean(loss)


class AGCE(nn.Module):
    def __init__(self, num_classes=10, a=1, q=2, scale=1.0):
        super().__init__()
        self.a, self.q, self.num_classes, self.scale = a, q, num_classes, scale

    def forward(self, pred, labels):
        pred = F.softmax(pred, dim=1)
        label_one_hot = F.one_hot(labels, self.num_classes).float().to(pred.device)
        loss = ((self.a + 1) ** self.q - torch.pow(self.a + torch.sum(label_one_hot * pred, dim=1), self.q)) / self.q
        return loss.mean() * self.scale


def aul(z, y, a=1.5, q=0.9):
    p = z.softmax(1).gather(1, y[:, None])
    return (((a - p) ** q - (a - 1) ** q) / q).mean()


def alpha_loss(z, y, alpha=2):
    ratio = alpha / (alpha - 1)
    return (ratio * (1 - z.softmax(1)[range(len(y)), y] ** (1 / ratio))).mean()


class ReverseCE(nn.Module):
    """log 0 is -4, set by a mask."""

    def __init__(self, num_classes, A=-4):
        super().__init__()
        self.num_classes, self.A = num_classes, A

    def forward(self, pred, labels):
        pred = F.softmax(pred, dim=1)
        log_onehot = torch.full_like(pred, self.A)
        log_onehot.scatter_(1, labels[:, None], 0.0)
        return -(pred * log_onehot).sum(dim=1).mean()


class SCE(nn.Module):
    """A sum of two losses, the second with log 0 = log 1e-4 by a clamp of the labels."""

    def __init__(self, alpha, beta, num_classes):
        super().__init__()
        self.alpha, self.beta, self.num_classes = alpha, beta, num_classes
        self.cross_entropy = nn.CrossEntropyLoss()

    def forward(self, pred, labels):
        ce = self.cross_entropy(pred, labels)
        pred = F.softmax(pred, dim=1)
        label_one_hot = F.one_hot(labels, self.num_classes).to(pred.dtype)
        label_one_hot = torch.clamp(label_one_hot, min=1e-4, max=1.0)
        rce = -1 * torch.sum(pred * torch.log(label_one_hot), dim=1)
        return self.alpha * ce + self.beta * rce.mean()


def forward_corrected(z, y, a=0.7):
    p = z.softmax(1)
    p = a * p + (1 - a) / p.size(1)
    return F.nll_loss(torch.log(p), y)


def squared(z, y):
    return (1 - torch.exp(z.log_softmax(1)).gather(1, y[:, None]).squeeze(1)).square().mean()


def capped(z, y):
    """The epsilon belongs to the loss here."""
    return -(z.softmax(1)[torch.arange(len(y)), y] + 0.01).log().mean()


def tempered(z, y):
    return (1 - F.softmax(3 * z, 1).gather(1, y.unsqueeze(1))).squeeze(1) / 3


class NMAE(nn.Module):
    def __init__(self, num_classes):
        super().__init__()
        self.num_classes = num_classes

    def forward(self, pred, labels):
        pred = F.softmax(pred, dim=1)
        onehot = F.one_hot(labels, self.num_classes).float()
        return (1 / (self.num_classes - 1) * (1.0 - torch.sum(onehot * pred, dim=1))).mean()


class MAEByHand(torch.autograd.Function):
    """A backward of its own, and right."""

    @staticmethod
    def forward(ctx, z, y):
        p = torch.softmax(z, -1)
        ctx.save_for_backward(p, y)
        return 2 - 2 * p[torch.arange(len(y)), y]

    @staticmethod
    def backward(ctx, grad_output):
        p, y = ctx.saved_tensors
        py = p.gather(1, y[:, None])
        return grad_output[:, None] * 2 * py * (p - F.one_hot(y, p.shape[1])), None


def mae_by_hand(z, y):
    return MAEByHand.apply(z, y).mean()


class TruncatedGCE(nn.Module):
    """torch.where in the place of the maximum."""

    def __init__(self, q=0.7, k=0.5):
        super().__init__()
        self.q, self.k = q, k

    def forward(self, z, y):
        p = z.softmax(1).gather(1, y[:, None]).squeeze(1)
        Lq, Lqk = (1 - p**self.q) / self.q, (1 - self.k**self.q) / self.q
        return torch.where(p > self.k, Lq, torch.full_like(p, Lqk)).mean()


CORRECT = (
    correct("gce by one-hot labels", GCEByOneHot(10), "gce", classes=10, q="7/10"),
    correct("gce, float32 buffer", GCEWithBuffer(0.7), "gce", q="7/10"),
    correct("gce of logarithms", gce_of_log, "gce", q="7/10"),
    correct("gce by expm1, summed", gce_by_expm1, "gce", classes=4, q="1/2"),
    correct("mae by l1_loss", mae_by_l1, "mae", classes=4),
    correct("mae", MAE(), "mae"),
    correct("focal", FocalLoss(2), "focal", gamma=2),
    correct("focal, not reduced", FocalLoss(1.5, "none"), "focal", gamma="3/2"),
    correct("focal, naive", focal_naive, "focal", gamma=2),
    correct("focal, detached", DetachedFocal(0.5), "focal_detached", gamma="1/2"),
    correct(
        "focal with class weights",
        AlphaFocal([0.25, 0.5, 0.75]),
        "alpha_balanced_focal",
        classes=3,
        alpha="1/4, 1/2, 3/4",
        gamma=2,
    ),
    correct("poly", poly1, "poly_loss", eps=2),
    correct("taylor by a loop", TaylorCE(2), "taylor_ce"),
    correct("phuber, written in place", PHuberCE(10.0), "phuber_ce", classes=5, tau=10),
    correct("agce", AGCE(10), "agce", classes=10, a=1, q=2),
    correct("aul, (N, 1) averaged", aul, "aul", a="3/2", q="9/10"),
    correct("alpha loss", alpha_loss, "alpha_loss", alpha=2),
    correct("rce by a mask", ReverseCE(5), "reverse_cross_entropy", classes=5, A=-4),
    correct("sce", SCE(0.1, 1.0, 4), "-log_softmax(z)[y]/10 - log(1/10000)*(1 - softmax(z)[y])", classes=4),
    correct("forward, uniform", forward_corrected, "forward_uniform", a="7/10"),
    correct("squared", squared, "squared_mae"),
    correct("capped", capped, "soft_capped_ce", eps="1/100"),
    correct("tempered mae", tempered, "tempered_mae", alpha=3),
    correct("nmae", NMAE(7), "nmae", classes=7),
    correct("mae, right backward", mae_by_hand, "mae", classes=4),
    correct("truncated gce by where", TruncatedGCE(), "truncated_gce", classes=4, q="7/10", k="1/2"),
)
