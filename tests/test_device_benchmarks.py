"""Benchmarks of a device, tried on a processor: what is counted, compared and recorded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from benchmarks import cuda
from benchmarks.record import SCHEMA, Place, Record
from benchmarks.syncs import counted


def test_looks_at_values_are_counted() -> None:
    x = torch.arange(5.0)

    def planted() -> None:
        for _ in range(3):
            x.sum().item()
        if bool((x > 3).any()):
            x[x > 3].sum()

    # three items, one bool, and one result of a size that values decide
    assert counted(planted) == 5
    assert counted(lambda: (x * 2 + 1).sum()) == 0


def test_the_benchmark_runs_and_checks_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "kept" / "cuda.json"
    assert cuda.main(["--device", "cpu", "--fits", "40", "--rounds", "1", "--record", str(file)]) == 0
    found = Record.read(file)
    numbers = found.numbers
    assert all(value > 0 for name, value in numbers.items() if name.startswith("floor"))
    assert numbers["fits: largest gradient norm"] <= cuda.GOAL
    assert 0 <= numbers["checked: distance from a processor's weights, of what is allowed"] <= 1
    assert numbers["gce: gradient norm"] <= 1e-10
    low, high = numbers["peer: its time over ours at its largest norm"]
    assert 0 < low <= high
    # some looks for each step of all fits together, and not for each fit
    assert 0 < numbers["fits: looks at values"] < 20 * numbers["fits: steps, mean and largest"][1]
    assert found.place.torch == torch.__version__
    assert len(found.place.commit) >= 7
    assert len(capsys.readouterr().out.splitlines()) == len(numbers)


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a device")
def test_without_a_device_nothing_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    assert cuda.main([]) == cuda.UNAVAILABLE
    assert capsys.readouterr().out == (
        "no CUDA device: not measured; run this where there is one, or try it with --device cpu\n"
    )


def test_records_of_another_kind_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "record.json"
    record = Record(Place.here(torch.device("cpu")), {"fits: seconds": [0.1, 0.2]})
    record.write(file)
    assert Record.read(file) == record
    content = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps({**content, "schema": "other/1"}), encoding="utf-8")
    with pytest.raises(
        ValueError, match=rf"^record: .* has the schema 'other/1'; accepted is '{SCHEMA}': make it again"
    ):
        Record.read(file)
    for text in ("", "[]", "{}"):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(ValueError, match=r"^record: .* is no record of a benchmark"):
            Record.read(file)
