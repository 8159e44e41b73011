"""Formulas as source text that computes with arrays: one statement a line, shared parts under names.

Every value has a shape: a number of Python, a number a sample (N, 1), entries that are the same for all samples (C,),
a class-vector (N, C), or a quantity of two classes (C, C) or (N, C, C).  What libraries call things a dialect says.
"""

from __future__ import annotations

import keyword
import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from symcheck.errors import FormulaError
from symcheck.language.array import Array
from symcheck.language.node import Node
from symcheck.language.tape import Tape, tape_of
from symcheck.language.term import Scalar, Term
from symcheck.language.vector_array import VectorArray

PLAIN, SAMPLE, ROW, VECTOR, GRID, MATRIX = range(6)
"""The shapes (), (N, 1), (C,), (N, C), (C, C) and (N, C, C)."""

SUM, PRODUCT, UNARY, POWER, ATOM = range(5)
"""How strongly what is outermost binds."""

LONGEST = 60
"""A part whose text is longer than this gets a name."""

_LONGEST_DECIMAL = 10**6
"""Numbers with up to six decimal places are written as decimals."""

_NAMED = frozenset({"softmax", "log_softmax", "entmax", "onehot", "onehot_argmax"})
_NICE = {"softmax": "p", "log_softmax": "log_p", "onehot": "onehot"}


@dataclass(frozen=True)
class Written:
    """Source text, how strongly its outermost operator binds, and its shape."""

    text: str
    strength: int
    shape: int

    def within(self, strength: int) -> str:
        """The text, in brackets if something binds more weakly than that."""
        return self.text if self.strength >= strength else f"({self.text})"


