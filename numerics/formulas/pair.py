"""Pairs: the loss and the regularizer of a certificate at one C, with a value for everything that was left free."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Protocol

from numerics.errors import ConfirmationError
from numerics.formulas.objective import Objective
from symcheck.errors import shown
from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding
from symcheck.findings.prediction import Order, Prediction
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.language.array import Array, Entries
from symcheck.language.exact import Number
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.problem import Problem
from symcheck.reason import Reason

if TYPE_CHECKING:
    from sympy import Expr


class Side(Protocol):
    """The loss or the regularizer of a certificate."""

    @property
    def title(self) -> str:
        """What it is called in tables."""
        ...

    @property
    def formula(self) -> Formula:
        """The formula that was certified."""
        ...

    @property
    def unread(self) -> Reason | None:
        """Why it has no formula, if it is code that was not read."""
        ...


class Named(Protocol):
    """A theorem, of which only the name is asked."""

    @property
    def name(self) -> str:
        """As theorems call themselves."""
        ...


class Certified(Protocol):
    """What a confirmation reads of a certificate."""

    @property
    def loss(self) -> Side:
        """The loss."""
        ...

    @property
    def regularizer(self) -> Side:
        """The output regularizer."""
        ...

    @property
    def problem(self) -> Problem:
        """What it is about, with the anchor of the penalty if it has one."""
        ...

    @property
    def verdict(self) -> Verdict:
        """What is known of the pair in the whole scope."""
        ...

    @property
    def prediction(self) -> Prediction | None:
        """What training should show; None unless the verdict is PROVED."""
        ...

    @property
    def tier(self) -> Tier | None:
        """The worst form of the gradient condition in the scope."""
        ...

    @property
    def kappa(self) -> Expr | None:
        """The scale: b_y = kappa times the gradient of MUH at 0."""
        ...

    @property
    def quotient(self) -> bool:
        """Whether it is about R^C/(1, ..., 1)."""
        ...

    @property
    def theorems(self) -> tuple[Named, ...]:
        """The theorems that apply."""
        ...

    @property
    def degree(self) -> Expr | None:
        """The k of g(tz) = t^k g(z) for t > 0; None if g has none."""
        ...

    @property
    def reference_orders(self) -> tuple[Order, ...]:
        """The orders for a reference class, z_C = 0, by numbers of classes."""
        ...

    @property
    def scope(self) -> Scope:
        """The numbers of classes and the parameters that it is about."""
        ...

    def finding(self, condition: Condition) -> Finding | None:
        """What was found about one condition, None if it was not asked."""
        ...

    def property(self, condition: Condition) -> Finding:
        """The finding about one condition, made now if it was not asked."""
        ...

    def at(self, C: int | None = None, **values: Number | str | Entries) -> Certified:
        """The certificate of a narrower scope, certified again."""
        ...


@dataclass(frozen=True, eq=False)
class Pair:
    """What is trained: the pair called ``name`` at C = ``classes``.

    ``certificate`` has entries for all class-vectors and matrices; ``numbers`` are the defaults of the parameters
    that it leaves free, and ``assumed`` are those and default entries as texts.
    """

    certificate: Certified
    name: str
    classes: int
    numbers: Mapping[str, Fraction]
    assumed: Mapping[str, str]

    @property
    def objective(self) -> Objective:
        """The formulas with the numbers that are trained."""
        numbers = {n: float(v) for n, v in self.numbers.items()}
        return Objective(self.certificate.loss.formula, self.certificate.regularizer.formula, numbers)


def pair_of(certificate: Certified, classes: int, data: str) -> Pair:
    """The pair of ``certificate`` at C = ``classes``, the classes of the data set ``data``.

    A parameter that the certificate leaves free takes its default.  Raises ``ConfirmationError`` if the scope
    does not hold C, or a free parameter has no default.
    """
    if not isinstance(getattr(certificate, "problem", None), Problem):
        raise ConfirmationError(
            f"cert: got {shown(certificate)}; accepted is a certificate of a loss and a regularizer, as of "
            "symcheck.certify(loss, regularizer)"
        )
    if certificate.problem.anchor is not None:
        raise ConfirmationError(
            f"certificate: {certificate.problem.title} has a penalty of the difference to an anchor z_ref(x), which no "
            "run knows for its samples; certify the pair without anchor="
        )
    if certificate.problem.is_alone:
        raise ConfirmationError(
            f"certificate: it is about {certificate.loss.title} alone, and a run is made with a penalty; certify the "
            'loss with one, as in certify(loss, "l2")'
        )
    name = f"{certificate.loss.title} + {certificate.regularizer.title}"
    if classes not in certificate.scope.classes:
        raise ConfirmationError(
            f"data: {data} has C = {classes} classes, and the certificate of {name} is about "
            f"{certificate.scope.classes}; choose data with such a number of classes, or certify again without classes="
        )
    for side in (certificate.loss, certificate.regularizer):
        if side.unread is not None:
            raise ConfirmationError(f"{side.title}: there is no formula to train with: {side.unread}")
    numbers = _default_numbers(certificate, name)
    defaults = _default_entries(certificate, name, classes)
    sides = (certificate.loss, certificate.regularizer)
    # Arrays have entries for one C, so a certificate about several is narrowed to the C of the data first.
    if defaults or (certificate.scope.classes.fixed is None and any(s.formula.is_classwise for s in sides)):
        certificate = certificate.at(classes, **{a.name: a.entries for a in defaults})
    assumed = {n: str(v) for n, v in numbers.items()} | {a.name: a.entries_text for a in defaults}
    return Pair(certificate, name, classes, numbers, assumed)


def _default_numbers(certificate: Certified, name: str) -> dict[str, Fraction]:
    """The defaults of the parameters that ``certificate`` leaves free."""
    for p in certificate.scope.parameters:
        if p.default is None:
            raise ConfirmationError(
                f"{p.name}: the certificate of {name} leaves it free in {p.interval}, and it has no default to train "
                f"with; give it a value: cert.at({p.name}=...)"
            )
    return {p.name: p.default for p in certificate.scope.parameters if p.default is not None}


def _default_entries(certificate: Certified, name: str, classes: int) -> list[Array]:
    """The class-vectors and matrices that ``certificate`` leaves free, with their default entries."""
    for array in certificate.scope.arrays:
        if array.default is None:
            raise ConfirmationError(
                f"{array.name}: the certificate of {name} leaves its entries free, and they have no default to train "
                f"with; give them: cert.at({array.name}=...)"
            )
    return [array.at_default(classes) for array in certificate.scope.arrays]
