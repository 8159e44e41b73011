"""Claims: what a certificate says about one number of classes, as numbers that training can contradict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Protocol

import torch
from torch import Tensor

from numerics.errors import ConfirmationError
from numerics.objective import Objective
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.prediction import Order, Prediction

if TYPE_CHECKING:
    from sympy import Expr


class Side(Protocol):
    """The loss or the regularizer of a certificate."""

    @property
    def title(self) -> str: ...
    @property
    def formula(self) -> Formula: ...


class Certified(Protocol):
    """What a confirmation reads of a certificate."""

    @property
    def loss(self) -> Side: ...
    @property
    def regularizer(self) -> Side: ...
    @property
    def prediction(self) -> Prediction | None: ...
    @property
    def scope(self) -> Scope: ...


@dataclass(frozen=True)
class Claim:
    """The prediction of the pair called ``name`` at C = ``classes`` and one value of each parameter.

    ``kappa``, ``curvature`` s and ``coupling`` t give the limit S = kappa a P o H^(-1), H = s I + t 11', on the
    ``quotient`` by (1, ..., 1) with s alone; ``noise_power`` is the exponent of a.  ``order`` has the exponents
    of the two distances, or is None where the certificate derives none.  ``assumed`` holds the parameters that
    the certificate leaves free and that are trained at their defaults.
    """

    name: str
    objective: Objective
    classes: int
    kappa: float
    curvature: float
    coupling: float
    quotient: bool
    noise_power: float
    order: Order | None
    assumed: Mapping[str, Fraction]

    def penalty_curvature(self) -> Tensor:
        """H = s I + t 11', a matrix (C, C)."""
        return self.curvature * torch.eye(self.classes, dtype=torch.float64) + self.coupling


def claim_of(certificate: Certified, classes: int, data: str) -> Claim:
    """What ``certificate`` says at C = ``classes``, the classes of the data set ``data``.

    A parameter that the certificate leaves free takes its default.  Raises ``ConfirmationError`` if the scope
    does not hold C, a free parameter has no default, there is no prediction, or it is one for a penalty that
    is homogeneous of another degree than 2.
    """
    name = f"{certificate.loss.title} + {certificate.regularizer.title}"
    scope, prediction = certificate.scope, certificate.prediction
    if classes not in scope.classes:
        raise ConfirmationError(
            f"data: {data} has C = {classes} classes, and the certificate of {name} is about {scope.classes}; "
            "choose data with such a number of classes, or certify again without classes="
        )
    for p in scope.parameters:
        if p.default is None:
            raise ConfirmationError(
                f"{p.name}: the certificate of {name} leaves it free in {p.interval}, and it has no default to train "
                f"with; give it a value: cert.at({p.name}=...)"
            )
    if prediction is None:
        raise ConfirmationError(
            f"certificate: that of {name} makes no prediction, so training cannot confirm or contradict it; "
            "take a pair whose limit is known, such as cross_entropy with l2"
        )
    assumed = {p.name: p.default for p in scope.parameters if p.default is not None}
    values = {"C": Fraction(classes), **assumed}
    power = _number(prediction.noise_power, values)
    if power != 1:
        raise ConfirmationError(
            f"certificate: {name} scales with alpha**{power:g}, and only penalties with a curvature at 0 are trained, "
            "which scale with alpha; take a regularizer such as l2"
        )
    return Claim(
        name=name,
        objective=Objective(
            certificate.loss.formula, certificate.regularizer.formula, {n: float(v) for n, v in assumed.items()}
        ),
        classes=classes,
        kappa=_number(prediction.kappa, values),
        curvature=_number(prediction.curvature, values),
        coupling=_number(prediction.coupling, values),
        quotient=prediction.quotient,
        noise_power=power,
        order=next((o for o in prediction.orders if classes in o.classes), None),
        assumed=assumed,
    )


def _number(expression: Expr, values: Mapping[str, Fraction]) -> float:
    """``expression`` with ``values`` for its symbols, which are told apart by their names."""
    from sympy import N, Rational

    put = {s: Rational(values[s.name].numerator, values[s.name].denominator) for s in expression.free_symbols}
    return float(N(expression.xreplace(put), 30))
