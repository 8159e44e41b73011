"""Random constants, written twice: as a tree that is evaluated in balls on its own, and as a constant of a field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

from flint import arb, arb_series, ctx
from hypothesis import strategies as st

from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes, Scope

PRECISION = 200

PARAMETERS = (
    Parameter("q", above=0, at_most=1),
    Parameter("r", at_least=0, below=1),
    Parameter("g", above=0),
    Parameter("m", at_least=1, integer=True),
    Parameter("u", at_least=-1, at_most=2),
    Parameter("t"),
)

NEAR = Fraction(1, 10**9)

VALUES = {
    "q": [NEAR, Fraction(1, 3), Fraction(1, 2), 1 - NEAR, Fraction(1)],
    "r": [Fraction(0), NEAR, Fraction(1, 2), Fraction(9, 10), 1 - NEAR],
    "g": [NEAR, Fraction(1, 4), Fraction(1), Fraction(7, 3), Fraction(50)],
    "m": [Fraction(1), Fraction(2), Fraction(3), Fraction(17)],
    "u": [Fraction(-1), Fraction(0), Fraction(1, 2), 2 - NEAR, Fraction(2)],
    "t": [Fraction(-30), Fraction(-1), Fraction(0), NEAR, Fraction(5, 3)],
}
"""Values of the parameters: ends that are reached, points extremely near to ends that are not, and others."""

CLASSES = [*range(2, 61), 10**3, 10**6, 10**12]

SCOPES = [Classes(), Classes(3), Classes(2, 50), Classes(2, 2), Classes(10, 10)]


@dataclass(frozen=True)
class Tree:
    """An expression: a number, a variable or an operator with arguments."""

    op: str
    args: tuple[Tree, ...] = ()
    number: Fraction = Fraction(0)
    name: str = ""

    def __str__(self) -> str:
        if self.op in ("number", "variable"):
            return self.name or str(self.number)
        return f"{self.op}({', '.join(map(str, self.args))})"


def value(tree: Tree, point: Mapping[str, int | Fraction]) -> arb:
    """The value at ``point``, at 200 bits, from the tree alone."""
    with ctx.workprec(PRECISION):
        return _value(tree, {n: _ball(x) for n, x in point.items()})


def slope(tree: Tree, point: Mapping[str, int | Fraction], name: str) -> arb:
    """The partial derivative by ``name`` at ``point``, from FLINT's power series."""
    with ctx.workprec(PRECISION):
        series = {n: arb_series([_ball(x), 1] if n == name else [_ball(x)], prec=2) for n, x in point.items()}
        found = _value(tree, series)
        return found[1] if isinstance(found, arb_series) else arb(0)


def _ball(x: int | Fraction) -> arb:
    exact = Fraction(x)
    return arb(exact.numerator) / exact.denominator


def _value(tree: Tree, at: Mapping[str, Any]) -> Any:
    if tree.op in ("number", "variable"):
        return _ball(tree.number) if tree.op == "number" else at[tree.name]
    x, *rest = (_value(a, at) for a in tree.args)
    if tree.op == "log":
        return x.log()
    if tree.op == "exp":
        return x.exp()
    (y,) = rest
    if tree.op == "pow":
        exponent = tree.args[1]
        if exponent.op == "number" and exponent.number.denominator == 1:
            power = x ** abs(int(exponent.number))
            return power if exponent.number >= 0 else 1 / power
        return (y * x.log()).exp()
    return x / y if tree.op == "div" else {"add": x + y, "sub": x - y, "mul": x * y}[tree.op]


def constant(field: Field, tree: Tree) -> Element:
    """The constant of ``field``; raises ``Undecided`` as the field does."""
    if tree.op == "number":
        return field.number(tree.number)
    if tree.op == "variable":
        return field.C if tree.name == "C" else field.parameter(tree.name)
    x, *rest = (constant(field, a) for a in tree.args)
    if tree.op == "log":
        return field.log(x)
    if tree.op == "exp":
        return field.exp(x)
    (y,) = rest
    if tree.op == "add":
        return x + y
    if tree.op == "sub":
        return x - y
    if tree.op == "mul":
        return x * y
    return x / y if tree.op == "div" else field.power(x, y)


NUMBERS = [Fraction(n, d) for n in (1, 2, 3, 5, -1, -2) for d in (1, 1, 2, 3, 10)]
OPERATORS = ["add", "add", "sub", "sub", "mul", "mul", "div", "pow", "log", "log", "exp"]

Case = tuple[Scope, Tree, list[dict[str, int | Fraction]]]


def _tree(random: Random, names: list[str], depth: int) -> Tree:
    if depth == 0 or random.random() < 0.12:
        if random.random() < 0.65:
            return Tree("variable", name=random.choice(["C", *names, *names]))
        return Tree("number", number=random.choice(NUMBERS))
    op = random.choice(OPERATORS)
    first = _tree(random, names, depth - 1)
    if op in ("log", "exp"):
        return Tree(op, (first,))
    if op == "pow" and random.random() < 0.5:
        return Tree(op, (first, Tree("number", number=random.choice(NUMBERS))))
    return Tree(op, (first, _tree(random, names, depth - 1)))


def case(seed: int) -> Case:
    """A scope, an expression in its variables, and points of the scope."""
    random = Random(seed)
    classes = random.choice(SCOPES)
    parameters = sorted(random.sample(PARAMETERS, random.choice([0, 1, 1, 2])), key=lambda p: p.name)
    tree = _tree(random, [p.name for p in parameters], random.choice([2, 3, 3]))
    inside = [c for c in CLASSES if c in classes]
    points: list[dict[str, int | Fraction]] = []
    for c in inside:
        count = 3 if len(inside) > 1 else 25
        points += [{"C": c, **{p.name: random.choice(VALUES[p.name]) for p in parameters}} for _ in range(count)]
    return Scope(classes, tuple(parameters)), tree, points


cases = st.integers(0, 10**9).map(case)
"""Expressions by a seed: many times faster than drawing each node, which matters more here than short examples."""
