"""Shifts that drop out of l or g: everything is derived from the same functions without them, and findings say so."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from symcheck.field.field import Field
from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding
from symcheck.findings.step import Derivation, Step
from symcheck.language.scope import Scope
from symcheck.problem import Problem, Subject
from symcheck.readings.free_shift import without_free_shifts

_WHY = "it is the same for every number in this place: what is said of it is derived with 0 there"


@dataclass(frozen=True)
class Shifts:
    """The subexpressions that drop out of the ``loss`` and of the ``regularizer``."""

    loss: tuple[str, ...] = ()
    regularizer: tuple[str, ...] = ()

    def told(self, finding: Finding) -> Finding:
        """``finding``, the derivation of which begins with what drops out if it is about smoothness."""
        shifts = {Condition.LOSS_SMOOTH: self.loss, Condition.REGULARIZER_SMOOTH: self.regularizer}.get(
            finding.condition, ()
        )
        steps: Derivation = tuple(Step("a shift that drops out", text, _WHY) for text in shifts)
        return replace(finding, derivation=(*steps, *finding.derivation)) if steps else finding


NO_SHIFTS: Final = Shifts()


def without_shifts(problem: Problem) -> tuple[Problem, Shifts]:
    """The problem about the same two functions, written without the shifts that drop out of them."""
    loss, from_loss = _without(problem.loss, problem.scope)
    regularizer, from_regularizer = _without(problem.regularizer, problem.scope)
    if not from_loss and not from_regularizer:
        return problem, NO_SHIFTS
    return Problem(loss, regularizer, problem.classes), Shifts(from_loss, from_regularizer)


def _without(subject: Subject, scope: Scope) -> tuple[Subject, tuple[str, ...]]:
    found = without_free_shifts(subject.formula, Field(scope.of(subject.formula)))
    return (replace(subject, formula=found.formula), found.shifts) if found.shifts else (subject, ())
