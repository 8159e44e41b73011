"""The classes of a scope cut into the longest runs on which a constant has one sign."""

from __future__ import annotations

from symcheck.field.element import Element
from symcheck.field.signs.sign import Kind, Sign
from symcheck.language.scope import Classes


def is_nonnegative(c: Element) -> bool:
    """Whether ``c`` is shown to be >= 0 on the whole scope, for each of its numbers of classes if need be."""
    return c.field.sign(c).nonnegative or all(sign.nonnegative for _, sign in pieces(c))


def pieces(c: Element) -> tuple[tuple[Classes, Sign], ...]:
    """The partition of the scope's classes into maximal runs on which the sign of ``c`` is of one kind.

    On a run of kind MIXED the sign depends on a parameter, or on C in a way that was not resolved.
    """
    field = c.field
    sign = field.sign(c)
    if sign.kind not in (Kind.MIXED, Kind.UNKNOWN) or "C" not in field.depends(c) or field.real:
        return ((field.scope.classes, sign),)
    return tuple((classes, sign.restricted(run)) for classes, run in field.runs(c))
