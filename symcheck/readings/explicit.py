"""The explicit reading: one C, rational values, FLINT's own power series with balls.

Along a line the formula is a power series in t.  Each coefficient is a ball that is certain to contain the
true one, and no rule of differentiation is ours.  This reading vetoes and supplies witnesses; about every C,
every parameter value or every z it shows nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from flint import arb, arb_series, ctx, fmpq

from symcheck.errors import FormulaError, ParameterError, ScopeError
from symcheck.language.exact import Number, exact
from symcheck.language.formula import Formula
from symcheck.language.reading import Reading
from symcheck.language.scope import Classes
from symcheck.readings.expansion import Expansion
from symcheck.reason import Code, Reason, Undecided

BITS: Final = 200
"""Working precision: 60 decimal digits."""


class Undefined(Undecided):
    """The formula has no real value at the point, as the balls show."""

    def at(self, where: str) -> Undefined:
        return self if self.reason.where else Undefined(super().at(where).reason)


@dataclass(frozen=True, slots=True)
class Series:
    """A scalar (one series) or a class-vector (C of them); ``moves``: whether z occurs in it."""

    entries: tuple[arb_series, ...]
    moves: bool


class ExplicitReading(Reading[Series]):
    """Gives every operator its power series at z = ``base`` + t ``direction``, in powers of t below ``order``.

    ``y`` counts from 0 here.  Where the argument of ``relu`` or ``abs`` is 0 at t = 0, the series is the one
    for small t > 0 if ``one_sided``, and is refused if not.  With ``order`` 1 there are values only.
    """

    def __init__(
        self,
        base: Sequence[Fraction],
        direction: Sequence[Fraction],
        parameters: Mapping[str, Fraction],
        *,
        y: int,
        order: int,
        one_sided: bool,
    ) -> None:
        pairs = zip(base, direction, strict=True)
        self._logits = Series(tuple(arb_series([_ball(b), _ball(d)][:order]) for b, d in pairs), True)
        self._parameters = parameters
        self._y, self._order, self._one_sided = y, order, one_sided

    def number(self, value: Fraction) -> Series:
        return Series((arb_series([_ball(value)]),), False)

    def parameter(self, name: str) -> Series:
        return self.number(self._parameters[name])

    def classes(self) -> Series:
        return self.number(Fraction(len(self._logits.entries)))

    def logits(self) -> Series:
        return self._logits

    def onehot(self) -> Series:
        return Series(tuple(arb_series([int(i == self._y)]) for i in range(len(self._logits.entries))), False)

    def add(self, a: Series, b: Series) -> Series:
        return Series(tuple(x + y for x, y in _paired(a, b)), a.moves or b.moves)

    def sub(self, a: Series, b: Series) -> Series:
        return Series(tuple(x - y for x, y in _paired(a, b)), a.moves or b.moves)

    def neg(self, a: Series) -> Series:
        return Series(tuple(-x for x in a.entries), a.moves)

    def mul(self, a: Series, b: Series) -> Series:
        return Series(tuple(x * y for x, y in _paired(a, b)), a.moves or b.moves)

    def div(self, a: Series, b: Series) -> Series:
        for x in b.entries:
            _require_not_zero(x[0])
        return Series(tuple(x / y for x, y in _paired(a, b)), a.moves or b.moves)

    def pow(self, a: Series, b: Series) -> Series:
        moves = a.moves or b.moves
        return Series(tuple(self._power(x, y, a.moves, b.moves) for x, y in _paired(a, b)), moves)

    def exp(self, a: Series) -> Series:
        return Series(tuple(x.exp() for x in a.entries), a.moves)

    def log(self, a: Series) -> Series:
        for x in a.entries:
            _require_positive(x[0], "the logarithm")
        return Series(tuple(x.log() for x in a.entries), a.moves)

    def relu(self, a: Series) -> Series:
        return Series(tuple(self._branch(x, a.moves, 0) for x in a.entries), a.moves)

    def abs(self, a: Series) -> Series:
        return Series(tuple(self._branch(x, a.moves, -1) for x in a.entries), a.moves)

    def total(self, v: Series) -> Series:
        return Series((sum(v.entries, arb_series([])),), v.moves)

    def take(self, v: Series) -> Series:
        return Series((v.entries[self._y],), v.moves)

    def _power(self, base: arb_series, exponent: arb_series, base_moves: bool, exponent_moves: bool) -> arb_series:
        value, n = base[0], exponent[0]
        whole = n.unique_fmpz() if n.is_exact() and not exponent_moves else None
        if whole is not None:
            if whole < 0:
                _require_not_zero(value)
            return base ** int(whole) if whole >= 0 else base.inv() ** int(-whole)
        what = "a power that is not whole"
        if value.is_zero() and n > 0:
            if self._order > 1 and (base_moves or exponent_moves):
                settle = "no expansion in whole powers exists there"
                raise Undecided(Reason(Code.KINK, f"{what} is taken of 0, where it need not be smooth", settle))
            return arb_series([])
        if n.contains_integer() and not value > 0:
            raise _unknown(f"the power {_shown(n)} is taken of {_shown(value)}, which may not be positive")
        _require_positive(value, what)
        return (exponent * base.log()).exp()

    def _branch(self, x: arb_series, moves: bool, below: int) -> arb_series:
        """``x`` where it is positive for small t > 0, ``below`` times ``x`` where it is negative."""
        value = x[0]
        if value > 0:
            return x
        if value < 0:
            return below * x
        if self._order == 1:
            return arb_series([value.max(arb(0)) if below == 0 else abs(value)])
        if value.is_zero() and moves and not self._one_sided:
            raise Undecided(
                Reason(
                    Code.KINK,
                    "its argument is 0 there and moves with z, so derivatives may not exist",
                    "compare the one-sided derivatives, or use a smooth function",
                )
            )
        for power in range(self._order):
            coefficient = x[power]
            if coefficient > 0:
                return x
            if coefficient < 0:
                return below * x
            if not coefficient.is_zero():
                raise _unknown(f"its branch is decided by the sign of {_shown(coefficient)}")
        return arb_series([])


def explicit_expansion(formula: Formula, classes: int, parameters: Mapping[str, Number]) -> Expansion[arb]:
    """The second-order expansion of ``formula`` at z = 0 for one C and these parameter values, in balls.

    The Hessian is polarised: d^2/dt^2 along e_y + e_k is h_yy + 2 h_yk + h_kk.  Raises ``Undecided`` at a
    kink and where a ball does not settle a branch or the domain, ``Undefined`` outside the domain.

    >>> from symcheck.language.formula import symbols
    >>> from symcheck.language.functions import logsumexp
    >>> z, y = symbols()
    >>> explicit_expansion(Formula.of(logsumexp(z) - z[y]), 4, {}).g_k
    0.250000000000000
    """
    values = _checked(formula, classes, parameters, 1)
    zero = [Fraction(0)] * classes

    def along(*ones: int) -> tuple[arb, arb, arb]:
        direction = [Fraction(int(i in ones)) for i in range(classes)]
        reading = ExplicitReading(zero, direction, values, y=0, order=3, one_sided=False)
        series = reading.read(formula).entries[0]
        return _finite(series[0]), _finite(series[1]), _finite(series[2])

    with _working(3):
        (value, g_y, yy), (_, g_k, kk), (_, _, both) = along(0), along(1), along(0, 1)
        h_kl = None if classes == 2 else along(1, 2)[2] - 2 * kk
        return Expansion(value, g_y, g_k, 2 * yy, both - yy - kk, 2 * kk, h_kl)


def directional(
    formula: Formula,
    classes: int,
    direction: Sequence[Number],
    parameters: Mapping[str, Number],
    *,
    order: int,
    y: int = 1,
) -> list[arb]:
    """The Taylor coefficients of t -> formula(t direction, y) at t = 0 from the right, in powers below ``order``.

    For t < 0 take the series along -direction and change the sign of every odd coefficient.  The labels are
    1, ..., C.  Raises as ``explicit_expansion`` does, but takes the branch of t > 0 at a kink.
    """
    values = _checked(formula, classes, parameters, y)
    if len(direction) != classes:
        raise ScopeError(f"direction: got {len(direction)} entries; with C = {classes} give {classes} of them")
    if isinstance(order, bool) or not isinstance(order, int) or order < 1:
        raise ValueError(f"order: got {order!r}; accepted is the number of coefficients, an integer >= 1")
    line = [exact(d, "direction") for d in direction]
    with _working(order):
        reading = ExplicitReading([Fraction(0)] * classes, line, values, y=y - 1, order=order, one_sided=True)
        series = reading.read(formula).entries[0]
        return [_finite(series[n]) for n in range(order)]


def one_sided_slopes(
    formula: Formula, classes: int, direction: Sequence[Number], parameters: Mapping[str, Number], *, y: int = 1
) -> tuple[arb, arb]:
    """The derivatives of t -> formula(t direction, y) at t = 0 from the right and from the left.

    Balls that do not overlap show a kink.
    """
    right = directional(formula, classes, direction, parameters, order=2, y=y)[1]
    turned = [-exact(d, "direction") for d in direction]
    left = directional(formula, classes, turned, parameters, order=2, y=y)[1]
    return right, left.neg(exact=True)


def value_at(formula: Formula, z: Sequence[Number], parameters: Mapping[str, Number], *, y: int = 1) -> arb:
    """The value of ``formula`` at the rational point ``z`` with label ``y`` of 1, ..., C = len(z).

    Raises ``Undefined`` outside the domain, ``Undecided`` where the balls do not settle it.
    """
    values = _checked(formula, len(z), parameters, y)
    point = [exact(x, "z") for x in z]
    with _working(1):
        reading = ExplicitReading(point, point, values, y=y - 1, order=1, one_sided=True)
        return _finite(reading.read(formula).entries[0][0])


def _checked(formula: Formula, classes: int, parameters: Mapping[str, Number], y: int) -> dict[str, Fraction]:
    """The values of the formula's parameters; raises if one is missing or outside its interval, or no such y exists."""
    Classes(classes, classes)
    if isinstance(y, bool) or not isinstance(y, int) or not 1 <= y <= classes:
        raise ScopeError(f"y: got {y!r}; accepted is a label from 1 to C = {classes}")
    if not formula.is_scalar:
        raise FormulaError(f"formula: {formula} is a class-vector; take its entry at y, or sum over the classes")
    missing = [p for p in formula.parameters if p.name not in parameters]
    if missing:
        names = ", ".join(f"{p.name} in {p.interval}" for p in missing)
        raise ParameterError(f"parameters: no value was given for {names}; this reading needs numbers")
    return {p.name: p.value(parameters[p.name]) for p in formula.parameters}


