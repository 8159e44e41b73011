"""Which predictions stay whatever the noise at each sample, if it stays within a band."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from numerics.finite.margin.result import NoiseMargin, checked_band
from numerics.finite.samples import Samples, samples_of
from numerics.finite.span import UNIT
from numerics.finite.weights import weights_at
from numerics.progress import Progress, silent
from symcheck.arguments.public import public


@public
def noise_margin(
    X: object,
    y: object = None,
    *,
    a: tuple[float, float],
    test: object = None,
    split: int = 0,
    label: str | None = None,
    without: Sequence[str] = (),
    transform: str = "raw",
    progress: Progress = silent,
) -> NoiseMargin:
    """The predictions that uniform noise keeps, whatever a = 1 - rho C/(C-1) at each sample between two ends.

    With a_j at sample j and exact labels the score of the top class is above that of c by sum_j a_j k_j D_j in the
    limit, D_j = 1{y_j is the top class} - 1{y_j is c}.  The least of it over low <= a_j <= high is

        (high + low)/2 sum_j k_j D_j - (high - low)/2 sum_j |k_j D_j|,

    with a_j = low where k_j D_j > 0 and high elsewhere: the prediction is kept if and only if this is positive for each
    c.  (If a is a function of x, samples with the same x share it, and this is only sufficient.)

    Parameters: ``X`` (n, d) and ``y`` (n,), clean labels, or as ``X`` alone anything that ``samples_of`` takes; ``a``
    the band (low, high), 0 < low <= high <= 1; ``test``, ``split``, ``label``, ``without``, ``transform`` as there;
    without ``test`` the points are the samples, with their own labels; ``progress`` is called as points are looked at.

    Returns a ``NoiseMargin``.  Raises ``FiniteError`` for what is no band and ``DataError`` for data.

    >>> from numerics import noise_margin
    >>> found = noise_margin("iris", a=(0.7, 0.9))
    >>> int(found.kept.sum()), int(found.at(0.3, 0.9).kept.sum())
    (124, 45)

    Source: docs/theory.md, section 14.
    """
    low, high = checked_band(a)
    samples = samples_of(
        X if y is None else (X, y), label=label, without=without, transform=transform, test=test, split=split,
        labelled=False, progress=progress,
    )  # fmt: skip
    weights = weights_at(samples, with_own=True)
    count = len(weights)
    predicted, rival = np.full(count, -1), np.full(count, -1)
    margin, least, most = np.zeros(count), np.zeros(count), np.zeros(count)
    one_hot = samples.one_hot
    for part, k in weights.blocks():
        votes = k @ one_hot
        absolute = np.abs(k, out=k)
        sizes = absolute @ one_hot
        rows = np.arange(len(k))
        top = votes.argmax(axis=1)
        gaps = votes[rows, top][:, None] - votes
        sizes += sizes[rows, top][:, None]
        # where the rank is not shown, these are the errors with the rank as it is computed: a tie is none by rounding
        error = (weights.errors[part] + (4 * len(samples) + 16) * UNIT * absolute.sum(axis=1))[:, None]
        with np.errstate(divide="ignore", invalid="ignore"):
            shares = (gaps / sizes, (gaps - error) / (sizes + error), (gaps + error) / np.maximum(sizes - error, 0))
        for found in shares:
            found[rows, top] = np.inf
            found[np.isnan(found)] = 0.0
        predicted[part], rival[part] = top, shares[0].argmin(axis=1)
        margin[part], least[part], most[part] = (found.min(axis=1) for found in shares)
        progress(part.stop, count, "points")
    predicted[~weights.said] = rival[~weights.said] = -1
    return NoiseMargin(
        samples, low, high, predicted, rival, margin, least, most, _repeated(samples), weights.is_exact
    )  # fmt: skip


def _repeated(samples: Samples) -> int:
    counts = np.unique(samples.features, axis=0, return_counts=True)[1]
    return int(counts[counts > 1].sum())
