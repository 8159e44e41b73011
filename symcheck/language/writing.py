"""Writing: a tape of nodes as a formula string, which the parser reads back to the same formula."""

from __future__ import annotations

from fractions import Fraction

from symcheck.language.node import Node
from symcheck.language.numerals import is_long, numeral
from symcheck.language.operators import OTHERS
from symcheck.language.tape import Tape

LONGEST_TEXT = 2000
"""A formula whose text would be longer is written with names for its shared parts."""

DEEPEST_TEXT = 100
"""Brackets that would nest deeper are written with names for inner parts: the parser reads at most twice as many."""

SIGNS = {"add": " + ", "sub": " - ", "mul": "*", "div": "/"}
"""Operators written between their arguments, ``pow`` apart."""

_SUM, _PRODUCT, _UNARY, _POWER, _ATOM = range(5)
_STRENGTH = {"add": _SUM, "sub": _SUM, "mul": _PRODUCT, "div": _PRODUCT, "neg": _UNARY, "pow": _POWER}
_ALL_BUT = {op: name for name, op in OTHERS.items()}
_LEAF = {"classes": "C", "logits": "z", "onehot": "onehot(y)"}

_Part = str | tuple[int, int]
"""A piece of text, or an argument's place with the strength below which it stands in brackets."""


def text(nodes: Tape, place: int) -> str:
    """The text of the subexpression at ``place``."""
    # Written out, shared parts may double the text at every step: its length is estimated first, and cut off.
    lengths: list[int] = []
    for n in nodes[: place + 1]:
        lengths.append(min(6 + sum(lengths[a] for a in n.args), 10**9))
    inner = _too_deep(nodes, place)
    if lengths[place] <= LONGEST_TEXT and not inner:
        return _written(nodes, place, frozenset(), "")
    return _written_with_names(nodes, place, inner)


def _too_deep(nodes: Tape, last: int) -> frozenset[int]:
    """The parts to be named so that no brackets nest deeper than ``DEEPEST_TEXT``, themselves with these names."""
    named: set[int] = set()
    nested: list[int] = []  # for each node how deep the brackets in its text nest
    for place, node in enumerate(nodes[: last + 1]):
        parts, _ = _parts(node)
        deepest = opened = 0
        for part in parts:
            if isinstance(part, str):
                opened += part.count("(") + part.count("[") - part.count(")") - part.count("]")
            else:
                inner, least = part
                has_brackets = inner not in named and _parts(nodes[inner])[1] < least
                deepest = max(deepest, opened + has_brackets + nested[inner])
        if deepest >= DEEPEST_TEXT and place != last:
            named.add(place)
            deepest = 0
        nested.append(deepest)
    return frozenset(named)


def _written(nodes: Tape, last: int, named: frozenset[int], stem: str) -> str:
    """The text of the node ``last``, in which the nodes in ``named`` are written as names."""
    pieces: list[str] = []
    stack, _ = _parts(nodes[last])
    stack.reverse()
    while stack:
        part = stack.pop()
        if isinstance(part, str):
            pieces.append(part)
        elif part[0] in named:
            pieces.append(f"{stem}{part[0]}")
        else:
            place, least = part
            inner, strength = _parts(nodes[place])
            stack.extend(reversed(inner if strength >= least else ["(", *inner, ")"]))
    return "".join(pieces)


def _parts(node: Node) -> tuple[list[_Part], int]:
    """How ``node`` is written, and how strongly it holds together."""
    strength = _STRENGTH.get(node.op, _ATOM)
    if node.op == "number":
        assert node.number is not None
        whole = node.number.denominator == 1
        if is_long(node.number.numerator) or is_long(node.number.denominator):
            return [_long(node.number)], _SUM
        if node.number < 0:
            return [str(node.number)], _UNARY if whole else _SUM
        # 1/2 is read back as a quotient and -2 as a sign before 2, so they take the brackets of these: x/(1/2),
        # (-2)**x.
        return [str(node.number)], _ATOM if whole else _PRODUCT
    if node.op == "parameter":
        assert node.parameter is not None
        return [node.parameter], _ATOM
    if node.op in _LEAF:
        return [_LEAF[node.op]], _ATOM
    if node.array is not None:
        if not node.args:
            return [node.array.name], _ATOM
        return [f"{node.op}({node.array.name}, ", (node.args[0], _SUM), ")"], _ATOM
    if node.op in SIGNS:
        return [(node.args[0], strength), SIGNS[node.op], (node.args[1], strength + 1)], strength
    if node.op == "neg":
        # As in Python -x**2 is -(x**2), and - binds more strongly than a product.
        return ["-", (node.args[0], _POWER)], strength
    if node.op == "abs_power":
        return ["abs(", (node.args[0], _SUM), ")**", (node.args[1], _ATOM)], _POWER
    if node.op in ("pow", "nonnegative_power"):
        # x**y**z is x**(y**z) for the parser; nobody should have to know that, so both sides take brackets.
        return [(node.args[0], _ATOM), "**", (node.args[1], _ATOM)], strength
    if node.op == "take":
        return [(node.args[0], _ATOM), "[y]"], _ATOM
    arguments = [part for a in node.args for part in (", ", (a, _SUM))][1:]
    if node.op in _ALL_BUT:
        return [f"{_ALL_BUT[node.op]}(", *arguments, ", but=y)"], _ATOM
    return [f"{node.op}(", *arguments, ")"], _ATOM


def _long(number: Fraction) -> str:
    below = "" if number.denominator == 1 else f"/({numeral(number.denominator)})"
    return f"{numeral(number.numerator)}{below}"


def _stem(nodes: Tape) -> str:
    """What the names of shared parts begin with: ``t``, or longer where a parameter has such a name."""
    stem = "t"
    taken = {n.parameter for n in nodes if n.parameter} | {n.array.name for n in nodes if n.array}
    while any(name.startswith(stem) and name[len(stem) :].isdigit() for name in taken):
        stem += "_"
    return stem


def _written_with_names(nodes: Tape, last: int, inner: frozenset[int]) -> str:
    """Bindings ``t3 = ...;`` for the shared nodes and the ``inner`` ones, then the value."""
    uses = [0] * len(nodes)
    needed = {last}
    for place in range(last, -1, -1):
        if place in needed:
            for a in nodes[place].args:
                uses[a] += 1
                needed.add(a)
    named = [p for p in sorted(needed) if (uses[p] > 1 and nodes[p].args) or p in inner]
    stem, shared = _stem(nodes), frozenset(named)
    bound = (f"{stem}{p} = {_written(nodes, p, shared, stem)}" for p in named)
    return "; ".join([*bound, _written(nodes, last, shared, stem)])
