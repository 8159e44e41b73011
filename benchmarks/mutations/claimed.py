"""Statements with their proofs, and the places of what stands in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Json = Any
Path = tuple[str | int, ...]
Changed = tuple[Json, Json] | None
"""A statement and a proof, None where there is nothing to change."""


@dataclass(frozen=True)
class Claimed:
    """A ``statement`` with the ``proof`` of it, and where it comes from."""

    name: str
    statement: Json
    proof: Json


def texts(data: Json, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """The texts in ``data`` with their places."""
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    if isinstance(data, str):
        yield path, data
    for key, value in inner:
        yield from texts(value, (*path, key))


def leaves(data: Json, path: Path = ()) -> Iterator[tuple[Path, Json]]:
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    if path:
        yield path, data
    for key, value in inner:
        yield from leaves(value, (*path, key))


def at(data: Json, path: Path) -> Json:
    for key in path:
        data = data[key]
    return data


def put(data: Json, path: Path, value: Json) -> None:
    at(data, path[:-1])[path[-1]] = value


def names_of(statement: Json) -> list[str]:
    """The parameters of a statement."""
    return [p["name"] for p in statement["scope"]["parameters"]]
