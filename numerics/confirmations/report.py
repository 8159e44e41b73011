"""Reports: a folder with the table, the figure and the record of a confirmation."""

from __future__ import annotations

import importlib.metadata
import json
from dataclasses import asdict

from numerics import datasets
from numerics.confirmations.convergence_figure import convergence
from numerics.confirmations.evidence import Evidence
from numerics.figure_style import as_bytes
from numerics.formulas.predicted_numbers import PredictedNumbers
from numerics.runs.agreement import finite
from numerics.runs.spec import RunSpec

FIGURE, REPORT, RECORD = "convergence.png", "report.md", "confirmation.json"
"""The files of a report."""
LONGEST = 80
"""The value of a parameter that is longer stands in the record only."""


def report_files(confirmation: Evidence) -> dict[str, str | bytes]:
    """Figure, report and record by the names of their files."""
    return {
        FIGURE: as_bytes(convergence(confirmation)),
        REPORT: report_text(confirmation),
        RECORD: record_text(confirmation),
    }


def report_text(confirmation: Evidence) -> str:
    """The report in Markdown."""
    here, spec = confirmation.expected.experiment, confirmation.run.spec
    what = (
        f"A linear classifier (scores in {spec.outputs}, {spec.rank} independent features, {spec.samples} samples, "
        f"{spec.classes} classes) was trained to rounding in {spec.dtype} on {spec.device} at {len(spec.alphas)} "
        f"values of lambda, from {1 / spec.alphas[0]:.3g} to {1 / spec.alphas[-1]:.3g}, under the clean labels and "
        f"under {_noise(spec)}.  {_source(here.claim)} the formulas' derivatives at 0 on these data; nothing is "
        "fitted to a training."
    )
    lines = [
        f"# {here.claim.name} on {here.data}: {confirmation.outcome}",
        "",
        f"loss `{spec.loss}`, regularizer `{spec.regularizer}`"
        + "".join(f", {name} = {_short(value)}" for name, value in spec.parameters)
        + ".",
        "",
        what,
        "",
        confirmation.agreement.to_markdown(),
        "",
        f"![Distances against 1/lambda: points measured, lines predicted]({FIGURE})",
        "",
        f"Run {spec.hash}, recorded in [{RECORD}]({RECORD}).",
    ]
    if here.data in datasets.names():
        known = datasets.load(here.data)
        lines.append(f"Data: {known.source} ({known.licence}).")
    return "\n".join(lines) + "\n"


def _source(claim: PredictedNumbers) -> str:
    """Where the limit and the orders come from, up to what the constants come from."""
    if not claim.planted:
        return "Limit and orders come from the certificate, the constants of the orders from"
    return (
        f"The limit is that of a claim that was given, kappa = {claim.kappa:.6g}, and the constants of the orders come "
        "from"
    )


def _short(value: str) -> str:
    return value if len(value) <= LONGEST else f"the entries in [{RECORD}]({RECORD})"


def _noise(spec: RunSpec) -> str:
    if spec.seed is None:
        return f"the exact law of labels with uniform noise of rate {spec.rho:g}"
    return f"labels drawn once, with seed {spec.seed}, from uniform noise of rate {spec.rho:g}"


def record_text(confirmation: Evidence) -> str:
    """The record in JSON: specification, measurements and agreement; equal runs on one machine are equal text."""
    run = confirmation.run
    record = {
        "schema": "symcheck.confirmation/1",
        "run": run.spec.hash,
        "spec": asdict(run.spec),
        "agreement": confirmation.agreement.to_record(),
        "measurements": [
            {
                "alpha": m.alpha,
                "distances": {curve.name.lower(): m.distances[curve] for curve in m.distances},
                "limit_error": finite(m.limit_error),
                "ratio": finite(m.ratio),
                "differ": m.differ,
                "differ_guaranteed": m.differ_guaranteed,
                "guaranteed": m.guaranteed,
                "gradient_norms": list(m.gradient_norms),
                "steps": list(m.steps),
                "solved": m.solved,
                "smoothed": finite(m.smoothed),
            }
            for m in run.measurements
        ],
        "far_starts": None if run.far is None else {**asdict(run.far), "rise": finite(run.far.rise)},
        "versions": {name: importlib.metadata.version(name) for name in ("torch", "numpy", "scikit-learn", "sympy")},
    }
    return json.dumps(record, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"
