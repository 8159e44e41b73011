"""Logarithms and roots of sums: where a Hessian D - vv' is positive semidefinite.

    log sum_i f_i, f_i > 0 with convex logarithms;  (sum_i f_i)^e with e in (0, 1], f_i >= 0 and f_i^e convex

For F = sum_i f_i with f_i f_i'' >= c f_i'^2 (c = 1 and c = 1 - e) the Cauchy-Schwarz inequality gives
F D^2 F >= c grad F grad F'; with D diagonal this is sum_i v_i^2/d_i <= 1, as in diag(p) - pp' >= 0.
"""

from __future__ import annotations

from symcheck.conditions.convexity.bounds import is_nonnegative, is_positive
from symcheck.conditions.convexity.combination import SUMS, Atom, Combination
from symcheck.conditions.convexity.curvature import CurvatureRules
from symcheck.conditions.convexity.proved_signs import is_at_least_zero
from symcheck.conditions.convexity.why import Why, together
from symcheck.field.element import Element
from symcheck.findings.step import Step


def root_sum(rules: CurvatureRules, x: Combination, e: Element) -> Why | None:
    """Why x is a sum of terms >= 0 whose powers with the exponent ``e`` in (0, 1] are convex."""
    if not is_at_least_zero(x.constant):
        return None
    # Minkowski needs terms that are not negative: one negative coefficient, and the norm is none.
    return together([_root(rules, a, e) if is_at_least_zero(c) else None for a, c in x.terms])


def _root(rules: CurvatureRules, a: Atom, e: Element) -> Why | None:
    if a.kind in SUMS:
        return root_sum(rules, a.args[0], e)
    if a.kind == "exp":
        return rules.convex(a.args[0])
    if a.kind == "form" and all(rules.is_affine(x) for x in a.args):
        return Why() if is_at_least_zero(2 * e - 1) else None
    if a.kind == "power" and a.exponent is not None and is_at_least_zero(e * a.exponent - 1):
        x, whole = a.args[0], a.exponent.rational
        even = whole is not None and whole.denominator == 1 and whole % 2 == 0
        if even and rules.is_affine(x):
            # (x^2k)^e = |x|^(2ke), an absolute value to a power of at least 1.
            return Why((Step(x.text(), "affine", "affine in z, so that its absolute value is convex"),))
        if is_nonnegative(x):
            return rules.convex(x)
    return None


def is_log_convex(rules: CurvatureRules, x: Combination) -> Why | None:
    """Why x > 0 is a sum of functions whose logarithms are convex."""
    if not is_positive(x) or not is_at_least_zero(x.constant):
        return None
    return together([_log_convex_atom(rules, a) if is_at_least_zero(c) else None for a, c in x.terms])


def _log_convex_atom(rules: CurvatureRules, a: Atom) -> Why | None:
    x = a.args[0] if a.args else None
    if x is None:
        return None
    if a.kind == "exp":
        return rules.convex(x)
    if a.kind == "cosh" and rules.is_affine(x):
        return Why((Step(a.text(), "log-convex", "half the sum of exponentials of affine functions"),))
    if a.kind in SUMS:
        return is_log_convex(rules, x)
    if a.kind == "product":
        return together([is_log_convex(rules, y) for y in a.args])
    if a.kind == "power" and a.exponent is not None:
        if is_at_least_zero(a.exponent):
            return is_log_convex(rules, x)
        if is_at_least_zero(-a.exponent) and is_positive(x):
            return rules.concave(x)
    return None
