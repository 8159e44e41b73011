"""The slider asks again for another C, and the checkbox for every C."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

import symcheck as sc
from tests.site.certify_page import CertifyPage

pytestmark = pytest.mark.site


def headline(classes: int | None = None) -> str:
    return sc.certify("one_vs_rest_logistic", "l2", classes=classes).headline


def test_the_slider_asks_for_its_c_and_the_last_one_wins(ready: CertifyPage) -> None:
    ready.ask("one_vs_rest_logistic", "l2")
    expect(ready["verdict"]).to_have_text(headline())
    slider = ready["slider"]
    for value in ("3", "50", "2"):
        slider.fill(value)
    expect(ready["verdict"]).to_have_text(headline(2))
    assert ready["classes"].input_value() == "2"
    assert "classes=2" in ready.page.url
    slider.focus()
    ready.page.keyboard.press("ArrowRight")
    expect(ready["verdict"]).to_have_text(headline(3))
    expect(slider).to_be_focused()


def test_the_checkbox_goes_back_to_every_c(ready: CertifyPage) -> None:
    ready.ask("one_vs_rest_logistic", "l2", "", "7")
    expect(ready["every"]).not_to_be_checked()
    assert ready["slider"].input_value() == "7"
    ready["every"].check()
    expect(ready["verdict"]).to_have_text(headline())
    assert ready["classes"].input_value() == ""
    ready["every"].uncheck()
    expect(ready["verdict"]).to_have_text(headline(7))


def test_a_question_that_is_asked_while_another_runs_is_the_one_that_is_answered(ready: CertifyPage) -> None:
    ready.fill("one_vs_rest_logistic", "l2")
    ready["certify"].click()
    ready.fill("cross_entropy", "l2", "", "5")
    ready["certify"].click()
    expect(ready["verdict"]).to_have_text(sc.certify("cross_entropy", "l2", classes=5).headline)
    ready.page.wait_for_timeout(500)
    expect(ready["verdict"]).to_have_text(sc.certify("cross_entropy", "l2", classes=5).headline)
    expect(ready["repairs"]).to_be_hidden()
