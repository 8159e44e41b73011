"""The command ``symcheck audit-model``: what it prints, and its exit codes."""

from __future__ import annotations

import dataclasses
import json
from types import SimpleNamespace

import pytest

from numerics import models
from numerics.audits.models.audit import Answer
from numerics.commands import audit_model as command
from symcheck import cli
from symcheck.certificates.certificate import Certificate

IRIS = ["cross_entropy", "l2", "--data", "iris"]


def test_it_prints_the_audit(capsys):
    assert command.audit_model([*IRIS, "--model", "linear"]) == 0
    shown = capsys.readouterr()
    assert shown.out.startswith(
        "cross_entropy + l2 with linear on iris: n = 150 samples, C = 3 classes, m = 15 weights"
    )
    assert "Theorem 3 applies: the minimisers, clean and noisy, have one limit direction\n" in shown.out
    assert shown.err == ""  # the bar is for terminals


def test_json_is_the_record(capsys):
    assert command.audit_model([*IRIS, "--json"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["theorems"] == {"Theorem 2": "fails", "Theorem 2'": "holds", "Theorem 3": "fails"}
    assert record["title"].startswith("cross_entropy + l2 with mlp on iris")


def test_markdown_is_a_page(capsys):
    assert command.audit_model([*IRIS, "--model", "linear", "--markdown"]) == 0
    assert capsys.readouterr().out.startswith(r"### cross\_entropy + l2 with linear on iris")


def test_the_seed_and_the_start_are_those_asked_for(capsys):
    numbers = []
    for seed in ("0", "1"):
        assert command.audit_model([*IRIS, "--start", "as-is", "--seed", seed, "--json"]) == 0
        rows = json.loads(capsys.readouterr().out)["rows"]
        numbers.append(next(row["number"] for row in rows if row["hypothesis"] == "Z(theta_0) = 0"))
    assert 0 < numbers[0] != numbers[1] > 0


@pytest.mark.parametrize("answer", list(Answer))
def test_the_exit_code_is_the_answer(monkeypatch, answer):
    found = SimpleNamespace(exit_code=answer.value, to_record=dict, to_text=lambda **_: "")
    monkeypatch.setattr("numerics.audits.models.auditing.audit_model", lambda *_, **__: found)
    assert command.audit_model(["muh", "l2"]) == {"holds": 0, "fails": 1, "unknown": 2}[str(answer)]


USAGE = "\nusage: symcheck audit-model LOSS REG [OPTION ...]\nsymcheck audit-model --help says more"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            [*IRIS, "--model", "mpl"],
            f"symcheck: model: no model is called 'mpl'; did you mean mlp?; there are: {', '.join(models.names())}, "
            "and any torch.nn.Module in Python",
        ),
        ([*IRIS, "--start", "0"], "symcheck: start: got '0'; accepted: zero-last-layer, subtracted, as-is"),
        ([*IRIS, "--seed", "-1"], "symcheck: --seed: got '-1'; accepted is an integer from 0 to 2^63 - 1"),
        (
            ["cross_entropy", "l2", "--data", "breast_cancer", "--model", "cnn"],
            "symcheck: model: breast_cancer has 30 features, which are not a square image; give shape=(channels, "
            "height, width) with that many entries, or take the model mlp",
        ),
        ([*IRIS, "--modell", "mlp"], "symcheck: unrecognized arguments: --modell mlp" + USAGE),
        (
            [*IRIS, "--json", "--markdown"],
            "symcheck: argument --markdown: not allowed with argument --json" + USAGE,
        ),
        (
            [],
            "symcheck: audit-model: got 0 names (none); accepted: LOSS and REG, as in symcheck audit-model gce "
            'l2, or symcheck audit-model "logsumexp(z) - z[y]" l2',
        ),
    ],
)
def test_bad_usage_is_64(capsys, arguments, message):
    assert command.audit_model(arguments) == 64
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err == message + "\n"


def test_help_is_0(capsys):
    assert command.audit_model(["--help"]) == 0
    shown = capsys.readouterr().out
    assert "  0    a theorem has all its hypotheses\n  1    each theorem has one that fails\n  2    unknown\n" in shown


def test_without_torch_it_says_what_to_install(fresh, tmp_path):
    # a torch that cannot be imported comes first on the path; the command is found as by its entry point
    (tmp_path / "torch.py").write_text("raise ModuleNotFoundError(\"No module named 'torch'\", name='torch')\n")
    code = (
        "import sys; sys.path.insert(0, sys.argv.pop(1))\n"
        "from importlib.metadata import EntryPoint\n"
        "from symcheck import cli\n"
        "point = EntryPoint('audit-model', 'numerics.commands.audit_model:audit_model', cli.GROUP)\n"
        "cli.entry_points = lambda group: (point,)\n"
        "sys.exit(cli.main(['audit-model', 'cross_entropy', 'l2']))\n"
    )
    done = fresh("-c", code, str(tmp_path))
    assert (done.returncode, done.stdout) == (64, "")
    assert done.stderr == 'symcheck: symcheck audit-model needs PyTorch: pip install "symcheck[numerics]"\n'


def test_it_arrives_by_the_entry_point_group(checkout):
    import tomllib

    points = tomllib.loads((checkout / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"][cli.GROUP]
    assert points["audit-model"] == "numerics.commands.audit_model:audit_model"


def test_what_an_audit_reads_of_a_certificate_is_there():
    fields = {field.name for field in dataclasses.fields(Certificate)}
    for name in ("loss", "regularizer", "prediction", "scope", "at", "theorems"):
        assert name in fields or hasattr(Certificate, name)
