"""The figure of a preference confirmation: how rewards of clean and flipped pairs rank the same items."""

from __future__ import annotations

from typing import TYPE_CHECKING

from numerics.confirmations.preferences.rewards import RewardMeasurement, Rewards
from numerics.figure_style import BLUE, GREEN, GREY, INK, ORANGE, WIDTH, plain, titled

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SMALLEST = 1e-33
"""A distance of 0 is drawn here."""


def rankings(rewards: Rewards) -> Figure:
    """Kendall's tau above and 1 - cos below, against lambda, or against the flip rate where there is no penalty."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH, 5.6), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=[1.6, 1])
    solved = [m for m in rewards.measurements if m.is_solved]
    for name, colour, marker, values in (
        ("clean against flipped pairs", GREEN, "D", [m.tau for m in solved]),
        (f"clean pairs against {rewards.data.pairs.truth}", BLUE, "o", [m.tau_clean for m in solved]),
        (f"flipped pairs against {rewards.data.pairs.truth}", ORANGE, "s", [m.tau_noisy for m in solved]),
    ):
        drawn = [(_place(m, rewards), v) for m, v in zip(solved, values, strict=True) if v is not None]
        if drawn:
            above.plot(*zip(*drawn, strict=True), color=colour, marker=marker, markersize=4, linewidth=1, label=name)
    gaps = [(_place(m, rewards), max(m.apart or 0.0, SMALLEST)) for m in solved]
    if gaps:
        below.plot(*zip(*gaps, strict=True), color=GREEN, marker="D", markersize=4, linewidth=1)
    above.axhline(1.0, color=GREY, linewidth=0.6)
    above.set_ylabel("Kendall's tau of rankings", color=INK, fontsize=9)
    below.set_yscale("log")
    below.set_ylabel("1 - cos of the rewards", color=INK, fontsize=9)
    if rewards.claim.is_alone:
        below.set_xlabel("probability of a flip", color=INK)
    else:
        below.set_xscale("log")
        below.set_xlabel(r"$\lambda$", color=INK)
    figure.legend(loc="outside lower center", ncols=2, fontsize=8.5, frameon=False, labelcolor=INK)
    titled(
        above, rewards.claim.name.replace("_", " "),
        f"{len(rewards.data.pairs)} pairs, {rewards.data.noise}, linear reward, {len(rewards.data.pairs.items)} items",
    )  # fmt: skip
    for axes in (above, below):
        plain(axes)
    return figure


def _place(m: RewardMeasurement, rewards: Rewards) -> float:
    return m.rate if rewards.claim.is_alone else m.lambda_
