"""Elementary functions of the numbers that occur at z = 0, as sums of products of powers of constants.

A constant is C, a parameter, a logarithm, a power such as C**q, or a sum that stands in a denominator or
under a power.  Constants count as independent of each other, so two sums that differ may still be equal
numbers; two sums that agree are equal.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import floor, gcd, lcm
from typing import Final

from sympy import Add, Expr, Integer, Mul, Pow, Rational, Symbol, atan, cos, erf, sin
from sympy import acos as sympy_acos
from sympy import exp as sympy_exp
from sympy import log as sympy_log
from sympy import pi as sympy_pi

from symcheck.budget import Budget
from symcheck.field.element import LONG, SMALL
from symcheck.field.whole_powers import whole_power
from symcheck.readings.orbit.laurent import (
    ONE,
    ZERO,
    Laurent,
    Monomial,
    Number,
    exact_quotient,
    joined,
    power_of,
    quotient,
    rational,
)
from symcheck.reason import Code, Reason, Undecided

HIGHEST_TOWER: Final = 6
"""SymPy evaluates a tower of exponentials to put it in order, and does not come back from one that is higher."""

_TOWER: Final = Reason(
    Code.BUDGET,
    f"a number in which more than {HIGHEST_TOWER} exponentials are nested",
    "give values to parameters, or simplify the formula",
)

_FUNCTIONS: Final = {"sin": sin, "cos": cos, "atan": atan, "erf": erf}
_AT_ZERO: Final = {"sin": ZERO, "cos": ONE, "atan": ZERO, "erf": ZERO}
"""What they are at 0."""

EXPANDED: Final = 12
"""A sum of several terms is multiplied out up to this whole power, and above it kept as a base."""


class NoValue(ArithmeticError):
    """A logarithm, power or quotient that has no value."""


@dataclass(frozen=True, slots=True)
class Constant:
    """``kind`` and ``data`` identify it: symbol (the SymPy symbol), integer (an int > 1), log (the place of
    its argument), power (the place of its base, a monomial), exp (a monomial), acos, sin, cos, atan and erf (a sum),
    parity (a sum: the exponent of -1), sum (its ``terms``)."""

    kind: str
    data: object
    positive: bool
    terms: Laurent | None = None


class Constants:
    """The constants met so far in one derivation, and the functions that may add new ones."""

    def __init__(self, budget: Budget) -> None:
        self._known: list[Constant] = []
        self._places: dict[tuple[str, object], int] = {}
        self._expressions: dict[int, Expr] = {}
        self._heights: dict[int, int] = {}
        self._budget = budget

    def symbol(self, symbol: Symbol) -> Laurent:
        """A symbol; only one that SymPy knows to be positive is taken out of logarithms and powers."""
        return power_of(self._place("symbol", symbol, positive=bool(symbol.is_positive)))

    def product(self, a: Laurent, b: Laurent) -> Laurent:
        """a b, within the budget."""
        size = len(a.terms) * len(b.terms)
        if size > SMALL:
            self._budget.check(size)
        product = a * b
        first = next(iter(product.terms.values()), 0)  # all the others are of a similar length
        bits = max(first.numerator.bit_length(), first.denominator.bit_length())
        if bits > LONG:
            self._budget.check(bits=bits)
        return product

    def inverse(self, a: Laurent) -> Laurent:
        """1/a; what remains of a sum without its content becomes a constant, the same one for a and -a."""
        if not a:
            raise NoValue("a quotient by 0")
        c, monomial, rest = self._content(a, only_positive=False)
        flipped = Laurent({tuple((p, -e) for p, e in monomial): quotient(1, c)})
        if rest == ONE:
            return flipped
        # One of a and -a is the constant, or 1/(a - b) and 1/(b - a) would not cancel.
        if rest.terms[max(rest.terms)] < 0:
            flipped, rest = -flipped, -rest
        return flipped if rest == ONE else flipped * power_of(self._sum(rest), -1)

    def power(self, a: Laurent, exponent: Laurent) -> Laurent:
        """a ** exponent, for a > 0 unless the exponent is a whole number."""
        n = exponent.number
        if n is None or n.denominator != 1:
            return self.exp(self.product(exponent, self.log(a)))
        return self._whole_power(a if n >= 0 else self.inverse(a), abs(n.numerator))

    def exp(self, a: Laurent) -> Laurent:
        """e ** a, in which exp(k log b) is b ** k."""
        out = ONE
        for monomial, c in a.terms.items():
            logs = [(p, e) for p, e in monomial if self._known[p].kind == "log"]
            # exp(k log b) = b**k keeps powers apart from exponentials: without it C**q and exp(q log C) would be two
            # constants.
            if len(logs) == 1 and logs[0][1] == 1:
                base = self._known[logs[0][0]].data
                assert isinstance(base, int)
                exponent = tuple(pair for pair in monomial if pair != logs[0])
                place = self._place("power", (base, exponent), positive=True) if exponent else base
            else:
                place = self._place("exp", monomial, positive=True)
            out = self.product(out, self._raised(place, c))
        return out

    def log(self, a: Laurent) -> Laurent:
        """The logarithm of a > 0, as the sum over those factors of a that are plainly positive, and the rest."""
        if not a:
            raise NoValue("the logarithm of 0")
        c, monomial, rest = self._content(a, only_positive=True)
        # The content is positive, so that a number that is left is -1.
        if rest.number is not None and rest != ONE:
            raise NoValue("the logarithm of a negative number")
        out = self._log_of_integer(c.numerator) - self._log_of_integer(c.denominator)
        for place, e in monomial:
            out += self._log_of(place) * rational(Fraction(e))
        return out if rest == ONE else out + self._log_of(self._sum(rest))

    def parity(self, exponent: Laurent) -> Laurent:
        """(-1)**exponent for a whole number, a constant of its own."""
        return power_of(self._place("parity", exponent))

    def acos(self, a: Laurent) -> Laurent:
        """The arc cosine of a, a constant of its own."""
        return power_of(self._place("acos", self.reduced(a), positive=True))

    def function(self, name: str, a: Laurent) -> Laurent:
        """sin, cos, atan or erf of a, plain at 0 and elsewhere a constant of its own."""
        inside = self.reduced(a)
        if not inside:
            return _AT_ZERO[name]
        # One constant for a and -a: the cosine is even and the others are odd.
        if inside.terms[max(inside.terms)] < 0:
            found = power_of(self._place(name, -inside))
            return found if name == "cos" else -found
        return power_of(self._place(name, inside))

    def sign(self, a: Laurent) -> int | None:
        """+1, -1 or 0 where that is plain: 0, or terms of one sign in which only plainly positive constants occur."""
        signs = {1 if c > 0 else -1 for c in a.terms.values()} if a else {0}
        # Anything else is asked of the sign procedure, which proves it.
        plain = len(signs) == 1 and all(self._known[p].positive for m in a.terms for p, _ in m)
        return signs.pop() if plain else None

    # as SymPy expressions

    def at(self, rule: Expr, values: dict[Symbol, Laurent]) -> Laurent:
        """The SymPy expression ``rule`` with ``values`` in the place of its symbols."""
        if rule.is_Symbol:
            return values[rule]
        if rule.is_Rational:
            return rational(Fraction(int(rule.p), int(rule.q)))
        if rule is sympy_pi:
            return self.acos(-ONE)
        args = [self.at(a, values) for a in rule.args]
        if rule.is_Pow:
            return self.power(*args)
        if isinstance(rule, sympy_exp):
            return self.exp(*args)
        if isinstance(rule, sympy_log):
            return self.log(*args)
        if isinstance(rule, sympy_acos):
            return self.acos(*args)
        if type(rule).__name__ in _AT_ZERO:
            return self.function(type(rule).__name__, *args)
        assert rule.is_Add or rule.is_Mul, f"a rule with {type(rule).__name__}"
        out = ZERO if rule.is_Add else ONE
        for a in args:
            out = out + a if rule.is_Add else self.product(out, a)
        return out

    def expression(self, a: Laurent) -> Expr:
        """The SymPy expression that ``a`` stands for."""
        return Add(*[
            Mul(Rational(c.numerator, c.denominator), *[self._raised_expression(p, e) for p, e in monomial])
            for monomial, c in a.terms.items()
        ])  # fmt: skip

    def reduced(self, a: Laurent) -> Laurent:
        """``a`` with sums cancelled from the denominators that they divide out of, and multiplied out above them."""
        for place in range(len(self._known) - 1, -1, -1):
            divisor = self._known[place].terms
            if divisor is None or not any(p == place for m in a.terms for p, _ in m):
                continue
            levels: dict[Number, Laurent] = {}
            for monomial, c in a.terms.items():
                e = dict(monomial).get(place, 0)
                rest = tuple(pair for pair in monomial if pair[0] != place)
                levels[e] = levels.get(e, ZERO) + Laurent({rest: c})
            # a s/s with s = 1 + C is a only after a division: sums stand in denominators as constants of their own.
            for lowest in sorted(k for k in levels if k < 0):
                e = lowest
                while e < 0 and levels.get(e) and (divided := exact_quotient(levels[e], divisor)) is not None:
                    del levels[e]
                    e += 1
                    levels[e] = levels.get(e, ZERO) + divided
            for e in range(min(EXPANDED, max(map(floor, levels))), 0, -1):
                levels[e - 1] = levels.get(e - 1, ZERO) + self.product(levels.pop(e, ZERO), divisor)
            a = ZERO
            for e, level in levels.items():
                a += level * power_of(place, e)
        return a

    # inside

    def _place(self, kind: str, data: object, *, positive: bool = False, terms: Laurent | None = None) -> int:
        place = self._places.get((kind, data))
        if place is None:
            place = self._places[kind, data] = len(self._known)
            self._known.append(Constant(kind, data, positive, terms))
        return place

    def _sum(self, a: Laurent) -> int:
        """The constant that stands for ``a``, which is that constant itself if ``a`` is one."""
        (monomial, c), *others = a.terms.items()
        if not others and c == 1 and len(monomial) == 1 and monomial[0][1] == 1:
            return monomial[0][0]
        return self._place("sum", frozenset(a.terms.items()), positive=self.sign(a) == 1, terms=a)

    def _content(self, a: Laurent, *, only_positive: bool) -> tuple[Number, Monomial, Laurent]:
        """A positive number and a monomial that divide every term of a, and the rest."""
        lowest: dict[int, Number] = {}
        for i, monomial in enumerate(a.terms):
            powers = dict(monomial)
            for place in powers.keys() | lowest.keys() if i else powers:
                if not only_positive or self._known[place].positive:
                    e = powers.get(place, 0)
                    lowest[place] = min(e, lowest.get(place, 0)) if i else e
        shared = tuple(sorted((p, e) for p, e in lowest.items() if e))
        coefficients = a.terms.values()
        c = quotient(gcd(*(k.numerator for k in coefficients)), lcm(*(k.denominator for k in coefficients)))
        inverted = tuple((p, -e) for p, e in shared)
        return c, shared, Laurent({joined(m, inverted): quotient(k, c) for m, k in a.terms.items()})

    def _whole_power(self, a: Laurent, n: int) -> Laurent:
        """a ** n for n >= 0."""
        if not n or not a:
            return ZERO if n else ONE
        if len(a.terms) > 1 and n <= EXPANDED:
            out = a
            for _ in range(n - 1):
                out = self.product(out, a)
            return out
        c, monomial, rest = self._content(a, only_positive=False)
        if c != 1:
            self._budget.check(n * max(c.numerator, c.denominator).bit_length() // 64)
        out = Laurent({tuple((p, e * n) for p, e in monomial): quotient(whole_power(Fraction(c), n), 1)})
        if rest.number is None:
            return out * power_of(self._sum(rest), n)
        return -out if rest != ONE and n % 2 else out

    def _raised(self, place: int, e: Number) -> Laurent:
        """A constant to a rational power; whole powers of numbers are numbers, small ones of sums multiplied out."""
        constant = self._known[place]
        if constant.kind == "integer":
            assert isinstance(constant.data, int)
            whole = floor(e)
            self._budget.check(abs(whole) * constant.data.bit_length() // 64)
            return rational(whole_power(Fraction(constant.data), whole)) * power_of(place, e - whole)
        if constant.terms is not None and e.denominator == 1 and e > 0:
            return self._whole_power(constant.terms, e.numerator)
        return power_of(place, e)

    def _log_of_integer(self, n: int) -> Laurent:
        return ZERO if n == 1 else power_of(self._place("log", self._place("integer", n, positive=True), positive=True))

    def _log_of(self, place: int) -> Laurent:
        constant = self._known[place]
        if constant.kind == "exp":
            assert isinstance(constant.data, tuple)
            return Laurent({constant.data: 1})
        if constant.kind == "power":
            assert isinstance(constant.data, tuple)
            base, exponent = constant.data
            return self._log_of(base) * Laurent({exponent: 1})
        return power_of(self._place("log", place))

    def _height(self, place: int) -> int:
        """How many exponentials of numbers are nested in a constant."""
        known = self._heights.get(place)
        if known is None:
            constant = self._known[place]
            data = constant.data
            inner: list[int] = []
            if constant.kind == "exp":
                assert isinstance(data, tuple)
                inner = [p for p, _ in data]
            elif constant.kind == "log":
                assert isinstance(data, int)
                inner = [data]
            elif isinstance(data, Laurent):
                inner = [p for monomial in data.terms for p, _ in monomial]
            elif constant.terms is not None:
                inner = [p for monomial in constant.terms.terms for p, _ in monomial]
            known = max((self._height(p) for p in inner), default=0) + (constant.kind == "exp")
            self._heights[place] = known
        return known

    def _raised_expression(self, place: int, e: Number) -> Expr:
        base = self._expressions.get(place)
        if base is None:
            if self._height(place) > HIGHEST_TOWER:
                raise Undecided(_TOWER)
            base = self._expressions[place] = self._constant_expression(self._known[place])
        return Pow(base, Rational(e.numerator, e.denominator))

    def _constant_expression(self, constant: Constant) -> Expr:
        data = constant.data
        match constant.kind:
            case "symbol":
                return data
            case "integer":
                return Integer(data)
            case "log":
                assert isinstance(data, int)
                inside = self._raised_expression(data, 1)
                return sympy_log(inside, evaluate=not inside.is_Add)  # SymPy spends 10 ms on asking about a sum
            case "power":
                assert isinstance(data, tuple)
                base, exponent = data
                return Pow(self._raised_expression(base, 1), self.expression(Laurent({exponent: 1})))
            case "exp":
                assert isinstance(data, tuple)
                return sympy_exp(self.expression(Laurent({data: 1})))
            case "parity":
                assert isinstance(data, Laurent)
                return Pow(-1, self.expression(data))
            case "acos":
                assert isinstance(data, Laurent)
                return sympy_acos(self.expression(data), evaluate=False)  # which would make acos(1/2) a multiple of pi
            case "sin" | "cos" | "atan" | "erf":
                assert isinstance(data, Laurent)
                return _FUNCTIONS[constant.kind](self.expression(data), evaluate=False)
        assert constant.terms is not None
        return self.expression(constant.terms)
