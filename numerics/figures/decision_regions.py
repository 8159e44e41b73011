"""Decision regions in the plane, trained on clean and on noisy labels, at several weights of the penalty."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from numerics.datasets.base import Dataset
from numerics.errors import DataError
from numerics.figure_style import CLASSES, GREY, INK, WIDTH
from numerics.formulas.pair import Certified, Pair, pair_of
from numerics.linear.solve import ScaledProblem, minimisers
from numerics.models.linear import LinearFamily, Outputs
from numerics.noise.laws import checked_rate, clean_law, noisy_law, sampled_labels

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PIXELS = 220
"""The regions are computed on a square of so many points a side."""
MARGIN = 0.5
"""How far beyond the samples the plane is drawn, in standard deviations."""


def decision_regions(
    certificate: Certified,
    dataset: Dataset,
    *,
    columns: tuple[int, int] = (0, 1),
    lambdas: Sequence[float] = (1e-2, 1.0, 100.0),
    rho: float | Fraction = 0.4,
    seed: int | None = None,
    hidden: int = 0,
) -> Figure:
    """Which class is predicted where: above for clean labels, below for noisy ones, from left to right for ``lambdas``.

    Parameters: ``columns`` are the two features of ``dataset`` that are shown and used; the scores are linear in them,
    in a bias and in ``hidden`` random ReLU features; the labels are drawn with ``seed``, or replaced by their exact law
    if it is None.  The lower row has the edges of the upper one as black lines, and below it the share of the plane on
    which the class is another one.

    Raises ``ConfirmationError``, ``DataError`` or ``NoiseError`` for what cannot be trained.
    """
    from matplotlib.colors import ListedColormap
    from matplotlib.figure import Figure

    pair = pair_of(certificate, dataset.classes, dataset.name)
    points = _standardised(dataset, columns)
    labels = torch.from_numpy(dataset.labels)
    noisy = _noisy_labels(labels, pair.classes, checked_rate(rho, pair.classes), seed)
    laws = torch.stack([clean_law(labels, pair.classes), noisy])
    edges = torch.stack([points.amin(0) - MARGIN, points.amax(0) + MARGIN])
    regions = _regions(pair, points, laws, lambdas, edges, hidden).numpy()

    figure = Figure(figsize=(WIDTH, 2 * WIDTH / len(lambdas) + 0.6), layout="constrained")
    panels = figure.subplots(2, len(lambdas), sharex=True, sharey=True, squeeze=False)
    colours = ListedColormap([CLASSES[k % len(CLASSES)] for k in range(pair.classes)])
    extent = (*edges[:, 0].tolist(), *edges[:, 1].tolist())
    shown = [labels, labels if seed is None else noisy.argmax(1)]
    for row, (name, drawn) in enumerate(zip(("clean labels", "noisy labels"), shown, strict=True)):
        for column, lambda_ in enumerate(lambdas):
            axes = panels[row, column]
            axes.imshow(
                regions[row, column], origin="lower", extent=extent, aspect="auto", interpolation="nearest",
                cmap=colours, vmin=-0.5, vmax=pair.classes - 0.5, alpha=0.32,
            )  # fmt: skip
            axes.scatter(
                *points.numpy().T, c=drawn.numpy(), cmap=colours, vmin=-0.5, vmax=pair.classes - 0.5, s=7,
                linewidths=0.3, edgecolors="white",
            )  # fmt: skip
            axes.tick_params(length=0, labelbottom=False, labelleft=False)
            axes.spines[:].set_color(GREY)
            if row == 0:
                axes.set_title(rf"$\lambda$ = {lambda_:g}", fontsize=9.5, color=INK)
            else:
                _draw_edges(axes, regions[0, column], extent)
                differs = float((regions[0, column] != regions[1, column]).mean())
                axes.set_xlabel(f"{100 * differs:.1f} % differ", fontsize=8.5, color=INK)
        panels[row, 0].set_ylabel(name, fontsize=9.5, color=INK)
    noise = "exact noise" if seed is None else "noise"
    figure.suptitle(
        f"{pair.name.replace('_', ' ')} on {dataset.name}, {noise} of rate {float(rho):g}",
        x=0.01, ha="left", fontsize=11, color=INK,
    )  # fmt: skip
    return figure


def _draw_edges(axes: Axes, classes: NDArray[np.int64], extent: tuple[float, ...]) -> None:
    for k in np.unique(classes):
        axes.contour((classes == k).astype(float), levels=[0.5], extent=extent, colors=INK, linewidths=0.7)


def _standardised(dataset: Dataset, columns: tuple[int, int]) -> Tensor:
    width = dataset.features.shape[1]
    if len(set(columns)) != 2 or not all(0 <= c < width for c in columns):
        raise DataError(
            f"columns: got {columns}; accepted are two different features of {dataset.name}, 0 to {width - 1}"
        )
    points = torch.from_numpy(dataset.features[:, list(columns)])
    spread = points.std(0)
    if not bool((spread > 0).all()):
        raise DataError(f"columns: got {columns}, and one of these features is constant; choose others")
    return (points - points.mean(0)) / spread


def _noisy_labels(labels: Tensor, classes: int, rho: float, seed: int | None) -> Tensor:
    if seed is None:
        return noisy_law(clean_law(labels, classes), rho)
    return clean_law(sampled_labels(labels, classes, rho, seed), classes)


def _features(points: Tensor, hidden: int) -> Tensor:
    """The coordinates, a bias, and random ReLU features: kinks in random directions at random places."""
    chance = torch.Generator().manual_seed(0)
    towards = torch.nn.functional.normalize(torch.randn(2, hidden, generator=chance, dtype=torch.float64), dim=0)
    places = 4 * torch.rand(hidden, generator=chance, dtype=torch.float64) - 2
    return torch.cat([points, torch.ones_like(points[:, :1]), (points @ towards - places).relu()], 1)


def _regions(pair: Pair, points: Tensor, laws: Tensor, lambdas: Sequence[float], edges: Tensor, hidden: int) -> Tensor:
    """The predicted class on a grid: shape (laws, lambdas, PIXELS, PIXELS)."""
    raw = _features(points, hidden)
    family = LinearFamily.of(raw, pair.classes, Outputs.CENTRED if pair.certificate.quotient else Outputs.FULL)
    alphas = torch.tensor([1 / x for x in lambdas], dtype=torch.float64)
    count, several = len(laws), len(alphas)
    problem = ScaledProblem(family, pair.objective, alphas.repeat(count), laws.repeat_interleave(several, 0))
    goal = torch.full((count * several,), 1e-6, dtype=torch.float64)
    weights = minimisers(problem, goal).weights
    axes = [torch.linspace(float(low), float(high), PIXELS, dtype=torch.float64) for low, high in edges.T]
    plane = torch.stack(torch.meshgrid(*axes, indexing="xy"), -1).reshape(-1, 2)
    whitening = torch.linalg.lstsq(raw, family.features, driver="gelsd").solution
    scores = _features(plane, hidden) @ whitening @ (weights @ family.basis.T)
    found: Tensor = scores.argmax(-1).reshape(count, several, PIXELS, PIXELS)
    return found
