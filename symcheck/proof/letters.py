"""The letters of a proof: logarithms and exponentials of the judge's field, each told by those before it."""

from __future__ import annotations

from collections.abc import Mapping

from symcheck.field.base import AbstractField
from symcheck.field.element import Element, Parts
from symcheck.field.exponent import digits, unit_value, units
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

    ``variables`` are texts for C and the parameters, by their names in the field.  ``given`` are the letters so far,
    as [name, kind, of]: log of a product, or exp of a fraction, in which only earlier ones occur.
    """

    def __init__(self, field: AbstractField, variables: Mapping[str, str]) -> None:
        self.field, self.variables = field, variables
        self.given: list[list[str]] = []
        self._names: dict[int, str] = {}
        self._taken = {"C", "z", "y", *variables.values()}

    # texts

    def name(self, place: int) -> str:
        """The text of the generator at ``place``; a logarithm or an exponential becomes a letter."""
        g = self.field.generators[place]
        if g.role in (Role.CLASSES, Role.PARAMETER):
            return self.variables.get(g.name, g.name)
        if place not in self._names:
            if g.role not in _KINDS:
                raise NoProof(f"{g.role.value} is no letter of the small checker")
            of = self.product(g.argument) if g.role is Role.LOG else self.fraction(g.argument)
            self._names[place] = self._added(_KINDS[g.role], of)
        return self._names[place]

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
        found = []
        for c, powers in parts:
            factors = [self.name(place) + (f"**{k}" if k > 1 else "") for place, k in powers]
            if abs(c) != 1 or not factors:
                factors.insert(0, str(abs(c)))
            found.append(("-" if c < 0 else "+") + "*".join(factors))
        return "".join(found).removeprefix("+") or "0"

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
                found.append((str(content) if content > 0 else f"({content})", up))
            found += [(self._factor(f), up * k) for f, k in factors]
        return "*".join(text + (f"**{k}" if k != 1 else "") for text, k in found) or "1"

    def _factor(self, f: Element) -> str:
        text = self.polynomial(f.parts)
        return text if text.isalnum() else f"({text})"

    # logarithms and exponentials

    def log(self, c: Element) -> Powers:
        """The letters of which log c, for a c > 0, is a sum with whole coefficients."""
        found: Powers = {}
        rest = self.field.one
        for side, up in ((c.numerator, 1), (c.denominator, -1)):
            content, factors = self.field.factors(side)
            for p, k in prime_factors(abs(content)):
                _add(found, self._log_letter(self.field.number(p)), up * k)
            rest = rest if content > 0 else -rest
            for f, k in factors:
                kind = self.field.sign(f).kind
                positive = -f if kind is Kind.NEGATIVE else f
                rest = -rest if kind is Kind.NEGATIVE and k % 2 else rest
                if kind not in (Kind.POSITIVE, Kind.NEGATIVE):
                    rest = rest * (f**k if up > 0 else (f**k).reciprocal())
                elif self._is_one(positive, Role.EXP):
                    _add(found, self.name(positive.parts[0][1][0][0]), up * k)
                else:
                    _add(found, self._log_letter(positive), up * k)
        if rest != self.field.one:
            _add(found, self._log_letter(rest), 1)
        return {name: k for name, k in found.items() if k}

    def exp(self, c: Element) -> Powers:
        """The letters of which exp c is a product of whole powers."""
        found: Powers = {}
        for coefficient, unit in units(c):
            whole, places = digits(coefficient)
            value = unit_value(self.field, unit)
            if whole and self._is_one(value, Role.LOG):
                _add(found, self.name(value.parts[0][1][0][0]), whole)
            elif whole:
                _add(found, self._exp_letter(value), whole)
            for p, k, digit in places:
                _add(found, self._exp_letter(value * self.field.number(1) / p**k), digit)
        return {name: k for name, k in found.items() if k}

    def _is_one(self, c: Element, role: Role) -> bool:
        """Whether ``c`` is a generator of this role."""
        if not c.d.is_one() or len(c.parts) != 1 or c.parts[0][0] != 1 or len(c.parts[0][1]) != 1:
            return False
        place, k = c.parts[0][1][0]
        return k == 1 and self.field.generators[place].role is role

    def _log_letter(self, c: Element) -> str:
        return self._opaque(Role.LOG, c)

    def _exp_letter(self, c: Element) -> str:
        return self._opaque(Role.EXP, c)

    def _opaque(self, role: Role, c: Element) -> str:
        return self.name(self.field.opaque(role, c).parts[0][1][0][0])


def _add(powers: Powers, name: str, k: int) -> None:
    powers[name] = powers.get(name, 0) + k
