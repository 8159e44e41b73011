"""Signatures as code."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from inspect import Parameter

WIDEST = 88


def signature(written: str, function: Callable[..., object]) -> str:
    """``written(arguments) -> what``, an argument a line where it is long."""
    found = inspect.signature(function)
    parts = list(_parts([p for p in found.parameters.values() if p.name not in ("self", "cls")]))
    returned = found.return_annotation
    back = "" if returned is found.empty else f" -> {_annotation(returned)}"
    line = f"{written}({', '.join(parts)}){back}"
    return line if len(line) <= WIDEST else "\n".join([f"{written}(", *(f"    {part}," for part in parts), f"){back}"])


def _parts(parameters: Sequence[Parameter]) -> Iterator[str]:
    """The arguments, with the signs that stand between those of different kinds."""
    kinds = [p.kind for p in parameters]
    for place, p in enumerate(parameters):
        if p.kind is p.KEYWORD_ONLY and not {p.KEYWORD_ONLY, p.VAR_POSITIONAL} & set(kinds[:place]):
            yield "*"
        yield _written(p)
        if p.kind is p.POSITIONAL_ONLY and p.POSITIONAL_ONLY not in kinds[place + 1 :]:
            yield "/"


def _written(p: Parameter) -> str:
    stars = "*" if p.kind is p.VAR_POSITIONAL else "**" if p.kind is p.VAR_KEYWORD else ""
    text = stars + p.name
    if p.annotation is not p.empty:
        text += f": {_annotation(p.annotation)}"
    return text if p.default is p.empty else f"{text} = {_value(p.default)}"


def _value(default: object) -> str:
    """``default`` as it is written; a function or class by its name, as its repr holds an address."""
    name = getattr(default, "__name__", None)
    return name if isinstance(name, str) else repr(default)


def _annotation(annotation: object) -> str:
    return annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
