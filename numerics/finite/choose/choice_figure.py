"""Shares certified, forecast and seen, against lambda."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from numerics.figure_style import BLUE, GREEN, GREY, INK, ORANGE, WIDTH, plain, titled

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from numerics.finite.choose.candidate import Candidate


def choice_figure(candidates: Sequence[Candidate], lambda_: float | None, title: str, below: str) -> Figure:
    """What is known of the ``candidates``; the line is ``lambda_``, the one that was chosen."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, 3.9), layout="constrained")
    axes = figure.subplots()
    certified = [(c.lambda_, c.certified) for c in candidates if c.certified is not None]
    if certified:
        axes.plot(*zip(*certified, strict=True), color=GREEN, marker="D", ms=4, lw=1.4, label="certified")
    rows = [(c.lambda_, c.agreement, c.accuracy) for c in candidates if c.agreement and c.accuracy]
    if rows:
        places, agreement, accuracy = zip(*rows, strict=True)
        axes.plot(places, agreement, color=BLUE, ls="--", lw=1.2, label="agreement, forecast")
        axes.plot(places, accuracy, color=BLUE, marker="o", ms=4, lw=1.4, label="accuracy, forecast")
        low, high = ([float(a) + sign * a.spread for a in accuracy] for sign in (-1, 1))
        axes.fill_between(places, low, high, color=BLUE, alpha=0.15, lw=0, label="its spread from draw to draw")
    seen = [(c.lambda_, c.validation) for c in candidates if c.validation is not None]
    if seen:
        middle = [v.value for _, v in seen]
        reach = [[v.value - v.low for _, v in seen], [v.high - v.value for _, v in seen]]
        axes.errorbar(
            [x * 1.04 for x, _ in seen], middle, yerr=reach, fmt="s", color=ORANGE, ms=3.5, lw=1, capsize=2,
            label="from noisy labels, 95 %",
        )  # fmt: skip
    if lambda_ is not None:
        axes.axvline(lambda_, color=GREY, lw=1, zorder=0)
    axes.set(xscale="log", ylim=(-0.02, 1.02))
    axes.set_xlabel(r"$\lambda$", color=INK)
    axes.set_ylabel("share", color=INK, fontsize=9)
    plain(axes)
    chosen = "none chosen" if lambda_ is None else f"chosen: {lambda_:g}"
    titled(axes, title, f"{below}; {chosen}")
    axes.legend(fontsize=8, frameon=False, loc="lower right")
    return figure
