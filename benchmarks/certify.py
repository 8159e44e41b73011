"""certify against plain SymPy, tuned SymPy and symengine at fixed C: ``python -m benchmarks.certify``.

The peers do the work of a certificate at one number of classes: the gradient and the Hessian of the formula
in z_1, ..., z_C, both at z = 0, and the check that the gradient is -kappa o_y (or, for a regularizer, that it
is 0).  Each runs in a process of its own and is stopped after ``LIMIT`` seconds.  certify decides every C at
once, with every check.
"""

from __future__ import annotations

import argparse
import multiprocessing as mp
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from typing import Any

LIMIT = 120.0
"""Seconds after which a peer is stopped."""

CLASSES = (3, 10, 30)
SUBJECTS = ("cross_entropy", "gce", "entropy")


def formula(library: Any, name: str, z: list[Any], q: Any) -> Any:
    """The formula ``name`` in the expressions of ``library``, with the label first."""
    raised = [library.exp(x) for x in z]
    total = library.Add(*raised)
    if name == "cross_entropy":
        return library.log(total) - z[0]
    if name == "gce":
        return (1 - (raised[0] / total) ** q) / q
    return library.Add(*[(e / total) * library.log(e / total) for e in raised])


def is_met(library: Any, gradient: list[Any], *, is_zero: bool) -> bool:
    """Whether the gradient at 0 has the form asked for: equal entries off the label, and sum 0 (or all 0)."""
    expand = library.expand
    if is_zero:
        return all(expand(g) == 0 for g in gradient)
    return all(expand(g - gradient[1]) == 0 for g in gradient[2:]) and expand(library.Add(*gradient)) == 0


def plain_sympy(name: str, classes: int) -> bool:
    """Gradient, Hessian, subs: what a person writes first."""
    import sympy as sp

    z, q = list(sp.symbols(f"z1:{classes + 1}", real=True)), sp.Symbol("q", positive=True)
    f = formula(sp, name, z, q)
    at_zero = dict.fromkeys(z, 0)
    first = [sp.diff(f, x) for x in z]
    gradient = [g.subs(at_zero) for g in first]
    hessian = [[sp.diff(g, x).subs(at_zero) for x in z] for g in first]
    return len(hessian) == classes and is_met(sp, gradient, is_zero=name == "entropy")


def tuned_sympy(name: str, classes: int) -> bool:
    """The same with xreplace and the symmetric half of the Hessian only."""
    import sympy as sp

    z, q = list(sp.symbols(f"z1:{classes + 1}", real=True)), sp.Symbol("q", positive=True)
    f = formula(sp, name, z, q)
    at_zero = dict.fromkeys(z, sp.Integer(0))
    first = [f.diff(x) for x in z]
    gradient = [g.xreplace(at_zero).doit() for g in first]
    hessian = [[first[i].diff(z[j]).xreplace(at_zero) for j in range(i + 1)] for i in range(classes)]
    return len(hessian) == classes and is_met(sp, gradient, is_zero=name == "entropy")


def by_symengine(name: str, classes: int) -> bool:
    """The same in symengine, SymPy's core in C++."""
    import symengine as se

    z, q = list(se.symbols(f"z1:{classes + 1}")), se.Symbol("q")
    f = formula(se, name, z, q)
    at_zero = dict.fromkeys(z, 0)
    first = [f.diff(x) for x in z]
    gradient = [g.subs(at_zero) for g in first]
    hessian = [[first[i].diff(z[j]).subs(at_zero) for j in range(i + 1)] for i in range(classes)]
    return len(hessian) == classes and is_met(se, gradient, is_zero=name == "entropy")


PEERS: dict[str, Callable[[str, int], bool]] = {
    "SymPy, plain": plain_sympy,
    "SymPy, xreplace": tuned_sympy,
    "symengine": by_symengine,
}


def _timed(peer: str, name: str, classes: int, out: Connection) -> None:
    PEERS[peer]("cross_entropy", 2)
    out.send("libraries imported and warm")
    start = time.perf_counter()
    PEERS[peer](name, classes)
    out.send(time.perf_counter() - start)


def peer_seconds(peer: str, name: str, classes: int, limit: float) -> float | None:
    """Seconds of one peer in a fresh process, None if it was stopped after ``limit``."""
    here, there = mp.get_context("spawn").Pipe(duplex=False)
    process = mp.get_context("spawn").Process(target=_timed, args=(peer, name, classes, there))
    process.start()
    there.close()
    try:
        here.recv()
        return float(here.recv()) if here.poll(limit) else None
    finally:
        process.kill()
        process.join()


