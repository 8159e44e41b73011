"""Runs code in a process of its own, under a memory limit, and says what came of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

GUARD = 120
"""Seconds after which a process is taken for one that hangs; nothing is timed with it."""

_RUN = """
import json, resource, sys
from fractions import Fraction
import symcheck as sc
from symcheck import *
from symcheck.errors import SymcheckError
sc.certify("cross_entropy", "l2").full()  # what is loaded late is loaded now
exec(SETUP)
with open("/proc/self/statm") as file:
    held = int(file.read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (held + 2**30, resource.RLIM_INFINITY))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
told = {}
for name, code in ASKED.items():
    try:
        told[name] = ["answer", str(eval(code))[:5000]]
    except SymcheckError as error:
        told[name] = [type(error).__name__, str(error)]
grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
print(json.dumps([grown, told]))
"""


@dataclass(frozen=True)
class Measured:
    """``grown``: the MB by which the process grew; ``told``: what came of each call, its kind and its text."""

    grown: float
    told: dict[str, tuple[str, str]]


def measured(setup: str, asked: dict[str, str], root: Path) -> Measured:
    """What ``asked``, expressions by name, come to after ``setup``; raises where the process dies or hangs."""
    code = f"SETUP = {setup!r}\nASKED = {asked!r}\n{_RUN}"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=GUARD,
        check=False,
    )
    assert done.returncode == 0, f"{done.returncode}: {done.stdout[-300:]} {done.stderr[-1500:]}"
    grown, told = json.loads(done.stdout)
    return Measured(grown, {name: (kind, text) for name, (kind, text) in told.items()})
