"""The search for repairs: rules propose, certify disposes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from symcheck.budget import Budget
from symcheck.certificates.certificate import Certificate
from symcheck.design.change import Rule
from symcheck.design.impossible import impossible
from symcheck.design.repair import Repair, Repairs
from symcheck.design.repairs import rules
from symcheck.errors import SymcheckError
from symcheck.findings.condition import Condition
from symcheck.findings.verdict import Verdict
from symcheck.problem import Problem
from symcheck.reason import Undecided

MOST = (4, 2)
"""So many repairs are looked for that are one change, and that are more of them."""

DEPTH = 3
"""A repair is made of at most so many changes, one after the other."""

SECONDS, EACH = 5.0, 1.0
"""The search ends after so many seconds, and a single certificate of it; what it has found by then is shown."""


@dataclass(frozen=True)
class _Step:
    """A pair on the way, with the rules that led to it and what they changed."""

    certificate: Certificate
    rules: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()


def repairs_of(certificate: Certificate) -> Repairs:
    """What can be changed so that the pair of ``certificate`` is PROVED, each change with its own certificate.

    None for a pair that is PROVED already, or whose code was not read.
    """
    problem = certificate.problem
    # Rules read derivatives at 0, and write what they change at 0: with an anchor that is another point.
    if certificate.verdict is Verdict.PROVED or problem.unread is not None or problem.anchor is not None:
        return Repairs()
    budget = Budget.share(SECONDS)
    with budget.in_force():
        return Repairs(tuple(_found(certificate, budget)), tuple(impossible(certificate)))


def _found(certificate: Certificate, budget: Budget) -> Iterator[Repair]:
    """The repairs of one change; only if there are none those of two, and so on."""
    seen: set[Problem] = {certificate.problem}
    layer, count = [_Step(certificate)], 0
    for depth in range(DEPTH):
        following: list[_Step] = []
        for before in layer:
            for rule in (r for r in rules() if r.name not in before.rules and (r.completes or not depth)):
                for after in _certified(before, rule, seen):
                    if after.certificate.verdict is Verdict.PROVED:
                        lost = tuple(_lost(certificate, after.certificate))
                        yield Repair(after.rules, certificate.problem, after.certificate, after.changes, lost)
                        count += 1
                        if not rule.divides:
                            break
                    elif _is_no_worse(after.certificate, before.certificate):
                        following.append(after)
                if count >= MOST[depth > 0] or budget.is_spent:
                    return
        if count:
            return
        layer = following


def _certified(step: _Step, rule: Rule, seen: set[Problem]) -> Iterator[_Step]:
    """What the rule proposes, certified; what has no meaning, or takes too long, is passed over."""
    with suppress(SymcheckError, Undecided):
        for change in rule.changes(step.certificate):
            if change.problem in seen:
                continue
            seen.add(change.problem)
            with suppress(SymcheckError, Undecided):
                with Budget.share(EACH).in_force():
                    made = step.certificate.origin.certified(change.problem)
                yield _Step(made, (*step.rules, rule.name), (*step.changes, change.what))


def _lost(before: Certificate, after: Certificate) -> Iterator[str]:
    """The properties of l and g that held before and are not shown to hold any more."""
    for role, properties in _PROPERTIES.items():
        if getattr(before, role).formula == getattr(after, role).formula:
            continue
        for condition, told in properties.items():
            if before.property(condition).verdict is not Verdict.PROVED:
                continue
            now = after.property(condition).verdict
            if now is Verdict.REFUTED:
                yield f"{told} any more"
            elif now is Verdict.UNDECIDED:
                yield f"{told} any more: that is open"


_PROPERTIES = {
    "loss": {
        Condition.LOSS_BOUNDED: "the loss need not be bounded",
        Condition.LOSS_BOUNDED_BELOW: "the loss need not be bounded below",
        Condition.LOSS_CONVEX: "the loss need not be convex",
    },
    "regularizer": {Condition.REGULARIZER_CONVEX: "the penalty need not be convex"},
}


def _is_no_worse(after: Certificate, before: Certificate) -> bool:
    """Whether a change broke nothing, so that another one may mend the rest."""

    def failing(c: Certificate) -> set[Condition]:
        return {f.condition for f in c.findings if f.verdict is not Verdict.PROVED}

    return failing(after) <= failing(before)
