"""How the page looks and is driven: narrow, dark, by keyboard, for those who hear it; and that it asks nobody else."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

import symcheck as sc
from tests.site.try_page.tab import Tab

pytestmark = pytest.mark.site

CONTRAST = """
() => {
  const channel = (value) => (value /= 255) <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const light = (color) => {
    const [r, g, b] = color.match(/[\\d.]+/g).map(Number);
    return 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  };
  const paper = light(getComputedStyle(document.body).backgroundColor);
  return [...document.querySelectorAll(".proved, .refuted, .hint, .about, a, h1, #certify")].map((element) => {
    const style = getComputedStyle(element);
    const below = element.id === "certify" ? light(style.backgroundColor) : paper;
    const [a, b] = [light(style.color), below].sort((x, y) => y - x);
    return [element.className || element.tagName, (a + 0.05) / (b + 0.05)];
  });
}
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_narrow_page_scrolls_in_its_parts_alone(scheme: str, new_tab: Callable[..., Tab]) -> None:
    tab = new_tab(viewport={"width": 360, "height": 740}, color_scheme=scheme)

    def fits() -> None:
        assert tab.page.evaluate("document.documentElement.scrollWidth") <= 360

    tab.open()
    expect(tab.page.locator("#loading")).to_be_hidden()
    fits()
    tab.certify("logsumexp(z) - z[y")
    expect(tab.page.locator("#loss-error")).to_be_visible()
    fits()
    for loss, penalty in (("focal", "entropy"), ("ldam", "l2"), ("one_vs_rest_logistic", "l2")):
        tab.certify(loss, penalty)
        tab.verdict(sc.certify(loss, penalty).headline)
        fits()
    expect(tab.page.locator(".repair").first).to_be_visible()
    fits()
    assert [(name, round(ratio, 2)) for name, ratio in tab.page.evaluate(CONTRAST) if ratio < 4.5] == []
    tab.page.click("#verify")
    expect(tab.page.locator("#verified")).to_be_visible()
    fits()


def test_by_keyboard_from_the_first_key_to_a_repair(tab: Tab) -> None:
    page = tab.page
    tab.open()
    expect(page.locator("#loading")).to_be_hidden()
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.locator("#loss").evaluate("field => field === document.activeElement"):
            break
    page.keyboard.press("Control+A")
    page.keyboard.type("one_vs_r")
    expect(page.locator("#loss")).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    chosen = page.locator("#loss-list [aria-selected=true]")
    expect(page.locator("#loss")).to_have_attribute("aria-activedescendant", re.compile("^loss-list-0$"))
    expect(chosen).to_contain_text("one_vs_rest")
    page.keyboard.press("Enter")
    assert page.input_value("#loss") == "one_vs_rest_logistic"
    page.keyboard.press("Enter")
    tab.verdict(sc.certify("one_vs_rest_logistic", "l2").headline)
    expect(page.locator("#verdict")).to_be_focused()
    button = page.get_by_role("button", name="Certify this: subtract the drift")
    expect(button).to_be_visible()
    for _ in range(10):
        page.keyboard.press("Tab")
        if button.evaluate("button => button === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.locator("#verdict")).to_have_text(re.compile("^PROVED"))


def test_functions_complete_inside_a_formula(tab: Tab) -> None:
    page = tab.page
    page.fill("#loss", "")
    page.locator("#loss").press_sequentially("-z[y] + softp")
    expect(page.locator("#loss-list li").first).to_contain_text("softplus(")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    assert page.input_value("#loss") == "-z[y] + softplus("
    page.keyboard.press("Escape")
    expect(page.locator("#loss-list")).to_be_hidden()


def test_every_control_has_a_name(tab: Tab) -> None:
    names = tab.page.locator("input:visible, button:visible, summary:visible, progress:visible")
    for place in range(names.count()):
        control = names.nth(place)
        expect(control).to_have_accessible_name(re.compile(r"\S"))


def test_the_title_says_the_verdict(tab: Tab) -> None:
    tab.certify("muh")
    expect(tab.page).to_have_title("PROVED: muh + l2 - symcheck")


def test_it_asks_nobody_else_and_complains_of_nothing(new_tab: Callable[..., Tab]) -> None:
    tab = new_tab()
    tab.open(loss="gce", penalty="l2")
    tab.verdict(sc.certify("gce", "l2").headline)
    assert [address for address in tab.requests if not address.startswith((tab.home, "data:", "blob:"))] == []
    assert tab.complaints == []
