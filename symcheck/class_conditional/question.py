"""A question about noise, and the answers to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction

from symcheck.class_conditional.flips import Matrix, Progress, Vector, rational_matrix
from symcheck.class_conditional.forward import forward_noise
from symcheck.class_conditional.matrices import Checked, Noise, checked
from symcheck.class_conditional.noise_answer import NoiseCondition
from symcheck.class_conditional.score_order import Scores, needed_lead
from symcheck.field.element import Element
from symcheck.field.signs.sign import Kind, Sample
from symcheck.findings.step import Derivation
from symcheck.findings.verdict import Verdict
from symcheck.language.scope import Scope
from symcheck.reason import Code, Reason, Undecided

SIGNS = {
    Kind.POSITIVE: "positive",
    Kind.NEGATIVE: "negative",
    Kind.ZERO: "0",
    Kind.MIXED: "not the same everywhere",
    Kind.UNKNOWN: "not decided",
}
"""A kind of sign in words."""


@dataclass(frozen=True)
class Question:
    """What is asked of noise in a ``scope``: for which H (None: every H = s I + t 11') and laws (None: every law)."""

    scope: Scope
    hessian: Matrix | None
    laws: Matrix | None
    progress: Progress
    forward: bool = False
    """Whether the loss is corrected forward."""

    def matrix(self, noise: Noise, count: int) -> Checked:
        """The matrix with which noise acts on the scores of ``count`` classes: T, or M of forward correction."""
        return self.acting(checked(noise, count))

    def acting(self, given: Checked) -> Checked:
        """The matrix with which T = ``given`` acts on the scores."""
        return forward_noise(given) if self.forward else given

    def answer(self, verdict: Verdict, steps: Derivation, reason: Reason | None = None) -> NoiseCondition:
        """The answer without a witness."""
        is_free = verdict is Verdict.PROVED and self.hessian is None and self.laws is None
        lead = Fraction(0) if is_free else None
        # M = a I + (1 - a)/C 11' with a > 0 has the rank C, and T the rank of M.
        invertible = True if is_free and self.forward else None
        return NoiseCondition(
            verdict, self.scope, self.hessian is None, self.laws, steps, lead=lead, reason=reason,
            forward=self.forward, is_invertible=invertible,
        )  # fmt: skip

    def open(self, c: Element, steps: Derivation, count: int = 0) -> NoiseCondition:
        """UNDECIDED, as the sign of ``c`` is, or as of a kind of noise only C = ``count`` was looked at."""
        other = self.scope.classes.fixed is None and count
        settle = "give classes=" if other else "narrow the intervals of the parameters, or give them values"
        why = f"the sign of {c.text()} is not decided" if not other else f"only C = {count} was looked at"
        return self.answer(Verdict.UNDECIDED, steps, Reason(Code.SIGN_UNKNOWN, why, settle))

    def refuted(
        self, given: Checked, values: Mapping[str, Fraction], steps: Derivation, law: Vector | None = None
    ) -> NoiseCondition:
        """REFUTED, with a law at which the scores turn, computed in exact numbers."""
        try:
            matrix = given.at(values)
        except Undecided as stop:
            return self.answer(Verdict.UNDECIDED, steps, stop.reason)
        scores = Scores(matrix, self.hessian)
        flip = scores.some_flip(self.progress) if law is None else scores.flip(law)
        assert flip is not None
        numbers = not given.field.scope.parameters and self.scope.classes.fixed is not None
        lead = needed_lead(matrix) if numbers and self.hessian is None else None
        invertible = rational_matrix(matrix).rank() == len(matrix) if self.forward else None
        return replace(
            self.answer(Verdict.REFUTED, steps), witness=flip, classes=len(matrix), parameters=dict(values), lead=lead,
            is_invertible=invertible,
        )  # fmt: skip


def values_at(sample: Sample) -> dict[str, Fraction]:
    """The parameters at a point, without C."""
    return {name: value for name, value in sample.values.items() if name != "C"}
