"""A link restores what was asked; whatever stands in one is text, and nothing of it runs."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from playwright.sync_api import BrowserContext, expect

import symcheck as sc
from tests.site.certify_page import SECONDS, CertifyPage, certify_page

pytestmark = pytest.mark.site

FIELDS = {"loss": "gce + 0*z[y]", "penalty": "l2", "parameters": "q in (0, 1]", "classes": "3:1000"}
SCRIPT = '<img src=x onerror="alert(1)"><script>alert(2)</script>'


def follow(state: str, page: CertifyPage) -> None:
    """Another state behind the #, as a link on the page itself has it."""
    with page.answering():
        page.page.evaluate("state => { location.hash = state }", state)


def test_a_link_restores_the_fields_and_the_verdict(
    ready: CertifyPage, contexts: Callable[..., BrowserContext]
) -> None:
    ready.ask(**FIELDS)
    address, verdict = ready.page.url, ready["verdict"].inner_text()
    fresh = certify_page(contexts())
    fresh.page.goto(address)
    expect(fresh["verdict"]).to_have_text(verdict, timeout=1000 * SECONDS)
    assert {name: fresh[name].input_value() for name in FIELDS} == FIELDS
    assert not fresh["every"].is_checked()
    assert fresh.complaints == []


def test_another_state_asks_again(ready: CertifyPage) -> None:
    follow(urlencode({"loss": "mae", "penalty": ""}), ready)
    expect(ready["verdict"]).to_have_text(sc.certify("mae").headline)
    assert ready["penalty"].input_value() == ""
    follow(urlencode({"loss": "cross_entropy", "penalty": "l2", "classes": "10"}), ready)
    expect(ready["verdict"]).to_have_text(sc.certify("cross_entropy", "l2", classes=10).headline)
    assert ready["slider"].input_value() == "10"


def test_a_link_whose_formula_does_not_parse_shows_the_error(ready: CertifyPage) -> None:
    follow(urlencode({"loss": "logsumexp(z", "penalty": "l2"}), ready)
    with pytest.raises(sc.SymcheckError) as raised:
        sc.certify("logsumexp(z", "l2")
    assert ready["loss-error"].text_content() == str(raised.value)


@pytest.mark.parametrize("field", FIELDS)
def test_tags_in_a_link_are_text(field: str, ready: CertifyPage) -> None:
    before = ready.page.locator("img, script, iframe").count()
    follow(urlencode({"loss": "gce", "penalty": "l2", field: SCRIPT}), ready)
    assert ready[field].input_value() == SCRIPT
    expect(ready["loss-error"].or_(ready["penalty-error"]).or_(ready["parameters-error"]).first).to_be_attached()
    assert ready.page.locator("img, script, iframe").count() == before
    assert "Not read" in ready.page.title()


@pytest.mark.parametrize(
    "state",
    [
        "loss=cross_entropy&penalty=l2&unknown=1&__proto__=x&constructor=y",
        "loss=cross_entropy&penalty=l2&loss=mae",
        "loss=%E0%A4%A&penalty=l2",
        "loss=%00%01%02&penalty=l2",
        "loss=cross_entropy%0A%0D&penalty=l2",
        "penalty=l2",
        "loss=javascript:alert(1)&penalty=data:text/html,x",
        "loss=losses.py:MyLoss&penalty=l2",
        "loss=/etc/passwd&penalty=l2",
        "loss=__import__('os').system('x')&penalty=l2",
    ],
)
def test_an_odd_link_is_certified_or_refused_with_words(state: str, ready: CertifyPage) -> None:
    follow(state, ready)
    assert re.match(r"(PROVED|REFUTED|UNDECIDED|Not read)\b", ready.page.title())
    expect(ready["failure"]).to_be_hidden()


@pytest.mark.parametrize("length", [19_000, 100_000])
def test_of_a_long_link_no_part_is_certified(length: int, ready: CertifyPage) -> None:
    text = "logsumexp(z) - z[y]" + " + z[y]" * (length // 7)
    follow(urlencode({"loss": text, "penalty": "l2"}), ready)
    assert ready.page.title().startswith("Not read")
    assert "shorten it" in ready["loss-error"].inner_text()
