"""Refusals: what is wrong with a certificate's JSON, told so that a terminal can show it whatever the JSON holds."""

from __future__ import annotations

import json

from symcheck.certificates.record import Json
from symcheck.errors import CertificateError

LONGEST_MESSAGE = 2000
"""A message has at most so many characters."""

LONGEST_SHOWN = 80
"""A value is cut after so many characters."""

_LONGEST_KEY = 60


def refusal(path: str, what: str) -> CertificateError:
    """The error that the field at ``path`` is wrong: printable ASCII and line breaks, at most ``LONGEST_MESSAGE``."""
    text = "".join(c if c == "\n" or " " <= c <= "~" else _escaped(c) for c in f"{path}: {what}"[:LONGEST_MESSAGE])
    return CertificateError(text if len(text) <= LONGEST_MESSAGE else f"{text[: LONGEST_MESSAGE - 3]}...")


def shown(value: Json) -> str:
    """``value`` as a message shows it: JSON, short, printable."""
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "an object"
    if isinstance(value, str):
        return cut(json.dumps(value[: LONGEST_SHOWN + 1]))
    return cut(json.dumps(value))


def shown_plainly(value: Json) -> str:
    """``value`` as ``shown`` has it, a plain text without its quotation marks."""
    is_plain = isinstance(value, str) and value.isascii() and value.isprintable() and value != ""
    return cut(str(value)) if is_plain else shown(value)


def key_shown(key: str) -> str:
    """A key of an object as a path shows it."""
    return key if key.isascii() and key.isprintable() and len(key) <= _LONGEST_KEY else ascii(key[:_LONGEST_KEY])


def cut(text: str) -> str:
    """``text``, without its end if it is long."""
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 3]}..."


def _escaped(character: str) -> str:
    return ascii(character)[1:-1]
