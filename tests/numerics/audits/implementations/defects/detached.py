"""Code whose value is right and in which a factor has no gradient, or has one where the formula has none."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from tests.numerics.audits.implementations.sample import defect


class FocalLoss(nn.Module):
    """p_t is taken from the data of the log-probability."""

    def __init__(self, gamma=0):
        super().__init__()
        self.gamma = gamma

    def forward(self, logits, target):
        target = target.view(-1, 1)
        logpt = F.log_softmax(logits, dim=-1)
        logpt = logpt.gather(1, target)
        logpt = logpt.view(-1)
        pt = logpt.detach().exp()
        loss = -1 * (1 - pt) ** self.gamma * logpt
        return loss.mean()


def focal_in_no_grad(z, y):
    """The weight is computed where no gradient is kept."""
    ce = F.cross_entropy(z, y, reduction="none")
    with torch.no_grad():
        weight = (1 - torch.exp(-ce)) ** 2
    return (weight * ce).sum()


class NormalizedFocalLoss(nn.Module):
    """All weights of the normalised focal loss are constants."""

    def __init__(self, num_classes, gamma=0.5):
        super().__init__()
        self.num_classes, self.gamma = num_classes, gamma

    def forward(self, logits, target):
        target = target.view(-1, 1)
        logpt = F.log_softmax(logits, dim=1)
        normalizor = torch.sum(-1 * (1 - logpt.data.exp()) ** self.gamma * logpt, dim=1)
        logpt = logpt.gather(1, target).view(-1)
        pt = logpt.data.exp()
        loss = -1 * (1 - pt) ** self.gamma * logpt
        return (loss / normalizor).mean()


class SoftBootstrapping(nn.Module):
    """The model's own predictions are targets without gradient."""

    def __init__(self, beta=0.95):
        super().__init__()
        self.beta = beta

    def forward(self, y_pred, y):
        ce = self.beta * F.cross_entropy(y_pred, y, reduction="none")
        target = F.softmax(y_pred, dim=1).detach()
        return (ce - (1 - self.beta) * torch.sum(target * F.log_softmax(y_pred, dim=1), dim=1)).mean()


def poly1(logits, labels, epsilon=2.0):
    """The polynomial term has no gradient."""
    ce = F.cross_entropy(logits, labels, reduction="none")
    pt = F.softmax(logits.detach(), dim=-1).gather(1, labels[:, None])[:, 0]
    return torch.mean(ce + epsilon * (1 - pt))


def penalised(z, y, beta=0.1):
    """The entropy is a number in the log, not a penalty."""
    p = z.softmax(1)
    entropy = -(p * p.log()).sum(1).detach()
    return F.cross_entropy(z, y) - beta * entropy.mean()


def nce_with_constant_denominator(pred, labels):
    """The normaliser is a constant."""
    logp = F.log_softmax(pred, dim=1)
    onehot = F.one_hot(labels, pred.shape[1]).to(pred.dtype)
    return ((onehot * logp).sum(1) / logp.sum(1).detach()).mean()


def focal_with_gradient(z, y):
    """The formula keeps the weight constant, the code differentiates it."""
    logp = z.log_softmax(1).gather(1, y[:, None]).squeeze(1)
    return -((1 - logp.exp()) ** 0.5 * logp).mean()


class SymmetricCE(nn.Module):
    """The reverse part sees detached predictions."""

    def __init__(self, alpha, beta, A=-4.0):
        super().__init__()
        self.alpha, self.beta, self.A = alpha, beta, A

    def forward(self, pred, labels):
        ce = F.cross_entropy(pred, labels)
        p = F.softmax(pred, dim=1).detach()
        onehot = F.one_hot(labels, pred.shape[1]).to(p.dtype)
        rce = -(p * (1 - onehot) * self.A).sum(1).mean()
        return self.alpha * ce + self.beta * rce


class AsymmetricSigmoid(nn.Module):
    """The option that keeps the focal weights out of the gradient."""

    def __init__(self, gamma=2, disable_torch_grad_focal_loss=True):
        super().__init__()
        self.gamma, self.disable = gamma, disable_torch_grad_focal_loss

    def forward(self, x, y):
        y = F.one_hot(y, x.shape[1]).to(x.dtype)
        s = torch.sigmoid(x)
        loss = y * F.logsigmoid(x) + (1 - y) * F.logsigmoid(-x)
        pt = s * y + (1 - s) * (1 - y)
        if self.disable:
            pt = pt.detach()
        return -(loss * (1 - pt) ** self.gamma).sum() / len(x)


class JensenShannon(nn.Module):
    """The predictions are constant weights in their divergence from the mixture."""

    def __init__(self, pi=0.5):
        super().__init__()
        self.pi = pi

    def forward(self, z, y):
        p = z.softmax(1)
        onehot = F.one_hot(y, z.size(1)).to(p.dtype)
        m = self.pi * onehot + (1 - self.pi) * p
        first = -m.log().gather(1, y[:, None])[:, 0]
        second = (p.detach() * (p.log() - m.log())).sum(1)
        scale = -(1 - self.pi) * torch.log(torch.tensor(1.0 - self.pi, dtype=z.dtype))
        return ((self.pi * first + (1 - self.pi) * second) / scale).mean()


def without_any_gradient(z, y):
    """The value is made into a new tensor: no gradient arrives at all."""
    loss = F.cross_entropy(z, y)
    return torch.tensor(loss.item(), dtype=z.dtype, requires_grad=True)


DEFECTS = (
    defect("DETACHED", "focal, p_t detached", FocalLoss(2), "focal", "detach|gradient|constant", classes=5, gamma=2),
    defect("DETACHED", "focal in no_grad", focal_in_no_grad, "focal", "detach|gradient", classes=3, gamma=2),
    defect("DETACHED", "nfl detached", NormalizedFocalLoss(10), "nfl", "detach|gradient", classes=10, gamma="1/2"),
    defect(
        "DETACHED",
        "bootstrap detached",
        SoftBootstrapping(),
        "bootstrap_soft",
        "detach|gradient",
        classes=4,
        beta="19/20",
    ),
    defect("DETACHED", "poly detached", poly1, "poly_loss", "detach|gradient", classes=10, eps=2),
    defect("DETACHED", "entropy detached", penalised, "confidence_penalty", "detach|gradient", classes=3, beta="1/10"),
    defect("DETACHED", "nce, constant denominator", nce_with_constant_denominator, "nce", "detach|gradient", classes=4),
    defect(
        "DETACHED", "not detached", focal_with_gradient, "focal_detached", "detach|gradient", classes=4, gamma="1/2"
    ),
    defect(
        "DETACHED",
        "rce detached",
        SymmetricCE(0.1, 1.0),
        "symmetric_cross_entropy",
        "detach|gradient",
        classes=5,
        alpha="1/10",
        beta=1,
        A=-4,
    ),
    defect(
        "DETACHED",
        "sigmoid weights detached",
        AsymmetricSigmoid(2),
        "sigmoid_focal",
        "detach|gradient",
        classes=4,
        gamma=2,
    ),
    defect(
        "DETACHED",
        "divergence's weights detached",
        JensenShannon(),
        "js_divergence",
        "detach|gradient",
        classes=3,
        pi_1="1/2",
    ),
    defect("DETACHED|WRONG_BACKWARD", "no gradient", without_any_gradient, "cross_entropy", "gradient", classes=3),
)
