"""A campaign: mutants are put to the small checker, and what it accepts is looked at by differences."""

from __future__ import annotations

import json
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.mutations.claimed import Claimed
from benchmarks.mutations.mutator import mutant
from benchmarks.mutations.truth import UNREAD, why_false
from symcheck.proof.check import Refused
from symcheck.proof.splits import checked
from symcheck.proof.witnesses.witness import refute
from symcheck.proof.witnesses.written import ALL, check_written

POINTS = 2
"""Statements are looked at in so many points of the parameters, for as many numbers of classes."""
LONGEST = 2.0
"""No mutant may take more seconds of the checker."""


@dataclass(frozen=True)
class Fault:
    """A mutant that was accepted and is ``wrong``, that ended in an error, or that took too long."""

    kind: str
    wrong: str
    claimed: Claimed

    def __str__(self) -> str:
        texts = (json.dumps(x, default=str) for x in (self.claimed.statement, self.claimed.proof))
        return f"{self.kind}, from {self.claimed.name}: {self.wrong}\n  " + "\n  ".join(t[:2000] for t in texts)


@dataclass
class Counts:
    """How many mutants of each kind were tried and accepted, and what was wrong."""

    tried: Counter[str] = field(default_factory=Counter)
    accepted: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    unread: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    slowest: float = 0.0
    judged: dict[str, str] = field(default_factory=dict)

    def lines(self) -> Iterator[str]:
        """A table by kind; a statement that was not changed is true as it was."""
        yield f"{'kind of mutation':28} {'tried':>7} {'accepted':>9} {'of a new statement':>19}"
        for kind in sorted(self.tried):
            yield f"{kind:28} {self.tried[kind]:7} {self.accepted[kind]:9} {self.changed[kind]:19}"
        whole = [sum(c.values()) for c in (self.tried, self.accepted, self.changed)]
        yield f"{'all':28} {whole[0]:7} {whole[1]:9} {whole[2]:19}"
        yield f"{sum(self.unread.values())} of these have texts that the language refuses, such as mean(mean(z))"
        yield f"{len(self.judged)} new statements were looked at; the slowest check took {1e3 * self.slowest:.0f} ms"
        yield f"{len(self.faults)} faults"


def run(true: Sequence[Claimed], count: int, seed: object, counts: Counts | None = None) -> Counts:
    """``counts`` with ``count`` more mutants of the claims, drawn with ``seed``; no statement is looked at twice."""
    rng, counts = random.Random(str(seed)), Counts() if counts is None else counts
    last = counts.tried.total() + count
    originals = {text(c.statement) for c in true}
    while counts.tried.total() < last:
        made = mutant(rng, rng.choice(true), rng.choice(true))
        if made is None:
            continue
        kind, claimed = made
        counts.tried[kind] += 1
        start = time.process_time()
        try:
            shown(claimed.statement, claimed.proof)
            wrong = None
        except Refused as stop:
            wrong = "" if ":" in str(stop) else f"a refusal that names no field: {stop}"
        except Exception as error:  # noqa: BLE001 - any other exception is what is looked for
            wrong = f"{type(error).__name__}: {error}"
        taken = time.process_time() - start
        counts.slowest = max(counts.slowest, taken)
        if taken > LONGEST:
            counts.faults.append(Fault(kind, f"{taken:.1f} s", claimed))
        if wrong is None:
            counts.accepted[kind] += 1
            wrong = ""
            said = text(claimed.statement)
            if said not in originals:
                counts.changed[kind] += 1
                if said not in counts.judged:
                    counts.judged[said] = why_false(claimed.statement, random.Random(said), POINTS)
                wrong = counts.judged[said]
                if wrong.startswith(UNREAD):
                    counts.unread[kind] += 1
                    wrong = ""
        if wrong:
            counts.faults.append(Fault(kind, wrong, claimed))
    return counts


def shown(statement: Any, proof: Any) -> None:
    """Refused unless the proof shows the statement, whatever it is about."""
    is_refuted = isinstance(statement, dict) and statement.get("about") == "refuted"
    (refute if is_refuted else check_written if proof == ALL else checked)(statement, proof)


def text(statement: object) -> str:
    """What a statement says, as one text, without keys that mean nothing."""
    keys = ("about", "formula", "kappa", "anchor", "scope", "which", "point", "arrays")
    return repr({k: statement[k] for k in keys if k in statement} if isinstance(statement, dict) else statement)
