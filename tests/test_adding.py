"""Every "how to add" of docs/architecture.md is tried: its file is put into a copy of the package, and works there.

A rule of stability is put at the end of a file that is there.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[1]
PACKAGES = ("symcheck", "numerics")
PAGE = "docs/architecture.md"

BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
NAMED = re.compile(r"`((?:symcheck|numerics)/[\w/]+\.py)`(, at its end)?:\n\n$")


@dataclass(frozen=True)
class Addition:
    """A section of "How to add": the one new file, ``path`` and ``text``, and what then works: ``code``, ``prints``.

    With ``is_end`` the text goes to the end of a file that is there.
    """

    title: str
    path: str
    text: str
    code: str
    prints: str
    is_end: bool = False

    def put(self, root: Path) -> None:
        """Adds it to the packages in ``root``."""
        file = root / self.path
        assert file.exists() == self.is_end, f"{self.path} is there already"
        before = f"{file.read_text('utf-8')}\n\n" if self.is_end else ""
        file.write_text(before + self.text, encoding="utf-8")

    def take(self, root: Path) -> None:
        """Leaves the packages in ``root`` as they are in the checkout."""
        if self.is_end:
            shutil.copy2(CHECKOUT / self.path, root / self.path)
        else:
            (root / self.path).unlink(missing_ok=True)


def additions(page: str) -> list[Addition]:
    """What the section "How to add" of ``page`` adds, in its order; parts without code are left out."""
    (part,) = re.findall(r"^## How to add\n(.*?)(?=^## |\Z)", page, re.DOTALL | re.MULTILINE)
    found = [
        _addition(title, text) for title, text in re.findall(r"^### (.*)\n((?:(?!^### ).*\n?)*)", part, re.MULTILINE)
    ]
    return [a for a in found if a is not None]


def _addition(title: str, text: str) -> Addition | None:
    files: dict[tuple[str, bool], str] = {}
    code = prints = ""
    for block in BLOCK.finditer(text):
        named = NAMED.search(text[: block.start()])
        if named:
            files[named[1], named[2] is not None] = block[2]
        elif block[1] == "python":
            code = block[2]
        else:
            assert block[1] == "text", f"{title}: a block of {block[1]}"
            prints = block[2]
    if not code:
        return None
    (((path, is_end), file),) = files.items()  # adding one thing is one new file
    return Addition(title, path, file, code, prints, is_end)


TEXT = (CHECKOUT / PAGE).read_text("utf-8")
ALL = additions(TEXT)
Ran = subprocess.CompletedProcess[str]
Run = Callable[[str], Ran]


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with copies of both packages, which Python compiles once for all the tests."""
    folder = tmp_path_factory.mktemp("packages")
    for name in PACKAGES:
        shutil.copytree(CHECKOUT / name, folder / name)
    return folder


@pytest.fixture
def packages(copies: Path) -> Iterator[Path]:
    """The copies, without what is added to them in the end."""
    yield copies
    for addition in ALL:
        addition.take(copies)


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


EACH = """
import contextlib, io, json, runpy, traceback
shown = {}
for title, file in FILES.items():
    with contextlib.redirect_stdout(io.StringIO()) as out:
        try:
            runpy.run_path(file, run_name="__main__")
        except Exception:
            traceback.print_exc(file=out)
    shown[title] = out.getvalue()
print(json.dumps(shown))
"""


def shown_in(folder: Path) -> dict[str, str]:
    """What the code of each addition prints in one process with the packages in ``folder``, by its title."""
    files = {a.title: str(folder / f"reader_{number}.py") for number, a in enumerate(ALL)}
    for addition in ALL:
        Path(files[addition.title]).write_text(addition.code, encoding="utf-8")
    done = run_in(folder, f"FILES = {files!r}\n{EACH}")
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    shown: dict[str, str] = json.loads(done.stdout)
    return shown


@pytest.mark.generated
def test_what_the_page_prints_is_what_comes_out(packages: Path, generated: Callable[[str, str], None]) -> None:
    """With all of them added at once; one by one it is a slow test."""
    for addition in ALL:
        addition.put(packages)
    shown = shown_in(packages)
    page = (CHECKOUT / PAGE).read_text("utf-8")
    for a in ALL:
        before = f"{a.code}```\n\n```text\n"
        assert page.count(f"{before}{a.prints}```") == 1
        page = page.replace(f"{before}{a.prints}```", f"{before}{shown[a.title]}```")
    generated(PAGE, page)


@pytest.mark.slow
@pytest.mark.parametrize("addition", ALL, ids=[a.title for a in ALL])
def test_each_works_without_the_others(addition: Addition, packages: Path) -> None:
    addition.put(packages)
    done = run_in(packages, addition.code)
    assert (done.returncode, done.stderr, done.stdout) == (0, "", addition.prints)


