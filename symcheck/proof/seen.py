"""Which signs the one rule of the small checker sees, asked of the rule itself."""

from __future__ import annotations

from symcheck.field.element import Element
from symcheck.proof.check import Letters as Known
from symcheck.proof.check import Refused, Scope
from symcheck.proof.letters import Letters


def unsigned(scope: Scope, letters: Letters) -> list[Element]:
    """The factors of which the checker sees no sign."""
    try:
        known = Known(scope, letters.given)
    except Refused:
        known = _first_letters(scope, letters)
    return [factor for text, factor in letters.signed.items() if not _is_seen(known, text)]


def _is_seen(known: Known, text: str) -> bool:
    try:
        return bool(known.sign_of(known.product(text, "sign"), "sign"))
    except Refused:
        return False


def _first_letters(scope: Scope, letters: Letters) -> Known:
    """As many letters as the checker takes."""
    known = Known(scope, [])
    for count in range(1, len(letters.given)):
        try:
            known = Known(scope, letters.given[:count])
        except Refused:
            break
    return known
