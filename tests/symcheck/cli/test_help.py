"""--help of every command: what it does, arguments, examples that run, exit codes, in the width of the terminal."""

from __future__ import annotations

import re
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from symcheck import commands
from symcheck.cli import main
from symcheck.intake.command_help import COMMON_CODES, Group, Help, command_parser

Output = pytest.CaptureFixture[str]

OWN = [name.replace("_", "-") for name in commands.FILES.names]
ADDED = sorted(point.name for point in entry_points(group=commands.GROUP))

CODES = {
    "advise": (0,), "certify": (0, 1, 2), "certify-preference": (0, 1, 2), "completion": (0,), "derivatives": (0,),
    "list": (0,), "match": (0, 1, 2), "paper": (0, 1), "recheck": (0, 1), "region": (0, 1, 2), "same": (0, 1, 2),
    "survey": (0,), "verify": (0, 1, 2),
    "audit-loss": (0, 1, 2), "audit-model": (0, 1, 2), "choose-lambda": (0, 1), "clean-accuracy": (0, 1),
    "confirm": (0, 1, 2), "confirm-preference": (0, 1, 2), "counterexample": (0, 1), "forecast": (0,),
    "guarantee": (0, 1), "human-labels": (0, 1, 2), "noise-rate": (0, 1), "report": (0, 1, 2), "sweep": (0, 1),
    "trusted": (0, 1),
}  # fmt: skip
"""The exit codes that are a command's own; those of every command follow."""


def told(name: str) -> Help:
    if name in OWN:
        found = commands.FILES.module(name.replace("-", "_")).HELP
    else:
        (point,) = entry_points(group=commands.GROUP, name=name)
        found = import_module(point.module).HELP
    assert isinstance(found, Help)
    return found


def shown(name: str, capsys: Output) -> str:
    assert main([name, "--help"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


@pytest.mark.parametrize("name", [*OWN, *ADDED])
def test_it_says_what_it_does_with_an_example_and_exit_codes(name: str, capsys: Output) -> None:
    text, said = shown(name, capsys), told(name)
    assert text.startswith(f"usage: symcheck {name}")
    assert said.summary in " ".join(text.split()).replace(said.summary[0].upper(), said.summary[0], 1) or (
        said.summary[1:] in " ".join(text.split())
    )
    assert said.group is not Group.OTHER
    assert not said.summary.endswith(".")
    assert said.examples
    for example in said.examples:
        assert example.line in text
        assert example.line.startswith("symcheck ")
        assert example.code in said.exit_codes
    listed = text.partition("exit codes:")[2]
    assert tuple(map(int, re.findall(r"^  (\d+) ", listed, re.MULTILINE))) == (*CODES[name], *COMMON_CODES)


@pytest.mark.parametrize("columns", [40, 60, 80, 200])
def test_no_line_is_wider_than_the_terminal(columns: int, monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    for name in (*OWN, *ADDED):
        wide = [line for line in shown(name, capsys).splitlines() if len(line) > min(columns, 100)]
        assert wide == [], name
    for arguments in (["--help"], ["nothing"], ["certify"], ["same", "--nothing"]):
        main(arguments)
        out, err = capsys.readouterr()
        assert max(map(len, (out + err).splitlines())) <= columns


def test_a_command_that_is_broken_over_lines_is_still_one_command(
    monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    for name in OWN:
        joined = " ".join(shown(name, capsys).replace("\\\n", " ").split())
        assert all(example.line in joined for example in told(name).examples)


@pytest.mark.parametrize("name", OWN)
def test_examples_run(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    monkeypatch.chdir(tmp_path)
    for example in told(name).examples:
        assert main(example.arguments) == example.code, example.line
        out, err = capsys.readouterr()
        assert out
        assert err == "", example.line


def test_the_help_of_all_lists_each_command_once_under_what_it_is_for(capsys: Output) -> None:
    assert main(["--help"]) == 0
    text = capsys.readouterr().out.partition("commands of other packages")[0]
    assert re.findall(r"^  ([a-z-]+) ", text, re.MULTILINE) == [
        name for group in Group for name in sorted((*OWN, *ADDED)) if told(name).group is group
    ]
    assert "Begin with: symcheck certify gce l2" in " ".join(text.split())


def test_help_of_a_command_is_asked_for_either_way(capsys: Output) -> None:
    text = shown("same", capsys)
    assert main(["help", "same"]) == 0
    assert capsys.readouterr().out == text
    assert main(["help", "nothing"]) == 64
    assert "there is no command 'nothing'" in capsys.readouterr().err


def test_bad_usage_says_the_usage_and_where_all_is_said(capsys: Output) -> None:
    assert main(["same", "a", "b", "--nothing"]) == 64
    assert capsys.readouterr().err == (
        "symcheck: unrecognized arguments: --nothing\n"
        "usage: symcheck same A B [OPTION ...]\n"
        "symcheck same --help says more\n"
    )


def test_headings_are_bold_where_that_is_asked_for(monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert "\x1b[1mexit codes:\x1b[0m" in shown("same", capsys)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in shown("same", capsys)


def test_a_parser_that_is_asked_in_python_has_the_same_help(capsys: Output) -> None:
    from symcheck.commands import same

    assert command_parser("same", same.HELP, same.arguments).format_help() == shown("same", capsys)
