"""The commands on noise: what they print, their exit codes, and what they need."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from numerics.commands.clean_accuracy import clean_accuracy
from numerics.commands.human_labels import human_labels
from numerics.commands.noise_rate import noise_rate
from numerics.noise.matrix_text import matrix_in
from tests.conftest import Fresh

ROWS = "0.8 0.1 0.1; 0.1 0.8 0.1; 0.1 0.1 0.8"


def words(text: str) -> str:
    return " ".join(text.split())


def test_a_rate_is_converted(capsys):
    assert noise_rate(["--resample", "0.4", "--classes", "10"]) == 0
    assert words(capsys.readouterr().out).startswith(
        "Uniform noise on 10 classes: flip rate rho = 9/25, resampling rate r = 2/5, a = 3/5"
    )
    assert noise_rate(["--flip", ".3", "--classes", "1000000", "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["resample"] == "100000/333333"  # .3 10^6/(10^6 - 1)


@pytest.mark.parametrize("written", [ROWS, ROWS.replace(";", "\n"), f"[[{ROWS.replace(';', '],[')}]]"])
def test_a_matrix_has_a_rate_as_text_and_in_a_file(capsys, tmp_path, written):
    path = tmp_path / "transition.txt"
    path.write_text(written, encoding="utf-8")
    for given in (written, str(path)):
        assert noise_rate(["--matrix", given, "--json"]) == 0
        assert json.loads(capsys.readouterr().out)["flip"] == "1/5"
    assert noise_rate(["--matrix", "0.8 0.2; 1/3 2/3"]) == 1
    assert "it is not uniform" in words(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("1 2\n3 4\n", [[1, 2], [3, 4]]),
        ("1,2\r\n3,4", [[1, 2], [3, 4]]),
        ("1;2\n3;4\n", [[1, 2], [3, 4]]),
        ("\ufeff1\t2\n\n3\t4", [[1, 2], [3, 4]]),
        ("((1, 2), (3, 4))", [[1, 2], [3, 4]]),
        ("[[1, 2],\n [3, 4]]", [[1, 2], [3, 4]]),
        ("[1 2; 3 4]", [[1, 2], [3, 4]]),
    ],
)
def test_matrices_are_read_as_people_write_them(tmp_path, text, rows):
    path = tmp_path / "t.csv"
    path.write_text(text, encoding="utf-8")
    assert matrix_in(str(path)) == (rows, None)


@pytest.mark.parametrize(
    "text",
    [",cat,big dog\ncat,80,20\nbig dog,25,75\n", "row_0,cat,big dog\r\ncat,80,20\r\nbig dog,25,75",
     "cat;big dog\n80;20\n25;75",
     "\tcat\tbig dog\ncat\t80\t20\nbig dog\t25\t75", '"cat","big dog"\n"cat",80,20\n"big dog",25,75'],
)  # fmt: skip
def test_names_of_classes_are_read(tmp_path, capsys, text):
    path = tmp_path / "crosstab.csv"
    path.write_text(text, encoding="utf-8")
    assert matrix_in(str(path)) == ([[80, 20], [25, 75]], ("cat", "big dog"))
    assert matrix_in(text) == matrix_in(str(path))
    assert human_labels(["--counts", str(path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["names"] == ["cat", "big dog"]


def test_names_that_are_numbers_and_none_at_all():
    assert matrix_in("col_0,0,1\n0,80,20\n1,25,75") == ([[80, 20], [25, 75]], ("0", "1"))
    assert matrix_in("0 1\n0 80 20\n1 25 75") == ([[80, 20], [25, 75]], ("0", "1"))
    assert matrix_in("[1 2\n3 4]") == ([[1, 2], [3, 4]], None)
    assert matrix_in("1e1,2,\n3,4,") == ([[10, 2], [3, 4]], None)


def test_names_in_another_order_are_refused(tmp_path, capsys):
    path = tmp_path / "crosstab.csv"
    path.write_text(",cat,dog\ndog,80,20\ncat,25,75\n", encoding="utf-8")
    assert noise_rate(["--matrix", str(path)]) == 64
    assert "T: the file has the rows dog, cat and the columns cat, dog" in words(capsys.readouterr().err)
    assert noise_rate(["--matrix", ""]) == 64
    assert "T: got no numbers" in words(capsys.readouterr().err)


def test_accuracy_is_estimated(capsys):
    assert clean_accuracy(["0.64", "--n", "1000", "--rho", "0.3", "--classes", "4"]) == 0
    assert "0.9000 (0.8490 to 0.9497 with confidence 0.95)" in capsys.readouterr().out
    assert clean_accuracy(["900/1000", "--n", "1000", "--rho", "0.3", "--classes", "4", "--json"]) == 1
    record = json.loads(capsys.readouterr().out)
    assert (record["value"], record["counts"], record["rho"]) == (1.0, [900, 900], "3/10")
    assert record["contradiction"]


def test_labels_are_explained(capsys, tmp_path):
    path = tmp_path / "labels.csv"
    kept = "".join(f"{i},{i % 3},{i % 3}\n" for i in range(120))
    moved = "".join(f"{i},{i % 3},{(i + 1 + i // 3 % 2) % 3}\n" for i in range(60))
    path.write_text(f"id,truth,annotator\n{kept}{moved}")
    assert human_labels([str(path), "--clean", "truth", "--noisy", "annotator"]) == 0
    shown = words(capsys.readouterr().out)
    assert shown.startswith("180 labels of 3 classes, 60 of them not the clean ones: a realised rate of 0.3333")
    assert "what a certificate says applies" in shown
    assert human_labels(["--counts", "700 300 0; 0 700 300; 300 0 700"]) == 1
    shown = words(capsys.readouterr().out)
    assert "not uniform noise" in shown
    assert 'symcheck.noise_condition(labels.counts, correction="forward")' in shown
    assert human_labels(["--matrix", "0.1 0.9; 0.9 0.1"]) == 1
    assert "swapped or complementary" in words(capsys.readouterr().out)
    assert human_labels(["--counts", "3 2; 2 3", "--level", "0.9", "--json"]) == 2
    record = json.loads(capsys.readouterr().out)
    assert (record["above_chance"], record["level"], record["rate"]["value"]) == (None, 0.9, 0.4)


@pytest.mark.parametrize(
    ("command", "arguments", "message"),
    [
        (noise_rate, ["--flip", "0.95", "--classes", "10"], "swapped or complementary"),
        (noise_rate, ["--flip", "30%", "--classes", "10"], "accepted is a number from 0 to 1: write 3/10"),
        (noise_rate, ["--flip", "-.3", "--classes", "10"], "flip: got -.3; accepted is a number from 0 to 1"),
        (noise_rate, ["--flip", "0.3"], "classes: got none"),
        (noise_rate, ["--flip", "0.3", "--classes", "ten"], "--classes: got 'ten'; accepted is a whole number"),
        (noise_rate, ["--flip", "0.3", "--resample", "0.4"], "not allowed with argument"),
        (noise_rate, [], "one of the arguments --flip --resample --matrix is required"),
        (noise_rate, ["--matrix", "0.9 0.2; 0.1 0.8"], "T: row 1 sums to 11/10"),
        (noise_rate, ["--matrix", "no.csv"], "T: cannot read no.csv: No such file or directory; give a file of rows"),
        (noise_rate, ["--matrix", "1 2; 0 0"], "T: row 2 has no label at all"),
        (noise_rate, ["--matrix", ""], "T: got no numbers"),
        (human_labels, ["--counts", " "], "counts: got no numbers"),
        (clean_accuracy, ["64%", "--n", "1000", "--rho", "0.3", "--classes", "4"], "write 16/25"),
        (clean_accuracy, ["0.645", "--n", "100", "--rho", "0.3", "--classes", "4"], "no count of 100 labels"),
        (clean_accuracy, ["0.64", "--n", "1e3", "--rho", "0.3", "--classes", "4"], "--n: got '1e3'"),
        (clean_accuracy, ["0.64", "--n", "1000", "--classes", "4"], "required: --rho"),
        (clean_accuracy, ["0.64", "--n", "10", "--rho", ".3", "--classes", "4", "--level", "95"], "write 19/20"),
        (human_labels, [], "labels: got none; accepted is exactly one of FILE with --clean and --noisy, --counts"),
        (human_labels, ["x.csv", "--matrix", "1 0; 0 1"], "labels: got file and matrix"),
        (human_labels, ["x.csv", "--clean", "a"], "--clean, --noisy: give both with a FILE"),
        (human_labels, ["--counts", "1 2; 0 0"], "counts: row 2 has no label at all"),
        (human_labels, ["--counts", "0.5 0.5; 0.1 0.9"], "probabilities are given as T="),
        (human_labels, ["--matrix", "70 30; 25 75"], "T: got whole numbers, which are counts"),
        (human_labels, ["no.csv", "--clean", "a", "--noisy", "b"], "cannot read no.csv"),
    ],
)
def test_what_is_refused(capsys, command, arguments, message):
    assert command(arguments) == 64
    shown = capsys.readouterr()
    assert message in words(shown.err)
    assert shown.out == ""


@pytest.mark.parametrize("text", ["", "\n"])
def test_a_file_without_numbers(capsys, tmp_path, text):
    path = tmp_path / "empty.csv"
    path.write_text(text)
    assert noise_rate(["--matrix", str(path)]) == 64
    assert "T: got no numbers; accepted are rows such as 0.9 0.1; 0.2 0.8" in words(capsys.readouterr().err)


def test_help_loads_neither_torch_nor_sympy_and_the_commands_are_listed(fresh: Fresh, checkout: Path) -> None:
    points = tomllib.loads((checkout / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]
    for name in ("noise-rate", "clean-accuracy", "human-labels"):
        module, function = points["symcheck.commands"][name].split(":")
        code = (
            f"import sys; from {module} import {function} as command; code = command(['--help']);"
            "print(code, sorted({'torch', 'sympy', 'numpy', 'scipy'} & set(sys.modules)))"
        )
        assert fresh("-c", code).stdout.endswith("0 []\n")
