"""Gradients and second-order expansions at z = 0, by which of the class indices coincide."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, Generic, TypeVar

T = TypeVar("T")
U = TypeVar("U")


@dataclass(frozen=True)
class Gradient(Generic[T]):
    """Value and gradient at z = 0 of l(., y): ``g_y`` = d l/d z_y, ``g_k`` = d l/d z_k for k != y.

    Of a formula that treats classes differently y is the class 0 and k the class 1, which stand for any two.
    """

    value: T
    g_y: T
    g_k: T

    @property
    def entries(self) -> list[tuple[str, T]]:
        """Those that there are, with their names."""
        named = ((f.name, getattr(self, f.name)) for f in fields(self))
        return [(name, c) for name, c in named if c is not None]


@dataclass(frozen=True)
class Expansion(Gradient[T]):
    """Value, gradient and Hessian at z = 0 of l(., y), by which of the indices y, k, l coincide.

    ``h_yy``, ``h_yk``, ``h_kk``, ``h_kl`` = d^2 l of the two logits named, where y, k, l are different classes.  With
    two classes there is no l, and ``h_kl`` is None.
    """

    h_yy: T
    h_yk: T
    h_kk: T
    h_kl: T | None

    def mapped(self, function: Callable[[T], U]) -> Expansion[U]:
        """``function`` of every entry."""
        found: dict[str, Any] = {name: function(c) for name, c in self.entries}
        return Expansion(**{"h_kl": None, **found})
