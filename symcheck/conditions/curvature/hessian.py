"""Hessians H = D^2 g(0) of regularizers: positive definite or not, and what they do to 1 = (1, ..., 1)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

from symcheck.findings.finding import Finding
from symcheck.findings.verdict import Verdict
from symcheck.language.scope import Classes, Scope

WHOLE, QUOTIENT = "R^C", "the quotient by (1, ..., 1)"


@dataclass(frozen=True)
class Hessian(ABC):
    """H in a ``scope`` in which g has one formula."""

    scope: Scope

    @property
    def classes(self) -> Classes:
        """The numbers of classes that it is about."""
        return self.scope.classes

    @property
    @abstractmethod
    def is_flat_along_ones(self) -> bool:
        """Whether H 1 = 0 is shown for the whole scope, as it is for every shift-invariant g."""

    @property
    @abstractmethod
    def is_shift_invariant(self) -> bool:
        """Whether it shows that g does not change under z + t 1."""

    @property
    @abstractmethod
    def keeps_ones(self) -> Verdict:
        """Whether H 1 is parallel to 1 in the whole scope (THEORY 6: then a drift c 1 does no harm)."""

    @abstractmethod
    def finding(self, *, quotient: bool) -> Finding:
        """Whether H is positive definite in the whole scope, on R^C or on the quotient by 1."""

    @abstractmethod
    def fails_everywhere(self, *, quotient: bool) -> bool:
        """Whether H, if it fails to be definite there, does so at every point; on neither space where H 1 = 0."""
