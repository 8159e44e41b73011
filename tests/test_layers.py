"""The import contract of pyproject.toml holds, and a package that breaks it is reported."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest

LAYERS = "the layers of symcheck"
CONDITIONS = "the layers of the conditions"
NUMERICS = "the layers of numerics"
AUDITS = "audits of models and of implementations do not know each other"
FINITE = "bounds and forecasts do not know each other"
IMPLEMENTATIONS = "the layers of audits of implementations"
COMMANDS = "numerics needs no command line of symcheck"
LANGUAGE = "the language is plain Python"
PROOFS = "the proofs need neither numerics nor numpy"
TORCH = "only the intake may name torch"
ALL = {LAYERS, CONDITIONS, NUMERICS, AUDITS, FINITE, IMPLEMENTATIONS, COMMANDS, LANGUAGE, PROOFS, TORCH}

TYPES = "\nif TYPE_CHECKING:\n    "
LINT = "from importlinter.cli import lint_imports_command; lint_imports_command()"


def broken(folder: Path) -> set[str]:
    """The names of the contracts that the packages in ``folder`` break; every contract is one of ``ALL``."""
    done = subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache", "--config", str(folder / "pyproject.toml")],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    told = dict(re.findall(r"^(.*\S) (KEPT|BROKEN)\b", done.stdout, flags=re.MULTILINE))
    assert set(told) == ALL, done.stdout + done.stderr
    found = {name for name, state in told.items() if state == "BROKEN"}
    assert done.returncode == (1 if found else 0), done.stdout
    return found


def test_the_contract_holds(checkout: Path) -> None:
    assert broken(checkout) == set()


@pytest.fixture(scope="module")
def hollow(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Empty packages, one for each layer of symcheck and of numerics, under the same contracts."""
    folder = tmp_path_factory.mktemp("hollow")
    shutil.copy(checkout / "pyproject.toml", folder)
    contracts = tomllib.loads((checkout / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    packages = ["numerics", "symcheck"]
    for contract in contracts:
        for layer in contract.get("layers", ()):
            container = contract["containers"][0].replace(".", "/")
            packages += [f"{container}/{name}" for name in re.findall(r"\w+", layer)]
    for package in packages:
        (folder / package).mkdir()
        (folder / package / "__init__.py").touch()
    return folder


@pytest.mark.parametrize(
    ("file", "code", "expected"),
    [
        ("symcheck/errors/file.py", "", set()),
        ("symcheck/errors/file.py", "import symcheck.reason", {LAYERS}),
        ("symcheck/errors/file.py", "import symcheck.language.term", {LAYERS}),
        ("symcheck/language/file.py", "def late():\n    import symcheck.readings", {LAYERS}),
        ("symcheck/losses/file.py", "import symcheck.readings", {LAYERS}),
        ("symcheck/theorems/file.py", "import symcheck.conditions", set()),
        ("symcheck/conditions/gradient/file.py", "import symcheck.theorems", {LAYERS}),
        ("symcheck/conditions/gradient/file.py", "import symcheck.conditions.smoothness", set()),
        ("symcheck/conditions/gradient/file.py", "import symcheck.conditions.curvature", {CONDITIONS}),
        ("symcheck/conditions/agreement/file.py", "def late():\n    import symcheck.conditions.cases", {CONDITIONS}),
        ("symcheck/conditions/something_new.py", "", {CONDITIONS}),
        ("symcheck/something_new.py", "", {LAYERS}),
        ("symcheck/language/file.py", "import sympy", {LANGUAGE}),
        ("symcheck/language/file.py", "import flint", {LANGUAGE}),
        ("symcheck/language/file.py", "import numpy", {LANGUAGE, PROOFS}),
        ("symcheck/errors/file.py", "import torch", {TORCH}),
        ("symcheck/readings/file.py", "import sympy", set()),
        ("symcheck/readings/file.py", "import numpy.linalg", {PROOFS}),
        ("symcheck/readings/file.py", "import torch.nn", {TORCH}),
        ("symcheck/readings/file.py", f"from typing import TYPE_CHECKING{TYPES}import torch", {TORCH}),
        ("symcheck/readings/file.py", f"from typing import TYPE_CHECKING{TYPES}import symcheck.theorems", {LAYERS}),
        ("symcheck/intake/file.py", f"from typing import TYPE_CHECKING{TYPES}import torch", set()),
        ("symcheck/one_file_each/file.py", "import symcheck.errors", set()),
        ("symcheck/errors/file.py", "import symcheck.one_file_each", {LAYERS}),
        ("symcheck/theorems/file.py", "import numerics", {PROOFS}),
        ("symcheck/intake/file.py", "def late():\n    import torch.nn", set()),
        ("symcheck/intake/file.py", "import numpy", {PROOFS}),
        ("numerics/formulas/file.py", "import symcheck.theorems, numpy, torch", set()),
        ("numerics/something_new.py", "", {NUMERICS}),
        ("numerics/commands/file.py", "import numerics.confirmations, numerics.figures", set()),
        ("numerics/confirmations/file.py", "import numerics.networks, numerics.linear, numerics.runs", set()),
        ("numerics/networks/file.py", "import numerics.confirmations", {NUMERICS}),
        ("numerics/networks/file.py", "import numerics.linear", {NUMERICS}),
        ("numerics/confirmations/file.py", "def late():\n    import numerics.figures", {NUMERICS}),
        ("numerics/finite/trusted/file.py", "import numerics.finite.forecast", {FINITE}),
        ("numerics/formulas/file.py", f"from typing import TYPE_CHECKING{TYPES}import numerics.models", {NUMERICS}),
        ("numerics/errors/file.py", "import numerics.progress", {NUMERICS}),
        ("numerics/audits/models/file.py", "import numerics.audits.implementations", {AUDITS}),
        ("numerics/audits/implementations/file.py", "", {IMPLEMENTATIONS}),
        ("numerics/audits/implementations/evidence/file.py",
         "import numerics.audits.implementations.explanations", {IMPLEMENTATIONS}),
        ("numerics/audits/implementations/explanations/file.py",
         "import numerics.audits.implementations.evidence, numerics.formulas", set()),
        ("numerics/commands/file.py", "import symcheck.commands", {COMMANDS}),
        ("numerics/commands/file.py", "def late():\n    import symcheck.cli", {COMMANDS}),
        ("numerics/commands/file.py", "import symcheck.intake, symcheck.certificates", set()),
    ],
)  # fmt: skip
def test_a_package_that_breaks_the_contract_is_reported(hollow: Path, file: str, code: str, expected: set[str]) -> None:
    """Each case puts one file with one import into the hollow packages."""
    added = hollow / file
    added.write_text(code, encoding="utf-8")
    try:
        found = broken(hollow)
    finally:
        added.unlink()
    assert found == expected


PARENT_AND_ELEMENT = {"symcheck.field.base", "symcheck.field.element", "symcheck.field.generator"}
"""A field makes elements of generators, and an element knows its field: the one circle."""


def first_circle(imports: dict[str, set[str]]) -> list[str]:
    """Modules that import each other in a circle, imports for types and those in functions among them; [] for none."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_there_is_no_circle_but_a_field_and_its_elements() -> None:
    graph = grimp.build_graph("symcheck", "numerics", exclude_type_checking_imports=False, cache_dir=None)
    imports = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}
    assert set(first_circle(imports)) <= PARENT_AND_ELEMENT
    assert first_circle(imports)  # so circles are seen
    as_one = {name: ("field" if name in PARENT_AND_ELEMENT else name) for name in imports}
    joined: dict[str, set[str]] = {name: set() for name in as_one.values()}
    for name, found in imports.items():
        joined[as_one[name]] |= {as_one[other] for other in found} - {as_one[name]}
    assert first_circle(joined) == []


PROBE = """
import sys
{statement}
print(sorted({{name.partition(".")[0] for name in sys.modules}} & {{"torch", "numpy", "scipy", "sklearn", "numerics"}}))
"""


def loaded(fresh: Callable[..., subprocess.CompletedProcess[str]], statement: str) -> str:
    """Which of the heavy packages a new process has loaded after ``statement``."""
    done = fresh("-c", PROBE.format(statement=statement))
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_importing_symcheck_loads_neither_torch_nor_numpy(
    fresh: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    assert loaded(fresh, "import symcheck") == "[]"


def test_importing_every_module_of_symcheck_loads_neither_torch_nor_numpy(
    fresh: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    """__main__ apart, which runs the command line."""
    statement = (
        "import importlib, pkgutil, symcheck\n"
        "for module in pkgutil.walk_packages(symcheck.__path__, 'symcheck.'):\n"
        "    if not module.name.endswith('__main__'):\n"
        "        importlib.import_module(module.name)"
    )
    assert loaded(fresh, statement) == "[]"


@pytest.mark.parametrize(
    ("statement", "expected"),
    [("import numpy", "['numpy']"), ("import symcheck, numerics", "['numerics']"), ("import torch", "torch")],
)
def test_a_package_that_is_loaded_is_seen(
    fresh: Callable[..., subprocess.CompletedProcess[str]], statement: str, expected: str
) -> None:
    assert expected in loaded(fresh, statement)
