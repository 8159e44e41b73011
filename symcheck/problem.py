"""Problems: a loss, a regularizer and the scope in which statements about the pair are made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from symcheck.language.formula import Formula
from symcheck.language.scope import Classes, Scope


@dataclass(frozen=True)
class Subject:
    """A loss or regularizer as it came in: its ``name``, its ``formula`` and the ``values`` given to parameters.

    ``classes`` are those for which the formula exists.
    """

    name: str
    formula: Formula
    values: Mapping[str, Fraction] = field(default_factory=dict)
    classes: Classes = field(default_factory=Classes)

    @property
    def text(self) -> str:
        """The formula as a formula string."""
        return str(self.formula)

    @property
    def title(self) -> str:
        """The name with the values given, such as ``gce(q=7/10)``."""
        given = ", ".join(f"{n}={v}" for n, v in sorted(self.values.items()))
        return f"{self.name}({given})" if given else self.name

    def at(self, values: Mapping[str, Fraction]) -> Subject:
        """The same with more parameters given values; names that do not occur are left alone."""
        own = {n: v for n, v in values.items() if any(p.name == n for p in self.formula.parameters)}
        if not own:
            return self
        return Subject(self.name, self.formula.with_values(own), {**self.values, **own}, self.classes)


@dataclass(frozen=True)
class Problem:
    """The pair (l, g) and the classes asked for."""

    loss: Subject
    regularizer: Subject
    classes: Classes = field(default_factory=Classes)

    @cached_property
    def scope(self) -> Scope:
        """Every C asked for and possible, every value of the free parameters of both."""
        mine = Scope(self.classes)
        for subject in (self.loss, self.regularizer):
            mine = mine.joined(Scope(subject.classes, subject.formula.parameters))
        return mine

    def at(self, classes: Classes | None, values: Mapping[str, Fraction]) -> Problem:
        """The same problem in a narrower scope."""
        return Problem(self.loss.at(values), self.regularizer.at(values), classes or self.classes)
