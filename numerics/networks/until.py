"""Until what is asked of a network is met: training looks at it now and then, and keeps the best weights it has seen.

What is asked is that training leaves little of the two numbers that a claim is held to, as ``stationarity`` says: of
kappa', relative to kappa, and of the gradient in the weights.  A network stops at the first look that finds this, or
finds kappa' further from the claim than what is left: then it is contradicted.  The looks of a long training begin with
those of a short one and the best weights are kept, so that more steps never take an answer back.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor

from numerics.formulas.predicted_numbers import PredictedNumbers
from numerics.networks.free_scale import free_scale
from numerics.networks.problem import NetworkProblem
from numerics.networks.stationarity import ClaimedProblem, Stationarity, stationarity

LEFT = 0.01
"""What training may leave, relatively: a claim that is off by 5 % is then told from a true one."""
SEEN = 64
"""Samples on which a free scale is looked for."""
FEW, SOME = 200, 1000
"""Looks come every step up to 10, every 10 up to FEW, every 50 up to SOME, and then every 100."""
LOOKED_AT = ("drawn", "slope", "slope_remainder")
TENSORS = ("looks", "history", "earlier", "least", "best")


def _none() -> Tensor:
    return torch.zeros(0, dtype=torch.float64)


@dataclass(eq=False)
class Until:
    """What is asked of the networks that are trained for ``claim``: at most ``left`` of each number.

    ``labels`` (n,) are the clean ones.
    ``layer`` has the free scale of the scores, along which kappa' is asked for, if there is one.  ``looks`` (T,) are
    the steps after which it was looked, ``history`` (T, K, 3) kappa', what is left of it and of the gradient;
    ``best`` (K, m) are the weights of which training and alpha together left the ``least`` (K,), and ``earlier``
    (2, K, m) older weights, the first of at most half the steps, the second of ``marked`` steps.
    """

    claim: PredictedNumbers
    layer: str | None
    labels: Tensor
    left: float = LEFT
    looks: Tensor = field(default_factory=lambda: torch.zeros(0, dtype=torch.int64))
    history: Tensor = field(default_factory=_none)
    earlier: Tensor = field(default_factory=_none)
    least: Tensor = field(default_factory=_none)
    best: Tensor = field(default_factory=_none)
    marked: int = 0

    @classmethod
    def of(cls, claim: PredictedNumbers, problem: NetworkProblem, labels: Tensor) -> Until:
        """What is asked of the networks of ``problem``, whose clean labels are ``labels`` (n,)."""
        return cls(claim, free_scale(problem.stack, problem.inputs[:SEEN]).layer, labels)

    @property
    def is_scaled(self) -> bool:
        """Whether kappa' is asked for."""
        return self.layer is not None

    def is_look(self, done: int, every: int | None) -> bool:
        """Whether it is looked after ``done`` steps; on batches, where a look costs a pass, after each ``every``."""
        apart = every or (1 if done <= 10 else 10 if done <= FEW else 50 if done <= SOME else 100)
        return done % apart == 0

    def look(self, problem: NetworkProblem, weights: Tensor, done: int, samples: Tensor, is_open: Tensor) -> Tensor:
        """Which networks (K,) can be judged at ``weights`` (K, m) after ``done`` steps."""
        found = stationarity(ClaimedProblem(self.claim, problem, self.labels), weights, samples, LOOKED_AT)
        scale, of_weights = found.scale, found.weights
        self.looks = torch.cat([self.looks, torch.tensor([done])])
        row = torch.stack([scale.kappa, scale.kappa_left / abs(self.claim.kappa), of_weights.gap_left], -1).cpu()[None]
        self.history = torch.cat([self.history.reshape(-1, *row.shape[1:]), row])
        self._mark(problem.start, weights, done, is_open)
        is_against = self._is_against(found, rounding_of(weights.dtype))
        self._keep(weights, self._width(found), is_open, is_against)
        met = of_weights.gap_left <= self.left
        if self.is_scaled:
            met &= scale.kappa_left <= self.left * abs(self.claim.kappa)
        return met | is_against

    def _width(self, found: Stationarity) -> Tensor:
        """The widest relative tolerance of the rows of each network (K,), infinite where it is not known."""
        scale, of_weights = found.scale, found.weights
        width = of_weights.gap_left + of_weights.gap_remainder
        if self.is_scaled:
            along = (scale.kappa_left + scale.kappa_remainder) / abs(self.claim.kappa)
            width = torch.maximum(width.nan_to_num(nan=torch.inf), along)
        return width.nan_to_num(nan=torch.inf)

    def _is_against(self, found: Stationarity, rounding: float) -> Tensor:
        """Which networks (K,) contradict the claim by their kappa', however far they are trained."""
        scale = found.scale
        if not self.is_scaled:
            return torch.zeros_like(scale.kappa, dtype=torch.bool)
        wide = scale.kappa_left + scale.kappa_remainder + rounding * scale.kappa_rounding
        # a claim that is off by little is better told from a true one after more training
        return (scale.kappa - self.claim.kappa).abs() > 2 * wide

    def _keep(self, weights: Tensor, width: Tensor, is_open: Tensor, is_against: Tensor) -> None:
        """Keep the weights that can be judged best, and those that contradict the claim."""
        if not len(self.best):
            self.least, self.best = width, weights.clone()
            return
        better = is_open & ((width < self.least) | is_against)
        self.least = torch.where(better, width, self.least)
        self.best = torch.where(better[:, None], weights, self.best)

    def _mark(self, start: Tensor, weights: Tensor, done: int, is_open: Tensor) -> None:
        """Keep the weights each time the number of steps has doubled; those of networks that stopped stay."""
        if not len(self.earlier):
            self.earlier, self.marked = torch.stack([start, weights]), done
        elif done >= 2 * self.marked:
            moved = torch.stack([self.earlier[1], weights])
            self.earlier, self.marked = torch.where(is_open[:, None], moved, self.earlier), done

    def tensors(self) -> dict[str, Tensor]:
        """What a checkpoint keeps."""
        return {name: getattr(self, name) for name in TENSORS} | {"marked": torch.tensor(self.marked)}

    def restore(self, tensors: dict[str, Tensor]) -> None:
        """Go on from what a checkpoint kept."""
        for name in TENSORS:
            # what is looked back at is on the cpu, wherever the networks are
            setattr(self, name, tensors[name].cpu() if name in ("looks", "history") else tensors[name])
        self.marked = int(tensors["marked"])


def rounding_of(dtype: torch.dtype) -> float:
    """Relative rounding of means over the samples of networks in ``dtype``, with room."""
    return 1e3 * torch.finfo(dtype).eps
