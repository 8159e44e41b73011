"""Evidence: what the formulas predicted beside what a run measured."""

from __future__ import annotations

from dataclasses import dataclass

from numerics.confirmations.predict import Expected
from numerics.confirmations.records import Run
from numerics.runs.agreement import Agreement
from numerics.runs.confirmed import Confirmed


@dataclass(frozen=True, eq=False, repr=False)
class Evidence(Confirmed):
    """What was ``expected``, what the ``run`` measured, and their ``agreement``: what figure and report are made of."""

    expected: Expected
    run: Run
    agreement: Agreement
