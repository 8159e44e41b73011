"""Evidence: a certificate, points of its scope, and the truth at them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from benchmarks.soundness.trial import Wrong
from benchmarks.soundness.truth import numbers
from benchmarks.soundness.truth.expressions import Unreadable, number_of
from benchmarks.soundness.truth.loss import LossTruth
from benchmarks.soundness.truth.numbers import NoOpinion, Number, Undefined
from benchmarks.soundness.truth.pair import PairTruth
from benchmarks.soundness.truth.point import Point
from benchmarks.soundness.truth.regularizer import RegularizerTruth
from symcheck.certificates.certificate import Certificate
from symcheck.findings.tier import Tier
from symcheck.language.formula import Formula
from symcheck.language.vector_array import VectorArray


@dataclass
class Truths:
    """The truth about two formulas at points, each found once."""

    loss: Formula
    regularizer: Formula
    _losses: dict[Any, LossTruth] = field(default_factory=dict)
    _regularizers: dict[Any, RegularizerTruth] = field(default_factory=dict)
    _pairs: dict[Any, PairTruth] = field(default_factory=dict)

    def at(self, point: Point) -> PairTruth:
        """The truth at ``point``."""
        if point.key not in self._pairs:
            for_loss, for_regularizer = point.of(self.loss), point.of(self.regularizer)
            self._pairs[point.key] = PairTruth(
                self._losses.setdefault(for_loss.key, LossTruth(self.loss, for_loss)),
                self._regularizers.setdefault(for_regularizer.key, RegularizerTruth(self.regularizer, for_regularizer)),
            )
        return self._pairs[point.key]


@dataclass
class Evidence:
    """A ``certificate`` with sampled ``points`` of its scope; counts what was judged and what could not be.

    ``is_exhaustive``: whether the points are the whole scope; ``unread`` are texts that were not understood.
    """

    certificate: Certificate
    points: Sequence[Point]
    truths: Truths
    is_exhaustive: bool = False
    judged: int = 0
    not_judged: int = 0
    unread: set[str] = field(default_factory=set)

    def truth(self, point: Point) -> PairTruth:
        """The truth at ``point``."""
        return self.truths.at(point)

    def known(self, question: Callable[[], Any]) -> Any:
        """The answer to ``question``, None (and one more that was not judged) if there is no opinion."""
        try:
            found = question()
        except (NoOpinion, Undefined, Unreadable):
            found = None
        if found is None:
            self.not_judged += 1
        else:
            self.judged += 1
        return found

    def holds(self, point: Point) -> bool | None:
        """Whether all conditions hold, None where there is no opinion."""
        truth = self.truth(point)
        found: bool | None = self.known(lambda: truth.holds)
        return found

    def is_shift_invariant(self, point: Point) -> bool | None:
        """Whether l and g are, None where there is no opinion."""
        truth = self.truth(point)
        found: bool | None = self.known(lambda: truth.is_shift_invariant)
        return found

    def tier(self, point: Point) -> Tier | None:
        """The true tier, None if it was not found."""
        loss = self.truth(point).loss
        found: Tier | None = self.known(lambda: loss.tier if loss.has_value else None)
        return found

    def kappa(self, point: Point) -> Number | None:
        """The true kappa, None if it was not found or there is none."""
        try:
            return self.truth(point).loss.kappa
        except (NoOpinion, Undefined):
            return None

    def compared(self, statement: str, said: Any, true: Number | None, point: Point) -> Iterator[Wrong]:
        """Whether the SymPy expression ``said`` is the number ``true`` at ``point``.

        Of an expression in rounded numbers only an interval is known, so there is no opinion.
        """
        if said is None or true is None:
            return
        if {s.name for s in said.free_symbols} & {p.name for p in self.certificate.scope.parameters if p.rounded}:
            self.not_judged += 1
            return
        value = self.known(lambda: number_of(said, names_at(point)))
        if value is not None and self.known(lambda: not numbers.same(value, true)):
            shown = f"{written(said)}, which is {numbers.decimal(value)}"
            yield Wrong(statement, shown, numbers.decimal(true), str(point))


def written(expression: Any) -> str:
    """The text of a SymPy expression."""
    try:
        return str(expression)
    except ValueError:  # Python shows no whole number of more than 4300 digits
        return "an expression with a number of thousands of digits"


def names_at(point: Point) -> dict[str, Number]:
    """C and the parameters by name, and class-vectors all the entries of which are one number."""
    vectors = {n: set(a.values[0]) for n, a in point.arrays.items() if isinstance(a, VectorArray) and a.values}
    levels = {n: next(iter(entries)) for n, entries in vectors.items() if len(entries) == 1}
    return {"C": Fraction(point.classes), **levels, **point.values}
