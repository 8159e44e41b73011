"""Early stopping: which networks are still trained, and the weights that those which are not end with."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

import torch
from torch import Tensor

from numerics.networks.problem import NetworkProblem
from numerics.networks.training import Training


class Ended(IntEnum):
    """Why the training of a network ended."""

    STEPS = 0
    GRADIENT = 1
    VALIDATION = 2

    def __str__(self) -> str:
        return ("all steps done", "gradient norm reached", "validation no better")[self.value]


@dataclass(eq=False)
class Stopping:
    """What early stopping remembers of K networks.

    ``reason`` (K,) is an ``Ended``; ``steps`` (K,) when a network stopped, -1 while it is ``open``; ``best`` (K,) the
    smallest F on the validation part, met with the weights ``best_weights`` (K, m), ``waited`` (K,) checks ago.
    """

    training: Training
    reason: Tensor
    steps: Tensor
    best: Tensor
    best_weights: Tensor
    waited: Tensor
    all_open: bool = field(default=True)

    @classmethod
    def begin(cls, training: Training, weights: Tensor) -> Stopping:
        """Before the first step from ``weights`` (K, m)."""
        zero = torch.zeros(len(weights), dtype=torch.int64, device=weights.device)
        kept = weights.clone() if training.validation else weights.new_zeros(0)
        return cls(training, zero, zero - 1, weights.new_full((len(weights),), torch.inf), kept, zero.clone())

    @property
    def open(self) -> Tensor:
        """Which networks are still trained, (K,)."""
        return self.steps < 0

    def kept(self, moved: Tensor, before: Tensor) -> Tensor:
        """``moved`` (K, ...) for the networks that are still trained, ``before`` for the others."""
        if self.all_open:
            return moved
        return torch.where(self.open.reshape(-1, *[1] * (moved.ndim - 1)), moved, before)

    def look(self, problem: NetworkProblem, weights: Tensor, done: int, parts: tuple[Tensor, Tensor]) -> bool:
        """Close the networks that are to stop after ``done`` steps; whether one is still open."""
        train, held_out = parts
        if self.training.gradient_norm:
            norm = problem.evaluated(weights, train)[1].norm(dim=1)
            self._close(norm <= self.training.gradient_norm, done, Ended.GRADIENT)
        if self.training.validation:
            value = problem.values(weights, held_out)
            better = (value < self.best) & self.open
            self.best = torch.where(better, value, self.best)
            self.best_weights = torch.where(better[:, None], weights, self.best_weights)
            self.waited = torch.where(better, 0, self.waited + 1)
            self._close(self.waited >= self.training.patience, done, Ended.VALIDATION)
        self.all_open = bool(self.open.all())
        return self.all_open or bool(self.open.any())

    def final(self, weights: Tensor) -> Tensor:
        """The weights that each network ends with: with a validation part, its best ones."""
        if not self.training.validation:
            return weights
        # One that reached the gradient norm is where it was to go, whatever the held-out samples say.
        return torch.where((self.reason == Ended.GRADIENT)[:, None], weights, self.best_weights)

    def _close(self, which: Tensor, done: int, reason: Ended) -> None:
        closing = which & self.open
        self.reason = torch.where(closing, int(reason), self.reason)
        self.steps = torch.where(closing, done, self.steps)

    def tensors(self) -> dict[str, Tensor]:
        """What a checkpoint keeps."""
        return {n: getattr(self, n) for n in ("reason", "steps", "best", "best_weights", "waited")}

    def restore(self, tensors: dict[str, Tensor]) -> None:
        """Go on from what a checkpoint kept."""
        for name in self.tensors():
            setattr(self, name, tensors[name])
        self.all_open = bool(self.open.all())
