"""The look of all figures: colours, sizes, axes, and how a figure becomes a file."""

from __future__ import annotations

import io
import re
from html import escape
from typing import TYPE_CHECKING

from symcheck.render.block import Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, GREY, PALE, GRID = "#22272e", "#6e7781", "#eceff2", "#e3e6ea"
# colours that stay apart for every kind of colour vision, and in grey (Okabe and Ito)
BLUE, ORANGE, GREEN = "#0072b2", "#d55e00", "#009e73"
CLASSES = ("#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#999999")
"""One colour for each class, as often as they last."""
WIDTH = 6.5
"""Inches: the width of a text column."""


def plain(axes: Axes, *, grid: bool = True) -> None:
    """Thin grey axes to the left and below, small numbers, and a pale grid."""
    if grid:
        axes.grid(which="major", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(which="both", colors=INK, labelsize=8.5, length=3, width=0.6)
    axes.tick_params(which="minor", length=0)
    axes.spines[["top", "right"]].set_visible(False)
    axes.spines[["left", "bottom"]].set_color(GREY)


def titled(axes: Axes, title: str, below: str) -> None:
    """A title, and a smaller line below it."""
    axes.set_title(title, loc="left", fontsize=11, color=INK, pad=20)
    axes.text(0, 1.03, below, transform=axes.transAxes, fontsize=8.5, color=GREY).set_in_layout(False)


def as_bytes(figure: Figure, kind: str = "png") -> bytes:
    """The figure as a file of ``kind`` "png", "pdf" or "svg", the same bytes each time it is drawn."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    FigureCanvasAgg(figure)
    buffer = io.BytesIO()
    metadata = {"png": {"Software": None}, "pdf": {"CreationDate": None}, "svg": {"Date": None}}[kind]
    figure.savefig(buffer, format=kind, dpi=200, metadata=metadata)
    return buffer.getvalue()


def picture(figure: Figure, text: str) -> Picture:
    """The figure for a page, in light and in dark: ink has the colour of the text around it, and nothing lies behind.

    Without what only a file of its own needs.
    """
    import matplotlib as mpl

    with mpl.rc_context({"savefig.facecolor": "none", "savefig.edgecolor": "none", "svg.hashsalt": text}):
        svg = as_bytes(figure, "svg").decode("utf-8")
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg[svg.index("<svg") :], flags=re.DOTALL)
    svg = re.sub("|".join(_THEMED), lambda found: _THEMED[found[0]], svg)
    # What has no colour is black, which is ink too.
    head = f'<svg role="img" aria-label="{escape(text)}" fill="currentColor"'
    return Picture(svg.replace("<svg", head, 1).rstrip(), text)


_THEMED = {
    f"fill: {INK}": "fill: currentColor",
    f"stroke: {INK}": "stroke: currentColor",
    "stroke: #000000": "stroke: currentColor",
    f"stroke: {GRID}": "stroke: currentColor; stroke-opacity: 0.15",
    f"fill: {PALE}": "fill: currentColor; fill-opacity: 0.08",
    "fill: #ffffff": "fill: none",
    "stroke: #ffffff": "stroke: none",
}
"""The colours that go with those of the page around a picture."""
