"""A slider shows what a function returns for the value that it stands at."""

from __future__ import annotations

import sys

import pytest

from symcheck.errors import ArgumentError, MissingPackageError
from symcheck.notebook import slider


def shown_for_any(C: int) -> int:
    return C


def test_it_begins_in_the_middle_and_moves() -> None:
    asked: list[int] = []

    def shown(C: int) -> None:
        asked.append(C)

    moved = slider(shown, C=range(2, 7))
    assert moved.children[0].value == 4
    assert moved.children[0].description == "C"
    moved.children[0].value = 6
    moved.update()
    assert asked[-1] == 6


@pytest.mark.parametrize(
    ("values", "came"), [({}, "nothing"), ({"C": range(3), "q": range(3)}, "C, q"), ({"C": ()}, "C")]
)
def test_other_than_one_argument(values: dict[str, range], came: str) -> None:
    with pytest.raises(ArgumentError) as raised:
        slider(shown_for_any, **values)
    assert str(raised.value) == (
        f"values: {came} came; name one argument with its values, as slider(shown, C=range(2, 11))"
    )


def test_without_ipywidgets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    with pytest.raises(MissingPackageError, match=r'^slider needs ipywidgets: pip install "symcheck\[notebooks\]"$'):
        slider(shown_for_any, C=range(2, 4))


def test_an_argument_that_the_function_does_not_take() -> None:
    def shown(name: str) -> str:
        return name

    with pytest.raises(ArgumentError) as raised:
        slider(shown, id=["a", "b"])
    assert str(raised.value) == (
        "values: id came, and shown takes (name: 'str') -> 'str': missing a required argument: 'name'"
    )
