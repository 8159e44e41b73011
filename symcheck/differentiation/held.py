"""What is detached, computed from scores of its own: autograd holds it fixed while it differentiates."""

from __future__ import annotations

from symcheck.language.formula import Formula
from symcheck.language.term import Term, Vec
from symcheck.language.terms_of import term_of_formula


def held_apart(term: Term) -> Term:
    """``term`` in which what is detached depends on the leaf ``held`` in the place of z."""
    formula = Formula.of(term)
    held = {p: _of_held(formula.alone(n.args[0])) for p, n in enumerate(formula.nodes) if n.op == "detach"}
    return term_of_formula(formula.replaced(lambda place, _: held.get(place)))


def _of_held(formula: Formula) -> Term:
    return term_of_formula(
        formula.replaced(lambda place, _: Vec("held") if formula.nodes[place].op == "logits" else None)
    )
