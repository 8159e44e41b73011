"""Every noise rate and every larger lambda at once.

A cell lies between two signals and two lambda, with a trial point at each corner.  Along its edges in lambda the chord
of ``path`` holds, along those in a that of ``rates``, and both bumps may be added: for each place in a the norm is at
most a chord in lambda and its bump, the ends of that chord at most chords in a and theirs, and sigma times the lead at
least what is bilinear in both.  The greatest value along lambda of what has to be negative is convex in the place in a,
so that the two edges are enough, each with a quarter of the bumps in a at its ends.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from numerics.finite.guarantee.chords import MARGIN, is_negative
from numerics.finite.guarantee.family import Classes
from numerics.finite.guarantee.path import Chord, begin_of, below_start, chord_between, end_of
from numerics.finite.guarantee.problem import Problem
from numerics.finite.guarantee.rates import Rates, grid, rates_at
from numerics.finite.guarantee.small_rates import largest_signal
from numerics.progress import Progress, silent

Real = NDArray[np.float64]
Mask = NDArray[np.bool_]

RATIO, CLOSEST = 1.5, 1.1
"""Of two neighbouring lambda, at most, and where no closer ones are tried."""
SHRINK, GROWTH = 0.5, 1.3
"""The exponents of that ratio after a cell that shows less than its ends, and after another."""
MOST_DOUBLINGS = 60
SMALLEST_LEAD = 1e-9
"""Of the largest one: samples with a smaller one are not waited for."""


def from_lambda_on_at_every_rate(
    problem: Problem, *, steps: int, until: float = 0.0, progress: Progress = silent
) -> tuple[Classes, Real]:
    """The predictions, and the least lambda found (n,) from which on they are final and one for all a in (0, 1].

    inf where there is none, as for all samples where sum_k b_k is not 0.
    """
    top, alive, upper = _begin(problem)
    least = np.where(alive, upper, np.inf)
    rates = rates_at(problem, upper, grid(), steps) if alive.any() else None
    end = end_of(problem, until)
    whole, ratio = np.log(upper / end), RATIO
    while rates is not None and upper > end and alive.any():
        progress(round((whole - np.log(upper / end)) * 100), round(whole * 100), f"lambda = {upper:.3g}")
        lower = max(upper / ratio, end)
        following = rates_at(problem, lower, rates.a, steps, below_start(problem, rates.trial, lower))
        chord = None if following is None else chord_between(problem, following.trial, rates.trial)
        if following is None or chord is None:
            break
        fine, could = _cells(problem, following, rates, chord, top)
        if ratio > CLOSEST and bool((alive & could & ~fine).any()):
            ratio = ratio**SHRINK
            continue
        alive &= fine
        least = np.where(alive, lower, least)
        rates, upper, ratio = following, lower, min(RATIO, ratio**GROWTH)
    return top, least


def _begin(problem: Problem) -> tuple[Classes, Mask, float]:
    """Predictions at a lambda so large that the bound for weak signals has all that lead, and which it has."""
    lambda_ = begin_of(problem)
    for _ in range(MOST_DOUBLINGS):
        top, weak = largest_signal(problem, lambda_)
        fine = weak >= 1
        start = problem.start(np.array([lambda_]), problem.one_hot[None])
        lead = problem.space.leading(problem.space.scores(start))[1][0]
        if (fine | (lead <= SMALLEST_LEAD * lead.max())).all():
            break
        lambda_ *= 2
    return top, fine, lambda_


def _cells(problem: Problem, lower: Rates, upper: Rates, chord: Chord, top: Classes) -> tuple[Mask, Mask]:
    """Where predictions (n,) are final for all signals between the two lambda, and where nearer ones could show it."""
    widths = problem.rounding.widths * (1 + MARGIN)
    fine = could = np.broadcast_to(lower.weak >= lower.a[-1], top.shape)
    low, high = lower.trial, upper.trial
    rooms = problem.room(low), problem.room(high)
    for i in range(len(lower.a) - 1):
        bump = float(chord.bump[i : i + 2].max()) * widths
        weak = lower.weak >= lower.a[i]
        for j in (i, i + 1):
            near = (low.norm[j] + lower.between[i] / 4) * widths
            far = (high.norm[j] + upper.between[i] / 4) * widths

            def over(below: Real, above: Real, near: Real = near, far: Real = far) -> tuple[Real, Real]:
                least = np.minimum(below, above / chord.turn) * (1 - MARGIN)
                return near - chord.modulus * least, far - chord.turn * chord.upper_modulus * least

            first, last = over(low.lead[j], high.lead[j])
            same = (low.top[j] == top) & (high.top[j] == top)
            inside = True
            if rooms[0] is not None and rooms[1] is not None:
                inside = bool(is_negative(*over(rooms[0][j], rooms[1][j]), bump).all())
            fine = fine & (weak | (same & is_negative(first, last, bump))) & inside
            could = could & (weak | (same & (first < 0) & (last < 0))) & inside
    return fine, could
