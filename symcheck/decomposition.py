"""Decomposing a loss: l = sym(l) + ins(l), and what uniform label noise does to it (THEORY 2).

ins(l)(z) = (1/C) sum_k l(z, k) does not depend on the label, and the sum of sym(l) over the labels is 0.  There is
no other way to write a loss as a part that sums to 0 over the labels and a part without the label.  Noise shrinks
the first one: with a = 1 - rho C/(C - 1) the noisy risk is Lbar_l = a L_sym(l) + L_ins(l).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from symcheck.budget import Budget
from symcheck.calculus.agree import disagreement
from symcheck.calculus.decomposition import CanonicalParts, canonical_parts, recognised, scales_in
from symcheck.calculus.everywhere import (
    VETOES,
    ball_at,
    classes_tried,
    equality,
    logits_tried,
    points_of,
    scope_with,
    sum_by_label,
    values_by_label,
)
from symcheck.calculus.linear import linear_parts
from symcheck.catalogue import names, regularizer_named
from symcheck.constants.constant import Constant
from symcheck.constants.sign import Kind
from symcheck.errors import FormulaError
from symcheck.given import Given, subject_of
from symcheck.intake.parser import parsed
from symcheck.language.formula import Formula, symbols
from symcheck.language.functions import mean
from symcheck.language.over_labels import mean_over_labels
from symcheck.language.scope import Classes, Scope
from symcheck.language.terms_of import term_of_formula, terms_of
from symcheck.problem import Subject
from symcheck.readings.everywhere_field import EverywhereField
from symcheck.reason import Code, Reason, Undecided
from symcheck.remembered import remembered
from symcheck.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sympy import Expr

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


@dataclass(frozen=True)
class Decomposition:
    """The loss ``loss`` = ``symmetric`` + ``insensitive`` for every z, C and parameter value of ``scope``.

    ``symmetric`` and ``insensitive`` are None where the language cannot say them, and ``reason`` then names the
    subexpression; ``canonical`` is ins(l) in canonical form, with its sums over the classes written out.  ``kappa``:
    sym(l) = kappa MUH exactly, None if there is no such number; ``statement`` says it in one line, and ``local`` what
    holds near 0 alone, in so many words.  ``verdict``: PROVED if both parts are and no ball of them speaks against it.
    """

    loss: Subject
    scope: Scope
    statement: str
    canonical: str
    symmetric: Formula | None = None
    insensitive: Formula | None = None
    kappa: Expr | None = None
    local: str = ""
    verdict: Verdict = Verdict.UNDECIDED
    reason: Reason | None = None

    @property
    def finite_lambda(self) -> str:
        """What noise does at every weight lambda of every regularizer g, and not only in the limit."""
        return (
            "With uniform label noise of rate rho < (C - 1)/C, a = 1 - rho C/(C - 1) and r = 1 - a: "
            "Lbar_l = a L_sym(l) + L_ins(l) = (1 - r) L_l + r L_ins(l). "
            "So for every lambda >= 0 and every g the minimisers of the noisy risk of l + lambda g are those of the "
            "clean risk of sym(l) + (ins(l) + lambda g)/a."
        )

    def to_markdown(self) -> str:
        """The decomposition as Markdown."""
        lines = [f"**{self.statement}** ({self.verdict}, {self.scope})", ""]
        if self.local:
            lines += [self.local, ""]
        lines += ["| part | formula |", "| :-- | :-- |", f"| l | `{_cell(self.loss.text)}` |"]
        lines += [
            f"| {name} | {_cell_of(part)} |"
            for name, part in (("sym(l)", self.symmetric), ("ins(l)", self.insensitive))
        ]
        lines += [f"| ins(l), canonical | `{_cell(self.canonical)}` |"] if self.canonical else []
        if self.reason is not None:
            lines += ["", f"{self.reason}"]
        return "\n".join([*lines, "", self.finite_lambda, ""])

    _repr_markdown_ = to_markdown

    def __str__(self) -> str:
        lines = [f"{self.statement}  [{self.verdict}, {self.scope}]"]
        lines += [self.local] if self.local else []
        for name, part in (("sym(l)", self.symmetric), ("ins(l)", self.insensitive)):
            lines.append(f"  {name} = {part if part is not None else 'has no formula in the language'}")
        if self.insensitive is None and self.canonical:
            lines.append(f"  ins(l) in canonical form = {self.canonical}")
        lines += [f"  {self.reason}"] if self.reason is not None else []
        return "\n".join([*lines, self.finite_lambda])


def decompose(
    loss: Given, *, classes: int | Sequence[int] | Classes | None = None, budget: float = 10
) -> Decomposition:
    """The parts of ``loss``: a catalogue name, an entry, a formula string, a function of (z, y) or torch code.

    ``classes`` is one C >= 2 or a pair (every C >= 2 unless given); ``budget`` is in seconds.  Raises what
    ``certify`` raises for a loss that it cannot read.

    >>> print(decompose("cross_entropy").statement)
    cross_entropy = MUH + KL(u||p) + log(C)
    """
    asked = Classes.of(classes)
    subject = subject_of(loss, "loss", asked)
    scope = Scope(asked).joined(Scope(subject.classes))
    given = subject.formula.fixed_classes
    scope = scope if given is None else scope.joined(Scope(Classes.of(given)))
    found = remembered(_decomposition, subject.formula, scope_with(scope, subject.formula), Budget(budget))
    return replace(found, loss=subject, statement=f"{subject.title}{found.statement[1:]}")


def symmetrize(loss: Given, *, classes: int | Sequence[int] | Classes | None = None) -> Subject:
    """sym(l), the part of ``loss`` whose sum over the labels is 0, as a loss that ``certify`` takes.

    Raises ``FormulaError`` where the language has no formula for it.

    >>> print(symmetrize("label_smoothing").formula)
    (1 - r)*(mean(z) - z[y])
    """
    found = decompose(loss, classes=classes)
    if found.symmetric is None:
        raise FormulaError(f"loss: {found.loss.name} was not symmetrized: {found.reason}")
    name = f"sym_{found.loss.name}"
    return Subject(name, found.symmetric, found.loss.values, found.loss.classes, found.loss.notes)


def _decomposition(formula: Formula, scope: Scope, budget: Budget) -> Decomposition:
    subject = Subject("l", formula)
    try:
        parts = canonical_parts(formula, scope, budget)
    except Undecided as stop:
        return _without_canonical(subject, scope, budget, stop.reason)
    known = _known_functions(parts, formula)
    named = _named(parts, known)
    insensitive = _named_formula(named, known, formula)
    try:
        direct = Formula.of(mean_over_labels(formula))
        if insensitive is None or len(str(direct)) <= len(str(insensitive)):
            insensitive = direct
    except Undecided as stop:
        if insensitive is None:
            statement = _statement(parts, None)
            return Decomposition(subject, scope, statement, parts.text, reason=stop.reason, kappa=_kappa(parts))
    symmetric = _symmetric(parts, formula, insensitive)
    verdict, reason = _checked(formula, symmetric, insensitive, scope, budget)
    return Decomposition(
        subject,
        scope,
        _statement(parts, named),
        parts.text,
        symmetric,
        insensitive,
        _kappa(parts),
        "" if parts.kappa is not None else _near_zero(formula, scope, budget),
        verdict,
        reason,
    )


def _without_canonical(subject: Subject, scope: Scope, budget: Budget, reason: Reason) -> Decomposition:
    """Formulas for the parts that no canonical form confirms."""
    statement = "l = sym(l) + ins(l)"
    try:
        insensitive = Formula.of(mean_over_labels(subject.formula))
    except Undecided as stop:
        return Decomposition(subject, scope, statement, "", reason=stop.reason)
    symmetric = Formula.of(term_of_formula(subject.formula) - term_of_formula(insensitive))
    verdict, _ = _checked(subject.formula, symmetric, insensitive, scope, budget)
    return Decomposition(subject, scope, statement, "", symmetric, insensitive, verdict=verdict, reason=reason)


# what the parts are


Named = tuple[tuple[tuple[Constant, str], ...], Constant]


def _named(parts: CanonicalParts, known: Mapping[str, Formula]) -> Named | None:
    try:
        return recognised(parts, known)
    except Undecided:
        return None


def _known_functions(parts: CanonicalParts, formula: Formula) -> dict[str, Formula]:
    """The functions of z that are looked for, by what they are called, also KL(u||p) with a temperature."""
    found = dict(_catalogued())
    for scale in scales_in(parts):
        text = _in_brackets(scale.text())
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


def _named_formula(named: Named | None, known: Mapping[str, Formula], formula: Formula) -> Formula | None:
    """ins(l) written with the functions that it was recognised to be made of."""
    if named is None or formula.arrays:
        return None
    factors, constant = named
    pieces = [_scaled(f, f"({known[n]})") for f, n in factors]
    pieces += [] if constant.is_zero and pieces else [f"({constant.text()})"]
    code = " + ".join(pieces).replace("+ -", "- ")
    return parsed(code, kind="regularizer", parameters={p.name: p for p in formula.parameters})


def _symmetric(parts: CanonicalParts, formula: Formula, insensitive: Formula) -> Formula:
    if parts.kappa is None or formula.arrays:
        return Formula.of(term_of_formula(formula) - term_of_formula(insensitive))
    return parsed(
        _scaled(parts.kappa, "(mean(z) - z[y])"), kind="loss", parameters={p.name: p for p in formula.parameters}
    )


def _scaled(factor: Constant, what: str) -> str:
    if factor.rational == 1:
        return what[1:-1]
    return f"-{what}" if factor.rational == -1 else f"{_in_brackets(factor.text())}*{what}"


def _in_brackets(text: str) -> str:
    return text if re.fullmatch(r"\w+", text) else f"({text})"


def _kappa(parts: CanonicalParts) -> Expr | None:
    if parts.kappa is None or any(parts.field.atom_called(n) is not None for n in parts.field.depends(parts.kappa)):
        return None
    return parts.kappa.sympy()


def _statement(parts: CanonicalParts, named: Named | None) -> str:
    pieces: list[str] = []
    kappa = parts.kappa
    if kappa is None and named is not None and not named[0]:
        return f"l is symmetric: sum_y l(z, y) = {(named[1] * parts.field.C).text()}"
    if kappa is None:
        pieces.append("sym(l)")
    elif not kappa.is_zero:
        pieces.append("MUH" if kappa.rational == 1 else f"{_in_brackets(parts.field.text(kappa, {}))} MUH")
    if named is None:
        pieces.append("a function of z alone" if kappa is not None else "ins(l)")
        return "l = " + " + ".join(pieces)
    factors, constant = named
    for f, name in factors:
        shown = SHOWN.get(name, name)
        times = f"({shown})" if re.search(r"[ /]", shown) and "(" not in shown else shown
        pieces.append(shown if f.rational == 1 else f"{_in_brackets(parts.field.text(f, {}))} {times}")
    if not constant.is_zero or not pieces:
        pieces.append(parts.field.text(constant, {}))
    return ("l = " + " + ".join(pieces)).replace("+ (-1) ", "- ").replace("+ -", "- ")


# checks


def _checked(
    formula: Formula, symmetric: Formula, insensitive: Formula, scope: Scope, budget: Budget
) -> tuple[Verdict, Reason | None]:
    """Whether sym + ins = l and the labels' sum of sym is 0: by canonical forms, and by balls at rational points."""
    both = Formula.of(term_of_formula(symmetric) + term_of_formula(insensitive))
    found = equality(both, formula, scope, budget)
    if found.verdict is not Verdict.PROVED:
        reason = found.reason or disagreement("sym(l) + ins(l)", str(found.witness)).reason
        return Verdict.UNDECIDED, reason
    try:
        field = EverywhereField(scope_with(scope, symmetric), budget)
        is_zero = field.is_zero(sum_by_label(values_by_label(symmetric, field), field))
        is_zero = is_zero and not insensitive.uses_label and _balls_agree(symmetric, scope, budget)
    except Undecided as stop:
        return Verdict.UNDECIDED, stop.reason
    if is_zero:
        return Verdict.PROVED, None
    why = "it was not shown that sym(l) adds up to 0 over the labels"
    return Verdict.UNDECIDED, Reason(Code.SIGN_UNKNOWN, why, "give values to parameters or to C")


