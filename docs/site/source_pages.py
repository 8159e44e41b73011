"""Pages that show a file of the checkout, for the files that other pages link to."""

from __future__ import annotations

import ast
from pathlib import Path

from docs.site.page import SitePage

_LANGUAGES = {".py": "python", ".toml": "toml", ".cff": "yaml", ".yml": "yaml", ".md": "markdown", ".sh": "bash"}


def source_page(place: str, checkout: Path) -> SitePage:
    """The page of ``place``: the text of a file, the files of a folder with what each says of itself."""
    path = checkout / place
    head = f"---\norphan: true\nnosearch: true\n---\n\n# `{place}`\n\n"
    if path.is_dir():
        lines = [_line(p) for p in sorted(path.iterdir()) if p.suffix in _LANGUAGES or _is_package(p)]
        return SitePage(f"source/{place}.md", head + "\n".join(lines) + "\n", f"{place}/.")
    language = _LANGUAGES.get(path.suffix, "text")
    text = path.read_text("utf-8").rstrip("\n")
    fence = "`" * 3
    while fence in text:
        fence += "`"
    return SitePage(f"source/{place}.md", f"{head}{fence}{language}\n{text}\n{fence}\n", place)


def _line(path: Path) -> str:
    doc = _first_line(path / "__init__.py" if path.is_dir() else path)
    return f"- `{path.name}`" + (f": {doc}" if doc else "")


def _first_line(path: Path) -> str:
    doc = ast.get_docstring(ast.parse(path.read_text("utf-8"))) if path.suffix == ".py" else None
    return doc.splitlines()[0].replace("``", "`") if doc else ""


def _is_package(path: Path) -> bool:
    return (path / "__init__.py").exists()
