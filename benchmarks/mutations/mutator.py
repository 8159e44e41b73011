"""Mutations: one small change of a statement, of a proof, or of both together."""

from __future__ import annotations

import contextlib
import copy
import random
import re
from collections.abc import Callable, Sequence

from benchmarks.mutations.claimed import Changed, Claimed, Json, put, texts
from benchmarks.mutations.of_proofs import OF_PROOFS
from benchmarks.mutations.of_statements import OF_STATEMENTS
from benchmarks.mutations.texts import TEXTS, numeral


def mutant(rng: random.Random, true: Claimed, other: Claimed) -> tuple[str, Claimed] | None:
    """A mutation of ``true`` and its kind, None where that kind finds nothing to change; ``other`` lends parts."""
    kind = rng.choice([*MUTATIONS])
    statement, proof = copy.deepcopy(true.statement), copy.deepcopy(true.proof)
    changed = MUTATIONS[kind](rng, statement, proof, other)
    if changed is None:
        return None
    if rng.random() < 0.15:
        # What the first one broke has no place for a second one.
        with contextlib.suppress(TypeError, KeyError, ValueError, AttributeError, IndexError):
            changed = MUTATIONS[rng.choice([*MUTATIONS])](rng, *copy.deepcopy(changed), other) or changed
    statement, proof = changed
    if (statement, proof) == (true.statement, true.proof):
        return None
    return kind, Claimed(true.name, statement, proof)


def _in_text(change: Callable[[random.Random, str], str | None], keys: Sequence[str]) -> Callable[..., Changed]:
    """The change in one of the texts at ``keys`` of the statement, in the proof if there are none."""

    def changed(rng: random.Random, statement: Json, proof: Json, _: Claimed) -> Changed:
        whole = statement if keys else proof
        found = [(p, t) for p, t in texts(whole) if not keys or p[0] in keys]
        for path, text in rng.sample(found, len(found)):
            new = change(rng, text)
            if new is not None and new != text:
                put(whole, path, new)
                return statement, proof
        return None

    return changed


def _everywhere(rng: random.Random, statement: Json, proof: Json, _: Claimed) -> Changed:
    """The same replacement of a number or of a sign in all the texts of both."""
    found = [(side, p, t) for side in (statement, proof) for p, t in texts(side)]
    numerals = sorted({n for _, p, t in found for n in re.findall(r"\b\d+\b", t)})
    if not numerals:
        return None
    old = rng.choice(numerals)
    new = numeral(rng, old)
    for side, path, text in found:
        if path[-1] not in ("about", "space", "name"):
            put(side, path, re.sub(rf"\b{old}\b", new, text))
    return statement, proof


MUTATIONS: dict[str, Callable[..., Changed]] = {
    **{f"formula: {name}": _in_text(change, ("formula",)) for name, change in TEXTS.items()},
    **{f"kappa: {name}": _in_text(change, ("kappa",)) for name, change in TEXTS.items()},
    **{f"proof: {name}": _in_text(change, ()) for name, change in TEXTS.items() if name not in ("function", "label")},
    "both: a number": _everywhere,
    **OF_STATEMENTS,
    **OF_PROOFS,
}
"""Each takes ``rng``, a statement and a proof that it may change, and another claim."""
