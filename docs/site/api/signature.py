"""Signatures as code."""

from __future__ import annotations

import inspect
from collections.abc import Callable

WIDEST = 88


def signature(written: str, function: Callable[..., object]) -> str:
    """``written(arguments) -> what``, an argument a line where it is long."""
    found = inspect.signature(function)
    parts = [p for p in found.parameters.values() if p.name not in ("self", "cls")]
    stated = found.replace(parameters=parts)
    line = f"{written}{_plain(str(stated))}"
    if len(line) <= WIDEST:
        return line
    inside, marked = [], False
    for p in parts:
        if p.kind is p.KEYWORD_ONLY and not marked:
            inside.append("*")
            marked = True
        marked = marked or p.kind is p.VAR_POSITIONAL
        inside.append(_plain(str(p)))
        if p.kind is p.POSITIONAL_ONLY and all(q.kind is not p.POSITIONAL_ONLY for q in parts[parts.index(p) + 1 :]):
            inside.append("/")
    back = "" if found.return_annotation is found.empty else f" -> {_plain(_text(found.return_annotation))}"
    return "\n".join([f"{written}(", *(f"    {part}," for part in inside), f"){back}"])


def _text(annotation: object) -> str:
    return annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)


def _plain(text: str) -> str:
    """Annotations without the quotes that a postponed one is shown with."""
    return text.replace("'", "") if "='" not in text and "= '" not in text else _unquoted(text)


def _unquoted(text: str) -> str:
    """The same where a default is text: quotes after an equals sign stay."""
    found, place = "", 0
    while place < len(text):
        if text[place] != "'":
            found += text[place]
            place += 1
            continue
        end = text.index("'", place + 1)
        word = text[place : end + 1]
        found += word if found.rstrip().endswith("=") else word[1:-1]
        place = end + 1
    return found
