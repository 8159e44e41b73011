"""The wheel: complete, typed, and enough by itself for the symbolic half, outside the checkout and without torch."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Callable, Iterator
from importlib.metadata import Distribution, PathDistribution, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

Run = Callable[..., subprocess.CompletedProcess[str]]

CORE = {"latex2mathml", "python-flint", "shtab", "sympy"}
PACKAGES = ("symcheck", "numerics")


@pytest.fixture(scope="module")
def wheel(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel built from the source distribution of this checkout, as a release is, without the network."""
    folder = tmp_path_factory.mktemp("dist")
    done = subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(checkout)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def contents(wheel: Path) -> set[str]:
    """The names of the files in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel's files, the libraries that it requires, what those require, and nothing else."""
    folder = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    for library in required(*CORE):
        for name in {Path(str(file)).parts[0] for file in library.files or ()} - {"..", "__pycache__"}:
            source = Path(str(library.locate_file(name)))
            if source.exists():
                (folder / name).symlink_to(source)
    return folder


def required(*names: str) -> Iterator[Distribution]:
    """The installed distributions of these names and of everything that they require."""
    todo, seen = list(names), set[str]()
    while todo:
        requirement = Requirement(todo.pop())
        name = canonicalize_name(requirement.name)
        key = f"{name}{sorted(requirement.extras)}"
        if key in seen:
            continue
        seen.add(key)
        found = distribution(name)
        yield found
        for line in found.requires or ():
            inner = Requirement(line)
            extras = requirement.extras or {""}
            if inner.marker is None or any(inner.marker.evaluate({"extra": extra}) for extra in extras):
                todo.append(line)


