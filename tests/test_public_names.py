"""Every public name says what it is, what it takes, gives and raises, with an example and a source.

Which names are public is found in ``tests.public_names``; that the examples show what is true, in ``test_docstrings``;
that every error that is documented is raised, in ``test_documented_errors``.
"""

from __future__ import annotations

import ast
import builtins
import doctest
import importlib
import inspect
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

import numerics
import symcheck
from symcheck.language.functions import FUNCTIONS
from tests import public_names

NO_SOURCE = {
    "symcheck.quadratic_form", "numerics.grid", "numerics.human_labels_from_csv", "numerics.results", "numerics.sweep",
    *(f"symcheck.{name}" for name in FUNCTIONS),
}  # fmt: skip
"""Functions that store, read or name: nothing in them is due to a theorem or a paper."""


def doc_of(value: object) -> str:
    return inspect.cleandoc(value.__doc__ or "")


def first_line_faults(doc: str) -> Iterator[str]:
    first = doc.split("\n\n")[0]
    if not first:
        yield "no docstring"
    elif "\n" in first:
        yield "the first sentence does not stand on one line"
    elif not first.endswith((".", "?", ":")):
        yield "the first line is no sentence"


def example_faults(doc: str) -> Iterator[str]:
    """There is one, and it can be pasted as it stands: what it uses, it imports or makes."""
    examples = doctest.DocTestParser().get_examples(doc)
    if not examples:
        yield "no example"
        return
    tree = ast.parse("".join(example.source for example in examples))
    bound = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    bound |= {n.name for n in ast.walk(tree) if isinstance(n, ast.ExceptHandler) and n.name}
    bound |= {a.arg for a in ast.walk(tree) if isinstance(a, ast.arg)}
    bound |= {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    bound |= {
        (a.asname or a.name).split(".")[0]
        for n in ast.walk(tree)
        if isinstance(n, ast.Import | ast.ImportFrom)
        for a in n.names
    }
    used = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}
    for name in sorted(used - bound - set(dir(builtins))):
        yield f"the example uses {name} without an import"


def said_in_code(doc: str) -> set[str]:
    """The names that stand in code, between two backquotes each."""
    return {word for code in re.findall(r"``(.+?)``", doc, re.DOTALL) for word in re.findall(r"\w+", code)}


def function_faults(function: Callable[..., object]) -> Iterator[str]:
    doc = doc_of(function)
    yield from first_line_faults(doc)
    known = said_in_code(doc)
    for name in public_names.arguments(function):
        if name not in known:
            yield f"``{name}`` is not explained"
    for word in ("returns", "raises"):
        if not re.search(rf"\b{word}\s", doc, re.IGNORECASE):
            yield f"it does not say what it {word}"
    yield from example_faults(doc)


def member_faults(name: str, member: object) -> Iterator[str]:
    function = public_names.function_of(member)
    assert function is not None
    for argument in public_names.arguments(function):
        if argument not in said_in_code(doc_of(function)):
            yield f"{name}: ``{argument}`` is not explained"


def class_faults(owner: type) -> Iterator[str]:
    yield from explanation_faults(owner)
    for name, member in public_names.members(owner).items():
        yield from member_faults(name, member)


def explanation_faults(owner: type) -> Iterator[str]:
    """Of the class and its fields, and of its methods and properties their first lines."""
    docs = "\n".join(doc_of(base) for base in owner.__mro__ if base.__module__.split(".")[0] in public_names.OURS)
    yield from first_line_faults(doc_of(owner))
    known = said_in_code(docs) | public_names.fields_with_docstrings(owner)
    for name in public_names.field_names(owner):
        if name not in known:
            yield f"the field ``{name}`` is not explained"
    for name, member in public_names.members(owner).items():
        yield from (f"{name}: {fault}" for fault in first_line_faults(doc_of(public_names.function_of(member))))


@pytest.mark.parametrize("name", public_names.functions())
def test_a_function_says_what_it_takes_gives_and_raises(name: str) -> None:
    assert list(function_faults(public_names.functions()[name])) == []


@pytest.mark.parametrize("name", [name for name in public_names.functions() if name not in NO_SOURCE])
def test_a_function_names_its_source(name: str) -> None:
    assert "Source: " in doc_of(public_names.functions()[name])


@pytest.mark.parametrize("name", public_names.classes())
def test_a_class_explains_its_fields_methods_and_properties_with_an_example(name: str) -> None:
    owner = public_names.classes()[name]
    assert [*class_faults(owner), *example_faults(doc_of(owner))] == []


@pytest.mark.parametrize("name", public_names.parts())
def test_what_is_in_a_public_class_is_explained(name: str) -> None:
    assert list(explanation_faults(public_names.parts()[name])) == []


@pytest.mark.parametrize("name", public_names.modules())
def test_a_module_has_an_example(name: str) -> None:
    doc = doc_of(public_names.modules()[name])
    assert [*first_line_faults(doc), *example_faults(doc)] == []


def test_the_examples_are_among_those_that_are_run() -> None:
    finder = doctest.DocTestFinder()
    public = {**public_names.functions(), **public_names.classes()}
    homes = {inspect.unwrap(value).__module__ for value in public.values()}
    found = {test.name for home in homes for test in finder.find(importlib.import_module(home)) if test.examples}
    assert {f"{inspect.unwrap(value).__module__}.{value.__qualname__}" for value in public.values()} - found == set()


def test_the_sections_that_docstrings_name_are_there(checkout: Path) -> None:
    sections = set(re.findall(r"^## (\d+)\.", (checkout / "docs/theory.md").read_text("utf-8"), re.MULTILINE))
    for name, value in {**public_names.functions(), **public_names.classes()}.items():
        for where in re.findall(r"^Source: .*docs/theory\.md, sections? ([\d, and]+)", doc_of(value), re.MULTILINE):
            assert set(re.findall(r"\d+", where)) <= sections, name


def test_what_is_missing_is_seen() -> None:
    def takes(x, y):
        """Something with ``x``

        >>> takes(1, 2)
        """

    assert list(function_faults(takes)) == [
        "the first line is no sentence",
        "``y`` is not explained",
        "it does not say what it returns",
        "it does not say what it raises",
        "the example uses takes without an import",
    ]
    assert list(example_faults("")) == ["no example"]
    assert list(first_line_faults("")) == ["no docstring"]


def test_a_field_that_is_not_explained_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    @dataclass
    class Held:
        """A ``value``."""

        value: int
        other: int

    monkeypatch.setattr(public_names, "OURS", (__name__.split(".")[0],))
    assert list(explanation_faults(Held)) == ["the field ``other`` is not explained"]


@pytest.mark.parametrize("package", [symcheck, numerics], ids=lambda package: package.__name__)
def test_a_package_says_what_there_is_by_use(package: ModuleType) -> None:
    doc = doc_of(package)
    assert set(package.__all__) - {"__version__"} <= said_in_code(doc)
    assert len(doc.splitlines()) <= 32
    assert dir(package) == package.__all__
