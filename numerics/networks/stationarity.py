"""What a claim says of trained weights: they are stationary for the claimed limit problem.

A network is trained on F (``numerics.formulas.scaled``), and a certificate claims that F tends to

    -kappa E<o_Y, Z'> + 1/2 E Z''H Z'        as alpha -> 0        (a homogeneous g in the place of its quadratic part).

Sample by sample, f = grad F is what training makes small once it is pulled back to the weights by J = dZ'/dweights,
c = kappa (1/C - q) + H Z' is the gradient of the claimed problem (q the law of the label), and r = f - (b_q + H Z'),
with b_q and H of the formulas that are trained, is what alpha leaves.  If the claim is true then c = f - r, at any
weights, so

    ||E J'c|| <= ||E J'f|| + ||E J'r||,    |kappa' - kappa| <= (|E<f, Z'>| + |E<r, Z'>|)/|E<q - 1/C, Z'>|,

with kappa' = E Z''H Z'/E<q - 1/C, Z'>, stationarity along the free scale of the scores.  The right sides shrink as
training goes on and alpha falls; the left sides do so only if the claim is true of what was trained.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import torch
from torch import Tensor

from numerics.formulas.objective import Objective
from numerics.formulas.predicted_numbers import PredictedNumbers
from numerics.formulas.scaled import ScaledObjective
from numerics.networks.problem import NetworkProblem
from numerics.noise.laws import noise_factor, noisy_law


@dataclass(frozen=True, eq=False)
class Stationarity:
    """Means over the samples for K networks, each (K,): along the scale of the scores, and in the weights.

    ``bent`` E Z''H Z' (or E<grad g(Z'), Z'>), ``pulled`` E<q - 1/C, Z'>, ``left`` E<f, Z'> and ``remainder`` E<r, Z'>;
    of the gradients in the weights the norms ``claimed`` ||E J'c||, ``drawn`` ||E J' kappa (1/C - q)||, ``slope``
    ||E J'f|| and ``slope_remainder`` ||E J'r||.
    """

    bent: Tensor
    pulled: Tensor
    left: Tensor
    remainder: Tensor
    claimed: Tensor
    drawn: Tensor
    slope: Tensor
    slope_remainder: Tensor

    @property
    def kappa(self) -> Tensor:
        """kappa' = E Z''H Z'/E<q - 1/C, Z'>."""
        return self.bent / self.pulled

    @property
    def kappa_left(self) -> Tensor:
        """What training leaves of kappa' - kappa: |E<f, Z'>|/|E<q - 1/C, Z'>|."""
        return self.left.abs() / self.pulled.abs()

    @property
    def kappa_remainder(self) -> Tensor:
        """What alpha leaves of kappa' - kappa."""
        return self.remainder.abs() / self.pulled.abs()

    @property
    def gap(self) -> Tensor:
        """||E J'c||/||E J' kappa (1/C - q)||: 0 where the weights are stationary for the claimed problem."""
        return self.claimed / self.drawn

    @property
    def gap_left(self) -> Tensor:
        """What training leaves of it."""
        return self.slope / self.drawn

    @property
    def gap_remainder(self) -> Tensor:
        """What alpha leaves of it."""
        return self.slope_remainder / self.drawn


@dataclass(frozen=True, eq=False)
class ClaimedProblem:
    """The limit problem of ``claim`` beside the problem that is trained, at the alphas of its networks.

    The formulas are evaluated in float64 whatever the networks are trained in.
    """

    claim: PredictedNumbers
    problem: NetworkProblem

    @cached_property
    def _scaled(self) -> ScaledObjective:
        found = self.problem.scaled
        curvature = None if found.curvature is None else found.curvature.double()
        return replace(found, alpha=found.alpha.double(), curvature=curvature)

    @cached_property
    def _curvature(self) -> Tensor | None:
        """H of the formula that is trained, (C, C); None for a penalty of another degree than 2."""
        if self._scaled.degree != 2:
            return None
        return self._objective.penalty_curvature(self._scaled.alpha.new_zeros(self.claim.classes))

    @property
    def _objective(self) -> Objective:
        return self._scaled.objective

    def gradients(self, z: Tensor, law: Tensor) -> dict[str, Tensor]:
        """f, r, c and kappa (1/C - q) at Z' = ``z`` (K, b, C) under ``law`` (K, b, C), sample by sample."""
        f = self._scaled.gradient(z, law)
        b = self._objective.loss_gradient(torch.zeros_like(z), law)
        drawn = self.claim.kappa * (1 / self.claim.classes - law)
        return {"f": f, "r": f - b - self._push(z, self._curvature), "c": drawn + self.claimed_push(z), "drawn": drawn}

    def claimed_push(self, z: Tensor) -> Tensor:
        """H Z' with the H that is claimed, or grad g(Z')."""
        return self._push(z, self.claim.hessian.to(z) if self._scaled.degree == 2 else None)

    def _push(self, z: Tensor, curvature: Tensor | None) -> Tensor:
        return self._objective.penalty_gradient(z) if curvature is None else z @ curvature


