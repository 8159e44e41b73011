"""What cleaning a share of the labels buys: of random ones, and of those that are most in doubt."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, final

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from numerics.errors import FiniteError
from numerics.finite.forecast.checked import checked_share
from numerics.finite.forecast.estimate import Estimate
from numerics.finite.forecast.fit import Labels, Real
from numerics.finite.forecast.large_lambda import LargeLambda
from numerics.finite.forecast.scored import Scored, scored
from numerics.finite.forecast.task import Task
from numerics.finite.forecast.view import View
from numerics.progress import Progress
from symcheck.render.block import Block, Item, Items, Table, Title
from symcheck.render.page import Page

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ALONE = 1e-8
"""A sample whose leverage is as near to 1 decides its output alone: the others say nothing of its label."""

Doubt = Callable[[View, Labels, Generator], Real]
"""How doubtful each of n drawn labels is: the largest are looked at first."""


@dataclass(frozen=True)
class Strategy:
    """What comes of cleaning the labels that are chosen by ``name``; ``gain`` is in accuracy, draw by draw.

    ``found`` is the share of the wrong labels that are among those looked at.
    """

    name: str
    agreement: Estimate
    accuracy: Estimate
    gain: Estimate
    found: float

    def to_record(self) -> dict[str, object]:
        """The numbers for JSON."""
        return {
            "name": self.name, "agreement": self.agreement.to_record(), "accuracy": self.accuracy.to_record(),
            "gain": self.gain.to_record(), "found": self.found,
        }  # fmt: skip


@final
@dataclass(frozen=True)
class Cleaned(Page):
    """What cleaning ``share`` of the labels of ``data`` buys at points of one ``kind``, over ``draws`` draws.

    ``none`` is the forecast without cleaning, ``random`` and ``in_doubt`` those with it.
    """

    data: str
    kind: str
    setting: str
    share: float
    looked_at: int
    draws: int
    clean_accuracy: float
    none: Strategy
    random: Strategy
    in_doubt: Strategy

    @property
    def rows(self) -> tuple[Strategy, ...]:
        """The three."""
        return self.none, self.random, self.in_doubt

    @property
    def figure(self) -> Figure:
        """The accuracies beside one another."""
        from numerics.finite.forecast.cleaning_figure import cleaning_figure

        return cleaning_figure(self)

    def to_record(self) -> dict[str, object]:
        """The numbers for JSON."""
        return {
            "data": self.data, "kind": self.kind, "setting": self.setting, "share": self.share,
            "looked_at": self.looked_at, "draws": self.draws, "clean_accuracy": self.clean_accuracy,
            "strategies": [s.to_record() for s in self.rows],
        }  # fmt: skip

    def blocks(self) -> Iterator[Block]:
        """A row for each way to choose."""
        yield Title((f"Cleaning {self.share:.0%} of the labels of {self.data}: {self.setting}",))
        yield Table(
            ("labels looked at", "wrong ones found", "agreement", "accuracy", "gain in accuracy"),
            tuple(
                tuple((cell,) for cell in (
                    s.name, f"{s.found:.1%}", s.agreement.text, s.accuracy.text,
                    "" if s is self.none else f"{float(s.gain):+.4f} ± {s.gain.error:.4f}",
                ))
                for s in self.rows
            ),
        )  # fmt: skip
        told = {
            "at": f"{self.kind} points, where the model of the clean labels has the accuracy {self.clean_accuracy:.4f}",
            "errors": f"standard errors of the mean over {self.draws} draws; gains are taken draw by draw",
            "in doubt": (
                "the labels with the smallest lead in the scores at large lambda, their own vote left out: these are "
                "known from the noisy labels alone"
            ),
            "cleaned": f"{self.looked_at} labels are replaced by the clean ones, right or wrong as they were",
        }
        yield Items(tuple(Item(label, (line,)) for label, line in told.items() if line))


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
    own = np.arange(len(labels)), labels
    others = (basis @ fit.weights[0] - leverage[:, None] * hot) / np.maximum(1 - leverage, ALONE)[:, None]
    given = others[own].copy()
    others[own] = -np.inf
    found = others.max(axis=1) - given
    found[leverage > 1 - ALONE] = -np.inf
    return np.asarray(found)


def _strategy(name: str, found: Scored, none: Scored, wrong: list[tuple[int, int]]) -> Strategy:
    total = sum(all_ for _, all_ in wrong)
    return Strategy(
        name, Estimate.of(found.agreement), Estimate.of(found.accuracy),
        Estimate.of(found.accuracy - none.accuracy), sum(w for w, _ in wrong) / total if total else 0.0,
    )  # fmt: skip
