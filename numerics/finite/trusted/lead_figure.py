"""The lead of each prediction beside the lead that the bound asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from numerics.figure_style import BLUE, GREY, INK, ORANGE, WIDTH, plain, titled

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from numerics.finite.trusted.result import Trusted

SIZE = (WIDTH, 4.2)


def leads(found: Trusted) -> Figure:
    """A point for each prediction: its lead against what the bound asks for; what lies above the line is trusted.

    At samples those that were given another label than the one predicted are drawn in another colour.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=SIZE, layout="constrained")
    axes = figure.subplots()
    known = found.said & np.isfinite(found.bound_needs)
    needs, lead = found.bound_needs, found.lead
    differs = np.zeros(len(found), dtype=bool) if found.given is None else found.predicted != found.given
    named = [(known & ~differs, BLUE, "prediction" if found.given is None else "predicted as it was labelled")]
    if found.given is not None:
        named.append((known & differs, ORANGE, "labelled otherwise"))
    for mask, colour, name in named:
        axes.plot(
            needs[mask], lead[mask], linestyle="none", marker="o", markersize=2.5, alpha=0.6, color=colour, label=name
        )
    if known.any():
        ends = [float(needs[known].min()), float(needs[known].max())]
        axes.plot(ends, ends, color=GREY, linewidth=1.0, label="above: trusted")
    axes.set(xscale="log")
    axes.set_xlabel("lead that the bound asks for", color=INK, fontsize=9)
    axes.set_ylabel("lead of the largest score", color=INK, fontsize=9)
    axes.legend(fontsize=8.5, frameon=False, labelcolor=INK)
    share = f"{int(found.proved.sum())} of {len(found)} trusted"
    every = "at all points together" if found.all_points else "a point"
    titled(axes, f"{found.name}: {share}".replace("_", " "), f"{found.level}; delta = {found.delta:g} {every}")
    plain(axes)
    return figure
