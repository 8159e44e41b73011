"""Elements with class indices: entries of free arrays at named classes, and sums over all classes.

Named classes are 0, 1, 2, ... and are different from each other.  A field of indexed elements has a free
parameter for each entry that occurs (``w[0]``, ``A[0,1]``) and for each sum over all classes that is not
known (sum_j A[0,j] w[j]); what holds for all values of these holds for all arrays.  A sum keeps its summand,
with a bound index below 0, so that the named classes in it can be renamed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from symcheck.budget import Budget
from symcheck.field.array_entries import ArrayEntries, entry_interval
from symcheck.field.element import Element
from symcheck.field.generator import Generator
from symcheck.field.growing import GrowingField, Substitution
from symcheck.field.restriction import Restriction
from symcheck.field.signs.sign import Kind
from symcheck.language.array import Array
from symcheck.language.interval import Interval
from symcheck.language.matrix_array import MatrixArray
from symcheck.language.scope import Scope
from symcheck.language.vector_array import VectorArray
from symcheck.reason import Code, Reason, Undecided

INDICES = "ijmnabcdefgh"
"""What bound indices are called, the innermost sum first; those after the last one have numbers."""

MOST_CHARACTERS = 20_000
"""A longer text of an element is not written: sums in sums have texts that double with each of them."""

_TOO_LONG = Reason(
    Code.BUDGET,
    f"the text of a constant would have more than {MOST_CHARACTERS} characters",
    "give values to parameters, or simplify the formula",
)


def index_name(bound: int) -> str:
    """What the bound index -1, -2, ... is called."""
    place = -1 - bound
    return INDICES[place] if place < len(INDICES) else f"i{place}"


@dataclass(frozen=True, slots=True)
class ArrayEntry:
    """The entry of ``array`` at the classes ``places``."""

    array: Array
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sum:
    """The sum of ``summand`` over all classes in the place of ``bound``."""

    summand: Element
    bound: int


class IndexedField(GrowingField):
    """A field in which C is a symbol (or a number) and arrays have entries at named classes."""

    names_classes = True

    def __init__(self, scope: Scope, budget: Budget) -> None:
        self._atoms: dict[str, ArrayEntry | Sum] = {}
        self._sums: dict[str, str] = {}
        self._classes: dict[str, frozenset[int]] = {}
        self._renamings: dict[tuple[str, tuple[tuple[int, int], ...]], Element] = {}
        self._named: dict[tuple[str, tuple[tuple[int, str], ...]], str] = {}
        super().__init__(scope, budget)

    def entry(self, array: Array, *places: int) -> Element:
        """The entry of ``array`` at these classes."""
        if isinstance(array, MatrixArray) and array.symmetric:
            places = tuple(sorted(places))
        name = f"{array.name}[{','.join(map(str, places))}]"
        self._atoms.setdefault(name, ArrayEntry(array, places))
        return self.atom(name, entry_interval(array, diagonal=len(set(places)) < len(places)))

    def classes_in(self, c: Element) -> frozenset[int]:
        """The named classes that occur in ``c``."""
        return frozenset().union(*map(self._classes_of, self.depends(c)))

    def renamed(self, c: Element, renaming: Mapping[int, int]) -> Element:
        """``c`` at other named classes; two of them may become one."""
        changed = {a: b for a, b in renaming.items() if a != b}
        # In order, so that new entries get the same places in every process.
        names = sorted(n for n in self.depends(c) if changed.keys() & self._classes_of(n))
        if not names:
            return c
        return Substitution(self, {n: self._renamed(n, changed) for n in names}).of(c)

    def summed(self, c: Element, place: int) -> Element:
        """The sum of ``c`` over all the classes that ``place`` may be, whatever other classes occur in it."""
        if place not in self.classes_in(c):
            return self.C * c
        return self.sum(weight * self._sum_of_unit(unit, place) for unit, weight in self.units(c, place))

    def over_classes(self, generic: Element, place: int, named: Mapping[int, Element]) -> Element:
        if place not in self.classes_in(generic):
            return super().over_classes(generic, place, named)
        # The generic part is summed over all classes, the named ones included: what it says there is taken back.
        total = self.summed(generic, place)
        for b, c in named.items():
            total = total + c - self.renamed(generic, {place: b})
        return total

    def units(self, c: Element, place: int) -> list[tuple[Element, Element]]:
        """``c`` as a sum of products u w: u is left of a product when all that does not depend on ``place`` is in w."""
        inner = self.one  # the factors of the denominator with the place in them
        for f, k in self.factors(c.denominator)[1]:
            if place in self.classes_in(f):
                inner = inner * f**k
        outer = inner * c.denominator.reciprocal()
        units: dict[str, tuple[Element, Element]] = {}
        for coefficient, powers in c.parts:
            unit, rest = inner.reciprocal(), self.number(coefficient) * outer
            for at, exponent in powers:
                g = self.generator(at) ** exponent
                if place in self.classes_in(g):
                    unit = unit * g
                else:
                    rest = rest * g
            # Terms with one unit belong together: a b[i] + c b[i] is (a + c) b[i], which is one sum.
            known = units.get(unit.key)
            units[unit.key] = (unit, rest if known is None else known[1] + rest)
        return list(units.values())

    def atom_called(self, name: str) -> ArrayEntry | Sum | None:
        """The entry or sum that a variable of this field stands for; None for C and the parameters."""
        return self._atoms.get(name)

    def text(self, c: Element, names: Mapping[int, str]) -> str:
        """``c`` with its named classes called ``names``, and sums written out."""
        key = c.key, tuple(sorted(names.items()))
        known = self._named.get(key)
        if known is None:
            self.budget.check()
            known = self.named(c.text(), names)
            if len(known) > MOST_CHARACTERS:
                raise Undecided(_TOO_LONG)
            self._named[key] = known
        return known

    def named(self, text: str, names: Mapping[int, str]) -> str:
        """``text``, in which entries and sums have the names of this field, with classes called ``names``."""
        known = sorted(self._all_atoms(), key=len, reverse=True)
        pattern = "|".join(re.escape(n) for n in known if n in text)
        # All at once: what z[0] is called may be the name z[1] of another entry.
        return re.sub(rf"(?<!\w)(?:{pattern})", lambda m: self._named_atom(m[0], names), text) if pattern else text

    def _all_atoms(self) -> tuple[str, ...]:
        return tuple(self._atoms)

    def _named_atom(self, name: str, names: Mapping[int, str]) -> str:
        atom = self._atoms[name]
        if isinstance(atom, Sum):
            index = index_name(atom.bound)
            return f"sum_{index}({self.text(atom.summand, {**names, atom.bound: index})})"
        return f"{atom.array.name}[{','.join(names.get(p, str(p)) for p in atom.places)}]"

    def _sum_of_unit(self, unit: Element, place: int) -> Element:
        """The sum over all classes of a product in which nothing is left that does not depend on ``place``."""
        if place not in self.classes_in(unit):
            return self.C * unit
        known = self._known_sum(unit, place)
        if known is not None:
            return self.number(known)
        bound = -1 - max((self._depth(n) for n in self.depends(unit)), default=0)
        # A name of its own for the class that is summed over, deeper than those of the sums inside: it is never
        # caught.
        summand = self.renamed(unit, {place: bound})
        name = self._sums.setdefault(summand.key, f"{{{len(self._sums)}}}")
        self._atoms.setdefault(name, Sum(summand, bound))
        return self.atom(name, self._interval_of_sum(unit))

    def _known_sum(self, unit: Element, place: int) -> Fraction | None:
        """What the entries of an array are declared to add up to, if ``unit`` is one of them."""
        names = self.depends(unit)
        name = next(iter(names))
        atom = self._atoms.get(name)
        if len(names) > 1 or not isinstance(atom, ArrayEntry) or not unit.d.is_one():
            return None
        if unit.parts != self.variable(name).parts:
            return None
        if isinstance(atom.array, VectorArray):
            return atom.array.total
        assert isinstance(atom.array, MatrixArray)
        i, j = atom.places
        # The entries A[i,i] add up to the trace, which nothing is declared of.
        if i == j:
            return None
        return atom.array.columns if i == place else atom.array.rows

    def _interval_of_sum(self, unit: Element) -> Interval:
        sign = self.sign(unit)
        zero = Fraction(0)
        # Terms >= 0, one of them positive: A[i,i] where i is the class that is kept.
        if sign.nonnegative and self._has_positive_term(unit):
            return Interval(zero, None, low_open=True, high_open=True)
        if sign.kind is Kind.POSITIVE or sign.nonnegative:
            return Interval(zero, None, low_open=sign.kind is Kind.POSITIVE, high_open=True)
        if sign.kind is Kind.NEGATIVE or sign.nonpositive:
            return Interval(None, zero, low_open=True, high_open=sign.kind is Kind.NEGATIVE)
        return Interval(None, None, low_open=True, high_open=True)

    def _has_positive_term(self, unit: Element) -> bool:
        """Whether ``unit`` is an entry A[i,j] with one of i and j summed over, and the diagonal of A is positive."""
        (name, *others) = self.depends(unit)
        atom = self._atoms.get(name)
        if others or not isinstance(atom, ArrayEntry) or unit.key != self.variable(name).key:
            return False
        return isinstance(atom.array, MatrixArray) and atom.array.loops and atom.places[0] != atom.places[1]

    def _renamed(self, name: str, renaming: Mapping[int, int]) -> Element:
        """The atom at other named classes, found once for each way to rename those that occur in it."""
        occurring = self._classes_of(name)
        key = name, tuple((a, b) for a, b in sorted(renaming.items()) if a in occurring)
        known = self._renamings.get(key)
        if known is None:
            self.budget.check()
            known = self._renamings[key] = self._renamed_atom(name, renaming)
        return known

    def _renamed_atom(self, name: str, renaming: Mapping[int, int]) -> Element:
        atom = self._atoms[name]
        if isinstance(atom, ArrayEntry):
            return self.entry(atom.array, *(renaming.get(p, p) for p in atom.places))
        # In the new summand two entries may have become one, so it is taken apart again.
        return self.summed(self.renamed(atom.summand, renaming), atom.bound)

    def _classes_of(self, name: str) -> frozenset[int]:
        """The named classes in an atom, looked at once: sums in sums would be looked at again and again."""
        known = self._classes.get(name)
        if known is None:
            known = self._found_classes(name)
            if self._is_atom(name):
                self._classes[name] = known
        return known

    def _is_atom(self, name: str) -> bool:
        return name in self._atoms

    def _found_classes(self, name: str) -> frozenset[int]:
        atom = self._atoms.get(name)
        if atom is None:
            return frozenset()
        if isinstance(atom, ArrayEntry):
            return frozenset(atom.places)
        return self.classes_in(atom.summand) - {atom.bound}

    def _depth(self, name: str) -> int:
        """How many sums are nested in an atom."""
        atom = self._atoms.get(name)
        return -atom.bound if isinstance(atom, Sum) else 0


class Placement(Restriction):
    """The map to the elements at one C that puts the named classes at ``places``, which count from 0.

    ``known`` sums are kept there, so that many placements find each of them once.
    """

    def __init__(
        self,
        source: IndexedField,
        target: GrowingField,
        entries: ArrayEntries,
        places: Mapping[int, int],
        known: dict[tuple[str, tuple[int, ...]], Element] | None = None,
    ) -> None:
        super().__init__(source, target, {})
        self._indexed, self._growing, self._entries, self._places = source, target, entries, places
        self._known = {} if known is None else known

    def _variable(self, g: Generator) -> Element:
        atom = self._indexed.atom_called(g.name)
        if atom is None:
            return super()._variable(g)
        if isinstance(atom, ArrayEntry):
            return self._entries.of(atom.array, *(self._places[p] for p in atom.places))
        key = g.name, tuple(self._places[p] for p in sorted(self._indexed.classes_in(atom.summand) - {atom.bound}))
        if key not in self._known:
            every = [{**self._places, atom.bound: i} for i in range(self._growing.scope.classes.low)]
            there = (Placement(self._indexed, self._growing, self._entries, p, self._known) for p in every)
            self._known[key] = self._entries.closed(self._growing.sum(p.of(atom.summand) for p in there))
        return self._known[key]
