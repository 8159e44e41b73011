"""What a symbolic tensor holds where a term alone does not say it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from symcheck.intake.torch.tidy import plus, times
from symcheck.language.classwise import MatrixParameter
from symcheck.language.formula import Formula
from symcheck.language.functions import total
from symcheck.language.term import Label, Scalar, Term, Vec


class Special(Enum):
    """Contents that are no terms: their entries depend on the place, or are not yet there."""

    LABEL = "the label y"
    INDEX = "the indices 0, ..., C-1 of the classes"
    IDENTITY = "the identity matrix of size C"
    EMPTY = "an empty tensor, before anything was written into it"
    PLACE = "the class with the largest or smallest entry"


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


Content = Term | Special | Others | Selected | Partly | Table


def same_term(one: Term, two: Term) -> bool:
    """Whether two terms are the same formula."""
    return one is two or Formula.of(one) == Formula.of(two)
