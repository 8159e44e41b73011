"""Every "how to add" of docs/architecture.md is tried: its file is put into a copy of the package, and works there."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]
PACKAGES = ("symcheck", "numerics")
PAGE = "docs/architecture.md"

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
NAMED = re.compile(r"`((?:symcheck|numerics)/[\w/]+\.py)`:\n\n$")


@dataclass(frozen=True)
class Addition:
    """A section of "How to add": new ``files`` with their code, ``edits`` of files that are there, and what then
    works: ``code`` and what it ``prints``.

    An edit is the line before, as it stands in the file, and the lines that come after it.
    """

    title: str
    files: dict[str, str]
    edits: list[tuple[str, str, str]]
    code: str
    prints: str

    def put(self, root: Path) -> None:
        """Adds it to the packages in ``root``."""
        for path, text in self.files.items():
            assert not (root / path).exists(), f"{path} is there already"
            (root / path).write_text(text, encoding="utf-8")
        for path, line, new in self.edits:
            before = (root / path).read_text("utf-8")
            assert before.count(line) == 1, f"{path} has no one line {line!r}"
            (root / path).write_text(before.replace(line, line + new), encoding="utf-8")


def additions(page: str) -> list[Addition]:
    """What the section "How to add" of ``page`` adds, in its order; parts without code are left out."""
    (part,) = re.findall(r"^## How to add\n(.*?)(?=^## |\Z)", page, re.DOTALL | re.MULTILINE)
    found = [
        _addition(title, text) for title, text in re.findall(r"^### (.*)\n((?:(?!^### ).*\n?)*)", part, re.MULTILINE)
    ]
    return [a for a in found if a is not None]


def _addition(title: str, text: str) -> Addition | None:
    files: dict[str, str] = {}
    edits: list[tuple[str, str, str]] = []
    code = prints = path = ""
    for block in BLOCK.finditer(text):
        named = NAMED.search(text[: block.start()])
        path = named[1] if named else path
        if block[1] == "diff":
            edits.append((path, *_edit(block[2])))
        elif block[1] == "python" and named:
            files[path] = block[2]
        elif block[1] == "python":
            code = block[2]
        else:
            assert block[1] == "text", f"{title}: a block of {block[1]}"
            prints = block[2]
    return Addition(title, files, edits, code, prints) if code else None


def _edit(diff: str) -> tuple[str, str]:
    old, *new = diff.splitlines()
    assert old.startswith(" ")
    assert new
    assert all(line.startswith("+") for line in new)
    return f"{old[1:]}\n", "".join(f"{line[1:]}\n" for line in new)


TEXT = (CHECKOUT / PAGE).read_text("utf-8")
ALL = additions(TEXT)
Ran = subprocess.CompletedProcess[str]
Run = Callable[[str], Ran]


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    """A folder with copies of both packages."""
    for name in PACKAGES:
        shutil.copytree(CHECKOUT / name, tmp_path / name)
    return tmp_path


def run_in(folder: Path, code: str) -> Ran:
    """``code`` in a process that finds the packages in ``folder``; in a file, as torch code is read with its lines."""
    script = folder / "reader.py"
    script.write_text(code, encoding="utf-8")
    return subprocess.run(
        [sys.executable, str(script)],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture
def run(packages: Path) -> Run:
    return partial(run_in, packages)


@pytest.mark.generated
@pytest.mark.parametrize("addition", ALL, ids=[a.title for a in ALL])
def test_what_the_page_prints_is_what_comes_out(
    addition: Addition, packages: Path, generated: Callable[[str, str], None]
) -> None:
    addition.put(packages)
    done = run_in(packages, addition.code)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    shown = f"{addition.code}```\n\n```text\n"
    page = (CHECKOUT / PAGE).read_text("utf-8")
    assert page.count(f"{shown}{addition.prints}```") == 1
    generated(PAGE, page.replace(f"{shown}{addition.prints}```", f"{shown}{done.stdout}```"))


@pytest.mark.parametrize("addition", ALL, ids=[a.title for a in ALL])
def test_without_it_something_else_comes_out(addition: Addition, run: Run) -> None:
    """So the test above would notice a file that is not found, and a line that does nothing."""
    assert run(addition.code).stdout != addition.prints


@pytest.mark.parametrize("addition", [a for a in ALL if a.files and a.edits], ids=lambda a: a.title)
def test_each_line_that_is_said_to_be_needed_is(addition: Addition, packages: Path) -> None:
    Addition(addition.title, addition.files, addition.edits[:-1], "", "").put(packages)
    assert run_in(packages, addition.code).stdout != addition.prints


def test_each_kind_is_there() -> None:
    assert {a.title: len(a.files) for a in ALL} == {
        "A loss": 1, "A regularizer": 1, "A theorem": 1, "A property": 1, "A sign rule": 1, "A torch operator": 0,
        "A data set": 1, "A model": 1,
    }  # fmt: skip
    assert {a.title for a in ALL if a.edits} == {"A sign rule", "A torch operator"}
    assert all(a.prints for a in ALL)


def test_what_is_added_is_laid_out_as_the_rest_is(packages: Path, checkout: Path) -> None:
    shutil.copy(checkout / "pyproject.toml", packages)
    for addition in ALL:
        addition.put(packages)
    new = [path for a in ALL for path in (*a.files, *dict.fromkeys(path for path, _, _ in a.edits))]
    for command in (["ruff", "check", "--no-cache"], ["ruff", "format", "--check", "--no-cache"]):
        done = subprocess.run(
            [sys.executable, "-m", *command, *new],
            cwd=packages,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    modules = [path.removesuffix(".py").replace("/", ".") for path in new]
    examples = (
        f"import doctest, importlib\nfor name in {modules}: print(*doctest.testmod(importlib.import_module(name)))"
    )
    lines = run_in(packages, examples).stdout.splitlines()
    assert [line.split()[0] for line in lines] == ["0"] * len(modules)  # failed
    assert sum(int(line.split()[1]) for line in lines) >= 2  # attempted


def test_what_is_printed_is_what_was_expected(run: Run) -> None:
    """By hand: sqrt(1 - p) has the slope -1/(2 sqrt(1 - 1/C)) at 1/C, so kappa is 1/(2 C sqrt(1 - 1/C)); the slope
    of mish at 0 is tanh(log 2) = (2 - 1/2)/(2 + 1/2); (a^2 - b^2)^2 + 1 is at least 1.
    """
    prints = {a.title: a.prints for a in ALL}
    assert prints["A loss"].startswith("PROVED for every C >= 2")
    assert prints["A loss"].splitlines()[1] == "1/(2*sqrt(C)*sqrt(C - 1))"
    assert prints["A regularizer"].splitlines()[1] == "REFUTED"  # MUH falls like ||z||, and the penalty is bounded
    # mae = 2 (1 - p_y) is symmetric and bounded, and a convex function that is bounded is constant
    assert prints["A theorem"] == "muh PROVED\nmae REFUTED\n"
    assert prints["A property"].splitlines()[0] == "quartic PROVED k = 4, by the form of g"
    assert prints["A property"].splitlines()[1].startswith("huber REFUTED")  # z^2/2 near 0, delta |z| far out
    assert prints["A torch operator"] == "3/5\n"
    assert prints["A sign rule"].startswith("PROVED for every C >= 2, every a in (-oo, oo), every b in (-oo, oo)")
    assert prints["A data set"] == "agrees\n"
    (code,) = (a.code for a in ALL if a.title == "A sign rule")
    assert run(code).stdout.startswith("UNDECIDED")


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("## How to add\n\n### A\n\n`symcheck/a.py`:\n\n```python\nx = 1\n```\n\n"
         "```python\nprint(1)\n```\n\n```text\n1\n```\n",
         [Addition("A", {"symcheck/a.py": "x = 1\n"}, [], "print(1)\n", "1\n")]),
        ("## How to add\n\n### B\n\nIn `symcheck/b.py`:\n\n```diff\n a\n+b\n```\n\n```python\nc\n```\n\n## More\n",
         [Addition("B", {}, [("symcheck/b.py", "a\n", "b\n")], "c\n", "")]),
        ("## How to add\n\n### C\n\nWords.\n", []),
    ],
)  # fmt: skip
def test_what_is_taken_as_an_addition(page: str, found: list[Addition]) -> None:
    assert additions(page) == found


def test_an_edit_of_a_line_that_is_not_there_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\ny = 2\n")
    Addition("", {}, [("a.py", "x = 1\n", "z = 3\n")], "", "").put(tmp_path)
    assert (tmp_path / "a.py").read_text() == "x = 1\nz = 3\ny = 2\n"
    for line in ("w = 0\n", "="):
        with pytest.raises(AssertionError, match="no one line"):
            Addition("", {}, [("a.py", line, "z = 3\n")], "", "").put(tmp_path)
