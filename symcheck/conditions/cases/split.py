"""Splitting a scope where a formula takes another branch, or where a sign that is asked for is another one.

relu(p_y - 1/tau) at z = 0 is on one side for tau < C and on the other for tau > C.  Each part of the scope is a problem
without that choice; what is found on the parts is put together again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from symcheck.budget import Budget, stopping
from symcheck.conditions.cases.cells import cells
from symcheck.conditions.cases.parts import Part
from symcheck.conditions.cases.wider import NOT_WHOLE
from symcheck.errors import FormulaError
from symcheck.field.element import Element
from symcheck.findings.finding import Finding, Trust
from symcheck.findings.step import Derivation
from symcheck.findings.verdict import conjunction
from symcheck.findings.witness import Witness
from symcheck.readings.stops import Branching
from symcheck.reason import Reason, Undecided

R = TypeVar("R")

DEEPEST = 8
"""A part is split again at most so many times."""


class SignChange(Exception, Generic[R]):
    """``constant`` has not one sign on a part; ``report`` is what is known if the part cannot be split."""

    def __init__(self, constant: Element, report: R) -> None:
        super().__init__(constant)
        self.constant, self.report = constant, report


@dataclass(frozen=True)
class Reports(Generic[R]):
    """``pairs`` of a part and its report; ``wider`` are those of parts that were split because a sign changes."""

    pairs: tuple[tuple[Part, R], ...]
    wider: tuple[tuple[Part, R], ...] = ()

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts of the scope, in the order in which they were cut."""
        return tuple(p for p, _ in self.pairs)

    def mapped(self, change: Callable[[Part, R], R]) -> Reports[R]:
        """The same parts with changed reports."""
        pairs, wider = (tuple((p, change(p, r)) for p, r in group) for group in (self.pairs, self.wider))
        return Reports(pairs, wider)

    def together(self, finding: Callable[[R], Finding]) -> Finding:
        """The findings on one condition in all the parts of a scope, as one on the whole scope."""
        pairs = [(p, finding(r)) for p, r in self.pairs]
        if len(pairs) == 1 and not pairs[0][0].rewritings:
            return pairs[0][1]
        verdict = conjunction(f.verdict for _, f in pairs)
        worst = next(f for _, f in pairs if f.verdict is verdict)
        wider = [(p, finding(r)) for p, r in self.wider]
        # The cells of an irrational threshold have witnesses with irrational values; the part before it was cut may
        # have one that a reader can write down.
        witness = _witness([(p, f) for p, f in (*pairs, *wider) if f.verdict is verdict])
        trust = Trust.BALL if any(f.trust is Trust.BALL for _, f in pairs) else Trust.EXACT
        return replace(worst, detail=_details(pairs), trust=trust, derivation=_steps(pairs), witness=witness)


def reports_by_part(
    part: Part,
    report: Callable[[Part, Budget], R],
    left_open: Callable[[Part, Reason], R],
    budget: Budget,
    depth: int = DEEPEST,
) -> Reports[R]:
    """``report`` of each part of ``part`` on which the formula does not branch and no ``SignChange`` is raised.

    ``left_open`` gives the report on a part that branches and cannot be split, or for which no time is left.
    """

    def split(smaller: list[Part]) -> list[Reports[R]]:
        return [reports_by_part(p, report, left_open, budget, depth - 1) for p in smaller]

    try:
        budget.check()
        with stopping():
            return Reports(((part, report(part, budget)),))
    # A sign that changes does not stop the report: if the part cannot be cut, what is known of it is kept.
    except SignChange as stop:
        whole = ((part, stop.report),)
        smaller = cells(part, stop.constant) if depth else []
        return _joined(split(smaller), whole) if smaller else Reports(whole)
    except Branching as stop:
        smaller = cells(part, stop.constant) if depth else []
        if not smaller:
            return Reports(((part, left_open(part, stop.reason)),))
        # Of a part that branches there is no report at all, so that nothing is known of it as a whole.
        return _joined(split([replace(p, switch=stop.reason.where or part.switch) for p in smaller]))
    except Undecided as stop:
        return Reports(((part, left_open(part, stop.reason)),))
    except FormulaError:
        if not part.is_wider:
            raise
        return Reports(((part, left_open(part, NOT_WHOLE)),))  # (-1)**n has no value between two whole numbers


def _joined(found: list[Reports[R]], wider: tuple[tuple[Part, R], ...] = ()) -> Reports[R]:
    return Reports(
        tuple(pair for reports in found for pair in reports.pairs),
        (*wider, *(pair for reports in found for pair in reports.wider)),
    )


def _witness(pairs: list[tuple[Part, Finding]]) -> Witness | None:
    """The first witness of which all parameter values are rational; else the first one, told by its constraints."""
    hidden: Witness | None = None
    for part, finding in pairs:
        witness = finding.witness
        if witness is None:
            continue
        values = part.values(witness.parameters, witness.classes)
        # A value that is missing is irrational: then the constraint itself is what names the point.
        if all(c.parameter.name in values for c in part.constraints):
            return replace(witness, parameters=values)
        hidden = hidden or replace(witness, parameters=values, quantity=f"where {part.where}, {witness.quantity}")
    return hidden


def _details(pairs: list[tuple[Part, Finding]]) -> str:
    """What was found in each part, once if it is the same in all of them."""
    details = {f.detail for _, f in pairs}
    if len(details) == 1:
        return details.pop()
    return "; ".join(dict.fromkeys(f"{p.name}: {f.detail}" for p, f in pairs))


def _steps(pairs: list[tuple[Part, Finding]]) -> Derivation:
    """The steps that all parts share, then those of each part with its name."""
    shared = [s for s in pairs[0][1].derivation if all(s in f.derivation for _, f in pairs)]
    separate = (
        replace(s, name=f"{p.name}: {s.name}")
        for p, f in pairs
        for s in (*(p.steps if f.derivation else ()), *f.derivation)
        if s not in shared
    )
    return (*shared, *separate)
