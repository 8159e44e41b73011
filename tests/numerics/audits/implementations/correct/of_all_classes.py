"""Losses of all probabilities, in many styles."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from tests.numerics.audits.implementations.sample import correct


def brier(z, y):
    onehot = torch.zeros(z.shape, dtype=z.dtype)
    onehot[torch.arange(len(y)), y] = 1
    return torch.mean(torch.sum((F.softmax(z, 1) - onehot) ** 2, dim=1))


def brier_expanded(z, y):
    p = z.softmax(-1)
    return p.pow(2).sum(-1) - 2 * p.gather(-1, y[:, None]).squeeze(-1) + 1


def brier_by_mse(z, y):
    return F.mse_loss(z.softmax(1), F.one_hot(y, z.size(1)).to(z.dtype), reduction="none").sum(1).mean()


class NormalizedCrossEntropy(nn.Module):
    def __init__(self, num_classes, scale=1.0):
        super().__init__()
        self.num_classes, self.scale = num_classes, scale

    def forward(self, pred, labels):
        pred = F.log_softmax(pred, dim=1)
        label_one_hot = F.one_hot(labels, self.num_classes).float().to(pred.device)
        nce = -1 * torch.sum(label_one_hot * pred, dim=1) / (-pred.sum(dim=1))
        return self.scale * nce.mean()


def normalized_focal(z, y, gamma=0.5):
    logp = z.log_softmax(1)
    focal = -((1 - logp.exp()) ** gamma) * logp
    return (focal.gather(1, y[:, None]).squeeze(1) / focal.sum(1)).mean()


class NormalizedFocalDetached(nn.Module):
    """The public code of this loss, whose weights are constants: the formula says so."""

    def __init__(self, num_classes, gamma=0.5):
        super().__init__()
        self.num_classes, self.gamma = num_classes, gamma

    def forward(self, pred, target):
        target = target.view(-1, 1)
        logpt = F.log_softmax(pred, dim=1)
        normalizor = torch.sum(-1 * (1 - logpt.data.exp()) ** self.gamma * logpt, dim=1)
        logpt = logpt.gather(1, target).view(-1)
        pt = logpt.data.exp()
        return (-1 * (1 - pt) ** self.gamma * logpt / normalizor).mean()


class Weighted(nn.Module):
    """A sum of two modules."""

    def __init__(self, first, second, alpha, beta):
        super().__init__()
        self.parts, self.weights = nn.ModuleList([first, second]), (alpha, beta)

    def forward(self, pred, labels):
        return sum(w * part(pred, labels) for w, part in zip(self.weights, self.parts, strict=True))


class MeanAbsolute(nn.Module):
    def forward(self, pred, labels):
        return 1 - F.softmax(pred, 1).gather(1, labels[:, None]).mean()


class JensenShannon(nn.Module):
    """Divergences from the mean distribution, by torch's kl_div."""

    def __init__(self, num_classes, pi=0.5):
        super().__init__()
        self.num_classes, self.pi = num_classes, pi
        self.scale = -(1 - pi) * np.log(1 - pi)

    def forward(self, pred, labels):
        p = F.softmax(pred, dim=1)
        onehot = F.one_hot(labels, self.num_classes).to(p.dtype)
        mean = self.pi * onehot + (1 - self.pi) * p
        first = F.kl_div(mean.log(), onehot, reduction="none").sum(1)
        second = F.kl_div(mean.log(), p.log(), reduction="none", log_target=True).sum(1)
        return (self.pi * first + (1 - self.pi) * second).mean() / self.scale


def js_of_a_detached_mixture(z, y):
    """The mixture m has no gradient, and needs none: the derivative by m is -sum_k dm_k = 0."""
    p = z.softmax(1)
    onehot = F.one_hot(y, z.size(1)).to(p.dtype)
    m = ((onehot + p) / 2).detach()
    first = -m.log().gather(1, y[:, None])[:, 0]
    second = (p * (p.log() - m.log())).sum(1)
    return ((first + second) / np.log(2)).mean()


def soft_bootstrap(z, y, beta=0.95):
    p, logp = F.softmax(z, 1), F.log_softmax(z, 1)
    target = beta * F.one_hot(y, z.shape[1]) + (1 - beta) * p
    return -(target * logp).sum(1).mean()


def hard_bootstrap(z, y, beta=0.8):
    pseudo = z.argmax(1)
    logp = F.log_softmax(z, 1)
    return beta * F.nll_loss(logp, y) + (1 - beta) * F.nll_loss(logp, pseudo)


def amse(z, y, a=10):
    return F.mse_loss(F.softmax(z, 1), a * F.one_hot(y, z.shape[1]).to(z.dtype), reduction="none").mean(1)


