"""Arguments of a constructor that are not looked at: the class is built again with other values of them."""

from __future__ import annotations

import inspect
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch

from numerics.audits.implementations.code_runs import Code, CodeRuns, Returned, in_double
from numerics.audits.implementations.measured import Measured

MOST = 20
"""So many points are looked at."""


@dataclass(frozen=True)
class Ignored:
    """The argument ``name`` of the class ``owner``, which gives the same with ``values`` for it."""

    owner: str
    name: str
    values: tuple[float, ...]

    def __str__(self) -> str:
        tried = " and ".join(f"{v:g}" for v in self.values)
        return f"{self.owner} does not look at its argument {self.name}: {self.name} = {tried} give the same values"


def ignored_arguments(code: Code, measured: Measured) -> tuple[Ignored, ...]:
    """The arguments, each a number, whose value makes no difference at the points that were measured."""
    owner = type(code)
    kept = _kept(code, owner)
    if not kept:
        return ()
    before = _values(code, measured)
    # It has to be what its arguments make of it.
    if before is None or _values(_built(owner, kept), measured) != before:
        return ()
    return tuple(_ignored(owner, kept, before, measured))


def _ignored(owner: type, kept: dict[str, Any], before: list[str], measured: Measured) -> Iterator[Ignored]:
    for name, value in kept.items():
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            continue
        same: list[float] = []
        for other in _others(value):
            made = _built(owner, kept | {name: other})
            if made is None:
                continue
            # Code that does not run with another value looks at it.
            if _values(made, measured) != before:
                break
            same.append(other)
        else:
            if len(same) > 1:
                yield Ignored(owner.__name__, name, tuple(same[:2]))


def _others(value: float) -> list[float]:
    if isinstance(value, int):
        # As a number of classes the next smaller one is too small.
        return [value + 1, value + 2, value + 5, value - 1]
    return [value / 2, value * 1.25, value + 0.125, value + 1]


def _kept(code: Code, owner: type) -> dict[str, Any]:
    """The arguments that the object was built with, as far as it keeps them by their names; empty if one is lost."""
    if inspect.isroutine(code) or owner.__module__.partition(".")[0] in ("torch", "builtins", "functools"):
        return {}
    try:
        parameters = list(inspect.signature(owner).parameters.values())
    except (TypeError, ValueError):
        return {}
    found: dict[str, Any] = {}
    for p in parameters:
        if p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD):
            continue
        place = next((n for n in (p.name, f"_{p.name}") if hasattr(code, n)), None)
        if place is not None:
            found[p.name] = getattr(code, place)
        elif p.default is p.empty:
            return {}
        else:
            found[p.name] = p.default
    return found


def _built(owner: type, kept: dict[str, Any]) -> Code | None:
    # Building may draw random weights, which is no matter of the caller's.
    state = random.getstate()
    try:
        with torch.random.fork_rng(devices=[]):
            made = owner(**kept)
    except Exception:  # noqa: BLE001 - the user's code may raise anything
        return None
    finally:
        random.setstate(state)
    return made if callable(made) else None


def _values(code: Code | None, measured: Measured) -> list[str] | None:
    """Values and gradients of ``code``, called as the audited code is."""
    if code is None:
        return None
    again = CodeRuns(code)
    found: list[str] = []
    step = max(1, len(measured.points) // MOST)
    with in_double():
        for place in range(0, len(measured.points), step):
            returned = again.on(measured.z[place : place + 1], measured.y[place : place + 1])
            if not isinstance(returned, Returned):
                return None
            # As texts, in which nan is nan.
            found += [*map(str, returned.values.tolist()), *map(str, returned.gradient.reshape(-1).tolist())]
    return found
