"""Accuracy, and agreement of clean with noisy training, against the weight of the penalty."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from numerics.errors import SweepError
from numerics.figure_style import BLUE, CLASSES, GREY, INK, ORANGE, WIDTH, plain, titled
from numerics.sweeps.results import Results

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Series = dict[float, list[float]]
"""The values over the runs, by lambda."""
ONE = ("data", "transform", "loss", "regularizer", "test")
"""What has to be the same in all runs of one figure."""


def noise_curves(results: Results) -> Figure:
    """What a sweep over lambda shows: above the accuracies, below the share of samples on which both agree.

    Lines are means over the runs of one noise rate, bands reach from the smallest to the largest.  Both are measured on
    the test part where there is one, and against clean labels.  Raises ``SweepError`` for runs of several pairs or data
    sets, or none: choose those of one with ``Results.where``.
    """
    from matplotlib.figure import Figure

    rows = results.rows
    _check(rows)
    part, first = results.part, rows[0]
    clean: Series = defaultdict(list)
    noisy, agreement = (defaultdict[float, Series](lambda: defaultdict(list)) for _ in range(2))
    for row in rows:
        clean[row["lambda"]].append(row[f"accuracy_clean_{part}"])
        noisy[row["rho"]][row["lambda"]].append(row[f"accuracy_noisy_{part}"])
        agreement[row["rho"]][row["lambda"]].append(row[f"agreement_{part}"])

    figure = Figure(figsize=(WIDTH, 5.0), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True)
    _draw(above, clean, INK, "clean labels", dashed=True)
    rates = sorted(noisy)
    colours = (ORANGE, BLUE, *CLASSES[2:])
    for rate, colour in zip(rates, (colours * len(rates))[: len(rates)], strict=True):
        _draw(above, noisy[rate], colour, rf"noisy labels, $\rho$ = {rate:g}")
        _draw(below, agreement[rate], colour, rf"$\rho$ = {rate:g}")
    above.set_ylabel(f"accuracy ({'test' if part == 'test' else 'training'} samples)", fontsize=9, color=INK)
    below.set_ylabel("samples on which both agree", fontsize=9, color=INK)
    below.set_xlabel(r"$\lambda$, the weight of the penalty", color=INK)
    below.axhline(1, color=GREY, linewidth=0.6)
    above.legend(fontsize=8.5, frameon=False, labelcolor=INK)
    for axes in (above, below):
        axes.set_xscale("log")
        axes.yaxis.set_major_formatter(lambda x, _: f"{100 * x:.0f} %")
        plain(axes)
    runs = max(map(len, clean.values()))
    several = f"mean and range of {runs // len(rates)} draws of the labels" if runs > len(rates) else "exact noise"
    titled(
        above,
        f"{first['loss']} + {first['regularizer']} on {first['data']}".replace("_", " "),
        f"linear in {first['transform']} features, {several}",
    )
    return figure


def _check(rows: Iterable[Mapping[str, Any]]) -> None:
    kinds = {name: sorted({str(row[name]) for row in rows}) for name in ONE}
    if not kinds["loss"]:
        raise SweepError("results: there is no finished run to draw; run the sweep first")
    for name, found in kinds.items():
        if len(found) > 1:
            raise SweepError(
                f"results: got runs with {name} = {', '.join(found)}; one figure shows one of them: "
                f"results.where({name}=...)"
            )


def _draw(axes: Axes, series: Series, colour: str, label: str, *, dashed: bool = False) -> None:
    places = sorted(series)
    values = [np.asarray(series[x]) for x in places]
    style = (0, (4, 2)) if dashed else "solid"
    axes.plot(places, [v.mean() for v in values], color=colour, linewidth=1.4, linestyle=style, label=label)
    if any(np.ptp(v) > 0 for v in values):
        axes.fill_between(
            places, [v.min() for v in values], [v.max() for v in values], color=colour, alpha=0.18, linewidth=0
        )
