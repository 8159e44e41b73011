"""Polynomials of degree 2 in z: their Hessian is the same at every z, so its signs at 0 decide.

For a formula that treats the other classes alike the Hessian is, on vectors that are 0 at y and add up to 0,
h_kk - h_kl, and on the rest the form of (h_yy, h_yk; h_yk, (h_kk + (C - 2) h_kl)/(C - 1)) in z_y and the sum of the
others.
"""

from __future__ import annotations

from dataclasses import dataclass

from symcheck.budget import Budget
from symcheck.conditions.cases.witness_points import witness_at
from symcheck.conditions.convexity.why import Why
from symcheck.conditions.detached import has_detached
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.findings.step import Step
from symcheck.findings.witness import Witness
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.readings.jet import expansion_at_zero
from symcheck.readings.weight import polynomial_degree
from symcheck.reason import Undecided


@dataclass(frozen=True)
class Bends:
    """Second derivatives at 0, all of which are >= 0 if and only if D^2 l(0, y) is positive semidefinite."""

    field: Field
    needed: tuple[tuple[str, Element], ...]


def bends(formula: Formula, scope: Scope, budget: Budget) -> Bends:
    """The ``Bends`` of a formula that treats the other classes alike; raises ``Undecided`` as the jets do."""
    field = Field(scope, budget)
    name = "l" if formula.uses_label else "g"
    e = expansion_at_zero(formula, field)
    # The others are alike, so that the form is diagonal but for z_y and the sum of the others: a 2 x 2 matrix.
    along = e.h_kk if e.h_kl is None else e.h_kk + (field.C - 2) * e.h_kl
    needed = [
        (f"d^2 {name}/d z_y^2 at 0", e.h_yy),
        (f"the second derivative of {name} at 0 along the sum of the others", along),
        ("the determinant of the two with their mixed one", e.h_yy * along - (field.C - 1) * e.h_yk * e.h_yk),
    ]
    if e.h_kl is not None:
        needed.append((f"half the second derivative of {name} at 0 along e_k - e_l", e.h_kk - e.h_kl))
    return Bends(field, tuple(needed))


def bend_at_zero(formula: Formula, scope: Scope, budget: Budget) -> Witness | None:
    """A second derivative at 0 that is negative at a point of the scope."""
    if formula.is_classwise or has_detached(formula):
        return None
    try:
        found = bends(formula.with_powers_of_abs(), scope, budget)
        for name, c in found.needed:
            point = next((p for p in found.field.sign(c).points if p.sign < 0), None)
            # There is no e_k - e_l beside the label at C = 2: what the general formula says there counts for nothing.
            if point is not None and not (name.startswith("half") and point.values["C"] == 2):
                return witness_at(c, point, name, "a value >= 0")
    except Undecided:
        return None
    return None


NAMES = {True: "l(z, y)", False: "g(z)"}

BY = "the Hessian, the same at every z: the formula is a polynomial of degree 2"


def quadratic_convex(formula: Formula, scope: Scope, budget: Budget) -> tuple[Why, bool] | None:
    """Why a formula of degree 2 is convex, and whether no ball was needed; None if it is not shown so."""
    degree = polynomial_degree(formula)
    if degree is None or degree > 2 or formula.is_classwise or has_detached(formula):
        return None
    try:
        found = bends(formula, scope, budget)
        signs = [(name, c, found.field.sign(c)) for name, c in found.needed]
    except Undecided:
        return None
    if not all(sign.nonnegative for _, _, sign in signs):
        return None
    steps = tuple(Step(name, c.text(), ">= 0 in the whole scope") for name, c, _ in signs)
    return Why((*steps, Step(f"D^2 {NAMES[formula.uses_label]}", "positive semidefinite", BY))), all(
        sign.exact for _, _, sign in signs
    )
