"""Values of options that commands share: a number of classes, a time."""

from __future__ import annotations

import math
import re

from symcheck.errors import ScopeError


def classes_of(text: str | None) -> int | tuple[int, int] | None:
    """The value of --classes: None, one C, or two ends; raises ``ScopeError`` for anything else."""
    if text is None:
        return None
    if not re.fullmatch(r"\d{1,18}(:\d{1,18})?", text):
        raise ScopeError(f"--classes: got {text!r}; accepted is an integer C >= 2, as 10, or a range, as 2:1000")
    low, _, high = text.partition(":")
    return (int(low), int(high)) if high else int(low)


def seconds(text: str) -> float:
    """The value of --budget; raises ``ScopeError`` unless it is a positive number."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise ScopeError(f"--budget: got {text!r}; accepted is a positive number of seconds, such as 10")
    return value
