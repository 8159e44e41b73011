"""Every larger lambda, for given laws of the labels: predictions that no lambda from some one on turns.

Between trial points Z_a at lambda_a and Z_b at a larger lambda_b let Z(t) = (1 - t) Z_a + t Z_b, c > 0 a number, and
lambda(t) = ((1 - t) lambda_a + t c lambda_b)/w, w = (1 - t) + t c, which takes every value between.  A chord of
grad L(Z(t)) is off by at most t (1 - t) T F/2, T a bound on D^3 l and F = (sum_j ||z_bj - z_aj||^4)^(1/2), and
lambda(t) Z(t) is its chord but for t (1 - t) (lambda_b - lambda_a)(Z_b - c Z_a)/w, so that

    ||P grad J|| <= (1 - t) G_a + t G_b + t (1 - t) K,   K = T F/2 + (lambda_b - lambda_a) ||Z_b - c Z_a||/min(1, c)

for g = ||z||^2/2; in general P grad g(Z) stands for Z, and T + lambda_b D for T, D a bound on D^3 g.  A lead is concave
in t, so that sigma(t) lead(t) >= ((1 - t) sigma_a + t c sigma_b) min(lead_a, lead_b/c): where a parabola is negative,
the exact test holds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from numerics.finite.guarantee.chords import MARGIN, negative_from
from numerics.finite.guarantee.exact_test import is_final
from numerics.finite.guarantee.family import Classes
from numerics.finite.guarantee.problem import Problem, Trial
from numerics.finite.guarantee.ray import final_on_ray
from numerics.progress import Progress, silent

Real = NDArray[np.float64]
Mask = NDArray[np.bool_]

RATIO, CLOSEST = 1.25, 1.02
"""Of two neighbouring lambda, at most, and where no closer ones are tried."""
SHRINK, GROWTH = 0.5, 1.3
"""The exponents of that ratio after a cell that shows less than its ends, and after another."""
MOST_DOUBLINGS = 60
LEAST = 1e-2
"""The lambda where a search ends, as a share of the size of the slopes at 0."""
SMALLEST_LEAD = 1e-9
"""Of the largest one: samples with a smaller one are not waited for."""


@dataclass(frozen=True, eq=False)
class FromOn:
    """Predictions ``top`` (B, n) under B laws that no lambda >= ``least`` (B, n) turns; inf where none is known."""

    top: Classes
    least: Real


@dataclass(frozen=True, eq=False)
class Chord:
    """Bounds between a trial and one at a larger lambda: ``turn`` c, ``bump`` K (B,), and the two moduli."""

    turn: float
    bump: Real
    modulus: float
    upper_modulus: float

    def lambda_at(self, t: Real, lower: float, upper: float) -> Real:
        """lambda(t) between ``lower`` and ``upper``."""
        found: Real = ((1 - t) * lower + t * self.turn * upper) / ((1 - t) + t * self.turn)
        return found


def from_lambda_on(
    problem: Problem,
    laws: Real,
    *,
    steps: int,
    until: float = 0.0,
    closest: float = CLOSEST,
    progress: Progress = silent,
) -> FromOn:
    """The least lambda found from which on each prediction under ``laws`` (B, n, C) is final.

    The search goes down from where all are; each trial point starts at the one before and is improved by ``steps``.  It
    ends at ``until`` or where no sample is final under all laws.  ``closest`` is the least ratio of two lambda.
    """
    trial, alive = top_of(problem, laws, steps)
    top, upper = trial.top, float(trial.lambda_[0])
    least = np.where(alive, upper, np.inf)
    end = end_of(problem, until)
    whole, ratio = np.log(upper / end), RATIO
    while upper > end and alive.all(0).any():
        progress(round((whole - np.log(upper / end)) * 100), round(whole * 100), f"lambda = {upper:.3g}")
        lower = max(upper / ratio, end)
        following = below(problem, trial, lower, laws, steps)
        chord = chord_between(problem, following, trial)
        if chord is None:
            break
        place = _covered(problem, following, trial, chord)
        # A sample that is final at both ends and not between them asks for a nearer point.
        could = (alive & is_final(problem, following)).all(0)
        if ratio > closest and bool((could & (place > 0).any(0)).any()):
            ratio = ratio**SHRINK
            continue
        least = np.where(alive & (place < 1), chord.lambda_at(place, lower, upper), least)
        alive &= place == 0
        trial, upper, ratio = following, lower, min(RATIO, ratio**GROWTH)
    return FromOn(top, least)


def begin_of(problem: Problem) -> float:
    """A lambda where a search for a large one begins."""
    return max(problem.scale, 2 * problem.bounds.floor)


def end_of(problem: Problem, until: float = 0.0) -> float:
    """Where a search for the least lambda ends."""
    return max(until, problem.scale * LEAST, problem.bounds.floor * 1.005)


def top_of(problem: Problem, laws: Real, steps: int) -> tuple[Trial, Mask]:
    """Trials at a lambda so large that all predictions with a lead are final from it on, and which are."""
    lambda_ = begin_of(problem)
    for _ in range(MOST_DOUBLINGS):
        some = np.full(len(laws), lambda_)
        trial = problem.trial(problem.improved(problem.start(some, laws), some, laws, steps), some, laws)
        fine = final_on_ray(problem, trial, laws)
        if (fine | (trial.lead <= SMALLEST_LEAD * trial.lead.max())).all():
            break
        lambda_ *= 2
    return trial, fine


def below(problem: Problem, trial: Trial, lambda_: float, laws: Real, steps: int) -> Trial:
    """Trials at a smaller lambda, from those of ``trial``."""
    some = np.full(len(laws), lambda_)
    return problem.trial(problem.improved(below_start(problem, trial, lambda_), some, laws, steps), some, laws)


def below_start(problem: Problem, trial: Trial, lambda_: float) -> Real:
    """What a quadratic objective with its minimiser at ``trial`` would have as one at ``lambda_``, as weights."""
    some = np.full(len(trial.lambda_), lambda_)
    more = (trial.lambda_ - some)[:, None, None] * (trial.weights @ problem.form)
    return trial.weights + problem.divided(more, some)


def chord_between(problem: Problem, lower: Trial, upper: Trial) -> Chord | None:
    """The chord from ``lower`` to ``upper``, one c for all laws; None where no bound on how the pair bends is known."""
    farthest = max(float((np.linalg.norm(t.scores, axis=-1) + t.off).max()) for t in (lower, upper))
    bent = problem.bending(farthest)
    if bent is None:
        return None
    first, last = (problem.penalty_slopes(t.weights, t.scores) for t in (lower, upper))
    turn = float((first * last).sum() / max((first * first).sum(), np.finfo(float).tiny))
    if not turn > 0:
        return None
    low, high = float(lower.lambda_[0]), float(upper.lambda_[0])
    apart = np.linalg.norm(upper.scores - lower.scores, axis=-1) + lower.off + upper.off
    size = np.sqrt((apart**4).sum(-1))
    left = problem.rounding.stretch * np.linalg.norm(last - turn * first, axis=(-1, -2))
    bump = (bent.loss + high * bent.penalty) * size / 2 + (high - low) * left / min(1.0, turn)
    return Chord(turn, bump, problem.bounds.modulus(low), problem.bounds.modulus(high))


def _covered(problem: Problem, lower: Trial, upper: Trial, chord: Chord) -> Real:
    """The least t (B, n) such that predictions are final on (t, 1], 1 where they are not at ``upper``."""
    widths = problem.rounding.widths * (1 + MARGIN)

    def covered(below: Real, above: Real) -> Real:
        least = np.minimum(below, above / chord.turn) * (1 - MARGIN)
        return negative_from(
            lower.norm[:, None] * widths - chord.modulus * least,
            upper.norm[:, None] * widths - chord.turn * chord.upper_modulus * least,
            chord.bump[:, None] * widths,
        )

    place = np.where(lower.top == upper.top, covered(lower.lead, upper.lead), 1.0)
    low, high = problem.room(lower), problem.room(upper)
    if low is not None and high is not None:
        place = np.maximum(place, covered(low, high).max(-1, keepdims=True))
    return place
