"""Values of a certificate's JSON: text that is one JSON value, and values of the type that a field has."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import NoReturn

from symcheck.certificates.record import Json
from symcheck.certificates.record_reader.refusal import key_shown, refusal, shown
from symcheck.errors import CertificateError, SymcheckError
from symcheck.language.exact import exact_text

MOST_CHARACTERS = 2_000_000
"""A longer text is no certificate."""


def loaded(text: str) -> Json:
    """The value that ``text`` writes; raises ``CertificateError`` for text that is no JSON of a certificate."""
    if not isinstance(text, str):
        raise refusal("certificate", f"got {type(text).__name__}; accepted is the text that to_json() writes")
    # Before json reads it: its memory is many times that of the text.
    if len(text) > MOST_CHARACTERS:
        raise refusal("certificate", f"got {len(text)} characters; at most {MOST_CHARACTERS} are read")
    try:
        value: Json = json.loads(
            text, object_pairs_hook=_without_duplicates, parse_float=_no_number, parse_constant=_no_number
        )
    except json.JSONDecodeError as error:
        raise refusal("certificate", f"no JSON: {error.msg} in line {error.lineno}, column {error.colno}") from error
    except RecursionError as error:
        raise refusal("certificate", "no JSON that can be read: its brackets are nested too deeply") from error
    except CertificateError:
        raise
    except ValueError as error:
        raise refusal("certificate", f"no JSON that can be read: {error}") from error
    return value


def _without_duplicates(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for key, value in pairs:
        # json would keep the last one in silence, and a reader of the file sees the first.
        if key in found:
            raise refusal(key_shown(key), "the key is there twice")
        found[key] = value
    return found


def _no_number(text: str) -> NoReturn:
    raise refusal("certificate", f"has the number {text[:40]}; its numbers are integers, and fractions are texts")


def object_at(value: Json, path: str, keys: tuple[str, ...] | None) -> dict[str, Json]:
    """``value``, which has to be an object, with exactly these ``keys`` if they are given."""
    if not isinstance(value, dict):
        raise refusal(path, f"got {shown(value)}; an object is expected")
    within = f"{path}." if path else ""
    for key in keys or ():
        if key not in value:
            raise refusal(within + key, "the field is missing")
    for key in value:
        if keys is not None and key not in keys:
            raise refusal(within + key_shown(key), "the certificate has this field and should not")
    return value


def list_at(value: Json, path: str) -> list[Json]:
    """``value``, which has to be a list."""
    if not isinstance(value, list):
        raise refusal(path, f"got {shown(value)}; a list is expected")
    return value


def text_at(value: Json, path: str) -> str:
    """``value``, which has to be text of printable ASCII characters."""
    if not isinstance(value, str) or not value.isprintable():
        raise refusal(path, f"got {shown(value)}; a printable text is expected")
    if not value.isascii():
        raise refusal(path, f"got {shown(value)}; a text of ASCII characters is expected")
    return value


def truth_at(value: Json, path: str) -> bool:
    """``value``, which has to be true or false."""
    if not isinstance(value, bool):
        raise refusal(path, f"got {shown(value)}; true or false is expected")
    return value


def number_at(value: Json, path: str) -> Fraction:
    """The exact number that ``value``, which has to be text, writes."""
    text = text_at(value, path)
    try:
        return exact_text(text, path)
    except SymcheckError as error:
        raise CertificateError(str(error)) from error
