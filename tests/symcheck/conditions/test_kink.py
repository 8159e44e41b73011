"""Kinks at 0: the derivative that does not exist, and never one that does."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import symcheck as sc
from symcheck.conditions.smoothness.kink import break_of, sides_of
from symcheck.intake.callables import recorded
from symcheck.intake.parser import parsed
from symcheck.language.scope import Scope


def broken(code: Callable[..., object], kind: str = "regularizer") -> int | None:
    formula = recorded(code, kind=kind)  # type: ignore[arg-type]
    found = break_of(formula, Scope(parameters=formula.parameters))
    return None if found is None else found.order


@pytest.mark.parametrize(
    ("g", "order"),
    [
        (lambda z: sc.total(sc.abs(z)), 1),  # l1: one-sided derivatives -1 and 1
        (lambda z: sc.sqrt(sc.total(z**2)), 1),  # norm: of degree 1, not linear
        (lambda z: sc.total(sc.abs(z) ** 1.5), 2),  # gradient 0, second derivative infinite
        (lambda z: sc.total(sc.abs(z) ** 0.5), 1),  # of degree 1/2
        (lambda z: sc.total(z**2) + sc.total(sc.abs(z)) / 10**9, 1),  # a faint kink
        (lambda z: sc.total(sc.relu(z) ** 2), 2),  # C^1, second derivatives 0 and 2
        (lambda z: sc.total(z**2) / sc.sqrt(sc.total(z**2)), 1),  # the norm again, 0/0 in form
        (lambda z: sc.total(sc.exp(z / sc.sqrt(sc.total(z**2)))), 0),  # constant along rays
    ],
)
def test_a_break_is_found_at_its_order(g: Callable[..., object], order: int) -> None:
    assert broken(g) == order


@pytest.mark.parametrize(
    "g",
    [
        lambda z: sc.total(z**2),
        lambda z: sc.total(sc.abs(z) ** 2),  # smooth in spite of its form
        lambda z: sc.total(sc.abs(z) ** 4),
        lambda z: sc.total(sc.relu(z)) - sc.total(sc.relu(-z)),  # the sum of z
        lambda z: sc.logsumexp(sc.abs(z) - sc.abs(z)),  # constant
        lambda z: sc.sqrt(sc.total(z**2)) ** 2,
    ],
)
def test_a_smooth_function_is_not_broken(g: Callable[..., object]) -> None:
    assert broken(g) is None


CLAMP = "maximum(softmax(z), 1/10)"


@pytest.mark.parametrize(
    ("text", "above", "below"),
    [
        (f"{CLAMP}[y]", "softmax(z)[y]", "filled(1/10)[y]"),
        (f"-log({CLAMP})[y]", "-log(softmax(z))[y]", "-log(filled(1/10))[y]"),
        (f"({CLAMP}**2 + 1)[y] + z[y]", "(softmax(z)**2 + 1)[y] + z[y]", "(filled(1/10)**2 + 1)[y] + z[y]"),
        (f"total(onehot(y)*sqrt({CLAMP}))", "total(onehot(y)*sqrt(softmax(z)))", "total(onehot(y)*sqrt(filled(1/10)))"),
    ],
)
def test_a_vector_has_two_sides_where_the_entry_of_the_label_alone_is_used(text: str, above: str, below: str) -> None:
    """Then the formula is a function of the one number max(softmax(z)[y], 1/10)."""
    sides = sides_of(parsed(text), CLAMP)
    assert sides is not None
    assert [str(f) for f in (sides.switch, sides.above, sides.below)] == ["(softmax(z) - 1/10)[y]", above, below]


@pytest.mark.parametrize(
    "text",
    [
        f"total({CLAMP})",
        f"total({CLAMP}, but=y)",
        f"{CLAMP}[y] + amax({CLAMP})",
        f"softmax({CLAMP})[y]",
        f"total(onehot(y)*z + {CLAMP})",
        f"pair_total(first({CLAMP})*second(z))",
    ],
)
def test_a_vector_of_which_other_entries_are_used_has_more_than_two_sides(text: str) -> None:
    assert sides_of(parsed(text), CLAMP) is None
