"""Witnesses: what is REFUTED is shown by rays that the checker follows, and nothing that is true is refuted."""

from __future__ import annotations

import json
from collections import Counter
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import symcheck as sc
from symcheck.certificates.certificate import Certificate
from symcheck.conditions.agreement.points import array_points
from symcheck.findings.verdict import Verdict
from symcheck.intake.catalogue import names
from symcheck.language.rules import MATRIX_RULES, VECTOR_RULES
from symcheck.proof.witnesses.arrays import rows_of
from symcheck.proof.witnesses.witness import CONDITIONS
from symcheck.proof.writing.refuted import refutation
from tests.sampled import one_in
from tests.symcheck.proof.witnesses import POSITIVE, REAL, asked, rays, refuted_of, shown, statement_of, why_not

ENTRIES = [(kind, name) for kind in ("loss", "regularizer") for name in names(kind)]


SPOILT = {
    "loss-smooth": "abs(z[y])/10**20",
    "loss-gradient": "z[y]/10**20",
    "regularizer-smooth": "total(abs(z))/10**20",
    "regularizer-gradient": "total(z)/10**20",
    "regularizer-curvature": "10**20*total((z - mean(z))**2)",
}


@cache
def certified(kind: str, name: str) -> Certificate:
    return sc.certify(name, "l2") if kind == "loss" else sc.certify("cross_entropy", name)


def refuted(kind: str, name: str) -> list[dict[str, Any]]:
    certificate = certified(kind, name)
    return refuted_of(certificate) if any(f.verdict is Verdict.REFUTED for f in certificate.findings) else []


@pytest.mark.parametrize(("kind", "name"), one_in(4, ENTRIES))
def test_witnesses_of_the_catalogue(kind: str, name: str) -> None:
    for statement in refuted(kind, name):
        assert len(json.dumps(shown(statement))) <= 200


@pytest.mark.slow
def test_kinds_of_witnesses_of_the_catalogue() -> None:
    """There were 54 of them when they were counted by hand, of these five conditions."""
    found = Counter(statement["which"] for entry in ENTRIES for statement in refuted(*entry))
    assert found.total() >= 54
    assert found.keys() == {
        "loss-smooth", "loss-gradient", "regularizer-smooth", "regularizer-gradient", "regularizer-curvature",
    }  # fmt: skip


@pytest.mark.parametrize(("kind", "name"), one_in(4, ENTRIES))
def test_nothing_that_is_proved_is_refuted(kind: str, name: str) -> None:
    certificate = certified(kind, name)
    subject = certificate.loss if kind == "loss" else certificate.regularizer
    record = json.loads(certificate.to_json())
    proved = {str(f.condition) for f in certificate.findings if f.verdict is Verdict.PROVED}
    for c in (c for c in (2, 3) if c in certificate.scope.classes):
        at = next(iter(array_points(subject.formula, certificate.scope.of(subject.formula), c)))
        point = {"C": c, **{n: str(x) for n, x in at.named.items()}}
        for which in (w for w in CONDITIONS if w in proved and w.startswith(kind)):
            statement = statement_of(record, which, point)
            assert refutation(statement) is None, (which, point)
            # The least drift, or bend, that is added to it is seen.
            spoilt = {**statement, "formula": f"{subject.text} - {SPOILT[which]}"}
            assert refutation(spoilt) is not None or "detach" in subject.text, (which, point)


