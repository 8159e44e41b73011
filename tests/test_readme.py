"""README.md: every example in it is run, and what it shows is what comes out; make docs writes the outputs again."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

import symcheck as sc
import symcheck.losses

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)

DRIVER = """
import contextlib, io, json, sys
names, said = {"__name__": "__main__"}, []
for i, block in enumerate(json.load(sys.stdin), 1):
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(block, f"<Python block {i} of README.md>", "exec"), names)
    said.append(out.getvalue())
print(json.dumps(said))
"""
"""Runs blocks of code one after the other in one namespace, as a reader does, and writes what each one prints."""


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, its text, and where the text begins and ends in the page."""

    language: str
    text: str
    start: int
    end: int


def blocks(page: str) -> list[Block]:
    """The fenced blocks of ``page``."""
    return [Block(m[1], m[2], m.start(2), m.end(2)) for m in FENCE.finditer(page)]


def executed(page: str, folder: Path) -> str:
    """``page`` with every output replaced by the one that comes out when it is run, in the empty ``folder``.

    A text block is what the Python block before it prints; a Python block without one prints nothing.  In a
    console block what follows ``$ command`` is what the command writes; commands share one folder.
    """
    found = blocks(page)
    code = [b for b in found if b.language == "python"]
    printed = dict(zip(code, _printed([b.text for b in code], folder), strict=True))
    after = {b: found[i + 1] for i, b in enumerate(found[:-1]) if found[i + 1].language == "text"}
    fresh: dict[Block, str] = {}
    for block in found:
        if block.language == "python" and block in after:
            fresh[after[block]] = printed[block]
        elif block.language == "python":
            assert printed[block] == "", f"a Python block prints and shows no output:\n{block.text}"
        elif block.language == "console":
            fresh[block] = "".join(f"$ {c}\n{_answered(c, folder)}" for c in commands(block.text))
    for block in reversed(found):
        if block in fresh:
            page = page[: block.start] + fresh[block] + page[block.end :]
    return page


def commands(console: str) -> list[str]:
    """The commands of a console block."""
    return [line.removeprefix("$ ") for line in console.splitlines() if line.startswith("$ ")]


def _printed(code: list[str], folder: Path) -> list[str]:
    done = _run([sys.executable, "-c", DRIVER], folder, json.dumps(code))
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return json.loads(done.stdout)


def _answered(command: str, folder: Path) -> str:
    """What ``command`` writes, as a terminal shows it: the shell finds the command symcheck of this checkout."""
    script = folder / "bin" / "symcheck"
    if not script.exists():
        script.parent.mkdir()
        script.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m symcheck "$@"\n', encoding="utf-8")
        script.chmod(0o755)
    done = _run(["sh", "-c", f"exec 2>&1; {command}"], folder)
    assert done.returncode in (0, 1, 2, 64), f"{command}\n{done.stdout}"
    return done.stdout


def _run(arguments: list[str], folder: Path, given: str = "") -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(__file__).resolve().parents[1]),
        "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
    }
    return subprocess.run(
        arguments, cwd=folder, env=environment, input=given, capture_output=True, text=True, timeout=300, check=False
    )


@pytest.fixture(scope="module")
def readme(checkout: Path) -> str:
    return (checkout / "README.md").read_text("utf-8")


@pytest.mark.generated
def test_what_the_readme_shows_is_what_comes_out(
    readme: str, tmp_path: Path, generated: Callable[[str, str], None]
) -> None:
    generated("README.md", executed(readme, tmp_path))


def test_the_readme_has_the_examples_that_it_promises(readme: str) -> None:
    """The test above would not notice a page without blocks."""
    found = blocks(readme)
    assert readme.count("\n```") == 2 * len(found)
    assert {b.language for b in found} == {"python", "text", "console", "sh"}
    assert all(b.text.strip() for b in found)
    example = next(b.text for b in found if b.language == "python")
    assert len(example.splitlines()) == 12
    asked = [c for b in found if b.language == "console" for c in commands(b.text)]
    assert all(c.startswith("symcheck ") for c in asked)
    assert {c.split()[1] for c in asked} >= {"certify", "recheck"}
    assert len(readme.splitlines()) <= 400  # with the tables of the measurements


