"""Every claim of the paper with its verdict, checked anew: ``pytest tests/proofs/test_paper.py -v`` is the ledger."""

from __future__ import annotations

import pytest

from symcheck.paper import Claim, Ruling, claims


@pytest.mark.parametrize("entry", claims(), ids=[f"{c.id}: {c.verdict}" for c in claims()])
def test_the_claim_is_as_the_ledger_says(entry: Claim) -> None:
    found = entry.check()
    assert found.facts
    assert found.holds, found.failure
    assert found.found is entry.verdict


def test_no_verdict_is_rare() -> None:
    """The ledger confirms, mends and refutes; it would be no ledger if one of these were missing."""
    assert all(sum(c.verdict is ruling for c in claims()) >= 10 for ruling in Ruling)
