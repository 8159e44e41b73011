"""The small checker on a scope that is split below, at and above a number, or a value that other parameters decide.

A proof {"split": name, "at": text, "below": proof, "equal": proof, "above": proof} shows a statement if each side shows
it for its share of the scope; a side in which nothing lies needs no proof.  Standard library only, as the checker.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import ceil, floor
from typing import Any

from symcheck.proof.check import INFINITE, Refused, Scope, Tape, check, need, rational, shaped

DEEPEST = 8
"""Splits stand in splits at most so deep."""

MOST_PARTS = 60
"""A scope is split into at most so many parts."""

Json = dict[str, Any]
Ends = tuple[Any, Any, bool, bool]
"""Low end, high end, and whether they are left out."""

Meaning = tuple[str, str]
"""A name that was a parameter, and the text that it stands for."""


def checked(statement: Any, proof: Any, first: int | None = None) -> None:
    """Nothing if the proof shows the statement, ``Refused`` if it does not.

    ``first`` is the prime of the first test, if it was drawn for several proofs after all of them were read.
    """
    try:
        for count, (where, part, inside) in enumerate(_leaves(statement, proof, "", DEEPEST)):
            need(count < MOST_PARTS, "proof.split", f"a scope is split into at most {MOST_PARTS} parts")
            try:
                check(part, inside, first=first)
            except Refused as stop:
                raise Refused(f"{where}: {stop}" if where else str(stop)) from None
    except RecursionError:
        raise Refused("proof.at: it is nested too deeply") from None


def _leaves(statement: Any, proof: Any, where: str, splits: int) -> Iterator[tuple[str, Any, Any]]:
    """The parts of the scope that are not split again, each by its name, with the statement and the proof there."""
    if type(proof) is not dict or "split" not in proof:
        yield where, statement, proof
        return
    need(splits, "proof.split", f"splits stand in splits at most {DEEPEST} deep")
    name, at = shaped(proof, "proof", split="str", at="str")
    for side, (part, _) in parts_of(statement, name, at).items():
        place = f"{where} {side} {name} = {at[:40]}".strip()
        (inside,) = shaped(proof, f"proof, {place}", **{side: "dict"})
        yield from _leaves(part, inside, place, splits - 1)


def parts_of(statement: Any, name: str, at: str) -> dict[str, tuple[Json, Meaning | None]]:
    """The sides on which something lies, "below", "equal" and "above": together they are the whole scope.

    A parameter that is no longer one is bound in the texts of formula and kappa, and is the meaning of a side.
    """
    data, formula, kappa = shaped(statement, "statement", scope="dict", formula="str", kappa="str|NoneType")
    scope = Scope(data)
    if name == "C":
        return {s: ({**statement, "scope": d}, None) for s, d in _by_classes(scope, data, rational(at, "proof.at"))}
    need(name in scope.parameters, "proof.split", "C or a parameter of the scope is needed")
    (place,) = (n for n, p in enumerate(data["parameters"]) if p["name"] == name)
    interval = scope.parameters.pop(name)
    tape = Tape(at, scope, "proof.at")
    need(not tape.ops & {"logits", "onehot"}, "proof.at", "it is no constant")
    op, _, number = tape.nodes[tape.result]
    whole = bool(data["parameters"][place]["interval"].get("integer", False))
    sides = _by_value(name, at, interval) if op != "number" else _by_number(name, number, interval, whole=whole)
    found: dict[str, tuple[Json, Meaning | None]] = {}
    for side, free, ends, text in sides:
        new = [] if ends is None else [{"name": free, "interval": _written(ends, whole=whole and free == name)}]
        parameters = [*data["parameters"][:place], *new, *data["parameters"][place + 1 :]]
        part = {**statement, "scope": {**data, "parameters": parameters}}
        if text is not None:
            bound = {"formula": f"{name} = {text}; {formula}"}
            part |= bound if kappa is None else {**bound, "kappa": f"{name} = {text}; {kappa}"}
        found[side] = part, None if text is None else (name, text)
    return found


Side = tuple[str, str, Ends | None, str | None]
"""The name of a side, the parameter there with its interval (None: there is none), and what the old one stands for."""


def _by_classes(scope: Scope, data: Json, at: Fraction) -> Iterator[tuple[str, Json]]:
    need(at.denominator == 1, "proof.at", "a whole number is needed for C")
    k, low, high = int(at), scope.low, INFINITE if scope.high is None else scope.high
    for side, first, last in (
        ("below", low, min(k - 1, high)), ("equal", max(k, low), min(k, high)), ("above", max(k + 1, low), high),
    ):  # fmt: skip
        if first <= last:
            end = None if last == INFINITE else last
            yield side, {**data, "classes": {**data["classes"], "low": first, "high": end}}


def _by_number(name: str, at: Fraction, interval: Ends, *, whole: bool) -> Iterator[Side]:
    """A parameter keeps its name below and above a number, and is the number in between."""
    # Below 5/2 whole numbers end at 2, below 2 at 1.
    end, start = (ceil(at) - 1, floor(at) + 1) if whole else (at, at)
    for side, ends, text in (
        ("below", (-INFINITE, end, True, not whole), None),
        ("equal", (at, at, False, False), str(at)),
        ("above", (start, INFINITE, not whole, True), None),
    ):
        low, low_open = max((interval[0], interval[2]), (ends[0], ends[2]))
        high, closed = min((interval[1], not interval[3]), (ends[1], not ends[3]))
        if low < high or (low == high and closed and not low_open):
            yield side, name, None if text else (low, high, low_open, not closed), text


def _by_value(name: str, at: str, interval: Ends) -> Iterator[Side]:
    """A parameter below and above a value is written in a new one, and is the value in between.

    p = low + (at - low) q with 0 <= q < 1, or p = at - q with q > 0 where p has no low end, and likewise above.
    Whatever the sign of at - low is, each p < at in the interval is among them.
    """
    new = f"{name}_"
    for side, end, is_open, sign in (
        ("below", interval[0], interval[2], "-"),
        ("above", interval[1], interval[3], "+"),
    ):
        if abs(end) == INFINITE:
            yield side, new, (0, INFINITE, True, True), f"({at}) {sign} {new}"
        else:
            yield side, new, (0, 1, is_open, True), f"({end}) + (({at}) - ({end}))*{new}"
    yield "equal", name, None, f"({at})"


def _written(ends: Ends, *, whole: bool) -> Json:
    low, high = (None if abs(x) == INFINITE else str(x) for x in ends[:2])
    return {"low": low, "high": high, "low_open": ends[2], "high_open": ends[3], "integer": whole}
