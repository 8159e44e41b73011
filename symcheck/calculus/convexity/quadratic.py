"""Polynomials of degree 2 in z: their Hessian is the same at every z, so its signs at 0 decide.

For a formula that treats the other classes alike the Hessian is, on vectors that are 0 at y and add up to 0,
h_kk - h_kl, and on the rest the form of (h_yy, h_yk; h_yk, (h_kk + (C - 2) h_kl)/(C - 1)) in z_y and the sum of the
others.
"""

from __future__ import annotations

from symcheck.budget import Budget
from symcheck.calculus.convexity.rules import Why
from symcheck.constants.field import Constant, Field
from symcheck.derivation import Step
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.readings.jet import JetReading, expansion_of
from symcheck.readings.weight import polynomial_degree
from symcheck.reason import Undecided

BY = "the Hessian, the same at every z: the formula is a polynomial of degree 2"


def quadratic_convex(formula: Formula, scope: Scope, budget: Budget) -> Why | None:
    """Why a formula of degree 2 is convex, None if it is not of this form or not shown to be convex."""
    degree = polynomial_degree(formula)
    if degree is None or degree > 2 or formula.is_classwise or formula.detaches:
        return None
    field = Field(scope, budget)
    try:
        e = expansion_of(JetReading(field).read(formula), field)
        along = e.h_kk if e.h_kl is None else e.h_kk + (field.C - 2) * e.h_kl
        determinant = e.h_yy * along - (field.C - 1) * e.h_yk * e.h_yk
        needed: list[tuple[str, Constant]] = [
            ("d^2 l/d z_y^2", e.h_yy),
            ("the second derivative along the sum of the others", along),
            ("their determinant", determinant),
        ]
        if e.h_kl is not None:
            needed.append(("the second derivative along z_k - z_l", e.h_kk - e.h_kl))
        signs = [(name, c, field.sign(c)) for name, c in needed]
    except Undecided:
        return None
    if not all(sign.nonnegative for _, _, sign in signs):
        return None
    steps = tuple(Step(name, c.text(), ">= 0 in the whole scope") for name, c, _ in signs)
    return Why((*steps, Step("D^2 l(z)", "positive semidefinite", BY)), all(sign.exact for _, _, sign in signs))
