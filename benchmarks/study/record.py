"""The record of the study: a file with one line of JSON for each job, so that an interrupted study goes on."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import torch

from benchmarks.study.plan import Job
from benchmarks.study.training import Samples, curves_of, tuned
from numerics.noise.laws import sampled_labels

DIGITS = 4
"""Decimals of accuracies that are kept."""


@dataclass(frozen=True)
class Result:
    """What a job found: of each seed the accuracy after each epoch, the learning rate that was chosen, and seconds."""

    settings: dict[str, Any]
    learning_rate: float
    validation: tuple[tuple[float, ...], ...]
    test: tuple[tuple[float, ...], ...]
    changed: float
    seconds: float

    @property
    def last(self) -> list[float]:
        """The test accuracy of each seed after the last epoch."""
        return [curve[-1] for curve in self.test]

    @property
    def chosen(self) -> list[float]:
        """The test accuracy of each seed after the epoch that its held-out noisy labels choose."""
        return [test[int(np.argmax(held))] for test, held in zip(self.test, self.validation, strict=True)]

    @property
    def held_out(self) -> float:
        """The best accuracy on held-out noisy labels, a mean over seeds: what a user sees who has no clean labels."""
        return float(np.mean([max(held) for held in self.validation]))


Networks = Mapping[str, Result]
"""Results by ``networks_of``."""


def networks_of(settings: Mapping[str, Any], learning_rate: float) -> str:
    """What decides which networks are trained: how their learning rate was chosen does not."""
    kept = {name: value for name, value in settings.items() if name not in ("learning_rates", "tuned_on_last")}
    return json.dumps({**kept, "learning_rate": learning_rate}, sort_keys=True)


def result_of(job: Job, samples: Samples, known: Networks = MappingProxyType({})) -> Result:
    """Tune the learning rate unless the job has one, then train from every seed.

    Networks that are ``known`` are not trained again.
    """
    start = time.perf_counter()
    rate = job.rate
    if rate is None:
        by_rate = tuned(job, samples)
        rate = max(by_rate, key=lambda each: by_rate[each])
    same = known.get(networks_of(job.settings, rate))
    if same is not None:
        return replace(same, settings=dict(job.settings), seconds=time.perf_counter() - start)
    seeds = list(range(job.place.seeds))
    curves = curves_of(job, samples, seeds, [rate] * len(seeds))
    drawn = [sampled_labels(samples.labels, samples.dataset.classes, job.rho, seed) for seed in seeds]
    changed = float((torch.stack(drawn) != samples.labels).double().mean())
    validation, test = (
        tuple(tuple(round(float(x), DIGITS) for x in row) for row in part) for part in (curves.validation, curves.test)
    )
    return Result(dict(job.settings), rate, validation, test, round(changed, DIGITS), time.perf_counter() - start)


def recorded(path: Path) -> dict[str, Result]:
    """The results in the file by the hash of their job, less a line that was cut off."""
    found: dict[str, Result] = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        with contextlib.suppress(json.JSONDecodeError):
            fields = json.loads(line)
            name = fields.pop("job")
            found[name] = _result(fields)
    return found


def _result(fields: dict[str, Any]) -> Result:
    curves = {name: tuple(tuple(row) for row in fields[name]) for name in ("validation", "test")}
    return Result(**{**fields, **curves})


def written(name: str, result: Result, path: Path) -> None:
    """Put ``result`` at the end of the file, and wait until it is on the disk."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # A line that was cut off ends here, so that the next one is a line of its own.
    is_cut = path.exists() and path.stat().st_size > 0 and not path.read_bytes().endswith(b"\n")
    with path.open("a", encoding="utf-8") as file:
        file.write(("\n" if is_cut else "") + json.dumps({"job": name, **vars(result)}) + "\n")
        file.flush()
        os.fsync(file.fileno())


def results_among(results: dict[str, Result], jobs: Iterable[Job]) -> list[tuple[Job, Result]]:
    """The jobs that are done, each with its result."""
    return [(job, results[job.name]) for job in jobs if job.name in results]