def stationarity(claimed: ClaimedProblem, weights: Tensor, samples: Tensor) -> Stationarity:
    """The means over ``samples`` (s,) at ``weights`` (K, m) of the networks."""

    def parts(z: Tensor, law: Tensor) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        found = claimed.gradients(z, law)
        along = {
            "bent": claimed.claimed_push(z), "pulled": law - 1 / claimed.claim.classes,
            "left": found["f"], "remainder": found["r"],
        }  # fmt: skip
        return {"claimed": found["c"], "drawn": found["drawn"], "slope": found["f"], "slope_remainder": found["r"]}, {
            name: (part * z).sum((-1, -2)) for name, part in along.items()
        }

    return Stationarity(**_means(claimed.problem, weights, samples, parts))


@dataclass(frozen=True, eq=False)
class SharedLimit:
    """Whether noise moves the limit of networks that were trained on clean labels, each (K,).

    At the scores a' Z', a' = a^(1/(k-1)), the gradient of the noisy problem, pulled back to the weights, has the norm
    ``gap``; if the claim is true that is at most a ``left`` ||E J'f|| plus ``remainder``.  All of it over
    ||E J' a kappa (1/C - e_Y)||.
    """

    gap: Tensor
    left: Tensor
    remainder: Tensor


def shared_limit(claimed: ClaimedProblem, weights: Tensor, samples: Tensor, rho: float) -> SharedLimit:
    """Noise of rate ``rho`` put on the labels of the networks with ``weights`` (K, m), as if they were clean ones."""
    a = noise_factor(rho, claimed.claim.classes)
    shrunk = a**claimed.claim.noise_power

    def parts(z: Tensor, law: Tensor) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        clean = claimed.gradients(z, law)
        noisy = claimed.gradients(shrunk * z, noisy_law(law, rho))
        return {
            "gap": noisy["f"], "left": a * clean["f"], "remainder": noisy["r"] - a * clean["r"],
            "drawn": a * clean["drawn"],
        }, {}  # fmt: skip

    found = _means(claimed.problem, weights, samples, parts)
    drawn = found["drawn"]
    return SharedLimit(found["gap"] / drawn, found["left"] / drawn, found["remainder"] / drawn)


Parts = Callable[[Tensor, Tensor], tuple[dict[str, Tensor], dict[str, Tensor]]]
"""Scores (K, b, C) and laws to gradients in the scores (K, b, C), and to sums over the samples (K,)."""


def _means(problem: NetworkProblem, weights: Tensor, samples: Tensor, parts: Parts) -> dict[str, Tensor]:
    """The norms of the mean gradients in the weights, and the means of the sums, part by part of the samples."""
    pulled: dict[str, Tensor] = {}
    summed: dict[str, Tensor] = {}
    for part in problem.chunks(samples):
        chosen = samples[part]
        moved = weights.detach().requires_grad_()
        scores = problem.scores(moved, problem.inputs[chosen])
        law = problem.laws[:, chosen][problem.which].double()
        gradients, sums = parts(scores.detach().double(), law)
        for name, gradient in gradients.items():
            (found,) = torch.autograd.grad(scores, moved, gradient.to(scores) / len(samples), retain_graph=True)
            pulled[name] = pulled.get(name, 0) + found.double()
        for name, value in sums.items():
            summed[name] = summed.get(name, 0) + value / len(samples)
    return {name: found.norm(dim=1) for name, found in pulled.items()} | summed
