"""The Lipschitz constant of a loss at 0: K_y = ||b_y||_2 with b_y = grad l(0, y).

It is the least K with l(z, y) >= l(0, y) - K ||z|| to first order at 0, which the theorem on cones asks for
(THEORY 4).  For b_y = -kappa o_y + c 1 it is sqrt(kappa^2 (C - 1)/C + c^2 C), the same for every label.
"""

from __future__ import annotations

from dataclasses import dataclass

import sympy
from sympy import Expr

from symcheck.budget import Budget
from symcheck.conditions.agreement.agree import agreed_expansion
from symcheck.conditions.agreement.scopes import scope_with
from symcheck.conditions.gradient.gradient_form import alike_form
from symcheck.conditions.remembered import remembered
from symcheck.field.element import Element
from symcheck.field.indexed_field import IndexedField
from symcheck.field.signs.sign import Kind
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.readings.jet import gradient_at_zero
from symcheck.readings.labelled import labelled_expansion
from symcheck.reason import Reason, Undecided


@dataclass(frozen=True)
class LipschitzConstant:
    """``values`` are K_1, ..., K_C of a loss that treats classes differently, else one K; none if not derived.

    ``text`` is K_y for every y and C, also where entries of arrays are free; ``reason`` why there is nothing.
    """

    values: tuple[Expr, ...] = ()
    text: str = ""
    reason: Reason | None = None


def lipschitz_constant(formula: Formula, scope: Scope, budget: Budget) -> LipschitzConstant:
    """||grad l(0, y)||_2 as exact expressions of C and the parameters of ``scope``.

    >>> from symcheck.language.formula import symbols
    >>> from symcheck.language.functions import logsumexp
    >>> z, y = symbols()
    >>> print(lipschitz_constant(Formula.of(logsumexp(z) - z[y]), Scope(), Budget()).text)
    sqrt(C - 1)/sqrt(C)
    """
    return remembered(_lipschitz_constant, formula, scope_with(scope, formula), budget)


def _lipschitz_constant(formula: Formula, scope: Scope, budget: Budget) -> LipschitzConstant:
    try:
        if not formula.is_classwise:
            return _alike(formula, scope, budget)
        if scope.classes.fixed is None:
            return _for_every_class(formula, scope, budget)
        return _by_label(formula, scope, budget)
    except Undecided as stop:
        return LipschitzConstant(reason=stop.reason)


def _alike(formula: Formula, scope: Scope, budget: Budget) -> LipschitzConstant:
    agreed = agreed_expansion(formula, scope, budget)
    field = agreed.field
    form = alike_form(agreed.constants, field)
    kappa, drift = form.kappa, form.c
    # sqrt(kappa^2) is |kappa|, which SymPy does not know to be kappa for all parameter values.
    if drift.is_zero and field.sign(kappa).kind is Kind.POSITIVE:
        value = kappa.sympy() * sympy.sqrt(((field.C - 1) / field.C).sympy())
    else:
        value = _root(kappa * kappa * (field.C - 1) / field.C + drift * drift * field.C)
    return LipschitzConstant((value,), str(value))


def _by_label(formula: Formula, scope: Scope, budget: Budget) -> LipschitzConstant:
    found = labelled_expansion(formula, scope, budget)
    zero = found.field.number(0)
    values = tuple(_root(sum((b * b for b in row), zero)) for row in found.gradients)
    return LipschitzConstant(values, ", ".join(map(str, values)))


def _for_every_class(formula: Formula, scope: Scope, budget: Budget) -> LipschitzConstant:
    """K_y with the entries of free arrays at y, and sums over all classes, written out."""
    field = IndexedField(scope, budget)
    found = gradient_at_zero(formula, field)
    square = field.over_classes(found.g_k * found.g_k, 1, {0: found.g_y * found.g_y})
    return LipschitzConstant((), f"sqrt({field.text(square, {0: 'y'})})")


def _root(square: Element) -> Expr:
    return sympy.sqrt(sympy.factor(square.sympy()))
