"""Are two formulas one: equal, or up to a constant, a factor, a part without the label; on which z?  (THEORY 2.)"""

from __future__ import annotations

from collections.abc import Sequence

from symcheck.arguments.public import public
from symcheck.budget import SECONDS, Budget, reading
from symcheck.design.pair_given import pair_given, shared_scope
from symcheck.design.sameness.question import found_of
from symcheck.design.sameness.value import Sameness
from symcheck.intake.given import Given
from symcheck.language.scope import Classes


@public
def same(
    a: Given, b: Given, *, classes: int | Sequence[int] | Classes | None = None, budget: float = SECONDS
) -> Sameness:
    """Whether ``a`` and ``b``, two losses or two regularizers, are one, and up to what: a = f b + h.

    Parameters: ``a`` and ``b`` each a name in the catalogue, an entry, a formula string, a function or torch code,
    where a free parameter that occurs in both is one number; ``classes`` one C >= 2 or a pair of ends (every C >= 2
    unless given); ``budget`` in seconds.

    Returns ``Sameness``: the factor f, and h, which has no label in it.  Raises what ``certify`` raises for what it
    cannot read (``UnknownNameError``, ``NumberError``, ``ScopeError``), ``FormulaError`` for a loss beside a
    regularizer, and ``ParameterError`` for one name with two ranges.

    >>> import symcheck as sc
    >>> found = sc.same("cross_entropy", "label_smoothing")
    >>> found.relation.name, found.factor
    ('LABEL_FREE', 1/(1 - r))
    >>> print(sc.same("mae", "gce").agreements[0])
    where q = 1: a = 2*b, equal up to a factor

    Source: docs/theory.md, sections 2 and 16.
    """
    asked = Classes.of(classes)
    whole = Budget(budget)
    with reading(budget):
        first, second = pair_given(a, b, asked)
        scope = shared_scope(first, second, asked)
    with whole.in_force():
        found = found_of((first.formula, second.formula), scope, whole)
    return Sameness(a=first, b=second, scope=scope, **vars(found))
