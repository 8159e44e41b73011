"""The tree of contents: what the front page lists, and the pages that are made or stand beside it, by what they are."""

from __future__ import annotations

import re
from collections.abc import Collection

from docs.site.page import SitePage

TREES = {
    "Look up": ("survey", "losses/index", "penalties/index", "preference-losses/index", "api/index", "cli/index"),
    "Theory and evidence": (
        "theory", "paper/index", "preferences", "networks", "network_claims", "study", "how_much_noise", "trusted",
        "figures", "notebooks/index",
    ),
    "The project": ("architecture", "changelog", "contributing", "code_of_conduct", "security"),
}  # fmt: skip
"""Pages by the heading under which they stand, in their order; a page that is not there is left out."""

REST = "The project"
"""Where a page at the top stands that no tree names."""

_TREE = re.compile(r"^```\{toctree\}\n(.*?)^```$", flags=re.MULTILINE | re.DOTALL)


def with_contents(front: SitePage, pages: Collection[str]) -> SitePage:
    """The front page with a tree for each heading of ``TREES``: every page at the top stands in one tree."""
    listed = {
        line.strip().removesuffix(".md").lower() for tree in _TREE.findall(front.text) for line in tree.splitlines()
    }
    there = {path.removesuffix(".md") for path in pages if path.endswith(".md")}
    named = {name for names in TREES.values() for name in names}
    rest = sorted(name for name in there - named - listed - {"index"} if "/" not in name)
    parts = [front.text.rstrip("\n")]
    for title, names in TREES.items():
        shown = [name for name in names if name in there - listed] + (rest if title == REST else [])
        if shown:
            parts.append(f"```{{toctree}}\n:hidden:\n:caption: {title}\n\n" + "\n".join(shown) + "\n```")
    return SitePage(front.path, "\n\n".join(parts) + "\n", front.origin)
