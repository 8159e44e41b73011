"""The slider: it certifies for the number of classes at which it comes to rest."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

import symcheck as sc
from tests.site.try_page.tab import Tab

pytestmark = pytest.mark.site


def headline(classes: int | None) -> str:
    return sc.certify("one_vs_rest_logistic", "l2", classes=classes).headline


def test_it_certifies_for_that_number(tab: Tab) -> None:
    page = tab.page
    tab.certify("one_vs_rest_logistic")
    tab.verdict(headline(None))
    expect(page.locator("#every")).to_be_checked()
    page.locator("#slider").fill("2")
    tab.verdict(headline(2))
    expect(page.locator("#every")).not_to_be_checked()
    assert page.input_value("#classes") == "2"
    for value in ("17", "40", "63"):  # only the last one is shown
        page.locator("#slider").fill(value)
    tab.verdict(headline(63))
    page.check("#every")
    tab.verdict(headline(None))
    assert page.input_value("#classes") == ""


def test_it_keeps_the_focus_and_follows_the_field(tab: Tab) -> None:
    page = tab.page
    tab.certify("muh", classes="50")
    tab.verdict(sc.certify("muh", "l2", classes=50).headline)
    assert page.input_value("#slider") == "50"
    page.focus("#slider")
    page.press("#slider", "ArrowRight")
    tab.verdict(sc.certify("muh", "l2", classes=51).headline)
    expect(page.locator("#slider")).to_be_focused()


def test_more_classes_than_it_has_are_typed(tab: Tab) -> None:
    tab.certify("muh", classes="1000000")
    tab.verdict(sc.certify("muh", "l2", classes=1_000_000).headline)
    assert tab.page.input_value("#slider") == "100"
