"""The forecast by the normal law: a check of the one that is sampled, with another computation behind it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

from numerics.errors import FiniteError
from numerics.finite.forecast.checked import checked_points
from numerics.finite.forecast.estimate import Estimate
from numerics.finite.forecast.label_noise import BySample, LabelNoise
from numerics.finite.forecast.large_lambda import LargeLambda
from numerics.finite.forecast.outcomes import OUTCOMES, outcomes
from numerics.finite.forecast.scored import Place
from numerics.finite.forecast.task import Task
from numerics.finite.forecast.view import View, whole
from numerics.finite.result import Result
from numerics.progress import Progress
from symcheck.render.block import Block, Item, Items, Table, Title

Real = NDArray[np.float64]
Labels = NDArray[np.int64]

HEAVY = 0.2
"""A label with a weight above this times h(x)^(1/2) is drawn: there are at most 1/HEAVY^2 = 25 of them at x."""


@final
@dataclass(frozen=True, eq=False)
class NormalAt:
    """The law at some points of one ``kind``: ``rows`` (k,) are their numbers, ``per_sample`` (k,) the agreement."""

    kind: str
    agreement: Estimate
    accuracy: Estimate
    rows: Labels
    per_sample: Real


@final
@dataclass(frozen=True, eq=False, repr=False)
class NormalLaw(Result):
    """Agreement and accuracy by the normal law, at points of each kind; draws as such have no spread here.

    ``kinds`` has the numbers of each kind of points, for ``data`` and ``noise``.
    """

    data: str
    noise: str
    kinds: tuple[NormalAt, ...]

    @property
    def at(self) -> NormalAt:
        """The test points where there are some, else the training points."""
        return self.kinds[-1]

    def to_record(self) -> dict[str, object]:
        """The numbers for JSON."""
        return {
            "data": self.data, "noise": self.noise,
            "kinds": {
                k.kind: {
                    "points": len(k.rows), "agreement": k.agreement.to_record(), "accuracy": k.accuracy.to_record()
                }
                for k in self.kinds
            },
        }  # fmt: skip

    def blocks(self) -> Iterator[Block]:
        """A row for each kind of points."""
        yield Title((f"Forecast for {self.data} by the normal law: {self.noise}, large lambda",))
        rows = tuple(
            ((k.kind,), (str(len(k.rows)),), (k.agreement.text,), (k.accuracy.text,)) for k in self.kinds
        )  # fmt: skip
        yield Table(("points", "how many", "agreement", "accuracy"), rows)
        law = (
            f"at each point the labels with a weight above {HEAVY:g} h(x)^(1/2) are drawn, the sum of the others is "
            "taken as normal with its mean and covariance: an approximation, which the sampled forecast is not"
        )
        yield Items((Item("law", (law,)), Item("errors", ("standard errors, of the points that were chosen too",))))


def normal_law(task: Task, points: int, progress: Progress) -> NormalLaw:
    """The law of the scores of ``task`` at up to ``points`` points of each kind.

    Raises ``FiniteError`` for a forecast at one lambda, or of some of the samples: the law is that of S = P o.
    """
    most = checked_points(points)
    if not isinstance(task.fit, LargeLambda) or task.is_subset:
        raise FiniteError(
            f"forecast: got {task.fit.text} with {task.labels} labels; the normal law is that of the limit with all "
            "samples: accepted is a forecast without lambda_ and with n at least the number of samples"
        )
    view = whole(task.samples, task.noise)
    clean = task.fit.of_law(view.span.basis, np.eye(task.samples.classes)[view.labels])
    found = []
    for number, (name, where) in enumerate(view.places(clean).items()):
        chance = np.random.default_rng([task.seed, number, 5])
        found.append(_at(name, where, view, task.times, most, chance, progress))
    return NormalLaw(task.samples.name, task.noise.text, tuple(found))


def _at(
    kind: str, where: Place, view: View, times: int, most: int, chance: np.random.Generator, progress: Progress
) -> NormalAt:
    points = np.flatnonzero(where.decided)
    if len(points) > most:
        points = np.sort(chance.choice(points, most, replace=False))
    laws, which = _laws(view.noise, view.labels)
    agreed, right = np.empty(len(points)), np.empty(len(points))
    for k, i in enumerate(points):
        weights = view.span.basis @ where.coordinates[i]
        top = _scores(weights, laws, which, times, chance).argmax(axis=1)
        agreed[k], right[k] = (top == where.top[i]).mean(), (top == where.labels[i]).mean()
        progress(k + 1, len(points), f"normal law at {kind} points")
    left = 1 - len(points) / max(1, int(where.decided.sum()))
    return NormalAt(kind, _estimate(agreed, left), _estimate(right, left), where.rows[points], agreed)


def _scores(weights: Real, laws: Real, which: Labels, times: int, chance: np.random.Generator) -> Real:
    """Outcomes (OUTCOMES, C) of sum_j k_j e_j at one point with the ``weights`` k (n,)."""
    heavy = np.flatnonzero(np.abs(weights) > HEAVY * np.sqrt(weights @ weights))
    light = weights.copy()
    light[heavy] = 0
    mean = np.bincount(which, light, len(laws)) @ laws
    found = outcomes(mean, np.bincount(which, light**2, len(laws)) / times, laws, chance)
    for j in heavy:
        found += weights[j] / times * chance.multinomial(times, laws[which[j]], OUTCOMES)
    return np.asarray(found)


def _laws(noise: LabelNoise, labels: Labels) -> tuple[Real, Labels]:
    """The different laws of labels, and which of them each label has."""
    if isinstance(noise, BySample):
        return noise.laws, np.arange(len(labels))
    return noise.law(np.arange(noise.classes)), labels


def _estimate(chances: Real, left: float) -> Estimate:
    """The mean of ``chances`` (k,), with its error: outcomes are drawn, and so are the points but for ``left`` = 0."""
    k = len(chances)
    by_outcomes = float((chances * (1 - chances)).mean()) / OUTCOMES
    of_points = float(chances.var()) * left
    return Estimate(float(chances.mean()), ((by_outcomes + of_points) / k) ** 0.5, float("nan"))
