"""Uniform label noise, with its two rates: how often a label moves, and how often it is drawn anew.

"A noise rate of 40 %" has two meanings, and they are not the same number:

    flipping rho:    with probability rho the label becomes one of the *other* classes, each equally likely;
    resampling r:    with probability r the label is drawn from *all* C classes, its own included.

They describe the same noise if rho = r (C-1)/C, and a = 1 - r = 1 - rho C/(C-1) is what it leaves of the signal.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import final

import torch
from torch import Tensor

from numerics.errors import NoiseError
from numerics.noise.labels import DrawnLabels, LabelLaw, checked_labels
from numerics.noise.laws import checked_rate, checked_seed, clean_law, noise_factor, noisy_law, sampled_labels


@final
@dataclass(frozen=True, kw_only=True)
class UniformNoise:
    """Uniform noise on C = ``classes`` classes with 0 <= ``rho`` < (C-1)/C, the probability that a label moves.

    Made by ``flipping`` or ``resampling``, which say which rate is meant.

    >>> UniformNoise.flipping(0.5, classes=2 + 1).r
    0.75
    """

    rho: float
    classes: int

    def __post_init__(self) -> None:
        checked_rate(self.rho, self.classes)

    @classmethod
    def flipping(cls, rho: float | Fraction, classes: int) -> UniformNoise:
        """With probability ``rho`` in [0, (C-1)/C) the label becomes one of the others, each equally likely."""
        return cls(rho=checked_rate(rho, classes), classes=classes)

    @classmethod
    def resampling(cls, r: float | Fraction, classes: int) -> UniformNoise:
        """With probability ``r`` in [0, 1) the label is drawn anew from all classes: rho = r (C-1)/C.

        >>> UniformNoise.resampling(0.75, classes=3).rho
        0.5
        """
        if not math.isfinite(r) or not 0 <= r < 1:
            raise NoiseError(
                f"r: got {r}; accepted is 0 <= r < 1, the probability that a label is drawn anew from all {classes} "
                "classes; at r = 1 nothing is left of the clean label"
            )
        # in exact arithmetic first: a float r below 1 gives a rho below (C-1)/C
        exact = Fraction(r) * Fraction(classes - 1, classes)
        return cls(rho=checked_rate(min(float(exact), _below(classes)), classes), classes=classes)

    @property
    def r(self) -> float:
        """r = rho C/(C-1): the probability that the label is drawn anew from all classes."""
        return 1 - self.a

    @property
    def a(self) -> float:
        """a = 1 - r, in (0, 1]: what the noise leaves of the part of a loss that depends on the label."""
        return noise_factor(self.rho, self.classes)

    @property
    def transition(self) -> Tensor:
        """T (C, C): 1 - rho on the diagonal, rho/(C-1) elsewhere."""
        return noisy_law(torch.eye(self.classes, dtype=torch.float64), self.rho)

    def law(self, clean: Tensor) -> LabelLaw:
        """The exact law of the noisy labels; nothing is drawn."""
        checked_labels(clean, self.classes, "clean")
        return LabelLaw(noisy_law(clean_law(clean, self.classes), self.rho), clean)

    def draw(self, clean: Tensor, seed: int) -> DrawnLabels:
        """Labels drawn once with ``seed``: equal seeds give equal labels on every device."""
        checked_labels(clean, self.classes, "clean")
        checked_seed("sampled", seed)
        return DrawnLabels(sampled_labels(clean, self.classes, self.rho, seed), clean, self.classes, seed)

    def __str__(self) -> str:
        return f"uniform noise: a label moves with rho = {self.rho:g} (is drawn anew with r = {self.r:.6g})"


def _below(classes: int) -> float:
    """The largest float below (C-1)/C."""
    limit = (classes - 1) / classes
    while Fraction(limit) >= Fraction(classes - 1, classes):
        limit = math.nextafter(limit, 0.0)
    return limit
