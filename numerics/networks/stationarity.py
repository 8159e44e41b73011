"""What a claim says of trained weights: they are stationary for the claimed limit problem.

A network is trained on F (``numerics.formulas.scaled``), and a certificate claims that F tends to

    -kappa E<o_Y, Z'> + 1/2 E<H Z', Z'>        as alpha -> 0       (a homogeneous g in the place of its quadratic part).

Sample by sample, f = grad F is what training makes small once it is pulled back to the weights by J = dZ'/dweights,
c = kappa (1/C - q) + H Z' is the gradient of the claimed problem (q the law of the label), and r = f - (b_q + H Z'),
with b_q and H of the formulas that are trained, is what alpha leaves.  If the claim is true then c = f - r, at any
weights, so

    ||E J'c|| <= ||E J'f|| + ||E J'r||,    |kappa' - kappa| <= (|E<f, Z'>| + |E<r, Z'>|)/|E<q - 1/C, Z'>|,

with kappa' = E<H Z', Z'>/E<q - 1/C, Z'>, stationarity along the free scale of the scores.  The right sides shrink as
training goes on and alpha falls; the left sides do so only if the claim is true of what was trained.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import torch
from torch import Tensor

from numerics.formulas.objective import Objective
from numerics.formulas.predicted_numbers import PredictedNumbers
from numerics.formulas.scaled import ScaledObjective
from numerics.networks.problem import NetworkProblem
from numerics.noise.laws import clean_law, noise_factor, noisy_law


@dataclass(frozen=True, eq=False)
class AlongScale:
    """Means over the samples of products with the scores, each (K,), for networks that have these scores.

    ``bent`` E<H Z', Z'> (or E<grad g(Z'), Z'>), ``pulled`` E<q - 1/C, Z'> with the law q that was trained on,
    ``pulled_clean`` the same with the clean labels, ``left`` E<f, Z'>, ``remainder`` E<r, Z'>, and ``uncancelled``
    E<|kappa| (q + 1/C) + |H Z'| + |r|, |Z'|>: what they would come to if nothing cancelled.
    """

    bent: Tensor
    pulled: Tensor
    pulled_clean: Tensor
    left: Tensor
    remainder: Tensor
    uncancelled: Tensor

    @property
    def kappa(self) -> Tensor:
        """kappa' = E<H Z', Z'>/E<q - 1/C, Z'>."""
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
    def kappa_rounding(self) -> Tensor:
        """Rounding of kappa', in units of the smallest number: large where labels say nothing of scores."""
        return self.uncancelled / self.pulled.abs()


@dataclass(frozen=True, eq=False)
class InWeights:
    """Norms of mean gradients in the weights, each (K,).

    ``drawn`` ||E J' kappa (1/C - q)||, ``slope`` ||E J'f|| and ``slope_remainder`` ||E J'r||; where they were asked for
    ``claimed`` ||E J'c|| and ``uncancelled`` ||E J' e (|kappa| (1/C + q) + |H Z'| + |r|)|| with random signs e: what
    rounding leaves, in units of the smallest number, since with such signs samples and classes do not cancel.
    """

    drawn: Tensor
    slope: Tensor
    slope_remainder: Tensor
    claimed: Tensor
    uncancelled: Tensor

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

    @property
    def gap_rounding(self) -> Tensor:
        """Rounding of it, in units of the smallest number."""
        return self.uncancelled / self.drawn


@dataclass(frozen=True, eq=False)
class Stationarity:
    """What K networks show of a claim: along the ``scale`` of their scores, and in their ``weights``."""

    scale: AlongScale
    weights: InWeights


@dataclass(frozen=True, eq=False)
class ClaimedProblem:
    """The limit problem of ``claim`` beside the problem that is trained, at the alphas of its networks.

    ``labels`` (n,) are the clean ones.  The formulas are evaluated in float64 whatever the networks are trained in.
    """

    claim: PredictedNumbers
    problem: NetworkProblem
    labels: Tensor

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
        """The gradients of ``InWeights`` at Z' = ``z`` (K, b, C) under ``law`` (K, b, C), sample by sample."""
        f = self._scaled.gradient(z, law)
        b = self._objective.loss_gradient(torch.zeros_like(z), law)
        kappa, even = self.claim.kappa, 1 / self.claim.classes
        drawn, push, rest = kappa * (even - law), self.claimed_push(z), f - b - self._push(z, self._curvature)
        return {
            "slope": f, "slope_remainder": rest, "drawn": drawn, "claimed": drawn + push,
            "uncancelled": abs(kappa) * (even + law) + push.abs() + rest.abs(),
        }  # fmt: skip

    def claimed_push(self, z: Tensor) -> Tensor:
        """H Z' with the H that is claimed, or grad g(Z')."""
        return self._push(z, self.claim.hessian.to(z) if self._scaled.degree == 2 else None)

    def _push(self, z: Tensor, curvature: Tensor | None) -> Tensor:
        return self._objective.penalty_gradient(z) if curvature is None else z @ curvature


IN_WEIGHTS = ("drawn", "slope", "slope_remainder", "claimed", "uncancelled")


def stationarity(
    claimed: ClaimedProblem, weights: Tensor, samples: Tensor, wanted: Sequence[str] = IN_WEIGHTS
) -> Stationarity:
    """The means over ``samples`` (s,) at ``weights`` (K, m) of the networks.

    Parameters: ``wanted`` of the gradients in the weights, each of which costs a pass back through the networks; nan
    is in the place of the others.
    """
    classes = claimed.claim.classes
    chance = torch.Generator().manual_seed(0)

    def parts(z: Tensor, law: Tensor, labels: Tensor) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
        found = claimed.gradients(z, law)
        along = {
            "bent": claimed.claimed_push(z) * z, "pulled": (law - 1 / classes) * z, "left": found["slope"] * z,
            "pulled_clean": (clean_law(labels, classes).to(z) - 1 / classes) * z,
            "remainder": found["slope_remainder"] * z, "uncancelled": found["uncancelled"] * z.abs(),
        }  # fmt: skip
        signs = 2 * torch.randint(2, z.shape[1:], generator=chance).to(z) - 1
        found["uncancelled"] = signs * found["uncancelled"]
        return {name: found[name] for name in wanted}, {name: part.sum((-1, -2)) for name, part in along.items()}

    norms, sums = _means(claimed, weights, samples, parts)
    unknown = torch.full_like(sums["bent"], torch.nan)
    return Stationarity(AlongScale(**sums), InWeights(**{name: norms.get(name, unknown) for name in IN_WEIGHTS}))


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

    def parts(z: Tensor, law: Tensor, labels: Tensor) -> tuple[dict[str, Tensor], dict[str, Tensor]]:  # noqa: ARG001
        clean = claimed.gradients(z, law)
        noisy = claimed.gradients(shrunk * z, noisy_law(law, rho))
        return {
            "gap": noisy["slope"], "left": a * clean["slope"], "drawn": a * clean["drawn"],
            "remainder": noisy["slope_remainder"] - a * clean["slope_remainder"],
        }, {}  # fmt: skip

    found, _ = _means(claimed, weights, samples, parts)
    drawn = found["drawn"]
    return SharedLimit(found["gap"] / drawn, found["left"] / drawn, found["remainder"] / drawn)


Parts = Callable[[Tensor, Tensor, Tensor], tuple[dict[str, Tensor], dict[str, Tensor]]]
"""Scores (K, b, C), laws and clean labels (b,) to gradients in the scores, and to sums over the samples (K,)."""


def _means(
    claimed: ClaimedProblem, weights: Tensor, samples: Tensor, parts: Parts
) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """The norms of the mean gradients in the weights, and the means of the sums, part by part of the samples."""
    problem = claimed.problem
    pulled: dict[str, Tensor] = {}
    summed: dict[str, Tensor] = {}
    for part in problem.chunks(samples):
        chosen = samples[part]
        moved = weights.detach().requires_grad_()
        scores = problem.scores(moved, problem.inputs[chosen])
        law = problem.laws[:, chosen][problem.which].double()
        gradients, sums = parts(scores.detach().double(), law, claimed.labels[chosen])
        for name, gradient in gradients.items():
            (found,) = torch.autograd.grad(scores, moved, gradient.to(scores) / len(samples), retain_graph=True)
            pulled[name] = pulled.get(name, 0) + found.double()
        for name, value in sums.items():
            summed[name] = summed.get(name, 0) + value / len(samples)
    return {name: found.norm(dim=1) for name, found in pulled.items()}, summed
