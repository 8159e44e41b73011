"""The formula of a statement at one point of its scope, along the rays that a proof or a claim names."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, NamedTuple

from symcheck.proof.check import SPACES, Refused, Scope, Tape, need, rational, shaped, sure
from symcheck.proof.witnesses.arrays import MOST_ENTRIES
from symcheck.proof.witnesses.intervals import Interval
from symcheck.proof.witnesses.points import Point
from symcheck.proof.witnesses.rays import Entries, Ray, Series, known
from symcheck.proof.witnesses.tapes import WideTape

MOST_RAYS = 64
CONSTANT = {"number", "letter", "classes", "add", "mul", "inverse", "exp", "log"}
"""What a formula in C and parameters is made of."""


class Weighted(NamedTuple):
    """A ``weight``, the place of a ``label``, and a direction ``v`` by the groups of equal entries."""

    weight: Fraction
    label: int
    v: list[Fraction]


class Followed:
    """The formula of a ``statement`` at its ``point``, with ``values`` of parameters that the point leaves out."""

    def __init__(self, statement: Mapping[str, Any], values: Any) -> None:
        data, formula, anchor = shaped(statement, "statement", scope="dict", formula="str", anchor="str|NoneType")
        (space,) = shaped(data, "scope", space="str")
        need(space in SPACES, "space", f"one of {', '.join(SPACES)} is needed")
        self.on_quotient, self.scope = SPACES[space], Scope(data)
        self.point = point_of(statement, self.scope, values)
        matrices = {name for name, rows in self.point.arrays.items() if len(rows) > 1}
        arrays = self.point.arrays.keys() - matrices, matrices
        if anchor is not None:
            need("=" not in anchor, "anchor", "it is one expression")
            of_z = WideTape(anchor, self.scope, None, *arrays).ops & {"logits", "onehot"}
            need(not of_z, "anchor", "it is no constant")
        self.tape = WideTape(formula, self.scope, anchor, *arrays)
        self.is_written_out = bool(self.tape.ops & {"array", "apply", "apply_transposed"})
        self._found: dict[Any, Entries | Refused] = {}

    def series(self, r: Weighted, fold: int, terms: int) -> Series:
        """The formula along a ray."""
        key = r.label, tuple(r.v), tuple(self.point.sizes), fold, terms
        if key not in self._found:
            found = Ray(self.point, r.v, r.label, terms, fold).values(self.tape)[self.tape.result]
            need(isinstance(found, Refused) or len(found) == 1, "formula", "it is no scalar")
            self._found[key] = found
        series: Series = sure(self._found[key])[0]
        return series

    def rays(self, given: Any) -> list[Weighted]:
        """The rays of a proof, by the groups of equal entries, whose ``sizes`` the point is told."""
        need(type(given) is list and 0 < len(given) <= MOST_RAYS, "rays", f"a list of 1 to {MOST_RAYS} is needed")
        point, rays = self.point, []
        longest = min(point.C, MOST_ENTRIES)
        for n, ray in enumerate(given):
            at = f"rays.{n}"
            need(type(ray) is list and len(ray) == 3 and type(ray[2]) is list, at, "a weight, a label and a direction")
            need(0 < len(ray[2]) <= longest, at, f"a direction of 1 to {longest} entries is needed")
            need_whole(ray[1], at, 1, longest)
            need({str} >= {*map(type, (ray[0], *ray[2]))}, at, "fractions in texts are needed")
            rays.append(Weighted(rational(ray[0], at), ray[1] - 1, [rational(x, at) for x in ray[2]]))
        size = point.C if self.is_written_out else max(max(label + 1, len(v) - 1) for _, label, v in rays)
        need(size <= MOST_ENTRIES, "point.C", f"at most {MOST_ENTRIES} classes are written out")
        point.sizes = [1] * size + [point.C - size] * (size < point.C)
        return [r._replace(v=[r.v[min(e, len(r.v) - 1)] for e in range(len(point.sizes))]) for r in rays]


def point_of(statement: Mapping[str, Any], scope: Scope, values: Any) -> Point:
    """The point of a statement; parameters that it leaves out, which any value may have, get those of a proof."""
    need(type(values) is dict, "values", "formulas by the names of parameters are needed")
    point = Point(statement, scope, values)
    for name, text in values.items():
        unknown = name in scope.parameters and name not in point.values
        need(unknown, f"values.{name}", "it has a value, or is no parameter")
        point.given(name, constant(text, scope, point, f"values.{name}"), scope.parameters[name])
    return point


def constant(text: Any, scope: Scope, point: Point, where: str) -> Interval:
    """The value of a formula in C and parameters."""
    tape = Tape(text, scope, where)
    need(tape.ops <= CONSTANT, where, "a formula in C and parameters is needed")
    return known(sure(Ray(point, [], 0, 1, 1).values(tape)[tape.result])[0], 0)


def need_whole(x: Any, where: str, low: int, high: int) -> None:
    need(type(x) is int and low <= x <= high, where, f"a whole number from {low} to {high} is needed")
