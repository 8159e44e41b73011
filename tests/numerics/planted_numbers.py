"""Planted claims: what a certificate says with one number a little wrong, for which training has to contradict it.

kappa times 1.01, H times .99, the exponent of the noise factor times 1.02, the constant of each leading term times 1.01
and the order of each distance one higher or lower.  A number that a confirmation cannot see to that accuracy on its
data is not planted: that is decided from the tolerance of its row, before the false claim is judged.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from numerics.confirmations.confirmation import Confirmation
from numerics.confirmations.curve_rows import constant_row, order_row, vanishing_row
from numerics.confirmations.judge import agreement_of, factor_row, limit_row
from numerics.confirmations.measure import measured
from numerics.confirmations.predict import Curve, Expected
from numerics.confirmations.records import Run
from numerics.formulas.predicted_numbers import PredictedNumbers
from numerics.runs.agreement import Agreement, Row
from symcheck.findings.prediction import Order

KAPPA, CURVATURE, EXPONENT, CONSTANT = 1.01, 0.99, 1.02, 1.01
"""The factors of what is planted."""


@dataclass(frozen=True)
class Planted:
    """A false claim by its ``name``, and what the run says about it."""

    name: str
    agreement: Agreement


def planted(confirmation: Confirmation) -> Iterator[Planted]:
    """The false claims beside that of ``confirmation``, which has to agree, each with its agreement."""
    expected, run = confirmation.expected, confirmation.run
    claim = expected.experiment.claim
    for name, false in (
        ("kappa", replace(claim, kappa=KAPPA * claim.kappa)),
        ("curvature", replace(claim, hessian=CURVATURE * claim.hessian)),
    ):
        # a homogeneous penalty has no H, and kappa enters its limit by a power
        if claim.power == 1 and _sees(limit_row(expected, run), 1 - CURVATURE):
            yield Planted(name, _trained_again(expected, false))
    false = replace(claim, noise_power=EXPONENT * claim.noise_power)
    factor = factor_row(expected, run)
    if _sees(factor, abs(expected.factor**EXPONENT - expected.factor)):
        yield Planted("exponent of the noise factor", _judged(expected, run, false))
    for curve in expected.curves:
        yield from _constants(expected, run, curve)
        yield from _orders(expected, run, curve)


def _constants(expected: Expected, run: Run, curve: Curve) -> Iterator[Planted]:
    """The constant of ``curve`` made larger."""
    power = expected.powers[curve]
    if power is None or not _sees(constant_row(expected, run, curve, power), (CONSTANT - 1) * power.constant):
        return
    row = constant_row(expected, run, curve, power)
    # The tolerance grows with the constant, as it does in a row that makes this claim.
    false = replace(row, predicted=CONSTANT * row.predicted, tolerance=CONSTANT * row.tolerance)
    yield Planted(f"constant, {curve}", Agreement("a false constant", (false,)))


def _orders(expected: Expected, run: Run, curve: Curve) -> Iterator[Planted]:
    """The order of ``curve`` one higher and one lower."""
    claimed, known = expected.claimed_order(curve), expected.powers[curve]
    if claimed is None or expected.experiment.claim.order is None:
        return
    if known is not None and (known.order != claimed or not _sees(order_row(expected, run, curve, claimed), 0.5)):
        return  # special data, or an order that cannot be measured
    if known is None and vanishing_row(expected, run, curve, claimed).measured is None:
        return
    for other in (claimed - 1, claimed + 1):
        false = replace(expected.experiment.claim, order=_turned(expected.experiment.claim, curve, other))
        yield Planted(f"order {other}, {curve}", _judged(expected, run, false))


def _turned(claim: PredictedNumbers, curve: Curve, order: int) -> Order:
    assert claim.order is not None
    if curve is Curve.GAP:
        return replace(claim.order, clean_to_noisy=order)
    return replace(claim.order, to_limit=order)


def _sees(row: Row, change: float) -> bool:
    """Whether a change of what is predicted by so much could not hide in the tolerance."""
    return row.measured is not None and math.isfinite(row.tolerance) and change > 2 * row.tolerance


def _judged(expected: Expected, run: Run, false: PredictedNumbers) -> Agreement:
    experiment = replace(expected.experiment, claim=false)
    return agreement_of(Expected(experiment, expected.clean, expected.noisy), run)


def _trained_again(expected: Expected, false: PredictedNumbers) -> Agreement:
    """What depends on the claimed limit is measured against the false one."""
    experiment = replace(expected.experiment, claim=false)
    turned = Expected(experiment, expected.clean, expected.noisy)
    return agreement_of(turned, measured(turned))
