"""Dead parts of a formula: what is multiplied by a constant that is 0 in the whole scope, or branches between equals.

(C - 3)*abs(z[y]) has a kink at z = 0 for every C but 3, where it is 0.  A term that is dropped has to have a value
near z = 0, so only what is made of operators that are defined everywhere is.
"""

from __future__ import annotations

from collections.abc import Iterator

from symcheck.field.constant_reading import constant
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.language.formula import Formula
from symcheck.language.term import Term, Vec, lift
from symcheck.readings.defined import defined_everywhere
from symcheck.reason import Undecided

_CHOICES = ("maximum", "minimum", "branch")
"""Operators that give one of their last two arguments."""


def without_dead_parts(formula: Formula, field: Field) -> Formula:
    """The same function in the scope of ``field``, without terms that are 0 there and kinks between equal sides."""
    # 0 times a term that has no value has none either: what is dropped has to exist for every z.
    dead = {place for place, factor, rest in _factors(formula) if rest and _is_zero(field, factor)}
    defined = defined_everywhere(formula)

    def other(place: int, args: list[Term]) -> Term | None:
        node, is_vector = formula.nodes[place], formula.vectors[place]
        is_nothing = node.op == "sub" and args[0] is args[1] and defined[place] and place not in formula.pairs
        if place in dead or is_nothing:
            return Vec("filled", lift(0)) if is_vector else lift(0)
        # maximum(u, u) has no kink, though its two arguments tie everywhere; of a branch the switch goes as well.
        if node.op in _CHOICES and args[-1] is args[-2] and (node.op != "branch" or defined[node.args[0]]):
            return args[-1] if isinstance(args[-1], Vec) or not is_vector else None
        return None

    found = formula.replaced(other)
    return formula if found == formula else without_dead_parts(found, field)  # what was dropped may leave equal sides


def vanishing_factors(formula: Formula, field: Field) -> Iterator[Element]:
    """The constants, other than numbers, that are multiplied with something that varies with z or the label."""
    for _, factor, rest in _factors(formula):
        value = _value(field, factor) if rest else None
        if value is not None and value.rational is None:
            yield value


def _factors(formula: Formula) -> Iterator[tuple[int, Formula, bool]]:
    """For each product its place, a factor that is a constant, and whether the other one can be dropped."""
    varies: list[bool] = []
    defined = defined_everywhere(formula)
    for place, node in enumerate(formula.nodes):
        varies.append(node.op in ("logits", "onehot", "class_parameter") or any(varies[a] for a in node.args))
        if node.op == "mul" and place not in formula.pairs:
            a, b = node.args
            for factor, rest in ((a, b), (b, a)):
                if varies[rest] and not varies[factor] and not formula.vectors[factor]:
                    alone = formula.alone(factor)
                    yield place, alone, defined[rest]


def _value(field: Field, factor: Formula) -> Element | None:
    try:
        return constant(field, factor)
    except Undecided:
        return None


def _is_zero(field: Field, factor: Formula) -> bool:
    value = _value(field, factor)
    return value is not None and value.is_zero
