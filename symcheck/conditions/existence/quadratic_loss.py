"""Losses that are polynomials of degree 2 with a positive definite Hessian: they are bounded below.

With label y the Hessian is h_yy at (y, y), h_yk beside it, h_kk and h_kl at the other classes.  It is positive definite
iff h_kk - h_kl > 0, for vectors that add up to 0 over the others, and h_yy > 0 and
h_yy (h_kk + (C - 2) h_kl) > (C - 1) h_yk^2, on the span of e_y and 1 - e_y.
"""

from __future__ import annotations

from symcheck.budget import Budget
from symcheck.conditions.gradient.loss_report import loss_report
from symcheck.conditions.remembered import remembered
from symcheck.field.signs.sign import Kind
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.readings.weight import polynomial_degrees


def is_definite(loss: Formula, scope: Scope, budget: Budget) -> bool:
    """Whether ``loss`` is such a polynomial, for every C and parameter value of ``scope``."""
    if loss.is_classwise or polynomial_degrees(loss)[-1] != 2:
        return False
    agreed = remembered(loss_report, loss, scope, budget).agreed
    if agreed is None:
        return False
    e, C = agreed.constants, agreed.field.C
    h_kl = agreed.field.zero if e.h_kl is None else e.h_kl
    others = e.h_kk + (C - 2) * h_kl
    apart = [] if e.h_kl is None else [e.h_kk - h_kl]
    wanted = [e.h_yy, e.h_yy * others - (C - 1) * e.h_yk**2, *apart]
    return all(agreed.field.sign(x).kind is Kind.POSITIVE for x in wanted)
