"""What a guarantee is made of: thresholds of each sample in lambda and in the rate, each computed when it is asked."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from numbers import Real as Number

import numpy as np
from numpy.typing import NDArray

from numerics.errors import FiniteError
from numerics.finite.guarantee.at_lambda import AtLambda
from numerics.finite.guarantee.ball import in_ball, in_ball_for_every_larger
from numerics.finite.guarantee.exact_test import final_predictions
from numerics.finite.guarantee.given_law import checked_law
from numerics.finite.guarantee.path import from_lambda_on
from numerics.finite.guarantee.problem import Problem
from numerics.finite.guarantee.rates import weakest_signal
from numerics.finite.guarantee.rates_path import from_lambda_on_at_every_rate
from numerics.finite.samples import Samples
from numerics.formulas.pair import Pair
from numerics.noise.laws import checked_rate, noise_factor
from numerics.noise.shares import share_of
from numerics.progress import Progress, silent
from symcheck.errors import shown

Values = NDArray[np.float64]

STEPS = 3
"""How often a trial point is improved."""


@dataclass(frozen=True)
class Line:
    """Shares certified at ``lambda_``: ``alone``, ``from_on`` for this rate, and ``every_rate``; None if not asked."""

    lambda_: float
    alone: float | None
    from_on: float | None
    every_rate: float


@dataclass(frozen=True, eq=False, repr=False)
class Thresholds:
    """What is certified of ``pair`` on ``samples`` under exact uniform noise of rate ``rho``, None for every rate.

    ``problem`` has the bounds, ``lambdas`` are those of the table, ``steps`` how often a trial point is improved;
    ``progress`` is called as samples are looked at.
    """

    pair: Pair
    samples: Samples
    problem: Problem
    rho: float | None
    lambdas: tuple[float, ...]
    steps: int = STEPS
    progress: Progress = silent

    @property
    def name(self) -> str:
        """The pair and the data."""
        return f"{self.pair.name} on {self.samples.name}"

    @property
    def is_proved(self) -> bool:
        """Whether every number has an error term added, and the rank of the features is shown."""
        return not self.problem.unproved

    @property
    def level(self) -> str:
        """How the numbers were computed."""
        if self.is_proved:
            return "proved: an error term is added to every number, and the rank of the features is shown"
        return f"computed in double precision: {self.problem.unproved}"

    def at(self, lambda_: object, rho: object = None, *, law: object = None) -> AtLambda:
        """The exact test at ``lambda_``, for exact noise of rate ``rho``, by default that of the guarantee.

        Parameters: ``lambda_`` > 0, and above mu/s where the loss is not convex; ``rho`` in [0, (C-1)/C); or ``law``
        in its place: rows (n, C), each a law of the noisy label, or labels (n,) as they were drawn, from 0 to C - 1.
        Raises ``FiniteError`` and ``NoiseError``.
        """
        value = self._checked(lambda_)
        laws, noise = self._noisy(rho, law)
        both = np.stack([self.problem.one_hot, laws])
        some = self._problem_at(value, both)
        why_not = "" if some.bounds.is_known else some.bounds.why
        # what no bound holds may run away, and no step makes more of it
        clean, noisy = (final_predictions(some, value, q, 0 if why_not else self.steps) for q in both)
        return AtLambda(
            self.name, value, noise, clean, noisy, self.problem.space, self.level, _about(some), why_not,
            self.samples.test,
        )  # fmt: skip

    @cached_property
    def lambda_from(self) -> Values:
        """The least lambda found (n,) from which on the two predictions are the same, for this rho; inf for none.

        Every larger real lambda is covered.  Where no rho was given, that of every rate.
        """
        if self.rho is None:
            return self.lambda_from_every_rho
        found = self._path(self.rho)
        # near 0 the two searches stop at different lambda, and every rate is this one too
        return found if self.problem.bounds.is_known else np.minimum(found, self.lambda_from_every_rho)

    @cached_property
    def lambda_from_every_rho(self) -> Values:
        """The same for all rates of uniform noise at once: at no larger lambda does any of them turn the prediction."""
        if not self._for_paths.bounds.is_known:
            return np.full(len(self.samples), np.inf)
        return from_lambda_on_at_every_rate(self._for_paths, steps=self.steps, progress=self.progress)[1]

    def largest_rho(self, lambda_: object) -> Values:
        """At ``lambda_``, the rate (n,) such that no rate below it turns the prediction; (C-1)/C where none does.

        nan where not even the prediction under clean labels is known.
        """
        value = self._checked(lambda_)
        some = self._problem_at(value, self.problem.one_hot[None])
        classes = self.samples.classes
        if not some.bounds.is_known:
            return np.full(len(self.samples), np.nan)
        signal = weakest_signal(some, value, steps=self.steps)
        found = (1 - signal) * (classes - 1) / classes
        return np.where(signal <= 1 + 1e-6, np.maximum(found, 0.0), np.nan)

    def share(self, lambda_: object) -> float:
        """The share of the samples that are certified from ``lambda_`` > 0 on."""
        return float((self.lambda_from <= checked_weight(lambda_)).mean())

    def share_every_rho(self, lambda_: object) -> float:
        """The share of the samples that are certified from ``lambda_`` > 0 on for every rate of uniform noise."""
        return float((self.lambda_from_every_rho <= checked_weight(lambda_)).mean())

    def lambda_for(self, share: float, *, every_rho: bool = False) -> float:
        """The lambda from which on that ``share`` of the samples, in (0, 1], is certified; inf if none is known.

        With ``every_rho`` for every rate of uniform noise.  Raises ``FiniteError`` for what is no share.
        """
        if isinstance(share, bool) or not isinstance(share, Number) or not 0 < float(share) <= 1:
            raise FiniteError(f"share: got {shown(share)}; accepted is a number in (0, 1], such as 0.9")
        found = self.lambda_from_every_rho if every_rho else self.lambda_from
        return float(np.quantile(found, float(share), method="inverted_cdf"))

    @cached_property
    def table(self) -> tuple[Line, ...]:
        """The shares certified at each of ``lambdas``."""
        return tuple(
            Line(
                x,
                None if self.rho is None else self._share_alone(x),
                None if self.rho is None else self.share(x),
                self.share_every_rho(x),
            )
            for x in self.lambdas
        )

    @property
    def why_not(self) -> str:
        """Why nothing is known of all larger lambda, "" if something is."""
        bounds = self._for_paths.bounds
        return "" if bounds.is_known else bounds.why

    def _share_alone(self, lambda_: float) -> float:
        """Of the samples certified at ``lambda_``, by the test at it alone or since they are so from some lambda on."""
        return float((self.at(lambda_).certified | (self.lambda_from <= lambda_)).mean())

    @cached_property
    def _for_paths(self) -> Problem:
        """The problem that every larger lambda is asked of."""
        if self.problem.bounds.is_known:
            return self.problem
        laws = self.problem.laws(np.array([1.0, noise_factor(self.rho or 0.0, self.samples.classes)]))
        return in_ball_for_every_larger(self.pair, self.problem, laws)

    def _problem_at(self, lambda_: float, laws: Values) -> Problem:
        if self.problem.bounds.is_known:
            return self.problem
        return in_ball(self.pair, self.problem, lambda_, laws, self.steps)

    def _path(self, rho: float) -> Values:
        some = self._for_paths
        if not some.bounds.is_known:
            return np.full(len(self.samples), np.inf)
        laws = some.laws(np.array([1.0, noise_factor(rho, self.samples.classes)]))
        found = from_lambda_on(some, laws, steps=self.steps, progress=self.progress)
        return np.where(found.top[0] == found.top[1], found.least.max(0), np.inf)

    def _noisy(self, rho: object, law: object) -> tuple[Values, str]:
        if law is not None:
            if rho is not None:
                raise FiniteError("law: got one beside rho; give one of them")
            return checked_law(law, len(self.samples), self.samples.classes)
        if rho is None and self.rho is None:
            raise FiniteError("rho: got None, and the guarantee is for every rate; give one in [0, (C-1)/C), or a law")
        rate = self.rho if rho is None else checked_rho(rho, self.samples.classes)
        assert rate is not None
        laws = self.problem.laws(np.array([noise_factor(rate, self.samples.classes)]))[0]
        return laws, f"exact uniform noise of rate {rate:g}"

    def _checked(self, lambda_: object) -> float:
        value, bounds = checked_weight(lambda_), self.problem.bounds
        if bounds.is_known and not value > bounds.floor:
            raise FiniteError(
                f"lambda_: got {value:g}; accepted is a weight above {bounds.floor:.6g}: below it {self.pair.name} is "
                "not known to be convex, and may have several minimisers; take a larger one, or a convex loss"
            )
        return value


def checked_rho(rho: object, classes: int) -> float:
    """A rate of uniform noise, a number or its text; raises ``NoiseError`` for another."""
    return checked_rate(share_of(rho, "rho"), classes)


def checked_weight(lambda_: object) -> float:
    """A number > 0; raises ``FiniteError`` for anything else."""
    value = float(lambda_) if isinstance(lambda_, Number) and not isinstance(lambda_, bool) else math.nan
    if not (math.isfinite(value) and value > 0):
        raise FiniteError(f"lambda_: got {shown(lambda_)}; accepted is a number > 0, the weight of the penalty")
    return value


def _about(problem: Problem) -> str:
    if problem.bounds.is_global:
        return "the minimiser"
    return f"the only stationary point with ||z|| <= {problem.bounds.reach:.3g} for every sample"
