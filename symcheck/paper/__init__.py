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
from symcheck.intake.statement_name import statement_key
from symcheck.one_file_each import OneFileEach
from symcheck.paper.base import Checked, Claim, Fact, Point, Role, Ruling

__all__ = ["Checked", "Claim", "Fact", "Point", "Role", "Ruling", "claim", "claims", "claims_named"]


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
    """The entry whose id, or one of whose other names, is ``name``; case, and dashes or spaces, do not matter.

    Raises ``UnknownNameError``, naming the nearest entries.

    >>> claim("Lemma 4").id
    'E10'
    """
    if not isinstance(name, str):
        raise UnknownNameError(f"id: got {type(name).__name__}; accepted is the id of an entry, such as 'E10'")
    by_name = {statement_key(key): c for c in claims() for key in (*c.other_names, c.id)}
    found = by_name.get(statement_key(name))
    if found is None:
        raise UnknownNameError(_unknown(name))
    return found


def claims_named(name: str) -> tuple[Claim, ...]:
    """The entry with just this id or other name; else all that are about the place that is called ``name``.

    A place is a theorem, lemma, corollary, definition or equation of the paper, or a section.  Raises
    ``UnknownNameError``, naming the nearest entries.

    >>> [c.id for c in claims_named("Lemma 2")], [c.id for c in claims_named("lemma-2")]
    (['E4'], ['E4'])
    >>> len(claims_named("Theorem 3")) > 1
    True
    """
    if isinstance(name, str):
        written = {key.lower(): c for c in claims() for key in (*c.other_names, c.id)}
        if name.strip().lower() in written:
            return (written[name.strip().lower()],)
        key = statement_key(name)
        about = tuple(c for c in claims() if key in _places(c.place))
        # The entry that is called so comes first.
        called = [c for c in claims() if key in map(statement_key, (c.id, *c.other_names))]
        if about:
            return tuple(dict.fromkeys([*called, *about]))
    return (claim(name),)


_PLACE = re.compile(
    r"(theorem|lemma|corollar|definition|section|footnote)(?:s|y|ies)? (\d+(?:(?:, | and )\d+)*)"
    r"|\((\d)\)|(abstract|appendix)"
)


def _places(place: str) -> set[str]:
    """The keys of what ``place`` names.

    >>> sorted(_places("section 5, Definitions 1, 2")), sorted(_places("appendix, Theorem 2, proof, (6)"))
    (['definition1', 'definition2', 'section5'], ['appendix', 'equation6', 'theorem2'])
    """
    found = set()
    for kind, numbers, equation, word in _PLACE.findall(place.lower()):
        found |= {f"{'corollary' if kind == 'corollar' else kind}{n}" for n in re.findall(r"\d+", numbers)}
        found |= {f"equation{equation}"} if equation else set()
        found |= {word} if word else set()
    return found


def _unknown(name: str) -> str:
    """What is said of a ``name`` that no entry has: where it is a place, which places of its kind there are."""
    if not name.strip():
        return (
            "id: got an empty text; accepted is the id of an entry, such as 'E10', or a place of the paper, such as "
            "'Theorem 3'; symcheck paper shows all of them"
        )
    place = re.fullmatch(r"([a-z]+?)\d+'?", statement_key(name))
    beside = "" if place is None else _places_of(place[1])
    return (
        f"id: the paper has no entry {shown(name, 80)}{beside}; nearest: {', '.join(_nearest(name))}; symcheck paper "
        "shows all of them"
    )


def _places_of(kind: str) -> str:
    """``; entries are about equations 1, 2 and 6``: the places of a ``kind`` that have entries, "" for none."""
    places = {key for c in claims() for key in _places(c.place)}
    numbers = sorted(int(key.removeprefix(kind)) for key in places if re.fullmatch(rf"{kind}\d+", key))
    if not numbers:
        return ""
    head, last = ", ".join(map(str, numbers[:-1])), numbers[-1]
    many = f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}s"
    return f"; entries are about {many} {head} and {last}" if head else f"; entries are about {kind} {last}"


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
