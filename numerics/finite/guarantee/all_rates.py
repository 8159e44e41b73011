"""Every noise rate at once: predictions that are final for all a in (0, 1], at one lambda or from some lambda on.

Between trial points Z_0 for a_0 and Z_1 for a_1 at one lambda let Z(t) and a(t) be affine.  With A = grad L under the clean
laws and U under the uniform ones, grad L = a A + (1 - a) U is off its chord by at most t (1 - t) times

    T F/2 + |a_1 - a_0| ||P ((A_1 - A_0) - (U_1 - U_0))||,     F = (sum_j ||z_1j - z_0j||^4)^(1/2),

and lambda P grad g by lambda D F/2.  Between two lambda, each end of a cell in a has the chord of ``path``, and what is
asked is the greatest value of a parabola, which is convex in the place within the cell: its ends are enough.  Rates below
the last cell are those of ``small_rates``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from numerics.finite.guarantee.chords import MARGIN, is_negative, negative_from
from numerics.finite.guarantee.exact_test import final_predictions
from numerics.finite.guarantee.family import Classes
from numerics.finite.guarantee.path import LEAST, MOST_DOUBLINGS, SMALLEST_LEAD, below_start, chord_between
from numerics.finite.guarantee.problem import Problem, Trial
from numerics.finite.guarantee.small_rates import largest_signal
from numerics.progress import Progress, silent

Real = NDArray[np.float64]
Mask = NDArray[np.bool_]

WEAKEST, RATIO = 0.01, 0.6
"""The signal where cells end, and the ratio of two neighbouring ones to begin with."""
ROUNDS = 5
ALL = 1 - 1e-6
LAMBDA_RATIO, CLOSEST = 1.5, 1.02


@dataclass(frozen=True, eq=False)
class Rates:
    """Trials at one lambda for the signals ``a`` (B,), falling from 1: ``between`` (B - 1,) bounds what chords are off.

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


def rates_at(problem: Problem, lambda_: float, a: Real, steps: int, start: Real | None = None) -> Rates | None:
    """Trials for the signals ``a``, from ``start`` or 0; None where no bound on how the pair bends is known."""
    many, laws = np.full(len(a), lambda_), problem.laws(a)
    begin = problem.start(many, laws) if start is None else start
    trial = problem.trial(problem.improved(begin, many, laws, steps), many, laws)
    between = _between(problem, trial, a)
    return None if between is None else Rates(a, trial, between, largest_signal(problem, lambda_)[1])


def _between(problem: Problem, trial: Trial, a: Real) -> Real | None:
    lengths = np.linalg.norm(trial.scores, axis=-1) + trial.off
    bent = problem.bending(float(lengths.max()))
    if bent is None:
        return None
    apart = np.linalg.norm(np.diff(trial.scores, axis=0), axis=-1) + trial.off[1:] + trial.off[:-1]
    size = np.sqrt((apart**4).sum(-1))
    mixed = problem.slopes.rows(trial.scores, problem.one_hot) - problem.slopes.rows(trial.scores, problem.uniform)
    change = np.diff(mixed, axis=0)
    off = trial.off[1:] + trial.off[:-1]
    uneven = problem.rounding.norm(
        problem.space.pulled_back(change), change, np.zeros_like(trial.weights[1:]), 2 * off, terms=4
    )
    return (bent.loss + trial.lambda_[0] * bent.penalty) * size / 2 + np.abs(np.diff(a)) * uneven


def weakest_signal(problem: Problem, lambda_: float, *, steps: int, until: float = WEAKEST) -> Real:
    """At ``lambda_``, the least a (n,) such that predictions are final and one for all signals from a to 1, 0 for all.

    Above 1, inf, where not even that of clean labels is known; cells end at ``until``.
    """
    rates: Rates | None = None
    a = grid(until)
    for _ in range(ROUNDS):
        rates = rates_at(problem, lambda_, a, steps)
        if rates is None:
            return _clean_alone(problem, lambda_, steps)
        reached, wanted = _reached(problem, rates)
        if not wanted.any():
            break
        a = np.sort(np.concatenate([a, np.sqrt(a[1:] * a[:-1])[wanted]]))[::-1]
    return reached


def grid(until: float) -> Real:
    """Signals from 1 down to ``until`` at equal ratios."""
    return np.geomspace(1.0, until, max(2, 1 + round(np.log(until) / np.log(RATIO))))


