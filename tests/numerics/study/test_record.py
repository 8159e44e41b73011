"""The study goes on where it was interrupted, and says what to do where it cannot."""

from __future__ import annotations

import errno
import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.study import __main__ as command
from benchmarks.study import plan
from benchmarks.study.plan import PLACES, Job, Pair, jobs
from benchmarks.study.record import Result, networks_of, recorded, result_of, written
from benchmarks.study.summary import read_summary

PAIRS = (Pair("cross_entropy"), Pair("gce", "l2"))


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> list[Job]:
    """Two pairs on digits, one epoch, one seed, one lambda, two learning rates, two rates of noise."""
    from benchmarks.study import training

    place = replace(PLACES[0], epochs=1, seeds=1, lambdas=(1.0,))
    monkeypatch.setattr(plan, "PAIRS", PAIRS)
    monkeypatch.setattr(plan, "RATES", (0.4, 0.0))
    for module in (plan, training):
        monkeypatch.setattr(module, "LEARNING_RATES", (1e-3, 3e-3))
    for module in (plan, command):
        monkeypatch.setattr(module, "PLACES", (place,))
    monkeypatch.setattr(command, "PREDICTED", ())
    found = list(jobs((place,)))
    monkeypatch.setattr(command, "jobs", lambda _: iter(found))
    return found


def test_an_interrupted_study_goes_on_and_writes_its_page(
    toy: list[Job], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    record, made = tmp_path / "folder" / "study.jsonl", []

    def interrupted(job: Job, *rest: object) -> Result:
        made.append(job.name)
        if len(made) == 3:
            raise KeyboardInterrupt
        return result_of(job, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(command, "result_of", interrupted)
    page, summary = tmp_path / "docs" / "STUDY.md", tmp_path / "results.json"
    arguments = ["--record", str(record), "--page", str(page), "--summary", str(summary)]
    assert command.main(arguments) == command.INTERRUPTED
    assert capsys.readouterr().out.splitlines()[-1] == (
        f"interrupted: what is done is in {record}; the same command goes on from there"
    )
    assert list(recorded(record)) == [job.name for job in toy[:2]]
    with record.open("a") as file:
        file.write('{"job": "cut o')
    assert command.main(arguments) == 0
    assert made == [job.name for job in (*toy[:3], *toy[2:])]
    assert set(recorded(record)) == {job.name for job in toy}
    text = page.read_text()
    assert "4 of 4 jobs are done." in text
    assert "| gce + l2 | PROVED | 1 | " in text
    assert len(read_summary(summary).rows) == len(toy)
    assert (page.parent / "figures" / "study_digits_mlp.svg").read_text().lstrip().startswith("<?xml")
    made.clear()
    assert command.main(arguments) == 0
    assert not made, "all is in the record"


def test_a_full_disk_says_what_to_do(
    toy: list[Job], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(command, "written", full)
    record = tmp_path / "study.jsonl"
    assert command.main(["--record", str(record)]) == command.CANNOT_WRITE
    assert capsys.readouterr().out.splitlines()[-1] == (
        f"record: cannot write {record}: No space left on device; make room, and run the same command again"
    )
    assert len(toy) == 4


def test_too_few_hours_and_parts(toy: list[Job], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    record = tmp_path / "study.jsonl"
    assert command.main(["--record", str(record), "--hours", "-1"]) == command.UNFINISHED
    assert not record.exists()
    with pytest.raises(SystemExit):
        command.main(["--record", str(record), "--only", "iris"])
    assert "--only: got 'iris'; accepted: 'digits, mlp'" in capsys.readouterr().err
    assert toy


def some_result(job: Job, rate: float) -> Result:
    return Result(dict(job.settings), rate, ((0.5, 0.6),), ((0.7, 0.8),), 0.4, 1.0)


def test_a_record_gives_what_was_written(tmp_path: Path) -> None:
    path, every = tmp_path / "record.jsonl", list(jobs())[:3]
    for job in every:
        written(job.name, some_result(job, 1e-3), path)
    found = recorded(path)
    assert list(found) == [job.name for job in every]
    assert [one.last for one in found.values()] == [[0.8]] * 3
    # What was cut off ends where the next line begins.
    path.write_bytes(path.read_bytes()[:-20])
    written("again", some_result(every[0], 1e-3), path)
    assert list(recorded(path)) == [*(job.name for job in every[:2]), "again"]
    assert all(json.loads(line) for line in path.read_text().splitlines()[:2])


def test_other_settings_are_another_job() -> None:
    every = list(jobs())
    assert len({job.name for job in every}) == len(every)
    one = every[0]
    assert replace(one, place=replace(one.place, epochs=3)).name != one.name
    assert replace(one, rho=0.3).name != one.name
    assert replace(one, rate=1e-3).name != replace(one, rate=3e-3).name


def test_the_same_networks_are_not_trained_twice() -> None:
    job = replace(next(iter(jobs())), rate=1e-3)
    tuned = some_result(replace(job, rate=None), 1e-3)
    found = result_of(job, None, {networks_of(tuned.settings, 1e-3): tuned})  # type: ignore[arg-type] - none is trained
    assert (found.test, found.settings["learning_rates"]) == (tuned.test, (1e-3,))
    other = networks_of(replace(job, rho=0.2).settings, 1e-3)
    assert other != networks_of(job.settings, 1e-3) != networks_of(job.settings, 3e-3)