# By hand: formulas of each kind of failure, the point, and what shows it.
FAILURES: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    # d_2 - d_3 = 1, and MUH has equal entries off the label.
    ("amax(z, but=y) - z[y]", "loss-gradient", {"C": 3}, rays(1, ("1", 1, ["0", "1", "-1"]))),
    # The entries of grad total(z^2 - z)/2 + ... add up to -C.
    ("total((z - 1)**2)/2", "loss-gradient", {"C": 4}, rays(1, ("1", 2, ["1"]))),
    # The gradient is 0: kappa = 0, exactly.
    ("total(z**2)", "loss-gradient", {"C": 5}, rays(1, ("-1", 1, ["1", "0"]))),
    # kappa = -1.
    ("log_softmax(z)[y]", "loss-gradient", {"C": 7}, rays(1, ("-1", 1, ["1", "0"]))),
    # kappa = log(12) - 2 log(2) - log(3) = 0, and no interval says so.
    ("(log(12) - 2*log(2) - log(3))*log_softmax(z)[y]", "loss-gradient", {"C": 2}, rays(1, ("-1", 1, ["1", "0"]))),
    # sqrt(8) - 2 sqrt(2) = 0, and C**(1/3) C**(2/3) = C.
    ("(sqrt(C) - 2*sqrt(2))*log_softmax(z)[y]", "loss-gradient", {"C": 8}, rays(1, ("-1", 1, ["1", "0"]))),
    ("(C**(1/3)*C**(2/3) - C)*log_softmax(z)[y]", "loss-gradient", {"C": 7}, rays(1, ("-1", 1, ["1", "0"]))),
    # |z_1| has the slopes 1 and -1 to the two sides.
    ("total(abs(z))", "regularizer-smooth", {"C": 2}, rays(1, ("1", 1, ["1", "0"]), ("1", 1, ["-1", "0"]))),
    ("total(abs(z))", "regularizer-gradient", {"C": 2}, rays(1, ("1", 1, ["1", "0"]))),
    # sqrt(|z_1|) has no slope, |z_1|^(3/2) no second derivative, 1/|z_1| no limit.
    ("total(sqrt(abs(z)))", "regularizer-gradient", {"C": 3}, rays(1, ("1", 1, ["1", "0"]), fold=2)),
    ("total(abs(z)**(3/2))", "regularizer-smooth", {"C": 3}, rays(3, ("1", 1, ["1", "0"]), fold=2)),
    ("total(abs(z)**(4/3))", "regularizer-smooth", {"C": 3}, rays(4, ("1", 1, ["1", "0"]), fold=3)),
    ("1/sqrt(total(z**2))", "regularizer-smooth", {"C": 3}, rays(-1, ("1", 1, ["1", "0"]))),
    # A jump: 1 where z_y is the largest, 0 elsewhere.
    ("onehot_argmax(z)[y]", "loss-smooth", {"C": 3}, rays(0, ("1", 1, ["1", "0"]), ("-1", 1, ["0", "1", "0"]))),
    # z_1 |z_1| bends by 1 and by -1.
    ("total(z*abs(z))", "regularizer-smooth", {"C": 2}, rays(2, ("1", 1, ["1", "0"]), ("-1", 1, ["-1", "0"]))),
    # max_k z_k^2 obeys no parallelogram law: 1 + 1 - 2 - 2.
    (
        "amax(z**2)", "regularizer-smooth", {"C": 2},
        rays(2, ("1", 1, ["1", "1"]), ("1", 1, ["1", "-1"]), ("-2", 1, ["1", "0"]), ("-2", 1, ["0", "1"])),
    ),
    # (z_1 + ... + z_C)^2 is 0 along e_1 - e_2.
    ("total(z)**2", "regularizer-curvature", {"C": 3}, rays(2, ("1", 1, ["1", "-1", "0"]))),
    ("total(z**4)", "regularizer-curvature", {"C": 1000}, rays(2, ("1", 1, ["1", "0"]))),
    ("product(cosh(z)) - total(z**2)", "regularizer-curvature", {"C": 3}, rays(2, ("1", 1, ["1", "0"]))),
    # mean(z)^2 moves with z + x (1, ..., 1).
    ("mean(z)**2", "shift-invariant", {"C": 3}, rays(2, ("1", 1, ["1"]), ("-1", 1, ["0"]))),
]  # fmt: skip


@pytest.mark.parametrize(("formula", "which", "point", "proof"), FAILURES)
def test_failures_by_hand(formula: str, which: str, point: dict[str, Any], proof: dict[str, Any]) -> None:
    statement = asked(formula, which, point)
    assert why_not(statement, proof) == ""
    assert refutation(statement) is not None


W = {"name": "w", "interval": POSITIVE, "sums": [None], "entries": None, "rule": None, "default": None}
T = {
    **W, "name": "T", "interval": {**REAL, "low": "0", "low_open": False}, "sums": ["1", None], "symmetric": False,
    "positive_definite": False, "positive_diagonal": True,
}  # fmt: skip
A = {**W, "name": "A", "interval": REAL, "sums": [None, None], "symmetric": True, "positive_definite": True}
TWO_WEIGHTS = rays(1, ("1", 1, ["1", "0"]), ("-1", 2, ["0", "1"]))
FLIPPED = rays(1, ("-1", 1, ["1", "0"]))


def t(a: str, b: str, c: str, d: str) -> dict[str, Any]:
    return {"C": 2, "T[1,1]": a, "T[1,2]": b, "T[2,1]": c, "T[2,2]": d}


