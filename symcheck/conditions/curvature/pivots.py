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
    left = [list(row) for row in rows]
    found = []
    for k, row in enumerate(left):
        pivot = row[k]
        if field.sign(pivot).kind is not Kind.POSITIVE:
            return None
        found.append(pivot)
        for below in left[k + 1 :]:
            if below[k].is_zero:
                continue
            factor = below[k] / pivot
            for j in range(k + 1, len(row)):
                below[j] = below[j] - factor * row[j]
    return found


def not_definite(rows: Rows, field: Field, point: ArrayPoint, *, quotient: bool) -> Witness | None:
    """A vector x with x'Hx <= 0, which for ``quotient`` adds up to 0; nothing is free here."""
    n = len(rows)
    left = [list(row) for row in (across(rows) if quotient else rows)]
    size = len(left)
    one, zero = field.number(1), field.number(0)
    lower = [[one if i == j else zero for j in range(size)] for i in range(size)]
    for k in range(size):
        pivot = left[k][k]
        kind = field.sign(pivot).kind
        if kind is Kind.UNKNOWN:
            return None
        if kind is not Kind.POSITIVE:
            # The first pivot that is not positive gives the vector: with L'x = e_k, x'Hx = e_k'De_k is that pivot.
            x = _back(lower, k, field)
            if quotient:
                # In the basis e_k - e_C the last entry is what makes the sum 0.
                x = [*x, -field.sum(x)]
            shown = ", ".join(c.text() for c in x)
            ball = pivot.ball({"C": n}).str(DIGITS)
            return point.witness(f"x'D^2 g(0)x for x = ({shown})", pivot.text(), "a value > 0", ball)
        for i in range(k + 1, size):
            lower[i][k] = left[i][k] / pivot
            for j in range(k + 1, size):
                left[i][j] = left[i][j] - lower[i][k] * left[k][j]
    return None


def _back(lower: Rows, k: int, field: Field) -> list[Element]:
    """The x with L'x = e_k: then x'Hx is the k-th pivot."""
    size = len(lower)
    x = [field.number(0)] * size
    x[k] = field.number(1)
    for i in range(k - 1, -1, -1):
        x[i] = -field.sum([lower[j][i] * x[j] for j in range(i + 1, k + 1)])
    return x
