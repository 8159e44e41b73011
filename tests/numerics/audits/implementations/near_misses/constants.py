"""Numbers that are another number rounded, and numbers that are only near to one."""

from __future__ import annotations

import math

import numpy as np
import torch
import torch.nn.functional as F

from tests.numerics.audits.implementations.sample import Code, correct, defect


def times(factor: object) -> Code:
    """The cross entropy times ``factor``."""
    return lambda z, y: factor * F.cross_entropy(z, y)


def to_the_power(q: object, scale: float) -> Code:
    """(1 - p_y^q)/scale."""
    return lambda z, y: ((1 - z.softmax(1).gather(1, y[:, None]) ** q) / scale).mean()


def with_weights(weight: torch.Tensor) -> Code:
    """A weighted cross entropy."""
    return lambda z, y: F.cross_entropy(z, y, weight=weight.to(z.dtype), reduction="none")


def iterated(z, y, t1=0.8, t2=1.2, iterations=40):
    """The bi-tempered loss, whose normaliser is found by fixed-point iterations, here to all digits."""
    largest = z.max(1, keepdim=True)[0]
    first = z - largest
    raised = first

    def exp_t(x):
        return torch.relu(1 + (1 - t2) * x) ** (1 / (1 - t2))

    for _ in range(iterations):
        raised = first * exp_t(raised).sum(1, keepdim=True) ** (1 - t2)
    total = exp_t(raised).sum(1, keepdim=True)
    normaliser = -((1 / total) ** (1 - t2) - 1) / (1 - t2) + largest
    p = exp_t(z - normaliser)
    label = (1 - p.gather(1, y[:, None])[:, 0] ** (1 - t1)) / (1 - t1)
    return (label - (1 - (p ** (2 - t1)).sum(1)) / (2 - t1)).mean()


CORRECT = (
    correct("sqrt 2", times(math.sqrt(2)), "-sqrt(2)*log_softmax(z)[y]", classes=4),
    correct("0.1*3", times(0.1 * 3), "-3/10*log_softmax(z)[y]", classes=4),
    correct("1 - 0.9", times(1 - 0.9), "-1/10*log_softmax(z)[y]", classes=4),
    correct("1/3 + 1/3", times(1 / 3 + 1 / 3), "-2/3*log_softmax(z)[y]", classes=4),
    correct("exp by numpy", times(float(np.exp(-0.5))), "-exp(-1/2)*log_softmax(z)[y]", classes=4),
    correct("0.3 of numpy in 32 bits", times(np.float32(0.3)), "-3/10*log_softmax(z)[y]", classes=4),
    correct("0.1 out of a tensor", times(torch.tensor(0.1).item()), "-1/10*log_softmax(z)[y]", classes=4),
    correct("three times a tensor", times(torch.tensor(0.1) * 3), "-3/10*log_softmax(z)[y]", classes=4),
    correct("sqrt in 32 bits", times(torch.tensor(0.3).sqrt()), "-sqrt(3/10)*log_softmax(z)[y]", classes=4),
    correct("log in 32 bits", times(torch.log(torch.tensor(10.0))), "-log(10)*log_softmax(z)[y]", classes=4),
    correct("q of numpy in 32 bits", to_the_power(float(np.float32(0.7)), 0.7), "gce", classes=4, q="7/10"),
    correct("small q", to_the_power(1e-3, 1e-3), "gce", classes=4, q="1/1000"),
    correct("small loss", times(1e-12), "-1/1000000000000*log_softmax(z)[y]", classes=4),
    correct("large loss", times(1e8), "-100000000*log_softmax(z)[y]", classes=4),
    correct(
        "weights over their sum",
        with_weights(torch.tensor([1.0, 2.0, 4.0]) / 7),
        "class_weighted_ce",
        classes=3,
        w="1/7, 2/7, 4/7",
    ),
    correct(
        "weights by counts",
        with_weights(1 / torch.tensor([3.0, 7.0, 11.0], dtype=torch.float64)),
        "class_weighted_ce",
        classes=3,
        w="1/3, 1/7, 1/11",
    ),
    correct("iterated to all digits", iterated, "bi_tempered", classes=4, t1="4/5", t2="6/5"),
)

DEFECTS = (
    defect("SCALE|CLAMP", "0.333", times(0.333), "-1/3*log_softmax(z)[y]", "", classes=4),
    defect("SCALE|CLAMP", "0.1428", times(0.1428), "-1/7*log_softmax(z)[y]", "", classes=4),
    defect("SCALE|CLAMP", "0.6931", times(0.6931), "-log(2)*log_softmax(z)[y]", "", classes=4),
    defect(
        "SCALE|IGNORED_ARGUMENT", "log 1e-4", to_the_power(1, 1 / math.log(1e4)), "reverse_cross_entropy", "", classes=4
    ),
    defect("IGNORED_ARGUMENT", "q = 0.6667", to_the_power(0.6667, 0.6667), "gce", "q", classes=4, q="2/3"),
    defect("SCALE", "twice a small loss", times(2e-12), "-1/1000000000000*log_softmax(z)[y]", "2", classes=4),
)
