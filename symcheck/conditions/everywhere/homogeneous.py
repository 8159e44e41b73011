"""Whether sym(l) is homogeneous of degree 1 and ins(l) of a degree k > 1, up to constants: by canonical forms.

With a new parameter t > 0, sym(l)(tz, y) - sym(l)(0, y) = t (sym(l)(z, y) - sym(l)(0, y)) and
ins(l)(tz) - ins(l)(0) = t^k (ins(l)(z) - ins(l)(0)) are shown for every z, y, C and parameter of the scope.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

from flint import arb, ctx

from symcheck.budget import Budget
from symcheck.conditions.agreement.scopes import scope_with
from symcheck.conditions.everywhere.everywhere import (
    ball_at,
    classes_tried,
    equality,
    logits_tried,
    points_of,
)
from symcheck.findings.verdict import Verdict
from symcheck.language.formula import Formula
from symcheck.language.over_labels import mean_over_labels
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Scope
from symcheck.language.term import Scalar, Term, Vec
from symcheck.language.terms_of import term_of_formula
from symcheck.reason import Code, Reason, Undecided

LARGEST_DENOMINATOR = 12
"""Of degrees that are looked for."""


@dataclass(frozen=True)
class Homogeneity:
    """The ``degree`` k > 1 of ins(l) where sym(l) is of degree 1, None with the ``reason`` where it is not shown."""

    degree: Fraction | None
    reason: Reason | None = None


def homogeneity(loss: Formula, scope: Scope, budget: Budget) -> Homogeneity:
    """The degree of ins(l), if sym(l) and ins(l) are shown to be homogeneous up to constants.

    >>> from symcheck.language.formula import symbols
    >>> from symcheck.language.functions import mean, total
    >>> z, y = symbols()
    >>> homogeneity(Formula.of(total(z**2) - z[y] + mean(z)), Scope(), Budget()).degree
    Fraction(2, 1)
    """
    scope = scope_with(scope, loss)
    try:
        mean = Formula.of(mean_over_labels(loss))
        degree = _degree(mean, scope)
        if degree is None:
            why = "at the points that were tried ins(l) - const does not scale by one power of t above 1"
            return Homogeneity(None, Reason(Code.SIGN_UNKNOWN, why, "give values to parameters or to C"))
        t = Parameter(loss.unused_name("t"), above=0)
        wide = replace(scope, parameters=(*scope.parameters, t))
        symmetric = Formula.of(term_of_formula(loss) - term_of_formula(mean))
        for formula, factor in ((symmetric, t), (mean, t**degree)):
            found = _scales(formula, t, factor, wide, budget)
            if found is not None:
                return Homogeneity(None, found)
    except Undecided as stop:
        return Homogeneity(None, stop.reason)
    return Homogeneity(degree)


def is_of_degree_one(loss: Formula, scope: Scope, budget: Budget) -> bool:
    """Whether l(tz, y) - l(0, y) = t (l(z, y) - l(0, y)) is shown for t > 0.

    >>> from symcheck.language.formula import symbols
    >>> z, y = symbols()
    >>> is_of_degree_one(Formula.of(abs(z[y]) - z[y]), Scope(), Budget())
    True
    """
    scope = scope_with(scope, loss)
    t = Parameter(loss.unused_name("t"), above=0)
    try:
        return _scales(loss, t, t, replace(scope, parameters=(*scope.parameters, t)), budget) is None
    except Undecided:
        return False


def _scales(formula: Formula, t: Parameter, factor: Term, scope: Scope, budget: Budget) -> Reason | None:
    """Why f(tz) - f(0) = factor (f(z) - f(0)) is not shown, None if it is."""
    zero = term_of_formula(_with_logits(formula, Vec("filled", Scalar("number", data=Fraction(0)))))
    here, there = term_of_formula(formula), term_of_formula(_with_logits(formula, t * Vec("logits")))
    found = equality(Formula.of(there - zero), Formula.of(factor * (here - zero)), scope, budget)
    if found.verdict is Verdict.PROVED:
        return None
    what = "sym(l)" if formula.uses_label else "ins(l)"
    why = f"{what} - const was not shown to scale by one power of t: {found.reason or found.witness}"
    return Reason(Code.SIGN_UNKNOWN, why, "write l as what is linear in z plus powers of one degree")


def _with_logits(formula: Formula, logits: Term) -> Formula:
    """``formula`` with ``logits`` in the place of z."""
    return formula.replaced(lambda place, _: logits if formula.nodes[place].op == "logits" else None)


def _degree(mean: Formula, scope: Scope) -> Fraction | None:
    """The k of R(2z) = 2^k R(z) that a ball shows at one point, where it is a fraction k > 1 of small numbers."""
    for classes in classes_tried(scope):
        for point in points_of(mean, scope, classes, 2):
            for z in logits_tried(classes):
                with ctx.workprec(128):
                    zero, one, two = (ball_at(mean, point, [t * x for x in z], 1) for t in (0, 1, 2))
                    if zero is None or one is None or two is None or (one - zero).contains(0):
                        continue
                    power = ((two - zero) / (one - zero)).log() / arb(2).log()
                    if not power.is_finite():
                        return None
                    degree = Fraction(float(power.mid())).limit_denominator(LARGEST_DENOMINATOR)
                    fits = power.contains(arb(degree.numerator) / degree.denominator)
                return degree if degree > 1 and fits else None
    return None
