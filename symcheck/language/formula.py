"""Formulas: a term as a tape of nodes in which equal subterms are one node.

The tape is what every reading, the JSON and the display work from.  It is frozen, hashable, free of
recursion, and written and read as a formula string: ``logsumexp(z) - z[y]``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

from symcheck.budget import look
from symcheck.errors import shortened
from symcheck.language.array import Array
from symcheck.language.classwise import term_of
from symcheck.language.matrix_array import MatrixArray
from symcheck.language.node import Node
from symcheck.language.operators import ENTRYWISE, OF_DERIVATIVES, OF_MATRICES, OVER_PAIRS, PAIRED, WITH_LABEL
from symcheck.language.parameter import Parameter
from symcheck.language.powers import JoinedPowers
from symcheck.language.tape import tape_of
from symcheck.language.term import Label, Pairs, Scalar, Term, Vec, entrywise
from symcheck.language.vector_array import VectorArray
from symcheck.language.writing import text

LONGEST_NAME = 500
"""The subexpression at which a derivation stops is told in so many characters."""

_JOINED = frozenset({"abs", "relu", "sqrt"})
"""Operators beside powers that make one with others."""


@dataclass(frozen=True)
class Formula:
    """A frozen formula of z, the label and parameters.

    ``nodes`` in an order in which arguments come first, the last one being the value; ``vectors`` says
    of each node whether it has several entries; ``parameters`` in the order of their names.

    >>> from symcheck.language.functions import logsumexp
    >>> z, y = symbols()
    >>> print(Formula.of(logsumexp(z) - z[y]))
    logsumexp(z) - z[y]
    """

    nodes: tuple[Node, ...]
    vectors: tuple[bool, ...]
    parameters: tuple[Parameter, ...]

    @classmethod
    def of(cls, term: Term) -> Formula:
        """The formula that ``term`` stands for; raises ``ParameterError`` if one name has two intervals."""
        nodes, parts = tape_of(term)
        parameters = {p.name: p for p in parts if isinstance(p, Parameter)}
        ordered = tuple(parameters[n] for n in sorted(parameters))
        return cls(nodes, tuple(isinstance(p, (Vec, Pairs)) for p in parts), ordered)

    @cached_property
    def pairs(self) -> frozenset[int]:
        """The places of the quantities of two classes."""
        found: set[int] = set()
        for place, node in enumerate(self.nodes):
            narrows = node.op in OVER_PAIRS or node.op in OF_DERIVATIVES
            if node.op in PAIRED or node.op in OF_MATRICES or (not narrows and any(a in found for a in node.args)):
                found.add(place)
        return frozenset(found)

    @cached_property
    def arrays(self) -> tuple[Array, ...]:
        """The class-vectors and matrices in it, given or free, in the order of their names."""
        found = {n.array.name: n.array for n in self.nodes if n.array is not None}
        return tuple(found[name] for name in sorted(found))

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of its free parameters and of its class-vectors and matrices."""
        return frozenset((*(p.name for p in self.parameters), *(a.name for a in self.arrays)))

    def unused_name(self, name: str) -> str:
        """``name`` with as many ``_`` behind it as make it one that is not among ``names``."""
        while name in self.names:
            name += "_"
        return name

    @property
    def fixed_classes(self) -> int | None:
        """The number of classes that given arrays are for."""
        return next((a.classes for a in self.arrays if a.classes is not None), None)

    @property
    def is_classwise(self) -> bool:
        """Whether it may treat classes differently: an array in it is free, or given with different entries."""
        return any(
            (a.level is None) if isinstance(a, VectorArray) else (isinstance(a, MatrixArray) and a.isotropic is None)
            for a in self.arrays
        )

    @cached_property
    def detaches(self) -> bool:
        """Whether a part is detached: then autograd returns a field that need not be a gradient."""
        return any(n.op == "detach" for n in self.nodes)

    def with_values(self, values: Mapping[str, Fraction]) -> Formula:
        """The formula with exact numbers in the place of the parameters named in ``values``."""
        return self.with_terms({name: Scalar("number", data=value) for name, value in values.items()})

    def with_arrays(self, arrays: Mapping[str, Array]) -> Formula:
        """The formula with ``arrays`` in the place of those of these names, such as given ones for free ones."""

        def other(_: int, node: Node, args: list[Term]) -> Term | None:
            array = None if node.array is None else arrays.get(node.array.name)
            return None if array is None else term_of(array, node.op, tuple(args))

        return self._rebuilt(other) if arrays else self

    def with_equal_entries(self) -> Formula:
        """The formula in which all the entries of each free class-vector are one number: a parameter of its name."""

        def other(_: int, node: Node, __: list[Term]) -> Term | None:
            array = node.array
            if not isinstance(array, VectorArray) or not array.is_free:
                return None
            # Equal entries with a given sum are that sum over C each, and no longer free.
            if array.total is not None:
                return Vec("filled", entrywise("div", array.total, Scalar("classes")))
            return Vec("filled", Parameter.of(array.name, array.interval))

        return self._rebuilt(other)

    def with_terms(self, terms: Mapping[str, Term]) -> Formula:
        """The formula with ``terms`` in the place of the parameters of these names."""
        return self._rebuilt(lambda _, node, __: terms.get(node.parameter) if node.parameter else None)

    def with_powers_of_abs(self, classes: int | None = None) -> Formula:
        """The same function with abs(x)**k, sqrt(x**2) and sqrt(total(z**2))**k each as one operator.

        How smooth these are where x is 0 depends on k.  ``classes`` is C, if it is about one C only.
        """
        if not any(n.op in _JOINED or self._may_be_root(n, classes) for n in self.nodes):
            return self
        rules = JoinedPowers(classes)
        return self._rebuilt(lambda _, node, args: rules.of(node.op, args))

    def _may_be_root(self, node: Node, classes: int | None) -> bool:
        """Whether it is a power with an exponent that is no whole number."""
        if node.op != "pow":
            return False
        exponent = self.nodes[node.args[1]].number
        # An exponent such as C/2 is a number once C is one.
        return classes is not None if exponent is None else exponent.denominator > 1

    def up_to(self, place: int) -> Formula:
        """The subexpression at ``place`` as a formula."""
        used = {n.parameter for n in self.nodes[: place + 1]}
        parameters = tuple(p for p in self.parameters if p.name in used)
        return Formula(self.nodes[: place + 1], self.vectors[: place + 1], parameters)

    def alone(self, place: int) -> Formula:
        """The same without the nodes that are not its own."""
        needed, stack = {place}, [place]
        while stack:
            fresh = [a for a in self.nodes[stack.pop()].args if a not in needed]
            needed.update(fresh)
            stack += fresh
        places = sorted(needed)
        at = {p: i for i, p in enumerate(places)}
        nodes = tuple(replace(self.nodes[p], args=tuple(at[a] for a in self.nodes[p].args)) for p in places)
        used = {n.parameter for n in nodes}
        parameters = tuple(p for p in self.parameters if p.name in used)
        return Formula(nodes, tuple(self.vectors[p] for p in places), parameters)

    def with_branch(self, place: int, branch: Callable[[list[Term]], Term]) -> Formula:
        """The formula with the node at ``place`` replaced by ``branch`` of the node's arguments."""
        return self._rebuilt(lambda at, _, args: branch(args) if at == place else None)

    def replaced(self, other: Callable[[int, list[Term]], Term | None]) -> Formula:
        """The formula with the terms that ``other`` gives for a place and the terms of its arguments."""
        return self._rebuilt(lambda place, _, args: other(place, args))

    def _rebuilt(self, other: Callable[[int, Node, list[Term]], Term | None]) -> Formula:
        """The formula with the terms that ``other`` gives, where it gives one; numbers are folded again."""
        terms: list[Term] = []
        known = {p.name: p for p in self.parameters}
        for place, (node, vector) in enumerate(zip(self.nodes, self.vectors, strict=True)):
            look()
            args = [terms[a] for a in node.args]
            term = other(place, node, args)
            if term is None and node.parameter is not None:
                term = known[node.parameter]
            # Numbers are folded on the way, so that q/2 at q = 1 is the number 1/2, and equal to it.
            elif term is None and node.op in ENTRYWISE and not vector:
                term = entrywise(node.op, *args)
            elif term is None and node.array is not None and place not in self.pairs:
                term = term_of(node.array, node.op, tuple(args))
            elif term is None:
                kind = Pairs if place in self.pairs else Vec if vector else Scalar
                term = kind(node.op, *args, data=node.number if node.array is None else node.array)
            terms.append(term)
        return Formula.of(terms[-1])

    def __reduce__(self) -> tuple[object, ...]:
        # Without _hash: texts hash differently in another process.
        return Formula, (self.nodes, self.vectors, self.parameters)

    @cached_property
    def _hash(self) -> int:
        return hash((self.nodes, tuple(p.key() for p in self.parameters)))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Formula):
            return NotImplemented
        # A Parameter is a term, and terms refuse ==; the key is what makes two of them the same.
        return self.nodes == other.nodes and [p.key() for p in self.parameters] == [p.key() for p in other.parameters]

    @property
    def is_scalar(self) -> bool:
        """Whether the value is one number, as a loss has to be."""
        return not self.vectors[-1]

    @property
    def uses_label(self) -> bool:
        """Whether the label occurs in it."""
        return any(n.op in WITH_LABEL for n in self.nodes)

    def part(self, place: int) -> str:
        """The text of the subexpression at ``place``."""
        return text(self.nodes, place)

    def named(self, place: int) -> str:
        """The text by which a stop names the subexpression at ``place``: of a long one the beginning and end."""
        return shortened(self.part(place), LONGEST_NAME)

    def __str__(self) -> str:
        return text(self.nodes, len(self.nodes) - 1)


def symbols() -> tuple[Vec, Label]:
    """The class-vector z and the label y that a formula's code is run on."""
    return Vec("logits"), Label()
