"""Formulas as terms again, so that new formulas can be written with old ones."""

from __future__ import annotations

from symcheck.budget import look
from symcheck.language.classwise import term_of
from symcheck.language.formula import Formula
from symcheck.language.operators import ENTRYWISE
from symcheck.language.term import Pairs, Scalar, Term, Vec, entrywise


def terms_of(formula: Formula) -> list[Term]:
    """The terms of all the nodes of ``formula``, in their order; the last one is its value."""
    terms: list[Term] = []
    known = {p.name: p for p in formula.parameters}
    for place, (node, vector) in enumerate(zip(formula.nodes, formula.vectors, strict=True)):
        look()
        args = [terms[a] for a in node.args]
        if node.parameter is not None:
            terms.append(known[node.parameter])
        elif node.op in ENTRYWISE and not vector:
            terms.append(entrywise(node.op, *args))
        elif node.array is not None and place not in formula.pairs:
            terms.append(term_of(node.array, node.op, tuple(args)))
        else:
            kind = Pairs if place in formula.pairs else Vec if vector else Scalar
            terms.append(kind(node.op, *args, data=node.number if node.array is None else node.array))
    return terms


def term_of_formula(formula: Formula) -> Term:
    """The term whose formula is ``formula``."""
    return terms_of(formula)[-1]
