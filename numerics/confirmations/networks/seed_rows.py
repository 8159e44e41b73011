"""What seeds do: noisy networks beside clean ones, and clean ones beside each other.

No theorem says in which minimum training ends.  So the distance of noisy to clean networks is shown beside the spread
of clean ones over the seeds, and both beside how far the networks still move: a spread that is no larger is not seen.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

from torch import Tensor

from numerics.confirmations.networks.judged import Judged
from numerics.distance import distance
from numerics.noise.laws import noise_factor
from numerics.runs.agreement import Row

Measure = Callable[[Tensor, Tensor], float]


def seed_rows(judged: Judged) -> tuple[Row, ...]:
    """A row for each measure of how far two networks are apart; none for one seed, or noise that is no uniform one.

    A measure that is no number, such as the direction of scores that are 0 at first, has no row.
    """
    claim, until = judged.claim, judged.found.until
    if judged.rho is None or len(judged.clean) < 2 or until is None or not len(until.earlier):
        return ()
    shrunk = noise_factor(judged.rho, claim.classes) ** claim.noise_power
    now, before = (
        scores - scores.mean(-1, keepdim=True) if claim.quotient else scores
        for scores in (judged.found.scores, judged.found.problem.all_scores(until.earlier[0]))
    )
    seeds = len(judged.clean)
    rows = (
        _row(f"{name}, clean to noisy, mean over {seeds} seeds", measure, judged, now, before, unit)
        for name, measure, unit in (
            ("distance of directions, in [0, 2]", distance, 1.0),
            ("share of predicted classes that differ", differ, 1.0),
            ("norm of noisy over clean, relative to a'", apart_in_norm, shrunk),
        )
    )
    return tuple(row for row in rows if row.measured is not None and math.isfinite(row.measured + row.tolerance))


def _row(name: str, measure: Measure, judged: Judged, now: Tensor, before: Tensor, unit: float) -> Row:
    """The mean of ``measure`` from clean to noisy; ``unit``, which noise multiplies the norm by, is divided out."""
    clean, noisy = judged.clean, judged.noisy
    apart = [measure(now[c], now[n] / unit) for c, n in zip(clean, noisy, strict=True)]
    spread = max(measure(now[c], now[d]) for c, d in itertools.combinations(clean, 2))
    moved = max(measure(before[k], now[k]) for k in (*clean, *noisy))
    return Row(
        name=name,
        predicted=0.0,
        measured=sum(apart) / len(apart),
        tolerance=spread + moved,
        reason=f"{spread:.2g}, the largest between clean networks of two seeds, and {moved:.2g}, the most that one "
        "network changed in about the second half of its training; where the second is larger, what seeds do is not "
        "told apart from training that has not ended",
        is_decisive=False,
        most=2 * spread,
    )


def differ(first: Tensor, second: Tensor) -> float:
    """The share of samples of which the predicted classes differ."""
    return float((first.argmax(-1) != second.argmax(-1)).double().mean())


def apart_in_norm(first: Tensor, second: Tensor) -> float:
    """| ||second||/||first|| - 1 |."""
    return abs(float(second.norm() / first.norm()) - 1)
