"""The figure of a forecast: how many points are how sure to keep their prediction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from numerics.figure_style import BLUE, INK, ORANGE, WIDTH, plain, titled

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from numerics.finite.forecast.measured import Measured


def forecast_figure(kinds: Sequence[Measured], *, title: str, setting: str) -> Figure:
    """The share of the points whose probability of agreement is at least the one on the axis, for each kind."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, 3.4), layout="constrained")
    axes = figure.subplots()
    for measured, colour in zip(kinds, (BLUE, ORANGE), strict=False):
        chances = np.sort(measured.per_sample[~np.isnan(measured.per_sample)])
        shares = 1 - np.arange(len(chances)) / len(chances)
        label = f"{measured.kind} points: agreement {measured.agreement.text}, accuracy {measured.accuracy.text}"
        axes.step(chances, shares, where="pre", color=colour, linewidth=1.3, label=label)
    axes.set(xlim=(0, 1.01), ylim=(0, 1.02))
    axes.set_xlabel("probability that the prediction is that of the clean model, at least", color=INK, fontsize=9)
    axes.set_ylabel("share of the points", color=INK, fontsize=9)
    axes.legend(loc="lower left", fontsize=8.5, frameon=False, labelcolor=INK)
    titled(axes, title, setting)
    plain(axes)
    return figure
