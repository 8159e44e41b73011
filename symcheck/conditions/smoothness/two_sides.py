"""What is known of a formula whose form has a kink at z = 0: its two sides, and the derivatives that they share.

A kink that is multiplied by 0 is none, so terms that are 0 are dropped first; and where a factor of it is 0 for some
classes or parameter values only, the scope is split there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import chain

from symcheck.budget import Budget
from symcheck.conditions.agreement.agree import agreed_expansion
from symcheck.conditions.agreement.agreed import Agreed
from symcheck.conditions.agreement.comparison import is_shown_zero
from symcheck.conditions.cases.cells import OPEN
from symcheck.conditions.cases.parts import Part
from symcheck.conditions.cases.switches import switches_at_zero, with_sides_taken
from symcheck.conditions.cases.witness_points import nonzero_point, witness_at
from symcheck.conditions.smoothness.dead import vanishing_factors, without_dead_parts
from symcheck.conditions.smoothness.kink import Break, sides_of
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.field.signs.sign import Kind
from symcheck.language.operators import OTHERS
from symcheck.readings.expansion import Expansion
from symcheck.reason import Reason, Undecided


def without_dead_kinks(part: Part, budget: Budget) -> Part:
    """The part with powers of powers as one operator, without the terms that are 0 and the sides that are not taken."""
    formula, field = part.formula.with_powers_of_abs(part.scope.classes.fixed), Field(part.scope, budget)
    return replace(part, formula=with_sides_taken(without_dead_parts(formula, field), field))


_TIES = frozenset({"amax", "amin", "onehot_argmax", *(OTHERS[name] for name in ("amax", "amin"))})
"""Operators that have a kink where entries are equal; with two classes it may be another one, or none."""


def changing_factor(part: Part, budget: Budget) -> Element | None:
    """What the part is to be split by: a factor of what varies or a switch, where it may be 0, or C - 2 for ties."""
    field = Field(part.scope, budget)
    found = chain(vanishing_factors(part.formula, field), switches_at_zero(part.formula, field))
    factors = [c for c in found if field.sign(c).kind in OPEN]
    # The largest of the others is a tie for C >= 3, and one entry at C = 2: no constant of the formula says so.
    if not factors and 2 in part.scope.classes and part.scope.classes.fixed is None:
        factors = [field.C - 2] if any(node.op in _TIES for node in part.formula.nodes) else []
    return factors[0] if factors else None


@dataclass(frozen=True)
class AgreedSides:
    """The expansions on the two sides of a kink, over one field, and that of what decides the side.

    Near 0 the formula takes its value from one side or the other.
    """

    switch: Expansion[Element]
    above: Agreed
    below: Expansion[Element]

    @property
    def is_shared(self) -> bool:
        """Whether both have one value and one gradient at 0: then this is the gradient of the formula."""
        return all(is_shown_zero(d) for d in self._differences())

    def jump(self) -> Break | None:
        """The gradients of the sides differ where both sides occur: along a generic line the slopes differ."""
        value, *slopes = self._differences()
        # With different values f jumps, or the switch is not 0 at 0: that is no difference of gradients.
        if not is_shown_zero(value):
            return None
        names = ("d/d z_y", "d/d z_k")
        return self._break(1, "not differentiable at 0: the gradients of its two sides differ", names, slopes)

    def bend(self) -> Break | None:
        """The Hessians of the sides differ: both are limits of the second derivative at 0."""
        a, b = self.above.constants, self.below
        bends = [a.h_yy - b.h_yy, a.h_yk - b.h_yk, a.h_kk - b.h_kk]
        names = ("d^2/d z_y^2", "d^2/d z_y d z_k", "d^2/d z_k^2")
        detail = "not twice continuously differentiable at 0: the Hessians of its two sides differ"
        return self._break(2, detail, names, bends)

    def _break(self, order: int, detail: str, names: tuple[str, ...], differences: list[Element]) -> Break | None:
        """The first difference shown not to be 0 at a point at which both sides occur near 0."""
        field = self.above.field
        for name, difference in zip(names, differences, strict=True):
            # A switch with gradient 0 may have one sign near 0, and then one side never occurs: a difference counts
            # only where the switch changes its sign to first order.
            for tilt in (self.switch.g_y, self.switch.g_k):
                both = field.sign(difference * tilt)
                point = nonzero_point(both)
                if point is not None:
                    sign = replace(point, sign=1 if difference.ball(point.values) > 0 else -1)
                    quantity = f"the difference of {name} at 0 between the two sides of the kink"
                    witness = witness_at(difference, sign, quantity, "0", also=tilt)
                    return Break(order, detail, witness, both.kind in (Kind.POSITIVE, Kind.NEGATIVE))
        return None

    def _differences(self) -> tuple[Element, Element, Element]:
        a, b = self.above.constants, self.below
        return a.value - b.value, a.g_y - b.g_y, a.g_k - b.g_k


def agreed_sides(part: Part, reason: Reason, budget: Budget) -> AgreedSides | None:
    """The two sides of the kink that ``reason`` names, None if it is of no known form or a side has no expansion."""
    sides = sides_of(part.formula, reason.where)
    if sides is None:
        return None
    try:
        above = agreed_expansion(sides.above, part.scope, budget)
        # Constants of different fields cannot be subtracted.
        below = agreed_expansion(sides.below, part.scope, budget).taken_over(above.field)
        switch = agreed_expansion(sides.switch, part.scope, budget).taken_over(above.field)
    except Undecided:
        return None
    return AgreedSides(switch, above, below)
