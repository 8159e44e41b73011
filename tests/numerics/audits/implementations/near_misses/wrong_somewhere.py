"""Code that is the formula nearly everywhere: wrong at one label, for some numbers of classes, far out, in a mode."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from tests.numerics.audits.implementations.sample import defect


def wrong_at_one_label(z, y):
    """The last of 5 classes counts twice."""
    loss = F.cross_entropy(z, y, reduction="none")
    return torch.where(y == 4, 2 * loss, loss)


def ignored_class(z, y):
    """Samples of class 0 do not count."""
    return F.cross_entropy(z, y, ignore_index=0, reduction="sum")


def mean_of_two(z, y):
    """1/2 for 1/C: right for two classes."""
    return z.sum(1) / 2 - z.gather(1, y[:, None]).squeeze(1)


def ten_classes(z, y):
    """1/10 for 1/C: right for ten classes."""
    return (z.sum(1) / 10 - z.gather(1, y[:, None]).squeeze(1)).mean()


def probability_of_two(z, y):
    """A sigmoid of the difference of the first two logits: right for two classes."""
    p = torch.sigmoid(z[:, 1] - z[:, 0])
    return (1 - torch.where(y == 1, p, 1 - p)) * 2


def branch_far_out(z, y):
    """A Python branch, which a recording at one point does not see."""
    if z.abs().max() > 30:
        z = z / 2
    return F.cross_entropy(z, y)


def masked_far_out(z, y):
    """Logits beyond 15 are dropped."""
    return F.cross_entropy(torch.where(z > 15, torch.full_like(z, 15.0), z), y)


def branch_on_labels(z, y):
    """A branch that needs label 2 in the batch."""
    if (y == 2).any():
        return 2 * F.cross_entropy(z, y)
    return F.cross_entropy(z, y)


def large_batches(z, y):
    """The mean over the batch turns into a sum from 6 samples on."""
    loss = F.cross_entropy(z, y, reduction="none")
    return loss.sum() if len(z) >= 6 else loss.mean()


def single_samples(z, y):
    """A batch of one is doubled."""
    loss = F.cross_entropy(z, y)
    return 2 * loss if len(z) == 1 else loss


def centred_over_the_batch(z, y):
    """Logits less their mean over the samples."""
    return F.cross_entropy(z - z.mean(0, keepdim=True), y)


class SmoothedInTraining(nn.Module):
    """The smoothing is used in training only, which is the mode of a new module."""

    def forward(self, z, y):
        return F.cross_entropy(z, y, label_smoothing=0.1 if self.training else 0.0)


class Warmup(nn.Module):
    """The penalty grows from call to call."""

    def __init__(self):
        super().__init__()
        self.calls = 0

    def forward(self, z, y):
        self.calls += 1
        return F.cross_entropy(z, y) + min(self.calls / 10, 1.0) * z.pow(2).mean()


class MovingAverage(nn.Module):
    """The denominator is a running mean of past batches."""

    def __init__(self):
        super().__init__()
        self.register_buffer("running", torch.tensor(1.0))

    def forward(self, z, y):
        loss = F.cross_entropy(z, y)
        self.running = 0.9 * self.running + 0.1 * loss.detach()
        return loss / self.running


def integer_division(z, y, gamma=3):
    """gamma // 2 is 1, and 3/2 was meant."""
    logp = F.log_softmax(z, 1).gather(1, y[:, None]).squeeze(1)
    return -((1 - logp.exp()) ** (gamma // 2) * logp).mean()


def nearly_the_parameter(z, y):
    """q = 0.701."""
    p = z.softmax(1).gather(1, y[:, None]).squeeze(1)
    return ((1 - p**0.701) / 0.701).mean()


def nearly_the_factor(z, y):
    """1.0001 times the formula."""
    return 1.0001 * F.cross_entropy(z, y)


def dropped_out(z, y):
    """Random: a tenth of the logits is 0."""
    return F.cross_entropy(F.dropout(z, 0.1, training=True), y)


def noisy(z, y):
    """Random: noise on the logits, always of mean 0."""
    return F.cross_entropy(z + 0.01 * torch.randn_like(z), y)


def label_shifted(z, y):
    """The labels are taken to start at 1."""
    return F.cross_entropy(z, (y - 1) % z.shape[1])


def reversed_logits(z, y):
    """The classes are read from behind."""
    return F.cross_entropy(z.flip(1), y)


def sorted_logits(z, y):
    """The logits are sorted first, so the label picks a rank."""
    return F.cross_entropy(z.sort(1).values, y)


def rounded_logits(z, y):
    """Logits are rounded to tenths, with the gradient of the logits."""
    rounded = z + (torch.round(10 * z) / 10 - z).detach()
    return F.cross_entropy(rounded, y)


def gradient_clipped(z, y):
    """The gradient of a logit is at most 1/2."""
    z = z.clone()
    if z.requires_grad:
        z.register_hook(lambda g: g.clamp(-0.5, 0.5))
    return F.cross_entropy(z, y, reduction="sum")


def detached_for_one_label(z, y):
    """Samples of class 0 have no gradient."""
    loss = F.cross_entropy(z, y, reduction="none")
    return torch.where(y == 0, loss.detach(), loss)


def maximum_missed(z, y):
    """The rival is the best of all classes but the last."""
    masked = z.scatter(1, y[:, None], float("-inf"))
    return (masked[:, :-1].max(1).values - z.gather(1, y[:, None]).squeeze(1)).mean()


def eleventh_class(z, y):
    """Labels from 10 on are counted twice."""
    loss = F.cross_entropy(z, y, reduction="none")
    return torch.where(y >= 10, 2 * loss, loss)


def flooded(z, y):
    """The loss turns back up below 1."""
    loss = F.cross_entropy(z, y)
    return (loss - 1).abs() + 1


def nan_in_the_other_branch(z, y):
    """The branch that is not taken has the gradient 0 times infinity, which is nan."""
    size = z.abs().amax(1)
    return torch.where(size < 1e6, F.cross_entropy(z, y, reduction="none"), torch.sqrt(-size)).mean()


def swapped_divergence(z, y):
    """The arguments of kl_div are swapped, and the logarithm of a negative number is nan."""
    onehot = F.one_hot(y, z.shape[1]).to(z.dtype)
    return F.kl_div(onehot, F.log_softmax(z, 1), reduction="batchmean")


DEFECTS = (
    defect("OTHER|CLAMP|REDUCTION", "flooded", flooded, "cross_entropy", "", classes=4),
    defect("WRONG_BACKWARD|OTHER", "nan gradient", nan_in_the_other_branch, "cross_entropy", "", classes=4),
    defect("OTHER", "kl_div swapped", swapped_divergence, "cross_entropy", "", classes=4),
    defect("OTHER|SCALE", "one label", wrong_at_one_label, "cross_entropy", "", classes=5),
    defect("OTHER|SCALE", "label 10", eleventh_class, "cross_entropy", "", classes=12),
    defect("OTHER|REDUCTION|SCALE|IGNORED_ARGUMENT", "class 0 ignored", ignored_class, "cross_entropy", "", classes=4),
    defect("NORMALISER|OTHER|SCALE|PRECEDENCE", "1/2 for 1/C", mean_of_two, "muh", "", classes=3),
    defect("NORMALISER|OTHER|SCALE|PRECEDENCE", "1/10 for 1/C", ten_classes, "muh", "", classes=9),
    defect("OTHER|NORMALISER", "two classes", probability_of_two, "mae", "", classes=3),
    defect("OTHER|CLAMP", "branch far out", branch_far_out, "cross_entropy", "", classes=3),
    defect("CLAMP|OTHER", "masked far out", masked_far_out, "cross_entropy", "", classes=3),
    defect("OTHER|REDUCTION|SCALE", "branch on labels", branch_on_labels, "cross_entropy", "", classes=3),
    defect("REDUCTION|OTHER", "large batches", large_batches, "cross_entropy", "", classes=3),
    defect("REDUCTION|OTHER", "single samples", single_samples, "cross_entropy", "", classes=3),
    defect(
        "REDUCTION|OTHER|NORMALISER", "centred over the batch", centred_over_the_batch, "cross_entropy", "", classes=3
    ),
    defect(
        "IGNORED_ARGUMENT|OTHER", "smoothed in training", SmoothedInTraining(), "label_smoothing", "", classes=4, r=0
    ),
    defect("OTHER", "warm-up", Warmup(), "cross_entropy", "", classes=3),
    defect("OTHER|SCALE|NORMALISER", "moving average", MovingAverage(), "cross_entropy", "", classes=3),
    defect("IGNORED_ARGUMENT", "integer division", integer_division, "focal", "gamma", classes=4, gamma="3/2"),
    defect("IGNORED_ARGUMENT|OTHER", "q = 0.701", nearly_the_parameter, "gce", "q", classes=4, q="7/10"),
    defect("SCALE", "1.0001", nearly_the_factor, "cross_entropy", "1.0001|10001/10000", classes=4),
    defect("OTHER", "dropout", dropped_out, "cross_entropy", "", classes=4),
    defect("OTHER", "noise", noisy, "cross_entropy", "", classes=4),
    defect("IGNORED_ARGUMENT|OTHER", "labels from 1", label_shifted, "cross_entropy", "", classes=4),
    defect("OTHER|IGNORED_ARGUMENT", "classes from behind", reversed_logits, "cross_entropy", "", classes=3),
    defect("OTHER|IGNORED_ARGUMENT", "sorted logits", sorted_logits, "cross_entropy", "", classes=3),
    defect("OTHER", "rounded logits", rounded_logits, "cross_entropy", "", classes=3),
    defect("WRONG_BACKWARD|CLAMP|OTHER", "gradient clipped", gradient_clipped, "cross_entropy", "", classes=3),
    defect(
        "DETACHED|WRONG_BACKWARD|OTHER", "detached for a label", detached_for_one_label, "cross_entropy", "", classes=3
    ),
    defect("OTHER|NORMALISER", "maximum missed", maximum_missed, "carlini_wagner", "", classes=4),
)
