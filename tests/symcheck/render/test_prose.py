"""Which parts of a sentence are formulas."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symcheck.findings.condition import Condition
from symcheck.findings.tier import Tier
from symcheck.render.block import Line, Math
from symcheck.render.prose import line_of
from symcheck.theorems import theorems


def joined(line: Line) -> str:
    return "".join(p.text if isinstance(p, Math) else p for p in line)


def formulas(text: str, names: tuple[str, ...] = ()) -> list[str]:
    return [p.text for p in line_of(text, names) if isinstance(p, Math)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("D^2 g(0) is positive definite", ["D^2 g(0)"]),
        ("l(., y) and g are convex", ["l(., y)", "g"]),
        ("every C >= 2, every q in (0, 1]", ["C >= 2", "q in (0, 1]"]),
        ("every k in [1, oo) of integers", ["k in [1, oo)"]),
        ("E[b_Y phi'] != 0: the labels matter", ["E[b_Y phi'] != 0"]),
        ("l(z, y) >= l(0, y) - K ||z|| for some K, c > 0", ["l(z, y) >= l(0, y) - K ||z||", "K", "c > 0"]),
        ("z = theta phi(X) (see Theorem 2', section 5)", ["z = theta phi(X)"]),
        ("features phi = (-3, 1), labels (1, 2), rho = 1/2 turns", ["phi = (-3, 1)", "rho = 1/2"]),
        ("g = z'Az; the rest", ["g = z'Az"]),
        ("sum_y b_y = 0, and no one kappa", ["sum_y b_y = 0", "kappa"]),
        ("the smoothing epsilon and w_ in [0, 1)", ["epsilon", "w_ in [0, 1)"]),
        ("d g/d z_k at 0", ["d g/d z_k"]),
        ("along (1, ..., 1) and z + t(1, ..., 1)", ["z + t(1, ..., 1)"]),
        ("(C - 1)/C**2", ["(C - 1)/C**2"]),
        ("any loss l = sym(l) + ins(l) is, and ins is short for it", ["l = sym(l) + ins(l)"]),
        ("a = b where ||z||_inf < m/2.", ["a = b", "||z||_inf < m/2"]),
        ("log(C) - log C", ["log(C) - log C"]),
        # words, names and numbers that are no formulas
        ("every log, root, quotient and power there is", []),
        ("e.g. the loss one_vs_rest_logistic, i.e. section 5, Theorem 2'", []),
        ("a finite sample, I think, of the paper's label-free losses", []),
        ("does Theorem 2's kappa say so, and T_ii's interval", ["kappa"]),
        ("'s: what a name in code leaves", []),
        ("l_lin + z'Hz/2, and z's of two classes", ["l_lin + z'Hz/2", "z's"]),
        ("noise multiplies it by a", []),
        ("the features of every 2 classes in all (1, 2) cases", []),
    ],
)
def test_formulas_in_sentences(text: str, found: list[str]) -> None:
    assert formulas(text) == found
    assert joined(line_of(text)) == text


def test_a_parameter_with_a_long_name_is_one_where_it_is_declared() -> None:
    assert formulas("every smoothing in [0, 1)") == []
    assert formulas("every smoothing in [0, 1)", ("smoothing",)) == ["smoothing in [0, 1)"]
    # A is a word as well, a parameter of that name is none
    assert formulas("every A in (-oo, 0)", ("A",)) == ["A in (-oo, 0)"]
    assert formulas("a point in (0, 1) and a in words", ("b",)) == []


def test_the_letter_a_is_an_article_unless_it_stands_beside_a_sign() -> None:
    assert formulas("a sample, a = 1 - rho C/(C - 1)") == ["a = 1 - rho C/(C - 1)"]


SENTENCES = [
    *(s for t in theorems() for s in (t.concludes, t.deviation, *t.assumptions)),
    *(c.value for c in Condition),
    *(t.value for t in Tier),
]


@pytest.mark.parametrize("text", SENTENCES)
def test_no_sentence_loses_a_character_and_no_formula_is_torn(text: str) -> None:
    line = line_of(text)
    assert joined(line) == text
    for formula in (p.text for p in line if isinstance(p, Math)):
        assert formula == formula.strip()
        assert formula.count("(") + formula.count("[") == formula.count(")") + formula.count("]")


@given(st.text(alphabet="aCzgkl0123 .,;:()[]{}+-*/^=<>|'_\"$\\\n~#é", max_size=60))
def test_any_text_comes_back(text: str) -> None:
    assert joined(line_of(text)) == text
