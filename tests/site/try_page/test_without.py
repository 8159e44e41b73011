"""Without a network, without WebAssembly, with files that do not arrive: the page says what to do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

import symcheck as sc
from tests.site.try_page.tab import Tab

pytestmark = pytest.mark.site


def test_after_the_first_visit_it_needs_no_network(new_tab: Callable[..., Tab]) -> None:
    tab = new_tab()
    tab.open()
    expect(tab.page.locator("#loading")).to_be_hidden()
    # It is kept when the worker that keeps it has taken over.
    assert tab.page.evaluate("navigator.serviceWorker.ready.then(found => found.active.state)") in (
        "activating",
        "activated",
    )
    tab.page.context.set_offline(True)
    again = Tab(tab.page.context.new_page(), tab.home)
    again.open(loss="gce", penalty="l2", classes="10")
    again.verdict(sc.certify("gce", "l2", classes=10).headline)
    again.open("notebook.html")
    expect(again.page.locator(".cell").first).to_be_visible()
    assert [text for text in again.complaints if "ERR_" in text] == []


def test_a_first_visit_without_a_network(new_tab: Callable[..., Tab]) -> None:
    tab = new_tab()
    tab.page.route("**/*.json", lambda route: route.abort())
    tab.open()
    expect(tab.page.locator("#failure")).to_contain_text("The first visit needs one.")
    tab.page.unroute("**/*.json")
    tab.page.get_by_role("button", name="Try again").click()
    expect(tab.page.locator("#loading")).to_be_hidden()


def test_a_part_of_python_that_does_not_arrive(new_tab: Callable[..., Tab]) -> None:
    def missing(route: Route) -> None:
        route.fulfill(status=404, body="nothing")

    tab = new_tab()
    tab.page.context.route("**/libraries.zip", missing)
    tab.open()
    tab.certify("muh")
    told = tab.page.locator("#failure")
    expect(told).to_contain_text("python/libraries.zip: the server answered 404")
    tab.page.context.unroute("**/libraries.zip")
    tab.page.get_by_role("button", name="Try again").click()
    expect(told).to_be_hidden()


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("delete globalThis.WebAssembly", "This browser has no WebAssembly"),
        ("delete globalThis.Worker", "This browser has no module workers"),
        ("globalThis.Worker = class { constructor() {} terminate() {} }", "This browser has no module workers"),
    ],
)
def test_a_browser_that_cannot(script: str, says: str, new_tab: Callable[..., Tab]) -> None:
    tab = new_tab()
    tab.page.add_init_script(script)
    for page in ("", "notebook.html"):
        tab.open(page)
        expect(tab.page.locator("#failure")).to_contain_text(says)
        expect(tab.page.locator("#failure")).to_contain_text("the documentation says how to install")
        expect(tab.page.locator("#loading")).to_be_hidden()
    assert tab.complaints == []
