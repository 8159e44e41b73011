"""Statements that can be true or false, each with a verdict that the engine gives when it is asked."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from sympy import Expr

import symcheck as sc
from symcheck.budget import Budget
from symcheck.conditions.everywhere.everywhere import equal_everywhere, equal_up_to_label_free
from symcheck.counterexamples import counterexample
from symcheck.counterexamples.base import LambdaClaim
from symcheck.errors import CertificateError
from symcheck.field.constant_reading import constant
from symcheck.field.field import Field
from symcheck.field.signs.sign import Kind
from symcheck.findings.condition import Condition
from symcheck.findings.verdict import Verdict
from symcheck.intake.parser import parsed_constant
from symcheck.language.formula import Formula, symbols
from symcheck.language.interval import Interval
from symcheck.language.scope import Classes, Scope
from symcheck.minimisers.predictions import predictions_shown


class Statement(ABC):
    """Something that is said of a loss, a pair, a theorem, ..."""

    @abstractmethod
    def verdict(self) -> Verdict:
        """PROVED, REFUTED or UNDECIDED, by the engine."""


def same(found: object, stated: object) -> Verdict:
    """PROVED if what is found is what is stated; UNDECIDED if nothing is found."""
    if found is None:
        return Verdict.UNDECIDED
    return Verdict.PROVED if found == stated else Verdict.REFUTED


def equal_constants(found: Expr | None, stated: str, scope: Scope) -> Verdict:
    """Whether a derived expression is the ``stated`` one for all of the scope, by canonical form and signs."""
    if found is None:
        return Verdict.UNDECIDED
    field = Field(scope)
    text = parsed_constant(stated, parameters={p.name: p for p in scope.parameters})
    difference = field.from_sympy(found) - constant(field, text)
    if difference.is_zero:
        return Verdict.PROVED
    sign = field.sign(difference)
    if sign.kind is Kind.ZERO:
        return Verdict.PROVED
    return Verdict.REFUTED if any(p.sign for p in sign.points) else Verdict.UNDECIDED


@dataclass(frozen=True)
class Kappa(Statement):
    """The loss has the scale ``kappa``, for every C and every value of its parameters."""

    loss: str
    kappa: str

    def verdict(self) -> Verdict:
        cert = sc.certify(self.loss, "l2")
        return equal_constants(cert.kappa, self.kappa, cert.scope)


@dataclass(frozen=True)
class HasTier(Statement):
    """The worst tier of the loss is ``tier``."""

    loss: str
    tier: str
    classes: Any = None

    def verdict(self) -> Verdict:
        tier = sc.certify(self.loss, "l2", classes=self.classes).tier
        return same(None if tier is None else tier.name, self.tier)


@dataclass(frozen=True)
class Certified(Statement):
    """The pair meets the conditions of Theorem 2 up to scale."""

    loss: Any
    regularizer: Any
    classes: Any = None

    def verdict(self) -> Verdict:
        return sc.certify(self.loss, self.regularizer, classes=self.classes).verdict


@dataclass(frozen=True)
class Applies(Statement):
    """The theorem applies to the pair."""

    theorem: str
    loss: Any
    regularizer: Any
    classes: Any = None

    def verdict(self) -> Verdict:
        return sc.certify(self.loss, self.regularizer, classes=self.classes).theorem(self.theorem).verdict


@dataclass(frozen=True)
class Without(Statement):
    """The theorem applies to the pair, and without the ``assumption`` ("" for none that is named)."""

    theorem: str
    loss: Any
    regularizer: Any
    assumption: str = ""

    def verdict(self) -> Verdict:
        found = sc.certify(self.loss, self.regularizer).theorem(self.theorem)
        if found.verdict is not Verdict.PROVED:
            return found.verdict
        assert self.assumption in ("", *found.theorem.assumptions), "the theorem never made this assumption"
        return Verdict.REFUTED if self.assumption in found.assumptions else Verdict.PROVED


Code = Callable[..., Any]


@dataclass(frozen=True)
class Equal(Statement):
    """Two functions of z and y are equal for every z, y, C and parameter value."""

    first: Code
    second: Code
    classes: Any = None
    up_to_label_free: bool = False

    def verdict(self) -> Verdict:
        first, second = (Formula.of(code(*symbols())) for code in (self.first, self.second))
        compare = equal_up_to_label_free if self.up_to_label_free else equal_everywhere
        return compare(first, second, Scope(Classes.of(self.classes)), Budget())


@dataclass(frozen=True)
class Symmetric(Statement):
    """sym(l) = kappa MUH exactly."""

    loss: str
    kappa: str

    def verdict(self) -> Verdict:
        found = sc.decompose(self.loss)
        if found.verdict is not Verdict.PROVED:
            return found.verdict
        return equal_constants(found.kappa, self.kappa, found.scope)


@dataclass(frozen=True)
class Holds(Statement):
    """The pair has a property: convexity, symmetry, boundedness, a Hessian without the label."""

    condition: Condition
    loss: str
    regularizer: str = "l2"

    def verdict(self) -> Verdict:
        return sc.certify(self.loss, self.regularizer).property(self.condition).verdict


@dataclass(frozen=True)
class HasOrder(Statement):
    """At C ``classes`` the distances to the limit, and of clean to noisy, are of these orders in alpha.

    ``degree`` m: the constant of the second one is proportional to 1 - a^m.
    """

    loss: str
    regularizer: str
    classes: int
    to_limit: int
    clean_to_noisy: int
    degree: int | None = None

    def verdict(self) -> Verdict:
        prediction = sc.certify(self.loss, self.regularizer).prediction
        orders = () if prediction is None else prediction.orders
        found = next((o for o in orders if self.classes in o.classes), None)
        if found is None:
            return Verdict.UNDECIDED
        stated = (self.to_limit, self.clean_to_noisy)
        degree = found.noise_degree if self.degree is not None else None
        return same((found.to_limit, found.clean_to_noisy, degree), (*stated, self.degree))


@dataclass(frozen=True)
class Curvature(Statement):
    """D^2 g(0) = s I + t 11'."""

    regularizer: str
    s: str
    t: str

    def verdict(self) -> Verdict:
        cert = sc.certify("cross_entropy", self.regularizer)
        if cert.prediction is None:
            return Verdict.UNDECIDED
        pairs = ((cert.prediction.curvature, self.s), (cert.prediction.coupling, self.t))
        return min(equal_constants(found, stated, cert.scope) for found, stated in pairs)


