"""A repair is one click: the fields hold the changed pair, and the page certifies it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

import symcheck as sc
from tests.site.certify_page import CertifyPage

pytestmark = pytest.mark.site

REFUSED = [("one_vs_rest_logistic", "l2", ""), ("gce", "total(z)**2", "q = 7/10"), ("gce + z[y]/7", "l2", "q = 1/3")]


@pytest.mark.parametrize(("loss", "penalty", "parameters"), REFUSED)
def test_every_repair_is_certified_by_its_button(
    loss: str, penalty: str, parameters: str, ready: CertifyPage
) -> None:
    value = parameters.partition("=")[2].strip()
    repairs = sc.certify(loss.replace("gce", f"gce(q={value})"), penalty).repairs
    assert repairs
    for place, repair in enumerate(repairs):
        ready.ask(loss, penalty, parameters)
        cards = ready["repair-list"].locator(".repair")
        expect(cards).to_have_count(len(repairs))
        button = cards.nth(place).get_by_role("button")
        assert button.get_attribute("aria-label") == f"Certify this: {repair.title}"
        with ready.answering():
            button.click()
        expect(ready["verdict"]).to_have_text(re.compile("^PROVED"))
        assert ready["verdict"].inner_text().partition(":")[0] == repair.certificate.headline.partition(":")[0]


def test_where_no_repair_is_found_the_page_says_so(ready: CertifyPage) -> None:
    ready.ask("cross_entropy + norm(z)*z[y]", "l2")
    expect(ready["repairs"]).to_contain_text("No change was found that makes it PROVED.")
    expect(ready["repair-list"].locator(".repair")).to_have_count(0)


def test_a_proved_pair_needs_none(ready: CertifyPage) -> None:
    ready.ask("cross_entropy", "l2")
    expect(ready["repairs"]).to_be_hidden()
