"""Trusted predictions from data with noisy labels."""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real

from numerics.errors import FiniteError
from numerics.finite.samples import samples_of
from numerics.finite.trusted.decisions import decisions_at
from numerics.finite.trusted.label_scores import probabilities, sharpness, votes_without
from numerics.finite.trusted.rates import rates_of
from numerics.finite.trusted.result import Trusted
from numerics.finite.weights import weights_at
from numerics.progress import Progress, silent
from symcheck.arguments.public import public
from symcheck.errors import shown


@public
def trusted(
    data: object,
    *,
    rho: object = None,
    delta: float = 0.05,
    all_points: bool = False,
    test: object = None,
    split: int = 0,
    label: str | None = None,
    without: Sequence[str] = (),
    transform: str = "raw",
    progress: Progress = silent,
) -> Trusted:
    """Which predictions the clean labels would have given too, from noisy labels alone.

    Labels have moved by uniform noise; a point is trusted if the largest score leads by more than noise gives with
    probability ``delta``.  Two tests are asked: a bound by one exponential moment (``pair_bound``), which is proved
    where the features allow it, and the normal law.

    Parameters: ``data`` with noisy labels: a name, a pair (X, y), a frame, a file, or ``Samples``, made with
    ``by_class=False`` where their test part is a share; ``rho`` the rate of flipping in [0, (C-1)/C), a range (low,
    high) that it lies in, or None if it is not known; ``delta`` in (0, 1), the probability that a point is trusted and
    wrong, with ``all_points`` that any is.  ``test``: the points, a share in (0, 1) of the data, drawn with the seed
    ``split`` without a look at the labels, or data with the same columns, labels or not; without it the points are the
    samples, each predicted without its own label (give the data as ``test`` for the model that has seen it).
    ``label``, ``without``, ``transform`` as in ``samples_of``; ``progress`` is called as points are looked at.

    Returns ``Trusted``.  Raises ``NoiseError`` for a rate above chance or noise that is not uniform, ``FiniteError``
    for ``delta``, and ``DataError`` for data.

    >>> from numerics import trusted
    >>> found = trusted(([[x] for x in range(-50, 50)], [0] * 50 + [1] * 50), rho=0.2)
    >>> int(found.proved.sum()), found.level
    (86, 'proved')

    Source: docs/theory.md, section 13.
    """
    chosen = _checked_delta(delta)
    samples = samples_of(
        data, label=label, without=without, transform=transform, test=test, split=split, by_class=False,
        labelled=False, progress=progress,
    )  # fmt: skip
    rates = rates_of(rho, samples.classes)
    weights = weights_at(samples)
    points = int(weights.said.sum())
    each = chosen / max(points, 1) if all_points else chosen
    found = decisions_at(weights, samples, rates, each, weights.is_exact, progress)
    votes = votes_without(samples)
    at_samples = samples.test is None
    factor = sharpness(votes, samples.labels)
    return Trusted(
        samples.name, len(samples), samples.label_names, rates, chosen, all_points, found.top, found.lead, found.bound,
        found.normal, probabilities(votes if at_samples else found.votes, factor),
        samples.labels if at_samples else None, weights.is_exact,
        samples.notes,
    )  # fmt: skip


def _checked_delta(delta: float) -> float:
    if isinstance(delta, bool) or not isinstance(delta, Real) or not 0 < delta < 1:
        raise FiniteError(
            f"delta: got {shown(delta)}; accepted is a probability of error between 0 and 1, such as 0.05"
        )
    return float(delta)
