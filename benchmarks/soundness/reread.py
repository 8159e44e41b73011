"""Trials of recheck: the JSON of a certificate, changed or not, and what is said of it."""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from benchmarks.soundness.judge.points import Marks, points_of
from benchmarks.soundness.pair import BUDGET
from benchmarks.soundness.trial import Outcome, Trial, Wrong
from benchmarks.soundness.truth import numbers
from benchmarks.soundness.truth.expressions import Unreadable, number_of_text
from symcheck.certificates.certificate import Certificate
from symcheck.certificates.recheck import recheck
from symcheck.entry import Entry
from symcheck.errors import CertificateError
from symcheck.intake.catalogue import loss_named, names, regularizer_named

LONGEST = 2000
"""A message has at most so many characters."""

SLOWEST = 60.0
"""A read is to end within so many seconds; a full report of a pair may take its budget for every property."""

EXPRESSIONS = ("kappa", "curvature", "coupling", "noise_power", "value")
"""Fields in which another text with the same value is true."""

_VERSION = re.compile(r"[0-9A-Za-z.+!_-]{1,40}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}")


@dataclass(frozen=True)
class Reread(Trial):
    """``json``, which came of the certificate of ``pair`` by ``change``; ``holds``: it is what certify wrote."""

    pair: str
    change: str
    json: str
    holds: bool = False

    @property
    def text(self) -> str:
        return f"{self.pair}; {self.change}"

    def run(self) -> Outcome:
        start = time.perf_counter()
        try:
            derived = recheck(self.json, budget=BUDGET)
        except CertificateError as error:
            seconds = time.perf_counter() - start
            wrong = [*_of_message(str(error)), *_of_time(seconds)]
            if self.holds:
                wrong.append(Wrong("what certify wrote does not hold", str(error), "it holds"))
            return Outcome("does not hold", seconds, tuple(wrong), judged=1)
        seconds = time.perf_counter() - start
        written, again = json.loads(self.json), json.loads(derived.to_json(full='"full"' in self.json))
        found = list(_differences(written, again, "", _places(derived)))
        wrong = [w for w in found if w is not None]
        wrong += [*_of_names(written), *_of_time(seconds)]
        return Outcome("holds", seconds, tuple(wrong), judged=1, not_judged=found.count(None))


def _of_message(said: str) -> Iterator[Wrong]:
    if len(said) > LONGEST:
        yield Wrong("message: its length", f"{len(said)} characters", f"at most {LONGEST}")
    if not all(c == "\n" or " " <= c <= "~" for c in said):
        yield Wrong("message: its characters", ascii(said), "printable ASCII")
    if not re.match(r"[^:\n]+: ", said):
        yield Wrong("message: the field", said, "the field that does not hold, and a colon")


def _of_time(seconds: float) -> Iterator[Wrong]:
    if seconds > SLOWEST:
        yield Wrong("time of a read", f"{seconds:.0f} s", f"at most {SLOWEST:g} s")


def _places(derived: Certificate) -> list[dict[str, Fraction]]:
    """The values of C and of the parameters at a few points of the scope."""
    points = points_of(derived.scope, Marks(), derived.cases, random.Random(0), 6)
    return [{"C": Fraction(p.classes), **p.values} for p in points]


def _differences(written: Any, again: Any, path: str, places: list[dict[str, Fraction]]) -> Iterator[Wrong | None]:
    """What the JSON says and is not so; None for what could not be judged."""
    if isinstance(written, dict) and isinstance(again, dict) and written.keys() == again.keys():
        for key in again:
            yield from _differences(written[key], again[key], f"{path}.{key}", places)
    elif isinstance(written, list) and isinstance(again, list) and len(written) == len(again):
        for i, (entry, derived) in enumerate(zip(written, again, strict=True)):
            yield from _differences(entry, derived, f"{path}[{i}]", places)
    elif type(written) is not type(again) or written != again:
        if path.startswith(".versions.") and isinstance(written, str) and _VERSION.fullmatch(written):
            return
        same = _is_same(written, again, places) if path.rpartition(".")[2] in EXPRESSIONS else False
        if same is None:
            yield None
        elif not same:
            yield Wrong("a field that differs holds", f"{path[1:]} = {ascii(written)[:80]}", ascii(again)[:80])


def _is_same(written: Any, again: Any, places: list[dict[str, Fraction]]) -> bool | None:
    """Whether two texts have one value at every place, None if that is not known."""
    if not isinstance(written, str) or not isinstance(again, str):
        return False
    try:
        return all(numbers.same(number_of_text(written, place), number_of_text(again, place)) for place in places)
    except (Unreadable, numbers.NoOpinion, numbers.Undefined, OverflowError, RecursionError):
        return None


def _of_names(written: dict[str, Any]) -> Iterator[Wrong]:
    """A name is plain, and one of the catalogue, or what looks like one, stands for that entry alone."""
    taken = {name.replace("_", "") for kind in ("loss", "regularizer") for name in names(kind)}  # type: ignore[arg-type]
    for kind in ("loss", "regularizer"):
        name, values = written[kind]["name"], written[kind]["values"]
        if not _NAME.fullmatch(name):
            yield Wrong("a name that is not plain", ascii(name)[:80], "a plain word")
        elif name in names(kind):  # type: ignore[arg-type]
            yield from _of_entry(kind, written[kind])
        elif values:
            yield Wrong("values without an entry", f"{name}, {values}", "values are those of an entry")
        elif name.lower().replace("_", "") in taken:
            yield Wrong("a name that is taken for an entry", name, "another name")


def _of_entry(kind: str, subject: dict[str, Any]) -> Iterator[Wrong]:
    made = loss_named if kind == "loss" else regularizer_named
    entry: Entry = made(subject["name"], **subject["values"])
    formula = entry.recorded
    written = {p["name"] for p in subject["parameters"]}
    again = {*(p.name for p in formula.parameters), *(a.name for a in formula.arrays)}
    if len(written) != len(again) or (written == again and str(formula) != subject["formula"]):
        yield Wrong("the name of another formula", f"{subject['name']}: {subject['formula']}", str(formula))
    for p in subject["parameters"]:
        declared = entry.declared.get(p["name"]) if "entries" not in p else None
        if declared is not None and p["default"] not in (None, str(declared.default)):
            yield Wrong("another default than that of the entry", str(p["default"]), str(declared.default))
