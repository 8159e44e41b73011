"""Pairs: generated ones, those that are handed over, and what is refused in which words."""

from __future__ import annotations

import dask.array as da
import numpy as np
import pytest
import scipy.sparse as sp
import torch

from numerics.errors import DataError
from numerics.preferences.generated_pairs import generated_pairs
from numerics.preferences.given_pairs import pairs_of
from numerics.preferences.rankings import kendall_tau, tau_against_known

CHOSEN = torch.tensor([[1.0, 0.0], [2.0, 1.0], [0.0, 3.0], [1.0, 1.0], [4.0, 0.0], [2.0, 2.0]])
REJECTED = torch.zeros(6, 2)


@pytest.mark.parametrize("seed", [0, 1, 7])
def test_generated_pairs_are_those_of_their_seed(seed):
    first, second = generated_pairs(seed=seed), generated_pairs(seed=seed)
    assert first.fingerprint == second.fingerprint != generated_pairs(seed=seed + 1).fingerprint
    assert pairs_of(seed=seed).fingerprint == first.fingerprint
    assert first.chosen.dtype == first.items.dtype == torch.float64


@pytest.mark.parametrize("features", [1, 5, 50])
def test_without_chance_one_reward_orders_every_pair_and_all_that_is_known(features):
    made = generated_pairs(100, features, 20, choice="truth", seed=3)
    # The true reward is drawn after the two answers and before the items.
    chance = torch.Generator().manual_seed(3)
    for _ in range(2):
        torch.randn((100, features), generator=chance, dtype=torch.float64)
    truth = torch.randn((features,), generator=chance, dtype=torch.float64)
    assert bool((made.differences @ truth > 0).all())
    assert tau_against_known(truth, made.known) == 1.0
    assert tau_against_known(-truth, made.known) == -1.0


def test_by_bradley_and_terry_pairs_are_preferred_as_often_as_the_law_says():
    made = generated_pairs(20_000, 1, 2, seed=0)
    chance = torch.Generator().manual_seed(0)
    for _ in range(2):
        torch.randn((20_000, 1), generator=chance, dtype=torch.float64)
    truth = torch.randn((1,), generator=chance, dtype=torch.float64)
    margins = (made.differences @ truth).abs()
    right = float((made.differences @ truth > 0).double().mean())
    # sigmoid of the size of the margin, in the mean; 4 standard errors of 20,000 draws: 4 * (1/2)/141
    assert abs(right - float(margins.sigmoid().mean())) < 0.015


@pytest.mark.parametrize(
    "given",
    [
        (CHOSEN, REJECTED),
        [CHOSEN.numpy(), REJECTED.numpy()],
        (CHOSEN.tolist(), REJECTED.tolist()),
        (CHOSEN.to(torch.int64), REJECTED.to(torch.int64)),
        (CHOSEN.clone().requires_grad_(), np.zeros((6, 2))),
    ],
    ids=["tensors", "arrays", "lists", "whole numbers", "grad"],
)
def test_the_same_pairs_in_other_clothes_are_the_same(given):
    found = pairs_of(given)
    assert found.fingerprint == pairs_of((CHOSEN, REJECTED)).fingerprint
    # of six pairs the fifth is set aside: its answers are (4, 0) and (0, 0)
    assert (len(found), found.items.tolist()) == (5, [[0.0, 0.0], [4.0, 0.0]])
    assert found.known.tolist() == [[4.0, 0.0]]
    assert "1 of the 2 items that are ranked are in a pair that was trained on" in found.notes[1]


def test_of_a_few_pairs_the_last_is_set_aside():
    found = pairs_of((CHOSEN[:3], REJECTED[:3]))
    assert (len(found), found.known.tolist()) == (2, [[0.0, 3.0]])


def test_pairs_are_taken_as_they_are():
    made = generated_pairs(10, 2, 5)
    assert pairs_of(made) is made


