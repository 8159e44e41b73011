"""Names of class indices: j and k, and others where a parameter has one of these names."""

from __future__ import annotations

from symcheck.language.formula import Formula

LETTERS = "jkimnrstuvabdefghlopq"


def index_names(formula: Formula) -> tuple[str, ...]:
    """The names that are free in ``formula``: the first two for entries, the others for sums."""
    free = [letter for letter in LETTERS if letter not in formula.names]
    # Enough of them whatever the parameters are called.
    numbered = (f"i_{n}" for n in range(len(LETTERS) + len(formula.names)))
    return tuple(free) + tuple(name for name in numbered if name not in formula.names)
