"""The commands of bounds and forecasts: what they print and write, their exit codes, and what they refuse."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import numpy as np
import pytest

from numerics.commands.choose_lambda import choose_lambda
from numerics.commands.forecast import forecast
from numerics.commands.guarantee import guarantee
from numerics.commands.trusted import trusted
from tests.conftest import Fresh

NAMES = ("guarantee", "forecast", "trusted", "choose-lambda")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three classes around three centres, 60 samples, with a column of names that is no feature, in three files."""
    folder = tmp_path_factory.mktemp("data")
    rng = np.random.default_rng(0)
    kinds = np.repeat(["lily", "rose", "iris"], 20)
    X = rng.normal(size=(60, 3)) + 4 * np.eye(3)[np.repeat([0, 1, 2], 20)]
    np.savez(folder / "d.npz", X=X, y=kinds, site=np.arange(60))
    lines = [f"{a:.17g},{b:.17g},{c:.17g},{k},s{i % 7}" for i, ((a, b, c), k) in enumerate(zip(X, kinds, strict=True))]
    (folder / "d.csv").write_text("\n".join(["a,b,c,kind,site", *lines]) + "\n")
    return folder


def data_of(files: Path, ending: str) -> list[str]:
    options = {"npz": [], "csv": ["--label", "kind", "--without", "site"]}
    return ["--data", str(files / f"d.{ending}"), *options[ending]]


def words(text: str) -> str:
    return " ".join(text.split())


# ---------------------------------------------------------------- what they say


def test_forecast_says_the_same_of_a_file_of_arrays_and_of_a_table(files, capsys, tmp_path):
    records = []
    for ending in ("npz", "csv"):
        arguments = ["--rho", "0.3", "--draws", "5", *data_of(files, ending)]
        assert forecast([*arguments, "--json"]) == 0
        records.append(json.loads(capsys.readouterr().out))
    assert records[0].pop("data") == "d.npz"
    assert records[1].pop("data") == "d.csv"
    assert records[0] == records[1]
    out = tmp_path / "out"
    assert forecast([*arguments, "--against", "rho", "--clean", "1/10", "--out", str(out), "--test", "0.3"]) == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    assert shown.out.endswith(f"report, record and figures: {out}\n")
    assert {p.name for p in out.iterdir()} == {
        "command.txt", "report.md", "record.json", "forecast.png", "against_rho.png", "cleaned.png"
    }  # fmt: skip
    record = json.loads((out / "record.json").read_text())
    assert len(record["against_rho"]["points"]) > 3
    assert record["cleaned"]["share"] == 0.1


def test_forecast_of_a_pair_of_a_matrix_and_of_fewer_labels(files, capsys):
    data = [*data_of(files, "npz"), "--draws", "5", "--json"]
    assert forecast(["cross_entropy", "l2", "--lambda", "1/2", "--rho", "0.2", *data]) == 0
    assert "lambda = 0.5" in json.loads(capsys.readouterr().out)["model"]
    assert forecast(["--T", "1 0 0; 0.2 0.8 0; 0 0 1", *data]) == 0
    assert "matrix" in json.loads(capsys.readouterr().out)["noise"]
    assert forecast(["--rho", "0.2", "--n", "30", *data]) == 0
    assert json.loads(capsys.readouterr().out)["labels"] == 30


def test_guarantee_of_one_rate_and_of_all(files, capsys, tmp_path):
    data, out = data_of(files, "csv"), tmp_path / "out"
    assert guarantee(["cross_entropy", "l2", "--rho", "0.3", "--lambda", "1", "--out", str(out), *data]) == 0
    shown = capsys.readouterr()
    assert shown.out.endswith(f"report, record and figure: {out}\n")
    assert {p.name for p in out.iterdir()} == {"command.txt", "report.md", "record.json", "guarantee.png"}
    assert guarantee(["cross_entropy", "l2", "--lambda", "1", "--json", *data]) == 0
    assert json.loads(capsys.readouterr().out)["rho"] is None
    # at a lambda so small that nothing is shown of any sample
    assert guarantee(["cross_entropy", "l2", "--rho", "0.6", "--lambda", "1e-6", "--steps", "0", *data]) == 1


