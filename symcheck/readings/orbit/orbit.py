"""The orbit reading: SymPy's derivatives along the slice z = (s at y, u at one other class, t at the C-2 others).

A formula that treats all classes alike is known near z = 0, to second order, from this slice.  Each node
carries its value and its partial derivatives at 0; the derivatives of each operator are SymPy's.  It is
derived apart from the judging reading.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Final

from sympy import Expr, Rational, atan, cos, erf, sin, sstr
from sympy import acos as sympy_acos
from sympy import exp as sympy_exp
from sympy import log as sympy_log

from symcheck.budget import Budget
from symcheck.errors import FormulaError
from symcheck.field.symbols import symbol_of
from symcheck.language.formula import Formula
from symcheck.language.reading import Reading
from symcheck.language.scope import Classes, Scope
from symcheck.readings.expansion import Expansion
from symcheck.readings.orbit.laurent import ONE, ZERO, Laurent, rational
from symcheck.readings.orbit.slice import Slice, SliceJet, X, Y
from symcheck.readings.stops import ENTRIES_DIFFER
from symcheck.reason import Code, Undecided

Sign = Callable[[Expr], int | None]
"""A sound sign procedure: +1, -1 or 0 if the expression has this sign in the whole scope, None if unknown."""

SliceEntries = tuple[SliceJet, ...]
"""A scalar (one entry), or a class-vector: its entries at y, at the other class, and at each of the rest."""

_E: Final = sympy_exp(X)
_RULES: Final[dict[str, Expr]] = {
    "mul": X * Y, "div": X / Y, "exp": _E, "log": sympy_log(X), "softplus": sympy_log(1 + _E),
    "sin": sin(X), "cos": cos(X), "arctan": atan(X), "erf": erf(X),
    "arccos": sympy_acos(X), "sigmoid": 1 / (1 + 1 / _E), "cosh": (_E + 1 / _E) / 2, "tanh": 1 - 2 / (1 + _E**2),
}  # fmt: skip
"""The operators as SymPy functions of their arguments; sums and powers apart."""


class OrbitReading(Reading[SliceEntries]):
    """Gives every operator its value and derivatives on the slice, for the C of ``classes``.

    With a range of classes C is a symbol, and there are three orbits; the result holds for C >= 3 (for C = 2
    as well where nothing divides by C - 2).  With C = 2 there are two.
    """

    def __init__(self, scope: Scope, *, sign: Sign | None = None, budget: Budget | None = None) -> None:
        self.slice = Slice(scope.classes, budget or Budget())
        self._scope, self._sign = scope, sign

    def number(self, value: Fraction) -> SliceEntries:
        return self._constant(rational(value))

    def parameter(self, name: str) -> SliceEntries:
        return self._constant(self.slice.constants.symbol(symbol_of(self._scope.parameter(name))))

    def classes(self) -> SliceEntries:
        return self._constant(self.slice.count)

    def logits(self) -> SliceEntries:
        """s, u and t, each with its own derivative 1."""
        return self.slice.coordinates()

    def onehot(self) -> SliceEntries:
        return self._constant(ONE) + self._constant(ZERO) * (self.slice.size - 1)

    def add(self, a: SliceEntries, b: SliceEntries) -> SliceEntries:
        return tuple(self.slice.weighted([(ONE, x), (ONE, y)]) for x, y in _paired(a, b))

    def neg(self, a: SliceEntries) -> SliceEntries:
        return tuple(self.slice.weighted([(rational(-1), x)]) for x in a)

    def total(self, v: SliceEntries) -> SliceEntries:
        """The entries times 1, 1 and C - 2."""
        return (self.slice.weighted(list(zip(self.slice.multiplicities, v, strict=True))),)

    def take(self, v: SliceEntries) -> SliceEntries:
        """The entry at y."""
        return v[:1]

    def mul(self, a: SliceEntries, b: SliceEntries) -> SliceEntries:
        return tuple(self.slice.composed(_RULES["mul"], x, y) for x, y in _paired(a, b))

    def div(self, a: SliceEntries, b: SliceEntries) -> SliceEntries:
        return tuple(self.slice.composed(_RULES["div"], x, y) for x, y in _paired(a, b))

    def pow(self, a: SliceEntries, b: SliceEntries) -> SliceEntries:
        return tuple(self._power(x, y) for x, y in _paired(a, b))

    def entrywise(self, op: str, *args: SliceEntries) -> SliceEntries:
        return tuple(self.slice.composed(_RULES[op], x) for x in args[0])

    def softplus(self, a: SliceEntries) -> SliceEntries:
        return tuple(self.slice.composed(_RULES["softplus"], x) for x in a)

    def sigmoid(self, a: SliceEntries) -> SliceEntries:
        return tuple(self.slice.composed(_RULES["sigmoid"], x) for x in a)

    def cosh(self, a: SliceEntries) -> SliceEntries:
        return tuple(self.slice.composed(_RULES["cosh"], x) for x in a)

    def tanh(self, a: SliceEntries) -> SliceEntries:
        return tuple(self.slice.composed(_RULES["tanh"], x) for x in a)

    def detach(self, a: SliceEntries) -> SliceEntries:
        """The value without derivatives, which still moves with z: a branch on it may change off 0."""
        return tuple(replace(self.slice.constant(x.value), moves=x.moves) for x in a)

    def branch(self, u: SliceEntries, positive: SliceEntries, otherwise: SliceEntries) -> SliceEntries:
        """The side of each entry that the sign of u at 0 takes; a u that is 0 there and moves is a kink."""
        size = max(len(u), len(positive), len(otherwise))
        sides = [self._sign_of(x) > 0 for x in u] * (size // len(u))
        above, below = (x * (size // len(x)) for x in (positive, otherwise))
        return tuple(a if is_above else b for is_above, a, b in zip(sides, above, below, strict=True))

    def amax(self, v: SliceEntries) -> SliceEntries:
        """The entry that is the largest one at 0; equal ones that move are a tie."""
        return v[:1] if len(v) == 1 or self._label_leads(v) else self.amax_others(v)

    def amax_others(self, v: SliceEntries) -> SliceEntries:
        """The entry at the other class, where there is one other class or none of them moves."""
        if len(v) > 2 and v[1].moves:
            # u is one class and t are all the others: which of them leads depends on z, however near it is to 0.
            raise _tie("are equal at z = 0 for all classes but the label")
        return v[-1:] if len(v) <= 2 else v[1:2]

    def onehot_argmax(self, v: SliceEntries) -> SliceEntries:
        """The unit vector of the label, or at C = 2 of the other class; a tie is refused."""
        leads = len(v) > 1 and self._label_leads(tuple(replace(x, moves=True) for x in v))
        if not leads and len(v) != 2:
            raise _tie("are equal at z = 0 for several classes")
        return self.onehot() if leads else self.onehot()[::-1]

    def entmax(self, v: SliceEntries, alpha: SliceEntries) -> SliceEntries:
        """The point s of the simplex with v_k = m + h(s_k), h' = s^(alpha - 2): where <s, v> less its entropy is most.

        Where the v_k are equal s = 1/C, and from v' = m' + h' s', v'' = m'' + h'' s' s' + h' s'' with sum s' = sum s''
        = 0 come m', s', m'' and s''.
        """
        wide, constants = self._wide(v), self.slice.constants
        # Two sums may be one number in two forms: what is not seen to be equal stops the reading.
        if any(constants.reduced(x.value - wide[0].value) for x in wide):
            raise Undecided(ENTRIES_DIFFER)
        a, count, share = alpha[0].value, self.slice.count, constants.inverse(self.slice.count)
        if not any(x.moves for x in wide):
            return self._constant(share) * self.slice.size
        inverse_slope = constants.power(count, a - rational(2))
        bend = constants.product(a - rational(2), constants.power(count, rational(3) - a))  # h''
        weights = [constants.product(share, n) for n in self.slice.multiplicities]
        mean = self.slice.weighted(list(zip(weights, wide, strict=True)))
        drift = [self.slice.weighted([(ONE, x), (rational(-1), mean)]) for x in wide]  # v - mean(v) = h' s' + ...
        step = [self.slice.weighted([(inverse_slope, x)]) for x in drift]
        squares = [self.slice.composed(X**2, x) for x in step]  # its second derivatives are 2 s' s'
        halves = constants.product(bend, rational(Fraction(1, 2)))
        curved = [self.slice.weighted([(halves, x)]) for x in squares]
        shift = self.slice.weighted(list(zip(weights, curved, strict=True)))
        flat = self.slice.constant(share)
        return tuple(
            self.slice.weighted([(ONE, flat), (ONE, x), (-inverse_slope, c), (inverse_slope, shift)])
            for x, c in zip(step, curved, strict=True)
        )

    def _label_leads(self, v: SliceEntries) -> bool:
        """Whether the entry at y is the larger one at 0; False if nothing moves and it ties."""
        lead = self.slice.weighted([(ONE, v[0]), (rational(-1), v[1])])
        # A tie is told apart from a kink here: the message names the entries, not a difference that no formula has.
        sign = self._sign_of(replace(lead, moves=False))
        if sign == 0 and lead.moves:
            raise _tie("are equal at z = 0 for the label and the others")
        return sign > 0

    def first(self, v: SliceEntries) -> SliceEntries:
        return tuple(x for x in self._wide(v) for _ in range(self.slice.size))

    def second(self, v: SliceEntries) -> SliceEntries:
        return self._wide(v) * self.slice.size

    def pair_total(self, pairs: SliceEntries) -> SliceEntries:
        """All classes of an orbit have one and the same value along the slice, a class and itself included."""
        constants, size = self.slice.constants, self.slice.size
        weights = [constants.product(a, b) for a in self.slice.multiplicities for b in self.slice.multiplicities]
        every = pairs * (size * size // len(pairs))
        return (self.slice.weighted(list(zip(weights, every, strict=True))),)

    def _wide(self, v: SliceEntries) -> SliceEntries:
        return v * (self.slice.size // len(v))

    def relu(self, a: SliceEntries) -> SliceEntries:
        return tuple(self._branch(x, 1, 0) for x in a)

    def abs(self, a: SliceEntries) -> SliceEntries:
        return tuple(self._branch(x, 1, -1) for x in a)

    def abs_power(self, a: SliceEntries, b: SliceEntries) -> SliceEntries:
        """|x|^k as one operator: smooth at 0 for large k, where abs(x) is not."""
        return tuple(self._abs_power(x, b[0]) for x in a)

    def nonnegative_power(self, a: SliceEntries, b: SliceEntries) -> SliceEntries:
        """x^k for x >= 0 as one operator: smooth at x = 0 for k > 1, where a root is not."""
        return tuple(self._nonnegative_power(x, b[0]) for x in a)

    def _nonnegative_power(self, base: SliceJet, exponent: SliceJet) -> SliceJet:
        """x^k, x >= 0, is C^2 at x = 0 for k > 1, with derivatives 0."""
        k = exponent.value.number
        if k is None or k <= 1 or base.value or not base.moves:
            return self._power(base, exponent)
        return replace(self.slice.constant(base.value), moves=True)

    def _abs_power(self, base: SliceJet, exponent: SliceJet) -> SliceJet:
        """|x|^k is C^2 at x = 0 for k > 2, with derivatives 0, and equals x^k for even k."""
        k = exponent.value.number
        if k is None or base.value or not base.moves:
            return self._power(self._branch(base, 1, -1), exponent)
        if k.denominator == 1 and k % 2 == 0:
            return self._power(base, exponent)
        if k <= 2:
            self._sign_of(base)
        return replace(self.slice.constant(base.value), moves=True)

    def _constant(self, value: Laurent) -> SliceEntries:
        return (self.slice.constant(value),)

    def _power(self, base: SliceJet, exponent: SliceJet) -> SliceJet:
        n = exponent.value.number
        if n is None and not exponent.moves:
            return self._symbolic_power(base, exponent)
        if n is None or exponent.moves:
            return self.slice.composed(X**Y, base, exponent)
        # A power that is not whole is taken by the logarithm, which 0 has not.
        if n > 0 and not base.moves and not base.value:
            return base
        return self.slice.composed(X ** Rational(n.numerator, n.denominator), base)

    def _symbolic_power(self, base: SliceJet, exponent: SliceJet) -> SliceJet:
        """0**e = 0, where the exponent is positive (which is asked elsewhere), and (-b)**e = (-1)**e b**e."""
        if not base.value and not base.moves:
            return base
        if self._known_sign(base) != -1:
            return self.slice.composed(X**Y, base, exponent)
        turned = self.slice.weighted([(rational(-1), base)])
        return self.slice.weighted([
            (self.slice.constants.parity(exponent.value), self.slice.composed(X**Y, turned, exponent))
        ])  # fmt: skip

    def _branch(self, a: SliceJet, above: int, below: int) -> SliceJet:
        """``above`` times ``a`` if it is positive at 0, ``below`` times ``a`` if it is negative."""
        sign = self._sign_of(a)
        return self.slice.weighted([(rational(above if sign > 0 else below if sign < 0 else 0), a)])

    def _known_sign(self, a: SliceJet) -> int | None:
        """The sign of ``a`` at 0 if it is plain, or known to the sign procedure."""
        sign = self.slice.constants.sign(a.value)
        return self._sign(self.slice.expression(a.value)) if sign is None and self._sign is not None else sign

    def _sign_of(self, a: SliceJet) -> int:
        """The sign of ``a`` at 0; raises where it is not known, and where it is 0 and ``a`` moves."""
        sign = self._known_sign(a)
        if sign is None:
            shown = sstr(self.slice.expression(a.value), order="none")
            raise Undecided.of(
                Code.SIGN_UNKNOWN,
                f"its branch at z = 0 is decided by the sign of {shown}, which is not known",
                "give values to parameters, or narrow the scope until the sign is the same everywhere",
            )
        if sign == 0 and a.moves:
            raise Undecided.of(
                Code.KINK,
                "its argument is 0 at z = 0 and moves with z, so derivatives may not exist there",
                "compare the one-sided derivatives, or use a smooth function",
            )
        return sign


def _tie(what: str) -> Undecided:
    return Undecided.of(
        Code.KINK,
        f"its entries {what}, so derivatives may not exist there",
        "compare the one-sided derivatives, or use a smooth function",
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
    return reading.slice.expansion(reading.read(formula)[0])


def two_class_expansion(
    formula: Formula, scope: Scope, sign: Sign | None = None, budget: Budget | None = None
) -> Expansion[Expr]:
    """The same at C = 2, read on its own: z = (s at y, u at the other class)."""
    return orbit_expansion(formula, Scope(Classes(2, 2), scope.parameters), sign, budget)


def _paired(a: SliceEntries, b: SliceEntries) -> list[tuple[SliceJet, SliceJet]]:
    """The entries of two operands side by side, a scalar repeated."""
    if len(a) == len(b):
        return list(zip(a, b, strict=True))
    return [(x, b[0]) for x in a] if len(b) == 1 else [(a[0], y) for y in b]
