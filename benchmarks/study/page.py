"""The page of the study, its figures and its summary."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.study.advice import advice
from benchmarks.study.beside import beside_table
from benchmarks.study.choices import by_pair
from benchmarks.study.figures import against_lambda, against_noise, against_prediction
from benchmarks.study.findings import RHO, beside_prediction, findings, prediction, robustness
from benchmarks.study.plan import BATCH, FITTED, FIXED_RATES, LEARNING_RATES, LIMIT, PAIRS, PLACES, TEST, VALIDATION
from benchmarks.study.plan import LAST as TUNED_EPOCHS
from benchmarks.study.summary import Row, Summary
from benchmarks.study.tables import cell, mean, ranking, table, verdict
from numerics.figure_style import as_bytes
from symcheck.files import written

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FOLDER = "figures"
WIDE = 120

NOISE_PAIRS = {
    "cross_entropy": "#0072b2", "cross_entropy + l2": "#56b4e9", "muh + l2": "#22272e", "gce": "#009e73",
    "mae": "#d55e00", "gce + l2": "#e69f00",
}  # fmt: skip

HEAD = """# A study: losses and penalties on small networks with noisy labels

`python -m benchmarks.study --page docs/STUDY.md` trains what is told here and writes this page.  Small networks
whose last layer is 0 at the start learn {data} from labels that were drawn once, with noise of rate rho, as a
user has them.  {done} of {planned} jobs are done{missing}.

A certificate says for which pairs noisy labels lead to the predictions of clean ones: in expectation over the
noise, and in the limit of large lambda or for a loss alone.  It does not say that the network is accurate.
Here is measured what accuracy comes out.  Accuracies are in percent, on clean test labels; a range is from the
smallest to the largest of the seeds.
"""

HOW = """## How it was done

- **Data:** {test:.0f} % of each data set are the test part, with clean labels.  Of the rest {held:.0f} % are
  held out of training, with noisy labels, which differ from seed to seed.  A seed decides the weights at the
  start, the noise, the batches and what is held out, so that pairs are compared on the same labels; the test
  part is one for all.
- **Networks:** {networks}.
- **Objective:** mean l + lambda mean g, all parameters at the defaults of the catalogue, g(z) = 1/2 ||z||^2 for
  l2.
- **Optimiser:** Adam with batches of {batch} and a fixed learning rate; its steps do not depend on the
  scale of the objective, but scores of the size 1/lambda need small ones.
- **Learning rate:** the best of {rates} for each pair, lambda and rho alike, by the accuracy on held-out noisy
  labels, the mean of the last {tuned} epochs, with one more seed that is not reported.  Of {count} choices
  {low} are the smallest and {high} the largest rate: there a still smaller or larger one might do better.
- **Epoch:** "last" is after all epochs, for which the learning rate was chosen; "chosen" the one of the same
  run with the best accuracy on held-out noisy labels.  "Best of all epochs" needs clean test labels, which a
  user does not have.
- **Lambda:** where a table has one row for a pair, lambda was chosen by the same held-out labels after the last
  epoch, all seeds together.
- **Precision:** the test part has 359 samples on digits, one of which is 0.3 points, and 1,000 on mnist_5k.
  Seeds share it, so that a range over seeds does not tell what another test part would.
