"""The link: it restores what was asked, whoever opens it, and nothing that stands in it is run."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

import symcheck as sc
from tests.site.try_page.tab import Tab

pytestmark = pytest.mark.site


def test_a_link_restores_what_was_asked(tab: Tab, new_tab: Callable[..., Tab]) -> None:
    certificate = sc.certify(sc.losses.GCE(q="7/10"), "total(z**2)/2 + l2", classes=7)
    tab.certify("gce", "total(z**2)/2 + l2", "q = 7/10", "7")
    tab.verdict(certificate.headline)
    other = new_tab()
    other.page.goto(tab.page.url)
    other.verdict(certificate.headline)
    for name, text in (
        ("loss", "gce"),
        ("penalty", "total(z**2)/2 + l2"),
        ("parameters", "q = 7/10"),
        ("classes", "7"),
    ):
        assert other.page.input_value(f"#{name}") == text


def test_a_loss_alone_is_restored_as_one(tab: Tab) -> None:
    tab.certify("mae", "")
    tab.verdict(sc.certify("mae").headline)
    assert tab.page.url.endswith("#loss=mae&penalty=")


def test_another_link_in_the_same_tab(tab: Tab) -> None:
    tab.page.evaluate("location.hash = 'loss=muh&penalty=l2&classes=5'")
    tab.verdict(sc.certify("muh", "l2", classes=5).headline)


def test_a_formula_that_does_not_parse_is_kept(tab: Tab) -> None:
    tab.open(loss="logsumexp(z) - z[y", penalty="l2", classes="5")
    expect(tab.page.locator("#loss-error")).to_contain_text("the formula has the end after the label y")
    assert tab.page.input_value("#loss") == "logsumexp(z) - z[y"
    assert tab.page.input_value("#classes") == "5"


HOSTILE = "<img src=x onerror=alert(1)><script>alert(2)</script>"


@pytest.mark.parametrize("field", ["loss", "penalty", "parameters", "classes"])
def test_what_stands_in_a_link_is_text(field: str, tab: Tab) -> None:
    before = len(tab.complaints)
    tab.open(**{"loss": "gce", "penalty": "l2", field: HOSTILE})
    expect(tab.page.locator(".error:visible")).to_have_count(1)
    assert tab.page.input_value(f"#{field}") == HOSTILE
    assert tab.page.locator("img, main script").count() == 0
    assert tab.complaints[before:] == []


@pytest.mark.parametrize(
    "state",
    ["%zz&unknown=1&__proto__=1", "loss", urlencode({"loss": "z[y]+" * 20000})],
    ids=["unknown", "no value", "long"],
)
def test_odd_links_break_nothing(state: str, tab: Tab) -> None:
    before = len(tab.complaints)
    tab.page.goto(f"{tab.home}#{state}")
    tab.certify("muh")
    tab.verdict(sc.certify("muh", "l2").headline)
    # What ends Python is told by Pyodide too.
    assert [
        text for text in tab.complaints[before:] if "Pyodide" not in text and "Maximum call stack" not in text
    ] == []
