"""Properties of every entry of the catalogue, and its values against implementations written independently."""

from __future__ import annotations

import doctest
import math
import re
import sys
from fractions import Fraction
from math import ceil
from typing import Any

import mpmath
import numpy as np
import pytest

import symcheck.losses
import symcheck.regularizers
from symcheck.entry import Entry
from symcheck.intake.catalogue import loss_named, names, regularizer_named
from symcheck.intake.parser import parsed
from symcheck.language.classwise import ClassParameter, MatrixParameter
from symcheck.language.formula import Formula
from symcheck.language.functions import log
from symcheck.language.recording import Kind
from symcheck.language.vector_array import VectorArray
from tests.definitions import TABLES, written
from tests.each import of_each
from tests.symcheck.catalogue.floats import value

EVERY = [(kind, name) for kind in ("loss", "regularizer") for name in names(kind)]
every_entry = of_each(EVERY)


def entry(kind: Kind, name: str, **values: Any) -> Entry:
    return loss_named(name, **values) if kind == "loss" else regularizer_named(name, **values)


def indexed_parameters(formula: Formula) -> dict[str, ClassParameter | MatrixParameter]:
    """The arrays of a formula as the parameters that they came from."""
    return {
        a.name: ClassParameter.of(a) if isinstance(a, VectorArray) else MatrixParameter.of(a)  # type: ignore[arg-type]
        for a in formula.arrays
    }


def defaults(of: Entry) -> dict[str, Fraction]:
    return {name: p.default for name, p in of.declared.items() if p.default is not None}


# ---------------------------------------------------------------- what an entry is


@every_entry
def test_it_records_the_same_formula_with_its_parameters_free_and_set(kind: Kind, name: str) -> None:
    free = entry(kind, name)
    assert [p.key() for p in free.recorded.parameters] == [p.key() for p in free.parameters]
    assert free.recorded == type(free)().recorded
    fixed = free.at(**defaults(free))
    assert fixed.recorded.parameters == ()
    assert fixed.recorded == free.recorded.with_values(defaults(free))


@every_entry
def test_a_loss_uses_the_label_and_a_regularizer_does_not(kind: Kind, name: str) -> None:
    assert entry(kind, name).recorded.uses_label is (kind == "loss")


@every_entry
def test_its_text_reads_back_as_the_same_formula(kind: Kind, name: str) -> None:
    free = entry(kind, name)
    for formula in (free.recorded, free.at(**defaults(free)).recorded):
        parameters = {**{p.name: p for p in formula.parameters}, **indexed_parameters(formula)}
        assert parsed(str(formula), parameters=parameters, kind=kind) == formula


@every_entry
def test_its_parameters_have_names_and_defaults_in_their_intervals(kind: Kind, name: str) -> None:
    for field, parameter in entry(kind, name).declared.items():
        assert field == parameter.name
        assert parameter.default is not None
        assert parameter.default in parameter.interval
    for field, array in entry(kind, name).arrays.items():
        assert field == array.name
        assert all(not array.objection(array.at_default(classes).values or ()) for classes in (2, 3, 10))


def test_no_parameter_of_a_regularizer_is_called_as_one_of_a_loss() -> None:
    """Each loss can stand beside each regularizer with all parameters free, none of them meant twice."""
    declared: dict[str, set[str]] = {"loss": set(), "regularizer": set()}
    for kind, name in EVERY:
        declared[kind] |= {*entry(kind, name).declared, *(a.name for a in entry(kind, name).recorded.arrays)}
    assert declared["loss"]
    assert declared["regularizer"]
    assert not declared["loss"] & declared["regularizer"]


@every_entry
def test_its_class_has_the_name_of_its_file_and_is_final(kind: Kind, name: str) -> None:
    one = entry(kind, name)
    assert one.name == name
    assert one.kind == kind
    assert type(one).__name__.lower() == name.replace("_", "")
    assert type(one).__final__
    package = symcheck.losses if kind == "loss" else symcheck.regularizers
    assert getattr(package, type(one).__name__) is type(one)


