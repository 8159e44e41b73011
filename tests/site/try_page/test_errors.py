"""What cannot be read is said beside its field, as Python says it, with the text cursor where reading ended."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

import symcheck as sc
from tests.site.try_page.tab import Tab

pytestmark = pytest.mark.site


def raised(loss: str, penalty: str) -> str:
    with pytest.raises(sc.SymcheckError) as error:
        sc.certify(loss, penalty)
    return str(error.value)


@pytest.mark.parametrize(
    ("loss", "penalty", "field", "place"),
    [
        ("logsumexp(z) - z[y", "l2", "loss", 18),
        ("logsumexp(z) - z[0]", "l2", "loss", 17),
        ("logsumexp(z) - q*z[y]", "l2", "loss", 15),
        ("z[y] = 3", "l2", "loss", 5),
        ("gcee", "l2", "loss", None),
        ("gce", "total(z", "penalty", 0),
        ("gce", "z[y]", "penalty", 2),
        ("gce", "ridge", "penalty", None),
    ],
)
def test_a_message_stands_beside_its_field(loss: str, penalty: str, field: str, place: int | None, tab: Tab) -> None:
    tab.certify(loss, penalty)
    told = tab.page.locator(f"#{field}-error")
    message = raised(loss, penalty)
    hint = "\n(on this page: in the field Parameters)" if "--param" in message else ""
    expect(told).to_have_text(message + hint)
    box = tab.page.locator(f"#{field}")
    expect(box).to_be_focused()
    expect(box).to_have_attribute("aria-invalid", "true")
    if place is not None:
        assert box.evaluate("field => field.selectionStart") == place
    expect(tab.page.locator("#answer")).to_be_hidden()


@pytest.mark.parametrize(
    ("parameters", "classes", "field", "begins"),
    [
        ("q = 2", "", "parameters", "q: got 2; accepted is (0, 1]"),
        ("r = 1", "", "parameters", "--param: neither the loss nor the regularizer has a parameter r; accepted: q"),
        ("q", "", "parameters", "--param: got 'q'; accepted is a value"),
        ("", "1", "classes", "classes: got 1; accepted is an integer C >= 2"),
        ("", "ten", "classes", "--classes: got 'ten'; accepted is an integer C >= 2"),
        ("", "9:3", "classes", "classes: got (9, 3), which is empty"),
    ],
)
def test_parameters_and_classes(parameters: str, classes: str, field: str, begins: str, tab: Tab) -> None:
    tab.certify("gce", "l2", parameters, classes)
    expect(tab.page.locator(f"#{field}-error")).to_contain_text(begins)
    expect(tab.page.locator(f"#{field}")).to_be_focused()


def test_nothing_at_all(tab: Tab) -> None:
    tab.certify("", "")
    expect(tab.page.locator("#loss-error")).to_contain_text("loss: nothing was given; accepted is a name")


def test_a_message_goes_when_it_is_mended(tab: Tab) -> None:
    tab.certify("logsumexp(z) - z[y")
    expect(tab.page.locator("#loss-error")).to_be_visible()
    tab.certify("logsumexp(z) - z[y]")
    tab.verdict(sc.certify("logsumexp(z) - z[y]", "l2").headline)
    expect(tab.page.locator("form .error:visible")).to_have_count(0)
    expect(tab.page.locator("[aria-invalid]")).to_have_count(0)


def test_what_is_too_much_for_a_browser_is_said_and_python_starts_again(tab: Tab) -> None:
    tab.certify("+".join(["z[y]"] * 1990))  # Python here certifies it
    expect(tab.page.locator("#loss-error")).to_contain_text("This is too much for Python in a browser")
    tab.certify("muh")
    tab.verdict(sc.certify("muh", "l2").headline)
