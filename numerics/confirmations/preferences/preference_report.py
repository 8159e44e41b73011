"""Reports of preference confirmations: a folder with the table, the figure and the record."""

from __future__ import annotations

import importlib.metadata
import json
from dataclasses import asdict

from numerics.confirmations.preferences.preference_evidence import PreferenceEvidence
from numerics.confirmations.preferences.reward_table import markdown_table
from numerics.figure_style import as_bytes

FIGURE, REPORT, RECORD = "rankings.png", "report.md", "confirmation.json"
"""The files of a report."""


def report_files(confirmation: PreferenceEvidence) -> dict[str, str | bytes]:
    """Figure, report and record by the names of their files."""
    from numerics.confirmations.preferences.ranking_figure import rankings  # loads matplotlib

    return {
        FIGURE: as_bytes(rankings(confirmation.rewards)),
        REPORT: report_text(confirmation),
        RECORD: record_text(confirmation),
    }


def report_text(confirmation: PreferenceEvidence) -> str:
    """The report in Markdown."""
    rewards, claim = confirmation.rewards, confirmation.rewards.claim
    data = rewards.data
    penalty = "no penalty" if claim.is_alone else f"penalty `{claim.objective.regularizer}`"
    return "\n".join(
        [
            f"# {claim.name}: {confirmation.outcome}",
            "",
            f"loss `{claim.objective.loss}`, with z[y] the score of the answer that is preferred; {penalty}.",
            "",
            f"A linear reward was trained in float64 on {len(data.pairs)} pairs, clean and with {data.noise}.",
            "",
            confirmation.agreement.to_markdown(),
            "",
            "## The rewards",
            "",
            markdown_table(rewards),
            "",
            f"![Rankings of clean and flipped pairs]({FIGURE})",
            "",
            f"The record is [{RECORD}]({RECORD}).",
            "",
        ]
    )


def record_text(confirmation: PreferenceEvidence) -> str:
    """The record in JSON; equal runs on one machine are equal text."""
    rewards, claim = confirmation.rewards, confirmation.rewards.claim
    record = {
        "schema": "symcheck.preference-confirmation/1",
        "loss": str(claim.objective.loss),
        "penalty": None if claim.is_alone else str(claim.objective.regularizer),
        "parameters": dict(claim.assumed),
        "data": rewards.data.pairs.name,
        "fingerprint": rewards.data.pairs.fingerprint,
        "pairs": len(rewards.data.pairs),
        "items": len(rewards.data.pairs.items),
        "rho": rewards.data.rate,
        "noise": "exact" if rewards.data.seed is None else "sampled",
        "seed": rewards.data.seed,
        "flipped": rewards.data.flipped,
        "agreement": confirmation.agreement.to_record(),
        "measurements": [asdict(m) for m in confirmation.measurements],
        "versions": {name: importlib.metadata.version(name) for name in ("torch", "numpy", "scipy", "sympy")},
    }
    return json.dumps(record, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"
