"""Claims: what a certificate says about one number of classes, as numbers that training can contradict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from numerics.errors import ConfirmationError
from numerics.formulas.objective import Objective
from numerics.formulas.pair import Certified, Pair, pair_of
from symcheck.findings.condition import Condition
from symcheck.findings.prediction import Order, Prediction
from symcheck.findings.verdict import Verdict
from symcheck.theorems.homogeneous_penalty import THEOREM as HOMOGENEOUS

if TYPE_CHECKING:
    from sympy import Expr


@dataclass(frozen=True, eq=False)
class PredictedNumbers:
    """The prediction of the pair called ``name`` at C = ``classes`` and one value of each parameter.

    ``kappa`` and ``hessian`` H (C, C) give the limit S = kappa a P o H^(-1), on the ``quotient`` by (1, ..., 1) if
    that is where the pair lives; ``noise_power`` is the exponent of a.  Scores scale with alpha**``power``: 1, or
    1/(k-1) for a g that is homogeneous of another degree k than 2, and then ``hessian`` says nothing.  ``order`` has
    the exponents of the two distances, or is None where the certificate derives none.  ``assumed`` holds the
    parameters that the certificate leaves free and that are trained at their defaults, as texts.
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
    power: float = 1.0
    reference_order: Order | None = None
    held: Verdict | None = None
    """Whether minimisers are held, so that it speaks of them; REFUTED where it is about a local branch alone."""
    planted: str = ""
    """Of a claim that was given in the place of the certificate's: a note that says so, and what that one says."""
    is_smooth: bool = True
    """Whether l and g are known to be twice differentiable at 0: expansions of minimisers on data rest on it."""

    @property
    def scale(self) -> str:
        """What scores scale with, in words: 1/lambda, or s for 1/lambda**power."""
        return "1/lambda" if self.power == 1 else "s"


def predicted_numbers(certificate: Certified, classes: int, data: str) -> PredictedNumbers:
    """What ``certificate`` says at C = ``classes``, the classes of the data set ``data``.

    A parameter that the certificate leaves free takes its default, and what counts is what holds there.  Raises
    ``ConfirmationError`` if the scope does not hold C, a free parameter has no default, or there is no prediction.
    """
    pair = pair_of(certificate, classes, data)
    found = stated_numbers(pair, narrowed(pair))
    if found is None:
        raise ConfirmationError(
            f"certificate: at {place(pair)} that of {pair.name} makes no prediction, so training cannot "
            f"confirm or contradict it; take a pair whose limit is known, such as cross_entropy with l2"
        )
    return found


def narrowed(pair: Pair) -> Certified:
    """The certificate at the C and the values that are trained."""
    # What counts is what holds at this C and these values: the tier of a whole scope is the worst that occurs in it.
    return pair.certificate.at(pair.classes, **pair.numbers)


def stated_numbers(pair: Pair, certificate: Certified) -> PredictedNumbers | None:
    """What ``certificate``, that of ``pair`` at the values that are trained, states; None where it states no limit."""
    values = {"C": Fraction(pair.classes), **pair.numbers}
    prediction = certificate.prediction
    if prediction is None:
        return _homogeneous(pair, certificate, values)
    return PredictedNumbers(
        name=pair.name,
        objective=pair.objective,
        classes=pair.classes,
        kappa=number_of(prediction.kappa, values),
        hessian=_hessian(prediction, values),
        quotient=prediction.quotient,
        noise_power=number_of(prediction.noise_power, values),
        order=_order_at(prediction.orders, pair.classes),
        assumed=pair.assumed,
        reference_order=_order_at(certificate.reference_orders, pair.classes),
        held=held(certificate),
    )


def held(certificate: Certified) -> Verdict | None:
    """Whether minimisers are held; None where that was not asked."""
    found = certificate.finding(Condition.MINIMISERS_HELD)
    return None if found is None else found.verdict


def _homogeneous(pair: Pair, certificate: Certified, values: Mapping[str, Fraction]) -> PredictedNumbers | None:
    """What Theorem 2' for homogeneous penalties says, where it applies to g of a degree k other than 2.

    Minimisers scale with alpha^(1/(k-1)), and noise multiplies their limit by a^(1/(k-1)).
    """
    degree, kappa = certificate.degree, certificate.kappa
    if HOMOGENEOUS.name not in (t.name for t in certificate.theorems) or kappa is None:
        return None
    if degree is None or not degree.is_Rational or degree == 2:
        return None
    power = 1 / float(degree - 1)
    return PredictedNumbers(
        name=pair.name,
        objective=pair.objective,
        classes=pair.classes,
        kappa=number_of(kappa, values),
        hessian=torch.zeros(pair.classes, pair.classes, dtype=torch.float64),
        quotient=certificate.quotient,
        noise_power=power,
        order=None,
        assumed=pair.assumed,
        power=power,
    )


def _order_at(orders: Sequence[Order], classes: int) -> Order | None:
    """The order that is stated for this C."""
    return next((o for o in orders if classes in o.classes), None)


def place(pair: Pair) -> str:
    """The C and the values that are trained, in words."""
    return ", ".join([f"C = {pair.classes}", *(f"{n} = {v}" for n, v in sorted(pair.numbers.items()))])


def _hessian(prediction: Prediction, values: Mapping[str, Fraction]) -> Tensor:
    """H: the matrix that is given, else s I + t 11'."""
    if prediction.hessian is not None:
        rows = [[number_of(entry, values) for entry in row] for row in prediction.hessian]
        return torch.tensor(rows, dtype=torch.float64)
    s, t = number_of(prediction.curvature, values), number_of(prediction.coupling, values)
    return s * torch.eye(int(values["C"]), dtype=torch.float64) + t


def number_of(expression: Expr, values: Mapping[str, Fraction]) -> float:
    """``expression`` with ``values`` for its symbols, which are told apart by their names."""
    from sympy import N, Rational

    put = {s: Rational(values[s.name].numerator, values[s.name].denominator) for s in expression.free_symbols}
    # To 30 digits before it is a float: terms may cancel.
    return float(N(expression.xreplace(put), 30))
