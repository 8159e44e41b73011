"""Smoothness near z = 0 by ranges: intervals of the values at z = 0, over all classes and labels and the whole scope.

A formula is twice continuously differentiable near 0 if all that it is made of is so where it is taken: arguments of
logarithms and of powers are positive, denominators and switches are not 0.  Intervals show that for every number of
classes and for all entries of arrays that are free, of which intervals, sums and diagonals are used as declared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from symcheck.proof.check import (
    ENDS,
    INFINITE,
    Refused,
    Scope,
    added,
    bound,
    inverse,
    is_short,
    multiplied,
    need,
    rational,
    shaped,
    side,
    square,
    sure,
)
from symcheck.proof.witnesses.arrays import fractions
from symcheck.proof.witnesses.tapes import WideTape

RANGES = {"ranges": "all"}
"""The proof of a statement that ranges show."""

Range: TypeAlias = tuple[Any, Any, bool, bool]


def number(q: Any) -> Range:
    return q, q, False, False


ZERO = number(0)


def check_ranges(statement: Mapping[str, Any], proof: Any) -> None:
    """Raises ``Refused`` unless ranges show that the formula of a statement, "smooth", is so near z = 0."""
    need(proof == RANGES, "proof", f"{RANGES} is needed")
    kinds = {"about": "str", "scope": "dict", "formula": "str", "anchor": "str|NoneType", "arrays": "list"}
    about, data, formula, anchor, arrays = shaped(statement, "statement", **kinds)
    need(about == "smooth", "statement.about", "smooth is needed")
    need("=" not in (anchor or ""), "anchor", "it is one expression")
    try:
        scope = Scope(data)
        declared = {shaped(a, "arrays", name="str")[0]: a for a in arrays}
        need(
            len(declared) == len(arrays) and declared.keys().isdisjoint(scope.parameters),
            "arrays",
            "names have one meaning",
        )
        matrices = {name for name, a in declared.items() if "symmetric" in a}
        tape = WideTape(formula, scope, anchor, declared.keys() - matrices, matrices)
        ranges = Ranges(scope, {name: Declared(a, scope) for name, a in declared.items()}, tape)
    except RecursionError:
        raise Refused("statement: it is nested too deeply") from None
    sure(ranges.found[tape.result])


class Declared:
    """The ``range`` of the entries of an array, what its rows and columns add up to, and its diagonal."""

    def __init__(self, array: Mapping[str, Any], scope: Scope) -> None:
        at = f"arrays.{array['name'][:40]}"
        need(array.get("rule") is None, at, "an array that follows a rule has no declared range")
        interval, sums = shaped(array, at, interval="dict", sums="list")
        low, high, *is_open = shaped(interval, at, **ENDS)
        plain = len(sums) <= 2 and all(x is None or type(x) is str for x in sums)
        need(plain, at, "sums are fractions in texts, or null")
        self.range = between([*(None if x is None else rational(x, at) for x in (low, high)), *is_open])
        self.sums = [None if x is None else rational(x, at) for x in [*sums, None, None][:2]]
        self.loops = array.get("positive_diagonal") is True
        if array.get("entries") is not None:
            need(scope.fixed is not None, "scope.classes", "given entries have one C")
            rows = fractions(array["entries"], at)
            errors = fractions(array.get("errors") or [["0"] * len(row) for row in rows], at)
            need([*map(len, rows)] == [*map(len, errors)] and any(rows), at, "its errors have another shape")
            ends = [
                x + s * abs(d)
                for r, e in zip(rows, errors, strict=True)
                for x, d in zip(r, e, strict=True)
                for s in (1, -1)
            ]
            self.range, self.sums, self.loops = (min(ends), max(ends), False, False), [None, None], False


def between(ends: Sequence[Any]) -> Range:
    """The range of an interval (low, high, low_open, high_open), where None is no end."""
    low, high, low_open, high_open = ends
    low, high = (-INFINITE if low is None else low), (INFINITE if high is None else high)
    return low, high, low_open or low == -INFINITE, high_open or high == INFINITE


class Ranges:
    """The ranges of the nodes of a tape, with a refusal for those that are not smooth, or not known to be."""

    def __init__(self, scope: Scope, arrays: Mapping[str, Declared], tape: WideTape) -> None:
        self.arrays, self.tape, self.found = arrays, tape, list[Any]()
        self.classes = between([scope.low, scope.high, False, False])
        self.letters = [between(interval) for interval in scope.parameters.values()]
        for op, args, data in tape.nodes:
            try:
                given = [self.found[a] for a in args]
                low, high, *is_open = self._range(
                    op, args, data, given if op in ("branch", "flat") else [*map(sure, given)]
                )
                need(all(abs(x) == INFINITE or is_short(x) for x in (low, high)), "formula", "a number is too long")
                self.found.append((low, high, *is_open))
            except Refused as refusal:
                self.found.append(refusal)  # it may stand on the side of a branch that is not taken

    def _range(self, op: str, args: tuple[int, ...], data: Any, given: list[Any]) -> Any:
        if op == "number":
            return number(data)
        if op in ("letter", "classes", "array"):
            return (
                self.letters[data] if op == "letter" else self.classes if op == "classes" else self.arrays[data].range
            )
        if op in ("logits", "onehot"):
            return ZERO if op == "logits" else (0, 1, False, False)
        if op == "add":
            return added(*given)
        if op == "mul":
            return square(given[0]) if args[0] == args[1] else multiplied(*given)
        if op == "inverse":
            need(side(given[0]), "formula", "a denominator is not shown to differ from 0")
            return inverse(given[0])
        if op in ("exp", "log"):
            need(op == "exp" or side(given[0]) > 0, "formula", "an argument of a logarithm is not shown to be positive")
            low, high, *is_open = given[0]
            below, above = bound(op, low, up=False), bound(op, high, up=True)
            # No exponential is 0, and no end is infinite.
            return (
                below,
                above,
                is_open[0] or below == (0 if op == "exp" else -INFINITE),
                is_open[1] or above == INFINITE,
            )
        if op in ("take", "total"):
            return given[0] if op == "take" else self._total(args[0], given[0])
        if op in ("apply", "apply_transposed"):
            return self._applied(self.arrays[data], given[0], op)
        if op in ("branch", "flat"):
            return self._chosen(op, given)
        raise Refused(f"formula: {op} is not followed by ranges")

    def _total(self, place: int, v: Range) -> Range:
        # With weights w >= 0 that add up to s, a weighted sum lies between s times the ends of what is weighted.
        op, args, _ = self.tape.nodes[place]
        for a, b in (args, args[::-1]) if op == "mul" else ():
            if self.tape.nodes[a][0] == "array":
                weights = self.arrays[self.tape.nodes[a][2]]
                if weights.range[0] >= 0 and weights.sums[0] is not None:
                    return multiplied(number(weights.sums[0]), sure(self.found[b]))
        return multiplied(self.classes, v)

    def _applied(self, matrix: Declared, v: Range, op: str) -> Range:
        total = matrix.sums[op == "apply_transposed"]
        if matrix.range[0] >= 0 and total is not None:
            return multiplied(number(total), v)
        # Each entry has a part A_kk v_k > 0, and the other parts are >= 0.
        if matrix.range[0] >= 0 and matrix.loops and side(v) > 0:
            return 0, INFINITE, True, True
        return multiplied(self.classes, multiplied(matrix.range, v))

    def _chosen(self, op: str, given: list[Any]) -> Any:
        switch = sure(given[0])
        if op == "flat" and switch[:2] == (0, 0):
            return ZERO
        need(side(switch), "formula", "a switch is not shown to differ from 0")
        return sure(given[1] if op == "flat" or side(switch) > 0 else given[2])
