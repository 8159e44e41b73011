"""Lines of generated Python that are too long, broken inside their brackets, where Python takes any line feed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

LONGEST = 100
"""Code has at most so many columns, if it has brackets to break it in."""

INDENT = "    "

_OPENING, _CLOSING = "([{", ")]}"
# What binds least is broken first; a comma ends a line, and an operator begins one.
_COMMA, _OPERATORS = (", ",), ((" + ", " - "), (" * ", " / ", " @ "))
_VALUE = re.compile(r" *(?:return |\w+ = )")
_SHORT = 20


def broken(line: str, *, is_inside: bool = False) -> list[str]:
    """The ``line`` of code in one or several: what stands in its longest brackets comes below, its parts one a line.

    A value of several terms or factors gets brackets of its own; a line that ``is_inside`` of some needs none.

    >>> print("\\n".join(broken("return (" + " + ".join(["exp(logits)"] * 9) + ").sum(1)")[:3]))
    return (
        exp(logits)
        + exp(logits)
    """
    if len(line) <= LONGEST:
        return [line]
    margin = line[: len(line) - len(line.lstrip())]
    parts = _parts(line.strip(), _OPERATORS) if is_inside else []
    if len(parts) > 1:
        return [piece for part in parts for piece in broken(f"{margin}{part}", is_inside=True)]
    start, end = _longest_inside(line)
    value = _VALUE.match(line)
    if not is_inside and value is not None and len(_parts(line[value.end() :], _OPERATORS)) > 1:
        line, start, end = f"{value[0]}({line[value.end() :]})", value.end() + 1, len(line) + 1
    if end - start < _SHORT:
        return [line]
    inside = [f"{margin}{INDENT}{line[start:end]}"]
    if len(inside[0]) > LONGEST:
        parts = _parts(line[start:end], (_COMMA, *_OPERATORS))
        inside = [piece for part in parts for piece in broken(f"{margin}{INDENT}{part}", is_inside=True)]
    return [line[:start], *inside, *broken(margin + line[end:], is_inside=is_inside)]


def _longest_inside(line: str) -> tuple[int, int]:
    """Where the text within the longest outermost brackets begins and ends; twice 0 without brackets."""
    found, start = (0, 0), 0
    for place, sign, depth in _signs(line):
        if sign in _OPENING and depth == 1:
            start = place + 1
        elif sign in _CLOSING and depth == 0 and place - start > found[1] - found[0]:
            found = (start, place)
    return found


def _parts(text: str, between: Sequence[Sequence[str]]) -> list[str]:
    """``text`` cut, outside of brackets, at the first kind of separators ``between`` parts that it has."""
    for separators in between:
        cuts = [
            place + (separators is _COMMA)
            for place, sign, depth in _signs(text)
            if depth == 0 and any(text.startswith(s, place) for s in separators)
        ]
        if cuts:
            ends = zip([0, *cuts], [*cuts, len(text)], strict=True)
            return [text[start:end].strip() for start, end in ends]
    return [text]


def _signs(text: str) -> Iterator[tuple[int, str, int]]:
    """Each character outside of quotes with its place, and how many brackets are open after it."""
    depth, quote = 0, ""
    for place, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote else quote
            continue
        if sign in "\"'":
            quote = sign
            continue
        depth += (sign in _OPENING) - (sign in _CLOSING)
        yield place, sign, depth