@pytest.fixture
def alone(installed: Path, tmp_path: Path) -> Run:
    """Runs Python on ``installed`` alone: outside the checkout, and blind to everything else in the environment."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
        return subprocess.run(
            [sys.executable, "-S", *arguments],  # -S: no site-packages
            cwd=tmp_path,
            env={**environment, "PYTHONPATH": str(installed), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    return run


SCRIPT = (
    "import sys\n"
    "from importlib.metadata import entry_points\n"
    "(script,) = entry_points(group='console_scripts', name='symcheck')\n"
    "sys.argv[0] = 'symcheck'\n"
    "sys.exit(script.load()())\n"
)
"""What the installed command ``symcheck`` does."""


def test_the_wheel_has_every_file_of_both_packages(checkout: Path, contents: set[str]) -> None:
    kept = [
        file.relative_to(checkout).as_posix()
        for package in PACKAGES
        for file in (checkout / package).rglob("*")
        if file.is_file() and not any(part == "__pycache__" or part.startswith(".") for part in file.parts)
    ]
    assert len(kept) > 20
    assert set(kept) <= contents
    assert {f"{package}/py.typed" for package in PACKAGES} <= contents


def test_the_wheel_has_nothing_else_but_its_metadata(contents: set[str]) -> None:
    assert {name.partition("/")[0] for name in contents} == {*PACKAGES, "symcheck-0.1.0.dist-info"}
    assert "symcheck-0.1.0.dist-info/licenses/LICENSE" in contents


def test_the_wheel_requires_its_libraries_and_names_the_extras(installed: Path) -> None:
    metadata = PathDistribution(installed / "symcheck-0.1.0.dist-info")
    lines = [Requirement(line) for line in metadata.requires or ()]
    assert {r.name for r in lines if r.marker is None} == CORE
    numerics = {r.name for r in lines if r.marker is not None and r.marker.evaluate({"extra": "numerics"})}
    assert {"torch", "numpy", "scipy", "scikit-learn", "matplotlib"} <= numerics
    assert set(metadata.metadata.get_all("Provides-Extra") or ()) == {
        "bench",
        "browser",
        "compare",
        "mnist",
        "notebooks",
        "numerics",
        "parquet",
        "site",
        "sweep",
        "test",
    }
    assert metadata.metadata["License-Expression"] == "MIT"


def test_every_package_that_numerics_imports_is_named_by_an_extra(checkout: Path) -> None:
    """Also one that another package brings along, as scikit-learn does SciPy."""
    extras = tomllib.loads((checkout / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    named = {Requirement(line).name for extra in ("numerics", "sweep", "mnist", "parquet") for line in extras[extra]}
    imported = set()
    for file in (checkout / "numerics").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            imported |= {name.partition(".")[0] for name in [*names, getattr(node, "module", None) or ""]}
    foreign = imported - {"", *PACKAGES, *sys.stdlib_module_names, "sympy", "flint"}
    assert {"torch", "scipy", "sklearn"} <= foreign
    assert {{"sklearn": "scikit-learn", "distributed": "dask"}.get(name, name) for name in foreign} <= named


def test_alone_means_without_torch_and_outside_the_checkout(alone: Run, installed: Path) -> None:
    """The tests below would not notice a missing file if the checkout or the environment could supply it."""
    for name in ("torch", "numpy", "pytest"):
        done = alone("-c", f"import {name}")
        assert done.returncode == 1
        assert f"No module named '{name}'" in done.stderr
    for name in PACKAGES:
        done = alone("-c", f"import {name}; print({name}.__file__)")
        assert done.stdout.strip() == str(installed / name / "__init__.py"), done.stderr


def test_every_module_of_symcheck_needs_the_two_libraries_only(alone: Run) -> None:
    code = (
        "import importlib, pkgutil, symcheck\n"
        "names = [m.name for m in pkgutil.walk_packages(symcheck.__path__, 'symcheck.')]\n"
        "for name in names:\n"
        "    if not name.endswith('__main__'):\n"
        "        importlib.import_module(name)\n"
        "print(len(names))\n"
    )
    done = alone("-W", "error", "-c", code)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 20


@pytest.mark.parametrize("how", [("-m", "symcheck"), ("-c", SCRIPT)])
def test_the_version(alone: Run, how: tuple[str, str]) -> None:
    done = alone(*how, "--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, "symcheck 0.1.0\n", "")


def test_a_certificate(alone: Run) -> None:
    done = alone("-c", SCRIPT, "certify", "cross_entropy", "l2")
    assert done.returncode == 0, done.stderr
    assert "PROVED" in done.stdout


def test_help_lists_the_commands_that_need_the_extra(alone: Run) -> None:
    done = alone("-c", SCRIPT, "--help")
    assert done.returncode == 0, done.stderr
    assert "confirm" in done.stdout


@pytest.mark.parametrize("command", [("confirm", "cross_entropy", "l2", "--data", "digits"), ("sweep",)])
def test_a_command_names_the_missing_extra(alone: Run, command: tuple[str, ...]) -> None:
    done = alone("-c", SCRIPT, *command)
    assert done.returncode == 64, done.stderr
    assert 'pip install "symcheck[numerics]"' in done.stderr
    assert "Traceback" not in done.stderr


def test_the_version_is_the_same_everywhere(alone: Run) -> None:
    code = "import importlib.metadata as m; from symcheck.version import VERSION; print(m.version('symcheck'), VERSION)"
    done = alone("-c", code)
    assert done.stdout == "0.1.0 0.1.0\n", done.stderr


ONLY_BENCHMARKS = ("cleanlab", "symengine", "termcolor")


def pins(checkout: Path) -> dict[str, Version]:
    """The versions in constraints.txt."""
    lines = (checkout / "constraints.txt").read_text("utf-8").splitlines()
    found = [
        re.fullmatch(r"([A-Za-z0-9._-]+)==([0-9][0-9A-Za-z.]*)", line) for line in lines if line[:1] not in ("#", "")
    ]
    assert all(found), "a constraint is a plain name==version, without extras, markers or a local version"
    return {canonicalize_name(m[1]): Version(m[2]) for m in found if m}


def requirements(checkout: Path) -> list[Requirement]:
    """Every requirement of pyproject.toml, those of all extras and of the build included."""
    file = tomllib.loads((checkout / "pyproject.toml").read_text("utf-8"))
    extras = file["project"]["optional-dependencies"].values()
    lines = [
        *file["project"]["dependencies"],
        *(r for extra in extras for r in extra),
        *file["build-system"]["requires"],
    ]
    return [r for r in map(Requirement, lines) if r.name != "symcheck"]


def test_every_requirement_has_a_tested_version_in_its_range(checkout: Path) -> None:
    known = pins(checkout)
    for requirement in requirements(checkout):
        version = known[canonicalize_name(requirement.name)]
        assert version in requirement.specifier, f"{requirement} does not admit {version}"


def test_everything_that_the_tests_install_has_a_tested_version(checkout: Path) -> None:
    """Found by following the requirements of what is installed here, apart from what only benchmarks need."""
    known = pins(checkout)
    names = [str(r) for r in requirements(checkout) if r.name not in ONLY_BENCHMARKS]
    needed = {canonicalize_name(d.metadata["Name"]) for d in required(*names)}
    assert len(needed) > 50
    assert needed - set(known) == set()
