"""What training should show: the limit of the scores, and the orders in which it is approached."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product

import sympy

from symcheck.budget import Budget
from symcheck.certificates.material import Material
from symcheck.conditions.cases.by_cases import InPart, shared
from symcheck.conditions.curvature.labelled_hessian import LabelledHessian
from symcheck.conditions.orders.order import orders_of, reference_orders
from symcheck.conditions.remembered import remembered
from symcheck.field.signs.sign import Kind
from symcheck.findings.condition import Condition
from symcheck.findings.prediction import Order, Prediction, joined_orders
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.problem import Problem
from symcheck.reason import Undecided
from symcheck.theorems import theorem_named


def prediction_of(made: Material, budget: Budget) -> Prediction | None:
    """The limit and its orders, where the conditions of Theorem 2 hold in the whole scope, on one space."""
    if made.problem.is_alone:
        return _without_penalty(made)
    loss, regularizer, scope = made.loss, made.regularizer, made.problem.scope
    has_kappa = _has_kappa(made)
    # A limit S is on one space: for a pair on R^C for some classes and on the quotient for others there is no one
    # formula.
    if not has_kappa or made.space.is_mixed or made.verdict is not Verdict.PROVED:
        return None
    zero, one, hessian = sympy.Integer(0), sympy.Integer(1), regularizer.apart
    quotient = made.facts.quotient
    orders = _orders(made, budget)
    # One C with given entries: H is a matrix of numbers, and no s and t describe it.
    if isinstance(hessian, LabelledHessian) and not scope.arrays:
        rows = tuple(tuple(c.sympy() for c in row) for row in hessian.rows)
        return Prediction(loss.kappa, zero, zero, quotient, one, orders, rows)
    if hessian is not None:
        return None
    known = [(part, r.curvature) for part, r in regularizer.reports.pairs if r.curvature is not None]
    s = shared([InPart(part, c.s) for part, c in known], scope.classes)
    t = shared([InPart(part, c.t) for part, c in known], scope.classes)
    return None if s is None or t is None else Prediction(loss.kappa, s, t, quotient, one, orders)


def _has_kappa(made: Material) -> bool:
    return made.loss.kappa is not None and all(c.case.kappa is not None for c in made.loss.cases)


def _without_penalty(made: Material) -> Prediction | None:
    """What noise does to the minimisers of a loss alone, where ins(l) is homogeneous of one degree k > 1."""
    facts, zero = made.facts, sympy.Integer(0)
    k = _degree_alone(made)
    if k is None or made.loss.kappa is None or not _has_kappa(made):
        return None
    s, t, quotient = zero, zero, False
    if facts.shape.eigenvalues:
        across, along = facts.shape.eigenvalues
        quotient = along.is_zero
        # S minimises only where the form is positive definite, on R^C or on the quotient.
        if all(v.field.sign(v).kind is Kind.POSITIVE for v in ((across,) if quotient else (across, along))):
            s, t = across.sympy(), ((along - across) / across.field.C).sympy()
        else:
            quotient = False
    return Prediction(
        made.loss.kappa, s, t, quotient, sympy.Integer(1) / (sympy.Rational(k.numerator, k.denominator) - 1), ()
    )


def _degree_alone(made: Material) -> Fraction | None:
    """The degree k of ins(l) where Theorem 1 holds without a penalty; None also where ins(l) is constant."""
    facts, loss = made.facts, made.problem.loss.formula
    if facts.detaches or facts.shape.is_linear or facts.finding(Condition.LOSS_SYMMETRIC).verdict is Verdict.PROVED:
        return None
    if theorem_named("Corollary 1").applies(facts) is Verdict.PROVED:
        return None if facts.shape.degree is None else facts.shape.degree.rational
    from symcheck.conditions.everywhere.homogeneous import homogeneity  # loads canonical forms for all z

    return remembered(homogeneity, loss, made.problem.scope.of(loss), Budget()).degree


def at_anchor(found: Prediction, problem: Problem) -> Prediction | None:
    """What is left of a prediction where the anchor may be another one for each sample: one kappa and one Hessian."""
    if not problem.anchor_varies or problem.anchor is None:
        return found
    names = {p.name for p in problem.anchor.formula.parameters}
    # S = kappa P o H^(-1) is a law for all samples together, and an order is derived for one loss at all of them.
    if problem.penalty_varies or names & {symbol.name for symbol in found.kappa.free_symbols}:
        return None
    return replace(found, orders=())


def reference_orders_of(made: Material, budget: Budget) -> tuple[Order, ...]:
    """The orders with a reference class z_C = 0, for a pair that meets the conditions of Theorem 2 on R^C."""
    facts, problem = made.facts, made.problem
    if facts.quotient or facts.tier not in (Tier.EXACT, Tier.SCALED, None) or made.verdict is not Verdict.PROVED:
        return ()
    try:
        return reference_orders(problem.loss.formula, problem.regularizer.formula, problem.scope, budget)
    except Undecided:
        return ()


def _orders(made: Material, budget: Budget) -> tuple[Order, ...]:
    """The orders, run by run of the classes where l or g branches on C; none where a parameter decides."""
    problem, loss, regularizer = made.problem, made.loss, made.regularizer
    firsts = dict.fromkeys(c.part for c in loss.cases if c.part is not None)
    seconds = regularizer.reports.parts if regularizer.apart is None else ()
    pairs = list(product(firsts, seconds))
    # An order is stated by classes, and has no place for "where q < 1/2".
    if any(part.constraints for pair in pairs for part in pair):
        return ()
    pieces = [(a.formula, b.formula, a.scope.classes.common(b.scope.classes)) for a, b in pairs]
    # Nothing branches on C, or no parts are known: the formulas as they were given.
    if len(pairs) <= 1:
        pieces = [(problem.loss.formula, problem.regularizer.formula, problem.scope.classes)]
    found: list[Order] = []
    try:
        for formula, penalty, classes in pieces:
            if classes is not None:
                scope = replace(problem.scope, classes=classes)
                found += orders_of(formula, penalty, scope, quotient=made.facts.quotient, budget=budget)
    except Undecided:
        return ()
    return joined_orders(sorted(found, key=lambda order: order.classes.low))
