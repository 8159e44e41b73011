"""Code with one mistake: it is REFUTED, and the mistake is named; its neighbours have other names, or none."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from numerics import audit_implementation
from numerics.audits.implementations.kind import Kind
from symcheck.findings.verdict import Verdict
from tests.sampled import one_of_each

REFUTED, PROVED, UNDECIDED = Verdict.REFUTED, Verdict.PROVED, Verdict.UNDECIDED


def p(z: Tensor) -> Tensor:
    return F.softmax(z, dim=1)


def at(v: Tensor, y: Tensor) -> Tensor:
    return v.gather(1, y[:, None]).squeeze(1)


def hidden(code: Callable[[Tensor, Tensor], Tensor]) -> Callable[[Tensor, Tensor], Tensor]:
    """The same code with a branch on a value, which symbols do not get through."""

    def called(z: Tensor, y: Tensor) -> Tensor:
        return code(z, y) if float(z.detach().sum()) < 1e9 else 0 * code(z, y)

    return called


class WrongSlope(torch.autograd.Function):
    @staticmethod
    def forward(ctx, z, y):
        ctx.save_for_backward(p(z), y)
        return -at(p(z).log(), y).mean()

    @staticmethod
    def backward(ctx, g):
        q, y = ctx.saved_tensors
        return g * (q - 2 * F.one_hot(y, q.shape[1])) / len(q), None


class Slope(WrongSlope):
    @staticmethod
    def backward(ctx, g):
        q, y = ctx.saved_tensors
        return g * (q - F.one_hot(y, q.shape[1])) / len(q), None


def doubled(z, y):
    z.register_hook(lambda g: 2 * g)
    return F.cross_entropy(z, y)


def smoothed(z, y, others):
    """Cross entropy with 0.9 at the label and 0.1 shared by the others, or by ``others`` classes."""
    share = torch.full_like(z, 0.1 / (z.shape[1] - 1 if others is None else others))
    return -(share.scatter(1, y[:, None], 0.9) * F.log_softmax(z, 1)).sum(1).mean()


# Kind, formula, code with one mistake, and words of the sentence, each from the two formulas by hand: without the 1/q
# of (1 - p^q)/q it is q times that; F.mse_loss is sum_k (z_k - [k = y])^2/C, which is 2/C times half the sum.
MISTAKES = [
    (Kind.SCALE, "gce", lambda z, y: 3 * ((1 - at(p(z), y) ** 0.7) / 0.7).mean(), "3 times"),
    (Kind.SCALE, "gce", lambda z, y: (1 - at(p(z), y) ** 0.7).mean(), "7/10 times the formula, which is q"),
    (Kind.SCALE, "cross_entropy", lambda z, y: at(p(z).log(), y).mean(), "its sign is turned"),
    (Kind.SCALE, "mae", lambda z, y: (1 - at(p(z), y)).mean(), "1/2 times"),
    (Kind.SCALE, "cross_entropy", lambda z, y: F.cross_entropy(z, y, reduction="none").sum() / 32, "1/32 times"),
    (Kind.SCALE, "cross_entropy", lambda z, y: F.cross_entropy(2 * z, y), "2 times z"),
    (Kind.SCALE, "square", lambda z, y: F.mse_loss(z, F.one_hot(y, z.shape[1]).to(z.dtype)), "2*1/C times"),
    (Kind.CONSTANT, "cross_entropy", lambda z, y: F.cross_entropy(z, y) - math.log(z.shape[1]), "plus -log(C)"),
    (Kind.CONSTANT, "mae", lambda z, y: -2 * at(p(z), y).mean(), "plus -2"),
    (Kind.DETACHED, "focal", lambda z, y: -((1 - at(p(z), y).detach()) ** 2 * at(p(z).log(), y)).mean(), "gradient of"),
    (Kind.DETACHED, "nce", lambda z, y: (at(F.log_softmax(z, 1), y) / F.log_softmax(z, 1).sum(1).detach()).mean(), ""),
    (Kind.DETACHED, "cross_entropy", lambda z, y: F.cross_entropy(z, y).detach() + 0 * z.sum(), ""),
    (
        Kind.DETACHED, "focal_detached",
        lambda z, y: -((1 - at(p(z), y)) ** 0.5 * at(p(z).log(), y)).mean(), "which the formula detaches",
    ),
    (Kind.CLAMP, "cross_entropy", lambda z, y: -at(p(z).clamp(min=1e-7), y).log().mean(), "1e-07 or above"),
    (Kind.CLAMP, "cross_entropy", lambda z, y: -at(p(z).clamp(1e-7, 1 - 1e-7), y).log().mean(), "1e-07"),
    (Kind.CLAMP, "cross_entropy", lambda z, y: -(at(p(z), y) + 1e-8).log().mean(), "1e-08 added"),
    (Kind.CLAMP, "gce", lambda z, y: ((1 - (at(p(z), y) + 1e-6) ** 0.7) / 0.7).mean(), "1e-06 added"),
    (Kind.CLAMP, "cross_entropy", lambda z, y: F.cross_entropy(z.clamp(-10, 10), y), "10"),
    (
        Kind.CLAMP, "nce",
        lambda z, y: (at(F.log_softmax(z, 1), y) / (F.log_softmax(z, 1).sum(1) - 1e-3)).mean(), "0.001 subtracted from",
    ),
    (Kind.NORMALISER, "cross_entropy", lambda z, y: -at(torch.sigmoid(z), y).log().mean(), "sigmoid"),
    (Kind.NORMALISER, "cross_entropy", lambda z, y: F.cross_entropy(p(z), y), "the softmax in the place of z"),
    (Kind.NORMALISER, "cross_entropy", lambda z, y: -at(F.softmax(z, dim=0), y).log().mean(), "over the samples"),
    (Kind.NORMALISER, "mae", lambda z, y: 2 * (1 - at(z, y)).mean(), "no softmax"),
    (Kind.NORMALISER, "mae", lambda z, y: 2 * (1 - at(z.exp(), y)).mean(), "no denominator"),
    (Kind.NORMALISER, "label_smoothing", lambda z, y: smoothed(z, y, None), "the mean over the other classes"),
    (
        Kind.NORMALISER, "nce",
        lambda z, y: (at(F.log_softmax(z, 1), y) / (F.log_softmax(z, 1).sum(1) - at(F.log_softmax(z, 1), y))).mean(),
        "the denominator without the numerator",
    ),
    (Kind.PRECEDENCE, "gce", lambda z, y: (1 - at(p(z), y) ** 0.7 / 0.7).mean(), "1 - softmax(z)[y]**q/q"),
    (Kind.PRECEDENCE, "focal", lambda z, y: -((1 - at(p(z), y) ** 2) * at(p(z).log(), y)).mean(), "brackets"),
    (Kind.PRECEDENCE, "brier", lambda z, y: (((p(z) - F.one_hot(y, z.shape[1])).sum(1)) ** 2).mean(), "brackets"),
    (Kind.IGNORED_ARGUMENT, "gce", lambda z, y: ((1 - at(p(z), y) ** 0.5) / 0.5).mean(), "q = 1/2"),
    (Kind.IGNORED_ARGUMENT, "gce", lambda z, y: ((1 - at(p(z), y) ** 0.31) / 0.31).mean(), "q = 31/100"),
    (Kind.IGNORED_ARGUMENT, "focal", lambda z, y: F.cross_entropy(z, y), "gamma = 0"),
    (Kind.IGNORED_ARGUMENT, "cross_entropy", lambda z, y: -p(z)[:, 0].log().mean() + 0 * y.sum(), "the label"),
    (Kind.IGNORED_ARGUMENT, "cross_entropy", lambda z, y: 0 * z.sum() + 1, "the logits"),
    (Kind.REDUCTION, "cross_entropy", lambda z, y: -(F.one_hot(y, z.shape[1]) * F.log_softmax(z, 1)).mean(), "1/C"),
    (
        Kind.REDUCTION, "one_vs_rest_logistic",
        lambda z, y: F.binary_cross_entropy_with_logits(z, F.one_hot(y, z.shape[1]).to(z.dtype)), "1/C",
    ),
    (Kind.REDUCTION, "cross_entropy", lambda z, y: F.cross_entropy(z, y, reduction="none").max(), "neither the mean"),
    (Kind.WRONG_BACKWARD, "cross_entropy", lambda z, y: WrongSlope.apply(z, y), "has another backward"),
    (Kind.WRONG_BACKWARD, "cross_entropy", doubled, "is not their derivative"),
    (
        Kind.WRONG_BACKWARD, "cross_entropy",
        lambda z, y: (F.cross_entropy(z, y, reduction="none") + 0 * (0 * at(z, y)).sqrt()).mean(), "no finite gradient",
    ),
    (Kind.OTHER, "cross_entropy", lambda z, y: F.cross_entropy(z**3, y), "its value differs"),
    (Kind.OTHER, "cross_entropy", lambda z, y: F.cross_entropy(z + torch.randn_like(z), y), "called again"),
]  # fmt: skip


@pytest.mark.parametrize("wrapped", [False, True], ids=["read", "not read"])
@pytest.mark.parametrize(("kind", "formula", "code", "words"), one_of_each(MISTAKES, lambda row: row[0]))
def test_a_mistake_is_named(kind, formula, code, words, wrapped):
    found = audit_implementation(hidden(code) if wrapped else code, formula)
    assert found.verdict is REFUTED
    assert found.difference.kind is kind
    assert words in found.difference.sentence
    assert_witness(code, found)


def assert_witness(code, found):
    """The witness is a point at which the code returns what it says, and that is not what the formula is."""
    witness = found.difference.witness
    assert witness.code != pytest.approx(witness.formula, rel=1e-10, abs=1e-12)
    z, y = torch.tensor(witness.logits, dtype=torch.float64, requires_grad=True), torch.tensor(witness.labels)
    if "called again" in found.difference.sentence:
        return
    value = code(z.clone(), y)
    if witness.quantity.startswith("gradient"):
        (gradient,) = torch.autograd.grad(value, z)
        entry = int(witness.quantity.partition("z[")[2].rstrip("]"))
        assert float(gradient[0, entry]) == pytest.approx(witness.code, rel=1e-9, nan_ok=True)
    else:
        assert float(value.reshape(-1)[0]) == pytest.approx(witness.code, rel=1e-9)


class Reduced(nn.Module):
    """Cross entropy that says one reduction and does another."""

    def __init__(self, reduction="mean", does="sum"):
        super().__init__()
        self.reduction, self._does = reduction, does

    def forward(self, z, y):
        return F.cross_entropy(z, y, reduction=self._does)


@pytest.mark.parametrize("says", ["mean", "sum", "none"])
@pytest.mark.parametrize("does", ["mean", "sum", "none"])
def test_a_reduction_is_what_the_code_says(says, does):
    found = audit_implementation(Reduced(says, does), "cross_entropy")
    assert found.verdict is (PROVED if says == does else REFUTED)
    assert says == does or found.difference.kind is Kind.REDUCTION


def test_a_reduction_that_is_not_named_may_be_any():
    for reduction in ("mean", "sum", "none"):
        found = audit_implementation(lambda z, y, r=reduction: F.cross_entropy(z, y, reduction=r), "cross_entropy")
        assert found.verdict is PROVED


def test_the_reduction_of_a_function_is_that_of_its_argument():
    def loss(z, y, reduction="mean"):
        return F.cross_entropy(z, y, reduction="sum")

    assert audit_implementation(loss, "cross_entropy").difference.kind is Kind.REDUCTION


def test_weights_in_the_mean_are_a_reduction():
    # F.cross_entropy divides by the weights of the labels; by hand, for two samples: (w_1 l_1 + w_2 l_2)/(w_1 + w_2).
    weights = torch.tensor([1.0, 2.0, 5.0])
    found = audit_implementation(nn.CrossEntropyLoss(weight=weights), "class_weighted_ce", w=[1, 2, 5])
    assert found.difference.kind is Kind.REDUCTION
    assert "divided by the sum of the weights" in found.difference.sentence
    z, y = torch.tensor(found.difference.witness.logits), torch.tensor(found.difference.witness.labels)
    losses = weights[y] * F.cross_entropy(z, y, reduction="none")
    assert found.difference.witness.code == pytest.approx(float(losses.sum() / weights[y].sum()), rel=1e-5)
    assert found.difference.witness.formula == pytest.approx(float(losses.mean()), rel=1e-5)


def test_weights_of_a_list_are_no_reduction():
    code = nn.CrossEntropyLoss(weight=torch.tensor([1.0, 2.0, 5.0]), reduction="none")
    assert audit_implementation(code, "class_weighted_ce", w=[1, 2, 5]).verdict is PROVED
    other = audit_implementation(code, "class_weighted_ce", w=[1, 2, 4])
    assert other.verdict is REFUTED


class GCE(nn.Module):
    """Generalised cross entropy that looks at q, or at ``fixed`` in its place."""

    def __init__(self, q=0.7, fixed=None, unused=1.0):
        super().__init__()
        self.q, self.fixed, self.unused = q, fixed, unused

    def forward(self, z, y):
        q = self.fixed or self.q
        return ((1 - at(p(z), y) ** q) / q).mean()


class TestArguments:
    def test_one_that_is_looked_at(self):
        assert audit_implementation(GCE(q=0.3), "gce", q="3/10").verdict is PROVED
        assert audit_implementation(GCE(q=0.3), "gce", q=0.3).verdict is PROVED

    def test_another_value_is_in_its_place(self):
        found = audit_implementation(GCE(q=0.3, fixed=0.7), "gce", q="3/10")
        assert found.difference.kind is Kind.IGNORED_ARGUMENT
        assert "q = 7/10, where q = 3/10 is asked for" in found.difference.sentence

    def test_one_without_effect_is_noted(self):
        found = audit_implementation(GCE(), "gce")
        assert found.verdict is PROVED
        assert any("does not look at its argument unused" in note for note in found.notes)
        assert not any("argument q" in note for note in found.notes)

    def test_two_are_swapped(self):
        def code(z, y, alpha=2.0, beta=3.0):
            lp = F.log_softmax(z, 1)
            return (beta * at(lp, y) / lp.sum(1) + alpha * 4 * (1 - at(p(z), y))).mean()

        found = audit_implementation(code, "nce_rce", alpha=2, beta=3, A=-4)
        assert found.difference.kind is Kind.IGNORED_ARGUMENT
        assert "alpha and beta swapped" in found.difference.sentence

    def test_a_limit_of_the_interval_is_a_value(self):
        # gamma >= 0: with 0 the focal loss is the cross entropy
        found = audit_implementation(nn.CrossEntropyLoss(), "focal", gamma=3)
        assert "gamma = 0" in found.difference.sentence


def test_an_epsilon_below_the_rounding_is_seen_in_the_formula_that_was_read():
    def code(z, y):
        lp = F.log_softmax(z, 1)
        return (at(lp, y) / (lp.sum(1) + 1e-9)).mean()

    found = audit_implementation(code, "nce")
    assert found.difference.kind is Kind.CLAMP
    assert "1e-09 added to total(log_softmax(z))" in found.difference.sentence
    # Unread, the difference is smaller than what rounding may be: nothing is claimed.
    assert audit_implementation(hidden(code), "nce").verdict is UNDECIDED


def test_a_correct_backward_is_not_refuted_and_not_proved():
    found = audit_implementation(lambda z, y: Slope.apply(z, y), "cross_entropy")
    assert found.verdict is UNDECIDED
    assert "a backward of its own" in found.reason
    assert any("Hessian" in note for note in found.notes)


def test_a_difference_up_to_a_factor_keeps_its_kind():
    found = audit_implementation(lambda z, y: (1 - at(z.exp(), y)).mean(), "mae")
    assert found.difference.kind is Kind.NORMALISER
    assert found.difference.sentence.startswith("the code is 1/2 times the formula with no denominator")


def test_what_is_shown_by_canonical_forms_says_so():
    read = audit_implementation(lambda z, y: 3 * F.cross_entropy(z, y), "cross_entropy")
    assert read.difference.sentence.endswith("for every z, label and C, by canonical forms")
    measured = audit_implementation(hidden(lambda z, y: 3 * F.cross_entropy(z, y)), "cross_entropy")
    assert measured.difference.sentence.endswith("at all 240 points that were compared")
