"""Pages as HTML: whole documents that need no network, with formulas in MathML."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser

import pytest

import symcheck as sc
from symcheck.certificates.certificate import Certificate
from symcheck.intake.catalogue import names
from symcheck.render.block import Code, Item, Items, Math, Paragraph, Picture, Section, Strong, Table, Tex, Title
from symcheck.render.html import html_fragment, html_line, html_page
from symcheck.render.mathml import mathml
from symcheck.theorems import theorems
from tests.sampled import one_in

VOID = {"meta", "br", "link", "img", "hr"}


class Checked(HTMLParser):
    """Reads a document, and keeps what is wrong with its tags, its words, and what it would load."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.words: list[str] = []
        self.loads: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.loads += [str(v) for k, v in attrs if k in ("src", "href")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.words.append(data)


def read(page: str) -> Checked:
    found = Checked()
    found.feed(page)
    found.close()
    found.wrong += found.open
    return found


@pytest.mark.parametrize("name", one_in(3, names("loss")[::4]))
def test_certificates_are_whole_documents(name: str) -> None:
    """Tags are closed, nothing is loaded, no script runs, and no LaTeX is left among the words."""
    found = read(sc.certify(name, "l2").to_html())
    assert found.wrong == []
    assert found.loads == []
    assert "script" not in found.tags
    assert "math" in found.tags
    words = " ".join(found.words)
    assert not re.search(r"\\[A-Za-z]+|\$", words)


def test_a_broken_document_is_seen() -> None:
    assert read("<p><b>bold</p>").wrong
    assert read('<img src="https://example.org/x.png">').loads


def test_the_document_names_itself(gce: Certificate) -> None:
    page = gce.to_html()
    assert page.startswith('<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">')
    assert f"<title>{gce.headline.replace('>', '&gt;')}</title>" in page
    assert page == gce.to_html()  # no time, no path


def test_every_statement_of_a_theorem_is_mathml() -> None:
    for theorem in theorems():
        found = mathml(theorem.statement)
        assert found.startswith("<math"), theorem.statement
        ET.fromstring(found)


@pytest.mark.parametrize(
    ("tex", "words"),
    [
        (r"\Vert z \Vert_{\infty}", "‖𝑧‖∞"), (r"\mathrm{log\_softmax}(z)_{y}", "log_softmax(z)y"),
        (r"a \implies b \iff c", "a⇒b⇔c"), (r"\mathbf{1}", "𝟏"), (r"\arg\min_{F}\, l", "argminFl"),
        (r"z \in \mathbb R^C", "z∈ℝC"), (r"z + t\mathbf 1", "z+t𝟏"), (r"\mathcal L", "ℒ"),
        (r"(r''^{2})", "(r″2)"), (r"x_{k}'^2", "xk′2"), (r"\theta'^{-1}", "θ′−1"), (r"Z'AZ", "Z′AZ"),
        (r"x_{\mathrm{ref},k}", "xref,k"), (r"\lbrace a \rbrace", "{a}"), (r"C \ne 2", "C≠2"),
    ],
)  # fmt: skip
def test_what_the_translator_does_not_know(tex: str, words: str) -> None:
    found = "".join(ET.fromstring(mathml(tex)).itertext())
    assert "".join(found.split()) == words.replace("𝑧", "z")


@pytest.mark.parametrize(
    ("tex", "left", "right"),
    [
        (r"p_i \log p_i", "0.167em", "0.167em"),
        (r"\gamma\log(C)", "0.167em", "0"),
        (r"(C - 1)\exp(z)", "0.167em", "0"),
        (r"-\log C", "0", "0.167em"),
        (r"\log \mathrm{softmax}(z)_y", "0", "0.167em"),
        (r"\log_2 C", "0", "0.167em"),
    ],
)
def test_a_named_function_keeps_its_distance_from_an_atom(tex: str, left: str, right: str) -> None:
    (operator,) = (one for one in ET.fromstring(mathml(tex)).iter() if one.text in {"log", "exp"})
    assert (operator.tag.rpartition("}")[2], operator.get("lspace"), operator.get("rspace")) == ("mo", left, right)


def test_what_cannot_be_translated_is_shown_as_code() -> None:
    assert mathml(r"a_{1}_{2}") == "<code>a_{1}_{2}</code>"
    assert mathml(r"\nosuchcommand{<}") == r"<code>\nosuchcommand{&lt;}</code>"


def test_each_block() -> None:
    page = html_fragment(
        [
            Title((Strong("PROVED"), " for ", Math("C >= 2"))),
            Section("Families"),
            Paragraph(("a < b & ", Code("x<y"))),
            Items((Item("REFUTED", ("why",), ((Math("z"),),), (("aside",),)),)),
            Table(("name", "kappa"), ((("gce",), (Tex(r"C^{-q}"),)),)),
            Picture('<svg viewBox="0 0 1 1"></svg>', "a < b"),
        ]
    )
    assert read(page).wrong == []
    assert '<h1><strong><span class="proved">PROVED</span></strong> for <math' in page
    assert "<p>a &lt; b &amp; <code>x&lt;y</code></p>" in page
    assert '<b><span class="refuted">REFUTED</span></b> why' in page
    assert "<th>name</th>" in page
    assert '<svg viewBox="0 0 1 1"></svg>\n<figcaption>a &lt; b</figcaption>' in page


def test_a_word_that_only_contains_a_verdict_has_no_colour() -> None:
    assert html_line(("UNPROVED",)) == "UNPROVED"


def test_an_empty_page_is_a_document() -> None:
    assert "<title>symcheck</title>" in html_page([])


def test_a_notebook_shows_mathml(gce: Certificate) -> None:
    shown = gce._repr_html_()
    assert shown.startswith('<div class="symcheck">')
    assert read(shown).wrong == []
    assert "<math" in shown
