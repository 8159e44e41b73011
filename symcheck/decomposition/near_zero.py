"""What a loss is near z = 0 if its relus are linear there: a statement on a box, not for every z."""

from __future__ import annotations

from collections.abc import Iterator

from symcheck.budget import Budget
from symcheck.conditions.everywhere.decomposition import canonical_parts
from symcheck.decomposition.linear import linear_parts
from symcheck.decomposition.naming import known_functions, named_parts, statement_of
from symcheck.field.everywhere_field import EverywhereField
from symcheck.field.signs.sign import Kind
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.language.terms_of import terms_of
from symcheck.reason import Code, Undecided


def near_zero(formula: Formula, scope: Scope, budget: Budget) -> str:
    """What sym(l) is where every relu of the formula has a positive argument: a statement on a box about 0."""
    if not any(n.op == "relu" for n in formula.nodes) or formula.is_classwise:
        return ""
    try:
        field = EverywhereField(scope, budget)
        # A relu is linear where its argument keeps the sign it has at 0: on a box, and nothing is said outside.
        radii = list(_radii(formula, field))
        smooth = canonical_parts(_without_relu(formula), scope, budget)
    except Undecided:
        return ""
    kappa = smooth.kappa
    if kappa is None or not radii:
        return ""
    bound = " and ".join(f"||z||_inf < {text}" for text in dict.fromkeys(radii))
    named = named_parts(smooth, known_functions(smooth, formula))
    return f"On {bound}: {statement_of(smooth, named)}"


def _radii(formula: Formula, field: EverywhereField) -> Iterator[str]:
    """For each relu the radius of the box about 0 on which its argument, linear in z, is positive."""
    terms = terms_of(formula)
    for node in formula.nodes:
        if node.op != "relu":
            continue
        inside = Formula.of(terms[node.args[0]])
        found = _radius(inside, field)
        if found is None:
            raise Undecided.of(Code.KINK, "the argument of a relu is not linear in z", "look at it near 0")
        yield from found


def _radius(inside: Formula, field: EverywhereField) -> list[str] | None:
    found = linear_parts(inside, field)
    if found is None:
        return None
    texts = []
    for constant, slopes in found:
        if field.sign(constant).kind is not Kind.POSITIVE:
            return None
        total = field.number(0)
        for slope in slopes:
            # By Hoelder |slopes'z| <= sum |slope| ||z||_inf, so that below constant/sum the argument stays above 0.
            total = total + field.absolute(slope)
        texts.append((constant / total).text())
    return texts


def _without_relu(formula: Formula) -> Formula:
    """The formula with x in the place of relu(x)."""
    place = next((i for i, n in enumerate(formula.nodes) if n.op == "relu"), None)
    while place is not None:
        formula = formula.with_branch(place, lambda args: args[0])
        place = next((i for i, n in enumerate(formula.nodes) if n.op == "relu"), None)
    return formula
