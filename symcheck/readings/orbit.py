"""The orbit reading: SymPy's derivatives along the slice z = (s at y, u at one other class, t at the C-2 others).

A formula that treats all classes alike is known near z = 0, to second order, from this slice.  Each node
carries its value and its first and second partial derivatives at s = u = t = 0; the derivatives of each
operator are SymPy's.  It is derived apart from the judging reading, and it is what a reader is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from functools import cache
from itertools import product
from typing import Final, cast

from sympy import Dummy, Expr, Rational, Symbol, diff, expand, latex
from sympy import exp as sympy_exp
from sympy import log as sympy_log

from symcheck.budget import Budget
from symcheck.constants.symbols import C_SYMBOL, symbol_of
from symcheck.errors import FormulaError
from symcheck.language.formula import Formula
from symcheck.language.reading import Reading
from symcheck.language.scope import Classes, Scope
from symcheck.readings.elementary import Constants, NoValue
from symcheck.readings.expansion import Expansion
from symcheck.readings.laurent import ONE, ZERO, Laurent, exact_quotient, rational
from symcheck.reason import Code, Reason, Undecided

Sign = Callable[[Expr], int | None]
"""A sound sign procedure: +1, -1 or 0 if the expression has this sign in the whole scope, None if unknown."""


@dataclass(frozen=True, slots=True)
class Local:
    """A function of (s, u, t) near 0: its ``value`` and partial derivatives there (``second[i][j]`` for j <= i).

    ``moves``: whether z occurs in it.
    """

    value: Laurent
    first: tuple[Laurent, ...]
    second: tuple[tuple[Laurent, ...], ...]
    moves: bool


Entries = tuple[Local, ...]
"""A scalar (one entry), or a class-vector: its entries at y, at the other class, and at each of the rest."""

_X, _Y = Dummy("x", real=True), Dummy("y", real=True)
_EXP: Final = sympy_exp(_X)
_RULES: Final[dict[str, Expr]] = {
    "mul": _X * _Y, "div": _X / _Y, "exp": _EXP, "log": sympy_log(_X), "softplus": sympy_log(1 + _EXP),
    "sigmoid": 1 / (1 + 1 / _EXP), "cosh": (_EXP + 1 / _EXP) / 2, "tanh": 1 - 2 / (1 + _EXP**2),
}  # fmt: skip
"""The operators as SymPy functions of their arguments; sums and powers apart."""


class OrbitReading(Reading[Entries]):
    """Gives every operator its value and derivatives on the slice, for the C of ``classes``.

    With a range of classes C is a symbol, and there are three orbits; the result holds for C >= 3 (for C = 2
    as well where nothing divides by C - 2).  With C = 2 there are two.
    """

    def __init__(self, scope: Scope, *, sign: Sign | None = None, budget: Budget | None = None) -> None:
        self.constants = Constants(budget or Budget())
        fixed = scope.classes.fixed
        self.count = self.constants.symbol(C_SYMBOL) if fixed is None else rational(fixed)
        self.multiplicities: tuple[Laurent, ...] = (ONE, ONE) if fixed == 2 else (ONE, ONE, self.count - rational(2))
        self._scope, self._sign = scope, sign
        self._size = len(self.multiplicities)
        self._still = (ZERO,) * self._size, tuple((ZERO,) * (i + 1) for i in range(self._size))
        self._values: dict[tuple[Expr, tuple[Laurent, ...]], Laurent] = {}

    def number(self, value: Fraction) -> Entries:
        return self._constant(rational(value))

    def parameter(self, name: str) -> Entries:
        return self._constant(self.constants.symbol(symbol_of(self._scope.parameter(name))))

    def classes(self) -> Entries:
        return self._constant(self.count)

    def logits(self) -> Entries:
        flat = self._still[1]
        units = [tuple(ONE if i == j else ZERO for j in range(self._size)) for i in range(self._size)]
        return tuple(Local(ZERO, unit, flat, True) for unit in units)

    def onehot(self) -> Entries:
        return self._constant(ONE) + self._constant(ZERO) * (self._size - 1)

    def add(self, a: Entries, b: Entries) -> Entries:
        return tuple(self._weighted([(ONE, x), (ONE, y)]) for x, y in _paired(a, b))

    def neg(self, a: Entries) -> Entries:
        return tuple(self._weighted([(rational(-1), x)]) for x in a)

    def total(self, v: Entries) -> Entries:
        return (self._weighted(list(zip(self.multiplicities, v, strict=True))),)

    def take(self, v: Entries) -> Entries:
        return v[:1]

    def mul(self, a: Entries, b: Entries) -> Entries:
        return tuple(self._composed(_RULES["mul"], x, y) for x, y in _paired(a, b))

    def div(self, a: Entries, b: Entries) -> Entries:
        return tuple(self._composed(_RULES["div"], x, y) for x, y in _paired(a, b))

    def pow(self, a: Entries, b: Entries) -> Entries:
        return tuple(self._power(x, y) for x, y in _paired(a, b))

    def exp(self, a: Entries) -> Entries:
        return tuple(self._composed(_RULES["exp"], x) for x in a)

    def log(self, a: Entries) -> Entries:
        return tuple(self._composed(_RULES["log"], x) for x in a)

    def softplus(self, a: Entries) -> Entries:
        return tuple(self._composed(_RULES["softplus"], x) for x in a)

    def sigmoid(self, a: Entries) -> Entries:
        return tuple(self._composed(_RULES["sigmoid"], x) for x in a)

    def cosh(self, a: Entries) -> Entries:
        return tuple(self._composed(_RULES["cosh"], x) for x in a)

    def tanh(self, a: Entries) -> Entries:
        return tuple(self._composed(_RULES["tanh"], x) for x in a)

    def relu(self, a: Entries) -> Entries:
        return tuple(self._branch(x, 1, 0) for x in a)

    def abs(self, a: Entries) -> Entries:
        return tuple(self._branch(x, 1, -1) for x in a)

    # the calculus of one entry

    def _constant(self, value: Laurent) -> Entries:
        return (Local(value, *self._still, False),)

    def _weighted(self, parts: Sequence[tuple[Laurent, Local]]) -> Local:
        """The sum of weight times part, the weights not depending on z."""
        orders = range(self._size)
        value = self._sum((w, p.value) for w, p in parts)
        first = tuple(self._sum((w, p.first[i]) for w, p in parts) for i in orders)
        second = tuple(tuple(self._sum((w, p.second[i][j]) for w, p in parts) for j in range(i + 1)) for i in orders)
        return Local(value, first, second, any(p.moves for _, p in parts))

    def _sum(self, parts: Iterable[tuple[Laurent, Laurent]]) -> Laurent:
        out = ZERO
        for a, b in parts:
            if a and b:
                out += b if a is ONE else self.constants.product(a, b)
        return out

    def _composed(self, rule: Expr, *args: Local) -> Local:
        """The function ``rule`` of x, or of x and y, at ``args``: the chain rule to second order."""
        values = tuple(a.value for a in args)
        value = self._at(rule, values)
        moving = [(x, a) for x, a in zip((_X, _Y), args, strict=False) if a.moves]
        if not moving:
            return Local(value, *self._still, False)
        slopes = [(self._at(_derivative(rule, x), values), a) for x, a in moving]
        bends = [(self._at(_derivative(rule, x, y), values), a, b) for (x, a), (y, b) in product(moving, moving)]

        def bent(i: int, j: int) -> Laurent:
            straight = self._sum((f, a.second[i][j]) for f, a in slopes)
            return straight + self._sum((f, self._sum([(a.first[i], b.first[j])])) for f, a, b in bends if f)

        first = tuple(self._sum((f, a.first[i]) for f, a in slopes) for i in range(self._size))
        return Local(value, first, tuple(tuple(bent(i, j) for j in range(i + 1)) for i in range(self._size)), True)

    def _at(self, rule: Expr, values: tuple[Laurent, ...]) -> Laurent:
        known = self._values.get((rule, values))
        if known is None:
            try:
                known = self.constants.at(rule, dict(zip((_X, _Y), values, strict=False)))
            except NoValue as problem:
                reason = Reason(Code.KINK, f"its derivatives at z = 0 need {problem}", "no expansion exists there")
                raise Undecided(reason) from None
            self._values[rule, values] = known
        return known

    def _power(self, base: Local, exponent: Local) -> Local:
        n = exponent.value.number
        if exponent.moves or n is None:
            return self._composed(_X**_Y, base, exponent)
        if n > 0 and not base.moves and not base.value:
            return base
        return self._composed(_X ** Rational(n.numerator, n.denominator), base)

    def _branch(self, a: Local, above: int, below: int) -> Local:
        """``above`` times ``a`` if it is positive at 0, ``below`` times ``a`` if it is negative."""
        sign = self.constants.sign(a.value)
        if sign is None:
            shown = self.expression(a.value)
            sign = None if self._sign is None else self._sign(shown)
            if sign is None:
                raise Undecided(
                    Reason(
                        Code.SIGN_UNKNOWN,
                        f"its branch at z = 0 is decided by the sign of {shown}, which is not known",
                        "give values to parameters, or narrow the scope until the sign is the same everywhere",
                    )
                )
        if sign == 0 and a.moves:
            raise Undecided(
                Reason(
                    Code.KINK,
                    "its argument is 0 at z = 0 and moves with z, so derivatives may not exist there",
                    "compare the one-sided derivatives, or use a smooth function",
                )
            )
        return self._weighted([(rational(above if sign > 0 else below if sign < 0 else 0), a)])

    # what comes out

    def expression(self, value: Laurent) -> Expr:
        """``value`` as a SymPy expression, with common factors cancelled."""
        return self.constants.expression(self.constants.reduced(value))

    def expansion(self, local: Local) -> Expansion[Expr]:
        """The expansion of a scalar from its derivatives on the slice, whose redundant ones are checked."""
        g_y, g_k, second = local.first[0], local.first[1], local.second
        h_yy, h_yk, h_kk = second[0][0], second[1][0], second[1][1]
        h_kl = None
        if self._size == 3:
            rest, f_ut = self.multiplicities[2], second[2][1]
            self._require(local.first[2] - rest * g_k, "F_t = (C-2) g_k")
            self._require(second[2][0] - rest * h_yk, "F_st = (C-2) h_yk")
            self._require(second[2][2] - rest * h_kk - (rest - ONE) * f_ut, "F_tt = (C-2) h_kk + (C-2)(C-3) h_kl")
            h_kl = exact_quotient(f_ut, rest)
            if h_kl is None:
                h_kl = f_ut * self.constants.inverse(rest)
        shown = self.expression
        return Expansion(
            shown(local.value), shown(g_y), shown(g_k), shown(h_yy), shown(h_yk), shown(h_kk),
            None if h_kl is None else shown(h_kl),
        )  # fmt: skip

    def _require(self, difference: Laurent, law: str) -> None:
        if difference and self.constants.reduced(difference) and expand(self.expression(difference)) != 0:
            raise Undecided(
                Reason(
                    Code.NOT_EQUIVARIANT,
                    f"the derivatives at z = 0 do not show {law}, which holds if all classes but y are treated alike",
                    "compare with the formula at fixed C",
                )
            )


def orbit_expansion(
    formula: Formula, scope: Scope, sign: Sign | None = None, budget: Budget | None = None
) -> Expansion[Expr]:
    """The second-order expansion of ``formula`` at z = 0, in the SymPy symbols of C and the parameters.

    Parameters: ``formula``, with a scalar value, every parameter of which is free in ``scope``; ``sign``
    decides the branch of ``relu`` and ``abs`` where a number alone does not.  With a range of classes C is
    a symbol, and the result is for C >= 3; read C = 2 with ``two_class_expansion``.  Whether logarithms and
    quotients are defined at 0 is not asked here.  Raises ``Undecided`` at a kink, at an unknown branch, if
    the derivatives along t contradict the others, and when the budget is spent.

    >>> from symcheck.language.formula import symbols
    >>> from symcheck.language.functions import logsumexp
    >>> z, y = symbols()
    >>> orbit_expansion(Formula.of(logsumexp(z) - z[y]), Scope()).g_k
    1/C
    """
    if not formula.is_scalar:
        raise FormulaError(f"formula: {formula} is a class-vector; take its entry at y, or sum over the classes")
    reading = OrbitReading(scope, sign=sign, budget=budget)
    return reading.expansion(reading.read(formula)[0])


def two_class_expansion(
    formula: Formula, scope: Scope, sign: Sign | None = None, budget: Budget | None = None
) -> Expansion[Expr]:
    """The same at C = 2, read on its own: z = (s at y, u at the other class)."""
    return orbit_expansion(formula, Scope(Classes(2, 2), scope.parameters), sign, budget)


@dataclass(frozen=True)
class OrbitStep:
    """A scalar subexpression in which z occurs, and its expansion at z = 0 in LaTeX."""

    text: str
    expansion: Expansion[str]


def orbit_derivation(
    formula: Formula, scope: Scope, sign: Sign | None = None, budget: Budget | None = None
) -> tuple[OrbitStep, ...]:
    """The expansions of the scalar subexpressions of ``formula`` in which z occurs, innermost first."""
    reading = OrbitReading(scope, sign=sign, budget=budget)
    steps = []
    for place, entries in enumerate(reading.read_all(formula)):
        if not formula.vectors[place] and entries[0].moves:
            found = reading.expansion(entries[0])
            written = {f.name: getattr(found, f.name) for f in fields(found)}
            shown = {name: None if entry is None else str(latex(entry)) for name, entry in written.items()}
            steps.append(OrbitStep(formula.part(place), cast(Expansion[str], Expansion(**shown))))
    return tuple(steps)


def _paired(a: Entries, b: Entries) -> list[tuple[Local, Local]]:
    """The entries of two operands side by side, a scalar repeated."""
    if len(a) == len(b):
        return list(zip(a, b, strict=True))
    return [(x, b[0]) for x in a] if len(b) == 1 else [(a[0], y) for y in b]


@cache
def _derivative(rule: Expr, *symbols: Symbol) -> Expr:
    return diff(rule, *symbols)
