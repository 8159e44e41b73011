"""Problems for networks: many networks, each with its own alpha and its own law of the labels, on one data set."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import torch
from torch import Tensor

from numerics.formulas.scaled import ScaledObjective
from numerics.networks.inputs import Inputs, at_once
from numerics.networks.stack import Stack


class Scaling(Enum):
    """What is trained at alpha = 1/lambda so that everything stays O(1) as alpha -> 0.

    ``OUTPUTS``: the network computes Z' and the scores are Z = s Z', s = alpha (see ``ScaledObjective``).  The family
    is the same if the scores have a free scale (a cone, Theorem 2').  ``WEIGHTS``: the weights are theta = theta_0 +
    s theta', and Z' = Z/s: the same family for every network, and near theta_0 the branch of Theorem 2.
    """

    OUTPUTS = "outputs"
    WEIGHTS = "weights"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, eq=False)
class NetworkProblem:
    """K networks of ``stack`` on ``inputs`` (n, ...).

    ``inputs`` are a tensor, or are fetched when they are asked for.  ``laws`` (U, n, C) are the laws of the labels that
    occur, ``which`` (K,) the law of each network; ``scaled`` is the objective, and ``scaling`` says what
    of the networks it scales.
    """

    stack: Stack
    inputs: Inputs
    laws: Tensor
    which: Tensor
    scaled: ScaledObjective
    scaling: Scaling

    @property
    def start(self) -> Tensor:
        """The weights before the first step, (K, m): theta_0, or theta' = 0."""
        return self.stack.start.clone() if self.scaling is Scaling.OUTPUTS else torch.zeros_like(self.stack.start)

    def chunks(self, samples: Inputs) -> list[slice]:
        """``samples`` in parts that are not too many to be fetched and evaluated at once."""
        return self.stack.chunks(samples, at_once(self.inputs, len(self.stack)))

    def theta(self, weights: Tensor) -> Tensor:
        """The weights of the networks themselves."""
        if self.scaling is Scaling.OUTPUTS:
            return weights
        return self.stack.start + self.scaled.scale[:, None] * weights

    def scores(self, weights: Tensor, inputs: Tensor, *, shared: bool = True) -> Tensor:
        """Z' = Z/alpha of each network, (K, b, C); ``inputs`` (b, ...), or (K, b, ...) if not ``shared``."""
        found = self.stack.outputs(self.theta(weights), inputs, shared=shared)
        return found if self.scaling is Scaling.OUTPUTS else found / self.scaled.scale[:, None, None]

    def all_scores(self, weights: Tensor) -> Tensor:
        """Z' on all samples, (K, n, C), part by part and without derivatives."""
        with torch.no_grad():
            return torch.cat([self.scores(weights, self.inputs[c]) for c in self.chunks(self.inputs)], 1)

    def gradient(self, weights: Tensor, law: Tensor, inputs: Tensor, *, shared: bool) -> Tensor:
        """The gradient (K, m) of the mean of F over a batch: ``law`` (K, b, C)."""
        moved = weights.detach().requires_grad_()
        scores = self.scores(moved, inputs, shared=shared)
        # The gradient in the scores comes from the formulas, and autograd takes it through the network alone.
        pull = self.scaled.gradient(scores.detach(), law)
        (found,) = torch.autograd.grad(scores, moved, pull / law.shape[1])
        return found

    def evaluated(self, weights: Tensor, samples: Tensor) -> tuple[Tensor, Tensor]:
        """F (K,) and its gradient (K, m), the means over ``samples`` (s,), part by part."""
        value, gradient = weights.new_zeros(len(weights)), torch.zeros_like(weights)
        for part in self.chunks(samples):
            chosen = samples[part]
            # The parts may differ in size: each counts by its share.
            share = len(chosen) / len(samples)
            law, inputs = self.laws[:, chosen][self.which], self.inputs[chosen]
            moved = weights.detach().requires_grad_()
            scores = self.scores(moved, inputs)
            there = scores.detach()
            pull = self.scaled.gradient(there, law)
            gradient += torch.autograd.grad(scores, moved, pull * (share / len(chosen)))[0]
            value += share * self.scaled.values(there, law)
        return value, gradient

    def values(self, weights: Tensor, samples: Tensor) -> Tensor:
        """F (K,), the mean over ``samples`` (s,), without derivatives in the weights."""
        found = weights.new_zeros(len(weights))
        with torch.no_grad():
            for part in self.chunks(samples):
                chosen = samples[part]
                scores = self.scores(weights, self.inputs[chosen])
                found += len(chosen) / len(samples) * self.scaled.values(scores, self.laws[:, chosen][self.which])
        return found
