"""Confirmation with a reference class z_C = 0, whose orders are others than on shared features (THEORY 5)."""

from __future__ import annotations

import pytest

import symcheck as sc
from numerics import confirm
from numerics.errors import ConfirmationError
from numerics.runs.agreement import Outcome


@pytest.mark.parametrize(
    ("loss", "to_limit", "clean_to_noisy"),
    [
        # H^-1 on z_C = 0 is no multiple of D^2 l(0): order 1; D^2 l(0, y) does not depend on y: order 2 between the two
        ("cross_entropy", 1, 2),
        ("gce", 1, 1),  # D^2 l(0, y) depends on y
        ("nce", 2, 2),  # D^2 l(0, y) = 0
    ],
)
def test_the_orders_are_those_of_the_reference_class(loss: str, to_limit: int, clean_to_noisy: int) -> None:
    found = confirm(sc.certify(loss, "l2"), data="iris", reference=True)
    orders = [row.predicted for row in found.agreement.rows if row.name.endswith("order in 1/lambda")]
    assert orders == [to_limit, to_limit, clean_to_noisy]
    assert found.outcome is Outcome.AGREES


def test_on_shared_features_the_order_is_another_one() -> None:
    """The test above would pass if the family made no difference."""
    found = confirm(sc.certify("cross_entropy", "l2"), data="iris")
    orders = [row.predicted for row in found.agreement.rows if row.name.endswith("order in 1/lambda")]
    assert orders == [2, 2, 2]


def test_a_network_has_no_reference_class() -> None:
    with pytest.raises(ConfirmationError) as caught:
        confirm(sc.certify("cross_entropy", "l2"), data="iris", model="mlp", reference=True)
    assert str(caught.value) == "reference: a network brings its own outputs; leave it out, or take model='linear'"