def beta_divergence(z, y, beta=0.5):
    p = torch.softmax(z, dim=1)
    py = p.gather(1, y.view(-1, 1)).view(-1)
    return torch.mean(torch.sum(p ** (beta + 1), 1) - (beta + 1) / beta * py**beta)


class ForwardLoss(nn.Module):
    """A transition matrix as a buffer, applied by mm."""

    def __init__(self, T):
        super().__init__()
        self.register_buffer("T", torch.tensor(T, dtype=torch.float64))

    def forward(self, z, y):
        noisy = torch.mm(F.softmax(z, dim=1), self.T.to(z.dtype))
        return -torch.log(noisy[torch.arange(len(y)), y]).mean()


class BackwardLoss(nn.Module):
    """The inverse of the matrix of uniform noise, taken by numpy."""

    def __init__(self, classes, rho):
        super().__init__()
        T = (1 - rho) * np.eye(classes) + rho / (classes - 1) * (1 - np.eye(classes))
        self.register_buffer("inverse", torch.from_numpy(np.linalg.inv(T)))

    def forward(self, z, y):
        losses = -F.log_softmax(z, 1)
        return (self.inverse.to(z.dtype)[y] * losses).sum(1).mean()


class Sparsemax(nn.Module):
    """The projection on the simplex by sorting."""

    def forward(self, z, y):
        ordered, _ = torch.sort(z, dim=-1, descending=True)
        steps = torch.arange(1, z.shape[-1] + 1, dtype=z.dtype, device=z.device)
        sums = ordered.cumsum(-1)
        size = (1 + steps * ordered > sums).sum(-1, keepdim=True)
        tau = (sums.gather(-1, size - 1) - 1) / size
        p = torch.clamp(z - tau, min=0)
        return ((p * z).sum(1) - z.gather(1, y[:, None]).squeeze(1) + (1 - (p**2).sum(1)) / 2).mean()


def ldr_kl(z, y, lam=2.0):
    margin = z - z.gather(1, y[:, None])
    return lam * torch.log(torch.mean(torch.exp(margin / lam), dim=1)).mean()


class EarlyLearning(nn.Module):
    """The targets are a fixed buffer."""

    def __init__(self, target, lambda_=3):
        super().__init__()
        self.register_buffer("target", torch.tensor(target))
        self.lambda_ = lambda_

    def forward(self, output, label):
        y_pred = F.softmax(output, dim=1)
        ce_loss = F.cross_entropy(output, label)
        elr_reg = ((1 - (self.target.to(y_pred.dtype) * y_pred).sum(dim=1)).log()).mean()
        return ce_loss + self.lambda_ * elr_reg


CORRECT = (
    correct("brier", brier, "brier"),
    correct("brier, expanded", brier_expanded, "brier"),
    correct("brier by mse_loss", brier_by_mse, "brier"),
    correct("nce", NormalizedCrossEntropy(10), "nce", classes=10),
    correct("nfl", normalized_focal, "nfl", gamma="1/2"),
    correct("nfl, detached", NormalizedFocalDetached(5), "nfl_detached", classes=5, gamma="1/2"),
    correct(
        "nce and mae",
        Weighted(NormalizedCrossEntropy(4), MeanAbsolute(), 1.0, 2.0),
        "nce_mae",
        classes=4,
        alpha=1,
        beta=2,
    ),
    correct("js by kl_div", JensenShannon(3), "js_divergence", classes=3, pi_1="1/2"),
    correct("js of a detached mixture", js_of_a_detached_mixture, "js_divergence", classes=3, pi_1="1/2"),
    correct("soft bootstrap", soft_bootstrap, "bootstrap_soft", beta="19/20"),
    correct("hard bootstrap", hard_bootstrap, "bootstrap_hard", classes=4, beta="4/5"),
    correct("amse", amse, "amse", a=10),
    correct("beta divergence", beta_divergence, "beta_divergence", beta="1/2"),
    correct(
        "forward",
        ForwardLoss([[0.75, 0.25, 0.0], [0.0, 1.0, 0.0], [0.125, 0.125, 0.75]]),
        "forward",
        classes=3,
        T="3/4, 1/4, 0; 0, 1, 0; 1/8, 1/8, 3/4",
    ),
    # a = 1 - rho C/(C - 1) = 1 - 3/10 * 4/3
    correct("backward", BackwardLoss(4, 0.3), "backward_uniform", classes=4, a="3/5"),
    correct("sparsemax by sorting", Sparsemax(), "sparsemax", classes=4),
    correct("ldr_kl", ldr_kl, "ldr_kl", lambda_=2),
    correct("elr", EarlyLearning([0.5, 0.25, 0.25]), "elr", classes=3, lambda_=3, t="1/2, 1/4, 1/4"),
)
