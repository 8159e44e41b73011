"""The command ``symcheck sweep``: what it prints, its exit codes, and that it goes on where it was stopped."""

from __future__ import annotations

import json

import pytest

from numerics.commands import sweep as module
from numerics.sweeps.results import results
from numerics.sweeps.sweep import SweepInterrupted

command = module.sweep
IRIS = ["--data", "iris", "--lambda", "0.1", "--lambda", "10"]


def test_it_prints_the_table_and_stores_every_run(capsys, tmp_path):
    path = tmp_path / "results.jsonl"
    arguments = ["--loss", "gce", "--loss", "cross_entropy", "--regularizer", "l2", "--rho", "0.2", "--seeds", "2"]
    assert command([*arguments, *IRIS, "--out", str(path)]) == 0
    shown = capsys.readouterr()
    found = results(path)
    assert shown.out == f"{found}\n\n4 runs: {path}\n"
    assert shown.err == ""  # the bar is for terminals
    assert [record["spec"]["loss_name"] for record in found.records] == ["gce(q=7/10)"] * 2 + ["cross_entropy"] * 2
    assert [record["spec"]["seed"] for record in found.records] == [0, 1, 0, 1]
    # the same command again has nothing to do, and prints the same
    before = path.read_bytes()
    assert command([*arguments, *IRIS, "--out", str(path)]) == 0
    assert capsys.readouterr().out == shown.out
    assert path.read_bytes() == before


def test_values_of_parameters_are_combined(tmp_path):
    path = tmp_path / "r.jsonl"
    arguments = [
        "--loss",
        "gce",
        "--loss",
        "muh",
        "--param",
        "q=1/2",
        "--param",
        "q=1",
        "--test",
        "0.3",
        "--split",
        "2",
    ]
    assert command([*arguments, *IRIS, "--transform", "relu(5)", "--out", str(path), "--markdown"]) == 0
    specs = [record["spec"] for record in results(path).records]
    assert [s["loss_name"] for s in specs] == ["gce(q=1/2)", "gce(q=1)", "muh"]
    assert {(s["noise"], s["rho"], s["test"], s["split"], s["transform"]) for s in specs} == {
        ("exact", 0.4, 0.3, 2, "relu(5, seed=0)")
    }


def test_formulas_are_swept_and_a_table_in_markdown(capsys, tmp_path):
    path = tmp_path / "r.jsonl"
    assert command(["--loss=-log_softmax(z)[y]", "--regularizer", "total(z**2)/2", *IRIS, "--out", str(path),
                    "--markdown"]) == 0  # fmt: skip
    shown = capsys.readouterr().out
    assert shown.startswith(r"| loss | regularizer | $\rho$ | $\lambda$ | runs |")
    assert json.loads(path.read_text())["spec"]["loss"] == "-log_softmax(z)[y]"


def test_a_run_that_cannot_be_done_is_1(capsys, tmp_path):
    assert command(["--regularizer", "l1", *IRIS, "--out", str(tmp_path / "r.jsonl")]) == 1
    assert "was not done: SweepError: regularizer: l1 has no curvature at 0" in capsys.readouterr().out


def test_ctrl_c_is_130_and_says_how_to_go_on(capsys, monkeypatch, tmp_path):
    told = "interrupted: 3 of 8 runs are in r.jsonl; run the same sweep again, and it goes on from there"

    def interrupt(*_, **__):
        raise SweepInterrupted(told)

    monkeypatch.setattr("numerics.sweeps.sweep.sweep", interrupt)
    assert command([*IRIS, "--out", str(tmp_path / "r.jsonl")]) == 130
    assert capsys.readouterr() == ("", told + "\n")


