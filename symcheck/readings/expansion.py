"""Second-order expansions at z = 0 of a formula that treats all classes alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Expansion(Generic[T]):
    """Value, gradient and Hessian at z = 0 of l(., y), by which of the indices y, k, l coincide.

    ``g_y`` = d l/d z_y, ``g_k`` = d l/d z_k; ``h_yy``, ``h_yk``, ``h_kk``, ``h_kl`` = d^2 l of the two
    logits named, where y, k, l are different classes.  With two classes there is no l, and ``h_kl`` is None.
    """

    value: T
    g_y: T
    g_k: T
    h_yy: T
    h_yk: T
    h_kk: T
    h_kl: T | None
