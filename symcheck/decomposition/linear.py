"""Parts of a formula that are linear in z."""

from __future__ import annotations

from symcheck.field.element import Element
from symcheck.field.everywhere_field import EverywhereField
from symcheck.language.formula import Formula
from symcheck.readings.fixed import elements_of


def linear_parts(formula: Formula, field: EverywhereField) -> list[tuple[Element, list[Element]]] | None:
    """At each coincidence of y and i: c and the slopes of a formula c + sum of slopes times entries of z.

    None if the formula is not linear in single entries of z.  With C = 2 all the entries are single ones.
    """
    # With two classes z[0] and z[1] are all there is, and the reading for every C knows the others as a sum.
    parts = []
    for value in elements_of(formula, field, 2 if field.scope.classes.fixed == 2 else None):
        names = [f"z[{k}]" for k in sorted(field.classes_in(value))]
        slopes = [value.derivative(n) for n in names if n in field.depends(value)]
        rest = value
        for name in names:
            if name in field.depends(value):
                rest = rest - value.derivative(name) * field.variable(name)
        if field.mentions_logits(rest) or any(field.mentions_logits(s) for s in slopes):
            return None
        if slopes:
            parts.append((rest, slopes))
    return parts
