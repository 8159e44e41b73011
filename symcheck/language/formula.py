"""Formulas: a term as a tape of nodes in which equal subterms are one node.

The tape is what every reading, the JSON and the display work from.  It is frozen, hashable, free of
recursion, and written and read as a formula string: ``logsumexp(z) - z[y]``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from symcheck.errors import ParameterError
from symcheck.language.parameter import Parameter
from symcheck.language.term import ENTRYWISE, Label, Scalar, Term, Vec, entrywise

LONGEST_TEXT = 2000
"""A formula whose text would be longer is written with names for its shared parts."""


@dataclass(frozen=True, slots=True)
class Node:
    """One operator of a formula: its arguments are positions of earlier nodes on the tape."""

    op: str
    args: tuple[int, ...] = ()
    number: Fraction | None = None
    parameter: str | None = None


@dataclass(frozen=True)
class Formula:
    """A frozen formula of z, the label and parameters.

    ``nodes`` in an order in which arguments come first, the last one being the value; ``vectors`` says
    of each node whether it is a class-vector; ``parameters`` in the order of their names.

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
        places: dict[Node, int] = {}
        vectors: list[bool] = []
        parameters: dict[str, Parameter] = {}
        done: dict[int, int] = {}
        for part in _arguments_first(term):
            number = part.data if part.op == "number" else None
            name = None
            if isinstance(part, Parameter):
                name = part.name
                known = parameters.setdefault(name, part)
                if known.key() != part.key():
                    raise ParameterError(
                        f"{name}: the formula uses two parameters of this name, in {known.interval} "
                        f"and in {part.interval}; give them different names"
                    )
            assert number is None or isinstance(number, Fraction)
            node = Node(part.op, tuple(done[id(a)] for a in part.args), number, name)
            place = places.get(node)
            if place is None:
                place = places[node] = len(vectors)
                vectors.append(isinstance(part, Vec))
            done[id(part)] = place
        ordered = tuple(parameters[n] for n in sorted(parameters))
        return cls(tuple(places), tuple(vectors), ordered)

    def with_values(self, values: Mapping[str, Fraction]) -> Formula:
        """The formula with exact numbers in the place of the parameters named in ``values``."""
        return self.with_terms({name: Scalar("number", data=value) for name, value in values.items()})

    def with_terms(self, terms: Mapping[str, Term]) -> Formula:
        """The formula with ``terms`` in the place of the parameters of these names."""
        return self._rebuilt(lambda _, node, __: terms.get(node.parameter) if node.parameter else None)

    def with_branch(self, place: int, branch: Callable[[list[Term]], Term]) -> Formula:
        """The formula with the node at ``place`` replaced by ``branch`` of the node's arguments."""
        return self._rebuilt(lambda at, _, args: branch(args) if at == place else None)

    def _rebuilt(self, other: Callable[[int, Node, list[Term]], Term | None]) -> Formula:
        """The formula with the terms that ``other`` gives, where it gives one; numbers are folded again."""
        terms: list[Term] = []
        known = {p.name: p for p in self.parameters}
        for place, (node, vector) in enumerate(zip(self.nodes, self.vectors, strict=True)):
            args = [terms[a] for a in node.args]
            term = other(place, node, args)
            if term is None and node.parameter is not None:
                term = known[node.parameter]
            elif term is None and node.op in ENTRYWISE and not vector:
                term = entrywise(node.op, *args)
            elif term is None:
                term = (Vec if vector else Scalar)(node.op, *args, data=node.number)
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
        return self.nodes == other.nodes and [p.key() for p in self.parameters] == [p.key() for p in other.parameters]

    @property
    def is_scalar(self) -> bool:
        """Whether the value is one number, as a loss has to be."""
        return not self.vectors[-1]

    @property
    def uses_label(self) -> bool:
        """Whether the label occurs in it."""
        return any(n.op in ("take", "onehot") for n in self.nodes)

    def part(self, place: int) -> str:
        """The text of the subexpression at ``place``."""
        return self._text(place)

    def __str__(self) -> str:
        return self._text(len(self.nodes) - 1)

    def _text(self, place: int) -> str:
        size = self._lengths[place]
        return _write(self, place, named=frozenset()) if size <= LONGEST_TEXT else _write_with_names(self, place)

    @cached_property
    def _lengths(self) -> list[int]:
        lengths: list[int] = []
        for n in self.nodes:
            lengths.append(min(6 + sum(lengths[a] for a in n.args), 10**9))
        return lengths


