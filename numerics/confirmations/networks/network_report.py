"""Reports of network confirmations: a folder with the table, the figure and the record."""

from __future__ import annotations

from collections.abc import Sequence

from numerics import datasets
from numerics.confirmations.networks.judged import Judged
from numerics.confirmations.networks.network_record import record_text
from numerics.confirmations.networks.network_spec import NetworkSpec
from numerics.confirmations.networks.training_figure import training_figure
from numerics.figure_style import as_bytes
from numerics.networks.comparison import Comparison, comparison_table
from numerics.networks.without_penalty import BesideWithoutPenalty
from numerics.runs.agreement import Agreement

FIGURE, REPORT, RECORD = "training.png", "report.md", "confirmation.json"
"""The files of a report."""
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
    return {
        FIGURE: as_bytes(training_figure(judged, spec, agreement.outcome)),
        REPORT: report_text(judged, spec, agreement, comparisons, beside),
        RECORD: record_text(judged, spec, agreement, comparisons, beside),
    }


def report_text(
    judged: Judged,
    spec: NetworkSpec,
    agreement: Agreement,
    comparisons: Sequence[Comparison],
    beside: BesideWithoutPenalty | None = None,
) -> str:
    """The report in Markdown."""
    claim = judged.claim
    pair = claim.objective
    values = {**pair.parameters, **pair.entries, **claim.assumed}
    what = (
        f"The network `{spec.model}` ({spec.weights} weights, start {spec.start}) was trained on {spec.samples} "
        f"samples of {spec.classes} classes in {spec.dtype} on {spec.device}, at lambda = "
        f"{1 / spec.alpha:.4g} from the seeds {', '.join(map(str, spec.seeds))}, under the clean labels and under "
        f"{spec.noise_words}; a network stops where the claim can be judged, or after "
        f"{judged.found.training.steps} steps."
    )
    lines = [
        f"# {agreement.title}: {agreement.outcome}",
        "",
        f"loss `{pair.loss}`, regularizer `{pair.regularizer}`"
        + "".join(f", {name} = {value}" for name, value in sorted(values.items()))
        + ".",
        "",
        what,
        "",
        _source(judged),
        "",
        agreement.to_markdown(),
        "",
        f"![What the networks show against the steps of training]({FIGURE})",
        "",
        COMPARED,
        "",
        "```text",
        comparison_table(tuple(comparisons)),
        "```",
        "",
        *([] if beside is None else ["On what was held out:", "", "```text", str(beside), "```", ""]),
        f"Run {judged.found.name}, recorded in [{RECORD}]({RECORD}).",
    ]
    if spec.data in datasets.names():
        known = datasets.load(spec.data)
        lines.append(f"Data: {known.source} ({known.licence}).")
    return "\n".join(lines) + "\n"


def _source(judged: Judged) -> str:
    """Where the numbers that are claimed come from, and why a true claim is safe."""
    claim = judged.claim
    whose = "a claim that was given" if claim.planted else "the certificate"
    return (
        f"kappa = {claim.kappa:.6g} comes from {whose}.  Wherever training ends, a true claim is within the tolerance "
        "of each row that decides."
    )
