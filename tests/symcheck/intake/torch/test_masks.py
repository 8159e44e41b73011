"""Masks: those that are never true change nothing, those of one class make the loss CLASSWISE, and the like.

ignore_index = i with 0 <= i < C takes the label i out: b_i = 0, and kappa is 1 elsewhere.
"""

from __future__ import annotations

import pytest
import sympy as sp
import torch
import torch.nn.functional as F
from torch import nn

import symcheck as sc
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.intake.torch_callables import recorded_torch
from symcheck.language.scope import Classes
from tests.symcheck.intake.torch.at_zero import Coded, Row, check_row

EXACT, SCALED, CLASSWISE = Tier.EXACT, Tier.SCALED, Tier.CLASSWISE
LOGS = "-log_softmax(z)[y]"


def gathered(z, y):
    """-log p_y for each sample."""
    return -F.log_softmax(z, dim=1).gather(1, y.unsqueeze(1)).squeeze(1)


def filled_by_method(z, y, ignore=-100):
    mask = y.eq(ignore)
    loss = gathered(z, y.masked_fill(mask, 0))
    return loss.masked_fill(mask, 0.0).mean()


def filled_by_function(z, y, ignore=-100):
    mask = y == ignore
    target = torch.masked_fill(y, mask, 0)
    return torch.masked_fill(gathered(z, target), mask, 0.0).mean()


def chosen_by_method(z, y, ignore=-100):
    valid = y.ne(ignore)
    target = y.where(valid, y.new_zeros(1))
    return (gathered(z, target) * valid.float()).mean()


def chosen_by_function(z, y, ignore=-100):
    valid = y != ignore
    target = torch.where(valid, y, torch.zeros_like(y))
    return torch.where(valid, gathered(z, target), torch.zeros(1, dtype=z.dtype)).mean()


def assigned(z, y, ignore=-100):
    target = y.clone()
    mask = target == ignore
    target[mask] = 0
    loss = gathered(z, target)
    loss[mask] = 0
    return loss.mean()


def multiplied(z, y, ignore=-100):
    valid = (y != ignore).long()
    return (gathered(z, y * valid) * valid).mean()


def smoothed(z, y, ignore=-100):
    """As in fairseq: label smoothing with padding, e = 1/10."""
    lprobs = F.log_softmax(z, dim=-1)
    target = y.unsqueeze(-1)
    nll, smooth = -lprobs.gather(dim=-1, index=target), -lprobs.sum(dim=-1, keepdim=True)
    pad = target.eq(ignore)
    nll.masked_fill_(pad, 0.0)
    smooth.masked_fill_(pad, 0.0)
    share = 0.1 / lprobs.size(-1)
    return (0.9 * nll + share * smooth).mean()


def any_ignored(z, y, ignore=-100):
    if (y == ignore).any():
        return z.sum() * 0
    return F.cross_entropy(z, y)


def all_valid(z, y, ignore=-100):
    assert torch.all(y >= 0)
    assert not (y < 0).any()
    return F.cross_entropy(z, y, ignore_index=ignore)


def logical(z, y, ignore=-100):
    drop = torch.logical_or(y == ignore, y < -1) | (y == -2)
    keep = ~drop & torch.logical_not(y.eq(ignore))
    return (gathered(z, y) * keep.type_as(z)).mean()


def kept_alone(z, y, ignore=-100):
    keep = y != ignore
    return F.cross_entropy(z[keep], y[keep])


def clamped(z, y, ignore=-100):
    return F.cross_entropy(z, y.clamp(min=0), reduction="none").masked_fill(y < 0, 0).mean()


NEVER = [
    filled_by_method, filled_by_function, chosen_by_method, chosen_by_function, assigned, multiplied, any_ignored,
    all_valid, logical, kept_alone, clamped,
]  # fmt: skip


@pytest.mark.parametrize("code", NEVER, ids=lambda f: f.__name__)
def test_masks_that_are_never_true_change_nothing(code: Coded) -> None:
    check_row(Row(code, EXACT, 1))


def test_smoothing_with_padding() -> None:
    # e_y of the target is 9/10 + 1/10/C: kappa = 9/10, and the smoothing has no part along o_y.
    check_row(Row(smoothed, SCALED, sp.Rational(9, 10)))


@pytest.mark.parametrize("ignored", [255, -1, 11, 10])
@pytest.mark.parametrize(
    "code",
    [filled_by_method, filled_by_function, chosen_by_method, chosen_by_function, assigned, multiplied, any_ignored],
    ids=lambda f: f.__name__,
)
def test_a_label_that_no_class_of_ten_is(code: Coded, ignored: int) -> None:
    check_row(Row(lambda z, y: code(z, y, ignored), EXACT, 1))


@pytest.mark.parametrize("ignored", [255, 10, -1, -100])
def test_the_ignore_index_of_torch(ignored: int) -> None:
    for code in (
        nn.CrossEntropyLoss(ignore_index=ignored),
        lambda z, y: F.nll_loss(z.log_softmax(1), y, ignore_index=ignored),
        lambda z, y: F.cross_entropy(z, y, ignore_index=ignored, reduction="none").mean(),
    ):
        check_row(Row(code, EXACT, 1))


