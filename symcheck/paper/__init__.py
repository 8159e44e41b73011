"""The paper as a ledger of claims: what it prints, what is proved, and a check that computes each verdict.

>>> from symcheck.paper import claim
>>> print(claim("E6").verdict)
with a repair
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import lru_cache

from symcheck.errors import UnknownNameError, shown
from symcheck.one_file_each import OneFileEach
from symcheck.paper.base import Checked, Claim, Fact, Point, Role, Ruling

__all__ = ["Checked", "Claim", "Fact", "Point", "Role", "Ruling", "claim", "claims"]


@lru_cache(maxsize=1)
def claims() -> tuple[Claim, ...]:
    """Every entry, found by its file in ``symcheck/paper/sections``, in the order of the paper.

    >>> len(claims()) >= 45
    True
    """
    found: list[Claim] = []
    for module in sorted(OneFileEach("symcheck.paper.sections"), key=lambda m: m.ORDER):
        found += module.CLAIMS
    return tuple(found)


def claim(name: str) -> Claim:
    """The entry whose id, or one of whose other names, is ``name``; capital and small letters are the same.

    Raises ``UnknownNameError``, naming the nearest entries.
    """
    by_name = {name.lower(): c for c in claims() for name in (c.id, *c.other_names)}
    if not isinstance(name, str):
        raise UnknownNameError(f"id: got {type(name).__name__}; accepted is the id of an entry, such as 'E10'")
    if name.lower() in by_name:
        return by_name[name.lower()]
    raise UnknownNameError(
        f"id: the paper has no entry {shown(name, 80)}; nearest: {', '.join(_nearest(name))}; symcheck paper shows "
        "all of them"
    )


def _nearest(word: str) -> list[str]:
    """Three entries that ``word`` may have meant: the number of an erratum, the words of a title, or the spelling."""
    ids = [name for c in claims() for name in (c.id, *c.other_names)]
    number = re.fullmatch(r"e[-_ .]?0*(\d+)", word.lower())
    errata = [i for i in ids if re.fullmatch(r"E\d+", i)]
    near = sorted(errata, key=lambda i: abs(int(i[1:]) - int(number[1]))) if number else []
    lowered = word.lower()
    titled = [c.id for c in claims() if len(word) > 2 and lowered in f"{c.id} {c.title} {c.place}".lower()]
    spelled = sorted(ids, key=lambda i: -SequenceMatcher(None, lowered, i.lower()).ratio())
    return list(dict.fromkeys([*near[:3], *titled, *spelled]))[:3]
