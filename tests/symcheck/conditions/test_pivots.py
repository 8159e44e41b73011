"""Forms that are definite, semidefinite and neither, with entries that are no rational numbers."""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction

import pytest

from symcheck.budget import Budget
from symcheck.conditions.agreement.points import ArrayPoint, array_points
from symcheck.conditions.curvature.pivots import across, not_definite, pivots
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.language.formula import Formula, symbols
from symcheck.language.functions import total
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes, Scope

N = 4
Numbers = Sequence[Sequence[int]]
z, _ = symbols()


def gram(rank: int, seed: int) -> Numbers:
    """B'B for a random B with so many rows: positive definite for ``rank`` N, else semidefinite."""
    draw = random.Random(f"gram {rank} {seed}")
    b = [[draw.randint(-3, 3) for _ in range(N)] for _ in range(rank)]
    return [[sum(row[i] * row[j] for row in b) for j in range(N)] for i in range(N)]


def determinant(m: Numbers) -> Fraction:
    rows, found = [[Fraction(x) for x in row] for row in m], Fraction(1)
    for k in range(len(rows)):
        swap = next((i for i in range(k, len(rows)) if rows[i][k]), None)
        if swap is None:
            return Fraction(0)
        if swap != k:
            rows[k], rows[swap], found = rows[swap], rows[k], -found
        found *= rows[k][k]
        for row in rows[k + 1 :]:
            row[:] = [x - row[k] / rows[k][k] * p for x, p in zip(row, rows[k], strict=True)]
    return found


def scaled(m: Numbers, field: Field) -> list[list[Element]]:
    """log(2) e^q times the matrix: of the same kind, and with no rational entry but 0."""
    factor = field.log(field.number(2)) * field.exp(field.parameter("q"))
    return [[field.number(x) * factor for x in row] for row in m]


def field_of(*parameters: Parameter) -> Field:
    return Field(Scope(Classes(N, N), parameters), Budget())


Q = Parameter("q", above=0)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("rank", range(1, N + 1))
def test_pivots_show_what_is_definite_and_nothing_else(rank: int, seed: int) -> None:
    m, field = gram(rank, seed), field_of(Q)
    found = pivots(scaled(m, field), field)
    assert (found is not None) is (determinant(m) > 0)
    assert (pivots([[field.number(x) for x in row] for row in m], field) is not None) is (determinant(m) > 0)


@pytest.mark.parametrize("seed", range(6))
def test_the_form_on_the_quotient_is_the_form_at_vectors_that_add_up_to_0(seed: int) -> None:
    m, field, draw = gram(N, seed), field_of(), random.Random(seed)
    rows = across([[field.number(x) for x in row] for row in m])
    for _ in range(3):
        v = [draw.randint(-5, 5) for _ in range(N - 1)]
        x = [*v, -sum(v)]
        wanted = sum(m[i][j] * x[i] * x[j] for i in range(N) for j in range(N))
        found = field.sum(rows[i][j] * (v[i] * v[j]) for i in range(N - 1) for j in range(N - 1))
        assert found.rational == wanted


def point() -> ArrayPoint:
    formula = Formula.of(total(z**2))
    return next(array_points(formula, Scope(Classes(N, N)), N))


@pytest.mark.parametrize("quotient", [False, True])
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("rank", [1, 2, 3])
def test_a_vector_is_named_where_the_form_is_not_above_0(rank: int, seed: int, quotient: bool) -> None:
    m, field = gram(rank, seed), field_of()
    on_space = [[sum(s * m[a][b] for a, b, s in ((i, j, 1), (i, N - 1, -1), (N - 1, j, -1), (N - 1, N - 1, 1)))
                 for j in range(N - 1)] for i in range(N - 1)] if quotient else m  # fmt: skip
    witness = not_definite([[field.number(x) for x in row] for row in m], field, point(), quotient=quotient)
    assert (witness is None) is (determinant(on_space) > 0)
    if witness is not None:
        x = [Fraction(t) for t in witness.quantity.partition("(")[2].partition("x = (")[2].rstrip(")").split(", ")]
        value = sum(m[i][j] * x[i] * x[j] for i in range(N) for j in range(N))
        assert value == Fraction(witness.value) <= 0
        assert any(x)
        assert not quotient or sum(x) == 0
