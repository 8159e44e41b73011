"""Code that counts the classes: loops over them, entries by number, samples one by one, label arithmetic.

At C = 10, with u = 1/10: the gradient of CE is b_y = u 1 - e_y = -o_y.
"""

from __future__ import annotations

import math

import numpy as np
import pytest
import sympy as sp
import torch
import torch.nn.functional as F
from torch import nn

import symcheck as sc
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from tests.sampled import one_in
from tests.symcheck.intake.torch.at_zero import Coded, Row, check_row

EXACT, SCALED, CLASSWISE, SYMLIN, FAIL = Tier.EXACT, Tier.SCALED, Tier.CLASSWISE, Tier.SYMLIN, Tier.FAIL
U = sp.Rational(1, 10)


# loops over the classes


def one_against_all(z, y):
    logp = F.log_softmax(z, dim=1)
    loss = 0
    for k in range(z.shape[1]):
        loss = loss - (y == k).float() * logp[:, k]
    return loss.mean()


def masks_in_a_list(z, y):
    logp = F.log_softmax(z, dim=1)
    onehot = torch.stack([(y == k) for k in range(z.size(1))], dim=1)
    return -(onehot * logp).sum(dim=1).mean()


def filled_by_columns(z, y):
    target = torch.zeros(z.shape[0], z.shape[1])
    for k in range(z.shape[1]):
        target[:, k] = (y == k).to(target.dtype)
    return -(target * z.log_softmax(1)).sum(1).mean()


def filled_by_rows(z, y):
    target = torch.zeros_like(z)
    for i in range(len(y)):
        target[i, y[i]] = 1
    return -(target * z.log_softmax(1)).sum(1).mean()


def mask_of_truth_values(z, y):
    mask = torch.zeros(z.shape, dtype=torch.bool)
    mask.scatter_(1, y[:, None], True)
    return -z.log_softmax(1)[mask].mean()


def binary_of_columns(z, y):
    """The mean over k of the logistic loss of z_k and [y = k]: its gradient is (1/2 1 - e_y)/C."""
    losses = [F.binary_cross_entropy_with_logits(z[:, k], (y == k).to(z.dtype)) for k in range(z.size(1))]
    return sum(losses) / len(losses)


# one sample after the other


def samples_zipped(z, y):
    return sum(-F.log_softmax(row, dim=0)[label] for row, label in zip(z, y, strict=True)) / len(y)


def samples_counted(z, y):
    p = torch.softmax(z, 1)
    total = torch.zeros(1)
    for i in range(z.size(0)):
        total = total + -torch.log(p[i, y[i]])
    return total / z.size(0)


def samples_by_item(z, y):
    p = torch.softmax(z, 1)
    return torch.stack([-p[i][y[i].item()].log() for i in range(len(y))]).mean()


def samples_in_a_list(z, y):
    losses = []
    for row, label in zip(z, y.tolist(), strict=True):
        losses.append(torch.logsumexp(row, 0) - row[label])
    return torch.stack(losses).mean()


def batch_by_enumerate(z, y):
    loss = 0.0
    for i, label in enumerate(y):
        loss += F.cross_entropy(z[i].unsqueeze(0), label.view(1))
    return loss / len(y)


# numbers of C


def divided_by_log(z, y):
    return F.cross_entropy(z, y) / math.log(z.shape[1])


def numpy_of_classes(z, y):
    return F.cross_entropy(z, y) / float(np.log(z.size(1)))


def halves(z, y):
    half = z.shape[1] // 2
    whole = torch.cat([z[:, :half], z[:, half:]], dim=1)
    return F.cross_entropy(whole, y)


def chunked(z, y):
    return F.cross_entropy(torch.cat(z.chunk(2, dim=1), 1), y)


def split_by_one(z, y):
    return F.cross_entropy(torch.cat(z.split(1, dim=1), dim=1), y)


