"""The campaign: inputs that can be made again, counts, smaller inputs, interrupts and exit codes."""

from __future__ import annotations

import importlib.util
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from benchmarks.soundness import __main__ as command
from benchmarks.soundness import campaign, kinds, report
from benchmarks.soundness.kinds import trial_of
from benchmarks.soundness.trial import Outcome, Skipped, Trial, Wrong

HAS_TORCH = importlib.util.find_spec("torch") is not None


@dataclass(frozen=True)
class Made(Trial):
    """A trial that is wrong if its number is at least 3."""

    number: int

    @property
    def text(self) -> str:
        return f"number {self.number}"

    def run(self) -> Outcome:
        wrong = (Wrong("too large", str(self.number), "less than 3"),) if self.number >= 3 else ()
        return Outcome("PROVED" if self.number % 2 else "REFUTED", 0.001, wrong, judged=2, not_judged=1)

    def smaller(self) -> tuple[Trial, ...]:
        return (Made(self.number - 1),) if self.number else ()


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two kinds in the place of all: numbers in order, and one that is not installed."""

    def trial(rng: random.Random, index: int) -> Trial:
        return Made(index)

    def missing(rng: random.Random, index: int) -> Trial:
        raise Skipped("nothing is installed")

    for module in (campaign, command, kinds):
        monkeypatch.setattr(module, "kinds", lambda: {"made": trial, "missing": missing})


def _run(*arguments: str) -> int:
    return command.main(["--seed", "5", *arguments])


@pytest.mark.parametrize("name", sorted(kinds.kinds()))
def test_every_input_can_be_made_again(name: str) -> None:
    if name in ("rounded_floats", "torch_code") and not HAS_TORCH:
        pytest.skip("torch is not installed")
    texts = [trial_of(name, 1, index).text for index in range(30)]
    assert texts == [trial_of(name, 1, index).text for index in range(30)]
    assert len(set(texts)) > 12
    assert texts != [trial_of(name, 2, index).text for index in range(30)]


@pytest.mark.usefixtures("made")
def test_nothing_false(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("--trials", "3") == 0
    told = capsys.readouterr().out
    assert "3 trials, seed 5" in told
    assert "2 REFUTED, 1 PROVED" in told
    assert "skipped: nothing is installed" in told
    assert "compared with the truth: 6; without an opinion: 3" in told
    assert "nothing false was found" in told


@pytest.mark.usefixtures("made")
def test_what_is_false_is_made_smaller_and_can_be_made_again(capsys: pytest.CaptureFixture[str]) -> None:
    assert _run("--trials", "6") == 1
    told = capsys.readouterr().out
    assert "FALSE: 3 inputs" in told
    assert "made: number 5\n  smaller: number 3\n  too large: said 5; true is less than 3" in told
    assert "again: python -m benchmarks.soundness --seed 5 --kind made --at 5" in told
    assert _run("--kind", "made", "--at", "5", "--no-minimise") == 1
    told = capsys.readouterr().out
    assert "1 trials" in told
    assert "smaller" not in told


def test_an_exception_that_is_no_answer_is_wrong() -> None:
    class Broken(Made):
        def run(self) -> Outcome:
            raise ZeroDivisionError("by 0")

    outcome = campaign.outcome_of(Broken(1))
    assert outcome.answer == "crash: ZeroDivisionError"
    assert [w.statement for w in outcome.wrong] == ["crash"]


@pytest.mark.usefixtures("made")
def test_an_interrupt_prints_what_was_found(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = Made.run

    def interrupted(self: Made) -> Outcome:
        if self.number == 4:
            raise KeyboardInterrupt
        return run(self)

    monkeypatch.setattr(Made, "run", interrupted)
    assert _run("--trials", "9") == 130
    told = capsys.readouterr().out
    assert "4 trials, seed 5, interrupted" in told
    assert "made: number 3" in told


INTERRUPTED = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it
from benchmarks.soundness.__main__ import main
from benchmarks.soundness.kinds import kinds
kinds()  # loaded before: an interrupt of an import is none of the campaign
print("ready", flush=True)
sys.exit(main(["--minutes", "5", "--kind", "drifts"]))
"""


def test_ctrl_c_in_a_process(checkout: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(checkout)}
    with subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED],
        cwd=checkout,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(2)
        process.send_signal(signal.SIGINT)
        told, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "seed 0, interrupted" in told


def test_a_record_with_nothing_is_told() -> None:
    assert list(report.lines(campaign.Record(), 0))[-1] == "nothing false was found"
