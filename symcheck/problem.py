"""Problems: a loss, a regularizer and the scope in which statements about the pair are made."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property

from symcheck.errors import ParameterError, ScopeError
from symcheck.language.array import Array
from symcheck.language.fields_only import FieldsOnly
from symcheck.language.formula import Formula
from symcheck.language.node import Node
from symcheck.language.scope import Classes, Scope
from symcheck.language.term import Vec
from symcheck.language.terms_of import term_of_formula
from symcheck.language.vector_array import VectorArray
from symcheck.reason import Reason

UNREAD = Formula((Node("logits"), Node("take", (0,)), Node("unread", (1,))), (True, False, False), ())
"""What stands in the place of the formula of code that was not read: of z and y, and nothing else is known."""


@dataclass(frozen=True)
class Subject:
    """A loss or regularizer as it came in: its ``name``, its ``formula`` and the ``values`` given to parameters.

    ``classes`` are those for which the formula exists; ``notes`` say what was noticed when code was read.  ``defaults``
    are there if it is settled that the formula is the one that the catalogue has under this name: the values to train
    with that the entry declares, as texts, by the names of what is free in the formula.  ``unread`` is why code has no
    formula; its ``formula`` is then ``UNREAD``, which no reading gives a meaning.

    >>> import symcheck as sc
    >>> sc.certify("gce", "l2").at(q="7/10").loss.title
    'gce(q=7/10)'
    >>> print(sc.symmetrize("mae").formula)
    2*(1 - softmax(z)[y]) - (2 - 2*(1/C))
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
    def called(self) -> str:
        """The name; one that is a formula stands in brackets, as it would in a sum: ``(gce + 2*mae)``."""
        return self.name if self.name.isidentifier() else f"({self.name})"

    @property
    def title(self) -> str:
        """The name with the values given, such as ``gce(q=7/10)``; that e_1 is the first unit vector goes without."""
        given = {n: str(v) for n, v in self.values.items()}
        arrays = [a for a in self.formula.arrays if a.values is not None and not _is_unit(a)]
        given |= {a.name: a.entries_text for a in arrays if not re.search(rf"\b{a.name}\s*=\s*\[", self.name)}
        return titled(self.called, given)

    def at(self, values: Mapping[str, Fraction | Array]) -> Subject:
        """The same with more parameters given ``values``; names that do not occur are left alone."""
        fitting = {n: v for n, v in values.items() if n in self.formula.names}
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
    """The pair (l, g), ``loss`` and ``regularizer``, and the ``classes`` asked for; g is ``NO_PENALTY`` for l alone.

    With an ``anchor`` z_ref the penalty is g(z - z_ref(x)): what z is in g, and in all that is said, is the difference.
    """

    loss: Subject
    regularizer: Subject
    classes: Classes = field(default_factory=Classes)
    anchor: Subject | None = None

    @property
    def is_alone(self) -> bool:
        """Whether it is about the loss without a penalty."""
        return self.regularizer == NO_PENALTY

    @property
    def title(self) -> str:
        """The pair by its names: ``gce(q=7/10) + l2``, or ``gce(q=7/10) alone``."""
        if self.is_alone:
            return f"{self.loss.title} alone"
        where = "" if self.anchor is None else f" at the anchor {self.anchor_text}"
        return f"{self.loss.title} + {self.regularizer.title}{where}"

    @property
    def anchor_text(self) -> str:
        """The anchor as a formula string, with entries that are given: ``z_ref = (1, 2, 3)``."""
        if self.anchor is None:
            return ""
        given = [f"{a.name} = {a.entries_text}" for a in self.anchor.formula.arrays if a.values is not None]
        return given[0] if given and len(self.anchor.formula.nodes) == 1 else ", ".join([self.anchor.text, *given])

    @cached_property
    def moved(self) -> Problem:
        """The same with 0 for the anchor: the loss l(z + z_ref, y), which is not called by its name any more."""
        if self.anchor is None or self.unread is not None:
            return self
        shifted = Vec("logits") + term_of_formula(self.anchor.formula)
        nodes = self.loss.formula.nodes
        formula = self.loss.formula.replaced(lambda place, _: shifted if nodes[place].op == "logits" else None)
        return Problem(replace(self.loss, formula=formula, defaults=None), self.regularizer, self.classes)

    @property
    def anchor_varies(self) -> bool:
        """Whether the anchor may be another one for each sample: it has free entries or a free parameter."""
        formula = None if self.anchor is None else self.anchor.formula
        return formula is not None and bool(formula.parameters or any(a.is_free for a in formula.arrays))

    @property
    def penalty_varies(self) -> bool:
        """Whether g has something of such an anchor in it, and is another function of the difference for each x."""
        if self.anchor is None or not self.anchor_varies:
            return False
        return not self.anchor.formula.names.isdisjoint(self.regularizer.formula.names)

    @property
    def unread(self) -> Reason | None:
        """Why nothing can be derived of the pair: code of one side has no formula."""
        return self.loss.unread or self.regularizer.unread

    @cached_property
    def scope(self) -> Scope:
        """Every C asked for and possible, every value of the free parameters of both."""
        return scope_of((self.moved.loss, self.regularizer), self.classes)

    def at(self, classes: Classes | None, values: Mapping[str, Fraction | Array]) -> Problem:
        """The same problem in a narrower scope."""
        anchor = None if self.anchor is None else self.anchor.at(values)
        return Problem(self.loss.at(values), self.regularizer.at(values), classes or self.classes, anchor)


def scope_of(subjects: Sequence[Subject], classes: Classes) -> Scope:
    """Every C of ``classes`` for which all ``subjects`` exist, every value of their free parameters.

    Raises ``ScopeError`` if there is no such C, ``ParameterError`` if one name means two things.
    """
    scope = Scope(classes)
    known: dict[str, Array] = {}
    for subject in subjects:
        subject.check(classes)
        for array in subject.formula.arrays:
            before = known.setdefault(array.name, array)
            if before != array and not (before.is_free and array.is_free):
                raise ParameterError(
                    f"{array.name}: one formula has it as {before} and another as {array}; give both the "
                    "same entries, or different names"
                )
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


class OfProblem:
    """What is said of a ``problem`` has its loss, its regularizer and its scope by their own names."""

    problem: Problem

    @property
    def loss(self) -> Subject:
        """The loss l: what it is called, and its formula."""
        return self.problem.loss

    @property
    def regularizer(self) -> Subject:
        """The regularizer g: what it is called, and its formula; 0 under the name "no penalty" for a loss alone."""
        return self.problem.regularizer

    @property
    def scope(self) -> Scope:
        """The numbers of classes and the values of parameters that everything here is said of."""
        return self.problem.scope
