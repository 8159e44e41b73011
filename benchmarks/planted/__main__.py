"""What the tests catch: ``python -m benchmarks.planted``.

Each fault is planted in a copy of the checkout, and the tests are run until one of them fails: the file in which it is
likely to be noticed, then the folder of its own, then the others.  Printed is a line for each, with the test that
caught it and how long that took, and at last those that nothing caught.  Exit code: 0 if all were caught, else 1.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from benchmarks.planted.faults import FAULTS, Fault

CHECKOUT = Path(__file__).resolve().parents[2]
COPIED = ("symcheck", "numerics", "benchmarks", "tests", "docs", "pyproject.toml", "README.md", "Makefile")

FOLDERS = {
    "field": ("tests/symcheck/field", "tests/symcheck/conditions", "tests/symcheck/readings"),
    "readings": ("tests/symcheck/readings", "tests/symcheck/conditions"),
    "conditions": ("tests/symcheck/conditions", "tests/symcheck/readings"),
}
"""Where a fault of a folder is looked for first."""

ALL = ("tests/proofs", "tests/soundness", "tests/certificates", "tests/symcheck", "tests/records")
"""Where it is looked for after that."""


@dataclass(frozen=True)
class Found:
    """What became of a ``fault``: the first ``test`` that failed, "" if none did, after so many ``seconds``."""

    fault: Fault
    test: str
    seconds: float

    def __str__(self) -> str:
        return f"| {self.fault.area} | {self.fault.what} | {self.test or '**not caught**'} | {self.seconds:.0f} |"


def caught(fault: Fault, without: Sequence[str] = (), *, quick: bool = False) -> Found:
    """What the tests make of ``fault``, the folders ``without`` left out; ``quick``: its first file alone."""
    with tempfile.TemporaryDirectory(prefix="planted-") as folder:
        copy = Path(folder)
        for name in COPIED:
            here = CHECKOUT / name
            (shutil.copytree if here.is_dir() else shutil.copy)(here, copy / name)
        fault.plant(copy)
        # The copy is what is tested, whatever else is installed or named.
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        start = time.monotonic()
        folders = () if quick else (*FOLDERS[fault.area], *ALL)
        for tests in (f"tests/{fault.first}", *dict.fromkeys(folders)):
            if tests in without or not (copy / tests).exists():
                continue
            command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", tests]
            run = subprocess.run(command, cwd=copy, env=environment, capture_output=True, text=True, check=False)
            if run.returncode not in (0, 5):  # 5: nothing was selected
                failed = re.search(r"^(?:FAILED|ERROR) (\S+)", run.stdout, re.MULTILINE)
                return Found(fault, failed[1] if failed else run.stdout[-300:], time.monotonic() - start)
    return Found(fault, "", time.monotonic() - start)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the faults, print what became of them, and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.planted", description=__doc__.partition("\n")[0])
    parser.add_argument("--only", default="", help="only faults with this in their file or their text")
    parser.add_argument("--without", action="append", default=[], help="a folder of tests to leave out; repeat it")
    parser.add_argument("--quick", action="store_true", help="only the first file of tests of each fault")
    parser.add_argument("--processes", type=int, default=1)
    given = parser.parse_args(arguments)
    chosen = [f for f in FAULTS if given.only in f"{f.file} {f.what}"]
    for fault in chosen:
        fault.wrong_text(CHECKOUT)  # before anything runs: the code may have moved
    print("| folder | fault | caught by | seconds |\n| :-- | :-- | :-- | --: |")
    missed = []
    with ThreadPoolExecutor(given.processes) as pool:
        for found in pool.map(lambda fault: caught(fault, given.without, quick=given.quick), chosen):
            print(found, flush=True)
            missed += [] if found.test else [found.fault.what]
    print(f"\n{len(chosen) - len(missed)} of {len(chosen)} caught" + (f"; not: {'; '.join(missed)}" if missed else ""))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