def test_arrays() -> None:
    weighted = asked("-w[y]*log_softmax(z)[y]", "loss-gradient", {"C": 2, "w[1]": "1", "w[2]": "2"}, arrays=[W])
    assert why_not(weighted, TWO_WEIGHTS) == ""
    given = {**W, "entries": [["1", "2", "1"]]}
    weighted = asked("-w[y]*log_softmax(z)[y]", "loss-gradient", {"C": 3}, arrays=[given])
    apart = rays(1, ("1", 1, ["1", "0"]), ("-1", 2, ["0", "1", "0"]))
    assert why_not(weighted, apart) == ""
    rounded = {**given, "errors": [["1/10", "1/10", "0"]]}
    assert why_not({**weighted, "arrays": [rounded]}, apart) == ""
    rounded = {**given, "errors": [["1/2", "1/2", "0"]]}  # both may be 3/2
    assert "excludes" in why_not({**weighted, "arrays": [rounded]}, apart)
    formula = "-log(apply_transposed(T, softmax(z))[y])"
    # grad = -(column y of T, times p, less its mean)/(T'p)_y: kappa has the sign of T_11 - T_21.
    assert why_not(asked(formula, "loss-gradient", t("1/4", "3/4", "3/4", "1/4"), arrays=[T]), FLIPPED) == ""
    assert "excludes" in why_not(asked(formula, "loss-gradient", t("3/4", "1/4", "1/4", "3/4"), arrays=[T]), FLIPPED)


@pytest.mark.parametrize(
    ("point", "array", "field"),
    [
        (t("1/4", "1/2", "3/4", "1/4"), T, "arrays.T"),  # a row with the sum 3/4
        (t("0", "1", "3/4", "1/4"), T, "arrays.T"),  # a diagonal with 0 on it
        (t("5/4", "-1/4", "3/4", "1/4"), T, "arrays.T"),  # below the interval
        ({"C": 2, "T[1,1]": "1/4"}, T, "point.T[1,2]"),
        ({**t("1", "0", "0", "1"), "T[2,2]": 1}, T, "point.T[2,2]"),
        (t("1/4", "3/4", "3/4", "1/4"), {**T, "rule": "circular"}, "arrays.T.rule"),
        (t("1/4", "3/4", "3/4", "1/4"), {**T, "columns": None, "sums": ["1", "2"]}, "arrays.T"),
    ],
)
def test_entries_outside_the_scope(point: dict[str, Any], array: dict[str, Any], field: str) -> None:
    formula = "-log(apply_transposed(T, softmax(z))[y])"
    assert why_not(asked(formula, "loss-gradient", point, arrays=[array]), FLIPPED).startswith(field)


def test_rules() -> None:
    """The entries are those that the package knows, for every rule."""
    for n in (2, 3, 7):
        for name, rule in VECTOR_RULES.items():
            assert [x.low for x in rows_of({**W, "rule": name}, n, {})[0]] == [*rule(n)[0]]
        for name, rule in MATRIX_RULES.items():
            assert [[x.low for x in row] for row in rows_of({**T, "rule": name}, n, {})] == [[*row] for row in rule(n)]
    assert refutation(asked("-w[y]*log_softmax(z)[y]", "loss-gradient", {"C": 3}, arrays=[{**W, "rule": "rising"}]))


def test_definite_matrices() -> None:
    """z'Az is positive definite with A: no point with an A that is not can be given."""
    proof = rays(2, ("1", 1, ["1", "-1"]))
    for entries, field in (
        ({"A[1,1]": "1", "A[1,2]": "1", "A[2,2]": "1"}, "arrays.A"),
        ({"A[1,1]": "1", "A[1,2]": "2", "A[2,2]": "1"}, "arrays.A"),
        ({"A[1,1]": "1", "A[1,2]": "1/2", "A[2,2]": "1"}, "rays"),
    ):
        statement = asked("total(z*apply(A, z))", "regularizer-curvature", {"C": 2, **entries}, arrays=[A])
        assert why_not(statement, proof).startswith(field)


Q = {"low": "0", "high": "1", "low_open": True, "high_open": False, "integer": False}
SIGN_OF_Q = "(1 - 2*q)*log_softmax(z)[y] - z[y]*0"  # kappa = 2 q - 1


