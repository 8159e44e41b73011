"""The share of predictions that noise in a band keeps, against how wide the band is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from numerics.figure_style import BLUE, GREY, INK, WIDTH, plain, titled

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from numerics.finite.margin.result import NoiseMargin

SIZE = (WIDTH, 3.6)


def kept_shares(found: NoiseMargin) -> Figure:
    """The share of the points whose margin exceeds (high - low)/(high + low), for every band, and that of this one."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=SIZE, layout="constrained")
    axes = figure.subplots()
    ratios = np.linspace(0, 1, 201)
    margins = np.where(found.said, found.least, 0.0)
    axes.plot(ratios, [(margins > ratio).mean() for ratio in ratios], color=BLUE, linewidth=1.4)
    axes.axvline(found.ratio, color=GREY, linewidth=1.0, linestyle="--")
    axes.text(found.ratio, 0.02, f" a from {found.low:g} to {found.high:g}", color=GREY, fontsize=8.5)
    axes.set(xlim=(0, 1), ylim=(0, 1.02))
    axes.set_xlabel("(high - low)/(high + low)", color=INK, fontsize=9)
    axes.set_ylabel("share of the predictions kept", color=INK, fontsize=9)
    title = f"{found.samples.name}: {int(found.kept.sum())} of {len(found)} kept".replace("_", " ")
    titled(axes, title, f"noise that is free at each sample; {found.level}")
    plain(axes)
    return figure
