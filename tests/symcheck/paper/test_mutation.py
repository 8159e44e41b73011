"""No check of the ledger holds whatever it is given: each fact fails for some change of what it is computed from."""

from __future__ import annotations

import pkgutil
import sys
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from symcheck.paper import Claim, Point, claim, claims, sections
from tests.sampled import one_in
from tests.symcheck.paper.harmless import HARMLESS
from tests.symcheck.paper.mutation import HELPERS, empty_comparisons, survivors

SECTIONS = [import_module(f"{sections.__name__}.{m.name}") for m in pkgutil.iter_modules(sections.__path__)]
MODULES = [*SECTIONS, *HELPERS]
ENTRIES = [(module, entry) for module in SECTIONS for entry in module.CLAIMS]


@pytest.mark.parametrize(("module", "entry"), one_in(12, ENTRIES, ids=lambda row: row[1].id))
def test_every_fact_can_fail(module: ModuleType, entry: Claim) -> None:
    assert [fact.said for fact in survivors(module, entry, HARMLESS.get(entry.id))] == []


def test_every_entry_is_tried() -> None:
    assert {entry.id for _, entry in ENTRIES} == {entry.id for entry in claims()}


@pytest.mark.parametrize("module", MODULES, ids=[m.__name__.rsplit(".", 1)[1] for m in MODULES])
def test_no_fact_compares_a_thing_with_itself(module: ModuleType) -> None:
    assert empty_comparisons(module) == []


CHECKS = """
def _compute(w):
    x = w["x"]
    a, b = 3 * x, x + x + x
    yield proves("said", {check}, "how")
"""


@pytest.mark.parametrize(
    ("check", "empty", "can_fail"),
    [
        ("a == b", False, True),
        ("a - 2 * x == x", False, True),
        ("-x != x", True, False),
        ("3 != 2", True, False),
        ("not 0 < 0", True, False),
        ("x == x", True, False),
        ("vanishes((a + b) - (a + b))", True, True),
        ("vanishes(a + b - 6 * x)", False, True),
        ("x > 0", False, False),
    ],
)
def test_checks_that_show_nothing_are_found(
    check: str, *, empty: bool, can_fail: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a witness that is not changed, what does not compute survives; a comparison of nothing is named."""
    path = tmp_path / "made_up.py"
    heading = "from symcheck.paper.base import proves\nfrom symcheck.paper.exact import vanishes\n"
    path.write_text(heading + CHECKS.format(check=check), encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "made_up", raising=False)
    module = import_module("made_up")
    entry = replace(claim("E1"), compute=module._compute, witness=Point("$x = %(x)s$", x=2))
    assert bool(empty_comparisons(module)) is empty
    assert (survivors(module, entry, None) == []) is can_fail
    monkeypatch.delitem(sys.modules, "made_up")
