"""Formulas whose parts nest deep: every page shows them, and what is written down is read again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import symcheck as sc

Step = Callable[[Any], Any]

STEPS: dict[str, Step] = {
    "tanh": sc.tanh,
    "sign": lambda u: -u,
    "exponential": lambda u: sc.exp(-u) / 3,
    "power": lambda u: (1 + u) ** 2 / 5,
    "quotient": lambda u: 1 / (2 + sc.tanh(u)),
    "difference": lambda u: 1 - (u - 1),
    "shared": lambda u: u * sc.sigmoid(u) - 1,
}


def nested(step: Step, times: int) -> Callable[[Any, Any], Any]:
    """The loss that does ``step`` so many times, from z_y on."""

    def loss(z: Any, y: Any) -> Any:
        value = z[y]
        for _ in range(times):
            value = step(value)
        return value

    return loss


def deepest(text: str) -> int:
    """How deep the brackets of ``text`` nest."""
    depth = found = 0
    for sign in text:
        depth += (sign in "([") - (sign in ")]")
        found = max(found, depth)
    return found


@pytest.mark.parametrize("times", [3, 102, 300])
@pytest.mark.parametrize("name", STEPS)
def test_what_is_written_is_read_again(name: str, times: int) -> None:
    formula = sc.certify(nested(STEPS[name], times), budget=0.01).loss.formula
    text = str(formula)
    # The parser reads brackets that nest 200 deep.
    assert deepest(text) <= 110
    assert sc.certify(text, budget=0.01).loss.formula == formula


@pytest.mark.parametrize(
    "text",
    ["+".join(["exp(z[y])"] * 250), "*".join(["exp(z[y])"] * 250), "-" * 400 + "z[y]", "/".join(["(z[y] - 9)"] * 105)],
    ids=["sum", "product", "signs", "quotients"],
)
def test_every_page_shows_them(text: str) -> None:
    certificate = sc.certify(text, "l2")
    pages = [certificate.to_text(), certificate.to_html(), certificate.to_markdown(), certificate.to_latex()]
    assert all("RecursionError" not in page for page in pages)
    assert sc.recheck(certificate.to_json()).to_json() == certificate.to_json()


@pytest.mark.parametrize("name", STEPS)
def test_deep_losses_have_pages_too(name: str) -> None:
    certificate = sc.certify(nested(STEPS[name], 150), "l2", budget=0.5)
    assert certificate.to_html()
    assert certificate.to_latex()
    assert str(certificate.repairs)