class ArrayCode(ABC):
    """Writes terms of z, y and parameters; ``lines`` are the statements so far, ``helpers`` the functions they call.

    ``names`` are those of the parameters, ``reserved`` those of modules and functions that the code uses.
    """

    plain: ClassVar[Mapping[str, str]] = {
        "exp": "math.exp", "log": "math.log", "sqrt": "math.sqrt", "abs": "abs", "tanh": "math.tanh",
        "cosh": "math.cosh", "arccos": "math.acos", "sin": "math.sin", "cos": "math.cos", "arctan": "math.atan",
        "erf": "math.erf",
    }  # fmt: skip
    """Functions of numbers."""

    functions: ClassVar[Mapping[str, str]]
    """Functions of arrays."""

    infinity: ClassVar[tuple[str, str]] = ("-math.inf", "math.inf")

    def __init__(self, logits: str, label: str, names: Sequence[str], reserved: frozenset[str]) -> None:
        self.logits, self.label = logits, label
        self._reserved = reserved | {logits, label, "C", "at_label", "abs", "max", "min", "float"}
        self.lines: list[str] = []
        self.helpers: dict[str, None] = {}
        self._taken = {*names, *self._reserved}
        self.uses_mask = False

    def write(self, *terms: Term) -> list[Written]:
        """Each of ``terms`` as an expression; what they share stands in ``lines``.

        Raises ``FormulaError`` for what has no form in code.
        """
        nodes, _ = tape_of(Scalar("outputs", *terms))
        *nodes_, root = nodes
        uses = [0] * len(nodes)
        for node in nodes:
            for a in node.args:
                # The row of the label is taken out of a matrix, and no onehot is needed.
                uses[a] += not (node.array is not None and nodes[a].op == "onehot")
        found: list[Written] = []
        for place, node in enumerate(nodes_):
            args = [found[a] for a in node.args]
            if node.op == "branch" and (power := nodes[node.args[1]]).op == "pow" and power.args[0] == node.args[0]:
                args[1] = self._power_inside(*(found[a] for a in power.args))
            value = self._node(node, args, nodes)
            is_leaf = not node.args and (node.op != "onehot" or not uses[place])
            is_shared = uses[place] > 1 and not is_leaf
            is_last = place in root.args and uses[place] == 1
            if (
                is_shared
                or (node.op in _NAMED and uses[place])
                or (len(value.text) > LONGEST and not is_leaf and not is_last)
            ):
                value = self._assigned(node, value)
            found.append(value)
        return [found[a] for a in root.args]

    def _assigned(self, node: Node, value: Written) -> Written:
        nice = _NICE.get(node.op)
        name = nice if nice is not None and nice not in self._taken else self._fresh()
        self._taken.add(name)
        self.lines.append(f"{name} = {value.text}")
        return Written(name, ATOM, value.shape)

    def _fresh(self) -> str:
        n = 1
        while f"t{n}" in self._taken:
            n += 1
        return f"t{n}"

    # leaves and arithmetic

    def _node(self, node: Node, args: list[Written], tape: Tape) -> Written:
        op = node.op
        if op == "number":
            assert node.number is not None
            return number(node.number)
        if op == "parameter":
            assert node.parameter is not None
            return Written(self.parameter(node.parameter), ATOM, PLAIN)
        if op == "classes":
            return Written("C", ATOM, PLAIN)
        if op == "logits":
            return Written(self.logits, ATOM, VECTOR)
        if op == "held":
            return Written("held", ATOM, VECTOR)
        if op == "onehot":
            return Written(self.onehot(), ATOM, VECTOR)
        if node.array is not None:
            is_label = bool(node.args) and tape[node.args[0]].op == "onehot"
            return self._of_array(op, self.parameter(node.array.name), args, is_label=is_label)
        if op == "filled":
            return args[0]
        if op in ("add", "sub", "mul", "div", "pow", "neg", "maximum", "minimum", "branch"):
            return self._arithmetic(op, self._aligned(args))
        if len(args) == 1 and op in self.functions:
            return self._function(op, args[0])
        return self.of_classes(op, args)

    def _arithmetic(self, op: str, args: list[Written]) -> Written:
        shape = max(a.shape for a in args)
        shape = VECTOR if {ROW, SAMPLE} <= {a.shape for a in args} and shape < VECTOR else shape
        if op == "neg":
            return Written(f"-{args[0].within(POWER)}", UNARY, shape)
        if op in ("add", "sub"):
            sign = " + " if op == "add" else " - "
            return Written(f"{args[0].within(SUM)}{sign}{args[1].within(PRODUCT)}", SUM, shape)
        if op in ("mul", "div"):
            sign = " * " if op == "mul" else " / "
            return Written(f"{args[0].within(PRODUCT)}{sign}{args[1].within(UNARY)}", PRODUCT, shape)
        if op == "pow":
            return Written(f"{args[0].within(ATOM)} ** {args[1].within(ATOM)}", POWER, shape)
        if op == "branch":
            if args[0].shape == PLAIN:  # one of the two is taken for all samples
                first, second = (self._widened(a, shape) for a in args[1:])
                return Written(f"({first} if {args[0].within(SUM)} > 0 else {second})", ATOM, shape)
            return Written(self.where(f"{args[0].within(SUM)} > 0", args[1], args[2]), ATOM, shape)
        if shape == PLAIN:
            return Written(f"{op[:3]}({args[0].text}, {args[1].text})", ATOM, PLAIN)
        return Written(self.extreme(op, *args), ATOM, shape)

    def _widened(self, a: Written, shape: int) -> str:
        """The text of ``a`` as a value of this ``shape``."""
        if a.shape == shape:
            return a.text
        if shape > VECTOR:
            raise no_form("branch")
        return f"{a.within(SUM)} + 0 * {self.logits}{'' if shape == VECTOR else '[:, :1]'}"

    def _power_inside(self, base: Written, exponent: Written) -> Written:
        """base^exponent where the base is positive, without a value for 0 where nobody looks."""
        one = Written("1.0", ATOM, PLAIN)
        inside = Written(self.where(f"{base.within(SUM)} > 0", base, one), ATOM, base.shape)
        return self._arithmetic("pow", [inside, exponent])

    def _aligned(self, args: list[Written]) -> list[Written]:
        """A number a sample beside a quantity of two classes gets an axis more."""
        if all(a.shape < GRID for a in args):
            return args
        return [Written(f"{a.within(ATOM)}[:, :, None]", ATOM, MATRIX) if a.shape == SAMPLE else a for a in args]

    def _function(self, op: str, a: Written) -> Written:
        if a.shape > PLAIN:
            return Written(self.called(op, a), ATOM, a.shape)
        x = a.text
        if op in self.plain:
            return Written(f"{self.plain[op]}({x})", ATOM, PLAIN)
        if op == "relu":
            return Written(f"max({x}, 0)", ATOM, PLAIN)
        if op == "detach":
            return a
        if op == "softplus":
            return Written(f"math.log1p(math.exp({x}))", ATOM, PLAIN)
        if op == "sigmoid":
            return Written(f"1 / (1 + math.exp(-{a.within(ATOM)}))", PRODUCT, PLAIN)
        if op == "log_sigmoid":
            return Written(f"-math.log1p(math.exp(-{a.within(ATOM)}))", UNARY, PLAIN)
        raise no_form(op)

    def called(self, op: str, a: Written) -> str:
        """A function of an array."""
        name = self.functions[op]
        if not name.partition(".")[2]:
            self.helpers[name] = None
        return f"{name}({a.text})"

    def parameter(self, name: str) -> str:
        """The variable of a parameter; raises ``FormulaError`` if its name means something else in the code."""
        if keyword.iskeyword(name) or name in self._reserved:
            raise FormulaError(f"{name}: this name means something else in code; give the parameter another name")
        return name

    def of_classes(self, op: str, args: list[Written]) -> Written:
        """An operator over the classes, or of two classes."""
        others = op.endswith("_others")
        name = op.removesuffix("_others")
        if name in ("total", "mean", "logsumexp", "amax", "amin", "product"):
            return self._over(name, args[0], others=others)
        a = args[0] if args else number(Fraction(0))
        if op == "take":
            if a.shape in (PLAIN, SAMPLE):
                return a
            return Written(
                f"{a.within(ATOM)}[{self.label}][:, None]" if a.shape == ROW else self.at_label(a), ATOM, SAMPLE
            )
        if op in ("first", "second"):
            axis = ":, :, None" if op == "first" else ":, None, :"
            row = ":, None" if op == "first" else "None, :"
            if a.shape in (PLAIN, SAMPLE):
                return a
            is_row = a.shape == ROW
            return Written(f"{a.within(ATOM)}[{row if is_row else axis}]", ATOM, GRID if is_row else MATRIX)
        if op == "row_total":
            return Written(self.row_total(a), ATOM, VECTOR if a.shape == MATRIX else ROW)
        if op == "pair_total":
            if a.shape in (PLAIN, SAMPLE):
                return self._arithmetic("mul", [Written("C ** 2", POWER, PLAIN), a])
            return Written(self.pair_total(a), ATOM, SAMPLE if a.shape == MATRIX else PLAIN)
        if op == "same":
            return Written(self.identity(), ATOM, GRID)
        if op in ("softmax", "log_softmax", "onehot_argmax", "entmax", "rest", "residual", "centred"):
            return self._mixing(op, args)
        raise no_form(op)

    def _mixing(self, op: str, args: list[Written]) -> Written:
        a = args[0] if args[0].shape >= VECTOR else self._spread(args[0])
        return Written(self.mixed(op, a, *args[1:]), ATOM, MATRIX if op == "centred" else VECTOR)

    def _spread(self, a: Written) -> Written:
        """A class-vector (N, C) of what is the same for all classes or all samples."""
        return Written(f"{a.within(SUM)} + 0 * {self.logits}", SUM, VECTOR)

    def _of_array(self, op: str, name: str, args: list[Written], *, is_label: bool) -> Written:
        """A parameter with class indices, or a matrix applied to a class-vector, which may be that of the label."""
        if op == "class_parameter":
            return Written(name, ATOM, ROW)
        if op in ("entries", "entries_turned"):
            return Written(name if op == "entries" else f"{name}.T", ATOM, GRID)
        if op == "diagonal":
            return Written(f"{name}.diagonal()", ATOM, ROW)
        matrix = name if op == "apply_transposed" else f"{name}.T"
        if is_label:
            return Written(f"{matrix}[{self.label}]", ATOM, VECTOR)
        v = self._spread(args[0]) if args[0].shape in (PLAIN, SAMPLE) else args[0]
        return Written(f"{v.within(UNARY)} @ {matrix}", PRODUCT, v.shape)

    def _over(self, name: str, v: Written, *, others: bool) -> Written:
        size = Written("(C - 1)" if others else "C", ATOM, PLAIN)
        if v.shape in (PLAIN, SAMPLE):  # the same at every class
            if name == "total":
                return self._arithmetic("mul", [size, v])
            if name == "product":
                return self._arithmetic("pow", [v, size])
            if name == "logsumexp":
                return self._arithmetic("add", [v, Written(f"math.log({size.text})", ATOM, PLAIN)])
            return v
        if not others:
            return Written(self.over(name, v), ATOM, SAMPLE if v.shape == VECTOR else PLAIN)
        self.uses_mask = True
        # What changes nothing stands in the place of the entry at the label.
        neutral = {"product": "1.0", "logsumexp": self.infinity[0], "amax": self.infinity[0], "amin": self.infinity[1]}
        inside = Written(self.masked(neutral.get(name, "0.0"), v), ATOM, VECTOR)
        total = self.over("total" if name == "mean" else name, inside)
        return Written(f"{total} / (C - 1)", PRODUCT, SAMPLE) if name == "mean" else Written(total, ATOM, SAMPLE)

    def opening(self, *results: Written) -> list[str]:
        """The statements before ``lines``: C and the mask of the label, where ``lines`` or the results need them."""
        text = "\n".join([*self.lines, *(r.text for r in results)])
        lines = [f"C = {self.logits}.shape[1]"] if re.search(r"(?<![\w.])C(?!\w)", text) else []
        return [*lines, f"at_label = {self.mask()}"] if self.uses_mask else lines

    # what the libraries have different words for

    @abstractmethod
    def onehot(self) -> str: ...
    @abstractmethod
    def identity(self) -> str: ...
    @abstractmethod
    def mask(self) -> str: ...
    @abstractmethod
    def masked(self, neutral: str, v: Written) -> str: ...
    @abstractmethod
    def where(self, condition: str, a: Written, b: Written) -> str: ...
    @abstractmethod
    def extreme(self, op: str, a: Written, b: Written) -> str: ...
    @abstractmethod
    def over(self, name: str, v: Written) -> str: ...
    @abstractmethod
    def mixed(self, op: str, v: Written, *constants: Written) -> str: ...
    @abstractmethod
    def at_label(self, v: Written) -> str: ...
    @abstractmethod
    def row_total(self, q: Written) -> str: ...
    @abstractmethod
    def pair_total(self, q: Written) -> str: ...


def number(value: Fraction) -> Written:
    """A number as it is typed: 7/10 as 0.7, and 1/3 as a quotient, which Python divides once and rounds correctly."""
    if value.denominator == 1:
        return Written(str(value.numerator), ATOM if value >= 0 else UNARY, PLAIN)
    if _LONGEST_DECIMAL % value.denominator == 0 and abs(value) < _LONGEST_DECIMAL:
        whole, rest = divmod(abs(value) * _LONGEST_DECIMAL, _LONGEST_DECIMAL)
        digits = f"{whole}.{int(rest):06d}".rstrip("0")
        return Written(f"-{digits}" if value < 0 else digits, ATOM if value > 0 else UNARY, PLAIN)
    return Written(f"{value.numerator} / {value.denominator}", PRODUCT, PLAIN)


def entries(array: Array) -> str:
    """The given entries of ``array`` as a list, of a matrix row by row."""
    rows = [f"[{', '.join(number(x).text for x in row)}]" for row in array.values or ()]
    return rows[0] if isinstance(array, VectorArray) else f"[{', '.join(rows)}]"


def no_form(op: str) -> FormulaError:
    """The error for an operator that cannot be written."""
    return FormulaError(f"formula: {op} has no form in code here; write the formula without {op}")
