"""What code can be called with, asked without calling it."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence


def signature_of(code: object) -> inspect.Signature | None:
    """The signature of code; None where it has none, as some functions that are written in C."""
    try:
        return inspect.signature(code)  # type: ignore[arg-type]
    except Exception:  # noqa: BLE001 - code of the user's may answer anything when it is asked
        return None


def binds(signature: inspect.Signature, by_place: Sequence[object], by_name: Mapping[str, object] = {}) -> bool:
    """Whether code of this signature can be called with these arguments."""
    try:
        signature.bind(*by_place, **by_name)
    except TypeError:
        return False
    return True


def takes(signature: inspect.Signature, count: int) -> bool:
    """Whether code of this signature can be called with so many arguments."""
    return binds(signature, (None,) * count)


def needed_arguments(code: object) -> list[str]:
    """The names of the arguments that have no default, none where there is no signature."""
    signature = signature_of(code)
    variable = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    parameters = () if signature is None else signature.parameters.values()
    return [p.name for p in parameters if p.default is p.empty and p.kind not in variable]
