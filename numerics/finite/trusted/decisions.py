"""At each point the class of the largest score, its lead, and the leads that two tests ask for."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

from numerics.finite.samples import Samples
from numerics.finite.span import UNIT
from numerics.finite.trusted.pair_bound import PairBound
from numerics.finite.trusted.rates import Rates
from numerics.finite.weights import Weights
from numerics.progress import Progress

Real = NDArray[np.float64]

DOMINANT = 0.2
"""The normal law is asked only where no weight reaches this share of sqrt(sum_j k_j^2)."""


@final
@dataclass(frozen=True, eq=False)
class Decisions:
    """For N points, the class of the largest score ``top``, -1 where nothing is said, and its ``lead`` over the second.

    ``bound`` and ``normal`` (N,) are the leads above which the bound and the normal law trust it: the least that would
    do if all the scores but the largest stayed as they are; infinite where nothing is said.  ``votes`` (N, C).
    """

    top: NDArray[np.int64]
    lead: Real
    bound: Real
    normal: Real
    votes: Real


def decisions_at(
    weights: Weights, samples: Samples, rates: Rates, delta: float, is_outward: bool, progress: Progress
) -> Decisions:
    """The decisions at the points of ``weights``: each is wrong and trusted with probability at most ``delta``.

    That is shown of the bound; of the normal law it is nearly so at .05, and less so the smaller ``delta`` is.
    With ``is_outward`` the errors of floating point are added to what the bound asks for.
    """
    count, classes = len(weights), samples.classes
    pair_bound = PairBound(rates, math.log((classes - 1) / delta))
    tops, lead = np.full(count, -1), np.zeros(count)
    bound, normal = np.full(count, np.inf), np.full(count, np.inf)
    all_votes = np.zeros((count, classes))
    one_hot = samples.one_hot
    for part, k in weights.blocks():
        votes = k @ one_hot
        all_votes[part] = votes
        rows = np.arange(len(k))
        top = votes.argmax(axis=1)
        gaps = votes[rows, top][:, None] - votes
        gaps[rows, top] = np.inf
        lead[part] = gaps.min(axis=1)
        k2 = k * k
        seen = k2 @ one_hot
        seen += seen[rows, top][:, None]
        h = k2.sum(axis=1)
        absolute = np.abs(k, out=k)
        bound[part] = _of_the_lead(_by_bound(pair_bound, absolute, seen, h), gaps)
        if is_outward:
            # exponents grow by at most 1 + a <= 2 with s |k_j|, and votes are off by rounding as well
            bound[part] += 3 * weights.errors[part] + (4 * len(samples) + 16) * UNIT * absolute.sum(axis=1)
        is_spread = (absolute.max(axis=1) < DOMINANT * np.sqrt(h)) | (rates.high == 0)
        # scores of equal weights come in steps of 2 |k|: half a step, of the weights that are there
        step = np.einsum("ij,ij->i", k2, absolute) / np.maximum(h, np.finfo(float).tiny)
        asked = _of_the_lead(_by_normal_law(rates, delta, seen, h, step), gaps)
        normal[part] = np.where(is_spread, asked, np.inf)
        tops[part] = top
        progress(part.stop, count, "points")
    nothing = ~weights.said
    tops[nothing], bound[nothing], normal[nothing], lead[nothing] = -1, np.inf, np.inf, 0.0
    return Decisions(tops, lead, bound, normal, all_votes)


def _of_the_lead(asked: Real, gaps: Real) -> Real:
    """What is ``asked`` of the gaps (m, C), as what it comes to for the least of them; that of the top is infinite."""
    others = np.isfinite(gaps)
    # a class that is further behind than the second one has so much the more
    more = np.where(others, gaps, 0.0) - gaps.min(axis=1, keepdims=True)
    found: Real = np.where(others, asked - more, -np.inf).max(axis=1)
    return found


def _by_bound(pair_bound: PairBound, absolute: Real, seen: Real, h: Real) -> Real:
    """What the bound asks of the lead over each class (m, C), and what its own rounding may hide."""
    if pair_bound.rates.high == 0:  # no label moves
        return np.zeros_like(seen)
    s = pair_bound.slopes(absolute)
    some = s > 0
    x = absolute * s[:, None]
    total = x.sum(axis=1)
    exponents = pair_bound.exponents(x).sum(axis=1)
    # a term is off by the rounding of five functions, each at most a few units, at arguments of size x; n are added
    n = absolute.shape[1]
    rounding = UNIT * (64 * (n + total) + n * (2 * total + s**2 * h / 2))
    fixed = np.full(len(s), np.finfo(float).max / 4)  # no weight at all: nothing would do
    fixed[some] = (pair_bound.level + exponents + rounding)[some] / s[some]
    fixed += np.abs(fixed) * 1e-12
    by_labels: Real = (pair_bound.labels_share / 2 * s)[:, None] * seen * (1 + 1e-12 + 2 * n * UNIT)
    return fixed[:, None] + by_labels


def _by_normal_law(rates: Rates, delta: float, seen: Real, h: Real, step: Real) -> Real:
    """z sqrt(V) + ``step``, with V = (1 - a)(W + 2 a h/C), W = sum_j k_j^2 N_j, at the worst a, and z of delta/(C - 1).

    Infinite where the law is no good: z step >= sqrt(V).
    """
    from scipy.special import ndtri

    if rates.high == 0:  # no label moves
        return np.zeros_like(seen)
    z = max(0.0, -float(ndtri(delta / (rates.classes - 1))))
    each = h[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        # V is concave in a, and largest at an end or where its derivative is 0
        top = np.clip((1 - rates.classes * seen / (2 * each)) / 2, rates.a_low, rates.a_high)
    worst = np.zeros_like(seen)
    for a in (rates.a_low, rates.a_high, top):
        least = 2 * (1 - a) / rates.classes * each
        w = np.clip(seen, least, least + a * each)  # what it is in the mean lies between these
        np.maximum(worst, (1 - a) * (w + 2 * a * each / rates.classes), out=worst)
    deviation = np.sqrt(worst)
    found: Real = np.where(z * step[:, None] < deviation, z * deviation + step[:, None], np.inf)
    return found