def test_trusted_says_how_many(files, capsys, tmp_path):
    data, out = data_of(files, "npz"), tmp_path / "out"
    assert trusted(["--rho", "0.1", "--out", str(out), *data]) == 0
    assert {p.name for p in out.iterdir()} == {"command.txt", "report.md", "record.json", "trusted.png"}
    capsys.readouterr()
    assert trusted(["--rho", "0.05,0.1", "--all-points", "--delta", "1/100", "--json", *data]) == 0
    record = json.loads(capsys.readouterr().out)
    assert (record["delta"], record["all_points"]) == (0.01, True)
    assert trusted(["--rho", "0.6", "--delta", "1e-9", *data]) == 1


def test_a_lambda_is_chosen(files, capsys, tmp_path):
    data, out = data_of(files, "npz"), tmp_path / "out"
    arguments = ["cross_entropy", "l2", "--rho", "0.3", "--lambda", "0.1", "--lambda", "10", "--draws", "10", *data]
    assert choose_lambda([*arguments, "--out", str(out)]) == 0
    assert {p.name for p in out.iterdir()} == {"command.txt", "report.md", "record.json", "choose_lambda.png"}
    shown = capsys.readouterr().out
    assert "the smallest lambda whose forecast accuracy" in words(shown)
    assert choose_lambda([*arguments, "--labels", "noisy", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert (record["labels"], record["lambda"], record["level"]) == ("noisy", 10.0, "")
    assert all(c["certified"] is None and c["accuracy"] is None for c in record["candidates"])
    # gce is not convex: below mu nothing is known
    gce = ["gce", "l2", "--param", "q=7/10", "--rho", "0.3", "--lambda", "0.1", "--draws", "2", *data]
    assert choose_lambda(gce) == 1
    assert "is not known to be convex" in words(capsys.readouterr().out)


# ---------------------------------------------------------------- what they refuse

EACH = {
    "guarantee": (guarantee, ["cross_entropy", "l2"]),
    "forecast": (forecast, []),
    "trusted": (trusted, []),
    "choose-lambda": (choose_lambda, ["cross_entropy", "l2"]),
}
OF_ALL = {
    "a rate above chance": (["--rho", "0.7"], "rho: got 7/10; accepted is 0 <= rho < (C-1)/C = 2/3"),
    "the rate of chance": (["--rho", "2/3"], "rho: got 2/3; accepted is 0 <= rho < (C-1)/C = 2/3"),
    "percent": (["--rho", "30%"], "--rho: got '30%'; accepted is a number from 0 to 1: write 3/10"),
    "a column that is not there": (["--rho", "0.2", "--label", "sort"], "has no array 'sort'"),
    "a file that is not there": (["--rho", "0.2", "--data", "none.parquet"], "path: cannot read none.parquet"),
    "a set that is not there": (["--rho", "0.2", "--data", "irsi"], "did you mean iris?"),
    "a test set that is not there": (
        ["--rho", "0.2", "--test", "irsi"],
        "test: no data set is called 'irsi'; did you mean iris?",
    ),
    "a test part that is not there": (["--rho", "0.2", "--test", "none.npz"], "path: cannot read none.npz"),
    "another test part": (["--rho", "0.2", "--test", "wine"], "test: got features of shape (178, 13) beside 3 columns"),
    "a share above 1": (["--rho", "0.2", "--test", "1.5"], "test: got 1.5; accepted is the share"),
    "a seed": (["--rho", "0.2", "--split", "a"], "--split: got 'a'; accepted is a whole number from 0 on"),
    "a transform": (["--rho", "0.2", "--transform", "log"], "transform: got 'log'"),
    "an option": (["--rho", "0.2", "--lamda", "1"], "unrecognized arguments: --lamda"),
}


@pytest.mark.parametrize("case", OF_ALL)
@pytest.mark.parametrize("name", EACH)
def test_bad_usage_is_64(name, case, files, capsys, monkeypatch):
    monkeypatch.chdir(files)
    command, pair = EACH[name]
    arguments, message = OF_ALL[case]
    given = data_of(files, "npz") if "--data" not in arguments else []
    assert command([*pair, *given, *arguments]) == 64
    shown = capsys.readouterr()
    assert shown.out == ""
    assert message in words(shown.err)


@pytest.mark.parametrize(
    ("command", "arguments", "message"),
    [
        (forecast, [], "--rho, --T: give one of them"),
        (forecast, ["--rho", "0.2", "--T", "1 0 0; 0 1 0; 0 0 1"], "--rho, --T: give one of them"),
        (forecast, ["--T", "1 0; 0 1"], "T: got 2 classes, and d.npz has 3"),
        (forecast, ["--rho", "0.2", "--lambda", "1"], "--lambda: give LOSS, REG and --lambda"),
        (forecast, ["cross_entropy", "l2", "--rho", "0.2"], "--lambda: give LOSS, REG and --lambda"),
        (forecast, ["cross_entropy", "l2", "--rho", "0.2", "--lambda", "x"], "--lambda: got 'x'; accepted is a number"),
        (forecast, ["cross_entropy", "l2", "--rho", "0.2", "--lambda", "1/0"], "--lambda: got '1/0'"),
        (forecast, ["cross_entropy", "l2", "--rho", "0.2", "--lambda", "0"], "lambda_: got 0.0; accepted is a number"),
        (forecast, ["--rho", "0.2", "--n", "1"], "n: got 1; accepted are 2 to 60"),
        (forecast, ["--rho", "0.2", "--draws", "1"], "--draws: got '1'; accepted is a whole number from 2 on"),
        (forecast, ["--rho", "0.2", "--clean", "2"], "share: got 2.0"),
        (forecast, ["--rho", "0.2", "--against", "draws"], "--against: invalid choice"),
        (trusted, ["--rho", "0.2", "--delta", "1"], "delta: got 1.0; accepted is a probability of error"),
        (trusted, ["--rho", "0.2", "--delta", "5%"], "--delta: got '5%'; accepted is a number"),
        (choose_lambda, ["cross_entropy", "l2"], "the following arguments are required: --rho"),
        (choose_lambda, ["cross_entropy", "--rho", "0.2"], "choose-lambda: got 1 name (cross_entropy)"),
        (choose_lambda, ["cross_entropy", "l2", "--rho", "0.2", "--labels", "good"], "labels: got 'good'"),
        (choose_lambda, ["cross_entropy", "l2", "--rho", "0.2", "--lambda", "-1"], "lambdas: got [-1.0]"),
        (choose_lambda, ["cross_entropy", "l2", "--rho", "0.2", "--share", "0"], "share: got 0.0"),
        (guarantee, ["cross_entropy", "l2", "--rho", "0.2", "--lambda", "x"], "--lambda: got 'x'"),
        (guarantee, ["cross_entropy", "--rho", "0.2"], "guarantee: got 1 name (cross_entropy)"),
    ],
)  # fmt: skip
def test_bad_usage_of_one_command_is_64(command, arguments, message, files, capsys):
    assert command([*arguments, *data_of(files, "npz")]) == 64
    shown = capsys.readouterr()
    assert shown.out == ""
    assert message in words(shown.err)


def test_help_loads_neither_torch_nor_numpy_and_the_commands_are_listed(fresh: Fresh, checkout: Path) -> None:
    points = tomllib.loads((checkout / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]
    imports, calls = [], []
    for name in NAMES:
        module, function = points["symcheck.commands"][name].split(":")
        imports.append(f"from {module} import {function}")
        calls.append(f"{function}(['--help'])")
    code = f"import sys; {'; '.join(imports)}; codes = [{', '.join(calls)}];"
    seen = fresh("-c", f"{code} print(codes, sorted({{'torch', 'sympy', 'numpy', 'scipy'}} & set(sys.modules)))")
    assert seen.stdout.endswith("[0, 0, 0, 0] []\n"), seen.stderr
