"""The command ``symcheck audit-loss``: what it prints, and its exit codes."""

from __future__ import annotations

import json

import pytest

from numerics.commands import audit_loss as command
from symcheck import cli

LOSSES = """
import torch
import torch.nn.functional as F

print("loaded")

class GCE(torch.nn.Module):
    def __init__(self, q=0.7):
        super().__init__()
        self.q = q

    def forward(self, z, y):
        return ((1 - F.softmax(z, 1).gather(1, y[:, None]) ** self.q) / self.q).mean()

def clamped(z, y):
    return -F.softmax(z, 1).clamp(min=1e-7).gather(1, y[:, None]).log().mean()

def branching(z, y):
    return F.cross_entropy(z, y) if z.max() < 1e9 else z.sum()
"""


@pytest.fixture
def losses(tmp_path):
    path = tmp_path / "losses.py"
    path.write_text(LOSSES, encoding="utf-8")
    return str(path)


def test_code_that_is_the_formula(capsys, losses):
    assert command.audit_loss([f"{losses}:GCE(q=0.5)", "gce", "--param", "q=1/2"]) == 0
    shown = capsys.readouterr()
    assert " ".join(shown.out.split()).startswith(f"PROVED for every C >= 2: {losses}:GCE(q=0.5) as gce(q=1/2) ")
    assert "loaded" not in shown.out


def test_code_that_is_not(capsys, losses):
    assert command.audit_loss([f"{losses}:clamped", "cross_entropy", "--classes", "10"]) == 1
    assert "CLAMP: the code is the formula with softmax(z) kept at 1e-07 or above" in capsys.readouterr().out


def test_code_that_is_not_read(capsys, losses):
    assert command.audit_loss([f"{losses}:branching", "logsumexp(z) - z[y]", "--classes", "2:3"]) == 2
    assert " ".join(capsys.readouterr().out.split()).startswith("UNDECIDED for every C from 2 to 3: ")


def test_json_is_the_record(capsys, losses):
    assert command.audit_loss([f"{losses}:GCE", "gce", "--param", "q=1/2", "--json"]) == 1
    record = json.loads(capsys.readouterr().out)
    assert (record["verdict"], record["difference"]["kind"]) == ("REFUTED", "IGNORED_ARGUMENT")


def test_markdown_is_a_page(capsys, losses):
    assert command.audit_loss([f"{losses}:GCE", "gce", "--markdown"]) == 0
    assert capsys.readouterr().out.startswith(r"### **PROVED** for every C \>= 2")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "symcheck: audit-loss: got 0 names (none); here CODE and FORMULA are expected, as in symcheck audit-loss "
             "losses.py:MyGCE gce --param q=7/10"),
        (["gce", "gce"], "symcheck: code: got 'gce'; accepted is a torch module, a function of logits and labels, or a "
                         'file and a name in it, as in "losses.py:MyLoss(gamma=2)"'),
        (["FILE:GCE", "gce", "--param", "q in (0, 1]"],
         "symcheck: --param: got 'q in (0, 1]'; accepted is a value, as q=7/10"),
        (["FILE:GCE", "gce", "--param", "q=1", "--param", "q=1"], "symcheck: --param: q is given twice"),
        (["FILE:GCE", "gce", "--param", "budget=1"],
         "symcheck: --param: no parameter is called budget; accepted are those of the formula"),
        (["FILE:GCE", "gce", "--param", "q=2"], "symcheck: q: got 2; accepted is (0, 1]"),
        (["FILE:GCE", "gce", "--classes", "x"],
         "symcheck: --classes: got 'x'; accepted is an integer C >= 2, as 10, or a range, as 2:1000"),
        (["FILE:GCE", "gce", "--budget", "0"],
         "symcheck: --budget: got '0'; accepted is a positive number of seconds, such as 10"),
    ],
)  # fmt: skip
def test_bad_usage(capsys, losses, arguments, message):
    assert command.audit_loss([a.replace("FILE", losses) for a in arguments]) == 64
    assert capsys.readouterr().err.strip().endswith(message)


def test_an_unknown_option_is_bad_usage(capsys, losses):
    assert command.audit_loss([f"{losses}:GCE", "gce", "--data", "iris"]) == 64
    assert "symcheck: unrecognized arguments: --data" in capsys.readouterr().err


def test_help_loads_no_torch(fresh):
    program = (
        "import sys\n"
        "from numerics.commands.audit_loss import audit_loss\n"
        "assert audit_loss(['--help']) == 0\n"
        "assert 'torch' not in sys.modules and 'sympy' not in sys.modules\n"
    )
    done = fresh("-c", program)
    assert (done.returncode, done.stderr) == (0, "")
    assert "exit codes:\n  0    PROVED" in done.stdout


def test_it_is_a_command_of_symcheck(checkout):
    text = (checkout / "pyproject.toml").read_text("utf-8")
    assert 'audit-loss = "numerics.commands.audit_loss:audit_loss"' in text
    assert cli.GROUP == "symcheck.commands"
