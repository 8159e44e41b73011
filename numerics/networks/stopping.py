"""Early stopping: which networks are still trained, and the weights that those which are not end with."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

import torch
from torch import Tensor

from numerics.networks.problem import NetworkProblem
from numerics.networks.training import Training
from numerics.networks.until import Until


class Ended(IntEnum):
    """Why the training of a network ended."""

    STEPS = 0
    GRADIENT = 1
    VALIDATION = 2
    MET = 3

    def __str__(self) -> str:
        return ("all steps done", "gradient norm reached", "validation no better", "the claim can be judged")[
            self.value
        ]


KEPT = ("reason", "steps", "best", "best_weights", "waited")
"""What a checkpoint keeps of early stopping."""


@dataclass(eq=False)
class Stopping:
    """What early stopping remembers of K networks.

    ``reason`` (K,) is an ``Ended``; ``steps`` (K,) when a network stopped, -1 while it is ``open``; ``best`` (K,) the
    smallest F on the validation part, met with the weights ``best_weights`` (K, m), ``waited`` (K,) checks ago;
    ``until`` is what is asked besides.
    """

    training: Training
    reason: Tensor
    steps: Tensor
    best: Tensor
    best_weights: Tensor
    waited: Tensor
    until: Until | None = None
    all_open: bool = field(default=True)

    @classmethod
    def begin(cls, training: Training, weights: Tensor, until: Until | None = None) -> Stopping:
        """Before the first step from ``weights`` (K, m)."""
        zero = torch.zeros(len(weights), dtype=torch.int64, device=weights.device)
        kept = weights.clone() if training.validation else weights.new_zeros(0)
        return cls(training, zero, zero - 1, weights.new_full((len(weights),), torch.inf), kept, zero.clone(), until)

    @property
    def open(self) -> Tensor:
        """Which networks are still trained, (K,)."""
        return self.steps < 0

    def kept(self, moved: Tensor, before: Tensor) -> Tensor:
        """``moved`` (K, ...) for the networks that are still trained, ``before`` for the others."""
        if self.all_open:
            return moved
        return torch.where(self.open.reshape(-1, *[1] * (moved.ndim - 1)), moved, before)

    def is_look(self, done: int) -> bool:
        """Whether there is something to look at after ``done`` steps, however many are to come."""
        return self._is_check(done) or self._is_asked(done)

    def _is_check(self, done: int) -> bool:
        return done % self.training.check_every == 0

    def _is_asked(self, done: int) -> bool:
        every = None if self.training.batch is None else self.training.check_every
        return self.until is not None and self.until.is_look(done, every)

    def look(self, problem: NetworkProblem, weights: Tensor, done: int, parts: tuple[Tensor, Tensor]) -> bool:
        """Close the networks that are to stop after ``done`` steps; whether one is still open."""
        if self.until is not None and self._is_asked(done):
            self._close(self.until.look(problem, weights, done, parts[0], self.open), done, Ended.MET)
        if self._is_check(done):
            self._check(problem, weights, done, parts)
        self.all_open = bool(self.open.all())
        return self.all_open or bool(self.open.any())

    def look_at_last(self, problem: NetworkProblem, weights: Tensor, done: int, parts: tuple[Tensor, Tensor]) -> None:
        """What is looked at besides where training ends after all its ``done`` steps."""
        # What is asked is looked at only if it never was: more steps could take back what a look at the end says.
        if self.until is not None and not len(self.until.looks):
            self._close(self.until.look(problem, weights, done, parts[0], self.open), done, Ended.MET)
        if not self._is_check(done):
            self._check(problem, weights, done, parts)

    def _check(self, problem: NetworkProblem, weights: Tensor, done: int, parts: tuple[Tensor, Tensor]) -> None:
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

    def final(self, weights: Tensor) -> Tensor:
        """The weights that each network ends with: the best for what was asked, or for the validation part."""
        found = weights if self.until is None or not len(self.until.best) else self.until.best
        if not self.training.validation:
            return found
        # One that reached what was asked is where it was to go, whatever the held-out samples say.
        reached = (self.reason == Ended.GRADIENT) | (self.reason == Ended.MET)
        return torch.where(reached[:, None], found, self.best_weights)

    def _close(self, which: Tensor, done: int, reason: Ended) -> None:
        closing = which & self.open
        self.reason = torch.where(closing, int(reason), self.reason)
        self.steps = torch.where(closing, done, self.steps)

    def tensors(self) -> dict[str, Tensor]:
        """What a checkpoint keeps."""
        asked = {} if self.until is None else {f"until.{n}": t for n, t in self.until.tensors().items()}
        return {n: getattr(self, n) for n in KEPT} | asked

    def restore(self, tensors: dict[str, Tensor]) -> None:
        """Go on from what a checkpoint kept."""
        for name in KEPT:
            setattr(self, name, tensors[name])
        if self.until is not None:
            self.until.restore({n.removeprefix("until."): t for n, t in tensors.items() if n.startswith("until.")})
        self.all_open = bool(self.open.all())
