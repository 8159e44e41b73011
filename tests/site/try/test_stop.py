"""A question that takes long can be stopped: the fields stay, Python starts again, and the next one is answered."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

import symcheck as sc
from tests.site.certify_page import SECONDS, CertifyPage

pytestmark = pytest.mark.site

LONG = "*".join(f"log(1 + total(exp(z*{k})))" for k in range(1, 60)) + " - z[y]"


def test_stop_ends_a_long_question(ready: CertifyPage) -> None:
    ready.ask("mae", "l2")
    ready.fill(LONG, "l2")
    ready["certify"].click()
    expect(ready["stop"]).to_be_visible()
    expect(ready["working"]).to_contain_text(" s")
    ready["stop"].click()
    expect(ready["stop"]).to_be_hidden()
    expect(ready["working"]).to_have_text("stopped; Python starts again")
    assert ready["loss"].input_value() == LONG
    # Asked before Python is there again.
    ready.ask("cross_entropy", "l2")
    expect(ready["verdict"]).to_have_text(sc.certify("cross_entropy", "l2").headline, timeout=1000 * SECONDS)
    expect(ready["loading"]).to_be_hidden()


def test_a_formula_deeper_than_the_stack_of_the_browser_is_told(ready: CertifyPage) -> None:
    ready.ask("logsumexp(z) - z[y]" + " + z[y]" * 1500, "l2")
    told = "Python has ended over this (Maximum call stack size exceeded) and starts again; something shorter may do"
    expect(ready["loss-error"]).to_have_text(told)
    ready.ask("cross_entropy", "l2")
    expect(ready["verdict"]).to_have_text(sc.certify("cross_entropy", "l2").headline)
    expect(ready["failure"]).to_be_hidden()
    # Pyodide says on the console that it has ended.
    assert all("atal error" in line or "Stack (" in line or "  File" in line for line in ready.complaints)
    ready.complaints.clear()
