"""Combinations: a quantity as a constant plus multiples of atoms, the normal form in which curvature is decided.

An atom is a logit, or an operator applied to combinations.  Quantities of a class i carry the free index "i",
those of a pair of classes "1" and "2"; sums over the classes bind them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from symcheck.budget import look
from symcheck.errors import shortened
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.language.matrix_array import MatrixArray

Free = frozenset[str]

NOTHING: Free = frozenset()

LONGEST_KEY = 400
"""Keys that are longer are numbered: those of nested functions would double with each of them."""

LONGEST_TEXT = 1000
"""A reader is shown so many characters of a quantity."""


@dataclass(frozen=True, eq=False)
class Atom:
    """``kind`` is an operator or a logit: "own" z[y], "entry" z[i], "first" z[1], "second" z[2] of a pair.

    ``exponent`` belongs to "power" and "conjugate", ``array`` to "apply" and "form"; ``free`` are the indices that it
    depends on.
    """

    kind: str
    args: tuple[Combination, ...] = ()
    exponent: Element | None = None
    array: MatrixArray | None = None
    free: Free = NOTHING
    note: str = ""

    @cached_property
    def key(self) -> str:
        """Equal for equal atoms."""
        more = "" if self.exponent is None else f"^{self.exponent.key}"
        more += "" if self.array is None else f"@{self.array.name}"
        inside = ";".join(a.key for a in self.args)
        return f"{self.kind}{more}{self.note}({inside})"

    def text(self) -> str:
        """The atom as a reader sees it."""
        if self.kind in _LOGITS:
            return _LOGITS[self.kind]
        shown = [a.text() for a in self.args]
        if self.kind == "power":
            assert self.exponent is not None
            return f"({shown[0]})**({self.exponent.text()})"
        if self.kind == "product":
            return "*".join(f"({s})" for s in shown)
        if self.array is not None:
            return f"{self.kind}({self.array.name}, {shown[-1]})"
        if self.kind in _SHOWN_BY_OTHER:
            return f"{_SHOWN_BY_OTHER[self.kind]}({shown[-1]}{', but=y' * self.kind.endswith('others')})"
        return f"{_NAMES.get(self.kind, self.kind)}({', '.join(shown) or self.note})"


SUMS = frozenset({"others", "all", "pairs"})
"""Operators that add up their argument: over the classes but the label, all classes, all pairs of classes."""

_LOGITS = {"own": "z[y]", "entry": "z[i]", "first": "z[1]", "second": "z[2]"}
_SHOWN_BY_OTHER = {
    "lse": "logsumexp", "lse_others": "logsumexp", "amax": "amax", "amax_others": "amax", "others": "total",
    "all": "total", "pairs": "pair_total",
}  # fmt: skip
_NAMES = {"larger": "maximum"}


class Combination:
    """``constant`` + sum of coefficient * atom over ``terms``, in the order of the atoms' keys, no coefficient 0."""

    __slots__ = ("_key", "_text", "constant", "field", "terms")

    def __init__(self, field: Field, constant: Element, terms: Iterable[tuple[Atom, Element]] = ()) -> None:
        self.field, self.constant = field, constant
        self.terms = tuple(sorted(((a, c) for a, c in terms if not c.is_zero), key=lambda term: term[0].key))
        self._key: str | None = None
        self._text: str | None = None

    @classmethod
    def of(cls, field: Field, atom: Atom) -> Combination:
        """The atom alone."""
        return cls(field, field.zero, ((atom, field.one),))

    @property
    def key(self) -> str:
        """Equal for equal combinations of one field, and for no others; a long one is numbered by the field."""
        if self._key is None:
            look()
            key = "+".join([self.constant.key, *(f"{c.key}*{a.key}" for a, c in self.terms)])
            self._key = key if len(key) <= LONGEST_KEY else self.field.nickname(key)
        return self._key

    @property
    def is_constant(self) -> bool:
        """Whether z does not occur in it."""
        return not self.terms

    @property
    def is_zero(self) -> bool:
        """Whether it is 0 in normal form."""
        return not self.terms and self.constant.is_zero

    @property
    def free(self) -> Free:
        """The class indices that it depends on, in its atoms or in its coefficients."""
        found = NOTHING.union(*(a.free for a, _ in self.terms))
        return found | ENTRY if any(moves(c) for c in (self.constant, *(c for _, c in self.terms))) else found

    @property
    def only(self) -> tuple[Atom, Element] | None:
        """The atom and its coefficient, if there is nothing else."""
        return self.terms[0] if len(self.terms) == 1 and self.constant.is_zero else None

    def coefficient(self, atom: Atom) -> Element | None:
        """The coefficient of ``atom``, None if it does not occur."""
        return next((c for a, c in self.terms if a.key == atom.key), None)

    def __add__(self, other: Combination) -> Combination:
        found = {a.key: (a, c) for a, c in self.terms}
        for a, c in other.terms:
            found[a.key] = (a, found[a.key][1] + c if a.key in found else c)
        return Combination(self.field, self.constant + other.constant, found.values())

    def __sub__(self, other: Combination) -> Combination:
        return self + other.times(self.field.number(-1))

    def times(self, c: Element) -> Combination:
        """``c`` times it."""
        if c is self.field.one:
            return self
        return Combination(self.field, self.constant * c, ((a, b * c) for a, b in self.terms))

    def plus(self, c: Element) -> Combination:
        """It plus ``c``."""
        return Combination(self.field, self.constant + c, self.terms)

    def part(self, terms: Iterable[tuple[Atom, Element]]) -> Combination:
        """The combination of ``terms`` without a constant."""
        return Combination(self.field, self.field.zero, terms)

    def multiple_of(self, base: Combination) -> Element | None:
        """The c with terms = c times those of ``base`` (constants left aside), None if there is none."""
        if len(self.terms) != len(base.terms) or not self.terms:
            return None
        if any(a.key != b.key for (a, _), (b, _) in zip(self.terms, base.terms, strict=True)):
            return None
        lead = base.terms[0][1]
        # A quotient by what may be 0 for some parameter value is no number.
        if not (lead.rational or any(s.kind.name in ("POSITIVE", "NEGATIVE") for s in (self.field.sign(lead),))):
            return None
        ratio = self.terms[0][1] / lead
        rest = (c - ratio * d for (_, c), (_, d) in zip(self.terms, base.terms, strict=True))
        return ratio if all(x.is_zero for x in rest) else None

    def text(self) -> str:
        """It as a reader sees it, a long one shortened."""
        if self._text is None:
            look()
            self._text = shortened(self._written(), LONGEST_TEXT)
        return self._text

    def _written(self) -> str:
        parts = []
        for a, c in self.terms:
            q = c.rational
            parts.append(a.text() if q == 1 else f"-{a.text()}" if q == -1 else f"({c.text()})*{a.text()}")
        if not self.constant.is_zero or not parts:
            parts.append(self.constant.text())
        return " + ".join(parts).replace("+ -", "- ")


def moves(c: Element) -> bool:
    """Whether an entry of an array at the class i occurs in ``c``, by its name: w[i], S[y,i] or S[i,y]."""
    return any("i" in name.partition("[")[2].strip("]").split(",") for name in c.field.depends(c))


ENTRY: Free = frozenset("i")
