"""Trials of code that computes with rounded floats: no verdict may rest on the rounding."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.soundness.pair import BUDGET, Pair, answer_of
from benchmarks.soundness.trial import Outcome, Trial, Wrong
from symcheck.certificates.certify import certify
from symcheck.conditions import remembered
from symcheck.errors import SymcheckError
from symcheck.findings.verdict import Verdict
from symcheck.language.formula import Formula
from symcheck.language.scope import Classes


@dataclass(frozen=True)
class Rounded(Trial):
    """The torch code ``given``, called ``name``, with the ``regularizer``.

    ``meant``: the formula that it computes but for rounding, None where rounding decides; ``allowed`` are then the
    verdicts that do not rest on it.
    """

    name: str
    given: Callable[..., object]
    regularizer: Formula
    meant: Formula | None
    classes: Classes
    allowed: tuple[Verdict, ...] = (Verdict.UNDECIDED,)
    seed: str = ""

    @property
    def text(self) -> str:
        meant = "" if self.meant is None else f", which is meant to be {self.meant}"
        return f"torch code: {self.name}{meant}; g = {self.regularizer}; {self.classes}"

    def run(self) -> Outcome:
        if self.meant is not None:
            return Pair(self.meant, self.regularizer, self.classes, given=self.given, seed=self.seed).run()
        remembered.forget()
        start = time.perf_counter()
        try:
            certificate = certify(self.given, self.regularizer, classes=self.classes, budget=BUDGET)
        except SymcheckError as error:
            return Outcome(type(error).__name__, time.perf_counter() - start)
        seconds, said = time.perf_counter() - start, certificate.verdict
        if said in self.allowed:
            return Outcome(answer_of(certificate), seconds, judged=1)
        allowed = " or ".join(str(v) for v in self.allowed)
        shown = f"{said}, tier {certificate.tier}, kappa {certificate.kappa}, {certificate.witness or ''}"
        return Outcome(answer_of(certificate), seconds, (Wrong("verdict from rounding", shown, allowed),), judged=1)
