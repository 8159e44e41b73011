"""Proofs of what is false about formulas with matrices, each refused, beside an honest neighbour."""

from __future__ import annotations

from typing import Any

import pytest

from symcheck.proof.check import Refused
from symcheck.proof.matrices import check_with_matrices
from tests.symcheck.proof.claims import statement

Json = Any
INTERVAL = {"low": None, "high": None, "low_open": True, "high_open": True, "integer": False}


def matrix(**declared: Any) -> Json:
    """A matrix with row and column sums 1, or what else is declared."""
    plain = {"name": "A", "sums": ["1", "1"], "symmetric": False, "positive_definite": False, "interval": INTERVAL}
    return {**plain, **declared}


def check(formula: str, array: Json, parts: Json) -> None:
    said = {**statement(formula, about="regularizer"), "arrays": [array]}
    check_with_matrices(said, {"letters": [], "hints": {}, "parts": parts})


DEFINITE = {"symmetric": True, "positive_definite": True, "sums": [None, None]}


@pytest.mark.parametrize(
    ("formula", "array", "parts"),
    [
        ("total(z**2)", matrix(), {"z*z": "1"}),
        ("total(z**2) + total(z)**2", matrix(), {"z*z": "1", "s*s": "1"}),
        ("total(z*apply(A, z))", matrix(**DEFINITE), {"A z*z": "1"}),
        # column sums are 1: total(A z) = total(z)
        ("total(z**2) + total(apply(A, z))*total(z)", matrix(), {"z*z": "1", "s*s": "1"}),
        ("total(z**2) + total(apply(A, z))*total(z)", matrix(rule="cyclic"), {"z*z": "1", "s*s": "1"}),
        ("total(z*apply(A, z))", matrix(rule="diagonal"), {"A z*z": "1"}),
    ],
)
def test_what_is_true_is_verified(formula: str, array: Json, parts: Json) -> None:
    check(formula, array, parts)


@pytest.mark.parametrize(
    ("formula", "array", "parts"),
    [
        # one part is definite, and the sum of all is not: v = (1, ..., 1) gives C - 5 C^2
        ("total(z**2) - 5*total(z)**2", matrix(), {"z*z": "1", "s*s": "-5"}),
        ("total(z**2) - 5*total(z)**2", matrix(), {"s*s": "-5", "z*z": "1"}),
        ("total(z*apply(A, z)) - 9*total(z**2)", matrix(**DEFINITE), {"A z*z": "1", "z*z": "-9"}),
        ("total(z**2) - total(apply(A, z)**2)", matrix(), {"z*z": "1", "A z*A z": "-1"}),
        # A z**2 - A 3 z**2 is not 0: the sum of it over the classes is -2 ||z||^2
        ("total(z**2) + total(apply(A, z**2) - apply(A, 3*z**2))", matrix(), {"z*z": "1"}),
        ("total(z**2) + 9*total(apply(A, z**2) - apply(A, apply(A, z**2)))", matrix(), {"z*z": "1"}),
        ("total(z**2) + total(apply(A, z**2) - apply_transposed(A, z**2))", matrix(sums=[None, None]), {"z*z": "1"}),
        ("total(z**2) + total(z*(apply(A, z) - apply_transposed(A, z)))*9", matrix(), {"z*z": "1"}),
        # a cyclic matrix has the sums 1, whatever is declared of it, and is not symmetric
        ("total(z**2) - total(apply(A, z))*total(z)", matrix(rule="cyclic", sums=["0", "0"]), {"z*z": "1"}),
        ("total(z*apply(A, z))", matrix(rule="cyclic", **DEFINITE), {"A z*z": "1"}),
        ("total(z*apply(A, z))", matrix(rule="unheard of", **DEFINITE), {"A z*z": "1"}),
        ("total(z*apply(A, z))", matrix(rule=["diagonal"], **DEFINITE), {"A z*z": "1"}),
        # entries say what the sums and signs are
        (
            "total(z**2) - total(apply(A, z))*total(z)",
            matrix(entries=[["1", "0"], ["0", "1"]], sums=["0", "0"]),
            {"z*z": "1"},
        ),
        ("total(z*apply(A, z))", matrix(entries=[["1", "2"], ["2", "1"]], **DEFINITE), {"A z*z": "1"}),
        # parts that are no forms >= 0, or are told twice
        ("total(z**2) + total(apply(A, z)*z)", matrix(), {"z*z": "1"}),
        ("total(z*apply(A, z))", matrix(), {"A z*z": "1"}),
        ("0*total(z**2)", matrix(), {"z*z": "0"}),
        ("0*total(z**2)", matrix(), {}),
        ("total(z)**2", matrix(), {"s*s": "1"}),
    ],
)
def test_what_is_forged_is_refused(formula: str, array: Json, parts: Json) -> None:
    with pytest.raises(Refused, match=r"^[^:]+: "):
        check(formula, array, parts)
