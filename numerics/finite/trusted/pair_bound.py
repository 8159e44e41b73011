"""How far the scores of two classes may come apart by noise alone: a bound by one exponential moment.

Scores are S~_c = sum_j k_j 1{noisy label j is c}, with fixed weights k; labels are drawn independently, by uniform
noise, so that E(S~_c - S~_t) = a (S_c - S_t) with a > 0 and S the scores of the clean labels, all up to a constant.

For two classes c and t let X_j be 1, -1 or 0 if the noisy label j is c, t or neither, N_j = |X_j| and m_j = E X_j,
which is a, -a or 0 by the clean label.  For s > 0 and numbers w_j that do not depend on the noisy labels let kappa_j be
at least log E exp(s k_j (X_j - m_j) - w_j N_j), whichever the clean label is and whichever the rate.  Then

    E exp sum_j [s k_j (X_j - m_j) - w_j N_j - kappa_j] <= 1,

and by Markov's inequality, with probability at least 1 - e^-L,

    S~_c - S~_t < a (S_c - S_t) + (L + sum_j kappa_j + sum_j w_j N_j)/s.                                          (*)

Let t have the largest clean score, the first one of several.  If c != t has the largest noisy score, and leads every
other class, so t as well, by more than the last term of (*), then (*) fails, since a (S_c - S_t) <= 0.  There are C - 1
such c, so that with L = log((C-1)/delta) this happens with probability at most delta.  Nothing is said of the
probability that the prediction is wrong *given* that it is trusted.

Here w_j = b x_j^2/2, x_j = s |k_j|: the noisy labels say through N_j how many of the labels with weight are of the two
classes at all, which vary more than others.  To second order the last term of (*) with b = 1 - a is

    L/s + (s/2) (1 - a) (sum_j k_j^2 N_j + (2 a/C) sum_j k_j^2),

as if the variance were known.  The rate enters through kappa_j alone, so that a range of rates takes the largest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

from numerics.finite.trusted.rates import Rates

Real = NDArray[np.float64]

LARGEST = 30.0
"""s max_j |k_j| at most: beyond it a bound is of no use, and numbers leave the range of floats."""
_GRID = np.linspace(0.0, 1.0, 101)


@final
@dataclass(frozen=True)
class PairBound:
    """The last term of (*) with L = ``level``, for noise of these ``rates``.

    ``labels_share`` is ``b``, fixed by the rates and the number of classes: how much is said by the noisy labels.
    """

    rates: Rates
    level: float

    @property
    def labels_share(self) -> float:
        """b in w_j = b (s k_j)^2/2: 1 - a where a is known; 0 for two classes, where N_j is always 1."""
        return self._chosen[0]

    def slopes(self, weights: Real) -> Real:
        """s for each row of ``weights`` |k| (m, n), by the weights, the rates and the level alone; 0 for no weights.

        It is the best one for Bennett's bound with the variance to be expected, and the third moment of the weights.
        """
        from scipy.special import lambertw

        squared = weights * weights
        squares, largest = squared.sum(axis=1), weights.max(axis=1)
        some = squares > 0
        variance = self._chosen[1] * squares[some]
        third = np.einsum("ij,ij->i", squared, weights)[some] / squares[some]
        step = (1 + self.rates.a_high) * third
        # u e^u - e^u + 1 = L step^2/variance, s = u/step; where a rounds to 1 the variance is 0 and s the largest
        with np.errstate(divide="ignore"):
            found = (1 + np.real(lambertw((self.level * step**2 / variance - 1) / np.e))) / step
        slopes = np.zeros(len(weights))
        # no number where L is too small for it: nothing is asked there
        slopes[some] = np.minimum(np.nan_to_num(found, nan=0.0), LARGEST / largest[some])
        return slopes

    def exponents(self, x: Real) -> Real:
        """kappa_j at ``x`` = s |k_j|, an array: the largest over the clean label and the rates."""
        up = np.exp(x)
        if self.labels_share:
            damped = np.exp(-self.labels_share / 2 * x**2)
            up *= damped
            down = damped**2 / up
        else:
            down = 1 / up
        most = _of_the_pair(x, up, down, self.rates)
        if self.rates.classes > 2:
            both = (up + down - 2) / (self.rates.classes - 1)
            # linear in the rate
            for rate in {self.rates.low, self.rates.high}:
                np.maximum(most, 1 + rate * both, out=most)
        return np.log(most, out=most)

    @property
    def _chosen(self) -> tuple[float, float]:
        """b, and the variance to second order in units of sum_j k_j^2, if N_j is what ``_expected`` guesses."""
        classes, low, high = self.rates.classes, self.rates.a_low, self.rates.a_high
        expected = _expected(classes)
        b = np.zeros(1) if classes == 2 else np.array([1 - low]) if low == high else np.append(_GRID, 1 - low)
        # of a label in the pair 2 (1 - a)/C (1 - b) + a (1 - b) - a^2, concave in a, of another one the first term
        best = np.clip((1 - b) * (1 - 2 / classes) / 2, low, high)
        pair = [2 * (1 - a) / classes * (1 - b) + a * (1 - b) - a**2 for a in (low, high, best)]
        other = 0 * b if classes == 2 else 2 * (1 - low) / classes * (1 - b)
        total = np.max([*pair, other], axis=0) + b * expected
        chosen = int(total.argmin())
        return float(b[chosen]), float(total[chosen])


def _expected(classes: int) -> float:
    """A guess at sum_j k_j^2 N_j/sum_j k_j^2: labels near x are of the two leading classes more often than others."""
    return 1.0 if classes == 2 else 2 / classes + 0.2


def _of_the_pair(x: Real, up: Real, down: Real, rates: Rates) -> Real:
    """E exp(x (X - m) - w N) for a clean label in the pair, at the worse of the two signs and the worst rate.

    ``up`` and ``down`` are e^(x - w) and e^(-x - w).
    """
    others = rates.classes - 1
    slope_up, slope_down = ((second + (others - 1)) / others - first for first, second in ((up, down), (down, up)))
    if rates.is_one:
        grown = np.exp(rates.a_low * x)
        return np.maximum((up + slope_up * rates.low) / grown, (down + slope_down * rates.low) * grown)
    gain = x * (rates.classes / others)
    return np.maximum(
        _worst_rate(up, slope_up, -x, gain, rates), _worst_rate(down, slope_down, x, -gain, rates)
    )  # fmt: skip


def _worst_rate(at_0: Real, slope: Real, exponent: Real, gain: Real, rates: Rates) -> Real:
    """The largest (at_0 + slope rho) e^(exponent + gain rho) over the rates rho: its logarithm is concave in rho."""
    with np.errstate(divide="ignore", invalid="ignore"):
        inside = np.clip(-1 / gain - at_0 / slope, rates.low, rates.high)
    falls, rises = (slope + gain * (at_0 + slope * rate) for rate in (rates.low, rates.high))
    rate = np.where(falls <= 0, rates.low, np.where(rises >= 0, rates.high, inside))
    found: Real = (at_0 + slope * rate) * np.exp(exponent + gain * rate)
    return found
