"""Properties of a loss or a regularizer that a full report adds, one a file.

A file has ``CONDITION``, the statement; ``ABOUT``, "loss" or "regularizer"; and ``finding(formula, scope, budget)``,
which derives the verdict, or raises ``Undecided`` with the reason why it is open.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from types import ModuleType
from typing import Literal

from symcheck.budget import Budget, stopping
from symcheck.conditions.detached import open_for_field
from symcheck.conditions.remembered import remembered
from symcheck.conditions.rounding import explained, middles, rounded_parts
from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding, not_derived
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.one_file_each import OneFileEach
from symcheck.problem import Problem
from symcheck.reason import Code, Reason, Undecided


@dataclass(frozen=True)
class Property:
    """The ``condition`` on l or g, which it is ``about``, and what derives its ``finding``."""

    condition: Condition
    about: Literal["loss", "regularizer"]
    finding: Callable[[Formula, Scope, Budget], Finding]


@cache
def properties() -> tuple[Property, ...]:
    """Every property, found by its file, in the order of their conditions."""
    found = [_property(module) for module in OneFileEach(__name__)]
    places = {condition: i for i, condition in enumerate(Condition)}
    return tuple(sorted(found, key=lambda p: places[p.condition]))


def _property(module: ModuleType) -> Property:
    return Property(module.CONDITION, module.ABOUT, module.finding)


def property_finding(problem: Problem, condition: Condition, seconds: float) -> Finding:
    """The finding on the property ``condition`` of the pair, within ``seconds``, from memory if it was made before."""
    asked = next((p for p in properties() if p.condition is condition), None)
    if asked is None:
        reason = Reason(Code.UNMAPPED_OP, "no file of symcheck.certificates.properties derives it", "ask for another")
        return not_derived(condition, reason)
    formula = (problem.loss if asked.about == "loss" else problem.regularizer).formula
    without_function = open_for_field(condition, formula)
    if without_function is not None:
        return without_function
    try:
        with Budget(seconds).in_force() as budget, stopping():
            found = remembered(asked.finding, formula, problem.scope.of(formula), budget)
    except Undecided as stop:
        return not_derived(condition, stop.reason)
    parts = rounded_parts(formula)

    def in_the_middle() -> dict[Condition, Finding]:
        return {condition: property_finding(problem.at(None, middles(parts)), condition, seconds)}

    return explained([replace(found, condition=condition)], parts, in_the_middle)[0]
