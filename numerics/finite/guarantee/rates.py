"""Every noise rate at once, at one lambda: predictions that are final for all signals a in (0, 1].

Between trial points Z_0 for a_0 and Z_1 for a_1 let Z(t) and a(t) be affine.  With A = grad L under the clean laws and
U under those that say nothing, grad L = a A + (1 - a) U is off its chord by at most t (1 - t) times

    T F/2 + |a_1 - a_0| ||P ((A_1 - A_0) - (U_1 - U_0))||,     F = (sum_j ||z_1j - z_0j||^4)^(1/2),

and lambda P grad g by lambda D F/2, with T and D as in ``path``.  Signals below the last cell are those of
``small_rates``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from numerics.finite.guarantee.chords import MARGIN, negative_from
from numerics.finite.guarantee.exact_test import final_predictions
from numerics.finite.guarantee.problem import Ends, Problem, Trial
from numerics.finite.guarantee.small_rates import largest_signal
from numerics.finite.span import UNIT

Real = NDArray[np.float64]
Mask = NDArray[np.bool_]

WEAKEST, RATIO = 0.01, 0.6
"""The signal where cells end, and the ratio of two neighbouring ones to begin with."""
ROUNDS = 5
"""How often cells are halved where that may show more."""


@dataclass(frozen=True, eq=False)
class Rates:
    """Trials at one lambda for signals ``a`` (B,), falling from 1; ``between`` (B - 1,) bounds how far chords are off.

    ``weak`` (n,) is the largest signal up to which all are final.
    """

    a: Real
    trial: Trial
    between: Real
    weak: Real

    @property
    def lambda_(self) -> float:
        """Of all trials."""
        return float(self.trial.lambda_[0])


def grid(until: float = WEAKEST) -> Real:
    """Signals from 1 down to ``until`` at equal ratios."""
    return np.geomspace(1.0, until, max(2, 1 + round(np.log(until) / np.log(RATIO))))


def rates_at(problem: Problem, lambda_: float, a: Real, steps: int, start: Real | None = None) -> Rates | None:
    """Trials for the signals ``a``, from ``start`` or 0; None where no bound on how the pair bends is known."""
    many, laws = np.full(len(a), lambda_), problem.laws(a)
    begin = problem.start(many, laws) if start is None else start
    weights = problem.improved(begin, many, laws, steps)
    ends = problem.at_ends(weights)
    trial = problem.mixed_trial(weights, many, a, ends)
    between = _between(problem, trial, a, ends)
    return None if between is None else Rates(a, trial, between, largest_signal(problem, lambda_)[1])


def weakest_signal(problem: Problem, lambda_: float, *, steps: int, until: float = WEAKEST) -> Real:
    """At ``lambda_``, the least a (n,) such that predictions are final and one for all signals from a to 1, 0 for all.

    inf where not even that of clean labels is known; cells end at ``until``.
    """
    a = grid(until)
    for _ in range(ROUNDS):
        rates = rates_at(problem, lambda_, a, steps)
        if rates is None:
            return np.where(final_predictions(problem, lambda_, problem.one_hot, steps).final, 1.0, np.inf)
        reached, wanted = _reached(problem, rates)
        if not wanted.any():
            break
        a = np.sort(np.concatenate([a, np.sqrt(a[1:] * a[:-1])[wanted]]))[::-1]
    return reached


def _between(problem: Problem, trial: Trial, a: Real, ends: Ends) -> Real | None:
    bent = problem.bending(float((np.linalg.norm(trial.scores, axis=-1) + trial.off).max()))
    if bent is None:
        return None
    apart = np.linalg.norm(np.diff(trial.scores, axis=0), axis=-1) + trial.off[1:] + trial.off[:-1]
    size = np.sqrt((apart**4).sum(-1))
    change = np.diff(ends.clean - ends.blank, axis=0)
    error = ends.clean_error + ends.blank_error
    error = error + 4 * UNIT * (np.linalg.norm(ends.clean, axis=-1) + np.linalg.norm(ends.blank, axis=-1))
    pulled = problem.space.pulled_back(change)
    uneven = problem.rounding.norm(pulled, change, error[1:] + error[:-1], np.zeros_like(pulled))
    found: Real = (bent.loss + trial.lambda_[0] * bent.penalty) * size / 2 + np.abs(np.diff(a)) * uneven
    return found


def _reached(problem: Problem, rates: Rates) -> tuple[Real, Mask]:
    """How far each sample's signal may fall, and the cells where nearer trial points could show more."""
    trial, a = rates.trial, rates.a
    modulus = problem.bounds.modulus(rates.lambda_) * (1 - MARGIN)
    widths = problem.rounding.widths * (1 + MARGIN)
    room = problem.room(trial)

    def over(least: Real) -> Real:
        return trial.norm[:, None] * widths - modulus * least

    lead, outer = over(trial.lead), None if room is None else over(room)
    alive = (lead[0] < 0) & (outer is None or bool((outer[0] < 0).all()))
    reached = np.where(alive, 1.0, np.inf)
    wanted = np.zeros(len(a) - 1, dtype=bool)
    for i in range(len(a) - 1):
        alive &= trial.top[i + 1] == trial.top[0]
        bump = rates.between[i] * widths
        place, could = negative_from(lead[i + 1], lead[i], bump), lead[i + 1] < 0
        if outer is not None:
            place = np.maximum(place, negative_from(outer[i + 1], outer[i], bump).max())
            could &= bool((outer[i + 1] < 0).all())
        reached = np.where(alive & (place < 1), (1 - place) * a[i + 1] + place * a[i], reached)
        wanted[i] = bool((alive & (place > 0) & could & (rates.weak < reached)).any())
        alive &= place == 0
    # 0 for all of them; the least signal is rounded up
    return np.where(reached <= rates.weak, 0.0, reached * (1 + MARGIN)), wanted
