"""Switches of a formula at z = 0: the constants whose signs say which side maximum, relu, abs and branch take there.

A kink inside of another one is met first, and what the outer one decides is then not known yet: where its sign changes
in the scope, the inner kink is not taken everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from symcheck.field.constant_reading import ConstantReading
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.field.signs.sign import Kind
from symcheck.language.formula import Formula
from symcheck.language.node import Node
from symcheck.language.term import Term, Vec, lift
from symcheck.reason import Undecided

Value = tuple[Element, Element] | None
"""The entries at the label and at any other class at z = 0; a scalar has one twice; None where they are not known."""


def switches_at_zero(formula: Formula, field: Field) -> Iterator[Element]:
    """The switches that have a value at z = 0, from the innermost on."""
    for _, switches in _by_place(formula, field):
        yield from switches


def with_sides_taken(formula: Formula, field: Field) -> Formula:
    """A formula with the same derivatives at z = 0: each maximum, relu, abs or branch is the side that it takes there.

    Where the switch is not 0 at z = 0 and has one sign in the scope, the side is the same near 0.
    """
    sides: dict[int, bool] = {}
    for place, switches in _by_place(formula, field):
        signs = {field.sign(c).kind for c in switches}
        if signs in ({Kind.POSITIVE}, {Kind.NEGATIVE}):
            sides[place] = Kind.POSITIVE in signs

    def other(place: int, args: list[Term]) -> Term | None:
        if place not in sides:
            return None
        op, upper = formula.nodes[place].op, sides[place]
        if op == "relu" and not upper:
            return Vec("filled", lift(0)) if formula.vectors[place] else lift(0)
        if op in ("abs", "relu"):
            return args[0] if upper else -args[0]
        first = args[-2] if upper != (op == "minimum") else args[-1]
        is_filled = formula.vectors[place] and not isinstance(first, Vec)
        return Vec("filled", first) if is_filled else first

    return formula.replaced(other) if sides else formula


def _by_place(formula: Formula, field: Field) -> Iterator[tuple[int, list[Element]]]:
    """For each place with a switch that is known at z = 0, its entries that differ."""
    # Values at z = 0 are two numbers here, at the label and elsewhere: class weights and pairs have more.
    if formula.is_classwise or formula.pairs:
        return
    values: list[Value] = []
    for place, node in enumerate(formula.nodes):
        args = [values[a] for a in node.args]
        known = [a for a in args if a is not None]
        # The sides of a branch need no value where only the switch is asked for.
        if len(known) == len(args) or (node.op == "branch" and args[0] is not None):
            switches = list(_switches(node, known))
            if switches:
                yield place, switches
        values.append(_value(node, known, field) if len(known) == len(args) else None)


def _switches(node: Node, args: list[tuple[Element, Element]]) -> Iterator[Element]:
    if node.op in ("abs", "relu", "branch"):
        yield from _different(*args[0])
    elif node.op in ("maximum", "minimum"):
        (a, b), (c, d) = args
        yield from _different(a - c, b - d)


def _different(at_label: Element, other: Element) -> Iterator[Element]:
    yield at_label
    if not (at_label - other).is_zero:
        yield other


def _value(node: Node, args: list[tuple[Element, Element]], field: Field) -> Value:
    reading = ConstantReading(field)
    try:
        if node.op == "logits":
            return field.zero, field.zero
        if node.op == "onehot":
            return field.one, field.zero
        if node.op == "number" and node.number is not None:
            return _both(field.number(node.number))
        if node.op == "parameter" and node.parameter is not None:
            return _both(field.parameter(node.parameter))
        if node.op == "classes":
            return _both(field.C)
        if node.op == "total":
            at_label, other = args[0]
            return _both(at_label + (field.C - 1) * other)
        if node.op == "take":
            return _both(args[0][0])
        if node.op in ("mean", "softmax", "log_softmax", "logsumexp"):
            return _over_classes(node.op, args[0], field)
        if node.op in _ENTRYWISE:
            found = [getattr(reading, node.op)(*entries) for entries in zip(*args, strict=True)]
            return found[0], found[1]
    except Undecided:
        return None
    return None


_ENTRYWISE = frozenset(
    {"add", "sub", "neg", "mul", "div", "pow", "exp", "log", "sqrt", "abs", "relu", "maximum", "minimum", "branch",
     "softplus", "sigmoid", "tanh", "cosh", "detach",
     "sin", "cos", "arctan", "erf"}
)  # fmt: skip


def _over_classes(op: str, v: tuple[Element, Element], field: Field) -> Value:
    at_label, other = v
    if op == "mean":
        return _both((at_label + (field.C - 1) * other) / field.C)
    # log(e^a + (C - 1) e^b) is a constant, too, but none whose sign changes are known where a and b differ.
    if not (at_label - other).is_zero:
        return None
    if op == "softmax":
        return _both(field.one / field.C)
    return _both(-field.log(field.C) if op == "log_softmax" else at_label + field.log(field.C))


def _both(c: Element) -> tuple[Element, Element]:
    return c, c
