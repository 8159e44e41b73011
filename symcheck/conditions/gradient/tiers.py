"""The tier of a loss: which form b_y = grad l(0, y) has, case by case.

For a loss that treats all classes alike, b_y = -kappa o_y + c 1 with kappa = d_k l - d_y l and
c = mean(b_y) at 0 (class symmetry lemma, THEORY 3), so the signs of kappa, c and kappa - 1 decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from symcheck.conditions.cases.partitions import refined
from symcheck.conditions.cases.witness_points import nonzero_point, point_in, simple
from symcheck.conditions.gradient.gradient_form import GradientForm
from symcheck.field.element import Element
from symcheck.field.signs.pieces import pieces
from symcheck.field.signs.sign import Kind, Sample, Sign
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.language.scope import Classes
from symcheck.reason import Undecided

STRICT = (Kind.POSITIVE, Kind.NEGATIVE)


def worst_tier(tiers: Sequence[Tier | None]) -> Tier | None:
    """The worst of the tiers that occur, None if one of them is open."""
    known = [t for t in tiers if t is not None]
    return max(known, key=lambda t: t.rank) if len(known) == len(tiers) else None


@dataclass(frozen=True)
class TierCase:
    """What is known of b_y for the numbers of ``classes``, by the signs of kappa and c.

    ``tier`` is the worst that occurs, None if that is open, and ``verdict`` whether the gradient condition holds
    in the whole case; ``point`` is one at which it does not.  ``is_uniform``: it holds, or fails, at every point;
    ``is_one_tier``: the tier is that of every point (kappa = 1 at some of them leaves SCALED).
    """

    classes: Classes
    tier: Tier | None
    verdict: Verdict
    kappa: Sign
    drift: Sign
    is_uniform: bool = True
    point: Sample | None = None
    is_one_tier: bool = True


def tier_cases(form: GradientForm) -> tuple[TierCase, ...]:
    """The tier for each run of classes on which the signs do not change."""
    parts = refined(pieces(form.kappa), pieces(form.c), pieces(form.kappa - form.field.number(1)))
    return tuple(_case(form, classes, *signs) for classes, signs in parts)


def _case(form: GradientForm, classes: Classes, kappa: Sign, drift: Sign, excess: Sign) -> TierCase:
    if drift.kind is Kind.ZERO and kappa.kind is Kind.POSITIVE:
        return TierCase(classes, _of_excess(excess), Verdict.PROVED, kappa, drift)
    if drift.kind is Kind.ZERO and kappa.kind in (Kind.ZERO, Kind.NEGATIVE):
        tier = Tier.ZERO if kappa.kind is Kind.ZERO else Tier.FAIL
        return TierCase(classes, tier, Verdict.REFUTED, kappa, drift, point=_first(kappa, classes))
    # c != 0 alone fails the condition; whether kappa > 0 only decides which tier it is.
    if drift.kind in STRICT and kappa.kind in (*STRICT, Kind.ZERO):
        tier = Tier.QUOTIENT if kappa.kind is Kind.POSITIVE else Tier.FAIL
        return TierCase(classes, tier, Verdict.REFUTED, kappa, drift, point=_first(drift, classes))
    return _by_points(form, classes, kappa, drift)


def _of_excess(excess: Sign) -> Tier | None:
    """EXACT or SCALED where the condition holds: None if kappa was not shown to be 1, nor seen to be another number."""
    if excess.kind is Kind.ZERO:
        return Tier.EXACT
    # kappa = 1 at isolated values of a parameter leaves the loss SCALED: the tier of a case is the worst that occurs.
    return Tier.SCALED if excess.kind is not Kind.UNKNOWN or nonzero_point(excess) else None


def _by_points(form: GradientForm, classes: Classes, kappa: Sign, drift: Sign) -> TierCase:
    """Where a sign changes or is not known: REFUTED by a point, whose own kappa and c say how."""
    found: list[tuple[Tier, Sample]] = []
    # A point that refutes kappa > 0 may have a c of its own: the tier of the case is what both are there.
    points = [simple(c, p) for c, sign in ((form.kappa, kappa), (form.c, drift)) for p in sign.points]
    for point in points:
        tier = _tier_at(form, point) if int(point.values["C"]) in classes else None
        if tier is not None and not tier.meets_condition:
            found.append((tier, point))
    if not found:
        if drift.kind in STRICT:  # REFUTED by c alone, whatever kappa is
            return TierCase(classes, None, Verdict.REFUTED, kappa, drift, point=_first(drift, classes))
        return TierCase(classes, None, Verdict.UNDECIDED, kappa, drift, is_uniform=False)
    tier, point = max(found, key=lambda item: item[0].rank)
    # The worst tier that was seen is the worst that occurs only if the signs on the whole case allow no worse one.
    known = tier if tier.rank >= _worst_possible(kappa, drift).rank else None
    fails = drift.kind in STRICT or kappa.kind in (Kind.ZERO, Kind.NEGATIVE) or kappa.nonpositive
    is_one = kappa.kind is Kind.NEGATIVE or (drift.kind in STRICT and kappa.nonpositive)
    return TierCase(classes, known, Verdict.REFUTED, kappa, drift, fails, point, is_one)


def _worst_possible(kappa: Sign, drift: Sign) -> Tier:
    """The worst tier that the signs leave possible."""
    if kappa.kind is Kind.POSITIVE:
        return Tier.QUOTIENT
    return Tier.ZERO if drift.kind is Kind.ZERO and kappa.nonnegative else Tier.FAIL


def _tier_at(form: GradientForm, point: Sample) -> Tier | None:
    """The tier at one point, None where a sign is not settled."""
    try:
        there = [c.at(point.values) for c in (form.kappa, form.c)]
        kinds = [c.field.sign(c).kind for c in there]
    except Undecided:
        return None
    if Kind.UNKNOWN in kinds:
        return None
    kappa, drift = kinds
    if drift is not Kind.ZERO:
        return Tier.QUOTIENT if kappa is Kind.POSITIVE else Tier.FAIL
    if kappa is Kind.POSITIVE:
        return Tier.SCALED  # or EXACT: both meet the condition
    return Tier.ZERO if kappa is Kind.ZERO else Tier.FAIL


def _first(sign: Sign, classes: Classes) -> Sample:
    """A point with these ``classes`` at which the sign is the one that is proved for them."""
    found = point_in(sign, classes, lambda _: True)
    assert found is not None
    return found


def exact_ends(kappa: Element) -> list[str]:
    """The closed ends of parameters' intervals at which kappa = 1, as equations."""
    field = kappa.field
    ends = [
        (p.name, end)
        for p in field.scope.parameters
        if not p.rounded
        for end, is_open in ((p.interval.low, p.interval.low_open), (p.interval.high, p.interval.high_open))
        # An open end is not in the scope: that kappa tends to 1 there makes no case of it.
        if end is not None and not is_open
    ]
    excess = kappa - field.number(1)
    return [f"{name} = {end}" for name, end in ends if excess.at({name: end}).is_zero]
