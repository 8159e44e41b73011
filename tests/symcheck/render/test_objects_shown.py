"""What is handed to a reader shows itself: a page in a notebook and in print, one line as a value."""

from __future__ import annotations

from typing import Protocol

import pytest

import symcheck as sc
from symcheck.counterexamples import counterexample
from symcheck.paper import claim


class Shown(Protocol):
    def _repr_markdown_(self) -> str: ...


PAIR = sc.certify("cross_entropy", "l2")

CASES: list[tuple[Shown, str, str]] = [
    (
        PAIR.theorem("Theorem 3"),
        "<Applied PROVED: Theorem 3, cross_entropy + l2, every C >= 2>",
        "**PROVED**: Theorem 3 applies: ",
    ),
    (
        sc.certify("one_vs_rest_logistic", "l2").theorem("Theorem 3"),
        "<Applied REFUTED: Theorem 3, one_vs_rest_logistic + l2, every C >= 2>",
        "**REFUTED**: Theorem 3 does not apply: ",
    ),
    (
        PAIR.full(),
        "<Full: {applying} of {all} theorems apply to cross_entropy + l2, every C >= 2>",
        "Full report: ",
    ),
    (claim("E6"), "<Claim E6: with a repair>", "E6: Corollary 1"),
    (
        sc.decompose("cross_entropy"),
        "<Decomposition PROVED: cross_entropy, every C >= 2>",
        r"cross\_entropy = MUH + KL(u\|\|p) + log(C)",
    ),
    (
        sc.noise_condition(((0.8, 0.2, 0), (0, 0.8, 0.2), (0.2, 0, 0.8))),
        "<NoiseCondition REFUTED, C = 3>",
        "**REFUTED** for C = 3",
    ),
    (
        sc.noise_condition(((0.8, 0.2), (0.3, 0.7)), correction="backward"),
        "<BackwardCondition PROVED, C = 2>",
        "**PROVED** for C = 2: backward correction",
    ),
    (
        counterexample("square_on_a_line"),
        "<Counterexample square_on_a_line>",
        "**PROVED**: square loss, plain one-hot",
    ),
]
IDS = [type(shown).__name__ + "-" + str(n) for n, (shown, _, _) in enumerate(CASES)]


@pytest.mark.parametrize(("shown", "line", "headline"), CASES, ids=IDS)
def test_a_value_is_one_line_and_a_page(shown: Shown, line: str, headline: str) -> None:
    full = PAIR.full()
    wanted = line.format(applying=len(full.applying), all=len(full.theorems))
    assert repr(shown) == wanted
    first = shown._repr_markdown_().lstrip("# ").splitlines()[0]
    assert first.startswith(headline)


def test_a_theorem_in_print_is_its_page() -> None:
    text = str(PAIR.theorem("Theorem 3"))
    assert text.startswith("PROVED: Theorem 3 applies: cross_entropy + l2, asked for every C >= 2\n")
    assert "Assumptions that stay open" in text
    assert "g is convex" in text[text.index("Assumptions that need not be made") :]


def test_a_full_report_in_print_has_every_theorem() -> None:
    full = PAIR.full()
    text = str(full)
    assert text.startswith("Full report: cross_entropy + l2, asked for every C >= 2\n")
    assert [a.theorem.name for a in full.theorems if f"{a.theorem.name} (" not in text] == []
    assert full.to_markdown() == full._repr_markdown_()
