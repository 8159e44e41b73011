"""The derivatives of a formula as formulas, for every number of classes at once."""

from __future__ import annotations

from dataclasses import dataclass

from symcheck.differentiation.expanded import expanded
from symcheck.differentiation.factored import Terms
from symcheck.differentiation.gradient import Rules
from symcheck.differentiation.hessian import Jacobians
from symcheck.differentiation.kinks import kinks_of
from symcheck.differentiation.sums import ONE
from symcheck.language.formula import Formula


@dataclass(frozen=True)
class Derived:
    """``gradient`` and ``diagonal``, class-vectors, ``hessian``, a quantity of two classes, and where these hold."""

    gradient: Formula
    diagonal: Formula
    hessian: Formula
    where: tuple[str, ...]


def derived(formula: Formula, *, roots_above: bool = False) -> Derived:
    """The derivatives of ``formula`` by z, where ``roots_above`` with u^(-1/2) in the place of 1/sqrt(u).

    Raises ``Undecided`` where an operator has none that can be written.
    """
    value, algebra = expanded(formula)
    rules = Rules(algebra)
    terms = Terms(formula.parameters, roots_above=roots_above)
    gradient = rules.pulled(value, ONE, 0)
    jacobians = Jacobians(rules)
    jacobian = jacobians.of(gradient)
    return Derived(
        Formula.of(terms.vector(gradient)),
        Formula.of(terms.vector(jacobians.diagonal(jacobian))),
        Formula.of(terms.of(jacobians.entries(jacobian))),
        tuple(kinks_of([value, gradient], rules, terms)),
    )
