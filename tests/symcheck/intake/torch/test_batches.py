"""Code that couples the samples of a batch is no loss of one sample: it is found out, also far from 0."""

from __future__ import annotations

import pytest
import sympy as sp
import torch
import torch.nn.functional as F
from torch import nn

import symcheck as sc
from symcheck.errors import FormulaError
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.intake.torch_callables import recorded_torch
from symcheck.language.scope import Classes
from symcheck.reason import Undecided
from tests.sampled import one_in
from tests.symcheck.intake.torch.at_zero import Coded, Row, check_row

EXACT, SCALED = Tier.EXACT, Tier.SCALED
WEIGHTS = torch.tensor([1.0, 2.0, 1.0, 1.0, 3.0, 1.0, 1.0, 1.0, 1.0, 1.0])


def each(z, y):
    return F.cross_entropy(z, y, reduction="none")


def p_y(z, y):
    return z.softmax(1).gather(1, y.unsqueeze(1)).squeeze(1)


def flooded(z, y):
    """|loss - b| + b of the mean of the batch."""
    return (F.cross_entropy(z, y) - 0.3).abs() + 0.3


def flooded_low(z, y):
    """The level is far below the loss of a sample at 0."""
    return (F.cross_entropy(z, y) - 0.05).abs() + 0.05


def per_masked_sample(z, y):
    """Samples that are sure are left out, and the sum is divided by the number of the others."""
    mask = (p_y(z, y) < 0.9).float()
    return (each(z, y) * mask).sum() / mask.sum().clamp(min=1)


def per_confident_sample(z, y):
    mask = (z.softmax(1).max(1)[0] > 0.95).to(z.dtype)
    return F.cross_entropy(z, y) + (each(z, y) * mask).sum() / (mask.sum() + 1e-6)


def weights_of_the_batch(z, y):
    w = (1 - p_y(z, y)).detach()
    return (w / w.sum() * each(z, y)).sum()


def softmax_over_the_batch(z, y):
    return (each(z, y).softmax(0).detach() * each(z, y)).sum()


