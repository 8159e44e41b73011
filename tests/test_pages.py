"""The hand-written pages of docs/: examples are run and show what comes out, links lead somewhere, plain facts agree.

Pages are found, not listed: whatever stands in docs/ and is not made by another test.  make docs writes outputs again.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from symcheck.version import VERSION
from tests.conftest import CHECKOUT
from tests.executed import blocks, commands, executed_all, prose

OTHERS = {"theory.md", "architecture.md"}
"""Pages with tests of their own, as all pages in capitals."""

SLOW = {"docs/train.md", "docs/noise.md", "docs/confirm.md"}
"""Pages that train for more than a few seconds."""

LANGUAGES = {"python", "text", "console", "sh", "bibtex"}


def hand_written(folder: Path) -> list[str]:
    """The pages, from the checkout: names in small letters."""
    found = sorted((folder / "docs").rglob("*.md"))
    return [p.relative_to(folder).as_posix() for p in found if p.name not in OTHERS and p.name == p.name.lower()]


PAGES = hand_written(CHECKOUT)


def text_of(page: str) -> str:
    return (CHECKOUT / page).read_text("utf-8")


def _compared(pages: list[str], folder: Path, generated: Callable[[str, str], None]) -> None:
    fresh = executed_all({page: text_of(page) for page in pages}, folder)
    failed = []
    for page, text in fresh.items():
        try:
            generated(page, text)
        except AssertionError as error:
            failed.append(error)
    if failed:
        raise ExceptionGroup(f"{len(failed)} pages", failed)


@pytest.mark.generated
def test_what_the_pages_show_is_what_comes_out(tmp_path: Path, generated: Callable[[str, str], None]) -> None:
    _compared([page for page in PAGES if page not in SLOW], tmp_path, generated)


@pytest.mark.slow
@pytest.mark.generated
def test_what_the_pages_that_train_show_is_what_comes_out(
    tmp_path: Path, generated: Callable[[str, str], None]
) -> None:
    _compared([page for page in PAGES if page in SLOW], tmp_path, generated)


DOCTORED = """\
```python
# mine.py
def twice(z, y):
    return {factor} * sc.mean(z) - {factor} * z[y]
```

```console
$ symcheck --version
symcheck 99
$ symcheck certify --formula "z[y]" l2 | head -1
PROVED for every C >= 2: formula + l2 on R^C
$ symcheck certify l2 l2
nothing
```

```python
import symcheck as sc
print(sc.certify(twice, "l2").kappa, open("mine.py").read().count("{factor}"))
```

```text
3
```
"""


def test_doctored_pages_are_not_what_comes_out(tmp_path: Path) -> None:
    """Each page has its own names and files; commands that are called in the process answer as those of a shell."""
    pages = {str(factor): DOCTORED.format(factor=factor) for factor in (2, 5)}
    fresh = executed_all(pages, tmp_path)
    for name, text in fresh.items():
        outputs = [b.text for b in blocks(text) if b.language != "python"]
        assert outputs == [
            f"$ symcheck --version\nsymcheck {VERSION}\n"
            '$ symcheck certify --formula "z[y]" l2 | head -1\n'
            "REFUTED: formula + l2 on R^C, asked for every C >= 2\n"
            "$ symcheck certify l2 l2\n"
            "symcheck: loss: l2 is a regularizer; the loss comes first and then the regularizer\n",
            f"{name} 2\n",
        ]
    assert fresh != pages


def test_the_pages_are_found() -> None:
    assert {"docs/index.md", "docs/start.md", "docs/refused/index.md", "docs/faq.md", "docs/cite.md"} <= set(PAGES)
    assert set(PAGES) >= SLOW


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_well_formed(page: str) -> None:
    text = text_of(page)
    assert text.startswith("# "), "a page begins with its title"
    assert len(re.findall(r"^# ", prose(text), re.MULTILINE)) == 1
    assert text.count("\n```") == 2 * len(blocks(text)), "a fence is not closed"
    assert {b.language for b in blocks(text)} - {"{toctree}"} <= LANGUAGES
    assert [line for line in prose(text).splitlines() if len(line) > 120 and not line.startswith("|")] == []
    shown = [b for b in blocks(text) if b.language == "console"]
    assert all(c.startswith("symcheck ") for b in shown for c in commands(b.text))
    assert "\u2014" not in text


def anchors(text: str) -> set[str]:
    """The anchors of the headings of a page, as a code host and the site make them."""
    heads = re.findall(r"^#+ (.*)$", prose(text), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", h.replace("`", "")).strip().lower().replace(" ", "-") for h in heads}


def lost(page: str, text: str, checkout: Path) -> list[str]:
    """Links of a page that lead nowhere: files, and headings of Markdown pages."""
    found = []
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(text)):
        if "://" in target:
            continue
        path, _, head = target.partition("#")
        file = (checkout / page).parent / path
        if not file.exists() or (head and head not in anchors(file.read_text("utf-8") if path else text)):
            found.append(target)
    return found


@pytest.mark.parametrize("page", PAGES)
def test_the_links_of_a_page_lead_somewhere(page: str, checkout: Path) -> None:
    assert lost(page, text_of(page), checkout) == []


def test_a_link_that_leads_nowhere_is_seen(checkout: Path) -> None:
    text = "# T\n\n## Ab, c\n\n[a](start.md) [b](no.md) [c](#ab-c) [d](#ab) [e](start.md#in-python) [f](start.md#no)\n"
    assert lost("docs/index.md", text, checkout) == ["no.md", "#ab", "start.md#no"]


def listed(page: str) -> set[str]:
    """The pages in the table of contents of ``page``."""
    trees = [b.text for b in blocks(text_of(page)) if b.language == "{toctree}"]
    folder = Path(page).parent
    return {
        (folder / f"{name}.md").as_posix() for tree in trees for name in re.findall(r"^[\w/-]+$", tree, re.MULTILINE)
    }


def test_every_page_is_reached_from_the_front_page() -> None:
    reached = listed("docs/index.md") | listed("docs/refused/index.md")
    assert set(PAGES) - {"docs/index.md"} <= reached