@contextmanager
def _working(order: int) -> Iterator[None]:
    """FLINT's precision and series length, which are global, for the time of one reading."""
    cap = ctx.cap
    ctx.cap = order
    try:
        with ctx.workprec(BITS):
            yield
    finally:
        ctx.cap = cap


def _paired(a: Series, b: Series) -> Iterator[tuple[arb_series, arb_series]]:
    """The entries of two operands side by side, a scalar repeated."""
    left, right = a.entries, b.entries
    if len(left) != len(right):
        left, right = (left * len(right), right) if len(left) == 1 else (left, right * len(left))
    return zip(left, right, strict=True)


def _ball(value: Fraction) -> arb:
    return arb(fmpq(value.numerator, value.denominator))


def _shown(ball: arb) -> str:
    return str(ball.str(12))


def _require_positive(value: arb, what: str) -> None:
    if value > 0:
        return
    if value <= 0:
        raise Undefined(Reason(Code.SIGN_UNKNOWN, f"{what} is taken of {_shown(value)}", "a positive number is needed"))
    raise _unknown(f"{what} is taken of {_shown(value)}, which may not be positive")


def _require_not_zero(value: arb) -> None:
    if value.is_zero():
        raise Undefined(Reason(Code.SIGN_UNKNOWN, "the divisor is 0", "a number other than 0 is needed"))
    if not (value > 0 or value < 0):
        raise _unknown(f"the divisor is {_shown(value)}, which may be 0")


def _finite(value: arb) -> arb:
    if not value.is_finite():
        raise _unknown(f"the ball {_shown(value)} says nothing")
    return value


def _unknown(why: str) -> Undecided:
    return Undecided(
        Reason(Code.SIGN_UNKNOWN, f"{why}, to {BITS} bits", "use another point or another number of classes")
    )
