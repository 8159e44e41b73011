"""docs/FIGURES.md: the figures, and beside each the numbers that it shows, which are what is compared.

``make docs`` draws them anew.  Pictures differ from machine to machine in fonts and rounding, so that they are written
and looked at, and the numbers, rounded, are compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import symcheck as sc
from numerics import confirm, datasets
from numerics.figures import as_bytes, convergence, decision_regions, decomposition, noise_curves
from numerics.sweeps.grid import grid
from numerics.sweeps.sweep import sweep

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FOLDER = "docs/figures"

HEAD = """# Figures

Each is drawn by a function of `numerics.figures`; below it stand the numbers that it shows.
`make docs` draws them again.
"""

Drawn = tuple[str, "Figure", str]
"""The name of the file, the figure, and what stands below it."""


def decomposed() -> Drawn:
    figure = decomposition(sc.certify("cross_entropy", "l2"))
    left = figure.axes[0]
    at = {line.get_label(): float(line.get_ydata()[-1]) for line in left.lines if not line.get_label().startswith("_")}
    said = "; ".join(f"{name} {value:.4f}" for name, value in at.items())
    return "decomposition", figure, f"`decomposition(cert)`: cross-entropy at C = 10.  At the margin 8: {said}."


def regions() -> Drawn:
    lambdas = (1e-3, 1e-2, 0.1, 10.0)
    figure = decision_regions(sc.certify("cross_entropy", "l2"), datasets.load("iris"), lambdas=lambdas, rho=0.6)
    shares = [axes.get_xlabel() for axes in figure.axes[len(lambdas) :]]
    said = ", ".join(f"{share} at lambda = {x:g}" for x, share in zip(lambdas, shares, strict=True))
    return (
        "decision_regions",
        figure,
        f"`decision_regions(cert, data)`: two measurements of iris, exact noise.  {said}.",
    )


def converged() -> Drawn:
    found = confirm(sc.certify("cross_entropy", "l2"), data="iris")
    rows = [row for row in found.agreement.rows if "constant" in row.name]
    said = "; ".join(f"{row.name} {row.predicted:.4g} predicted, {row.measured:.4g} measured" for row in rows)
    return "convergence", convergence(found), f"`convergence(confirm(cert, data))`: {said}."


def swept(folder: Path) -> Drawn:
    plans = grid(
        "cross_entropy", "l2", "digits", rho=[0.2, 0.4], seeds=3, lambdas=[1e-3, 1e-2, 0.1, 1.0, 10.0, 100.0],
        transform="relu(200, seed=0)", test=0.3,
    )  # fmt: skip
    found = sweep(plans, out=folder / "results.jsonl")
    ends = [row for row in found.summary if row["lambda"] in (1e-3, 100.0)]
    said = "; ".join(
        f"rho = {row['rho']:g}, lambda = {row['lambda']:g}: {100 * row['accuracy_noisy']:.0f} % "
        f"(clean labels {100 * row['accuracy_clean']:.0f} %)"
        for row in ends
    )
    return "noise_curves", noise_curves(found), f"`noise_curves(sweep(...))`: accuracy on the test part.  {said}."


def drawn(folder: Path) -> Iterator[Drawn]:
    yield decomposed()
    yield regions()
    yield swept(folder)
    yield converged()


@pytest.mark.generated
def test_the_figures_show_the_numbers_of_the_page(
    tmp_path: Path, checkout: Path, generated: Callable[[str, str], None], pytestconfig: pytest.Config
) -> None:
    page = [HEAD]
    for name, figure, said in drawn(tmp_path):
        picture = as_bytes(figure)
        assert picture.startswith(b"\x89PNG")
        if pytestconfig.getoption("--regenerate"):
            (checkout / FOLDER).mkdir(exist_ok=True)
            (checkout / FOLDER / f"{name}.png").write_bytes(picture)
        assert (checkout / FOLDER / f"{name}.png").exists()
        page += [f"![{name.replace('_', ' ')}](figures/{name}.png)", "", said, ""]
    generated("docs/FIGURES.md", "\n".join(page))
