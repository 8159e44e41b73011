"""The convergence of directions against alpha, with the predicted laws and bounds."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from numerics.confirmations.curve_rows import fit_range
from numerics.confirmations.evidence import Evidence
from numerics.confirmations.predict import Curve
from numerics.figure_style import BLUE, GREEN, GREY, INK, ORANGE, PALE, WIDTH, plain, titled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LOOKS = {Curve.CLEAN: (BLUE, "o", 6.0), Curve.NOISY: (ORANGE, "s", 4.5), Curve.GAP: (GREEN, "D", 3.5)}
LABELS = {
    Curve.CLEAN: "clean labels to the limit",
    Curve.NOISY: "noisy labels to the limit",
    Curve.GAP: "clean to noisy",
}
SAMPLED = LABELS | {Curve.NOISY: "sampled labels to their limit", Curve.GAP: "clean to sampled"}
PAGE = (WIDTH, 6.2)
FLAT = (WIDTH, 4.6)
"""The upper panel alone, where no distance has an order."""
SMALLEST = 1e-17
"""A distance of 0 is drawn here."""


def convergence(confirmation: Evidence) -> Figure:
    """The distances (3) against alpha, and below how far they are from the predicted leading term.

    Lines are known before training: the leading terms above, the bounds on the deviation from them below.
    Points are measured; the filled ones give the order.
    """
    from matplotlib.figure import Figure

    expected = confirmation.expected
    some = any(expected.powers[c] for c in expected.curves)
    figure = Figure(figsize=PAGE if some else FLAT, layout="constrained")
    panels = figure.subplots(2, 1, sharex=True, height_ratios=[2.6, 1]) if some else [figure.subplots()]
    above, below = panels[0], panels[-1]
    wide = (expected.alphas[-1] / 1.6, expected.alphas[0] * 1.6)
    for curve in expected.curves:
        _draw_curve(above, below, confirmation, curve)
    _draw_floor(above, confirmation, wide)
    above.set(xscale="log", yscale="log", xlim=wide)
    above.set_ylabel("distance of directions, eq. (3)", color=INK, fontsize=9)
    if some:
        below.set(yscale="log")
        below.set_ylabel("relative deviation\n(lines: bound)", color=INK, fontsize=9)
    below.set_xlabel(r"$1/\lambda$", color=INK)
    _legend(figure, confirmation)
    _titles(above, confirmation)
    for axes in panels:
        plain(axes)
    figure.align_ylabels(panels)
    return figure


def _draw_floor(axes: Axes, confirmation: Evidence, wide: tuple[float, float]) -> None:
    """The distances that the solver cannot tell from 0, and the lower and upper end of the axis."""
    expected = confirmation.expected
    floors = [expected.floor(x) for x in expected.alphas]
    laws = [power(expected.scale(expected.alphas[-1])) for c in expected.curves if (power := expected.powers[c])]
    some_vanish = len(laws) < len(expected.curves)
    low = SMALLEST / 10 if some_vanish else max(min([*floors, *laws]), min(floors) / 1e3) / 10
    edge = [wide[1], *expected.alphas[1:-1], wide[0]]
    axes.fill_between(edge, floors, low, color=PALE, linewidth=0, zorder=0)
    axes.text(
        wide[1] / 1.15,
        min(floors) / 1.6,
        "below what the solver resolves",
        ha="right",
        va="top",
        color=GREY,
        fontsize=8,
    )
    high = max(m.distances[c] for m in confirmation.run.measurements for c in expected.curves)
    axes.set_ylim(low, max(high * 3, 0.0 if laws else max(floors) * 1e5))


def _draw_curve(above: Axes, below: Axes, confirmation: Evidence, curve: Curve) -> None:
    expected, (colour, marker, size) = confirmation.expected, LOOKS[curve]
    power, alphas = expected.powers[curve], expected.alphas
    if power is not None:
        above.plot(alphas, [power(expected.scale(x)) for x in alphas], color=colour, linewidth=1.0, zorder=2)
        bounds = [(x, expected.relative_error(curve, x)) for x in alphas]
        below.plot(*zip(*[(x, e) for x, e in bounds if e < 1], strict=True), color=colour, linewidth=1.0, zorder=2)
    filled = set(alphas[fit_range(expected, curve) or slice(0)])
    for m in confirmation.run.measurements:
        if not m.solved:
            continue
        value = max(m.distances[curve], SMALLEST)
        style = {
            "linestyle": "none",
            "marker": marker,
            "markersize": size,
            "color": colour,
            "markerfacecolor": colour if m.alpha in filled else "white",
            "markeredgewidth": 0.9,
            "zorder": 3,
            "alpha": 1.0 if power is None or value > expected.floor(m.alpha) else 0.35,
        }
        above.plot([m.alpha], [value], **style)  # type: ignore[arg-type]
        if power is not None and expected.relative_error(curve, m.alpha) < 1:
            below.plot([m.alpha], [max(abs(value / power(expected.scale(m.alpha)) - 1), SMALLEST)], **style)  # type: ignore[arg-type]


def _legend(figure: Figure, confirmation: Evidence) -> None:
    """What each colour is, with the predicted law, and what lines and points are; below, where no curve can be."""
    from matplotlib.lines import Line2D

    labels = SAMPLED if confirmation.expected.experiment.is_sampled else LABELS
    handles = []
    claim = confirmation.expected.experiment.claim
    for curve in confirmation.expected.curves:
        power, (colour, marker, size) = confirmation.expected.powers[curve], LOOKS[curve]
        law = "0" if power is None else f"{power.constant:.4g}{_power(power.order * claim.power)}"
        handles.append(
            Line2D([], [], color=colour, marker=marker, markersize=size, linewidth=1.0, label=f"{labels[curve]}: {law}")
        )
    grey = [
        Line2D([], [], color=GREY, linewidth=1.0),
        Line2D([], [], color=GREY, linestyle="none", marker="o", markersize=5),
    ]
    grey[0].set_label("lines: predicted before training")
    grey[1].set_label("points: measured; filled: give the order")
    handles += grey
    figure.legend(
        handles=handles, loc="outside lower center", ncols=2, fontsize=8.5, frameon=False, labelcolor=INK,
        handlelength=1.8, columnspacing=2.5,
    )  # fmt: skip


def _titles(axes: Axes, confirmation: Evidence) -> None:
    here = confirmation.expected.experiment
    title = f"{here.claim.name} on {here.data}: training {confirmation.outcome}".replace("_", " ")
    titled(
        axes,
        title.replace("training inconclusive", "inconclusive"),
        f"C = {here.claim.classes}, {here.noise}, linear classifier, {here.family.samples} samples",
    )


def _power(exponent: float) -> str:
    """1/lambda to this power, as a legend shows it: 1/lambda^(1/3) for a penalty of degree 4."""
    if exponent in (0, 1):
        return r"$/\lambda$" if exponent else ""
    return rf"$/\lambda^{{{Fraction(exponent).limit_denominator(1000)}}}$"
