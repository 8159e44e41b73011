"""README.md: every example in it is run, and what it shows is what comes out; make docs writes the outputs again."""

from __future__ import annotations

import re
import shlex
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.executed import answered, blocks, commands, executed, prose


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
    python = [b for b in found if b.language == "python"]
    assert all(len(b.text.split("\n\n")[-1].splitlines()) <= 4 for b in python)  # what a reader has to take in
    asked = [c for b in found if b.language == "console" for c in commands(b.text)]
    assert all(c.startswith("symcheck ") for c in asked)
    assert {c.split()[1] for c in asked} >= {"certify", "recheck"}
    assert len(readme.splitlines()) <= 150


def test_the_lines_that_verify_a_certificate_do(readme: str, tmp_path: Path, checkout: Path) -> None:
    """In a folder beside the one of the checkout, by a copy of one file, in Python's isolated mode."""
    (shell,) = (b.text for b in blocks(readme) if b.language == "sh" and "check.py" in b.text)
    (tmp_path / "there").mkdir()
    (tmp_path / "symcheck").symlink_to(checkout / "symcheck")
    script = shell.replace("python3", shlex.quote(sys.executable))
    told = answered(f"set -e; {script}", tmp_path).splitlines()
    assert told[0].startswith("PROVED for every C >= 2, every q in (0, 1]: gce + l2")
    assert [line.partition(":")[0] for line in told[2:]] == ["verified", "verified"]
    file = tmp_path / "there" / "cert.json"
    file.write_text(file.read_text("utf-8").replace('"kappa": "C**(-q)"', '"kappa": "1"'), encoding="utf-8")
    assert "not verified" in answered(script.splitlines()[-1], tmp_path)


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
    part = readme[: next(b.end for b in blocks(readme) if b.language == "text")] + "```\n"
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


def test_the_links_and_paths_of_the_readme_exist(readme: str, checkout: Path) -> None:
    text = prose(readme)
    links = [target for target in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in target]
    assert len(links) >= 10
    for path in links:
        assert (checkout / path).exists(), path