@every_entry
def test_its_docstring_names_the_formula_its_parameters_and_a_reference_with_a_year(kind: Kind, name: str) -> None:
    one = entry(kind, name)
    assert re.search(r"\b(19|20)\d\d\b", one.reference)
    text = " ".join((type(one).__doc__ or "").split())
    assert f"Reference: {one.reference}. >>>" in text
    assert text.startswith("l(z, y) = " if kind == "loss" else "g(z) = ")
    for field in (*one.declared, *one.declared_arrays):
        assert re.search(rf"Parameters: .*\b{field}\b", text), f"{field} is not described"


@every_entry
def test_its_docstring_has_an_example(kind: Kind, name: str) -> None:
    """That it shows what is true is in tests/test_docstrings.py."""
    assert doctest.DocTestFinder(recurse=False).find(type(entry(kind, name)))[0].examples


# ---------------------------------------------------------------- its values, against a second implementation


@pytest.mark.parametrize("kind", ["loss", "regularizer"])
def test_every_entry_has_a_second_implementation(kind: Kind) -> None:
    assert list(TABLES[kind]) == list(names(kind))


def _settings(of: Entry, draw: np.random.Generator) -> list[dict[str, Fraction]]:
    """The default values, and two in the interior of the intervals within 3 of an end."""
    found = [defaults(of)]
    for _ in range(2):
        one = {}
        for name, parameter in of.declared.items():
            low, high = parameter.interval.low, parameter.interval.high
            if low is None:
                low = high - 3 if high is not None else Fraction(-3)
            high = low + 3 if high is None else high
            value = low + (high - low) * Fraction(int(draw.integers(1, 100)), 101)
            one[name] = Fraction(ceil(value)) if parameter.interval.integer else value
        found.append(one)
    return found


@pytest.mark.parametrize("classes", [2, 3, 5, 10])
@every_entry
def test_its_values_are_those_of_the_definition(kind: Kind, name: str, classes: int) -> None:
    draw = np.random.default_rng([classes, len(name)])
    of = entry(kind, name)
    if classes not in of.classes:
        return
    for values in _settings(of, draw):
        numbers = {k: float(v) for k, v in values.items()}
        arrays = {k: a.at_default(classes) for k, a in of.arrays.items()}
        free = of.at(**{k: v for k, v in values.items() if k in of.values})  # what has to be set, is
        for _ in range(5):
            z, y = draw.uniform(-3, 3, classes), int(draw.integers(classes))
            logits = [mpmath.mpf(float(x)) for x in z]
            arguments = (logits, y) if kind == "loss" else (logits,)
            with mpmath.workdps(30):
                expected = float(TABLES[kind][name](*arguments, **numbers, **written(arrays)))
            # Some hundred operations in float64 on numbers below 1000: a rounding error below 1e-11.
            assert value(free.recorded.with_arrays(arrays), z, y, numbers) == pytest.approx(
                expected, rel=1e-11, abs=1e-11
            )
            assert value(of.at(**values).recorded.with_arrays(arrays), z, y) == pytest.approx(
                expected, rel=1e-11, abs=1e-11
            )


def test_the_default_of_a_is_the_rounded_logarithm_of_one_over_ten_thousand() -> None:
    default = loss_named("symmetric_cross_entropy").declared["A"].default
    assert default is not None
    assert abs(float(default) - math.log(1e-4)) < 1e-4 / 2
    assert log(default).op == "log"  # the exact number log(0.0001) would be a formula and no parameter


def test_no_entry_imports_numpy_sympy_or_torch() -> None:
    for kind, name in EVERY:
        module = sys.modules[type(entry(kind, name)).__module__]
        assert not {"np", "numpy", "sympy", "torch"} & set(vars(module))
