"""Planted false claims: kappa * 1.01, H * .99, exponent * 1.02, constant * 1.01, order +- 1; each is contradicted."""

from __future__ import annotations

from collections import Counter
from itertools import product

import pytest

from numerics.confirmations.confirmation import confirm
from numerics.errors import ConfirmationError
from numerics.runs.agreement import Outcome
from tests.numerics.planted_numbers import planted
from tests.sampled import one_in

LOSSES = (
    "cross_entropy", "gce", "mae", "focal", "nce", "sce", "muh", "label_smoothing", "brier", "square_centred",
    "pairwise_logistic", "multi_margin", "peer_uniform",
)  # fmt: skip
REGULARIZERS = ("l2", "entropy", "label_smoothing_penalty", "log_cosh", "total(z**4)")
DATA = ("iris", "wine", "breast_cancer")

SOME = {
    # kappa, H, the exponent, three constants and 2 orders each of three distances: 12 claims where all are seen
    ("cross_entropy", "l2", "iris"): 12,
    ("gce", "l2", "breast_cancer"): 12,
    ("mae", "entropy", "iris"): 12,
    ("focal", "log_cosh", "wine"): 12,
    # all minimisers are multiples of one another, and no order is claimed
    ("muh", "l2", "iris"): 3,
    # no H, and no order is claimed
    ("cross_entropy", "total(z**4)", "iris"): 4,
}


def judged(confirmation):
    """The names of the planted claims; all of them are contradicted, beside a true one that is not."""
    assert confirmation.outcome is Outcome.AGREES
    found = list(planted(confirmation))
    passed = [claim.name for claim in found if claim.agreement.outcome is not Outcome.CONTRADICTS]
    assert not passed, f"{confirmation.agreement.title}: {', '.join(passed)}"
    return [claim.name for claim in found]


@pytest.mark.parametrize(("pair", "count"), one_in(2, [*SOME.items()], ids=lambda x: " ".join(x[0])))
def test_planted_claims_are_contradicted(confirmed, pair, count):
    assert len(judged(confirmed(*pair))) == count


def test_each_kind_is_planted(confirmed):
    kinds = Counter(name.partition(",")[0] for name in judged(confirmed("cross_entropy", "l2", "iris")))
    assert kinds == {
        "kappa": 1, "curvature": 1, "exponent of the noise factor": 1, "constant": 3, "order 1": 3, "order 3": 3,
    }  # fmt: skip


@pytest.mark.slow
def test_every_planted_claim_of_many_pairs_is_contradicted(certified):
    count = pairs = 0
    for loss, regularizer, data in product(LOSSES, REGULARIZERS, DATA):
        try:
            found = confirm(certified(loss, regularizer), data=data)
        except ConfirmationError:  # without a prediction there is nothing to plant
            continue
        pairs += 1
        count += len(judged(found))
    assert (pairs, count) == (189, 1795)
