"""Long texts on the way to a reader: their beginning and end, and how much was left out."""

from __future__ import annotations

LONGEST = 2000
"""A message has at most so many characters."""


def shortened(text: str, most: int = LONGEST) -> str:
    """``text``, or its beginning and end in ``most`` >= 60 characters, with the number of those left out.

    >>> print(shortened("+".join("1" * 1000), 60))
    1+1+1+1+1+1+1+1+ [... 1975 characters left out ...] +1+1+1+1
    """
    if len(text) <= most:
        return text
    gap = f" [... {len(text)} characters left out ...] "  # as long as the true number, or longer by one
    head = (most - len(gap)) * 2 // 3
    tail = most - len(gap) - head
    return f"{text[:head]} [... {len(text) - head - tail} characters left out ...] {text[len(text) - tail :]}"


def shown(value: object, most: int = 200) -> str:
    """What Python writes for ``value``, shortened; its type where Python writes nothing, as for very long integers."""
    try:
        return shortened(repr(value), most)
    except Exception:  # noqa: BLE001 - an object of the user's, whose code may do anything
        return f"an object of type {type(value).__name__}"
