"""A loss as a sum of functions of the gap and a rest: if that is convex, the weak convexity is that of the others."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from symcheck.language.formula import Formula
from symcheck.language.term import Term
from symcheck.language.terms_of import term_of_formula
from symcheck.readings.gap.of_gap import OfGap, function_of_gap


def gap_and_rest(formula: Formula, classes: int) -> tuple[list[OfGap], Formula | None] | None:
    """The terms of the sum ``formula`` that are functions of the gap, one for each scale of z, and the sum of the rest.

    None where no term is a function of the gap; the rest is None where each is.

    >>> from symcheck.language.formula import symbols
    >>> from symcheck.language.functions import softmax, total
    >>> z, y = symbols()
    >>> found, rest = gap_and_rest(Formula.of(3 * (total(z**2) + 1 - softmax(z)[y])), classes=3)
    >>> str(found[0].phi), str(rest)
    ('3 - 3*sigmoid(-z[y])', '3*total(z**2)')
    """
    of_gap: dict[Fraction, Term] = {}
    rest: Term | None = None
    for factor, term in _terms(term_of_formula(formula), Fraction(1)):
        found = function_of_gap(Formula.of(term), classes=classes, parameters={})
        if found is None:
            rest = _with(rest, factor, term)
        else:
            of_gap[found.scale] = _with(of_gap.get(found.scale), factor, term)
    if not of_gap:
        return None
    parts = [function_of_gap(Formula.of(term), classes=classes, parameters={}) for term in of_gap.values()]
    return [p for p in parts if p is not None], None if rest is None else Formula.of(rest)


def _terms(term: Term, factor: Fraction) -> Iterator[tuple[Fraction, Term]]:
    """The terms of a sum with their factors."""
    numbers = [x.data if x.op == "number" and isinstance(x.data, Fraction) else None for x in term.args]
    match term.op, numbers:
        case "add", _:
            yield from _terms(term.args[0], factor)
            yield from _terms(term.args[1], factor)
        case "sub", _:
            yield from _terms(term.args[0], factor)
            yield from _terms(term.args[1], -factor)
        case "neg", _:
            yield from _terms(term.args[0], -factor)
        case "mul", [Fraction() as number, _]:
            yield from _terms(term.args[1], factor * number)
        case "mul", [_, Fraction() as number]:
            yield from _terms(term.args[0], factor * number)
        case "div", [_, Fraction() as number] if number:
            yield from _terms(term.args[0], factor / number)
        case _:
            yield factor, term


def _with(before: Term | None, factor: Fraction, term: Term) -> Term:
    """``before`` plus ``factor`` times ``term``."""
    size = term if abs(factor) == 1 else abs(factor) * term
    if before is None:
        return size if factor > 0 else -size
    return before + size if factor > 0 else before - size
