"""Values of combinations by the definitions of their atoms: in floating point, sums over the classes one by one."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from symcheck.budget import Budget
from symcheck.conditions.agreement.sample_point import sample_value
from symcheck.conditions.convexity.combination import Atom, Combination
from symcheck.conditions.convexity.normal_form import entry_parameters
from symcheck.conditions.convexity.one_variable import line_parameters
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.language.formula import Formula
from symcheck.language.scope import Classes, Scope
from symcheck.language.vector_array import VectorArray
from tests.definitions import shares


@dataclass(frozen=True)
class Place:
    """A point z with the label y (from 0), the parameters' values, and the classes that free indices stand for."""

    z: tuple[Fraction, ...]
    y: int
    values: Mapping[str, Fraction]
    arrays: Mapping[str, Any]
    at: Mapping[str, int]
    labelled: bool

    def with_class(self, **at: int) -> Place:
        return replace(self, at={**self.at, **at})

    @property
    def own(self) -> Place:
        """Where the label's entry is read: without a label it is written as that of any class."""
        return self if self.labelled else self.with_class(i=self.y)

    @property
    def others(self) -> list[int]:
        return [i for i in range(len(self.z)) if i != self.y]

    def coefficient(self, c: Element) -> float:
        named = {}
        for name in c.field.depends(c):
            array, _, place = name.partition("[")
            if place:
                where = [self.y if p == "y" else self.at["i"] for p in place.strip("]").split(",")]
                entry = self.arrays[array]
                for k in where:
                    entry = entry[k]
                named[name] = entry
        everything = {v: Fraction(0) for v in c.field.variables} | {"C": len(self.z)} | dict(self.values) | named
        return float(c.ball(everything, 128).mid())

    def value(self, u: Combination) -> float:
        return self.coefficient(u.constant) + math.fsum(self.coefficient(c) * self.atom(a) for a, c in u.terms)

    def atom(self, a: Atom) -> float:
        if a.kind in ("own", "entry", "first", "second"):
            place = self.y if a.kind == "own" else self.at[{"entry": "i", "first": "1", "second": "2"}[a.kind]]
            return float(self.z[place])
        if a.kind in ("others", "all"):
            classes = self.others if a.kind == "others" else range(len(self.z))
            return math.fsum(self.with_class(i=i).value(a.args[0]) for i in classes)
        if a.kind == "pairs":
            n = range(len(self.z))
            return math.fsum(self.with_class(**{"1": i, "2": j}).value(a.args[0]) for i in n for j in n)
        if a.kind in ("lse", "amax", "lse_others", "amax_others"):
            entries = [self.with_class(i=i).value(a.args[-1]) for i in self.others]
            entries += [] if a.kind.endswith("others") else [self.own.value(a.args[0])]
            return max(entries) if a.kind.startswith("amax") else math.log(math.fsum(map(math.exp, entries)))
        if a.kind in ("entmax", "conjugate", "onehot_argmax"):
            place = self.at["i"] if a.free else self.y
            entries = [self.own if k == self.y else self.with_class(i=k) for k in range(len(self.z))]
            v = [e.value(a.args[0 if k == self.y else 1]) for k, e in enumerate(entries)]
            if a.kind == "onehot_argmax":
                return float(place == v.index(max(v)))
            alpha = self.value(a.args[2]) if a.kind == "entmax" else self.coefficient(a.exponent)
            s = [float(q) for q in shares(v, alpha)]
            if a.kind == "entmax":
                return s[place]
            average = math.fsum(q * x for q, x in zip(s, v, strict=True))
            return average + math.fsum(q - q**alpha for q in s) / (alpha * (alpha - 1))
        if a.kind in ("apply", "form"):
            return self.matrix(a)
        x = [self.value(u) for u in a.args]
        if a.kind == "power":
            assert a.exponent is not None
            return float(x[0] ** self.coefficient(a.exponent))
        return float(FUNCTIONS[a.kind](*x))

    def matrix(self, a: Atom) -> float:
        assert a.array is not None
        rows = self.arrays[a.array.name]
        v = [
            self.own.value(a.args[0]) if i == self.y else self.with_class(i=i).value(a.args[1])
            for i in range(len(self.z))
        ]
        if a.note.startswith("'"):
            rows = list(zip(*rows, strict=True))
        image = [math.fsum(float(q) * x for q, x in zip(row, v, strict=True)) for row in rows]
        if a.kind == "form":
            return math.fsum(x * w for x, w in zip(v, image, strict=True))
        return image[self.at["i"] if a.free else self.y]


FUNCTIONS: dict[str, Any] = {
    "exp": math.exp,
    "log": math.log,
    "abs": abs,
    "relu": lambda x: max(x, 0),
    "softplus": lambda x: math.log1p(math.exp(x)),
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
    "tanh": math.tanh,
    "cosh": math.cosh,
    "arccos": math.acos,
    "sin": math.sin,
    "cos": math.cos,
    "arctan": math.atan,
    "erf": math.erf,
    "product": lambda *x: math.prod(x),
    "larger": max,
    "branch": lambda u, a, b: a if u > 0 else b,
}


def field_of(formula: Formula, classes: Classes) -> Field:
    return Field(Scope(classes, (*formula.parameters, *entry_parameters(formula), *line_parameters())), Budget(10))


def places(formula: Formula, classes: int) -> list[tuple[Place, Formula]]:
    """Random points, with the formula in which nothing is free."""
    draw = random.Random(classes)
    values = {p.name: sample_value(p.interval) for p in formula.parameters}
    arrays = {a.name: next(iter(a.samples(classes))) if a.is_free else a.at_default(classes) for a in formula.arrays}
    plain = {n: (a.values[0] if isinstance(a, VectorArray) else a.values) for n, a in arrays.items() if a.values}
    given = formula.with_arrays(arrays).with_values(values)
    found = []
    for _ in range(3):
        z = tuple(Fraction(draw.randint(-30, 30), 10) for _ in range(classes))
        y = draw.randrange(classes)
        other = draw.choice([i for i in range(classes) if i != y])
        found.append((Place(z, y, values, plain, {"i": other}, formula.uses_label), given))
    return found
