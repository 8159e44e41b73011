"""The command: what it prints, and its exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from types import SimpleNamespace

import pytest

from numerics import datasets
from numerics.commands import confirm as command
from numerics.runs.agreement import Outcome
from symcheck.certificates.certificate import Certificate


def shown_as(outcome: Outcome) -> SimpleNamespace:
    """What stands for a confirmation where nothing is trained."""
    return SimpleNamespace(outcome=outcome, to_json=dict, files=dict, to_text=lambda **_: "")


def test_it_prints_the_table_and_writes_the_folder(capsys, tmp_path):
    assert command.confirm(["cross_entropy", "l2", "--data", "iris", "--out", str(tmp_path / "r")]) == 0
    shown = capsys.readouterr()
    assert shown.out.startswith("cross_entropy + l2 on iris (C = 3, rho = 0.4): agrees\n")
    assert shown.out.endswith(f"report, record and figure: {tmp_path / 'r'}\n")
    assert shown.err == ""  # the bar is for terminals
    assert (tmp_path / "r" / "report.md").exists()


def test_json_is_the_record_and_nothing_else(capsys):
    assert command.confirm(["gce", "l2", "--data", "iris", "--rho", "0.3", "--param", "q=1/2", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert (record["spec"]["rho"], record["spec"]["regularizer"]) == (0.3, "total(z**2)/2")
    assert record["agreement"]["title"] == "gce(q=1/2) + l2 on iris (C = 3, rho = 0.3)"


def test_formulas_are_confirmed(capsys):
    arguments = ["--formula", "-softmax(z)[y]**q/q", "--regularizer-formula", "total(z**2)/2", "--param", "q=1/2"]
    assert command.confirm([*arguments, "--data", "iris", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert (record["spec"]["loss"], record["spec"]["regularizer"]) == ("-softmax(z)[y]**(1/2)/(1/2)", "total(z**2)/2")


def test_labels_are_sampled_with_a_seed(capsys):
    assert command.confirm(["muh", "l2", "--data", "iris", "--noise", "sampled", "--seed", "3", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert (record["spec"]["noise"], record["spec"]["seed"]) == ("sampled", 3)


@pytest.mark.parametrize("outcome", list(Outcome))
def test_the_exit_code_is_the_outcome(monkeypatch, outcome):
    found = shown_as(outcome)
    monkeypatch.setattr("numerics.confirmations.confirmation.confirm", lambda *_, **__: found)
    code = {"agrees": 0, "contradicts": 1, "inconclusive": 2}[str(outcome)]
    assert command.confirm(["muh", "l2"]) == code


USAGE = "\nusage: symcheck confirm LOSS REG [OPTION ...]\nsymcheck confirm --help says more"
LIKE = 'as in symcheck confirm gce l2, or symcheck confirm "logsumexp(z) - z[y]" l2'


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], f"symcheck: confirm: got 0 names (none); accepted: LOSS and REG, {LIKE}"),
        (
            ["muh", "l2", "--formula", "-z[y]"],
            f"symcheck: confirm: got 2 names (muh l2); accepted: REG, {LIKE}",
        ),
        (["muh", "l2", "--dat", "iris"], "symcheck: unrecognized arguments: --dat iris" + USAGE),
        (["muh", "l2", "--rho"], "symcheck: argument --rho: expected one argument" + USAGE),
        (
            ["gce", "l2", "--param", "q"],
            "symcheck: --param: got 'q'; accepted is a value, as q=7/10, or a range, as \"q in (0, 1]\"",
        ),
        (
            ["gce", "l2", "--param", "C=3"],
            "symcheck: --param: neither the loss nor the regularizer has a parameter C; accepted: q",
        ),
        (["gce", "l2", "--param", "q=2"], "symcheck: q: got 2; accepted is (0, 1]"),
        (
            ["muh", "l2", "--data", "mnist_5"],
            f"symcheck: data: no data set is called 'mnist_5'; did you mean mnist_5k?; there are: {datasets.listed()}",
        ),
        (
            ["muh", "l2", "--noise", "sample"],
            "symcheck: noise: got 'sample'; accepted is 'exact' (each label is replaced by its law) or 'sampled' (by "
            "one draw from it)",
        ),
        (
            ["muh", "l2", "--noise", "sampled", "--seed", "-1"],
            "symcheck: --seed: got '-1'; accepted is an integer from 0 to 2^63 - 1",
        ),
        (
            ["muh", "l2", "--noise", "sampled", "--seed", "three"],
            "symcheck: --seed: got 'three'; accepted is an integer from 0 to 2^63 - 1",
        ),
        (
            ["muh", "l2", "--seed", "0"],
            "symcheck: --seed: got 0, and exact noise draws nothing; add --noise sampled, or leave it out",
        ),
        (
            ["muh", "l2", "--rho", "1"],
            "symcheck: rho: got 1; accepted is 0 <= rho < (C-1)/C = 9/10 for C = 10 classes, where the clean class is "
            "still the likeliest label; choose a smaller rate",
        ),
    ],
)
def test_bad_usage_is_64_and_never_2(capsys, arguments, message):
    assert command.confirm(arguments) == 64
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err == message + "\n"


def test_an_unknown_name_is_64(capsys):
    assert command.confirm(["cross_entropi", "l2"]) == 64
    assert "cross_entropy" in capsys.readouterr().err


def test_help_is_0(capsys):
    assert command.confirm(["--help"]) == 0
    shown = capsys.readouterr().out
    assert "exit codes:\n  0    agrees\n  1    contradicts\n  2    inconclusive\n  64   bad usage\n" in shown


def test_what_reads_the_certificate_agrees_with_what_the_certificate_is():
    # numerics describes by a protocol what it reads; the real certificate has all of it
    for name in ("loss", "regularizer", "prediction", "scope", "at"):
        assert hasattr(Certificate, name)


def test_ctrl_c_ends_with_130_and_leaves_nothing(tmp_path, checkout):
    # a process of its own that is sent SIGINT while it trains
    code = (
        "import sys, signal, threading, os\n"
        "import numerics.confirmations.measure as m\n"
        "real = m.minimisers\n"
        "def slow(*a, **k):\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "    return real(*a, **k)\n"
        "m.minimisers = slow\n"
        "from numerics.commands.confirm import confirm\n"
        f"sys.exit(confirm(['muh', 'l2', '--data', 'iris', '--out', {str(tmp_path / 'r')!r}]))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(checkout)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert (run.returncode, run.stdout) == (130, "")
    assert run.stderr == "interrupted: nothing is left half written\n"
    assert list((tmp_path / "r").iterdir()) == []


def test_ctrl_c_with_a_checkpoint_says_how_to_go_on(monkeypatch, capsys, tmp_path):
    def stopped(*_, **given):
        if given["steps"] == 7:
            (tmp_path / "kept.pt").write_bytes(b"")
        raise KeyboardInterrupt

    monkeypatch.setattr("numerics.confirmations.confirmation.confirm", stopped)
    arguments = ["muh", "l2", "--data", "iris", "--model", "mlp", "--checkpoint", str(tmp_path / "kept.pt")]
    assert command.confirm(arguments) == 130
    assert capsys.readouterr().err == "interrupted: nothing is left half written\n"
    assert command.confirm([*arguments, "--steps", "7"]) == 130
    assert capsys.readouterr().err == (
        f"interrupted: the same command goes on from the last checkpoint in {tmp_path / 'kept.pt'}\n"
    )


def test_the_settings_of_networks_are_handed_on(monkeypatch):
    seen = {}
    monkeypatch.setattr(
        "numerics.confirmations.confirmation.confirm",
        lambda *_, **given: seen.update(given) or shown_as(Outcome.AGREES),
    )
    options = {
        "--alpha": "1/8", "--seeds": "0,3", "--start": "as-is", "--steps": "9", "--dtype": "float32",
        "--checkpoint": "a.pt", "--kappa": "-1/2", "--model": "mlp",
    }  # fmt: skip
    # a number may begin with a minus sign
    assert command.confirm(["muh", "l2", *(f"{name}={value}" for name, value in options.items())]) == 0
    asked = {name: seen[name] for name in ("alpha", "seeds", "start", "steps", "dtype", "checkpoint", "kappa", "model")}
    assert asked == {
        "alpha": 0.125, "seeds": [0, 3], "start": "as-is", "steps": 9, "dtype": "float32", "checkpoint": "a.pt",
        "kappa": "-1/2", "model": "mlp",
    }  # fmt: skip
    for kappa in ("-1", "-1/2", "-0.5"):
        assert command.confirm(["muh", "l2", "--kappa", kappa]) == 0
        assert seen["kappa"] == kappa
