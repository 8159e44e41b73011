"""Hessians D^2 g(0) of regularizers that treat classes differently: shown by a form or by pivots, refuted at points."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from symcheck.budget import Budget
from symcheck.conditions.agreement.points import expansions_at_points
from symcheck.conditions.curvature.hessian import QUOTIENT, WHOLE, Hessian
from symcheck.conditions.curvature.pivots import not_definite
from symcheck.field.element import Element
from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding, Trust
from symcheck.findings.step import Derivation
from symcheck.findings.verdict import Verdict
from symcheck.findings.witness import Witness
from symcheck.language.formula import Formula
from symcheck.readings.weight import polynomial_degree
from symcheck.reason import Code, Reason, Undecided


@dataclass(frozen=True)
class Shown:
    """The ``steps`` of a proof; ``exact`` if no ball was used."""

    steps: Derivation
    exact: bool


@dataclass(frozen=True)
class ApartHessian(Hessian):
    """D^2 g(0) of the regularizer ``formula``, by its entries; what is asked of it is found out within ``budget``."""

    formula: Formula
    budget: Budget

    @cached_property
    def is_flat_along_ones(self) -> bool:
        try:
            return self._is_flat()
        except Undecided:
            return False

    @abstractmethod
    def _is_flat(self) -> bool: ...

    @property
    @abstractmethod
    def _slope_along_ones(self) -> Element:
        """The derivative of g at 0 along 1."""

    @cached_property
    def is_shift_invariant(self) -> bool:
        high = polynomial_degree(self.formula)
        # A polynomial of degree 2 is known by its derivatives at 0; of any other g they say nothing off 0.
        if high is None or high > 2 or not self.is_flat_along_ones:
            return False
        try:
            return self._slope_along_ones.is_zero
        except Undecided:
            return False

    @cached_property
    def keeps_ones(self) -> Verdict:
        try:
            return self._keeps_ones()
        except Undecided:
            return Verdict.UNDECIDED

    @abstractmethod
    def _keeps_ones(self) -> Verdict: ...

    @abstractmethod
    def is_definite(self, *, quotient: bool) -> Shown | None:
        """What shows H to be positive definite in the whole scope, or None."""

    @abstractmethod
    def steps(self) -> Derivation:
        """The entries of H."""

    def finding(self, *, quotient: bool) -> Finding:
        return self._on_quotient if quotient else self._on_whole

    def fails_everywhere(self, *, quotient: bool) -> bool:  # noqa: ARG002
        return self.is_of_one_point and (not self.is_flat_along_ones or self._on_quotient.verdict is Verdict.REFUTED)

    @property
    def is_of_one_point(self) -> bool:
        """Whether there is one number of classes, as with given entries, and nothing is free."""
        # An array that follows a rule is not free, and has entries for every C.
        return self.scope.classes.fixed is not None and not self.scope.arrays and not self.scope.parameters

    @cached_property
    def _on_whole(self) -> Finding:
        return self._found(quotient=False)

    @cached_property
    def _on_quotient(self) -> Finding:
        return self._found(quotient=True)

    def decide(self) -> None:
        """Find out everything now, within the budget: a report that is kept outlives it."""
        _ = self._on_whole, self._on_quotient, self.keeps_ones, self.is_flat_along_ones, self.is_shift_invariant

    def _found(self, *, quotient: bool) -> Finding:
        try:
            return self._judged(quotient=quotient)
        except Undecided as stop:
            why = "whether D^2 g(0) is positive definite was not derived"
            return Finding(Condition.REGULARIZER_CURVATURE, Verdict.UNDECIDED, why, reason=stop.reason)

    def _judged(self, *, quotient: bool) -> Finding:
        condition = Condition.REGULARIZER_CURVATURE
        space = QUOTIENT if quotient else WHOLE
        shown = self.is_definite(quotient=quotient)
        if shown is not None:
            detail = f"D^2 g(0) is positive definite on {space}"
            trust = Trust.EXACT if shown.exact else Trust.BALL
            return Finding(condition, Verdict.PROVED, detail, trust, (*self.steps(), *shown.steps))
        # What is not shown to be definite is not refuted by that: only a vector x with x'Hx <= 0 at a point does it.
        witness = next(self._witnesses(quotient=quotient), None)
        if witness is not None:
            detail = f"D^2 g(0) is not positive definite on {space}, with C = {witness.classes}"
            return Finding(condition, Verdict.REFUTED, detail, Trust.BALL, self.steps(), witness)
        reason = Reason(
            Code.SIGN_UNKNOWN,
            f"D^2 g(0) was neither shown to be positive definite on {space} nor seen not to be",
            "give the arrays entries, or give values to parameters",
        )
        return Finding(condition, Verdict.UNDECIDED, reason.why, derivation=self.steps(), reason=reason)

    def _witnesses(self, *, quotient: bool) -> Iterator[Witness]:
        low = self.scope.classes.low
        classes = [c for c in (low, low + 1) if c in self.scope.classes]
        for point, e in expansions_at_points(self.formula, self.scope, self.budget, classes):
            witness = not_definite(e.hessians[0], e.field, point, quotient=quotient)
            if witness is not None:
                yield witness
