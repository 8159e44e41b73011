"""Figures: what is drawn is what was computed; how they look was looked at."""

from __future__ import annotations

import numpy as np
import pytest

import symcheck as sc
from numerics import datasets
from numerics.errors import ConfirmationError, DataError, SweepError
from numerics.figures import as_bytes, decision_regions, decomposition, noise_curves
from numerics.sweeps.grid import grid
from numerics.sweeps.sweep import sweep


@pytest.fixture(scope="module")
def cross_entropy() -> sc.certification.Certificate:
    return sc.certify("cross_entropy", "l2")


def curve(axes, label: str) -> np.ndarray:
    """The heights of the line called ``label``."""
    return next(np.asarray(line.get_ydata()) for line in axes.lines if line.get_label() == label)


def test_the_parts_add_up_and_the_symmetric_part_of_cross_entropy_is_the_unhinged_loss(cross_entropy) -> None:
    left, _ = decomposition(cross_entropy, classes=10).axes
    whole, symmetric = curve(left, "l(z, 1)"), curve(left, "symmetric part")
    margins = np.asarray(left.lines[0].get_xdata())
    np.testing.assert_allclose(symmetric + curve(left, "class-insensitive part"), whole, atol=1e-12)
    # CE = MUH + KL(u || p) + log C, and MUH(z, 1) = -<z, o_1> = -m (1 - 1/C) along z = m o_1
    np.testing.assert_allclose(symmetric, -0.9 * margins, atol=1e-12)


def test_noise_shrinks_the_symmetric_part_by_a(cross_entropy) -> None:
    left, right = decomposition(cross_entropy, classes=10, rhos=[0.45]).axes
    a = 1 - 0.45 * 10 / 9
    expected = a * curve(left, "symmetric part") + curve(left, "class-insensitive part")
    np.testing.assert_allclose(curve(right, r"$\rho$ = 0.45"), expected, atol=1e-12)


def test_regions_of_clean_and_noisy_labels_meet_as_the_penalty_grows(cross_entropy) -> None:
    figure = decision_regions(cross_entropy, datasets.load("iris"), lambdas=(1e-2, 10.0), rho=0.6)
    shares = [float(axes.get_xlabel().split()[0]) for axes in figure.axes[2:]]
    assert shares[0] > 1
    assert shares[1] == 0.0


def test_a_figure_is_the_same_bytes_each_time(cross_entropy) -> None:
    first, second = (as_bytes(decomposition(cross_entropy)) for _ in range(2))
    assert first == second
    assert first.startswith(b"\x89PNG")


def test_features_that_cannot_be_shown(cross_entropy) -> None:
    with pytest.raises(DataError) as caught:
        decision_regions(cross_entropy, datasets.load("iris"), columns=(1, 4))
    assert str(caught.value) == "columns: got (1, 4); accepted are two different features of iris, 0 to 3"


def test_a_number_of_classes_outside_the_scope() -> None:
    with pytest.raises(ConfirmationError, match=r"^data: the figure has C = 3 classes, and the certificate of"):
        decomposition(sc.certify("cross_entropy", "l2", classes=10), classes=3)


def test_noise_curves_are_means_over_the_draws(tmp_path) -> None:
    plans = grid("cross_entropy", "l2", "iris", rho=0.4, seeds=3, lambdas=[0.1, 10.0])
    found = sweep(plans, out=tmp_path / "results.jsonl")
    above, below = noise_curves(found).axes
    rows = [row for row in found.rows if row["lambda"] == 10.0]
    noisy, agreement = curve(above, r"noisy labels, $\rho$ = 0.4"), curve(below, r"$\rho$ = 0.4")
    assert noisy[1] == pytest.approx(np.mean([row["accuracy_noisy_train"] for row in rows]))
    assert agreement[1] == pytest.approx(np.mean([row["agreement_train"] for row in rows]))


def test_noise_curves_show_one_pair_at_a_time(tmp_path) -> None:
    plans = grid(["cross_entropy", "brier"], "l2", "iris", rho=0.4, lambdas=[10.0])
    found = sweep(plans, out=tmp_path / "results.jsonl")
    with pytest.raises(SweepError) as caught:
        noise_curves(found)
    assert str(caught.value) == (
        "results: got runs with loss = brier, cross_entropy; one figure shows one of them: results.where(loss=...)"
    )
    assert len(noise_curves(found.where(loss="brier")).axes) == 2
