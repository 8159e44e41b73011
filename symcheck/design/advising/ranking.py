"""In which order certified pairs are shown: by what is decided of them, and never by taste."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from symcheck.design.advising.choice import Choice
from symcheck.findings.verdict import Verdict
from symcheck.problem import Subject
from symcheck.theorems import theorem_named

WITHOUT_WANTS = (
    "pairs whose minimisers are held before those with a local branch alone or where that is open",
    "pairs that Theorem 1 shows to be robust at every lambda before others",
    "penalties in the order in which they were given",
    "the alphabet",
)

WITH_WANTS = (
    "pairs that meet more of the wants before others, where an open one counts as not met",
    "of as many, those that meet the want that was named first",
)


def criteria(wants: Sequence[str]) -> tuple[str, ...]:
    """What decides the order, the first of them first."""
    return (*(WITH_WANTS if wants else ()), *WITHOUT_WANTS)


def ranked(choices: Iterable[Choice], wants: Sequence[str], penalties: Sequence[Subject]) -> tuple[Choice, ...]:
    """``choices`` by the ``criteria``, with ``penalties`` as they were given."""
    places = {penalty: place for place, penalty in enumerate(penalties)}
    return tuple(sorted(choices, key=lambda choice: _key(choice, wants, places)))


def best_of_each(ranked_choices: Iterable[Choice]) -> tuple[Choice, ...]:
    """The first pair of each loss."""
    found: dict[tuple[str, str], Choice] = {}
    for choice in ranked_choices:
        found.setdefault((choice.loss.title, choice.loss.text), choice)
    return tuple(found.values())


def _key(choice: Choice, wants: Sequence[str], places: Mapping[Subject, int]) -> tuple[object, ...]:
    fails = tuple(choice.answer(want).verdict is not Verdict.PROVED for want in wants)
    return (
        sum(fails),
        fails,
        choice.minimisers is not Verdict.PROVED,
        theorem_named("Theorem 1") not in choice.certificate.theorems,
        places[choice.regularizer],
        choice.loss.title,
    )
