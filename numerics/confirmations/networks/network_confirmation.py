"""Network confirmations: what was claimed, the networks that were trained for it, and what they say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from numerics.confirmations.networks.judged import Judged
from numerics.confirmations.networks.network_record import record_text
from numerics.confirmations.networks.network_spec import NetworkSpec
from numerics.confirmations.networks.steps_to_go import StepsToGo, steps_to_go
from numerics.formulas.predicted_numbers import PredictedNumbers
from numerics.networks.comparison import Comparison
from numerics.networks.train import Trained
from numerics.networks.without_penalty import BesideWithoutPenalty
from numerics.runs.agreement import Agreement
from numerics.runs.confirmed import Confirmed
from symcheck.render.block import Block


@dataclass(frozen=True, eq=False, repr=False)
class NetworkConfirmation(Confirmed):
    """The networks that were ``trained`` for a ``claim``, their ``agreement`` with it, and each pair of them.

    ``judged`` has what they show, ``spec`` what was trained and how; ``without_penalty`` the accuracies on a held-out
    part, beside those of the same networks trained on the loss alone, where one was asked for.
    """

    claim: PredictedNumbers
    trained: Trained
    agreement: Agreement
    comparisons: tuple[Comparison, ...]
    judged: Judged
    spec: NetworkSpec
    without_penalty: BesideWithoutPenalty | None = None

    @property
    def steps_to_go(self) -> StepsToGo | None:
        """How many more steps the rows need; None if training has done its part."""
        return steps_to_go(self.judged)

    def to_json(self) -> str:
        """The record: the claim, the run, the agreement, each network, each pair of them, versions."""
        return record_text(self.judged, self.spec, self.agreement, self.comparisons, self.without_penalty)

    def files(self) -> dict[str, str | bytes]:
        """Figure, report and record by the names of their files."""
        from numerics.confirmations.networks.network_report import report_files  # loads matplotlib

        return report_files(self.judged, self.spec, self.agreement, self.comparisons, self.without_penalty)

    def blocks(self) -> Iterator[Block]:
        """The report: what was trained, what was compared, the figure, and each pair of networks."""
        from numerics.confirmations.networks.network_report import report_page

        return report_page(self.judged, self.spec, self.agreement, self.comparisons, self.without_penalty)

    def summary(self) -> Iterator[Block]:
        """The table, and the accuracies without the penalty where they were asked for."""
        yield from self.agreement.blocks()
        if self.without_penalty is not None:
            yield from self.without_penalty.blocks()
