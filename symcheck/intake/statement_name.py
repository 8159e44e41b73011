"""How people write the names of theorems, lemmas and other statements, and what is meant."""

from __future__ import annotations

import re

_SHORT = {
    "theorem": ("thm", "theo", "th", "t"), "lemma": ("lem", "l"), "corollary": ("cor", "c"),
    "definition": ("defn", "def", "d"), "equation": ("eqn", "eq"), "section": ("sec", "s"), "footnote": ("fn",),
}  # fmt: skip
_WHOLE = {short: word for word, shorts in _SHORT.items() for short in shorts}
_NUMBERED = re.compile(rf"({'|'.join(sorted(_WHOLE, key=len, reverse=True))})\.? ?(?=\d)")


def statement_key(name: str) -> str:
    """What two spellings of one name have in common: case, spaces, dashes and short words do not matter.

    A number alone is that of a theorem, and one in round brackets that of an equation.

    >>> [statement_key(name) for name in ("Theorem 3", "theorem-3", "theorem_3", "3", "Thm. 3")] == ["theorem3"] * 5
    True
    >>> statement_key("Theorem 2 prime"), statement_key("(2)"), statement_key("Eq. (2)")
    ("theorem2'", 'equation2', 'equation2')
    """
    text = " ".join(re.sub(r"[-_–\s]+", " ", name.lower()).replace("’", "'").replace("′", "'").split())
    text = re.sub(r"(?<=\d) ?prime\b", "'", text)
    text = re.sub(r"^\((\d+)\)$", r"equation \1", text)
    text = re.sub(r"(?<=[a-z.]) ?\((\d+)\)$", r" \1", text)
    text = re.sub(r"^(?=\d+ ?'?$)", "theorem ", text)
    short = _NUMBERED.match(text)
    return (text if short is None else _WHOLE[short[1]] + text[short.end() :]).replace(" ", "")
