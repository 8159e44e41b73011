"""Rewards that are measured: clean and flipped pairs, at a row of lambda, or of flip rates without a penalty."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import torch
from torch import Tensor

from numerics.confirmations.preferences.claim import PreferenceClaim
from numerics.errors import ConfirmationError
from numerics.linear.class_features import ClassFeatures
from numerics.noise.laws import clean_law, noise_factor, noisy_law, sampled_labels
from numerics.preferences.pairs import Pairs
from numerics.preferences.rankings import kendall_tau, tau_against_known
from numerics.preferences.reward_problems import RewardProblems
from numerics.preferences.reward_training import SMALL, Reached, trained_on, trained_rewards

LAMBDAS = (1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 1000.0)
"""The weights of the penalty that are looked at."""
RATES = (0.1, 0.2, 0.3, 0.4)
"""Flip rates for a loss alone, besides the one that was asked for."""
LITTLE = 1e-3
"""Where flips leave less of the order than this, rounding tells the minimum less exactly than is asked."""


@dataclass(frozen=True, eq=False)
class FlippedPairs:
    """``pairs`` of which the order is flipped with probability ``rate``: exactly, or in one draw with a ``seed``."""

    pairs: Pairs
    rate: float
    seed: int | None = None

    @property
    def clean(self) -> Tensor:
        """The law of the preferred answer before flips, (n, 2)."""
        return clean_law(self._labels, 2)

    @property
    def noisy(self) -> Tensor:
        """The law after flips, (n, 2): (1 - eps, eps), or that of the draw."""
        if self.seed is None:
            return noisy_law(self.clean, self.rate)
        return clean_law(sampled_labels(self._labels, 2, self.rate, self.seed), 2)

    @property
    def flipped(self) -> int:
        """How many pairs a draw has flipped; 0 for exact flips."""
        return 0 if self.seed is None else int(self.noisy[:, 1].sum())

    @property
    def a(self) -> float:
        """1 - 2 eps."""
        return noise_factor(self.rate, 2)

    @property
    def noise(self) -> str:
        """The flips in words."""
        if self.seed is None:
            return f"exact flips of probability {self.rate:g}"
        return f"sampled flips of probability {self.rate:g} ({self.flipped} of {len(self.pairs)}, seed {self.seed})"

    @property
    def title(self) -> str:
        """The same in a few words."""
        drawn = "" if self.seed is None else f", {self.flipped} of {len(self.pairs)} drawn with seed {self.seed}"
        return f"flips {self.rate:g}{drawn}"

    @property
    def _labels(self) -> Tensor:
        return torch.zeros(len(self.pairs), dtype=torch.int64)


@dataclass(frozen=True, kw_only=True)
class RewardMeasurement:
    """The two rewards at one ``lambda_`` and one flip rate; what is None is not known: no minimum, or a reward of 0.

    ``apart`` is 1 - cos(w_clean, w_noisy); ``ratio`` |w_noisy|/|w_clean|; ``tau`` Kendall's tau of the two rankings of
    the items; ``tau_clean`` and ``tau_noisy`` of each against what is known; ``shifted``: |w_noisy(lambda) -
    w_clean(lambda/a)| relative to the latter; ``clean_is_minimum`` and ``noisy_is_minimum``; ``is_smooth``: no minimum
    lies at a kink, where it is known to about 1e-6 only; ``sizes`` of the scores.
    """

    lambda_: float
    rate: float
    apart: float | None
    ratio: float | None
    tau: float | None
    tau_clean: float | None
    tau_noisy: float | None
    shifted: float | None
    clean_is_minimum: bool
    noisy_is_minimum: bool
    is_smooth: bool
    sizes: tuple[float, float]
    gradients: tuple[float, float]

    @property
    def is_solved(self) -> bool:
        """Whether both are minima."""
        return self.clean_is_minimum and self.noisy_is_minimum


@dataclass(frozen=True, eq=False)
class Rewards:
    """The rewards of ``claim`` on ``data``, trained at ``settings``: (lambda, flip rate), one after another."""

    claim: PreferenceClaim
    data: FlippedPairs
    settings: tuple[tuple[float, float], ...]

    @classmethod
    def of(cls, claim: PreferenceClaim, data: FlippedPairs, lambdas: Sequence[float] = LAMBDAS) -> Rewards:
        """At a row of ``lambdas``; without a penalty at a row of flip rates."""
        if claim.is_alone:
            return cls(claim, data, tuple((0.0, rate) for rate in sorted({*RATES, data.rate})))
        return cls(claim, data, tuple((x, data.rate) for x in lambdas))

    @cached_property
    def family(self) -> ClassFeatures:
        """Scores w . phi of the two answers, in coordinates in which they have a unit metric."""
        return ClassFeatures.of(self.data.pairs.answers, centred=self.claim.in_margin)

    @cached_property
    def spread(self) -> float:
        """By how much a direction can be further apart in the given features than in those coordinates: >= 1."""
        sizes = torch.linalg.svdvals(self.family.whitened.back)
        return float(sizes[0] / sizes[-1])

    @cached_property
    def measurements(self) -> tuple[RewardMeasurement, ...]:
        """What training shows at each of the settings."""
        laws, lambdas = [], []
        for weight, rate in self.settings:
            here = replace(self.data, rate=rate)
            # The third one is about symmetric losses, for which flips do what a larger weight does.
            laws += [here.clean, here.noisy, here.clean]
            lambdas += [weight, weight, weight / here.a]
        problems = RewardProblems(
            self.family, self.claim.objective, torch.stack(laws), torch.tensor(lambdas, dtype=torch.float64)
        )
        found = self._crossed(problems, trained_rewards(problems, is_convex=self.claim.is_convex))
        return tuple(self._measured(k, found, problems.raw(found.weights)) for k in range(len(self.settings)))

    def _crossed(self, problems: RewardProblems, found: Reached) -> Reached:
        """``found``, each also trained from what the claim makes of its partner, where a loss is not convex.

        An exact answer is about the sets of minimisers: of several that are as low, two trainings may reach any two.
        """
        claim = self.claim
        if claim.is_convex or self.data.seed is not None:
            return found
        if claim.is_symmetric and not claim.is_alone:
            found = self._from_partners(problems, found, 2, [1.0] * len(self.settings))
        if claim.degree is not None or (claim.is_symmetric and claim.is_alone):
            power = 0.0 if claim.degree is None else 1 / (claim.degree - 1)
            factors = [replace(self.data, rate=rate).a ** power for _, rate in self.settings]
            found = self._from_partners(problems, found, 0, factors)
        return found

    def _from_partners(self, problems: RewardProblems, found: Reached, clean: int, factors: Sequence[float]) -> Reached:
        """Flipped rewards trained from ``factors`` times those at the place ``clean``, and these from the flipped."""
        count = len(self.settings)
        flipped = 3 * torch.arange(count) + 1
        first = 3 * torch.arange(count) + clean
        # w = s w', and s differs where lambda does.
        scale = problems.scale
        times = torch.tensor(factors, dtype=scale.dtype) * scale[first] / scale[flipped]
        for to, source, factor in ((flipped, first, times), (first, flipped, 1 / times)):
            starts = found.weights.clone()
            starts[to] = factor[:, None, None] * found.weights[source]
            found = trained_on(problems, found, starts)
        return found

    def _measured(self, k: int, found: Reached, weights: Tensor) -> RewardMeasurement:
        clean, noisy, shifted = weights[3 * k : 3 * k + 3]
        solved, pairs = found.is_minimum[3 * k : 3 * k + 3].tolist(), self.data.pairs
        both = solved[0] and solved[1]
        return RewardMeasurement(
            lambda_=self.settings[k][0],
            rate=self.settings[k][1],
            apart=_number(cosine_gap(clean, noisy)) if both else None,
            ratio=_number(float(noisy.norm() / clean.norm())) if both else None,
            tau=_number(kendall_tau(pairs.items @ clean, pairs.items @ noisy)) if both else None,
            tau_clean=tau_against_known(clean, pairs.known) if solved[0] else None,
            tau_noisy=tau_against_known(noisy, pairs.known) if solved[1] else None,
            shifted=_number(float((noisy - shifted).norm() / shifted.norm())) if solved[1] and solved[2] else None,
            clean_is_minimum=solved[0],
            noisy_is_minimum=solved[1],
            is_smooth=bool(found.is_smooth[3 * k : 3 * k + 3].all()),
            sizes=(float(found.sizes[3 * k]), float(found.sizes[3 * k + 1])),
            gradients=(float(found.gradient[3 * k]), float(found.gradient[3 * k + 1])),
        )

    def check(self) -> None:
        """Raise ``ConfirmationError`` if no training ends in a minimum, or one without a penalty does not."""
        open_ = [m for m in self.measurements if not m.is_solved]
        if not open_ or (len(open_) < len(self.measurements) and not self.claim.is_alone):
            return
        first = open_[0]
        which, place = ("clean", 0) if not first.clean_is_minimum else ("flipped", 1)
        advice = (
            'give a penalty, as in certify_preference(..., "h**2/2"), or pairs that overlap'
            if self.claim.is_alone
            else 'take a penalty that holds minimisers, as "h**2/2" does'
        )
        left = replace(self.data, rate=first.rate).a
        if place and left < LITTLE and 0 < first.gradients[place] < SMALL:
            raise ConfirmationError(
                f"rho: training {self.claim.name} on the {which} pairs of {self.data.pairs.name} reached a minimum "
                f"that double precision does not tell to a relative {SMALL:.0e}, as flips leave little of the order, "
                f"here 1 - 2 eps = {left:.2g}; take a smaller rho"
            )
        raise ConfirmationError(
            f"certificate: training {self.claim.name} on the {which} pairs of {self.data.pairs.name} reached no minimum"
            + ("" if self.claim.is_alone else " at any lambda")
            + f" (scores of size {first.sizes[place]:.2g}, a relative gradient of {first.gradients[place]:.1g}); "
            f"there may be none, as where a reward orders all pairs and the loss falls on for ever; {advice}"
        )

    @property
    def tolerance(self) -> float:
        """How far two equal directions may seem to be: two weights, each off by what was asked of the solver."""
        return 4 * SMALL * self.spread

    @property
    def gap_tolerance(self) -> float:
        """The same for 1 - cos, which is half the square of the distance of directions."""
        return self.tolerance**2 / 2


def cosine_gap(first: Tensor, second: Tensor) -> float:
    """1 - cos of two directions: half the squared distance of unit vectors, which keeps its digits near 0."""
    return float((first / first.norm() - second / second.norm()).square().sum() / 2)


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
