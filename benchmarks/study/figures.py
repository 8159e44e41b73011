"""The figures of the page: accuracy against lambda and against the rate of noise, and beside what was predicted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.study.choices import by_pair
from benchmarks.study.plateau import ALL_WEIGHTS, LAST_LAYER
from benchmarks.study.summary import Row, Summary
from numerics.figure_style import BLUE, CLASSES, GREEN, GREY, INK, ORANGE, WIDTH, plain, titled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PENALISED = {
    "cross_entropy + l2": BLUE,
    "cross_entropy + entropy": CLASSES[4],
    "muh + l2": INK,
    "gce + l2": GREEN,
    "mae + l2": ORANGE,
}
"""Pairs with a lambda, with their colours."""
SHOWN = {"cross_entropy": BLUE, "focal": CLASSES[3], "square_centred": INK, "gce": GREEN, "mae": ORANGE}
"""Losses without a penalty, with their colours."""


def against_lambda(summary: Summary, place: str, rho: float) -> Figure:
    """Test accuracy after the last epoch, left, and after the chosen one, right; losses alone are short lines."""
    from matplotlib.figure import Figure

    rows = [row for row in summary.tuned(place) if row.rho == rho]
    figure = Figure(figsize=(WIDTH, 3.4), layout="constrained")
    for axes, kind in zip(figure.subplots(1, 2, sharey=True), ("last", "chosen"), strict=True):
        for name, colour in PENALISED.items():
            of_one = sorted((row for row in rows if str(row.pair) == name), key=lambda row: row.lambda_)
            if of_one:
                _band(axes, [row.lambda_ for row in of_one], [getattr(row, kind) for row in of_one], colour, name)
        for row in rows:
            if row.penalty is None and row.loss in SHOWN:
                # Left of every lambda: there is none.
                _band(axes, [0.0007, 0.0015], [getattr(row, kind)] * 2, SHOWN[row.loss], None, dashed=True)
        axes.set_xscale("log")
        axes.set_xlabel(r"$\lambda$", fontsize=9, color=INK)
        axes.set_xticks([0.001, 0.01, 0.1, 1, 10, 100], ["none", "0.01", "0.1", "1", "10", "100"])
        axes.minorticks_off()
        plain(axes)
        titled(axes, {"chosen": "epoch chosen", "last": "last epoch"}[kind], rf"{place}, $\rho$ = {rho:g}")
        axes.yaxis.set_major_formatter(_percent)
    _explained(figure.axes[0])
    return figure


def against_noise(summary: Summary, places: Sequence[str], pairs: dict[str, str]) -> Figure:
    """Test accuracy against the rate of noise, each pair with the lambda that held-out labels choose."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, 2.8 * ((len(places) + 1) // 2)), layout="constrained")
    figure.subplots((len(places) + 1) // 2, 2, squeeze=False)
    for axes, place in zip(figure.axes, places, strict=False):
        rows = summary.tuned(place)
        rates = sorted({row.rho for row in rows})
        chosen = {rho: by_pair(rows, rho) for rho in rates}
        for name, colour in pairs.items():
            of_one = [(rho, chosen[rho][name].last) for rho in rates if name in chosen[rho]]
            if of_one:
                _band(axes, [rho for rho, _ in of_one], [accuracies for _, accuracies in of_one], colour, name)
        titled(axes, place, "")
        axes.set_xlabel(r"$\rho$", fontsize=9, color=INK)
        axes.yaxis.set_major_formatter(_percent)
        plain(axes)
    for axes in figure.axes[len(places) :]:
        axes.set_visible(False)
    _explained(figure.axes[0])
    return figure


def against_prediction(summary: Summary, rows: dict[str, list[Row]]) -> Figure:
    """What is predicted for few and for all weights, and between them what networks at large lambda reach."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, 3.4), layout="constrained")
    for axes, (place, of_one) in zip(figure.subplots(1, len(rows), squeeze=False)[0], rows.items(), strict=True):
        for one in summary.plateaus:
            if one.place == place and one.features in (LAST_LAYER, ALL_WEIGHTS):
                colour = {LAST_LAYER: GREEN, ALL_WEIGHTS: ORANGE}[one.features]
                axes.plot(
                    one.rates, one.accuracy, "--", color=colour, linewidth=1.2, label=f"predicted: {one.features}"
                )
        rates = [row.rho for row in of_one]
        _band(axes, rates, [row.chosen for row in of_one], GREY, "trained: chosen epoch")
        _band(axes, rates, [row.last for row in of_one], INK, "trained: last epoch")
        longer = sorted(summary.longer(place), key=lambda row: row.rho)
        if longer:
            _band(axes, [row.rho for row in longer], [row.last for row in longer], BLUE, "trained ten times as long")
        titled(axes, place, of_one[0].title)
        axes.set_xlabel(r"$\rho$", fontsize=9, color=INK)
        axes.yaxis.set_major_formatter(_percent)
        plain(axes)
    lines, names = figure.axes[0].get_legend_handles_labels()
    figure.legend(lines, names, fontsize=7.5, frameon=False, labelcolor=INK, loc="outside lower center", ncols=3)
    return figure


def _explained(axes: Axes) -> None:
    """A legend, if there is a line to name."""
    if axes.get_legend_handles_labels()[1]:
        axes.legend(fontsize=7.5, frameon=False, labelcolor=INK, loc="lower left")


def _percent(share: float, _: int) -> str:
    return f"{100 * share:g} %"


def _band(
    axes: Axes, places: Sequence[float], seeds: Sequence[Sequence[float]], colour: str, label: str | None,
    *, dashed: bool = False,
) -> None:  # fmt: skip
    """The mean over seeds as a line, from the smallest to the largest as a band."""
    means = [float(np.mean(one)) for one in seeds]
    axes.plot(
        places, means, ":" if dashed else "-", color=colour, linewidth=1.5, label=label,
        marker=None if dashed else ".", markersize=4,
    )  # fmt: skip
    axes.fill_between(
        places, [min(one) for one in seeds], [max(one) for one in seeds], color=colour, alpha=0.12, linewidth=0
    )
