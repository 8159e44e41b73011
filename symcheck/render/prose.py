"""Prose with mathematics in it: which parts of a sentence are formulas.

Sentences are written once, in plain text that a terminal shows as it is: "D^2 g(0) is positive definite".
A page that sets mathematics needs to know where it begins and ends.  Single letters, Greek names, names
with a short stem and a subscript (b_y, theta_0), signs and brackets are mathematics; words are not.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import pairwise

from symcheck.language.functions import FUNCTIONS
from symcheck.render.block import Line, Math
from symcheck.render.tex import GREEK, TOKEN

_WORD = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)+|(?:[A-Za-z]{2,}|\d+|[A-Za-z]+_[A-Za-z0-9]+|\A)'s\b|\b(?:[a-z]\.){2,}")
_TIES = frozenset({"+", "-", "*", "/", "**", "^", "=", "<", ">", "<=", ">=", "!=", "->", "=>", "<=>"})
_OPENING, _ENDING = frozenset("(["), frozenset(")]")
_SIGNS = _TIES | _OPENING | _ENDING | {"||", "||_inf", "'", ",", "..."}
_CALLED = frozenset({*FUNCTIONS, "min", "max", "pred", "sym", "ins"})
_LEADING = frozenset({"log", "exp", "grad"})
# Words of English as well: mathematics only beside a sign, or between two quantities.
_WEAK = frozenset({"a", "A", "I"})


def line_of(text: str, names: Collection[str] = ()) -> Line:
    """``text`` cut into prose and ``Math``; joined again it is ``text``.

    ``names`` are the parameters that may occur.

    >>> line_of("the same kappa > 0 for every y", ["kappa"])
    ('the same ', Math(text='kappa > 0'), ' for every ', Math(text='y'))
    """
    tokens = _tokens(text)
    marks = [_is_mathematics(tokens, i, names) for i in range(len(tokens))]
    pieces: list[str | Math] = []
    done = 0
    for start, end in _formulas(tokens, marks):
        if start > done:
            pieces.append("".join(tokens[done:start]))
        pieces.append(Math("".join(tokens[start:end])))
        done = end
    if done < len(tokens):
        pieces.append("".join(tokens[done:]))
    return tuple(pieces)


def _tokens(text: str) -> list[str]:
    """The tokens of ``text``; words with hyphens, possessives and abbreviations are one token."""
    found: list[str] = []
    place = 0
    while place < len(text):
        match = _WORD.match(text, place) or TOKEN.match(text, place)
        assert match is not None
        found.append(match[0])
        place = match.end()
    return found


def _is_mathematics(tokens: list[str], place: int, names: Collection[str]) -> bool:
    """Whether the token may be part of a formula; white space is, between two that are."""
    token = tokens[place]
    before, after = _neighbour(tokens, place, -1), _neighbour(tokens, place, 1)
    adjacent = tokens[place + 1] if place + 1 < len(tokens) else ""
    # Too much at first: what is loose at the ends of a run is trimmed off later.
    if token.isspace() or token in _SIGNS or (token[0].isdigit() and "'" not in token):
        return True
    if token == ".":
        return before == "(" and after == ","  # l(., y)
    if not token[0].isalpha() or not token.replace("_", "").isalnum():
        return False
    if token in _WEAK:
        is_parameter = token in names and after == "in"
        between = _is_letter(before, names) and _is_letter(after, names)
        return is_parameter or before in _TIES or after in _TIES or between
    if token in _CALLED and adjacent == "(":
        return True
    if token in _LEADING:
        return _is_letter(after, names) or after in _CALLED
    if token == "in":
        return (_is_letter(before, names) or before in _ENDING) and (_is_letter(after, names) or after in _OPENING)
    if tokens[place - 1 : place] == ["'"] and len(token) == 2 and place > 1 and _is_letter(tokens[place - 2], names):
        return True  # z'Az
    return _is_letter(token, names)


def _is_letter(token: str, names: Collection[str]) -> bool:
    """Whether ``token`` names a quantity by itself: z, kappa, b_y, theta_0, tZ, a parameter."""
    stem, _, below = token.partition("_")
    if token in names or token == "oo" or (stem == "sum" and below):
        return True
    return token[:1].isalpha() and (len(stem) == 1 or stem in GREEK or re.fullmatch("[a-z][A-Z]", token) is not None)


def _neighbour(tokens: list[str], place: int, step: int) -> str:
    place += step
    while 0 <= place < len(tokens) and tokens[place].isspace():
        place += step
    return tokens[place] if 0 <= place < len(tokens) else ""


def _formulas(tokens: list[str], marks: list[bool]) -> Iterator[tuple[int, int]]:
    """Start and end of each formula: a run of mathematics, cut at stray brackets and at commas outside brackets."""
    start = 0
    for end in range(len(tokens) + 1):
        if end < len(tokens) and marks[end]:
            continue
        cuts = [start - 1, *_cuts(tokens, start, end), end]
        for left, right in pairwise(cuts):
            found = _trimmed(tokens, left + 1, right)
            if found is not None:
                yield found
        start = end + 1


def _cuts(tokens: list[str], start: int, end: int) -> list[int]:
    """The places in the run of stray brackets, and of commas outside brackets."""
    open_at: list[int] = []
    inside: list[tuple[int, int]] = []
    stray: list[int] = []
    for place in range(start, end):
        if tokens[place] in _OPENING:
            open_at.append(place)
        elif tokens[place] in _ENDING:
            if open_at:
                inside.append((open_at.pop(), place))
            else:
                stray.append(place)
    # "for C, y and z" has three formulas, l(z, y) is one.
    commas = (p for p in range(start, end) if tokens[p] == "," and not any(a < p < b for a, b in inside))
    return sorted([*stray, *open_at, *commas])


def _trimmed(tokens: list[str], start: int, end: int) -> tuple[int, int] | None:
    """The run without white space and loose signs at its ends; None if nothing in it names a quantity."""
    while start < end and (tokens[start].isspace() or tokens[start] in (_TIES - {"-"}) | {"'", "..."}):
        start += 1
    while start < end and (tokens[end - 1].isspace() or tokens[end - 1] in _TIES | {"..."}):
        end -= 1
    names = any(tokens[p][0].isalpha() for p in range(start, end))
    return (start, end) if names else None
