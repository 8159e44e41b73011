"""Without a network: the second visit works, and whatever does not come is said, with what to do."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Route, expect

import symcheck as sc
from tests.site.certify_page import SECONDS, certify_page

pytestmark = pytest.mark.site

Contexts = Callable[..., BrowserContext]
ALL_KEPT = """async () => {
    await navigator.serviceWorker.ready;
    const { version } = await (await fetch("manifest.json")).json();
    while (!(await (await caches.open(`symcheck-${version}`)).match("manifest.json"))) await new Promise((r) => setTimeout(r, 50));
}"""


def test_the_second_visit_needs_no_network(home: str, contexts: Contexts) -> None:
    context = contexts()
    first = certify_page(context)
    first.page.goto(home)
    expect(first["loading"]).to_be_hidden(timeout=1000 * SECONDS)
    first.page.evaluate(ALL_KEPT)
    first.page.close()
    context.set_offline(True)
    second = certify_page(context)
    second.page.goto(home)
    second.ask("gce", "l2", "q in (0, 1]")
    expect(second["verdict"]).to_have_text(re.compile("^PROVED for every C >= 2"))
    second.page.goto(f"{home}notebook.html")
    expect(second["cells"].locator(".cell").first).to_be_visible()
    assert second.complaints == []


def test_a_first_visit_whose_files_do_not_arrive_says_what_to_do(home: str, contexts: Contexts) -> None:
    context = contexts(service_workers="block")
    context.route("**/manifest.json", lambda route: route.abort())
    page = certify_page(context)
    page.page.goto(home)
    expect(page["failure"]).to_contain_text(
        "The files of this page do not arrive. Is there a network? The first visit needs one."
    )
    context.unroute("**/manifest.json")
    page["failure"].get_by_role("button", name="Try again").click()
    expect(page["loading"]).to_be_hidden(timeout=1000 * SECONDS)
    page.ask("cross_entropy", "l2")
    expect(page["verdict"]).to_have_text(sc.certify("cross_entropy", "l2").headline)


def test_a_file_of_python_that_does_not_arrive_can_be_tried_again(home: str, contexts: Contexts) -> None:
    context = contexts(service_workers="block")

    def gone(route: Route) -> None:
        route.fulfill(status=404, body="gone")

    context.route("**/libraries.zip", gone)
    page = certify_page(context)
    page.page.goto(home)
    expect(page["failure"]).to_contain_text("python/libraries.zip: the server answered 404")
    context.unroute("**/libraries.zip", gone)
    page["failure"].get_by_role("button", name="Try again").click()
    page.ask("cross_entropy", "l2")
    expect(page["failure"]).to_be_hidden()
    expect(page["verdict"]).to_have_text(sc.certify("cross_entropy", "l2").headline)


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("delete globalThis.WebAssembly", "This browser has no WebAssembly, or it is switched off."),
        ("delete globalThis.Worker", "This browser has no module workers."),
    ],
)
def test_a_browser_that_cannot_run_python_is_told_what_to_do(
    script: str, told: str, home: str, contexts: Contexts
) -> None:
    context = contexts()
    context.add_init_script(script)
    page = certify_page(context)
    page.page.goto(f"{home}#loss=mae&penalty=")
    expect(page["failure"]).to_have_text(
        f"{told} Another browser may do, or Python itself: pip install symcheck."
    )
    expect(page["loading"]).to_be_hidden()
    page["certify"].click()
    expect(page["answer"]).to_be_hidden()
    assert page["loss"].input_value() == "mae"
