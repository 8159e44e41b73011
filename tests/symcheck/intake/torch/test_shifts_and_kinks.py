"""Shifts that a shift-invariant rest does not see, and kinks in parts that are inactive or that cancel.

At C = 10, u = 1/10.  amax has a kink at z = 0, where all logits are equal.
"""

from __future__ import annotations

import pytest
import sympy as sp
import torch
import torch.nn.functional as F

import symcheck as sc
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from tests.symcheck.intake.torch.at_zero import Coded, Row, check_row

EXACT, SCALED, NONDIFF = Tier.EXACT, Tier.SCALED, Tier.NONDIFF
U = sp.Rational(1, 10)


def p_y(p, y):
    return p.gather(1, y.unsqueeze(1)).squeeze(1)


def stable(z, y):
    """The most common idiom of all."""
    x = z - z.max(1, keepdim=True)[0]
    e = torch.exp(x)
    return -torch.log(p_y(e / e.sum(1, keepdim=True), y)).mean()


def stable_detached(z, y):
    x = z - z.max(dim=1, keepdim=True)[0].detach()
    return -(p_y(x, y) - torch.log(torch.exp(x).sum(dim=1))).mean()


def stable_by_values(z, y):
    x = z - torch.max(z, dim=-1, keepdim=True).values
    return F.nll_loss(x - x.exp().sum(-1, keepdim=True).log(), y)


def stable_amax(z, y):
    x = z - z.amax(1).unsqueeze(1)
    return F.cross_entropy(x, y)


def stable_no_grad(z, y):
    with torch.no_grad():
        top = z.max(1)[0].view(-1, 1)
    return (torch.logsumexp(z - top, 1) - p_y(z - top, y)).mean()


def stable_gce(z, y):
    e = torch.exp(z - z.max(1, keepdim=True)[0])
    return ((1 - p_y(e / e.sum(1, keepdim=True), y) ** 0.5) / 0.5).mean()


def centred_by_mean(z, y):
    return F.cross_entropy(z - z.mean(1, keepdim=True), y)


def centred_by_min(z, y):
    return F.cross_entropy(z - z.min(1, keepdim=True)[0] + 3, y)


def centred_by_the_label(z, y):
    return torch.logsumexp(z - z.gather(1, y[:, None]), 1).mean()


def centred_by_a_norm(z, y):
    """Any function of z will do, also one with a kink at 0."""
    return F.cross_entropy(z + z.norm(dim=1, keepdim=True), y)


def margin_of_shifted(z, y):
    """sum over k of (x_k - x_y)^2: no shift, its gradient at 0 is 0."""
    x = z - z.max(1, keepdim=True)[0]
    return ((x - x.gather(1, y[:, None])) ** 2).sum(1).mean()


SHIFTS = [
    Row(stable, EXACT, 1),
    Row(stable_detached, EXACT, 1),
    Row(stable_by_values, EXACT, 1),
    Row(stable_amax, EXACT, 1),
    Row(stable_no_grad, EXACT, 1),
    Row(stable_gce, SCALED, sp.sqrt(U)),  # u^q
    Row(centred_by_mean, EXACT, 1),
    Row(centred_by_min, EXACT, 1),
    Row(centred_by_the_label, EXACT, 1),
    Row(centred_by_a_norm, EXACT, 1),
    Row(margin_of_shifted, Tier.ZERO, 0),
]


@pytest.mark.parametrize("place", range(len(SHIFTS)), ids=lambda k: SHIFTS[k].code.__name__)
def test_shifts_that_are_not_seen(place: int) -> None:
    check_row(SHIFTS[place])


def scaled_by_the_largest(z, y):
    """No shift but a scale: z/max(z)."""
    return F.cross_entropy(z - 2 * z.max(1, keepdim=True)[0] * torch.arange(z.shape[1]), y)


def sigmoid_of_shifted(z, y):
    """The sigmoid sees shifts."""
    x = z - z.max(1, keepdim=True)[0]
    return F.binary_cross_entropy_with_logits(x, F.one_hot(y, z.shape[1]).to(z.dtype))


def label_of_shifted(z, y):
    """max z - z_y."""
    x = z - z.max(1, keepdim=True)[0]
    return -p_y(x, y).mean()


def squares_of_shifted(z, y):
    x = z - z.max(1, keepdim=True)[0]
    return (F.cross_entropy(z, y, reduction="none") + (x + 1).pow(2).sum(1)).mean()


def sum_over_part_of_the_shares(z, y):
    """exp(x_y) alone is no share."""
    x = z - z.max(1, keepdim=True)[0]
    return -p_y(torch.exp(x) / (1 + torch.exp(x).sum(1, keepdim=True)), y).log().mean()


@pytest.mark.parametrize(
    "code", [sigmoid_of_shifted, label_of_shifted, squares_of_shifted, sum_over_part_of_the_shares]
)
def test_a_rest_that_sees_the_shift_has_its_kink(code: Coded) -> None:
    check_row(Row(code, NONDIFF))


def test_a_shift_of_each_class_is_no_shift() -> None:
    assert sc.certify(scaled_by_the_largest, "l2", classes=10).verdict is not Verdict.PROVED


