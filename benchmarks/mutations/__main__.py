"""A campaign against the small checker: ``python -m benchmarks.mutations --count 100000 --seed 0``.

True statements of the catalogue and their proofs are changed a little; what the checker accepts is compared with
differences at 100 digits, at points of the scope.  Printed are the counts by kind of mutation and everything that is
false.  Exit code: 0 if nothing false was accepted and every refusal was one, else 1.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from benchmarks.mutations.campaign import Counts, run
from benchmarks.mutations.material import claims

EVERY = 2_000
"""A line says how far it is after so many."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the campaign, print what was found, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.mutations", description=__doc__.partition("\n")[0])
    parser.add_argument("--count", type=int, default=100_000, help="how many mutants are tried")
    parser.add_argument("--seed", type=int, default=0, help="another seed draws other mutants")
    given = parser.parse_args(arguments)
    true, counts = claims(), Counts()
    try:
        while (tried := counts.tried.total()) < given.count:
            run(true, min(EVERY, given.count - tried), f"{given.seed} {tried}", counts)
            print(f"{counts.tried.total()} tried, {len(counts.faults)} faults", file=sys.stderr, flush=True)
    except KeyboardInterrupt:
        print("interrupted; so far:")
    for line in counts.lines():
        print(line)
    for fault in counts.faults:
        print(fault)
    return 1 if counts.faults else 0


if __name__ == "__main__":
    sys.exit(main())
