"""What drops out of l or g: everything is derived from the same functions without it, and findings say so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from symcheck.budget import Budget
from symcheck.field.field import Field
from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding
from symcheck.findings.step import Derivation, Step
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.problem import Problem, Subject
from symcheck.readings.even_size import without_even_sizes
from symcheck.readings.free_shift import without_free_shifts
from symcheck.reason import Undecided

SECONDS: Final = 2.0
"""So long sizes that drop out are looked for."""

_SHIFT = "the rest is the same for every number in this place: what is said is derived with 0 there"
_SIZE = "with x for |x| it is the same, by a canonical form: what is said is derived so"


@dataclass(frozen=True)
class Dropped:
    """What dropped out of the ``loss`` and of the ``regularizer``, step by step."""

    loss: Derivation = ()
    regularizer: Derivation = ()

    def told(self, finding: Finding) -> Finding:
        """``finding``, the derivation of which begins with what dropped out if it is about smoothness."""
        about = {Condition.LOSS_SMOOTH: self.loss, Condition.REGULARIZER_SMOOTH: self.regularizer}
        steps = about.get(finding.condition, ())
        return replace(finding, derivation=(*steps, *finding.derivation)) if steps else finding


NOTHING: Final = Dropped()


def without_kinks_that_cancel(problem: Problem, budget: Budget) -> tuple[Problem, Dropped]:
    """The problem about the same two functions, written without shifts and sizes that drop out of them."""
    loss, from_loss = _without(problem.loss, problem.scope, budget)
    regularizer, from_regularizer = _without(problem.regularizer, problem.scope, budget)
    if not from_loss and not from_regularizer:
        return problem, NOTHING
    return Problem(loss, regularizer, problem.classes), Dropped(from_loss, from_regularizer)


def _without(subject: Subject, scope: Scope, budget: Budget) -> tuple[Subject, Derivation]:
    scope = scope.of(subject.formula)
    found = without_free_shifts(subject.formula, Field(scope, budget))
    formula, sizes = _without_sizes(found.formula, scope, budget)
    steps = (
        *(Step("a shift that drops out", text, _SHIFT) for text in found.shifts),
        *(Step("a size of which the square counts", text, _SIZE) for text in sizes),
    )
    return (replace(subject, formula=formula), steps) if steps else (subject, ())


def _without_sizes(formula: Formula, scope: Scope, budget: Budget) -> tuple[Formula, Sequence[str]]:
    """The formula without sizes that drop out; as it is where that is not found in a short time."""
    # The rest can often be decided with the kinks too: it has to have its time.
    share = Budget.share(SECONDS)
    try:
        with share.in_force():
            return without_even_sizes(formula, scope, share)
    except Undecided:
        budget.check()
        return formula, ()
