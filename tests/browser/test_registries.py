"""Where the parts of the page come from: pinned versions, a cache, and what is said where a client is missing."""

from __future__ import annotations

import re
import shutil
import tomllib
import zipfile
from pathlib import Path

import pytest

from docs.browser import archives, registries
from docs.browser.registries import CORE, PACKAGES, PYODIDE, RegistryError


def _cached_wheels(cache: Path, constraints: Path) -> list[Path]:
    pins = dict(re.findall(r"^([\w.-]+)==(\S+)$", constraints.read_text("utf-8"), flags=re.MULTILINE))
    made = [cache / f"{name.replace('-', '_')}-{pins[name]}-py3-none-any.whl" for name in PACKAGES]
    for wheel in made:
        wheel.touch()
    return made


def test_every_dependency_of_the_proofs_is_there(checkout: Path) -> None:
    project = tomllib.loads((checkout / "pyproject.toml").read_text("utf-8"))["project"]
    named = {re.split(r"[<>=!~ \[]", requirement)[0] for requirement in project["dependencies"]}
    # SymPy needs mpmath; nothing else is needed by any of them.
    assert set(PACKAGES) == named | {"mpmath"}


def test_the_versions_are_those_that_are_tested(
    checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise AssertionError("a registry is asked for what is in the cache")

    monkeypatch.setattr(registries, "_run", refused)
    constraints = checkout / "constraints.txt"
    made = _cached_wheels(tmp_path, constraints)
    (tmp_path / "sympy-1.0-py3-none-any.whl").touch()  # of another version, left by an earlier build
    assert registries.wheels(tmp_path, constraints) == made


def test_pyodide_is_taken_from_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    folder = tmp_path / f"pyodide-{PYODIDE}"
    folder.mkdir()
    for name in CORE:
        (folder / name).touch()
    assert registries.pyodide(tmp_path) == {name: folder / name for name in CORE}


def test_without_npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(RegistryError) as raised:
        registries.pyodide(tmp_path)
    assert str(raised.value) == "npm: not found, and it fetches Pyodide; install Node.js, whose package has it"


def test_a_registry_that_does_not_answer(checkout: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "npm"
    broken.write_text("#!/bin/sh\necho 'npm error network: no answer' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setattr(shutil, "which", lambda _name: str(broken))
    with pytest.raises(RegistryError, match=r"^npm: npm error network: no answer$"):
        registries.pyodide(tmp_path)


def test_a_package_without_a_pin(tmp_path: Path) -> None:
    constraints = tmp_path / "constraints.txt"
    constraints.write_text("numpy==2.0\n")
    with pytest.raises(AssertionError, match=r"^constraints\.txt pins no version of sympy$"):
        registries.wheels(tmp_path, constraints)


def test_without_node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheel = tmp_path / "a-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as write:
        write.writestr("a/__init__.py", "")
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(RegistryError) as raised:
        archives.archive([wheel], "a", tmp_path, tmp_path, has_sources=True)
    assert str(raised.value) == "node: not found, and it compiles the packages; install Node.js"


@pytest.mark.parametrize(
    ("name", "is_wanted"),
    [
        ("sympy/core/expr.py", True),
        ("sympy/core/tests/test_expr.py", False),
        ("symcheck/notebook/slider.py", True),
        ("numerics/demo.py", False),
        ("flint/flint_base/flint_base.cpython-314-wasm32-emscripten.so", True),
        ("flint/types/fmpz.pxd", False),
        ("symcheck-0.1.0.dist-info/entry_points.txt", True),
        ("sympy/testing/__init__.py", True),
        ("tests.py", True),
    ],
)
def test_what_a_browser_does_not_need_is_left_out(name: str, is_wanted: bool) -> None:
    assert archives._is_wanted(name) is is_wanted
