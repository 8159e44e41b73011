"""Polynomials as texts that show their sign: the same polynomial, and a sign that it has."""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symcheck.proof.check import INFINITE, Interval, Letters, Scope
from symcheck.proof.writing.visible import plus, times, visible, written

RANGES: dict[str, Interval] = {
    "q": (Fraction(0), Fraction(1), True, False),
    "a": (Fraction(-1), Fraction(3), False, True),
    "s": (Fraction(1), INFINITE, True, True),
    "C": (2, INFINITE, False, True),
}


def as_json(x: Interval) -> dict[str, str | bool | None]:
    """An interval as a scope has it."""
    low, high = (None if abs(end) == INFINITE else str(end) for end in x[:2])
    return {"low": low, "high": high, "low_open": x[2], "high_open": x[3]}


SCOPE = Scope({
    "classes": {"low": 2, "high": None},
    "parameters": [{"name": n, "interval": as_json(x)} for n, x in RANGES.items() if n != "C"],
})  # fmt: skip
POINTS = {"q": ("1/7", "1"), "a": ("-1", "1/3", "2"), "s": ("3/2", "50"), "C": ("2", "3", "17")}

COEFFICIENTS = st.integers(-6, 6).filter(bool).map(Fraction)
MONOMIALS = st.lists(
    st.tuples(st.sampled_from(sorted(RANGES)), st.integers(1, 3)), max_size=2, unique_by=lambda x: x[0]
)
POLYNOMIALS = st.dictionaries(MONOMIALS.map(lambda m: tuple(sorted(m))), COEFFICIENTS, min_size=1, max_size=4)


def value(text: str, point: dict[str, Fraction]) -> Fraction:
    """The exact value of a text."""
    exact = re.sub(r"(?<![*\w])\d+|(?<=[^*]\*)\d+", r"number(\g<0>)", text)
    found: Fraction = eval(exact, {"number": Fraction, **point})  # noqa: S307
    return found


def points(names: set[str]) -> list[dict[str, Fraction]]:
    """Values of the letters inside of their ranges, at closed ends too."""
    chosen = sorted(names)
    return [dict(zip(chosen, map(Fraction, x), strict=True)) for x in product(*(POINTS[n] for n in chosen))]


@given(POLYNOMIALS)
def test_the_text_is_the_polynomial_and_its_sign_is_right(terms: Any) -> None:
    text = visible(terms, RANGES)
    plain = written(terms)
    names = {name for monomial in terms for name, _ in monomial}
    values = [value(plain, point) for point in points(names)]
    if text is None:
        return
    assert [value(text, point) for point in points(names)] == values
    # Whatever the text is, the checker looks at it by itself.
    sign = Letters(SCOPE, []).sign(text, "text")
    assert all(x * sign > 0 for x in values) if sign else True


def test_texts_by_hand() -> None:
    """(C - 2)**2 + (C - 2) + 1 for C**2 - 3 C + 3, where the terms as they stand have two signs."""
    c, one = {(("C", 1),): Fraction(1)}, {(): Fraction(1)}
    terms = plus(plus(times(c, c), times(c, {(): Fraction(-3)})), times(one, {(): Fraction(3)}))
    assert written(terms) == "C**2-3*C+3"
    text = visible(terms, RANGES)
    assert text is not None
    assert Letters(SCOPE, []).sign(text, "text") == 1
    assert Letters(SCOPE, []).sign(written(terms), "text") == 0


@pytest.mark.parametrize(
    ("terms", "sign"),
    [
        ({(("q", 2),): 1, (("q", 1),): -1, (): 1}, 1),  # 1 - q (1 - q)
        ({(("s", 1), ("C", 1)): 1, (("s", 1),): -1, (): -1}, 1),  # s (C - 1) - 1 with s > 1
        ({(("s", 2),): -1, (("s", 1),): 1}, -1),
        ({(("q", 1), ("s", 1)): 1, (("s", 1),): -2}, -1),
        ({(("C", 3),): 1, (("C", 2),): -2, (): 1}, 1),
    ],
)
def test_signs_that_are_seen(terms: Any, sign: int) -> None:
    text = visible({tuple(sorted(m)): Fraction(c) for m, c in terms.items()}, RANGES)
    assert text is not None
    assert Letters(SCOPE, []).sign(text, "text") == sign


@pytest.mark.parametrize(
    "terms", [{(("C", 1),): 1, (): -2}, {(("a", 1),): 1}, {(("q", 1),): 1, (("s", 1),): -1, (): 1}]
)
def test_no_sign_is_seen_where_there_is_none(terms: Any) -> None:
    """C - 2 is 0 at C = 2, a has both signs, and q - s + 1 is 1 - 1/2 or 1 - 9."""
    text = visible({m: Fraction(c) for m, c in terms.items()}, RANGES)
    assert text is None or Letters(SCOPE, []).sign(text, "text") == 0
