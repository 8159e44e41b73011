"""What the page shows and saves is what symcheck says without a browser, byte for byte."""

from __future__ import annotations

import json
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
    expect(ready["page"].locator(".symcheck").first).to_contain_text(certificate.verdict.name)
    assert ready.saved("save-json") == certificate.to_json()
    assert ready.saved("save-html") == certificate.to_html()
