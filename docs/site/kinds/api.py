"""The API: a page a group of names, and a table of all of them."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import ModuleType

from docs.site.api.docstring import Link, docstring_page
from docs.site.api.groups import GROUPS, ORDER, Group, group_of
from docs.site.api.public import Public, field_names, fields_of_parents, is_property, members, public
from docs.site.api.signature import signature
from docs.site.entries.markdown import fenced, prose, table
from docs.site.page import SitePage, Source


def sources(_checkout: Path, _workers: int) -> Iterator[Source]:
    """``api/index.md`` and ``api/GROUP.md``."""
    found = public()
    groups = sorted(GROUPS, key=lambda g: ORDER.index(g.name))
    by_group = {g: sorted((p for p in found if group_of(p.home) is g), key=_rank) for g in groups}
    used = [g for g in groups if by_group[g]]
    places = {p.written: f"{group_of(p.home).name}.md#{_anchor(p)}" for p in found}
    yield _index(used, by_group, places)
    for g in used:
        yield SitePage(f"api/{g.name}.md", _group_page(g, by_group[g], _link_of(places)))


def _rank(p: Public) -> tuple[int, str]:
    """What is called comes first, then what it returns, then what is looked into."""
    kinds = (inspect.isfunction(p.value), isinstance(p.value, type), True)
    return kinds.index(True), p.written


def _link_of(places: dict[str, str]) -> Link:
    """Names as docstrings write them: with the package, without it, as ``sc.name``, and calls of them."""
    short = {written.rpartition(".")[2]: place for written, place in places.items()}

    def link(code: str) -> str | None:
        name = code.partition("(")[0]
        full = name.replace("sc.", "symcheck.", 1) if name.startswith("sc.") else name
        return places.get(full) or (short.get(name) if code == name else None)

    return link


def _index(groups: Sequence[Group], by_group: dict[Group, list[Public]], places: dict[str, str]) -> SitePage:
    parts = [
        "# API",
        (
            "Every public name.  `symcheck` proves and needs no torch; `numerics` trains and confirms.  Classes below "
            "that are no name of a package are what its functions return."
        ),
    ]
    for g in groups:
        rows = [[f"[`{p.written}`]({places[p.written]})", prose(_first_line(p.value))] for p in by_group[g]]
        parts += [f"## {g.title}", g.said, table(["name", "what it is"], rows)]
    names = "\n".join(g.name for g in groups)
    parts.append(f"```{{toctree}}\n:hidden:\n\n{names}\n```")
    return SitePage("api/index.md", "\n\n".join(parts) + "\n")


def _first_line(value: object) -> str:
    doc = inspect.getdoc(value) or ""
    return " ".join(doc.partition("\n\n")[0].split()).replace("``", "")


def _group_page(g: Group, found: Sequence[Public], link: Link) -> str:
    parts = [f"# {g.title}", g.said, *(part for p in found for part in _entry(p, link) if part)]
    return "\n\n".join(parts) + "\n"


def _entry(p: Public, link: Link) -> Iterator[str]:
    yield f"({_anchor(p)})=\n## `{p.written}`"
    if isinstance(p.value, ModuleType):
        yield docstring_page(p.value.__doc__ or "", link)
        yield f"Names: {', '.join(f'`{name}`' for name in _names(p.value))}."
    elif isinstance(p.value, type):
        yield from _class(p, p.value, link)
    elif callable(p.value):
        yield fenced("python", signature(p.written, p.value))
        yield docstring_page(p.value.__doc__ or "", link)


def _names(module: ModuleType) -> list[str]:
    return [name for name in getattr(module, "__all__", dir(module)) if not name.startswith("_")]


def _class(p: Public, owner: type, link: Link) -> Iterator[str]:
    if "__init__" in vars(owner) and not field_names(owner):
        yield fenced("python", signature(p.written, owner.__init__))  # type: ignore[misc]  # of the class that it is
    yield docstring_page(owner.__doc__ or "", link)
    inherited = fields_of_parents(owner)
    yield docstring_page("\n".join(inherited), link) if inherited else ""
    for name, function in members(owner).items():
        written = f"{p.name}.{name}"
        yield f"### `{written}`"
        yield fenced("python", _member_signature(owner, name, written, function))
        yield docstring_page(function.__doc__ or "", link)


def _member_signature(owner: type, name: str, written: str, function: object) -> str:
    assert callable(function)
    text = signature(written, function)
    return text.replace("()", "", 1).replace(" -> ", ": ", 1) if is_property(owner, name) else text


def _anchor(p: Public) -> str:
    """Anchors know no capital letters, and names do: ``Match`` is a class beside ``match``."""
    kind = "class-" if isinstance(p.value, type) else ""
    return f"api-{kind}" + p.written.lower().replace(".", "-").replace("_", "-")
