"""Flags: arguments that are True or False."""

from __future__ import annotations

from symcheck.errors import ParameterError, shown


def flag(value: object, name: str) -> bool:
    """``value`` as a truth value; ``name`` is the argument's name in the error.

    Raises ``ParameterError`` for anything but True and False, of Python or of numpy: the text "no" is true to Python.

    >>> flag(True, "integer")
    True
    """
    # By the name of its type: nothing here imports numpy.
    if isinstance(value, bool) or type(value).__name__ in ("bool", "bool_"):
        return bool(value)
    raise ParameterError(f"{name}: got {shown(value, 80)}; accepted is True or False")
