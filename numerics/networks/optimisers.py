"""Optimisers for many networks at once: what torch.optim does to each, done to the rows of one matrix of weights.

Each row is moved as if it were alone, with the operations of torch.optim in their order.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import final

import torch
from torch import Tensor

from numerics.errors import TrainingError

State = dict[str, Tensor]
"""What an optimiser remembers between steps: tensors only, so that a checkpoint holds no code."""

Evaluated = Callable[[Tensor], tuple[Tensor, Tensor]]
"""Weights (K, m) to values (K,) and gradients (K, m) of the objectives."""


MOST_HALVINGS = 30


class Optimiser(ABC):
    """A rule that moves weights; its fields are the settings."""

    def state(self, weights: Tensor) -> State:  # noqa: ARG002 - some remember nothing
        """The state before the first step, for ``weights`` (K, m)."""
        return {}

    @abstractmethod
    def step(self, weights: Tensor, gradient: Tensor, state: State, done: int) -> Tensor:
        """The weights after the step that follows ``done`` steps; ``state`` is brought up to date in place."""


def checked_rate(lr: float) -> None:
    """Raises ``TrainingError`` unless the learning rate is positive and finite."""
    if not 0 < lr < float("inf"):
        raise TrainingError(f"lr: got {lr}; accepted is a positive number, such as 0.01")


def checked_share(name: str, value: float) -> None:
    """Raises ``TrainingError`` unless ``value`` lies in [0, 1)."""
    if not 0 <= value < 1:
        raise TrainingError(f"{name}: got {value}; accepted is a number in [0, 1)")


@final
@dataclass(frozen=True)
class SGD(Optimiser):
    """w <- w - lr u with u <- momentum u + gradient, as torch.optim.SGD."""

    lr: float = 0.1
    momentum: float = 0.0

    def __post_init__(self) -> None:
        checked_rate(self.lr)
        checked_share("momentum", self.momentum)

    def state(self, weights: Tensor) -> State:
        """The velocity, if there is momentum."""
        return {"velocity": torch.zeros_like(weights)} if self.momentum else {}

    def step(self, weights: Tensor, gradient: Tensor, state: State, done: int) -> Tensor:  # noqa: ARG002
        """The weights moved against the velocity."""
        if not self.momentum:
            return weights.add(gradient, alpha=-self.lr)
        # torch takes the first gradient for the velocity; from a velocity of 0 that is the same.
        return weights.add(state["velocity"].mul_(self.momentum).add_(gradient), alpha=-self.lr)


@final
@dataclass(frozen=True)
class Adam(Optimiser):
    """Adam (Kingma, Ba 2015), as torch.optim.Adam without weight decay: the penalty is in the objective.

    With ``restart`` R the rate falls, since at a fixed one Adam swings about a minimum: as lr/(1 + (4 t/R)^2) over R
    steps, then from lr again over 2 R, 4 R, ... (warm restarts: Loshchilov, Hutter 2017).
    """

    lr: float = 1e-2
    betas: tuple[float, float] = (0.9, 0.999)
    eps: float = 1e-8
    restart: int | None = None

    def __post_init__(self) -> None:
        checked_rate(self.lr)
        if self.restart is not None and (isinstance(self.restart, bool) or self.restart < 1):
            raise TrainingError(f"restart: got {self.restart}; accepted is a number of steps >= 1, or None")
        for beta in self.betas:
            checked_share("betas", beta)
        # A weight whose gradient is 0 would move by 0/0.
        if not 0 < self.eps < float("inf"):
            raise TrainingError(f"eps: got {self.eps}; accepted is a positive number, such as 1e-8")

    def state(self, weights: Tensor) -> State:
        """The running means of the gradient and of its square."""
        return {"first": torch.zeros_like(weights), "second": torch.zeros_like(weights)}

    def step(self, weights: Tensor, gradient: Tensor, state: State, done: int) -> Tensor:
        """The weights moved by the corrected means."""
        first, second = self.betas
        mean = state["first"].lerp_(gradient, 1 - first)
        spread = state["second"].mul_(second).addcmul_(gradient, gradient, value=1 - second)
        # As torch does: eps is added after the correction of the second moment, which matters where that is tiny.
        root = spread.sqrt().div_((1 - second ** (done + 1)) ** 0.5).add_(self.eps)
        return weights.addcdiv(mean, root, value=-self._rate(done) / (1 - first ** (done + 1)))

    def _rate(self, done: int) -> float:
        """The learning rate of the step that follows ``done`` steps."""
        if self.restart is None:
            return self.lr
        # Periods of R 2^k steps begin after R (2^k - 1): whole numbers, so that nothing is rounded.
        doublings = (done // self.restart + 1).bit_length() - 1
        since: int = done - self.restart * (2**doublings - 1)
        return self.lr / (1 + (4 * since / self.restart) ** 2)


@final
@dataclass(frozen=True)
class LBFGS(Optimiser):
    """L-BFGS (Liu, Nocedal 1989) with the last ``history`` steps.

    With ``line_search`` a step is halved until the value falls enough; where the fall is lost in rounding, the slope
    decides (Hager, Zhang 2005).  Without it steps have length ``lr``, as in torch.optim.LBFGS.
    """

    lr: float = 1.0
    history: int = 20
    line_search: bool = True

    def __post_init__(self) -> None:
        checked_rate(self.lr)
        if self.history < 1:
            raise TrainingError(f"history: got {self.history}; accepted is an integer >= 1")

    def state(self, weights: Tensor) -> State:
        """An empty history, in which every pair has weight 0."""
        past = weights.new_zeros(self.history, *weights.shape)
        # a pair of weight 0 in the history changes nothing: those to come, and those without curvature
        return {
            "moves": past, "bends": past.clone(), "weight": past.new_zeros(past.shape[:2]),
            "scale": weights.new_ones(len(weights)), "gradient": weights.new_zeros(weights.shape),
            "move": weights.new_zeros(weights.shape),
        }  # fmt: skip

    def step(self, weights: Tensor, gradient: Tensor, state: State, done: int) -> Tensor:
        """Not by itself: raises ``NotImplementedError``."""
        raise NotImplementedError("L-BFGS evaluates the objective: searched() takes its steps")

    def searched(
        self,
        weights: Tensor,
        found: tuple[Tensor, Tensor],
        state: State,
        done: int,
        evaluated: Evaluated,
        noise: Tensor,
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """The next weights with values and gradients there; ``found`` those at ``weights``.

        Parameters: ``noise`` (K,), what a change of the value by rounding may be.
        """
        value, gradient = found
        if done:
            self._remember(state, gradient)
        direction = -self._product(state, gradient)
        slope = (direction * gradient).sum(1)
        length = torch.full_like(value, self.lr)
        if not done:
            # Nothing is known of the curvature yet: as in torch, the first step has at most the length lr in the
            # 1-norm.
            length = length * (1 / gradient.abs().sum(1).clamp(min=torch.finfo(gradient.dtype).tiny)).clamp(max=1)
        moved = weights + length[:, None] * direction
        there = evaluated(moved)
        for _ in range(MOST_HALVINGS if self.line_search else 0):
            lowered, bent = there[0], (there[1] * direction).sum(1)
            enough = lowered <= value + 1e-4 * length * slope
            # The approximate Wolfe condition: where values agree to rounding, slopes still tell.
            by_slope = (lowered <= value + noise) & (bent <= -0.9 * slope)
            bad = ~(enough | by_slope)
            if not bool(bad.any()):
                break
            length = torch.where(bad, length / 2, length)
            moved = weights + length[:, None] * direction
            there = evaluated(moved)
        else:
            if self.line_search:  # nowhere along the direction: forget the past and stay
                moved = torch.where(bad[:, None], weights, moved)
                there = torch.where(bad, value, there[0]), torch.where(bad[:, None], gradient, there[1])
                state["weight"] = torch.where(bad, 0, state["weight"])
                state["scale"] = torch.where(bad, 1, state["scale"])
        state["move"], state["gradient"] = moved - weights, gradient
        return moved, there

    def _remember(self, state: State, gradient: Tensor) -> None:
        """Put the last move and how it changed the gradient into the history."""
        bend, move = gradient - state["gradient"], state["move"]
        product = (bend * move).sum(1)
        is_good = product > 1e-10 * (move.norm(dim=1) * bend.norm(dim=1)).clamp(min=torch.finfo(gradient.dtype).tiny)
        # A pair without curvature is kept with weight 0: histories of one length stay one tensor for all networks.
        weight = torch.where(is_good, 1 / torch.where(is_good, product, 1), 0)
        for name, new in (("moves", move), ("bends", bend), ("weight", weight)):
            state[name] = torch.cat([state[name][1:], new[None]])
        state["scale"] = torch.where(
            is_good, product / bend.square().sum(1).clamp(min=torch.finfo(gradient.dtype).tiny), state["scale"]
        )

    def _product(self, state: State, gradient: Tensor) -> Tensor:
        """The inverse curvature that the history shows, times the gradient: the two-loop recursion."""
        moves, bends, weight = state["moves"], state["bends"], state["weight"]
        found, shares = gradient, {}
        for i in reversed(range(self.history)):
            shares[i] = weight[i] * (moves[i] * found).sum(1)
            found = found - shares[i][:, None] * bends[i]
        found = found * state["scale"][:, None]
        for i in range(self.history):
            back = weight[i] * (bends[i] * found).sum(1)
            found = found + (shares[i] - back)[:, None] * moves[i]
        return found
