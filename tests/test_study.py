"""The study of networks: a small run of it, interrupted and gone on with, and its page, made of its numbers alone."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import pytest
import torch

from benchmarks.study import __main__ as study
from benchmarks.study import plan, record, training
from benchmarks.study.findings import ASKED, BOUNDED, findings, is_bounded_better_than_strong, is_moderate_best
from benchmarks.study.page import page
from benchmarks.study.plan import LEARNING_RATES, PAIRS, Job, Pair, Place, jobs
from benchmarks.study.record import Result, recorded, results_among
from benchmarks.study.summary import Forecasted, Row, Summary
from benchmarks.study.training import Adam, Samples, curves_of, objective_of
from numerics import torch_loss
from numerics.models.mlp import Network
from numerics.networks.batches import order_of
from numerics.noise.laws import sampled_labels

SMALL = Place("digits", Network(widths=(4,)), epochs=1, seeds=2, lambdas=(0.1,))
TWO = (Pair("gce"), Pair("cross_entropy", "l2"))


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """Two pairs at two rates, one epoch; forecasts take no part."""
    monkeypatch.setattr(plan, "PAIRS", TWO)
    monkeypatch.setattr(plan, "RATES", (0.4, 0.0))
    monkeypatch.setattr(study, "PLACES", (SMALL,))
    monkeypatch.setattr(study, "forecasts", list)
    return list(jobs((SMALL,)))


def test_every_pair_is_tried_alike() -> None:
    every = list(jobs())
    assert len({job.name for job in every}) == len(every)
    assert {str(job.pair) for job in every} == {str(pair) for pair in PAIRS}
    assert all(job.settings["learning_rates"] == LEARNING_RATES for job in every)
    assert all(job.lambda_ == 0 for job in every if job.pair.penalty is None)


def test_a_smoke_run_that_is_interrupted_goes_on(
    small: list[Job], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "study.jsonl"
    with monkeypatch.context() as patched:
        real, calls = study.result_of, []

        def second_stops(job: Job, samples: Samples) -> Result:
            calls.append(job)
            if len(calls) == 2:
                raise KeyboardInterrupt
            return real(job, samples)

        patched.setattr(study, "result_of", second_stops)
        assert study.main(["--record", str(file)]) == study.INTERRUPTED
    assert "interrupted: what is done is in" in capsys.readouterr().out
    assert list(recorded(file)) == [small[0].name]
    # a line that was cut off is trained again, and the others are not
    with file.open("a", encoding="utf-8") as cut:
        cut.write('{"job": "' + small[1].name)
    summary, page_file = tmp_path / "results.json", tmp_path / "STUDY.md"
    told = ["--record", str(file), "--summary", str(summary), "--page", str(page_file)]
    assert study.main(told) == 0
    assert capsys.readouterr().out.splitlines()[0].startswith("1/4: digits, mlp, cross_entropy + l2, lambda 0.1")
    assert len(recorded(file)) == 4
    kept = file.read_bytes()
    assert study.main(told) == 0
    assert file.read_bytes() == kept
    assert Summary.read(summary).planned == 4
    assert page_file.read_text("utf-8") == page(Summary.read(summary))
    assert (tmp_path / "figures" / "study_digits_mlp.png").stat().st_size > 10_000
    assert study.main(["--record", str(tmp_path / "other.jsonl"), "--hours", "0"]) == study.UNFINISHED


def test_a_full_disk_is_said(
    small: list[Job], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(study, "written", full)
    assert study.main(["--record", str(tmp_path / "study.jsonl")]) == study.CANNOT_WRITE
    assert "No space left on device; make room, and run the same command again" in capsys.readouterr().out
    assert small


@pytest.mark.parametrize("pair", [Pair("gce"), Pair("cross_entropy", "l2"), Pair("mae", "l2"), Pair("muh", "l2")])
def test_the_networks_are_those_of_torch(pair: Pair) -> None:
    job = Job(SMALL, pair, 0.1 if pair.penalty else 0.0, 0.4)
    samples = Samples.of(SMALL)
    found = curves_of(job, samples, [3], [1e-3])
    # the same network by torch's own Adam, module and autograd, with the loss that torch_loss makes of the catalogue
    network = SMALL.model.seeded(tuple(samples.train.shape[1:]), 10, 3)
    last = network[-1]
    torch.nn.init.zeros_(last.weight)
    torch.nn.init.zeros_(last.bias)
    given: dict[str, Any] = {"regularizer": pair.penalty, "weight": job.lambda_} if pair.penalty else {}
    loss = torch_loss(pair.loss, classes=10, **given)
    adam = torch.optim.Adam(network.parameters(), lr=1e-3)
    noisy = sampled_labels(samples.labels, 10, 0.4, 3)
    count = len(samples.train)
    held = round(plan.VALIDATION * count)
    rows = order_of(3, -1, count)[held:][order_of(3, 0, count - held)]
    for batch in rows.split(plan.BATCH):
        adam.zero_grad()
        loss(network(samples.train[batch]), noisy[batch]).backward()
        adam.step()
    with torch.no_grad():
        accuracy = (network(samples.test).argmax(1) == samples.test_labels).double().mean()
    assert found.test[0, 0] == pytest.approx(float(accuracy), abs=2 / len(samples.test))


def test_test_labels_are_clean_and_choose_nothing() -> None:
    samples = Samples.of(SMALL)
    assert len(samples.test) == pytest.approx(plan.TEST * (len(samples.test) + len(samples.train)), abs=10)
    job = Job(SMALL, Pair("gce"), 0.0, 0.4)
    before = training.tuned(job, samples)
    shuffled = Samples(samples.dataset, samples.train, samples.labels, samples.test, samples.test_labels.flip(0))
    assert training.tuned(job, shuffled) == before


def test_adam_is_that_of_torch() -> None:
    generator = torch.Generator().manual_seed(0)
    weights = torch.randn(3, 5, generator=generator)
    ours, theirs = Adam(weights.clone(), torch.full((3, 1), 0.01)), weights.clone().requires_grad_()
    optimiser = torch.optim.Adam([theirs], lr=0.01)
    for _ in range(20):
        gradient = torch.randn(3, 5, generator=generator)
        ours.step(gradient)
        theirs.grad = gradient
        optimiser.step()
    torch.testing.assert_close(ours.weights, theirs.detach(), rtol=1e-5, atol=1e-6)


def test_without_a_penalty_nothing_is_added() -> None:
    samples = Samples.of(SMALL)
    scores = torch.randn(4, 10)
    assert not objective_of(Job(SMALL, Pair("gce"), 0.0, 0.4), samples.dataset).penalties(scores).any()
    assert objective_of(Job(SMALL, Pair("gce", "l2"), 0.1, 0.4), samples.dataset).penalties(scores).all()


# the page


def made(**accuracies: float) -> Summary:
    """Rows of one place at the rate that is asked about: pair__lambda=accuracy."""
    rows = []
    for name, accuracy in accuracies.items():
        pair, _, weight = name.partition("__")
        rows.append(
            Row(
                "digits, mlp", pair.replace("_and_", " + "), float(weight.replace("_", ".") or 0), ASKED, 1e-3,
                (accuracy - 0.01, accuracy + 0.01), (accuracy, accuracy), accuracy / 2,
            )
        )  # fmt: skip
    return Summary(9, tuple(rows), (Forecasted("digits", "pixels", 60, 1200, ASKED, 0.95, 0.9),))


def test_sentences_follow_from_the_rows() -> None:
    base = {"cross_entropy": 0.7, "gce": 0.9, "cross_entropy_and_l2__0_1": 0.8, "cross_entropy_and_l2__10": 0.6}
    found = made(**base)
    assert list(findings(found)) == [
        "**digits, mlp**: after the last epoch cross-entropy alone has 70.0 % and the best of all rows, gce, 90.0 %; "
        "after the epoch that held-out noisy labels choose it is 70.0 % and, gce, 90.0 %. cross entropy + l2: 80.0 % at "
        "lambda 0.1, 60.0 % at lambda 10. Of the bounded losses without a penalty, gce has 30.0 points more than the "
        "better of these two at lambda 10 and above; no seed of one reaches one of the other."
    ]
    assert is_moderate_best(found)
    assert is_bounded_better_than_strong(found)
    other = made(**{**base, "cross_entropy_and_l2__10": 0.905})
    assert not is_moderate_best(other)
    assert not is_bounded_better_than_strong(other)
    assert "0.5 points less than the better of these two at lambda 10 and above; their seeds overlap" in " ".join(
        findings(other)
    )
    assert "Cross-entropy with l2: a moderate lambda" in page(found)
    assert "Cross-entropy with l2: a moderate lambda" not in page(other)
    assert "A network that can fit its training labels" not in page(other)
    assert not is_moderate_best(made(cross_entropy=0.7))
    assert not is_bounded_better_than_strong(made(gce=0.7))


def test_the_page_is_made_of_the_numbers_that_are_kept(checkout: Path) -> None:
    kept = Summary.read(study.SUMMARY)
    assert (checkout / "docs" / "STUDY.md").read_text("utf-8") == page(kept)
    names = {(job.place.name, str(job.pair), job.lambda_, job.rho) for job in jobs()}
    assert {(row.place, row.pair, row.lambda_, row.rho) for row in kept.rows} <= names
    assert kept.planned == len(names)
    for place in kept.places:
        if kept.among(place, ASKED):
            assert (checkout / "docs" / "figures" / f"study_{place.replace(', ', '_')}.png").exists()
    assert set(BOUNDED) <= {row.pair for row in kept.rows}


def test_rows_are_read_from_results_as_they_are() -> None:
    job = Job(SMALL, Pair("gce"), 0.0, 0.4)
    result = Result(
        dict(job.settings), 1e-3, ((0.1, 0.3, 0.3), (0.2, 0.1, 0.0)), ((0.5, 0.6, 0.7), (0.8, 0.9, 0.4)), 0.4, 1.0
    )
    row = Summary.of(results_among({job.name: result}, [job]), 1, []).rows[0]
    assert (row.last, row.chosen) == ((0.7, 0.4), (0.6, 0.8))
    assert row.held_out == pytest.approx(0.25)
    assert record.DIGITS == 4
