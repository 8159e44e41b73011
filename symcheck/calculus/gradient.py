"""The tier of a loss: which form b_y = grad l(0, y) has, case by case.

For a loss that treats all classes alike, b_y = -kappa o_y + c 1 with kappa = d_k l - d_y l and
c = mean(b_y) at 0 (class symmetry lemma, THEORY 3), so the signs of kappa, c and kappa - 1 decide.
"""

from __future__ import annotations

from dataclasses import dataclass

from symcheck.calculus.cases import refined
from symcheck.constants.field import Constant, Field
from symcheck.constants.pieces import pieces
from symcheck.constants.sign import Kind, Sign
from symcheck.language.scope import Classes
from symcheck.readings.expansion import Expansion
from symcheck.tier import Tier
from symcheck.verdict import Verdict


@dataclass(frozen=True)
class Slope:
    """``kappa`` and ``drift`` of b_y = -kappa o_y + drift 1."""

    kappa: Constant
    drift: Constant


@dataclass(frozen=True)
class TierCase:
    """``tier`` for the numbers of ``classes``, None if undecided; the ``signs`` of kappa, c and kappa - 1."""

    classes: Classes
    tier: Tier | None
    kappa: Sign
    drift: Sign
    excess: Sign

    @property
    def verdict(self) -> Verdict:
        """Whether the gradient condition holds there."""
        if self.tier is None:
            return Verdict.UNDECIDED
        return Verdict.PROVED if self.tier.meets_condition else Verdict.REFUTED


def slope_of(expansion: Expansion[Constant], field: Field) -> Slope:
    """The kappa and c of b_y = -kappa o_y + c 1."""
    kappa = expansion.g_k - expansion.g_y
    rest = expansion.g_y + (field.C - field.number(1)) * expansion.g_k
    return Slope(kappa, rest / field.C)


def tier_cases(slope: Slope, field: Field) -> tuple[TierCase, ...]:
    """The tier for each run of classes on which the signs do not change."""
    parts = refined(pieces(slope.kappa), pieces(slope.drift), pieces(slope.kappa - field.number(1)))
    return tuple(
        TierCase(classes, _tier(kappa, drift, excess), kappa, drift, excess)
        for classes, (kappa, drift, excess) in parts
    )


def _tier(kappa: Sign, drift: Sign, excess: Sign) -> Tier | None:
    """The worst tier that is known to occur, if the signs leave no worse one possible; else None."""
    if drift.kind is Kind.UNKNOWN or kappa.kind is Kind.UNKNOWN:
        return None
    if drift.kind is not Kind.ZERO:
        return Tier.QUOTIENT if kappa.kind is Kind.POSITIVE else Tier.FAIL
    if kappa.kind is Kind.ZERO:
        return Tier.ZERO
    if kappa.kind is Kind.POSITIVE:
        return Tier.EXACT if excess.kind is Kind.ZERO else Tier.SCALED
    return Tier.ZERO if kappa.nonnegative else Tier.FAIL


def exact_ends(slope: Slope) -> list[str]:
    """The closed ends of parameters' intervals at which kappa = 1, as equations."""
    field = slope.kappa.field
    ends = [
        (p.name, end)
        for p in field.scope.parameters
        if not p.rounded
        for end, is_open in ((p.interval.low, p.interval.low_open), (p.interval.high, p.interval.high_open))
        if end is not None and not is_open
    ]
    excess = slope.kappa - field.number(1)
    return [f"{name} = {end}" for name, end in ends if excess.at({name: end}).is_zero]
