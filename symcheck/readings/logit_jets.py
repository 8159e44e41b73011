"""Taylor arithmetic at z = 0, to second order, for one C: functions of z by their derivatives by each logit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from symcheck.field.branching import branching
from symcheck.field.element import Element
from symcheck.field.growing import GrowingField
from symcheck.field.signs.sign import Kind
from symcheck.readings.derivatives import DERIVATIVES, tempered_exp_derivatives
from symcheck.readings.stops import ENTRIES_DIFFER, kink
from symcheck.reason import Undecided

Derivatives = Sequence[Element]
"""f(x), f'(x) and f''(x)."""


@dataclass(frozen=True, slots=True)
class LogitJet:
    """A function of z near 0: ``value``, ``first`` by k, ``second`` by (k, l) with k <= l; what is missing is 0.

    ``varies`` is False where z does not occur.
    """

    value: Element
    first: dict[int, Element]
    second: dict[tuple[int, int], Element]
    varies: bool


class LogitJets:
    """Arithmetic with functions of z near 0 over ``field``; ``order`` 1 leaves the Hessians out.

    ``closed`` puts known sums into a constant.
    """

    def __init__(self, field: GrowingField, order: int, closed: Callable[[Element], Element]) -> None:
        self.field, self.order, self._closed = field, order, closed
        self.zero, self.one = field.number(0), field.number(1)
        self._numbers: dict[str, LogitJet] = {}

    def fixed(self, value: Element) -> LogitJet:
        """A number; equal numbers are one object, so that what is computed from them is computed once."""
        return self._numbers.setdefault(value.key, LogitJet(value, {}, {}, False))

    def neg(self, a: LogitJet) -> LogitJet:
        """-a."""
        return self.summed([(-self.one, a)])

    def function(self, op: str, a: LogitJet) -> LogitJet:
        """exp, log, arccos, sin, cos, arctan or erf of a, with a in the domain at 0."""
        if op in ("exp", "log"):
            return self.composed(a, self._exp if op == "exp" else self._log)
        derivatives = DERIVATIVES[op]
        # Of a number the value is enough: arccos has no slope at -1 and 1.
        if not a.varies:
            return self.fixed(next(derivatives(a.value)))
        return self.composed(a, lambda x: tuple(islice(derivatives(x), 3)))

    def reciprocal(self, a: LogitJet) -> LogitJet:
        """1/a, for a != 0 at 0."""
        return self.composed(a, self._reciprocal)

    def power(self, base: LogitJet, exponent: LogitJet) -> LogitJet:
        """base^exponent, for a base > 0 at 0 unless the exponent is a whole number."""
        if exponent.varies:
            return self.function("exp", self.product(exponent, self.function("log", base)))
        n = exponent.value.rational
        if n is not None and n.denominator == 1:
            if n < 0:
                base, n = self.reciprocal(base), -n
            return self.composed(base, lambda x: self._whole_power(x, int(n)))
        # As a number 0**(1/2) is 0; as a function of z the root has no slope there.
        if base.varies and self.field.sign(base.value).kind is Kind.ZERO:
            raise kink("a power that is not a whole number of a value that is 0 at z = 0")

        def derivatives(x: Element) -> Derivatives:
            e, value = exponent.value, self.field.power(x, exponent.value)
            slope = value * e / x
            return value, slope, slope * (e - self.one) / x

        if not base.varies:
            return self.fixed(self.field.power(base.value, exponent.value))
        return self.composed(base, derivatives)

    def _whole_power(self, x: Element, n: int) -> Derivatives:
        number = self.field.number
        slope = number(n) * x ** (n - 1) if n > 0 else self.zero
        bend = number(n * (n - 1)) * x ** (n - 2) if n > 1 else self.zero
        return x**n, slope, bend

    def _exp(self, x: Element) -> Derivatives:
        value = self.field.exp(x)
        return value, value, value

    def _log(self, x: Element) -> Derivatives:
        value, slope = self.field.log(x), self.one / x
        return value, slope, -(slope * slope)

    def _reciprocal(self, x: Element) -> Derivatives:
        value = self.one / x
        square = value * value
        return value, -square, square * value * 2

    def abs_power(self, base: LogitJet, exponent: LogitJet) -> LogitJet:
        """|x|^k, which is C^2 at x = 0 for k > 2, with derivatives 0, and is x^k for even k."""
        k = exponent.value.rational
        if k is None or not base.varies or not base.value.is_zero:
            return self.power(self.by_sign("abs", base, base, self.neg(base)), exponent)
        if k.denominator == 1 and k % 2 == 0:
            return self.power(base, exponent)
        if k <= 2:
            raise kink(f"a power {k} of abs of a value that is 0 at z = 0 and depends on z")
        return LogitJet(base.value, {}, {}, True)

    def nonnegative_power(self, base: LogitJet, exponent: LogitJet) -> LogitJet:
        """x^k for x >= 0, which is C^2 at x = 0 for k > 1, with derivatives 0."""
        k = exponent.value.rational
        if k is None or k <= 1 or not base.varies or not base.value.is_zero:
            return self.power(base, exponent)
        return LogitJet(base.value, {}, {}, True)

    def by_sign(self, name: str, u: LogitJet, positive: LogitJet, otherwise: LogitJet) -> LogitJet:
        """``positive`` where u > 0 at z = 0, ``otherwise`` where u < 0, or where u is 0 for all z."""
        kind = self.field.sign(u.value).kind
        if kind is Kind.POSITIVE:
            return positive
        if kind is Kind.NEGATIVE or (kind is Kind.ZERO and not u.varies):
            return otherwise
        if kind is Kind.ZERO:
            raise kink(f"{name} of a value that is 0 at z = 0 and depends on z")
        raise branching(name, u.value)

    def multiplied(self, entries: list[LogitJet]) -> LogitJet:
        """The product of the entries."""
        out = self.fixed(self.one)
        for x in entries:
            out = self.product(out, x)
        return out

    def largest(self, entries: list[LogitJet], name: str) -> int:
        """The place of the entry that is largest at z = 0; entries that do not move may tie."""
        best = 0
        for place, x in enumerate(entries[1:], 1):
            difference = x.value - entries[best].value
            kind = self.field.sign(difference).kind
            if kind is Kind.POSITIVE:
                best = place
            elif kind is Kind.ZERO and (x.varies or entries[best].varies or name == "onehot_argmax"):
                # A tie is one only if no entry after it is larger than both.
                if any(self.field.sign(e.value - x.value).kind is Kind.POSITIVE for e in entries[place + 1 :]):
                    continue
                raise kink(f"{name} of entries of which two are the largest at z = 0")
            elif kind not in (Kind.ZERO, Kind.NEGATIVE):
                raise branching(name, difference)
        return best

    def entmax(self, entries: list[LogitJet], alpha: Element) -> list[LogitJet]:
        """s_k = f(v_k - m), f(0) = 1/C and f' = f^(2 - alpha), where the entries are equal at z = 0.

        sum_k s_k = 1 gives m = mean(v) + f''/(2 f') mean((v - mean(v))^2) + ..., up to second order.
        """
        if not all((x.value - entries[0].value).is_zero for x in entries):
            raise Undecided(ENTRIES_DIFFER)
        share = self.one / self.field.number(len(entries))
        value, slope, bend = islice(tempered_exp_derivatives(share, alpha), 3)
        mean = self.summed([(share, x) for x in entries])
        centred = [self.summed([(self.one, x), (-self.one, mean)]) for x in entries]
        more = self.summed([(share * bend / slope / 2, self.product(x, x)) for x in centred])
        exact = [self.summed([(self.one, x), (-self.one, more)]) for x in centred]
        return [self.composed(x, lambda _: (value, slope, bend)) for x in exact]

    def summed(self, parts: Iterable[tuple[Element, LogitJet]]) -> LogitJet:
        """The sum of weight times part."""
        value, varies = self.zero, False
        first: dict[int, Element] = {}
        second: dict[tuple[int, int], Element] = {}
        for w, x in parts:
            is_one = w is self.one
            value = value + (x.value if is_one else w * x.value)
            varies = varies or x.varies
            for k, c in x.first.items():
                _put(first, k, c if is_one else w * c)
            for kl, c in x.second.items():
                _put(second, kl, c if is_one else w * c)
        self.field.budget.check()
        return LogitJet(self._closed(value), first, second, varies)

    def product(self, a: LogitJet, b: LogitJet) -> LogitJet:
        """a b by the product rule."""
        first: dict[int, Element] = {}
        second: dict[tuple[int, int], Element] = {}
        for x, y in ((a, b), (b, a)):
            if y.value.is_zero:
                continue
            for k, c in x.first.items():
                _put(first, k, c * y.value)
            for kl, c in x.second.items():
                _put(second, kl, c * y.value)
        if self.order > 1:
            for k, c in a.first.items():
                for m, d in b.first.items():
                    _put(second, (k, m) if k <= m else (m, k), c * d if k != m else c * d * 2)
        self.field.budget.check()
        return LogitJet(a.value * b.value, first, second, a.varies or b.varies)

    def composed(self, a: LogitJet, derivatives: Callable[[Element], Derivatives]) -> LogitJet:
        """f(a) by the chain rule, from f and its derivatives at the value of a."""
        value, slope, bend = derivatives(a.value)
        first: dict[int, Element] = {}
        second: dict[tuple[int, int], Element] = {}
        if not slope.is_zero:
            first = {k: c * slope for k, c in a.first.items()}
            second = {kl: c * slope for kl, c in a.second.items()}
        if self.order > 1 and not bend.is_zero:
            for k, c in a.first.items():
                bent = bend * c
                for m, d in a.first.items():
                    if k <= m:
                        _put(second, (k, m), bent * d)
        self.field.budget.check()
        return LogitJet(value, first, second, a.varies)


def _put(entries: dict[int, Element] | dict[tuple[int, int], Element], key: object, value: Element) -> None:
    """Add ``value`` to the entry ``key``, which is taken out where it becomes 0."""
    known = entries.get(key)  # type: ignore[call-overload]
    total = value if known is None else known + value
    if not total.is_zero:
        entries[key] = total  # type: ignore[index]
    elif known is not None:
        del entries[key]  # type: ignore[arg-type]