def _balls_agree(symmetric: Formula, scope: Scope, budget: Budget) -> bool:
    for classes in classes_tried(scope):
        for point in points_of(symmetric, scope, classes, VETOES):
            for z in logits_tried(classes, VETOES):
                budget.check()
                balls = [ball_at(symmetric, point, z, y) for y in range(1, classes + 1)]
                known = [b for b in balls if b is not None]
                if len(known) == len(balls) and not sum(known[1:], known[0]).contains(0):
                    return False
    return True


# near 0


def _near_zero(formula: Formula, scope: Scope, budget: Budget) -> str:
    """What sym(l) is where every relu of the formula has a positive argument: a statement on a box about 0."""
    if not any(n.op == "relu" for n in formula.nodes) or formula.is_classwise:
        return ""
    try:
        field = EverywhereField(scope, budget)
        radii = list(_radii(formula, field))
        smooth = canonical_parts(_without_relu(formula), scope, budget)
    except Undecided:
        return ""
    kappa = smooth.kappa
    if kappa is None or not radii:
        return ""
    bound = " and ".join(f"||z||_inf < {text}" for text in dict.fromkeys(radii))
    named = _named(smooth, _known_functions(smooth, formula))
    return f"On {bound}: {_statement(smooth, named)}"


def _radii(formula: Formula, field: EverywhereField) -> Iterator[str]:
    """For each relu the radius of the box about 0 on which its argument, linear in z, is positive."""
    terms = terms_of(formula)
    for node in formula.nodes:
        if node.op != "relu":
            continue
        inside = Formula.of(terms[node.args[0]])
        found = _radius(inside, field)
        if found is None:
            raise Undecided(Reason(Code.KINK, "the argument of a relu is not linear in z", "look at it near 0"))
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


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _cell_of(part: Formula | None) -> str:
    return f"`{_cell(str(part))}`" if part is not None else "no formula in the language"
