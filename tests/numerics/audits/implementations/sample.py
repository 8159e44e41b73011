"""What a sample of torch code is: the code, the formula that it claims to be, and what an audit has to say of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from torch import Tensor

Code = Callable[[Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class Correct:
    """Code that is the formula ``formula`` at ``values``, for every z.

    ``classes`` is a number of classes that the code takes, or None where it takes all of them.
    """

    name: str
    code: Code
    formula: str
    values: Mapping[str, str | int] = field(default_factory=dict)
    classes: int | None = None

    def __str__(self) -> str:
        return self.name

    @property
    def classes_to_look_at(self) -> int:
        """The number of classes at which the sample itself is looked at."""
        return self.classes or 4


@dataclass(frozen=True)
class Defect(Correct):
    """Code that is not the formula.

    ``kinds`` are the names that fit the difference, the best one first: a mean over classes is another factor as
    well.  ``words`` are ways to say what the difference is; a sentence about it has one of them.
    """

    kinds: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


def defect(
    kind: str,
    name: str,
    code: Code,
    formula: str,
    words: str,
    /,
    *,
    classes: int,
    **values: str | int,
) -> Defect:
    """A defect; ``kind`` and ``words`` are alternatives with | between them."""
    return Defect(name, code, formula, values, classes, tuple(kind.split("|")), tuple(words.split("|")))


def correct(name: str, code: Code, formula: str, /, *, classes: int | None = None, **values: str | int) -> Correct:
    """A correct sample."""
    return Correct(name, code, formula, values, classes)
