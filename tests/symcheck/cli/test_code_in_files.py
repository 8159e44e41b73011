"""Code in files on the command line: losses.py:MyLoss, its arguments, and what is said where there is none."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from symcheck.cli import main
from symcheck.intake.code_file import code_in_file, is_code
from symcheck.intake.literal_call import literals
from tests.conftest import Fresh

Output = pytest.CaptureFixture[str]

LOSSES = '''
"""Losses as people write them."""
from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn as nn
import torch.nn.functional as F

from beside import SCALE
from deeper.inner import HALF

print("the file is loaded")


class MyLoss(nn.Module):
    def forward(self, z, y):
        print("the code runs")
        return SCALE * F.cross_entropy(z, y)


class Focusing(nn.Module):
    def __init__(self, gamma, alpha=1.0):
        super().__init__()
        self.gamma, self.alpha = gamma, alpha

    def forward(self, z, y):
        log_p = F.log_softmax(z, 1).gather(1, y[:, None]).squeeze(1)
        return (-self.alpha * (1 - log_p.exp()) ** self.gamma * log_p).mean()


@dataclass
class Plain:
    scale: float = HALF * 2

    def __call__(self, z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return self.scale * F.cross_entropy(z, y)


def make_loss(gamma=2.0):
    return Focusing(gamma)


def make_with(gamma, alpha, beta):
    return Focusing(gamma)


def make_number():
    return 3


def plain(z, y):
    return F.cross_entropy(z, y)


def penalty(z):
    return (z**2).sum(1).mean()


class Penalty(nn.Module):
    def forward(self, z):
        return (z**2).sum(1).mean() / 2


class Strange(torch.autograd.Function):
    @staticmethod
    def forward(ctx, z, y):
        return z.sum()


class Refusing(nn.Module):
    def __init__(self, gamma=1):
        if gamma > 0:
            raise ValueError("gamma has to be below 0")


def unreadable(z, y):
    return torch.erfinv(z / 9).sum(1)


made = Focusing(2.0)
smallest = lambda z, y: -z.log_softmax(1)[range(len(y)), y]
NUMBER = 3
'''


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "losses.py").write_text(LOSSES, encoding="utf-8")
    (tmp_path / "beside.py").write_text("SCALE = 3.0\n", encoding="utf-8")
    (tmp_path / "deeper").mkdir()
    (tmp_path / "deeper" / "__init__.py").write_text("", encoding="utf-8")
    (tmp_path / "deeper" / "inner.py").write_text("HALF = 0.5\n", encoding="utf-8")
    (tmp_path / "own.py").write_text(
        "import symcheck as sc\nfrom symcheck.losses.gce import GCE\n"
        "def mine(z, y):\n    return 2 * (sc.logsumexp(z) - z[y])\nentry = GCE()\n",
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "kappa"),
    [
        # kappa of cross entropy is 1, and a factor is a factor of it.
        (["losses.py:MyLoss", "l2"], "3"),
        (["losses.py:MyLoss", "l2", "--classes", "10"], "3"),
        (["losses.py:MyLoss()", "losses.py:penalty"], "3"),
        (["losses.py:Plain", "losses.py:Penalty"], "1"),
        (["losses.py:Plain(scale=-0.5)", "l2"], "-1/2"),
        (["losses.py:Plain(-2)", "l2"], "-2"),
        (["losses.py:plain", "losses.py:Penalty()"], "1"),
        (["losses.py:smallest", "l2"], "1"),
        (["cross_entropy", "losses.py:penalty"], "1"),
        (["own.py:mine", "losses.py:penalty"], "2"),
        (["own.py:entry", "l2"], "C**(-q)"),
        # (1 - p)^gamma (-log p) at p = 1/C: kappa = C^-gamma (C - 1)^(gamma - 1) (C - 1 + gamma log C); here at C = 2,
        # gamma = 1: (1 + log 2)/2
        (["losses.py:Focusing(gamma=1)", "l2", "--classes", "2"], "(log(2) + 1)/2"),
        (["losses.py:Focusing(1, alpha=0.5)", "l2", "--classes", "2"], "(log(2) + 1)/4"),
        (["losses.py:make_loss(1)", "l2", "--classes", "2"], "(log(2) + 1)/2"),
        (["losses.py:make_loss(gamma=1)", "l2", "--classes", "2"], "(log(2) + 1)/2"),
        # gamma = 2 at C = 2: 1/4 (1 + 2 log 2)
        (["losses.py:make_loss", "l2", "--classes", "2"], "(2*log(2) + 1)/4"),
        (["losses.py:made", "l2", "--classes", "2"], "(2*log(2) + 1)/4"),
    ],
)
def test_code_in_a_file_is_certified(arguments: list[str], kappa: str, folder: Path, capsys: Output) -> None:
    from sympy import simplify, sympify

    code = main(["certify", *arguments, "--json"])
    record = json.loads(capsys.readouterr().out)
    assert simplify(sympify(record["kappa"]) - sympify(kappa)) == 0
    assert code == (1 if kappa.startswith("-") else 0)


def test_the_record_is_called_as_the_code_calls_itself_and_is_checked_without_the_file(
    folder: Path, capsys: Output
) -> None:
    assert main(["certify", "losses.py:MyLoss", "losses.py:Penalty", "--out", "cert.json"]) == 0
    record = json.loads(Path("cert.json").read_text("utf-8"))
    assert (record["loss"]["name"], record["loss"]["formula"]) == ("MyLoss", "3*-log_softmax(z)[y]")
    assert record["regularizer"]["name"] == "Penalty"
    (folder / "losses.py").unlink()
    capsys.readouterr()
    assert main(["recheck", "cert.json"]) == 0
    assert "holds: PROVED for every C >= 2: MyLoss + Penalty on R^C" in capsys.readouterr().out


def test_what_the_code_prints_is_no_part_of_the_answer(folder: Path, capsys: Output) -> None:
    assert main(["certify", "losses.py:MyLoss", "l2", "--json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["verdict"] == "PROVED"
    assert "the file is loaded" in err
    assert "the code runs" in err


def test_the_process_is_as_before(folder: Path) -> None:
    path, modules = list(sys.path), set(sys.modules)
    code_in_file("losses.py:MyLoss", "loss")
    assert sys.path == path
    assert not {name for name in set(sys.modules) - modules if name.partition(".")[0] in ("losses", "beside", "deeper")}
    assert not any("_symcheck_code" in name for name in sys.modules)
    assert sys.modules["torch"].Tensor is not None  # a library stays
    assert not list(folder.rglob("__pycache__"))


def test_files_of_one_name_in_two_folders_are_two(folder: Path) -> None:
    for name, scale in (("a", 2), ("b", 5)):
        (folder / name).mkdir()
        (folder / name / "helper.py").write_text(f"SCALE = {scale}\n", encoding="utf-8")
        (folder / name / "losses.py").write_text("from helper import SCALE\ndef loss(z, y): return SCALE\n", "utf-8")
    found = [code_in_file(f"{name}/losses.py:loss", "loss") for name in "ab"]
    assert [code(None, None) for code in found] == [2, 5]  # type: ignore[operator]


def test_a_failing_file_leaves_the_process_as_before(folder: Path, capsys: Output) -> None:
    (folder / "bad.py").write_text(
        "import beside\nimport sys\nsys.path.append('x')\nraise RuntimeError('no')\n", "utf-8"
    )
    path, modules = list(sys.path), set(sys.modules)
    assert main(["certify", "bad.py:loss", "l2"]) == 64
    assert sys.path == path
    assert set(sys.modules) - modules == set()


ERRORS = {
    "losses.py:MyLos": ["losses.py has no MyLos; did you mean MyLoss?", "it has MyLoss, Focusing, Plain, make_loss"],
    "losses.py:F": ["losses.py:F is an object of type module", "accepted is what is called with (z, y)"],
    "losses.py:NUMBER": ["losses.py:NUMBER is an object of type int"],
    "losses.py:Focusing": ["takes (gamma, alpha=1.0)", "it needs arguments", '"losses.py:Focusing(gamma=...)"'],
    "losses.py:Focusing()": ["takes (gamma, alpha=1.0)", "got ()", '"losses.py:Focusing(gamma=...)"'],
    "losses.py:Focusing(gama=2)": ["takes (gamma, alpha=1.0)", "got (gama=2)"],
    "losses.py:Focusing(gamma=torch.ones(2))": [
        "torch.ones(2), which is no literal",
        "nothing on a command line is run",
    ],
    "losses.py:Focusing(__import__('os').system('ls'))": ["is no literal"],
    "losses.py:Focusing(**{})": ["name each argument"],
    "losses.py:Focusing(2)(3)": ["accepted are literals"],
    "losses.py:Focusing(2": ["got the arguments (2, which are no Python"],
    "losses.py:Focusing(,)": ["are no Python"],
    "losses.py:make_with": ["takes (gamma, alpha, beta)", '"losses.py:make_with(gamma=..., alpha=..., beta=...)"'],
    "losses.py:make_number": ["made an object of type int", "cannot be called with (z, y)"],
    "losses.py:made(2)": ["is no class and no function that makes one: leave (2) out"],
    "losses.py:Strange": ["is a torch.autograd.Function", "a function of (z, y) that calls Strange.apply"],
    "losses.py:Refusing": ["raised ValueError: gamma has to be below 0 (losses.py, line", "when Refusing() was called"],
    "losses.py:Focusing(1, 2, 3, 4, 5)": ["and got (1, 2, 3, 4, 5): write what it takes in brackets"],
    "losses.py:penalty": [
        "a loss of torch is called with (logits, labels), and this one takes (z)",
        "or hand it in as the regularizer",
    ],
    "losses:MyLoss": ["code is named with its file, as in losses.py:MyLoss"],
    "my.losses:Focusing(2)": ["as in my.losses.py:Focusing(2)"],
    "losses.py": ["name what is in the file: losses.py:NAME, where NAME is one of MyLoss, Focusing"],
    "losses.py:": ["name what is in the file"],
    "loses.py:MyLoss": ["there is no file loses.py in ", "; did you mean losses.py?"],
    "nowhere/losses.py:MyLoss": ["there is no file nowhere/losses.py"],
    "folder.py:MyLoss": ["folder.py is a folder; accepted is a file"],
    "syntax.py:MyLoss": ["syntax.py cannot be loaded", "is no Python code", "(syntax.py, line 3)"],
    "broken.py:MyLoss": ["broken.py raised ZeroDivisionError: division by zero (broken.py, line 2)", "it was loaded"],
    "deep.py:MyLoss": ["raised ZeroDivisionError: division by zero (broken.py, line 2)"],
    "exits.py:MyLoss": ["exits.py raised SystemExit: 5 (exits.py, line 2)"],
    "missing.py:MyLoss": [
        "ModuleNotFoundError: No module named 'not_installed_at_all'",
        "line 1",
        "install it",
        "PYTHONPATH",
    ],
    "relative.py:MyLoss": ["raised ImportError: attempted relative import", "line 1"],
    "nulls.py:MyLoss": ["nulls.py"],
    "empty.py:MyLoss": ["empty.py has no MyLoss; it has no class and no function"],
}


@pytest.mark.parametrize(("text", "words"), ERRORS.items())
def test_what_is_wrong_with_the_file_is_said(text: str, words: list[str], folder: Path, capsys: Output) -> None:
    (folder / "folder.py").mkdir()
    for name, code in (
        ("syntax", "a = 1\n\ndef broken(:\n"), ("broken", "x = 1\ny = x / 0\n"), ("deep", "import broken\n"),
        ("exits", "import sys\nsys.exit(5)\n"), ("missing", "import not_installed_at_all\n"),
        ("relative", "from .beside import SCALE\n"), ("nulls", "a = 1\0\n"), ("empty", ""),
    ):  # fmt: skip
        (folder / f"{name}.py").write_text(code, encoding="utf-8")
    assert main(["certify", text, "l2"]) == 64
    out, err = capsys.readouterr()
    assert out == ""
    assert "Traceback" not in err
    said = err[err.index("symcheck: ") :]
    assert said.startswith("symcheck: loss:")
    for word in words:
        assert word in said


def test_the_regularizer_is_named_in_its_errors(folder: Path, capsys: Output) -> None:
    assert main(["certify", "gce", "losses.py:Penalt"]) == 64
    assert "regularizer: losses.py has no Penalt; did you mean penalty?" in capsys.readouterr().err
    assert main(["certify", "gce", "losses.py:plain"]) == 64
    assert "a regularizer of torch is called with (logits), and this one takes (z, y)" in capsys.readouterr().err


def test_values_of_code_stand_in_its_brackets(folder: Path, capsys: Output) -> None:
    assert main(["certify", "losses.py:MyLoss", "l2", "--param", "q=1/2"]) == 64
    assert 'of code in a file give the arguments in brackets, "losses.py:MyLoss(gamma=2)"' in capsys.readouterr().err
    assert main(["certify", "own.py:entry", "l2", "--param", "q=1/2"]) == 0
    assert capsys.readouterr().out.startswith("PROVED for every C >= 2: gce(q=1/2) + l2")
    assert main(["certify", "gce", "losses.py:penalty", "--param", "q=1/2"]) == 0


def test_code_without_a_reading_is_undecided(folder: Path, capsys: Output) -> None:
    assert main(["certify", "losses.py:unreadable", "l2"]) == 2
    page = " ".join(capsys.readouterr().out.split())
    assert page.startswith("UNDECIDED: unreadable + l2 on R^C")
    assert "unmapped-op at torch.erfinv (losses.py, line" in page


def test_a_survey_takes_code_in_files(folder: Path, capsys: Output) -> None:
    names = "gce, losses.py:Focusing(1, alpha=0.5), losses.py:MyLoss"
    assert main(["survey", "--losses", names, "--regularizers", "l2,losses.py:penalty", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) == 6
    assert all("PROVED" in str(row) for row in rows)


def test_a_file_is_loaded_only_where_it_is_spelled_so(folder: Path, capsys: Output) -> None:
    for text in ("losses:MyLoss", "losses.MyLoss", "./losses", "losses.pyc:MyLoss", "losses.py MyLoss"):
        assert not is_code(text)
        assert main(["certify", text, "l2"]) == 64
        assert "the file is loaded" not in capsys.readouterr().err


def test_torch_is_imported_only_by_the_file(fresh: Fresh, tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text("import symcheck as sc\ndef mine(z, y): return sc.logsumexp(z) - z[y]\n", "utf-8")
    done = fresh(
        "-c",
        "import sys; from symcheck.cli import main; code = main(['certify', 'own.py:mine', 'l2'])\n"
        "print(code, sorted({'torch', 'numpy'} & set(sys.modules)))",
    )
    assert done.stdout.splitlines()[-1] == "0 []", done.stderr


def test_a_file_is_found_whatever_its_arguments_are(folder: Path) -> None:
    (folder / "texts.py").write_text("def make(text): return lambda z, y: text\n", encoding="utf-8")
    for text in ("x.py:g(1)", "a) b(", "x.py", ":"):
        made = code_in_file(f"texts.py:make({text!r})", "loss")
        assert made(None, None) == text  # type: ignore[operator]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("()", "()"), ("(1)", "(1)"), ("(-1, 2.5)", "(-1, 2.5)"), ("(a='x', b=None)", "(a='x', b=None)"),
        ("(w=[1, (2, 3)], f={'k': {1}})", "(w=[1, (2, 3)], f={'k': {1}})"), ("(True, 1e-3,)", "(True, 0.001)"),
    ],
)  # fmt: skip
def test_literals(text: str, shown: str) -> None:
    assert str(literals(text, "loss")) == shown
