"""The rules of repair, one a file: each proposes changes of a pair that was not proved, which are then certified.

A file with ``RULE`` is found by its name.  What it proposes need not be right: only what is PROVED is shown.
"""

from __future__ import annotations

from functools import cache

from symcheck.design.change import Rule
from symcheck.one_file_each import OneFileEach


@cache
def rules() -> tuple[Rule, ...]:
    """Every rule, the lowest rank first."""
    return tuple(sorted((file.RULE for file in OneFileEach(__name__)), key=lambda rule: rule.rank))
