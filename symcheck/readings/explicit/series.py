"""Power series with balls along a line: what the explicit reading computes with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Final

from flint import arb, arb_series, fmpq

from symcheck.field.ball import entry_balls
from symcheck.language.matrix_array import MatrixArray
from symcheck.language.reading import Reading
from symcheck.language.vector_array import VectorArray
from symcheck.readings.explicit.entmax import bases_of, series_of, shares
from symcheck.reason import Code, Reason, Undecided

BITS: Final = 200
"""Working precision: 60 decimal digits."""


class Undefined(Undecided):
    """The formula has no real value at the point, as the balls show."""


@dataclass(frozen=True, slots=True)
class Series:
    """A scalar (one series) or a class-vector (C of them); ``moves``: whether z occurs in it."""

    entries: tuple[arb_series, ...]
    moves: bool


class SeriesReading(Reading[Series]):
    """Gives every operator its power series at z = ``base`` + t ``direction``, in powers of t below ``order``.

    ``y`` counts from 0 here.  Where the argument of ``relu`` or ``abs`` is 0 at t = 0, the series is the one
    for small t > 0 if ``one_sided``, and is refused if not; so is that of a branch or a tie.  Where the balls do
    not tell which of two series it is, a branch is their hull.  With ``order`` 1 there are values only.
    """

    takes_rounded = True

    def __init__(
        self,
        base: Sequence[Fraction],
        direction: Sequence[Fraction],
        parameters: Mapping[str, Fraction | arb],
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
        value = self._parameters[name]
        return Series((arb_series([value if isinstance(value, arb) else _ball(value)]),), False)

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
        """a/b where b is shown not to be 0 at t = 0; raises ``Undefined`` where it is 0."""
        for x in b.entries:
            _require_not_zero(x[0])
        return Series(tuple(x / y for x, y in _paired(a, b)), a.moves or b.moves)

    def pow(self, a: Series, b: Series) -> Series:
        """a^b: whole powers by products, others for a > 0 as e^(b log a); 0 to a positive constant power is 0."""
        moves = a.moves or b.moves
        return Series(tuple(self._power(x, y, a.moves, b.moves) for x, y in _paired(a, b)), moves)

    def exp(self, a: Series) -> Series:
        return Series(tuple(x.exp() for x in a.entries), a.moves)

    def log(self, a: Series) -> Series:
        """log a where a > 0 at t = 0; raises ``Undefined`` where it is at most 0."""
        for x in a.entries:
            _require_positive(x[0], "the logarithm")
        return Series(tuple(x.log() for x in a.entries), a.moves)

    def relu(self, a: Series) -> Series:
        return Series(tuple(self._branch(x, a.moves, 0) for x in a.entries), a.moves)

    def abs(self, a: Series) -> Series:
        return Series(tuple(self._branch(x, a.moves, -1) for x in a.entries), a.moves)

    def arccos(self, a: Series) -> Series:
        """arccos x for |x| < 1: at the ends it has no derivative, and beyond them no value."""
        if not a.moves:
            return Series(tuple(arb_series([_arccos(x[0])]) for x in a.entries), False)
        for x in a.entries:
            root = (1 - x * x)[0]
            if self._order > 1 or not root >= 0:
                _require_positive(root, "the derivative of arccos, a root of 1 - x^2,")
        return Series(tuple(x.acos() for x in a.entries), True)

    def sin(self, a: Series) -> Series:
        return Series(tuple(x.sin() for x in a.entries), a.moves)

    def cos(self, a: Series) -> Series:
        return Series(tuple(x.cos() for x in a.entries), a.moves)

    def arctan(self, a: Series) -> Series:
        return Series(tuple(x.atan() for x in a.entries), a.moves)

    def erf(self, a: Series) -> Series:
        return Series(tuple(x.erf() for x in a.entries), a.moves)

    def detach(self, a: Series) -> Series:
        """The value alone, as a series that does not move with t."""
        return Series(tuple(arb_series([x[0]]) for x in a.entries), a.moves)

    def branch(self, u: Series, positive: Series, otherwise: Series) -> Series:
        """``positive`` where u > 0 for small t > 0, else ``otherwise``; the hull of the two where balls do not tell."""
        size = max(len(x.entries) for x in (u, positive, otherwise))
        above, below, at = (x.entries * (size // len(x.entries)) for x in (positive, otherwise, u))
        sides = (self._side(self._lead(x, u.moves), a, b) for x, a, b in zip(at, above, below, strict=True))
        return Series(tuple(sides), u.moves or positive.moves or otherwise.moves)

    def maximum(self, a: Series, b: Series) -> Series:
        return self.branch(self.sub(a, b), a, b)

    def minimum(self, a: Series, b: Series) -> Series:
        return self.branch(self.sub(a, b), b, a)

    def first(self, v: Series) -> Series:
        count = len(self._logits.entries)
        return Series(tuple(x for x in v.entries * (count // len(v.entries)) for _ in range(count)), v.moves)

    def second(self, v: Series) -> Series:
        count = len(self._logits.entries)
        return Series(v.entries * (count // len(v.entries)) * count, v.moves)

    def pair_total(self, pairs: Series) -> Series:
        return self.total(Series(pairs.entries * (len(self._logits.entries) ** 2 // len(pairs.entries)), pairs.moves))

    def total(self, v: Series) -> Series:
        return Series((sum(v.entries, arb_series([])),), v.moves)

    def total_others(self, v: Series) -> Series:
        return self.total(self._others(v))

    def product(self, v: Series) -> Series:
        """The product of the entries."""
        return Series((prod(v.entries, start=arb_series([1])),), v.moves)

    def product_others(self, v: Series) -> Series:
        return self.product(self._others(v))

    def amax(self, v: Series) -> Series:
        """The series of the entry that is largest for small t > 0; refused where several are, if it is two-sided."""
        first, *rest = (v.entries[i] for i in self._leaders(v))
        for x in rest:
            first = self._side(self._lead(first - x, v.moves), first, x)
        return Series((first,), v.moves)

    def amax_others(self, v: Series) -> Series:
        return self.amax(self._others(v))

    def onehot_argmax(self, v: Series) -> Series:
        """1 at the entry that is largest for small t > 0; where balls do not tell, each that may be is from 0 to 1."""
        leaders = self._leaders(Series(v.entries, True))
        for i in leaders[:]:
            if any(self._lead(v.entries[j] - v.entries[i], True) == 1 for j in leaders if j != i):
                leaders.remove(i)
        share = arb(1) if len(leaders) == 1 else arb(0).union(arb(1))
        return Series(tuple(arb_series([share if i in leaders else 0]) for i in range(len(v.entries))), v.moves)

    def entmax(self, v: Series, alpha: Series) -> Series:
        """The shares in balls; their series where no class is at the end of the support."""
        a = alpha.entries[0][0]
        wide = v.entries * (len(self._logits.entries) // len(v.entries))
        if a == 1:
            return self.softmax(Series(wide, v.moves))
        if a.contains(1):
            raise _unknown(f"the alpha of entmax is {_shown(a)}, which may be 1")
        q, bases = bases_of([x[0] for x in wide], a)
        if self._order == 1 or not v.moves:
            return Series(tuple(arb_series([s]) for s in shares(q, bases, a)), v.moves)
        if any(base.contains(0) for base in bases):
            raise _kink("a class is at the end of the support of entmax there, as far as the balls tell,")
        return Series(tuple(series_of([coefficients(x, self._order) for x in wide], bases, a)), v.moves)

    def class_parameter(self, array: VectorArray) -> Series:
        if array.is_free:
            self._not_alike(array)
        (row,) = entry_balls(array.at_default(len(self._logits.entries)))
        return Series(tuple(arb_series([x]) for x in row), False)

    def apply(self, array: MatrixArray, v: Series, *, transposed: bool) -> Series:
        if array.is_free:
            self._not_alike(array)
        entries = entry_balls(array.at_default(len(self._logits.entries)))
        rows = zip(*entries, strict=True) if transposed else entries
        sums = (sum((a * x for a, x in zip(row, v.entries, strict=True)), arb_series([])) for row in rows)
        return Series(tuple(sums), v.moves)

    def take(self, v: Series) -> Series:
        return Series((v.entries[self._y],), v.moves)

    def _others(self, v: Series) -> Series:
        """The entries at the classes but the label."""
        return Series(v.entries[: self._y] + v.entries[self._y + 1 :], v.moves)

    def _leaders(self, v: Series) -> list[int]:
        """The places of the entries that may be the largest one for small t > 0, by their values at t = 0."""
        values = [x[0] for x in v.entries]
        found = [i for i, x in enumerate(values) if not any(y > x for y in values)]
        if len(found) > 1 and v.moves and self._is_two_sided:
            raise _kink("its largest entries are equal there, as far as the balls tell,")
        return found

    def _lead(self, x: arb_series, moves: bool) -> int | None:
        """The sign of ``x`` for small t > 0, None if its coefficients do not tell."""
        value = x[0]
        if value.is_zero() and moves and self._is_two_sided:
            raise _kink("its argument is 0 there and moves with z,")
        # For small t > 0 the first coefficient that is not 0 decides.  One that may be 0 decides nothing, nor do
        # later ones.
        for coefficient in coefficients(x, self._order):
            if coefficient > 0 or coefficient < 0:
                return 1 if coefficient > 0 else -1
            if moves and self._is_two_sided:
                raise _unknown(f"its branch is decided by the sign of {_shown(coefficient)}")
            if not coefficient.is_zero():
                return None
        return None if moves and self._order > 1 else 0

    def _side(self, sign: int | None, above: arb_series, below: arb_series) -> arb_series:
        """``above`` for the sign 1, ``below`` for -1 and 0, and a series that contains both if it is not known."""
        if sign is not None:
            return above if sign > 0 else below
        # The true series is one of the two, and the hull contains both: coarse, and never wrong.
        pairs = zip(coefficients(above, self._order), coefficients(below, self._order), strict=True)
        return arb_series([x.union(y) for x, y in pairs])

    @property
    def _is_two_sided(self) -> bool:
        return self._order > 1 and not self._one_sided

    def _power(self, base: arb_series, exponent: arb_series, base_moves: bool, exponent_moves: bool) -> arb_series:
        value, n = base[0], exponent[0]
        whole = n.unique_fmpz() if n.is_exact() and not exponent_moves else None
        if whole is not None:
            if whole < 0:
                _require_not_zero(value)
            if value.is_zero() and whole >= self._order:  # FLINT answers nan for z**(10**30)
                return arb_series([])
            if whole > 0 and value.contains(0):  # FLINT answers nan for a ball about 0
                return _multiplied(base, int(whole))
            return base ** int(whole) if whole >= 0 else base.inv() ** int(-whole)
        what = "a power that is not whole"
        # 0**n has the value 0 for n > 0, and derivatives for some n only.
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
            raise _kink("its argument is 0 there and moves with z,")
        for coefficient in coefficients(x, self._order):
            if coefficient > 0:
                return x
            if coefficient < 0:
                return below * x
            if not coefficient.is_zero():
                raise _unknown(f"its branch is decided by the sign of {_shown(coefficient)}")
        return arb_series([])


def _arccos(x: arb) -> arb:
    if not 1 - x * x >= 0:
        _require_positive(1 - x * x, "arccos, a function of x with 1 - x^2 >= 0,")
    return x.acos()


def _multiplied(base: arb_series, power: int) -> arb_series:
    """``base`` to a whole ``power`` >= 1, by products."""
    found, square = arb_series([1]), base
    while power:
        if power % 2:
            found = found * square
        power //= 2
        if power:
            square = square * square
    return found


def _paired(a: Series, b: Series) -> Iterator[tuple[arb_series, arb_series]]:
    """The entries of two operands side by side, a scalar repeated."""
    left, right = a.entries, b.entries
    if len(left) != len(right):
        left, right = (left * len(right), right) if len(left) == 1 else (left, right * len(left))
    return zip(left, right, strict=True)


def coefficients(series: arb_series, order: int) -> list[arb]:
    """The first coefficients, all of which have to be known: FLINT shows one beyond the precision as 0."""
    # A short series is not one that ends: 0 beyond its precision would be made up.
    if series.prec < order:
        raise _unknown(f"only {series.prec} of {order} coefficients are known")
    return [series[n] for n in range(order)]


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


def finite(value: arb) -> arb:
    """``value``, unless it is a ball that contains every number."""
    # Such a ball overlaps everything, so that it would agree with whatever it is compared with.
    if not value.is_finite():
        raise _unknown(f"the ball {_shown(value)} says nothing")
    return value


def _kink(why: str) -> Undecided:
    settle = "compare the one-sided derivatives, or use a smooth function"
    return Undecided(Reason(Code.KINK, f"{why} so derivatives may not exist", settle))


def _unknown(why: str) -> Undecided:
    return Undecided(
        Reason(Code.SIGN_UNKNOWN, f"{why}, to {BITS} bits", "use another point or another number of classes")
    )
