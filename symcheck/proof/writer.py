"""Proofs for the small checker, written from the elements, generators and signs of the judge's field."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from symcheck.field.element import Element, Parts
from symcheck.field.exponent import digits, unit_value, units
from symcheck.field.factor import prime_factors
from symcheck.field.field import Field
from symcheck.field.generator import Role
from symcheck.field.signs.sign import Kind
from symcheck.proof.check import Tape


class NoProof(Exception):
    pass


Entries = list[Element]


class Writer:
    def __init__(self, field: Field) -> None:
        self.field = field
        self.letters: list[list[str]] = []
        self.names: dict[int, str] = {}
        self.taken = {"C", "z", "y", *(p.name for p in field.scope.parameters)}

    # letters

    def letter(self, place: int) -> str:
        name = self.names.get(place)
        if name is None:
            g = self.field.generators[place]
            if g.role in (Role.CLASSES, Role.PARAMETER):
                return g.name
            if g.role is Role.LOG:
                kind, of = "log", self.product(g.argument)
            elif g.role is Role.EXP:
                kind, of = "exp", self.fraction(g.argument)
            else:
                raise NoProof(f"a generator {g.role}")
            stem = "L" if kind == "log" else "E"
            n = len(self.letters)
            while f"{stem}{n}" in self.taken:
                n += 1
            name = self.names[place] = f"{stem}{n}"
            self.taken.add(name)
            self.letters.append([name, kind, of])
        return name

    def log_letter(self, c: Element) -> str:
        e = self.field.opaque(Role.LOG, c)
        return self.letter(e.parts[0][1][0][0])

    # texts

    def polynomial(self, parts: Parts) -> str:
        found = []
        for c, powers in parts:
            factors = [self.letter(p) + (f"**{k}" if k > 1 else "") for p, k in powers]
            if abs(c) != 1 or not factors:
                factors.insert(0, str(abs(c)))
            found.append(("-" if c < 0 else "+") + "*".join(factors))
        return "".join(found).removeprefix("+") or "0"

    def fraction(self, c: Element) -> str:
        top = self.polynomial(c.parts)
        return top if c.d.is_one() else f"({top})/({self.polynomial(c.denominator_parts)})"

    def product(self, c: Element) -> str:
        found = []
        for side, up in ((c.numerator, 1), (c.denominator, -1)):
            content, factors = self.field.factors(side)
            if content != 1:
                found.append((f"({content})" if content < 0 else str(content), up))
            found += [((f"({self.polynomial(f.parts)})" if len(f.parts) > 1 or f.parts[0][0] != 1 or len(f.parts[0][1])>1 else self.polynomial(f.parts)), up * k) for f, k in factors]
        text = "*".join(t + (f"**{k}" if k != 1 else "") for t, k in found)
        return text or "1"

    # hints

    def log_hint(self, c: Element) -> dict[str, int]:
        hint: dict[str, int] = {}
        def add(name: str, k: int) -> None:
            hint[name] = hint.get(name, 0) + k
        rest = 1
        for side, up in ((c.numerator, 1), (c.denominator, -1)):
            content, factors = self.field.factors(side)
            rest *= 1 if content > 0 else -1
            for p, k in prime_factors(abs(content)):
                add(self.log_letter(self.field.number(p)), up * k)
            for f, k in factors:
                kind = self.field.sign(f).kind
                if kind is Kind.NEGATIVE:
                    f, rest = -f, rest * (-1) ** k
                elif kind is not Kind.POSITIVE:
                    raise NoProof("log of a factor of unknown sign")
                if len(f.parts) == 1 and f.parts[0][0] == 1 and len(f.parts[0][1]) == 1 and self.field.generators[f.parts[0][1][0][0]].role is Role.EXP:
                    add(self.letter(f.parts[0][1][0][0]), up * k * f.parts[0][1][0][1])
                else:
                    add(self.log_letter(f), up * k)
        if rest < 0:
            raise NoProof("log of a negative")
        return {n: k for n, k in hint.items() if k}

    def exp_hint(self, c: Element) -> dict[str, int]:
        hint: dict[str, int] = {}
        for coefficient, unit in units(c):
            whole, places = digits(coefficient)
            value = unit_value(self.field, unit)
            is_log = value.d.is_one() and len(value.parts) == 1 and len(value.parts[0][1]) == 1 and value.parts[0][1][0][1] == 1 and self.field.generators[value.parts[0][1][0][0]].role is Role.LOG
            if whole:
                name = self.letter(value.parts[0][1][0][0]) if is_log else self.exp_letter(value)
                hint[name] = hint.get(name, 0) + whole
            for p, k, digit in places:
                name = self.exp_letter(value * Fraction(1, p**k))
                hint[name] = hint.get(name, 0) + digit
        return hint

    def exp_letter(self, of: Element) -> str:
        e = self.field.opaque(Role.EXP, of)
        return self.letter(e.parts[0][1][0][0])

    # values

    def read(self, tape: Tape) -> tuple[Entries, dict[str, object]]:
        field, hints, values = self.field, {}, []
        for n, (op, args, data) in enumerate(tape.nodes):
            try:
                values.append(self.step(n, op, [values[a] for a in args], data, hints))
            except NoProof as stop:
                values.append(stop)
        value = values[tape.result]
        if isinstance(value, NoProof):
            raise value
        return value, hints

    def step(self, n, op, args, data, hints):
        field = self.field
        for a in args[:1] if op in ("branch", "flat") else args:
            if isinstance(a, NoProof):
                raise a
        def each(f, *vs):
            width = max(map(len, vs))
            return [f(*(v[e] if len(v) > 1 else v[0] for v in vs)) for e in range(width)]
        def hinted(make, v):
            found = [make(c) for c in v]
            if any(found):
                hints[str(n)] = found[0] if all(h == found[0] for h in found) else found
        if op == "number":
            return [field.number(data)]
        if op == "letter":
            return [field.parameter(field.scope.parameters[data].name)]
        if op == "classes":
            return [field.C]
        if op == "logits":
            return [field.zero, field.zero]
        if op == "onehot":
            return [field.one, field.zero]
        if op == "add":
            return each(lambda a, b: a + b, *args)
        if op == "mul":
            return each(lambda a, b: a * b, *args)
        if op == "inverse":
            hinted(self.product, args[0])
            return [c.reciprocal() for c in args[0]]
        if op == "total":
            y, o = args[0] if len(args[0]) > 1 else args[0] * 2
            return [y + (field.C - 1) * o]
        if op == "take":
            return args[0][:1]
        if op == "detach":
            return args[0]
        if op == "centred":
            return [field.zero, field.zero]
        if op == "exp":
            hinted(self.exp_hint, args[0])
            return [field.exp(c) for c in args[0]]
        if op == "log":
            hinted(self.log_hint, args[0])
            return [field.log(c) for c in args[0]]
        if op == "branch":
            kinds = [field.sign(c).kind for c in args[0]]
            hints[str(n)] = [self.product(c) for c in args[0]]
            sides = []
            for kind in kinds:
                side = args[1] if kind is Kind.POSITIVE else args[2]
                if isinstance(side, NoProof):
                    raise side
                sides.append(side)
            width = max(map(len, [args[0], *sides]))
            return [(sides * width)[e][e if len((sides * width)[e]) > 1 else 0] for e in range(width)]
        if op == "flat":
            return [field.zero] * len(args[0]) if all(c.is_zero for c in args[0]) else args[1]
        raise NoProof(op)
