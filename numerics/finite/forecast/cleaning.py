"""What cleaning a share of the labels buys: of random ones, and of those that are most in doubt."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from numerics.errors import FiniteError
from numerics.finite.forecast.checked import checked_share
from numerics.finite.forecast.cleaned import Cleaned, Strategy
from numerics.finite.forecast.estimate import Estimate
from numerics.finite.forecast.fit import Labels, Real
from numerics.finite.forecast.large_lambda import LargeLambda
from numerics.finite.forecast.scored import Scored, scored
from numerics.finite.forecast.task import Task
from numerics.finite.forecast.view import View
from numerics.progress import Progress

ALONE = 1e-8
"""A sample whose leverage is as near to 1 decides its output alone: the others say nothing of its label."""

Doubt = Callable[[View, Labels, Generator], Real]
"""How doubtful each of n drawn labels is: the largest are looked at first."""


def cleaned(task: Task, share: float, progress: Progress) -> Cleaned:
    """The forecast of ``task`` with ``share`` of the labels cleaned, in (0, 1], one label a sample.

    Raises ``FiniteError`` for another share, or where samples have several labels.
    """
    part = checked_share(share)
    if task.times > 1:
        raise FiniteError(
            f"n: got {task.labels} labels of {len(task.samples)} samples, and cleaning is of samples with one label; "
            "make the forecast without n="
        )
    count = max(1, round(part * task.labels))
    ways: dict[str, Doubt | None] = {"none": None, "random": _any, "most in doubt": _doubt}
    scores: dict[str, list[Scored]] = {name: [] for name in ways}
    wrong: dict[str, list[tuple[int, int]]] = {name: [] for name in ways}
    kind, done = "training", 0
    for view, chosen in task.views():
        clean = task.fit.of_law(view.span.basis, np.eye(task.samples.classes)[view.labels])
        places = view.places(clean)
        kind = "test" if "test" in places else "training"
        for some in task.few(view, chosen):
            labels = task.drawn(view, some)
            for name, way in ways.items():
                mended = labels.copy()
                for draw, row in zip(some, mended[:, 0], strict=True):
                    is_wrong = row != view.labels
                    looked = _chosen(way, view, row, count, np.random.default_rng([task.seed, draw, 4]))
                    wrong[name].append((int(is_wrong[looked].sum()), int(is_wrong.sum())))
                    row[looked] = view.labels[looked]
                fits = task.fit.of_labels(view.span.basis, mended, task.samples.classes)
                scores[name].append(scored(places[kind], fits))
            done += len(some)
            progress(done, task.draws, "cleaning")
    joined = {name: Scored.joined(found) for name, found in scores.items()}
    rows = [_strategy(name, found, joined["none"], wrong[name]) for name, found in joined.items()]
    setting = f"{task.labels} labels, {task.noise.text}, {task.fit.text}"
    truth = float(joined["none"].clean_accuracy.mean())
    return Cleaned(task.samples.name, kind, setting, part, count, task.draws, truth, *rows)


def _chosen(way: Doubt | None, view: View, labels: Labels, count: int, chance: Generator) -> NDArray[np.int64]:
    if way is None:
        return np.empty(0, dtype=np.int64)
    return np.argsort(-way(view, labels, chance), kind="stable")[:count]


def _any(view: View, labels: Labels, chance: Generator) -> Real:  # noqa: ARG001
    return chance.random(len(labels))


def _doubt(view: View, labels: Labels, chance: Generator) -> Real:  # noqa: ARG001
    """The lead of the other classes over each label, in the scores at large lambda without the sample's own label."""
    basis, leverage = view.span.basis, view.span.leverage
    hot = np.eye(view.noise.classes)[labels]
    fit = LargeLambda().of_law(basis, hot)
    voted = np.arange(len(labels)), labels
    others = (basis @ fit.weights[0] - leverage[:, None] * hot) / np.maximum(1 - leverage, ALONE)[:, None]
    given = others[voted].copy()
    others[voted] = -np.inf
    found = others.max(axis=1) - given
    found[leverage > 1 - ALONE] = -np.inf
    return np.asarray(found)


def _strategy(name: str, found: Scored, none: Scored, wrong: list[tuple[int, int]]) -> Strategy:
    total = sum(all_ for _, all_ in wrong)
    return Strategy(
        name, Estimate.of(found.agreement), Estimate.of(found.accuracy),
        Estimate.of(found.accuracy - none.accuracy), sum(w for w, _ in wrong) / total if total else 0.0,
    )  # fmt: skip