def hardest_half(z, y):
    losses = each(z, y)
    k = max(1, len(losses) // 2)
    return losses.topk(k)[0].mean()


def hardest(z, y):
    return each(z, y).max()


def squared_mean(z, y):
    return F.cross_entropy(z, y) ** 2


def log_of_the_mean(z, y):
    return -p_y(z, y).mean().log()


def prior_of_the_batch(z, y):
    prior = z.softmax(1).mean(0)
    return F.cross_entropy(z, y) + (prior * prior.log()).sum()


def entropy_of_the_batch(z, y):
    return F.cross_entropy(z, y) - torch.softmax(z.mean(0), 0).max()


def normalised_columns(z, y):
    return F.cross_entropy(F.normalize(z + 1, dim=0), y)


def shifted_by_the_batch(z, y):
    return F.binary_cross_entropy_with_logits(z - z.max(), F.one_hot(y, z.shape[1]).to(z.dtype))


def largest_of_all(z, y):
    """The largest logit of the batch in the place of that of the sample: no shift, in a clamp."""
    return F.relu(1 + z.max() - z.gather(1, y[:, None])).mean()


def pairs_of_samples(z, y):
    return F.cross_entropy(z @ z.t() / 10 + z[:, :1], torch.zeros_like(y)) + F.cross_entropy(z, y)


def first_sample_alone(z, y):
    return F.cross_entropy(z[:1], y[:1])


def root_of_the_size(z, y):
    return each(z, y).sum() / len(y) ** 0.5


def clipped_mean(z, y):
    return torch.clamp(F.cross_entropy(z, y), max=3.0)


def skipped_easy_batches(z, y):
    loss = F.cross_entropy(z, y)
    return torch.where(loss > 0.1, loss, torch.zeros_like(loss))


COUPLED = [
    flooded, flooded_low, per_masked_sample, per_confident_sample, weights_of_the_batch, softmax_over_the_batch,
    hardest_half, hardest, squared_mean, log_of_the_mean, prior_of_the_batch, entropy_of_the_batch, normalised_columns,
    shifted_by_the_batch, largest_of_all, pairs_of_samples, first_sample_alone, root_of_the_size, clipped_mean,
    skipped_easy_batches,
]  # fmt: skip


@pytest.mark.parametrize("code", COUPLED, ids=lambda f: f.__name__)
def test_coupled_samples_are_never_proved(code: Coded) -> None:
    for classes in (None, 10):
        certificate = sc.certify(code, "l2", classes=classes)
        assert certificate.verdict is not Verdict.PROVED
        assert certificate.tier is None


@pytest.mark.parametrize("code", [flooded, per_masked_sample, weights_of_the_batch, squared_mean, clipped_mean])
def test_it_is_said_that_the_samples_are_mixed(code: Coded) -> None:
    with pytest.raises(Undecided, match="it mixes the samples of a batch; write a loss of one sample"):
        recorded_torch(code, "loss", classes=Classes(10, 10))


# the same for each sample is a loss

ALONE = [
    Row(lambda z, y: ((each(z, y) - 0.3).abs() + 0.3).mean(), EXACT, 1),
    Row(lambda z, y: (each(z, y) * (p_y(z, y) < 0.9)).mean(), EXACT, 1),
    Row(lambda z, y: (each(z, y) ** 2).mean() / 2, SCALED, sp.log(10)),
    Row(lambda z, y: torch.clamp(each(z, y), max=3.0).mean(), EXACT, 1),
    Row(lambda z, y: each(z, y).sum() / z.size(0), EXACT, 1),
    Row(lambda z, y: each(z, y).sum() / y.numel(), EXACT, 1),
    Row(lambda z, y: each(z, y), EXACT, 1),
    Row(lambda z, y: each(z, y).sum(), EXACT, 1),
    Row(lambda z, y: z.logsumexp(1).mean() - z[torch.arange(len(z)), y].mean(), EXACT, 1),
]


@pytest.mark.parametrize("place", range(len(ALONE)))
def test_a_loss_of_each_sample(place: int) -> None:
    check_row(ALONE[place])


# means that divide by weights


def ce_sum(z, y):
    return F.cross_entropy(z, y, weight=WEIGHTS.to(z.dtype), reduction="sum")


def test_a_mean_with_class_weights_is_read_as_a_sum_and_says_so() -> None:
    code = nn.CrossEntropyLoss(weight=WEIGHTS)
    check_row(Row(code, Tier.CLASSWISE, alone=ce_sum))
    certificate = sc.certify(code, "l2", classes=10)
    assert 'it is read as reduction="sum"' in " ".join(str(certificate).split())
    assert 'it is read as reduction="sum"' not in " ".join(str(sc.certify(ce_sum, "l2", classes=10)).split())


def test_equal_weights_drop_out_of_a_mean_and_not_of_a_sum() -> None:
    twos = torch.full((10,), 2.0)
    check_row(Row(lambda z, y: F.cross_entropy(z, y, weight=twos.to(z.dtype)), EXACT, 1))
    check_row(Row(lambda z, y: F.cross_entropy(z, y, weight=twos.to(z.dtype), reduction="sum"), SCALED, 2))


def test_weights_that_the_code_normalises_itself_mix_the_samples() -> None:
    def normalised(z, y):
        w = WEIGHTS.to(z.dtype)[y]
        return (w * each(z, y)).sum() / w.sum()

    assert sc.certify(normalised, "l2", classes=10).verdict is not Verdict.PROVED


def test_statistics_of_the_batch_need_one() -> None:
    with pytest.raises(FormulaError, match="take no statistics over the batch"):
        recorded_torch(lambda z, y: F.cross_entropy((z - z.mean(0)) / z.std(0), y), "loss")


def test_samples_with_a_positive_loss_alone_are_counted() -> None:
    def loss(z, y):
        found = z.topk(2, 1)[0].sum(1) - z.log_softmax(1).gather(1, y[:, None]).squeeze(1)
        return found.sum() / (found > 0).sum().clamp(min=1)

    with pytest.raises(Undecided, match="mixes the samples of a batch"):
        recorded_torch(loss, "loss", classes=Classes(3, 3))


def shared_targets(z, y):
    """Each label of the batch has one target for all of its samples; the value is always 0."""
    t = F.one_hot(y, z.shape[1]).to(z.dtype)
    found = 1 - (z.softmax(1) * t / t.sum(0, keepdim=True).clamp(min=1)).sum(1)
    return (found - found.detach()).mean()


def of_losses_that_are_not_zero(z, y):
    found = 1 - z.softmax(1).gather(1, y[:, None]).squeeze(1)
    return found.sum() / (found > 0).sum().clamp(min=1)


def scaled_by_the_batch(z, y):
    return F.cross_entropy(z * z.shape[0], y)


def first_of_the_batch(z, y):
    t = F.one_hot(y, z.shape[1]).to(z.dtype)
    t.view(-1)[0] = 0.2
    return -(t * z.log_softmax(1)).sum(1).mean()


@pytest.mark.parametrize("loss", [shared_targets, of_losses_that_are_not_zero, scaled_by_the_batch, first_of_the_batch])
@pytest.mark.parametrize("classes", one_in(2, [2, 3, 10]))
def test_what_depends_on_the_other_samples_is_not_read(loss, classes: int) -> None:
    with pytest.raises(Undecided):
        recorded_torch(loss, "loss", classes=Classes(classes, classes))


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("classes", [2, 3, 10])
def test_a_mean_a_sum_and_a_list_are_read(reduction: str, classes: int) -> None:
    found = recorded_torch(nn.CrossEntropyLoss(reduction=reduction), "loss", classes=Classes(classes, classes))
    assert (str(found.formula), found.notes) == ("-log_softmax(z)[y]", ())


class SquareWithoutTheGradientOfTheMean(torch.autograd.Function):
    @staticmethod
    def forward(ctx, z, y):
        residual = z - F.one_hot(y, z.shape[1]).to(z.dtype)
        ctx.save_for_backward(residual)
        return (residual**2).sum(1)

    @staticmethod
    def backward(ctx, _):
        (residual,) = ctx.saved_tensors
        return 2 * residual, None


def test_a_backward_that_leaves_out_what_it_is_handed_gives_gradients_of_the_sum() -> None:
    found = recorded_torch(lambda z, y: SquareWithoutTheGradientOfTheMean.apply(z, y).mean(), "loss")
    assert str(found.formula) == "total((z - onehot(y))**2)"
    assert [n.what for n in found.notes] == ["for a batch the code returns the mean, and gradients of the sum"]
