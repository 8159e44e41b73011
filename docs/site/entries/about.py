"""What an entry says of itself: its title, the sentences of its docstring, its parameters, its source."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator

from docs.site.entries.markdown import prose, table
from symcheck.entry import Entry


def words(entry: Entry) -> str:
    """The entry in words: the first sentence of its file."""
    doc = sys.modules[type(entry).__module__].__doc__ or ""
    return " ".join(doc.partition("\n\n")[0].split()).removesuffix(".")


def lower(text: str) -> str:
    """``text`` as it stands in the middle of a line: a first word that is no name begins small."""
    first = text.partition(" ")[0]
    is_word = len(first) > 1 and first[1:].isalpha() and first[1:] == first[1:].lower()
    return text[0].lower() + text[1:] if is_word or first == "A" else text


def said(entry: Entry) -> list[str]:
    """The paragraphs of the docstring, less the reference and the examples."""
    text = inspect.cleandoc(type(entry).__doc__ or "").partition(">>>")[0].partition("Reference:")[0]
    names = [*entry.declared, *entry.declared_arrays]
    found = []
    for part in re.split(r"\n\n|\n(?=Parameters: )", text):
        one = " ".join(part.split())
        if one:
            found.append(_with_code(_formula_as_code(one), names))
    return found


def _formula_as_code(text: str) -> str:
    """The formula at the start of ``text`` as code, if it is one that prose has no signs for: ``(s (z - m))_y``."""
    formula = re.match(r"(?:l\(z, y\)|g\(z\)|f) = .*?(?=\.(?:\s|$)|,? (?:with|where|for|over|and) )", text)
    if formula is None or not re.search(r"[)\]|][_^]\w", formula[0]):
        return text
    return f"``{formula[0]}``{text[formula.end() :]}"


def parameters(entry: Entry) -> str:
    """A table of the parameters, "" for an entry without any."""
    rows = [[f"`{name}`", prose(f"{p.name} in {p.interval}", [p.name]), _default(p.default)] for name, p in
            entry.declared.items()]  # fmt: skip
    rows += [[f"`{name}`", prose(str(p.array)), ""] for name, p in entry.declared_arrays.items()]
    return table(["parameter", "range", "to train with"], rows) if rows else ""


def also(entry: Entry) -> str:
    """The other names of the entry, as a sentence; "" for none."""
    return f"Also under: {', '.join(f'`{name}`' for name in entry.also)}." if entry.also else ""


def reference(entry: Entry) -> str:
    """Where the formula comes from."""
    text = entry.reference or "none; the formula is the one above"
    linked = re.sub(r"arXiv:(\d{4}\.\d{4,5})", r"[arXiv:\1](https://arxiv.org/abs/\1)", text)
    return f"{linked}."


def source(entry: Entry) -> str:
    """The file of the entry, as a link of a page in a folder of the site."""
    path = type(entry).__module__.replace(".", "/") + ".py"
    return f"[{path}](../../{path})"


def in_browser(loss: str, penalty: str) -> str:
    """A way from a page in a folder of the site to the page that certifies this pair on the reader's machine."""
    return f'<a href="../try/index.html#loss={loss}&amp;penalty={penalty}">Certify it in the browser.</a>'


def _default(value: object) -> str:
    return "" if value is None else f"`{value}`"


def _with_code(text: str, names: list[str]) -> str:
    return "".join(_pieces(text, names))


def _pieces(text: str, names: list[str]) -> Iterator[str]:
    """Code between double backquotes stays code."""
    for n, piece in enumerate(re.split(r"``(.+?)``", text)):
        yield f"`{piece}`" if n % 2 else prose(piece, names)
