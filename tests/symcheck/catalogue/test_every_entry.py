"""Properties of every entry of the catalogue, and its values against implementations written independently."""

from __future__ import annotations

import doctest
import importlib
import math
import re
import sys
from collections.abc import Callable, Mapping
from fractions import Fraction
from math import ceil
from typing import Any

import mpmath
import numpy as np
import pytest

import symcheck.losses
import symcheck.regularizers
from symcheck.catalogue import loss_named, names, regularizer_named
from symcheck.entry import Entry
from symcheck.intake.parser import parsed
from symcheck.language.formula import Formula
from symcheck.language.functions import log
from symcheck.language.reading import Reading
from symcheck.language.recording import Kind
from tests.definitions import TABLES

EVERY = [(kind, name) for kind in ("loss", "regularizer") for name in names(kind)]
every_entry = pytest.mark.parametrize(("kind", "name"), EVERY, ids=[f"{kind}:{name}" for kind, name in EVERY])


def entry(kind: Kind, name: str, **values: Any) -> Entry:
    return loss_named(name, **values) if kind == "loss" else regularizer_named(name, **values)


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
        parameters = {p.name: p for p in formula.parameters}
        assert parsed(str(formula), parameters=parameters, kind=kind) == formula


@every_entry
def test_its_parameters_have_names_and_defaults_in_their_intervals(kind: Kind, name: str) -> None:
    for field, parameter in entry(kind, name).declared.items():
        assert field == parameter.name
        assert parameter.default is not None
        assert parameter.default in parameter.interval


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
def test_its_reference_names_a_year_and_is_in_its_docstring(kind: Kind, name: str) -> None:
    one = entry(kind, name)
    assert re.search(r"\b(19|20)\d\d\b", one.reference)
    text = " ".join((type(one).__doc__ or "").split())
    assert "Reference: " in text
    assert one.reference.split(",")[0] in text
    assert text.startswith("l(z, y) = " if kind == "loss" else "g(z) = ")
    for field in one.declared:
        assert re.search(rf"Parameters: .*\b{field}\b", text), f"{field} is not described"


@every_entry
def test_its_docstring_has_an_example_that_runs(kind: Kind, name: str) -> None:
    module = importlib.import_module(type(entry(kind, name)).__module__)
    results = doctest.testmod(module)
    assert results.attempted >= 1
    assert results.failed == 0


# ---------------------------------------------------------------- its values, against a second implementation


class FloatReading(Reading[Any]):
    """A formula at one z and y in plain floats: a class-vector is a list."""

    def __init__(self, z: list[float], y: int, values: Mapping[str, float]) -> None:
        self.z, self.y, self.values = z, y, values

    def _each(self, f: Callable[..., float], *args: Any) -> Any:
        if not any(isinstance(a, list) for a in args):
            return f(*args)
        columns = (a if isinstance(a, list) else [a] * len(self.z) for a in args)
        return [f(*entries) for entries in zip(*columns, strict=True)]

    def number(self, value: Fraction) -> float:
        return float(value)

    def parameter(self, name: str) -> float:
        return self.values[name]

    def classes(self) -> float:
        return float(len(self.z))

    def logits(self) -> list[float]:
        return self.z

    def onehot(self) -> list[float]:
        return [float(j == self.y) for j in range(len(self.z))]

    def add(self, a: Any, b: Any) -> Any:
        return self._each(lambda s, t: s + t, a, b)

    def mul(self, a: Any, b: Any) -> Any:
        return self._each(lambda s, t: s * t, a, b)

    def div(self, a: Any, b: Any) -> Any:
        return self._each(lambda s, t: s / t, a, b)

    def pow(self, a: Any, b: Any) -> Any:
        return self._each(lambda s, t: s**t, a, b)

    def exp(self, a: Any) -> Any:
        return self._each(math.exp, a)

    def log(self, a: Any) -> Any:
        return self._each(math.log, a)

    def abs(self, a: Any) -> Any:
        return self._each(math.fabs, a)

    def relu(self, a: Any) -> Any:
        return self._each(lambda s: max(0.0, s), a)

    def total(self, v: Any) -> float:
        return math.fsum(v)

    def take(self, v: Any) -> float:
        return v[self.y]

    def branch(self, u: Any, positive: Any, otherwise: Any) -> Any:
        return self._each(lambda s, a, b: a if s > 0 else b, u, positive, otherwise)

    def detach(self, a: Any) -> Any:
        return a

    def amax(self, v: Any) -> float:
        return max(v)

    def amax_others(self, v: Any) -> float:
        return max(v[: self.y] + v[self.y + 1 :])

    def onehot_argmax(self, v: Any) -> list[float]:
        return [float(i == v.index(max(v))) for i in range(len(v))]


def value(formula: Formula, z: np.ndarray, y: int, values: Mapping[str, float] | None = None) -> float:
    return FloatReading([float(x) for x in z], y, values or {}).read(formula)


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


