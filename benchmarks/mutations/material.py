"""What is mutated: the statements of certificates, with their proofs"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from benchmarks.mutations.claimed import Claimed
from symcheck.certificates.certify import certify
from symcheck.intake.catalogue import names
from symcheck.proof.certificate import outcomes


def claims(step: int = 1) -> list[Claimed]:
    """Every ``step``-th loss with l2, every ``step``-th regularizer with cross-entropy: what they say with a proof."""
    pairs = [*((loss, "l2") for loss in names("loss")), *(("cross_entropy", g) for g in names("regularizer"))]
    return [*_said(pairs[::step])]


def _said(pairs: Sequence[tuple[str, str]]) -> Iterator[Claimed]:
    known: set[str] = set()
    for n, (loss, regularizer) in enumerate(pairs):
        # Every tenth one at three classes alone.
        for o in outcomes(json.loads(certify(loss, regularizer, classes=3 if n % 10 == 9 else None).to_json())):
            text = json.dumps(o.statement, sort_keys=True)
            # What has arrays is shown at one C, class by class, and not by the checker of formulas for every C.
            if o.proof is not None and not o.why and not o.statement["arrays"] and text not in known:
                known.add(text)
                yield Claimed(f"{loss} and {regularizer}, {o.key}", o.statement, o.proof)
