"""The normal form of a formula with the field that its signs are asked in."""

from __future__ import annotations

from symcheck.budget import Budget
from symcheck.conditions.convexity.combination import Combination
from symcheck.conditions.convexity.finding import is_met
from symcheck.conditions.convexity.normal_form import NormalForm, entry_parameters, normal_form
from symcheck.conditions.convexity.one_variable import line_parameters
from symcheck.conditions.convexity.proved_signs import ProofField
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope


def form_of(formula: Formula, scope: Scope, budget: Budget) -> Combination:
    """``formula`` as a combination of atoms; raises ``Undecided`` for what has no normal form."""
    return _form(formula, scope, budget).of


def form_everywhere(formula: Formula, scope: Scope, budget: Budget) -> Combination | None:
    """The same, None if it is not shown that the formula has a value at every z: it may have poles, or an end."""
    found = _form(formula, scope, budget)
    return found.of if all(is_met(need, found.of.field) for need in found.needs) else None


def _form(formula: Formula, scope: Scope, budget: Budget) -> NormalForm:
    needed = scope.of(formula)
    parameters = (*needed.parameters, *entry_parameters(formula), *line_parameters())
    field = ProofField(Scope(needed.classes, parameters), budget)
    budget.check()
    return normal_form(formula.with_powers_of_abs(), field)