def symbols() -> tuple[Vec, Label]:
    """The class-vector z and the label y that a formula's code is run on."""
    return Vec("logits"), Label()


def _arguments_first(term: Term) -> Iterator[Term]:
    seen: set[int] = set()
    stack = [(term, False)]
    while stack:
        part, ready = stack.pop()
        if ready:
            yield part
        elif id(part) not in seen:
            seen.add(id(part))
            stack.append((part, True))
            stack.extend((a, False) for a in reversed(part.args))


SIGNS = {"add": " + ", "sub": " - ", "mul": "*", "div": "/"}
"""Operators written between their arguments, ``pow`` apart."""

_SUM, _PRODUCT, _UNARY, _POWER, _ATOM = range(5)
_STRENGTH = {"add": _SUM, "sub": _SUM, "mul": _PRODUCT, "div": _PRODUCT, "neg": _UNARY, "pow": _POWER}
_LEAF = {"classes": "C", "logits": "z", "onehot": "onehot(y)"}


_Part = str | tuple[int, int]
"""A piece of text, or an argument's place with the strength below which it stands in brackets."""


def _write(formula: Formula, last: int, named: frozenset[int]) -> str:
    """The text of the node ``last``, in which the nodes in ``named`` are written as names."""
    stem = _stem(formula)
    pieces: list[str] = []
    stack, _ = _parts(formula.nodes[last])
    stack.reverse()
    while stack:
        part = stack.pop()
        if isinstance(part, str):
            pieces.append(part)
        elif part[0] in named:
            pieces.append(f"{stem}{part[0]}")
        else:
            place, least = part
            inner, strength = _parts(formula.nodes[place])
            stack.extend(reversed(inner if strength >= least else ["(", *inner, ")"]))
    return "".join(pieces)


def _parts(node: Node) -> tuple[list[_Part], int]:
    """How ``node`` is written, and how strongly it holds together."""
    strength = _STRENGTH.get(node.op, _ATOM)
    if node.op == "number":
        assert node.number is not None
        whole = node.number.denominator == 1
        if node.number < 0:
            return [str(node.number)], _UNARY if whole else _SUM
        return [str(node.number)], _ATOM if whole else _PRODUCT
    if node.op == "parameter":
        assert node.parameter is not None
        return [node.parameter], _ATOM
    if node.op in _LEAF:
        return [_LEAF[node.op]], _ATOM
    if node.op in SIGNS:
        return [(node.args[0], strength), SIGNS[node.op], (node.args[1], strength + 1)], strength
    if node.op == "neg":
        return ["-", (node.args[0], _POWER)], strength
    if node.op == "pow":
        return [(node.args[0], _ATOM), "**", (node.args[1], _ATOM)], strength
    if node.op == "take":
        return [(node.args[0], _ATOM), "[y]"], _ATOM
    arguments = [part for a in node.args for part in (", ", (a, _SUM))][1:]
    return [f"{node.op}(", *arguments, ")"], _ATOM


def _stem(formula: Formula) -> str:
    """What the names of shared parts begin with: ``t``, or longer where a parameter has such a name."""
    stem = "t"
    while any(p.name.startswith(stem) and p.name[len(stem) :].isdigit() for p in formula.parameters):
        stem += "_"
    return stem


def _write_with_names(formula: Formula, last: int) -> str:
    """Bindings ``t3 = ...;`` for the shared nodes, then the value."""
    uses = [0] * len(formula.nodes)
    needed = {last}
    for place in range(last, -1, -1):
        if place in needed:
            for a in formula.nodes[place].args:
                uses[a] += 1
                needed.add(a)
    named = [p for p in sorted(needed) if uses[p] > 1 and formula.nodes[p].args]
    stem, shared = _stem(formula), frozenset(named)
    return "; ".join([*(f"{stem}{p} = {_write(formula, p, shared)}" for p in named), _write(formula, last, shared)])
