"""Curves as SVG that follows the colours of the page, light or dark."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 560, 280
LEFT, RIGHT, TOP, BOTTOM = 52, 16, 14, 40
DASHES = ("", "7 5", "2 4")


@dataclass(frozen=True)
class Curve:
    """Values over the same points as those of the other curves; nan where there is none."""

    label: str
    values: Sequence[float]


def plot(points: Sequence[float], curves: Sequence[Curve], *, across: str, title: str) -> str:
    """An SVG of ``curves`` over ``points``; ``across`` names the axis, ``title`` says what a listener hears.

    A curve is cut where it leaves the picture: the heights shown are those of most of the points.
    """
    low, high = _heights([v for curve in curves for v in curve.values if math.isfinite(v)])
    first, last = points[0], points[-1]

    def x(value: float) -> float:
        return LEFT + (value - first) / (last - first) * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        return TOP + (high - value) / (high - low) * (HEIGHT - TOP - BOTTOM)

    parts = [
        (
            f'<svg class="plot" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title, quote=True)}" '
            'xmlns="http://www.w3.org/2000/svg">'
        )
    ]
    for tick in _ticks(low, high):
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(tick):.1f}" y2="{y(tick):.1f}"/>')
        parts.append(f'<text class="tick" x="{LEFT - 6}" y="{y(tick) + 4:.1f}" text-anchor="end">{_text(tick)}</text>')
    for tick in _ticks(first, last):
        at = x(tick)
        parts.append(f'<line class="grid" x1="{at:.1f}" x2="{at:.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}"/>')
        parts.append(
            f'<text class="tick" x="{at:.1f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{_text(tick)}</text>'
        )
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(f'<text class="axis" x="{middle:.0f}" y="{HEIGHT - 6}" text-anchor="middle">{escape(across)}</text>')
    parts.append(
        f'<clipPath id="inside"><rect x="{LEFT}" y="{TOP}" width="{WIDTH - LEFT - RIGHT}" '
        f'height="{HEIGHT - TOP - BOTTOM}"/></clipPath><g clip-path="url(#inside)">'
    )
    for n, curve in enumerate(curves):
        for run in _runs(points, curve.values, low, high):
            path = " ".join(f"{x(a):.1f},{y(b):.1f}" for a, b in run)
            parts.append(f'<polyline class="curve curve-{n + 1}" stroke-dasharray="{DASHES[n]}" points="{path}"/>')
    parts.append("</g></svg>")
    legend = "".join(
        f'<span><svg class="key" viewBox="0 0 30 8" aria-hidden="true"><line class="curve curve-{n + 1}" x1="0" '
        f'x2="30" y1="4" y2="4" stroke-dasharray="{DASHES[n]}"/></svg>{escape(curve.label)}</span>'
        for n, curve in enumerate(curves)
    )
    return "\n".join([*parts, f'<div class="legend">{legend}</div>'])


def _heights(values: Sequence[float]) -> tuple[float, float]:
    """The least and the largest height that are shown: of all values, or, with a pole, of nine tenths of them."""
    ordered = sorted(values)
    low, high = ordered[0], ordered[-1]
    cut = len(ordered) // 20
    inner_low, inner_high = ordered[cut], ordered[-1 - cut]
    if high - low > 8 * max(inner_high - inner_low, 1e-12):
        low, high = inner_low, inner_high
    if high - low < 1e-9 * max(1.0, abs(high)):
        low, high = low - 0.5, high + 0.5
    space = 0.06 * (high - low)
    return low - space, high + space


def _runs(points: Sequence[float], values: Sequence[float], low: float, high: float) -> list[list[tuple[float, float]]]:
    """The parts of a curve with values; what is far outside is brought near, where it is cut away."""
    runs: list[list[tuple[float, float]]] = [[]]
    reach = high - low
    for point, value in zip(points, values, strict=True):
        if not math.isfinite(value):
            runs.append([])
        else:
            runs[-1].append((point, min(max(value, low - reach), high + reach)))
    return [run for run in runs if len(run) > 1]


def _ticks(low: float, high: float) -> list[float]:
    """Four to nine round numbers from ``low`` to ``high``."""
    raw = (high - low) / 5
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(size * k for k in (1, 2, 5, 10) if size * k >= raw)
    count = math.floor(high / step) - math.ceil(low / step) + 1
    return [(math.ceil(low / step) + n) * step for n in range(count)]


def _text(value: float) -> str:
    return f"{value:.6g}".replace("-", "\u2212") if abs(value) > 1e-12 else "0"
