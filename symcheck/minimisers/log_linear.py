"""A loss at one C as a polynomial in z plus multiples of logarithms of polynomials in e^z.

Cross entropies, logistic and square losses are of this form, and in it everything is exact: which of two losses
are equal, the gradient as a rational function of e^z, whether it is convex.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Never

from flint import arb

from symcheck.field.ball import ball_of
from symcheck.language.array import Array
from symcheck.language.formula import Formula
from symcheck.readings.orbit.laurent import ONE, ZERO, Laurent, Monomial, Number, power_of, rational
from symcheck.readings.written_out import WrittenOut, by_entry
from symcheck.reason import Code, Undecided


@dataclass(frozen=True)
class LogLinear:
    """p(z) + sum c log P(e^z) in ``classes`` variables; in ``polynomial`` place i is z_i, in a P it is e^(z_i).

    ``logs`` holds the pairs (P, c); every P has positive coefficients only.  Places count from 0.
    """

    classes: int
    polynomial: Laurent
    logs: tuple[tuple[Laurent, Fraction], ...]

    @classmethod
    def of(cls, formula: Formula, classes: int, y: int = 1) -> LogLinear:
        """``formula`` with the label ``y`` of 1, ..., C in this form; raises ``Undecided`` if it has another one.

        >>> from symcheck.losses.cross_entropy import CrossEntropy
        >>> print(LogLinear.of(CrossEntropy().recorded, 2))
        -1*z1 + 1*log(1*e1 + 1*e2)
        """
        (only,) = LogLinearReading(classes, y - 1).read(formula)
        return only.form(classes)

    @classmethod
    def combination(cls, terms: Sequence[tuple[Fraction, LogLinear]]) -> LogLinear:
        """The sum of the ``terms``, each a number times a form."""
        polynomial, logs = ZERO, dict[Laurent, Fraction]()
        for c, form in terms:
            polynomial = polynomial + rational(c) * form.polynomial
            for p, k in form.logs:
                logs[p] = logs.get(p, Fraction(0)) + c * k
        return cls(terms[0][1].classes, polynomial, _ordered(logs))

    @property
    def degree(self) -> int:
        """The degree of the polynomial part."""
        return max((sum(int(e) for _, e in m) for m in self.polynomial.terms), default=0)

    def linear(self, i: int) -> Fraction:
        """The coefficient of z_i in the polynomial part."""
        return Fraction(self.polynomial.terms.get(((i, 1),), 0))

    def quadratic(self, i: int, j: int) -> Fraction:
        """The second derivative of a polynomial part of degree at most 2 by z_i and z_j."""
        if i == j:
            return Fraction(2 * self.polynomial.terms.get(((i, 2),), 0))
        return Fraction(self.polynomial.terms.get(((min(i, j), 1), (max(i, j), 1)), 0))

    @property
    def is_shift_invariant(self) -> bool:
        """Whether z -> z + t 1 changes nothing: linear, each P homogeneous, and all of it adds up to 0."""
        if self.degree > 1:
            return False
        grows = sum((self.linear(i) for i in range(self.classes)), Fraction(0))
        for p, c in self.logs:
            degrees = {sum(int(e) for _, e in m) for m in p.terms}
            if len(degrees) > 1:
                return False
            grows += c * degrees.pop()
        return grows == 0

    def value(self, z: Sequence[arb]) -> arb:
        """A ball that contains the value at every point of the ball ``z``."""
        raised = [x.exp() for x in z]
        found = at(self.polynomial, z)
        for p, c in self.logs:
            found += ball_of(c) * at(p, raised).log()
        return found

    def __str__(self) -> str:
        parts = [_text(m, c, "z") for m, c in sorted(self.polynomial.terms.items())]
        for p, c in self.logs:
            inside = " + ".join(_text(m, k, "e") for m, k in sorted(p.terms.items()))
            parts.append(f"{c}*log({inside})")
        return " + ".join(parts) or "0"


def at(polynomial: Laurent, point: Sequence[arb]) -> arb:
    """The value of ``polynomial`` with ``point`` in its places."""
    found = arb(0)
    for monomial, c in polynomial.terms.items():
        term = ball_of(c)
        for place, e in monomial:
            term *= point[place] ** int(e)
        found += term
    return found


def euler(polynomial: Laurent, i: int) -> Laurent:
    """e_i d/de_i of a polynomial in e = e^z, which is its derivative by z_i."""
    return Laurent({m: c * Fraction(dict(m)[i]) for m, c in polynomial.terms.items() if i in dict(m)})


@dataclass(frozen=True, slots=True)
class LogPolynomial:
    """What a scalar is on the way: a polynomial (place i is e^(z_i), place C + i is z_i) plus logarithms."""

    plain: Laurent
    logs: Mapping[Laurent, Fraction]

    def form(self, classes: int) -> LogLinear:
        """The same as a finished form."""
        moved = {}
        for monomial, c in self.plain.terms.items():
            if any(place < classes or e < 0 for place, e in monomial):
                _refuse("an exponential outside a logarithm")
            moved[tuple((place - classes, e) for place, e in monomial)] = c
        return LogLinear(classes, Laurent(moved), _ordered(self.logs))


Elements = tuple[LogPolynomial, ...]


def _sum(elements: Sequence[LogPolynomial]) -> LogPolynomial:
    plain, logs = ZERO, dict[Laurent, Fraction]()
    for x in elements:
        plain = plain + x.plain
        for p, c in x.logs.items():
            logs[p] = logs.get(p, Fraction(0)) + c
    return LogPolynomial(plain, {p: c for p, c in logs.items() if c})


def _scaled(x: LogPolynomial, k: Fraction) -> LogPolynomial:
    return LogPolynomial(rational(k) * x.plain, {p: k * c for p, c in x.logs.items() if k})


def _product(x: LogPolynomial, y: LogPolynomial) -> LogPolynomial:
    if not x.logs and not y.logs:
        return LogPolynomial(x.plain * y.plain, {})
    for a, b in ((x, y), (y, x)):
        if not a.logs and (k := a.plain.number) is not None:
            return _scaled(b, k)
    _refuse("a product with a logarithm")


def _divisor(x: LogPolynomial) -> Fraction:
    found = None if x.logs else x.plain.number
    if not found:
        _refuse("a division by what is not a number")
    return found


class LogLinearReading(WrittenOut[LogPolynomial]):
    """Reads a formula at one C; what is of another form is refused."""

    def constant(self, value: Fraction) -> LogPolynomial:
        return LogPolynomial(rational(value), {})

    def parameter(self, name: str) -> Elements:
        _refuse(f"the free parameter {name}")

    def logits(self) -> Elements:
        return tuple(LogPolynomial(power_of(self.count + i), {}) for i in range(self.count))

    def rows(self, array: Array) -> Sequence[Sequence[LogPolynomial]]:
        if array.values is None:
            _refuse(f"the free {array.kind.removeprefix('a ')} {array.name}")
        return super().rows(array)

    add = by_entry(lambda x, y: _sum([x, y]))
    mul = by_entry(_product)
    div = by_entry(lambda x, y: _scaled(x, 1 / _divisor(y)))

    def exp(self, a: Elements) -> Elements:
        return self.each(self._exp, a)

    def log(self, a: Elements) -> Elements:
        return self.each(self._log, a)

    def pow(self, a: Elements, b: Elements) -> Elements:
        n = b[0].plain.number if len(b) == 1 and not b[0].logs else None
        if n is None or n.denominator != 1 or not 0 <= n <= 8:
            _refuse("a power that is not a small whole number")
        found = self.number(Fraction(1))
        for _ in range(int(n)):
            found = self.mul(found, a)
        return found

    def summed(self, entries: Sequence[LogPolynomial]) -> LogPolynomial:
        return _sum(entries)

    def _exp(self, x: LogPolynomial) -> LogPolynomial:
        found = ONE
        for monomial, c in x.plain.terms.items():
            # e^z_i is a place of its own; e^1 is no rational number, and e^(z_i z_j) no polynomial in the e^z_i.
            if len(monomial) != 1 or monomial[0][0] < self.count or monomial[0][1] != 1 or c.denominator != 1:
                _refuse("an exponential of what is not a sum of logits")
            found = found * power_of(monomial[0][0] - self.count, int(c))
        for p, c in x.logs.items():
            # e^(c log P) is P^c, a polynomial for a whole c > 0.
            if c.denominator != 1 or not 0 < c <= 8:
                _refuse("an exponential of a multiple of a logarithm")
            for _ in range(int(c)):
                found = found * p
        return LogPolynomial(found, {})

    def _log(self, x: LogPolynomial) -> LogPolynomial:
        terms = x.plain.terms
        if x.logs or not terms or any(place >= self.count for m in terms for place, _ in m):
            _refuse("a logarithm of what is not a polynomial in exponentials")
        # With positive coefficients P > 0 at every z, and log P is convex.
        if any(c <= 0 for c in terms.values()):
            _refuse("a logarithm of a polynomial with a negative coefficient")
        # log(e^a P) is a + log P: what is common to all terms goes out, so that equal losses get one form.
        lowest = {i: min(dict(m).get(i, 0) for m in terms) for i in range(self.count)}
        outside, shift = ZERO, ONE
        for i, e in lowest.items():
            outside = outside + rational(Fraction(e)) * power_of(self.count + i)
            shift = shift * power_of(i, -e)
        inside = shift * x.plain
        return LogPolynomial(outside, {} if inside == ONE else {inside: Fraction(1)})


def _ordered(logs: Mapping[Laurent, Fraction]) -> tuple[tuple[Laurent, Fraction], ...]:
    kept = [(p, c) for p, c in logs.items() if c]
    return tuple(sorted(kept, key=lambda pair: sorted(pair[0].terms.items())))


def _text(monomial: Monomial, c: Number, letter: str) -> str:
    return "*".join([str(c), *(f"{letter}{i + 1}" + (f"**{e}" if e != 1 else "") for i, e in monomial)])


def _refuse(what: str) -> Never:
    raise Undecided.of(
        Code.UNMAPPED_OP,
        f"{what} has no place in a polynomial plus logarithms of polynomials in e^z",
        "write the formula with log_softmax, logsumexp, softplus and polynomials, and give values to parameters",
    )
