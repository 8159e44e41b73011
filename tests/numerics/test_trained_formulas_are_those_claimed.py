"""At 0 the formulas that are trained have the kappa and the H that are claimed: what a true claim stands on.

Then no network contradicts it, at any weights: the gradient of the claimed limit problem is grad F less what alpha
leaves of it, sample by sample.
"""

from __future__ import annotations

import pytest
import torch

from benchmarks.network_claims.pairs import PROVED, certificate, off_by
from numerics.errors import ConfirmationError
from numerics.formulas.predicted_numbers import PredictedNumbers, predicted_numbers
from symcheck.intake.catalogue import names

ROUNDING = 1e-11
CLASSES = (2, 3, 7)
OTHERS = tuple(
    pair
    for pair in (
        *((loss, "l2") for loss in names("loss")),
        *((loss, "entropy") for loss in names("loss")),
        *(("cross_entropy", penalty) for penalty in names("regularizer")),
    )
    if pair not in PROVED
)


def claims(pair: tuple[str, str]) -> list[PredictedNumbers]:
    """What is claimed of ``pair`` at each C at which anything is."""
    found = []
    for classes in CLASSES:
        try:
            found.append(predicted_numbers(certificate(*pair), classes, "the data"))
        except ConfirmationError:
            continue
    return found


def is_homogeneous(claim: PredictedNumbers) -> bool:
    """Whether the gradient of the penalty is homogeneous of the degree that is claimed."""
    z = torch.randn(20, claim.classes, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    there, near = (claim.objective.penalty_gradient(t * z) for t in (1.0, 1e-3))
    return torch.allclose(near * 1e3 ** (1 / claim.noise_power), there, rtol=1e-9)


@pytest.mark.parametrize("pair", PROVED, ids=" + ".join)
def test_pairs_of_the_campaign(pair: tuple[str, str]) -> None:
    found = claims(pair)
    assert found
    for claim in found:
        assert off_by(claim, claim.objective) <= ROUNDING, claim.classes
        assert claim.power == 1 or is_homogeneous(claim), claim.classes


@pytest.mark.slow
def test_all_pairs_of_a_catalogue_entry_and_a_common_one() -> None:
    found = [claim for pair in OTHERS for claim in claims(pair)]
    assert len(found) > 300
    for claim in found:
        assert off_by(claim, claim.objective) <= ROUNDING, (claim.name, claim.classes)
        assert claim.power == 1 or is_homogeneous(claim), (claim.name, claim.classes)
