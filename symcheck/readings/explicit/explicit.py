"""The explicit reading: one C, rational values (balls of rounded ones), FLINT's own power series with balls.

Along a line the formula is a power series in t.  Each coefficient is a ball that is certain to contain the
true one, and no rule of differentiation is ours.  This reading vetoes and supplies witnesses; about every C,
every parameter value or every z it shows nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from flint import arb, ctx

from symcheck.errors import FormulaError, ParameterError, ScopeError, shown
from symcheck.field.ball import ball_in
from symcheck.language.exact import Number, exact
from symcheck.language.formula import Formula
from symcheck.language.scope import Classes
from symcheck.readings.expansion import Expansion
from symcheck.readings.explicit.series import BITS, SeriesReading, Undefined, series_of_length

__all__ = ["Undefined", "directional", "explicit_expansion", "one_sided_slopes", "value_at"]


def explicit_expansion(formula: Formula, classes: int, parameters: Mapping[str, Number]) -> Expansion[arb]:
    """The second-order expansion of ``formula`` at z = 0 for one C and these parameter values, in balls.

    The Hessian is polarised: d^2/dt^2 along e_y + e_k is h_yy + 2 h_yk + h_kk.  Raises ``Undecided`` at a
    kink and where a ball does not settle a branch or the domain, ``Undefined`` outside the domain.

    >>> from symcheck.language.formula import symbols
    >>> from symcheck.language.functions import logsumexp
    >>> z, y = symbols()
    >>> explicit_expansion(Formula.of(logsumexp(z) - z[y]), 4, {}).g_k
    0.250000000000000
    """
    values = _checked(formula, classes, parameters, 1)
    nothing, one = Fraction(0), Fraction(1)
    zero = [nothing] * classes

    def along(*ones: int) -> list[arb]:
        direction = [one if i in ones else nothing for i in range(classes)]
        reading = SeriesReading(zero, direction, values, y=0, order=3, one_sided=False)
        return reading.coefficients(formula)

    with series_of_length(3):
        (value, g_y, yy), (_, g_k, kk), (_, _, both) = along(0), along(1), along(0, 1)
        # The series has d^2/dt^2 over 2: along e_k + e_l that is (2 h_kk + 2 h_kl)/2, and kk is h_kk/2.
        h_kl = None if classes == 2 else along(1, 2)[2] - 2 * kk
        return Expansion(value, g_y, g_k, 2 * yy, both - yy - kk, 2 * kk, h_kl)


def directional(
    formula: Formula,
    classes: int,
    direction: Sequence[Number],
    parameters: Mapping[str, Number],
    *,
    order: int,
    y: int = 1,
    one_sided: bool = True,
) -> list[arb]:
    """The Taylor coefficients of t -> formula(t direction, y) at t = 0 from the right, in powers below ``order``.

    For t < 0 take the series along -direction and change the sign of every odd coefficient.  The labels are
    1, ..., C.  Raises as ``explicit_expansion`` does, but takes the branch of t > 0 at a kink if ``one_sided``.
    """
    values = _checked(formula, classes, parameters, y)
    if len(direction) != classes:
        raise ScopeError(f"direction: got {len(direction)} entries; with C = {classes} give {classes} of them")
    if isinstance(order, bool) or not isinstance(order, int) or order < 1:
        raise ValueError(f"order: got {shown(order, 80)}; accepted is the number of coefficients, an integer >= 1")
    line = [exact(d, "direction") for d in direction]
    with series_of_length(order):
        reading = SeriesReading([Fraction(0)] * classes, line, values, y=y - 1, order=order, one_sided=one_sided)
        return reading.coefficients(formula)


def one_sided_slopes(
    formula: Formula, classes: int, direction: Sequence[Number], parameters: Mapping[str, Number], *, y: int = 1
) -> tuple[arb, arb]:
    """The derivatives of t -> formula(t direction, y) at t = 0 from the right and from the left.

    Balls that do not overlap show a kink.
    """
    # One-sided series need no derivative at the kink itself, where there is none.
    right = directional(formula, classes, direction, parameters, order=2, y=y)[1]
    turned = [-exact(d, "direction") for d in direction]
    left = directional(formula, classes, turned, parameters, order=2, y=y)[1]
    return right, left.neg(exact=True)


def value_at(formula: Formula, z: Sequence[Number], parameters: Mapping[str, Number], *, y: int = 1) -> arb:
    """The value of ``formula`` at the rational point ``z`` with label ``y`` of 1, ..., C = len(z).

    Raises ``Undefined`` outside the domain, ``Undecided`` where the balls do not settle it.
    """
    values = _checked(formula, len(z), parameters, y)
    # A number that is one object at many places stays one, and is read once.
    known = {id(x): exact(x, "z") for x in {id(x): x for x in z}.values()}
    point = [known[id(x)] for x in z]
    with series_of_length(1):
        reading = SeriesReading(point, point, values, y=y - 1, order=1, one_sided=True)
        return reading.coefficients(formula)[0]


def _checked(formula: Formula, classes: int, parameters: Mapping[str, Number], y: int) -> dict[str, Fraction | arb]:
    """The values of the formula's parameters; raises if one is missing or outside its interval, or no such y exists.

    A rounded number without a value is a ball around its interval: what is shown then holds wherever it lies.
    """
    Classes(classes, classes)
    if isinstance(y, bool) or not isinstance(y, int) or not 1 <= y <= classes:
        raise ScopeError(f"y: got {shown(y, 80)}; accepted is a label from 1 to C = {classes}")
    if not formula.is_scalar:
        raise FormulaError(f"formula: {formula} is a class-vector; take its entry at y, or sum over the classes")
    missing = [p for p in formula.parameters if p.name not in parameters and not p.rounded]
    if missing:
        names = ", ".join(f"{p.name} in {p.interval}" for p in missing)
        raise ParameterError(f"parameters: no value was given for {names}; this reading needs numbers")
    with ctx.workprec(BITS):
        return {
            p.name: p.value(parameters[p.name]) if p.name in parameters else ball_in(p.interval)
            for p in formula.parameters
        }