def test_values_in_the_scope() -> None:
    assert why_not(asked(SIGN_OF_Q, "loss-gradient", {"C": 2, "q": "1/2"}, parameters={"q": Q}), FLIPPED) == ""
    assert why_not(asked(SIGN_OF_Q, "loss-gradient", {"C": 2, "q": "1/3"}, parameters={"q": Q}), FLIPPED) == ""


@pytest.mark.parametrize(
    ("point", "interval", "classes", "field"),
    [
        ({"C": 2, "q": "0"}, Q, (2, None), "point.q"),  # an open end
        ({"C": 2, "q": "-1"}, Q, (2, None), "point.q"),
        ({"C": 2, "q": "2"}, {**Q, "high": "2", "high_open": True}, (2, None), "point.q"),
        ({"C": 2, "q": "1/2"}, {**Q, "integer": True}, (2, None), "point.q"),
        ({"C": 2, "q": "1/2"}, {k: v for k, v in Q.items() if k != "integer"}, (2, None), "point.q"),
        ({"C": 2, "q": 0.25}, Q, (2, None), "point.q"),
        ({"C": 2, "q": None}, Q, (2, None), "point.q"),
        ({"C": 2, "q": "1/0"}, Q, (2, None), "point.q"),
        ({"C": 2, "q": "nan"}, Q, (2, None), "point.q"),
        ({"C": 2}, Q, (2, None), "point.q"),
        ({"C": 2, "q": "1/3"}, Q, (3, None), "point.C"),
        ({"C": 11, "q": "1/3"}, Q, (2, 10), "point.C"),
        ({"C": 1, "q": "1/3"}, Q, (1, None), "scope.classes"),
        ({"C": 2.0, "q": "1/3"}, Q, (2, None), "point.C"),
        ({"C": True, "q": "1/3"}, Q, (2, None), "point.C"),
        ({"q": "1/3"}, Q, (2, None), "point.C"),
        ([], Q, (2, None), "statement.point"),
    ],
)  # fmt: skip
def test_points_outside_the_scope(point: Any, interval: dict[str, Any], classes: Any, field: str) -> None:
    statement = asked(SIGN_OF_Q, "loss-gradient", point, parameters={"q": interval}, classes=classes)
    assert why_not(statement, FLIPPED).startswith(field)


def test_rounded_numbers_have_no_value() -> None:
    """What fails has to fail wherever the number lies: kappa = 2 q - 1 on [0.4, 0.45], and not on [0.4, 0.6]."""
    for high, refusal in (("9/20", ""), ("3/5", "rays")):
        interval = {**REAL, "low": "2/5", "high": high, "low_open": False, "high_open": False, "rounded": True}
        statement = asked(SIGN_OF_Q, "loss-gradient", {"C": 2, "q": "2/5"}, parameters={"q": interval})
        assert why_not(statement, FLIPPED).partition(":")[0] == refusal


TAU = {**POSITIVE, "low": "1"}
KINK = "branch(tau - sqrt(C), total(z**2), 3*total(z**2)) + relu(tau - sqrt(C) + z[y])"
BOTH_SIDES = rays(1, ("1", 1, ["1", "0"]), ("1", 1, ["-1", "0"]))


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"tau": "C**(1/2)"}, ""),
        ({"tau": "2**(1/2)"}, "rays"),  # not at the kink
        ({"tau": "C**(-1/2)"}, "point.tau"),  # outside
        ({"tau": "sqrt(tau)"}, "point.tau"),
        ({"tau": "z"}, "values.tau"),
        ({"tau": "total(exp(0*z))"}, "values.tau"),
        ({"tau": 2}, "values.tau"),
        ({"tau": "C**(1/2)", "C": "2"}, "values.C"),
        ({"tau": "C**(1/2)", "q": "2"}, "values.q"),
        ([], "values"),
        ({}, "point.tau"),
    ],
)
def test_values_that_a_point_leaves_out(values: Any, refusal: str) -> None:
    """At the irrational tau = sqrt(3) the slopes along e_1 and -e_1 are 1 and 0."""
    statement = asked(KINK, "loss-smooth", {"C": 3}, parameters={"tau": TAU})
    assert why_not(statement, {**BOTH_SIDES, "values": values}).partition(":")[0] == refusal
    stated = asked(KINK, "loss-smooth", {"C": 3, "tau": "2"}, parameters={"tau": TAU})
    if values:
        assert why_not(stated, {**BOTH_SIDES, "values": values}) != ""  # the statement has another value


