"""What two formulas differ by: h = a - f b, as text and as a formula without the label."""

from __future__ import annotations

import re
from contextlib import suppress

from symcheck.budget import Budget
from symcheck.conditions.everywhere.decomposition import CanonicalParts
from symcheck.conditions.everywhere.everywhere import difference_of, equal_everywhere
from symcheck.decomposition.naming import FIRST_LOOKED_FOR, known_functions, named_formula, named_parts, told_parts
from symcheck.design.sameness.link import Link
from symcheck.design.sameness.relation import Relation
from symcheck.design.sameness.value import Tie, letters_for
from symcheck.errors import FormulaError
from symcheck.field.element import Element
from symcheck.findings.verdict import Verdict
from symcheck.intake.parser import parsed
from symcheck.language.formula import Formula
from symcheck.language.over_labels import mean_over_labels
from symcheck.language.scope import Scope
from symcheck.language.term import Term
from symcheck.language.terms_of import term_of_formula
from symcheck.reason import Undecided

UNNAMED = "h(z)"
"""What h is called where no known functions make it."""

_NEGATIVE = re.compile(r"\+ \(-(\d+(?:/\d+)?)\) ")


def tie_of(link: Link, formulas: tuple[Formula, Formula], sign: str, scope: Scope, budget: Budget) -> Tie:
    """How ``formulas`` are linked, with a factor of this ``sign``, in the words of the formula grammar."""
    pieces, label_free = _rest(link, formulas, scope, budget)
    a, b = letters_for(scope)
    text = " + ".join([f"{a} = {scaled(link.factor, b)}", *pieces]).replace("+ -", "- ")
    return Tie(link.relation, link.factor.sympy(), sign, _NEGATIVE.sub(_minus, text), label_free)


def scaled(factor: Element, what: str) -> str:
    """``factor`` times ``what`` in the formula grammar."""
    if factor.rational in (1, -1):
        return what if factor.rational == 1 else f"-{what}"
    if factor.numerator.rational == 1:
        return f"{what}/{_in_brackets(factor.denominator.text())}"
    return f"{_in_brackets(factor.text())}*{what}"


def _in_brackets(text: str) -> str:
    return text if re.fullmatch(r"\w+", text) else f"({text})"


def _minus(found: re.Match[str]) -> str:
    return "- " if found[1] == "1" else f"- {found[1]} "


def _rest(
    link: Link, formulas: tuple[Formula, Formula], scope: Scope, budget: Budget
) -> tuple[list[str], Formula | None]:
    if link.rest.is_zero:
        return [], None
    difference = difference_of(*formulas)
    if link.relation is not Relation.LABEL_FREE:
        text = link.field.text(link.rest, {})
        with suppress(Undecided, FormulaError):
            return [text], parsed(text, kind="constant", parameters={p.name: p for p in difference.parameters})
        return [text], None
    parts = CanonicalParts(link.field, link.rest, None)
    known = {} if difference.arrays else known_functions(parts, difference)
    usual = {n: f for n, f in known.items() if n in FIRST_LOOKED_FOR}
    named = named_parts(parts, usual) or named_parts(parts, known)
    label_free = None
    with suppress(Undecided, FormulaError):
        label_free = named_formula(named, known, difference)
        if label_free is not None and _is_shown(link, formulas, label_free, scope, budget):
            assert named is not None
            return told_parts(parts, named), label_free
        label_free = _as_means(link, formulas)
        if not _is_shown(link, formulas, label_free, scope, budget):
            label_free = None
    return [UNNAMED], label_free


def _as_means(link: Link, formulas: tuple[Formula, Formula]) -> Formula:
    first, second = map(mean_over_labels, formulas)
    return Formula.of(first - _factor_term(link, formulas) * second)


def _is_shown(link: Link, formulas: tuple[Formula, Formula], label_free: Formula, scope: Scope, budget: Budget) -> bool:
    """Whether the formula that was written is a - f b: it is compared once more, also in balls."""
    second = _factor_term(link, formulas) * term_of_formula(formulas[1]) + term_of_formula(label_free)
    return equal_everywhere(formulas[0], Formula.of(second), scope, budget) is Verdict.PROVED


def _factor_term(link: Link, formulas: tuple[Formula, Formula]) -> Term:
    known = {p.name: p for f in formulas for p in f.parameters}
    return term_of_formula(parsed(link.factor.text(), kind="constant", parameters=known))
