"""Proofs in parts: a scope is split where C or a parameter passes a value, and each part has a proof of its own.

A proof {"split": name, "at": text, "below": proof, "equal": proof, "above": proof} shows a statement if its three parts
are shown for name < at, name = at and name > at; a part in which the scope has nothing needs none.

Where ``at`` is a number the interval of the name is cut there.  Where it is a formula a in C and other parameters, p is
written by a new letter x, p = low + (a - low) x or, without a low end, p = a - x: whatever the sign of a - low is, every p
in the interval with p < a has such an x in [0, 1), or an x > 0, and likewise above.  Values of p outside of the scope may
be among them, so that more is shown than was stated.  If a does not exist somewhere, no proof of a part in which p occurs
is accepted, as every part of a formula that counts has to exist in the whole scope.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from symcheck.proof.check import Refused, Scope, Tape, check, need, rational, shaped

MOST_PARTS, DEEPEST = 60, 8
SIDES = ("below", "equal", "above")

Statement = dict[str, Any]
Meanings = dict[str, str]
"""What names of a statement stand for in a part, in terms of those that are left."""


def checked(statement: Statement, proof: Any) -> None:
    """Nothing if ``proof``, which may be one in parts, shows ``statement``; else raises ``Refused``."""
    try:
        _check(statement, proof, {}, [MOST_PARTS], DEEPEST)
    except RecursionError:
        raise Refused("proof: it is nested too deeply") from None


def _check(statement: Statement, proof: Any, meanings: Meanings, left: list[int], depth: int) -> None:
    if type(proof) is not dict or "split" not in proof:
        left[0] -= 1
        need(left[0] >= 0, "proof", f"at most {MOST_PARTS} parts are checked")
        return check(statement, proof, meanings)
    need(depth, "proof.split", f"at most {DEEPEST} are checked inside of each other")
    name, at = shaped(proof, "proof", split="str", at="str")
    for side, scope, known in parts_of(statement["scope"], name, at, meanings):
        (part,) = shaped(proof, "proof", **{side: "dict"})
        _check({**statement, "scope": scope}, part, known, left, depth - 1)
    return None


def parts_of(scope: Any, name: str, at: str, meanings: Meanings) -> Iterator[tuple[str, dict[str, Any], Meanings]]:
    """The parts in which the scope has something, each with its scope and the meanings of names there."""
    known = Scope(scope)  # which refuses what is no scope
    number = Fraction(rational(at, "proof.at")) if re.fullmatch("-?[0-9]+(/[0-9]+)?", at) else None
    if name == "C":
        need(number is not None and number.denominator == 1, "proof.at", "C is split at a whole number")
        k = int(number or 0)
        ends = {"below": (known.low, k - 1), "equal": (k, k), "above": (k + 1, known.high)}
        for side, (low, high) in ends.items():
            low = max(low, known.low)
            high = known.high if high is None else high if known.high is None else min(high, known.high)
            if high is None or low <= high:
                yield side, {**scope, "classes": {"low": low, "high": high}}, meanings
        return
    need(name in known.parameters, "proof.split", "it is neither C nor a parameter of the scope")
    others = [p for p in scope["parameters"] if p["name"] != name]
    (declared,) = (p for p in scope["parameters"] if p["name"] == name)
    if number is not None:
        for side, interval in _cut(declared["interval"], known.parameters[name], number):
            yield side, {**scope, "parameters": [*others, {**declared, "interval": interval}]}, meanings
        return
    _need_constant({**scope, "parameters": others}, at, meanings)
    fresh = f"{name}_"
    for side, interval, text in _written(known.parameters[name], at, fresh):
        added = [] if interval is None else [{"name": fresh, "interval": interval}]
        yield side, {**scope, "parameters": [*others, *added]}, {**meanings, name: text}


def _need_constant(scope: dict[str, Any], at: str, meanings: Mapping[str, str]) -> None:
    """Refuse an ``at`` that is not a whole formula by itself, or has z, y or what is split in it."""
    alone = Scope(scope)
    alone.meanings = {alone.new(name): text for name, text in meanings.items()}
    tape = Tape(at, alone, "proof.at")
    need(not tape.ops & {"logits", "onehot", "detach"}, "proof.at", "it is no constant")
    need(not re.search("[;=]", at), "proof.at", "it is no plain expression")


Ends = tuple[Any, Any, bool, bool]
Interval = dict[str, Any]


def _interval(low: Fraction | int | None, high: Fraction | int | None, low_open: bool, high_open: bool) -> Interval:
    ends = {"low": None if low is None else str(low), "high": None if high is None else str(high)}
    return {**ends, "low_open": low_open, "high_open": high_open}


def _cut(declared: Interval, ends: Ends, at: Fraction) -> Iterator[tuple[str, Interval]]:
    """The interval below ``at``, ``at`` if it lies in it, and the interval above, without those that are empty."""
    low, high, low_open, high_open = ends
    # Of whole numbers below a whole k the largest is k - 1.
    step = 1 if declared.get("integer") is True and at.denominator == 1 else 0
    reaches_low = low is None or low < at - step or (step > 0 and low == at - step and not low_open)
    reaches_high = high is None or high > at + step or (step > 0 and high == at + step and not high_open)
    above_low = low is None or low < at or (low == at and not low_open)
    below_high = high is None or high > at or (high == at and not high_open)
    if reaches_low:
        is_whole = high is not None and high < at - step
        top = (high, high_open) if is_whole else (at - step, step == 0)
        yield "below", {**declared, **_interval(low, top[0], low_open, top[1])}
    if above_low and below_high:
        yield "equal", {**declared, **_interval(at, at, False, False)}
    if reaches_high:
        is_whole = low is not None and low > at + step
        bottom = (low, low_open) if is_whole else (at + step, step == 0)
        yield "above", {**declared, **_interval(bottom[0], high, bottom[1], high_open)}


def _written(ends: Ends, at: str, fresh: str) -> Iterator[tuple[str, Interval | None, str]]:
    """For each side the interval of the new letter, and what is split in terms of it."""
    low, high, low_open, high_open = ends
    for side, end, is_open, sign in (("below", low, low_open, "-"), ("above", high, high_open, "+")):
        if end is None:
            yield side, _interval(0, None, True, True), f"({at}) {sign} {fresh}"
        else:
            yield side, _interval(0, 1, is_open, True), f"({end}) + (({at}) - ({end}))*{fresh}"
    yield "equal", None, f"({at})"
