"""The findings: what is PROVED of each condition, and the witnesses of what is REFUTED."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fractions import Fraction

from benchmarks.soundness.judge.evidence import Evidence, names_at
from benchmarks.soundness.trial import Wrong
from benchmarks.soundness.truth import numbers
from benchmarks.soundness.truth.expressions import number_of_text
from benchmarks.soundness.truth.numbers import Number
from benchmarks.soundness.truth.pair import PairTruth
from benchmarks.soundness.truth.point import Point
from symcheck.errors import ParameterError
from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding
from symcheck.findings.verdict import Verdict
from symcheck.findings.witness import Witness
from symcheck.language.array import Array
from symcheck.language.matrix_array import MatrixArray
from symcheck.language.scope import Scope

LONGEST = 10**9
"""A parameter of a witness with more than so much above or below its fraction bar is no simple number."""

_NUMBER = re.compile(r"(?<![\w.])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w.(*])")
_ENTRY = re.compile(r"(\w+)\[(\d+)(?:,(\d+))?\]")


def wrong(evidence: Evidence) -> Iterator[Wrong]:
    """The false statements of the findings."""
    for finding in evidence.certificate.findings:
        if finding.verdict is Verdict.PROVED:
            for point in evidence.points:
                if answer(evidence, finding.condition, evidence.truth(point)) is False:
                    yield Wrong(f"finding {finding.condition}", "PROVED", "false", str(point))
        elif finding.verdict is Verdict.REFUTED:
            yield from _refuted(evidence, finding)


def answer(evidence: Evidence, condition: Condition, truth: PairTruth) -> bool | None:
    """Whether ``condition`` holds; None where there is no opinion."""
    loss, g = truth.loss, truth.regularizer
    questions = {
        Condition.LOSS_SMOOTH: lambda: loss.has_value and loss.is_smooth,
        Condition.LOSS_GRADIENT: lambda: loss.meets_condition,
        Condition.REGULARIZER_SMOOTH: lambda: g.has_value and g.is_smooth,
        Condition.REGULARIZER_GRADIENT: lambda: g.is_stationary,
        Condition.REGULARIZER_CURVATURE: lambda: truth.is_definite,
        Condition.SHIFT_INVARIANT: lambda: truth.is_shift_invariant,
    }
    return evidence.known(questions[condition]) if condition in questions else None


def witness_point(witness: Witness, scope: Scope) -> Point:
    """The point at which a witness is."""
    values = {n: v for n, v in witness.parameters.items() if not _ENTRY.fullmatch(n)}
    return Point(witness.classes, values, _arrays(witness.parameters, scope, witness.classes))


def _refuted(evidence: Evidence, finding: Finding) -> Iterator[Wrong]:
    statement, scope = f"witness of {finding.condition}", evidence.certificate.scope
    witness = finding.witness
    if witness is None:
        yield Wrong(statement, "REFUTED", "there is no witness")
        return
    yield from _outside(statement, witness, scope)
    yield from _hard_to_read(statement, witness)
    point = witness_point(witness, scope)
    truth = evidence.truth(point)
    about_loss = finding.condition in (Condition.LOSS_SMOOTH, Condition.LOSS_GRADIENT)
    about_both = finding.condition in (Condition.SHIFT_INVARIANT, Condition.REGULARIZER_CURVATURE)
    subjects = [] if not about_loss and not about_both else [evidence.truths.loss]
    subjects += [] if about_loss else [evidence.truths.regularizer]
    if not all(point.determines(f) for f in subjects):
        evidence.not_judged += 1
        return
    if answer(evidence, finding.condition, truth) is True:
        yield Wrong(f"{statement}: false refutation", str(witness), "the condition holds there", str(point))
    yield from _value(evidence, statement, witness, point, truth)


def _outside(statement: str, witness: Witness, scope: Scope) -> Iterator[Wrong]:
    if witness.classes not in scope.classes:
        yield Wrong(f"{statement} in the scope", str(witness), f"the scope is {scope}")
    for name, value in witness.parameters.items():
        if _ENTRY.fullmatch(name):
            continue
        try:
            inside = value in scope.parameter(name).interval
        except ParameterError:
            inside = False
        if not inside:
            yield Wrong(f"{statement} in the scope", str(witness), f"the scope is {scope}")


def _hard_to_read(statement: str, witness: Witness) -> Iterator[Wrong]:
    """Numbers that are no simple ones, and two that look equal."""
    for name, value in witness.parameters.items():
        if max(abs(value.numerator), value.denominator) > LONGEST:
            yield Wrong(f"{statement} with simple numbers", f"{name} = {value}", "a simple number would do")
    values = _NUMBER.fullmatch(witness.value)
    others = _NUMBER.findall(witness.expected)
    if values and others and not re.search("[<>]", witness.expected) and float(witness.value) == float(others[0]):
        yield Wrong(f"{statement} with two numbers that look equal", str(witness), "it shows nothing")


def _value(evidence: Evidence, statement: str, witness: Witness, point: Point, truth: PairTruth) -> Iterator[Wrong]:
    """The number that the witness shows, where it is one of those that are known here."""

    def true() -> Number | None:
        if witness.quantity == "kappa":
            return truth.loss.kappa
        if witness.quantity.startswith("c, the mean of grad l"):
            return truth.loss.drift
        if witness.quantity.startswith("the eigenvalue of D^2 g(0)") and not truth.regularizer.formula.is_classwise:
            across, along = truth.regularizer.eigenvalues
            return along if "along" in witness.quantity else across
        return None

    wanted = evidence.known(true)
    if wanted is None:
        return
    value = evidence.known(lambda: number_of_text(witness.value, names_at(point)))
    if value is None or "." in witness.value:  # rounded: a ball says how much
        return
    if not numbers.same(value, wanted):
        yield Wrong(f"{statement}: its value", str(witness), numbers.decimal(wanted), str(point))


def _arrays(parameters: Mapping[str, Fraction], scope: Scope, classes: int) -> dict[str, Array]:
    found: dict[str, Array] = {}
    for array in scope.arrays:
        entries = {m.groups(): v for n, v in parameters.items() if (m := _ENTRY.fullmatch(n)) and m[1] == array.name}
        if not entries:
            continue
        each = range(1, classes + 1)
        if isinstance(array, MatrixArray):
            both = {(int(i), int(j)): v for (_, i, j), v in entries.items()}
            both |= {(j, i): v for (i, j), v in both.items() if array.symmetric}
            rows = tuple(tuple(both[i, j] for j in each) for i in each)
        else:
            one = {int(i): v for (_, i, _), v in entries.items()}
            rows = (tuple(one[i] for i in each),)
        found[array.name] = replace(array, values=rows)
    return found
