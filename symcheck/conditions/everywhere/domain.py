"""Whether a formula has a value at every z: what is said of all z is said of those at which it has one."""

from __future__ import annotations

from symcheck.budget import Budget
from symcheck.conditions.agreement.scopes import scope_with
from symcheck.conditions.remembered import remembered
from symcheck.field.everywhere_field import EverywhereField
from symcheck.field.signs.sign import Kind
from symcheck.language.formula import Formula
from symcheck.language.node import Node
from symcheck.language.scope import Scope
from symcheck.readings.defined import defined_by_form
from symcheck.readings.range_arithmetic import Range
from symcheck.readings.ranges import RangeReading
from symcheck.reason import Undecided

EVERY = "for every z"
WHERE_IT_EXISTS = "for every z for which it exists"


def every_z(formula: Formula, scope: Scope, budget: Budget) -> str:
    """For which z something is true that holds wherever ``formula`` has a value, as the end of a sentence.

    >>> from symcheck.language.formula import symbols
    >>> from symcheck.language.functions import log
    >>> z, y = symbols()
    >>> every_z(Formula.of(log(1 + z[y])), Scope(), Budget())
    'for every z for which it exists'
    """
    return EVERY if exists_everywhere(formula, scope, budget) else WHERE_IT_EXISTS


def exists_everywhere(formula: Formula, scope: Scope, budget: Budget) -> bool:
    """Whether ``formula`` is shown to have a value for every z, y, C and parameter value of ``scope``.

    By its form, or by the ranges of what is divided by, and of what roots and logarithms are taken of.
    """
    return all(defined_by_form(formula)) or remembered(_is_shown, formula, scope_with(scope, formula), budget)


def _is_shown(formula: Formula, scope: Scope, budget: Budget) -> bool:
    reading, is_total = _Domains(EverywhereField(scope, budget)), defined_by_form(formula)
    try:
        ranges = reading.read_all(formula)
        return all(
            is_total[place] or reading.has_value(node, [ranges[a] for a in node.args])
            for place, node in enumerate(formula.nodes)
        )
    except Undecided:
        return False


class _Domains(RangeReading):
    """Ranges, and whether an operator has a value wherever its arguments lie in theirs."""

    def has_value(self, node: Node, args: list[Range]) -> bool:
        """Whether the operator of ``node`` has a value for all arguments in the ranges ``args``."""
        if node.op == "div":
            return self._is_off_zero(args[1])
        if node.op == "log":
            return self._is_positive(args[0])
        if node.op == "sqrt":
            return self._sign(args[0]) == 1
        if node.op == "arccos":
            above, below = (
                self.add(args[0], self._point(self.field.one)),
                self.sub(self._point(self.field.one), args[0]),
            )
            return self._sign(above) == self._sign(below) == 1
        return node.op == "pow" and self._has_power(*args)

    def _has_power(self, base: Range, exponent: Range) -> bool:
        if self._is_positive(base):
            return True
        whole = exponent.low.rational if exponent.low is not None and exponent.is_point else None
        if whole is not None and whole.denominator == 1:
            return whole >= 0 or self._is_off_zero(base)
        is_power = exponent.low is not None and self.field.sign(exponent.low).kind is Kind.POSITIVE
        return is_power and self._sign(base) == 1

    def _is_off_zero(self, a: Range) -> bool:
        return self._is_positive(a) or self._is_positive(self.neg(a))
