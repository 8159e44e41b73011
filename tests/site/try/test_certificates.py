"""What the page shows and saves is what symcheck says without a browser, byte for byte."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import expect

import symcheck as sc
from tests.site.certify_page import CertifyPage

pytestmark = pytest.mark.site


class Pair(NamedTuple):
    """What is typed, and the same as arguments of ``certify``."""

    typed: tuple[str, ...]
    given: tuple[Any, ...]
    classes: Any = None

    @property
    def certificate(self) -> sc.Certificate:
        return sc.certify(*self.given, classes=self.classes)


FORMULA = "logsumexp(z) - z[y] + mean(z)**2/7"
FREE = sc.losses.GCE(q=sc.Parameter("q", above=0, at_most=1))

PAIRS = {
    "names": Pair(("cross_entropy", "l2"), ("cross_entropy", "l2")),
    "a formula": Pair((FORMULA, "l2"), (FORMULA, "l2")),
    "two formulas": Pair((FORMULA, "total(z**2)/2"), (FORMULA, "total(z**2)/2")),
    "a value": Pair(("gce", "l2", "q = 7/10"), (sc.losses.GCE(q="7/10"), "l2")),
    "a range": Pair(("gce", "entropy", "q in (0, 1]"), (FREE, "entropy")),
    "cases": Pair(("mae", "l2"), ("mae", "l2")),
    "one C": Pair(("one_vs_rest_logistic", "l2", "", "10"), ("one_vs_rest_logistic", "l2"), 10),
    "a range of C": Pair(("cross_entropy", "entropy", "", "3:1000"), ("cross_entropy", "entropy"), (3, 1000)),
    "refused": Pair(("one_vs_rest_logistic", "l2"), ("one_vs_rest_logistic", "l2")),
    "refused by its curvature": Pair(("cross_entropy", "total(z)**2"), ("cross_entropy", "total(z)**2")),
    "alone": Pair(("mae",), ("mae",)),
    "undecided": Pair(("cross_entropy + norm(z)*z[y]", "l2"), ("cross_entropy + norm(z)*z[y]", "l2")),
    "undecided from 6 on": Pair(("(sin(C) + 1)*cross_entropy", "l2"), ("(sin(C) + 1)*cross_entropy", "l2")),
    "a composition": Pair(("gce(q=1/2) + 2*mae", "l2"), ("gce(q=1/2) + 2*mae", "l2")),
}


@pytest.mark.parametrize("pair", PAIRS.values(), ids=list(PAIRS))
def test_a_certificate_is_the_one_of_the_library(pair: Pair, ready: CertifyPage) -> None:
    certificate = pair.certificate
    ready.ask(*pair.typed)
    expect(ready["verdict"]).to_have_text(certificate.headline)
    expect(ready["words"]).to_have_text(certificate.in_words)
    assert ready.page.title() == f"{certificate.verdict.name}: {certificate.problem.title} - symcheck"
    rows = ready["cases"].locator("tbody tr")
    assert rows.count() == len(certificate.cases)
    assert rows.locator("td:last-child").all_text_contents() == [case.verdict.name for case in certificate.cases]
    assert ready["page"].text_content() == words(certificate._repr_html_(), ready)
    assert ready.saved("save-json") == certificate.to_json()
    assert ready.saved("save-html") == certificate.to_html()


def test_the_small_checker_says_the_same(ready: CertifyPage) -> None:
    ready.ask("gce", "l2")
    ready["verify"].click()
    expect(ready["verified"]).to_be_visible()
    said = sc.verify(sc.certify("gce", "l2").to_json())
    assert said.verified
    assert ready["verified"].text_content() == words(said._repr_html_(), ready)


KEPT = sc.certify("cross_entropy", "l2").to_json()
CHANGED = {
    "a verdict": KEPT.replace("PROVED", "REFUTED", 1),
    "numbers": KEPT.replace("1", "2"),
    "no JSON": "{",
    "no certificate": "[1, 2]",
    "nothing": "",
    "deep": "[" * 5000,
}


def test_a_file_is_verified(ready: CertifyPage) -> None:
    give(KEPT, ready)
    expect(ready["file-verified"].locator("h1")).to_have_text(re.compile("^VERIFIED: PROVED"))
    assert ready["file-verified"].text_content() == words(sc.verify(KEPT)._repr_html_(), ready)


@pytest.mark.parametrize("text", CHANGED.values(), ids=list(CHANGED))
def test_a_file_that_was_changed_is_refused(text: str, ready: CertifyPage) -> None:
    give(text, ready)
    try:
        said = sc.verify(text)
    except sc.SymcheckError as error:
        expect(ready["file-verified"]).to_have_text(str(error))
        return
    assert not said.verified
    expect(ready["file-verified"]).to_contain_text("NOT VERIFIED")
    assert ready["file-verified"].text_content() == words(said._repr_html_(), ready)


def give(text: str, page: CertifyPage) -> None:
    """Open ``text`` as a file; what was said of another one is gone."""
    page.page.locator(".open-file").evaluate("details => { details.open = true }")
    page["file-verified"].evaluate("section => section.replaceChildren()")
    page["file"].set_input_files({"name": "x.json", "mimeType": "application/json", "buffer": text.encode()})


def words(html: str, page: CertifyPage) -> str:
    """The text of ``html`` as a browser reads it, without its style."""
    found: str = page.page.evaluate(
        """html => {
            const read = new DOMParser().parseFromString(html, "text/html").body;
            read.querySelectorAll("style").forEach((style) => style.remove());
            return read.textContent;
        }""",
        html,
    )
    return found
