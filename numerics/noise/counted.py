"""Counts of noisy labels, n_ij how often class i was labelled j: what they say about T, and about uniform noise.

T_ij = P(Ybar = j | Y = i) is estimated by n_ij/n_i; its intervals are Wilson's, or Clopper and Pearson's where they
have to hold all together.  Pearson's statistic compares the counts with uniform noise in two parts, which are
independent for many samples: whether the labels that moved went to all other classes alike (within the rows), and
whether all classes move equally often (between the rows).
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import torch
from scipy import stats
from torch import Tensor

from numerics.noise.confidence import exact_interval
from numerics.noise.observed import Observed, Rate, TransitionEstimate

FEWEST_EXPECTED = 5
"""Below this expected count the p-value of Pearson's statistic is an approximation only: the usual rule."""


@dataclass(frozen=True)
class ChiSquare:
    """Pearson's ``statistic`` against uniform noise; ``p_value`` is 1 where there is nothing to compare.

    ``degrees`` of freedom, and the ``smallest_expected`` count, below 5 of which the p-value is rough.
    """

    statistic: float
    degrees: int
    smallest_expected: float

    @property
    def p_value(self) -> float:
        """The probability of a statistic at least this large under uniform noise, approximately."""
        return float(stats.chi2.sf(self.statistic, self.degrees)) if self.degrees else 1.0

    @property
    def is_rough(self) -> bool:
        """Whether some expected count is below 5, so that the p-value is rough."""
        return self.smallest_expected < FEWEST_EXPECTED

    def __str__(self) -> str:
        rough = f" (rough: an expected count is {self.smallest_expected:.2g})" if self.degrees and self.is_rough else ""
        return f"chi-square {self.statistic:.4g} on {self.degrees} degrees of freedom, p = {self.p_value:.3g}{rough}"


