"""Hints for the small checker: what each operator of a tape divides by, takes a logarithm of, or decides by.

The values at z = 0 of all operators are read once more in the judge's field, which knows the signs of all of them; no
derivative is needed, as the checker takes those itself.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from symcheck.field.base import AbstractField
from symcheck.field.element import Element
from symcheck.field.signs.sign import Kind
from symcheck.proof.check import Tape
from symcheck.proof.writing.letters import Letters, NoProof, Powers

Entries = list[Element]
"""The value of a scalar, or those of a class-vector at the label and elsewhere."""

Hint = str | Powers
Hints = dict[str, Hint | list[Hint]]


class Writer:
    """Hints in the ``letters`` of ``field``, for tapes of which the parameters have these ``values``.

    Without letters it reads values alone.
    """

    def __init__(self, field: AbstractField, letters: Letters | None, values: Mapping[str, Element]) -> None:
        self.field, self.letters, self.values = field, letters, values

    def read(self, tape: Tape, names: Sequence[str], reading: Reading | None = None) -> tuple[Entries, Hints]:
        """The value at z = 0 of the tape of a text in these ``names``, and the hints by node; raises ``NoProof``."""
        reading = reading or Reading(self, names)
        found: list[Entries | NoProof] = []
        for n, (op, args, data) in enumerate(tape.nodes):
            try:
                found.append(reading.value(n, op, [found[a] for a in args], data))
            except NoProof as stop:
                found.append(stop)  # it may be the side of a branch that does not count
        return _known(found[tape.result]), reading.hints


class Reading:
    """The values of the operators of one tape."""

    def __init__(self, writer: Writer, names: Sequence[str]) -> None:
        self.writer, self.field, self.names, self.hints = writer, writer.field, names, Hints()

    def value(self, n: int, op: str, args: list[Entries | NoProof], data: Any) -> Entries:
        if op == "branch":
            return self._branch(n, _known(args[0]), *args[1:])
        if op == "flat":
            return [self.field.zero] if all(c.is_zero for c in _known(args[0])) else _known(args[1])
        known = [_known(a) for a in args]
        rule: Callable[..., Entries] | None = getattr(self, f"_{op}", None)
        if rule is None:
            raise NoProof(f"{op} has no value here")
        return rule(n, *known) if data is None else rule(data)

    def _number(self, value: Fraction) -> Entries:
        return [self.field.number(value)]

    def _letter(self, place: int) -> Entries:
        return [self.writer.values[self.names[place]]]

    def _classes(self, _: int) -> Entries:
        return [self.field.C]

    def _logits(self, _: int) -> Entries:
        return [self.field.zero, self.field.zero]

    def _onehot(self, _: int) -> Entries:
        return [self.field.one, self.field.zero]

    def _add(self, _: int, a: Entries, b: Entries) -> Entries:
        return [x + y for x, y in _paired(a, b)]

    def _mul(self, _: int, a: Entries, b: Entries) -> Entries:
        return [x * y for x, y in _paired(a, b)]

    def _inverse(self, n: int, a: Entries) -> Entries:
        self._hinted(n, a, Letters.product)
        return [x.reciprocal() for x in a]

    def _exp(self, n: int, a: Entries) -> Entries:
        self._hinted(n, a, Letters.exp)
        return [self.field.exp(x) for x in a]

    def _log(self, n: int, a: Entries) -> Entries:
        for x in a:
            if self.field.sign(x).kind is not Kind.POSITIVE:
                raise NoProof("a logarithm is taken of what is not shown positive")
        self._hinted(n, a, Letters.log)
        return [self.field.log(x) for x in a]

    def _total(self, _: int, a: Entries) -> Entries:
        return [a[0] + (self.field.C - 1) * a[-1]]

    def _take(self, _: int, a: Entries) -> Entries:
        return a[:1]

    def _detach(self, _: int, a: Entries) -> Entries:
        return a

    def _centred(self, *_: object) -> Entries:
        return [self.field.zero, self.field.zero]

    def _branch(self, n: int, u: Entries, *sides: Entries | NoProof) -> Entries:
        kinds = [self.field.sign(x).kind for x in u]
        if any(kind not in (Kind.POSITIVE, Kind.NEGATIVE, Kind.ZERO) for kind in kinds):
            raise NoProof("a branch is decided by what has not one sign")
        self._hinted(n, u, Letters.product)
        found = [_known(sides[0 if kind is Kind.POSITIVE else 1]) for kind in kinds]
        if max(len(u), *map(len, found)) == 1:
            return found[0]
        return [found[0][0], found[-1][-1]]

    def _hinted(self, n: int, entries: Entries, hint: Callable[[Letters, Element], Hint]) -> None:
        """Keep the hints of the entries, as one if they are equal."""
        letters = self.writer.letters
        found = [] if letters is None else [hint(letters, x) for x in entries]
        if any(found):
            self.hints[str(n)] = found[0] if all(h == found[0] for h in found) else found


def _known(value: Entries | NoProof) -> Entries:
    if isinstance(value, NoProof):
        raise value
    return value


def _paired(a: Entries, b: Entries) -> list[tuple[Element, Element]]:
    width = max(len(a), len(b))
    return list(zip(a * width if len(a) < width else a, b * width if len(b) < width else b, strict=True))
