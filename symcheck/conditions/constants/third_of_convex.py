"""Third derivatives of losses made of logsumexp and quadratic terms: log sum_k exp(z_k) has at most sqrt(6)/9."""

from __future__ import annotations

from fractions import Fraction
from math import inf

from symcheck.budget import Budget
from symcheck.conditions.constants.rounded import multiplied
from symcheck.conditions.constants.third_derivative import OF_SOFTMAX
from symcheck.conditions.convexity.combination import SUMS, Atom, Combination
from symcheck.conditions.convexity.normal_form import entry_parameters, normal_form
from symcheck.conditions.convexity.proved_signs import ProofField
from symcheck.conditions.convexity.rules import Rules
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.reason import Undecided


def third_of_convex(formula: Formula, scope: Scope, budget: Budget) -> float | None:
    """A bound of ||D^3 l[v, v, .]|| for ||v|| = 1 at every z, for sums of logsumexp(s z + shift) and quadratic terms.

    None where the formula has other terms, or s or a factor is no rational number.
    """
    field = ProofField(Scope(scope.classes, (*scope.parameters, *entry_parameters(formula))), budget)
    try:
        form = normal_form(formula, field)
    except Undecided:
        return None
    if form.needs:
        return None
    rules, found = Rules(field), 0.0
    for atom, c in form.of.terms:
        if rules.is_affine_atom(atom) or _is_quadratic(atom, rules):
            continue
        scale, factor = _scale(atom), c.rational
        if scale is None or factor is None:
            return None
        found += multiplied(OF_SOFTMAX, abs(factor) * scale**3) if factor else 0.0
    # A sum of a few floats is rounded less than this.
    return found * (1 + 1e-14) if found < inf else None


def _is_quadratic(atom: Atom, rules: Rules) -> bool:
    """Whether it is the square of an affine quantity, or a sum of such over the classes."""
    if atom.kind == "power":
        assert atom.exponent is not None
        return atom.exponent.rational == 2 and rules.is_affine(atom.args[0])
    return atom.kind in SUMS and all(_is_quadratic(a, rules) or rules.is_affine_atom(a) for a, _ in atom.args[0].terms)


def _scale(atom: Atom) -> Fraction | None:
    """s > 0 for logsumexp of entries s z_k + constant, over all classes or all but the label."""
    if atom.kind not in ("lse", "lse_others"):
        return None
    scales = [_of_entry(u, kinds) for u, kinds in zip(atom.args, _KINDS[atom.kind], strict=True)]
    first = scales[0]
    return abs(first) if first is not None and all(s == first for s in scales) else None


_KINDS = {"lse": (("own", "entry"), ("entry",)), "lse_others": (("entry",),)}
"""The logits that stand at the label and at another class; without a label both are the same."""


def _of_entry(u: Combination, kinds: tuple[str, ...]) -> Fraction | None:
    if len(u.terms) != 1 or u.terms[0][0].kind not in kinds:
        return None
    return u.terms[0][1].rational