def test_a_detached_shift_that_is_seen_is_a_detached_value() -> None:
    # Autograd sees z_k - m with a constant m: the gradient of -x_y is -e_y, that of mean BCE (1/2 - e_y)/C.
    def label(z, y):
        return -p_y(z - z.max(1, keepdim=True)[0].detach(), y).mean()

    certificate = sc.certify(label, "l2", classes=10)
    assert certificate.tier is not EXACT
    assert certificate.verdict is not Verdict.PROVED


# kinks


def far_away(z, y):
    """relu(max z - 10) is 0 near 0."""
    return (F.cross_entropy(z, y, reduction="none") + F.relu(z.max(1)[0] - 10)).mean()


def equal_branches(z, y):
    loss = F.cross_entropy(z, y, reduction="none")
    return torch.where(z.sum(1) > 0, loss, loss).mean()


def equal_values(z, y):
    """Both branches are -log p_y."""
    p = z.softmax(1)
    positive = z.gather(1, y[:, None]).squeeze(1) > 0
    return torch.where(positive, -p_y(p, y).log(), z.logsumexp(1) - p_y(z, y)).mean()


def weston_watkins(z, y):
    """sum_k max(0, 1 - t_k + z_k - z_y), t = e_y: the label's entry is 0 at every z; b_y = sum_(k != y) (e_k - e_y)."""
    t = F.one_hot(y, z.shape[1]).to(z.dtype)
    gaps = 1 - t + z - z.gather(1, y[:, None])
    return torch.maximum(gaps, torch.zeros_like(gaps)).sum(1).mean()


def weston_watkins_masked(z, y):
    gaps = (1 + z - z.gather(1, y[:, None])).clamp(min=0)
    gaps = gaps.scatter(1, y[:, None], 0.0)
    return gaps.sum(1).mean()


def weston_watkins_less_one(z, y):
    """With the label's own max(0, 1), taken off afterwards."""
    gaps = F.relu(1 + z - z.gather(1, y[:, None]))
    return (gaps.sum(1) - 1).mean()


def weston_watkins_squared(z, y):
    """Its gradient is 2 (1 + z_k - z_y) times as much."""
    gaps = F.relu(1 + z - z.gather(1, y[:, None]))
    return (gaps**2).sum(1).mean()


def clamp_inactive(z, y):
    p = torch.clamp(z.softmax(1), 1e-7, 1 - 1e-7)
    return -p_y(p, y).log().mean()


def smooth_l1_of_onehot(z, y):
    """|d| - 1/2 beyond 1: at z = 0 the label's d is -1, where the slope is continuous; b_y = -e_y/C."""
    return F.smooth_l1_loss(z, F.one_hot(y, z.shape[1]).to(z.dtype))


def absolute_of_a_positive(z, y):
    return (-p_y(z.softmax(1), y).log()).abs().mean()


def softsign_guarded(z, y):
    """z/(|z| + 1e-7) has the slope 1e7 at 0, and no second derivative: kappa = 10^7."""
    return F.cross_entropy(z / (z.abs() + 1e-7), y)


def margin_at_its_kink(z, y):
    """max(0, max of the others - z_y) is at its kink."""
    others = z.masked_fill(F.one_hot(y, z.shape[1]).bool(), float("-inf"))
    return F.relu(others.max(1)[0] - p_y(z, y)).mean()


def huber_of_logits(z, y):
    """The mean absolute difference to the label's logit."""
    return (z - z.gather(1, y[:, None])).abs().sum(1).mean()


def clamp_at_its_end(z, y):
    """p_y >= 1/10 is where it is at z = 0."""
    return -torch.clamp(p_y(z.softmax(1), y), min=0.1).log().mean()


KINKS = [
    Row(far_away, EXACT, 1),
    Row(equal_branches, EXACT, 1),
    Row(weston_watkins, SCALED, 10),
    Row(weston_watkins_masked, SCALED, 10),
    Row(weston_watkins_less_one, SCALED, 10),
    Row(weston_watkins_squared, SCALED, 20),
    Row(clamp_inactive, EXACT, 1),
    Row(smooth_l1_of_onehot, Tier.QUOTIENT, U),
    Row(absolute_of_a_positive, EXACT, 1),
    Row(margin_at_its_kink, NONDIFF),
    Row(huber_of_logits, NONDIFF),
    Row(clamp_at_its_end, NONDIFF),
]


@pytest.mark.parametrize("place", range(len(KINKS)), ids=lambda k: KINKS[k].code.__name__)
def test_kinks(place: int) -> None:
    check_row(KINKS[place])


def test_branches_of_the_same_value_in_two_forms_are_not_taken_for_a_kink() -> None:
    certificate = sc.certify(equal_values, "l2", classes=10)
    assert certificate.tier in (EXACT, None)


def test_a_slope_without_a_second_derivative() -> None:
    certificate = sc.certify(softsign_guarded, "l2", classes=10)
    assert (certificate.tier, certificate.kappa) == (SCALED, 10**7)
    assert certificate.verdict is not Verdict.PROVED
