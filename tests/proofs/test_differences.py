"""Every entry's gradient and Hessian at 0 against differences of its second definition, to 50 digits.

At the paper's values of the parameters and C = 2, 3, 5, 10.  The certificate's entries hold for every C and every
value; here they are put in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import mpmath
import pytest
from mpmath import mpf

from symcheck.budget import Budget
from symcheck.conditions.curvature.regularizer_report import RegularizerReport, regularizer_report
from symcheck.conditions.gradient.loss_report import loss_report
from symcheck.conditions.gradient.reports import LossReport
from symcheck.conditions.remembered import remembered
from symcheck.entry import Entry
from symcheck.findings.condition import Condition
from symcheck.findings.verdict import Verdict
from symcheck.intake.catalogue import loss_named, names, regularizer_named
from symcheck.language.recording import Kind
from symcheck.language.scope import Classes, Scope
from symcheck.readings.expansion import Expansion
from tests.definitions import HELD, TABLES
from tests.each import of_each

DIGITS = 50
STEP = mpf(10) ** -8
"""With the stencils below the error is STEP**4 f^(5)/30 = 3e-34 f^(5), and rounding 1e-50 / STEP**2 = 1e-34."""
TOLERANCE = mpf(10) ** -25
NEAR = mpf(10) ** -6
"""The error is a multiple of STEP where a second derivative jumps at 0, or a third one: ``THIRD_JUMPS``."""

THIRD_JUMPS = {"cubic"}

EVERY: list[tuple[Kind, str]] = [(kind, name) for kind in ("loss", "regularizer") for name in names(kind)]

F = Callable[[Sequence[Any]], Any]


def first(f: Callable[[Any], Any]) -> Any:
    """f'(0) from four values: exact for polynomials of degree 4."""
    return (8 * (f(STEP) - f(-STEP)) - (f(2 * STEP) - f(-2 * STEP))) / (12 * STEP)


def gradient(f: F, classes: int, k: int) -> Any:
    """df/dz_k at 0."""
    return first(lambda t: f([t if j == k else mpf(0) for j in range(classes)]))


def hessian(f: F, classes: int, k: int, l_: int) -> Any:
    """d^2 f/dz_k dz_l at 0."""

    def along(s: Any) -> Any:
        return first(lambda t: f([t * (j == k) + s * (j == l_) for j in range(classes)]))

    return first(along)


def expansion(f: F, classes: int) -> Expansion[Any]:
    """The value, gradient and Hessian of f at 0, with label 0."""
    return Expansion(
        value=f([mpf(0)] * classes),
        g_y=gradient(f, classes, 0),
        g_k=gradient(f, classes, 1),
        h_yy=hessian(f, classes, 0, 0),
        h_yk=hessian(f, classes, 0, 1),
        h_kk=hessian(f, classes, 1, 1),
        h_kl=hessian(f, classes, 1, 2) if classes > 2 else None,
    )


def definition(kind: Kind, name: str, of: Entry) -> F:
    values = {p.name: mpf(p.default.numerator) / p.default.denominator for p in of.declared.values() if p.default}
    values |= {p.name: mpf(0) for p in of.declared.values() if not p.default}
    if name in HELD:  # what is detached keeps the value that it has at z = 0
        return lambda z: HELD[name](z, 0, [mpf(0)] * len(z), **values)
    written = TABLES[kind][name]
    return (lambda z: written(z, 0, **values)) if kind == "loss" else (lambda z: written(z, **values))


def entry(kind: Kind, name: str) -> Entry:
    return loss_named(name) if kind == "loss" else regularizer_named(name)


def report(kind: Kind, of: Entry, classes: Classes) -> LossReport | RegularizerReport:
    scope = Scope(classes, of.parameters)
    derive: Any = loss_report if kind == "loss" else regularizer_report
    found: LossReport | RegularizerReport = remembered(derive, of.recorded, scope, Budget(10))
    return found


@pytest.mark.parametrize("classes", [2, 3, 5, pytest.param(10, marks=pytest.mark.slow)])
@of_each(EVERY)
def test_the_expansion_is_that_of_the_definition(kind: Kind, name: str, classes: int) -> None:
    of = entry(kind, name)
    # A formula that treats classes differently is looked at in test_classwise_differences.py.
    if classes not in of.classes or of.recorded.is_classwise:
        return
    with mpmath.workdps(DIGITS):
        f = definition(kind, name, of)
        defaults = {p.name: p.default for p in of.declared.values() if p.default is not None}
        found, at = report(kind, of, of.classes), {"C": classes, **defaults}
        if found.agreed is None:  # the formula branches on the scope, or has a kink
            found, at = report(kind, of.at(**defaults), Classes(classes, classes)), {"C": classes}
        if found.agreed is not None:
            compare(found.agreed.constants, expansion(f, classes), at, NEAR if name in THIRD_JUMPS else TOLERANCE)
        elif isinstance(found, LossReport) and found.form is not None:
            kappa = gradient(f, classes, 1) - gradient(f, classes, 0)
            drift = first(lambda t: f([t / classes] * classes))
            compare(Slope(found.form.kappa, found.form.c), Slope(kappa, drift), at, NEAR)
        else:
            condition = Condition.LOSS_GRADIENT if kind == "loss" else Condition.REGULARIZER_GRADIENT
            verdict = next(f.verdict for f in found.findings if f.condition is condition)
            rough = any(is_rough(f, d) for d in directions(classes))
            assert verdict is not (Verdict.PROVED if rough else Verdict.REFUTED)


@dataclass
class Slope:
    """kappa and c of b_y = -kappa o_y + c 1."""

    kappa: Any
    c: Any


def compare(mine: Any, expected: Any, at: dict[str, Any], tolerance: Any = TOLERANCE) -> None:
    for f in fields(expected):
        constant, number = getattr(mine, f.name), getattr(expected, f.name)
        if number is not None and constant is not None:
            used = {n: at[n] for n in ("C", *(p.name for p in constant.field.scope.parameters))}
            assert abs(mpf(constant.ball(used, 200).str(DIGITS, radius=False)) - number) < tolerance, f.name


def test_another_definition_is_told_apart() -> None:
    found = report("loss", loss_named("cross_entropy"), Classes()).agreed
    assert found is not None
    with mpmath.workdps(DIGITS):
        of = {n: expansion(definition("loss", n, loss_named(n)), 5) for n in ("cross_entropy", "nce", "square_centred")}
        compare(found.constants, of["cross_entropy"], {"C": 5})
        for other in ("nce", "square_centred"):
            with pytest.raises(AssertionError, match=r"^value"):
                compare(found.constants, of[other], {"C": 5})


def test_smooth_functions_settle() -> None:
    with mpmath.workdps(DIGITS):
        f = definition("loss", "cross_entropy", loss_named("cross_entropy"))
        assert not any(is_rough(f, d) for d in directions(5))


def directions(classes: int) -> list[list[Any]]:
    """e_1, e_2 and (1, -1, 0, ...)."""
    e = [[mpf(j == i) for j in range(classes)] for i in range(2)]
    return [*e, [a - b for a, b in zip(*e, strict=True)]]


def is_rough(f: F, d: Sequence[Any]) -> bool:
    """Whether t -> f(t d) has a jump at 0, or slopes on its two sides that differ; f(0) itself is not used."""

    def g(t: Any) -> Any:
        return f([t * x for x in d])

    right, left = (g(2 * STEP) - g(STEP)) / STEP, (g(-STEP) - g(-2 * STEP)) / STEP
    jump = g(STEP) - g(-STEP)
    return bool(abs(right - left) > mpf(10) ** -3 or abs(jump) > mpf(10) ** -3)
