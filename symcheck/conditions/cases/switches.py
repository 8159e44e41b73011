"""Switches of a formula at z = 0: the constants whose signs say which side maximum, relu, abs and branch take there.

A kink inside of another one is met first, and what the outer one decides is then not known yet: where its sign changes
in the scope, the inner kink is not taken everywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from operator import itemgetter

from symcheck.field.constant_reading import ConstantReading
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.field.signs.sign import Kind
from symcheck.language.formula import Formula
from symcheck.language.functions import mean, total
from symcheck.language.node import Node
from symcheck.language.nonnegative import Nonnegative
from symcheck.language.term import Term, Vec, lift
from symcheck.language.terms_of import term_of_formula
from symcheck.reason import Undecided

Value = tuple[Element, Element] | None
"""The entries at the label and at any other class at z = 0; a scalar has one twice; None where they are not known."""


def switches_at_zero(formula: Formula, field: Field) -> Iterator[Element]:
    """The switches that have a value at z = 0, from the innermost on."""
    for _, switches in _by_place(formula, field):
        yield from switches


def with_sides_taken(formula: Formula, field: Field) -> Formula:
    """A formula with the same derivatives at z = 0: each maximum, relu, abs or branch is the side that it takes there.

    Where the switch is not 0 at z = 0 and has one sign in the scope, the side is the same near 0.  So it is where the
    switch is 0 at every z: relu, abs, maximum and minimum have two equal sides there, and a branch takes the second.
    """
    sides: dict[int, Kind] = {}
    for place, switches in _by_place(formula, field):
        kinds: list[Kind | None] = [field.sign(c).kind for c in switches]
        if Kind.ZERO in kinds and not {Kind.MIXED, Kind.UNKNOWN} & set(kinds):
            kinds = _of_entries(formula, place, kinds, field)
        # Where the sides are equal it does not matter which one the other entries take.
        taken = {kind for kind in kinds if kind is not None} or {Kind.NEGATIVE}
        if taken in ({Kind.POSITIVE}, {Kind.NEGATIVE}):
            sides[place] = taken.pop()

    def other(place: int, args: list[Term]) -> Term | None:
        if place not in sides:
            return None
        op, upper, is_vector = formula.nodes[place].op, sides[place] is Kind.POSITIVE, formula.vectors[place]
        if op == "relu" and not upper:
            return Vec("filled", lift(0)) if is_vector else lift(0)
        if op in ("abs", "relu"):
            return args[0] if upper else -args[0]
        first = args[-2] if upper != (op == "minimum") else args[-1]
        return Vec("filled", first) if is_vector and not isinstance(first, Vec) else first

    return formula.replaced(other) if sides else formula


def has_detached_tie(formula: Formula, field: Field) -> bool:
    """Whether two sides are equal at every z but for a detached part, as those of abs(x - detach(x)).

    Which derivative autograd takes there is a convention of each operator, and no part of the formula.
    """
    for place, switches in _by_place(formula, field) if formula.detaches else ():
        if formula.nodes[place].op != "branch":
            difference = formula.up_to(place).with_branch(place, _of_sides)
            if _has_detached(difference) and any(_zero_everywhere(difference, field, len(switches))):
                return True
    # The largest of entries that are all equal, as those of z - detach(z).
    for place, node in enumerate(formula.nodes) if formula.detaches else ():
        if node.op in _LARGEST - {"mean_others"} and formula.alone(place).detaches:
            spread = formula.up_to(place).with_branch(place, lambda args: total((args[0] - mean(args[0])) ** 2))
            if all(_zero_everywhere(spread, field, 1)):
                return True
    return False


def _of_sides(args: list[Term]) -> Term:
    """What decides between the sides of relu, abs, maximum or minimum."""
    return args[0] - args[1] if len(args) == 2 else args[0]


def _has_detached(difference: Formula) -> bool:
    return difference.alone(len(difference.nodes) - 1).detaches


def _of_entries(formula: Formula, place: int, kinds: list[Kind | None], field: Field) -> list[Kind | None]:
    """The side of each entry by the sign of its switch: None where the sides are equal at every z."""

    def rests(decides: Callable[[list[Term]], Term], *, of_values: bool = False) -> list[bool]:
        difference = formula.up_to(place).with_branch(place, decides)
        # Sides of equal values have derivatives of their own where a part is detached: those of abs(x - detach(x)).
        if not of_values and _has_detached(difference):
            return [False] * len(kinds)
        return _zero_everywhere(difference, field, len(kinds))

    if formula.nodes[place].op != "branch":
        equal = rests(_of_sides)
        return [None if e else kind for kind, e in zip(kinds, equal, strict=True)]
    # A branch on what is 0 takes the second side, whatever its derivatives are.
    equal, idle = rests(lambda args: args[1] - args[2]), rests(itemgetter(0), of_values=True)
    return [None if e else Kind.NEGATIVE if i else kind for kind, e, i in zip(kinds, equal, idle, strict=True)]


def _zero_everywhere(formula: Formula, field: Field, count: int) -> list[bool]:
    """Whether ``formula`` is 0 at every z: at the label and at any other class, or for a ``count`` of 1 at both."""
    # Loaded where it is needed: most formulas have no switch.
    from symcheck.field.everywhere_field import EverywhereField
    from symcheck.readings.everywhere import EverywhereReading

    try:
        value = EverywhereReading(EverywhereField(field.scope, field.budget)).read(formula)
    except Undecided:
        return [False] * count
    rests = {p: c.is_zero for p, c in value.at.items()}
    if count == 1:
        return [all(rests.values())]
    # Of an entry that depends on the label one pattern is that at the label, and the other that elsewhere.
    return [
        all(rest for p, rest in rests.items() if len(p) < 2 or (p[0] == p[1]) is at_label) for at_label in (True, False)
    ]


def _by_place(formula: Formula, field: Field) -> Iterator[tuple[int, list[Element]]]:
    """For each place with a switch that is known at z = 0, its entries that differ."""
    # Values at z = 0 are two numbers here, at the label and elsewhere: class weights and pairs have more.
    if formula.is_classwise or formula.pairs:
        return
    values: list[Value] = []
    moves: list[bool] = []
    for place, node in enumerate(formula.nodes):
        args = [values[a] for a in node.args]
        known = [a for a in args if a is not None]
        moves.append(node.op == "logits" or any(moves[a] for a in node.args))
        # The sides of a branch need no value where only the switch is asked for.
        if len(known) == len(args) or (node.op == "branch" and args[0] is not None):
            switches = list(_switches(node, known))
            if switches:
                yield place, switches
        is_known = len(known) == len(args) and (not moves[place] or _is_continuous(formula, place, known, field))
        values.append(_value(node, known, field) if is_known else None)


def _is_continuous(formula: Formula, place: int, args: list[tuple[Element, Element]], field: Field) -> bool:
    """Whether an operator has values near z = 0 as well, which tend to that at 0 if its arguments do."""
    # A sign at z = 0 says nothing of one near 0 where the value jumps, or ends: branch(z[y], 5, -1) and sqrt(z[y]).
    op = formula.nodes[place].op
    if op == "branch":
        return all(field.sign(c).kind in (Kind.POSITIVE, Kind.NEGATIVE) for c in args[0])
    exponent = args[1][0].rational if op in ("pow", "nonnegative_power") else None
    if op not in ("sqrt", "pow", "nonnegative_power") or (exponent is not None and exponent.denominator == 1):
        return True
    if all(field.sign(c).kind is Kind.POSITIVE for c in args[0]):
        return True
    base = term_of_formula(formula.alone(formula.nodes[place].args[0]))
    return (op == "sqrt" or (exponent is not None and exponent > 0)) and Nonnegative(field.scope.classes.fixed).holds(
        base
    )


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
        if node.op in _LARGEST:
            return _largest(node.op, args[0], field)
        if node.op in ("mean", "softmax", "log_softmax", "logsumexp", "entmax"):
            return _over_classes(node.op, args[0], field)
        if node.op in _ENTRYWISE:
            found = [getattr(reading, node.op)(*entries) for entries in zip(*args, strict=True)]
            return found[0], found[1]
    except Undecided:
        return None
    return None


_ENTRYWISE = frozenset(
    {"add", "sub", "neg", "mul", "div", "pow", "exp", "log", "sqrt", "abs", "relu", "maximum", "minimum", "branch",
     "softplus", "sigmoid", "log_sigmoid", "tanh", "cosh", "detach",
     "sin", "cos", "arctan", "erf"}
)  # fmt: skip


def _over_classes(op: str, v: tuple[Element, Element], field: Field) -> Value:
    at_label, other = v
    if op == "mean":
        return _both((at_label + (field.C - 1) * other) / field.C)
    # log(e^a + (C - 1) e^b) is a constant, too, but none whose sign changes are known where a and b differ.
    if not (at_label - other).is_zero:
        return None
    if op in ("softmax", "entmax"):
        return _both(field.one / field.C)
    return _both(-field.log(field.C) if op == "log_softmax" else at_label + field.log(field.C))


_LARGEST = frozenset({"amax", "amin", "amax_others", "amin_others", "mean_others"})


def _largest(op: str, v: tuple[Element, Element], field: Field) -> Value:
    """The largest or smallest of the entries; all but that at the label are equal at z = 0."""
    at_label, other = v
    if op.endswith("_others"):
        return _both(other)
    lead = field.sign(at_label - other if op == "amax" else other - at_label)
    if lead.kind in (Kind.POSITIVE, Kind.NEGATIVE, Kind.ZERO):
        return _both(at_label if lead.kind is Kind.POSITIVE else other)
    return None


def _both(c: Element) -> tuple[Element, Element]:
    return c, c
