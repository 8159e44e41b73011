"""What decides where no cut was found: the conditions themselves, solved for a parameter or as inequalities.

Where a loss is smooth at 0 with b_y = -kappa o_y at every point, and a regularizer is smooth and stationary there, the
pair meets the conditions of Theorem 2 exactly where kappa and the eigenvalues of D^2 g(0) are > 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product

from symcheck.budget import Budget
from symcheck.conditions.cases.parts import Part
from symcheck.conditions.curvature.regularizer_report import RegularizerReport
from symcheck.conditions.gradient.loss_report import LossCase, loss_report
from symcheck.conditions.pair.pair_cases import Crossed
from symcheck.conditions.pair.space import SpaceCase
from symcheck.conditions.remembered import remembered
from symcheck.design.regions.piece import Inequality, Piece, Range
from symcheck.design.regions.root import pieces_of
from symcheck.field.element import Element
from symcheck.field.signs.sign import Kind
from symcheck.findings.verdict import Verdict
from symcheck.language.scope import Classes
from symcheck.problem import Problem


@dataclass(frozen=True)
class Decided:
    """The pieces of one case in which the pair is ``proved``, and those in which it is ``refuted``."""

    proved: tuple[Piece, ...]
    refuted: tuple[Piece, ...]


STRICT = (Kind.POSITIVE, Kind.NEGATIVE)

Choice = Sequence[Range | Inequality]
"""Alternatives: a point satisfies a condition if it satisfies one of these."""


@dataclass(frozen=True)
class Condition:
    """What has to be > 0: the points where it is, and those where it is not."""

    holds: Choice
    fails: Choice


def decided(
    crossed: Crossed, problem: Problem, regularizer: RegularizerReport, piece: Piece, budget: Budget
) -> Decided | None:
    """The ``piece`` of a case that is not settled, cut by what has to be > 0; None if other things are open, too."""
    if problem.loss.formula.detaches or problem.regularizer.formula.detaches:
        return None
    classes = crossed.case.classes
    of_loss = _of_loss(crossed.loss, classes, budget)
    of_penalty = _of_penalty(crossed.space, regularizer, classes)
    if of_loss is None or of_penalty is None:
        return None
    conditions = [*of_loss, *of_penalty]
    proved = [_with(piece, chosen) for chosen in product(*(c.holds for c in conditions))]
    refuted = [_with(piece, [one]) for c in conditions for one in c.fails]
    return Decided(tuple(proved), tuple(refuted))


def _with(piece: Piece, chosen: Sequence[Range | Inequality]) -> Piece:
    ranges = list(piece.ranges)
    for new in (c for c in chosen if isinstance(c, Range) and not c.is_all):
        known = next((r for r in ranges if r.parameter == new.parameter and not r.is_point), None)
        if known is None:
            ranges.append(new)
        else:
            ranges[ranges.index(known)] = _within(known, new)
    more = tuple(c for c in chosen if isinstance(c, Inequality))
    return Piece(piece.classes, tuple(sorted(ranges, key=lambda r: r.parameter)), (*piece.besides, *more))


def _within(known: Range, new: Range) -> Range:
    """The part ``new`` of ``known``, whose ends lie between those of ``known``."""
    found = known
    if new.low is not None:
        found = replace(found, low=new.low, low_open=new.low_open)
    if new.high is not None:
        found = replace(found, high=new.high, high_open=new.high_open)
    return found


def _of_loss(case: LossCase, classes: Classes, budget: Budget) -> list[Condition] | None:
    """The condition on kappa, none where the loss is PROVED; None if it is not the sign of kappa alone that decides."""
    if case.case.verdict is Verdict.PROVED:
        return []
    part = case.part
    if part is None or part.is_wider:
        return None
    on_part = part.on(classes)
    report = remembered(loss_report, on_part.formula, on_part.scope, budget)
    smooth, _ = report.findings
    if smooth.verdict is not Verdict.PROVED or report.slope is None or not report.slope.drift.is_zero:
        return None
    return [positive(report.slope.kappa, on_part)]


def _of_penalty(case: SpaceCase, regularizer: RegularizerReport, classes: Classes) -> list[Condition] | None:
    """The conditions on the eigenvalues of D^2 g(0), none where g is PROVED; None if other things are open."""
    if case.verdict is Verdict.PROVED:
        return []
    part = case.part
    if part is None or part.is_wider or regularizer.reports is None:
        return None
    report = next((r for p, r in regularizer.reports.pairs if p == part), None)
    if report is None or report.verdict is not Verdict.PROVED or report.curvature is None:
        return None
    along = [row.along.kind for row in report.cases if row.classes.common(classes) is not None]
    # Where D^2 g(0) is flat along (1, ..., 1) it is invariance that decides first.
    if Kind.ZERO in along and not case.quotient:
        return None
    curvature = report.curvature
    values = [curvature.s] if case.quotient else [curvature.s, curvature.along]
    return [positive(v, part.on(classes)) for v in values if v.field.sign(v).kind is not Kind.POSITIVE]


def positive(value: Element, part: Part) -> Condition:
    """``value`` > 0 in the ``part``: solved for a parameter if one decides alone, else an inequality."""
    factor = _deciding(value)
    for name in sorted(value.field.depends(factor)):
        found = _solved(factor, name, part)
        if found is not None:
            return found
    text = part.back(factor.sympy())
    return Condition([Inequality(text)], [Inequality(text, is_reversed=True)])


def _deciding(value: Element) -> Element:
    """What has the sign of ``value`` in the whole scope: its one factor that changes its sign, if there is one."""
    field, below = value.field, value.field.sign(value.denominator).kind
    integer, factors = field.factors(value.numerator)
    kinds = [field.sign(f).kind for f, _ in factors]
    open_ = [(f, m) for (f, m), kind in zip(factors, kinds, strict=True) if kind not in STRICT]
    if below not in STRICT or len(open_) != 1 or open_[0][1] < 1 or open_[0][1] % 2 == 0:
        return value
    sign = (1 if integer > 0 else -1) * (1 if below is Kind.POSITIVE else -1)
    for (_, m), kind in zip(factors, kinds, strict=True):
        sign *= -1 if kind is Kind.NEGATIVE and m % 2 else 1
    return open_[0][0] * sign


def _solved(f: Element, name: str, part: Part) -> Condition | None:
    """Where ``f`` > 0, if the parameter ``name`` alone decides, and the part calls it as the whole scope does."""
    parameter = next((p for p in part.scope.parameters if p.name == name), None)
    renamed = any(r.fresh is not None and r.fresh.name == name != r.parameter.name for r in part.rewritings)
    if parameter is None or renamed or f.field.depends(f) != {name}:
        return None
    if parameter.rounded or parameter.interval.integer:
        return None
    found = pieces_of(f, name, parameter.interval)
    if found is None:
        return None
    own = next((r.parameter for r in part.rewritings if r.parameter.name == name), parameter).interval
    ends = [None, *found.roots, None]
    between = [Range(name, own, low, high) for low, high in pairwise(ends)]
    points = [Range(name, own, root, root, low_open=False, high_open=False) for root in found.roots]
    signed = list(zip(between, found.signs, strict=True))
    return Condition([r for r, sign in signed if sign > 0], [*(r for r, sign in signed if sign < 0), *points])
