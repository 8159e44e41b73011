"""Class-conditional label noise: P(Ybar = j | Y = i) = T_ij, the same for every sample of a class.

Uniform noise is the special case T = a I + rho/(C-1) 11'.  With any other T the noisy limit scores of MUH with an
isotropic quadratic penalty are proportional to T'eta - u (eta = P(Y = . | x), u uniform): predictions may move.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import final

import torch
from torch import Tensor

from numerics.noise.given_matrix import given_probabilities
from numerics.noise.labels import DrawnLabels, LabelLaw, checked_labels
from numerics.noise.laws import checked_rate, checked_seed


@final
@dataclass(frozen=True, eq=False)
class ClassConditional:
    """Noise by the matrix ``transition`` T (C, C), rows summing to 1.

    Made by ``of``, which checks the matrix.

    >>> float(ClassConditional.of([[0.9, 0.1], [0.3, 0.7]]).transition[1, 0])
    0.3
    """

    transition: Tensor

    @classmethod
    def of(cls, transition: object) -> ClassConditional:
        """The noise of a matrix T of probabilities, as ``given_matrix`` takes it; raises ``NoiseError``."""
        rows = given_probabilities(transition).rows
        return cls(torch.tensor([list(map(float, row)) for row in rows], dtype=torch.float64))

    @classmethod
    def pair_flip(cls, rho: float | Fraction, classes: int) -> ClassConditional:
        """With probability ``rho`` in [0, (C-1)/C) a label becomes the next class, the last one the first."""
        rate = checked_rate(rho, classes)
        kept = torch.eye(classes, dtype=torch.float64)
        return cls.of((1 - rate) * kept + rate * kept.roll(1, 1))

    @property
    def classes(self) -> int:
        """C, the size of T."""
        return len(self.transition)

    def law(self, clean: Tensor) -> LabelLaw:
        """The exact law of the noisy labels: row T_y for each clean label y."""
        checked_labels(clean, self.classes, "clean")
        return LabelLaw(self.transition.to(clean.device)[clean], clean)

    def noisy(self, law: Tensor) -> Tensor:
        """The law of the noisy label where the clean one has the ``law`` eta (..., C): eta T."""
        return law @ self.transition.to(law)

    def draw(self, clean: Tensor, seed: int) -> DrawnLabels:
        """Labels drawn once with ``seed``, on the CPU: equal seeds give equal labels on every device."""
        checked_labels(clean, self.classes, "clean")
        checked_seed("sampled", seed)
        chance = torch.Generator().manual_seed(seed)
        level = torch.rand(len(clean), 1, generator=chance, dtype=torch.float64)
        # the ends of the rows are 1 up to rounding, so that the last class with a probability above 0 is the last one
        steps = self.transition.cumsum(1)[clean.cpu()]
        last = (self.transition > 0).to(torch.int64) * torch.arange(self.classes)
        drawn = torch.minimum((level >= steps).sum(1), last.amax(1)[clean.cpu()])
        return DrawnLabels(drawn.to(clean), clean, self.classes, seed)

    def __str__(self) -> str:
        kept = self.transition.diagonal()
        return (
            f"class-conditional noise: labels are kept with probability {float(kept.min()):g} to {float(kept.max()):g}"
        )
