"""Functions on the orbit slice: values and partial derivatives at s = u = t = 0, and the chain rule for them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Final

from sympy import Dummy, Expr, Symbol, diff, expand

from symcheck.budget import Budget
from symcheck.field.symbols import C_SYMBOL
from symcheck.language.scope import Classes
from symcheck.readings.expansion import Expansion
from symcheck.readings.orbit.elementary import Constants, NoValue
from symcheck.readings.orbit.laurent import ONE, ZERO, Laurent, exact_quotient, rational
from symcheck.reason import Code, Reason, Undecided

X: Final = Dummy("x", real=True)
Y: Final = Dummy("y", real=True)
"""The arguments of a function that is given as a SymPy expression."""


@dataclass(frozen=True, slots=True)
class SliceJet:
    """A function of (s, u, t) near 0: its ``value`` and partial derivatives there (``second[i][j]`` for j <= i).

    ``moves``: whether z occurs in it.
    """

    value: Laurent
    first: tuple[Laurent, ...]
    second: tuple[tuple[Laurent, ...], ...]
    moves: bool


class Slice:
    """The slice z = (s at y, u at one other class, t at the C-2 others), or z = (s, u) if C = 2.

    ``multiplicities`` are 1, 1, C-2.  With a range of classes C is a symbol.
    """

    def __init__(self, classes: Classes, budget: Budget) -> None:
        fixed = classes.fixed
        self.constants = Constants(budget)
        self.count = self.constants.symbol(C_SYMBOL) if fixed is None else rational(fixed)
        self.multiplicities: tuple[Laurent, ...] = (ONE, ONE) if fixed == 2 else (ONE, ONE, self.count - rational(2))
        self.size = len(self.multiplicities)
        self._flat = tuple((ZERO,) * (i + 1) for i in range(self.size))
        self._values: dict[tuple[Expr, tuple[Laurent, ...]], Laurent] = {}

    def constant(self, value: Laurent) -> SliceJet:
        """A function that does not depend on z."""
        return SliceJet(value, (ZERO,) * self.size, self._flat, False)

    def coordinates(self) -> tuple[SliceJet, ...]:
        """s, u and t."""
        units = [tuple(ONE if i == j else ZERO for j in range(self.size)) for i in range(self.size)]
        return tuple(SliceJet(ZERO, unit, self._flat, True) for unit in units)

    def weighted(self, parts: Sequence[tuple[Laurent, SliceJet]]) -> SliceJet:
        """The sum of weight times part, the weights not depending on z."""
        orders = range(self.size)
        value = self._sum((w, p.value) for w, p in parts)
        first = tuple(self._sum((w, p.first[i]) for w, p in parts) for i in orders)
        second = tuple(tuple(self._sum((w, p.second[i][j]) for w, p in parts) for j in range(i + 1)) for i in orders)
        return SliceJet(value, first, second, any(p.moves for _, p in parts))

    def _sum(self, parts: Iterable[tuple[Laurent, Laurent]]) -> Laurent:
        out = ZERO
        for a, b in parts:
            if a and b:
                out += b if a is ONE else self.constants.product(a, b)
        return out

    def composed(self, rule: Expr, *args: SliceJet) -> SliceJet:
        """The function ``rule`` of x, or of x and y, at ``args``: the chain rule to second order."""
        values = tuple(a.value for a in args)
        value = self._at(rule, values)
        moving = [(x, a) for x, a in zip((X, Y), args, strict=False) if a.moves]
        if not moving:
            return self.constant(value)
        slopes = [(self._at(_derivative(rule, x), values), a) for x, a in moving]
        bends = [(self._at(_derivative(rule, x, y), values), a, b) for (x, a), (y, b) in product(moving, moving)]

        def bent(i: int, j: int) -> Laurent:
            straight = self._sum((f, a.second[i][j]) for f, a in slopes)
            # f is 0 for a function that is linear in its arguments, and a product with it would cost its length.
            return straight + self._sum((f, self._sum([(a.first[i], b.first[j])])) for f, a, b in bends if f)

        first = tuple(self._sum((f, a.first[i]) for f, a in slopes) for i in range(self.size))
        return SliceJet(value, first, tuple(tuple(bent(i, j) for j in range(i + 1)) for i in range(self.size)), True)

    def _at(self, rule: Expr, values: tuple[Laurent, ...]) -> Laurent:
        known = self._values.get((rule, values))
        if known is None:
            try:
                known = self.constants.at(rule, dict(zip((X, Y), values, strict=False)))
            except NoValue as problem:
                reason = Reason(Code.KINK, f"its derivatives at z = 0 need {problem}", "no expansion exists there")
                raise Undecided(reason) from None
            self._values[rule, values] = known
        return known

    def expression(self, value: Laurent) -> Expr:
        """``value`` as a SymPy expression, with common factors cancelled."""
        return self.constants.expression(self.constants.reduced(value))

    def expansion(self, local: SliceJet) -> Expansion[Expr]:
        """The expansion of a scalar from its derivatives on the slice, whose redundant ones are checked."""
        g_y, g_k, second = local.first[0], local.first[1], local.second
        h_yy, h_yk, h_kk = second[0][0], second[1][0], second[1][1]
        h_kl = None
        if self.size == 3:
            rest, f_ut = self.multiplicities[2], second[2][1]
            # t moves C - 2 classes at once: what it adds is known already if all of them are treated alike, and so is
            # checked.
            self._require(local.first[2] - rest * g_k, "F_t = (C-2) g_k")
            self._require(second[2][0] - rest * h_yk, "F_st = (C-2) h_yk")
            self._require(second[2][2] - rest * h_kk - (rest - ONE) * f_ut, "F_tt = (C-2) h_kk + (C-2)(C-3) h_kl")
            # F_ut = (C - 2) h_kl: divided exactly, the result has no pole at C = 2.
            h_kl = exact_quotient(f_ut, rest)
            if h_kl is None:
                h_kl = f_ut * self.constants.inverse(rest)
        shown = self.expression
        return Expansion(
            shown(local.value), shown(g_y), shown(g_k), shown(h_yy), shown(h_yk), shown(h_kk),
            None if h_kl is None else shown(h_kl),
        )  # fmt: skip

    def _require(self, difference: Laurent, law: str) -> None:
        # Two sums of constants may be one number in two forms, and expand is enough to see that here; it is never
        # asked for a proof: a law that is not seen to hold stops the reading.
        if difference and self.constants.reduced(difference) and expand(self.expression(difference)) != 0:
            raise Undecided.of(
                Code.NOT_EQUIVARIANT,
                f"the derivatives at z = 0 do not show {law}, which holds if all classes but y are treated alike",
                "compare with the formula at fixed C",
            )


@cache
def _derivative(rule: Expr, *symbols: Symbol) -> Expr:
    return diff(rule, *symbols)
