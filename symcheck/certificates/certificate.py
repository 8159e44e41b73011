"""Certificates: the answer about a pair (l, g), what it rests on, and what can be asked of it later."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sympy import Expr

from symcheck.budget import Budget
from symcheck.certificates.answer import Answer
from symcheck.certificates.applied import Applied, applied, left_open
from symcheck.certificates.documented import documented
from symcheck.certificates.full_report import Full
from symcheck.certificates.in_words import in_words
from symcheck.certificates.page import headline, outline, verdict_line
from symcheck.certificates.properties import properties
from symcheck.certificates.record import PROOF, json_text, provable
from symcheck.certificates.repair import Repairs
from symcheck.errors import UnknownNameError, shown
from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding
from symcheck.findings.prediction import Order, Prediction
from symcheck.findings.verdict import Verdict
from symcheck.language.array import Entries
from symcheck.language.exact import Number
from symcheck.problem import Problem
from symcheck.render.block import Block
from symcheck.render.html import html_page
from symcheck.render.latex import latex_page
from symcheck.render.markdown import markdown_page
from symcheck.render.page import Page
from symcheck.render.saved import checked_path, saved
from symcheck.render.text import text_line, text_page
from symcheck.theorems import theorem_named, theorems
from symcheck.theorems.base import REFERENCE, SHARED, Facts, Theorem

if TYPE_CHECKING:
    from symcheck.certificates.at_zero import AtZero
    from symcheck.proof.certificate import Proof, Said


class Origin(ABC):
    """How a certificate was derived: from its problem, so that what is asked of it later can be derived as well.

    It stands between certificates and ``certify``, which makes them: a certificate knows this face alone.
    """

    @property
    @abstractmethod
    def seconds(self) -> float:
        """The budget that it was derived in; whatever is asked of it later has the same once more."""

    @property
    @abstractmethod
    def facts(self) -> Facts:
        """What has been decided, as theorems are applied to it."""

    @abstractmethod
    def prediction(self) -> Prediction | None:
        """The limit and its orders, None where there is no one limit in the whole scope."""

    @abstractmethod
    def reference_orders(self) -> tuple[Order, ...]:
        """The orders with a reference class z_C = 0, for a pair that is on R^C."""

    def left_open(self, theorem: Theorem) -> tuple[str, ...]:
        """The assumptions of a theorem that applies, less those that what has been decided replaces."""
        return left_open(theorem, self.facts)

    @abstractmethod
    def proof(self, stated: Iterable[Said]) -> Proof:
        """The proofs of what is ``stated``, by their keys, from what has been decided."""

    @abstractmethod
    def certified(self, problem: Problem) -> Certificate:
        """The certificate of ``problem``, derived in the same way."""

    @abstractmethod
    def repairs(self, certificate: Certificate, times: int) -> Repairs[Certificate]:
        """What to change in the pair of ``certificate``, looked for in ``times`` as much time as usual."""


@documented
@dataclass(frozen=True)
class Certificate(Answer, Page):
    """The answer for a pair (l, g), with what it rests on.

    Its values are frozen: two certificates that say the same are equal, and it can be hashed, copied, pickled and sent
    to other processes.  What costs more is derived when it is first asked for.

    ``origin``: how it was derived, for what is asked of it later.

    >>> import symcheck as sc
    >>> cert = sc.certify("gce", "l2")
    >>> cert
    <Certificate PROVED SCALED: gce + l2, every C >= 2, every q in (0, 1]>
    >>> cert.tier.name, cert.kappa, cert.at(C=4, q="1/2").kappa
    ('SCALED', C**(-q), 1/2)
    >>> sc.certify("class_weighted_ce", "l2").repairs[0].text
    '-w[y]*log_softmax(z)[y] - total((mean(w) - w)/C*z)'

    Source: docs/theory.md, sections 3 and 4.
    """

    origin: Origin = field(repr=False, compare=False)

    __hash__ = Answer.__hash__

    @cached_property
    def prediction(self) -> Prediction | None:
        """What training should show, derived when it is first asked for; None unless the verdict is PROVED."""
        with self._budget():
            return self.origin.prediction()

    @cached_property
    def reference_orders(self) -> tuple[Order, ...]:
        """The orders of convergence with a reference class z_C = 0, by runs of classes; none where none is derived."""
        with self._budget():
            return self.origin.reference_orders()

    @cached_property
    def repairs(self) -> Repairs[Certificate]:
        """What to change so that the pair is PROVED, each change with its own certificate; none if it is already.

        Derived when it is first asked for, in at most five seconds.
        """
        return self.repairs_within(1)

    @cached_property
    def proof(self) -> Proof:
        """What convinces ``symcheck.proof.check`` of what is said here of l and g at z = 0, statement by statement.

        Written when it is first asked for; what has no proof, or none within the budget, is left out.
        """
        from symcheck.proof.certificate import statements

        with self._budget():
            return self.origin.proof(statements(provable(self)))

    @cached_property
    def checked(self) -> frozenset[Condition]:
        """The conditions that ``symcheck.proof.check`` verifies by ``proof``, here and now."""
        from symcheck.proof.certificate import outcomes, settled

        names = settled(outcomes({**provable(self), PROOF: self.proof}))
        return frozenset(Condition[name.upper().replace("-", "_")] for name in names)

    def repairs_within(self, times: int) -> Repairs[Certificate]:
        """``repairs`` with so many ``times`` as much time, for a machine that may be busier than another one was."""
        with Budget(times * self.origin.seconds).in_force():
            return self.origin.repairs(self, times)

    @property
    def gradient(self) -> Expr | Verdict | None:
        """d l/dz_j at z = 0 in SymPy, with ``KroneckerDelta(j, y)``; None where it was shown not to exist.

        A ``Piecewise`` where C or a parameter decides, without the cases in which there is none;
        ``Verdict.UNDECIDED`` where it is open.  At every z: ``symcheck.derivatives``.
        """
        return self._at_zero.gradient

    @property
    def hessian(self) -> Expr | Verdict | None:
        """d^2 l/dz_j dz_k at z = 0 in SymPy, as ``gradient`` has it."""
        return self._at_zero.hessian

    @cached_property
    def _at_zero(self) -> AtZero:
        from symcheck.certificates.at_zero import at_zero  # loads canonical forms for all z, which few ask for

        with self._budget() as budget:
            return at_zero(self.problem, budget)

    @property
    def degree(self) -> Expr | None:
        """The k of g(tz) = t^k g(z) for t > 0; None if g has none, or there is no g."""
        degree = None if self.problem.is_alone else self.origin.facts.degree
        return None if degree is None else degree.sympy()

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What stays open of the strongest theorem that applies: about model and data, or not decided here."""
        return self.origin.left_open(self.theorems[0]) if self.theorems else ()

    def at(self, C: int | None = None, **values: Number | str | Entries) -> Certificate:
        """The certificate in a narrower scope: one ``C``, or parameters given ``values`` (``q="7/10"``), or both.

        Raises ``ScopeError`` for a C outside the scope, ``ParameterError`` for an unknown name or a value outside its
        interval.
        """
        exact = self.scope.values(values)
        return self.origin.certified(self.problem.at(None if C is None else self.scope.classes.narrowed(C), exact))

    def check(self) -> Certificate:
        """The same certificate derived again, from the formulas."""
        return self.origin.certified(self.problem)

    def full(self) -> Full:
        """What costs more: every property of l and g, every theorem with its premises, the orders by family.

        Derived when it is first asked for, within the budget of the certificate once more, for all of it together.
        """
        return self._full

    @cached_property
    def _full(self) -> Full:
        with self._budget():
            shared = self.prediction.orders if self.prediction is not None else ()
            reference = shared if self.quotient else self.reference_orders
            alone = self.problem.is_alone
            asked = ("loss",) if alone else ("loss", "regularizer")
            return Full(
                problem=self.problem,
                properties=tuple(self.origin.facts.finding(p.condition) for p in properties() if p.about in asked),
                theorems=tuple(
                    applied(t, self.origin.facts) for t in theorems() if (t.is_alone if alone else not t.only_alone)
                ),
                orders=(*((SHARED, o) for o in shared), *((REFERENCE, o) for o in reference)),
            )

    def theorem(self, name: str) -> Applied:
        """Whether the theorem called ``name`` applies to the pair: each premise with its verdict, what stays open.

        The conditions that it needs are derived now.  Raises ``UnknownNameError`` with the nearest names.
        """
        with self._budget():
            found = applied(theorem_named(name), self.origin.facts)
            return found if self.problem.anchor is None else replace(found, problem=self.problem)

    def _budget(self) -> AbstractContextManager[Budget]:
        return Budget(self.origin.seconds).in_force()

    def blocks(self, *, full: bool = False) -> Iterator[Block]:
        """What the page says: the headline, what it rests on, what it predicts, if it is ``full`` the full report."""
        yield from outline(self, self.repairs.blocks() if self.verdict is Verdict.REFUTED else (), self.checked)
        if full:
            yield from self.full().below_a_certificate()

    def to_json(self, *, full: bool = False) -> str:
        """The certificate as JSON with its ``proof``: equal certificates are equal bytes.

        ``symcheck.recheck`` derives it again, ``symcheck.verify`` reads the proof.  ``full`` adds what ``full()`` says.
        """
        repairs = self.repairs.record() if self.verdict is Verdict.REFUTED else None
        return json_text(self, self.full() if full else None, repairs, self.proof)

    def to_markdown(self, *, full: bool = False) -> str:
        """The certificate as Markdown, with what ``full()`` says if it is ``full``."""
        return markdown_page(self.blocks(full=full))

    def to_latex(self, *, full: bool = False) -> str:
        """The certificate as LaTeX, with what ``full()`` says if it is ``full``."""
        return latex_page(self.blocks(full=full))

    def to_html(self, *, full: bool = False) -> str:
        """The certificate as a whole HTML document, with what ``full()`` says if it is ``full``."""
        return html_page(self.blocks(full=full))

    def to_text(self, *, full: bool = False, columns: int | None = None, colour: bool = False) -> str:
        """The certificate as plain text, with what ``full()`` says if it is ``full``.

        For a terminal of so many ``columns``, None for a file, in ``colour`` or not.
        """
        return text_page(self.blocks(full=full), columns, colour=colour)

    def save(self, path: str | os.PathLike[str], *, overwrite: bool = False, full: bool = False) -> Path:
        """Write the certificate to ``path``, with what ``full()`` says if it is ``full``, and return the path.

        As every page is saved, and with ``overwrite`` a file that exists already.  Raises ``OutputError`` for an ending
        that is none, a file that exists, and where no browser is found.
        """
        target = checked_path(path, overwrite=overwrite, has_json=True)
        return saved(target, lambda: self.blocks(full=full), lambda: self.to_json(full=full))

    def _repr_latex_(self) -> str:
        return self.to_latex()

    @property
    def headline(self) -> str:
        """Where it is PROVED and where not, on one line: ``PROVED for C = 2; REFUTED for every C >= 3: ...``."""
        return text_line(headline(self))

    @property
    def in_words(self) -> str:
        """What it says for a reader who knows softmax: what holds, for which C, and what that means for training."""
        return in_words(self)

    def __repr__(self) -> str:
        tier = "undecided" if self.tier is None else self.tier.name
        verdict = text_line(verdict_line(self))
        # The ranges of the entries of an anchor make a line of two, and its name tells which they are.
        scope = self.scope if self.problem.anchor is None else self.scope.classes
        return f"<Certificate {verdict} {tier}: {self.problem.title}, {scope}>"

    def property(self, condition: Condition) -> Finding:
        """The finding on ``condition``, derived now if the certificate did not need it: convexity, symmetry, ...

        Raises ``UnknownNameError`` for what is no ``symcheck.Condition``.
        """
        if not isinstance(condition, Condition):
            known = ", ".join(c.name for c in Condition)
            raise UnknownNameError(
                f"condition: got {shown(condition, 80)}; accepted is a symcheck.Condition, one of {known}"
            )
        with self._budget():
            return self.finding(condition) or self.origin.facts.finding(condition)