def test_workers_and_scheduler_reach_the_sweep(capsys, monkeypatch, tmp_path):
    asked = []

    def found(plans, out, **options):
        asked.append((len(plans), out, options["workers"], options["cluster"]))
        from numerics.sweeps.results import Results

        return Results(())

    monkeypatch.setattr("numerics.sweeps.sweep.sweep", found)
    assert command([*IRIS, "--seeds", "3", "--workers", "2"]) == 0
    assert command([*IRIS, "--scheduler", "tcp://10.0.0.5:8786", "--out", "x.jsonl"]) == 0
    assert asked == [(3, "results.jsonl", 2, None), (1, "x.jsonl", 1, "tcp://10.0.0.5:8786")]


def test_help_needs_no_torch(fresh, capsys):
    assert command(["--help"]) == 0
    assert "symcheck sweep --loss gce --loss cross_entropy" in capsys.readouterr().out
    done = fresh(
        "-c", "import sys; sys.modules['torch'] = None; from numerics.commands.sweep import sweep; sweep(['-h'])"
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_without_torch_the_extra_is_named(fresh):
    # what the command line does with an entry point that cannot import torch
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "from importlib.metadata import EntryPoint\n"
        "from symcheck import cli\n"
        "point = EntryPoint('sweep', 'numerics.commands.sweep:sweep', cli.GROUP)\n"
        "cli.entry_points = lambda group: (point,)\n"
        "sys.exit(cli.main(['sweep', '--data', 'iris']))\n"
    )
    done = fresh("-c", code)
    assert (done.returncode, done.stdout) == (64, "")
    assert done.stderr == 'symcheck: symcheck sweep needs PyTorch: pip install "symcheck[numerics]"\n'


def test_it_is_registered(checkout):
    import tomllib

    points = tomllib.loads((checkout / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]
    assert points["symcheck.commands"]["sweep"] == "numerics.commands.sweep:sweep"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--seeds", "0"], "--seeds: got '0'; accepted is a whole number from 1 on"),
        (["--seeds", "many"], "--seeds: got 'many'; accepted is a whole number from 1 on"),
        (["--workers", "-1"], "--workers: got '-1'; accepted is a whole number from 1 on"),
        (["--split", "x"], "--split: got 'x'; accepted is a whole number from 0 on"),
        (["--test", "half"], "--test: got 'half'; accepted is a number, such as 0.1"),
        (["--lambda", "big"], "--lambda: got 'big'; accepted is a number, such as 0.1"),
        (["--param", "q"], "--param: got 'q'; accepted is a value, as q=7/10"),
        (["--param", "q=1/2"], "--param: neither a loss nor a regularizer has a parameter q"),
        (["--loss", "gce", "--param", "q=2"], "q: got 2; accepted is (0, 1]"),
        (
            ["--rho", "1"],
            "rho: got 1; accepted is 0 <= rho < (C-1)/C = 2/3 for C = 3 classes, where the clean class is still the "
            "likeliest label; choose a smaller rate",
        ),
        (
            ["--workers", "2", "--scheduler", "tcp://127.0.0.1:1"],
            "workers: got 2 and a cluster as well, which has its own; leave one of them out",
        ),
    ],
)
def test_bad_usage_is_64(capsys, arguments, message):
    assert command(["--data", "iris", *arguments]) == 64
    assert capsys.readouterr() == ("", f"symcheck: {message}\n")


def test_options_that_are_not_there_are_64(capsys):
    assert command(["--losses", "gce"]) == 64
    assert capsys.readouterr().err.startswith(
        "symcheck: unrecognized arguments: --losses gce\nusage: symcheck sweep [OPTION ...]\n"
    )


def test_lines_that_do_not_count_are_told_on_the_standard_error(tmp_path, capsys):
    path = tmp_path / "r.jsonl"
    path.write_text("garbage\n")
    arguments = ["--loss", "muh", "--data", "iris", "--lambda", "1", "--out", str(path)]
    assert module.sweep(arguments) == 0
    told = capsys.readouterr()
    assert f"1 of 1 lines of {path} do not count, and are now in {path}.set-aside" in told.err
    assert "results_file.py" not in told.err
    assert module.sweep(arguments) == 0
    assert "do not count" not in capsys.readouterr().err
