"""The pivots of the LDL' of a symmetric matrix of constants: what they prove, and the vector that refutes."""

from __future__ import annotations

from collections.abc import Sequence

from symcheck.conditions.agreement.points import ArrayPoint
from symcheck.conditions.cases.witness_points import DIGITS
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.field.signs.sign import Kind
from symcheck.findings.witness import Witness
from symcheck.language.definite import pivots_of

Rows = Sequence[Sequence[Element]]


def across(rows: Rows) -> Rows:
    """The form on the complement of 1, in the basis e_k - e_C."""
    n = len(rows) - 1
    return [[rows[i][j] - rows[i][n] - rows[n][j] + rows[n][n] for j in range(n)] for i in range(n)]


def pivots(rows: Rows, field: Field) -> list[Element] | None:
    """The pivots of the LDL' of a symmetric matrix, if all of them are shown to be positive."""
    numbers = [[c.rational for c in row] for row in rows]
    # Numbers need no field, and a thousand classes have a million of them.
    if all(x is not None for row in numbers for x in row):
        exact = pivots_of([[x for x in row if x is not None] for row in numbers])
        return [field.number(p) for p in exact] if all(p > 0 for p in exact) else None
    found, _ = _eliminated(rows, field)
    return found if len(found) == len(rows) and field.sign(found[-1]).kind is Kind.POSITIVE else None


def not_definite(rows: Rows, field: Field, point: ArrayPoint, *, quotient: bool) -> Witness | None:
    """A vector x with x'Hx <= 0, which for ``quotient`` adds up to 0; nothing is free here."""
    found, lower = _eliminated(across(rows) if quotient else rows, field)
    pivot = found[-1]
    if field.sign(pivot).kind in (Kind.POSITIVE, Kind.UNKNOWN):
        return None
    # The first pivot that is not positive gives the vector: with L'x = e_k, x'Hx = e_k'De_k is that pivot.
    x = _back(lower, len(found) - 1, field)
    if quotient:
        # In the basis e_k - e_C the last entry is what makes the sum 0.
        x = [*x, -field.sum(x)]
    shown = ", ".join(c.text() for c in x)
    ball = pivot.ball({"C": len(rows)}).str(DIGITS)
    return point.witness(f"x'D^2 g(0)x for x = ({shown})", pivot.text(), "a value > 0", ball)


def _eliminated(rows: Rows, field: Field) -> tuple[list[Element], Rows]:
    """The pivots of the LDL', up to the first that is not shown to be positive, and L."""
    left = [list(row) for row in rows]
    size, one, zero = len(left), field.number(1), field.number(0)
    lower = [[one if i == j else zero for j in range(size)] for i in range(size)]
    found: list[Element] = []
    for k, row in enumerate(left):
        found.append(row[k])
        if field.sign(row[k]).kind is not Kind.POSITIVE:
            break
        for i in (i for i in range(k + 1, size) if not left[i][k].is_zero):
            factor = lower[i][k] = left[i][k] / row[k]
            for j in range(k + 1, size):
                left[i][j] = left[i][j] - factor * row[j]
    return found, lower


def _back(lower: Rows, k: int, field: Field) -> list[Element]:
    """The x with L'x = e_k: then x'Hx is the k-th pivot."""
    size = len(lower)
    x = [field.number(0)] * size
    x[k] = field.number(1)
    for i in range(k - 1, -1, -1):
        x[i] = -field.sum([lower[j][i] * x[j] for j in range(i + 1, k + 1)])
    return x
