"""The search for repairs: rules propose, certify disposes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from symcheck.budget import Budget
from symcheck.certificates.certificate import Certificate
from symcheck.certificates.repair import Repair, Repairs
from symcheck.design.advice import advice
from symcheck.design.change import Change, Rule, Setting
from symcheck.design.impossible import impossible
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

TRIED = 24
"""So many changes are certified at most."""

SECONDS, EACH = 10.0, 4.0
"""Far more than is needed, as an answer should not depend on how busy a machine is: all together, and a single one."""

PROPERTIES = {
    # What is not bounded below is not bounded: the second tells more.
    "loss": {
        Condition.LOSS_BOUNDED_BELOW: "the loss {verb} bounded below",
        Condition.LOSS_BOUNDED: "the loss {verb} bounded",
        Condition.LOSS_CONVEX: "the loss {verb} convex",
    },
    "regularizer": {Condition.REGULARIZER_CONVEX: "the penalty {verb} convex"},
}
"""What is looked at again after a change."""


def repairs_of(certificate: Certificate, times: int = 1) -> Repairs[Certificate]:
    """What can be changed so that the pair of ``certificate`` is PROVED, each change with its own certificate.

    ``times`` as much time as usual may be taken.  None for a pair that is PROVED already, or whose code was not read.
    """
    if certificate.verdict is Verdict.PROVED or certificate.problem.unread is not None:
        return Repairs(is_needed=certificate.verdict is not Verdict.PROVED)
    budget = Budget.share(times * SECONDS)
    with budget.in_force():
        found = tuple(_found(_Step(certificate, times * EACH), budget))
        told = () if found else tuple(advice(certificate, is_cut=budget.is_spent))
        return Repairs(found, tuple(impossible(certificate)), told)


@dataclass(frozen=True)
class _Step:
    """A pair on the way, with the rules that led to it and what they changed; ``seconds`` for the next certificate."""

    certificate: Certificate
    seconds: float
    rules: tuple[Rule, ...] = ()
    changes: tuple[str, ...] = ()

    def after(self, rule: Rule, change: Change) -> _Step:
        """The pair that ``rule`` makes of it by ``change``."""
        with Budget(self.seconds).in_force():
            made = self.certificate.origin.certified(change.problem)
        return _Step(made, self.seconds, (*self.rules, rule), (*self.changes, change.what))

    @property
    def next_rules(self) -> Iterator[Rule]:
        """The rules that are tried on it."""
        setting = Setting.of(self.certificate.problem)
        return (r for r in rules() if setting in r.settings and r not in self.rules and (r.completes or not self.rules))

    @property
    def failing(self) -> set[Condition]:
        """What is not proved of it."""
        return {f.condition for f in self.certificate.findings if f.verdict is not Verdict.PROVED}

    def repaired(self, before: Certificate) -> Repair[Certificate]:
        """The repair of ``before`` that it is."""
        names = tuple(rule.name for rule in self.rules)
        return Repair(names, before.problem, self.certificate, self.changes, tuple(self._lost(before)))

    def _lost(self, before: Certificate) -> Iterator[str]:
        """The properties of l and g that held before and are not shown to hold any more."""
        scope = self.certificate.scope
        is_one = scope.classes.fixed is not None and not scope.parameters and not scope.arrays
        is_unbounded = False
        for role, properties in PROPERTIES.items():
            if getattr(before, role).formula == getattr(self.certificate, role).formula:
                continue
            for condition, told in properties.items():
                is_kept = all(condition in rule.keeps for rule in self.rules)
                is_told = condition is Condition.LOSS_BOUNDED and is_unbounded
                if is_kept or is_told or before.property(condition).verdict is not Verdict.PROVED:
                    continue
                now = self.certificate.property(condition).verdict
                is_unbounded |= now is Verdict.REFUTED
                if now is Verdict.REFUTED:
                    yield told.format(verb="is not" if is_one else "need not be") + " any more"
                elif now is Verdict.UNDECIDED:
                    yield "whether " + told.format(verb="is still") + " is open"


def _found(start: _Step, budget: Budget) -> Iterator[Repair[Certificate]]:
    """The repairs of one change; only if there are none those of two, and so on."""
    certificate = start.certificate
    seen: set[Problem] = {certificate.problem}
    layer, count = [start], 0
    for depth in range(DEPTH):
        following: list[_Step] = []
        for before in layer:
            for rule in before.next_rules:
                for after in _certified(before, rule, seen):
                    if after.certificate.verdict is Verdict.PROVED:
                        yield after.repaired(certificate)
                        count += 1
                        if not rule.divides:
                            break
                    # Where a change broke nothing another one may mend the rest.
                    elif after.failing <= before.failing:
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
            if change.problem not in seen and len(seen) <= TRIED:
                seen.add(change.problem)
                with suppress(SymcheckError, Undecided):
                    yield step.after(rule, change)
