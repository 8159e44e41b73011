"""Pages as files: the ending of a name says in which form."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from symcheck.errors import OutputError, shortened, shown
from symcheck.files import written
from symcheck.language.flag import flag
from symcheck.render.block import Block
from symcheck.render.browser import checked_browser, pdf
from symcheck.render.html import html_page
from symcheck.render.latex import latex_document
from symcheck.render.markdown import markdown_page
from symcheck.render.text import text_page

LONGEST_STEM = 60
"""A name that is longer is not repeated in an example."""

Blocks = Callable[[], Iterable[Block]]

FORMS: Mapping[str, Callable[[Iterable[Block]], str | bytes]] = {
    ".txt": lambda blocks: f"{text_page(blocks)}\n",
    ".md": markdown_page,
    ".html": html_page,
    ".tex": latex_document,
    ".pdf": lambda blocks: pdf(html_page(blocks)),
}
"""What each ending stands for."""


def checked_path(path: str | os.PathLike[str], *, overwrite: bool, has_json: bool, argument: str = "path") -> Path:
    """Where a page can be written; raises ``OutputError`` for an ending or a file that is refused.

    To be asked before the page is made: what is wrong is told at once.
    """
    try:
        target = Path(path)
    except TypeError:
        raise OutputError(f"{argument}: got {shown(path)}; accepted is the name of a file, such as page.html") from None
    endings = [*FORMS, *([".json"] if has_json else [])]
    if target.suffix.lower() not in endings:
        raise OutputError(
            f"{argument}: got {shown(str(path))}, whose ending is {shortened(target.suffix, 60) or 'missing'}; "
            f"accepted are {', '.join(endings)}, as in {_stem(target)}.html"
        )
    if _is(stat.S_ISDIR, target, argument):
        raise OutputError(f"{argument}: {path} is a folder; name a file in it")
    if not _is(stat.S_ISDIR, target.parent, argument):
        if target.parent.exists():
            raise OutputError(f"{argument}: {target.parent} is no folder; name a folder for {target.name}")
        raise OutputError(f"{argument}: the folder {target.parent} is not there; make it, or name another")
    # A device or a pipe is not lost by writing to it.
    if _is(stat.S_ISREG, target, argument) and not flag(overwrite, "overwrite"):
        do = "add --force" if argument.startswith("--") else "pass overwrite=True"
        raise OutputError(
            f"{argument}: {path} exists already, and nothing was written; {do} to replace it, or name another file"
        )
    if target.suffix.lower() == ".pdf":
        checked_browser()
    return target


def _stem(target: Path) -> str:
    """A name to go with an ending: what ``target`` has, or ``page`` where that is none, or too long to repeat."""
    stem = target.stem.strip(".")
    return stem if 0 < len(stem) <= LONGEST_STEM else "page"


def _is(kind: Callable[[int], bool], path: Path, argument: str) -> bool:
    """Whether ``path`` is there and of this kind; raises ``OutputError`` for what can be no file."""
    try:
        return kind(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False
    # A loop of links, a name that is too long, a folder that is closed; ValueError: a zero byte.
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise OutputError(f"{argument}: cannot write {shown(str(path), 80)}: {reason}; name another file") from error


def saved(target: Path, blocks: Blocks, json: Callable[[], str] | None = None) -> Path:
    """Write the page to ``target``, which ``checked_path`` let pass, in one step; the path."""
    ending = target.suffix.lower()
    content = json() if ending == ".json" and json is not None else FORMS[ending](blocks())
    try:
        return written(target, content)
    except OSError as error:
        raise OutputError(f"cannot write {target}: {error.strerror or error}") from error
