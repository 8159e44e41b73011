"""Losses in the style of public repositories come out as the formulas that they compute."""

from __future__ import annotations

from fractions import Fraction

import pytest
import torch.nn.functional as F
from torch import nn

from symcheck.intake.parser import parsed
from symcheck.intake.torch_callables import recorded_torch
from symcheck.language.scope import Classes
from symcheck.reason import Code, Undecided
from tests.symcheck.intake.torch import public_style as public

P_Y = "softmax(z)[y]"
EVERY = Classes()
TEN = Classes(10, 10)


@pytest.mark.parametrize(
    ("loss", "text", "classes"),
    [
        (public.GeneralizedCrossEntropy(), f"(1 - {P_Y}**(7/10))/(7/10)", EVERY),
        (
            public.GuardedGCE(10),
            "(1 - total(onehot(y)*minimum(maximum(softmax(z), 1/10000000), 1))**(7/10))/(7/10)",
            TEN,
        ),
        (
            public.SymmetricCrossEntropy(0.1, 1.0),
            "1/10*-log_softmax(z)[y] + -1*total(softmax(z)*log(minimum(maximum(onehot(y), 1/10000), 1)))",
            TEN,
        ),
        (public.MeanAbsoluteError(), "1 - total(onehot(y)*softmax(z))", EVERY),
        (
            public.NormalizedCrossEntropy(),
            "-1*total(onehot(y)*log_softmax(z))/-total(log_softmax(z))",
            EVERY,
        ),
        (public.NormalizedMAE(10), f"(1 - {P_Y})/18", EVERY),
        (public.FocalLoss(), "-1*(1 - exp(log_softmax(z)[y]))**2*log_softmax(z)[y]", EVERY),
        (public.FocalLoss(0.5, size_average=False), "-1*(1 - exp(log_softmax(z)[y]))**(1/2)*log_softmax(z)[y]", EVERY),
        (
            public.FocalLoss(0.5, detach=True),
            "-1*(1 - exp(detach(log_softmax(z)[y])))**(1/2)*log_softmax(z)[y]",
            EVERY,
        ),
        (public.TaylorCrossEntropy(3), f"1 - {P_Y} + (1 - {P_Y})**2/2 + (1 - {P_Y})**3/3", EVERY),
        (
            public.LabelSmoothingLoss(),
            "total(-(onehot(y)*(9/10) + (1 - onehot(y))*(1/10/(C - 1)))*log_softmax(z))",
            EVERY,
        ),
        (public.CrammerSinger(), "maximum(1 + amax(z, but=y) - z[y], 0)", EVERY),
    ],
    ids=lambda v: type(v).__name__ if isinstance(v, nn.Module) else "",
)
def test_a_public_loss(loss: nn.Module, text: str, classes: Classes) -> None:
    found = recorded_torch(loss, "loss")
    assert str(found.formula) == text
    assert found.formula == parsed(text)
    assert found.classes == classes


def test_a_loss_by_cases_is_a_branch() -> None:
    found = recorded_torch(public.PartiallyHuberised(), "loss")
    # math.log(10) + 1 was computed in floating point, and is the one number beside it.
    assert found.formula == parsed(f"branch({P_Y} - 1/10, -log({P_Y}), -10*{P_Y} + (1 + log(10)))")
    assert [note.what for note in found.notes] == ["the float 3.302585092994046 is read as 1 + log(10)"]


def test_a_number_that_is_none_of_those_known_is_a_rounded_one() -> None:
    loss = public.PartiallyHuberised()
    loss.boundary = 3.14159 * 1.23456789
    found = recorded_torch(loss, "loss")
    assert str(found.formula) == (f"branch({P_Y} - 1/10, -log({P_Y}), -10*{P_Y} + r_1)")
    (r,) = found.formula.parameters
    assert (r.rounded, r.default) == (True, Fraction(loss.boundary))


def test_a_number_for_each_class_fixes_the_classes() -> None:
    found = recorded_torch(public.LogitAdjusted([0.5, 0.5, 0.5]), "loss")  # the same number for every class
    assert found.classes == Classes(3, 3)
    assert found.formula == parsed("-log_softmax(z + -log(2))[y]")
    found = recorded_torch(public.LogitAdjusted([0.25, 1.0]), "loss")
    assert found.classes == Classes(2, 2)
    (array,) = found.formula.arrays
    # log(1/4) in 64 bits, and log 1.
    assert array.values == ((-6243314768165359 / 2**52, 0),)


def test_a_matrix_acts_on_the_probabilities() -> None:
    found = recorded_torch(public.ForwardCorrection([[0.7, 0.3], [0.2, 0.8]]), "loss")
    assert str(found.formula) == "-log(apply_transposed(A, softmax(z)))[y]"
    (array,) = found.formula.arrays
    assert [[str(v) for v in row] for row in array.values] == [["7/10", "3/10"], ["1/5", "4/5"]]
    assert [note.what for note in found.notes] == [
        "the code is for C = 2 alone: a plain number meets the classes",
        "numbers of a tensor of less than 64 bits are read as the short decimals they were rounded from",
    ]


def test_a_regularizer() -> None:
    assert recorded_torch(public.confidence_penalty, "regularizer").formula == parsed(
        "total(softmax(z)*log_softmax(z))"
    )


@pytest.mark.parametrize(
    ("loss", "kind"), [(public.BroadcastFocal(), "loss"), (public.class_prior_entropy, "regularizer")]
)
def test_what_mixes_the_samples_of_a_batch_is_undecided(loss: nn.Module, kind: str) -> None:
    with pytest.raises(Undecided) as caught:
        recorded_torch(loss, kind)
    assert caught.value.reason.code is Code.UNMAPPED_OP
    assert caught.value.reason.why.endswith(": it mixes the samples of a batch")


def test_samples_that_are_summed_or_listed_are_not_mixed() -> None:
    for reduction in ("mean", "sum", "none"):
        loss = nn.CrossEntropyLoss(reduction=reduction)
        assert str(recorded_torch(loss, "loss").formula) == "-log_softmax(z)[y]"
    column = recorded_torch(lambda z, y: -F.log_softmax(z, 1).gather(1, y.unsqueeze(1)), "loss")  # shape (N, 1)
    assert str(column.formula) == "-log_softmax(z)[y]"
