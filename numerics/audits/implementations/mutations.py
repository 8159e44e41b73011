"""Formulas with one part changed, or with a number beside them: what code may compute in the place of the formula."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from symcheck.errors import SymcheckError
from symcheck.intake.parser import parsed
from symcheck.language.classwise import term_of
from symcheck.language.formula import Formula
from symcheck.language.operators import ACROSS, ENTRYWISE, LABELLED, VECTOR
from symcheck.language.term import Pairs, Scalar, Term, Vec, class_vector, entrywise
from symcheck.language.terms_of import term_of_formula

Change = Callable[[Term], Term | None]
"""What a term becomes, None where it stays."""


def term_of_node(formula: Formula, place: int, args: Sequence[Term]) -> Term:
    """The term that the node at ``place`` makes of ``args``; raises ``FormulaError`` if they are not of its kind."""
    node = formula.nodes[place]
    if node.parameter is not None:
        return next(p for p in formula.parameters if p.name == node.parameter)
    if node.op in ENTRYWISE:
        return entrywise(node.op, *args)
    if node.array is not None:
        return term_of(node.array, node.op, tuple(args))
    if node.op in ACROSS or node.op in LABELLED or node.op in VECTOR:
        class_vector(node.op, args[0])
    kind = Pairs if place in formula.pairs else Vec if formula.vectors[place] else Scalar
    return kind(node.op, *args, data=node.number)


def changed(formula: Formula, place: int, change: Callable[[list[Term]], Term | None]) -> Formula | None:
    """The formula with what ``change`` makes of the arguments at ``place``; None if that is no loss, or no change."""
    terms: list[Term] = []
    try:
        for at, node in enumerate(formula.nodes):
            args = [terms[a] for a in node.args]
            term = change(args) if at == place else None
            if at == place and term is None:
                return None
            terms.append(term_of_node(formula, at, args) if term is None else term)
        found = Formula.of(terms[-1]) if isinstance(terms[-1], Scalar) else None
    except SymcheckError:  # a class-vector where a number is expected, or a number too long
        return None
    return None if found == formula else found


def joined(op: str, number: str, formula: Formula) -> Formula | None:
    """``number`` and ``formula`` joined by ``op``; None if the text is no number of the language."""
    try:
        return Formula.of(entrywise(op, term_of_formula(parsed(number, kind="constant")), term_of_formula(formula)))
    except SymcheckError:
        return None


@dataclass(frozen=True)
class Spot:
    """A part of ``formula``: the node at ``place``, everywhere or only as the argument ``index`` of its ``parent``."""

    formula: Formula
    place: int
    parent: int | None = None
    index: int = 0

    @property
    def name(self) -> str:
        """The part as a formula string, with where it stands if it stands elsewhere too."""
        part = self.formula.named(self.place)
        return part if self.parent is None else f"{part} in {self.formula.named(self.parent)}"

    @property
    def op(self) -> str:
        """Its operator."""
        return self.formula.nodes[self.place].op

    def with_change(self, change: Change) -> Formula | None:
        """The formula in which it is ``change`` of itself."""
        if self.parent is None:
            return changed(self.formula, self.place, lambda args: change(self._made(self.place, args)))
        parent, index = self.parent, self.index

        def of_parent(args: list[Term]) -> Term | None:
            other = change(args[index])
            return None if other is None else self._made(parent, [*args[:index], other, *args[index + 1 :]])

        return changed(self.formula, parent, of_parent)

    def _made(self, place: int, args: Sequence[Term]) -> Term:
        return term_of_node(self.formula, place, args)


def spots_of(forms: Iterable[Formula]) -> Iterator[Spot]:
    """The parts of the ``forms``, each once: what is called the same in two of them is the same."""
    seen: set[tuple[str, str]] = set()
    for spot in chain.from_iterable(map(spots, forms)):
        parent = "" if spot.parent is None else spot.formula.part(spot.parent)
        key = (spot.formula.part(spot.place), parent)
        if key not in seen:
            seen.add(key)
            yield spot


def spots(formula: Formula) -> Iterator[Spot]:
    """The parts of ``formula``, a part that occurs more than once also at each of its places alone."""
    uses: dict[int, list[tuple[int, int]]] = {}
    for parent, node in enumerate(formula.nodes):
        for index, place in enumerate(node.args):
            uses.setdefault(place, []).append((parent, index))
    for place in range(len(formula.nodes)):
        yield Spot(formula, place)
        of_place = uses.get(place, [])
        if len(of_place) > 1:
            for parent, index in of_place:
                yield Spot(formula, place, parent, index)
