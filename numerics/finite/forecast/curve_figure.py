"""The figure of a curve of forecasts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from numerics.figure_style import BLUE, GREEN, INK, ORANGE, WIDTH, plain, titled

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from numerics.finite.forecast.curve_point import CurvePoint

LINES = {
    "agreement": ("agreement with the clean model", BLUE, "o"),
    "accuracy": ("accuracy", ORANGE, "s"),
    "clean_accuracy": ("accuracy of the clean model", GREEN, "D"),
}


def curve_figure(points: Sequence[CurvePoint], *, title: str, setting: str, axis: str, kind: str) -> Figure:
    """Means with bands of the spread of a single draw, against what was varied."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, 3.6), layout="constrained")
    axes = figure.subplots()
    values = [p.value for p in points]
    for name, (label, colour, marker) in LINES.items():
        found = [getattr(p, name) for p in points]
        means = [float(x) for x in found]
        axes.plot(values, means, color=colour, marker=marker, markersize=4, linewidth=1.2, label=label)
        low = [max(0.0, m - x.spread) for m, x in zip(means, found, strict=True)]
        high = [min(1.0, m + x.spread) for m, x in zip(means, found, strict=True)]
        axes.fill_between(values, low, high, color=colour, alpha=0.15, linewidth=0)
    if axis != "rho":
        axes.set_xscale("log")
        axes.minorticks_off()
        axes.set_xticks(values, [f"{x:g}" for x in values])
    axes.set_xlabel(axis, color=INK)
    axes.set_ylabel(f"share of {kind} points", color=INK, fontsize=9)
    axes.legend(fontsize=8.5, frameon=False, labelcolor=INK)
    titled(axes, title, f"{setting}; bands: a single draw")
    plain(axes)
    return figure
