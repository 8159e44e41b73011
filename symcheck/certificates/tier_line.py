"""The tier of a certificate in a line: one tier, or which one holds where, as cases are never said of a whole scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from symcheck.certificates.answer import Answer
from symcheck.findings.case import Case
from symcheck.findings.condition import Condition
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.render.block import Line, Strong
from symcheck.render.by_cases import told, value_line
from symcheck.render.prose import line_of


def tier_line(c: Answer) -> Line:
    """The tier with kappa and what it means; where it is not the same at all points, which one holds where."""
    cases, tiers = _cases(c), _tiers(c)
    scale: Line = () if c.kappa is None else (" with ", *value_line(c.kappa, "kappa"))
    if len(tiers) == 1 and _is_known(cases):
        special = _special(c)
        return (
            "tier ",
            Strong(tiers[0].name),
            *special,
            *((",",) if special and scale else ()),
            *scale,
            ": ",
            *_meaning(tiers[0]),
        )
    if not tiers:
        is_met = any(f.condition is Condition.LOSS_GRADIENT and f.verdict is Verdict.PROVED for f in c.findings)
        return ("tier ", Strong("EXACT or SCALED" if is_met else "undecided"), *scale)
    found: Line = ("tier ", *tiers_by_place(c))
    if any(case.tier is None for case in cases):
        found = (*found, ", ", Strong("undecided"), " elsewhere")
    return (*found, *((",", *scale) if scale else ()), "; ", tiers[-1].name, ": ", *_meaning(tiers[-1]))


def is_one_tier(c: Answer) -> bool:
    """Whether one tier is known to hold at every point of the scope, and no other one at special values."""
    return len({case.tier for case in c.cases}) == 1 and _is_known(c.cases)


def tiers_by_place(c: Answer) -> Line:
    """``EXACT for C = 2, SCALED for every C >= 3``: the tiers that occur, the worst last, each with where it holds.

    A tier at special values comes after them: ``SCALED for every C >= 2, but EXACT where gamma = 0``.
    """
    names = [p.name for p in c.scope.parameters]
    found: Line = ()
    for tier in _tiers(c):
        # Where a tier holds is said of the tier: the verdict may be REFUTED at other points, or at fewer.
        there = [
            replace(case, verdict=Verdict.REFUTED, is_uniform=case.is_one_tier)
            for case in _cases(c)
            if case.tier is tier
        ]
        found = (*found, ", " if found else "", Strong(tier.name), " ", *told(there, c.scope.classes, names))
    return (*found, *_special(c))


def _special(c: Answer) -> Line:
    """The tiers at special values of parameters, better than those around: ``, but EXACT where gamma = 0``."""
    names, around = [p.name for p in c.scope.parameters], _tiers(c)
    better = {case.tier for case in c.cases if case.is_special and case.tier is not None and [case.tier] != around}
    found: Line = ()
    for tier in sorted(better, key=lambda tier: tier.rank):
        there = [case for case in c.cases if case.is_special and case.tier is tier]
        found = (*found, " and " if found else ", but ", Strong(tier.name), " ", *told(there, c.scope.classes, names))
    return found


def _is_known(cases: Sequence[Case]) -> bool:
    return all(case.tier is not None and case.is_one_tier for case in cases)


def _cases(c: Answer) -> list[Case]:
    return [case for case in c.cases if not case.is_special]


def _tiers(c: Answer) -> list[Tier]:
    return sorted({case.tier for case in _cases(c) if case.tier is not None}, key=lambda tier: tier.rank)


def _meaning(tier: Tier) -> Line:
    form, _, meaning = tier.value.partition(": ")
    return line_of(f"{form} ({meaning})" if meaning else form)
