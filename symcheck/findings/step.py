"""Derivations: the steps that lead to a finding, as a reader follows them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """``name`` = ``value``, both in the formula grammar, and the reason ``by`` which it holds."""

    name: str
    value: str
    by: str = ""

    def __str__(self) -> str:
        return f"{self.name} = {self.value}" + (f"  [{self.by}]" if self.by else "")


Derivation = tuple[Step, ...]
"""Steps in the order in which they are made."""
