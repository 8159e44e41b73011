"""Tapes: a term as nodes in an order in which arguments come first, equal subterms being one node.

Terms are shown by their tapes, so a tape knows no more of a term than that it is an operator applied to others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from fractions import Fraction
from typing import Protocol

from symcheck.budget import look
from symcheck.errors import ParameterError
from symcheck.language.array import Array
from symcheck.language.node import Node, Symbol

Tape = tuple[Node, ...]


class Tree(Protocol):
    """An operator applied to trees; ``data`` is the number, the symbol or the array that it carries."""

    @property
    def op(self) -> str:
        """The name of the operator."""

    @property
    def args(self) -> tuple[Tree, ...]:
        """What it is applied to."""

    @property
    def data(self) -> object:
        """What it carries."""


def tape_of(tree: Tree) -> tuple[Tape, tuple[Tree, ...]]:
    """The nodes of ``tree``, and for each of them the first subtree that it stands for.

    Raises ``ParameterError`` if a name stands for two things, or given arrays are for different C.
    """
    places: dict[Node, int] = {}
    found: list[Tree] = []
    symbols: dict[str, Symbol] = {}
    done: dict[int, int] = {}  # by identity: terms refuse to be compared
    for part in _arguments_first(tree):
        look()
        data, number, array, name = part.data, None, None, None
        if data is None:  # most of them are operators
            pass
        elif isinstance(data, Fraction):
            number = data
        elif isinstance(data, Array):
            array = data
        elif isinstance(data, Symbol):
            name = data.name
            known = symbols.setdefault(name, data)
            if known != data:
                raise ParameterError(
                    f"{name}: the formula uses two parameters of this name, in {known.interval} "
                    f"and in {data.interval}; give them different names"
                )
        # Arguments are places by now, so that nodes are equal exactly if the subterms are.
        node = Node(part.op, tuple(done[id(a)] for a in part.args), number, name, array)
        place = places.get(node)
        if place is None:
            place = places[node] = len(found)
            found.append(part)
        done[id(part)] = place
    nodes = tuple(places)
    _check_arrays(nodes, symbols.keys())
    return nodes, tuple(found)


def _check_arrays(nodes: Tape, taken: Collection[str]) -> None:
    """Raise ``ParameterError`` if a name stands for two things, or given arrays are for different C."""
    known: dict[str, Array] = {}
    for array in (n.array for n in nodes if n.array is not None):
        if known.setdefault(array.name, array) != array or array.name in taken:
            raise ParameterError(f"{array.name}: the formula uses this name for two things; give them two names")
    given = [a for a in known.values() if a.classes is not None]
    for other in given[1:]:
        if other.classes != given[0].classes:
            raise ParameterError(
                f"{other.name}: it has entries for {other.classes} classes, and {given[0].name} has them for "
                f"{given[0].classes}; give both for one number of classes"
            )


def _arguments_first(tree: Tree) -> Iterator[Tree]:
    # With a stack of its own: formulas may nest deeper than Python lets functions call each other.
    seen: set[int] = set()
    stack = [(tree, False)]
    while stack:
        part, ready = stack.pop()
        if ready:
            yield part
        elif id(part) not in seen:
            seen.add(id(part))
            stack.append((part, True))
            stack.extend((a, False) for a in reversed(part.args))