# True statements and forged proofs: nothing that the condition says 0 of, and nothing that is 0, is accepted.
CE = "logsumexp(z) - z[y]"
FORGED: list[tuple[str, str, dict[str, Any]]] = [
    (CE, "loss-gradient", rays(1, ("1", 1, ["1"]))),  # 0
    (CE, "loss-gradient", rays(1, ("1", 1, ["0", "1", "-1"]))),  # 0
    (CE, "loss-gradient", rays(1, ("-1", 1, ["1", "0"]))),  # kappa (C - 1)/C > 0
    (CE, "loss-gradient", rays(1, ("1", 1, ["1", "0"]))),
    (CE, "loss-gradient", rays(1, ("0", 1, ["1", "0"]))),
    (CE, "loss-gradient", rays(1, ("1", 1, ["0"]))),  # v = 0
    (CE, "loss-gradient", rays(1, ("1", 1, ["1", "0"]), ("-1", 2, ["1", "0"]))),
    (CE, "loss-gradient", rays(0, ("1", 1, ["1", "0"]))),  # the value
    (CE, "loss-gradient", rays(0, ("1", 1, ["1", "0"]), ("-1", 1, ["0", "1", "0"]))),
    (CE, "loss-gradient", rays(2, ("1", 1, ["1", "0"]))),  # nothing is said of it
    (CE, "loss-smooth", rays(1, ("1", 1, ["1", "0"]))),
    (CE, "loss-smooth", rays(1, ("1", 1, ["1", "0"]), ("1", 1, ["-1", "0"]))),  # a kink where there is none
    (CE, "loss-smooth", rays(1, ("1", 1, ["1", "0"]), ("1", 2, ["-1", "0"]))),  # two labels
    (CE, "loss-smooth", rays(2, ("1", 1, ["1", "0"]), ("-1", 1, ["-1", "0"]))),
    (CE, "loss-smooth", rays(3, ("1", 1, ["1", "0"]))),
    (CE, "loss-smooth", rays(3, ("1", 1, ["1", "0"]), fold=2)),
    (CE, "loss-smooth", rays(4, ("1", 1, ["1", "0"]), fold=2)),
    ("total(z**2)/2", "regularizer-curvature", rays(2, ("-1", 1, ["1", "0"]))),  # a negative weight
    ("total(z**2)/2", "regularizer-curvature", rays(2, ("1", 1, ["1", "0"]), ("-2", 1, ["0", "1", "0"]))),
    ("total(z**2)/2", "regularizer-curvature", rays(2, ("1", 1, ["0"]))),
    ("total(z**2)/2", "regularizer-gradient", rays(2, ("1", 1, ["1", "0"]))),
    ("total(z**2)/2", "regularizer-gradient", rays(1, ("1", 1, ["1", "0"]))),
    ("total(z**2)/2", "regularizer-smooth", rays(2, ("1", 1, ["1", "0"]), ("-1", 1, ["0", "1", "0"]))),
    ("total((z - mean(z))**2)", "shift-invariant", rays(2, ("1", 1, ["1", "0"]), ("-1", 1, ["2", "0"]))),
    ("total((z - mean(z))**2)", "shift-invariant", rays(2, ("1", 1, ["1", "0"]), ("-1", 1, ["2", "1"]))),
    ("total((z - mean(z))**2)", "shift-invariant", rays(2, ("1", 1, ["1", "0"]))),
    # Kinks that are none: the factor is 0, the sides agree, |z|^3 is smooth enough, x + |x| - 2 relu(x) = 0.
    ("(C - 3)*total(abs(z))", "regularizer-smooth", BOTH_SIDES),
    ("total(branch(z, z, z))", "regularizer-smooth", BOTH_SIDES),
    ("total(abs(z)**3)", "regularizer-smooth", rays(3, ("1", 1, ["1", "0"]), ("1", 1, ["-1", "0"]))),
    ("total(z + abs(z) - 2*relu(z))", "regularizer-smooth", BOTH_SIDES),
    # e - e**(1/2) e**(1/2) = 0, and a kink at 1/10^60 and not at 0.
    ("(exp(1) - exp(1/2)**2)*total(abs(z))", "regularizer-smooth", BOTH_SIDES),
    ("total(relu(z - 1/10**60))", "regularizer-smooth", BOTH_SIDES),
]


