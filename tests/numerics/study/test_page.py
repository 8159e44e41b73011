"""docs/STUDY.md is made of the summary in the checkout, and says nothing that its numbers do not carry."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from benchmarks.study.advice import advice
from benchmarks.study.beside import always_better, cells_of
from benchmarks.study.choices import by_pair, wins
from benchmarks.study.findings import compared, findings
from benchmarks.study.page import SCALE, WIDE, drawn, figures, page
from benchmarks.study.plan import (
    FITTED,
    LEARNING_RATES,
    LIMIT,
    LONG_RATE,
    PAIRS,
    PLACES,
    PREDICTED,
    VALIDATION,
    Pair,
    Place,
)
from benchmarks.study.plateau import ALL_WEIGHTS, LAST_LAYER, Plateau, plateaus_of
from benchmarks.study.summary import Row, Summary, read_summary, write_summary
from benchmarks.study.tables import cell, certificate, table, verdict
from benchmarks.study.training import Samples
from numerics import forecast

PLACE = "digits, mlp"


@pytest.fixture(scope="module")
def summary(checkout: Path) -> Summary:
    return read_summary(checkout / "benchmarks" / "study" / "results.json")


@pytest.mark.generated
def test_the_page_is_made_of_the_summary(
    summary: Summary, checkout: Path, generated: Callable[[str, str], None], pytestconfig: pytest.Config
) -> None:
    text = page(summary)
    for name, (figure, said) in figures(summary).items():
        assert f"![{said}](figures/{name}.svg)" in text
        path = checkout / "docs" / "figures" / f"{name}.svg"
        if pytestconfig.getoption("--regenerate"):
            path.write_bytes(drawn(figure, name))
        assert b"<svg" in path.read_bytes()
    generated("docs/STUDY.md", text)


def test_what_stands_between_the_tables_is_not_too_wide(summary: Summary) -> None:
    wide = [line for line in page(summary).splitlines() if len(line) > WIDE and not line.startswith(("|", "!["))]
    assert not wide


def row(
    loss: str, chosen: tuple[float, ...], held: float = 0.5, *, penalty: str | None = None, lambda_: float = 0.0,
    rho: float = 0.4, last: tuple[float, ...] | None = None, rate: float = 1e-3, is_tuned: bool = True,
    place: str = PLACE, trained_for: int = 60,
) -> Row:  # fmt: skip
    """A row that nothing was trained for."""
    seeds = (held,) * len(chosen)
    return Row(
        place, loss, penalty, lambda_, rho, rate, is_tuned, trained_for, (3,) * len(chosen), chosen, last or chosen,
        chosen, seeds, seeds,
    )  # fmt: skip


def test_lambda_is_chosen_by_noisy_labels_and_not_by_the_test_part() -> None:
    rows = [
        row("gce", (0.9, 0.9), 0.5, penalty="l2", lambda_=0.1),
        row("gce", (0.7, 0.8), 0.6, penalty="l2", lambda_=1.0),
        row("gce", (0.2, 0.2), 0.9, penalty="l2", lambda_=10.0, rho=0.2),
    ]
    assert by_pair(rows, 0.4) == {"gce + l2": rows[1]}


def test_seeds_are_compared_one_by_one_and_ranges_that_overlap_are_told() -> None:
    assert wins((0.8, 0.9), (0.7, 0.95)) == (1, 2)
    one, other, far = row("gce", (0.80, 0.90)), row("mae", (0.70, 0.85)), row("focal", (0.5, 0.6))
    assert compared(one, other) == (
        "gce 85.0 % against mae 77.5 % (larger for the first in 2 of 2 seeds, the ranges overlap)"
    )
    assert "(larger for the first in 2 of 2 seeds, no overlap)" in compared(one, far)
    assert cell((0.8, 0.9)) == "85.0 (80.0-90.0)"


def complete(**accuracies: tuple[float, ...]) -> Summary:
    """Every pair at rho .4, of two seeds, those that are not named alike."""
    rows = [
        row(pair.loss, accuracies.get(str(pair).replace(" + ", "_with_"), (0.7, 0.8)), penalty=pair.penalty,
            lambda_=0.0 if pair.penalty is None else 1.0)
        for pair in PAIRS
    ]  # fmt: skip
    return Summary(len(rows), tuple(rows))


def test_pairs_are_beside_cross_entropy_where_all_are_done() -> None:
    found = complete(gce=(0.9, 0.9), mae=(0.75, 0.81), sce=(0.75, 0.79))
    assert always_better(found, [PLACE]) == ["gce", "mae"]
    (only,) = cells_of(found, [PLACE], Pair("gce"))
    assert (round(only.gain, 9), only.seeds_won, only.seeds, only.apart) == (15.0, 2, 2, True)
    assert "at each of the 1 places and rates" in advice(found, [PLACE])[0]
    assert findings(found, [PLACE])[0].startswith(
        "- **digits, mlp, rho 0.4:** with lambda and learning rate chosen on noisy labels the most accurate are "
        "gce 90.0 %, mae 78.0 %"
    )
    part = Summary(found.planned, found.rows[:-1])
    assert not cells_of(part, [PLACE], Pair("gce"))
    assert not findings(part, [PLACE])


def test_advice_against_strong_penalties_needs_the_numbers() -> None:
    plain = row("cross_entropy", (0.8, 0.8))

    def told(strong: float) -> str:
        rows = [
            row("gce", (0.85,) * 2, penalty="l2", lambda_=0.1), row("gce", (strong,) * 2, penalty="l2", lambda_=10.0)
        ]  # fmt: skip
        return "\n".join(advice(Summary(3, (plain, *rows)), [PLACE]))

    assert (
        "l2 at lambda 10 or more was less accurate than cross-entropy alone in 1 of 1 on digits, mlp (4,618 weights "
        "for 12,940 scores); at the worst by 20 points." in told(0.6)
    )
    assert "in 0 of 1 on digits, mlp (4,618 weights for 12,940 scores); at the worst by 0 points." in told(0.9)
    assert "at rho 0.4 and 0.6 the most accurate lambda was at most 0.1 in all" in told(0.6)
    assert "the most accurate lambda was below 10 in 0" in told(0.9)


def test_a_table_has_the_verdict_of_each_row_and_empty_cells() -> None:
    rows = [row("gce", (0.8, 0.9)), row("gce", (0.9, 0.9), penalty="l2", lambda_=0.1, rho=0.2)]
    assert table(rows, "chosen")[2:] == [
        "| gce | REFUTED |  |  | 85.0 (80.0-90.0) |",
        "| gce + l2 | PROVED | 0.1 | 90.0 (90.0-90.0) |  |",
    ]


def test_a_summary_is_read_as_it_was_written(tmp_path: Path) -> None:
    found = Summary(5, (row("gce", (0.8, 0.9)),), (Plateau(PLACE, LAST_LAYER, 65, 0.05, (0.0, 0.4), (0.9, 0.8)),))
    write_summary(found, tmp_path / "results.json")
    assert read_summary(tmp_path / "results.json") == found


def test_the_summary_has_what_was_planned(summary: Summary) -> None:
    seeds = {place.name: place.seeds for place in PLACES}
    assert {row.place for row in summary.rows} <= set(seeds)
    assert all(len(row.chosen) == seeds[row.place] for row in summary.rows)
    assert {row.learning_rate for row in summary.rows} <= set(LEARNING_RATES)
    for one in summary.rows:
        assert all(
            best >= value for kind in (one.chosen, one.last) for best, value in zip(one.oracle, kind, strict=True)
        )


def test_every_pair_with_l2_is_proved_and_has_the_same_limit() -> None:
    """So that square_centred is what they tend to."""
    for pair in PAIRS:
        if pair.penalty == "l2":
            assert (verdict(pair), str(certificate(pair).tier) in ("EXACT", "SCALED")) == ("PROVED", True)
    assert verdict(LIMIT) == "PROVED"


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_weights_and_scores_are_counted(place: Place) -> None:
    samples = Samples.of(place)
    module = place.model.seeded(tuple(samples.train.shape[1:]), 10, 0)
    trained = len(samples.train) - round(VALIDATION * len(samples.train))
    assert FITTED[place.name] == (sum(p.numel() for p in module.parameters()), 10 * trained)


def test_what_is_said_of_scores_at_large_lambda() -> None:
    kappa = {name: float(certificate(Pair(name, "l2")).kappa) for name in ("muh", "gce", "mae")}  # type: ignore[arg-type]
    assert kappa["muh"] == 1
    assert [round(kappa[name], 2) for name in ("gce", "mae")] == [0.2, 0.2]
    steps = {}
    for place in PREDICTED:
        samples = Samples.of(place)
        module = place.model.seeded(tuple(samples.train.shape[1:]), 10, 0)
        with torch.no_grad():
            hidden = module[:-1](samples.train)  # type: ignore[index]
        # Each weight moves by the learning rate in the first step, and the score by the sum of its inputs.
        steps[place.data] = LONG_RATE * float((hidden.sum(1) + 1).mean())
    told = " and ".join(f"{step:.3f} on {data}" for data, step in steps.items())
    assert f"moves them by {told} (perceptrons)" in SCALE.replace("\n", " ")


@pytest.mark.slow
def test_the_plateau_is_that_of_the_forecast() -> None:
    place = PREDICTED[0]
    found = {one.features: one for one in plateaus_of(place)}
    samples = Samples.of(place)
    assert found[LAST_LAYER].rank == 650
    assert found[ALL_WEIGHTS].leverage < 0.36, "fewer weights than scores"
    module = place.model.seeded(tuple(samples.train.shape[1:]), 10, 0)
    with torch.no_grad():
        train, test = (module[:-1](x).double().numpy() for x in (samples.train, samples.test))  # type: ignore[index]
    told = forecast(
        (train, samples.labels.numpy()), rho=0.4, test=(test, samples.test_labels.numpy()), n=1294, draws=20
    )
    accuracy = found[LAST_LAYER].accuracy[found[LAST_LAYER].rates.index(0.4)]
    assert abs(float(told.accuracy) - accuracy) < 0.02


def test_predictions_fall_with_noise_and_most_for_all_weights(summary: Summary) -> None:
    for place in PREDICTED:
        found = {one.features: one for one in summary.plateaus if one.place == place.name}
        # What the page says of the two perceptrons.
        assert (found[ALL_WEIGHTS].leverage == 1) == (place.data == "mnist_5k")
        falls = {name: one.accuracy[0] - one.accuracy[2] for name, one in found.items()}
        assert falls[ALL_WEIGHTS] == max(falls.values())
        assert all(np.diff(one.accuracy).max() < 0 for one in found.values())
