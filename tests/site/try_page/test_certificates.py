"""Certificates of the browser are those of Python here: the same words, and the same JSON byte for byte."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

import symcheck as sc
from tests.site.try_page.tab import Tab

pytestmark = pytest.mark.site


def weighted(q: str) -> Callable[[], Any]:
    return lambda: sc.certify(sc.losses.GCE(q=q), "l2")


PAIRS: dict[str, tuple[tuple[str, str, str, str], Callable[[], Any]]] = {
    "names": (("cross_entropy", "l2", "", ""), lambda: sc.certify("cross_entropy", "l2")),
    "a free parameter": (("gce", "entropy", "", ""), lambda: sc.certify("gce", "entropy")),
    "a value": (("gce", "l2", "q = 7/10", ""), weighted("7/10")),
    "a formula": (
        ("logsumexp(z) - z[y] + mean(z)**2", "total(z**4) + l2", "", ""),
        lambda: sc.certify("logsumexp(z) - z[y] + mean(z)**2", "total(z**4) + l2"),
    ),
    "by cases": (("one_vs_rest_logistic", "l2", "", ""), lambda: sc.certify("one_vs_rest_logistic", "l2")),
    "one C": (("one_vs_rest_logistic", "l2", "", "7"), lambda: sc.certify("one_vs_rest_logistic", "l2", classes=7)),
    "a range": (("focal", "l2", "", "2:1000"), lambda: sc.certify("focal", "l2", classes=(2, 1000))),
    "refused": (("square", "l2", "", ""), lambda: sc.certify("square", "l2")),
    "a kink": (("logsumexp(z) - z[y]", "l1", "", ""), lambda: sc.certify("logsumexp(z) - z[y]", "l1")),
    "alone": (("mae", "", "", ""), lambda: sc.certify("mae")),
    "on the quotient": (("cross_entropy", "entropy", "", "10"), lambda: sc.certify("cross_entropy", "entropy", classes=10)),
    "numbers": (
        ("-z[y] + 7/22*tanh(mean(z)) + 0.3*total(z**2)", "log_cosh", "", ""),
        lambda: sc.certify("-z[y] + 7/22*tanh(mean(z)) + 0.3*total(z**2)", "log_cosh"),
    ),
    "logs of C": (("logsumexp(z)*log(C) - z[y]*log(C)", "l2", "", ""), lambda: sc.certify("logsumexp(z)*log(C) - z[y]*log(C)", "l2")),
}  # fmt: skip


@pytest.mark.parametrize("name", PAIRS)
def test_a_certificate_is_the_native_one(name: str, tab: Tab) -> None:
    fields, native = PAIRS[name]
    certificate = native()
    tab.certify(*fields)
    tab.verdict(certificate.headline)
    expect(tab.page.locator("#words")).to_have_text(certificate.in_words)
    assert tab.saved("#save-json") == certificate.to_json()
    assert tab.saved("#save-html") == certificate.to_html()
    rows = tab.page.locator("#cases tbody tr")
    assert rows.count() == len(certificate.cases)


def test_all_verdicts_are_among_them() -> None:
    verdicts = {native().verdict for _, native in PAIRS.values()}
    assert {sc.Verdict.PROVED, sc.Verdict.REFUTED} <= verdicts


def test_what_stays_open_says_why(tab: Tab) -> None:
    text = "exp(" * 12 + "z[y]" + ")" * 12
    native = sc.certify(text, "l2")
    assert native.verdict is sc.Verdict.UNDECIDED
    tab.certify(text)
    tab.verdict(native.headline)
    assert tab.saved("#save-json") == native.to_json()


def test_the_small_checker_says_the_same(tab: Tab) -> None:
    certificate = sc.certify("gce", "l2")
    tab.certify("gce")
    tab.verdict(certificate.headline)
    tab.page.click("#verify")
    shown = tab.page.locator("#verified")
    expect(shown).to_be_visible()
    first = str(sc.verify(certificate.to_json())).splitlines()[0]
    expect(shown).to_contain_text(first.partition(":")[0])


def test_a_file_that_was_changed_is_refused(tab: Tab, tmp_path: Path) -> None:
    text = sc.certify("cross_entropy", "l2").to_json()
    changed = json.loads(text)
    changed["loss"]["formula"] = "logsumexp(z) - 2*z[y]"
    tab.page.click("text=Verify a certificate that somebody gave you")
    told = tab.page.locator("#file-verified")
    for content, verified in ((text, True), (json.dumps(changed), False), ("nonsense", None)):
        file = tmp_path / "certificate.json"
        file.write_text(content)
        tab.page.set_input_files("#file", [])
        tab.page.set_input_files("#file", str(file))
        if verified is None:
            expect(told.locator(".error")).to_be_visible()
        else:
            expect(told.locator("h1")).to_have_text(re.compile("^VERIFIED" if verified else "^NOT VERIFIED"))
            assert sc.verify(content).verified is verified
