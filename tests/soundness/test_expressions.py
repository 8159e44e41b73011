"""What rows say of where they hold, and kappas, as numbers at a point."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy

from benchmarks.soundness.truth import numbers
from benchmarks.soundness.truth.expressions import Unreadable, ends, holds, number_of, number_of_text

NAMES = {"C": Fraction(7), "tau": Fraction(7, 2), "n": Fraction(3)}


@pytest.mark.parametrize(
    ("text", "true"),
    [
        ("", True), ("tau < C", True), ("tau = C/2", True), ("tau > 7/2", False), ("n = 5/2 and tau > 1", False),
        ("n = 3, tau >= 7/2", True), ("1 < tau <= 7/2", True), ("tau != 2", True), ("tau < log(C)", False),
        ("n < 2 or tau < 4", True), ("tau = 3.5", True), ("-tau + 7 = tau", True), ("n**2 = C + 2", True),
    ],
)  # fmt: skip
def test_where(text: str, true: bool) -> None:
    assert holds(text, NAMES) is true


@pytest.mark.parametrize("text", ["n even", "q < 1", "tau < C and", "f(tau) < 2", "tau", "n in (1, 2)"])
def test_what_cannot_be_read_is_not_judged(text: str) -> None:
    with pytest.raises(Unreadable):
        holds(text, NAMES)


def test_the_ends_that_a_row_names() -> None:
    assert ends("tau < C/2 and n = 5/2", {"C": Fraction(7)}) == [("tau", Fraction(7, 2)), ("n", Fraction(5, 2))]
    assert ends("tau < q", {"C": Fraction(7)}) == []


def test_kappas_of_sympy() -> None:
    classes, tau = sympy.Symbol("C", integer=True), sympy.Symbol("tau")
    cases = sympy.Piecewise((1, tau >= classes), (tau / classes, True))
    assert number_of(cases, NAMES) == Fraction(1, 2)
    assert number_of(cases, {**NAMES, "tau": Fraction(7)}) == 1
    assert number_of(sympy.Min(1, tau / classes), NAMES) == Fraction(1, 2)
    root = sympy.sqrt(3 + 2 * sympy.sqrt(2)) - sympy.sqrt(2)
    assert numbers.same(number_of(root, NAMES), Fraction(1))
    assert numbers.same(number_of(sympy.exp(sympy.log(classes) * tau), NAMES), number_of_text("C**tau", NAMES))
    with pytest.raises(Unreadable):
        number_of(sympy.zeta(tau), NAMES)
