"""Certificates that another version wrote: what is said of them, and the command that writes them again."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import symcheck as sc
from symcheck.certificates.written_again import of_another_version
from symcheck.cli import main
from symcheck.version import VERSION

Output = pytest.CaptureFixture[str]
Fields = dict[str, Any]

NOW = f"and this is symcheck {VERSION}, which writes and reads symcheck/2: write it again with"


def fields_of(certificate: Any) -> Fields:
    found: Fields = json.loads(certificate.to_json())
    return found


def by_another(fields: Fields) -> Fields:
    inner = fields.get("certificate", fields)
    inner["versions"] = {**inner["versions"], "symcheck": "0.0.9"}
    return fields


@pytest.mark.parametrize(
    ("certificate", "command"),
    [
        (lambda: sc.certify("gce", "l2"), "symcheck certify gce l2"),
        (lambda: sc.certify("gce", "l2", classes=10), "symcheck certify gce l2 --classes 10"),
        (lambda: sc.certify("mae", "l2", classes=(2, 9)), "symcheck certify mae l2 --classes 2:9"),
        (lambda: sc.certify(sc.losses.GCE(q="7/10"), "l2"), 'symcheck certify "gce(q=7/10)" l2'),
        (lambda: sc.certify("logsumexp(z) - z[y]", "l2"), "symcheck certify LOSS REG"),
        (lambda: sc.certify("gce"), "symcheck certify gce"),
        (lambda: sc.certify_preference("dpo"), "symcheck certify-preference dpo"),
        (lambda: sc.certify_preference("dpo", "l2"), "symcheck certify-preference dpo l2"),
        (lambda: sc.certify_preference("dpo", "h**2"), "symcheck certify-preference NAME PENALTY"),
    ],
)  # fmt: skip
def test_the_command_that_writes_it_again(
    certificate: Callable[[], Any], command: str, tmp_path: Path, capsys: Output
) -> None:
    fields = fields_of(certificate())
    assert of_another_version(json.dumps(fields)) == ""
    told = of_another_version(json.dumps(by_another(fields)))
    assert told == (
        f"It says that symcheck 0.0.9 wrote it, {NOW} {command} --out NEW.json, or with the symcheck that wrote it "
        "recheck it there."
    )
    if command.islower():
        new = tmp_path / "new.json"
        assert main([*shlex.split(command)[1:], "--out", str(new)]) in (0, 1)
        assert json.loads(new.read_text("utf-8"))["headline"] == fields["headline"]
        capsys.readouterr()


def test_another_form_and_another_version(tmp_path: Path, capsys: Output) -> None:
    path = tmp_path / "old.json"
    path.write_text(json.dumps({**by_another(fields_of(sc.certify("gce", "l2"))), "schema": "symcheck/1"}))
    for name, code, first in (("recheck", 1, "does not hold: schema: "), ("verify", 2, "no certificate: schema: ")):
        assert main([name, str(path)]) == code
        out = " ".join(capsys.readouterr().out.split())
        assert out.startswith(first)
        assert f"It has the form symcheck/1 and says that symcheck 0.0.9 wrote it, {NOW} symcheck certify gce l2" in out


@pytest.mark.parametrize(
    "text",
    [
        "", "{}", "[]", "null", "no json", "[" * 100_000, '{"schema": 2}', '{"schema": "other/1"}', '{"versions": 1}',
        '{"versions": {"symcheck": "1; rm"}}', '{"versions": {"symcheck": 2}}', '{"certificate": []}',
    ],
)  # fmt: skip
def test_nothing_is_said_of_what_names_no_version(text: str) -> None:
    assert of_another_version(text) == ""


@pytest.mark.parametrize(
    "loss",
    [
        None, 3, [], "gce", {"name": 3}, {"name": "gce; rm -r x"}, {"name": "\x1b[31m"},
        {"name": "gce", "values": {"q": "1/2); rm"}}, {"name": "gce", "values": {"q`": "1"}},
        {"name": "gce", "values": 3},
    ],
)  # fmt: skip
def test_nothing_strange_is_repeated(loss: object) -> None:
    text = json.dumps({"schema": "symcheck/1", "loss": loss, "regularizer": {"name": "l2"}, "scope": {"classes": None}})
    assert "symcheck certify LOSS REG --out" in of_another_version(text)
