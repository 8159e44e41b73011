"""The figure of what cleaning buys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from numerics.figure_style import BLUE, GREY, INK, WIDTH, plain, titled

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from numerics.finite.forecast.cleaning import Cleaned


def cleaning_figure(found: Cleaned) -> Figure:
    """The accuracy of each way with the spread of a single draw, and that of the clean model as a line."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, 2.6), layout="constrained")
    axes = figure.subplots()
    heights = range(len(found.rows))
    axes.errorbar(
        [float(s.accuracy) for s in found.rows], list(heights), xerr=[s.accuracy.spread for s in found.rows],
        fmt="o", color=BLUE, markersize=5, linewidth=1.2,
    )  # fmt: skip
    axes.axvline(found.clean_accuracy, color=GREY, linewidth=1.0, linestyle="--", label="all labels clean")
    axes.set_yticks(list(heights), [s.name for s in found.rows])
    axes.invert_yaxis()
    axes.margins(y=0.25)
    axes.set_xlabel(f"accuracy at {found.kind} points (bars: a single draw)", color=INK, fontsize=9)
    axes.legend(fontsize=8.5, frameon=False, labelcolor=INK)
    titled(axes, f"Cleaning {found.share:.0%} of the labels of {found.data}", found.setting)
    plain(axes)
    return figure
