"""Formulas in LaTeX: entries of class-vectors by their index, sums over the classes as sums."""

from __future__ import annotations

from fractions import Fraction

from symcheck.language.formula import Formula, Node
from symcheck.render.tex import tex_name, tex_of

LONGEST = 400
"""A formula whose LaTeX would be longer than this many characters is shown as its formula string."""

INDICES = "kijmn"
"""The names of bound indices, outermost sum first."""

_SUM, _MINUS_BIG, _MINUS, _BIG, _PRODUCT, _POWER, _ATOM = range(7)
"""How strongly what is outermost binds; big is a sum over the classes, which takes in all the factors after it."""

_BINARY = {"add": " + ", "sub": " - "}
_NAMED = {"exp": r"\exp", "log": r"\log", "tanh": r"\tanh", "cosh": r"\cosh", "sigmoid": r"\sigma"}

Written = tuple[str, int]
"""LaTeX and how strongly its outermost operator binds."""


class _TooLong(Exception):
    """The LaTeX outgrows a line."""


def formula_tex(formula: Formula) -> str:
    r"""``formula`` as a mathematician writes it: ``total(z**2)`` is ``\sum_{k} z_{k}^{2}``.

    The entry k of softmax(v) is ``\mathrm{softmax}(v)_{k}``, o_y = e_y - 1/C keeps its definition, and
    ``[k = y]`` is 1 at the label and 0 elsewhere.  A long formula is its formula string.
    """
    try:
        return _Writer(formula).written(len(formula.nodes) - 1, "", 0)[0]
    except _TooLong:
        return tex_of(str(formula))


class _Writer:
    """Writes nodes of one formula; shared nodes are written where they occur."""

    def __init__(self, formula: Formula) -> None:
        self.formula = formula

    def written(self, place: int, index: str, depth: int) -> Written:
        """The node at ``place``: its entry ``index`` if it is a class-vector, the vector itself for ""."""
        node = self.formula.nodes[place]
        written = self._node(node, index, depth)
        if len(written[0]) > LONGEST or depth >= len(INDICES):
            raise _TooLong
        return written

    def _node(self, node: Node, index: str, depth: int) -> Written:
        if node.op == "number":
            assert node.number is not None
            return _number(node.number)
        if node.op == "parameter":
            assert node.parameter is not None
            return tex_name(node.parameter), _ATOM
        if node.op == "classes":
            return "C", _ATOM
        if node.op == "logits":
            return (f"z_{{{index}}}" if index else "z"), _ATOM
        if node.op == "onehot":
            return (f"[{index} = y]" if index and index != "y" else "1" if index else "e_{y}"), _ATOM
        if node.op in ("total", "mean"):
            bound = INDICES[depth]
            body = self._at(node.args[0], bound, depth + 1, _BIG)
            sign = rf"\sum_{{{bound}}} {body}"
            return (sign if node.op == "total" else rf"\tfrac{{1}}{{C}} {sign}"), _BIG
        if node.op == "logsumexp":
            bound = INDICES[depth]
            inner = self.written(node.args[0], bound, depth + 1)[0]
            return rf"\log \sum_{{{bound}}} e^{{{inner}}}", _BIG
        if node.op in ("softmax", "log_softmax"):
            name = r"\mathrm{softmax}" if node.op == "softmax" else r"\log \mathrm{softmax}"
            entry = f"_{{{index}}}" if index else ""
            inner = self.written(node.args[0], "", depth)[0]
            return f"{name}({inner}){entry}", _ATOM if node.op == "softmax" else _PRODUCT
        if node.op == "take":
            return self.written(node.args[0], "y", depth)
        return self._entrywise(node, index, depth)

    def _entrywise(self, node: Node, index: str, depth: int) -> Written:
        first = node.args[0]
        if node.op in _BINARY:
            left, right = self._at(first, index, depth, _SUM), self._at(node.args[1], index, depth, _BIG)
            return f"{left}{_BINARY[node.op]}{right}", _SUM
        if node.op == "neg":
            text, strength = self.written(first, index, depth)
            if strength < _BIG:
                text, strength = rf"\left({text}\right)", _ATOM
            return f"-{text}", _MINUS_BIG if strength == _BIG else _MINUS
        if node.op == "mul":
            return self._product(*(self.written(a, index, depth) for a in node.args))
        if node.op == "div":
            above, below = (self.written(a, index, depth)[0] for a in node.args)
            return rf"\frac{{{above}}}{{{below}}}", _PRODUCT
        if node.op == "pow":
            base, exponent = self._at(first, index, depth, _ATOM), self.written(node.args[1], index, depth)[0]
            return f"{base}^{{{exponent}}}", _POWER
        inner = self.written(first, index, depth)[0]
        if node.op == "sqrt":
            return rf"\sqrt{{{inner}}}", _ATOM
        if node.op == "abs":
            return rf"\left\vert {inner} \right\vert", _ATOM
        return rf"{_NAMED.get(node.op) or tex_name(node.op)}\left({inner}\right)", _ATOM

    def _product(self, left: Written, right: Written) -> Written:
        (first, own), (second, its) = left, right
        if own < _PRODUCT and own != _MINUS:
            first, own = rf"\left({first}\right)", _ATOM
        if its < _BIG:
            second, its = rf"\left({second}\right)", _ATOM
        sign = r"\cdot " if second[:1].isdigit() else ""
        if its == _BIG:
            return f"{first} {sign}{second}", _MINUS_BIG if own == _MINUS else _BIG
        return f"{first} {sign}{second}", min(own, _PRODUCT)

    def _at(self, place: int, index: str, depth: int, strength: int) -> str:
        text, own = self.written(place, index, depth)
        return text if own >= strength else rf"\left({text}\right)"


def _number(value: Fraction) -> Written:
    if value.denominator == 1:
        return str(value), _ATOM if value >= 0 else _SUM
    sign = "-" if value < 0 else ""
    return rf"{sign}\tfrac{{{abs(value.numerator)}}}{{{value.denominator}}}", _SUM if sign else _PRODUCT
