"""Trials of repairs: what is shown as mended is judged as a pair of its own, and what is said of the change as well."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from benchmarks.soundness.pair import BUDGET, Pair, answer_of
from benchmarks.soundness.trial import Outcome, Trial, Wrong
from symcheck.certificates.certificate import Certificate
from symcheck.certificates.certify import certify
from symcheck.certificates.repair import Repair
from symcheck.conditions import remembered
from symcheck.errors import SymcheckError
from symcheck.findings.verdict import Verdict


@dataclass(frozen=True)
class Repaired(Trial):
    """The repairs of the pair ``before``."""

    before: Pair

    @property
    def text(self) -> str:
        return f"the repairs of: {self.before.text}"

    def run(self) -> Outcome:
        remembered.forget()
        start = time.perf_counter()
        b = self.before
        try:
            certificate = certify(b.given or b.loss, b.regularizer, classes=b.classes, budget=BUDGET)
            found = certificate.repairs
        except SymcheckError as error:
            return Outcome(type(error).__name__, time.perf_counter() - start)
        seconds = time.perf_counter() - start
        outcomes = [self._mended(repair).run() for repair in found]
        wrong = [w for outcome in outcomes for w in outcome.wrong]
        wrong += [w for repair in found for w in _said(repair, certificate)]
        judged, not_judged = sum(o.judged for o in outcomes), sum(o.not_judged for o in outcomes)
        answer = f"{answer_of(certificate)}: {len(found)} repairs"
        return Outcome(answer, seconds, tuple(wrong), judged + len(found), not_judged)

    def _mended(self, repair: Repair) -> Pair:
        p = repair.problem.moved
        return replace(
            self.before, loss=p.loss.formula, regularizer=p.regularizer.formula,
            classes=repair.certificate.scope.classes,
            given=None,
        )  # fmt: skip

    def smaller(self) -> tuple[Trial, ...]:
        return tuple(Repaired(pair) for pair in self.before.smaller() if isinstance(pair, Pair))


def _said(repair: Repair, before: Certificate) -> Iterator[Wrong]:
    """What is wrong of a repair whatever its formulas are."""
    if repair.certificate.verdict is not Verdict.PROVED:
        yield Wrong("a repair that is no proof", str(repair.certificate.verdict), "PROVED", repair.text)
    if repair.problem == before.problem:
        yield Wrong("a repair that changes nothing", repair.title, "the pair as it was", repair.text)
    inside = before.scope.classes.common(repair.certificate.scope.classes)
    if inside != repair.certificate.scope.classes:
        yield Wrong("a repair for other classes", str(repair.certificate.scope), str(before.scope), repair.text)
