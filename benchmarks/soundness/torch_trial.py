"""Trials of torch code: what its certificates say of numbers of classes, against autograd and batches."""

from __future__ import annotations

import linecache
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from benchmarks.soundness.pair import BUDGET, answer_of
from benchmarks.soundness.trial import Outcome, Trial, Wrong
from benchmarks.soundness.truth.torch_code import OK, Code, Germ, NoTruth, germ_of, mixes
from symcheck.certificates.certificate import Certificate
from symcheck.certificates.certify import certify
from symcheck.conditions import remembered
from symcheck.errors import SymcheckError
from symcheck.findings.case import Case
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict

NUMBERS = (2, 3, 5, 10)
"""Numbers of classes at which the code is looked at, and asked for."""

SPREADS = (0.7, 4.0, 8.0)
"""Logits of batches, as far away from 0 as losses do not underflow to 0."""

HEAD = """import math
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.autograd import Function, Variable
"""

_ELSEWHERE = ("at z = 0 itself autograd returns another gradient", "multiplies it by 0")
"""Notes that say that autograd has another gradient than the function."""


@dataclass(frozen=True)
class TorchTrial(Trial):
    """Python code that defines ``loss(z, y)``, asked for every C and for the ``numbers`` one by one."""

    source: str
    numbers: tuple[int, ...] = NUMBERS
    seed: str = ""

    @property
    def text(self) -> str:
        return f"torch code\n{self.source}"

    def run(self) -> Outcome:
        remembered.forget()
        code, wrong, judged, answer, seconds = self._code(), [], 0, "", 0.0
        germs = {c: germ for c in self.numbers if (germ := _germ(code, c)) is not None}
        for asked in (None, *self.numbers):
            start = time.perf_counter()
            try:
                certificate = certify(code, "l2", classes=asked, budget=BUDGET)
            except SymcheckError as error:
                answer = answer or type(error).__name__
                continue
            seconds = max(seconds, time.perf_counter() - start)
            answer = answer_of(certificate) if asked is None or not answer else answer
            if certificate.loss.unread is not None:
                continue
            where = "every C" if asked is None else f"classes={asked}"
            for c, germ in germs.items():
                wrong += [replace(said, where=f"C = {c}, asked for {where}") for said in _wrong(certificate, c, germ)]
                judged += c in certificate.scope.classes
            wrong += list(self._mixed(code, certificate, where))
        return Outcome(answer, seconds, tuple({w.statement: w for w in wrong}.values()), judged=judged)

    def _code(self) -> Any:
        """The function ``loss`` of the source."""
        source, name = HEAD + self.source, f"<torch code {hash(self.source)}>"
        # Where a refusal names a line, it is looked up.
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        names: dict[str, Any] = {"__name__": "torch_code"}
        exec(compile(source, name, "exec"), names)  # noqa: S102 - our own text
        return names["loss"]

    def _mixed(self, code: Code, certificate: Certificate, where: str) -> Iterator[Wrong]:
        """What was read of one sample is a loss of batches, or a note says otherwise."""
        if any("batch" in note for note in certificate.loss.notes):
            return
        random = Random(f"batches {self.seed}")
        classes = next((c for c in self.numbers[::-1] if c in certificate.scope.classes), None)
        for spread in SPREADS if classes is not None else ():
            truth = mixes(code, classes, spread, random) if classes is not None else ""
            if truth:
                yield Wrong("batch", "a loss of one sample, averaged or summed", truth, f"C = {classes}, {where}")
                return

    def smaller(self) -> tuple[Trial, ...]:
        """The same with one line left out."""
        lines = self.source.splitlines()
        shorter = ("\n".join([*lines[:i], *lines[i + 1 :]]) for i, line in enumerate(lines) if line.startswith("    "))
        found = []
        for source in shorter:
            trial = TorchTrial(source, self.numbers, self.seed)
            try:
                germ_of(trial._code(), 3)
            except Exception:  # noqa: BLE001 - a line that the others need
                continue
            found.append(trial)
        return tuple(found)


def _germ(code: Code, classes: int) -> Germ | None:
    try:
        return germ_of(code, classes)
    except NoTruth:
        return None


def _wrong(certificate: Certificate, classes: int, germ: Germ) -> Iterator[Wrong]:
    """What ``certificate`` says of this number of classes and is not so."""
    # Elsewhere its gradient is that of differences.
    if any(text in note for note in certificate.loss.notes for text in _ELSEWHERE):
        return
    for case in certificate.cases:
        if classes in case.classes and not case.where and not case.is_special:
            yield from _wrong_case(case, classes, germ)


def _wrong_case(case: Case, classes: int, germ: Germ) -> Iterator[Wrong]:
    is_met = germ.tier in OK and germ.is_continuous
    if case.verdict is Verdict.PROVED and not (is_met and germ.is_smooth):
        yield Wrong("verdict", "PROVED", str(germ))
    if case.verdict is Verdict.REFUTED and case.is_uniform and is_met and germ.is_smooth:
        yield Wrong("verdict", "REFUTED", str(germ))
    if case.tier is None or not case.is_one_tier:
        return
    if (case.tier is Tier.NONDIFF) is germ.is_continuous or (
        germ.is_continuous and case.tier is not germ.tier and not _is_one(case, classes, germ)
    ):
        yield Wrong("tier", str(case.tier), str(germ))
    kappa = _kappa(case, classes)
    is_known = germ.is_continuous and kappa is not None and germ.kappa is not None
    if is_known and not math.isclose(kappa, germ.kappa, rel_tol=1e-6, abs_tol=1e-6):  # type: ignore[arg-type]
        yield Wrong("kappa", str(case.kappa), str(germ))


def _is_one(case: Case, classes: int, germ: Germ) -> bool:
    """Whether a SCALED loss has kappa = 1 at this number of classes, or nearly."""
    kappa = _kappa(case, classes)
    return case.tier is Tier.SCALED and germ.tier is Tier.EXACT and (kappa is None or abs(kappa - 1) < 1e-5)


def _kappa(case: Case, classes: int) -> float | None:
    if case.kappa is None:
        return None
    found = case.kappa.subs({s: classes for s in case.kappa.free_symbols if str(s) == "C"})
    return float(found) if found.is_number else None
