"""The benchmarks for a device, at small size on the processor: same path, and numbers that can be believed."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from benchmarks import cuda, cuda_networks
from benchmarks.device_clock import range_on
from benchmarks.device_fits import against_peer, apart, gce_fit, syncs_a_step
from benchmarks.device_floor import device_rates
from benchmarks.fit_task import Task
from benchmarks.host_syncs import syncs_of
from benchmarks.record import Number, Record, RecordError, kept, read, written
from numerics.linear.fits import fitted

CPU = torch.device("cpu")
NUMBERS = (Number("fits", "s", 0.5, 0.75, 5),)


@pytest.fixture
def task() -> Task:
    return Task.random(200, 5, 3, 4, 0.1)


def test_a_record_comes_back(tmp_path: Path) -> None:
    record = Record.here("python -m benchmarks.cuda", CPU, NUMBERS)
    path = written(record, tmp_path / "new" / "cuda.json")
    assert read(path) == record
    assert record.torch == torch.__version__
    assert record.commit
    assert record.date.endswith("+00:00")
    assert [file.name for file in path.parent.iterdir()] == ["cuda.json"]


def test_a_number_that_is_none_leaves_the_old_record(tmp_path: Path) -> None:
    record = Record.here("command", CPU, NUMBERS)
    path = written(record, tmp_path / "cuda.json")
    with pytest.raises(ValueError, match="not JSON compliant"):
        written(replace(record, numbers=(Number("fits", "s", math.nan, 1.0),)), path)
    assert read(path) == record


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda c: {**c, "schema": "symcheck benchmark 0"},
            'path: cuda.json has the schema "symcheck benchmark 0"; accepted is "symcheck benchmark 1"; measure again '
            "with this version",
        ),
        (
            lambda c: [c],
            'path: cuda.json has the schema null; accepted is "symcheck benchmark 1"; measure again with this version',
        ),
        (
            lambda c: {"schema": c["schema"], "device": "a"},
            "path: cuda.json has the fields device; accepted are capability, command, commit, cuda, date, device, "
            "driver, numbers, torch; measure again",
        ),
        (
            lambda c: {**c, "numbers": [{"name": "fits"}]},
            "path: numbers of cuda.json are not whole; accepted are objects with name, unit, least, most and repeats; "
            "measure again",
        ),
    ],
    ids=["schema", "no object", "fields", "numbers"],
)
def test_another_file_is_refused(tmp_path: Path, change, message: str) -> None:
    path = written(Record.here("command", CPU, NUMBERS), tmp_path / "cuda.json")
    path.write_text(json.dumps(change(json.loads(path.read_text()))))
    with pytest.raises(RecordError) as raised:
        read(path)
    assert str(raised.value) == message


def test_what_is_no_json_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cuda.json").write_text('{"schema"')
    with pytest.raises(RecordError) as raised:
        read(tmp_path / "cuda.json")
    assert str(raised.value) == (
        "path: cuda.json is no JSON; accepted is a file that --record has written; measure again"
    )


def test_a_record_that_cannot_be_written_says_what_to_do(tmp_path: Path, capsys) -> None:
    (tmp_path / "file").write_text("")
    assert kept(Record.here("command", CPU, NUMBERS), tmp_path / "file" / "cuda.json") == 2
    shown = capsys.readouterr().err
    assert shown.startswith("--record: ")
    assert shown.endswith(
        "; accepted is a file in a folder that can be written to; choose another, and copy the numbers "
        "above meanwhile\n"
    )


def _items(x: torch.Tensor) -> None:
    for i in range(7):
        x[i].item()


@pytest.mark.parametrize(
    ("work", "count"),
    [
        (_items, 7),
        (lambda x: [bool(x[0] > 0), float(x[1]), int(x[2])], 3),
        (lambda x: x.tolist(), 1),
        (lambda x: (x > 0).nonzero(), 1),
        (lambda x: x[x > 0], 1),
        (lambda x: x.clone().__setitem__(torch.tensor([True] * 9), torch.ones(9)), 1),
        (lambda x: torch.equal(x, x), 1),
        (lambda x: torch.linalg.cholesky(torch.eye(3)), 1),
        (lambda x: torch.linalg.cholesky_ex(torch.eye(3)), 0),
        (lambda x: x[torch.tensor([1, 2])] + x.sum(), 0),
        (lambda x: torch.where(x > 0, x, 0).exp(), 0),
    ],
    ids=["loop", "numbers", "list", "nonzero", "mask", "assigned", "equal", "errors", "no errors", "places", "where"],
)
def test_syncs_are_counted(work, count: int) -> None:
    assert syncs_of(lambda: work(torch.arange(9.0)), CPU).count == count


def test_the_floor_is_finite_and_positive() -> None:
    floor = device_rates(CPU, 64, 2**12, 2)
    rates = (floor.rates.double, floor.rates.single, floor.rates.exp, floor.bytes)
    assert all(math.isfinite(rate) and rate > 0 for rate in rates)


def test_a_range_has_its_repeats() -> None:
    runs: list[int] = []
    found = range_on(CPU, lambda: runs.append(1), 3)
    assert len(runs) == 4
    assert 0 <= found.least <= found.most
    with pytest.raises(ValueError, match=r"^repeats: got 0; accepted are integers >= 1$"):
        range_on(CPU, lambda: None, 0)


def test_the_peer_finds_our_weights(task: Task) -> None:
    found = against_peer(task, 1)
    assert found.apart <= 1 + cuda.ROUNDING
    assert found.from_cpu <= 1 + cuda.ROUNDING
    assert 0 < found.norm < 1e-6


def test_weights_that_are_not_those_reported_are_seen(task: Task) -> None:
    fits = fitted(task.problem(), 1e-12)
    assert apart(task, fits) <= 1
    assert apart(task, replace(fits, weights=fits.weights.flip(0))) > 1e6
    assert apart(task, replace(fits, weights=fits.weights.float().double())) > 100


def test_a_fit_of_gce_is_solved() -> None:
    found = gce_fit(CPU, 1.0, 1)
    assert found.norm <= 1e-12
    assert found.from_cpu == 0
    assert found.steps > 0
    assert found.syncs > 0


def test_a_step_waits_a_few_times(task: Task) -> None:
    assert 0 < syncs_a_step(task, (4, 8)) < 30


@pytest.mark.parametrize("command", [cuda, cuda_networks], ids=["fits", "networks"])
@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a device")
def test_without_a_device_nothing_is_measured(command, tmp_path: Path, capsys) -> None:
    assert command.main(["--record", str(tmp_path / "cuda.json")]) == 2
    assert capsys.readouterr().err == (
        "device: got 'cuda', which this machine does not have or torch cannot compute on in float64; accepted here: "
        "cpu; nothing was measured; run it where there is such a device\n"
    )
    assert not list(tmp_path.iterdir())


def test_a_check_that_fails_leaves_no_record(monkeypatch, tmp_path: Path, capsys) -> None:
    monkeypatch.setattr(cuda, "measured", lambda *_, **__: ([], ["all is wrong"]))
    assert cuda.main(["--device", "cpu", "--record", str(tmp_path / "cuda.json")]) == 1
    assert capsys.readouterr().out == "FAILED: all is wrong\n"
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
@pytest.mark.parametrize("device", ["cpu", pytest.param("cuda", marks=pytest.mark.cuda)])
def test_the_whole_path_runs(device: str, tmp_path: Path) -> None:
    fits, networks = tmp_path / "fits.json", tmp_path / "networks.json"
    assert cuda.main(["--device", device, "--small", "--fits", "20", "--record", str(fits)]) == 0
    arguments = ["--device", device, "--small", "--networks", "16", "--steps", "20", "--record", str(networks)]
    assert cuda_networks.main(arguments) == 0
    for path in (fits, networks):
        assert all(0 <= number.least <= number.most for number in read(path).numbers)
