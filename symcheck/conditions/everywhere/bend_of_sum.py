"""Derivatives of sum_y l(z, y) at z = 0: where one of them is not 0, the sum depends on z.

For a loss that treats all classes alike the sum treats them alike as well, so that it has one first derivative at 0,
d/dz_k, and two second ones, d^2/dz_k^2 and d^2/dz_k dz_m.
"""

from __future__ import annotations

from collections.abc import Iterator

from symcheck.budget import Budget
from symcheck.conditions.cases.witness_points import nonzero_witness
from symcheck.conditions.detached import has_detached
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.findings.witness import Witness
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.readings.expansion import Expansion
from symcheck.readings.jet import expansion_at_zero
from symcheck.reason import Undecided


def bend_of_sum(formula: Formula, scope: Scope, budget: Budget) -> Witness | None:
    """A derivative of sum_y l(z, y) at 0 that is not 0 at a point of ``scope``; None if none is seen.

    >>> from symcheck.language.formula import symbols
    >>> from symcheck.language.functions import logsumexp
    >>> from symcheck.language.scope import Classes
    >>> z, y = symbols()
    >>> print(bend_of_sum(Formula.of(logsumexp(z) - z[y]), Scope(Classes.of(100)), Budget()))
    at C = 100: d^2/d z_k^2 of sum_y l(z, y) at 0 = 99/100, and 0 is needed
    """
    # With a part detached what is derived is no derivative of l.
    if formula.is_classwise or has_detached(formula):
        return None
    field = Field(scope.of(formula), budget)
    try:
        expansion = expansion_at_zero(formula.with_powers_of_abs(scope.classes.fixed), field)
        for name, value in _derivatives(expansion, field):
            witness = None if value.is_zero else nonzero_witness(value, name)
            if witness is not None:
                return witness
    except Undecided:  # a kink at 0, say
        return None
    return None


def _derivatives(e: Expansion[Element], field: Field) -> Iterator[tuple[str, Element]]:
    others = field.C - 1
    yield "d/d z_k of sum_y l(z, y) at 0", e.g_y + others * e.g_k
    yield "d^2/d z_k^2 of sum_y l(z, y) at 0", e.h_yy + others * e.h_kk
    if e.h_kl is not None:
        yield "d^2/d z_k d z_m of sum_y l(z, y) at 0", 2 * e.h_yk + (others - 1) * e.h_kl