"""


def page(summary: Summary) -> str:
    """The page in Markdown."""
    places = [place.name for place in PLACES if summary.tuned(place.name)]
    return "\n".join(_lines(summary, places)) + "\n"


def _lines(summary: Summary, places: Sequence[str]) -> Iterator[str]:
    done = len(summary.rows)
    missing = "" if done == summary.planned else "; what is missing is an empty cell or not there"
    data = " and ".join(dict.fromkeys(place.partition(",")[0] for place in places))
    yield reflowed(HEAD.format(data=data, done=done, planned=summary.planned, missing=missing))
    yield "## What it finds\n"
    yield from map(wrapped, findings(summary, places))
    yield from _beside(summary, places)
    told = advice(summary, places)
    if told:
        yield "\n## When to use which\n\nAs far as it was measured here; the numbers are those of the tables.\n"
        yield from map(wrapped, told)
    for place in places:
        if any(row.rho == RHO for row in summary.tuned(place)):
            yield f"\n## {place}, rho {RHO:g}\n"
            yield from _pictured(f"study_{_file(place)}", *lambda_figure(summary, place))
            yield DOTTED
            pairs = len(by_pair(summary.tuned(place), RHO))
            if pairs < len(PAIRS):
                yield f"Only {pairs} of {len(PAIRS)} pairs are done here, with the lambdas of the tables below.\n"
            yield from ranking(by_pair(summary.tuned(place), RHO))
    yield from _rates(summary)
    yield from _costs(summary, places)
    yield from _predicted(summary, places)
    yield _how(summary, places)
    yield "## All numbers"
    for place in places:
        for kind, title in (("last", "last epoch"), ("chosen", "epoch chosen by noisy labels")):
            yield f"\n### {place}: {title}\n"
            yield from table(summary.tuned(place), kind)


def lambda_figure(summary: Summary, place: str) -> tuple[Figure, str]:
    """Accuracy against lambda, and what is to be seen in it."""
    rows = [row for row in summary.tuned(place) if row.rho == RHO]
    said = []
    for name in ("cross_entropy + l2", "gce + l2"):
        of_one = sorted((row for row in rows if str(row.pair) == name), key=lambda row: row.lambda_)
        if of_one:
            values = ", ".join(f"{mean(row.last)} at {row.lambda_:g}" for row in of_one)
            said.append(f"{name} {values}")
    alone = ", ".join(f"{row.title} {mean(row.last)}" for row in rows if row.title in ("cross_entropy", "gce", "mae"))
    text = (
        f"{place}, rho {RHO:g}, accuracy in percent after the last epoch by lambda: {'; '.join(said)}; alone: {alone}"
    )
    return against_lambda(summary, place, RHO), text


def figures(summary: Summary) -> dict[str, tuple[Figure, str]]:
    """Every figure of the page with its text, by the name of its file."""
    places = [place.name for place in PLACES if any(row.rho == RHO for row in summary.tuned(place.name))]
    found = {f"study_{_file(place)}": lambda_figure(summary, place) for place in places}
    several = _several_rates(summary, places)
    if several:
        found["study_noise"] = noise_figure(summary, several)
    predicted = _limit_rows(summary, places)
    if predicted:
        found["study_plateau"] = plateau_figure(summary, predicted)
    return found


def noise_figure(summary: Summary, places: Sequence[str]) -> tuple[Figure, str]:
    """Accuracy against the rate of noise, and what is to be seen in it."""
    said = []
    for place in places:
        chosen = by_pair(summary.tuned(place), RHO)
        values = ", ".join(f"{name} {mean(chosen[name].last)}" for name in NOISE_PAIRS if name in chosen)
        said.append(f"{place}: {values}")
    text = f"accuracy in percent against rho after the last epoch, lambda chosen; at rho {RHO:g} {'; '.join(said)}"
    return against_noise(summary, places, NOISE_PAIRS), text


def plateau_figure(summary: Summary, rows: dict[str, list[Row]]) -> tuple[Figure, str]:
    """Predicted and trained, and what is to be seen in it."""
    said = "; ".join(
        f"{place}: {', '.join(f'rho {row.rho:g} chosen {mean(row.chosen)}, last {mean(row.last)}' for row in of_one)}"
        for place, of_one in rows.items()
    )
    return against_prediction(summary, rows), f"predicted plateaus and trained networks, accuracy in percent: {said}"


def _limit_rows(summary: Summary, places: Sequence[str]) -> dict[str, list[Row]]:
    """The rows of the limit problem at the places that have a prediction, by rate of noise."""
    there = {one.place for one in summary.plateaus}
    rows = {
        place: sorted((r for r in summary.tuned(place) if r.pair == LIMIT), key=lambda row: row.rho)
        for place in places
        if place in there
    }
    return {place: of_one for place, of_one in rows.items() if of_one}


def _pictured(name: str, figure: Figure, text: str) -> list[str]:  # noqa: ARG001 - the figure is drawn elsewhere
    return [f"![{text}]({FOLDER}/{name}.svg)\n"]


def _file(place: str) -> str:
    return place.replace(", ", "_")


def _beside(summary: Summary, places: Sequence[str]) -> Iterator[str]:
    """Pairs beside cross-entropy."""
    lines = list(beside_table(summary, places))
    if len(lines) > 2:
        yield "\n## Beside cross-entropy alone\n"
        yield BESIDE
        yield from lines


def wrapped(text: str) -> str:
    """``text`` in lines of at most 120 characters; those after the first of a bullet are set in."""
    inset = "  " if text.startswith("- ") else ""
    # a word may be a link, which is not broken
    text = re.sub(r"\n *", " ", text.strip("\n"))
    return textwrap.fill(text, WIDE, subsequent_indent=inset, break_long_words=False, break_on_hyphens=False)


def reflowed(text: str) -> str:
    """``text`` with each paragraph and bullet wrapped."""
    parts = [re.split(r"\n(?=- )", part) for part in text.strip("\n").split("\n\n")]
    return "\n\n".join("\n".join(map(wrapped, part)) for part in parts) + "\n"


def _rates(summary: Summary) -> Iterator[str]:
    """The table of the part in which no learning rate is chosen."""
    rows = summary.rate_by_rate
    if not rows:
        return
    by = {(row.title, row.learning_rate): row for row in rows}
    yield f"\n## What the learning rate does: {rows[0].place}, rho {RHO:g}\n"
    yield LAST
    yield f"| pair | verdict | {' | '.join(f'rate {rate:g}' for rate in FIXED_RATES)} |"
    yield "| :-- | :-- |" + " --: |" * len(FIXED_RATES)
    for title, pair in dict.fromkeys((row.title, row.pair) for row in rows):
        cells = [cell(by[title, rate].last) if (title, rate) in by else "" for rate in FIXED_RATES]
        yield f"| {title} | {verdict(pair)} | {' | '.join(cells)} |"


def _costs(summary: Summary, places: Sequence[str]) -> Iterator[str]:
    """What noise costs."""
    several = _several_rates(summary, places)
    if not several:
        return
    yield "\n## What noise costs\n"
    yield from _pictured("study_noise", *noise_figure(summary, several))
    tables = [lines for place in several if (lines := robustness(summary, place))]
    yield f"Accuracy after the last epoch without noise and at rho {RHO:g}, and the difference."
    for lines in tables:
        yield ""
        yield from lines


def _several_rates(summary: Summary, places: Sequence[str]) -> list[str]:
    """The places with more than one rate of noise, of which one is that of the text."""
    rates = {place: {row.rho for row in summary.tuned(place)} for place in places}
    return [place for place, found in rates.items() if len(found) > 1 and RHO in found]


def _predicted(summary: Summary, places: Sequence[str]) -> Iterator[str]:
    """The section on the plateau."""
    rows = _limit_rows(summary, places)
    if not rows:
        return
    yield PLATEAU
    yield from _pictured("study_plateau", *plateau_figure(summary, rows))
    for place in rows:
        yield f"**{place}**\n"
        yield from prediction(summary, place)
        yield ""
        yield wrapped(beside_prediction(summary, place))
        yield ""
    yield SCALE


def _how(summary: Summary, places: Sequence[str]) -> str:
    tuned = [row for place in places for row in summary.tuned(place)]
    networks = "; ".join(
        f"{place.name} ({_sizes(place.name)}), {place.epochs} epochs, {place.seeds} seeds"
        for place in PLACES
        if place.name in places
    )
    *rest, last = (f"{rate:g}" for rate in LEARNING_RATES)
    text = HOW.format(
        test=100 * TEST, held=100 * VALIDATION, networks=networks, batch=BATCH, rates=f"{', '.join(rest)} and {last}",
        tuned=TUNED_EPOCHS,
        count=len(tuned), low=sum(row.learning_rate == min(LEARNING_RATES) for row in tuned),
        high=sum(row.learning_rate == max(LEARNING_RATES) for row in tuned),
    )  # fmt: skip
    return reflowed(text)


def _sizes(name: str) -> str:
    model = next(place.model for place in PLACES if place.name == name)
    sizes = getattr(model, "widths", None) or getattr(model, "channels", ())
    what = "units" if hasattr(model, "widths") else "channels"
    weights, scores = FITTED[name]
    return f"{' and '.join(map(str, sizes))} {what}, {weights:,} weights for {scores:,} scores"


def written_page(summary: Summary, path: Path) -> None:
    """Write the page to ``path`` and its figures beside it."""
    (path.parent / FOLDER).mkdir(parents=True, exist_ok=True)
    for name, (figure, _) in figures(summary).items():
        written(path.parent / FOLDER / f"{name}.svg", drawn(figure, name))
    written(path, page(summary))


def drawn(figure: Figure, name: str) -> bytes:
    """The figure as SVG, the same bytes each time."""
    import matplotlib as mpl

    with mpl.rc_context({"svg.hashsalt": name}):
        return as_bytes(figure, "svg")


BESIDE = """Points of test accuracy over cross-entropy alone after the last epoch, learning rate and lambda of both
chosen by noisy labels; a cell is one place and one rate of noise above 0, a mean over its seeds, of those
where all pairs are done.  "Ranges apart" counts the cells in which the ranges over the seeds do not
overlap, whichever is the larger.
"""
PLATEAU = """
## Why strong penalties lose here: the plateau

