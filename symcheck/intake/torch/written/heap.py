"""The heap: the scalars that a run computes with, each once; an entry of a tensor is a place in it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from symcheck.intake.torch.axes import Unreadable
from symcheck.intake.torch.detached import detached_term
from symcheck.language.classwise import ClassParameter
from symcheck.language.functions import total
from symcheck.language.operators import ENTRYWISE
from symcheck.language.parameter import Parameter
from symcheck.language.term import Scalar, Term, Vec, entrywise
from symcheck.language.vector_array import VectorArray

MINUS_INFINITY = 1
"""The place of -oo, which a maximum and a logsumexp leave out; it has no term."""

UNWRITTEN = 2
"""The place of an entry of torch.empty before something is written into it; it has no term."""


class Heap:
    """Scalars for ``classes`` classes; place 0 is the number 0, so that what torch fills with 0 is right."""

    def __init__(self, classes: int) -> None:
        self.classes = classes
        self._scalars: list[Scalar | None] = []
        self._places: dict[int, int] = {}
        self._known: dict[object, Term] = {}
        self._done: dict[int, tuple[Term, Term]] = {}  # by id, with the term itself so that the id stays its own
        self._parts: dict[int, tuple[Vec, int]] = {}
        self._among: dict[tuple[int, ...], tuple[Vec, tuple[int, ...]] | None] = {}
        self._rows: dict[tuple[Fraction, ...], str] = {}
        self.place(Scalar("number", data=Fraction(0)))
        self._scalars += [None, None]

    def place(self, term: Term) -> int:
        """Where ``term``, one number, stands."""
        scalar = self.interned(term)
        assert isinstance(scalar, Scalar)
        found = self._places.setdefault(id(scalar), len(self._scalars))
        if found == len(self._scalars):
            self._scalars.append(scalar)
        return found

    def number(self, value: Fraction | int) -> int:
        """Where a rational number stands."""
        return self.place(Scalar("number", data=Fraction(value)))

    def __getitem__(self, place: int) -> Scalar:
        scalar = self._scalars[place]
        if scalar is None:
            raise Unreadable("it computes with -inf, or with an entry that was never written", "write finite numbers")
        return scalar

    def rational(self, place: int) -> Fraction | None:
        """The number at ``place``, if it is one by its form."""
        scalar = self._scalars[place]
        data = scalar.data if scalar is not None and scalar.op == "number" else None
        return data if isinstance(data, Fraction) else None

    def interned(self, term: Term) -> Term:
        """The one term that stands for all of the form of ``term``."""
        known = self._done.get(id(term))
        if known is not None:
            return known[1]
        waiting = [(term, False)]
        while waiting:
            part, ready = waiting.pop()
            if id(part) in self._done:
                continue
            if not ready:
                waiting.append((part, True))
                waiting.extend((a, False) for a in part.args)
                continue
            args = tuple(self._done[id(a)][1] for a in part.args)
            data = part.name if isinstance(part, Parameter) else part.data
            made = self._known.get((part.op, data, *map(id, args)))
            if made is None:
                made = part if all(a is b for a, b in zip(args, part.args, strict=True)) else _with(part, args)
                self._known[part.op, data, *map(id, args)] = made
            self._done[id(part)] = self._done[id(made)] = (part, made)
        return self._done[id(term)][1]

    def detached(self, place: int) -> int:
        """Where the value without its derivatives stands."""
        return place if self._scalars[place] is None else self.place(detached_term(self[place]))

    def entry(self, vector: Vec, k: int) -> int:
        """Where entry ``k`` of a class-vector stands: its operations on every entry are done on this one."""
        return self.place(self._entry(self.interned(vector), k))

    def _entry(self, term: Term, k: int) -> Term:
        if not isinstance(term, Vec):
            return term
        if term.op in ENTRYWISE:
            return self.interned(entrywise(term.op, *(self._entry(a, k) for a in term.args)))
        if term.op == "filled":
            return term.args[0]
        if isinstance(term.data, VectorArray) and term.data.values is not None and not term.data.is_rounded:
            return self.interned(Scalar("number", data=term.data.vector[k]))
        found = self.interned(total(self.unit(k) * term))
        self._parts[id(found)] = (term, k)
        return found

    def unit(self, k: int) -> ClassParameter:
        """The class-vector with 1 at class ``k`` and 0 elsewhere."""
        return ClassParameter(f"e_{k + 1}", tuple(int(i == k) for i in range(self.classes)))

    def vector(self, places: Sequence[int]) -> Vec | None:
        """The class-vector with the entries at ``places``, if these differ in their class alone."""
        found = self.among(places)
        return found[0] if found is not None and found[1] == tuple(range(self.classes)) else None

    def among(self, places: Sequence[int]) -> tuple[Vec, tuple[int, ...]] | None:
        """A class-vector and the classes whose entries are at ``places``, if these differ in their class alone.

        exp(z_1), exp(z_3) are the entries of exp(z) at the classes 1 and 3.
        """
        key = tuple(places)
        if key not in self._among:
            terms = [self._scalars[p] for p in places]
            classes = _Classes()
            found = (
                None if any(t is None for t in terms) else self._common([t for t in terms if t is not None], classes)
            )
            known = classes.known
            self._among[key] = (found, known) if isinstance(found, Vec) and known is not None else None
        return self._among[key]

    def _common(self, terms: Sequence[Term], classes: _Classes) -> Term | None:
        """The term whose entries ``terms`` are, at ``classes``, which are found on the way."""
        first = terms[0]
        if all(t is first for t in terms):
            return first
        parts = [self._parts.get(id(t)) for t in terms]
        if parts[0] is not None and all(p is not None and p[0] is parts[0][0] for p in parts):
            return parts[0][0] if classes.agree(tuple(p[1] for p in parts if p is not None)) else None
        if first.op == "number" and len(terms) == self.classes and all(t.op == "number" for t in terms):
            row = tuple(t.data for t in terms if isinstance(t.data, Fraction))
            name = self._rows.setdefault(row, f"c_{len(self._rows) + 1}")
            return ClassParameter(name, row) if classes.agree(tuple(range(self.classes))) else None
        if first.op not in ENTRYWISE or any(t.op != first.op for t in terms):
            return None
        args = [self._common([t.args[i] for t in terms], classes) for i in range(len(first.args))]
        return None if any(a is None for a in args) else self.interned(entrywise(first.op, *args))


class _Classes:
    """The classes of some entries, once they are known."""

    def __init__(self) -> None:
        self.known: tuple[int, ...] | None = None

    def agree(self, classes: tuple[int, ...]) -> bool:
        """Whether they are these, or are not known yet."""
        self.known = self.known or classes
        return self.known == classes and len(set(classes)) == len(classes)


def _with(term: Term, args: tuple[Term, ...]) -> Term:
    return type(term)(term.op, *args, data=term.data) if args else term
