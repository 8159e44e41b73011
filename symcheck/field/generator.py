"""Generators: the symbols in which a field writes its elements.

An element knows its field, which lists its generators, and the argument of a generator is an element.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from symcheck.field.element import Element


class Role(Enum):
    """What a generator stands for."""

    CLASSES = "the number of classes C"
    PARAMETER = "a free parameter"
    LOG = "the logarithm of a positive element"
    EXP = "the exponential of an element: a power f**e is exp(e log f)"
    ARCCOS = "the arc cosine of an element in (-1, 1), or of -1"
    COS = "the cosine of an element"
    SIN = "the sine of an element: a square root of 1 - cos^2, of either sign"
    ARCTAN = "the arc tangent of an element"
    ERF = "the error function of an element"
    PARITY = "(-1)**e for a product e of C and whole-number parameters"


@dataclass(frozen=True, slots=True, eq=False)
class Generator:
    """The generator at ``place`` of its field.

    ``name`` of a variable; ``of`` the argument of a function, or the exponent of -1;
    ``depends`` the variables that occur in it.  An exponential may be the ``root``-th root of ``power``:
    then its ``root``-th power is written as ``power``, so that C**(1/2) * C**(1/2) is C.  A power of -1 is a square
    root of 1, and a sine one of 1 - cos^2: such roots may be negative.
    """

    role: Role
    place: int
    name: str = ""
    of: Element | None = None
    root: int = 0
    power: Element | None = None
    depends: frozenset[str] = frozenset()

    @property
    def argument(self) -> Element:
        """The argument of a function, or the exponent of -1."""
        assert self.of is not None
        return self.of
