"""Derivatives at z = 0 by the rules: for formulas that treat classes differently, such as w[y]*log_softmax(z)[y]."""

from __future__ import annotations

from sympy import Expr

from symcheck.budget import Budget
from symcheck.differentiation.algebra import Algebra
from symcheck.differentiation.derive import derived
from symcheck.differentiation.expanded import ExpandedReading
from symcheck.differentiation.factored import Terms
from symcheck.differentiation.indices import index_names
from symcheck.differentiation.pairs import row_total
from symcheck.differentiation.proof import agrees_at_zero
from symcheck.differentiation.sums import ZERO, Sum
from symcheck.differentiation.symbolic import entry_of
from symcheck.language.array import Array
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.reason import Code, Undecided


def derivatives_at_zero(formula: Formula, scope: Scope, budget: Budget) -> tuple[Expr, Expr]:
    """The entry at j of the gradient of ``formula`` at z = 0, and that at j and k of its Hessian, by SymPy.

    Raises ``Undecided`` where the rules do not hold at 0, or power series do not confirm them there.
    """
    found = derived(formula)
    if found.where:
        why = f"the rules of differentiation need {found.where[0]}, and z = 0 was not looked at for it"
        raise Undecided.of(Code.KINK, why, "write the formula without it")
    if not agrees_at_zero(formula, found.gradient, found.hessian, scope, budget):
        why = "no entries of the arrays were found at which power series confirm the derivatives at 0"
        raise Undecided.of(Code.SIGN_UNKNOWN, why, "give the arrays entries")
    names = index_names(formula)
    gradient, hessian = (entry_of(_at_zero(f), names) for f in (found.gradient, found.hessian))
    return gradient, hessian


def _at_zero(formula: Formula) -> Formula:
    algebra = Algebra({p.name: p.interval for p in formula.parameters})
    return Formula.of(Terms(formula.parameters).of(_ZeroReading(algebra).read(formula)))


class _ZeroReading(ExpandedReading):
    """Sums at z = 0, of class-vectors and of quantities of two classes."""

    def logits(self) -> Sum:
        return ZERO

    def same(self) -> Sum:
        return self.algebra.same

    def row_total(self, q: Sum) -> Sum:
        return row_total(self.algebra, q)

    def _of_array(self, array: Array, op: str, args: list[Sum]) -> Sum:
        if op in ("entries", "entries_turned", "diagonal"):
            return self.algebra.atom(op, data=array, rank=1 if op == "diagonal" else 2)
        return super()._of_array(array, op, args)
