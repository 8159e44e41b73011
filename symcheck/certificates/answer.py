"""Answers: what has been decided about a pair (l, g) in a scope, as frozen values."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass

from sympy import Expr

from symcheck.certificates.documented import documented, documented_names
from symcheck.certificates.model_families import ModelFamily
from symcheck.certificates.remains import Remains
from symcheck.findings.as_written import AsWritten
from symcheck.findings.case import Case
from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding
from symcheck.findings.prediction import Prediction
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.findings.witness import Witness
from symcheck.problem import OfProblem, Problem
from symcheck.theorems.base import Theorem

WHOLE, QUOTIENT = "R^C", "R^C/(1, ..., 1)"
"""The space on which the conditions are stated."""


@documented
@dataclass(frozen=True)
class Answer(OfProblem, AsWritten, ABC):
    """What pages and records are made from.

    ``problem``: the loss l, the regularizer g and the numbers of classes that were asked about, the anchor if there is
        one.
    ``verdict``: whether the pair meets the conditions of Theorem 2 up to scale in the whole scope, on R^C or, for
        ``quotient``, on R^C/(1, ..., 1); of a loss alone, whether one theorem without a penalty applies in it.
    ``tier``: which form of the gradient condition l meets, the worst that occurs in the scope; None if undecided.
    ``kappa``: the scale in C and the parameters that all cases share, a ``sympy.Piecewise`` if they share none, None
        where there is none.
    ``quotient``: whether the conditions are stated on R^C/(1, ..., 1), as l and g do not change under z + t 1.
    ``cases``: what holds where, if C or a parameter decides.
    ``families``: for each kind of model the theorem that applies, or what fails there.
    ``findings``: the conditions one by one, each with its derivation, and its witness or reason if it is not PROVED.
    ``theorems``: those that apply in the whole scope, the strongest first.
    ``remains``: what the verdict leaves; ``still_holds`` is its sentence.
    ``versions``: of the packages that it was derived with.
    """

    problem: Problem
    verdict: Verdict
    tier: Tier | None
    kappa: Expr | None
    quotient: bool
    cases: tuple[Case, ...]
    families: tuple[ModelFamily, ...]
    findings: tuple[Finding, ...]
    theorems: tuple[Theorem, ...]
    remains: Remains
    versions: Mapping[str, str]

    @property
    @abstractmethod
    def prediction(self) -> Prediction | None:
        """What training should show; None unless the verdict is PROVED."""

    @property
    @abstractmethod
    def assumptions(self) -> tuple[str, ...]:
        """What stays open of the strongest theorem that applies: about model and data, or not decided here."""

    @property
    @abstractmethod
    def headline(self) -> str:
        """Where it is PROVED and where not, on one line: ``PROVED for C = 2; REFUTED for every C >= 3: ...``."""

    @property
    def still_holds(self) -> str:
        """The sentence under the headline: the theorem that applies, or what a REFUTED or UNDECIDED verdict leaves."""
        return self.remains.sentence

    @property
    def is_proved_somewhere(self) -> bool:
        """Whether the condition holds for some numbers of classes or values of parameters, as ``cases`` tell."""
        return any(case.verdict is Verdict.PROVED for case in self.cases if not case.is_special)

    @property
    def is_local(self) -> bool:
        """Whether minimisers were shown not to be held, so that the local branch of Theorem 2 is what is left."""
        held = self.finding(Condition.MINIMISERS_HELD)
        return held is not None and held.verdict is Verdict.REFUTED

    @property
    def witness(self) -> Witness | None:
        """The point that refutes the pair, None unless the verdict is REFUTED."""
        if self.verdict is not Verdict.REFUTED:
            return None
        return next((f.witness for f in self.findings if f.verdict is Verdict.REFUTED and f.witness is not None), None)

    def finding(self, condition: Condition) -> Finding | None:
        """The finding on ``condition``, None if it was not needed."""
        return next((f for f in self.findings if f.condition is condition), None)

    def __hash__(self) -> int:
        # versions are a mapping, and SymPy may take long to hash a kappa by cases: what is left tells pairs apart
        return hash((self.problem, self.verdict, self.tier, self.quotient, self.remains))

    def __dir__(self) -> list[str]:
        return documented_names(type(self))
