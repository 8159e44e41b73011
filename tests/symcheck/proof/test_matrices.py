"""Formulas with matrices: what the checker shows of them at every C, and what it refuses."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest

import symcheck as sc
from symcheck.proof.check import Refused
from symcheck.proof.matrices import check_with_matrices, matrix_of

FREE = {"low": None, "high": None, "low_open": True, "high_open": True, "integer": False}


def matrix(name: str = "A", sums: tuple[str | None, str | None] = (None, None), **kinds: Any) -> dict[str, Any]:
    """A matrix as a certificate declares it."""
    return {"name": name, "interval": FREE, "sums": [*sums], "entries": None, "symmetric": False, **kinds}


def statement(
    about: str, formula: str, *arrays: dict[str, Any], low: int = 2, high: int | None = None, space: str = "R^C"
):
    classes = {"low": low, "high": high}
    scope = {"classes": classes, "parameters": [], "space": space}
    return {"about": about, "formula": formula, "scope": scope, "arrays": [*arrays], "anchor": None, "kappa": None}


def shown(said: dict[str, Any], **proof: Any) -> bool:
    try:
        check_with_matrices(said, {"letters": [], "hints": {}, **proof})
    except Refused:
        return False
    return True


DEFINITE = matrix(symmetric=True, positive_definite=True)
BOTH = matrix(sums=("1", "1"), symmetric=True, positive_definite=True)
DOUBLY = matrix(sums=("1", "1"))


@pytest.mark.parametrize(
    ("formula", "parts"),
    [
        ("total(z*apply(A, z))", {"A z*z": "1"}),
        ("total(apply(A, z)*z)/2 + total(z)**2", {"A z*z": "1/2", "s*s": "1"}),
        ("total(z*apply_transposed(A, z)) + total(z**2)/2", {"A z*z": "1", "z*z": "1/2"}),
        ("total(apply(A, z)**2) + 3*total(z**2)", {"A z*A z": "1", "z*z": "3"}),
        ("C*total(z*apply(A, z))", {"A z*z": "C"}),
    ],
)
def test_forms_of_a_definite_matrix_are_definite(formula: str, parts: dict[str, str]) -> None:
    assert shown(statement("regularizer", formula, DEFINITE), parts=parts)


@pytest.mark.parametrize(
    ("formula", "array", "parts"),
    [
        # z'Az for a matrix of which definiteness is not declared, or symmetry is not
        ("total(z*apply(A, z))", matrix(symmetric=True), {"A z*z": "1"}),
        ("total(z*apply(A, z))", matrix(positive_definite=True), {"A z*z": "1"}),
        ("total(z*apply(A, z))", matrix(sums=("1", "1")), {"A z*z": "1"}),
        # |A z|^2 alone: A may have a kernel
        ("total(apply(A, z)**2)", matrix(), {"A z*A z": "1"}),
        # a negative part, one that is 0, another factor, a part that is not named
        ("total(z**2) - total(z*apply(A, z))", DEFINITE, {"A z*z": "-1", "z*z": "1"}),
        ("0*total(z*apply(A, z))", DEFINITE, {}),
        ("0*total(z*apply(A, z))", DEFINITE, {"A z*z": "0"}),
        ("total(z*apply(A, z))", DEFINITE, {"A z*z": "2"}),
        ("total(z*apply(A, z)) - total(z)**2", DEFINITE, {"A z*z": "1"}),
        ("total(z)**2", DEFINITE, {"s*s": "1"}),
        # grad g(0) = (1, ..., 1), or A'(1, ..., 1), is not 0
        ("total(z*apply(A, z)) + total(z)", DEFINITE, {"A z*z": "1"}),
        ("total(z*apply(A, z)) + total(apply(A, z))", BOTH, {"A z*z": "1"}),
        # second derivatives of A applied to what is not linear are unknown
        ("total(apply(A, z**2)) + total(z**2)", matrix(sums=("1", "1")), {"z*z": "1"}),
        ("total(apply(A, z**2)) + total(z**2)", matrix(sums=("1", "1")), {"?": "1", "z*z": "1"}),
        # a matrix times a matrix, the label, a detached part
        ("total(z*apply(A, apply(A, z)))", DEFINITE, {"A z*z": "1"}),
        ("total(z*apply(A, z)) + z[y]**2", DEFINITE, {"A z*z": "1"}),
        ("total(z*apply(A, detach(z)))", DEFINITE, {"A z*z": "1"}),
    ],
)  # fmt: skip
def test_what_is_not_definite_is_refused(formula: str, array: dict[str, Any], parts: dict[str, str]) -> None:
    assert not shown(statement("regularizer", formula, array), parts=parts)


def test_the_sum_over_labels_needs_declared_sums() -> None:
    # sum_y d/dz_j of (A z)_y is the column sum of A at j, of (A'z)_y the row sum; mean(z) adds 1 in all.
    formula = "mean(z) - apply(A, z)[y]"
    assert shown(statement("loss-sum", formula, DOUBLY), hints={"3": "C"}) or shown(
        statement("loss-sum", formula, DOUBLY), hints=_inverse_of_C(formula)
    )
    for sums in ((None, None), ("1", None), ("1", "2"), ("0", "1/2")):
        assert not shown(statement("loss-sum", formula, matrix(sums=sums)), hints=_inverse_of_C(formula)), sums
    assert shown(statement("loss-sum", formula, matrix(sums=(None, "1"))), hints=_inverse_of_C(formula))
    turned = "mean(z) - apply_transposed(A, z)[y]"
    assert shown(statement("loss-sum", turned, matrix(sums=("1", None))), hints=_inverse_of_C(turned))
    assert not shown(statement("loss-sum", turned, matrix(sums=(None, "1"))), hints=_inverse_of_C(turned))


def _inverse_of_C(formula: str) -> dict[str, str]:
    from symcheck.proof.check import Scope
    from symcheck.proof.witnesses.tapes import WideTape

    scope = Scope({"classes": {"low": 2, "high": None}, "parameters": []})
    nodes = WideTape(formula, scope, None, (), {"A"}).nodes
    return {str(n): "C" for n, (op, _, _) in enumerate(nodes) if op == "inverse"}


@pytest.mark.parametrize("seed", range(40))
def test_sums_and_definiteness_of_given_entries_are_those_of_numbers(seed: int) -> None:
    r = random.Random(seed)
    n = r.choice((2, 3))
    rows = [[Fraction(r.randint(-2, 3)) for _ in range(n)] for _ in range(n)]
    if seed % 2:
        rows = [[rows[min(i, j)][max(i, j)] + (3 * (i == j)) for j in range(n)] for i in range(n)]
    found = matrix_of({**matrix(), "entries": [[str(x) for x in row] for row in rows]}, "A")
    totals = {sum(row) for row in rows}, {sum(column) for column in zip(*rows, strict=True)}
    assert [found.rows, found.columns] == [t.pop() if len(t) == 1 else None for t in totals]
    symmetric = all(rows[i][j] == rows[j][i] for i in range(n) for j in range(n))
    assert found.symmetric == symmetric
    # By Sylvester's criterion, with determinants written out.
    minors = [rows[0][0], rows[0][0] * rows[1][1] - rows[0][1] * rows[1][0]]
    if n == 3:
        (a, b, c), (d, e, f), (g, h, i) = rows
        minors.append(a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g))
    assert found.definite == (symmetric and all(m > 0 for m in minors))


@pytest.mark.parametrize(
    ("loss", "regularizer", "classes"),
    [
        ("forward_pair_flip", "l2", None), ("forward_pair_flip", "quadratic_form", None),
        ("forward_pair_flip", "entropy", None), ("cross_entropy", "quadratic_form", None),
        ("gce", "quadratic_form", 3), ("forward_pair_flip", "l2", 5),
    ],
)  # fmt: skip
def test_pairs_of_the_catalogue_with_matrices_are_verified(loss: str, regularizer: str, classes: int | None) -> None:
    assert sc.verify(sc.certify(loss, regularizer, classes=classes).to_json()).verified


@pytest.mark.parametrize(
    "pair",
    [
        lambda: (sc.losses.Forward(T=[["1/2", "1/3", "1/6"], ["1/6", "1/2", "1/3"], ["1/3", "1/6", "1/2"]]), "l2"),
        lambda: ("cross_entropy", sc.regularizers.QuadraticForm(Q=[[2, 1], [1, 2]])),
        lambda: ("mae", sc.regularizers.QuadraticForm(Q=[[3, 1, 0], [1, 2, 0], [0, 0, "1/2"]])),
    ],
)
def test_given_matrices_are_verified(pair: Any) -> None:
    assert sc.verify(sc.certify(*pair()).to_json()).verified


def test_a_certificate_with_other_entries_is_not_verified() -> None:
    text = sc.certify("cross_entropy", sc.regularizers.QuadraticForm(Q=[[2, 1], [1, 2]])).to_json()
    spoilt = text.replace('"2"', '"1"')  # [[1, 1], [1, 1]] is not definite
    assert spoilt != text
    assert not sc.verify(spoilt).verified


@pytest.mark.parametrize(
    ("spoil", "field"),
    [
        (lambda s: s["arrays"].append(s["arrays"][0]), "arrays"),
        (lambda s: s["arrays"][0].pop("symmetric"), "arrays"),
        (lambda s: s["arrays"][0].update(sums=["1"]), "arrays"),
        (lambda s: s["arrays"][0].update(sums=[1, 2]), "arrays"),
        (lambda s: s["arrays"][0].update(errors=[["0"]]), "arrays"),
        (lambda s: s["arrays"][0].update(entries=[["1", "2"], ["1"]]), "arrays"),
        (lambda s: s["arrays"][0].update(entries=[["1", "0"], ["0", "1"]]), "arrays"),  # for C = 2 alone
        (lambda s: s.update(anchor="1"), "statement.anchor"),
        (lambda s: s.update(about="loss"), "statement.about"),
        (lambda s: s["scope"].update(space="R^C/(1, ..., 1)"), "scope.space"),
    ],
)  # fmt: skip
def test_malformed_statements_are_refused_by_field(spoil: Any, field: str) -> None:
    said = statement("regularizer", "total(z*apply(A, z))", {**DEFINITE})
    spoil(said)
    with pytest.raises(Refused) as stop:
        check_with_matrices(said, {"letters": [], "hints": {}, "parts": {"A z*z": "1"}})
    assert str(stop.value).startswith(field)
