"""Theorems applied to a pair: whether they apply, by which premises, and what is left to assume."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace

from symcheck.certificates.lines import ALPHA, pair_line, place_of, premise_item, reason_line, witness_line
from symcheck.findings.condition import Condition
from symcheck.findings.verdict import Verdict, conjunction
from symcheck.problem import Problem
from symcheck.render.block import Block, Item, Items, Line, Paragraph, Section, Strong, Tex, Title
from symcheck.render.page import Page
from symcheck.render.prose import line_of
from symcheck.theorems.base import Discharge, Facts, Theorem
from symcheck.theorems.premise import Premise

SAYS = {
    Verdict.PROVED: "applies",
    Verdict.REFUTED: "does not apply",
    Verdict.UNDECIDED: "is not shown to apply",
}


@dataclass(frozen=True)
class Applied(Page):
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

    def blocks(self) -> Iterator[Block]:
        """Each premise with its verdict, what stays open, what need not be assumed."""
        names = [p.name for p in self.problem.scope.parameters]
        yield Title(
            (Strong(self.verdict.name), f": {self.theorem.name} {SAYS[self.verdict]}: ", *pair_line(self.problem))
        )
        failing = self.failing
        if failing is not None:
            yield Paragraph(_why(failing, names))
        alpha: Line = ALPHA if r"\alpha" in self.theorem.statement else ()
        yield Items(
            (
                Item("place", line_of(self.theorem.place)),
                Item("says", line_of(self.theorem.concludes), aside=((Tex(self.theorem.statement), *alpha),)),
                Item("print", line_of(self.theorem.deviation)),
            )
        )
        yield Section("Premises on l and g")
        yield Items(tuple(premise_item(p, names, is_told=p is failing) for p in self.premises))
        yield Section("Assumptions that stay open" if failing is None else "Assumptions that it would leave open")
        yield Items(tuple(Item("", line_of(text)) for text in self.assumptions))
        if self.discharged:
            yield Section("Assumptions that need not be made")
            yield Items(tuple(_discharged(text, [x.value for x in by]) for text, by in self.discharged))

    def item(self) -> Item:
        """The theorem in a list of all: what it says with what it leaves open, or what fails."""
        names = [p.name for p in self.problem.scope.parameters]
        name = f"{self.theorem.name} ({place_of(self.theorem)})"
        failing = self.failing
        if failing is not None:
            return Item(self.verdict.name, line_of(name), (_why(failing, names),))
        open_ = tuple(("assuming ", *line_of(text)) for text in self.assumptions)
        shown = tuple(("proved: ", *line_of("; ".join(x.value for x in by))) for _, by in self.discharged)
        return Item(self.verdict.name, line_of(f"{name}: {self.theorem.concludes}"), (*open_, *shown))

    def __repr__(self) -> str:
        p = self.problem
        return f"<Applied {self.verdict.name}: {self.theorem.name}, {p.title}, {p.scope}>"


def applied(theorem: Theorem, facts: Facts) -> Applied:
    """``theorem`` for the pair that ``facts`` are about, with every premise found out."""
    # Somebody wants to know why, so witnesses against premises are looked for, which certificates leave out.
    asked = replace(facts, is_asked=True)
    premises = tuple(theorem.premises(asked))
    if conjunction(p.verdict for p in premises) is not Verdict.PROVED:
        return Applied(theorem, facts.problem, premises, theorem.assumptions)
    open_, discharged = _settled(theorem, asked, theorem.discharges)
    return Applied(theorem, facts.problem, premises, open_, discharged)


def left_open(theorem: Theorem, facts: Facts) -> tuple[str, ...]:
    """The assumptions of a theorem that applies, less those that what has been found out already replaces."""
    # Nothing new is derived for a certificate: a rule that needs more leaves the assumption standing, which is true
    # as well.
    known = {*facts.findings, Condition.MINIMISERS_HELD}
    return _settled(theorem, facts, [r for r in theorem.discharges if {*r.by, *r.refuted} <= known])[0]


def _settled(
    theorem: Theorem, facts: Facts, rules: Iterable[Discharge]
) -> tuple[tuple[str, ...], tuple[tuple[str, tuple[Condition, ...]], ...]]:
    """The assumptions that stay open, and those that need not be made with the conditions in their place."""
    open_: list[str] = []
    discharged: list[tuple[str, tuple[Condition, ...]]] = []
    for assumption in theorem.assumptions:
        # The first rule that fits: convexity discharges without a word on samples, so it comes before what holds on
        # finite ones.
        rule = next((r for r in rules if r.assumption == assumption and r.fits(facts)), None)
        if rule is None:
            open_.append(assumption)
            continue
        if rule.by:
            discharged.append((assumption, rule.by))
        if rule.leaves and rule.leaves not in open_:
            open_.append(rule.leaves)
    return tuple(open_), tuple(discharged)


def _why(p: Premise, names: Collection[str]) -> Line:
    """The premise that keeps a theorem from applying, and where."""
    statement = line_of(p.statement, names)
    if p.verdict is Verdict.REFUTED and p.witness is not None:
        return ("What fails: ", *statement, ". Witness: ", *witness_line(p.witness, names))
    if p.verdict is Verdict.REFUTED:
        return ("What fails: ", *statement, ". ", *line_of(p.detail, names))
    if p.reason is not None:
        return ("What is open: ", *statement, ". Reason: ", *reason_line(p.reason, names))
    return ("What is open: ", *statement, ". ", *line_of(p.detail, names))


def _discharged(assumption: str, by: Collection[str]) -> Item:
    return Item("", line_of(assumption), (("proved: ", *line_of("; ".join(by))),))