@dataclass(frozen=True)
class Predicts(Statement):
    """In a case of the counterexamples, at the rate ``rho``, the minimiser predicts ``winners`` for all ``lambdas``."""

    case: str
    rho: Fraction
    lambdas: Interval
    winners: tuple[int, ...]

    def verdict(self) -> Verdict:
        return predictions_shown(counterexample(self.case).training(self.rho), self.winners, self.lambdas).verdict


@dataclass(frozen=True)
class Turns(Statement):
    """A case of the counterexamples with other fields."""

    case: str
    changes: tuple[tuple[str, Any], ...] = ()
    claims: tuple[LambdaClaim, ...] = ()

    def verdict(self) -> Verdict:
        changes = dict(self.changes) | ({"claims": self.claims} if self.claims else {})
        return replace(counterexample(self.case), **changes).check().verdict


@dataclass(frozen=True)
class Keeps(Statement):
    """Noise T keeps the predictions of MUH + quadratic."""

    noise: Any
    hessian: Any = None
    laws: Any = None
    classes: Any = None

    def verdict(self) -> Verdict:
        return sc.noise_condition(self.noise, self.hessian, laws=self.laws, classes=self.classes).verdict


@dataclass(frozen=True)
class Corrects(Statement):
    """The correction of a loss for noise T keeps predictions, or makes clean and noisy objective one."""

    correction: Any
    noise: Any
    classes: Any = None

    def verdict(self) -> Verdict:
        return sc.noise_condition(self.noise, correction=self.correction, classes=self.classes).verdict


@dataclass(frozen=True)
class Rechecks(Statement):
    """The certificate of the pair as JSON, with ``value`` at ``path`` if that is given, holds."""

    loss: str
    regularizer: str
    path: Sequence[str | int] = ()
    value: Any = None

    def verdict(self) -> Verdict:
        record = json.loads(sc.certify(self.loss, self.regularizer).to_json())
        if self.path:
            place = record
            for key in self.path[:-1]:
                place = place[key]
            assert place[self.path[-1]] != self.value, "the mutation changes nothing"
            place[self.path[-1]] = self.value
        try:
            sc.recheck(json.dumps(record))
        except CertificateError:
            return Verdict.REFUTED
        return Verdict.PROVED
