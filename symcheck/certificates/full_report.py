"""The full report on a pair: what costs more than a certificate, and is derived only when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from symcheck.certificates.applied import Applied
from symcheck.certificates.lines import finding_item, pair_line, power_math
from symcheck.findings.finding import Finding
from symcheck.findings.prediction import Order
from symcheck.findings.verdict import Verdict
from symcheck.problem import Problem
from symcheck.render.block import Block, Item, Items, Line, Math, Section, Title
from symcheck.render.page import Page
from symcheck.render.prose import line_of


@dataclass(frozen=True)
class Full(Page):
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

    def blocks(self) -> Iterator[Block]:
        """The report as a page that stands alone."""
        yield Title(("Full report: ", *pair_line(self.problem)))
        yield from self.below_a_certificate()

    def below_a_certificate(self) -> Iterator[Block]:
        """The properties of l and g, every theorem with what it leaves open or what fails, the orders by family."""
        names = [p.name for p in self.problem.scope.parameters]
        alone = self.problem.is_alone
        yield Section("Properties of l, for all z" if alone else "Properties of l and g, for all z")
        yield Items(tuple(finding_item(f, names, is_told=False) for f in self.properties))
        yield Section("Every theorem about l alone" if alone else "Every theorem, the strongest first")
        yield Items(tuple(a.item() for a in self.theorems))
        if self.orders:
            yield Section("Orders of convergence in 1/lambda, for data in general position")
            yield Items(tuple(Item(name, _order(o)) for name, o in self.orders))

    def __repr__(self) -> str:
        p = self.problem
        count = f"{len(self.applying)} of {len(self.theorems)} theorems apply"
        return f"<Full: {count} to {p.title}, {p.scope}>"


def _order(o: Order) -> Line:
    line: Line = ("for ", *line_of(str(o.classes)), ": ", power_math(o.to_limit), " to the limit")
    if o.clean_to_noisy is None:
        return line
    power = "a" if o.noise_degree == 1 else f"a^{o.noise_degree}"
    factor: Line = () if o.noise_degree is None else (", in proportion to ", Math(f"1 - {power}"))
    return (*line, ", ", power_math(o.clean_to_noisy), " between clean and noisy", *factor)
