"""Operators whose values are convex, or concave, by a rule for the operator."""

from __future__ import annotations

from symcheck.conditions.convexity.bounds import is_nonnegative, is_positive
from symcheck.conditions.convexity.combination import Atom
from symcheck.conditions.convexity.curvature import CurvatureRules
from symcheck.conditions.convexity.proved_signs import is_at_least_zero
from symcheck.conditions.convexity.sums import is_log_convex, root_sum
from symcheck.conditions.convexity.why import Why, together
from symcheck.field.element import Element
from symcheck.field.signs.sign import Kind
from symcheck.findings.step import Step

OVER = {
    "others": "a sum over the other classes",
    "all": "a sum over the classes",
    "pairs": "a sum over pairs of classes",
}
"""Sums, in words."""

RISING = {
    "lse": "log sum exp of convex functions",
    "lse_others": "log sum exp of convex functions",
    "amax": "the largest of convex functions",
    "amax_others": "the largest of convex functions",
    "larger": "the larger of convex functions",
    "conjugate": "the largest average of convex functions plus the entropy of its weights",
}
"""Operators that are convex and rise in each argument."""

RISING_FUNCTIONS = frozenset({"exp", "softplus", "relu"})


def convex_atom(rules: CurvatureRules, a: Atom) -> Why | None:
    """Why the atom is convex by a rule for its operator."""
    whys: list[Why | None]
    name = a.array.name if a.array else ""
    if rules.is_affine_atom(a):
        return Why()
    by = ""
    if a.kind in OVER:
        whys, by = [rules.convex(a.args[0])], OVER[a.kind]
    elif a.kind in RISING:
        whys, by = [rules.convex(x) for x in a.args], RISING[a.kind]
    elif a.kind in RISING_FUNCTIONS:
        whys, by = [rules.convex(a.args[0])], f"{a.kind} is convex and rises"
    elif a.kind in ("abs", "cosh") and rules.is_affine(a.args[0]):
        whys, by = [Why()], f"{a.kind} is convex"
    elif a.kind in ("abs", "cosh") and is_nonnegative(a.args[0]):
        whys, by = [rules.convex(a.args[0])], f"{a.kind} is convex and rises where its argument is not negative"
    # log of a convex function need not be convex (log x^2): each term has to be log-convex.
    elif a.kind == "log":
        whys, by = [is_log_convex(rules, a.args[0])], "the logarithm of a sum of log-convex functions"
    elif a.kind == "power":
        whys, by = _power(rules, a)
    elif a.kind == "apply" and _entries_nonnegative(a):
        whys, by = [rules.convex(x) for x in a.args], f"the entries of {name} are >= 0"
    elif a.kind == "form" and all(rules.is_affine(x) for x in a.args):
        whys, by = [Why()], f"{name} is declared to be positive definite"
    else:
        return None
    return together(whys, Step(a.text(), "convex", by))


def concave_atom(rules: CurvatureRules, a: Atom) -> Why | None:
    """Why the atom is concave by a rule for its operator."""
    why: Why | None = None
    by = ""
    if a.kind in OVER:
        why, by = rules.concave(a.args[0]), OVER[a.kind]
    elif a.kind == "log":
        why, by = rules.concave(a.args[0]), "log is concave and rises"
    elif a.kind == "power" and _is_root(a.exponent) and is_nonnegative(a.args[0]):
        why, by = rules.concave(a.args[0]), "a power with an exponent from 0 to 1 is concave and rises"
    return None if why is None else why.then(Step(a.text(), "concave", by))


def _is_root(e: Element | None) -> bool:
    return e is not None and is_at_least_zero(e) and is_at_least_zero(1 - e)


def _entries_nonnegative(a: Atom) -> bool:
    low = None if a.array is None else a.array.interval.low
    ends = None if a.array is None else a.array.ends
    return (low is not None and low >= 0) or (ends is not None and ends[0] >= 0)


def _power(rules: CurvatureRules, a: Atom) -> tuple[list[Why | None], str]:
    assert a.exponent is not None
    x, e = a.args[0], a.exponent
    whole = e.rational
    if whole is not None and whole.denominator == 1 and whole > 0 and whole % 2 == 0 and rules.is_affine(x):
        return [Why()], "an even power of an affine function"
    if is_at_least_zero(e - 1) and is_nonnegative(x):
        return [rules.convex(x)], "a power with an exponent >= 1 is convex and rises where its base is not negative"
    if is_at_least_zero(-e) and is_positive(x):
        return [rules.concave(x)], "a power with an exponent <= 0 is convex and falls where its base is positive"
    if e.field.sign(e).kind is Kind.POSITIVE and is_at_least_zero(1 - e):
        return [root_sum(rules, x, e)], "a norm of convex functions that are not negative: Minkowski's inequality"
    return [None], ""
