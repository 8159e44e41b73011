"""What a full report adds to a page, and the page of one theorem that was asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from symcheck.certificates.lines import (
    ROUTINE,
    finding_entry,
    place_of,
    power_math,
    reason_line,
    step_line,
    witness_line,
)
from symcheck.findings.verdict import Verdict
from symcheck.render.block import Block, Code, Item, Items, Line, Math, Paragraph, Section, Strong, Tex, Title
from symcheck.render.prose import line_of

if TYPE_CHECKING:
    from symcheck.certificates.applied import Applied
    from symcheck.certificates.full_report import Full
    from symcheck.findings.prediction import Order
    from symcheck.problem import Problem
    from symcheck.theorems.premise import Premise

SAYS = {
    Verdict.PROVED: "applies",
    Verdict.REFUTED: "does not apply",
    Verdict.UNDECIDED: "is not shown to apply",
}


def full_page(full: Full) -> tuple[Block, ...]:
    """The page of a full report that stands alone."""
    return (Title(("Full report: ", *_asked(full.problem))), *full_blocks(full))


def full_blocks(full: Full) -> Iterator[Block]:
    """The properties of l and g, every theorem with what it leaves open or what fails, the orders by family."""
    names = [p.name for p in full.problem.scope.parameters]
    yield Section("Properties of l and g, for all z")
    yield Items(tuple(finding_entry(f, names, is_told=False) for f in full.properties))
    yield Section("Every theorem, the strongest first")
    yield Items(tuple(_theorem(a, names) for a in full.theorems))
    if full.orders:
        yield Section("Orders of convergence in alpha = 1/lambda, for data in general position")
        yield Items(tuple(Item(name, _order(o)) for name, o in full.orders))


def theorem_page(a: Applied) -> tuple[Block, ...]:
    """The page on one theorem: each premise with its verdict, what stays open, what need not be assumed."""
    return tuple(_page(a))


def _asked(problem: Problem) -> Line:
    """The pair, and for which C and parameters."""
    scope = line_of(str(problem.scope), [p.name for p in problem.scope.parameters])
    return (Code(problem.loss.title), " + ", Code(problem.regularizer.title), ", asked for ", *scope)


def _page(a: Applied) -> Iterator[Block]:
    names = [p.name for p in a.problem.scope.parameters]
    yield Title((Strong(a.verdict.name), f": {a.theorem.name} {SAYS[a.verdict]}: ", *_asked(a.problem)))
    failing = a.failing
    if failing is not None:
        yield Paragraph(_why(failing, names))
    yield Items(
        (
            Item("place", line_of(a.theorem.place)),
            Item("says", line_of(a.theorem.concludes), aside=((Tex(a.theorem.statement),),)),
            Item("print", line_of(a.theorem.deviation)),
        )
    )
    yield Section("Premises on l and g")
    yield Items(tuple(_premise(p, names, is_told=p is failing) for p in a.premises))
    yield Section("Assumptions that stay open" if failing is None else "Assumptions that it would leave open")
    yield Items(tuple(Item("", line_of(text)) for text in a.assumptions))
    if a.discharged:
        yield Section("Assumptions that need not be made")
        yield Items(tuple(_discharged(text, [x.value for x in by]) for text, by in a.discharged))


def _premise(p: Premise, names: Collection[str], *, is_told: bool) -> Item:
    steps = tuple(step_line(s, names) for s in p.derivation)
    is_routine = p.verdict is Verdict.PROVED and p.condition in ROUTINE
    below = [] if is_routine else list(steps)
    if not is_told and p.witness is not None:
        below.append(("witness: ", *witness_line(p.witness, names)))
    if not is_told and p.reason is not None:
        below.append(reason_line(p.reason, names))
    said = p.detail if p.detail.startswith(p.statement) else f"{p.statement}: {p.detail}"
    return Item(p.verdict.name, line_of(said, names), tuple(below), steps if is_routine else ())


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


def _theorem(a: Applied, names: Collection[str]) -> Item:
    name = f"{a.theorem.name} ({place_of(a.theorem)})"
    failing = a.failing
    if failing is not None:
        return Item(a.verdict.name, line_of(name), (_why(failing, names),))
    open_ = tuple(("assuming ", *line_of(text)) for text in a.assumptions)
    shown = tuple(("proved: ", *line_of("; ".join(x.value for x in by))) for _, by in a.discharged)
    return Item(a.verdict.name, line_of(f"{name}: {a.theorem.concludes}"), (*open_, *shown))


def _discharged(assumption: str, by: Collection[str]) -> Item:
    return Item("", line_of(assumption), (("proved: ", *line_of("; ".join(by))),))


def _order(o: Order) -> Line:
    line: Line = ("for ", *line_of(str(o.classes)), ": ", power_math(o.to_limit), " to the limit")
    if o.clean_to_noisy is None:
        return line
    power = "a" if o.noise_degree == 1 else f"a^{o.noise_degree}"
    factor: Line = () if o.noise_degree is None else (", in proportion to ", Math(f"1 - {power}"))
    return (*line, ", ", power_math(o.clean_to_noisy), " between clean and noisy", *factor)
