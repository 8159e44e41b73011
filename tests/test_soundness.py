"""A short run of the campaign against the engine: nothing that it says is false.

``make soundness`` runs it for longer, and other seeds draw other inputs.
"""

from __future__ import annotations

import pytest

from benchmarks.soundness.campaign import Record, run
from benchmarks.soundness.report import lines
from tests.sampled import one_in

SEED = 0


@pytest.mark.parametrize("first", one_in(3, range(3)))
def test_nothing_false_is_found(first: int) -> None:
    """The first input of every kind, and as a slow test the second and the third."""
    record = Record()
    for found in run(SEED, 600.0, first=first, most=1):
        record = found
    assert record.trials >= 12
    assert record.judged > 200
    assert not record.faults, "\n".join(lines(record, SEED, minimise=False))
