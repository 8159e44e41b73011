"""Reports: a folder with the table, the figure and the record of a confirmation."""

from __future__ import annotations

import importlib.metadata
import json
from collections.abc import Iterator
from dataclasses import asdict

from numerics import datasets
from numerics.confirmations.convergence_figure import convergence
from numerics.confirmations.evidence import Evidence
from numerics.figure_style import as_bytes, picture
from numerics.formulas.predicted_numbers import PredictedNumbers
from numerics.runs.agreement import finite
from numerics.runs.spec import RunSpec
from symcheck.render.block import Block, Code, Link, Paragraph, Picture, Strong, Title
from symcheck.render.markdown import markdown_page
from symcheck.render.prose import line_of

FIGURE, REPORT, RECORD = "convergence.png", "report.md", "confirmation.json"
"""The files of a report."""
SHOWS = "Distances against 1/lambda: points measured, lines predicted"
"""What the figure shows."""
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
    """The report in Markdown, beside figure and record."""
    where = Paragraph((f"Run {confirmation.run.spec.hash}, recorded in ", Link(RECORD, RECORD), "."))
    return markdown_page([*report_blocks(confirmation, Picture("", SHOWS, FIGURE)), where])


def report_page(confirmation: Evidence) -> Iterator[Block]:
    """The report as a page that stands alone, with the figure in it."""
    return report_blocks(confirmation, picture(convergence(confirmation), SHOWS))


def report_blocks(confirmation: Evidence, figure: Picture) -> Iterator[Block]:
    """What was run, what was compared, and the ``figure``."""
    here, spec = confirmation.expected.experiment, confirmation.run.spec
    yield Title((f"{here.claim.name} on {here.data}: ", Strong(str(confirmation.outcome))))
    given = tuple(piece for name, value in spec.parameters for piece in (f", {name} = ", Code(_short(value))))
    yield Paragraph(("loss ", Code(spec.loss), ", regularizer ", Code(spec.regularizer), *given, "."))
    yield Paragraph(
        line_of(
            f"A linear classifier (scores in {spec.outputs}, {spec.rank} independent features, {spec.samples} samples, "
            f"{spec.classes} classes) was trained to rounding in {spec.dtype} on {spec.device} at {len(spec.alphas)} "
            f"values of lambda, from {1 / spec.alphas[0]:.3g} to {1 / spec.alphas[-1]:.3g}, under the clean labels "
            f"and under {_noise(spec)}.  {_source(here.claim)} the formulas' derivatives at 0 on these data; nothing "
            "is fitted to a training."
        )
    )
    yield from confirmation.agreement.compared()
    yield figure
    if here.data in datasets.names():
        known = datasets.load(here.data)
        yield Paragraph((f"Data: {known.source} ({known.licence}).",))


def _source(claim: PredictedNumbers) -> str:
    """Where the limit and the orders come from, up to what the constants come from."""
    if not claim.planted:
        return "Limit and orders come from the certificate, the constants of the orders from"
    return (
        f"The limit is that of a claim that was given, kappa = {claim.kappa:.6g}, and the constants of the orders come "
        "from"
    )


def _short(value: str) -> str:
    return value if len(value) <= LONGEST else "the entries in the record"


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
