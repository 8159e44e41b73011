"""The known names nearest to a name that is not known, for error messages."""

from __future__ import annotations

from collections.abc import Iterable

MOST = 3
"""How many names an error message offers."""


def nearest_names(word: str, known: Iterable[str]) -> list[str]:
    """At most three of the ``known`` names that ``word`` may have meant, the likeliest first.

    A name counts as near if it is spelled almost like ``word``, contains it as a part, or has it as its
    initials (``ce`` for ``cross_entropy``).

    >>> nearest_names("ce", ["cross_entropy", "quartic", "square"])
    ['cross_entropy']
    """
    from difflib import get_close_matches

    names = sorted(set(known))
    lowered = word.lower()
    squashed = lowered.replace("_", "").replace("-", "")
    same = [n for n in names if n.lower().replace("_", "") == squashed]
    initials = [n for n in names if "_" in n and "".join(part[:1] for part in n.lower().split("_")) == squashed]
    parts = [n for n in names if len(lowered) > 2 and lowered in n.lower().split("_")]
    by_lowered = {n.lower(): n for n in names}
    close = [by_lowered[n] for n in get_close_matches(lowered, list(by_lowered), n=MOST)]
    return list(dict.fromkeys([*same, *initials, *parts, *close]))[:MOST]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``"; did you mean gce or nce?"``, or an empty text if no known name is near.

    >>> did_you_mean("gcee", ["gce", "focal"])
    '; did you mean gce?'
    """
    near = nearest_names(word, known)
    if not near:
        return ""
    head, last = ", ".join(near[:-1]), near[-1]
    return f"; did you mean {head} or {last}?" if head else f"; did you mean {last}?"
