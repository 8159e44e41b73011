"""CSV files as people have them: signs between columns, decimal signs, labels, and what is wrong in which line."""

from __future__ import annotations

import gzip
import random
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from numerics.arrays.csv_file import csv_file
from numerics.arrays.written_numbers import WrittenNumbers, is_left_out, is_number
from numerics.commands import confirm as command
from numerics.confirmations.confirmation import confirm
from numerics.data.given import dataset_of
from numerics.data.given_csv import given_csv
from numerics.data.given_data import given_data
from numerics.data.given_frame import given_frame
from numerics.errors import DataError
from numerics.runs.agreement import Outcome
from numerics.sweeps.grid import grid

FLOWERS = [
    (1.5, 3, "rose", "a1"), (2.25, 1, "lily", "a2"), (4.0, 4, "rose", "a3"), (-8.5, 1, "iris, blue", "a4"),
    (0.125, 2, "lily", "a5"), (16.0, 7, "rose", "a6"),
]  # fmt: skip
NAMES = ("length", "count", "species", "code")
REAL = np.array([[a, b] for a, b, _, _ in FLOWERS])


def written(
    separator: str, decimal: str = ".", ending: str = "\n", *, quoted: bool = False, trailing: bool = False
) -> str:
    """The flowers as text."""

    def entry(value: object) -> str:
        text = str(value).replace(".", decimal) if isinstance(value, float) else str(value)
        return f'"{text}"' if quoted or separator in text else text

    lines = [separator.join(map(entry, row)) + separator * trailing for row in (NAMES, *FLOWERS)]
    return ending.join(lines) + ending


