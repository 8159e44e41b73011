"""One expression for what has its own form in each part of a scope: what all of them share, or by cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import sympy
from sympy import Expr
from sympy.logic.boolalg import Boolean

from symcheck.conditions.cases.parts import Part
from symcheck.field.element import Element
from symcheck.field.from_sympy import constant_of
from symcheck.language.scope import Classes
from symcheck.reason import Undecided


@dataclass(frozen=True)
class InPart:
    """The ``value`` that something has in the ``part``, None if it has none there."""

    part: Part
    value: Element | None

    @cached_property
    def expression(self) -> Expr | None:
        """The value in the parameters of the whole scope."""
        return None if self.value is None else self.part.back(self.value.sympy())

    def equals(self, other: Expr) -> bool:
        """Whether the value is shown to be ``other``, an expression of the whole scope, in all of the part."""
        if self.value is None or other == self.expression:
            return self.value is not None
        field = self.value.field
        try:
            # Two forms of one kappa are common: in the part p = 1/2 all of p, 1 - p and 1/2 are the same.
            return (constant_of(field, self.part.ahead(other)) - self.value).is_zero
        except Undecided:
            return False


def shared(values: Sequence[InPart], classes: Classes) -> Expr | None:
    """An expression that is the value in every part, else a ``Piecewise`` of those of the parts; None of nothing.

    ``classes`` are those of the whole scope.
    """
    known = [(v.expression, v.part) for v in values if v.expression is not None]
    for candidate in dict.fromkeys(e for e, _ in known):
        if all(v.equals(candidate) for v in values):
            return candidate
    return by_cases([(e, part.condition(classes)) for e, part in known]) if known else None


def by_cases(pairs: Sequence[tuple[Expr, Boolean]]) -> Expr:
    """Each expression once, where one of its conditions holds; not evaluated, which would turn conditions around."""
    conditions: dict[Expr, list[Boolean]] = {}
    for e, condition in pairs:
        conditions.setdefault(e, []).append(condition)
    # Evaluated, SymPy would merge and turn conditions, and show others than the certificate names.
    return sympy.Piecewise(*((e, sympy.Or(*several)) for e, several in conditions.items()), evaluate=False)
