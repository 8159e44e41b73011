"""A question that takes too long is stopped; Python starts again, and what was typed stays."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

import symcheck as sc
from tests.site.try_page.tab import Tab

pytestmark = pytest.mark.site

LONG = "+".join(f"sin({k}*z[y])*exp(tanh({k}*mean(z)))/{k}" for k in range(1, 60))
"""A formula that takes seconds in a browser."""


def test_stop(tab: Tab) -> None:
    page = tab.page
    tab.certify(LONG)
    expect(page.locator("#stop")).to_be_visible()
    expect(page.locator("#working")).to_have_text(re.compile(r"^\d+ s$"))
    page.click("#stop")
    expect(page.locator("#working")).to_have_text("stopped; Python starts again")
    expect(page.locator("#stop")).to_be_hidden()
    assert page.input_value("#loss") == LONG
    tab.certify("muh")  # asked while Python starts: it is answered when it is there
    tab.verdict(sc.certify("muh", "l2").headline)
