"""Network confirmations: what was claimed, the networks that were trained for it, and what they say."""

from __future__ import annotations

import importlib.metadata
import json
from dataclasses import asdict, dataclass

from numerics.confirmations.networks.steps_to_go import StepsToGo, steps_to_go
from numerics.formulas.predicted_numbers import PredictedNumbers
from numerics.networks.comparison import Comparison, comparison_table
from numerics.networks.train import Trained
from numerics.runs.agreement import Agreement
from numerics.runs.confirmed import Confirmed


@dataclass(frozen=True, eq=False, repr=False)
class NetworkConfirmation(Confirmed):
    """The networks that were ``trained`` for a ``claim``, their ``agreement`` with it, and each pair of them."""

    claim: PredictedNumbers
    trained: Trained
    agreement: Agreement
    comparisons: tuple[Comparison, ...]

    @property
    def steps_to_go(self) -> StepsToGo | None:
        """How many more steps the rows need; None if training has done its part."""
        return steps_to_go(self.trained)

    def to_json(self) -> str:
        """The record: the run, the agreement, each pair of networks, versions."""
        record = {
            "schema": "symcheck.network-confirmation/1",
            "run": self.trained.name,
            "agreement": self.agreement.to_record(),
            "comparisons": [asdict(pair) for pair in self.comparisons],
            "versions": {name: importlib.metadata.version(name) for name in ("torch", "numpy", "sympy")},
        }
        return json.dumps(record, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"

    def files(self) -> dict[str, str | bytes]:
        """Report and record by the names of their files."""
        report = [
            f"# {self.agreement.title}: {self.outcome}",
            "",
            self.agreement.to_markdown(),
            "",
            "Each network trained on noisy labels beside the one trained on clean labels from the same seed:",
            "",
            "```text",
            comparison_table(self.comparisons),
            "```",
        ]
        return {"report.md": "\n".join(report) + "\n", "confirmation.json": self.to_json()}
