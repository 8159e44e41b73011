"""The entries in order: the largest, their places, sums up to a class.  At z = 0 all logits are tied."""

from __future__ import annotations

import pytest
import sympy as sp
import torch
import torch.nn.functional as F

import symcheck as sc
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from tests.symcheck.intake.torch.at_zero import Coded, Row, check_row, tier_at_zero

EXACT, SCALED, NONDIFF, QUOTIENT = Tier.EXACT, Tier.SCALED, Tier.NONDIFF, Tier.QUOTIENT
U = sp.Rational(1, 10)


def p_y(p, y):
    return p.gather(1, y.unsqueeze(1)).squeeze(1)


# the largest entry as a label: log(sum exp z) - max z has a kink at 0


def self_training(z, y):
    return F.cross_entropy(z, z.argmax(1))


def self_training_detached(z, y):
    target = z.detach().max(1)[1]
    return F.cross_entropy(z, target)


def bootstrapped_hard(z, y):
    target = torch.argmax(z, dim=1)
    return 0.8 * F.cross_entropy(z, y) + 0.2 * F.nll_loss(F.log_softmax(z, 1), target)


def argmax_one_hot(z, y):
    target = F.one_hot(z.argmax(dim=1), z.shape[1])
    return -(target * z.log_softmax(1)).sum(1).mean()


def argmax_filled(z, y):
    target = torch.zeros_like(z)
    target[range(len(y)), z.argmax(1)] = 1
    return -(target * z.log_softmax(1)).sum(1).mean()


def argmax_gathered(z, y):
    place = z.argmax(1, keepdim=True)
    return (z.logsumexp(1) - z.gather(1, place).squeeze(1)).mean()


def topk_label(z, y):
    _, place = z.topk(1, dim=1)
    return -z.log_softmax(1).gather(1, place).mean()


def argmin_label(z, y):
    return F.cross_entropy(z, z.argmin(1))


# margins


def two_largest(z, y):
    top = z.topk(2, dim=1)[0]
    return (F.cross_entropy(z, y, reduction="none") + top[:, 0] - top[:, 1]).mean()


def best_of_the_others(z, y):
    others = z - 1e9 * F.one_hot(y, z.shape[1])
    return F.relu(1 - (p_y(z, y) - others.max(1)[0])).mean()


def hardest_by_sorting(z, y):
    ordered, _ = torch.sort(z, dim=1, descending=True)
    return (F.cross_entropy(z, y, reduction="none") - ordered[:, 0]).mean()


def range_of_scores(z, y):
    ordered = z.sort(1)[0]
    return (F.cross_entropy(z, y, reduction="none") + ordered[:, -1] - ordered[:, 0]).mean()


NOT_SMOOTH = [
    self_training, self_training_detached, bootstrapped_hard, argmax_one_hot, argmax_filled, argmax_gathered,
    topk_label, argmin_label, two_largest, best_of_the_others, hardest_by_sorting,
]  # fmt: skip


@pytest.mark.parametrize("code", NOT_SMOOTH, ids=lambda f: f.__name__)
def test_the_largest_of_tied_entries_has_no_gradient(code: Coded) -> None:
    check_row(Row(code, NONDIFF, every_c=code not in (two_largest, hardest_by_sorting)))


def test_the_range_of_tied_entries_has_no_gradient() -> None:
    assert tier_at_zero(range_of_scores, 5) == (NONDIFF, None)
    assert sc.certify(range_of_scores, "l2", classes=5).tier is NONDIFF


def correct(z, y):
    """Only samples that are classified wrongly count: a jump at 0."""
    return (F.cross_entropy(z, y, reduction="none") * (z.argmax(1) != y)).mean()


def weight_of_hits(z, y):
    hit = (z.argmax(dim=1) == y).float().detach()
    return ((1 + hit) * F.cross_entropy(z, y, reduction="none")).mean()


def correct_by_item(z, y):
    guess = z.max(1)[1]
    loss = F.cross_entropy(z, y, reduction="none")
    loss[guess == y] = 0
    return loss.mean()


@pytest.mark.parametrize("code", [correct, weight_of_hits, correct_by_item])
def test_hits_and_misses_jump_at_zero(code: Coded) -> None:
    for classes in (None, 10):
        assert sc.certify(code, "l2", classes=classes).verdict is not Verdict.PROVED