def unbound(z, y):
    return F.cross_entropy(torch.stack(z.unbind(1), 1), y)


def by_a_reference_class(z, y):
    """The last logit is taken to be 0: b_y = u 1 - e_y without its last entry, whose sum over y is 0."""
    return F.cross_entropy(torch.cat([z[:, :-1], torch.zeros(len(z), 1)], 1), y)


def against_the_first(z, y):
    """z - z_1 is a shift: CE does not see it."""
    return F.cross_entropy(z - z[:, :1], y)


def penalised_class(z, y):
    """CE + z_1: the gradient gains e_1 for every label."""
    return (F.cross_entropy(z, y, reduction="none") + z[:, 0]).mean()


# label arithmetic


def ordinal(z, y):
    """sum_k |k - y| p_k: b_y = u (d_y - mean d_y 1), d_y = (|k - y|)_k, which do not add up to 0."""
    k = torch.arange(z.shape[1])
    return (torch.abs(k[None, :] - y[:, None]) * z.softmax(1)).sum(1).mean()


def expected_label(z, y):
    """(sum_k k p_k - y)^2: b_y = 2 (m - y) u (k - m)_k with m = 9/2, whose sum over y is 0."""
    k = torch.arange(z.shape[1], dtype=z.dtype)
    return (((z.softmax(1) * k).sum(1) - y) ** 2).mean()


def next_class(z, y):
    """The target is 4/5 e_y + 1/5 e_(y + 1): b_y = u 1 - t_y, whose sum over y is 0."""
    onehot = F.one_hot(y, z.shape[1]).to(z.dtype)
    after = F.one_hot((y + 1) % z.shape[1], z.shape[1]).to(z.dtype)
    return -((0.8 * onehot + 0.2 * after) * z.log_softmax(1)).sum(1).mean()


def reversed_labels(z, y):
    """The label C - 1 - y of the reversed logits is the label."""
    return F.cross_entropy(z.flip(1), z.shape[1] - 1 - y)


def wrong_labels(z, y):
    """The label C - 1 - y of the logits themselves: b_y = u 1 - e_(C - 1 - y), whose sum over y is 0."""
    return F.cross_entropy(z, z.shape[1] - 1 - y)


def coarse(z, y):
    """CE of the groups {1..5}, {6..10}: b_y is (1/2 - [k in the group of y])/5, whose sum over y is 0."""
    groups = z.view(len(z), 2, 5).logsumexp(2)
    return F.cross_entropy(groups, torch.div(y, 5, rounding_mode="floor"))


# numbers for each class


class Margins(nn.Module):
    """A margin of its own for each class: at 0 p_y = e^(-m_y)/(e^(-m_y) + 9), kappa_y = 10 (1 - p_y)/9."""

    def __init__(self):
        super().__init__()
        counts = np.array([10 * (k + 1) for k in range(10)])
        margins = 1.0 / np.sqrt(np.sqrt(counts))
        self.margins = torch.tensor(margins * (0.5 / np.max(margins)))

    def forward(self, z, y):
        index = torch.zeros_like(z, dtype=torch.uint8)
        index.scatter_(1, y.data.view(-1, 1), 1)
        index_float = index.type(torch.FloatTensor)
        batch = torch.matmul(self.margins[None, :].float(), index_float.transpose(0, 1).float())
        batch = batch.view((-1, 1))
        output = torch.where(index.bool(), z - batch, z)
        return F.cross_entropy(output, y)


def weights_by_index(z, y):
    weights = torch.tensor([1.0, 2.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 4.0])
    return (weights[y] * F.cross_entropy(z, y, reduction="none")).mean()


# other shapes


def pixels(z, y):
    """(N, C, H, W) logits, of one pixel."""
    return F.cross_entropy(z[:, :, None, None], y[:, None, None])


