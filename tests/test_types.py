"""Types: every public name is annotated, and a checker finds in what users write what is meant there."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import public_names

PYTHON = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)

FRAGMENTS = {"architecture.md", "adding.md"}
"""Pages whose Python is parts of files, and no program."""

AS_READERS_WRITE = (
    "--allow-untyped-defs", "--allow-incomplete-defs", "--allow-untyped-calls", "--allow-redefinition",
    "--no-strict-optional", "--disable-error-code=union-attr",
)  # fmt: skip
"""A line of a page takes it that there is a kappa, and annotates nothing."""


def annotation_faults(function: Callable[..., object]) -> Iterator[str]:
    signature = inspect.signature(function)
    for name, parameter in signature.parameters.items():
        if name not in ("self", "cls"):
            yield from annotation_fault(name, parameter.annotation)
    yield from annotation_fault("what it returns", signature.return_annotation)


def annotation_fault(what: str, annotation: object) -> Iterator[str]:
    if annotation is inspect.Signature.empty:
        yield f"{what} has no type"
    elif re.search(r"\bAny\b", str(annotation)):
        yield f"{what} is {annotation}"


def checked(checkout: Path, cache: Path, *arguments: str) -> str:
    """What the checker says, without its last line."""
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--cache-dir", str(cache), *arguments],
        cwd=checkout,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("types")


@pytest.mark.parametrize("name", public_names.functions())
def test_a_function_has_types(name: str) -> None:
    assert list(annotation_faults(public_names.functions()[name])) == []


@pytest.mark.parametrize("name", public_names.classes())
def test_methods_and_properties_have_types(name: str) -> None:
    members = public_names.members(public_names.classes()[name])
    functions = {member: public_names.function_of(value) for member, value in members.items()}
    found = {member: list(annotation_faults(function)) for member, function in functions.items() if function}
    assert {member: faults for member, faults in found.items() if faults} == {}


def test_what_has_no_type_is_seen() -> None:
    def untyped(x, y: Any) -> None:  # type: ignore  # noqa: F821, PGH003
        pass

    assert list(annotation_faults(untyped)) == ["x has no type", "y is Any"]


def test_both_packages_say_that_they_have_types(checkout: Path) -> None:
    assert all((checkout / package / "py.typed").exists() for package in public_names.OURS)


@pytest.mark.slow
def test_what_users_write_has_the_types_that_are_meant(checkout: Path, cache: Path) -> None:
    assert checked(checkout, cache, "tests/typed") == ""


@pytest.mark.slow
def test_a_wrong_type_is_seen(checkout: Path, cache: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.py"
    wrong.write_text('import symcheck as sc\n\nsc.certify("mae").headlines\nsc.certify("mae", classes="ten")\n')
    said = checked(checkout, cache, str(wrong))
    assert '"Certificate" has no attribute "headlines"; maybe "headline"?' in said
    assert 'Argument "classes" to "certify" has incompatible type "str"' in said


def pages(checkout: Path) -> dict[str, str]:
    """The Python of each page, as one program."""
    files = [checkout / "README.md", *sorted((checkout / "docs").rglob("*.md"))]
    code = {file: PYTHON.findall(file.read_text("utf-8")) for file in files}
    return {
        re.sub(r"\W", "_", str(file.relative_to(checkout))): "\n".join(blocks)
        for file, blocks in code.items()
        if blocks and file.name not in FRAGMENTS
    }


@pytest.mark.slow
def test_pages_use_names_and_arguments_that_are_there(checkout: Path, cache: Path, tmp_path: Path) -> None:
    for name, code in pages(checkout).items():
        (tmp_path / f"{name}.py").write_text(code, "utf-8")
    assert checked(checkout, cache, *AS_READERS_WRITE, str(tmp_path)) == ""
