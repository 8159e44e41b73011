"""The share of samples that are certified, against lambda."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from numerics.figure_style import BLUE, GREY, INK, ORANGE, WIDTH, plain, titled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from numerics.finite.guarantee.thresholds import Thresholds

SIZE = (WIDTH, 3.6)


def share_against_lambda(found: Thresholds) -> Figure:
    """Two curves, from each lambda on: for the rate that was asked and for every rate; points: at one lambda alone."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=SIZE, layout="constrained")
    axes = figure.subplots()
    ends = (found.lambdas[0], found.lambdas[-1])
    if found.rho is not None:
        _curve(axes, found.lambda_from, ends, BLUE, f"from lambda on, rho = {found.rho:g}")
        alone = [line.alone for line in found.table if line.alone is not None]
        axes.plot(found.lambdas, alone, "o", color=GREY, markersize=4, label="at this lambda alone", zorder=3)
    _curve(axes, found.lambda_from_every_rho, ends, ORANGE, "from lambda on, every rate")
    axes.set(xscale="log", ylim=(-0.02, 1.04))
    axes.set_xlabel(r"$\lambda$", color=INK)
    axes.set_ylabel("share of samples certified", color=INK, fontsize=9)
    axes.legend(fontsize=8.5, frameon=False, labelcolor=INK, loc="lower right")
    titled(axes, found.name.replace("_", " "), found.level.partition(":")[0])
    plain(axes)
    return figure


def _curve(axes: Axes, least: NDArray[np.float64], ends: tuple[float, float], colour: str, label: str) -> None:
    some = np.sort(least[np.isfinite(least)])
    places = np.concatenate(
        [[min(ends[0], some[0] if len(some) else ends[0])], some, [max(ends[1], *some[-1:], ends[1])]]
    )
    shares = np.concatenate([[0.0], np.arange(1, len(some) + 1), [len(some)]]) / len(least)
    axes.step(places, shares, where="post", color=colour, linewidth=1.4, label=label)