At large lambda every pair with l2 of this study tends to one problem: least squares for the drawn labels, which
is square\\_centred, or MUH + l2 at lambda 1.  Its solution is known before training for features that stay as they
are ([section 13 of the theory](theory.md#13-sampled-labels)): the score at x is a weighted sum of the labels, and
how much a training point follows its own label is its leverage h, whose mean is the rank of the features over the
number of scores to fit.  Where h is small, many labels are averaged and the noise goes; near 1 each label is fitted,
noise and all.  The certificate stands: it is about the expectation over the noise, and where nothing is averaged
one draw of the labels is far from it.

Predicted, with 10 draws of the labels, is the test accuracy for three kinds of features: the pixels; the last layer
before training; and all weights, by the derivatives of the scores at the start.  The perceptron on digits has fewer
weights than scores to fit, that on mnist_5k more: there every label is fitted, and the kernel is the mean over the
classes.  A network moves its features and is stopped before the minimum, so that none of the three is a forecast of
its accuracy; the last one tells where more training leads.
"""
SCALE = """
For MUH + l2 lambda changes the size of the scores at the minimum, 1/lambda, and none of its predictions: where the
rows of this pair differ, training ended before the minimum.  At lambda 0.01 scores of the size 100 are asked for, in
a fixed number of steps.  At lambda 100 they are of the size 0.01, of gce and mae, whose kappa is 0.2, of 0.002, and
the first step of Adam at the learning rate 0.001 moves them by 0.015 on digits and 0.028 on mnist_5k (perceptrons): a
rate is needed that is too small for the number of steps.  So what is lost at the largest lambdas is not all the doing
of the labels.
"""
DOTTED = """Bands are ranges over the seeds.  Dotted, left of every lambda: losses alone (cross_entropy, gce and mae in
the colour they have with l2, square\\_centred in that of muh + l2, focal in violet).
"""
LAST = """Accuracy after the last epoch with three learning rates, each from every seed and none of them chosen.
"""
