"""Witnesses: a point at which a reader can evaluate for himself that a statement is false."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction


@dataclass(frozen=True)
class Witness:
    """At ``classes`` = C and these values of ``parameters``, ``quantity`` is ``value``, where ``expected`` was needed.

    ``value`` is exact text in the formula grammar, ``decimal`` a ball that is certain to contain it.
    """

    classes: int
    quantity: str
    value: str
    expected: str
    decimal: str = ""
    parameters: Mapping[str, Fraction] = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.classes, self.quantity, self.value))  # a mapping of parameters has no hash

    def __str__(self) -> str:
        place = ", ".join([f"C = {self.classes}", *(f"{n} = {v}" for n, v in sorted(self.parameters.items()))])
        is_fraction = re.fullmatch(r"-?\d+(/\d+)?", self.value) is not None
        ball = "" if is_fraction or self.decimal in ("", self.value) else f", which lies in {self.decimal}"
        return f"at {place}: {self.quantity} = {self.value}{ball}, and {self.expected} is needed"