@every_entry
@pytest.mark.parametrize("classes", [2, 3, 5, 10])
def test_its_values_are_those_of_the_definition(kind: Kind, name: str, classes: int) -> None:
    draw = np.random.default_rng([classes, len(name)])
    of = entry(kind, name)
    if classes not in of.classes:
        pytest.skip(f"the formula is about {of.classes}")
    for values in _settings(of, draw):
        numbers = {k: float(v) for k, v in values.items()}
        free = of.at(**{k: v for k, v in values.items() if k in of.values})  # what has to be set, is
        for _ in range(5):
            z, y = draw.uniform(-3, 3, classes), int(draw.integers(classes))
            logits = [mpmath.mpf(float(x)) for x in z]
            arguments = (logits, y) if kind == "loss" else (logits,)
            with mpmath.workdps(30):
                expected = float(TABLES[kind][name](*arguments, **numbers))
            # Some hundred operations in float64 on numbers below 1000: a rounding error below 1e-11.
            assert value(free.recorded, z, y, numbers) == pytest.approx(expected, rel=1e-11, abs=1e-11)
            assert value(of.at(**values).recorded, z, y) == pytest.approx(expected, rel=1e-11, abs=1e-11)


# ---------------------------------------------------------------- identities that the docstrings state


# (entry, the same function in other words, their source)
IDENTITIES = [
    (
        loss_named("cross_entropy"),
        "mean(z) - z[y] + (logsumexp(z) - mean(z) - log(C)) + log(C)",
    ),  # CE = MUH + KL + log C
    (loss_named("square_centred"), "mean(z) - z[y] + total(z**2)/2 + (C - 1)/(2*C)"),  # Corollary 1
    (loss_named("square"), "mean(z) - z[y] + total(z**2)/2 - mean(z) + 1/2"),  # the plain one-hot
    (loss_named("gce", q=1), "total(abs(softmax(z) - onehot(y)))/2"),  # half of MAE
    (loss_named("sce", lambda_=0), "-log_softmax(z)[y]"),
    (loss_named("focal", gamma=0), "-log_softmax(z)[y]"),
    (loss_named("label_smoothing", r="1/4"), "3/4*(mean(z) - z[y]) + logsumexp(z) - mean(z)"),  # (1-r) MUH + KL + log C
    (loss_named("symmetric_cross_entropy", alpha=1, beta="1/2", A=-4), "-log_softmax(z)[y] + 2*(1 - softmax(z)[y])"),
    (loss_named("one_vs_rest_logistic"), "softplus(-z[y]) + total((1 - onehot(y))*softplus(z))"),
    (regularizer_named("label_smoothing_as_printed"), "-C*(logsumexp(z) - mean(z) - log(C)) - C*log(C)"),
    (regularizer_named("entropy"), "total(softmax(z)*log(softmax(z)))"),
]


@pytest.mark.parametrize(("of", "other"), IDENTITIES, ids=[i[0].name for i in IDENTITIES])
def test_the_identities_of_the_docstrings(of: Entry, other: str) -> None:
    draw = np.random.default_rng(7)
    for classes in (2, 3, 5, 10):
        z, y = draw.uniform(-3, 3, classes), int(draw.integers(classes))
        assert value(of.recorded, z, y) == pytest.approx(value(parsed(other), z, y), rel=1e-11, abs=1e-11)


@pytest.mark.parametrize(
    ("name", "constant"), [("muh", lambda C: 0.0), ("mae", lambda C: 2.0 * (C - 1)), ("nce", lambda C: 1.0)]
)
def test_the_symmetric_losses_have_the_same_sum_over_the_labels(name: str, constant: Callable[[int], float]) -> None:
    draw = np.random.default_rng(8)
    for classes in (2, 3, 5, 10):
        z = draw.uniform(-3, 3, classes)
        total = sum(value(loss_named(name).recorded, z, y) for y in range(classes))
        assert total == pytest.approx(constant(classes), abs=1e-11)


def test_a_loss_that_is_not_symmetric_fails_the_same_test() -> None:
    z = np.array([1.0, 0.0, -1.0])
    sums = [sum(value(loss_named("cross_entropy").recorded, s * z, y) for y in range(3)) for s in (1, 2)]
    assert abs(sums[0] - sums[1]) > 0.1


@pytest.mark.parametrize(
    ("of", "low", "high"),
    [
        (loss_named("mae"), 0, 2),
        (loss_named("gce", q="1/2"), 0, 2),
        (loss_named("brier"), 0, 2),
        (loss_named("nce"), 0, 1),
        (regularizer_named("entropy"), -math.log(4), 0),
        (regularizer_named("label_smoothing_penalty"), 0, math.inf),
        (regularizer_named("label_smoothing_as_printed"), -math.inf, -4 * math.log(4)),
    ],
)
def test_the_bounds_of_the_docstrings(of: Entry, low: float, high: float) -> None:
    draw = np.random.default_rng(9)
    found = [value(of.recorded, draw.normal(size=4) * scale, 1) for scale in (0, 0.1, 1, 5, 10) for _ in range(20)]
    assert low - 1e-12 <= min(found)
    assert max(found) <= high + 1e-12


def test_the_default_of_a_is_the_rounded_logarithm_of_one_over_ten_thousand() -> None:
    default = loss_named("symmetric_cross_entropy").declared["A"].default
    assert default is not None
    assert abs(float(default) - math.log(1e-4)) < 1e-4 / 2
    assert log(default).op == "log"  # the exact number log(0.0001) would be a formula and no parameter


def test_no_entry_imports_numpy_sympy_or_torch() -> None:
    for kind, name in EVERY:
        module = sys.modules[type(entry(kind, name)).__module__]
        assert not {"np", "numpy", "sympy", "torch"} & set(vars(module))
