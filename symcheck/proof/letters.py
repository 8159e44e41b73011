"""The letters of a proof: logarithms and exponentials of the judge's field, each told by those before it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from symcheck.field.base import AbstractField
from symcheck.field.element import Element, Parts
from symcheck.field.factor import prime_factors
from symcheck.field.generator import Role
from symcheck.field.signs.sign import Kind

Powers = dict[str, int]
"""A product of what letters stand for: whole powers by the names of the letters."""

_KINDS = {Role.LOG: "log", Role.EXP: "exp"}


class NoProof(Exception):
    """The small checker has no word for this, or its rules do not reach so far."""


class Letters:
    """Names for the generators of ``field``, and its elements as texts in them.

    ``variables`` are texts for C and the parameters, by their names in the field.  ``sums`` are sums k L + m M + ... of
    logarithms that are letters themselves, L**k M**m ... being what they are the logarithm of.

    ``given`` are the letters so far, as [name, kind, of]: log of a product, or exp of a fraction, in which only earlier
    ones occur.  ``signed`` are the factors of which the checker has to see the sign, by their texts.
    """

    def __init__(self, field: AbstractField, variables: Mapping[str, str], sums: Sequence[Element] = ()) -> None:
        self.field, self.variables = field, variables
        self.given: list[list[str]] = []
        self.signed: dict[str, Element] = {}
        self._known: dict[int, Powers] = {}
        self._taken = {"C", "z", "y", *(word for text in variables.values() for word in re.findall(r"\w+", text))}
        self._sums = _solved(sums)

    # texts

    def text(self, place: int) -> str:
        """The text of the generator at ``place``; a logarithm or an exponential becomes a letter."""
        g = self.field.generators[place]
        if g.role in (Role.CLASSES, Role.PARAMETER):
            return self.variables.get(g.name, g.name)
        found = self._letters(place)
        if len(found) == 1 and 1 in found.values():
            return next(iter(found))
        return f"({_sum([(k, [name]) for name, k in found.items()])})"

    def _letters(self, place: int) -> Powers:
        """The letters of which a logarithm is a sum, an exponential the one of its own."""
        if place not in self._known:
            g, terms = self.field.generators[place], self._sums.get(place)
            if g.role not in _KINDS:
                raise NoProof(f"{g.role.value} is no letter of the small checker")
            if terms is None:
                of = self.product(g.argument) if g.role is Role.LOG else self.fraction(g.argument)
                self._known[place] = {self._added(_KINDS[g.role], of): 1}
            else:
                self._known[place] = self._difference(place, terms)
        return self._known[place]

    def _difference(self, place: int, terms: Mapping[int, int]) -> Powers:
        """L = k (S - m M - ...) for the sum S = k L + m M + ..., where k is 1 or -1."""
        k, arguments = terms[place], {p: self.field.generators[p].argument for p in terms}
        product = self.field.one
        for p, c in arguments.items():
            product = product * (c ** terms[p] if terms[p] > 0 else (c ** -terms[p]).reciprocal())
        found: Powers = {self._added("log", self.product(product)): k}
        for p, m in terms.items():
            for name, n in self._letters(p).items() if p != place else ():
                _add(found, name, -k * m * n)
        return found

    def _added(self, kind: str, of: str) -> str:
        stem = "L" if kind == "log" else "E"
        number = len(self.given)
        while f"{stem}{number}" in self._taken:
            number += 1
        self._taken.add(f"{stem}{number}")
        self.given.append([f"{stem}{number}", kind, of])
        return f"{stem}{number}"

    def polynomial(self, parts: Parts) -> str:
        """The terms as a text such as ``2*C*L1**2-1``."""
        return _sum([(c, [_power(self.text(place), k) for place, k in powers]) for c, powers in parts])

    def fraction(self, c: Element) -> str:
        """``c`` as a numerator, over its denominator if it has one."""
        top = self.polynomial(c.parts)
        return top if c.d.is_one() else f"({top})/({self.polynomial(c.denominator_parts)})"

    def product(self, c: Element) -> str:
        """``c`` as a product of whole powers of its irreducible factors, each of which is to have one sign."""
        found = []
        for side, up in ((c.numerator, 1), (c.denominator, -1)):
            content, factors = self.field.factors(side)
            if content != 1:
                found.append(_power(str(content) if content > 0 else f"({content})", up))
            for f, k in factors:
                text = self.polynomial(f.parts)
                self.signed.setdefault(text, f)
                found.append(_power(text if text.isalnum() else f"({text})", up * k))
        return "*".join(found) or "1"

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


def is_sum_of_logs(c: Element) -> bool:
    """Whether ``c`` is a sum of several logarithms, at least one of them once: it can be a letter itself."""
    roles = [c.field.generators[powers[0][0]].role for _, powers in c.parts if len(powers) == 1 and powers[0][1] == 1]
    plain = len(roles) == len(c.parts) > 1 and {*roles} == {Role.LOG}
    return plain and any(abs(k) == 1 for k, _ in c.parts)


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


def _sum(terms: Sequence[tuple[int, list[str]]]) -> str:
    """A text of the sum of products of a number and texts."""
    found = []
    for c, factors in terms:
        shown = factors if abs(c) == 1 and factors else [str(abs(c)), *factors]
        found.append(("-" if c < 0 else "+") + "*".join(shown))
    return "".join(found).removeprefix("+") or "0"
