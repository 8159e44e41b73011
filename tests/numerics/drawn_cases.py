"""Random confirmations: losses, regularizers, data, rates of noise from next to none to next to all, kinds of noise."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from symcheck.certificates.certificate import Certificate
from symcheck.certificates.certify import certify

LOSSES = (
    "cross_entropy", "gce", "mae", "focal", "nce", "sce", "muh", "label_smoothing", "brier", "square_centred",
    "pairwise_logistic", "peer_uniform", "multi_margin", "(logsumexp(z) - z[y])/1000", "1000*(logsumexp(z) - z[y])",
)  # fmt: skip
REGULARIZERS = ("l2", "entropy", "label_smoothing_penalty", "log_cosh", "js_uniform", "total(z**4)")
NAMED = {"iris": 3, "wine": 3, "breast_cancer": 2}


@dataclass(frozen=True, eq=False)
class DrawnCase:
    """What ``confirm`` is asked: a pair, data with a name for messages, a rate, and the seed of drawn labels if any."""

    loss: str
    regularizer: str
    data: str | tuple[NDArray[np.float64], NDArray[np.int64]]
    name: str
    rho: float
    seed: int | None

    @property
    def certificate(self) -> Certificate:
        return _certificate(self.loss, self.regularizer)

    def __str__(self) -> str:
        return f"{self.loss} + {self.regularizer} on {self.name}, rho = {self.rho!r}, seed {self.seed}"


def drawn_case(number: int) -> DrawnCase:
    """The case with this number, always the same."""
    rng = random.Random(f"case {number}")
    loss, regularizer = rng.choice(LOSSES), rng.choice(REGULARIZERS)
    kind = rng.choice((*NAMED, "tiny", "tiny", "tiny", "small"))
    name, data, classes = (kind, kind, NAMED[kind]) if kind in NAMED else _made(rng, kind)
    seed = rng.randrange(100) if rng.random() < 0.12 else None
    return DrawnCase(loss, regularizer, data, name, _rate(rng, (classes - 1) / classes), seed)


def _made(rng: random.Random, kind: str) -> tuple[str, tuple[NDArray[np.float64], NDArray[np.int64]], int]:
    classes, columns = rng.choice((2, 2, 3, 3, 4, 5)), rng.randint(1, 3)
    samples = rng.randint(classes, 3 * classes) if kind == "tiny" else rng.randint(20, 60)
    chance = np.random.default_rng(rng.randrange(10**9))
    features = chance.standard_normal((samples, columns))
    if rng.random() < 0.4:
        features = np.round(2 * features)
    if not features.std(axis=0).any():
        features[0] += 1.0
    labels = np.concatenate([np.arange(classes), chance.integers(0, classes, samples - classes)])
    return f"{kind} data (C = {classes}, {samples} x {columns})", (features, labels), classes


def _rate(rng: random.Random, limit: float) -> float:
    """Half of them small, down to 1e-12; a quarter next to (C-1)/C."""
    where = rng.random()
    if where < 0.5:
        return limit * 10 ** rng.uniform(-12, -1)
    return limit * (rng.uniform(0.05, 0.95) if where < 0.75 else 1 - 10 ** rng.uniform(-10, -1))


@cache
def _certificate(loss: str, regularizer: str) -> Certificate:
    return certify(loss, regularizer)
