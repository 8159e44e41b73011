"""How long advice takes, for 100 classes and the whole catalogue, in a fresh process each time.

    python -m benchmarks.advise [--classes C] [--repeat N]

Seconds of ``advise`` alone, of its page, and of the import before; nothing is kept from one process to the next.  There
is no peer that does the same work: what is printed are times of this machine, and no claim.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys

CODE = """
import json, time
start = time.perf_counter()
import symcheck as sc
sc.advise
imported = time.perf_counter()
found = sc.advise({classes}, rho="3/10", wants=("convex", "bounded", "symmetric"))
advised = time.perf_counter()
str(found)
shown = time.perf_counter()
counts = len(found.choices), len(found.best)
print(json.dumps([imported - start, advised - imported, shown - advised, *counts]))
"""


def main() -> None:
    """Print the least and the median of each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--classes", type=int, default=100)
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    runs = [_run(options.classes) for _ in range(options.repeat)]
    pairs, losses = int(runs[0][3]), int(runs[0][4])
    print(f"advise, C = {options.classes}: {pairs} pairs of {losses} losses certified, in {options.repeat} processes")
    for what, place in (("import", 0), ("advise", 1), ("page", 2)):
        times = sorted(run[place] for run in runs)
        print(f"  {what:8} least {times[0]:.2f} s, median {times[len(times) // 2]:.2f} s")


def _run(classes: int) -> list[float]:
    command = [sys.executable, "-c", CODE.format(classes=classes)]
    found: list[float] = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    return found


if __name__ == "__main__":
    main()
