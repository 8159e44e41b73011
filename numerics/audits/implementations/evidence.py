"""Evidence: everything that was measured of the code, and which formulas explain all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

import torch
from torch import Tensor

from numerics.audits.implementations.asked import Asked
from numerics.audits.implementations.code_runs import CodeRuns
from numerics.audits.implementations.compared import Compared, compared, has_gradients, has_values
from numerics.audits.implementations.exact import equal_with_gradients
from numerics.audits.implementations.forms import forms
from numerics.audits.implementations.formula_runs import values_at
from numerics.audits.implementations.kind import Kind
from numerics.audits.implementations.measured import Measured
from numerics.audits.implementations.numbers import Number, of_classes
from symcheck.budget import Budget
from symcheck.findings.verdict import Verdict
from symcheck.language.formula import Formula
from symcheck.language.scope import Classes


@dataclass(frozen=True)
class Explanation:
    """What the code is: ``sentence``, as "the code is ...", true at all the points; its ``kind``.

    ``formula`` at ``numbers`` is what the code was compared with, if it was one; ``is_fitted`` if a number in it is
    known up to rounding only.
    """

    kind: Kind
    sentence: str
    formula: Formula | None = None
    numbers: Mapping[str, float] = field(default_factory=dict)
    is_fitted: bool = False


@dataclass(frozen=True, eq=False)
class Evidence:
    """The code at some of the ``classes``, the formula ``asked`` for, and that of the code if it was ``read``.

    ``is_label_free`` if the code returns the same for each label, and not the same everywhere; ``is_loose`` if a
    formula of which the code is a multiple explains it as well.
    """

    asked: Asked
    measured: tuple[Measured, ...]
    runs: CodeRuns
    read: Formula | None
    classes: Classes
    budget: Budget
    is_label_free: bool = False
    is_loose: bool = False

    @cached_property
    def compared(self) -> tuple[Compared, ...]:
        """The formula beside the code, at each number of classes."""
        found = [compared(m, self.asked.free, self.asked.numbers) for m in self.measured]
        return tuple(c for c in found if c is not None)

    @cached_property
    def forms(self) -> tuple[Formula, ...]:
        """The formula, with symbols for its parameters, in the ways in which code writes it."""
        return forms(self.asked.free)

    @property
    def values_agree(self) -> bool:
        """Whether the formula has the values of the code."""
        return all(c.values_agree for c in self.compared)

    @property
    def gradients_agree(self) -> bool:
        """Whether it has its gradients."""
        return all(c.gradients_agree for c in self.compared)

    def explains(self, formula: Formula | None, numbers: Mapping[str, float] | None = None) -> bool:
        """Whether ``formula`` has the values and gradients of the code at all points that count."""
        if formula is None:
            return False
        self.budget.check()
        given = self.asked.numbers | dict(numbers or {})
        if self.is_loose:
            return self.factor(formula, given) is not None
        # The cheaper question first, at all numbers of classes.
        values = all(has_values(m, formula, given) for m in self.measured)
        return values and all(has_gradients(m, formula, given) for m in self.measured)

    def factor(self, formula: Formula, numbers: Mapping[str, float]) -> Number | None:
        """The number that ``formula`` times it is the code, if there is one and it is not 0."""
        found: dict[int, float] = {}
        for m in self.measured:
            values = values_at(formula, m.z, m.y, numbers)
            ratio = None if values is None else ratio_of(m, values)
            if values is None or ratio is None or not Compared(m, ratio * values, m.gradients).values_agree:
                return None
            found[m.classes] = ratio
        number = of_classes(found)
        if number is None:
            return None
        for m in self.measured:
            both = compared(m, formula, numbers)
            k = number.value(m.classes)
            if both is None:
                return None
            other = Compared(m, k * both.values, k * both.gradients)
            if not (other.values_agree and other.gradients_agree):
                return None
        return number

    def is_formula(self, other: Formula) -> bool:
        """Whether ``other``, made of what was read in the code, has the values and gradients of the formula."""
        return equal_with_gradients(other, self.asked.formula, self.classes, self.budget).verdict is Verdict.PROVED

    def exactly(self, found: Explanation) -> Verdict:
        """Whether the formula of the code is that of an explanation; UNDECIDED where there are no two formulas."""
        if self.read is None or found.formula is None:
            return Verdict.UNDECIDED
        numbers = {n: Fraction(str(v)) for n, v in found.numbers.items()}
        other = found.formula.with_values({**self.asked.values, **numbers})
        return equal_with_gradients(self.read, other, self.classes, self.budget).verdict

    def allows(self, found: Explanation) -> bool:
        """Whether what was read in the code does not show that an explanation is wrong."""
        return found.is_fitted or self.exactly(found) is not Verdict.REFUTED

    def explains_changed(self, change: Callable[[int, Tensor, Tensor], tuple[Tensor, Tensor]]) -> bool:
        """Whether the code has the values and gradients that ``change`` makes of C and of those of the formula."""
        for m, c in zip(self.measured, self.compared, strict=True):
            other = Compared(m, *change(m.classes, c.values, c.gradients))
            if not (other.values_agree and other.gradients_agree):
                return False
        return True


def ratio_of(code: Measured, values: Tensor) -> float | None:
    """The code over ``values`` where these are largest, None if one of them is 0 there."""
    size = torch.where(code.value_known & values.isfinite(), values.abs(), 0.0)
    place = int(size.argmax())
    if size[place] == 0 or code.values[place] == 0:
        return None
    return float(code.values[place] / values[place])


Explaining = Callable[[Evidence], Iterator[Explanation]]
"""A kind of difference: the explanations of this kind that hold."""