class Counted(Observed):
    """Noise that was counted."""

    @property
    @abstractmethod
    def counts(self) -> Tensor:
        """n_ij (C, C): how often class i was labelled j."""

    @property
    def samples(self) -> int:
        """How many labels there are."""
        return int(self.counts.sum())

    @property
    def changed(self) -> int:
        """How many labels are not the clean ones."""
        return self.samples - int(self.counts.diagonal().sum())

    @property
    def realised_rate(self) -> float:
        """The share of labels that are not the clean ones."""
        return self.changed / self.samples

    def rate(self, level: float | None = None) -> Rate:
        """The realised rate with Clopper and Pearson's interval, which holds with confidence ``level``."""
        low, high = exact_interval(self.changed, self.samples, self.confidence(level))
        return Rate(self.realised_rate, low, high)

    @property
    def said(self) -> str:
        """How many labels and classes there are, and how many labels moved."""
        return (
            f"{self.samples} labels of {self.classes} classes, {self.changed} of them not the clean ones: a realised "
            f"rate of {self.realised_rate:.4f}"
        )

    @property
    def origin(self) -> str:
        """counted."""
        return "counted"

    @property
    def exact_rows(self) -> list[list[Fraction]]:
        """n_ij/n_i as fractions."""
        return [[Fraction(n, sum(row)) for n in row] for row in self.counts.tolist()]

    def is_uniform_rejected(self, level: float | None = None) -> bool:
        """Whether the p-value of both parts together is below 1 - ``level``."""
        return self.against_uniform.p_value < 1 - self.confidence(level)

    @property
    def compared(self) -> str:
        """Pearson's statistic, with its degrees of freedom and p-value."""
        return str(self.against_uniform)

    def bounds(self, level: float | None = None) -> TransitionEstimate:
        """Clopper and Pearson's intervals by Bonferroni, which hold all together with confidence ``level``."""
        return self.simultaneous(level)

    def transition(self, level: float | None = None) -> TransitionEstimate:
        """T with Wilson's interval for each entry by itself, each holding with confidence ``level``.

        (p + q/2 +- sqrt(q (p (1-p) + q/4)))/(1 + q) with p = n_ij/n_i, q = z^2/n_i, z the normal quantile
        (Wilson 1927; Agresti and Coull 1998).
        """
        level = self.confidence(level)
        totals = self.counts.sum(1, keepdim=True).to(torch.float64)
        matrix = self._matrix
        q = float(stats.norm.ppf((1 + level) / 2)) ** 2 / totals
        centre, reach = matrix + q / 2, (q * (matrix * (1 - matrix) + q / 4)).sqrt()
        lower, upper = (centre - reach) / (1 + q), (centre + reach) / (1 + q)
        # at 0 and n_i the ends are 0 and 1 exactly, which rounding misses
        lower = torch.where(self.counts == 0, 0.0, lower.clamp(min=0))
        upper = torch.where(self.counts == totals, 1.0, upper.clamp(max=1))
        return TransitionEstimate(matrix, lower, upper, level)

    def simultaneous(self, level: float | None = None) -> TransitionEstimate:
        """T with intervals that hold all together with confidence at least ``level``.

        Clopper and Pearson's, exact for each entry, at 1 - (1 - level)/C^2 by Bonferroni.
        """
        level = self.confidence(level)
        tail = (1 - level) / self.classes**2 / 2
        hits, totals = self.counts.numpy(), self.counts.sum(1, keepdim=True).expand_as(self.counts).numpy()
        # At 0 and n_i hits the beta distribution does not exist and SciPy gives nan: there the ends are 0 and 1.
        lower = torch.from_numpy(stats.beta.ppf(tail, hits, totals - hits + 1)).nan_to_num(0.0)
        upper = torch.from_numpy(stats.beta.isf(tail, hits + 1, totals - hits)).nan_to_num(1.0)
        return TransitionEstimate(self._matrix, lower, upper, level)

    @cached_property
    def within_rows(self) -> ChiSquare:
        """Whether labels that moved went to all other classes alike: sum of (n_ij - m_i/(C-1))^2/(m_i/(C-1)), i != j.

        m_i is how many of class i moved; C - 2 degrees of freedom for each class of which some did.
        """
        moved = self._moved
        some = moved > 0
        # A class of which none moved has no expected counts, and would divide by 0.
        expected = (moved / (self.classes - 1))[some, None]
        off = ~torch.eye(self.classes, dtype=torch.bool)
        apart = torch.where(off[some], (self.counts[some] - expected).square() / expected, 0.0)
        smallest = float(expected.min()) if bool(some.any()) else 0.0
        return ChiSquare(float(apart.sum()), int(some.sum()) * (self.classes - 2), smallest)

    @cached_property
    def between_rows(self) -> ChiSquare:
        """Whether all classes move equally often: their rates against that of all, with C - 1 degrees of freedom."""
        totals, moved = self.counts.sum(1).to(torch.float64), self._moved
        rate = moved.sum() / totals.sum()
        # Nobody moved, or everybody: there are no rates to compare.
        if not 0 < float(rate) < 1:
            return ChiSquare(0.0, 0, 0.0)
        apart = (moved - rate * totals).square() / (rate * (1 - rate) * totals)
        smallest = float(torch.minimum(rate, 1 - rate) * totals.min())
        return ChiSquare(float(apart.sum()), self.classes - 1, smallest)

    @cached_property
    def against_uniform(self) -> ChiSquare:
        """Both parts together: uniform noise of one rate in all classes, against any T."""
        within, between = self.within_rows, self.between_rows
        tested = [part.smallest_expected for part in (within, between) if part.degrees]
        return ChiSquare(
            within.statistic + between.statistic, within.degrees + between.degrees, min(tested, default=0.0)
        )

    @property
    def _matrix(self) -> Tensor:
        return self.counts.to(torch.float64) / self.counts.sum(1, keepdim=True)

    @property
    def _moved(self) -> Tensor:
        return (self.counts.sum(1) - self.counts.diagonal()).to(torch.float64)
