"""Reports of network confirmations: a folder with the table, the figure and the record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from numerics import datasets
from numerics.confirmations.networks.judged import Judged
from numerics.confirmations.networks.network_record import record_text
from numerics.confirmations.networks.network_spec import NetworkSpec
from numerics.confirmations.networks.training_figure import training_figure
from numerics.figure_style import as_bytes, picture
from numerics.networks.comparison import Comparison, comparison_block
from numerics.networks.without_penalty import BesideWithoutPenalty
from numerics.runs.agreement import Agreement
from symcheck.render.block import Block, Code, Link, Paragraph, Picture, Strong, Title
from symcheck.render.markdown import markdown_page
from symcheck.render.prose import line_of

FIGURE, REPORT, RECORD = "training.png", "report.md", "confirmation.json"
"""The files of a report."""
SHOWS = "What the networks show against the steps of training"
"""What the figure shows."""
COMPARED = (
    "Each network trained on noisy labels beside the one trained on clean labels from the same seed: the share of "
    "samples of which the predicted classes agree, the distance of the directions of the scores as in (3) of the "
    "paper, the norm of the noisy scores over that of the clean ones, and the accuracies over the clean labels, "
    "clean -> noisy; the limit problem itself was not trained (-)."
)
"""What stands above the table of the pairs of networks."""


def report_files(
    judged: Judged,
    spec: NetworkSpec,
    agreement: Agreement,
    comparisons: Sequence[Comparison],
    beside: BesideWithoutPenalty | None = None,
) -> dict[str, str | bytes]:
    """Figure, report and record by the names of their files."""
    where = Paragraph((f"Run {judged.found.name}, recorded in ", Link(RECORD, RECORD), "."))
    blocks = report_blocks(judged, spec, agreement, comparisons, beside, Picture("", SHOWS, FIGURE))
    return {
        FIGURE: as_bytes(training_figure(judged, spec, agreement.outcome)),
        REPORT: markdown_page([*blocks, where]),
        RECORD: record_text(judged, spec, agreement, comparisons, beside),
    }


def report_page(
    judged: Judged,
    spec: NetworkSpec,
    agreement: Agreement,
    comparisons: Sequence[Comparison],
    beside: BesideWithoutPenalty | None = None,
) -> Iterator[Block]:
    """The report as a page that stands alone, with the figure in it."""
    shown = picture(training_figure(judged, spec, agreement.outcome), SHOWS)
    return report_blocks(judged, spec, agreement, comparisons, beside, shown)


def report_blocks(
    judged: Judged,
    spec: NetworkSpec,
    agreement: Agreement,
    comparisons: Sequence[Comparison],
    beside: BesideWithoutPenalty | None,
    figure: Picture,
) -> Iterator[Block]:
    """What was trained, what was compared, the ``figure``, and each pair of networks."""
    pair = judged.claim.objective
    values = {**pair.parameters, **pair.entries, **judged.claim.assumed}
    yield Title((f"{agreement.title}: ", Strong(str(agreement.outcome))))
    given = tuple(piece for name, value in sorted(values.items()) for piece in (f", {name} = ", Code(str(value))))
    yield Paragraph(("loss ", Code(str(pair.loss)), ", regularizer ", Code(str(pair.regularizer)), *given, "."))
    yield Paragraph(
        (
            "The network ", Code(spec.model),
            *line_of(
                f" ({spec.weights} weights, start {spec.start}) was trained on {spec.samples} samples of "
                f"{spec.classes} classes in {spec.dtype} on {spec.device}, at lambda = {1 / spec.alpha:.4g} from "
                f"the seeds {', '.join(map(str, spec.seeds))}, under the clean labels and under {spec.noise_words}; a "
                f"network stops where the claim can be judged, or after {judged.found.training.steps} steps."
            ),
        )
    )  # fmt: skip
    yield Paragraph(line_of(_source(judged)))
    yield from agreement.compared()
    yield figure
    yield Paragraph(line_of(COMPARED))
    yield comparison_block(comparisons)
    if beside is not None:
        yield Paragraph(("On what was held out:",))
        yield from beside.blocks()
    if spec.data in datasets.names():
        known = datasets.load(spec.data)
        yield Paragraph((f"Data: {known.source} ({known.licence}).",))


def _source(judged: Judged) -> str:
    """Where the numbers that are claimed come from, and why a true claim is safe."""
    claim = judged.claim
    whose = "a claim that was given" if claim.planted else "the certificate"
    return (
        f"kappa = {claim.kappa:.6g} comes from {whose}.  Wherever training ends, a true claim is within the tolerance "
        "of each row that decides."
    )
