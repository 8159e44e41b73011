"""The cases of a pair: what holds for which classes, and for which values of the parameters, of l and g together."""

from __future__ import annotations

from dataclasses import dataclass, replace

from symcheck.conditions.cases.parts import Constraint, Part
from symcheck.conditions.detached import verdict_left_open
from symcheck.conditions.gradient.reports import LossCase, LossReport
from symcheck.conditions.pair.space import Space, SpaceCase
from symcheck.findings.case import Case
from symcheck.findings.verdict import Verdict, conjunction
from symcheck.language.scope import Classes
from symcheck.problem import Problem


@dataclass(frozen=True)
class Crossed:
    """A ``case`` of the pair, and the cases of the ``loss`` and of the regularizer's ``space`` that it is made of."""

    case: Case
    loss: LossCase
    space: SpaceCase


def pair_cases(problem: Problem, loss: LossReport, space: Space) -> tuple[Case, ...]:
    """The cases of the loss crossed with those of the regularizer, those that hold nothing left out."""
    return _joined([crossed.case for crossed in crossed_cases(problem, loss, space)])


def crossed_cases(problem: Problem, loss: LossReport, space: Space) -> tuple[Crossed, ...]:
    """The same, each with what it is made of, before neighbours are joined."""
    pairs = ((a, b, _crossed(problem, a, b)) for a in loss.cases for b in space.cases)
    return tuple(Crossed(case, a, b) for a, b, case in pairs if case is not None)


def _crossed(problem: Problem, a: LossCase, b: SpaceCase) -> Case | None:
    classes = a.case.classes.common(b.classes)
    if classes is None or not b.is_about(a) or _excludes(a.part, b.part):
        return None
    penalty = verdict_left_open(b.verdict, problem.regularizer.formula)
    verdict = conjunction([a.case.verdict, penalty])
    where = " and ".join(dict.fromkeys(w for w in (a.case.where, b.part.where) if w))
    # The pair fails at every point where one of the two does.
    fails = (a.case.verdict is Verdict.REFUTED and a.case.is_uniform) or (penalty is Verdict.REFUTED and b.is_uniform)
    return replace(
        a.case, classes=classes, where=where, verdict=verdict, quotient=b.quotient,
        is_uniform=verdict is not Verdict.REFUTED or fails,
    )  # fmt: skip


def _excludes(a: Part | None, b: Part) -> bool:
    """Whether a parameter of both cannot lie in both parts, by constraints with rational thresholds."""
    if a is None:
        return False
    names = {c.parameter.name for c in a.constraints} & {c.parameter.name for c in b.constraints}
    both = (*a.constraints, *b.constraints)
    return any(_has_no_value([c for c in both if c.parameter.name == name]) for name in names)


def _has_no_value(constraints: list[Constraint]) -> bool:
    side = constraints[0].parameter.interval
    for c in constraints:
        side = c.cuts(side)
    return side.is_empty


def _joined(cases: list[Case]) -> tuple[Case, ...]:
    """Neighbouring runs of classes on which the same holds, as one case."""
    joined: list[Case] = []
    for case in sorted(cases, key=lambda c: (c.where, c.classes.low)):
        last = joined[-1] if joined else None
        if last is not None and _follows(last, case):
            joined[-1] = replace(case, classes=Classes(last.classes.low, case.classes.high))
        else:
            joined.append(case)
    return tuple(sorted(joined, key=lambda c: (c.classes.low, c.where)))


def _follows(last: Case, case: Case) -> bool:
    is_next = last.classes.high is not None and last.classes.high + 1 == case.classes.low
    return is_next and replace(last, classes=case.classes) == case
