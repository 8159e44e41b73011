"""The full report on a pair: what costs more than a certificate, and is derived only when it is asked for."""

from __future__ import annotations

from dataclasses import dataclass

from symcheck.finding import Finding
from symcheck.prediction import Order
from symcheck.theorems.applied import Applied
from symcheck.verdict import Verdict


@dataclass(frozen=True)
class Full:
    """``properties`` of l and g for all z, and all ``theorems`` applied to the pair, the strongest first.

    ``orders`` of convergence, each with the kind of model that it is about.
    """

    properties: tuple[Finding, ...]
    theorems: tuple[Applied, ...]
    orders: tuple[tuple[str, Order], ...]

    @property
    def applying(self) -> tuple[Applied, ...]:
        """The theorems that apply."""
        return tuple(a for a in self.theorems if a.verdict is Verdict.PROVED)