def pair_of(name: str) -> tuple[str, str]:
    """The pair in which a subject is certified: a regularizer with cross-entropy, a loss with l2."""
    return ("cross_entropy", name) if name == "entropy" else (name, "l2")


def first_calls() -> Iterator[tuple[str, float, float]]:
    """Each entry of the catalogue: seconds of its first certificate in this warm process, and of its jet alone."""
    from symcheck.budget import Budget
    from symcheck.certificates.certify import certify
    from symcheck.field.field import Field
    from symcheck.intake.catalogue import loss_named, names, regularizer_named
    from symcheck.language.scope import Scope
    from symcheck.readings.jet import expansion_at_zero
    from symcheck.reason import Undecided

    certify("muh", "l2")
    for kind, named, pair in (
        ("loss", loss_named, lambda n: (n, "l2")),
        ("regularizer", regularizer_named, lambda n: ("cross_entropy", n)),
    ):
        for name in names(kind):
            entry = named(name)
            formula = entry.recorded
            start = time.perf_counter()
            certify(*pair(name))
            whole = time.perf_counter() - start
            start = time.perf_counter()
            try:
                expansion_at_zero(formula, Field(Scope(entry.classes, formula.parameters), Budget()))
            except Undecided:  # a kink or a split: there is no one jet to time
                continue
            yield name, whole, time.perf_counter() - start


def certify_seconds(name: str, classes: int | None, repeat: int = 5) -> float:
    """The median time of a certificate derived from nothing, in this warm process."""
    from symcheck.certificates.certify import certify
    from symcheck.conditions import remembered

    times = []
    for _ in range(repeat):
        remembered.forget()
        start = time.perf_counter()
        certify(*pair_of(name), classes=classes)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def import_seconds(module: str, repeat: int = 7) -> float:
    """The least time that a fresh interpreter takes to import ``module``, less that of starting it."""
    code = "import time; t = time.perf_counter(); import {}; print(time.perf_counter() - t)"
    command = [sys.executable, "-c", code.format(module)]
    runs = [subprocess.run(command, capture_output=True, check=True, text=True) for _ in range(repeat)]
    return min(float(run.stdout) for run in runs)


def _shown(seconds: float | None, limit: float = LIMIT) -> str:
    if seconds is None:
        return f"> {limit:.0f} s"
    return f"{seconds * 1e3:.1f} ms" if seconds < 1 else f"{seconds:.1f} s"


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=float, default=LIMIT, help="seconds after which a peer is stopped")
    limit: float = parser.parse_args().limit
    rows = list(first_calls())
    whole, jets = sorted(r[1] for r in rows), sorted(r[2] for r in rows)
    print(f"First certificate of each of {len(rows)} entries in one warm process, every C >= 2 at once, every check:")
    print(f"  whole certificate: median {_shown(statistics.median(whole))}, worst {_shown(whole[-1])}")
    print(f"  jet alone:         median {_shown(statistics.median(jets))}, worst {_shown(jets[-1])}")
    print("  slowest: " + ", ".join(f"{n} {_shown(t)}" for n, t, _ in sorted(rows, key=lambda r: -r[1])[:5]))
    print("\nFlat in C (one certificate, from nothing, median of 5):")
    for name in SUBJECTS:
        numbers = {"every C": None, **{f"C = {c}": c for c in (3, 30, 10**6)}}
        cells = [f"{shown}: {_shown(certify_seconds(name, c))}" for shown, c in numbers.items()]
        print(f"  {name:18s} " + ", ".join(cells))
    print("\nAgainst peers, which decide one C each (gradient, Hessian, check at z = 0):")
    print(f"  {'formula':18s} {'C':>3s} {'certify, every C':>17s}" + "".join(f"{p + ' (ratio)':>28s}" for p in PEERS))
    for name in SUBJECTS:
        seconds_here = certify_seconds(name, None)
        for classes in CLASSES:
            cells = []
            for peer in PEERS:
                seconds = peer_seconds(peer, name, classes, limit)
                ratio = (limit if seconds is None else seconds) / seconds_here
                cells.append(f"{_shown(seconds, limit)} ({'> ' if seconds is None else ''}{ratio:.1f}x)")
            print(
                f"  {name:18s} {classes:3d} {_shown(seconds_here):>17s}" + "".join(f"{c:>28s}" for c in cells),
                flush=True,
            )
    symcheck, sympy = import_seconds("symcheck"), import_seconds("sympy")
    ready = import_seconds("symcheck; symcheck.certify")
    print(f"\nimport symcheck {_shown(symcheck)}, import sympy {_shown(sympy)}: {symcheck / sympy:.2f} times")
    print(f"the first symcheck.certify brings SymPy in: {_shown(ready)} in all, {ready / sympy:.2f} times")


if __name__ == "__main__":
    main()
