"""A campaign against the engine: ``python -m benchmarks.soundness --minutes 1 --seed 0``.

Random and engineered formulas are certified, and every statement that can be checked at points is compared with the
truth at 100 digits, which is found without the engine, and with ``cert.at``.  Printed are the answers by kind, the
times, and everything that is false with the command that makes it again.  Exit code: 0 if nothing false was found,
1 otherwise, 130 if it was interrupted.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
from collections.abc import Iterable, Iterator, Sequence

from benchmarks.soundness.campaign import Record, run
from benchmarks.soundness.kinds import kinds
from benchmarks.soundness.report import lines

INTERRUPTED = 130
EVERY = 10.0
"""Without tqdm a line says every so many seconds how far it is."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the campaign, print what was found, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soundness", description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=1.0, help="how long it runs")
    parser.add_argument("--seed", type=int, default=0, help="another seed draws other inputs")
    parser.add_argument(
        "--kind", action="append", default=[], choices=sorted(kinds()), help="only this kind; repeat it"
    )
    parser.add_argument(
        "--at", type=int, default=None, metavar="N", help="only the trial with this number of each kind"
    )
    parser.add_argument("--trials", type=int, default=None, help="at most so many trials of each kind")
    parser.add_argument("--no-minimise", action="store_true", help="do not look for smaller inputs of what is false")
    given = parser.parse_args(arguments)
    first, most = (0, given.trials) if given.at is None else (given.at, 1)
    records = run(given.seed, 60 * given.minutes, given.kind, first=first, most=most)
    record = _last(_with_progress(records, 60 * given.minutes))
    try:
        for line in lines(record, given.seed, minimise=not given.no_minimise):
            print(line, flush=True)
    except KeyboardInterrupt:
        return INTERRUPTED
    if record.is_interrupted:
        return INTERRUPTED
    return 1 if record.faults else 0


def _last(records: Iterable[Record]) -> Record:
    record = Record()
    try:
        for found in records:
            record = found
    except KeyboardInterrupt:  # between two trials
        record.is_interrupted = True
    return record


def _with_progress(records: Iterator[Record], seconds: float) -> Iterator[Record]:
    """``records``, with a bar or a line on the standard error that says how far it is."""
    start = last = time.monotonic()
    with contextlib.ExitStack() as stack:
        bar = None
        if sys.stderr.isatty():
            with contextlib.suppress(ImportError):
                from tqdm import tqdm

                bar = stack.enter_context(tqdm(total=round(seconds), unit="s", leave=False))
        for record in records:
            now = time.monotonic()
            if bar is not None:
                bar.n = min(round(now - start), round(seconds))
                bar.set_postfix_str(f"{record.trials} trials, {len(record.faults)} false")
            elif now - last >= EVERY:
                last = now
                print(f"{now - start:.0f} s: {record.trials} trials, {len(record.faults)} false", file=sys.stderr)
            yield record


if __name__ == "__main__":
    sys.exit(main())