@pytest.mark.parametrize(("formula", "which", "proof"), FORGED)
def test_forged(formula: str, which: str, proof: dict[str, Any]) -> None:
    assert why_not(asked(formula, which, {"C": 3}), proof) != ""


TRUE = {
    "loss-smooth": [CE, "(1 - softmax(z)[y])**2*(logsumexp(z) - z[y])", "total(abs(z)**3) + sigmoid(z[y] - mean(z))"],
    "loss-gradient": [
        CE,
        "-softmax(z)[y]",
        "(1 - softmax(z)[y]**(7/10))/(7/10)",
        "amax(z**2) + logsumexp(2*z) - 2*z[y]",
    ],
    "regularizer-smooth": ["total(cosh(z))", "logsumexp(z)", "total(z*abs(z)**2)"],
    "regularizer-gradient": ["total(cosh(z))", "logsumexp(z) - mean(z)", "amax(z**2)", "total(abs(z)**(3/2))"],
    "regularizer-curvature": ["total(cosh(z))", "logsumexp(z) + mean(z)**2", "total(z**2 + z**3)"],
    "shift-invariant": [CE, "-total(log_softmax(z))", "amax(z - mean(z)) + total(abs(z - logsumexp(z)))"],
}
WEIGHTS = st.sampled_from(["1", "-1", "2", "-1/2", "0", "1/3"])
ENTRIES_OF_V = st.lists(st.sampled_from(["0", "1", "-1", "2", "1/2"]), min_size=1, max_size=3)


@given(
    st.sampled_from([(which, formula) for which, formulas in TRUE.items() for formula in formulas]),
    st.lists(st.tuples(WEIGHTS, st.integers(1, 3), ENTRIES_OF_V), min_size=1, max_size=4),
    st.integers(1, 2),
    st.data(),
)
@settings(max_examples=80)
def test_no_proof_refutes_what_is_true(
    true: tuple[str, str], weighted: list[tuple[str, int, list[str]]], fold: int, data: st.DataObject
) -> None:
    """Random rays, and the same with a last one that makes the weighted sum of directions, or of squares, vanish."""
    which, formula = true
    power = data.draw(st.integers(-1, 2 * fold))
    closed = [*weighted, *((w, y, [f"-{x}".replace("--", "") for x in v]) for w, y, v in weighted)]
    opposite = [*weighted, *((f"-{w}".replace("--", ""), y, v) for w, y, v in weighted)]
    for rs in (weighted, closed, opposite):
        assert why_not(asked(formula, which, {"C": 3}), rays(power, *rs, fold=fold)) != ""


def test_quotient() -> None:
    """D^2 g(0) for g = sum (z - mean z)^2 is 0 along (1, ..., 1), which is 0 in the quotient."""
    formula, along = "total((z - mean(z))**2)", rays(2, ("1", 1, ["1"]))
    assert why_not(asked(formula, "regularizer-curvature", {"C": 3}), along) == ""
    quotient = asked(formula, "regularizer-curvature", {"C": 3}, space="R^C/(1, ..., 1)")
    assert why_not(quotient, along).startswith("rays")
    negative = asked("-" + formula, "regularizer-curvature", {"C": 3}, space="R^C/(1, ..., 1)")
    assert why_not(negative, rays(2, ("1", 1, ["1", "0"]))) == ""


def test_detached() -> None:
    """Autograd returns detach(z) + z - z = detach(z) at 0 for the first, which is 0, and 1 for the second."""
    still = asked("total(z*detach(z))", "regularizer-gradient", {"C": 2})
    assert refutation(still) is None
    moving = asked("total(z*detach(1 + z))", "regularizer-gradient", {"C": 2})
    assert refutation(moving) is not None
    for which in ("regularizer-smooth", "regularizer-curvature", "shift-invariant"):
        assert refutation(asked("-total(z*detach(1 + z))", which, {"C": 2})) is None
    assert refutation(asked("total(branch(detach(z), z, 2*z))", "regularizer-gradient", {"C": 2})) is None


def test_a_regularizer_knows_no_label() -> None:
    for formula in ("z[y]", "total(z*onehot(y))", "amax(z, but=y)", "product(z, but=y)", "total(z, but=y)"):
        assert why_not(asked(formula, "regularizer-gradient", {"C": 3}), rays(1, ("1", 1, ["1", "2"]))) != ""


