"""Two derivations have to agree: a reading with a mistake in it is noticed, and nothing is proved then."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

import symcheck as sc
from symcheck.budget import Budget
from symcheck.conditions.agreement.agree import agreed_gradient, agreed_labels
from symcheck.conditions.remembered import forget
from symcheck.field.array_entries import entry_interval
from symcheck.field.indexed_field import IndexedField
from symcheck.findings.verdict import Verdict
from symcheck.language.classwise import ClassParameter, MatrixParameter, quadratic_form
from symcheck.language.formula import Formula, symbols
from symcheck.language.scope import Classes, Scope
from symcheck.readings.jet import JetReading
from symcheck.readings.logit_jets import LogitJets
from symcheck.reason import Code, Undecided

z, y = symbols()
w = ClassParameter("w", above=0)
GIVEN = Formula.of(ClassParameter("w", (1, 2, 4))[y] * (1 - sc.softmax(z)[y] ** 2))
FREE = Formula.of(w[y] * (1 - sc.softmax(z)[y] ** 2))
FORM = Formula.of(quadratic_form(MatrixParameter("A", ((2, 1, 0), (1, 2, 1), (0, 1, 2))), z))


def at(formula: Formula, classes: int) -> Scope:
    return Scope(Classes(classes, classes), formula.parameters, tuple(a for a in formula.arrays if a.is_free))


def test_they_agree() -> None:
    agreed_labels(GIVEN, at(GIVEN, 3), Budget(), order=2)
    agreed_labels(FREE, at(FREE, 2), Budget(), order=1)
    agreed_labels(FORM, at(FORM, 3), Budget(), order=2)
    for classes, numbers in ((Classes(), (2, 3)), (Classes(3, None), (3, 4)), (Classes(50, 60), (2, 3))):
        assert agreed_gradient(FREE, Scope(classes, (), FREE.arrays), Budget()).compared == numbers


def disagrees(code: Any) -> None:
    with pytest.raises(Undecided) as stop:
        code()
    assert stop.value.reason.code is Code.READINGS_DISAGREE
    assert "two derivations of" in stop.value.reason.why


def test_a_wrong_derivative_in_the_labelled_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    right = LogitJets._exp

    def wrong(self: Any, x: Any) -> Any:
        value, slope, bend = right(self, x)
        return value, slope * Fraction(10**9 + 1, 10**9), bend

    monkeypatch.setattr(LogitJets, "_exp", wrong)
    disagrees(lambda: agreed_labels(GIVEN, at(GIVEN, 3), Budget(), order=1))
    disagrees(lambda: agreed_labels(FREE, at(FREE, 2), Budget(), order=1))
    disagrees(lambda: agreed_gradient(FREE, Scope(Classes(), (), FREE.arrays), Budget()))
    forget()
    assert sc.certify(lambda z, y: ClassParameter("w", (1, 2, 4))[y] * sc.exp(-z[y]), "l2").verdict is Verdict.UNDECIDED
    forget()


def test_a_wrong_second_derivative_in_the_labelled_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    right = LogitJets.product

    def wrong(self: Any, a: Any, b: Any) -> Any:
        found = right(self, a, b)
        for key in list(found.second)[:1]:
            found.second[key] = found.second[key] * 2
        return found

    monkeypatch.setattr(LogitJets, "product", wrong)
    disagrees(lambda: agreed_labels(FORM, at(FORM, 3), Budget(), order=2))


def test_a_wrong_sum_over_classes_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    right = IndexedField.summed

    def wrong(self: Any, c: Any, place: int) -> Any:
        return right(self, c, place) + (1 if place in self.classes_in(c) else 0)

    monkeypatch.setattr(IndexedField, "summed", wrong)
    weighted = Formula.of(sc.total(w * sc.softmax(z)) - z[y])
    disagrees(lambda: agreed_gradient(weighted, Scope(Classes(), (), weighted.arrays), Budget()))


def test_a_wrong_name_of_a_class(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(self: Any, a: Any, seen: Any) -> Any:
        return None if seen is None else a.at.get(seen.pattern)  # classes keep the names of the pattern

    monkeypatch.setattr(JetReading, "_at", wrong)
    prior = Formula.of(-sc.log_softmax(z * w)[y])
    disagrees(lambda: agreed_gradient(prior, Scope(Classes(), (), prior.arrays), Budget()))


def test_where_entries_lie() -> None:
    def shown(array: Any, *, diagonal: bool = False) -> str:
        return str(entry_interval(array, diagonal=diagonal))

    assert shown(w.array) == "(0, oo)"
    # the others add up to more than 0, or to at least 1/10
    assert shown(ClassParameter("pi", above=0, total=1).array) == "(0, 1)"
    assert shown(ClassParameter("pi", at_least=0, total=1).array) == "[0, 1]"
    assert shown(ClassParameter("pi", at_least="1/10", total=1).array) == "[1/10, 9/10]"
    assert shown(ClassParameter("pi", at_least=0, at_most="1/2", total=1).array) == "[0, 1/2]"
    assert shown(ClassParameter("pi", total=1).array) == "(-oo, oo)"
    assert shown(MatrixParameter("D", doubly_stochastic=True).array) == "[0, 1]"
    loops = MatrixParameter("T", at_least=0, rows_sum=1, positive_diagonal=True).array
    assert (shown(loops), shown(loops, diagonal=True)) == ("[0, 1]", "(0, 1]")
    definite = MatrixParameter("A", positive_definite=True).array
    assert (shown(definite), shown(definite, diagonal=True)) == ("(-oo, oo)", "(0, oo)")


def test_a_report_that_is_kept_outlives_its_budget() -> None:
    """What is asked of a report later was found out when it was made, within the budget of that time."""
    from symcheck.conditions.curvature.regularizer_report import regularizer_report
    from symcheck.conditions.gradient.loss_report import loss_report
    from symcheck.conditions.pair.drift_against_hessian import drift_verdict

    A, B = MatrixParameter("A", positive_definite=True), MatrixParameter("B", symmetric=True)
    prior = Formula.of(-sc.log_softmax(z + sc.log(ClassParameter("pi", above=0, total=1)))[y])
    for matrix, verdict in ((A, Verdict.PROVED), (B, Verdict.REFUTED)):
        form = Formula.of(quadratic_form(matrix, z))
        budget = Budget(60)
        loss = loss_report(prior, Scope(Classes(), (), prior.arrays), budget)
        regularizer = regularizer_report(form, Scope(Classes(), (), form.arrays), budget)
        budget._deadline = 0.0
        assert regularizer.apart is not None
        assert [regularizer.apart.finding(quotient=q).verdict for q in (False, True)] == [verdict] * 2
        assert regularizer.apart.keeps_ones is Verdict.REFUTED
        assert not regularizer.apart.is_flat_along_ones
        assert drift_verdict(loss, regularizer) is Verdict.REFUTED


def test_a_budget_that_runs_out_is_a_reason() -> None:
    from symcheck.conditions.curvature.regularizer_report import regularizer_report

    form = Formula.of(quadratic_form(MatrixParameter("A", positive_definite=True), z))
    report = regularizer_report(form, Scope(Classes(), (), form.arrays), Budget(0.0))
    assert {f.verdict for f in report.findings} == {Verdict.UNDECIDED}
    assert all(f.reason is not None and f.reason.code is Code.BUDGET for f in report.findings)
