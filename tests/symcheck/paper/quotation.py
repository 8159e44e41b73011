"""Whether a quotation stands in a text that was taken from a PDF.

The words of a quotation outside its formulas have to stand in the text, in their order and with nothing between
them.  What may differ is what a PDF loses: line breaks, hyphens at them, ligatures, accents, and all formulas, which
come out as loose letters.  So where the quotation has a formula, the text may have letters and names of functions,
and no word of English.  ``...`` in a quotation leaves words out, and ``[words]`` are the quoter's own.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

FUNCTIONS = frozenset(
    ["argmin", "argmax", "pred", "onehot", "const", "min", "max", "log", "lim", "lin", "sq", "muh", "lmuh", "llin",
     "gsq", "softmax", "pqy", "ezi", "ztaz"]
)  # fmt: skip
"""Words that a formula of the paper may leave behind."""

SHORT_WORDS = frozenset(
    ["is", "of", "if", "in", "to", "be", "no", "or", "we", "by", "it", "as", "at", "an", "on", "so", "do", "not",
     "the", "and", "for", "all", "any", "has", "are", "can", "let", "our", "but", "its"]
)  # fmt: skip
LONGEST_FORMULA = 45
"""A formula leaves at most so many pieces."""


@dataclass(frozen=True)
class Piece:
    """A run of ``words`` of a quotation; ``after`` says what stands before it: a formula, a gap, or nothing."""

    words: tuple[str, ...]
    after: str


def words(text: str) -> list[str]:
    """The words and numbers of ``text`` in small letters: ligatures undone, accents and hyphens gone."""
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = re.sub(r"-\s*\n\s*", "", plain).replace("-", "")
    return re.findall(r"[a-z]+|\d+", plain.lower())


def pieces(quotation: str) -> list[Piece]:
    """The runs of words of a quotation with formulas between dollar signs."""
    found: list[Piece] = []
    after = "start"
    for n, part in enumerate(quotation.split("$")):
        if n % 2:
            after = after if after == "gap" else "formula"
            continue
        for m, run in enumerate(re.split(r"\.\.\.|\[[^\]]*\]", part)):
            if m:
                after = "gap"
            if words(run):
                found.append(Piece(tuple(words(run)), after))
                after = "words"
    return found


def is_quoted(quotation: str, text: list[str]) -> bool:
    """Whether the words of ``quotation`` stand in the words ``text`` as this module says."""
    return next(places(quotation, text), None) is not None


def places(quotation: str, text: list[str]) -> Iterator[tuple[int, int]]:
    """The first and the last word of each place in ``text`` at which ``quotation`` stands."""
    wanted = pieces(quotation)
    if not wanted:
        return
    first, *rest = wanted
    for start in _starts(first.words, text, range(len(text))):
        end = _end(rest, text, start + len(first.words))
        if end is not None:
            yield start, end


def _starts(run: tuple[str, ...], text: list[str], among: range) -> Iterator[int]:
    for place in among:
        if tuple(text[place : place + len(run)]) == run:
            yield place


def _end(rest: list[Piece], text: list[str], at: int) -> int | None:
    """Where the pieces that are left end, if they stand in ``text`` from the word ``at`` on."""
    if not rest:
        return at
    piece, *others = rest
    far = len(text) if piece.after == "gap" else min(len(text), at + LONGEST_FORMULA)
    for place in _starts(piece.words, text, range(at, far)):
        if piece.after != "gap" and not all(_is_of_formula(word) for word in text[at:place]):
            return None
        end = _end(others, text, place + len(piece.words))
        if end is not None:
            return end
    return None


def _is_of_formula(word: str) -> bool:
    return word in FUNCTIONS or word.isdigit() or (len(word) <= 3 and word not in SHORT_WORDS)
