"""The rules of the ladder, one a file: each proves a sign on a box or says nothing.

A file with ``RULE`` and ``RANK`` is tried on polynomials in several variables that do not factor, the lowest rank
first: ``RULE(prover, f, box, goal)``, where ``goal`` is the sign that ``f`` has at points, the only one that can be
proved.  What it says has to hold at every point of the box, for real C as well.  The other files are steps of the
ladder itself.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from symcheck.field.element import Element
from symcheck.field.signs.box import Box
from symcheck.field.signs.proof import Proof
from symcheck.field.signs.prover import Prover
from symcheck.one_file_each import OneFileEach

Rule = Callable[[Prover, Element, Box, int], Proof | None]


@cache
def rules() -> tuple[Rule, ...]:
    """The rules with a rank, the lowest first."""
    found = [file for file in OneFileEach(__name__) if hasattr(file, "RULE")]
    return tuple(file.RULE for file in sorted(found, key=lambda file: file.RANK))