def test_the_lines_that_verify_a_certificate_do(readme: str, tmp_path: Path, checkout: Path) -> None:
    """In a folder beside the one of the checkout, by a copy of one file, in Python's isolated mode."""
    (shell,) = (b.text for b in blocks(readme) if b.language == "sh" and "check.py" in b.text)
    (tmp_path / "there").mkdir()
    (tmp_path / "symcheck").symlink_to(checkout / "symcheck")
    script = shell.replace("python3", shlex.quote(sys.executable))
    told = _answered(f"set -e; {script}", tmp_path).splitlines()
    assert told[0].startswith("PROVED for every C >= 2, every q in (0, 1]: gce + l2")
    assert [line.partition(":")[0] for line in told[2:]] == ["verified", "verified"]
    file = tmp_path / "there" / "cert.json"
    file.write_text(file.read_text("utf-8").replace('"kappa": "C**(-q)"', '"kappa": "1"'), encoding="utf-8")
    assert "not verified" in _answered(script.splitlines()[-1], tmp_path)


@pytest.mark.parametrize(
    ("page", "right"),
    [
        ("```python\nprint(1 + 1)\n```\n\n```text\n3\n```\n", "```python\nprint(1 + 1)\n```\n\n```text\n2\n```\n"),
        ("```python\nprint(1)\n```\n\n```text\n```\n", "```python\nprint(1)\n```\n\n```text\n1\n```\n"),
        ("```python\nn = 2\n```\n```python\nprint(n)\n```\n```text\n\n```\n",
         "```python\nn = 2\n```\n```python\nprint(n)\n```\n```text\n2\n```\n"),
        ("```console\n$ symcheck --version\nsymcheck 99\n```\n",
         "```console\n$ symcheck --version\nsymcheck 0.1.0\n```\n"),
        ("```console\n$ symcheck certify l2 l2\n```\n",
         "```console\n$ symcheck certify l2 l2\n"
         "symcheck: loss: l2 is a regularizer; the loss comes first and then the regularizer\n```\n"),
    ],
)  # fmt: skip
def test_a_doctored_page_is_not_what_comes_out(page: str, right: str, tmp_path: Path) -> None:
    assert executed(page, tmp_path) == right != page


def test_a_doctored_readme_is_not_what_comes_out(readme: str, tmp_path: Path) -> None:
    """One digit of the output of the first example is another one; the slow blocks are left out."""
    part = readme[: blocks(readme)[2].end] + "```\n"
    code, output = (b for b in blocks(part) if b.language in ("python", "text"))
    assert code.end < output.start
    digit = next(i for i in range(output.start, output.end) if part[i].isdigit())
    doctored = part[:digit] + str((int(part[digit]) + 1) % 10) + part[digit + 1 :]
    assert executed(doctored, tmp_path) == part


@pytest.mark.parametrize("code", ["1 / 0", "import symcheck\nsymcheck.nothing", "print('no output is shown')"])
def test_a_block_that_fails_or_hides_its_output_is_an_error(code: str, tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        executed(f"```python\n{code}\n```\n", tmp_path)


def test_the_commands_of_the_set_up_exist(readme: str, checkout: Path) -> None:
    shell = "".join(b.text for b in blocks(readme) if b.language == "sh")
    targets = re.findall(r"^make (\w+)", shell, re.MULTILINE)
    assert {"demo", "test"} <= set(targets)
    for target in targets:
        assert re.search(rf"^{target}:", (checkout / "Makefile").read_text("utf-8"), re.MULTILINE), target
    extras = tomllib.loads((checkout / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    named = re.findall(r'"\.\[(\w+)\]"', readme)
    assert named
    assert set(named) <= set(extras)
    modules = re.findall(r"python -m ([\w.]+)", readme)
    assert "numerics.demo" in modules
    for module in modules:
        file = checkout.joinpath(*module.split("."))
        assert module == "pytest" or file.with_suffix(".py").exists(), module


def test_the_links_and_paths_of_the_readme_exist(readme: str, checkout: Path) -> None:
    prose = FENCE.sub("", readme)
    links = [target for target in re.findall(r"\]\(([^)#]+)\)", prose) if "://" not in target]
    paths = re.findall(r"`((?:symcheck|numerics|tests|benchmarks|docs|notebooks)/[\w./]*)`", prose)
    assert len(links) >= 2
    assert len(paths) >= 2
    for path in {*links, *paths}:
        assert (checkout / path).exists(), path


def test_the_vocabulary_of_the_readme_is_the_one_that_symcheck_exports(readme: str) -> None:
    (listed,) = re.findall(r"`(abs [a-z0-9_\s]+)`", readme)
    exported = [n for n in sc.__all__ if getattr(getattr(sc, n), "__module__", "") == sc.exp.__module__]
    assert listed.split() == sorted(exported)
    assert "softmax" in exported
