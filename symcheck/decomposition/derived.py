"""Decomposing a loss: l = sym(l) + ins(l), and what uniform label noise does to it (THEORY 2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symcheck.arguments.public import public
from symcheck.budget import SECONDS, Budget, reading, stopping
from symcheck.conditions.agreement.scopes import scope_with
from symcheck.conditions.everywhere.decomposition import canonical_parts
from symcheck.conditions.everywhere.domain import exists_everywhere
from symcheck.conditions.everywhere.everywhere import equal_everywhere
from symcheck.conditions.remembered import remembered
from symcheck.decomposition.checks import checked
from symcheck.decomposition.naming import (
    kappa_of,
    known_functions,
    named_formula,
    named_parts,
    statement_of,
    symmetric_formula,
)
from symcheck.decomposition.near_zero import near_zero
from symcheck.decomposition.value import Decomposition
from symcheck.errors import FormulaError
from symcheck.findings.verdict import Verdict
from symcheck.intake.given import Given, subject_of
from symcheck.intake.subject_name import FORMULA
from symcheck.language.formula import Formula
from symcheck.language.over_labels import mean_over_labels
from symcheck.language.scope import Classes, Scope
from symcheck.language.terms_of import term_of_formula
from symcheck.problem import Subject
from symcheck.reason import Reason, Undecided

_SPLIT = "l = sym(l) + ins(l)"


@public
def decompose(
    loss: Given, *, classes: int | Sequence[int] | Classes | None = None, budget: float = SECONDS
) -> Decomposition:
    """The parts of ``loss``: l = sym(l) + ins(l), what noise shrinks and what it does not see.

    ins(l)(z) = (1/C) sum_k l(z, k) has no label in it, and sym(l) = l - ins(l) has the sum 0 over the labels: uniform
    noise of rate rho makes a sym(l) + ins(l) of it in expectation, a = 1 - rho C/(C - 1).

    Parameters: ``loss`` a name in the catalogue, an entry, a formula string, a function of (z, y) or torch code;
    ``classes`` one C >= 2 or a pair of ends (every C >= 2 unless given); ``budget`` in seconds.

    Returns a ``Decomposition``.  Raises what ``certify`` raises for a loss that it cannot read: ``UnknownNameError``,
    ``FormulaError``, ``ParameterError``, ``NumberError`` or ``ScopeError``.

    >>> import symcheck as sc
    >>> print(sc.decompose("cross_entropy").statement)
    cross_entropy = MUH + KL(u||p) + log(C)

    Source: docs/theory.md, section 2.
    """
    asked = Classes.of(classes)
    whole = Budget(budget)
    with reading(budget):
        subject = subject_of(loss, "loss", asked)
    subject.check(asked)
    with whole.in_force():
        scope = Scope(asked).joined(Scope(subject.classes))
        given = subject.formula.fixed_classes
        scope = scope if given is None else scope.joined(Scope(Classes.of(given)))
        found = remembered(_decomposition, subject.formula, scope_with(scope, subject.formula), whole)
        is_total = exists_everywhere(subject.formula, scope, whole)
    statement = f"{subject.title}{found.statement[1:]}"
    return replace(found, loss=subject, statement=statement, exists_everywhere=is_total)


@public
def symmetrize(loss: Given, *, classes: int | Sequence[int] | Classes | None = None) -> Subject:
    """sym(l), the part of ``loss`` whose sum over the labels is 0, as a loss that ``certify`` takes.

    sym(l)(z, y) = l(z, y) - (1/C) sum_k l(z, k).

    Parameters: ``loss`` as ``certify`` takes it; ``classes`` one C >= 2 or a pair of ends (every C >= 2 unless given).

    Returns a ``Subject``, with its ``formula``.  Raises ``FormulaError`` where the language has no formula for it, and
    what ``certify`` raises for a loss that it cannot read: ``UnknownNameError``, ``FormulaError``, ``ParameterError``,
    ``NumberError`` or ``ScopeError``.

    >>> import symcheck as sc
    >>> print(sc.symmetrize("label_smoothing").formula)
    (1 - r)*(mean(z) - z[y])

    Source: docs/theory.md, section 2.
    """
    found = decompose(loss, classes=classes)
    if found.symmetric is None:
        raise FormulaError(f"loss: {found.loss.name} was not symmetrized: {found.reason}")
    # Of a loss that is called by a sum of entries, sym_ would stand before the first of them alone.
    name = f"sym_{found.loss.name if found.loss.name.isidentifier() else FORMULA}"
    return Subject(name, found.symmetric, found.loss.values, found.loss.classes, found.loss.notes)


def _decomposition(formula: Formula, scope: Scope, budget: Budget) -> Decomposition:
    subject = Subject("l", formula)
    try:
        with stopping():
            return _with_canonical(subject, scope, budget)
    except Undecided as stop:
        reason = stop.reason
    try:
        with stopping():
            return _without_canonical(subject, scope, budget, reason)
    except Undecided:
        return Decomposition(subject, scope, _SPLIT, "", reason=reason)


def _with_canonical(subject: Subject, scope: Scope, budget: Budget) -> Decomposition:
    """The parts with their canonical forms; raises ``Undecided`` where these cannot be derived or written."""
    formula = subject.formula
    parts = canonical_parts(formula, scope, budget)
    known = known_functions(parts, formula)
    named = named_parts(parts, known)
    insensitive = named_formula(named, known, formula)
    try:
        direct = Formula.of(mean_over_labels(formula))
        # The parts were named in one canonical form; the formula made of the names is compared with the mean once
        # more.
        if insensitive is not None and equal_everywhere(direct, insensitive, scope, budget) is not Verdict.PROVED:
            named = insensitive = None  # the names are not shown
        # A reader is shown the shorter of two formulas that are equal.
        if insensitive is None or len(str(direct)) <= len(str(insensitive)):
            insensitive = direct
    except Undecided as stop:
        if insensitive is None:
            statement = statement_of(parts, None)
            return Decomposition(subject, scope, statement, parts.text, reason=stop.reason, kappa=kappa_of(parts))
    symmetric = symmetric_formula(parts, formula, insensitive)
    verdict, reason = checked(formula, symmetric, insensitive, scope, budget)
    return Decomposition(
        subject,
        scope,
        statement_of(parts, named),
        parts.text,
        symmetric,
        insensitive,
        kappa_of(parts),
        "" if parts.kappa is not None else near_zero(formula, scope, budget),
        verdict=verdict,
        reason=reason,
    )


def _without_canonical(subject: Subject, scope: Scope, budget: Budget, reason: Reason) -> Decomposition:
    """Formulas for the parts that no canonical form confirms."""
    try:
        insensitive = Formula.of(mean_over_labels(subject.formula))
    except Undecided as stop:
        return Decomposition(subject, scope, _SPLIT, "", reason=stop.reason)
    symmetric = Formula.of(term_of_formula(subject.formula) - term_of_formula(insensitive))
    verdict, _ = checked(subject.formula, symmetric, insensitive, scope, budget)
    return Decomposition(subject, scope, _SPLIT, "", symmetric, insensitive, verdict=verdict, reason=reason)