def file_of(folder: Path, content: str | bytes, name: str = "flowers.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def refused(path: object, **options: object) -> str:
    """What is said of a file, without the folder it is in."""
    with pytest.raises(DataError) as raised:
        dataset_of(path, **options)
    return str(raised.value).replace(f"{Path(str(path)).parent}/", "")


KINDS = [
    (separator, decimal, ending, quoted, trailing)
    for separator, decimal, ending, quoted, trailing in product(
        "\t;,|", ".,", ("\n", "\r\n", "\r"), (False, True), (False, True)
    )
    if (separator, decimal) != (",", ",")
]


@pytest.mark.parametrize("coding", ["utf-8", "utf-8-sig", "utf-16", "gz"])
@pytest.mark.parametrize(("separator", "decimal", "ending", "quoted", "trailing"), KINDS)
def test_every_kind_of_file_is_one_data_set(tmp_path, separator, decimal, ending, quoted, trailing, coding):
    text = written(separator, decimal, ending, quoted=quoted, trailing=trailing)
    content = gzip.compress(text.encode()) if coding == "gz" else text.encode(coding)
    found = dataset_of(file_of(tmp_path, content), label="species", without=["code"])
    assert np.array_equal(found.features, REAL)
    assert found.label_names == ("iris, blue", "lily", "rose")
    assert found.labels.tolist() == [2, 1, 2, 0, 1, 2]
    assert found.name == "flowers.csv"


def test_a_frame_and_its_file_are_one(tmp_path):
    frame = pd.DataFrame(FLOWERS, columns=list(NAMES))
    path = tmp_path / "flowers.csv"
    frame.to_csv(path)  # with the column of row numbers, which has no name
    for given in (frame, path, str(path)):
        found = dataset_of(given, without=["code"])
        assert np.array_equal(found.features, REAL)
        assert found.label_names == ("iris, blue", "lily", "rose")
    frame.to_csv(path, sep=";", decimal=",", index=False)
    assert np.array_equal(dataset_of(path, "species", ["code"]).features, REAL)


def test_excels_own_first_line_and_empty_lines(tmp_path):
    for separator in ",;\t":
        text = f"sep={separator}\r\n{written(separator, ending=chr(13) + chr(10))}\r\n{separator * 3}\r\n"
        found = dataset_of(file_of(tmp_path, text), without=["code"])
        assert np.array_equal(found.features, REAL)


def test_names_with_commas_do_not_hide_the_semicolons(tmp_path):
    path = file_of(tmp_path, "length (cm, mm);species\n1,5;a\n2,5;b\n3,25;a\n")
    assert csv_file(path).names == ("length (cm, mm)", "species")
    assert dataset_of(path).features.tolist() == [[1.5], [2.5], [3.25]]


def test_an_entry_may_go_on_below(tmp_path):
    text = 'x,kind\n1,rose\n2,"lily\nof the valley"\n3,rose\n4,x5\nfive,rose\n'
    assert refused(file_of(tmp_path, text)) == (
        "x: got 'five' in line 7 of flowers.csv; accepted are real numbers, with decimal points; leave the column out, "
        "or turn it into numbers"
    )


# ---------------------------------------------------------------- the label


@pytest.mark.parametrize("name", ["label", "Target", "CLASS", "y"])
def test_the_label_by_its_name(tmp_path, name):
    found = dataset_of(file_of(tmp_path, f"a,{name},b\n1,1,0\n2,2,0.5\n3,1,4\n"))
    assert found.labels.tolist() == [0, 1, 0]
    assert found.features.tolist() == [[1, 0], [2, 0.5], [3, 4]]
    assert dataset_of(pd.DataFrame({"a": [1, 2, 3], name: ["u", "v", "u"]})).label_names == ("u", "v")


@pytest.mark.parametrize(
    ("labels", "numbers", "names"),
    [
        ("0 1 2 1", [0, 1, 2, 1], ()),
        ("1 2 3 2", [0, 1, 2, 1], ()),
        ("1.0 2.0 1.0 2.0", [0, 1, 0, 1], ()),
        ("3 8 3 8", [0, 1, 0, 1], ("3", "8")),
        ("10 9 10 9", [1, 0, 1, 0], ("9", "10")),
        ("1 2 x 2", [0, 1, 2, 1], ("1", "2", "x")),
        ("-1 1 -1 1", [0, 1, 0, 1], ("-1", "1")),
    ],
)
def test_labels_of_every_kind(tmp_path, labels, numbers, names):
    rows = "".join(f"{k * k},{label}\n" for k, label in enumerate(labels.split()))
    found = dataset_of(file_of(tmp_path, f"x,y\n{rows}"))
    assert (found.labels.tolist(), found.label_names) == (numbers, names)


def test_noisy_labels_beside_clean_ones(tmp_path):
    path = file_of(tmp_path, "x,kind,seen\n1,u,u\n2,v,u\n5,u,v\n")
    assert given_csv(path, "kind", noisy="seen").noisy.tolist() == [0, 0, 1]
    assert given_csv(path, "kind", ["x"]).features.tolist() == [[1], [2], [5]]


# ---------------------------------------------------------------- what is wrong, and where

ROWS = "x,w,kind\n1,2,u\n2,3,v\n4,5,u\n"
WRONG = {
    "no label that is plain": (
        "x,w\n1,2\n4,3\n",
        {},
        "label: flowers.csv has no column of names that come again, and none that is called label, target, class or y; "
        "say which column holds the labels, label='w' in Python or --label on the command line; there are: x, w",
    ),
    "two columns of names": (
        "x,kind,colour\n1,u,red\n4,v,red\n5,u,blue\n",
        {},
        "label: flowers.csv has 2 columns that may hold the labels (kind, colour); say which column holds the labels, "
        "label='colour' in Python or --label on the command line; there are: x, kind, colour",
    ),
    "another name": (
        ROWS,
        {"label": "sort"},
        "label: flowers.csv has 'sort' not at all in its first line; there are: x, w, kind",
    ),
    "a name that comes twice": (
        "x,x,kind\n1,2,u\n2,3,v\n4,5,u\n",
        {},
        "data: flowers.csv has 'x' more than once in its first line; there are: x, x, kind",
    ),
    "without what is not there": (
        ROWS,
        {"without": ["id"]},
        "without: flowers.csv has 'id' not at all in its first line; there are: x, w, kind",
    ),
    "without the label": (
        ROWS,
        {"label": "kind", "without": ["kind"]},
        "without: 'kind' is the label, and without it there is none; leave out other columns, or name another label",
    ),
    "one number as a label": (
        "x,kind\n1,0\n4,0\n9,0\n",
        {"label": "kind"},
        "data: kind has the label 0 alone; a classifier needs at least two classes",
    ),
    "names as features": (
        "x,colour,id,kind\n1,red,a1,u\n4,red,a2,v\n9,blue,a3,u\n",
        {"label": "kind"},
        "data: flowers.csv has columns of names beside the label 'kind': colour (red, blue), id (a1, a2, ..., each "
        "once); leave them out, without=['colour'] in Python or --without colour on the command line, or turn each "
        "into columns of 0 and 1 (pandas.get_dummies does so)",
    ),
    "no features": (
        "kind\nu\nv\nu\n",
        {},
        "data: flowers.csv has no column beside the label 'kind'; there is: kind; features are needed, with a comma, a "
        "semicolon, a tab or | between columns",
    ),
    "no rows": ("x,kind\n", {}, "data: flowers.csv has no rows below the names of its columns; add some"),
    "nothing": (
        "",
        {},
        "data: flowers.csv is empty; its first line has to name the columns, and the others hold samples",
    ),
    "no names": (
        "5.1,3.5,setosa\n4.9,3.0,setosa\n",
        {},
        "data: the first line of flowers.csv holds the number 5.1 where a column is called something: write a line "
        "with the names of the 3 columns above line 1, which may end with 'x1,x2,label'",
    ),
    "a missing entry": (
        "x,kind\n1,u\n,v\n3,u\n",
        {},
        "x: the entry in line 3 of flowers.csv is missing; leave such lines out, or fill them in",
    ),
    "NA": (
        "x,kind\n1,u\n2,v\nNA,u\n",
        {},
        "x: the entry in line 4 of flowers.csv is missing; leave such lines out, or fill them in",
    ),
    "a missing label": (
        "x,kind\n1,u\n2,\n3,u\n",
        {},
        "kind: the label in line 3 of flowers.csv is missing; leave such lines out",
    ),
    "no number": (
        "x,kind\n1,u\n2,v\n" + "3,u\n" * 5000 + "4 cm,u\n",
        {},
        "x: got '4 cm' in line 5004 of flowers.csv; accepted are real numbers, with decimal points; leave the column "
        "out, or turn it into numbers",
    ),
    "no number that Python alone reads": (
        "x,kind\n1,u\n2,v\n" + "3,u\n" * 5000 + "1_0,u\n",
        {},
        "x: got '1_0' in line 5004 of flowers.csv; accepted are real numbers, with decimal points; leave the column "
        "out, or turn it into numbers",
    ),
    "an infinite number": (
        "x,kind\n1,u\n1e999,v\n3,u\n",
        {},
        "x: got '1e999' in line 3 of flowers.csv; accepted are real numbers, with decimal points; leave the column "
        "out, or turn it into numbers",
    ),
    "a comma in quotes between commas": (
        'x,kind\n1,u\n"1,5",v\n3,u\n',
        {},
        "x: got '1,5' in line 3 of flowers.csv; accepted are real numbers, with decimal points; leave the column out, "
        "or turn it into numbers",
    ),
    "points and commas": (
        "x;kind\n1,5;u\n1.500;v\n3;u\n",
        {},
        "x: flowers.csv has 1,5 in line 2 and 1.500 in line 3, and only one of comma and point can be decimal; write "
        "all numbers with decimal points, and nothing between thousands",
    ),
    "points and commas in other columns": (
        "x;w;kind\n1,5;2;u\n2;1.5;v\n3;4;u\n",
        {},
        "w: flowers.csv has 1,5 in line 2 and 1.5 in line 3, and only one of comma and point can be decimal; write "
        "all numbers with decimal points, and nothing between thousands",
    ),
    "thousands": (
        "x;kind\n1,500;u\n700;v\n3;u\n",
        {},
        "x: flowers.csv has 1,500, which may be thousands and may be a decimal; write all numbers with decimal points, "
        "and nothing between thousands",
    ),
    "both in one number": (
        "x;kind\n1.234,5;u\n1,5;v\n3;u\n",
        {},
        "x: got '1.234,5' in line 2 of flowers.csv; accepted are real numbers, with decimal points; leave the column "
        "out, or turn it into numbers",
    ),
    "a short line": (
        "x,w,kind\n1,2,u\n1\n4,5,u\n",
        {},
        "w: line 3 of flowers.csv ends before this column; fill it in or leave the line out",
    ),
    "a long line": (
        "x,w,kind\n1,2,u\n1,5,2,5,v\n4,5,u\n",
        {},
        "data: line 3 of flowers.csv has 5 entries, and its first line 3 names; put an entry with ',' in it in quotes",
    ),
    "rows that are counted": (
        "nr,x,kind\n" + "".join(f"{k},{k * k},{'uv'[k > 3]}\n" for k in range(1, 8)),
        {},
        "nr: this column of flowers.csv counts the rows, and says nothing about a sample; leave it out, without=['nr'] "
        "in Python or --without nr on the command line, or name the features=[...] in Python",
    ),
    "fractions as labels": (
        "x,y\n1,2.5\n2,3\n4,2.5\n",
        {},
        "y: flowers.csv has the label 2.5, which is no whole number; name the column that holds the classes, or cut "
        "these numbers into classes",
    ),
    "labels that occur once": (
        "x,y\n1,a\n2,b\n4,c\n",
        {},
        "y: each label of flowers.csv occurs once (a, b, c, ...), so that these are no classes; name the column that "
        "holds these",
    ),
    "one label": ("x,y\n1,a\n2,a\n4,a\n", {}, "y: every label is 'a'; a classifier needs at least two classes"),
    "open quotes": (
        'x,kind\n1,u\n2,"v\n3,u\n',
        {},
        "path: cannot read flowers.csv: what begins in line 3 is no CSV (unexpected end of data); close the quotes "
        "there, and write a quote inside of an entry twice",
    ),
    "another encoding": (
        b"x,kind\n1,u\n2," + b"caf\xe9\n",
        {},
        "path: cannot read flowers.csv: line 3 is not in UTF-8; save it as CSV in UTF-8",
    ),
    "a workbook": (
        b"PK\x03\x04 and more",
        {},
        "path: flowers.csv is a workbook or an archive; save its sheet as CSV, in UTF-8",
    ),
    "half a package": (
        gzip.compress(ROWS.encode())[:30],
        {},
        "path: cannot read flowers.csv: Compressed file ended before the end-of-stream marker was reached; name a CSV "
        "file in UTF-8",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", WRONG)
def test_what_is_wrong_is_said_with_its_place(tmp_path, kind):
    content, options, message = WRONG[kind]
    assert refused(file_of(tmp_path, content), **options) == message


def test_files_that_are_not_there(tmp_path):
    assert refused(tmp_path / "f.csv") == "path: cannot read f.csv: No such file or directory; name a CSV file in UTF-8"
    assert refused(tmp_path).endswith("Is a directory; name a CSV file in UTF-8")


def test_a_column_is_asked_of_data_without_columns():
    for given, what in (("iris", "the data set 'iris'"), (([[1.0], [2.0]], [0, 1]), "a tuple of length 2")):
        with pytest.raises(DataError) as raised:
            dataset_of(given, label="kind")
        assert str(raised.value) == (
            f"label: got 'kind' for {what}, which has no named columns; leave it out, or give a file (CSV, parquet, "
            "npz) or a data frame"
        )
    with pytest.raises(DataError, match=r"without: got \['id'\] for the data set 'iris'"):
        dataset_of("iris", without=["id"])


def test_a_grid_takes_files_and_frames(tmp_path):
    frame = pd.DataFrame(FLOWERS, columns=list(NAMES)).drop(columns="code")
    path = tmp_path / "flowers.csv"
    frame.to_csv(path, index=False)
    expected = given_frame(frame).fingerprint
    plans = grid(data=frame, lambdas=[1.0]), grid(data=str(path), lambdas=[1.0]), grid(data=[str(path)], lambdas=[1.0])
    assert [plan.dataset.fingerprint for (plan,) in plans] == [expected] * 3


def test_frames_without_a_plain_label():
    frame = pd.DataFrame({"x": [1, 2, 4], "kind": ["u", "v", "u"], "colour": ["a", "a", "b"]})
    with pytest.raises(DataError, match=r"label: the frame has 2 columns that may hold the labels \(kind, colour\)"):
        dataset_of(frame)
    assert given_frame(frame, "kind", without=["colour"]).label_names == ("u", "v")
    with pytest.raises(DataError, match="without: 'kind' is the label, and without it there is none"):
        given_frame(frame, "kind", without=["kind"])
    with pytest.raises(DataError, match="data: kind has the label 1 alone"):
        given_frame(frame.assign(kind=1), "kind", without=["colour"])


# ---------------------------------------------------------------- numbers


@pytest.mark.parametrize("seed", range(20))
def test_numbers_are_those_of_python_whatever_the_decimal_sign(seed):
    rng = random.Random(seed)
    numbers = [rng.choice((rng.uniform(-5, 5), rng.randint(-9, 99), rng.uniform(0, 1e-9))) for _ in range(50)]
    texts = [repr(x) for x in numbers]
    lines = range(2, 52)
    for commas in (False, True):
        assert WrittenNumbers("f", commas=commas).array("x", texts, lines).tolist() == numbers
    swapped = [text.replace(".", ",") for text in texts]
    assert WrittenNumbers("f", commas=True).array("x", swapped, lines).tolist() == numbers


def test_what_is_a_number():
    assert all(map(is_number, ("1", "-1.5", "+.5", "2.", "1e-3", "1,5", " 7 ", "007")))
    assert not any(map(is_number, ("", "1_0", "1.2.3", "1,234.5", "nan", "inf", "0x1", "1 2", "٣", "1e", "e5", "-")))
    assert all(map(is_left_out, ("", " ", "NA", "n/a", "NaN", "None", "null", "?", "<NA>")))
    assert not any(map(is_left_out, ("0", "no", "-", "x")))


# ---------------------------------------------------------------- large files, the command


def test_a_large_file_is_told_of_and_read_in_blocks(tmp_path, monkeypatch):
    monkeypatch.setattr("numerics.arrays.csv_file.LARGE", 1000)
    monkeypatch.setattr("numerics.arrays.csv_file.BLOCK", 100)
    rows = "".join(f"{k * k % 97},{k % 3}\n" for k in range(1000))
    told = []
    found = dataset_of(file_of(tmp_path, f"x,y\n{rows}"), progress=lambda *step: told.append(step))
    assert found.features[:, 0].tolist() == [k * k % 97 for k in range(1000)]
    assert len(told) == 10
    assert told[-1][0] == told[-1][1]
    assert {what for _, _, what in told} == {"reading flowers.csv"}


def test_a_confirmation_of_a_file(tmp_path, certified, capsys):
    path = file_of(tmp_path, written(";", ","))
    found = confirm(certified("muh", "l2"), data=str(path), label="species", without=["code"])
    again = confirm(certified("muh", "l2"), data=given_data((REAL, [row[2] for row in FLOWERS])))
    assert found.outcome is again.outcome is Outcome.AGREES
    assert found.agreement.title == "muh + l2 on flowers.csv (C = 3, rho = 0.4)"
    assert command.confirm(["muh", "l2", "--data", str(path), "--label", "species", "--without", "code"]) == 0
    assert "on flowers.csv (C = 3, rho = 0.4)" in capsys.readouterr().out
    assert command.confirm(["muh", "l2", "--data", str(path), "--label", "sort"]) == 64
    assert "has 'sort' not at all in its first line" in capsys.readouterr().err
