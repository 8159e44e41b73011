"""Formulas in LaTeX: entries of class-vectors by their index, sums over the classes as sums."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from symcheck.language.array import Array
from symcheck.language.formula import Formula
from symcheck.language.node import Node
from symcheck.render.tex import tex_name, tex_of

LONGEST = 400
"""A formula whose LaTeX would be longer than this many characters is shown as its formula string."""

DEEPEST = 80
"""A formula whose parts nest deeper than this is shown as its formula string as well."""

INDICES = "kijmn"
"""The names of bound indices, outermost sum first."""

_SUM, _MINUS_BIG, _MINUS, _BIG, _PRODUCT, _POWER, _ATOM = range(7)
"""How strongly what is outermost binds; big is a sum over the classes, which takes in all the factors after it."""

_OTHERS = "_others"
_OVER = {
    "total": r"\sum_{%s}", "mean": r"\tfrac{1}{C} \sum_{%s}", "product": r"\prod_{%s}", "amax": r"\max_{%s}",
    "amin": r"\min_{%s}", "logsumexp": r"\log \sum_{%s}", "mean_others": r"\tfrac{1}{C - 1} \sum_{%s}",
}  # fmt: skip
_BINARY = {"add": " + ", "sub": " - "}
_VECTOR = {
    "softmax": r"\mathrm{softmax}",
    "log_softmax": r"\log \mathrm{softmax}",
    "onehot_argmax": r"\mathrm{onehot\_argmax}",
}
_CALLED = {
    "exp": r"\exp", "log": r"\log", "tanh": r"\tanh", "cosh": r"\cosh", "sigmoid": r"\sigma", "arccos": r"\arccos",
    "sin": r"\sin", "cos": r"\cos", "arctan": r"\arctan", "erf": r"\mathrm{erf}",
    "maximum": r"\max", "minimum": r"\min", "relu": r"\mathrm{relu}", "softplus": r"\mathrm{softplus}",
    "log_sigmoid": r"\log \sigma",
    "detach": r"\mathrm{detach}", "branch": r"\mathrm{branch}",
}  # fmt: skip

_TURNED = r"^{\top}"

Written = tuple[str, int]
"""LaTeX and how strongly its outermost operator binds."""


class _NoForm(Exception):
    """The formula is too long for a line, or has an operator that has no form of its own here."""


def formula_tex(formula: Formula) -> str:
    r"""``formula`` as a mathematician writes it: ``total(z**2)`` is ``\sum_{k} z_{k}^{2}``.

    The entry k of softmax(v) is ``\mathrm{softmax}(v)_{k}``, and ``[k = y]`` is 1 at the label and 0 elsewhere.
    What is long, or nests deep, is shown as its formula string.
    """
    if _depth(formula) > DEEPEST:
        return tex_of(str(formula))
    try:
        return _Writer(formula).written(len(formula.nodes) - 1, "", 0)[0]
    except _NoForm:
        return tex_of(str(formula))


def entry_tex(formula: Formula, names: Sequence[str] = "jkimnrs") -> str:
    r"""The entry at j of a class-vector, or that at j and k of a quantity of two classes: ``z_{j} [j = k]``.

    ``names``: what j and k are called, and the indices of sums.  Empty for one that is too long for a line.
    """
    if _depth(formula) > DEEPEST:
        return ""
    try:
        return _Writer(formula, names).written(len(formula.nodes) - 1, names[0], 0)[0]
    except _NoForm:
        return ""


def _depth(formula: Formula) -> int:
    """The length of the longest chain of parts of ``formula``."""
    depths: list[int] = []
    for node in formula.nodes:
        depths.append(1 + max((depths[a] for a in node.args), default=0))
    return depths[-1]


class _Writer:
    """Writes nodes of one formula; shared nodes are written where they occur.

    ``names`` are those of two classes at which an entry is written, and of the indices of sums.
    """

    def __init__(self, formula: Formula, names: Sequence[str] = ()) -> None:
        self.formula = formula
        self.pair = tuple(names[:2]) or None
        self.bound = names[2:] or INDICES

    def written(self, place: int, index: str, depth: int) -> Written:
        """The node at ``place``: its entry ``index`` if it is a class-vector, the vector itself for ""."""
        written = self._node(self.formula.nodes[place], index, depth)
        # At every node, as a shared one is written out wherever it occurs, and the text may double at each step.
        if len(written[0]) > LONGEST:
            raise _NoForm
        return written

    def _node(self, node: Node, index: str, depth: int) -> Written:
        op = node.op
        if op == "number" and node.number is not None:
            return _number(node.number)
        if op == "parameter" and node.parameter is not None:
            return tex_name(node.parameter), _ATOM
        if op == "classes":
            return "C", _ATOM
        if op == "logits":
            return (f"z_{{{index}}}" if index else "z"), _ATOM
        if op == "onehot":
            return (f"[{index} = y]" if index and index != "y" else "1" if index else "e_{y}"), _ATOM
        if op.removesuffix(_OTHERS) in _OVER:
            return self._over(node, depth)
        if op in _VECTOR:
            inner = self.written(node.args[0], "", depth)[0]
            entry = f"_{{{index}}}" if index else ""
            return f"{_VECTOR[op]}({inner}){entry}", _PRODUCT if op == "log_softmax" else _ATOM
        if op == "entmax":
            inner, alpha = (self.written(a, "", depth)[0] for a in node.args)
            entry = f"_{{{index}}}" if index else ""
            return rf"\mathrm{{entmax}}_{{{alpha}}}({inner}){entry}", _ATOM
        if op == "take":
            return self.written(node.args[0], "y", depth)
        if self.pair is not None and op in ("first", "second"):
            return self.written(node.args[0], self.pair[op == "second"], depth)
        if self.pair is not None and op == "same":
            return f"[{self.pair[0]} = {self.pair[1]}]", _ATOM
        if op == "filled":
            return self.written(node.args[0], "", depth)
        if node.array is not None:
            return self._of_array(node, node.array, index, depth)
        return self._entrywise(node, index, depth)

    def _of_array(self, node: Node, array: Array, index: str, depth: int) -> Written:
        """A class-vector, or a matrix applied to one: its entry is a sum."""
        name = tex_name(array.name)
        if self.pair is not None and node.op in ("entries", "entries_turned"):
            return f"{name}_{{{' '.join(self.pair if node.op == 'entries' else self.pair[::-1])}}}", _ATOM
        if node.op == "diagonal":
            return f"{name}_{{{index} {index}}}", _ATOM
        if not node.args:
            # LaTeX refuses two subscripts in a row.
            stem = name if "_" not in name else f"({name})"
            return (f"{stem}_{{{index}}}" if index else name), _ATOM
        turned = node.op == "apply_transposed"
        if not index:
            inner = self._at(node.args[0], "", depth, _ATOM)
            return rf"{name}{_TURNED if turned else ''} {inner}", _PRODUCT
        if self.formula.nodes[node.args[0]].op == "onehot":  # the row or the column of the label
            return f"{name}_{{{f'y {index}' if turned else f'{index} y'}}}", _ATOM
        # A sum inside a sum under the same index would say another thing.
        if depth >= len(self.bound):
            raise _NoForm
        bound = self.bound[depth]
        places = f"{bound} {index}" if turned else f"{index} {bound}"
        return rf"\sum_{{{bound}}} {name}_{{{places}}} {self._at(node.args[0], bound, depth + 1, _PRODUCT)}", _BIG

    def _over(self, node: Node, depth: int) -> Written:
        """A sum, product or extreme over all classes, or over all but the label."""
        if depth >= len(self.bound):
            raise _NoForm
        bound = self.bound[depth]
        name = node.op.removesuffix(_OTHERS)
        sign = _OVER.get(node.op, _OVER[name]) % (bound if name == node.op else rf"{bound} \ne y")
        if name == "logsumexp":
            return f"{sign} e^{{{self.written(node.args[0], bound, depth + 1)[0]}}}", _BIG
        return f"{sign} {self._at(node.args[0], bound, depth + 1, _BIG)}", _BIG

    def _entrywise(self, node: Node, index: str, depth: int) -> Written:
        args = [self.written(a, index, depth) for a in node.args]
        if node.op in _BINARY:
            return f"{args[0][0]}{_BINARY[node.op]}{_within(args[1], _BIG)}", _SUM
        if node.op == "neg":
            text = _within(args[0], _BIG)
            return f"-{text}", _MINUS_BIG if args[0][1] == _BIG else _MINUS
        if node.op == "mul":
            return _product(*args)
        if node.op == "div":
            return rf"\frac{{{args[0][0]}}}{{{args[1][0]}}}", _PRODUCT
        if node.op == "pow":
            return f"{_within(args[0], _ATOM)}^{{{args[1][0]}}}", _POWER
        if node.op == "sqrt":
            return rf"\sqrt{{{args[0][0]}}}", _ATOM
        if node.op == "abs":
            return rf"\left\vert {args[0][0]} \right\vert", _ATOM
        if node.op in _CALLED:
            return rf"{_CALLED[node.op]}\left({', '.join(text for text, _ in args)}\right)", _ATOM
        raise _NoForm

    def _at(self, place: int, index: str, depth: int, strength: int) -> str:
        return _within(self.written(place, index, depth), strength)


def _within(written: Written, strength: int) -> str:
    text, bound = written
    return text if bound >= strength else rf"\left({text}\right)"


def _product(left: Written, right: Written) -> Written:
    """The product: a minus sign may stand first, a sum over the classes last; elsewhere they are in brackets."""
    first = left[0] if left[1] == _MINUS else _within(left, _PRODUCT)
    second = _within(right, _BIG)
    # 2 times 3 side by side would read 23.
    sign = r"\cdot " if second[:1].isdigit() else ""
    strength = (_MINUS_BIG if left[1] == _MINUS else _BIG) if right[1] == _BIG else _PRODUCT
    return f"{first} {sign}{second}", min(strength, _MINUS) if left[1] == _MINUS else strength


def _number(value: Fraction) -> Written:
    if value.denominator == 1:
        return str(value), _ATOM if value >= 0 else _MINUS
    sign = "-" if value < 0 else ""
    return rf"{sign}\tfrac{{{abs(value.numerator)}}}{{{value.denominator}}}", _MINUS if sign else _PRODUCT
