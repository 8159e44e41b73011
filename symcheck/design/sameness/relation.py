"""Relations: the ways in which two formulas may be one."""

from __future__ import annotations

from enum import Enum


class Relation(Enum):
    """How a follows from b, with a factor f and a constant c in C and the parameters; the closest first."""

    EQUAL = "a = b"
    CONSTANT = "a = b + c"
    FACTOR = "a = f b"
    FACTOR_AND_CONSTANT = "a = f b + c"
    LABEL_FREE = "a = f b + h(z), and h has no label in it"

    @property
    def rank(self) -> int:
        """0 for the closest one."""
        return list(Relation).index(self)

    @property
    def in_words(self) -> str:
        """What the formulas are one up to."""
        return _WORDS[self]

    def __str__(self) -> str:
        return self.name


_WORDS = {
    Relation.EQUAL: "equal",
    Relation.CONSTANT: "equal up to a constant",
    Relation.FACTOR: "equal up to a factor",
    Relation.FACTOR_AND_CONSTANT: "equal up to a factor and a constant",
    Relation.LABEL_FREE: "one up to a part without the label",
}
