"""symcheck same, match, region, derivatives, certify --suggest, --anchor and certify of a loss alone."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import symcheck as sc
from symcheck.cli import main
from tests.conftest import Fresh

Output = pytest.CaptureFixture[str]


@pytest.mark.parametrize(
    ("command", "code", "start"),
    [
        (["same", "mae", "gce", "--param", "q=1"], 0, "PROVED for every C >= 2: mae and gce(q=1) are equal up to"),
        (["same", "mae", "gce"], 1, "REFUTED: mae and gce are not one"),
        (["same", "l2", "total(z**2)/2"], 0, "PROVED for every C >= 2: l2 and formula are equal"),
        (["same", "-z[y]", "muh", "--classes", "3"], 0, "PROVED for C = 3: formula and muh are one up to a part"),
        (["same", "2*mae", "-mae"], 0, "PROVED for every C >= 2: (2*mae) and (-mae) are equal up to a factor"),
        (["match", "gce", "cross_entropy", "-C", "100"], 0, "PROVED for C = 100, every q in (0, 1]: gce and"),
        (["match", "gce", "mae", "--parameter", "q", "-C10"], 0, "PROVED for C = 10, every q in (0, 1]: one value"),
        # 10**(-q) = 1 has no solution in (0, 1]
        (["match", "gce", "cross_entropy", "--parameter", "q", "-C", "10"], 1, "REFUTED"),
        (["match", "gce", "2*mae", "--classes", "2:9"], 0, "PROVED for every C from 2 to 9, every q in (0, 1]"),
        (["region", "truncated_gce", "l2"], 0, "PROVED exactly where k < 1/C: truncated_gce + l2"),
        (["region", "square", "l2"], 1, "PROVED nowhere: square + l2, asked for every C >= 2"),
        (["region", "square", "l2", "--classes", "5"], 1, "PROVED nowhere: square + l2, asked for C = 5"),
        (["region", "crammer_singer", "l2", "--classes", "3:9"], 2, "UNDECIDED: crammer_singer + l2, asked for"),
        (
            ["region", "(t**2 - 2)*cross_entropy", "total(z**2)", "--param", "t in (0, oo)"],
            0,
            "PROVED exactly where t > sqrt(2): ((t**2 - 2)*cross_entropy) + formula",
        ),
        (["derivatives", "cross_entropy"], 0, "The derivatives of cross_entropy at every z, for every C >= 2"),
        (["derivatives", "l2"], 0, "The derivatives of l2 at every z"),
        (["derivatives", "-mae", "--classes", "3"], 0, "The derivatives of (-mae) at every z, for C = 3"),
        (["certify", "mae"], 0, "PROVED for every C >= 2: mae alone"),
        (["certify", "logsumexp(z) - z[y]"], 1, "REFUTED: formula alone"),
        (["certify", "--formula", "-z[y] + mean(z)", "--classes", "3"], 0, "PROVED for C = 3: formula alone"),
        (["certify", "-z[y]", "--classes", "3"], 1, "REFUTED for C = 3: formula alone"),
        (["certify", "cross_entropy", "l2", "--anchor", "0"], 0, "PROVED"),
        (["certify", "cross_entropy", "l2", "--anchor", "-1, 2, 1/3"], 1, "REFUTED for C = 3"),
        (["certify", "mean(z) - z[y]", "l2", "--anchor", "z_ref"], 0, "PROVED for every C >= 2, every z_ref_k"),
    ],
)  # fmt: skip
def test_answers_are_exit_codes(command: list[str], code: int, start: str, capsys: Output) -> None:
    assert main(command) == code
    out, err = capsys.readouterr()
    assert " ".join(out.split()).startswith(start)
    assert err == ""


def test_they_write_what_python_does(capsys: Output) -> None:
    found = {
        ("same", "mae", "gce"): sc.same("mae", "gce"),
        ("match", "gce", "mae"): sc.match("gce", to="mae"),
        ("region", "gce", "l2"): sc.region("gce", "l2"),
        ("derivatives", "gce"): sc.derivatives("gce"),
    }
    for command, value in found.items():
        forms = {None: value.to_text(), "--markdown": value.to_markdown(), "--latex": value.to_latex()}
        for form, text in forms.items():
            main([*command, *([form] if form else [])])
            assert capsys.readouterr().out == text.rstrip("\n") + "\n"


def test_derivatives_as_code(capsys: Output, tmp_path: Path, fresh: Fresh) -> None:
    assert main(["derivatives", "gce", "--param", "q=7/10", "--code"]) == 0
    assert "def gradient(" in capsys.readouterr().out
    assert main(["derivatives", "gce + 2*mae", "--param", "q=7/10", "--pytest"]) == 0
    path = tmp_path / "test_written.py"
    path.write_text(capsys.readouterr().out, encoding="utf-8")
    pytest.importorskip("numpy")
    done = fresh("-m", "pytest", "-q", "-p", "no:cacheprovider", str(path))
    assert done.returncode == 0, done.stdout


def test_repairs_come_with_torch_code(capsys: Output) -> None:
    assert main(["certify", "one_vs_rest_logistic", "l2", "--suggest"]) == 1
    text = capsys.readouterr().out
    repairs = sc.certify("one_vs_rest_logistic", "l2").repairs
    assert repairs
    assert text.count("What now: changes that are certified") == 1
    for repair in repairs:
        assert f"# {repair.title}\n{repair.torch_code().rstrip()}\n" in text
    for arguments in (
        ["one_vs_rest_logistic", "l2"],
        ["mae", "l2"],
        ["logsumexp(z) - z[y]"],
        ["amax(z)**3 - z[y]", "l2"],
    ):
        main(["certify", *arguments, "--suggest"])
        text = capsys.readouterr().out
        assert text == text.rstrip("\n") + "\n"
    assert main(["certify", "mae", "l2", "--suggest"]) == 0
    assert "Nothing to change: it is proved." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("same mae", "same: got 1 name (mae); accepted: A and B, as in symcheck same gce mae"),
        ("same a b c", "same: got 3 names (a b c); accepted: A and B"),
        ("match mae", "match: got 1 name (mae); accepted: A and B"),
        ("derivatives", "derivatives: got 0 names (none); accepted: LOSS, as in symcheck derivatives gce"),
        ("derivatives a b", "derivatives: got 2 names (a b); accepted: LOSS"),
        ("region gce", "region: got 1 name (gce); accepted: LOSS and REG, as in symcheck region gce l2"),
        ("same gcee mae", "a: no loss and no regularizer is called 'gcee'; did you mean gce"),
        ("same mae l2", "a, b: a is a loss and b has no label in it"),
        ("same gce mae --param t=3", "--param: neither formula has a parameter t"),
        ("same z[y]**p mae", "loss: the formula uses the unknown name p"),
        ("derivatives gce --param t=3", "--param: the formula does not have a parameter t"),
        ("region gce l2 --param t=3", "--param: neither the loss nor the regularizer has a parameter t"),
        ("match gce mae --parameter p", "parameter: gce has no free parameter p; free there: q"),
        ("match gce mae -C x", "-C: got 'x'; accepted is a number of classes"),
        ("match gce mae -C 1", "C: got 1; accepted is a number of classes, an integer C >= 2"),
        ("match class_weighted_ce mae", "a: class_weighted_ce treats the classes differently"),
        ("region gce l2 --classes 1", "classes: got 1; accepted is an integer C >= 2"),
        ("region gce l2 --budget x", "--budget: got 'x'; accepted is a positive number of seconds"),
        ("derivatives gce --code --pytest", "argument --pytest: not allowed with argument --code"),
        ("certify gce l2 --suggest --json", "--suggest: got it together with --json, and its answer is text"),
        ("certify gce l2 --suggest --out a.md", "--suggest: got it together with --out, and its answer is text"),
        (
            "certify gce l2 --suggest --theorem Ghosh",
            "--suggest: got it together with --theorem, and its answer is text",
        ),
        ("certify gce --anchor z_ref", "anchor: there is no penalty to anchor"),
        ("certify gce l2 --anchor z", "anchor: z depends on the scores z"),
        ("certify gce l2 --anchor z_ref[y]", "anchor: z_ref[y] depends on the label"),
        ("certify gce l2 --anchor 1,2,x3", "anchor: "),
    ],
)
def test_bad_usage_says_what_is_accepted(command: str, message: str, capsys: Output) -> None:
    assert main(command.split()) == 64
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"symcheck: {message}")
    assert "Traceback" not in err


def test_code_in_files_is_read_and_what_it_prints_is_no_answer(tmp_path: Path, capsys: Output) -> None:
    path = tmp_path / "mine.py"
    path.write_text(
        "import symcheck as sc\n"
        "def loss(z, y):\n    print('hello')\n    return 2*(1 - sc.softmax(z)[y])\n"
        "def penalty(z):\n    return sc.total(z**2)\n",
        encoding="utf-8",
    )
    for command in (["same", f"{path}:loss", "mae"], ["match", f"{path}:loss", "mae"], ["derivatives", f"{path}:loss"],
                    ["region", f"{path}:loss", f"{path}:penalty"]):  # fmt: skip
        assert main(command) == 0
        out, err = capsys.readouterr()
        assert "hello" not in out
        assert "hello" in err


def test_a_help_text_loads_neither_sympy_nor_torch(fresh: Fresh) -> None:
    code = "import sys\nfrom symcheck.cli import main\nmain(['--help'])\nprint({'sympy', 'torch'} & set(sys.modules))"
    done = fresh("-c", code)
    assert done.stdout.rstrip().endswith("set()"), done.stdout
    assert sys.executable
