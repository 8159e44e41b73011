"""docs/STUDY.md and its figures, from the summary alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import symcheck as sc
from benchmarks.study.findings import ASKED, findings, is_bounded_better_than_strong, is_moderate_best
from benchmarks.study.plan import LEARNING_RATES, PAIRS, PLACES, RATES, Pair
from benchmarks.study.summary import Row, Summary
from numerics.figure_style import BLUE, CLASSES, GREY, INK, WIDTH, as_bytes, plain, titled
from symcheck.files import written

if TYPE_CHECKING:
    from matplotlib.figure import Figure

HEAD = """# Which loss on networks: a study

`python -m benchmarks.study --page docs/STUDY.md` makes this page, from a record that an interrupted run goes on with.
{done} of {planned} jobs are done{rest}.

What is certified is about minimisers: in the limit of large lambda clean and noisy labels lead to the same predictions.
It does not say that these are the most accurate ones, nor what Adam reaches in some epochs.  So small networks were
trained as practitioners train them: digits (1,797 images of 8 x 8) and five thousand of MNIST's, a fifth of each class
held out with clean labels; perceptrons and small convolutional networks whose scores are 0 at the start; labels of the
training part drawn with uniform noise; mean l + lambda mean g by Adam on batches of 128.  One learning rate of
{rates} is chosen for each row, alike for all: by the accuracy on a tenth of the training part with its noisy labels, at
the end of training, with a seed of its own.  Accuracies are on the clean test part: *last* after the last epoch,
*chosen* after the epoch at which that tenth is best.  Both are what a user can do without clean labels.

## What it finds, at rho = {asked:g}
"""

USE = """
## When to use which
"""

WHY = """
## Why strong penalties are robust and not the best here

As lambda grows, minimisers become those of least squares on the features that the network has
([theory](theory.md), sections 4 and 13): a sample's own label then weighs h_i, its leverage, in its scores, and the sum
of all h_i is the rank of the features.  A network that can fit all labels has features of rank n, and leverage 1: least
squares repeats the noise.  `forecast` tells this before any training, for linear models on features of the training
part, with clean labels and at rho = {asked:g}:

| data | features | rank | mean leverage | accuracy, clean labels | forecast, noisy labels |
| :-- | :-- | --: | --: | --: | --: |"""


def written_page(summary: Summary, path: Path) -> None:
    """Write the page to ``path``, and its figures into the folder figures beside it."""
    for place in summary.places:
        if summary.among(place, ASKED):
            folder = path.parent / "figures"
            folder.mkdir(parents=True, exist_ok=True)
            written(folder / _figure_file(place), as_bytes(figure(summary, place)))
    written(path, page(summary))


def page(summary: Summary) -> str:
    """The page in Markdown."""
    return "\n".join(_lines(summary)) + "\n"


def _lines(summary: Summary) -> Iterator[str]:
    left = summary.planned - len(summary.rows)
    rest = f"; the other {left} go on with the same command" if left else ""
    rates = ", ".join(f"{rate:g}" for rate in LEARNING_RATES[:-1]) + f" and {LEARNING_RATES[-1]:g}"
    yield from HEAD.format(
        done=len(summary.rows), planned=summary.planned, rest=rest, rates=rates, asked=ASKED
    ).splitlines()  # fmt: skip
    for sentence in findings(summary):
        yield f"- {sentence}"
    yield from USE.splitlines()
    yield from (f"- {line}" for line in _advice(summary))
    yield from WHY.format(asked=ASKED).splitlines()
    for one in summary.forecasts:
        cells = (
            one.data, one.features, str(one.rank), f"{one.leverage:.2f}", f"{100 * one.clean:.1f} %",
            f"{100 * one.noisy:.1f} %",
        )  # fmt: skip
        yield f"| {' | '.join(cells)} |"
    for place in summary.places:
        yield from _table(summary, place)


def _advice(summary: Summary) -> Iterator[str]:
    """What follows for a user, as far as the rows carry it."""
    if is_bounded_better_than_strong(summary):
        yield (
            "A network that can fit its training labels, labels that were drawn once: a bounded loss (gce, mae, nce + "
            "mae), alone or with a weak penalty.  In every place above it is more accurate than strong penalties."
        )
    if is_moderate_best(summary):
        yield (
            "Cross-entropy with l2: a moderate lambda.  In every place above it is best at a lambda of at most 1; for "
            "data of your own choose it by held-out noisy labels, which rank models as clean ones do in expectation "
            "([noise](noise.md))."
        )
    yield (
        "A linear model, or a head on frozen features with many more samples than features: there strong penalties "
        "have their place, since leverage is small; [forecast](HOW_MUCH_NOISE.md) says what they will reach, and "
        "`choose_lambda` which one to take."
    )
    yield (
        "Where predictions must not depend on the noise, a guarantee is worth more than accuracy: only what is "
        "certified, with a penalty, has one."
    )


def _table(summary: Summary, place: str) -> Iterator[str]:
    epochs = {each.name: each.epochs for each in PLACES}
    rates = [rho for rho in sorted(RATES) if summary.among(place, rho)]
    seeds = max(len(row.last) for row in summary.rows if row.place == place)
    yield from ("", f"## {place}", "")
    yield (
        f"{epochs[place]} epochs, {seeds} seeds: mean test accuracy in percent, *last* / *chosen*, and in brackets "
        "half the range of the seeds after the last epoch."
    )
    if summary.among(place, ASKED):
        yield from ("", f"![{_figure_text(summary, place)}](figures/{_figure_file(place)})")
    yield from ("", f"| pair | verdict | lambda | {' | '.join(f'rho = {rho:g}' for rho in rates)} |")
    yield "| :-- | :-- | --: |" + " --: |" * len(rates)
    for pair in PAIRS:
        lambdas = sorted({r.lambda_ for r in summary.rows if (r.place, r.pair) == (place, str(pair))})
        for lambda_ in lambdas:
            cells = [_cell(summary.row(place, rho, str(pair), lambda_)) for rho in rates]
            weight = f"{lambda_:g}" if pair.penalty else ""
            yield f"| {str(pair).replace('_', ' ')} | {verdict(pair)} | {weight} | {' | '.join(cells)} |"


def _cell(row: Row | None) -> str:
    if row is None:
        return ""
    return f"{100 * row.mean:.1f} / {100 * row.mean_chosen:.1f} ({50 * (max(row.last) - min(row.last)):.1f})"


def verdict(pair: Pair) -> str:
    """What is certified of the pair at C = 10; of a loss without a penalty nothing is claimed but its tier."""
    found = sc.certify(pair.loss, pair.penalty or "l2", classes=10)
    return f"{found.verdict}" if pair.penalty else f"no penalty; {found.tier}"


def figure(summary: Summary, place: str) -> Figure:
    """Test accuracy after the last epoch against lambda, and losses without a penalty as lines."""
    from matplotlib.figure import Figure

    rows = summary.among(place, ASKED)
    made = Figure(figsize=(WIDTH, 3.6), layout="constrained")
    axes = made.subplots()
    penalised = [str(pair) for pair in PAIRS if pair.penalty]
    for pair, colour in zip(penalised, CLASSES, strict=False):
        line = sorted((r for r in rows if r.pair == pair), key=lambda r: r.lambda_)
        if line:
            places = [r.lambda_ for r in line]
            axes.plot(places, [100 * r.mean for r in line], color=colour, marker="o", markersize=3.5, linewidth=1.3,
                      label=pair.replace("_", " "))  # fmt: skip
            axes.fill_between(
                places, [100 * min(r.last) for r in line], [100 * max(r.last) for r in line], color=colour, alpha=0.12,
                linewidth=0,
            )  # fmt: skip
    for pair, style, colour in (("cross_entropy", "dashed", INK), ("gce", "dotted", BLUE), ("mae", "dashdot", GREY)):
        row = summary.row(place, ASKED, pair)
        if row is not None:
            axes.axhline(100 * row.mean, color=colour, linestyle=style, linewidth=1, label=pair.replace("_", " "))
    axes.set_xscale("log")
    axes.set_xlabel(r"$\lambda$, the weight of the penalty", color=INK)
    axes.set_ylabel("test accuracy, %", fontsize=9, color=INK)
    axes.legend(fontsize=7.5, frameon=False, labelcolor=INK, ncols=2)
    plain(axes)
    seeds = max(len(row.last) for row in rows)
    titled(axes, place.replace("_", " "), rf"after the last epoch, $\rho$ = {ASKED:g}; mean and range of {seeds} seeds")
    return made


def _figure_file(place: str) -> str:
    return f"study_{place.replace(', ', '_')}.png"


def _figure_text(summary: Summary, place: str) -> str:
    rows = [row for row in summary.among(place, ASKED) if row.pair == "cross_entropy + l2"]
    told = ", ".join(
        f"{100 * row.mean:.0f} % at lambda {row.lambda_:g}" for row in sorted(rows, key=lambda r: r.lambda_)
    )
    return f"Test accuracy against lambda on {place} at rho = {ASKED:g}; cross-entropy + l2 has {told}"
