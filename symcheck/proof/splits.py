"""The small checker on a scope that is split: below, at and above a number, or a value that depends on other parameters.

A proof {"split": name, "at": text, "below": proof, "equal": proof, "above": proof} shows a statement if each side shows
it for its share of the scope; a side in which nothing lies needs no proof.  Standard library only, as the checker.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from math import ceil, floor
from typing import Any

from symcheck.proof.check import Refused, Scope, Tape, check, need, rational, shaped

MOST_SPLITS = 8
"""Splits stand in splits at most so deep."""

Meanings = Mapping[str, str]
"""Texts that stand for names in the formula and in kappa, by the parameters of the scope."""

Json = dict[str, Any]
Part = tuple[Json, Meanings]
"""A statement in a part of its scope, with what names stand for there."""


def checked(statement: Any, proof: Any, meanings: Meanings | None = None, splits: int = MOST_SPLITS) -> None:
    """Nothing if the proof shows the statement, ``Refused`` if it does not."""
    if type(proof) is not dict or "split" not in proof:
        check(statement, proof, meanings)
        return
    need(splits, "proof.split", f"splits stand in splits at most {MOST_SPLITS} deep")
    name, at = shaped(proof, "proof", split="str", at="str")
    for side, (part, known) in parts_of(statement, meanings or {}, name, at).items():
        try:
            checked(part, *shaped(proof, "proof", **{side: "dict"}), known, splits - 1)
        except Refused as stop:
            raise Refused(f"{side} {name[:40]} = {at[:40]}: {stop}") from None


def parts_of(statement: Any, meanings: Meanings, name: str, at: str) -> dict[str, Part]:
    """The sides on which something lies, "below", "equal" and "above": together they are the whole scope."""
    (data,) = shaped(statement, "statement", scope="dict")
    scope = scope_of(statement, meanings)
    if name == "C":
        return {s: ({**statement, "scope": d}, meanings) for s, d in _by_classes(scope, data, rational(at, "proof.at"))}
    need(name in scope.parameters, "proof.split", "C or a parameter of the scope is needed")
    (place,) = (n for n, p in enumerate(data["parameters"]) if p["name"] == name)
    interval = scope.parameters.pop(name)
    tape = Tape(at, scope, "proof.at")
    need(not tape.ops & {"logits", "onehot"}, "proof.at", "it is no constant")
    op, _, number = tape.nodes[tape.result]
    whole = data["parameters"][place]["interval"].get("integer", False)
    sides = _by_value(name, at, interval) if op != "number" else _by_number(name, number, interval, whole=whole)
    found: dict[str, Part] = {}
    for side, own, ends, meaning in sides:
        parameters = [*data["parameters"]]
        parameters[place : place + 1] = (
            [] if ends is None else [{"name": own, "interval": _written(ends, whole=whole and own == name)}]
        )
        known = meanings if meaning is None else {**meanings, name: meaning}
        found[side] = {**statement, "scope": {**data, "parameters": parameters}}, known
    return found


def scope_of(statement: Any, meanings: Meanings) -> Scope:
    """The scope of a statement, in which names stand for texts."""
    scope = Scope(*shaped(statement, "statement", scope="dict"))
    scope.meanings = {scope.new(name): text for name, text in meanings.items()}
    return scope


Ends = tuple[Fraction | int | None, Fraction | int | None, bool, bool]
Side = tuple[str, str, Ends | None, str | None]
"""The name of a side, the parameter there with its interval (None: there is none), and what the old one stands for."""


def _by_classes(scope: Scope, data: Json, at: Fraction) -> list[tuple[str, Json]]:
    need(at.denominator == 1, "proof.at", "a whole number is needed for C")
    k, low, high = int(at), scope.low, scope.high
    sides = {
        "below": (low, k - 1 if high is None else min(k - 1, high)),
        "equal": (max(k, low), k if high is None else min(k, high)),
        "above": (max(k + 1, low), high),
    }
    return [
        (side, {**data, "classes": {**data["classes"], "low": first, "high": last}})
        for side, (first, last) in sides.items()
        if last is None or first <= last
    ]


def _by_number(name: str, at: Fraction, interval: Ends, *, whole: bool) -> list[Side]:
    """A parameter keeps its name below and above a number, and is the number in between."""
    # Below 5/2 whole numbers end at 2, below 2 at 1.
    end, start = (ceil(at) - 1, floor(at) + 1) if whole else (at, at)
    below, above = _common(interval, (None, end, True, not whole)), _common(interval, (start, None, not whole, True))
    here = _common(interval, (at, at, False, False))
    sides: list[Side] = [("below", name, below, None), ("equal", name, None, str(at)), ("above", name, above, None)]
    return [s for s, ends in zip(sides, (below, here, above), strict=True) if _holds_some(ends)]


def _by_value(name: str, at: str, interval: Ends) -> list[Side]:
    """A parameter below and above a value is written in a new one, and is the value in between.

    p = low + (at - low) q with 0 <= q < 1, or p = at - q with q > 0 where p has no low end, and likewise above: whatever
    the sign of at - low is, each p < at in the interval is among them.
    """
    low, high, low_open, high_open = interval
    new = f"{name}_"
    free, below, above = (0, None, True, True), (0, 1, low_open, True), (0, 1, high_open, True)
    down = f"({at}) - {new}" if low is None else f"({low}) + (({at}) - ({low}))*{new}"
    up = f"({at}) + {new}" if high is None else f"({high}) + (({at}) - ({high}))*{new}"
    return [
        ("below", new, free if low is None else below, down),
        ("equal", name, None, at),
        ("above", new, free if high is None else above, up),
    ]


def _common(a: Ends, b: Ends) -> Ends:
    """The numbers that lie in both intervals."""
    low, low_open = max(((x[0], x[2]) for x in (a, b) if x[0] is not None), default=(None, True))
    high, closed = min(((x[1], not x[3]) for x in (a, b) if x[1] is not None), default=(None, False))
    return low, high, low_open, not closed


def _holds_some(ends: Ends) -> bool:
    """Whether a number lies in the interval."""
    low, high, low_open, high_open = ends
    return low is None or high is None or low < high or (low == high and not low_open and not high_open)


def _written(ends: Ends, *, whole: bool) -> Json:
    low, high = (None if x is None else str(x) for x in ends[:2])
    return {"low": low, "high": high, "low_open": ends[2], "high_open": ends[3], "integer": whole}
