"""A slider: something that is shown again for each value that a reader moves to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from inspect import signature
from typing import Any

from symcheck.arguments.packages import missing_package
from symcheck.errors import ArgumentError


def slider(shown: Callable[..., object], /, **values: Sequence[Any]) -> Any:
    """What ``shown`` returns, below a slider for the one argument named here, over its ``values``.

    It begins in the middle.  A page that was stored has no kernel to ask, so show what ``shown`` returns for one value
    beside it.  Returns a widget; raises ``MissingPackageError`` without ipywidgets, ``ArgumentError`` for other than
    one argument with values, and for one that ``shown`` does not take.
    """
    if len(values) != 1 or not all(len(choices) for choices in values.values()):
        raise ArgumentError(
            f"values: {', '.join(values) or 'nothing'} came; name one argument with its values, "
            "as slider(shown, C=range(2, 11))"
        )
    ((name, choices),) = values.items()
    options = list(choices)
    middle = options[len(options) // 2]
    try:
        signature(shown).bind(**{name: middle})
    except TypeError as error:
        # A widget would catch it, and show it in the place of an answer.
        raise ArgumentError(f"values: {name} came, and shown takes {signature(shown)}: {error}") from None
    try:
        from ipywidgets import SelectionSlider, interactive
    except ModuleNotFoundError as error:
        raise missing_package("slider", error) or error from None
    moved = SelectionSlider(options=options, value=middle, description=name, continuous_update=False)
    return interactive(shown, **{name: moved})
