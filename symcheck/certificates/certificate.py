"""Certificates: what has been decided about a pair (l, g) in a scope, and on what it rests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from symcheck.budget import SECONDS, Budget
from symcheck.certificates import record
from symcheck.certificates.applied import Applied, applied, left_open
from symcheck.certificates.full_report import Full
from symcheck.certificates.model_families import REFERENCE, SHARED, ModelFamily
from symcheck.certificates.page import headline, outline, verdict_line
from symcheck.certificates.properties import PROPERTIES
from symcheck.findings.case import Case
from symcheck.findings.finding import Condition, Finding
from symcheck.findings.prediction import Order, Prediction
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.findings.witness import Witness
from symcheck.language.array import Entries
from symcheck.language.exact import Number
from symcheck.language.scope import Scope
from symcheck.problem import Problem, Subject
from symcheck.render.latex import latex_page
from symcheck.render.markdown import markdown_page
from symcheck.render.text import text_line, text_page
from symcheck.theorems import theorem_named, theorems

if TYPE_CHECKING:
    from sympy import Expr

    from symcheck.theorems.base import Facts, Theorem


@dataclass(frozen=True)
class Certificate:
    """The answer for a pair (l, g).

    ``verdict``: whether the pair meets the conditions of Theorem 2 up to scale in the whole ``scope``, on R^C
    or, for ``quotient``, on R^C/(1, ..., 1); ``headline`` says where it is which.  ``tier`` is the worst that occurs,
    ``kappa`` the scale in C and the parameters that all cases share, or a ``sympy.Piecewise`` if they share none (None
    where there is none), ``cases`` what holds where, ``still_holds`` the sentence that says
    what a REFUTED or UNDECIDED verdict leaves.  ``theorems`` apply, under the ``assumptions`` that stay open.
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
    still_holds: str
    versions: Mapping[str, str]
    predict: Callable[[], Prediction | None] = field(repr=False, compare=False)
    again: Callable[[Problem], Certificate] = field(repr=False, compare=False)
    facts: Facts | None = field(default=None, repr=False, compare=False)
    """What theorems are applied to; None for a certificate that was put together by hand."""
    predict_reference: Callable[[], tuple[Order, ...]] = field(default=tuple, repr=False, compare=False)
    seconds: float = field(default=SECONDS, repr=False, compare=False)
    """The budget that it was derived in; whatever is asked of it later has the same once more."""

    @cached_property
    def prediction(self) -> Prediction | None:
        """What training should show, derived when it is first asked for; None unless the verdict is PROVED."""
        with Budget(self.seconds).in_force():
            return self.predict()

    @property
    def loss(self) -> Subject:
        return self.problem.loss

    @property
    def regularizer(self) -> Subject:
        return self.problem.regularizer

    @property
    def scope(self) -> Scope:
        return self.problem.scope

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What stays open of the strongest theorem that applies: about model and data, or not decided here."""
        if not self.theorems:
            return ()
        return self.theorems[0].assumptions if self.facts is None else left_open(self.theorems[0], self.facts)

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

    def at(self, C: int | None = None, **values: Number | str | Entries) -> Certificate:
        """The certificate in a narrower scope: one C, or parameters given values (``q="7/10"``), or both.

        Raises ``ScopeError`` for a C outside the scope, ``ParameterError`` for an unknown name or a value
        outside its interval.
        """
        exact = self.scope.values(values)
        return self.again(self.problem.at(None if C is None else self.scope.classes.narrowed(C), exact))

    def check(self) -> Certificate:
        """The same certificate derived again, from the formulas."""
        return self.again(self.problem)

    def full(self) -> Full:
        """What costs more: every property of l and g, every theorem with its premises, the orders by family.

        Derived when it is first asked for, within the budget of the certificate once more, for all of it together.
        """
        return self._full

    @cached_property
    def _full(self) -> Full:
        with Budget(self.seconds).in_force():
            return self._reported()

    def _reported(self) -> Full:
        shared = self.prediction.orders if self.prediction is not None else ()
        reference = shared if self.quotient else self.predict_reference()
        return Full(
            problem=self.problem,
            properties=tuple(self._known.finding(c) for c in PROPERTIES),
            theorems=tuple(applied(t, self._known) for t in theorems()),
            orders=(*((SHARED, o) for o in shared), *((REFERENCE, o) for o in reference)),
        )

    @property
    def _known(self) -> Facts:
        if self.facts is None:
            raise ValueError("the certificate was put together by hand, and nothing more can be derived from it")
        return self.facts

    def theorem(self, name: str) -> Applied:
        """Whether the theorem called ``name`` applies to the pair: each premise with its verdict, what stays open.

        The conditions that it needs are derived now.  Raises ``UnknownNameError`` with the nearest names.
        """
        with Budget(self.seconds).in_force():
            return applied(theorem_named(name), self._known)

    def to_json(self, *, full: bool = False) -> str:
        """The certificate as JSON: equal certificates are equal bytes, and ``symcheck.recheck`` reads it.

        ``full`` adds what ``full()`` says.
        """
        return record.json_text(self, full=full)

    def to_markdown(self, *, full: bool = False) -> str:
        """The certificate as Markdown, with what ``full()`` says if it is ``full``."""
        return markdown_page(outline(self, full=full))

    def to_latex(self, *, full: bool = False) -> str:
        """The certificate as LaTeX, with what ``full()`` says if it is ``full``."""
        return latex_page(outline(self, full=full))

    def to_text(self, *, full: bool = False) -> str:
        """The certificate as plain text, with what ``full()`` says if it is ``full``."""
        return text_page(outline(self, full=full))

    def __str__(self) -> str:
        return text_page(outline(self))

    def _repr_markdown_(self) -> str:
        return self.to_markdown()

    def _repr_latex_(self) -> str:
        return self.to_latex()

    @property
    def headline(self) -> str:
        """Where it is PROVED and where not, on one line: ``PROVED for C = 2; REFUTED for every C >= 3: ...``."""
        return text_line(headline(self))

    def __repr__(self) -> str:
        tier = "undecided" if self.tier is None else self.tier.name
        verdict = text_line(verdict_line(self))
        return f"<Certificate {verdict} {tier}: {self.loss.title} + {self.regularizer.title}, {self.scope}>"

    def property(self, condition: Condition) -> Finding:
        """The finding on ``condition``, derived now if the certificate did not need it: convexity, symmetry, ..."""
        with Budget(self.seconds).in_force():
            return self.finding(condition) or self._known.finding(condition)
