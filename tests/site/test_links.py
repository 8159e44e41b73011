"""Links of the checkout become links of the site; one that leads nowhere is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from docs.site.assembled import mapped
from docs.site.contents import with_contents
from docs.site.links import LinkError
from docs.site.page import SitePage

PAGES = ("docs/theory.md", "docs/refused/zero.md", "CONTRIBUTING.md", "docs/HOW_MUCH_NOISE.md")


def site_text(text: str, checkout: Path, path: str = "start.md") -> str:
    """``text`` as it stands in the site, beside a few other pages."""
    others = [SitePage(p.removeprefix("docs/").lower(), "# x\n", p) for p in PAGES]
    others += [SitePage(p, "# x\n") for p in ("losses/gce.md", "survey.md", "paper/index.md", "index.md")]
    found = mapped([SitePage(path, text), *others], checkout)
    return next(p.text for p in found if isinstance(p, SitePage) and p.path == path)


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("[a](theory.md)", "[a](theory.md)"),
        ("[a](theory.md#3-the-gradient-condition)", "[a](theory.md#3-the-gradient-condition)"),
        ("[a](#here)", "[a](#here)"),
        ("[a](HOW_MUCH_NOISE.md)", "[a](how_much_noise.md)"),
        ("[a](PAPER.md) and [b](SURVEY.md)", "[a](paper/index.md) and [b](survey.md)"),
        ("[a](../CONTRIBUTING.md)", "[a](contributing.md)"),
        ("[a](../README.md)", "[a](index.md)"),
        ("[a](../symcheck/losses/gce.py)", "[a](source/symcheck/losses/gce.py.md)"),
        ("[a](../symcheck/losses)", "[a](source/symcheck/losses.md)"),
        ("[a](losses/gce.md)", "[a](losses/gce.md)"),
        ("[a](https://arxiv.org/abs/2104.12477)", "[a](https://arxiv.org/abs/2104.12477)"),
        ("`[a](gone.md)` and $[x](\\theta)$", "`[a](gone.md)` and $[x](\\theta)$"),
        ("```python\n[a](gone.md)\n```", "```python\n[a](gone.md)\n```"),
        (":::{note}\n[a](../README.md)\n:::", ":::{note}\n[a](index.md)\n:::"),
    ],
)
def test_a_link_leads_to_where_its_file_is_in_the_site(written: str, wanted: str, checkout: Path) -> None:
    assert site_text(written, checkout) == wanted


def test_a_link_starts_from_the_file_that_it_stands_in(checkout: Path) -> None:
    text = "[a](../theory.md) [b](../../README.md)"
    assert site_text(text, checkout, "refused/x.md") == "[a](../theory.md) [b](../index.md)"


@pytest.mark.parametrize("target", ["gone.md", "../gone.py", "losses/gone.md", "../../elsewhere.md"])
def test_a_link_that_leads_nowhere_is_told(target: str, checkout: Path) -> None:
    with pytest.raises(LinkError, match=r"^docs/start\.md: the link .* leads nowhere: .* is neither a file of the"):
        site_text(f"[a]({target})", checkout)


def test_every_page_at_the_top_stands_in_one_tree_of_contents() -> None:
    front = SitePage("index.md", "# x\n\n```{toctree}\n:hidden:\n\nstart\nfaq\n```\n")
    pages = ["index.md", "start.md", "faq.md", "theory.md", "survey.md", "new.md", "losses/gce.md", "losses/index.md"]
    lines = with_contents(front, pages).text.splitlines()
    assert [lines.count(name) for name in ("start", "faq", "theory", "survey", "new", "losses/index")] == [1] * 6
    assert "losses/gce" not in lines
