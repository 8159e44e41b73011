"""Kinks at z = 0: derivatives that are shown not to exist, in balls.

Three arguments are tried.  One-sided derivatives that differ.  A law f(tz) = t^k f(z), t > 0, that a smooth
f could obey only if it were simpler than it is: constant for k = 0, linear for k = 1, zero for other k < 2,
a quadratic form for k = 2 (then C^2 fails, not the gradient).  Second derivatives from the two sides that
differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from operator import itemgetter

from flint import arb

from symcheck.conditions.agreement.sample_point import sample_values
from symcheck.conditions.cases.witness_points import apart, decimals
from symcheck.field.field import Field
from symcheck.findings.witness import Witness
from symcheck.language.formula import Formula
from symcheck.language.operators import ENTRYWISE
from symcheck.language.scope import Scope
from symcheck.language.term import Scalar, Term, Vec, lift
from symcheck.readings.explicit.explicit import directional, value_at
from symcheck.readings.weight import degree
from symcheck.reason import Undecided

Vector = tuple[Fraction, ...]

MOST_CLASSES = 10
"""Kinks are looked for with at most so many classes."""


@dataclass(frozen=True)
class Break:
    """The derivative of this ``order`` (0: the function itself is not continuous) does not exist at 0.

    ``is_uniform``: so it is at every point of the scope, and not only at that of the ``witness``.
    """

    order: int
    detail: str
    witness: Witness
    is_uniform: bool = False


class Corner:
    """A ``formula`` at the smallest numbers of classes and inner parameter values of a scope."""

    def __init__(self, formula: Formula, scope: Scope) -> None:
        self.formula, self.scope = formula, scope
        self.values = sample_values(scope)
        low = scope.classes.low
        self.classes = [c for c in (low, low + 1) if c in scope.classes and c <= MOST_CLASSES]

    def value(self, z: Vector) -> arb:
        """The ball of the formula at z with label 1."""
        return value_at(self.formula, z, self.values)

    def witness(self, classes: int, quantity: str, value: arb, expected: str) -> Witness:
        """The witness that ``quantity`` is ``value``, which is not 0."""
        shown, decimal = decimals(value)
        return Witness(classes, quantity, shown, expected, decimal, self.values)

    def witness_apart(self, classes: int, quantity: str, value: arb, other: arb, where: str) -> Witness:
        """The witness that ``quantity`` is ``value``, and not the value ``other`` that it has elsewhere."""
        shown, decimal, other_shown = apart(value, other)
        return Witness(classes, quantity, shown, where.format(other_shown), decimal, self.values)


def break_of(formula: Formula, scope: Scope) -> Break | None:
    """The lowest derivative at 0 that is shown not to exist, or None if nothing was shown."""
    corner = Corner(formula, scope)
    is_point = scope.classes.fixed is not None and not scope.parameters
    # Balls along both sides first: nothing is differentiated at a kink, where SymPy makes a derivative up ((max(0,
    # x)**2)'' at 0 is 1/2).
    for argument in (_one_sided, _by_degree, _second_one_sided):
        for found in _tried(argument, corner):
            return replace(found, is_uniform=is_point)
    return None


def _tried(argument: Callable[[Corner, int], Break | None], corner: Corner) -> Iterator[Break]:
    for classes in corner.classes:
        try:
            found = argument(corner, classes)
        except Undecided:
            continue
        if found is not None:
            yield found


def _one_sided(corner: Corner, classes: int) -> Break | None:
    """First derivatives along a line that differ on its two sides."""
    return _turned(corner, classes, 1, "the derivative", "not differentiable at 0: one-sided derivatives differ")


def _second_one_sided(corner: Corner, classes: int) -> Break | None:
    """Second derivatives along a line that differ on its two sides."""
    detail = "not twice continuously differentiable at 0: second derivatives from the two sides differ"
    return _turned(corner, classes, 2, "half the second derivative", detail)


def _turned(corner: Corner, classes: int, order: int, what: str, detail: str) -> Break | None:
    """A line through 0 along which the derivatives of this ``order`` from the two sides differ."""
    for name, direction in _directions(classes):
        try:
            right, ahead = (
                directional(corner.formula, classes, line, corner.values, order=order + 1)[order]
                for line in (direction, _negated(direction))
            )
        except Undecided:
            continue
        # The series of t -> f(-t d) has the odd coefficients of the left side with the other sign.
        left = ahead.neg(exact=True) if order % 2 else ahead
        if not right.overlaps(left):
            quantity = f"{what} of t -> f(t {name}), label y = 1, at t = 0 from the right"
            return Break(
                order, detail, corner.witness_apart(classes, quantity, right, left, "the value {} from the left")
            )
    return None


def _by_degree(corner: Corner, classes: int) -> Break | None:
    field = Field(corner.scope)
    found = degree(corner.formula, field)
    k = None if found is None else found.at(corner.values).rational if corner.values else found.rational
    if k is None:
        return None
    e = [d for _, d in _directions(classes)]
    if k == 0:
        # Degree 0: constant along each ray, so two rays with different values meet at 0.
        a, b = corner.value(e[0]), corner.value(e[3])
        if not a.overlaps(b):
            quantity, where = "f along e_1, label y = 1, at every t > 0", "its value {} along (1, 2, ..., C)"
            witness = corner.witness_apart(classes, quantity, a, b, where)
            return Break(0, "not continuous at 0: constant along rays, with different values", witness)
    elif k == 1:
        a, b = corner.value(e[0]), corner.value(_negated(e[0]))
        # f(z) = f(tz)/t tends to Df(0) z with t if f is differentiable, so that f is linear: f(-z) = -f(z).
        if not (a + b).contains(0):
            witness = corner.witness(classes, "f(e_1) + f(-e_1), label y = 1", a + b, "0, as for a linear f,")
            return Break(1, "not differentiable at 0: of degree 1, and not linear", witness)
    elif k < 2:
        a = corner.value(e[0])
        # For k < 1 the slope t^(k - 1) f(e_1) is unbounded; for 1 < k < 2 the second derivative is.
        if not a.contains(0):
            order = 1 if k < 1 else 2
            witness = corner.witness(
                classes, "f(e_1), label y = 1", a, f"0, as for an f that is smooth and of degree {k},"
            )
            what = "not differentiable" if order == 1 else "not twice differentiable"
            return Break(order, f"{what} at 0: of degree {k} and not 0", witness)
    elif k == 2:
        # f(z) = f(tz)/t^2 tends to D^2 f(0)[z, z]/2 with t if f is C^2, and a quadratic form obeys the parallelogram
        # law.
        u, v = e[0], e[1]
        law = corner.value(_sum(u, v)) + corner.value(_sum(u, _negated(v))) - 2 * (corner.value(u) + corner.value(v))
        if not law.contains(0):
            quantity = "f(e_1 + e_2) + f(e_1 - e_2) - 2 f(e_1) - 2 f(e_2), label y = 1"
            witness = corner.witness(classes, quantity, law, "0, as for a quadratic form,")
            return Break(2, "not twice continuously differentiable at 0: of degree 2, and no quadratic form", witness)
    return None


def _directions(classes: int) -> list[tuple[str, Vector]]:
    """e_1 (the label's), e_2, e_1 - e_2 and (1, 2, ..., C)."""

    def unit(i: int) -> Vector:
        return tuple(Fraction(int(j == i)) for j in range(classes))

    first, second = unit(0), unit(1)
    return [
        ("e_1", first),
        ("e_2", second),
        ("(e_1 - e_2)", _sum(first, _negated(second))),
        ("(1, 2, ..., C)", tuple(Fraction(j + 1) for j in range(classes))),
    ]


def _sum(a: Vector, b: Vector) -> Vector:
    return tuple(x + y for x, y in zip(a, b, strict=True))


def _negated(a: Vector) -> Vector:
    return tuple(-x for x in a)


@dataclass(frozen=True)
class Sides:
    """A formula with one kink in a number: it equals ``above`` where ``switch`` > 0 and ``below`` where it is < 0."""

    switch: Formula
    above: Formula
    below: Formula


def sides_of(formula: Formula, where: str) -> Sides | None:
    """The two sides of the kink at the subexpression ``where``, None if there is none of a known form.

    The subexpression is a number, or a vector of which the formula uses the entry of the label alone.
    """
    for place, node in enumerate(formula.nodes):
        # The stop names the kink by its text, the same for equal subexpressions, which all branch in the same way.
        if node.op in _SIDES and formula.part(place) == where:
            return None if formula.vectors[place] and not _is_used_at_label(formula, place) else _sides(formula, place)
    return None


def _sides(formula: Formula, place: int) -> Sides:
    switch, above, below = _SIDES[formula.nodes[place].op]
    is_vector = formula.vectors[place]

    def with_side(side: _Build) -> Formula:
        return formula.with_branch(place, lambda args: _as_vector(side(args)) if is_vector else side(args))

    decides = formula.up_to(place).with_branch(place, lambda args: _at_label(switch(args)))
    return Sides(decides, with_side(above), with_side(below))


def _is_used_at_label(formula: Formula, place: int) -> bool:
    """Whether all that the formula makes of the vector at ``place``, entry by entry, ends in v[y] or in onehot(y) v."""
    made = {place}
    for at, node in enumerate(formula.nodes):
        is_masked = node.op == "mul" and any(formula.nodes[a].op == "onehot" for a in node.args)
        if made.isdisjoint(node.args) or node.op == "take" or is_masked:
            continue
        if node.op not in ENTRYWISE or at in formula.pairs:
            return False
        made.add(at)
    return True


def _at_label(term: Term) -> Term:
    return Scalar("take", term) if isinstance(term, Vec) else term


def _as_vector(term: Term) -> Term:
    return term if isinstance(term, Vec) else Vec("filled", term)


_Build = Callable[[list[Term]], Term]
_SIDES: dict[str, tuple[_Build, _Build, _Build]] = {
    "abs": (itemgetter(0), itemgetter(0), lambda args: -args[0]),
    "relu": (itemgetter(0), itemgetter(0), lambda _: lift(0)),
    "maximum": (lambda args: args[0] - args[1], itemgetter(0), itemgetter(1)),
    "minimum": (lambda args: args[0] - args[1], itemgetter(1), itemgetter(0)),
    "branch": (itemgetter(0), itemgetter(1), itemgetter(2)),
}
"""What decides an operator with a kink, and what it equals above and below."""
