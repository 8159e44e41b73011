"""Comparisons of the number of classes, against all of the numbers of a scope."""

from __future__ import annotations

import operator
from fractions import Fraction

import pytest

from symcheck.intake.torch.axes import NeedsClasses
from symcheck.intake.torch.sides import side_of
from symcheck.language.scope import Classes

SCOPES = [Classes(low, high) for low in range(2, 13) for high in (None, *range(low, 15))]
BEYOND = 60
"""A scope without end is looked at up to here, which is beyond every number that C is compared with."""


@pytest.mark.parametrize("name", ["eq", "ne", "lt", "le", "gt", "ge"])
def test_what_is_said_holds_for_every_c_that_it_is_said_of(name: str) -> None:
    compare = getattr(operator, name)
    for scope in SCOPES:
        for other in (Fraction(n, d) for n in range(-2, 36) for d in (1, 2)):
            outcomes = {c: compare(c, other) for c in range(scope.low, (scope.high or BEYOND) + 1)}
            if name in ("eq", "ne") and other > 2 and len(set(outcomes.values())) == 2:
                with pytest.raises(NeedsClasses):
                    side_of(scope, name, other)
                continue
            side = side_of(scope, name, other)
            said = range(side.low, (side.high or BEYOND) + 1)
            assert said
            assert {outcomes[c] for c in said} == {side.holds}
            # Where all agree it is said of all.
            if len(set(outcomes.values())) == 1:
                assert (side.low, side.high) == (scope.low, scope.high)


def test_two_classes_are_left_out_and_ten_are_kept() -> None:
    everywhere = Classes()
    assert side_of(everywhere, "eq", Fraction(2)) == (False, 3, None)
    assert side_of(everywhere, "ne", Fraction(2)) == (True, 3, None)
    assert side_of(everywhere, "gt", Fraction(5)) == (True, 6, None)
    assert side_of(everywhere, "lt", Fraction(30)) == (True, 2, 29)
    assert side_of(everywhere, "ge", Fraction(100)) == (False, 2, 99)
    with pytest.raises(NeedsClasses, match="10"):
        side_of(everywhere, "eq", Fraction(10))
