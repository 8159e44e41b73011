"""What the page offers to be typed is the catalogue and the language of formulas."""

from __future__ import annotations

import pytest

import symcheck as sc
from docs.browser.names import typed_names
from symcheck.intake.catalogue import names
from symcheck.language.recording import Kind


@pytest.fixture(scope="module")
def typed() -> dict[str, list[dict[str, str]]]:
    return typed_names()


@pytest.mark.parametrize(("field", "kind"), [("losses", "loss"), ("penalties", "regularizer")])
def test_every_entry_is_offered(typed: dict[str, list[dict[str, str]]], field: str, kind: Kind) -> None:
    assert [entry["name"] for entry in typed[field]] == list(names(kind))
    assert all(entry["what"] for entry in typed[field])


def test_every_function_is_offered_with_its_form(typed: dict[str, list[dict[str, str]]]) -> None:
    offered = {row["name"]: row["form"] for row in typed["functions"]}
    assert offered["total"].startswith("total(")
    assert all(form.startswith(f"{name}(") and hasattr(sc, name) for name, form in offered.items())
