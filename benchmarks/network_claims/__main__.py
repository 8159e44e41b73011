"""True and planted claims against networks that are trained: ``python -m benchmarks.network_claims --runs 200``.

Then true claims are followed as training goes on.  All goes into record files, from which an interrupted campaign goes
on.  Printed is a line for each run and what is false, with the command that makes it again.  Exit code: 0 if nothing
false was said, 1 otherwise, 130 if it was interrupted.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.network_claims.page import page
from benchmarks.network_claims.record import followed_so_far, recorded, written
from benchmarks.network_claims.steps import CASES, Followed, followed
from benchmarks.network_claims.trial import Outcome, outcome_of

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the record does not have yet, print what was found, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.network_claims", description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=200, help="how many runs (default: 200)")
    parser.add_argument("--seed", type=int, default=0, help="another seed draws other runs")
    parser.add_argument("--at", type=int, default=None, metavar="N", help="only the run with this number, not recorded")
    parser.add_argument(
        "--followed", type=int, default=len(CASES), metavar="N", help="of how many true claims training is followed"
    )
    parser.add_argument("--record", type=Path, default=Path("build/network_claims.jsonl"), help="the record file")
    parser.add_argument("--page", type=Path, default=None, help="where the page is written")
    given = parser.parse_args(arguments)
    if given.at is not None:
        found = outcome_of(given.seed, given.at)
        _told(found)
        return int(found.is_false)
    done = recorded(given.record, given.seed)
    try:
        for index in range(given.runs):
            if index not in done:
                done[index] = outcome_of(given.seed, index)
                written(done[index], given.record)
                _told(done[index])
        followed = _followed(given.record.with_suffix(".steps.jsonl"), given.followed)
    except KeyboardInterrupt:
        return INTERRUPTED
    outcomes = [done[index] for index in range(given.runs)]
    wrong = [one for one in outcomes if one.is_false]
    for one in wrong:
        print(f"FALSE: python -m benchmarks.network_claims --seed {given.seed} --at {one.index}")
    print(f"{len(outcomes)} runs, {len(wrong)} false answers")
    back = [one for one in followed if not one.is_steady]
    print(f"{len(followed)} verdicts followed, {len(back)} that do not go from inconclusive to agrees")
    if given.page is not None:
        given.page.write_text(page(outcomes, given.seed, followed), encoding="utf-8")
    return 1 if wrong or back else 0


def _followed(path: Path, most: int) -> list[Followed]:
    """The first ``most`` true claims as training goes on; what the file ``path`` has is not trained again."""
    done = followed_so_far(path)
    for pair, place in CASES[:most]:
        name = " + ".join(pair)
        if (name, place) not in done:
            found = done[name, place] = followed(pair, place)
            written(found, path)
            print(f"{'' if found.is_steady else 'BACK '}{name}, {place}: {', '.join(found.verdicts)}", flush=True)
    return [done[" + ".join(pair), place] for pair, place in CASES[:most]]


def _told(one: Outcome) -> None:
    """A line of what was run and said, and the rows where that is false."""
    mark = "FALSE " if one.is_false else ""
    print(
        f"{mark}{one.index}: {one.pair}, planted: {one.plant} (off by {one.off:.2g}), {one.data}, {one.model}, "
        f"{one.settings}: {one.verdict} ({one.seconds:.1f} s)",
        flush=True,
    )
    for name, predicted, measured, tolerance in one.rows if one.is_false else ():
        print(f"    {name}: predicted {predicted:.6g}, measured {measured:.6g}, tolerance {tolerance:.2g}")


if __name__ == "__main__":
    sys.exit(main())
