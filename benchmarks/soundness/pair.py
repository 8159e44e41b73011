"""Trials of a pair (l, g): its certificate, every statement of which is compared with the truth."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from benchmarks.soundness.judge import findings, headline, narrower, rows, told
from benchmarks.soundness.judge.evidence import Evidence, Truths
from benchmarks.soundness.judge.points import MOST, Marks, is_whole, points_of
from benchmarks.soundness.trial import Outcome, Trial, Wrong
from benchmarks.soundness.truth.numbers import NoOpinion
from symcheck.certificates.certificate import Certificate
from symcheck.certificates.certify import certify
from symcheck.conditions import remembered
from symcheck.errors import FormulaError, SymcheckError
from symcheck.findings.verdict import Verdict
from symcheck.intake.given import Given
from symcheck.language.formula import Formula
from symcheck.language.scope import Classes, Scope
from symcheck.language.term import Term

BUDGET = 5.0
"""Seconds of a certificate: what is open then is UNDECIDED, which is never wrong."""

LONG = 50
"""Formulas with so many operators are looked at in fewer points."""

NARROWED = 3
"""At so many points the certificate is asked for what holds at the point."""


@dataclass(frozen=True)
class Pair(Trial):
    """The formulas ``loss`` and ``regularizer`` for the numbers of ``classes``.

    ``given``: what is handed to certify in the place of the loss, such as a name of the catalogue or torch code.
    ``marks`` are where something may change; ``seed`` draws the points.
    """

    loss: Formula
    regularizer: Formula
    classes: Classes = field(default_factory=Classes)
    marks: Marks = field(default_factory=Marks)
    given: Given | None = field(default=None, compare=False)
    seed: str = ""

    @property
    def text(self) -> str:
        about = {p.name: p for p in (*self.loss.parameters, *self.regularizer.parameters)}
        arrays = [*self.loss.arrays, *self.regularizer.arrays]
        given = "" if self.given is None else f" (given as {self.given!r})"
        parts = [f"l = {self.loss}{given}", f"g = {self.regularizer}", str(self.classes), *map(repr, about.values())]
        return "; ".join([*parts, *map(str, arrays)])

    def run(self) -> Outcome:
        rng = random.Random(f"points {self.seed}")
        remembered.forget()
        start = time.perf_counter()
        try:
            certificate = certify(self.given or self.loss, self.regularizer, classes=self.classes, budget=BUDGET)
        except SymcheckError as error:
            return self._of_error(error, time.perf_counter() - start, rng)
        seconds = time.perf_counter() - start
        most = MOST if len(self.loss.nodes) < LONG else MOST // 4
        found = points_of(certificate.scope, self.marks, certificate.cases, rng, most)
        evidence = Evidence(certificate, found, self._truths, is_whole(certificate.scope, found))
        narrow = rng.sample(found, min(NARROWED, len(found)))
        wrong = [
            *headline.wrong(evidence), *rows.wrong(evidence), *findings.wrong(evidence), *told.wrong(evidence),
            *narrower.wrong(evidence, narrow),
        ]  # fmt: skip
        counts = evidence.judged, evidence.not_judged
        return Outcome(answer_of(certificate), seconds, _once(wrong), *counts, frozenset(evidence.unread))

    @property
    def _truths(self) -> Truths:
        return Truths(self.loss, self.regularizer)

    def _of_error(self, error: SymcheckError, seconds: float, rng: random.Random) -> Outcome:
        """An error that says that there is no value at z = 0 has to be right somewhere in the scope."""
        name = type(error).__name__
        if not isinstance(error, FormulaError) or "undefined at z = 0" not in str(error):
            return Outcome(name, seconds)
        name, truths = f"{name}: undefined at z = 0", self._truths
        points = points_of(self._scope, self.marks, (), rng)
        try:
            undefined = [p for p in points if not truths.at(p).has_value]
        except NoOpinion:
            return Outcome(name, seconds, not_judged=1)
        if undefined:
            return Outcome(name, seconds, judged=1)
        said = Wrong("error: undefined", str(error), f"it has a value at {len(points)} points of {self._scope}")
        return Outcome(name, seconds, (said,), judged=1)

    @property
    def _scope(self) -> Scope:
        found = Scope(self.classes)
        for f in (self.loss, self.regularizer):
            classes = Classes() if f.fixed_classes is None else Classes.of(f.fixed_classes)
            found = found.joined(Scope(classes, f.parameters, tuple(a for a in f.arrays if a.is_free)))
        return found

    def smaller(self) -> tuple[Trial, ...]:
        """The same with an operator of the loss, or of g, replaced by one of its arguments."""
        if self.given is not None:
            return ()
        losses = [replace(self, loss=f) for f in _cut(self.loss)]
        return (*losses, *(replace(self, regularizer=f) for f in _cut(self.regularizer)))


def answer_of(certificate: Certificate) -> str:
    """The verdict, with the codes of the reasons if it is UNDECIDED."""
    codes = sorted({f.reason.code.value for f in certificate.findings if f.reason is not None})
    undecided = certificate.verdict is Verdict.UNDECIDED
    return f"{certificate.verdict}: {', '.join(codes) or 'no reason'}" if undecided else str(certificate.verdict)


def _once(wrong: list[Wrong]) -> tuple[Wrong, ...]:
    """The first of each kind of statement."""
    found: dict[str, Wrong] = {}
    for w in wrong:
        found.setdefault(w.statement, w)
    return tuple(found.values())


def _cut(formula: Formula) -> list[Formula]:
    """``formula`` with a sum or a product replaced by one of its terms."""
    found = []
    for place in range(len(formula.nodes) - 1, -1, -1):
        node = formula.nodes[place]
        if node.op not in ("add", "sub", "mul", "div", "maximum", "minimum", "abs"):
            continue
        for k, argument in enumerate(node.args):
            if formula.vectors[argument] == formula.vectors[place] and place not in formula.pairs:
                found.append(formula.with_branch(place, _taking(k)))
    return [f for f in found if len(f.nodes) < len(formula.nodes)]


def _taking(k: int) -> Callable[[list[Term]], Term]:
    return lambda args: args[k]
