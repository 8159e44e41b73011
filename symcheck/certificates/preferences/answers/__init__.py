"""The answers about a preference loss, one question a file: ``RANK``, and ``answer(asked)``, None if it is not asked."""

from symcheck.certificates.preferences.answer import PreferenceAnswer
from symcheck.certificates.preferences.asked import Asked
from symcheck.one_file_each import OneFileEach

FILES = OneFileEach(__name__)


def answers(asked: Asked) -> tuple[PreferenceAnswer, ...]:
    """Every answer that ``asked`` asks for, in the order of their ranks."""
    found = (file.answer(asked) for file in sorted(FILES, key=lambda file: file.RANK))
    return tuple(answer for answer in found if answer is not None)
