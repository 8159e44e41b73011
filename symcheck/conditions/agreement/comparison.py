"""What it takes for two derivations to agree, and what is said where they do not."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TypeVar

from symcheck.conditions.agreement.sample_point import sample_values
from symcheck.field.element import Element
from symcheck.field.signs.sign import Kind
from symcheck.readings.expansion import Expansion
from symcheck.reason import Code, Reason, Undecided

A = TypeVar("A")
B = TypeVar("B")


class NotShownEqual(Undecided):
    """Two derivations were not shown to be equal, nor to differ."""


def is_shown_zero(c: Element) -> bool:
    """Whether ``c`` is shown to be 0: by its canonical form, or by the sign procedure."""
    return c.is_zero or c.field.sign(c).kind is Kind.ZERO


def entries_of(left: Expansion[A], right: Expansion[B]) -> Iterator[tuple[str, A, B]]:
    """The entries that two expansions have in common, with their names."""
    other = dict(right.entries)
    return ((name, c, other[name]) for name, c in left.entries if name in other)


def require_equal(name: str, who: str, a: Element, b: Element, difference: Element | None = None) -> None:
    """Nothing if ``a`` and ``b`` are shown to be equal; else raises ``Undecided``.

    It is a contradiction if their ``difference`` is shown not to be 0 at a point, and else ``NotShownEqual``.
    """
    difference = a - b if difference is None else difference
    if is_shown_zero(difference):
        return
    # A difference that is not 0 in canonical form refutes nothing: generators such as log 6, log 2 and log 3 depend
    # on each other.  Only a sign, or a ball that excludes 0, shows that the two derivations differ.
    field = difference.field
    point = {"C": Fraction(field.scope.classes.low), **sample_values(field.scope)}
    has_sign = field.sign(difference).kind in (Kind.POSITIVE, Kind.NEGATIVE, Kind.MIXED)
    if has_sign or not difference.ball(point, 256).contains(0):
        raise disagreement(name, f"{who} give {a.text()} and {b.text()}, which differ")
    raise NotShownEqual(
        Reason(
            Code.READINGS_DISAGREE,
            f"{who} give {a.text()} and {b.text()} for {name}, which were not shown to be equal",
            "write the formula with fewer nested logarithms and exponentials of constants",
        )
    )


def disagreement(name: str, why: str) -> Undecided:
    """Two derivations of ``name`` contradict each other."""
    return Undecided.of(
        Code.READINGS_DISAGREE,
        f"two derivations of {name} do not agree: {why}",
        "this is a bug of symcheck or of its libraries: please report the formula",
    )
