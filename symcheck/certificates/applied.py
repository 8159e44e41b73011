"""Theorems applied to a pair: whether they apply, by which premises, and what is left to assume."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from symcheck.certificates.full_page import theorem_page
from symcheck.findings.finding import Condition
from symcheck.findings.verdict import Verdict, conjunction
from symcheck.problem import Problem
from symcheck.render.markdown import markdown_page
from symcheck.render.text import text_page
from symcheck.theorems.base import Discharge, Facts, Theorem
from symcheck.theorems.premise import Premise


@dataclass(frozen=True)
class Applied:
    """Whether ``theorem`` applies to the pair of ``problem``: the least verdict of its ``premises``.

    ``assumptions`` about model and data stay open; ``discharged`` are those that need not be made, each with the
    conditions that were PROVED in their place.
    """

    theorem: Theorem
    problem: Problem
    premises: tuple[Premise, ...]
    assumptions: tuple[str, ...]
    discharged: tuple[tuple[str, tuple[Condition, ...]], ...] = ()

    @property
    def verdict(self) -> Verdict:
        """PROVED if every premise is, REFUTED if one of them is, else UNDECIDED."""
        return conjunction(p.verdict for p in self.premises)

    @property
    def failing(self) -> Premise | None:
        """The premise that keeps the theorem from applying, None if it applies."""
        if self.verdict is Verdict.PROVED:
            return None
        return next(p for p in self.premises if p.verdict is self.verdict)

    def to_markdown(self) -> str:
        """Each premise with its verdict, what stays open and what need not be assumed, as Markdown."""
        return markdown_page(theorem_page(self))

    def __str__(self) -> str:
        return text_page(theorem_page(self))

    def _repr_markdown_(self) -> str:
        return self.to_markdown()

    def __repr__(self) -> str:
        p = self.problem
        return f"<Applied {self.verdict.name}: {self.theorem.name}, {p.loss.title} + {p.regularizer.title}, {p.scope}>"


def applied(theorem: Theorem, facts: Facts) -> Applied:
    """``theorem`` for the pair that ``facts`` are about, with every premise found out."""
    asked = replace(facts, is_asked=True)
    premises = tuple(theorem.premises(asked))
    if conjunction(p.verdict for p in premises) is not Verdict.PROVED:
        return Applied(theorem, facts.problem, premises, theorem.assumptions)
    open_, discharged = _settled(theorem, asked, theorem.discharges)
    return Applied(theorem, facts.problem, premises, open_, discharged)


def left_open(theorem: Theorem, facts: Facts) -> tuple[str, ...]:
    """The assumptions of a theorem that applies, less those that what has been found out already replaces."""
    known = {*facts.findings, Condition.MINIMISERS_HELD}
    return _settled(theorem, facts, [r for r in theorem.discharges if {*r.by, *r.refuted} <= known])[0]


def _settled(
    theorem: Theorem, facts: Facts, rules: Iterable[Discharge]
) -> tuple[tuple[str, ...], tuple[tuple[str, tuple[Condition, ...]], ...]]:
    """The assumptions that stay open, and those that need not be made with the conditions in their place."""
    open_: list[str] = []
    discharged: list[tuple[str, tuple[Condition, ...]]] = []
    for assumption in theorem.assumptions:
        rule = next((r for r in rules if r.assumption == assumption and r.fits(facts)), None)
        if rule is None:
            open_.append(assumption)
            continue
        if rule.by:
            discharged.append((assumption, rule.by))
        if rule.leaves and rule.leaves not in open_:
            open_.append(rule.leaves)
    return tuple(open_), tuple(discharged)
