"""What the page is made of: each job's accuracies after three epochs, without the curves."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.study.plan import EPOCHS, Job, Pair
from benchmarks.study.plateau import Plateau
from benchmarks.study.record import Result
from symcheck.files import written


@dataclass(frozen=True)
class Row:
    """One pair at one lambda and one rate of noise, each accuracy seed by seed.

    ``chosen`` is the test accuracy after the epoch that held-out noisy labels choose, ``last`` that after the last
    epoch, ``oracle`` the best of all epochs, which only clean test labels can tell.  ``held_out`` and ``held_out_last``
    are the accuracies on held-out noisy labels after the first two.  ``is_tuned`` says that the learning rate was
    chosen; ``trained_for`` counts epochs, ``epochs`` are those that were chosen.
    """

    place: str
    loss: str
    penalty: str | None
    lambda_: float
    rho: float
    learning_rate: float
    is_tuned: bool
    trained_for: int
    epochs: tuple[int, ...]
    chosen: tuple[float, ...]
    last: tuple[float, ...]
    oracle: tuple[float, ...]
    held_out: tuple[float, ...]
    held_out_last: tuple[float, ...]

    @property
    def pair(self) -> Pair:
        """The loss and its penalty."""
        return Pair(self.loss, self.penalty)

    @property
    def title(self) -> str:
        """The pair, with its lambda if it has a penalty."""
        return str(self.pair) if self.penalty is None else f"{self.pair} at lambda {self.lambda_:g}"


@dataclass(frozen=True)
class Summary:
    """The rows of the jobs that are done, of ``planned`` ones, and the plateaus that were predicted."""

    planned: int
    rows: tuple[Row, ...]
    plateaus: tuple[Plateau, ...] = ()

    def tuned(self, place: str) -> list[Row]:
        """The rows of a place in which the learning rate was chosen."""
        return [row for row in self.rows if row.place == place and row.is_tuned]

    @property
    def rate_by_rate(self) -> list[Row]:
        """The rows of the part in which no learning rate is chosen."""
        return [row for row in self.rows if not row.is_tuned and row.trained_for == EPOCHS[row.place]]

    def longer(self, place: str) -> list[Row]:
        """The rows of a place in which the limit problem is trained ten times as long."""
        return [row for row in self.rows if row.place == place and row.trained_for > EPOCHS[place]]

    @property
    def text(self) -> str:
        """As JSON, a row a line."""
        parts = [f'{{"planned": {self.planned}, "rows": [']
        parts.append(",\n".join(json.dumps(asdict(row)) for row in self.rows))
        parts.append('], "plateaus": [')
        parts.append(",\n".join(json.dumps(asdict(one)) for one in self.plateaus))
        return "\n".join(parts) + "\n]}\n"


def row_of(job: Job, result: Result) -> Row:
    """The row of a job."""
    held, test = np.array(result.validation), np.array(result.test)
    each, at = np.arange(len(held)), held.argmax(1)

    def told(values: np.ndarray) -> tuple[float, ...]:
        return tuple(float(x) for x in values)

    return Row(
        job.place.name, job.pair.loss, job.pair.penalty, job.lambda_, job.rho, result.learning_rate,
        job.rate is None, job.place.epochs, tuple(int(epoch) + 1 for epoch in at), told(test[each, at]),
        told(test[:, -1]), told(test.max(1)), told(held[each, at]), told(held[:, -1]),
    )  # fmt: skip


def summary_of(results: Iterable[tuple[Job, Result]], planned: int, plateaus: Iterable[Plateau] = ()) -> Summary:
    """The summary of the jobs that are done."""
    return Summary(planned, tuple(row_of(job, result) for job, result in results), tuple(plateaus))


def read_summary(path: Path) -> Summary:
    """The summary in a file that ``write_summary`` wrote."""
    content = json.loads(path.read_text(encoding="utf-8"))
    rows = tuple(Row(**_frozen(row)) for row in content["rows"])
    return Summary(content["planned"], rows, tuple(Plateau(**_frozen(one)) for one in content["plateaus"]))


def write_summary(summary: Summary, path: Path) -> None:
    """Put ``summary`` into a file, in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    written(path, summary.text)


def _frozen(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()}
