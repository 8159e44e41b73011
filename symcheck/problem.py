"""Problems: a loss, a regularizer and the scope in which statements about the pair are made."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property

from symcheck.errors import ScopeError
from symcheck.language.array import Array
from symcheck.language.fields_only import FieldsOnly
from symcheck.language.formula import Formula
from symcheck.language.node import Node
from symcheck.language.scope import Classes, Scope
from symcheck.language.vector_array import VectorArray
from symcheck.reason import Reason

UNREAD = Formula((Node("logits"), Node("take", (0,)), Node("unread", (1,))), (True, False, False), ())
"""What stands in the place of the formula of code that was not read: of z and y, and nothing else is known."""


@dataclass(frozen=True)
class Subject:
    """A loss or regularizer as it came in: its ``name``, its ``formula`` and the ``values`` given to parameters.

    ``classes`` are those for which the formula exists; ``notes`` say what was noticed when code was read.
    ``defaults`` are there if it is settled that the formula is the one that the catalogue has under this name: the
    values to train with that the entry declares, as texts, by the names of what is free in the formula.
    ``unread`` is why code has no formula; its ``formula`` is then ``UNREAD``, which no reading gives a meaning.
    """

    name: str
    formula: Formula
    values: Mapping[str, Fraction] = field(default_factory=dict)
    classes: Classes = field(default_factory=Classes)
    notes: tuple[str, ...] = ()
    defaults: Mapping[str, str | None] | None = None
    unread: Reason | None = None

    def __hash__(self) -> int:
        return hash((self.name, self.formula, self.classes))  # a mapping of values has no hash

    def check(self, asked: Classes) -> None:
        """Raise ``ScopeError`` unless it exists for some of the classes that are ``asked`` for."""
        if asked.common(self.classes) is None:
            raise ScopeError(
                f"classes: got {asked}, and {self.name} is about {self.classes}; ask for that, or leave classes out"
            )

    @property
    def text(self) -> str:
        """The formula as a formula string."""
        return str(self.formula)

    @property
    def title(self) -> str:
        """The name with the values given, such as ``gce(q=7/10)``; that e_1 is the first unit vector goes without.

        A name that is a formula stands in brackets, as it would in a sum: ``(gce + 2*mae)``.
        """
        given = {n: str(v) for n, v in self.values.items()}
        arrays = [a for a in self.formula.arrays if a.values is not None and not _is_unit(a)]
        given |= {a.name: a.entries_text for a in arrays if not re.search(rf"\b{a.name}\s*=\s*\[", self.name)}
        return titled(self.name if self.name.isidentifier() else f"({self.name})", given)

    def at(self, values: Mapping[str, Fraction | Array]) -> Subject:
        """The same with more parameters given values; names that do not occur are left alone."""
        names = {p.name for p in self.formula.parameters} | {a.name for a in self.formula.arrays}
        fitting = {n: v for n, v in values.items() if n in names}
        if not fitting:
            return self
        numbers = {n: v for n, v in fitting.items() if isinstance(v, Fraction)}
        arrays = {n: v for n, v in fitting.items() if isinstance(v, Array)}
        formula = self.formula.with_values(numbers).with_arrays(arrays)
        return replace(self, formula=formula, values={**self.values, **numbers}, defaults=None)


def _is_unit(array: Array) -> bool:
    """Whether it is e_k under this name: 1 at the class k and 0 elsewhere."""
    row = array.vector if isinstance(array, VectorArray) and array.values is not None else ()
    ones = {f"e_{k}" for k, v in enumerate(row, 1) if v == 1}
    return array.name in ones and sum(map(abs, row)) == 1


NO_PENALTY = Subject("no penalty", Formula((Node("number", number=Fraction(0)),), (False,), ()))
"""What stands in the place of the regularizer of a loss alone: g = 0, under a name that no formula can have."""


@dataclass(frozen=True)
class Problem(FieldsOnly):
    """The pair (l, g) and the classes asked for; g is ``NO_PENALTY`` for the loss alone."""

    loss: Subject
    regularizer: Subject
    classes: Classes = field(default_factory=Classes)

    @property
    def is_alone(self) -> bool:
        """Whether it is about the loss without a penalty."""
        return self.regularizer == NO_PENALTY

    @property
    def title(self) -> str:
        """The pair by its names: ``gce(q=7/10) + l2``, or ``gce(q=7/10) alone``."""
        return f"{self.loss.title} alone" if self.is_alone else f"{self.loss.title} + {self.regularizer.title}"

    @property
    def unread(self) -> Reason | None:
        """Why nothing can be derived of the pair: code of one side has no formula."""
        return self.loss.unread or self.regularizer.unread

    @cached_property
    def scope(self) -> Scope:
        """Every C asked for and possible, every value of the free parameters of both."""
        return scope_of((self.loss, self.regularizer), self.classes)

    def at(self, classes: Classes | None, values: Mapping[str, Fraction | Array]) -> Problem:
        """The same problem in a narrower scope."""
        return Problem(self.loss.at(values), self.regularizer.at(values), classes or self.classes)


def scope_of(subjects: Sequence[Subject], classes: Classes) -> Scope:
    """Every C of ``classes`` for which all ``subjects`` exist, every value of their free parameters.

    Raises ``ScopeError`` if there is no such C, ``ParameterError`` if one name means two things.
    """
    scope = Scope(classes)
    for subject in subjects:
        subject.check(classes)
        given = next((a for a in subject.formula.arrays if a.classes is not None), None)
        if given is not None and given.classes is not None:
            if given.classes not in scope.classes:
                raise ScopeError(
                    f"{given.name}: it has entries for {given.classes} classes, and the scope is {scope.classes}; "
                    "give it one for each class"
                )
            scope = scope.joined(Scope(Classes.of(given.classes)))
        free = tuple(a for a in subject.formula.arrays if a.is_free)
        scope = scope.joined(Scope(subject.classes, subject.formula.parameters, free))
    return scope


def titled(name: str, values: Mapping[str, object]) -> str:
    """The name with values, such as ``gce(q=7/10)``."""
    shown = ", ".join(f"{n}={v}" for n, v in sorted(values.items()))
    return f"{name}({shown})" if shown else name
