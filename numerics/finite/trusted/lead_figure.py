"""The lead of each prediction beside the lead that the bound asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from numerics.figure_style import BLUE, GREY, INK, ORANGE, WIDTH, plain, titled

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Real = NDArray[np.float64]
SIZE = (WIDTH, 4.2)


def leads(lead: Real, needs: Real, differs: NDArray[np.bool_] | None, title: str, below: str) -> Figure:
    """A point for each prediction: its ``lead`` (N,) against what it ``needs`` (N,); above the line it is trusted.

    Predictions that ``differs`` marks, of another class than was given, are drawn in another colour.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=SIZE, layout="constrained")
    axes = figure.subplots()
    known = np.isfinite(needs) & (needs > 0)
    named = [(known, BLUE, "prediction")]
    if differs is not None:
        named = [(known & ~differs, BLUE, "as it was labelled"), (known & differs, ORANGE, "labelled otherwise")]
    for mask, colour, name in named:
        axes.plot(
            needs[mask], lead[mask], linestyle="none", marker="o", markersize=2.5, alpha=0.6, color=colour, label=name
        )
    if known.any():
        # a few samples ask for many times as much as most
        same = np.geomspace(needs[known].min(), needs[known].max(), 200)
        axes.plot(same, same, color=GREY, linewidth=1.0, label="above: trusted")
        axes.set(xscale="log", ylim=(0, 1.1 * lead[known].max() or 1.0))
        axes.legend(fontsize=8.5, frameon=False, labelcolor=INK)
    axes.set_xlabel("lead that the bound asks for", color=INK, fontsize=9)
    axes.set_ylabel("lead of the largest score", color=INK, fontsize=9)
    titled(axes, title.replace("_", " "), below)
    plain(axes)
    return figure
