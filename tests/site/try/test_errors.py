"""An error stands beside its field in the words of the library, with the text cursor where reading ended."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

import symcheck as sc
from tests.site.certify_page import CertifyPage

pytestmark = pytest.mark.site

FIELDS = ("loss", "penalty", "parameters", "classes")

ERRORS: dict[str, tuple[tuple[str, ...], tuple[Any, ...], str, int | None]] = {
    "the end": (("logsumexp(z) - z[y", "l2"), ("logsumexp(z) - z[y", "l2"), "loss", 18),
    "an unknown function": (("z[y] + foo(z)", "l2"), ("z[y] + foo(z)", "l2"), "loss", 7),
    "an unknown name": (("cross_entropi", "l2"), ("cross_entropi", "l2"), "loss", None),
    "of the penalty": (("mae", "z + sum(z)"), ("mae", "z + sum(z)"), "penalty", 4),
    "a penalty that is no name": (("mae", "l3"), ("mae", "l3"), "penalty", None),
}  # fmt: skip


@pytest.mark.parametrize("case", ERRORS.values(), ids=list(ERRORS))
def test_an_error_of_a_formula(case: tuple[Any, ...], ready: CertifyPage) -> None:
    typed, given, field, place = case
    with pytest.raises(sc.SymcheckError) as raised:
        sc.certify(*given)
    ready.ask(*typed)
    is_told(field, str(raised.value), ready)
    if place is not None:
        assert ready[field].evaluate("input => input.selectionStart") == place


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        (("", "l2"), "loss", "loss: nothing was given; accepted is a name such as cross_entropy, or a formula in the "
         "scores z and the label y such as logsumexp(z) - z[y]"),
        (("gce", "l2", "q = 2"), "parameters", "q: got 2; accepted is (0, 1]"),
        (("gce", "l2", "p = 1/2"), "parameters",
         "--param: neither the loss nor the regularizer has a parameter p; accepted: q"),
        (("gce", "l2", "", "1"), "classes", "classes: got 1; accepted is an integer C >= 2, or a pair such as (2, 1000)"),
        (("gce", "l2", "", "many"), "classes",
         "--classes: got 'many'; accepted is an integer C >= 2, as 10, or a range, as 2:1000"),
    ],
)  # fmt: skip
def test_an_error_of_a_field(typed: tuple[str, ...], field: str, message: str, ready: CertifyPage) -> None:
    ready.ask(*typed)
    is_told(field, message, ready)


def test_spaces_before_a_formula_move_the_cursor_with_it(ready: CertifyPage) -> None:
    ready.ask("   z[y] + foo(z)", "l2")
    assert ready["loss"].evaluate("input => input.selectionStart") == 10


def test_of_a_long_formula_no_wrong_place_is_pointed_at(ready: CertifyPage) -> None:
    text = "logsumexp(z) - z[y] + " * 20 + "z[y"
    ready.ask(text, "l2")
    expect(ready["loss-error"]).to_contain_text("\n  ...")
    assert ready["loss"].evaluate("input => input.selectionStart") == len(text)


def test_an_error_goes_with_the_next_answer(ready: CertifyPage) -> None:
    ready.ask("z[y", "l2")
    expect(ready["loss-error"]).to_be_visible()
    expect(ready["answer"]).to_be_hidden()
    ready.ask("cross_entropy", "l2")
    expect(ready["loss-error"]).to_be_hidden()
    assert ready["loss"].get_attribute("aria-invalid") is None
    expect(ready["answer"]).to_be_visible()


def is_told(field: str, message: str, page: CertifyPage) -> None:
    """The ``message`` stands beside ``field``, which has the focus, and beside no other."""
    assert page[f"{field}-error"].text_content() == message
    for name in FIELDS:
        expect(page[f"{name}-error"]).to_be_visible(visible=name == field)
        assert page[name].get_attribute("aria-invalid") == ("true" if name == field else None)
    expect(page[field]).to_be_focused()
    assert f"{field}-error" in str(page[field].get_attribute("aria-describedby"))
