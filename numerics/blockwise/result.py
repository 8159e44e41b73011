"""The limit of linear models on many rows: scores, leverage, forecasts and trusted predictions at new points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import log, sqrt
from typing import final

import numpy as np
from numpy.typing import NDArray

from numerics.arrays.masks import refuse_mask
from numerics.blockwise.basis import ILL, SMALLEST, Basis
from numerics.blockwise.moments import Labels, Moments, Real
from numerics.errors import DataError, FiniteError
from numerics.finite.forecast.estimate import Estimate
from numerics.finite.forecast.outcomes import OUTCOMES, outcomes
from numerics.finite.result import Result
from numerics.noise.laws import checked_rate, noise_factor
from symcheck.arguments.public import public
from symcheck.render.block import Block, Item, Items, Title

Mask = NDArray[np.bool_]


@public
@final
@dataclass(frozen=True, eq=False, repr=False)
class Embeddings(Result):
    """n = ``rows`` rows in C = ``classes`` classes: the limit of a linear model with a bias, in double precision.

    ``name`` is that of the data.
    ``labels`` (C,) are the classes as they were given, ``counts`` (C,) how often; ``basis`` gives coordinates v(x) in
    which the sum of v v' over the rows is 1, ``weights`` (r, C) are the sum of v_j o_j'.  ``by_class`` (C, r, r), if it
    was kept, are the sums of v v' by class.

    >>> import numpy as np
    >>> from numerics import embeddings
    >>> found = embeddings((np.array([[0.0], [1.0], [2.0], [3.0]]), ["cat", "cat", "dog", "dog"]))
    >>> found.labels.tolist(), found.rank, found.leverage([[0.0], [9.0]]).round(2).tolist()
    (['cat', 'dog'], 2, [0.7, 11.5])

    Source: docs/theory.md, sections 12 and 13.
    """

    name: str
    labels: Labels
    counts: NDArray[np.int64]
    basis: Basis
    weights: Real
    by_class: Real | None

    @classmethod
    def of(cls, name: str, moments: Moments, basis: Basis) -> Embeddings:
        """From ``moments``, the sums over all rows, and the ``basis`` of their span; ``name`` is that of the data."""
        n, classes = moments.rows, len(moments.labels)
        back = basis.back / basis.scale[basis.varies, None]
        sums = np.concatenate([moments.sums_about_mean()[:, basis.varies] @ back, moments.counts[:, None] * n**-0.5], 1)
        weights = sums.T - sums.sum(0)[:, None] / classes
        return cls(name, moments.labels, moments.counts, basis, weights, _by_class(moments, basis, sums))

    @property
    def rows(self) -> int:
        """n."""
        return self.basis.samples

    @property
    def classes(self) -> int:
        """C."""
        return len(self.labels)

    @property
    def rank(self) -> int:
        """r, the rank of the features with a bias."""
        return self.basis.rank

    @property
    def condition(self) -> float:
        """That of the standardised columns, as far as they are kept."""
        return self.basis.condition

    def scores(self, points: object) -> Real:
        """S(x) = sum_j k_j(x) o_j at ``points`` (m, d): (m, C)."""
        found: Real = self._at(points) @ self.weights
        return found

    def predicted(self, points: object) -> Labels:
        """The labels of the largest scores at ``points`` (m, d): (m,)."""
        found: Labels = self.labels[self.scores(points).argmax(1)]
        return found

    def leverage(self, points: object) -> Real:
        """h(x) = sum_j k_j(x)^2 at ``points`` (m, d): (m,)."""
        coordinates = self._at(points)
        found: Real = np.einsum("ij,ij->i", coordinates, coordinates)
        return found

    def outside(self, points: object) -> Mask:
        """At which ``points`` (m, d) no combination of rows has these features: there the limit says nothing."""
        return self.basis.outside(self._checked(points))

    def trusted(self, points: object, delta: float = 0.05) -> Mask:
        """Where the labels are noisy and the prediction is that of the clean ones, but with probability ``delta``.

        At ``points`` (m, d), (m,), by Hoeffding's bound: the lead of S exceeds (2 h(x) log((C-1)/delta))^(1/2).  For
        labels that were turned independently and uniformly at one rate below (C-1)/C, which need not be known, and a
        point that was chosen before.  Raises ``FiniteError`` for a ``delta`` that is no probability.
        """
        if isinstance(delta, bool) or not isinstance(delta, int | float) or not 0 < delta < 1:
            raise FiniteError(f"delta: got {delta}; accepted is a probability between 0 and 1, such as 0.05")
        coordinates = self._at(points)
        best = np.sort(coordinates @ self.weights, 1)[:, -2:]
        needed = np.sqrt(2 * np.einsum("ij,ij->i", coordinates, coordinates) * log((self.classes - 1) / delta))
        found: Mask = (best[:, 1] - best[:, 0] > needed) & ~self.outside(points)
        return found

    def forecast(self, points: object, labels: object, rho: float, seed: int = 0) -> LimitForecast:
        """What training on labels with uniform noise of rate ``rho`` in [0, (C-1)/C) will predict, by the normal law.

        The rows have clean labels.  S~(x) has the mean a S(x) and the covariance sum_j k_j^2 (diag q_j - q_j q_j'),
        q_j = a e_(y_j) + (1 - a)/C; at each of ``points`` (m, d), with clean ``labels`` (m,), outcomes are drawn with
        ``seed``.  The law knows no single label: where a few weigh much in a score, as at large leverage, it errs,
        mostly upwards; ``numerics.forecast`` draws those, on rows in memory.

        Raises ``FiniteError`` where sums by class were not kept, ``DataError`` for labels that are none of
        the rows', ``NoiseError`` for the rate.
        """
        if self.by_class is None:
            raise FiniteError("by_class: the sums by class were not kept; make the embeddings with by_class=True")
        rate, names = checked_rate(rho, self.classes), np.asarray(labels)
        if not np.isin(names, self.labels).all():
            other = names[~np.isin(names, self.labels)][0]
            raise DataError(f"labels: got {other}, which no row has; accepted are labels of the rows")
        coordinates, inside = self._at(points), ~self.outside(points)
        if names.shape != (len(coordinates),):
            raise DataError(
                f"labels: got shape {names.shape} for {len(coordinates)} points; accepted is one label for each"
            )
        if not inside.any():
            raise DataError(
                f"points: of {len(coordinates)} none is inside, where features are combinations of those of the rows; "
                "accepted is at least one such point: see outside(points)"
            )
        a, chance = noise_factor(rate, self.classes), np.random.default_rng(seed)
        laws = a * np.eye(self.classes) + (1 - a) / self.classes
        agreed, right = np.empty(len(coordinates)), np.empty(len(coordinates))
        clean, true = coordinates @ self.weights, np.searchsorted(self.labels, names)
        by_law = np.stack([np.einsum("ij,ij->i", coordinates @ form, coordinates) for form in self.by_class], 1)
        for i, shares in enumerate(np.maximum(by_law, 0)):
            top = outcomes(a * clean[i], shares, laws, chance).argmax(1)
            agreed[i], right[i] = (top == clean[i].argmax()).mean(), (top == true[i]).mean()
        return LimitForecast(rate, agreed[inside], right[inside], float((clean.argmax(1) == true)[inside].mean()))

    def to_record(self) -> dict[str, object]:
        """The numbers for JSON."""
        return {
            "data": self.name, "rows": self.rows, "columns": len(self.basis.shift), "rank": self.rank,
            "condition": self.condition, "labels": self.labels.tolist(), "counts": self.counts.tolist(),
        }  # fmt: skip

    def blocks(self) -> Iterator[Block]:
        """Rank, condition, and what was left out."""
        basis = self.basis
        yield Title((f"Embeddings: {self.rows} rows of {len(basis.shift)} columns, {self.classes} classes",))
        constant = int((~basis.varies).sum())
        dropped = basis.columns - basis.rank
        passes = "two passes" if basis.condition > ILL else "one pass"
        told = {
            "rank": f"{self.rank} with the bias",
            "condition": f"{self.condition:.3g} of columns of variance 1; {passes}, products in double precision",
            "left out": ", ".join(
                [
                    *([f"{constant} constant columns"] if constant else []),
                    *([f"{dropped} directions below {SMALLEST:g} of the largest"] if dropped else []),
                ]
            ),
            "mean leverage": f"{self.rank / self.rows:.3g} of a row: the weight of its own label in its scores",
            "classes": f"{self.counts.min()} to {self.counts.max()} rows each",
            "holds for": (
                "lambda -> oo, linear models with a bias and every pair that is certified EXACT or SCALED with a "
                "penalty of Hessian s I + t 11' at 0; computed in double precision"
            ),
        }
        yield Items(tuple(Item(label, (line,)) for label, line in told.items() if line))

    def _checked(self, points: object) -> Real:
        refuse_mask(points, "points", DataError)
        found = np.asarray(points.toarray() if hasattr(points, "toarray") else points, dtype=np.float64)
        width = len(self.basis.shift)
        if found.ndim != 2 or found.shape[1] != width or not np.isfinite(found).all():
            raise DataError(
                f"points: got shape {found.shape}; accepted are finite numbers (m, {width}), the columns of the rows "
                "in their order"
            )
        return found

    def _at(self, points: object) -> Real:
        return self.basis.at(self._checked(points))


@final
@dataclass(frozen=True, eq=False)
class LimitForecast:
    """At each point inside the row space: how often a draw of labels gives the clean prediction, and the clean label.

    ``rho`` is the rate, ``agreed`` and ``right`` (m,) are the two shares of outcomes at each of these points, and
    ``clean`` is the accuracy of the clean labels themselves there.
    """

    rho: float
    agreed: Real
    right: Real
    clean: float

    @property
    def agreement(self) -> Estimate:
        """The share of points with the clean prediction."""
        return _estimate(self.agreed)

    @property
    def accuracy(self) -> Estimate:
        """The share of points with the clean label."""
        return _estimate(self.right)


def _estimate(chances: Real) -> Estimate:
    """Their mean, with the error that drawing outcomes leaves."""
    error = sqrt(float((chances * (1 - chances)).sum()) / OUTCOMES) / len(chances)
    return Estimate(float(chances.mean()), error, float("nan"))


def _by_class(moments: Moments, basis: Basis, sums: Real) -> Real | None:
    """The sums of v v' by class, (C, r, r), from those about the mean."""
    if not moments.by_label:
        return None
    root = basis.samples**-0.5
    back = basis.back / basis.scale[basis.varies, None]
    found = np.empty((len(moments.labels), basis.rank, basis.rank))
    for k in range(len(found)):
        found[k, :-1, :-1] = back.T @ moments.gram_about_mean(k)[np.ix_(basis.varies, basis.varies)] @ back
        found[k, -1, :] = found[k, :, -1] = root * sums[k]
    return found