def many_pixels(z, y):
    """Of four pixels that are alike."""
    wide = z.view(z.size(0), z.size(1), 1, 1).expand(-1, -1, 2, 2)
    return F.cross_entropy(wide, y.view(-1, 1, 1).expand(-1, 2, 2))


def pixels_flattened(z, y):
    x = z.unsqueeze(2)
    x = x.transpose(1, 2).contiguous().view(-1, x.size(1))
    return -F.log_softmax(x, dim=1).gather(1, y.view(-1, 1)).mean()


ROWS: list[Row] = [
    Row(one_against_all, EXACT, 1, every_c=False),
    Row(masks_in_a_list, EXACT, 1, every_c=False),
    Row(filled_by_columns, EXACT, 1, every_c=False),
    Row(filled_by_rows, EXACT, 1),
    Row(mask_of_truth_values, EXACT, 1),
    # (1/2 1 - e_y)/C = -(1/C) o_y + (1/2 - 1/C)/C 1
    Row(binary_of_columns, Tier.QUOTIENT, U, every_c=False),
    Row(samples_zipped, EXACT, 1),
    Row(samples_counted, EXACT, 1),
    Row(samples_by_item, EXACT, 1),
    Row(samples_in_a_list, EXACT, 1, every_c=False),
    Row(batch_by_enumerate, EXACT, 1),
    Row(divided_by_log, SCALED, 1 / sp.log(10), every_c=False),
    Row(numpy_of_classes, SCALED, 1 / sp.log(10), every_c=False),
    Row(halves, EXACT, 1, every_c=False),
    Row(chunked, EXACT, 1, every_c=False),
    Row(split_by_one, EXACT, 1, every_c=False),
    Row(unbound, EXACT, 1, every_c=False),
    Row(by_a_reference_class, SYMLIN, every_c=False),
    Row(against_the_first, EXACT, 1, every_c=False),
    Row(penalised_class, FAIL, every_c=False),
    Row(ordinal, FAIL, every_c=False),
    Row(expected_label, SYMLIN, every_c=False),
    Row(next_class, SYMLIN, every_c=False),
    Row(reversed_labels, EXACT, 1, every_c=False),
    Row(wrong_labels, SYMLIN, every_c=False),
    Row(coarse, SYMLIN, every_c=False),
    Row(Margins(), CLASSWISE, every_c=False),
    Row(weights_by_index, CLASSWISE, every_c=False),
    Row(pixels, EXACT, 1),
    Row(many_pixels, EXACT, 1, every_c=False),
    Row(pixels_flattened, EXACT, 1),
]


@pytest.mark.parametrize(
    "place", one_in(2, range(len(ROWS)), ids=lambda k: getattr(ROWS[k].code, "__name__", "module"))
)
def test_code_that_is_written_out(place: int) -> None:
    check_row(ROWS[place])


@pytest.mark.parametrize("code", [one_against_all, samples_zipped, halves, against_the_first])
@pytest.mark.parametrize("classes", [2, 3, pytest.param(30, marks=pytest.mark.slow)])
def test_other_numbers_of_classes(code: Coded, classes: int) -> None:
    certificate = sc.certify(code, "l2", classes=classes)
    assert (certificate.verdict, certificate.tier, certificate.kappa) == (Verdict.PROVED, EXACT, 1)


def test_code_of_two_classes_may_go_its_own_way() -> None:
    def code(z, y):
        if z.shape[1] == 2:
            s = z[:, 1] - z[:, 0]
            return F.binary_cross_entropy_with_logits(2 * s, y.to(z.dtype))
        return F.cross_entropy(z, y)

    # The gradient of log(1 + e^(-2 s)) along s is -1 at 0: b = -2 o for s = z_2 - z_1.
    two = sc.certify(code, "l2", classes=2)
    assert (two.tier, two.kappa) == (SCALED, 2)
    assert sc.certify(code, "l2", classes=10).kappa == 1
    assert sc.certify(code, "l2").scope.classes.low == 3
