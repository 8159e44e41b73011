"""One call of torch on plain tensors, followed: what is known of its result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from symcheck.intake.torch.followed import MOVING, ROWS
from symcheck.intake.torch.ledger import Untraceable
from symcheck.intake.torch.provenance import LARGEST, Provenance, tensors_in


def follow(p: Provenance, func: Any, args: Sequence[Any], kwargs: Mapping[str, Any], result: object) -> None:
    """Keep what is known of ``result`` = ``func(*args, **kwargs)``."""
    torch = p.torch
    if str(getattr(func, "__name__", "")).endswith("_") and args and isinstance(args[0], torch.Tensor):
        p.changed(args[0], [*args[1:], *kwargs.values()])
    results = result if isinstance(result, (tuple, list)) else (result,)
    if not any(isinstance(r, torch.Tensor) and r.is_floating_point() for r in results):
        return
    # A tensor that the function changed in place is among the results, and has the new entries already.
    inputs = [a for a in tensors_in(torch, (*args, *kwargs.values())) if not any(a is r for r in results)]
    if not inputs:
        return
    bits = min(map(p.accuracy, inputs))
    try:
        places = _places(p, func, args, kwargs, inputs)
    # Places are whole numbers, and some functions take only floats: then nothing is known of the result.
    except (Untraceable, RuntimeError, TypeError, ValueError, IndexError, KeyError):
        places = None
    found = places if isinstance(places, (tuple, list)) else (places,) * len(results)
    for tensor, entries in zip(results, found, strict=False):
        if isinstance(tensor, torch.Tensor) and tensor.is_floating_point():
            # The floats of torch have the last word: a row that does not know an option of the function is found out
            # here.
            p.keep(tensor, entries if entries is not None and p.agrees(tensor, entries) else None, bits)


def _places(p: Provenance, func: Any, args: Sequence[Any], kwargs: Mapping[str, Any], inputs: Sequence[Any]) -> Any:
    """The places of the entries of the result; raises ``Untraceable``."""
    name = _name(func)
    row = ROWS.get(name)
    if (row is None and name not in MOVING) or any(a.numel() > LARGEST for a in inputs):
        raise Untraceable
    if name in MOVING:
        return _moved(p, func, args, kwargs, whole=MOVING[name])
    return row(p, *args, **kwargs)  # type: ignore[misc]


def _moved(p: Provenance, func: Any, args: Sequence[Any], kwargs: Mapping[str, Any], *, whole: bool) -> Any:
    """The function itself, on places: of its first argument, or of all that are tensors of numbers."""
    first, *rest = args
    several = whole and isinstance(first, (list, tuple))
    places = type(first)(p.places(x) for x in first) if several else p.places(first)
    return func(places, *rest, **kwargs)


def _name(func: Any) -> str:
    """``softmax`` for the function of torch, the method and the operator of this name; ``T`` for the attribute."""
    name = str(getattr(func, "__name__", ""))
    if name == "__get__":
        return str(getattr(getattr(func, "__self__", None), "__name__", ""))
    return name.removeprefix("__").removesuffix("__").removeprefix("linalg_").removeprefix("special_")