# what the order drops out of


def sorted_sum(z, y):
    return (z.sort(dim=1)[0].sum(1) - p_y(z, y)).mean()


def all_of_topk(z, y):
    return (z.topk(z.shape[1], dim=1)[0].logsumexp(1) - p_y(z, y)).mean()


def flipped_twice(z, y):
    return F.cross_entropy(z.flip(1).flip(dims=[1]), y)


def rolled(z, y):
    return F.cross_entropy(torch.roll(torch.roll(z, 3, 1), -3, 1), y)


def summed_up(z, y):
    """The last of the sums from the left is the sum of all: C log-shares of the mean 1/C."""
    return (z.softmax(1).cumsum(1)[:, -1] * F.cross_entropy(z, y, reduction="none")).mean()


def cumulated(z, y):
    """The squared distance of distribution functions: sum_y (P_j - T_j) = C j/C - j = 0 at every class j."""
    p = z.softmax(1).cumsum(1)
    t = F.one_hot(y, z.shape[1]).to(z.dtype).cumsum(1)
    return ((p - t) ** 2).sum(1).mean()


def added_at_the_label(z, y):
    """A margin of 1 taken off the label: p_y = 1/(1 + 9 e) at 0."""
    off = torch.zeros_like(z).scatter_add_(1, y.unsqueeze(1), torch.full_like(y.unsqueeze(1), -1, dtype=z.dtype))
    return F.cross_entropy(z + off, y)


def put_at_the_label(z, y):
    target = torch.zeros_like(z)
    target.index_put_((torch.arange(len(y)), y), torch.ones(len(y), dtype=z.dtype))
    return -(target * z.log_softmax(1)).sum(1).mean()


def nonzero_places(z, y):
    mask = F.one_hot(y, z.shape[1])
    rows, columns = mask.nonzero(as_tuple=True)
    return -z.log_softmax(1)[rows, columns].mean()


def nans_cleaned(z, y):
    z = torch.nan_to_num(z, nan=0.0)
    z = torch.where(torch.isnan(z) | torch.isinf(z), torch.zeros_like(z), z)
    return F.cross_entropy(z, y)


def moved(z, y):
    return F.cross_entropy(z.unsqueeze(0).movedim(0, 2).squeeze(2), y)


def counted(z, y):
    onehot = F.one_hot(y, z.shape[1])
    return (F.cross_entropy(z, y, reduction="none") / torch.count_nonzero(onehot)).sum()


ROWS = [
    Row(flipped_twice, EXACT, 1, every_c=False),
    Row(rolled, EXACT, 1, every_c=False),
    Row(summed_up, EXACT, 1, every_c=False),
    Row(cumulated, Tier.SYMLIN, every_c=False),
    # 1 - p_y = 9 e/(1 + 9 e), times C/(C - 1)
    Row(added_at_the_label, SCALED, 10 * sp.E / (1 + 9 * sp.E)),
    Row(put_at_the_label, EXACT, 1, every_c=False),
    Row(nonzero_places, EXACT, 1, every_c=False),
    Row(nans_cleaned, EXACT, 1),
    Row(moved, EXACT, 1, every_c=False),
]


@pytest.mark.parametrize("place", range(len(ROWS)), ids=lambda k: ROWS[k].code.__name__)
def test_code_about_the_order(place: int) -> None:
    check_row(ROWS[place])


@pytest.mark.parametrize(("code", "tier"), [(sorted_sum, QUOTIENT), (all_of_topk, EXACT)])
def test_kinks_of_sorted_entries_that_cancel_are_never_taken_for_others(code: Coded, tier: Tier) -> None:
    # 1 - e_y = -o_y + (1 - u) 1, and CE.
    assert tier_at_zero(code) == (tier, pytest.approx(1))
    for classes in (2, 3):
        assert sc.certify(code, "l2", classes=classes).tier in (tier, None)


def test_a_count_over_the_batch_mixes_the_samples() -> None:
    # Of three samples the mask has three ones, so that the sum of losses is divided by three: that is the mean.
    assert sc.certify(counted, "l2", classes=10).kappa == 1
