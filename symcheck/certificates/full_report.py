"""The full report on a pair: what costs more than a certificate, and is derived only when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass

from symcheck.certificates.applied import Applied
from symcheck.certificates.full_page import full_page
from symcheck.findings.finding import Finding
from symcheck.findings.prediction import Order
from symcheck.findings.verdict import Verdict
from symcheck.problem import Problem
from symcheck.render.markdown import markdown_page
from symcheck.render.text import text_page


@dataclass(frozen=True)
class Full:
    """``properties`` of l and g for all z, and all ``theorems`` applied to the pair of ``problem``, strongest first.

    ``orders`` of convergence, each with the kind of model that it is about.
    """

    problem: Problem
    properties: tuple[Finding, ...]
    theorems: tuple[Applied, ...]
    orders: tuple[tuple[str, Order], ...]

    @property
    def applying(self) -> tuple[Applied, ...]:
        """The theorems that apply."""
        return tuple(a for a in self.theorems if a.verdict is Verdict.PROVED)

    def to_markdown(self) -> str:
        """The report as Markdown."""
        return markdown_page(full_page(self))

    def __str__(self) -> str:
        return text_page(full_page(self))

    def _repr_markdown_(self) -> str:
        return self.to_markdown()

    def __repr__(self) -> str:
        p = self.problem
        count = f"{len(self.applying)} of {len(self.theorems)} theorems apply"
        return f"<Full: {count} to {p.loss.title} + {p.regularizer.title}, {p.scope}>"
