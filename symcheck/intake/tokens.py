"""Tokens: a formula string cut into numbers, names and signs, and errors that point at one of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from symcheck.errors import FormulaError

MOST_CHARACTERS = 100_000
MOST_TOKENS = 10_000
"""A longer formula string is refused."""

_TOKEN = re.compile(
    r"(?P<number>([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    # What is no sign of the language is a token as well, so that the error can point at it.
    r"|(?P<sign>\*\*|==|!=|<=|>=|//|:=|->|[^\s])"
)
_WIDTH = 100
"""How many characters of a long line an error message shows."""


_WORD = re.compile(r"\s*[A-Za-z_][A-Za-z0-9_]*\s*")


def is_word(text: str) -> bool:
    """Whether ``text`` is one word: that is a name, of which the nearest are told if it is misspelled."""
    return _WORD.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Token:
    """A number, a name, a sign or the end, with its ``place`` in the text."""

    kind: Literal["number", "name", "sign", "end"]
    text: str
    place: int


def tokens(text: str) -> list[Token]:
    """The tokens of ``text``, an end token last; every character is in a token or is white space."""
    if len(text) > MOST_CHARACTERS:
        raise FormulaError(f"the formula has {len(text)} characters; at most {MOST_CHARACTERS} are read")
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        if len(found) == MOST_TOKENS:
            raise pointed(text, match.start(), f"has more than {MOST_TOKENS} numbers, names and signs", "shorten it")
        kind: Literal["number", "name", "sign"] = (
            "number" if match["number"] else "name" if match["name"] else "sign"
        )  # fmt: skip
        found.append(Token(kind, match[0], match.start()))
    return [*found, Token("end", "", len(text))]


def pointed(text: str, place: int, what: str, advice: str) -> FormulaError:
    """The error ``the formula <what>``, the line of ``text`` with a caret under ``place``, and the advice."""
    start = max(text.rfind("\n", 0, place), text.rfind("\r", 0, place)) + 1
    line = re.split(r"[\r\n]", text[start:], maxsplit=1)[0]
    column = place - start
    first = max(0, column - _WIDTH * 2 // 3) if len(line) > _WIDTH else 0
    # A tab or a control character would push the caret out of its column.
    shown = "".join(c if c.isprintable() else " " for c in line[first : first + _WIDTH])
    before, after = "..." if first else "", "..." if first + _WIDTH < len(line) else ""
    caret = " " * (len(before) + column - first) + "^"
    return FormulaError(f"the formula {what}\n  {before}{shown}{after}\n  {caret}\n{advice}")
