"""How training comes to what is claimed: kappa' against the steps, and what training leaves of the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import Tensor

from numerics.confirmations.networks.claim_rows import MOST
from numerics.confirmations.networks.judged import Judged
from numerics.confirmations.networks.network_spec import NetworkSpec
from numerics.figure_style import BLUE, GREEN, INK, ORANGE, PALE, WIDTH, plain, titled
from numerics.runs.agreement import Outcome

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PAGE, FLAT = (WIDTH, 6.0), (WIDTH, 3.6)
"""Both panels, and the lower one alone."""
SHOWN = 0.15
"""kappa' is shown from the claim, and what was measured last, up to this share of it away."""


def training_figure(judged: Judged, spec: NetworkSpec, outcome: Outcome) -> Figure:
    """kappa' of each network with what training leaves of it, and below that and the gradient, against the steps.

    Where no layer scales the scores the upper panel is left out.
    """
    from matplotlib.figure import Figure

    is_scaled = judged.layer is not None
    figure = Figure(figsize=PAGE if is_scaled else FLAT, layout="constrained")
    panels = figure.subplots(2, 1, sharex=True, height_ratios=[1.5, 1]) if is_scaled else [figure.subplots()]
    if is_scaled:
        _draw_kappa(panels[0], judged)
    _draw_left(panels[-1], judged)
    panels[-1].set_xlabel("steps", color=INK)
    for axes in panels:
        axes.set_xscale("log")
        plain(axes)
    figure.align_ylabels(panels)
    title = f"{judged.claim.name} on {spec.data}: training {outcome}".replace("_", " ")
    titled(
        panels[0],
        title.replace("training inconclusive", "inconclusive"),
        f"C = {spec.classes}, {spec.noise} noise of rate {spec.rho:g}, {spec.model}, {len(spec.seeds)} seeds, "
        f"lambda = {1 / spec.alpha:.3g}",
    )
    _legend(figure, judged)
    return figure


def _draw_kappa(axes: Axes, judged: Judged) -> None:
    """kappa' with what training leaves of it as a bar, and the claim as a line with what is narrow enough."""
    kappa = judged.claim.kappa
    axes.axhspan(kappa - MOST * abs(kappa), kappa + MOST * abs(kappa), color=PALE, linewidth=0, zorder=0)
    axes.axhline(kappa, color=INK, linewidth=1.0, zorder=2)
    last = judged.measured.scale.kappa[[*judged.clean, *judged.noisy]]
    # scores of 0 have none
    last = last[last.isfinite()]
    low, high = min([kappa, *last.tolist()]), max([kappa, *last.tolist()])
    room = SHOWN * max(abs(kappa), high - low)
    axes.set_ylim(low - room, high + room)
    for places, colour in ((judged.noisy, ORANGE), (judged.clean, BLUE)):
        for k in places:
            steps, history = _until_it_stopped(judged, k)
            found, left = history[:, 0], history[:, 1] * abs(kappa)
            # What networks show before they are trained may be anything, and would hide the rest.
            seen = (found > low - room) & (found < high + room)
            axes.vlines(
                steps[seen], (found - left)[seen], (found + left)[seen], color=colour, alpha=0.3, linewidth=0.9,
                zorder=1,
            )  # fmt: skip
            axes.plot(steps, found, color=colour, linewidth=0.9, marker="o", markersize=2.5, zorder=3)
    axes.set_ylabel("kappa' of a network\n(bar: what training leaves)", color=INK, fontsize=9)


def _draw_left(axes: Axes, judged: Judged) -> None:
    """The largest of what training leaves of a row, relatively, and what is asked."""
    until = judged.found.until
    assert until is not None
    for places, colour in ((judged.noisy, ORANGE), (judged.clean, BLUE)):
        for k in places:
            steps, history = _until_it_stopped(judged, k)
            left = history[:, 2]
            if until.is_scaled:
                left = left.maximum(history[:, 1])
            axes.plot(steps, left.clamp(min=1e-16), color=colour, linewidth=0.9, marker="o", markersize=2.5)
    axes.axhline(until.left, color=GREEN, linewidth=1.0)
    axes.set_yscale("log")
    axes.set_ylabel("most that training\nleaves of a row", color=INK, fontsize=9)


def _until_it_stopped(judged: Judged, k: int) -> tuple[Tensor, Tensor]:
    """The looks at network ``k`` while it was trained, and what they found, (T, 3)."""
    until = judged.found.until
    assert until is not None
    open_then = until.looks <= judged.found.steps[k]
    return until.looks[open_then], until.history[open_then, k]


def _legend(figure: Figure, judged: Judged) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], color=BLUE, linewidth=0.9, marker="o", markersize=3, label="clean labels"),
        Line2D([], [], color=ORANGE, linewidth=0.9, marker="o", markersize=3, label="noisy labels"),
        Line2D([], [], color=GREEN, linewidth=1.0, label="what is asked"),
    ]
    if judged.layer is not None:
        source = "given" if judged.claim.planted else "certificate"
        label = f"kappa = {judged.claim.kappa:.4g} ({source}), {100 * MOST:g} % about it"
        handles.insert(2, Line2D([], [], color=INK, linewidth=1.0, label=label))
    figure.legend(
        handles=handles, loc="outside lower center", ncols=2, fontsize=8.5, frameon=False, labelcolor=INK,
        handlelength=1.8,
    )  # fmt: skip
