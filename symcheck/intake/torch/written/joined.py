"""The formulas of the labels, joined to one formula of the label."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from symcheck.intake.torch.contents import Isotropic
from symcheck.intake.torch.tidy import is_number, plus, times
from symcheck.language.classwise import ClassParameter, MatrixParameter
from symcheck.language.definite import isotropic_parts
from symcheck.language.operators import ENTRYWISE
from symcheck.language.samples import Matrix
from symcheck.language.term import Label, Scalar, Term, Vec, entrywise, lift
from symcheck.language.vector_array import VectorArray

Parts = tuple[Term | None, ...]
"""For each label the term that is meant, or None where it does not matter."""


class Joining:
    """Terms of one heap, one for each label, as one term.

    Where they have the same form, numbers become the entry of a class-vector at the label, w[y], and class-vectors
    become the row of the label, A[y]; where they do not, each form is weighted with the 0 or 1 of its labels.
    ``name`` gives a name to an array with these entries.
    """

    def __init__(self, name: Callable[[object, str], str]) -> None:
        self._name = name
        self._joined: dict[tuple[int, ...], Term] = {}

    def of(self, parts: Parts) -> Term:
        """The term that is ``parts[k]`` at the label k."""
        key = tuple(map(id, parts))
        found = self._joined.get(key)
        if found is None:
            found = self._joined[key] = self._made(parts)
        return found

    def _made(self, parts: Parts) -> Term:
        present = [p for p in parts if p is not None]
        first = present[0]
        if all(p is first for p in present):
            return first
        forms = list(dict.fromkeys(map(_form, present)))
        if len(forms) > 1:
            for sign in (False, True):
                scaled = self._scaled(parts, sign=sign)
                if scaled is not None:
                    return scaled
            return self._by_cases(parts, forms)
        if isinstance(first.data, Fraction):
            return self._number([None if p is None else _number_of(p) for p in parts])
        if isinstance(first.data, VectorArray) and first.data.values is not None:
            return self._row([None if p is None else _entries_of(p) for p in parts])
        args = [self.of(tuple(None if p is None else p.args[i] for p in parts)) for i in range(len(first.args))]
        if first.op in ENTRYWISE:
            return entrywise(first.op, *args)
        if first.op == "total" and args[0].op == "mul" and args[0].args[0].op == "onehot":
            chosen = args[0].args[1]
            return chosen[Label()] if isinstance(chosen, Vec) else chosen
        return type(first)(first.op, *args, data=first.data)

    def _scaled(self, parts: Parts, *, sign: bool) -> Term | None:
        """A number of the label times one form, as where a mask of 0 and 1 made 0*x, x and 0 of it."""
        scaled = [(None, None) if p is None else _factor_of(p, sign=sign) for p in parts]
        rests: Parts = tuple(rest for _, rest in scaled)
        if len({_form(r) for r in rests if r is not None}) != 1:
            return None
        return times(self._number([factor for factor, _ in scaled]), self.of(rests))

    def _by_cases(self, parts: Parts, forms: Sequence[object]) -> Term:
        found: Term = lift(0)
        for form in forms:
            here: Parts = tuple(p if p is not None and _form(p) == form else None for p in parts)
            value = self.of(here)
            if not is_number(value, 0):
                found = plus(found, times(self._number([Fraction(int(p is not None)) for p in here]), value))
        return found

    def _number(self, values: Sequence[Fraction | None]) -> Term:
        first = next(v for v in values if v is not None)
        row = tuple(first if v is None else v for v in values)
        if len(set(row)) == 1:
            return Scalar("number", data=first)
        return ClassParameter(self._name((row,), "w"), row)[Label()]

    def _row(self, rows: Sequence[tuple[Fraction, ...] | None]) -> Term:
        alike = isotropic_parts(rows)
        if alike is not None:
            unit, other = alike
            return Isotropic(Scalar("number", data=unit), Scalar("number", data=other))[Label()]
        first = next(r for r in rows if r is not None)
        table: Matrix = tuple(first if r is None else r for r in rows)
        return MatrixParameter(self._name(table, "A"), table)[Label()]


def _form(term: Term) -> object:
    """What two terms have in common that differ in numbers and the entries of arrays only."""
    data = term.data
    # Entries that are known up to rounding have their errors at their own places.
    known = isinstance(data, Fraction) or (isinstance(data, VectorArray) and not data.is_rounded)
    return term.op, len(term.args), isinstance(term, Vec), None if known else data


def _factor_of(term: Term, *, sign: bool) -> tuple[Fraction, Term | None]:
    """The number, with its ``sign``, that a term is a multiple by, and of what; of 0 that does not matter."""
    if is_number(term, 0):
        return Fraction(0), None
    if sign and term.op == "neg":
        return Fraction(-1), term.args[0]
    if term.op == "mul":
        for factor, rest in (term.args, term.args[::-1]):
            if isinstance(factor.data, Fraction):
                return factor.data, rest
    return Fraction(1), term


def _number_of(term: Term) -> Fraction:
    assert isinstance(term.data, Fraction)
    return term.data


def _entries_of(term: Term) -> tuple[Fraction, ...]:
    assert isinstance(term.data, VectorArray)
    return term.data.vector
