"""Claims: what a certificate says about one number of classes, as numbers that training can contradict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from numerics.errors import ConfirmationError
from numerics.objective import Objective
from numerics.pair import Certified, pair_of
from symcheck.prediction import Order, Prediction

if TYPE_CHECKING:
    from sympy import Expr


@dataclass(frozen=True, eq=False)
class Claim:
    """The prediction of the pair called ``name`` at C = ``classes`` and one value of each parameter.

    ``kappa`` and ``hessian`` H (C, C) give the limit S = kappa a P o H^(-1), on the ``quotient`` by (1, ..., 1) if
    that is where the pair lives; ``noise_power`` is the exponent of a.  ``order`` has the exponents of the two
    distances, or is None where the certificate derives none.  ``assumed`` holds the parameters that the certificate
    leaves free and that are trained at their defaults, as texts.
    """

    name: str
    objective: Objective
    classes: int
    kappa: float
    hessian: Tensor
    quotient: bool
    noise_power: float
    order: Order | None
    assumed: Mapping[str, str]


def claim_of(certificate: Certified, classes: int, data: str) -> Claim:
    """What ``certificate`` says at C = ``classes``, the classes of the data set ``data``.

    A parameter that the certificate leaves free takes its default.  Raises ``ConfirmationError`` if the scope
    does not hold C, a free parameter has no default, there is no prediction, or it is one for a penalty that
    is homogeneous of another degree than 2.
    """
    pair = pair_of(certificate, classes, data)
    certificate, name, numbers = pair.certificate, pair.name, pair.numbers
    prediction = certificate.prediction
    if prediction is None:
        raise ConfirmationError(
            f"certificate: that of {name} makes no prediction, so training cannot confirm or contradict it; "
            + _way_out(certificate, classes, numbers)
        )
    values = {"C": Fraction(classes), **numbers}
    power = _number(prediction.noise_power, values)
    if power != 1:
        raise ConfirmationError(
            f"certificate: {name} scales with alpha**{power:g}, and only penalties with a curvature at 0 are trained, "
            "which scale with alpha; take a regularizer such as l2"
        )
    return Claim(
        name=name,
        objective=pair.objective,
        classes=classes,
        kappa=_number(prediction.kappa, values),
        hessian=_hessian(prediction, values),
        quotient=prediction.quotient,
        noise_power=power,
        order=_order(certificate.at(classes, **numbers).prediction if numbers else prediction, classes),
        assumed=pair.assumed,
    )


def _order(prediction: Prediction | None, classes: int) -> Order | None:
    """The order that is stated for this C; with default values put in, which may be special."""
    return None if prediction is None else next((o for o in prediction.orders if classes in o.classes), None)


def _way_out(certificate: Certified, classes: int, numbers: Mapping[str, Fraction]) -> str:
    """What to do about a certificate without a prediction: narrow it, if that helps."""
    scope = certificate.scope
    if scope.parameters or scope.classes.fixed is None:
        shown = ", ".join([f"C={classes}", *(f'{n}="{v}"' for n, v in sorted(numbers.items()))])
        if certificate.at(classes, **numbers).prediction is not None:
            return f"for these data it does in a narrower scope: cert.at({shown})"
    return "take a pair whose limit is known, such as cross_entropy with l2"


def _hessian(prediction: Prediction, values: Mapping[str, Fraction]) -> Tensor:
    """H: the matrix that is given, else s I + t 11'."""
    if prediction.hessian is not None:
        rows = [[_number(entry, values) for entry in row] for row in prediction.hessian]
        return torch.tensor(rows, dtype=torch.float64)
    s, t = _number(prediction.curvature, values), _number(prediction.coupling, values)
    return s * torch.eye(int(values["C"]), dtype=torch.float64) + t


def _number(expression: Expr, values: Mapping[str, Fraction]) -> float:
    """``expression`` with ``values`` for its symbols, which are told apart by their names."""
    from sympy import N, Rational

    put = {s: Rational(values[s.name].numerator, values[s.name].denominator) for s in expression.free_symbols}
    return float(N(expression.xreplace(put), 30))
