"""The figure of what cleaning buys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from numerics.figure_style import BLUE, GREY, INK, WIDTH, plain, titled
from numerics.finite.forecast.estimate import Estimate

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def cleaning_figure(
    accuracies: Mapping[str, Estimate], clean: float, *, kind: str, setting: str, title: str
) -> Figure:  # fmt: skip
    """The accuracy of each way with the spread of a single draw, and that of the ``clean`` model as a line."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, 2.6), layout="constrained")
    axes = figure.subplots()
    heights = list(range(len(accuracies)))
    axes.errorbar(
        [float(x) for x in accuracies.values()], heights, xerr=[x.spread for x in accuracies.values()],
        fmt="o", color=BLUE, markersize=5, linewidth=1.2,
    )  # fmt: skip
    axes.axvline(clean, color=GREY, linewidth=1.0, linestyle="--", label="all labels clean")
    axes.set_yticks(heights, list(accuracies))
    axes.invert_yaxis()
    axes.margins(y=0.25)
    axes.set_xlabel(f"accuracy at {kind} points (bars: a single draw)", color=INK, fontsize=9)
    axes.legend(fontsize=8.5, frameon=False, labelcolor=INK)
    titled(axes, title, setting)
    plain(axes)
    return figure
