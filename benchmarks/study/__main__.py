"""Train what docs/STUDY.md tells of: ``python -m benchmarks.study``.

Every job goes into the record as soon as it is done, so that an interrupted study goes on with the same command; one
with other settings is another job.  Exit code: 0 if all jobs are done, 3 if ``--hours`` were too few, 130 if it was
interrupted, 74 if the record cannot be written.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import torch

from benchmarks.study.page import written_page
from benchmarks.study.plan import PLACES, PREDICTED, Job, jobs
from benchmarks.study.plateau import plateaus_of
from benchmarks.study.record import networks_of, recorded, result_of, results_among, written
from benchmarks.study.summary import read_summary, summary_of, write_summary
from benchmarks.study.training import Samples

SUMMARY = Path(__file__).parent / "results.json"
UNFINISHED, CANNOT_WRITE, INTERRUPTED = 3, 74, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the jobs that the record does not have, write the page if it is asked for, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.study", description=__doc__.partition("\n")[0])
    parser.add_argument("--record", type=Path, default=Path("build/study.jsonl"), help="the record file")
    parser.add_argument("--hours", type=float, default=24.0, help="no job is begun after so many hours")
    parser.add_argument("--page", type=Path, help="write the page of what is done, and its figures beside it")
    parser.add_argument("--summary", type=Path, default=SUMMARY, help="what the page is made of, written with it")
    parser.add_argument("--only", metavar="PART", help="train this part only, such as 'digits, mlp'")
    given = parser.parse_args(arguments)
    torch.set_num_threads(1)
    every = list(jobs(PLACES))
    asked = [job for job in every if given.only in (None, job.part)]
    if not asked:
        parts = ", ".join(repr(part) for part in dict.fromkeys(job.part for job in every))
        parser.error(f"--only: got {given.only!r}; accepted: {parts}")
    try:
        left = _trained(asked, given.record, given.hours)
    except KeyboardInterrupt:
        print(f"interrupted: what is done is in {given.record}; the same command goes on from there")
        return INTERRUPTED
    except OSError as error:
        print(f"record: cannot write {given.record}: {error.strerror}; make room, and run the same command again")
        return CANNOT_WRITE
    if given.page is not None:
        # Predictions do not depend on what was trained: those that were made before are kept.
        known = read_summary(given.summary).plateaus if given.summary.exists() else ()
        there = {one.place for one in known}
        plateaus = [*known, *(one for place in PREDICTED if place.name not in there for one in plateaus_of(place))]
        summary = summary_of(results_among(recorded(given.record), every), len(every), plateaus)
        write_summary(summary, given.summary)
        written_page(summary, given.page)
    return UNFINISHED if left else 0


def _trained(every: Sequence[Job], record: Path, hours: float) -> int:
    """Train what is not recorded yet; returns how many jobs are left."""
    done = recorded(record)
    known = {networks_of(one.settings, one.learning_rate): one for one in done.values()}
    todo = [job for job in every if job.name not in done]
    begun = time.monotonic()
    samples: dict[str, Samples] = {}
    for count, job in enumerate(todo):
        spent = time.monotonic() - begun
        if spent > 3600 * hours:
            return len(todo) - count
        left = f", about {spent / count * (len(todo) - count) / 60:.0f} min left" if count else ""
        print(
            f"{len(every) - len(todo) + count}/{len(every)}: {job.place.name}, {job.pair}, lambda {job.lambda_:g}, "
            f"rho {job.rho:g}"
            f"{'' if job.rate is None else f', rate {job.rate:g}'}{left}", flush=True,
        )  # fmt: skip
        if job.place.name not in samples:
            samples = {job.place.name: Samples.of(job.place)}
        found = result_of(job, samples[job.place.name], known)
        known[networks_of(found.settings, found.learning_rate)] = found
        written(job.name, found, record)
    return 0


if __name__ == "__main__":
    sys.exit(main())
