"""Repairs are buttons: each certifies what it says, and where nothing helps the page says so."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

import symcheck as sc
from tests.site.try_page.tab import Tab

pytestmark = pytest.mark.site


@pytest.mark.parametrize(
    ("loss", "penalty", "parameters"),
    [
        ("one_vs_rest_logistic", "l2", ""),  # one of them moves the penalty to an anchor
        ("alpha_balanced_focal", "l2", ""),  # one of them keeps free vectors, which cannot be typed
        ("gce", "l1", "q = 7/10"),
    ],
)
def test_each_button_certifies_a_pair_that_is_proved(loss: str, penalty: str, parameters: str, tab: Tab) -> None:
    refused = sc.certify(sc.losses.GCE(q="7/10") if parameters else loss, penalty)
    assert refused.repairs
    for place, repair in enumerate(refused.repairs):
        tab.certify(loss, penalty, parameters)
        tab.verdict(refused.headline)
        expect(tab.page.locator(".repair")).to_have_count(len(refused.repairs))
        button = tab.page.locator(".repair button").nth(place)
        expect(button).to_have_accessible_name(f"Certify this: {repair.title}")
        button.click()
        expect(tab.page.locator("#verdict")).to_have_text(re.compile("^PROVED"))
        expect(tab.page.locator("#verdict")).to_be_focused()
        record = json.loads(tab.saved("#save-json"))
        assert record["loss"]["formula"] == str(repair.problem.loss.formula)
        assert record["regularizer"]["formula"] == str(repair.problem.regularizer.formula)
        expect(tab.page.locator("#repairs")).to_be_hidden()


def test_an_anchor_is_a_field(tab: Tab) -> None:
    tab.open(loss="one_vs_rest_logistic", penalty="l2", anchor="-log(C - 1)")
    tab.verdict(sc.certify("one_vs_rest_logistic", "l2", anchor="-log(C - 1)").headline)


def test_where_nothing_can_be_changed(tab: Tab) -> None:
    certificate = sc.certify("forward")
    assert certificate.repairs.is_needed
    assert not certificate.repairs
    tab.certify("forward", "")
    tab.verdict(certificate.headline)
    expect(tab.page.locator("#repairs")).to_contain_text("No change was found that makes it PROVED.")
    expect(tab.page.locator(".repair")).to_have_count(0)
