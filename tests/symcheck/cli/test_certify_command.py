"""symcheck certify: what it prints, and its exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from symcheck.certificates.certify import certify
from symcheck.cli import main
from symcheck.conditions.remembered import forget

Output = pytest.CaptureFixture[str]


@pytest.mark.parametrize(
    ("arguments", "code", "headline"),
    [
        (["cross_entropy", "l2"], 0, "PROVED for every C >= 2: cross_entropy + l2 on R^C"),
        (
            ["one_vs_rest_logistic", "l2"],
            1,
            "PROVED for C = 2; REFUTED for every C >= 3: one_vs_rest_logistic + l2 on R^C, asked for every C >= 2",
        ),
        (["one_vs_rest_logistic", "l2", "--classes", "2"], 0, "PROVED for C = 2: one_vs_rest_logistic + l2 on R^C"),
        (["gce", "l2", "--param", "q=7/10"], 0, "PROVED for every C >= 2: gce(q=7/10) + l2 on R^C"),
        (["gce", "--param", "q=0.7", "l2"], 0, "PROVED for every C >= 2: gce(q=7/10) + l2 on R^C"),
        (
            ["gce", "l2", "--param", "q in (0, 1/2]", "--classes", "3:9"],
            0,
            "PROVED for every C from 3 to 9, every q in (0, 1/2]: gce + l2 on R^C",
        ),
        (["--formula", "logsumexp(z) - z[y]", "l2"], 0, "PROVED for every C >= 2: formula + l2 on R^C"),
        (["--formula", "-z[y] + mean(z)", "l2"], 0, "PROVED for every C >= 2: formula + l2 on R^C"),
        (["cross_entropy", "--regularizer-formula", "-total(z**2)"], 1, "REFUTED: cross_entropy + formula on R^C"),
        (
            ["--formula", "(1-softmax(z)[y]**r)/r", "--param", "r in (0,oo)", "--regularizer-formula", "total(z**2)"],
            0,
            "PROVED for every C >= 2, every r in (0, oo): formula + formula on R^C",
        ),
        (
            ["--formula", "softmax(z)[y]**n", "l2", "--param", "n in [1, 3] of integers"],
            1,
            "REFUTED: formula + l2 on R^C",
        ),
        # A formula stands where a name does, as in Python.
        (["logsumexp(z) - z[y]", "l2"], 0, "PROVED for every C >= 2: formula + l2 on R^C"),
        (["-z[y] + mean(z)", "l2"], 0, "PROVED for every C >= 2: formula + l2 on R^C"),
        (["-z[y]", "l2"], 1, "REFUTED: formula + l2 on R^C, asked for every C >= 2"),
        (["-mae", "-entropy", "--classes", "3"], 1, "REFUTED for C = 3: (-mae) + (-entropy) on R^C/(1, ..., 1)"),
        (
            ["total(softplus(z)) - z[y]", "total(z**2)/2"],
            1,
            "PROVED for C = 2; REFUTED for every C >= 3: formula + formula on R^C, asked for every C >= 2",
        ),
        (
            ["(1-softmax(z)[y]**r)/r", "total(z**2)", "--param", "r in (0,oo)"],
            0,
            "PROVED for every C >= 2, every r in (0, oo): formula + formula on R^C",
        ),
        (["a*cross_entropy", "l2", "--param", "a=2/3"], 0, "PROVED for every C >= 2: (a*cross_entropy)(a=2/3) + l2"),
        # and so does a sum of entries
        (
            ["cross_entropy + 1/10*entropy", "2*l2 + entropy"],
            0,
            "PROVED for every C >= 2: (cross_entropy + 1/10*entropy) + (2*l2 + entropy) on R^C",
        ),
        (
            ["--formula", "gce + 2*mae", "l2", "--param", "q=0.7"],
            0,
            "PROVED for every C >= 2: (gce + 2*mae)(q=7/10) + l2 on R^C",
        ),
        (
            ["gce + 2*mae", "--regularizer-formula", "l2", "--param", "q in (0, 1/2]"],
            0,
            "PROVED for every C >= 2, every q in (0, 1/2]: (gce + 2*mae) + l2 on R^C",
        ),
        (["gce(q=7/10)", "l2"], 0, "PROVED for every C >= 2: gce(q=7/10) + l2 on R^C"),
        (
            ["class_weighted_ce + entropy", "l2", "--param", "w=2,2,2"],
            0,
            "PROVED for C = 3: (class_weighted_ce + entropy)(w=(2, 2, 2)) + l2 on R^C",
        ),
        (
            ["cross_entropy", "l2", "--budget", "1e-9"],
            2,
            "UNDECIDED: cross_entropy + l2 on R^C, asked for every C >= 2",
        ),
    ],
)
def test_verdicts_are_exit_codes(arguments: list[str], code: int, headline: str, capsys: Output) -> None:
    forget()  # what was derived before costs no budget
    assert main(["certify", *arguments]) == code
    out, err = capsys.readouterr()
    assert out.splitlines()[0].startswith(headline)
    assert err == ""


@pytest.mark.parametrize(
    ("arguments", "code", "start"),
    [
        (["gce", "l2", "--theorem", "Theorem 3"], 0, "PROVED: Theorem 3 applies: gce + l2, asked for every C >= 2"),
        (["square", "l2", "--theorem", "corollary 1"], 1, "REFUTED: Corollary 1 does not apply: square + l2, asked"),
        (["focal_detached", "l2", "--theorem", "Theorem 2'"], 2, "UNDECIDED: Theorem 2' is not shown to apply"),
        (["class_weighted_ce", "l2", "--theorem", "Lemma 2"], 0, "PROVED: Lemma 2 applies: class_weighted_ce + l2"),
    ],
)
def test_a_theorem_answers_in_exit_codes_too(arguments: list[str], code: int, start: str, capsys: Output) -> None:
    assert main(["certify", *arguments]) == code
    out, err = capsys.readouterr()
    assert out.startswith(start)
    assert err == ""


def test_the_full_report(capsys: Output) -> None:
    certificate = certify("mae", "l2")
    for option, expected in (
        ([], certificate.to_text(full=True) + "\n"),
        (["--json"], certificate.to_json(full=True) + "\n"),
        (["--markdown"], certificate.to_markdown(full=True)),
    ):
        assert main(["certify", "mae", "l2", "--full", *option]) == 0
        assert capsys.readouterr().out == expected


def test_the_forms(capsys: Output) -> None:
    certificate = certify("gce", "l2", classes=10)
    texts = {
        "--json": certificate.to_json() + "\n",
        "--markdown": certificate.to_markdown(),
        "--latex": certificate.to_latex(),
    }
    for option, expected in texts.items():
        assert main(["certify", "gce", "l2", "--classes", "10", option]) == 0
        assert capsys.readouterr().out == expected


@pytest.mark.parametrize(
    ("suffix", "start"),
    [
        ("json", "{"),
        ("md", "### **PROVED**"),
        ("tex", "\\documentclass{article}"),
        ("html", "<!doctype html>"),
        ("txt", "PROVED"),
    ],
)
def test_a_file_has_the_form_that_its_name_says(suffix: str, start: str, tmp_path: Path, capsys: Output) -> None:
    path = tmp_path / f"cert.{suffix}"
    assert main(["certify", "cross_entropy", "l2", "--out", str(path)]) == 0
    assert path.read_text("utf-8").startswith(start)
    out = capsys.readouterr().out
    assert out == f"PROVED for every C >= 2: cross_entropy + l2 on R^C\nwritten to {path}\n"


def test_an_option_is_stronger_than_the_name(tmp_path: Path) -> None:
    path = tmp_path / "cert.txt"
    assert main(["certify", "one_vs_rest_logistic", "l2", "--json", "--out", str(path)]) == 1
    assert json.loads(path.read_text("utf-8"))["verdict"] == "REFUTED"


@pytest.mark.parametrize(("option", "name"), [("--json", "x.html"), ("--latex", "x.md"), ("--markdown", "x.JSON")])
def test_an_option_that_contradicts_the_name_is_refused(
    option: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["certify", "gce", "l2", option, "--out", name]) == 64
    told = f"{option}: got it together with --out {name}, whose ending is {Path(name).suffix}; leave {option} out"
    assert told in " ".join(capsys.readouterr().err.split())
    assert list(tmp_path.iterdir()) == []


USAGE = {
    "certify gce --regularizer-formula z --formula z": "certify: got 1 name (gce); accepted: no name",
    "certify": "certify: got 0 names (none); accepted: LOSS, or LOSS and REG",
    "certify a b c": "certify: got 3 names (a b c); accepted: LOSS, or LOSS and REG",
    "certify gce l2 --formula z[y]": "certify: got 2 names (gce l2); accepted: REG",
    "certify gce l2 --regularizer-formula C": "certify: got 2 names (gce l2); accepted: LOSS",
    "certify gce --formula z[y] --regularizer-formula C": "certify: got 1 name (gce); accepted: no name",
    "certify gcee l2": "loss: there is no loss called 'gcee'; did you mean gce",
    "certify l2 gce": "loss: l2 is a regularizer; the loss comes first and then the regularizer",
    "certify gce gcee+l2": "regularizer: the formula uses the unknown name gcee",
    "certify gce mae+l2": "regularizer: the formula is a regularizer and uses the loss mae",
    "certify gce+agce l2": "loss: the formula uses q twice, in gce as q in (0, 1] and in agce as q in (0, oo)",
    "certify gce+mae l2 --param q=2": "loss: the formula gives gce a value that it does not take: q: got 2; accepted",
    "certify gce+mae l2 --param p=2": "--param: neither the loss nor the regularizer has a parameter p; accepted: q\n",
    "certify gce(q=1/2)+mae l2 --param q=1": (
        "--param: neither the loss nor the regularizer has a parameter q; no parameter is free\n"
    ),
    "certify class_weighted_ce l2 --param q=1": (
        "--param: neither the loss nor the regularizer has a parameter q; accepted: w\n"
    ),
    "certify --formula p*mae l2 --param p=1 --param q=1": (
        "--param: neither the loss nor the regularizer has a parameter q; accepted: p\n"
    ),
    "certify-preference cdpo --param q=1": (
        "--param: neither the loss nor the penalty has a parameter q; accepted: beta, eps\n"
    ),
    "certify-preference b*relu(1-h) --param b=1 --param q=1": (
        "--param: neither the loss nor the penalty has a parameter q; accepted: b\n"
    ),
    "certify class_weighted_ce+mae l2 --param w=1,x": "w[2]: got 'x'; write an integer",
    "certify class_weighted_ce+mae l2 --param w=1": "loss: the formula gives class_weighted_ce a value that it does",
    "certify gce l2 -x": "certify: got 3 names (gce l2 -x); accepted: LOSS, or LOSS and REG",
    "certify gce l2 --param q=2": "q: got 2; accepted is (0, 1]",
    "certify gce l2 --param q=x": "q: got 'x'; write an integer, a fraction or a decimal",
    "certify gce l2 --param q": "--param: got 'q'; accepted is a value, as q=7/10, or a range, as \"q in (0, 1]\"",
    "certify gce l2 --param p=1": "--param: neither the loss nor the regularizer has a parameter p",
    "certify gce l2 --param q=1 --param q=1/2": "--param: q is given twice",
    "certify gce l2 --classes 1": "classes: got 1; accepted is an integer C >= 2",
    "certify gce l2 --classes ten": "--classes: got 'ten'; accepted is an integer C >= 2, as 10, or a range, as 2:1000",
    "certify gce l2 --classes 9:2": "classes: got (9, 2), which is empty",
    "certify gce l2 --budget 0": "--budget: got '0'; accepted is a positive number of seconds, such as 10",
    "certify gce l2 --budget nan": "--budget: got 'nan'; accepted is a positive number of seconds",
    "certify --formula z l2": "loss: the formula is a class-vector and has to be one number",
    "certify --formula z.C l2": "loss: the formula reads an attribute",
    "certify --formula __import__('os') l2": "loss: the formula uses the unknown function __import__",
    "certify --formula z[y]**p l2": "loss: the formula uses the unknown name p",
    "certify gce l2 --json --latex": "argument --latex: not allowed with argument --json",
    "certify gce l2 --nonsense": "unrecognized arguments: --nonsense",
    "certify gce l2 --class 3": "unrecognized arguments: --class",
    "certify gce l2 --theorem Lema-1": "theorem: there is none called 'Lema-1'; did you mean Lemma 1",
    "certify gce l2 --theorem Ghosh --full": "--full: got it together with --theorem, whose answer is a page about "
    "one theorem; leave one of them out (--full has every theorem, in JSON too)",
    "certify gce l2 --theorem Ghosh --json": "--json: got it together with --theorem, whose answer is a page about "
    "one theorem; leave one of them out (--full has every theorem, in JSON too)",
    "certify gce l2 --theorem Ghosh --out a.json": "--out: got 'a.json', whose ending is .json; accepted are .txt, "
    ".md,",
    "certify gce l2 --out /nowhere/cert.json": "--out: the folder /nowhere is not there; make it, or name another",
}


@pytest.mark.parametrize(("command", "message"), USAGE.items())
def test_bad_usage_says_what_is_accepted(command: str, message: str, capsys: Output) -> None:
    assert main(command.split()) == 64
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"symcheck: {message}")
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("ending", "begins"),
    [
        ("txt", "REFUTED: Ghosh does not apply: gce + l2"),
        ("md", "### **REFUTED**: Ghosh does not apply: `gce` + `l2`"),
        ("html", "<!doctype html>"),
        ("tex", "\\documentclass"),
    ],
)
def test_the_answer_about_a_theorem_is_a_page(ending: str, begins: str, tmp_path: Path, capsys: Output) -> None:
    file = tmp_path / f"ghosh.{ending}"
    assert main(["certify", "gce", "l2", "--theorem", "Ghosh", "--out", str(file)]) == 1
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("REFUTED: Ghosh does not apply: gce + l2")
    assert told[1] == f"written to {file}"
    assert file.read_text("utf-8").startswith(begins)


def test_a_range_has_to_lie_within_the_declared_one(capsys: Output) -> None:
    assert main(["certify", "gce", "l2", "--param", "q in (0, 2]"]) == 64
    assert "q: got the free parameter q in (0, 2]; accepted is (0, 1]" in capsys.readouterr().err
