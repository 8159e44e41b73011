"""Points of boxes at which signs are looked at, and the runs of classes that they tell apart."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice

import pytest

from symcheck.field.field import Field
from symcheck.field.signs.box import Box
from symcheck.field.signs.pieces import pieces
from symcheck.field.signs.points import MOST_POINTS, Points
from symcheck.field.signs.sign import Kind
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes, Scope

SCOPES = [
    Scope(Classes(3, 3)),
    Scope(),
    Scope(Classes(2, 9), (Parameter("q", above=0, at_most=1),)),
    Scope(Classes(), (Parameter("a", above=0), Parameter("t"), Parameter("n", at_least=1, integer=True))),
]


@pytest.mark.parametrize("scope", SCOPES, ids=str)
def test_points_lie_in_the_box_each_once_and_the_same_whoever_asks_first(scope: Scope) -> None:
    field = Field(scope)
    points = Points(field, field.box)
    few = list(islice(points, 3))
    every = list(points)
    assert every[: len(few)] == few
    assert points.first is every[0]
    assert len({tuple(p.values.items()) for p in every}) == len(every) <= MOST_POINTS
    assert all(
        Fraction(p.values[n]) in side for p in every for n, side in zip(field.box.names, field.box.sides, strict=True)
    )


def test_every_value_that_is_looked_at_on_a_side_occurs_in_a_large_box() -> None:
    """Also where the grid would have more points than are made."""
    field = Field(SCOPES[-1])
    alone = {n: list(Points(field, field.box.only(frozenset({n})))) for n in field.box.names}
    together = list(Points(field, field.box))
    assert len(together) < len(alone["C"]) * len(alone["a"]) * len(alone["t"]) * len(alone["n"])
    for name, points in alone.items():
        assert {p.values[name] for p in points} <= {p.values[name] for p in together}


def test_boxes_of_some_of_the_variables_are_equal_however_they_are_made() -> None:
    box = Field(SCOPES[-1]).box
    assert box.only(frozenset("at")) == Box(*zip(*((n, box.side(n)) for n in "at"), strict=True))
    assert box.only(frozenset("at")).without("t") == box.only(frozenset("a"))


GAMMA = Parameter("g", at_least=0)
UP_TO_1 = Parameter("q", above=0, at_most=1)


@pytest.mark.parametrize(
    ("text", "parameter", "classes", "expected"),
    [
        # (1 - 1/C)^g - 1 is 0 at g = 0 and negative for g > 0, at every C, however far out.
        ("((C - 1)/C)**g - 1", GAMMA, (2, None), [((2, None), Kind.MIXED)]),
        ("((C - 1)/C)**g - 1", GAMMA, (10**60, None), [((10**60, None), Kind.MIXED)]),
        # q (10^9 - C): one sign on both sides of 10^9, 0 there.
        ("q*(10**9 - C)", UP_TO_1, (2, None), [((2, 10**9 - 1), Kind.POSITIVE), ((10**9, 10**9), Kind.ZERO),
                                              ((10**9 + 1, None), Kind.NEGATIVE)]),
        # 1 - q C < 0 for every q in (0, 1] at no C: small q leave it positive.
        ("1 - q*C", UP_TO_1, (2, None), [((2, None), Kind.MIXED)]),
        # C + 3 q - 10: 7 to 10 less C is in (0, 3], so C <= 6 is negative, 7 .. 9 of both signs (C = 7: 0 at q = 1).
        ("C + 3*q - 10", UP_TO_1, (2, None), [((2, 6), Kind.NEGATIVE), ((7, 9), Kind.MIXED),
                                             ((10, None), Kind.POSITIVE)]),
        # The same beyond every C at which points lie.
        ("C + 3*q - 10**60 - 10", UP_TO_1, (10**60, None), [((10**60, 10**60 + 6), Kind.NEGATIVE),
                                                           ((10**60 + 7, 10**60 + 9), Kind.MIXED),
                                                           ((10**60 + 10, None), Kind.POSITIVE)]),
    ],
)  # fmt: skip
def test_runs_of_classes(text, parameter, classes, expected, written) -> None:
    found = pieces(written(text, parameter, classes=classes))
    assert [((run.low, run.high), sign.kind) for run, sign in found] == expected