def test_without_it_something_else_comes_out(packages: Path) -> None:
    """So the test above would notice a file that is not found, and a line that does nothing."""
    shown = shown_in(packages)
    assert [a.title for a in ALL if shown[a.title] == a.prints] == []
    assert set(shown) == {a.title for a in ALL}


def test_each_kind_is_there() -> None:
    assert [a.title for a in ALL] == [
        "A loss", "A regularizer", "A preference", "A theorem", "A counterexample", "A property",
        "An answer about preference losses", "A sign rule", "A torch operator", "A repair", "A want",
        "A rule of stability", "A data set", "A model",
    ]  # fmt: skip


@pytest.mark.parametrize("title", [*(a.title for a in ALL), "A condition"])
def test_each_section_says_what_else_belongs_to_it(title: str) -> None:
    (section,) = re.findall(rf"^### {title}\n(.*?)(?=^### |^## |\Z)", TEXT, re.DOTALL | re.MULTILINE)
    assert len(re.findall(r"^Then also: ", section, re.MULTILINE)) == 1


def test_what_is_added_is_laid_out_as_the_rest_is(packages: Path, checkout: Path) -> None:
    shutil.copy(checkout / "pyproject.toml", packages)
    for addition in ALL:
        addition.put(packages)
    new = [a.path for a in ALL]
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
    """By hand: sqrt(1 - p) has the slope -1/(2 sqrt(1 - 1/C)) at 1/C, so kappa is 1/(2 C sqrt(1 - 1/C)); log Phi
    has the slope phi(0)/Phi(0) = (2 pi)^(-1/2)/(1/2) at 0; (a^2 - b^2)^2 + 1 is at least 1.
    """
    prints = {a.title: a.prints for a in ALL}
    assert prints["A loss"].startswith("PROVED for every C >= 2")
    assert prints["A loss"].splitlines()[1] == "1/(2*sqrt(C)*sqrt(C - 1))"
    assert prints["A regularizer"].splitlines()[1] == "REFUTED"  # MUH falls like ||z||, and the penalty is bounded
    # mae = 2 (1 - p_y) is symmetric and bounded, and a convex function that is bounded is constant
    assert prints["A theorem"] == "muh PROVED\nmae REFUTED\n"
    # d/dt of 5 (1 + lambda) t^2 - (1 - 4 rho) t, with 4 rho = 6/5
    assert prints["A counterexample"].splitlines()[1] == "PROVED"
    assert prints["A property"].splitlines()[0] == "quartic PROVED k = 4, by the form of g"
    assert prints["A property"].splitlines()[1].startswith("huber REFUTED")  # z^2/2 near 0, delta |z| far out
    # log(1 + e^-h) is convex; sigmoid(-h) is bounded and not constant
    assert prints["An answer about preference losses"] == "dpo PROVED\nsympo REFUTED\n"
    assert prints["A torch operator"] == "sqrt(2)/sqrt(pi)\n"
    assert prints["A sign rule"].startswith("PROVED for every C >= 2, every a in (-oo, oo), every b in (-oo, oo)")
    # log p = (0, -900, -600) has the mean -500, and p - 1/C = (1, 0, 0) - 1/3
    value, *gradient = map(float, re.findall(r"-?[\d.]+", prints["A rule of stability"]))
    assert (value, gradient) == (500, [0.6667, -0.3333, -0.3333])
    assert prints["A data set"] == "agrees\n"
    assert prints["A model"] == f"residual (150, 4) {4 * 4 + 4 + 4 * 3 + 3}\n"
    (code,) = (a.code for a in ALL if a.title == "A sign rule")
    assert run(code).stdout.startswith("UNDECIDED")


@pytest.mark.parametrize(
    ("page", "found"),
    [
        ("## How to add\n\n### A\n\n`symcheck/a.py`:\n\n```python\nx = 1\n```\n\n"
         "```python\nprint(1)\n```\n\n```text\n1\n```\n",
         [Addition("A", "symcheck/a.py", "x = 1\n", "print(1)\n", "1\n")]),
        ("## How to add\n\n### B\n\n`symcheck/b.py`, at its end:\n\n```python\nx = 1\n```\n\n"
         "```python\nprint(1)\n```\n\n```text\n1\n```\n",
         [Addition("B", "symcheck/b.py", "x = 1\n", "print(1)\n", "1\n", is_end=True)]),
        ("## How to add\n\n### C\n\nWords.\n", []),
    ],
)  # fmt: skip
def test_what_is_taken_as_an_addition(page: str, found: list[Addition]) -> None:
    assert additions(page) == found


def test_two_files_for_one_thing_are_refused() -> None:
    twice = "`symcheck/a.py`:\n\n```python\nx = 1\n```\n\n`symcheck/b.py`:\n\n```python\ny = 1\n```\n\n"
    with pytest.raises(ValueError, match="too many values"):
        additions(f"## How to add\n\n### A\n\n{twice}```python\nprint(1)\n```\n")
