"""The share of predictions that noise in a band keeps, against how wide the band is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from numerics.figure_style import BLUE, GREY, INK, WIDTH, plain, titled

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SIZE = (WIDTH, 3.6)


def kept_shares(margins: NDArray[np.float64], ratio: float, band: str, title: str, below: str) -> Figure:
    """The share of the ``margins`` (N,) above (high - low)/(high + low), for every band; ``ratio`` is that of one."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=SIZE, layout="constrained")
    axes = figure.subplots()
    ratios = np.linspace(0, 1, 201)
    axes.plot(ratios, [(margins > each).mean() for each in ratios], color=BLUE, linewidth=1.4)
    axes.axvline(ratio, color=GREY, linewidth=1.0, linestyle="--")
    axes.text(ratio, 0.02, f" {band}", color=GREY, fontsize=8.5)
    axes.set(xlim=(0, 1), ylim=(0, 1.02))
    axes.set_xlabel("(high - low)/(high + low)", color=INK, fontsize=9)
    axes.set_ylabel("share of the predictions kept", color=INK, fontsize=9)
    titled(axes, title.replace("_", " "), below)
    plain(axes)
    return figure
