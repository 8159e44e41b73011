"""Derivatives are proved by canonical forms, and looked at by power series with balls at points.

Neither of the two shares a rule with ``gradient.py`` and ``hessian.py``: in the field a sum over the classes is a
generator whose derivative is that of its summand, and the series come out of FLINT.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from flint import arb

from symcheck.budget import Budget, stopping
from symcheck.conditions.agreement.comparison import disagreement
from symcheck.conditions.agreement.points import ArrayPoint
from symcheck.conditions.agreement.scopes import scope_with
from symcheck.conditions.everywhere.everywhere import classes_tried, points_of, shown_logits, widened
from symcheck.differentiation.derive import derived
from symcheck.differentiation.readings import EntriesReading, EntriesSeries
from symcheck.field.ball import ball_in
from symcheck.field.element import Element
from symcheck.field.everywhere_field import LOGITS, EverywhereField
from symcheck.field.growing import Substitution
from symcheck.field.indexed_field import ArrayEntry, Sum
from symcheck.field.opaque_field import Opaque
from symcheck.language.formula import Formula
from symcheck.language.scope import Scope
from symcheck.readings.explicit.series import SeriesReading, finite, series_of_length
from symcheck.reason import Code, Reason, Undecided

VETOES = 2
"""For each of the numbers of classes that are tried, so many values of parameters and arrays are."""


def why_not_shown(formula: Formula, scope: Scope, budget: Budget) -> Reason | None:
    """Why canonical forms do not show what is derived of ``formula`` for every z and C; None if they do."""
    if formula.detaches:
        why = (
            "a part is detached: this is the field that autograd returns, which need not be the gradient of a function"
        )
        return Reason(Code.UNMAPPED_OP, why, "take detach out of the formula")
    ties = sorted({n.op for n in formula.nodes} & {"amax_others", "amin_others"})
    if ties:  # their derivative is written with what is 0 at the largest entry, where a step has no canonical form
        return Reason(Code.UNMAPPED_OP, f"{ties[0]} has no derivative in canonical form", "look at one class alone")
    try:
        with stopping():
            if _is_shown(formula, EverywhereField(scope_with(widened(scope), formula), budget)):
                return None
    except Undecided as stop:
        return stop.reason
    kinks = sorted({n.op for n in formula.nodes} & _KINKS)
    if kinks:
        why = f"the canonical form has no rule for all sums of kinks ({', '.join(kinks)}), so it does not show this"
        return Reason(Code.UNMAPPED_OP, why, _LOOK)
    why = "the canonical forms of the two differ, or were not shown equal"
    return Reason(Code.SIGN_UNKNOWN, why, _LOOK)


_LOOK = "to see it at more points, add cases to to_pytest()"

_KINKS = frozenset({"relu", "abs", "maximum", "minimum", "branch", "amax", "amin", "onehot_argmax"})


def _is_shown(formula: Formula, field: EverywhereField) -> bool:
    forms = derived(formula, roots_above=True)
    value = EntriesReading(field).scalar(formula)
    slopes = {p: slope_of(field, value, p) for p in (0, 1)}
    pairs = [(EntriesReading(field).entry(forms.gradient, p), slopes[p]) for p in (0, 1)]
    # All the ways in which y, j and k coincide.
    for j, k in ((0, 0), (0, 1), (1, 0), (1, 1), (1, 2)):
        pairs.append((EntriesReading(field).entry(forms.hessian, j, k), slope_of(field, slopes[j], k)))
    return all(field.is_zero(_by_roots(field, a - b)) for a, b in pairs)


def _by_roots(field: EverywhereField, c: Element) -> Element:
    """``c`` with the square of sqrt(u) in the place of u, for a root of one atom such as total(z**2)."""
    images = {}
    for name in sorted(field.depends(c)):
        function = field.function_called(name)
        if function is not None and function.op == "power" and function.args[1].rational == Fraction(1, 2):
            inside, *others = field.depends(function.args[0])
            if not others and (function.args[0] - field.variable(inside)).is_zero:
                images[inside] = field.variable(name) ** 2
    return Substitution(field, images).of(c) if images else c


def slope_of(field: EverywhereField, c: Element, place: int) -> Element:
    """The derivative of ``c`` by the entry of z at a named class, through all the sums in which it stands."""
    return _slope(field, c, place, through_sums=True)


def _slope(field: EverywhereField, c: Element, place: int, *, through_sums: bool) -> Element:
    total = field.number(0)
    for name in sorted(field.depends(c)):
        inner = _slope_of_atom(field, name, place, through_sums=through_sums)
        if not inner.is_zero:
            total = total + c.derivative(name) * inner
    return total


def _slope_of_atom(field: EverywhereField, name: str, place: int, *, through_sums: bool) -> Element:
    atom = field.atom_called(name)
    if isinstance(atom, ArrayEntry):
        return field.number(int(atom.array is LOGITS and atom.places == (place,)))
    if isinstance(atom, Sum):
        # The summand changes with z at the place itself, and at the class that is summed over where it is the place.
        slope = field.summed(_slope(field, atom.summand, place, through_sums=through_sums), atom.bound)
        if through_sums:
            at_bound = _slope(field, atom.summand, atom.bound, through_sums=False)
            slope = slope + field.renamed(at_bound, {atom.bound: place})
        return slope
    function = field.function_called(name)
    if function is None:
        return field.number(0)
    if function.op in ("step", "argmax"):  # constant but where they jump
        return field.number(0)
    # What is over all classes changes with every entry of z, although no named one stands in it.
    if function.bound is not None and any(map(field.mentions_logits, function.args)):
        raise Undecided(_without_slope(function.op))
    inner = [_slope(field, u, place, through_sums=through_sums) for u in function.args]
    if all(s.is_zero for s in inner):
        return field.number(0)
    if not all(s.is_zero for s in inner[1:]):
        raise Undecided(_without_slope(function.op))
    return _slope_of_function(field, name, function) * inner[0]


def _slope_of_function(field: EverywhereField, name: str, function: Opaque) -> Element:
    """The derivative of an opaque function by its first argument, where it has one."""
    u, one = function.args[0], field.number(1)
    if function.op == "log":
        return one / u
    if function.op == "power":
        return function.args[1] * field.variable(name) / u
    if function.op == "abs":
        return field.variable(name) / u
    if function.op == "arccos":
        return -field.power(one - u * u, field.number(Fraction(-1, 2)))
    raise Undecided(_without_slope(function.op))


def _without_slope(op: str) -> Reason:
    return Reason(Code.UNMAPPED_OP, f"the canonical form has no derivative of {op}", f"write the formula without {op}")


@dataclass(frozen=True)
class Point:
    """Scores ``z``, the label ``y`` from 0, and values of parameters and arrays.

    ``here`` has the values and the number of classes.
    """

    here: ArrayPoint
    z: tuple[Fraction, ...]
    y: int


def points_agreed(formula: Formula, gradient: Formula, hessian: Formula, scope: Scope, budget: Budget) -> list[Point]:
    """The points at which the series agree; raises ``Undecided`` where one of them excludes what was derived."""
    return _agreed(formula, gradient, hessian, _points(formula, scope), budget)


def _agreed(
    formula: Formula, gradient: Formula, hessian: Formula, points: Iterable[Point], budget: Budget
) -> list[Point]:
    found = []
    for point in points:
        budget.check()
        here = point.here.values
        # A rounded number has no value at a point: it is a ball around all that it may be.
        values = {p.name: here[p.name] if p.name in here else ball_in(p.interval) for p in formula.parameters}
        forms = [f.with_arrays(point.here.arrays) for f in (formula, gradient, hessian)]
        try:
            agrees = _agree(forms, point.z, values, point.y)
        except Undecided:  # a kink, or no value there
            continue
        if not agrees:
            at = f"z = {shown_logits(point.z)}, y = {point.y + 1}, C = {len(point.z)}"
            raise disagreement("the derivatives", at)
        found.append(point)
    return found


def agrees_at_zero(formula: Formula, gradient: Formula, hessian: Formula, scope: Scope, budget: Budget) -> bool:
    """Whether the series agree at z = 0, for some values of parameters and arrays.

    Raises ``Undecided`` where one of them excludes what was derived, or has a kink.
    """
    points = [Point(p.here, (Fraction(0),) * len(p.z), p.y) for p in _points(formula, scope)]
    return bool(_agreed(formula, gradient, hessian, points, budget))


def _points(formula: Formula, scope: Scope) -> Iterator[Point]:
    scope = scope_with(scope, formula)
    for classes in classes_tried(scope):
        for here in points_of(formula, scope, classes, VETOES):
            for y in dict.fromkeys((0, 1, classes - 1)):
                yield Point(here, tuple(_score(k, y) for k in range(classes)), y)


def _score(k: int, y: int) -> Fraction:
    """Irregular scores of both signs, of which no two have one absolute value."""
    # Balls hold them exactly, so that the largest one is told from the others, and from itself.
    return Fraction((-1) ** k * (16 * k * k + 10 * k + 7 + 4 * y), 64)


def _agree(forms: list[Formula], z: Sequence[Fraction], values: dict[str, Fraction | arb], y: int) -> bool:
    """Whether the balls of the derivatives meet those of the series along the axes, and along a diagonal."""
    formula, gradient, hessian = forms
    n = len(z)
    with series_of_length(3):
        fixed = EntriesSeries(z, [Fraction(0)] * n, values, y=y, order=1, one_sided=False)
        slopes = [finite(e) for e in fixed.entries(gradient, n)]
        bends = [finite(e) for e in fixed.entries(hessian, n * n)]
        for line in ([0], [1], [0, 1], list(range(n))):
            direction = [Fraction(int(i in line)) for i in range(n)]
            reading = SeriesReading(z, direction, values, y=y, order=3, one_sided=False)
            _, slope, bend = reading.coefficients(formula)
            along = sum((slopes[i] for i in line), arb(0))
            bent = sum((bends[i * n + j] for i in line for j in line), arb(0))
            if not (along.overlaps(slope) and bent.overlaps(2 * bend)):
                return False
        return True
