"""How two formulas are compared: canonical forms first, then balls, regions, and values of parameters."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from sympy import S

from symcheck.budget import Budget, stopping
from symcheck.conditions.agreement.comparison import disagreement
from symcheck.conditions.agreement.points import ArrayPoint
from symcheck.conditions.agreement.scopes import scope_with
from symcheck.conditions.everywhere.domain import exists_everywhere
from symcheck.conditions.everywhere.everywhere import SETTLE, VETOES, difference_of, logits_tried, points_of, widened
from symcheck.design.sameness.apart import LARGEST, Apart, agree_at, change_at, numbers_of_classes, point_apart
from symcheck.design.sameness.factor_sign import FactorSign, factor_sign, zeros_of
from symcheck.design.sameness.families import families
from symcheck.design.sameness.link import Balls, Link, Pair, link_of
from symcheck.design.sameness.regions import Switch, is_met, joined, region_text, sides
from symcheck.design.sameness.relation import Relation
from symcheck.design.sameness.rest import tie_of
from symcheck.design.sameness.value import EVERYWHERE, Agreement, Found, Tie, letters_for
from symcheck.findings.verdict import Verdict
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.reason import Code, Reason, Undecided

MOST_REGIONS = 12
"""Formulas with kinks are compared on so many regions."""

THERE = "both exist"
"""Where two formulas can be one at most."""

_FIELDS = Reason(
    Code.UNMAPPED_OP,
    "the values are one, but a part is detached: training follows the field that autograd returns, and these fields "
    "were not compared",
    "write both formulas without detach, or compare their certificates",
)


def found_of(formulas: tuple[Formula, Formula], scope: Scope, budget: Budget) -> Found:
    """How ``formulas`` are one for every C and parameter value of ``scope``, or where they are not."""
    try:
        with stopping():
            return _Question(formulas, scope, budget).answer()
    except Undecided as stop:
        return Found(Verdict.UNDECIDED, reason=stop.reason)


_FAR = Reason(
    Code.SIGN_UNKNOWN,
    f"it does not hold for every C >= 2, and C > {LARGEST} alone is not looked at",
    "ask for fewer classes",
)


class _Question:
    """Two formulas, the scope, and the budget."""

    def __init__(self, formulas: tuple[Formula, Formula], scope: Scope, budget: Budget) -> None:
        self.formulas = formulas
        self.difference = difference_of(*formulas)
        # A statement for every C holds for the large ones, of which none is looked at.
        self.is_far = not numbers_of_classes(scope)
        self.scope = scope_with(widened(scope) if self.is_far else scope, self.difference)
        self.budget = budget

    def answer(self) -> Found:
        """What is found, the strongest statement first."""
        first, second = self.formulas
        if first == second:
            a, b = letters_for(self.scope)
            return Found(Verdict.PROVED, Tie(Relation.EQUAL, S.One, "> 0", f"{a} = {b}"))
        try:
            pair = Pair(first, second, self.scope, self.budget)
            link = link_of(pair)
        except Undecided as stop:
            self.budget.check()
            witness = None if self.is_far else point_apart(self.formulas, self.difference, self.scope, self.budget)
            if witness is not None:
                return Found(Verdict.REFUTED, witness=witness)
            return Found(Verdict.UNDECIDED, reason=stop.reason)
        found = self._where_both_exist(self._not_linked(pair) if link is None else self._linked(pair, link))
        if found.verdict is Verdict.PROVED and self.difference.detaches:
            return replace(found, verdict=Verdict.UNDECIDED, reason=_FIELDS)
        return found

    def _linked(self, pair: Pair, link: Link) -> Found:
        sign = factor_sign(link, self.scope, self.budget)
        tie = tie_of(link, self.formulas, sign.sign, self.scope, self.budget)
        objection = self._objection(link, self.formulas, self.scope)
        if objection is not None:
            return Found(Verdict.UNDECIDED, reason=objection)
        agreements = tuple(self._agreements(pair, link))
        if sign.sign:
            return Found(Verdict.PROVED, tie, agreements=agreements)
        # Where the factor is 0, or has no value, the label drops out of one of the two.
        somewhere = (Agreement(sign.condition, tie), *agreements)
        witness = self._vanishing(sign)
        if witness is not None:
            return Found(Verdict.REFUTED, agreements=somewhere, witness=witness)
        why = f"where {sign.condition} fails the label drops out of one of the two, and no such point was found"
        reason = Reason(Code.SIGN_UNKNOWN, why, "give values to parameters or to C")
        return Found(Verdict.UNDECIDED, agreements=somewhere, reason=reason)

    def _where_both_exist(self, found: Found) -> Found:
        """``found``, said of the z at which both formulas exist unless both are shown to do so everywhere."""
        # A canonical form knows nothing of a pole that another one lacks: (1 - u^2)/(1 - u) is 1 + u.
        if found.tie is None or all(exists_everywhere(f, self.scope, self.budget) for f in self.formulas):
            return found
        return replace(found, where=THERE if found.where == EVERYWHERE else f"{found.where} and {THERE}")

    def _vanishing(self, sign: FactorSign) -> Apart | None:
        """A point at which one of the two does not depend on the label and the other one does."""
        if self.is_far:
            return None
        points = (
            point for parts in sign.vanishing for part in parts for point in zeros_of(part, self.difference, self.scope)
        )
        return next((apart for point in points if (apart := self._one_still(point)) is not None), None)

    def _one_still(self, point: ArrayPoint) -> Apart | None:
        """What tells the two apart at ``point``, if one of them, read there alone, is still and the other changes."""
        with suppress(Undecided):
            first, second = (point.formula(f) for f in self.formulas)
            pair = Pair(first, second, point.scope, self.budget)
            still = pair.still()
            if still[0] is not still[1]:
                change = change_at(self.formulas, point, self.budget, of=int(still[0]))
                return None if change is None else Apart(point.classes, (change,), dict(point.named))
        return None

    def _not_linked(self, pair: Pair) -> Found:
        witness = None
        if not self.is_far:
            witness = point_apart(self.formulas, self.difference, self.scope, self.budget) or self._one_sided(pair)
        region = self._region()
        if region is not None:
            return replace(region, witness=witness)
        agreements = tuple(self._agreements(pair, None))
        if witness is not None:
            return Found(Verdict.REFUTED, agreements=agreements, witness=witness)
        why = "the canonical forms are no multiples of each other, and no point was found that tells the two apart"
        reason = _FAR if self.is_far else Reason(Code.SIGN_UNKNOWN, why, SETTLE)
        return Found(Verdict.UNDECIDED, agreements=agreements, reason=reason)

    def _one_sided(self, pair: Pair) -> Apart | None:
        """A point at which one of the two is shown to change, where the other one nowhere does."""
        still = pair.still()
        if still[0] is still[1]:
            return None
        for classes in numbers_of_classes(self.scope):
            for point in points_of(self.difference, self.scope, classes):
                change = change_at(self.formulas, point, self.budget, of=int(still[0]))
                if change is not None:
                    return Apart(classes, (change,), dict(point.named))
        return None

    def _region(self) -> Found | None:
        """How the two are one on a region that their kinks make."""
        tried = 0
        for one in sides(self.formulas[0], self.scope, self.budget):
            for two in sides(self.formulas[1], self.scope, self.budget):
                switches = joined(one, two)
                if not switches or tried == MOST_REGIONS:
                    continue
                tried += 1
                found = self._on_region((one.formula, two.formula), switches, one.is_near_zero and two.is_near_zero)
                if found is not None:
                    return found
        return None

    def _on_region(
        self, formulas: tuple[Formula, Formula], switches: tuple[Switch, ...], is_near_zero: bool
    ) -> Found | None:
        with suppress(Undecided):
            pair = Pair(*formulas, self.scope, self.budget)
            # Two constants are one: that both are flat somewhere is not worth a word.
            if not any(pair.field.mentions_logits(c) for c in (*pair.first, *pair.second)):
                return None
            link = link_of(pair)
            if link is None:
                return None
            sign = factor_sign(link, self.scope, self.budget)
            is_somewhere = is_near_zero or is_met(switches, self.scope, self.budget)
            if is_somewhere and sign.sign and self._objection(link, formulas, self.scope) is None:
                where = region_text(switches, self.scope, self.budget, is_near_zero=is_near_zero)
                tie = tie_of(link, formulas, sign.sign, self.scope, self.budget)
                return Found(Verdict.PROVED, tie, where, is_near_zero)
        return None

    def _agreements(self, pair: Pair, link: Link | None) -> Iterator[Agreement]:
        for family in families(pair, self.formulas, link, self.budget):
            with suppress(Undecided):
                sign = factor_sign(family.link, family.scope, self.budget)
                if self._objection(family.link, family.pair, family.scope) is None:
                    more = f" and {sign.condition}" if sign.condition else ""
                    tie = tie_of(family.link, family.pair, sign.sign, family.scope, self.budget)
                    yield Agreement(f"{family.name} = {family.value.text()}{more}", tie)

    def _objection(self, link: Link, formulas: tuple[Formula, Formula], scope: Scope) -> Reason | None:
        """What balls say against a link: they do not share a line of code with canonical forms."""
        met = None
        is_constant = link.relation is not Relation.LABEL_FREE
        balls = Balls(link, scope, self.budget)
        for classes in numbers_of_classes(scope):
            for point in points_of(difference_of(*formulas), scope, classes, VETOES):
                self.budget.check()
                factor = balls.at(link.factor, point)
                if not factor.is_finite():
                    continue
                rest = balls.at(link.rest, point) if is_constant and balls.has(link.rest) else None
                zs = tuple(logits_tried(classes, VETOES))
                allowed = agree_at(formulas, point, zs, factor, rest, is_constant=is_constant)
                if allowed is False:
                    return disagreement("a = f b + h", f"balls at C = {classes}, {point.named} speak against it").reason
                met = met or allowed
        if met:
            return None
        why = "at none of the points that were tried both formulas have a value"
        return Reason(Code.SIGN_UNKNOWN, why, SETTLE)
