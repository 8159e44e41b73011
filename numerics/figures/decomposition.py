"""A loss as symmetric plus class-insensitive part, and what noise leaves of the first (THEORY 2)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import torch

from numerics.figure_style import BLUE, GREEN, GREY, INK, ORANGE, WIDTH, plain, titled
from numerics.formulas.batch import values_by_label
from numerics.formulas.pair import Certified, pair_of
from numerics.noise.laws import checked_rate, noise_factor

if TYPE_CHECKING:
    from matplotlib.figure import Figure

REACH = 8.0
"""Margins from minus this to this are drawn."""
POINTS = 801


def decomposition(
    certificate: Certified, classes: int = 10, rhos: Sequence[float | Fraction] = (0.2, 0.4, 0.6, 0.8)
) -> Figure:
    """The parts of the certificate's loss along scores in which class 1 leads by a margin m, z = m (e_1 - 1/C).

    Left: l(z, 1) = sym(l)(z, 1) + ins(l)(z), with ins(l) the mean over the labels.  Right: the mean of l under
    labels that are 1 with probability 1 - rho, a sym(l)(z, 1) + ins(l)(z) with a = 1 - rho C/(C-1).
    Raises ``ConfirmationError`` for a C outside the scope, ``NoiseError`` for a rate outside [0, (C-1)/C).
    """
    from matplotlib.figure import Figure

    pair = pair_of(certificate, classes, "the figure")
    objective = pair.objective
    margins = torch.linspace(-REACH, REACH, POINTS, dtype=torch.float64)
    towards = -torch.full((classes,), 1 / classes, dtype=torch.float64)
    towards[0] += 1
    by_label = values_by_label(objective.loss, margins[:, None] * towards, objective.parameters)
    first, insensitive = by_label[:, 0], by_label.mean(1)
    symmetric = first - insensitive

    figure = Figure(figsize=(WIDTH, 3.4), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    for values, colour, label in (
        (first, INK, "l(z, 1)"),
        (symmetric, BLUE, "symmetric part"),
        (insensitive, ORANGE, "class-insensitive part"),
    ):
        left.plot(margins, values, color=colour, linewidth=1.4, label=label)
    shades = torch.linspace(0.25, 1.0, max(len(rhos), 1)).tolist()
    right.plot(margins, first, color=INK, linewidth=1.4, label="clean")
    for rho, shade in zip(rhos, shades, strict=True):
        a = noise_factor(checked_rate(rho, classes), classes)
        right.plot(
            margins, a * symmetric + insensitive, color=GREEN, alpha=shade, linewidth=1.4, label=rf"$\rho$ = {rho:g}"
        )
    right.plot(margins, insensitive, color=ORANGE, linewidth=1.0, linestyle=(0, (4, 2)))
    for axes in (left, right):
        axes.axvline(0, color=GREY, linewidth=0.6)
        axes.set_xlabel("margin of class 1", color=INK)
        axes.legend(fontsize=8.5, frameon=False, labelcolor=INK)
        axes.set_xlim(-REACH, REACH)
        plain(axes)
    name = certificate.loss.title.replace("_", " ")
    titled(left, f"{name}, C = {classes}", "a symmetric part and a label-free one")
    titled(right, "what label noise leaves", "only the symmetric part shrinks (dashed: gone)")
    return figure
