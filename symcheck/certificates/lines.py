"""Lines that several pages share: findings, witnesses, reasons and steps as a reader is told them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import replace

from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding, Trust
from symcheck.findings.step import Step
from symcheck.findings.verdict import Verdict
from symcheck.findings.witness import Witness
from symcheck.problem import Problem
from symcheck.reason import Reason
from symcheck.render.block import Code, Item, Line, Math, Strong
from symcheck.render.prose import line_of
from symcheck.render.tex import TOKEN
from symcheck.theorems.base import Theorem
from symcheck.theorems.premise import Premise

ALPHA: Line = (", with ", Math("alpha = 1/lambda"), " as in the paper")
"""What is said once where a statement has the alpha of the paper."""

ROUTINE = (Condition.LOSS_SMOOTH, Condition.REGULARIZER_SMOOTH, Condition.REGULARIZER_GRADIENT)
"""Conditions whose proofs hold no surprise: a narrow page leaves the steps out."""


def witness_line(w: Witness, names: Collection[str]) -> Line:
    """The point, the quantity there, and what it should have been."""
    place = ", ".join([f"C = {w.classes}", *(f"{n} = {v}" for n, v in sorted(w.parameters.items()))])
    is_exact = w.decimal in ("", w.value) or re.fullmatch(r"-?\d+(/\d+)?", w.value) is not None
    ball: Line = () if is_exact else (", which lies in ", Math(w.decimal))
    return (
        "at ", *line_of(place, [*names, *w.parameters]), ": ", *line_of(w.quantity, names),
        " is ", *value_line(w.value, names), *ball, ", and ", *line_of(w.expected, names), " is needed",
    )  # fmt: skip


def reason_line(r: Reason, names: Collection[str]) -> Line:
    where: Line = (" at ", Code(r.where)) if r.where else ()
    return (Strong(r.code.value), *where, ": ", *line_of(r.why, names), "; to settle it: ", *line_of(r.settle, names))


def finding_item(f: Finding, names: Collection[str], *, is_told: bool, is_checked: bool = False) -> Item:
    """What a page says of a finding: its witness or reason only if the headline has not told it."""
    item = premise_item(Premise.of(f), names, is_told=is_told)
    trusts = (f.trust, Trust.CHECKED) if is_checked else (f.trust,)
    return replace(item, line=(*item.line, f" [{', '.join(t.value for t in trusts)}]"))


def premise_item(p: Premise, names: Collection[str], *, is_told: bool) -> Item:
    """What a page says of a premise: its witness or reason only if the page has not told it before."""
    steps = tuple(step_line(s, names) for s in p.derivation)
    is_routine = p.verdict is Verdict.PROVED and p.condition in ROUTINE
    below = [] if is_routine else list(steps)
    if not is_told and p.witness is not None:
        below.append(("witness: ", *witness_line(p.witness, names)))
    if not is_told and p.reason is not None:
        below.append(reason_line(p.reason, names))
    said = p.detail if p.detail.startswith(p.statement) else f"{p.statement}: {p.detail}"
    return Item(p.verdict.name, line_of(said, names), tuple(below), steps if is_routine else ())


def step_line(s: Step, names: Collection[str]) -> Line:
    name, value = line_of(s.name, names), value_line(s.value, names)
    is_equation = len(name) == len(value) == 1 and isinstance(name[0], Math) and isinstance(value[0], Math)
    step: Line = (Math(f"{s.name} = {s.value}"),) if is_equation else (*name, ": ", *value)
    return (*step, " [", *line_of(s.by, names), "]") if s.by else step


def place_of(t: Theorem) -> str:
    """Where the theorem stands in the paper, without its own name: ``section 5``."""
    return t.place.removesuffix(f", {t.name}")


def value_line(text: str, names: Collection[str]) -> Line:
    """``text`` as one formula if it is one, else as prose."""
    return (Math(text),) if is_expression(text, names) else line_of(text, names)


def is_expression(text: str, names: Collection[str]) -> bool:
    """Whether ``text`` is made of numbers, C, the parameters ``names``, operators and functions only."""
    words = {"C", "log", "exp", "sqrt", "abs", "tanh", "cosh", "sin", "cos", "arctan", "erf", *names}
    tokens: Iterable[str] = TOKEN.findall(text)
    return all(t in words or t.isspace() or t[0].isdigit() or t in ("+", "-", "*", "/", "**", "(", ")") for t in tokens)


def power_math(order: int) -> Math:
    return Math(f"O(1/lambda^{order})" if order != 1 else "O(1/lambda)")


def subjects_line(problem: Problem) -> Line:
    """The names of l and g, or of l alone."""
    if problem.is_alone:
        return (Code(problem.loss.title), " alone, no penalty")
    where: Line = () if problem.anchor is None else (" at the anchor ", Code(problem.anchor_text))
    return (Code(problem.loss.title), " + ", Code(problem.regularizer.title), *where)


def pair_line(problem: Problem) -> Line:
    """The pair, and for which C and parameters."""
    scope = line_of(str(problem.scope), [p.name for p in problem.scope.parameters])
    return (*subjects_line(problem), ", asked for ", *scope)
