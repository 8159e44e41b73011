"""The examples in docstrings show what is true."""

from __future__ import annotations

import doctest
import importlib
import linecache
import pkgutil
from itertools import groupby

import pytest

import numerics
import symcheck

PACKAGES = (symcheck, numerics)
MODULES = sorted(
    module.name
    for package in PACKAGES
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    if not module.name.endswith("__main__")
)
MODULES += [package.__name__ for package in PACKAGES]


FOLDERS = {name: list(found) for name, found in groupby(MODULES, lambda module: ".".join(module.split(".")[:2]))}


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_examples_of(folder: str) -> None:
    failed = [name for name in FOLDERS[folder] for test in _examples(name) if doctest.DocTestRunner().run(test).failed]
    assert not failed, "what these modules show is not what comes out"


def _examples(name: str) -> list[doctest.DocTest]:
    """The docstrings of a module that show something; to run any looks after every file that was read for its lines."""
    linecache.clearcache()
    return [test for test in doctest.DocTestFinder().find(importlib.import_module(name)) if test.examples]


def test_an_example_that_is_wrong_is_seen() -> None:
    examples = doctest.DocTestParser().get_doctest(">>> 1 + 1\n3\n", {}, "wrong", None, None)
    assert doctest.DocTestRunner(verbose=False).run(examples, out=lambda _: None).failed == 1


def test_some_modules_have_examples() -> None:
    finder = doctest.DocTestFinder()
    modules = ("symcheck.language.exact", "symcheck.language.formula", "symcheck.language.parameter")
    for name in modules:
        assert any(test.examples for test in finder.find(importlib.import_module(name)))
