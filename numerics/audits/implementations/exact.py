"""The exact comparison: two formulas have the same values, and autograd returns the same gradients of them."""

from __future__ import annotations

from dataclasses import replace

from numerics.audits.implementations.mutations import term_of_node
from symcheck.budget import Budget
from symcheck.conditions.everywhere.everywhere import Equality, equality
from symcheck.errors import SymcheckError
from symcheck.field.everywhere_field import LOGITS
from symcheck.findings.verdict import Verdict
from symcheck.language.classwise import ClassParameter
from symcheck.language.formula import Formula
from symcheck.language.scope import Classes, Scope
from symcheck.language.term import Term
from symcheck.language.vector_array import VectorArray
from symcheck.reason import Undecided

LEAST = 0.1
"""Seconds that the comparison may take in any case."""

HELD = VectorArray("held", LOGITS.interval)
"""The logits inside of what is detached: a class-vector of its own."""


def equal_with_gradients(first: Formula, second: Formula, classes: Classes, budget: Budget) -> Equality:
    """Whether values and gradients are equal at all z, for every label and C of ``classes``.

    Autograd takes what is detached for a constant.  With a free class-vector w in the place of z there, F(z, w) has the
    values F(z, z) and the gradients d/dz F(z, w) at w = z: if two such functions are equal at all z and w, both are.
    REFUTED is about the values alone; "not shown" leaves gradients open.  If one name stands for two things in them,
    the answer is UNDECIDED.
    """
    # A third of what is left: points say what they say without it.
    share = Budget(max(budget.left / 3, LEAST))
    try:
        with share.in_force():
            return _with_gradients(first, second, Scope(classes), share)
    except Undecided as stop:
        return Equality(Verdict.UNDECIDED, reason=stop.reason)
    except SymcheckError:
        return Equality(Verdict.UNDECIDED)


def _with_gradients(first: Formula, second: Formula, scope: Scope, budget: Budget) -> Equality:
    # The same name may stand for two arrays in them.
    first = first.with_arrays({a.name: replace(a, name=f"{a.name}_of_code") for a in first.arrays})
    if not (first.detaches or second.detaches):
        return _equality(first, second, scope, budget)
    held = _equality(with_held(first), with_held(second), scope, budget)
    if held.verdict is Verdict.PROVED:
        return held
    plain = _equality(first, second, scope, budget)
    return plain if plain.verdict is Verdict.REFUTED else Equality(Verdict.UNDECIDED, reason=held.reason)


def _equality(first: Formula, second: Formula, scope: Scope, budget: Budget) -> Equality:
    try:
        return equality(first, second, scope, budget)
    except Undecided as stop:
        return Equality(Verdict.UNDECIDED, reason=stop.reason)


def with_held(formula: Formula) -> Formula:
    """``formula`` with the class-vector w in the place of z inside of what is detached, which is then like any part."""
    inside: list[Term] = []
    found: list[Term] = []
    for place, node in enumerate(formula.nodes):
        if node.op == "detach":
            inside.append(inside[node.args[0]])
            found.append(inside[-1])
            continue
        made = [term_of_node(formula, place, [terms[a] for a in node.args]) for terms in (inside, found)]
        inside.append(ClassParameter.of(HELD) if node.op == "logits" else made[0])
        found.append(made[1])
    return Formula.of(found[-1])
