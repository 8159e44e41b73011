"""Claims that are given: a kappa in the place of the certificate's, of any pair, that training may contradict.

A pair that is REFUTED or UNDECIDED has no kappa.  Whoever claims one all the same claims the limit problem
-kappa E<o_Y, Z'> + 1/2 E<H Z', Z'>, H = D^2 g(0) by the derivatives of the formula, and with it the noise factor a
(THEORY 4, Theorem 2').
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import torch
from torch import Tensor

from numerics.errors import ConfirmationError
from numerics.formulas.claimed_scale import Scale, checked_scale
from numerics.formulas.pair import Certified, Pair, pair_of
from numerics.formulas.predicted_numbers import PredictedNumbers, held, narrowed, number_of, place, stated_numbers
from symcheck.findings.condition import Condition
from symcheck.findings.verdict import Verdict

FLAT = 1e-12
"""Derivatives of g at 0 up to this are 0."""
SMALLEST = 1e-10
"""An eigenvalue of H below this, relatively to the largest, is 0."""


def claimed_numbers(certificate: Certified, classes: int, data: str, kappa: Scale) -> PredictedNumbers:
    """What ``certificate`` would say at C = ``classes``, the classes of ``data``, if its scale were ``kappa``.

    Where it states a limit, all other numbers are its own.  Where it states none, REFUTED and UNDECIDED pairs too, H is
    D^2 g(0), or the degree k of g gives the scale alpha^(1/(k-1)), and no order is claimed.

    Parameters: ``kappa`` a number or its text, of any sign, not 0.  Raises ``ConfirmationError`` for another kappa, as
    ``predicted_numbers`` does, and where g has neither a curvature at 0 nor a degree k > 1.
    """
    scale, pair = checked_scale(kappa), pair_of(certificate, classes, data)
    here = narrowed(pair)
    stated = stated_numbers(pair, here)
    if stated is not None:
        said = f"kappa = {kappa} was claimed in the place of the certificate's, {stated.kappa:.6g}"
        return replace(stated, kappa=scale, planted=said)
    said = f"kappa = {kappa} was claimed; the certificate states no limit: at {place(pair)} the pair is {here.verdict}"
    degree = _degree(pair, here)
    return PredictedNumbers(
        name=pair.name,
        objective=pair.objective,
        classes=classes,
        kappa=scale,
        hessian=_hessian(pair, here) if degree == 2 else torch.zeros(classes, classes, dtype=torch.float64),
        quotient=here.quotient,
        noise_power=1 / (degree - 1),
        order=None,
        assumed=pair.assumed,
        power=1 / (degree - 1),
        held=held(here),
        planted=said,
        is_smooth=all(_is(here, c) is Verdict.PROVED for c in _smooth(degree)),
    )


def check_smooth(claim: PredictedNumbers) -> None:
    """Raises ``ConfirmationError`` where the derivatives at 0 do not bound what the next orders do."""
    if not claim.is_smooth:
        raise ConfirmationError(
            f"kappa: {claim.name} is not known to be twice differentiable at z = 0, and the linear model takes its "
            "tolerances from the derivatives there; take model='mlp', whose rows need none"
        )


def check_curvature(claim: PredictedNumbers) -> None:
    """Raises ``ConfirmationError`` where H is not positive definite on all scores, or on the quotient of the claim."""
    if claim.power != 1:
        return
    form = claim.hessian
    if claim.quotient:
        # 1 is no direction of the quotient: it gets the mean eigenvalue of the others.
        count = claim.classes
        away = torch.eye(count).to(form) - 1 / count
        form = away @ form @ away + form.trace() / max(count - 1, 1) / count
    values = torch.linalg.eigvalsh(form)
    if not float(values[0]) > SMALLEST * float(values[-1]):
        where = "R^C/(1, ..., 1)" if claim.quotient else "R^C"
        raise ConfirmationError(
            f"kappa: H = D^2 g(0) of {claim.name} has the eigenvalue {float(values[0]):.1e} on scores in {where}, so "
            "no scale has a limit there; take a regularizer such as l2"
        )


def _smooth(degree: float) -> tuple[Condition, ...]:
    """The conditions on which expansions at 0 rest; a g of another degree than 2 is expanded about the limit."""
    return (Condition.LOSS_SMOOTH, Condition.REGULARIZER_SMOOTH) if degree == 2 else (Condition.LOSS_SMOOTH,)


def _is(certificate: Certified, condition: Condition) -> Verdict:
    return certificate.property(condition).verdict


def _degree(pair: Pair, certificate: Certified) -> float:
    """The k of the scores' scale alpha^(1/(k-1)): 2 for a g with a curvature at 0, else its degree."""
    values: Mapping[str, Fraction] = {"C": Fraction(pair.classes), **pair.numbers}
    degree = None if certificate.degree is None else number_of(certificate.degree, values)
    if degree is None or degree == 2:
        return 2.0
    if degree <= 1:
        raise ConfirmationError(
            f"kappa: g of {pair.name} is homogeneous of degree {degree:g}, and scores have a scale for degrees above "
            "1; take a regularizer such as l2"
        )
    if _is(certificate, Condition.REGULARIZER_POSITIVE) is not Verdict.PROVED:
        raise ConfirmationError(
            f"kappa: g of {pair.name} is homogeneous of degree {degree:g} and not known to be positive away from 0, so "
            "its limit problem may have no minimiser; take a regularizer such as l2"
        )
    return degree


def _hessian(pair: Pair, certificate: Certified) -> Tensor:
    """H = D^2 g(0); raises ``ConfirmationError`` where g has no curvature there, or a slope."""
    zero = torch.zeros(pair.classes, dtype=torch.float64)
    slope, found = pair.objective.penalty_gradient(zero), pair.objective.penalty_curvature(zero)
    what, take = f"kappa: g of {pair.name}", "; take a regularizer such as l2"
    if _is(certificate, Condition.REGULARIZER_SMOOTH) is Verdict.REFUTED or not bool(found.isfinite().all()):
        raise ConfirmationError(f"{what} is not twice differentiable at 0, so there is no H for a limit{take}")
    if not float(slope.abs().max()) <= FLAT:
        raise ConfirmationError(
            f"{what} has a slope at 0, up to {float(slope.abs().max()):.3g}, so scores do not tend to 0 as lambda -> "
            f"oo and no scale has a limit{take}"
        )
    if not float(found.abs().max()) > FLAT:
        raise ConfirmationError(f"{what} has no curvature at 0 and no degree, so scores have no scale{take}")
    return found
