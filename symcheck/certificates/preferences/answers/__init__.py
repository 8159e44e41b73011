"""The answers about a preference loss, one question a file.

Each has a ``RANK``, its place; ``question(asked)``, the answer before anything is decided, None if it is not asked; and
``settled(asked, blank)``, that answer with its verdict.
"""

from __future__ import annotations

from dataclasses import replace

from symcheck.certificates.preferences.answer import PreferenceAnswer
from symcheck.certificates.preferences.asked import Asked
from symcheck.one_file_each import OneFileEach
from symcheck.reason import Undecided

FILES = OneFileEach(__name__)


def answers(asked: Asked) -> tuple[PreferenceAnswer, ...]:
    """Every answer that ``asked`` asks for, in the order of their ranks."""
    found = (answer_of(name, asked) for name in sorted(FILES.names, key=lambda name: FILES.module(name).RANK))
    return tuple(answer for answer in found if answer is not None)


def answer_of(name: str, asked: Asked) -> PreferenceAnswer | None:
    """The answer in the file called ``name``, open where time ran out or code was not read; None if it is not asked."""
    file = FILES.module(name)
    blank: PreferenceAnswer | None = file.question(asked)
    if blank is None:
        return None
    unread = asked.certificate.problem.unread
    if unread is not None:
        return replace(blank, reason=unread)
    try:
        found: PreferenceAnswer = file.settled(asked, blank)
    except Undecided as stop:
        return replace(blank, reason=stop.reason)
    return found
