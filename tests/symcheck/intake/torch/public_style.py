"""Losses written as public code writes them: modules with a batch axis, one-hot labels, guards, detached weights."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import nn


class GeneralizedCrossEntropy(nn.Module):
    """With softmax, gather and pow."""

    def __init__(self, q=0.7):
        super().__init__()
        self.q = q

    def forward(self, logits, targets):
        p = F.softmax(logits, dim=1)
        p_y = torch.gather(p, 1, torch.unsqueeze(targets, 1))
        return torch.mean((1 - p_y**self.q) / self.q)


class GuardedGCE(nn.Module):
    """For a fixed number of classes, with probabilities kept above 1e-7."""

    def __init__(self, num_classes, q=0.7):
        super().__init__()
        self.num_classes = num_classes
        self.q = q

    def forward(self, pred, labels):
        pred = torch.clamp(F.softmax(pred, dim=1), min=1e-7, max=1.0)
        one_hot = F.one_hot(labels, self.num_classes).float().to(pred.device)
        return ((1.0 - torch.pow(torch.sum(one_hot * pred, dim=1), self.q)) / self.q).mean()


class SymmetricCrossEntropy(nn.Module):
    """CE and reverse CE with log 0 := log 1e-4."""

    def __init__(self, alpha, beta, num_classes=10):
        super().__init__()
        self.alpha, self.beta, self.num_classes = alpha, beta, num_classes
        self.cross_entropy = nn.CrossEntropyLoss()

    def forward(self, pred, labels):
        ce = self.cross_entropy(pred, labels)
        pred = F.softmax(pred, dim=1)
        label_one_hot = F.one_hot(labels, self.num_classes).float()
        label_one_hot = torch.clamp(label_one_hot, min=1e-4, max=1.0)
        rce = -1 * torch.sum(pred * torch.log(label_one_hot), dim=1)
        return self.alpha * ce + self.beta * rce.mean()


class MeanAbsoluteError(nn.Module):
    """1 - p_y, through the number of classes that the logits have."""

    def forward(self, pred, labels):
        one_hot = F.one_hot(labels, pred.size(1)).type_as(pred)
        return (1.0 - torch.sum(one_hot * F.softmax(pred, dim=1), dim=1)).mean()


class NormalizedCrossEntropy(nn.Module):
    def __init__(self, scale=1.0):
        super().__init__()
        self.scale = scale

    def forward(self, pred, labels):
        pred = F.log_softmax(pred, dim=1)
        one_hot = F.one_hot(labels, pred.shape[1]).float()
        return self.scale * (-1 * torch.sum(one_hot * pred, dim=1) / (-pred.sum(dim=1))).mean()


class NormalizedMAE(nn.Module):
    """Where the number of classes only enters the arithmetic."""

    def __init__(self, num_classes):
        super().__init__()
        self.num_classes = num_classes

    def forward(self, pred, labels):
        p = F.softmax(pred, dim=1)[torch.arange(labels.shape[0]), labels]
        return ((1.0 - p) / (2 * (self.num_classes - 1))).mean()


class FocalLoss(nn.Module):
    """p_y is detached in the factor if ``detach``, as much public code does it."""

    def __init__(self, gamma=2, *, detach=False, size_average=True):
        super().__init__()
        self.gamma, self.detach, self.size_average = gamma, detach, size_average

    def forward(self, input, target):  # noqa: A002
        if input.dim() > 2:
            input = input.view(input.size(0), input.size(1), -1).transpose(1, 2)  # noqa: A001
        target = target.view(-1, 1)
        logpt = F.log_softmax(input, dim=1).gather(1, target).view(-1)
        pt = logpt.data.exp() if self.detach else logpt.exp()
        loss = -1 * (1 - pt) ** self.gamma * logpt
        return loss.mean() if self.size_average else loss.sum()


class BroadcastFocal(nn.Module):
    """A known slip: (N, 1) times (N,) is (N, N), so every sample weights every other."""

    def forward(self, pred, labels):
        logp = F.log_softmax(pred, dim=1)
        pt = logp.gather(1, labels.view(-1, 1)).exp()
        return (-((1 - pt) ** 2) * logp[range(len(labels)), labels]).mean()


class TaylorCrossEntropy(nn.Module):
    def __init__(self, order):
        super().__init__()
        self.order = order

    def forward(self, pred, labels):
        p = F.softmax(pred, dim=-1)[range(len(labels)), labels]
        loss = torch.zeros(len(labels))
        for k in range(1, self.order + 1):
            loss += (1 - p).pow(k) / k
        return loss.mean()


class LabelSmoothingLoss(nn.Module):
    """With a target distribution that is filled in place, under no_grad."""

    def __init__(self, smoothing=0.1):
        super().__init__()
        self.smoothing = smoothing

    def forward(self, pred, target):
        logp = pred.log_softmax(dim=-1)
        with torch.no_grad():
            true_dist = torch.zeros_like(logp)
            true_dist.fill_(self.smoothing / (logp.size(-1) - 1))
            true_dist.scatter_(1, target.data.unsqueeze(1), 1.0 - self.smoothing)
        return torch.mean(torch.sum(-true_dist * logp, dim=-1))


class PartiallyHuberised(nn.Module):
    """Written into an empty tensor, in two parts by a mask."""

    def __init__(self, tau=10):
        super().__init__()
        self.tau = tau
        self.boundary = math.log(tau) + 1

    def forward(self, pred, labels):
        p = F.softmax(pred, dim=-1)[torch.arange(labels.shape[0]), labels]
        loss = torch.empty_like(p)
        clip = p <= 1 / self.tau
        loss[clip] = -self.tau * p[clip] + self.boundary
        loss[~clip] = -torch.log(p[~clip])
        return torch.mean(loss)


class CrammerSinger(nn.Module):
    """The best of the other classes, by -inf in the place of the label."""

    def forward(self, pred, labels):
        at_label = pred.gather(1, labels.unsqueeze(1)).squeeze(1)
        others = pred.masked_fill(F.one_hot(labels, pred.shape[1]).bool(), float("-inf"))
        return torch.clamp(1 + others.max(dim=1)[0] - at_label, min=0).mean()


class LogitAdjusted(nn.Module):
    """CE of z + log prior."""

    def __init__(self, prior):
        super().__init__()
        self.register_buffer("prior", torch.tensor(prior))

    def forward(self, pred, labels):
        return F.cross_entropy(pred + self.prior.log(), labels)


class ForwardCorrection(nn.Module):
    """-log of (T'p)_y for a transition matrix T."""

    def __init__(self, rows):
        super().__init__()
        self.T = torch.tensor(rows)

    def forward(self, pred, labels):
        return F.nll_loss(torch.log(F.softmax(pred, dim=1) @ self.T), labels)


def confidence_penalty(pred):
    """The negative entropy."""
    return (F.softmax(pred, dim=1) * F.log_softmax(pred, dim=1)).sum(dim=1).mean()


def class_prior_entropy(pred):
    """The entropy of the mean prediction over the batch: no function of one sample."""
    prior = F.softmax(pred, dim=1).mean(0)
    return (prior * prior.log()).sum()
