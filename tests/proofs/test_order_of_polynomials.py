"""Orders of convergence of pairs that are polynomials, drawn at random, beside power series of their minimisers.

Their terms are products of z_y and of power sums of the scores; many of them vanish where the scores sum to 0, and then
are no obstacle with shared features, and one with a reference class.  What a certificate states has to be so, and
where it states nothing there has to be nothing to state.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from flint import arb

import symcheck as sc
from symcheck.certificates.model_families import REFERENCE, SHARED
from tests.proofs.series import number, orders, total
from tests.proofs.test_order import A_1, A_2, data, stated
from tests.sampled import one_in

CLASSES = (2, 3, 4, 5)


def power_sum(z: Any, k: int) -> Any:
    """sum_i z_i^k, of scores in the language or in series."""
    return total([x**k for x in z]) if isinstance(z, list) else sc.total(z**k)


def s(z: Any) -> Any:
    return power_sum(z, 1)


OF_LOSS: list[Callable[[Any, int], Any]] = [
    lambda z, y: z[y] ** 2, lambda z, y: z[y] * s(z), lambda z, y: s(z) ** 2, lambda z, y: power_sum(z, 2),
    lambda z, y: z[y] ** 3, lambda z, y: z[y] ** 2 * s(z), lambda z, y: z[y] * s(z) ** 2, lambda z, y: s(z) ** 3,
    lambda z, y: z[y] * power_sum(z, 2), lambda z, y: s(z) * power_sum(z, 2), lambda z, y: power_sum(z, 3),
    lambda z, y: z[y] ** 4, lambda z, y: z[y] * s(z) ** 3, lambda z, y: z[y] ** 2 * s(z) ** 2,
    lambda z, y: z[y] * power_sum(z, 3), lambda z, y: z[y] ** 2 * power_sum(z, 2), lambda z, y: power_sum(z, 4),
]  # fmt: skip

OF_PENALTY: list[Callable[[Any], Any]] = [
    lambda z: s(z) ** 2, lambda z: s(z) ** 3, lambda z: s(z) * power_sum(z, 2), lambda z: power_sum(z, 3),
    lambda z: s(z) ** 4, lambda z: s(z) ** 2 * power_sum(z, 2), lambda z: s(z) * power_sum(z, 3),
    lambda z: power_sum(z, 4), lambda z: power_sum(z, 2) ** 2,
]  # fmt: skip


@pytest.mark.parametrize("seed", one_in(2, range(6, 13)))
def test_what_is_stated_of_random_polynomials(seed: int) -> None:
    rng = Random(seed)
    of_loss = [(rng.choice([1, -1, 2]), rng.choice(OF_LOSS)) for _ in range(rng.choice([1, 1, 2, 3]))]
    of_penalty = [(rng.choice([1, 2]), rng.choice(OF_PENALTY)) for _ in range(rng.choice([0, 0, 1, 2]))]

    def loss(z: Any, y: int) -> Any:
        return sum((term(z, y) * c for c, term in of_loss), s(z) / (len(z) if isinstance(z, list) else z.C) - z[y])

    def penalty(z: Any) -> Any:
        return sum((term(z) * c for c, term in of_penalty), power_sum(z, 2) / 2)

    cert = sc.certify(loss, penalty)
    for classes in CLASSES:
        for family in (SHARED, REFERENCE):
            order = stated(cert, classes, family)
            to_limit, apart = orders(loss, penalty, data(classes, reference=family == REFERENCE), (A_1, A_2))
            place = (seed, classes, family)
            if order is None:
                assert to_limit is None or to_limit[0] > (3 if classes == 2 else 2), place
                continue
            assert to_limit is not None, place
            assert to_limit[0] == order.to_limit, place
            if order.clean_to_noisy is None:
                assert any(x is None or x[0] > 2 for x in apart), place
                continue
            assert all(x is not None and x[0] == order.clean_to_noisy for x in apart), place
            ratio = apart[0][1] / apart[1][1]  # type: ignore[index]
            fit = [m for m in (1, 2, 3) if abs(ratio - number((1 - A_1**m) / (1 - A_2**m))) < arb("1e-12")]
            assert ([] if order.noise_degree is None else [order.noise_degree]) == fit, place
