"""The letters of a proof: logarithms and exponentials of the judge's field, each told by those before it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from math import ceil, floor
from typing import Any

from symcheck.field.base import AbstractField
from symcheck.field.element import Element, Parts
from symcheck.field.factor import prime_factors
from symcheck.field.generator import Role
from symcheck.field.signs.sign import Kind
from symcheck.proof.check import INFINITE, Interval, Refused, Scope
from symcheck.proof.check import Letters as CheckedLetters
from symcheck.proof.writing.visible import Terms, plus, times, visible, written

Json = dict[str, Any]

Powers = dict[str, int]
"""A product of what letters stand for: whole powers by the names of the letters."""


class NoProof(Exception):
    """The small checker has no word for this, or its rules do not reach so far."""


class NotAccepted(NoProof):
    """The small checker refuses the ``proof`` that was written of a ``statement``."""

    def __init__(self, statement: Json, proof: Json, why: Refused) -> None:
        super().__init__(str(why))
        self.statement, self.proof = statement, proof


PRIME = 2**128 - 159
"""The prime of the first test.  Drawing one takes longer than a test, and nobody forges what is tested here."""


def accepted(statement: Json, proof: Json, check: Callable[..., None]) -> Json:
    """The ``proof``, raises ``NotAccepted`` if the small checker refuses it."""
    try:
        check(statement, proof, first=PRIME)
    except Refused as why:
        raise NotAccepted(statement, proof, why) from None
    return proof


class Unseen(NoProof):
    """The checker does not see the sign of ``factor``, however it is written."""

    def __init__(self, factor: Element) -> None:
        super().__init__(f"the checker does not see the sign of {factor.text()}")
        self.factor = factor


class Letters:
    """Names for the generators of ``field``, and its elements as texts in them, of which the checker sees the signs.

    ``variables`` are C and the parameters of the field in the names of the checker's ``scope``.  ``sums`` are sums
    k L + m M + ... of logarithms that are letters themselves, L**k M**m ... being what they are the logarithm of.

    ``given`` are the letters so far, as [name, kind, of]: log of a product, or exp of a fraction, in which only earlier
    ones occur.
    """

    def __init__(
        self, field: AbstractField, variables: Mapping[str, Terms], scope: Scope, sums: Sequence[Element] = ()
    ) -> None:
        self.field, self.variables, self.scope = field, variables, scope
        self.checker = CheckedLetters(scope, [])
        self.given: list[list[str]] = []
        self._known: dict[int, Powers] = {}
        self._texts: dict[str, str] = {}
        self._sums = _solved(sums)

    # texts

    def product(self, c: Element) -> str:
        """``c`` as a product of whole powers of its irreducible factors, each of one sign; raises ``Unseen``."""
        found = []
        for side, up in ((c.numerator, 1), (c.denominator, -1)):
            content, factors = self.field.factors(side)
            if content != 1:
                found.append(_power(str(content) if content > 0 else f"({content})", up))
            for f, k in factors:
                text = self._visible(f)
                found.append(_power(text if text.isalnum() else f"({text})", up * k))
        return "*".join(found) or "1"

    def fraction(self, c: Element) -> str:
        """``c`` as a numerator over a product; the numerator shows its sign if that can be seen."""
        try:
            return self.product(c)
        except Unseen:
            top = written(self._terms(c.parts))
            return top if c.d.is_one() else f"({top})/({self.product(c.denominator)})"

    def _visible(self, f: Element) -> str:
        text = self._texts.get(f.key)
        if text is None:
            terms = self._terms(f.parts)
            plain = written(terms)
            text = plain if self._is_seen(plain) else visible(terms, self._ranges)
            if text is None or not (text is plain or self._is_seen(text)):
                raise Unseen(f)
            self._texts[f.key] = text
        return text

    def _is_seen(self, text: str) -> bool:
        try:
            return bool(self.checker.sign(text, ""))
        except Refused:
            return False

    @property
    def _ranges(self) -> dict[str, Interval]:
        """Where the names of the checker lie, in short numbers for logarithms and exponentials."""
        known = self.checker
        kept = zip(known.names, known.kinds, known.intervals, strict=True)
        return {name: ends if kind == "variable" else _short(ends) for name, kind, ends in kept}

    def _terms(self, parts: Parts) -> Terms:
        """A polynomial in the letters."""
        total: Terms = {}
        for c, powers in parts:
            term: Terms = {(): Fraction(c)}
            for place, k in powers:
                for _ in range(k):
                    term = times(term, self._generator(place))
            total = plus(total, term)
        return total

    def _generator(self, place: int) -> Terms:
        """The generator at ``place``; a logarithm or an exponential becomes a letter."""
        g = self.field.generators[place]
        if g.role in (Role.CLASSES, Role.PARAMETER):
            return self.variables[g.name]
        return {((name, 1),): Fraction(k) for name, k in self._letters(place).items()}

    # letters

    def _letters(self, place: int) -> Powers:
        """The letters of which a logarithm is a sum, an exponential the one of its own."""
        if place not in self._known:
            g, terms = self.field.generators[place], self._sums.get(place)
            if g.role is Role.EXP:
                self._known[place] = {self._exp(g.argument): 1}
            elif g.role is not Role.LOG:
                raise NoProof(f"{g.role.value} is no letter of the small checker")
            else:
                self._known[place] = {self._log(g.argument): 1} if terms is None else self._difference(place, terms)
        return self._known[place]

    def _difference(self, place: int, terms: Mapping[int, int]) -> Powers:
        """L = k (S - m M - ...) for the sum S = k L + m M + ..., where k is 1 or -1."""
        k, product = terms[place], self.field.one
        for p, m in terms.items():
            c = self.field.generators[p].argument
            product = product * (c**m if m > 0 else (c**-m).reciprocal())
        found: Powers = {self._log(product): k}
        for p, m in terms.items():
            for name, n in self._letters(p).items() if p != place else ():
                _add(found, name, -k * m * n)
        return found

    def _exp(self, c: Element) -> str:
        return self._added("E", "exp", self.fraction(c))

    def _log(self, c: Element) -> str:
        return self._added(
            "L", "log", next((text for text in self._from_1(c) if self._tells_log(text)), self.product(c))
        )

    def _from_1(self, c: Element) -> Iterator[str]:
        """Texts of ``c`` that may show on which side of 1 it is, where the sign of its logarithm changes."""
        yield self.product(c)
        kind = self.field.sign(c - 1).kind
        try:
            if kind is Kind.POSITIVE:
                yield f"1+{self.product(c - 1)}"
            if kind is Kind.NEGATIVE:
                yield f"1-{self.product(1 - c)}"
        except Unseen:
            return

    def _tells_log(self, text: str) -> bool:
        low, high, *_ = self.checker.ends(text, "")
        return self._is_seen(text) and low >= 0 and (low >= 1 or high <= 1)

    def _added(self, stem: str, kind: str, of: str) -> str:
        number = len(self.given)
        while f"{stem}{number}" in self.checker.names:
            number += 1
        self.given.append([f"{stem}{number}", kind, of])
        try:
            self.checker = CheckedLetters(self.scope, self.given)
        except Refused as stop:
            raise NoProof(str(stop)) from None
        return f"{stem}{number}"

    # logarithms and exponentials

    def log(self, c: Element) -> Powers:
        """The letters of which log c, for a c > 0, is a sum with whole coefficients."""
        found: Powers = {}
        rest = self.field.one
        for side, up in ((c.numerator, 1), (c.denominator, -1)):
            content, factors = self.field.factors(side)
            for p, k in prime_factors(abs(content)):
                self._add_log(found, self.field.number(p), up * k)
            rest = rest if content > 0 else -rest
            for f, k in factors:
                kind = self.field.sign(f).kind
                positive = -f if kind is Kind.NEGATIVE else f
                rest = -rest if kind is Kind.NEGATIVE and k % 2 else rest
                if kind in (Kind.POSITIVE, Kind.NEGATIVE):
                    self._add_log(found, positive, up * k)
                else:
                    rest = rest * (f**k if up > 0 else (f**k).reciprocal())
        if rest != self.field.one:
            self._add_log(found, rest, 1)
        return {name: k for name, k in found.items() if k}

    def exp(self, c: Element) -> Powers:
        """The letters of which exp c is a product of whole powers."""
        # What exp c is made of is what its logarithm is a sum of.
        return self.log(self.field.exp(c))

    def _add_log(self, found: Powers, c: Element, k: int) -> None:
        """Add k log c: for an exponential c its own letter, else the letters of a logarithm."""
        place = c.parts[0][1][0][0] if len(c.parts) == 1 and c.parts[0][1] else None
        if place is None or self.field.generators[place].role is not Role.EXP:
            place = self.field.opaque(Role.LOG, c).parts[0][1][0][0]
        for name, m in self._letters(place).items():
            _add(found, name, k * m)


def _short(ends: Interval) -> Interval:
    """An interval around this one, with ends that are short to write."""
    low, high = (x if abs(x) == INFINITE else Fraction(f(16 * x), 16) for f, x in ((floor, ends[0]), (ceil, ends[1])))
    return low, high, ends[2] or low < ends[0], ends[3] or high > ends[1]


def sum_of_logs(c: Element) -> Element | None:
    """The part of ``c`` that is a sum of logarithms, if they are several and one of them occurs once."""
    generators, total = c.field.generators, c.field.zero
    logs = [(k, powers[0][0]) for k, powers in c.parts if len(powers) == 1 and powers[0][1] == 1]
    logs = [(k, place) for k, place in logs if generators[place].role is Role.LOG]
    for k, place in logs:
        total = total + c.field.monomial(((place, 1),)) * k
    return total if len(logs) > 1 and any(abs(k) == 1 for k, _ in logs) else None


def _solved(sums: Sequence[Element]) -> dict[int, dict[int, int]]:
    """The terms of sums of logarithms by their places, under the place of one that occurs once and in no other sum."""
    found: dict[int, dict[int, int]] = {}
    for terms in ({powers[0][0]: k for k, powers in c.parts} for c in sums):
        once = [p for p, k in terms.items() if abs(k) == 1 and p not in found]
        alone = [p for p in once if sum(any(q[0][0] == p for _, q in c.parts) for c in sums) == 1]
        if once:
            found[max(alone or once)] = terms
    return found


def _add(powers: Powers, name: str, k: int) -> None:
    powers[name] = powers.get(name, 0) + k


def _power(text: str, k: int) -> str:
    return text if k == 1 else f"{text}**{k}"
