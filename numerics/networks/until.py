"""Until what is asked of a network is met: training looks at it now and then, and keeps how far it has come.

What is asked is that training leaves little of the two numbers that a claim is held to, as ``stationarity`` says: of
kappa', relative to kappa, and of the gradient in the weights.  A network stops at the first look that finds this, so
that more steps never take an answer back.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor

from numerics.formulas.predicted_numbers import PredictedNumbers
from numerics.networks.free_scale import free_scale
from numerics.networks.problem import NetworkProblem
from numerics.networks.stationarity import ClaimedProblem, stationarity

LEFT = 0.01
"""What training may leave, relatively: a claim that is off by 5 % is then told from a true one."""
SEEN = 64
"""Samples on which a free scale is looked for."""
FEW, SOME = 200, 1000
"""Looks come every 10 steps at first, every 50 after FEW steps, every 100 after SOME."""


@dataclass(eq=False)
class Until:
    """What is asked of the networks that are trained for ``claim``: at most ``left`` of each number.

    ``layer`` has the free scale of the scores, along which kappa' is asked for, if there is one.  ``looks`` (T,) are
    the steps after which it was looked, ``history`` (T, K, 3) kappa', what is left of it and of the gradient;
    ``earlier`` (2, K, m) are older weights, the first of at most half the steps.
    """

    claim: PredictedNumbers
    layer: str | None
    left: float = LEFT
    looks: Tensor = field(default_factory=lambda: torch.zeros(0, dtype=torch.int64))
    history: Tensor = field(default_factory=lambda: torch.zeros(0, 0, 3, dtype=torch.float64))
    earlier: Tensor = field(default_factory=lambda: torch.zeros(0))
    marked: int = 0

    @classmethod
    def of(cls, claim: PredictedNumbers, problem: NetworkProblem) -> Until:
        """What is asked of the networks of ``problem``."""
        return cls(claim, free_scale(problem.stack, problem.inputs[:SEEN]).layer)

    @property
    def is_scaled(self) -> bool:
        """Whether kappa' is asked for."""
        return self.layer is not None

    def is_look(self, done: int, every: int | None) -> bool:
        """Whether it is looked after ``done`` steps; on batches, where a look costs a pass, after each ``every``."""
        apart = every or (10 if done <= FEW else 50 if done <= SOME else 100)
        return done % apart == 0

    def look(self, problem: NetworkProblem, weights: Tensor, done: int, samples: Tensor, is_open: Tensor) -> Tensor:
        """Which networks (K,) have met what is asked at ``weights`` (K, m) after ``done`` steps."""
        found = stationarity(ClaimedProblem(self.claim, problem), weights, samples)
        of_kappa = found.kappa_left / abs(self.claim.kappa)
        row = torch.stack([found.kappa, of_kappa, found.gap_left], -1).cpu()[None]
        self.looks = torch.cat([self.looks, torch.tensor([done])])
        self.history = torch.cat([self.history.reshape(-1, *row.shape[1:]), row])
        self._mark(problem.start, weights, done, is_open)
        met = found.gap_left <= self.left
        return met & (of_kappa <= self.left) if self.is_scaled else met

    def _mark(self, start: Tensor, weights: Tensor, done: int, is_open: Tensor) -> None:
        """Keep the weights each time the number of steps has doubled; those of networks that stopped stay."""
        if not len(self.earlier):
            self.earlier, self.marked = torch.stack([start, weights]), done
        elif done >= 2 * self.marked:
            moved = torch.stack([self.earlier[1], weights])
            self.earlier, self.marked = torch.where(is_open[:, None], moved, self.earlier), done

    def tensors(self) -> dict[str, Tensor]:
        """What a checkpoint keeps."""
        return {
            "looks": self.looks, "history": self.history, "earlier": self.earlier, "marked": torch.tensor(self.marked)
        }  # fmt: skip

    def restore(self, tensors: dict[str, Tensor]) -> None:
        """Go on from what a checkpoint kept."""
        self.looks, self.history = tensors["looks"].cpu(), tensors["history"].cpu()
        self.earlier, self.marked = tensors["earlier"], int(tensors["marked"])