def _reached(problem: Problem, rates: Rates) -> tuple[Real, Mask]:
    """How far each sample's signal may fall, and the cells where nearer trial points would show more."""
    trial, a = rates.trial, rates.a
    modulus = problem.bounds.modulus(rates.lambda_)
    widths = problem.rounding.widths * (1 + MARGIN)
    over = trial.norm[:, None] * widths - modulus * (1 - MARGIN) * trial.lead
    alive = (over[0] < 0) & (trial.lead[0] > 0)
    reached = np.where(alive, 1.0, np.inf)
    wanted = np.zeros(len(a) - 1, dtype=bool)
    for i in range(len(a) - 1):
        alive &= trial.top[i + 1] == trial.top[0]
        place = negative_from(over[i + 1], over[i], rates.between[i] * widths)
        reached = np.where(alive & (place < 1), (1 - place) * a[i + 1] + place * a[i], reached)
        wanted[i] = bool((alive & (place > 0) & (over[i + 1] < 0) & (rates.weak < reached)).any())
        alive &= place == 0
    return np.where(reached <= rates.weak, 0.0, reached), wanted


def _clean_alone(problem: Problem, lambda_: float, steps: int) -> Real:
    found = final_predictions(problem, lambda_, problem.one_hot, steps)
    return np.where(found.final, 1.0, np.inf)


def from_lambda_on_at_every_rate(
    problem: Problem, *, steps: int, until: float = 0.0, progress: Progress = silent
) -> Real:
    """The least lambda found (n,) from which on predictions are final and one for every signal a in (0, 1]."""
    upper = problem.scale
    upper = max(upper, 2 * problem.bounds.floor)
    for _ in range(MOST_DOUBLINGS):
        top, weak = largest_signal(problem, upper)
        lead = problem.space.leading(problem.space.scores(problem.start(np.array([upper]), problem.one_hot[None])))[1][0]
        if ((weak >= ALL) | (lead <= SMALLEST_LEAD * lead.max())).all():
            break
        upper *= 2
    alive = weak >= ALL
    least = np.where(alive, upper, np.inf)
    a = grid(WEAKEST)
    rates = rates_at(problem, upper, a, steps) if alive.any() else None
    end = max(until, problem.scale * LEAST, problem.bounds.floor * (1 + 1e-6))
    whole, ratio = np.log(upper / end), LAMBDA_RATIO
    while rates is not None and upper > end and alive.any():
        progress(round((whole - np.log(upper / end)) * 100), round(whole * 100), f"lambda = {upper:.3g}")
        lower = max(upper / ratio, end)
        start = below_start(problem, rates.trial, lower)
        following = rates_at(problem, lower, rates.a, steps, start)
        if following is None:
            break
        place, could = _covered(problem, following, rates, top)
        if ratio > CLOSEST and bool((alive & could & (place > 0)).any()):
            ratio = ratio**0.5
            continue
        if (alive & (place == 0)).any() or ratio <= CLOSEST:
            pass
        least = np.where(alive & (place == 0), lower, least)
        alive &= place == 0
        rates, upper, ratio = following, lower, min(LAMBDA_RATIO, ratio**1.2)
    return least


def _covered(problem: Problem, lower: Rates, upper: Rates, top: Classes) -> tuple[Real, Mask]:
    """0 (n,) where predictions are final for all signals between the two lambda, and where they are at the ends."""
    chord = chord_between(problem, lower.trial, upper.trial)
    if chord is None:
        return np.ones(problem.samples), np.zeros(problem.samples, dtype=bool)
    widths = problem.rounding.widths * (1 + MARGIN)
    low, high = lower.trial, upper.trial
    lead = np.minimum(low.lead, high.lead / chord.turn) * (1 - MARGIN)
    fine = np.ones(problem.samples, dtype=bool)
    could = fine.copy()
    for i in range(len(lower.a) - 1):
        bump = np.max(chord.bump[i : i + 2])
        weak = lower.weak >= lower.a[i]
        for j in (i, i + 1):
            first = (low.norm[j] + lower.between[i] / 4) * widths - chord.modulus * lead[j]
            last = (high.norm[j] + upper.between[i] / 4) * widths - chord.turn * chord.upper_modulus * lead[j]
            same = (low.top[j] == top) & (high.top[j] == top)
            fine &= weak | (same & is_negative(first, last, bump * widths))
            could &= weak | (same & (first < 0) & (last < 0))
    fine &= lower.weak >= lower.a[-1]
    could &= lower.weak >= lower.a[-1]
    return np.where(fine, 0.0, 1.0), could
