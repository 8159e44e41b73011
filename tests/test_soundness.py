"""A short run of the campaign against the engine: nothing that it says is false.

``make soundness`` runs it for longer, and other seeds draw other inputs.
"""

from __future__ import annotations

from benchmarks.soundness.campaign import Record, run
from benchmarks.soundness.report import lines

SEED = 0
TRIALS = 3
"""The first inputs of every kind: some seconds."""


def test_nothing_false_is_found() -> None:
    record = Record()
    for found in run(SEED, 600.0, most=TRIALS):
        record = found
    assert record.trials >= 12 * TRIALS
    assert record.judged > 1000
    assert not record.faults, "\n".join(lines(record, SEED, minimise=False))
