"""Every derivative over the catalogue against differences of the definitions in mpmath, which know no rule."""

from __future__ import annotations

import pytest

from symcheck.differentiation.derive import derived
from tests.sampled import one_in
from tests.symcheck.differentiation.values import (
    EVERY,
    close,
    definition,
    differences,
    entries,
    entry,
    points,
    precise,
    second_differences,
)

every = pytest.mark.parametrize(("kind", "name"), EVERY, ids=[f"{kind}:{name}" for kind, name in EVERY])
some = pytest.mark.parametrize(("kind", "name"), one_in(3, EVERY, ids=":".join))

SLOW = {"entmax", "sparsemax", "bi_tempered"}
"""Their definitions find a threshold by bisection for each value."""


@every
def test_gradients_are_the_limits_of_central_differences(kind: str, name: str) -> None:
    of = entry(kind, name)
    found = derived(of.recorded)
    seen = 0
    for classes in (2, 3) if name in SLOW else (2, 3, 5):
        for at in points(of, classes, 1 if name in SLOW else 2):
            with precise():
                # With f''' of order 1 the difference is off by STEP^2 = 10^-40, and by 10^-90/STEP for rounding.
                expected = differences(definition(kind, name, of, at), at)
                assert all(
                    close(a, b, 30) for a, b in zip(entries(found.gradient, at, classes), expected, strict=True)
                ), (at, expected)
            seen += 1
    assert seen


@some
def test_hessians_are_the_limits_of_second_differences(kind: str, name: str) -> None:
    of = entry(kind, name)
    found = derived(of.recorded)
    for classes in (2, 3):
        # At one of the labels, and at the other for the other number of classes.
        for at in list(points(of, classes, 2))[:: classes + 1]:
            n = classes
            with precise():
                function = definition(kind, name, of, at)
                hessian = entries(found.hessian, at, n * n)
                # Rounding: 10^-90/STEP^2 = 10^-50; the truncation is STEP^2 = 10^-40.
                for j, k in [(0, 0), (0, 1), (1, 0), (n - 1, n - 1), (1, n - 1)]:
                    assert close(hessian[j * n + k], second_differences(function, at, j, k), 25), (at, j, k)
                diagonal = entries(found.diagonal, at, n)
                assert all(close(diagonal[j], hessian[j * n + j], 40) for j in range(n))


@some
def test_hessians_are_symmetric(kind: str, name: str) -> None:
    of = entry(kind, name)
    found = derived(of.recorded)
    if of.recorded.detaches:  # the field that autograd returns need not be the gradient of a function
        return
    for at in list(points(of, 3, 1))[:1]:
        with precise():
            hessian = entries(found.hessian, at, 9)
            assert all(close(hessian[3 * j + k], hessian[3 * k + j], 40) for j in range(3) for k in range(j))
