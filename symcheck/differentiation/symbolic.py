"""Formulas of class-vectors as SymPy expressions: an entry of z is z[j], a sum over the classes a Sum.

The label is the symbol y, indices of classes are j and k or other letters, and onehot(y) is a KroneckerDelta.  A
class-vector w has the entries w[j], a matrix A[j, k].  Of what SymPy has no word for stand functions without a
definition: amax, amax_others, onehot_argmax and entmax of the entries as a Lambda of their index.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import sympy
from sympy import Expr, Function, IndexedBase, KroneckerDelta, Lambda, Piecewise, Rational, Symbol

from symcheck.field.symbols import C_SYMBOL, symbol_of
from symcheck.language.formula import Formula
from symcheck.language.node import Node
from symcheck.reason import Code, Undecided

Y = Symbol("y", integer=True, positive=True)
"""The label; classes count from 1."""

Z = IndexedBase("z", real=True)
"""The logits."""

Classes: TypeAlias = "tuple[Expr, Expr]"
"""The classes at which an entry of a quantity of two classes is; a class-vector is read at the first one."""

_FUNCTIONS: Mapping[str, Callable[..., Expr]] = {
    "exp": sympy.exp, "log": sympy.log, "sqrt": sympy.sqrt, "abs": sympy.Abs, "tanh": sympy.tanh, "cosh": sympy.cosh,
    "arccos": sympy.acos, "sin": sympy.sin, "cos": sympy.cos, "arctan": sympy.atan, "erf": sympy.erf,
    "maximum": sympy.Max, "minimum": sympy.Min, "add": lambda a, b: a + b, "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b, "div": lambda a, b: a / b, "pow": lambda a, b: a**b, "neg": lambda a: -a,
    "relu": lambda a: sympy.Max(a, 0), "softplus": lambda a: sympy.log(1 + sympy.exp(a)),
    "sigmoid": lambda a: 1 / (1 + sympy.exp(-a)), "detach": lambda a: a,
    "log_sigmoid": lambda a: -sympy.log(1 + sympy.exp(-a)),
    "branch": lambda u, a, b: Piecewise((a, u > 0), (b, True)),
}  # fmt: skip


def index_symbols(names: Sequence[str]) -> tuple[Symbol, ...]:
    """The SymPy symbols of class indices."""
    return tuple(Symbol(name, integer=True, positive=True) for name in names)


def entry_of(formula: Formula, names: Sequence[str]) -> Expr:
    """The entry of ``formula`` at the first of the indices ``names``, of a quantity of two classes at the first two.

    Sums are over the others.
    """
    first, second, *bound = index_symbols(names)
    return _Entries(formula, bound).of(len(formula.nodes) - 1, (first, second), 0)


class _Entries:
    """Entries of the nodes of a formula; ``depth`` is how many sums there are around one."""

    def __init__(self, formula: Formula, bound: Sequence[Symbol]) -> None:
        self._formula, self._bound = formula, bound
        self._symbols = {p.name: symbol_of(p) for p in formula.parameters}
        self._done: dict[tuple[int, Classes, int], Expr] = {}

    def of(self, place: int, at: Classes, depth: int) -> Expr:
        """The entry at the first of two classes ``at``, or at both; a number is the same at every class."""
        key = place, at, depth
        if key not in self._done:
            self._done[key] = self._made(self._formula.nodes[place], at, depth)
        return self._done[key]

    def _made(self, node: Node, at: Classes, depth: int) -> Expr:
        op, args = node.op, node.args
        if op == "number":
            assert node.number is not None
            return Rational(node.number.numerator, node.number.denominator)
        if op == "parameter":
            assert node.parameter is not None
            return self._symbols[node.parameter]
        if op == "classes":
            return C_SYMBOL
        if op == "logits":
            return Z[at[0]]
        if op == "onehot":
            return KroneckerDelta(at[0], Y)
        if op in ("filled", "first"):
            return self.of(args[0], at, depth)
        if op == "second":
            return self.of(args[0], at[::-1], depth)
        if op == "take":
            return self.of(args[0], (Y, Y), depth)
        if op == "same":
            return KroneckerDelta(*at)
        if node.array is not None:
            return self._of_array(node, at, depth)
        if op in _FUNCTIONS:
            return _FUNCTIONS[op](*(self.of(a, at, depth) for a in args))
        if op in ("row_total", "pair_total"):
            m, n = self._bound[depth], self._bound[depth + 1]
            if op == "row_total":
                return self._sum(self.of(args[0], (at[0], m), depth + 1), m)
            return self._sum(self._sum(self.of(args[0], (m, n), depth + 2), n), m)
        return self._over_classes(node, at, depth)

    def _of_array(self, node: Node, at: Classes, depth: int) -> Expr:
        assert node.array is not None
        entries = IndexedBase(node.array.name, real=True)
        i = at[0]
        if node.op == "class_parameter":
            return entries[i]
        if node.op in ("entries", "entries_turned"):
            return entries[at if node.op == "entries" else at[::-1]]
        if node.op == "diagonal":
            return entries[i, i]
        turned = node.op == "apply_transposed"
        if self._formula.nodes[node.args[0]].op == "onehot":
            return entries[Y, i] if turned else entries[i, Y]
        m = self._bound[depth]
        return self._sum((entries[m, i] if turned else entries[i, m]) * self.of(node.args[0], (m, m), depth + 1), m)

    def _sum(self, summand: Expr, m: Symbol) -> Expr:
        return sympy.Sum(summand, (m, 1, C_SYMBOL)) if summand.has(m) else C_SYMBOL * summand

    def _over_classes(self, node: Node, at: Classes, depth: int) -> Expr:
        op = node.op
        others, name = op.endswith("_others"), op.removesuffix("_others")
        m = self._bound[depth]
        inside = self.of(node.args[0], (m, m), depth + 1)
        count = C_SYMBOL - 1 if others else C_SYMBOL
        if name in ("total", "mean", "logsumexp"):
            summand = sympy.exp(inside) if name == "logsumexp" else inside
            total = self._sum(summand, m)
            total = total - summand.subs(m, Y) if others else total
            return total / count if name == "mean" else sympy.log(total) if name == "logsumexp" else total
        if name == "product":
            product = sympy.Product(inside, (m, 1, C_SYMBOL))
            return product / inside.subs(m, Y) if others else product
        if name in ("softmax", "log_softmax"):
            entry = self.of(node.args[0], at, depth)
            total = self._sum(sympy.exp(inside), m)
            return sympy.exp(entry) / total if name == "softmax" else entry - sympy.log(total)
        if name in ("amax", "amin"):
            return Function(op, real=True)(Lambda(m, inside), *([Y] if others else []))
        if name == "onehot_argmax":
            return Function(op, real=True)(Lambda(m, inside), at[0])
        if name == "entmax":
            return Function(op, real=True)(Lambda(m, inside), self.of(node.args[1], at, depth), at[0])
        raise Undecided.of(Code.UNMAPPED_OP, f"{op} has no SymPy expression here", "read the formula instead")
