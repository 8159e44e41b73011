"""Rounded numbers: PROVED for every number in an interval, REFUTED for every number in it, else undecided."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

import pytest

import symcheck as sc
from symcheck.certificates.record_reader import read_record
from symcheck.conditions.rounding import middles, rounded_names, rounded_parts
from symcheck.errors import CertificateError, ParameterError
from symcheck.field.field import Field
from symcheck.field.signs.sign import Kind
from symcheck.findings.condition import Condition
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.intake.parser import parsed
from symcheck.language.classwise import ClassParameter, MatrixParameter
from symcheck.language.formula import Formula, symbols
from symcheck.language.interval import Interval
from symcheck.language.matrix_array import MatrixArray
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes, Scope
from symcheck.language.vector_array import VectorArray
from symcheck.problem import Subject
from symcheck.reason import Code

ULP = Fraction(1, 2**52)


def rounded(name: str, value: Fraction | str, reach: Fraction = ULP) -> Parameter:
    return Parameter.of(name, Interval.around(Fraction(value), reach), Fraction(value))


R, S = rounded("r", "1/3"), rounded("s", "0", ULP)
Q = Parameter("q", above=0, at_most=1)


def formula(text: str, *parameters: Parameter) -> Formula:
    return parsed(text, kind="loss", parameters={p.name: p for p in parameters})


CE = "logsumexp(z) - z[y]"

PROVED = [
    (f"r*({CE})", (R,), Tier.SCALED),
    (f"({CE}) + s*(mean(z) - mean(z))", (S,), Tier.EXACT),
    (f"(1 + s)*({CE})/(1 + s)", (S,), Tier.EXACT),
    (f"(r + q)*({CE})", (R, Q), Tier.SCALED),
    (f"({CE}) + relu(r - 1/2)*mean(z)", (R,), Tier.EXACT),  # the branch is the same for all r
    (f"r**q*({CE})", (R, Q), Tier.SCALED),
    (f"log(2 + s)*({CE})", (S,), Tier.SCALED),
]

REFUTED = [
    (f"-r*({CE})", (R,), Tier.FAIL),
    (f"({CE}) + r*mean(z)", (R,), Tier.QUOTIENT),
    (f"(r - q)*({CE})", (R, Q), Tier.FAIL),  # at q = 1 say, wherever r is
    (f"({CE}) + (r - 1/4)*mean(z)", (R,), Tier.QUOTIENT),
    (f"({CE}) + r*abs(z[y])", (R,), Tier.NONDIFF),
    (f"({CE}) + abs(r - 1/2)*abs(z[y] - mean(z))", (R,), Tier.NONDIFF),
    (f"({CE}) + (q + 1 + s)*mean(z)", (Q, S), Tier.QUOTIENT),
]

OPEN = [
    (f"({CE}) + s*mean(z)", (S,)),
    (f"(r - 1/3)*({CE})", (R,)),
    (f"({CE}) + (r - 1/3)*mean(z)", (R,)),
    (f"({CE}) + relu(s)*mean(z)", (S,)),
    (f"({CE}) + abs(s)*abs(z[y])", (S,)),
    (f"branch(s, {CE}, 2*({CE}) + mean(z))", (S,)),
    (f"({CE}) + s*abs(z[y] - mean(z))", (S,)),
    (f"({CE}) + (3*r - 1)*q*mean(z)", (R, Q)),
]


@pytest.mark.parametrize(("text", "parameters", "tier"), PROVED)
def test_proved_for_every_number_in_the_interval(text: str, parameters: tuple[Parameter, ...], tier: Tier) -> None:
    cert = sc.certify(formula(text, *parameters), "l2")
    assert (cert.verdict, cert.tier) == (Verdict.PROVED, tier)
    assert sc.recheck(cert.to_json()).to_json() == cert.to_json()


@pytest.mark.parametrize(("text", "parameters", "tier"), REFUTED)
def test_refuted_for_every_number_in_the_interval(text: str, parameters: tuple[Parameter, ...], tier: Tier) -> None:
    cert = sc.certify(formula(text, *parameters), "l2")
    assert (cert.verdict, cert.tier) == (Verdict.REFUTED, tier)
    assert cert.witness is not None
    assert cert.witness.parameters.keys() <= {"q"}
    assert sc.recheck(cert.to_json()).to_json() == cert.to_json()
    # At the ends of the intervals and in the middle it is refuted as well.
    for place in (0, Fraction(1, 2), 1):
        values = {p.name: p.interval.low + (p.interval.high - p.interval.low) * place for p in parameters if p.rounded}
        assert sc.certify(formula(text, *parameters).with_values(values), "l2").verdict is Verdict.REFUTED


@pytest.mark.parametrize(("text", "parameters"), OPEN)
def test_open_where_it_rests_on_the_number(text: str, parameters: tuple[Parameter, ...]) -> None:
    cert = sc.certify(formula(text, *parameters), "l2")
    assert cert.verdict is Verdict.UNDECIDED
    open_ = [f for f in cert.findings if f.verdict is Verdict.UNDECIDED]
    assert Code.ROUNDING in {f.reason.code for f in open_ if f.reason is not None}
    # With a free parameter in its place the same formula is refuted: there is a value at which it fails.
    free = tuple(
        Parameter(p.name, at_least=p.interval.low, at_most=p.interval.high) if p.rounded else p for p in parameters
    )
    assert sc.certify(formula(text, *free), "l2").verdict is not Verdict.PROVED


def test_a_reason_of_its_own_stays() -> None:
    # The sign is open with exact numbers too: nothing is said of rounding.
    text = f"({CE}) + r*sqrt(total(z**2)**2 + total(z**4))"
    exact = sc.certify(formula(text.replace("r*", "1/3*")), "l2")
    found = sc.certify(formula(text, R), "l2")
    assert exact.verdict is found.verdict
    if exact.verdict is Verdict.UNDECIDED:
        assert [f.reason and f.reason.code for f in found.findings] == [
            f.reason and f.reason.code for f in exact.findings
        ]


@pytest.mark.parametrize("text", ["total(z**2)*s", "total(z**2)/2 + s*total(z)", "s*total(z**2)/r"])
def test_a_regularizer_is_open_where_it_rests_on_the_number(text: str) -> None:
    known = parsed(text, kind="regularizer", parameters={"s": S, "r": R})
    cert = sc.certify("cross_entropy", known)
    assert cert.verdict is Verdict.UNDECIDED
    assert {f.reason.code for f in cert.findings if f.reason is not None} == {Code.ROUNDING}


def test_a_regularizer_that_fails_wherever_the_number_lies() -> None:
    known = parsed("total(z**2)/2 + r*total(z)", kind="regularizer", parameters={"r": R})
    cert = sc.certify("cross_entropy", known)
    assert cert.verdict is Verdict.REFUTED
    finding = cert.finding(Condition.REGULARIZER_GRADIENT)
    assert finding is not None
    assert finding.verdict is Verdict.REFUTED


@pytest.mark.parametrize("condition", ["loss_convex", "loss_bounded", "loss_symmetric", "loss_hessian_label_free"])
def test_properties_hold_or_fail_for_every_number(condition: str) -> None:
    cert = sc.certify(formula(f"r*({CE}) + s*z[y]**2", R, S), "l2")
    finding = next(f for f in cert.full().properties if f.condition.name.lower() == condition)
    values = [{"r": R.default, "s": x} for x in (-ULP, Fraction(0), ULP)]
    exact = [sc.certify(formula(f"r*({CE}) + s*z[y]**2", R, S).with_values(v), "l2") for v in values]
    verdicts = {next(f for f in c.full().properties if f.condition.name.lower() == condition).verdict for c in exact}
    if finding.verdict is not Verdict.UNDECIDED:
        assert verdicts <= {finding.verdict, Verdict.UNDECIDED}
    else:
        assert finding.reason is not None


# signs


def test_a_sign_is_one_for_the_whole_interval() -> None:
    field = Field(Scope(Classes(), (R, S)))
    r, s = field.parameter("r"), field.parameter("s")
    assert field.sign(r).kind is Kind.POSITIVE
    assert field.sign(s).kind is Kind.UNKNOWN
    assert field.sign(s - s).kind is Kind.ZERO
    assert field.sign(3 * r - 1).kind is Kind.UNKNOWN
    assert field.sign(4 * r - 1).kind is Kind.POSITIVE
    assert field.sign(s * (field.C - 5)).kind is Kind.UNKNOWN
    mixed = field.sign(field.C - 5 + s)
    assert mixed.kind is not Kind.POSITIVE
    assert {p.sign for p in mixed.points} == {-1, 1}
    assert all(set(p.values) <= {"C"} for p in mixed.points)


def test_names_and_parts() -> None:
    found = formula(f"r*({CE}) + q*s", R, S, Q)
    assert rounded_names(Scope(Classes(), found.parameters)) == {"r", "s"}
    assert rounded_parts(found) == (R, S)
    assert middles(rounded_parts(found)) == {"r": Fraction(1, 3), "s": 0}


# arrays


def weights(*pairs: tuple[str, str]) -> ClassParameter:
    array = ClassParameter("w", [x for x, _ in pairs]).array
    return ClassParameter.of(array.rounded((tuple(Fraction(e) for _, e in pairs),)))


def weighted(w: ClassParameter) -> Formula:
    z, y = symbols()
    return Formula.of(w[y] * (sc.logsumexp(z) - z[y]))


def test_class_weights_that_differ_wherever_they_lie() -> None:
    cert = sc.certify(weighted(weights(("1", "1/100"), ("2", "1/100"), ("3", "0"))), "l2")
    assert (cert.verdict, cert.tier) == (Verdict.REFUTED, Tier.CLASSWISE)
    assert "w[2] - w[1]" in str(cert.witness)
    assert sc.recheck(cert.to_json()).to_json() == cert.to_json()


@pytest.mark.parametrize("pairs", [[("1", "1/100"), ("101/100", "1/100")], [("1", "1/100"), ("1", "1/50"), ("1", "0")]])
def test_class_weights_that_may_be_equal(pairs: list[tuple[str, str]]) -> None:
    cert = sc.certify(weighted(weights(*pairs)), "l2")
    assert (cert.verdict, cert.tier) == (Verdict.UNDECIDED, None)
    assert sc.recheck(cert.to_json()).to_json() == cert.to_json()


def test_equal_floats_are_one_number() -> None:
    cert = sc.certify(weighted(weights(*[("2", "1/100")] * 4)), "l2")
    assert (cert.verdict, cert.tier) == (Verdict.PROVED, Tier.SCALED)
    table = MatrixParameter("A", [["3", "1", "1"], ["1", "3", "1"], ["1", "1", "3"]]).array
    known = MatrixParameter.of(table.rounded(((Fraction(1, 100),) * 3,) * 3))
    z, y = symbols()
    cert = sc.certify(Formula.of(-(known @ sc.log_softmax(z))[y]), "l2")
    assert cert.tier is Tier.SCALED


def test_arrays_with_errors() -> None:
    array = VectorArray("w", Interval(None, None, low_open=True, high_open=True)).given([1, 1])
    assert array.level == 1
    known = array.rounded(((Fraction(1, 4), Fraction(0)),))
    assert (known.is_rounded, known.level, known.ends) == (True, None, (Fraction(3, 4), Fraction(5, 4)))
    assert str(known) == "w = 2 rounded entries"
    assert known.range_of(0, 1) is None
    assert array.rounded(((Fraction(0), Fraction(0)),)) == array
    matrix = MatrixArray("A", array.interval).given([[2, 1], [1, 2]])
    assert matrix.isotropic == (1, 1)
    assert matrix.line_sum(transposed=False) == 3
    spread = matrix.rounded(((Fraction(0), Fraction(0)), (Fraction(0), Fraction(1, 9))))
    assert (spread.isotropic, spread.line_sum(transposed=True), spread.rounded_count) == (None, None, 1)
    for bad in (((Fraction(1),),), ((Fraction(-1), Fraction(1)),)):
        with pytest.raises(ParameterError, match=r"got (errors|an error)"):
            array.rounded(bad)
    with pytest.raises(ParameterError, match="declared"):
        ClassParameter("w", [1, 2], total=3).array.rounded(((Fraction(1), Fraction(1)),))


def test_parameters_that_are_rounded() -> None:
    own = Parameter("r", at_least="1/4", at_most="1/2", rounded=True)
    assert own.rounded
    assert str(own.interval) == "[0.25, 0.5] (rounded)"
    assert own.key() != Parameter("r", at_least="1/4", at_most="1/2").key()
    for ends in ({}, {"at_least": 0}, {"at_most": 1}):
        with pytest.raises(ParameterError, match="rounded number lies in a bounded interval"):
            Parameter("r", rounded=True, **ends)  # type: ignore[arg-type]
    with pytest.raises(ParameterError, match="rounded"):
        Parameter("r", at_least=0, at_most=1, integer=True, rounded=True)


# records


def test_a_record_says_what_is_rounded() -> None:
    cert = sc.certify(formula(f"r*q*({CE})", R, Q), "l2")
    record = json.loads(cert.to_json())
    assert [p["interval"].get("rounded") for p in record["scope"]["parameters"]] == [None, True]
    assert read_record(cert.to_json()).problem.loss.formula == cert.loss.formula
    for value in (False, "true", None):
        record["scope"]["parameters"][1]["interval"]["rounded"] = value
        record["loss"]["parameters"][1]["interval"]["rounded"] = value
        with pytest.raises(CertificateError, match="rounded"):
            sc.recheck(json.dumps(record))


def test_what_holds_of_a_rounded_number_is_not_believed_of_another_record() -> None:
    proved = json.loads(sc.certify(formula(f"({CE}) + s*mean(z)", S), "l2").to_json())
    del proved["loss"]["parameters"][0]["interval"]["rounded"]
    del proved["scope"]["parameters"][0]["interval"]["rounded"]
    with pytest.raises(CertificateError):
        sc.recheck(json.dumps(proved))


def test_errors_of_entries_are_in_the_record() -> None:
    cert = sc.certify(weighted(weights(("1", "1/100"), ("2", "1/100"))), "l2")
    record = json.loads(cert.to_json())
    assert record["loss"]["parameters"][0]["errors"] == [["1/100", "1/100"]]
    record["loss"]["parameters"][0]["errors"] = [["1", "1"]]
    with pytest.raises(CertificateError):
        sc.recheck(json.dumps(record))
    record["loss"]["parameters"][0]["errors"] = [["1/100"]]
    with pytest.raises(CertificateError, match="errors"):
        sc.recheck(json.dumps(record))


def test_a_subject_can_be_given_the_middle() -> None:
    subject = Subject("own", weighted(weights(("1", "1/100"), ("1", "1/50"))))
    exact = subject.at(middles(rounded_parts(subject.formula)))
    assert not any(a.is_rounded for a in exact.formula.arrays)
    assert sc.certify(exact, "l2").verdict is Verdict.PROVED
    assert replace(subject.formula.arrays[0], errors=None) == exact.formula.arrays[0]
