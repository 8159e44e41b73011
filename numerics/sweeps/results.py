"""Results of a sweep: read from its file, as a table to work with, and as a summary to look at."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from numerics.errors import SweepError
from numerics.runs.spec import RunSpec
from numerics.sweeps.results_file import read_records
from symcheck.arguments.public import public
from symcheck.render.block import Block, Paragraph, Table
from symcheck.render.page import Page

if TYPE_CHECKING:
    import pandas as pd

SHARED = ("data", "transform", "model", "classes", "rho", "noise", "seed", "test", "split", "device", "outputs")
"""Fields of a specification that stand in the table."""
PER_RUN = ("expected_rate", "realised_rate", "rank", "train")
"""Fields of a result that are the same at every lambda."""
UNNAMED = ("", "formula")
"""Names that say nothing about a loss or a regularizer: its formula is shown instead."""
IF_SEVERAL = ("data", "transform", "test", "split", "noise", "device")
"""Columns that the summary has where runs differ in them."""
WORDS = ("data", "transform", "noise", "device", "loss", "regularizer")
"""Columns of words, which stand to the left."""
ALWAYS = ("loss", "regularizer", "rho", "lambda")
"""Columns that the summary always has."""
SHOWN = ("accuracy_clean", "accuracy_noisy", "agreement")
"""Measured shares that the summary shows, on the test part where there is one."""

Row = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Results(Page):
    """The results of runs: ``records`` as they stand in the file.

    >>> from tempfile import TemporaryDirectory
    >>> from numerics import grid, sweep
    >>> with TemporaryDirectory() as folder:
    ...     found = sweep(grid(data="iris", rho=[0, 0.2], lambdas=[1.0, 10.0]), f"{folder}/results.jsonl")
    >>> len(found.rows), len(found.where(rho=0.2))
    (4, 1)
    """

    records: tuple[dict[str, Any], ...]

    def __len__(self) -> int:
        return len(self.records)

    @property
    def failed(self) -> dict[str, str]:
        """The runs that could not be done, by their names, and why."""
        return {record["run"]: record["error"] for record in self.records if "error" in record}

    @property
    def versions(self) -> list[str]:
        """The versions of symcheck and its libraries that computed the runs."""
        # One file may hold runs of several versions.
        shown = (", ".join(f"{n} {v}" for n, v in sorted(record["versions"].items())) for record in self.records)
        return list(dict.fromkeys(shown))

    def spec(self, run: str) -> RunSpec:
        """The specification of the run called ``run``; raises ``SweepError`` if there is none."""
        for record in self.records:
            if record["run"] == run:
                return RunSpec.from_record(record["spec"])
        raise SweepError(f"run: there is no run {run!r} among these {len(self)}")

    def of(self, runs: Iterable[str]) -> Results:
        """The results of ``runs`` alone, in that order."""
        known = {record["run"]: record for record in self.records}
        return Results(tuple(known[run] for run in runs if run in known))

    def where(self, **wanted: object) -> Results:
        """The results of the runs whose columns have the ``wanted`` values, such as ``loss="gce", rho=0.4``.

        Raises ``SweepError`` for a name that is no column.
        """
        known = {name for row in self.rows for name in row}
        for name in wanted:
            if known and name not in known:
                raise SweepError(f"{name}: it is no column of the results; accepted are {', '.join(sorted(known))}")
        runs = dict.fromkeys(row["run"] for row in self.rows if all(row[n] == v for n, v in wanted.items()))
        return self.of(runs)

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """One row for each run and lambda: what was asked for, and what was measured.

        Runs of one ``setting`` differ in the seed of their labels alone.
        """
        found: list[Row] = []
        for record in self.records:
            spec, result = record["spec"], record.get("result")
            if result is None:
                continue
            setting = replace(RunSpec.from_record(spec), seed=None).hash
            head: Row = {"run": record["run"], "setting": setting} | {name: spec[name] for name in SHARED}
            for side in ("loss", "regularizer"):
                name = spec[f"{side}_name"]
                head[side] = spec[side] if name in UNNAMED else name
            head |= {name: result[name] for name in PER_RUN}
            found += [head | {k: v for k, v in point.items() if k != "gradient_norms"} for point in result["points"]]
        return tuple(found)

    def to_pandas(self) -> pd.DataFrame:
        """``rows`` as a data frame; raises ``SweepError`` where pandas is not installed."""
        try:
            import pandas as pd
        except ModuleNotFoundError as error:
            raise SweepError('results: a data frame needs pandas: pip install "symcheck[sweep]"') from error
        return pd.DataFrame(list(self.rows))

    @property
    def part(self) -> str:
        """Where accuracy is judged: "test" if every run has a test part, else "train"."""
        return "test" if self.rows and all(row["test"] for row in self.rows) else "train"

    @cached_property
    def summary(self) -> tuple[Row, ...]:
        """Means over the seeds, with ``runs`` how many, and deviations ``..._sd`` where there are several."""
        groups: dict[tuple[str, float], list[Row]] = {}
        for row in self.rows:
            groups.setdefault((row["setting"], row["lambda"]), []).append(row)
        found: list[Row] = []
        for rows in groups.values():
            mean: Row = {name: rows[0][name] for name in ("setting", *IF_SEVERAL, *ALWAYS)} | {"runs": len(rows)}
            for name, column in [*((n, f"{n}_{self.part}") for n in SHOWN), ("distance", "distance")]:
                values = [row[column] for row in rows if row[column] is not None]
                mean[name] = statistics.fmean(values) if values else None
                mean[f"{name}_sd"] = statistics.stdev(values) if len(values) > 1 else None
            mean["unsolved"] = sum(not row["solved"] for row in rows)
            found.append(mean)
        return tuple(found)

    def blocks(self) -> Iterator[Block]:
        """The summary as a table, and notes."""
        head, body = self._cells()
        rows = tuple(tuple((cell,) for cell in row) for row in body)
        if rows:
            yield Table(tuple(head), rows, "".join("l" if name in WORDS else "r" for name in head))
        for note in self._notes():
            yield Paragraph((note,))

    def __repr__(self) -> str:
        return f"<Results of {len(self)} runs>"

    def _cells(self) -> tuple[list[str], list[list[str]]]:
        several = [name for name in IF_SEVERAL if len({row[name] for row in self.rows}) > 1]
        shown = [*several, *ALWAYS, "runs"]
        head = [*shown, *(name.replace("_", " ") for name in SHOWN), "distance (3)"]
        body = [
            [_plain(row[name]) for name in shown]
            + [_with_sd(row[name], row[f"{name}_sd"]) for name in (*SHOWN, "distance")]
            for row in self.summary
        ]
        return head, body

    def _notes(self) -> list[str]:
        notes = [
            f"accuracy and agreement on the {self.part} part, judged by the clean labels; mean and deviation over runs"
        ]
        unsolved = sum(row["unsolved"] for row in self.summary)
        if unsolved:
            notes.append(
                f"{unsolved} of {len(self.rows)} fits did not reach the gradient norm asked for (solved is false)"
            )
        if len(self.versions) > 1:
            notes.append(f"the runs were computed with different versions: {'; '.join(self.versions)}")
        for run, error in self.failed.items():
            notes.append(f"run {run} was not done: {error}")
        return notes if self.rows or self.failed else ["no runs"]


@public
def results(path: str | Path) -> Results:
    """The results in the file ``path`` of a sweep, which may still be running.

    Parameters: ``path`` of the file that ``sweep`` writes.

    Returns ``Results``.  Warns with ``SweepWarning`` of lines that are no results, and leaves them out.  Raises
    ``SweepError`` for a file that cannot be read.

    >>> from tempfile import TemporaryDirectory
    >>> from numerics import grid, results, sweep
    >>> with TemporaryDirectory() as folder:
    ...     found = sweep(grid(data="iris", rho=0.2, lambdas=[1.0]), f"{folder}/results.jsonl")
    ...     len(results(f"{folder}/results.jsonl")) == len(found)
    True
    """
    return Results(tuple(read_records(path)))


def _plain(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _with_sd(value: float | None, deviation: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.4f}" + ("" if deviation is None else f" ± {deviation:.4f}")
