"""Pages whose examples are run: the page as it ought to be, with every output replaced by the one that comes out.

A text block is what the Python block before it prints; a Python block without one prints nothing.  A Python block
whose first line is a comment with a file's name, such as ``# losses.py``, is such a file too.  In a console block what
follows ``$ command`` is what the command writes.  The blocks of a page share names and a folder.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FENCE = re.compile(r"^(?P<ticks>```+)(?P<language>[^\n`]*)\n(?P<text>.*?)^(?P=ticks)$", re.DOTALL | re.MULTILINE)
FILE = re.compile(r"# ([\w-]+\.\w+)\n")
CODES = (0, 1, 2, 64)
"""Exit codes that a page may show: answers, and bad usage."""


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, and where the text begins and ends in the page."""

    language: str
    text: str
    start: int
    end: int


def blocks(page: str) -> list[Block]:
    """The fenced blocks of ``page``."""
    return [Block(m["language"], m["text"], m.start("text"), m.end("text")) for m in FENCE.finditer(page)]


def prose(page: str) -> str:
    """``page`` without its fenced blocks."""
    return FENCE.sub("", page)


def commands(console: str) -> list[str]:
    """The commands of a console block."""
    return [line.removeprefix("$ ") for line in console.splitlines() if line.startswith("$ ")]


def executed(page: str, folder: Path) -> str:
    """``page`` as it ought to be, run in the empty ``folder``; each command is one of a shell."""
    return executed_all({"page": page}, folder, shell=True)["page"]


def executed_all(pages: Mapping[str, str], folder: Path, *, shell: bool = False) -> dict[str, str]:
    """Each of ``pages``, by name, as it ought to be; all are run in one process, each in a folder of its own.

    The commands of symcheck are called in that process too, which saves the start of Python each time, unless they
    are to be those of a ``shell``.
    """
    asked = {name: [step for block in blocks(page) for step in _steps(block)] for name, page in pages.items()}
    said = _said(list(asked.values()), folder, shell=shell)
    return {name: _filled(page, answers) for (name, page), answers in zip(pages.items(), said, strict=True)}


def _steps(block: Block) -> Iterable[tuple[str, str]]:
    if block.language == "python":
        return [("python", block.text)]
    return [("command", c) for c in commands(block.text)] if block.language == "console" else []


def _filled(page: str, answers: list[str]) -> str:
    found, left = blocks(page), iter(answers)
    fresh: dict[Block, str] = {}
    for place, block in enumerate(found):
        if block.language == "python":
            printed = next(left)
            if [b.language for b in found[place + 1 : place + 2]] == ["text"]:
                fresh[found[place + 1]] = printed
            else:
                assert printed == "", f"a Python block prints and shows no output:\n{block.text}"
        elif block.language == "console":
            fresh[block] = "".join(f"$ {c}\n{next(left)}" for c in commands(block.text))
    for block in reversed(found):
        if block in fresh:
            page = page[: block.start] + fresh[block] + page[block.end :]
    return page


def _said(pages: list[list[tuple[str, str]]], folder: Path, *, shell: bool) -> list[list[str]]:
    """What the steps of each page say, from one fresh process; nothing else may be said, and nothing may fail."""
    done = run([sys.executable, "-m", "tests.executed"], folder, json.dumps({"pages": pages, "shell": shell}))
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    said: list[list[str]] = json.loads(done.stdout)
    return said


def answered(command: str, folder: Path) -> str:
    """What ``command`` writes, as a terminal shows it: the shell finds the command symcheck of this checkout."""
    script = folder / "bin" / "symcheck"
    if not script.exists():
        script.parent.mkdir()
        script.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m symcheck "$@"\n', encoding="utf-8")
        script.chmod(0o755)
    done = run(["sh", "-c", f"exec 2>&1; {command}"], folder)
    assert done.returncode in CODES, f"{command}\n{done.stdout}"
    return done.stdout


def run(arguments: list[str], folder: Path, given: str = "") -> subprocess.CompletedProcess[str]:
    """``arguments`` run in ``folder``, with this checkout before everything else and ``given`` to read."""
    kept = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "FORCE_COLOR")}
    environment = {
        **kept,
        "PYTHONPATH": str(Path(__file__).resolve().parents[1]),
        "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
    }
    return subprocess.run(
        arguments, cwd=folder, env=environment, input=given, capture_output=True, text=True, timeout=600, check=False
    )


def _called(command: str) -> str:
    """What ``command`` writes, called in this process as far as it is one of symcheck, and a pipe behind it."""
    from symcheck.cli import main

    words = list(shlex.shlex(command, posix=True, punctuation_chars="|<>;&"))
    if words[0] != "symcheck" or set(words) & {"<", ">", ";", "&", "&&", "||", ">>"}:
        return answered(command, Path.cwd())
    own, _, pipe = command.partition(" | ")
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(out):
        code = main(shlex.split(own)[1:])
    assert code in CODES, f"{command}\n{out.getvalue()}"
    return run(["sh", "-c", pipe], Path.cwd(), out.getvalue()).stdout if pipe else out.getvalue()


def _page_said(steps: list[tuple[str, str]], number: int, *, shell: bool) -> list[str]:
    names: dict[str, Any] = {"__name__": "__main__"}
    said = []
    for i, (kind, text) in enumerate(steps, 1):
        if kind == "command":
            said.append(answered(text, Path.cwd()) if shell else _called(text))
            continue
        if name := FILE.match(text):
            Path(name[1]).write_text(text, encoding="utf-8")
        with contextlib.redirect_stdout(io.StringIO()) as out:
            exec(compile(text, f"<block {i} of page {number}>", "exec"), names)  # noqa: S102 - a page of this checkout
        said.append(out.getvalue())
    return said


def _main() -> None:
    asked = json.load(sys.stdin)
    here, said = Path.cwd(), []
    for number, steps in enumerate(asked["pages"], 1):
        folder = here / str(number)
        folder.mkdir()
        os.chdir(folder)
        said.append(_page_said(steps, number, shell=asked["shell"]))
    print(json.dumps(said))  # noqa: T201 - the answer of this process


if __name__ == "__main__":
    _main()
