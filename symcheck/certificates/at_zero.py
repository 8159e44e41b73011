"""The derivatives of a loss at z = 0 as SymPy expressions, from what was derived for its certificate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import sympy
from sympy import Expr, KroneckerDelta, Symbol

from symcheck.budget import Budget, stopping
from symcheck.conditions.cases.by_cases import by_cases
from symcheck.conditions.cases.parts import Part
from symcheck.conditions.gradient.loss_report import loss_report
from symcheck.conditions.gradient.reports import PartReport
from symcheck.conditions.remembered import remembered
from symcheck.differentiation.at_zero import derivatives_at_zero
from symcheck.differentiation.indices import index_names
from symcheck.differentiation.symbolic import Y, index_symbols
from symcheck.field.element import Element
from symcheck.findings.verdict import Verdict
from symcheck.problem import Problem
from symcheck.reason import Undecided

Found: TypeAlias = "Expr | Verdict | None"
"""An expression, None where the derivative was shown not to exist, ``Verdict.UNDECIDED`` where that is open."""


@dataclass(frozen=True)
class AtZero:
    """The entry at j of the ``gradient``, and that at j and k of the ``hessian``."""

    gradient: Found
    hessian: Found


OPEN = AtZero(Verdict.UNDECIDED, Verdict.UNDECIDED)


def at_zero(problem: Problem, budget: Budget) -> AtZero:
    """The derivatives of the loss of ``problem`` at z = 0, a ``Piecewise`` where cases decide.

    Cases in which a derivative does not exist, or is open, are left out of it.
    """
    if problem.unread is not None:
        return OPEN
    formula, scope = problem.loss.formula, problem.scope.of(problem.loss.formula)
    try:
        with budget.in_force(), stopping():
            report = remembered(loss_report, formula, scope, budget)
            if formula.is_classwise:
                is_smooth = report.findings[0].verdict is Verdict.PROVED
                return AtZero(*derivatives_at_zero(formula, scope, budget)) if is_smooth else OPEN
    except Undecided:
        return OPEN
    classes = scope.classes
    j, k = index_symbols(index_names(formula)[:2])
    gradients = [(part, _gradient(part, of_part, j)) for part, of_part in report.parts]
    hessians = [(part, _hessian(part, of_part, j, k)) for part, of_part in report.parts]
    together: list[Found] = []
    for found in (gradients, hessians):
        known = [(e, part.condition(classes)) for part, e in found if isinstance(e, Expr)]
        if not known:
            together.append(None if found and all(e is None for _, e in found) else Verdict.UNDECIDED)
        elif len(known) == len(found) and len({e for e, _ in known}) == 1:
            together.append(known[0][0])
        else:
            together.append(by_cases(known))
    return AtZero(*together)


def _gradient(part: Part, report: PartReport, j: Symbol) -> Found:
    if report.form is None:
        return None if report.gradient.verdict is Verdict.REFUTED else Verdict.UNDECIDED
    c, kappa_here, C = report.form.c, report.form.kappa, report.form.field.C
    if c.is_zero:
        return part.back(kappa_here.sympy()) * (1 / C.sympy() - KroneckerDelta(j, Y))
    # b_y = -kappa o_y + c 1 with o_y = e_y - 1/C.
    other, kappa = (part.back(x.sympy()) for x in (c + kappa_here / C, kappa_here))
    found: Expr = other - kappa * KroneckerDelta(j, Y)
    return found


def _hessian(part: Part, report: PartReport, j: Symbol, k: Symbol) -> Found:
    if report.agreed is None or report.smooth.verdict is not Verdict.PROVED:
        return None if report.smooth.verdict is Verdict.REFUTED else Verdict.UNDECIDED
    e = report.agreed.constants
    # With two classes there is no third one, and any number does for the entry of two others.
    apart = e.h_yk if e.h_kl is None else e.h_kl
    weights = (apart, e.h_kk - apart, e.h_yk - apart, e.h_yy - e.h_kk - (e.h_yk - apart) * 2)
    j_is_k, j_is_y, k_is_y = (KroneckerDelta(a, b) for a, b in ((j, k), (j, Y), (k, Y)))
    return _combined(part, zip(weights, (sympy.Integer(1), j_is_k, j_is_y + k_is_y, j_is_y * k_is_y), strict=True))


def _combined(part: Part, products: Iterable[tuple[Element, Expr]]) -> Expr:
    total: Expr = sympy.Add(*(part.back(c.sympy()) * e for c, e in products))
    return total
