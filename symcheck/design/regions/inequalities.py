"""What decides where cases do not: the conditions of Theorem 2 themselves, solved for a parameter or as inequalities.

Where a loss is smooth at 0 with b_y = -kappa o_y at every point, and a regularizer is smooth and stationary there, the
pair meets the conditions of Theorem 2 exactly where kappa and the eigenvalues of D^2 g(0) are > 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import product

from sympy import Expr

from symcheck.budget import Budget
from symcheck.certificates.material import Material
from symcheck.conditions.agreement.agree import agreed_expansion
from symcheck.conditions.cases.parts import Part
from symcheck.conditions.gradient.gradient_form import alike_form
from symcheck.conditions.gradient.loss_report import loss_report
from symcheck.conditions.pair.pair_cases import Crossed
from symcheck.conditions.remembered import remembered
from symcheck.design.regions.piece import Inequality, Piece, Range
from symcheck.design.regions.root import signs_of
from symcheck.errors import FormulaError
from symcheck.field.base import AbstractField
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.field.from_sympy import constant_of
from symcheck.field.signs.sign import Kind
from symcheck.findings.verdict import Verdict
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.problem import Problem
from symcheck.reason import Undecided


@dataclass(frozen=True)
class Decided:
    """The pieces of one case in which the pair is ``proved``, in which it is ``refuted``, and which are ``open``."""

    proved: tuple[Piece, ...]
    refuted: tuple[Piece, ...]
    open: tuple[Piece, ...]


FLAT = "D^2 g(0) is flat along (1, ..., 1), and whether the pair lives on the quotient is not decided"
"""Why a piece is open in which all that has to be > 0 is, but for the eigenvalue along (1, ..., 1), which is 0."""

STRICT = (Kind.POSITIVE, Kind.NEGATIVE)

Choice = Sequence[Range | Inequality]
"""Alternatives: a point is in one of these."""


@dataclass(frozen=True)
class Cut:
    """What has to be > 0 of a pair: where it ``holds``, where it ``fails``, and where that leaves the pair ``open``."""

    holds: Choice
    fails: Choice
    open: Choice = ()


def decided(crossed: Crossed, made: Material, piece: Piece, budget: Budget) -> Decided | None:
    """The ``piece`` of a case that is not settled, cut by what has to be > 0; None if other things are open, too."""
    problem = made.problem
    if problem.loss.formula.detaches or problem.regularizer.formula.detaches:
        return None
    of_loss = _of_loss(crossed, problem, budget)
    of_penalty = _of_penalty(crossed, made)
    if of_loss is None or of_penalty is None:
        return None
    cuts = [*of_loss, *of_penalty]
    proved = [_with(piece, chosen) for chosen in product(*(c.holds for c in cuts))]
    refuted = [_with(piece, [one]) for c in cuts for one in c.fails]
    left = [
        replace(_with(piece, chosen), note=FLAT)
        for place, c in enumerate(cuts)
        for chosen in product(*(c.open if k == place else other.holds for k, other in enumerate(cuts)))
    ]
    return Decided(tuple(proved), tuple(refuted), tuple(left))


def _with(piece: Piece, chosen: Sequence[Range | Inequality]) -> Piece:
    ranges = tuple(c for c in chosen if isinstance(c, Range))
    more = tuple(c for c in chosen if isinstance(c, Inequality))
    return Piece(piece.classes, (*piece.ranges, *ranges), (*piece.besides, *more))


def _of_loss(crossed: Crossed, problem: Problem, budget: Budget) -> list[Cut] | None:
    """The cut at kappa, none where the loss is PROVED; None if it is not the sign of kappa alone that decides."""
    case, classes = crossed.loss, crossed.case.classes
    if case.case.verdict is Verdict.PROVED:
        return []
    part = case.part
    if part is None or part.is_wider:
        return None
    on_part = part.on(classes)
    report = remembered(loss_report, on_part.formula, on_part.scope, budget)
    smooth, _ = report.findings
    if smooth.verdict is not Verdict.PROVED or report.form is None or not report.form.c.is_zero:
        return None
    kappa, scope = report.form.kappa, replace(problem.scope, classes=classes)
    return [_cut(kappa, on_part, _kappa_on(problem.loss.formula, scope, budget) or _whole(kappa, on_part, scope))]


def _kappa_on(formula: Formula, scope: Scope, budget: Budget) -> Element | None:
    """The kappa in the whole scope, None where the formula branches or has a kink: then each part has its own."""
    try:
        agreed = agreed_expansion(formula, scope.of(formula), budget)
    except (Undecided, FormulaError):
        return None
    return alike_form(agreed.constants, agreed.field).kappa


def _whole(value: Element, part: Part, scope: Scope) -> Element | None:
    """``value``, which was found in the part, in the parameters of the scope; None where that has no meaning."""
    try:
        return constant_of(Field(scope, value.field.budget), part.back(value.sympy()))
    except Undecided:
        return None


def _of_penalty(crossed: Crossed, made: Material) -> list[Cut] | None:
    """The cuts at the eigenvalues of D^2 g(0), none where g is PROVED; None if other things are open."""
    case, classes, regularizer = crossed.space, crossed.case.classes, made.regularizer
    scope = replace(made.problem.scope, classes=classes)
    if case.verdict is Verdict.PROVED:
        return []
    part = case.part
    if part.is_wider:
        return None
    report = next((r for p, r in regularizer.reports.pairs if p == part), None)
    if report is None or report.verdict is not Verdict.PROVED or report.curvature is None:
        return None
    # Where D^2 g(0) is flat along (1, ..., 1) it is invariance that decides first.
    is_flat = any(h.is_flat_along_ones for h in report.hessians if h.classes.common(classes) is not None)
    if is_flat and not case.quotient:
        return None
    curvature = report.curvature
    values = [curvature.s] if case.quotient else [curvature.s, curvature.along]
    found = [
        (v, _cut(v, part.on(classes), _whole(v, part, scope)))
        for v in values
        if v.field.sign(v).kind is not Kind.POSITIVE
    ]
    # Where the eigenvalue along (1, ..., 1) is 0 the pair may live on the quotient, and meet the conditions there.
    return [_flat_is_open(c) if v is curvature.along else c for v, c in found]


def _flat_is_open(cut: Cut) -> Cut:
    """The cut at an eigenvalue, where its zeros are left open."""
    zeros: list[Range | Inequality] = []
    fails: list[Range | Inequality] = []
    for c in cut.fails:
        if isinstance(c, Inequality):
            zeros.append(replace(c, relation="="))
            fails.append(replace(c, relation="<"))
        else:
            (zeros if c.is_point else fails).append(c)
    return Cut(cut.holds, fails, zeros)


def _cut(value: Element, part: Part, whole: Element | None) -> Cut:
    """``value`` > 0 in the ``part``: solved for a parameter if one decides alone, else an inequality.

    ``whole`` is the same in the parameters of the whole scope, if it has a meaning there.
    """
    if whole is None:
        return _inequality(part.back(value.sympy()))
    signs = _Signs(part, value.field)
    # In the part fewer factors change their sign, and with all of them a polynomial may be one in a single parameter.
    for deciding in (signs.deciding(whole), whole.numerator * signs.of_denominator(whole)):
        for name in sorted(whole.field.depends(deciding)) if not deciding.is_zero else ():
            found = _solved(deciding, name)
            if found is not None:
                return found
    return _inequality(signs.deciding(whole).sympy())


def _inequality(function: Expr) -> Cut:
    return Cut([Inequality(function, ">")], [Inequality(function, "<=")])


@dataclass(frozen=True)
class _Signs:
    """Signs in a ``part``, whose ``field`` this is, of elements of a field on the whole scope."""

    part: Part
    field: AbstractField

    def of(self, f: Element) -> int:
        """1 or -1 if ``f`` has that sign in the whole part, else 0."""
        kind = f.field.sign(f).kind
        if kind not in STRICT:
            with suppress(Undecided):
                here = constant_of(self.field, self.part.ahead(f.sympy()))
                kind = self.field.sign(here).kind
        return {Kind.POSITIVE: 1, Kind.NEGATIVE: -1}.get(kind, 0)

    def of_denominator(self, value: Element) -> int:
        """The same for the denominator."""
        return self.of(value.denominator)

    def deciding(self, value: Element) -> Element:
        """What has the sign of ``value`` in the part: its factors that have not one sign there.

        That is ``value`` itself where the sign of its denominator is not known.
        """
        field, (integer, factors) = value.field, value.field.factors(value.numerator)
        below = self.of_denominator(value)
        if not below or any(m < 1 for _, m in factors):
            return value
        found = field.number((1 if integer > 0 else -1) * below)
        for factor, m in factors:
            sign = self.of(factor)
            found *= sign**m if sign else factor if m % 2 else factor**2
        return found


def _solved(f: Element, name: str) -> Cut | None:
    """Where ``f`` > 0, if the parameter ``name`` alone decides."""
    scope = f.field.scope
    parameter = next((p for p in scope.parameters if p.name == name), None)
    if parameter is None or parameter.rounded or parameter.interval.integer or f.field.depends(f) != {name}:
        return None
    whole, found = parameter.interval, signs_of(f, name, parameter.interval)
    if found is None:
        return None
    parts = [(Range(name, whole, b.low, b.high), b.sign) for b in found.between]
    points = [Range(name, whole, zero, zero, low_open=False, high_open=False) for zero in found.zeros]
    return Cut([r for r, sign in parts if sign > 0], [*(r for r, sign in parts if sign < 0), *points])
