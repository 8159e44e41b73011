"""Expressions of SymPy and of the formula grammar as numbers of the truth, at a point."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import sympy

from benchmarks.soundness.truth import numbers
from benchmarks.soundness.truth.numbers import ONE, NoOpinion, Number


class Unreadable(Exception):
    """A text or an expression uses something that is not known here."""


Names = Mapping[str, Number]
"""The values of C and of the parameters, by name."""


def number_of(expression: Any, names: Names) -> Number:
    """The value of a SymPy expression; raises ``Unreadable``, and ``Undefined`` or ``NoOpinion`` as numbers do."""
    e = expression
    if e.is_Rational:
        return Fraction(int(e.p), int(e.q))
    if e.is_Symbol:
        if e.name not in names:
            raise Unreadable(f"the name {e.name}")
        return names[e.name]
    if e is sympy.E:
        return numbers.exp(ONE)
    if e is sympy.pi:
        return numbers.arccos(Fraction(-1))
    if isinstance(e, sympy.Piecewise):
        for value, condition in e.args:
            if is_true(condition, names):
                return number_of(value, names)
        raise Unreadable("no piece of a Piecewise")
    args = [number_of(a, names) for a in e.args]
    if e.is_Add or e.is_Mul:
        found = args[0]
        for x in args[1:]:
            found = numbers.add(found, x) if e.is_Add else numbers.multiply(found, x)
        return found
    name = type(e).__name__
    if name not in _FUNCTIONS:
        raise Unreadable(name)
    return _FUNCTIONS[name](*args)


def is_true(condition: Any, names: Names) -> bool:
    """Whether a condition of SymPy holds."""
    if condition in (True, False, sympy.true, sympy.false):
        return bool(condition)
    if isinstance(condition, sympy.And):
        return all(is_true(c, names) for c in condition.args)
    if isinstance(condition, sympy.Or):
        return any(is_true(c, names) for c in condition.args)
    if isinstance(condition, sympy.Not):
        return not is_true(condition.args[0], names)
    name = type(condition).__name__
    if name not in _SYMPY_RELATIONS:
        raise Unreadable(name)
    left, right = (number_of(a, names) for a in condition.args)
    return _SYMPY_RELATIONS[name](numbers.sign(numbers.subtract(left, right)))


def number_of_text(text: str, names: Names) -> Number:
    """The value of a text of the formula grammar in which neither z nor y occurs."""
    return _value(_parsed(text).body, names)


def holds(text: str, names: Names) -> bool:
    """Whether a text such as ``n = 5/2 and q > 1`` holds; "" holds everywhere."""
    if not text.strip():
        return True
    return _truth(_parsed(_with_equality(text)).body, names)


def ends(text: str, names: Names) -> list[tuple[str, Number]]:
    """The names that ``text`` compares with an expression in C alone, and the value of that expression."""
    found: list[tuple[str, Number]] = []
    try:
        tree = _parsed(_with_equality(text))
    except Unreadable:
        return found
    for node in ast.walk(tree):
        sides = [node.left, *node.comparators] if isinstance(node, ast.Compare) else []
        for a in sides:
            for b in sides:
                if a is not b and isinstance(a, ast.Name):
                    try:
                        found.append((a.id, _value(b, names)))
                    except (Unreadable, NoOpinion, numbers.Undefined):
                        continue
    return found


def _parsed(text: str) -> ast.Expression:
    try:
        return ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError) as error:
        raise Unreadable(text) from error


def _with_equality(text: str) -> str:
    """The text with == for = and ``and`` for a comma between conditions."""
    made, depth = "", 0
    for i, c in enumerate(text):
        depth += (c in "([") - (c in ")]")
        if c == "=" and text[i - 1] not in "<>!=" and text[i + 1 : i + 2] != "=":
            made += "=="
        else:
            made += " and " if c == "," and depth == 0 else c
    return made


def _truth(node: ast.expr, names: Names) -> bool:
    if isinstance(node, ast.BoolOp):
        join = all if isinstance(node.op, ast.And) else any
        return join(_truth(v, names) for v in node.values)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return not _truth(node.operand, names)
    if not isinstance(node, ast.Compare):
        raise Unreadable(ast.dump(node))
    values = [_value(n, names) for n in (node.left, *node.comparators)]
    pairs = zip(node.ops, values, values[1:], strict=False)
    return all(_relation(op)(numbers.sign(numbers.subtract(a, b))) for op, a, b in pairs)


def _relation(op: ast.cmpop) -> Callable[[int], bool]:
    name = type(op).__name__
    if name not in _RELATIONS:
        raise Unreadable(name)
    return _RELATIONS[name]


def _value(node: ast.expr, names: Names) -> Number:
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
        return Fraction(str(node.value))
    if isinstance(node, ast.Name):
        if node.id not in names:
            raise Unreadable(f"the name {node.id}")
        return names[node.id]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        inner = _value(node.operand, names)
        return numbers.negative(inner) if isinstance(node.op, ast.USub) else inner
    if isinstance(node, ast.BinOp) and type(node.op).__name__ in _OPERATORS:
        return _OPERATORS[type(node.op).__name__](_value(node.left, names), _value(node.right, names))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _FUNCTIONS:
        return _FUNCTIONS[node.func.id](*(_value(a, names) for a in node.args))
    raise Unreadable(ast.dump(node))


def _absolute(a: Number) -> Number:
    return numbers.negative(a) if numbers.sign(a) < 0 else a


def _largest(*args: Number) -> Number:
    found = args[0]
    for x in args[1:]:
        found = x if numbers.sign(numbers.subtract(x, found)) > 0 else found
    return found


def _least(*args: Number) -> Number:
    return numbers.negative(_largest(*map(numbers.negative, args)))


def _sqrt(a: Number) -> Number:
    return numbers.power(a, Fraction(1, 2))


def _tanh(a: Number) -> Number:
    up, down = numbers.exp(a), numbers.exp(numbers.negative(a))
    return numbers.divide(numbers.subtract(up, down), numbers.add(up, down))


def _cosh(a: Number) -> Number:
    return numbers.divide(numbers.add(numbers.exp(a), numbers.exp(numbers.negative(a))), Fraction(2))


_OPERATORS: dict[str, Callable[[Number, Number], Number]] = {
    "Add": numbers.add, "Sub": numbers.subtract, "Mult": numbers.multiply, "Div": numbers.divide, "Pow": numbers.power,
}  # fmt: skip

_FUNCTIONS: dict[str, Callable[..., Number]] = {
    "Pow": numbers.power, "exp": numbers.exp, "log": numbers.log, "sqrt": _sqrt, "Abs": _absolute, "abs": _absolute,
    "Max": _largest, "maximum": _largest, "max": _largest, "Min": _least, "minimum": _least, "min": _least,
    "tanh": _tanh, "cosh": _cosh, "acos": numbers.arccos, "arccos": numbers.arccos,
}  # fmt: skip
"""Functions by their names in SymPy and in formulas."""

_SYMPY_RELATIONS: dict[str, Callable[[int], bool]] = {
    "Equality": lambda s: s == 0, "Unequality": lambda s: s != 0, "StrictLessThan": lambda s: s < 0,
    "LessThan": lambda s: s <= 0, "StrictGreaterThan": lambda s: s > 0, "GreaterThan": lambda s: s >= 0,
}  # fmt: skip

_RELATIONS: dict[str, Callable[[int], bool]] = {
    "Eq": lambda s: s == 0, "NotEq": lambda s: s != 0, "Lt": lambda s: s < 0, "LtE": lambda s: s <= 0,
    "Gt": lambda s: s > 0, "GtE": lambda s: s >= 0,
}  # fmt: skip
