"""Certificates as Markdown, on code hosts and in notebooks."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from symcheck.certificates.certificate import Certificate
from symcheck.certificates.certify import certify
from symcheck.render.block import Code, Math, Strong, Tex
from symcheck.render.markdown import markdown_line

FORMULA = re.compile(r"(?<!\\)\$(.+?)(?<!\\)\$")


def test_the_headline(gce: Certificate) -> None:
    lines = gce.to_markdown().splitlines()
    assert lines[0] == r"### **PROVED** for every $C \ge 2$, every $q \in (0, 1]$: `gce` + `l2` on $\mathbb{R}^{C}$"
    assert lines[2].startswith(
        r"**In words:** Train a linear classifier to the minimum of $l + \lambda\thinspace g$: in"
    )
    assert lines[4].startswith(r"tier **SCALED** with $\kappa = C^{- q}$: $b_{y} = -\kappa\thinspace o_{y}$ with")


def test_cases_are_a_table(one_vs_rest: Certificate) -> None:
    table = [line for line in one_vs_rest.to_markdown().splitlines() if line.startswith("|")]
    assert table == [
        r"| classes | tier | $\kappa$ | verdict |",
        "| --- | --- | --- | --- |",
        "| $C = 2$ | EXACT | $1$ | PROVED |",
        r"| every $C \ge 3$ | QUOTIENT | $1$ | REFUTED |",
    ]


def test_theorems_come_with_their_statement_and_what_differs_from_print(gce: Certificate) -> None:
    page = gce.to_markdown()
    assert r"  - $Z = \theta \varphi(X),\ E[\varphi\varphi^\top] \succ 0 \implies" in page
    assert r"  - the paper omits $E[o_{Y}\thinspace \phi'] \ne 0$ and that minimisers exist" in page


@pytest.mark.parametrize(
    ("piece", "written"),
    [
        ("a*b_c | <x> `y` $5 ~ [u](v) \\", r"a\*b\_c \| \<x\> \`y\` \$5 \~ [u]\(v) " + "\\\\"),
        (Strong("a*b"), r"**a\*b**"),
        (Code("z[y]**2 * a_b"), "`z[y]**2 * a_b`"),
        (Code("a`b|c"), r"`` a`b\|c ``"),
        (Math("||z|| > 0"), r"$\Vert z\Vert \gt 0$"),
        (
            Tex(r"\{x\}\,|y| < z^*\;\|w\|"),
            r"$\lbrace x\rbrace \thinspace \vert y\vert \lt z^\ast \thickspace \Vert w\Vert$",
        ),
    ],
)
def test_what_markdown_would_take_for_itself_is_written_out(piece: object, written: str) -> None:
    assert markdown_line((piece,)) == written


PAIRS = [("cross_entropy", "l2"), ("focal", "entropy"), ("square", "quartic"), ("mae", "label_smoothing_as_printed")]


@pytest.mark.parametrize(("loss", "regularizer"), PAIRS)
def test_formulas_hold_nothing_that_markdown_or_html_reads(loss: str, regularizer: str) -> None:
    """No backslash before a sign (Markdown drops it), no bar (a table cell ends), no angle bracket, no star."""
    page = certify(loss, regularizer).to_markdown()
    found = list(FORMULA.finditer(page))
    assert len(found) > 20
    for place in found:
        formula = place[1]
        assert not re.search(r"\\[!-/:-@\[-`{-~]|[|<>*]", formula), formula
        assert formula.count("{") == formula.count("}")
        # a code host reads a dollar sign beside a letter or a digit as money
        assert not any(beside.isalnum() for beside in (page[place.start() - 1], page[place.end()]))


def test_a_notebook_shows_formulas_as_they_are(gce: Certificate) -> None:
    """The converter of notebooks leaves every formula alone: no emphasis and no link inside one."""
    html = pytest.importorskip("nbconvert.filters.markdown_mistune")
    import html as escapes

    page = gce.to_markdown()
    shown = escapes.unescape(html.markdown2html_mistune(page))
    for formula in FORMULA.findall(page):
        assert f"${formula}$" in shown
    assert shown.count("<h3") == 1
    assert "<strong>PROVED</strong>" in shown
    assert "<table>" in html.markdown2html_mistune(replace(gce, cases=gce.cases * 2).to_markdown())


def test_the_converter_would_spoil_an_unsafe_formula() -> None:
    """The test above can fail: a bar inside a formula takes a table apart."""
    html = pytest.importorskip("nbconvert.filters.markdown_mistune")
    assert "<table>" not in html.markdown2html_mistune("| a | b |\n| --- | --- |\n| $|z|$ | c |")


def test_a_notebook_shows_markdown_by_itself(gce: Certificate) -> None:
    assert gce._repr_markdown_() == gce.to_markdown()
    assert gce._repr_latex_() == gce.to_latex()