GOOD = rays(1, ("1", 1, ["1", "0"]), ("1", 1, ["-1", "0"]))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"rays": []}, "rays"),
        ({"rays": None}, "rays"),
        ({"rays": [["1", 1, ["1", "0"]]] * 65}, "rays"),
        ({"rays": [["1", 1]]}, "rays.0"),
        ({"rays": [["1", 1, []]]}, "rays.0"),
        ({"rays": [["1", 1, ["1", "0", "0"]]]}, "rays.0"),
        ({"rays": [["1", 0, ["1", "0"]]]}, "rays.0"),
        ({"rays": [["1", 3, ["1", "0"]]]}, "rays.0"),
        ({"rays": [["1", -1, ["1", "0"]]]}, "rays.0"),
        ({"rays": [["1", True, ["1", "0"]]]}, "rays.0"),
        ({"rays": [[1, 1, ["1", "0"]]]}, "rays.0"),
        ({"rays": [["1", 1, [1, "0"]]]}, "rays.0"),
        ({"rays": [["1e3", 1, ["1", "0"]]]}, "rays.0"),
        ({"rays": [["1", 1, "10"]]}, "rays.0"),
        ({"power": 3}, "power"),
        ({"power": "1"}, "power"),
        ({"power": True}, "power"),
        ({"power": 10**9}, "power"),
        ({"fold": 0}, "fold"),
        ({"fold": 10**9}, "fold"),
        ({"terms": 0}, "terms"),
        ({"terms": 10**9}, "terms"),
        ({"more": 1}, "proof"),
    ],
)
def test_malformed_proofs(change: dict[str, Any], field: str) -> None:
    statement = asked("total(abs(z))", "regularizer-smooth", {"C": 2})
    assert why_not(statement, GOOD) == ""
    assert why_not(statement, {**GOOD, **change}).startswith(field)
    for wrong in (None, [], "rays", 1, {}, {k: v for k, v in GOOD.items() if k != "terms"}):
        assert why_not(statement, wrong).startswith("proof")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"which": "loss-convex"}, "which"),
        ({"which": None}, "statement.which"),
        ({"formula": None}, "statement.formula"),
        ({"formula": "total(abs(z)"}, "formula"),
        ({"formula": "abs(z)"}, "formula"),
        ({"formula": "total(w*z)"}, "formula"),
        ({"formula": "amax(z, w)"}, "formula"),
        ({"formula": "apply(z, z)"}, "formula"),
        ({"formula": "apply(T, z)"}, "formula"),
        ({"formula": "onehot_argmax(z, but=y)"}, "formula"),
        ({"arrays": {}}, "statement.arrays"),
        ({"arrays": [1]}, "arrays"),
        ({"arrays": [{"name": "w", "rule": None}]}, "point.w"),
        ({"arrays": [{"name": "w", "rule": None, "entries": [[1, 2]]}]}, "arrays.w"),
        ({"arrays": [{"name": "w", "rule": None, "entries": [["1"]]}]}, "arrays.w"),
        ({"scope": None}, "statement.scope"),
        ({"scope": {"classes": {"low": 2, "high": None}, "parameters": [], "space": "R^3"}}, "space"),
    ],
)
def test_malformed_statements(change: dict[str, Any], field: str) -> None:
    statement = {**asked("total(abs(z))", "regularizer-smooth", {"C": 2}), **change}
    assert field in why_not(statement, GOOD).partition(":")[0]


def test_work_is_limited() -> None:
    """Long series of many entries, exponentials of exponentials and numbers that grow are refused, and soon."""
    tower = "; ".join(["x0 = exp(z/3)", *(f"x{n + 1} = exp(x{n}/{n + 3})" for n in range(300)), "total(x300)"])
    squares = "; ".join(["x0 = 2 + z", *(f"x{n + 1} = x{n}*x{n}" for n in range(300)), "total(x300)"])
    many = [("1", 1, [str(n) for n in range(64)])] * 64
    for formula, c, proof in (
        (tower, 2, rays(1, ("1", 1, ["1", "0"]), terms=16)),
        (squares, 2, rays(1, ("1", 1, ["1", "0"]), terms=16)),
        ("total(softplus(z)**(7/10))", 64, rays(1, *many, terms=16)),
        ("total(exp(z + 10**9))", 2, rays(1, ("1", 1, ["1", "0"]))),
        ("total(log(1 + 1/10**4000 + z))", 2, rays(1, ("1", 1, ["1", "0"]))),
    ):
        assert why_not(asked(formula, "loss-smooth", {"C": c}), proof) != ""
