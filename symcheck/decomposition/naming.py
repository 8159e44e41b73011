"""What the parts of a loss are called: multiples of MUH, and functions of z that the catalogue knows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from sympy import Expr

from symcheck.conditions.everywhere.decomposition import CanonicalParts, recognised, scales_in
from symcheck.field.element import Element
from symcheck.intake.catalogue import names, regularizer_named
from symcheck.intake.parser import parsed
from symcheck.language.formula import Formula, symbols
from symcheck.language.functions import mean
from symcheck.language.terms_of import term_of_formula
from symcheck.reason import Undecided

SHOWN = {
    "label_smoothing_penalty": "KL(u||p)",
    "entropy": "sum_k p_k log p_k",
    "l2": "||z||^2/2",
    "mean": "mean(z)",
    "logit_variance": "||z - mean(z)||^2/2",
    "chi_squared": "chi^2(p||u)",
    "symmetric_kl": "(KL(p||u) + KL(u||p))",
    "softplus_sum": "sum_k log(1 + exp(z_k))",
    "z_loss": "LSE(z)^2",
}
"""How functions of z are called in a statement, p = softmax(z) and u the uniform distribution; others by their name."""

FIRST_LOOKED_FOR = ("label_smoothing_penalty", "l2", "entropy", "mean")
"""Of several ways to write ins(l), one with these is taken; the others follow by name."""


Named = tuple[tuple[tuple[Element, str], ...], Element]


def named_parts(parts: CanonicalParts, known: Mapping[str, Formula]) -> Named | None:
    """ins(l) as multiples of ``known`` functions and a constant, None where that is not seen or not decided."""
    try:
        return recognised(parts, known)
    except Undecided:
        return None


def known_functions(parts: CanonicalParts, formula: Formula) -> dict[str, Formula]:
    """The functions of z that are looked for, by what they are called, also KL(u||p) with a temperature."""
    found = dict(_catalogued())
    for scale in scales_in(parts):
        text = _in_brackets(scale.text())
        # An entry of an array is no name of the grammar.
        if not any(n in text for n in "[{"):
            called = f"KL(u||softmax({text}*z))"
            code = f"logsumexp({text}*z) - mean({text}*z) - log(C)"
            found[called] = parsed(code, kind="regularizer", parameters={p.name: p for p in formula.parameters})
    return found


@cache
def _catalogued() -> Mapping[str, Formula]:
    """The regularizers of the catalogue without free parameters, and mean(z), which none of them is."""
    z, _ = symbols()
    found = {name: regularizer_named(name).recorded for name in names("regularizer")}
    found = {name: f for name, f in found.items() if not f.parameters and not f.arrays}
    found["mean"] = Formula.of(mean(z))
    order = [*FIRST_LOOKED_FOR, *(n for n in sorted(found) if n not in FIRST_LOOKED_FOR)]
    return {name: found[name] for name in order}


def named_formula(named: Named | None, known: Mapping[str, Formula], formula: Formula) -> Formula | None:
    """ins(l) written with the functions that it was recognised to be made of."""
    if named is None or formula.arrays:
        return None
    factors, constant = named
    pieces = [_scaled(f, f"({known[n]})") for f, n in factors]
    pieces += [] if constant.is_zero and pieces else [f"({constant.text()})"]
    code = " + ".join(pieces).replace("+ -", "- ")
    return parsed(code, kind="regularizer", parameters={p.name: p for p in formula.parameters})


def symmetric_formula(parts: CanonicalParts, formula: Formula, insensitive: Formula) -> Formula:
    """sym(l) as a formula: kappa (mean(z) - z[y]) where it is that, else l less ins(l)."""
    if parts.kappa is None or formula.arrays:
        return Formula.of(term_of_formula(formula) - term_of_formula(insensitive))
    return parsed(
        _scaled(parts.kappa, "(mean(z) - z[y])"), kind="loss", parameters={p.name: p for p in formula.parameters}
    )


def _scaled(factor: Element, what: str) -> str:
    if factor.rational == 1:
        return what[1:-1]
    return f"-{what}" if factor.rational == -1 else f"{_in_brackets(factor.text())}*{what}"


def _in_brackets(text: str) -> str:
    return text if re.fullmatch(r"\w+", text) else f"({text})"


def kappa_of(parts: CanonicalParts) -> Expr | None:
    """The kappa of sym(l) = kappa MUH in SymPy, None where there is none, or it has sums over the classes in it."""
    if parts.kappa is None or any(parts.field.atom_called(n) is not None for n in parts.field.depends(parts.kappa)):
        return None
    return parts.kappa.sympy()


def statement_of(parts: CanonicalParts, named: Named | None) -> str:
    """The decomposition in one line, l = kappa MUH + ..., by the names of the parts where they have any."""
    pieces: list[str] = []
    kappa = parts.kappa
    # ins(l) is a constant: then sum_y l(z, y) is C times it at every z, which is what symmetric means.
    if kappa is None and named is not None and not named[0]:
        return f"l is symmetric: sum_y l(z, y) = {(named[1] * parts.field.C).text()}"
    if kappa is None:
        pieces.append("sym(l)")
    elif not kappa.is_zero:
        pieces.append("MUH" if kappa.rational == 1 else f"{_in_brackets(parts.field.text(kappa, {}))} MUH")
    if named is None:
        pieces.append("a function of z alone" if kappa is not None else "ins(l)")
        return "l = " + " + ".join(pieces)
    return "l = " + summed([*pieces, *told_parts(parts, named)])


def told_parts(parts: CanonicalParts, named: Named) -> list[str]:
    """The known functions that ins(l) is made of with their factors, then a constant that is not 0, in words."""
    pieces: list[str] = []
    factors, constant = named
    for f, name in factors:
        shown = SHOWN.get(name, name)
        times = f"({shown})" if re.search(r"[ /]", shown) and "(" not in shown else shown
        pieces.append(shown if f.rational == 1 else f"{_in_brackets(parts.field.text(f, {}))} {times}")
    return pieces if constant.is_zero else [*pieces, parts.field.text(constant, {})]


def summed(pieces: list[str]) -> str:
    """The sum of ``pieces`` as text, 0 of none."""
    return " + ".join(pieces or ["0"]).replace("+ (-1) ", "- ").replace("+ -", "- ")
