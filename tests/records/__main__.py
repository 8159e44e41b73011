"""The records against the code: ``python -m tests.records`` compares all, ``--write`` makes them again.

``--loss``, ``--regularizer`` and ``--kind`` take a part: a name of the catalogue, or pairs, alone, narrowed, given, or
a kind of generated pairs; ``--every 10`` takes a tenth.  Exit code: 0 if nothing is said otherwise, else 1.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor

from tests.records import book
from tests.records.compared import differing, expected
from tests.records.draw import drawn
from tests.records.questions import Question, of_entries
from tests.records.said import Said


def main(arguments: Sequence[str] | None = None) -> int:
    """Compare or write, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.records", description=__doc__.partition("\n")[0])
    for name in ("loss", "regularizer", "kind"):
        parser.add_argument(f"--{name}", action="append", default=[], help="only what is about this; repeat it")
    parser.add_argument("--every", type=int, default=1, help="only one in so many")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--write", choices=("catalogue", "generated"), help="write the records of this code")
    given = parser.parse_args(arguments)
    if given.write == "catalogue":
        book.write_catalogue(dict(_answered(list(of_entries()), given.processes)))
        return 0
    if given.write == "generated":
        book.write_generated(dict(_answered(list(drawn()), given.processes)))
        return 0
    return _compare(given)


def _compare(given: argparse.Namespace) -> int:
    records: dict[Question, Said] = {**book.read_catalogue(of_entries()), **book.read_generated()}
    asked = [q for q in records if _is_asked(q, given)][:: given.every]
    print(f"{len(asked)} questions", file=sys.stderr)
    found = 0
    for question, now in _answered(asked, given.processes):
        for difference in differing(question, expected(question, records[question]), now):
            found += 1
            print(difference, flush=True)
    print(f"{found} differences")
    return 1 if found else 0


def _is_asked(question: Question, given: argparse.Namespace) -> bool:
    names = {"loss": given.loss, "regularizer": given.regularizer, "kind": given.kind}
    return all(not wanted or getattr(question, name) in wanted for name, wanted in names.items())


def _answered(questions: Sequence[Question], processes: int) -> Iterator[tuple[Question, Said]]:
    # Neighbours have a loss in common, which a process derives once.
    with ProcessPoolExecutor(processes) as pool:
        yield from zip(questions, pool.map(Question.answer, questions, chunksize=33), strict=True)


if __name__ == "__main__":
    sys.exit(main())