def test_without_classes_a_label_to_ignore_bounds_them() -> None:
    found = recorded_torch(nn.CrossEntropyLoss(ignore_index=255), "loss")
    assert found.classes == Classes(2, 255)
    assert any("ignore_index=255 is a class from C = 256 on" in note.what for note in found.notes)
    assert recorded_torch(nn.CrossEntropyLoss(ignore_index=-100), "loss").classes == Classes()


# a label to ignore that is a class


def ignoring(code: Coded, ignored: int) -> Coded:
    return lambda z, y: code(z, y, ignored)


@pytest.mark.parametrize("ignored", [0, 3, 9])
@pytest.mark.parametrize(
    "code",
    [filled_by_method, filled_by_function, chosen_by_method, chosen_by_function, assigned, multiplied, smoothed],
    ids=lambda f: f.__name__,
)
def test_a_label_to_ignore_that_is_a_class_is_never_proved(code: Coded, ignored: int) -> None:
    check_row(Row(ignoring(code, ignored), CLASSWISE, every_c=False))


@pytest.mark.parametrize("ignored", [0, 1, 2])
def test_an_ignore_index_that_is_a_class_weighs_it_with_zero(ignored: int) -> None:
    weights = tuple(int(k != ignored) for k in range(3))
    for code in (
        nn.CrossEntropyLoss(ignore_index=ignored),
        nn.NLLLoss(ignore_index=ignored, reduction="sum"),
        lambda z, y: F.cross_entropy(z, y, ignore_index=ignored, reduction="none").mean(),
    ):
        found = recorded_torch(code, "loss", classes=Classes(3, 3))
        (array,) = found.formula.arrays
        assert array.vector == weights
    certificate = sc.certify(nn.CrossEntropyLoss(ignore_index=ignored), "l2", classes=3)
    assert (certificate.tier, certificate.verdict) == (CLASSWISE, Verdict.REFUTED)
    assert f"kappa_1, ..., kappa_3: {', '.join(map(str, weights))} [" in str(certificate)
    notes = [note.what for note in recorded_torch(nn.CrossEntropyLoss(ignore_index=ignored), "loss",
                                                  classes=Classes(3, 3)).notes]  # fmt: skip
    assert any("divides by the number of labels that are kept" in what for what in notes)


@pytest.mark.parametrize("ignored", [0, 3])
def test_a_batch_that_is_left_out_for_one_label_is_never_proved(ignored: int) -> None:
    assert sc.certify(ignoring(any_ignored, ignored), "l2", classes=10).verdict is not Verdict.PROVED


# masks that treat one class in its own way


def first_class_doubled(z, y):
    weight = torch.ones_like(z[:, 0])
    weight[y == 0] = 2
    return (weight * gathered(z, y)).mean()


def last_class_doubled(z, y):
    return (gathered(z, y) * torch.where(y == z.shape[1] - 1, 2.0, 1.0)).mean()


def some_classes(z, y):
    rare = (y == 3) | (y == 7)
    return (gathered(z, y) * (1 + rare.float())).mean()


def below(z, y):
    return gathered(z, y).masked_fill(y < 4, 0.0).mean()


def in_a_list(z, y):
    weights = [1.0, 2.0] * 5
    return torch.stack([gathered(z, y)[i] * weights[int(y[i])] for i in range(len(y))]).mean()


@pytest.mark.parametrize("code", [first_class_doubled, last_class_doubled, some_classes, below, in_a_list])
def test_masks_of_some_classes_are_classwise(code: Coded) -> None:
    check_row(Row(code, CLASSWISE, every_c=False))


# masks that depend on z


def confident(z, y):
    """Only where p_y > 1/2, which at 0 no sample is."""
    p = z.softmax(1).gather(1, y.unsqueeze(1)).squeeze(1)
    return (gathered(z, y) * (p > 0.5).float()).mean()


def hard(z, y):
    """Only where p_y < 1/2, which at 0 every sample is."""
    p = z.softmax(1).gather(1, y.unsqueeze(1)).squeeze(1)
    return (gathered(z, y) * (p < 0.5).float()).mean()


def truncated(z, y):
    """-log p_y, and from p_y < 1/20 on a constant."""
    p = z.softmax(1).gather(1, y.unsqueeze(1)).squeeze(1)
    loss = gathered(z, y)
    loss[p <= 0.05] = -torch.log(torch.tensor(0.05, dtype=z.dtype))
    return loss.mean()


def at_the_threshold(z, y):
    """The threshold is p_y at z = 0: a jump."""
    p = z.softmax(1).gather(1, y.unsqueeze(1)).squeeze(1)
    return (gathered(z, y) * (p > 0.1)).mean()


def test_masks_that_depend_on_z() -> None:
    check_row(Row(confident, Tier.ZERO, 0))
    check_row(Row(hard, EXACT, 1))
    check_row(Row(truncated, EXACT, 1))


def test_a_mask_that_jumps_at_zero_is_not_proved() -> None:
    assert sc.certify(at_the_threshold, "l2", classes=10).verdict is not Verdict.PROVED
