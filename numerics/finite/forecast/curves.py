"""Forecasts for other numbers of labels, other rates, and other numbers of features."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from numerics.errors import FiniteError
from numerics.finite.forecast.checked import checked_count, checked_values
from numerics.finite.forecast.curve import Curve
from numerics.finite.forecast.curve_point import CurvePoint
from numerics.finite.forecast.fewer_features import KINDS, checked_kind, fewer_features
from numerics.finite.forecast.label_noise import AtOneRate
from numerics.finite.forecast.task import Task
from numerics.noise.laws import checked_rate
from numerics.progress import Progress

HALVINGS = 4
"""Labels are halved so often, and doubled half as often, where no numbers are given."""
RATES = 9
"""Rates from 0 to below (C-1)/C, where none are given."""


def against_n(task: Task, counts: Sequence[int] | None, progress: Progress) -> Curve:
    """The forecast of ``task`` with these numbers of labels."""
    n = len(task.samples)
    # With fewer samples than features hardly any new point has an output that is determined.
    least = task.samples.span.rank + 1 if task.samples.test is not None else 2
    halves = [n >> k for k in range(HALVINGS, 0, -1) if n >> k > least]
    chosen = (
        [*halves, *(n << k for k in range(HALVINGS // 2 + 1))] if counts is None else checked_values(counts, "counts")
    )
    checked = [checked_count(c, n, "counts") for c in chosen]
    tasks = [(float(c or n), replace(task, n=c)) for c in checked]
    note = f"up to {n} of the samples at random in each draw, beyond that every sample labelled several times"
    return _curve(tasks, "labels", f"{task.noise.text}, {task.fit.text}", note, progress)


def against_rho(task: Task, rates: Sequence[float | Fraction] | None, progress: Progress) -> Curve:
    """The forecast of ``task`` under uniform noise of these rates."""
    classes = task.samples.classes
    chosen = (
        [k * (classes - 1) / classes / RATES for k in range(RATES)] if rates is None else checked_values(rates, "rates")
    )
    checked = [checked_rate(r, classes) for r in chosen]
    tasks = [(r, task.with_noise(AtOneRate(r, classes))) for r in checked]
    note = f"uniform noise, which is below chance up to {Fraction(classes - 1, classes)}"
    return _curve(tasks, "rho", f"{task.labels} labels, {task.fit.text}", note, progress)


def against_features(task: Task, counts: Sequence[int] | None, kind: str, progress: Progress) -> Curve:
    """The forecast of ``task`` with these numbers of features of a ``kind``."""
    checked_kind(kind)
    most = task.samples.span.columns - 1
    if not most:
        raise FiniteError(f"data: no feature of {task.samples.name} varies; accepted are features of which some do")
    default = sorted({max(1, most >> k) for k in range(HALVINGS, -1, -1)})
    chosen = default if counts is None else checked_values(counts, "counts")
    made = [(c, fewer_features(task, c, kind)) for c in chosen]
    tasks = [(float(c), replace(task, features=f, features_vary=kind != "leading")) for c, f in made]
    setting = f"{task.labels} labels, {task.noise.text}, {task.fit.text}"
    return _curve(tasks, "features", setting, KINDS[kind], progress)


def _curve(tasks: list[tuple[float, Task]], axis: str, setting: str, note: str, progress: Progress) -> Curve:
    first, points, kind = tasks[0][1], [], "training"
    total = first.draws * len(tasks)
    for k, (value, task) in enumerate(tasks):
        found = task.measured(progress, k * first.draws, total)
        kind = "test" if "test" in found else "training"
        points.append(CurvePoint.of(value, found[kind]))
    return Curve(first.samples.name, axis, kind, first.draws, setting, note, tuple(points))
