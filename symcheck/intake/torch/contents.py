"""What a symbolic tensor holds where a term alone does not say it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from symcheck.intake.torch.detached import detached_term
from symcheck.intake.torch.tidy import plus, times
from symcheck.intake.torch.written.heap import Heap
from symcheck.language.classwise import MatrixParameter
from symcheck.language.formula import Formula
from symcheck.language.functions import total
from symcheck.language.term import Label, Scalar, Term, Vec


class Special(Enum):
    """Contents that are no terms: their entries depend on the place, or are not yet there."""

    LABEL = "the label y"
    INDEX = "the indices 0, ..., C-1 of the classes"
    IDENTITY = "the identity matrix of size C"
    UNKNOWN = "the place of the largest or smallest of entries that are no class-vector"
    EMPTY = "an empty tensor, before anything was written into it"


@dataclass(frozen=True, eq=False)
class Place:
    """The number of a class that depends on z: ``onehot`` is 1 there and 0 elsewhere."""

    onehot: Vec
    value = "the class with the largest or smallest entry"


@dataclass(frozen=True, eq=False)
class Others:
    """``term`` at all classes but the label, where it is -oo: it takes no part in a maximum or logsumexp."""

    term: Term
    value = "a tensor that is -inf at the label"


@dataclass(frozen=True, eq=False)
class Selected:
    """``term`` for the samples at which ``mask`` is 1, and nothing for the others: p[mask]."""

    mask: Term
    term: Term
    value = "the samples that a mask selects"


@dataclass(frozen=True, eq=False)
class Partly:
    """``term`` where ``mask`` is 1, and not yet written elsewhere."""

    mask: Term
    term: Term
    value = "a tensor of which a part is not yet written"


@dataclass(frozen=True, eq=False)
class Isotropic:
    """The matrix ``unit`` I + ``other`` 11', whose numbers need not be rational."""

    unit: Scalar
    other: Scalar

    @property
    def T(self) -> Isotropic:
        """The transposed matrix."""
        return self

    def __matmul__(self, vector: Term) -> Term:
        return plus(times(self.unit, vector), times(self.other, total(vector)))

    def __getitem__(self, key: Label) -> Term:
        """The row of the label."""
        return plus(times(self.unit, Vec("onehot")), self.other)


@dataclass(frozen=True, eq=False)
class Table:
    """A matrix with a row and a column for each class."""

    matrix: MatrixParameter | Isotropic
    value = "a matrix"


@dataclass(frozen=True, eq=False)
class Written:
    """One scalar for every entry: ``places`` is a tensor of where they stand in the ``heap`` of the run."""

    places: Any
    heap: Heap
    value = "a tensor that is written out"

    @property
    def only(self) -> Scalar | None:
        """The one entry, if it has one."""
        return self.heap[int(self.places)] if self.places.numel() == 1 else None


@dataclass(frozen=True, eq=False)
class Sampled:
    """A tensor of which only the ``values`` at the samples of the run are known."""

    values: tuple[Any, ...]
    value = "the classes in an order that depends on z"


Content = Term | Special | Sampled | Place | Others | Selected | Partly | Table | Written


def copied(content: Content) -> Content:
    """``content`` for a tensor of its own: terms do not change, and entries that are written out do."""
    return replace(content, places=content.places.clone()) if isinstance(content, Written) else content


def detached(content: Content) -> Content:
    """``content`` without its derivatives: itself if it has none."""
    if isinstance(content, (Special, Place, Table, Sampled)):
        return content
    if isinstance(content, Term):
        return detached_term(content)
    if isinstance(content, Written):
        found = content.places.clone().apply_(content.heap.detached)
        return content if found.equal(content.places) else replace(content, places=found)
    return replace(content, term=detached_term(content.term))


def same_term(one: Term, two: Term) -> bool:
    """Whether two terms are the same formula."""
    return one is two or Formula.of(one) == Formula.of(two)