def holed(value):
    copy = CHOSEN.clone()
    copy[2, 1] = value
    return copy


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (7, "data: got one int; accepted is a pair (chosen, rejected) of arrays (n, d)"),
        ("digits", "data: got the text 'digits'; accepted is a pair (chosen, rejected)"),
        ((CHOSEN,), "a tuple of length 1; accepted is a pair (chosen, rejected)"),
        ((CHOSEN, REJECTED, REJECTED), "a tuple of length 3; accepted is a pair"),
        ((CHOSEN, REJECTED[:5]), "chosen answers of shape (6, 2) and rejected ones of shape (5, 2); accepted are two"),
        (
            (CHOSEN[:, 0], REJECTED[:, 0]),
            "of shape (6,) and rejected ones of shape (6,); accepted are two arrays (n, d)",
        ),
        ((CHOSEN[:0], REJECTED[:0]), "of shape (0, 2)"),
        ((holed(np.nan), REJECTED), "chosen: 1 rows hold entries that are no finite numbers, the first is row 2"),
        ((REJECTED, holed(np.inf)), "rejected: 1 rows hold entries that are no finite numbers, the first is row 2"),
        ((CHOSEN[:1], REJECTED[:1]), "got 1 pair; two or more are needed; give more pairs"),
        ((CHOSEN[:2], REJECTED[:2]), "got 2 pairs; one is set aside to be ranked and two are trained on"),
        (
            (CHOSEN, torch.cat([REJECTED[:5], CHOSEN[5:]])),
            "both answers of 1 pairs have equal features, first in row 5, so that no reward",
        ),
        (([["a"], ["b"], ["c"]], [["d"], ["e"], ["f"]]), "chosen: got entries that are no real numbers"),
        (([[1j], [2], [3]], [[0], [0], [0]]), "chosen: got entries that are no real numbers"),
        (([[1.0], [2.0, 3.0]], [[0.0], [0.0]]), "chosen: got entries that are no real numbers"),
        ((np.ma.masked_invalid(CHOSEN.numpy()), REJECTED), "data: chosen: got a masked array"),
    ],
)
def test_what_is_no_pairs_is_refused(given, message):
    with pytest.raises(DataError) as error:
        pairs_of(given)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"choice": "coin"}, "choice: got 'coin'; accepted are 'bradley_terry', 'truth'"),
        ({"pairs": 1}, "pairs: got 1; accepted is an integer from 2 on"),
        ({"items": 2.0}, "items: got 2.0; accepted is an integer from 2 on"),
        ({"features": 0}, "features: got 0; accepted is an integer from 1 to 50"),
        ({"features": 51}, "features: got 51; accepted is an integer from 1 to 50"),
        ({"pairs": True}, "pairs: got True"),
    ],
)
def test_what_cannot_be_generated_is_refused(settings, message):
    with pytest.raises(DataError) as error:
        generated_pairs(**settings)
    assert message in str(error.value)


@pytest.mark.parametrize("items", [2, 3, 10, 101])
def test_tau_is_the_share_of_pairs_of_items_by_definition(items):
    chance = torch.Generator().manual_seed(items)
    first, second = torch.randn(2, items, generator=chance, dtype=torch.float64)
    i, j = torch.triu_indices(items, items, offset=1)
    by_hand = ((first[i] - first[j]) * (second[i] - second[j])).sign().mean()
    assert kendall_tau(first, second) == pytest.approx(float(by_hand), abs=1e-14)
    assert kendall_tau(first, 3 * first + 1) == pytest.approx(1)
    assert kendall_tau(first, -first) == pytest.approx(-1)


def test_sparse_answers_and_those_of_dask_are_read_as_what_they_are():
    chosen, rejected = np.arange(12.0).reshape(4, 3), np.ones((4, 3))
    expected = pairs_of((chosen, rejected))
    for given in ((sp.csr_array(chosen), sp.csc_matrix(rejected)), (da.from_array(chosen), rejected)):
        assert torch.equal(pairs_of(given).chosen, expected.chosen)
    lazy = da.from_array(chosen)
    with pytest.raises(DataError) as raised:
        pairs_of((lazy[lazy[:, 0] > 1], rejected))
    assert str(raised.value) == (
        "data: chosen: got a Dask Array of unknown length, and these functions need all of it in memory; give "
        ".compute() of it where that fits"
    )
