"""Reports of preference confirmations: a folder with the table, the figure and the record."""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Iterator
from dataclasses import asdict

from numerics.confirmations.preferences.preference_evidence import PreferenceEvidence
from numerics.confirmations.preferences.ranking_figure import rankings
from numerics.confirmations.preferences.reward_table import reward_blocks
from numerics.figure_style import as_bytes, picture
from symcheck.render.block import Block, Code, Line, Link, Paragraph, Picture, Section, Strong, Title
from symcheck.render.markdown import markdown_page
from symcheck.render.prose import line_of

FIGURE, REPORT, RECORD = "rankings.png", "report.md", "confirmation.json"
"""The files of a report."""
SHOWS = "Rankings of clean and flipped pairs"
"""What the figure shows."""


def report_files(confirmation: PreferenceEvidence) -> dict[str, str | bytes]:
    """Figure, report and record by the names of their files."""
    return {
        FIGURE: as_bytes(rankings(confirmation.rewards)),
        REPORT: report_text(confirmation),
        RECORD: record_text(confirmation),
    }


def report_text(confirmation: PreferenceEvidence) -> str:
    """The report in Markdown, beside figure and record."""
    where = Paragraph(("The record is ", Link(RECORD, RECORD), "."))
    return markdown_page([*report_blocks(confirmation, Picture("", SHOWS, FIGURE)), where])


def report_page(confirmation: PreferenceEvidence) -> Iterator[Block]:
    """The report as a page that stands alone, with the figure in it."""
    return report_blocks(confirmation, picture(rankings(confirmation.rewards), SHOWS))


def report_blocks(confirmation: PreferenceEvidence, figure: Picture) -> Iterator[Block]:
    """What was trained, what was compared, the rewards, and the ``figure``."""
    rewards, claim = confirmation.rewards, confirmation.rewards.claim
    data = rewards.data
    penalty: Line = ("no penalty",) if claim.is_alone else ("penalty ", Code(str(claim.objective.regularizer)))
    yield Title((f"{claim.name}: ", Strong(str(confirmation.outcome))))
    yield Paragraph(
        (
            "loss ",
            Code(str(claim.objective.loss)),
            *line_of(", with z[y] the score of the answer that is preferred; "),
            *penalty,
            ".",
        )
    )
    yield Paragraph(
        (f"A linear reward was trained in float64 on {len(data.pairs)} pairs, clean and with {data.noise}.",)
    )
    yield from confirmation.agreement.compared()
    yield Section("The rewards")
    yield from reward_blocks(rewards)
    yield figure


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
