"""docs/NETWORKS.md: its code runs, block after block, and prints what the page shows."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path
from typing import Any

import pytest

from numerics.confirmations.networks.claim_rows import MOST
from numerics.confirmations.networks.default_training import STEPS
from numerics.data.torch_samples import IN_MEMORY

PAGE = "docs/NETWORKS.md"
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def page(checkout: Path) -> str:
    return (checkout / PAGE).read_text("utf-8")


def test_the_code_prints_what_the_page_shows(page: str) -> None:
    found = FENCE.findall(page)
    assert len(found) >= 12
    names: dict[str, Any] = {"__name__": "page"}
    for (language, code), (after, shown) in zip(found[::2], found[1::2], strict=True):
        assert (language, after) == ("python", "text")
        with contextlib.redirect_stdout(io.StringIO()) as out:
            exec(compile(code, PAGE, "exec"), names)  # noqa: S102 - the page of this checkout
        assert out.getvalue() == shown, code


def test_the_numbers_of_the_page_are_those_of_the_code(page: str) -> None:
    assert f"at most {100 * MOST:g} %" in page
    assert f"({STEPS} unless you say another" in page
    assert f"up to {IN_MEMORY // 2**20} MiB" in page


def test_the_links_of_the_page_lead_somewhere(page: str, checkout: Path) -> None:
    heads = {
        re.sub(r"[^\w -]", "", h).strip().lower().replace(" ", "-")
        for h in re.findall(r"^#+ (.*)$", page, re.MULTILINE)
    }
    for target in re.findall(r"\]\(([^)]+)\)", page):
        path, _, head = target.partition("#")
        assert (checkout / "docs" / path).exists() if path else head in heads
