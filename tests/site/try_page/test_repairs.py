"""Repairs are buttons: each certifies what it says, and where nothing helps the page says so."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

import symcheck as sc
from tests.site.try_page.tab import Tab

pytestmark = pytest.mark.site


@pytest.mark.parametrize("loss", ["one_vs_rest_logistic", "alpha_balanced_focal", "square"])
def test_each_button_certifies_a_pair_that_is_proved(loss: str, tab: Tab) -> None:
    refused = sc.certify(loss, "l2")
    assert refused.repairs
    for place, repair in enumerate(refused.repairs):
        tab.certify(loss)
        tab.verdict(refused.headline)
        expect(tab.page.locator(".repair")).to_have_count(len(refused.repairs))
        button = tab.page.locator(".repair button").nth(place)
        expect(button).to_have_accessible_name(f"Certify this: {repair.title}")
        button.click()
        expect(tab.page.locator("#verdict")).to_have_text(re.compile("^PROVED"))
        expect(tab.page.locator("#verdict")).to_be_focused()
        for field, formula in repair.changed.items():
            assert tab.page.input_value("#loss" if field == "loss" else "#penalty") == str(formula)
        expect(tab.page.locator("#repairs")).to_be_hidden()


def test_where_nothing_can_be_changed(tab: Tab) -> None:
    certificate = next(
        c for c in map(sc.certify, ("cross_entropy", "square", "focal")) if c.repairs.is_needed and not c.repairs
    )
    tab.certify(certificate.loss.name, "")
    tab.verdict(certificate.headline)
    expect(tab.page.locator("#repairs")).to_be_visible()
    expect(tab.page.locator(".repair")).to_have_count(0)
