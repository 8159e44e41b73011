"""The summary that the page is made from: of each job what the table shows, and forecasts beside it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchmarks.study.plan import TEST, Job
from benchmarks.study.record import Result
from numerics import datasets, forecast
from numerics.data.prepared import test_rows
from symcheck.files import written

SEED = 0
"""The seed of random features."""
FEATURES = {"digits": (256, 1300), "mnist_5k": (512, 3600)}
"""Numbers of random relu features: many fewer than samples, and nearly as many."""


@dataclass(frozen=True)
class Row:
    """One pair at one lambda and rate: test accuracies of each seed, after the last and after the chosen epoch."""

    place: str
    pair: str
    lambda_: float
    rho: float
    learning_rate: float
    last: tuple[float, ...]
    chosen: tuple[float, ...]
    held_out: float

    @property
    def mean(self) -> float:
        """The mean after the last epoch."""
        return float(np.mean(self.last))

    @property
    def mean_chosen(self) -> float:
        """The mean after the chosen epoch."""
        return float(np.mean(self.chosen))


@dataclass(frozen=True)
class Forecasted:
    """What a linear model at large lambda on these features is forecast to reach on the test part, before training."""

    data: str
    features: str
    rank: int
    samples: int
    rho: float
    clean: float
    noisy: float

    @property
    def leverage(self) -> float:
        """The mean weight of a sample's own label in its scores."""
        return self.rank / self.samples


@dataclass(frozen=True)
class Summary:
    """The rows that are done, of ``planned`` ones, and the forecasts."""

    planned: int
    rows: tuple[Row, ...]
    forecasts: tuple[Forecasted, ...]

    @classmethod
    def of(cls, results: Sequence[tuple[Job, Result]], planned: int, forecasts: Sequence[Forecasted]) -> Summary:
        """From a record."""
        rows = [
            Row(
                job.place.name, str(job.pair), job.lambda_, job.rho, result.learning_rate, tuple(result.last),
                tuple(result.chosen), result.held_out,
            )
            for job, result in results
        ]  # fmt: skip
        return cls(planned, tuple(rows), tuple(forecasts))

    def write(self, path: Path) -> None:
        """Put it into a file of JSON."""
        written(path, json.dumps(asdict(self), indent=1) + "\n")

    @classmethod
    def read(cls, path: Path) -> Summary:
        """From such a file."""
        fields: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        rows = [Row(**{**row, "last": tuple(row["last"]), "chosen": tuple(row["chosen"])}) for row in fields["rows"]]
        return cls(fields["planned"], tuple(rows), tuple(Forecasted(**each) for each in fields["forecasts"]))

    def among(self, place: str, rho: float) -> list[Row]:
        """The rows of one place and rate, in the order of the plan."""
        return [row for row in self.rows if row.place == place and row.rho == rho]

    @property
    def places(self) -> list[str]:
        """The places with a row."""
        return list(dict.fromkeys(row.place for row in self.rows))

    def row(self, place: str, rho: float, pair: str, lambda_: float = 0.0) -> Row | None:
        """One row, None where it is not done."""
        return next((r for r in self.among(place, rho) if (r.pair, r.lambda_) == (pair, lambda_)), None)


def forecasts(rho: float = 0.4, draws: int = 20) -> list[Forecasted]:
    """Forecasts for linear models on the pixels and on random relu features of the same training parts."""
    found = []
    for name, counts in FEATURES.items():
        whole = datasets.load(name)
        chosen = test_rows(whole.labels, TEST, 0)
        train, test = whole.part(~chosen), whole.features[chosen]
        pixels = train.standardised()[:, :-1], train.standardised(test)[:, :-1]
        drawn = torch.Generator().manual_seed(SEED)
        kinds = {"pixels": pixels}
        for count in counts:
            mixed = torch.randn(pixels[0].shape[1], count, generator=drawn, dtype=torch.float64).numpy()
            scaled = mixed / pixels[0].shape[1] ** 0.5
            kinds[f"{count} random relu features"] = (
                np.maximum(pixels[0] @ scaled, 0),
                np.maximum(pixels[1] @ scaled, 0),
            )
        for features, (rows, points) in kinds.items():
            told = forecast((rows, train.labels), rho=rho, test=(points, whole.labels[chosen]), draws=draws)
            assert told.test is not None
            rank = told.task.samples.span.rank
            found.append(
                Forecasted(
                    name, features, rank, len(train.labels), rho,
                    round(float(told.clean_accuracy), 4), round(float(told.accuracy), 4),
                )
            )  # fmt: skip
    return found
