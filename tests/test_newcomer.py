"""benchmarks/newcomer.py: it reads the marked blocks of a page, runs them literally, and notices what differs."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from benchmarks.newcomer import Differs, Step, followed, steps

ENVIRONMENT = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}

PAGE = """# A page

<!-- newcomer: install -->
```sh
echo installed > there
NAME=value; export NAME
```

Not marked, not run:

```python
1 / 0
```

<!-- newcomer: file loss.py -->

```python
ANSWER = 42
```

<!-- newcomer: in Python -->
```python
import loss, os
print(loss.ANSWER, os.environ["NAME"])
```

```text
42 value
```

<!-- newcomer: on the command line -->
```console
$ echo one; exit 1
one
$ ls *.py
loss.py
```
"""


def test_the_marked_blocks_are_read_in_their_order() -> None:
    found = steps(PAGE)
    assert [(step.name, step.language, step.file) for step in found] == [
        ("install", "sh", None),
        ("file loss.py", "python", "loss.py"),
        ("in Python", "python", None),
        ("on the command line", "console", None),
    ]
    assert found[2].shown == "42 value\n"
    assert found[0].shown is found[1].shown is None
    assert found[3].commands == (("echo one; exit 1", "one\n"), ("ls *.py", "loss.py\n"))


@pytest.fixture
def places(tmp_path: Path) -> tuple[Path, Path]:
    work, clone = tmp_path / "work", tmp_path / "clone"
    work.mkdir()
    clone.mkdir()
    return work, clone


def test_they_are_run_as_they_stand(places: tuple[Path, Path]) -> None:
    """Shell in the clone, the rest in a folder of its own, with the variables that the shell leaves."""
    timed = list(followed(steps(PAGE), *places, ENVIRONMENT))
    assert [name for name, _ in timed] == [step.name for step in steps(PAGE)]
    assert all(seconds > 0 for _, seconds in timed)
    assert (places[1] / "there").read_text("utf-8") == "installed\n"


@pytest.mark.parametrize(
    ("step", "error"),
    [
        (Step("out", "python", "print(1)\n", "2\n"), "out\nshows\n1\n\nand on the page stands\n2\n"),
        (Step("out", "python", "1 / 0\n", None), "ZeroDivisionError"),
        (Step("in", "sh", "false\ntrue\n", None), "ended with 1"),
        (Step("cmd", "console", "$ echo 1\n2\n", None), "echo 1\nshows\n1\n"),
        (Step("cmd", "console", "$ exit 64\n", None), "ended with 64"),
    ],
    ids=["output", "error", "shell", "console", "usage"],
)
def test_what_differs_from_the_page_is_noticed(step: Step, error: str, places: tuple[Path, Path]) -> None:
    with pytest.raises(Differs, match=error):
        list(followed([step], *places, ENVIRONMENT))


@pytest.mark.parametrize(
    ("page", "error"),
    [
        ("<!-- newcomer: install -->\n\nNo block.\n", "a block has to follow"),
        ("<!-- newcomer: shown -->\n```text\n1\n```\n", "shown: a block in text cannot be run; sh, python and console"),
    ],
)
def test_a_mark_without_a_block_that_can_be_run_is_an_error(page: str, error: str) -> None:
    with pytest.raises(ValueError, match=error):
        steps(page)


def test_the_readme_leads_from_the_installation_to_an_answer_in_python_and_on_the_command_line(checkout: Path) -> None:
    found = steps((checkout / "README.md").read_text("utf-8"))
    assert "pip install" in next(step.text for step in found if step.language == "sh")
    assert {step.language for step in found} == {"sh", "python", "console"}
    assert found[0].language == "sh"
    assert all(step.shown for step in found if step.language == "python" and step.file is None)
