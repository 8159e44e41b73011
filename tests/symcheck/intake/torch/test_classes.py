"""The number of classes: a symbol as long as it can be, one number where the code asks for it."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from symcheck.errors import FormulaError
from symcheck.intake.parser import parsed
from symcheck.intake.torch_callables import recorded_torch
from symcheck.language.scope import Classes
from symcheck.reason import Undecided
from tests.symcheck.intake.torch.public_style import NormalizedMAE


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (lambda z, y: z.sum(1) / z.shape[1], "total(z)/C"),
        (lambda z, y: z.sum(1) * 0.1 / (z.size(-1) - 1), "total(z)*(1/10)/(C - 1)"),
        (lambda z, y: z.sum(1) * z.shape[1] ** -0.5, "total(z)*C**(-1/2)"),
        (lambda z, y: z.sum(1) * (2 - -z.shape[1]), "total(z)*(2 - -C)"),
        (lambda z, y: z.view(-1, z.shape[1]).sum(1) / z.shape.numel() * z.shape[0], "total(z)/C"),
        (lambda z, y: torch.ones_like(z).sum(1) * z.sum(1), "C*1*total(z)"),
        (lambda z, y: torch.zeros_like(z).logsumexp(1) + z.sum(1), "0 + log(C) + total(z)"),
        (lambda z, y: z.sum(1) if z.shape[1] > 1 else z.mean(1), "total(z)"),
        (lambda z, y: z.sum(1) if z.shape[1] != 1 and z.shape == torch.ones_like(z).shape else 0, "total(z)"),
        (lambda z, y: z.sum(1) if z.shape[1] else 0, "total(z)"),
    ],
)
def test_the_number_of_classes_is_a_symbol(code: Callable[..., object], text: str) -> None:
    found = recorded_torch(code, "loss")
    assert str(found.formula) == text
    assert found.classes == Classes()
    assert found.notes == ()


@pytest.mark.parametrize(
    ("code", "operation", "text"),
    [
        (lambda z, y: (F.one_hot(y, 10) * z).sum(1), "torch.nn.functional.one_hot", "total(onehot(y)*z)"),
        (lambda z, y: (torch.eye(10)[y] * z).sum(1), "Tensor.__getitem__", "total(onehot(y)*z)"),
        (lambda z, y: ((y[:, None] == torch.arange(10)) * z).sum(1), "Tensor.eq", "total(onehot(y)*z)"),
        (lambda z, y: (torch.zeros(len(y), 10).scatter_(1, y.view(-1, 1), 1) * z).sum(1), "Tensor.scatter_",
         "total(onehot(y)*z)"),
        (lambda z, y: (torch.full((10,), 0.1) * z).sum(1), "Tensor.mul", "total(1/10*z)"),
        (lambda z, y: (z * torch.tensor([2.0] * 10)).sum(1), "Tensor.mul", "total(z*2)"),
        (lambda z, y: z.view(-1, 10).sum(1), "Tensor.view", "total(z)"),
        (lambda z, y: z.mean(1, keepdim=True).expand(-1, 10).sum(1) + z.expand(-1, 10).sum(1), "Tensor.sum",
         "10*mean(z) + total(z)"),
        (lambda z, y: z.expand(-1, 10).sum(1), "Tensor.expand", "total(z)"),
    ],
)  # fmt: skip
def test_a_plain_number_that_meets_the_classes_fixes_them(
    code: Callable[..., object], operation: str, text: str
) -> None:
    found = recorded_torch(code, "loss")
    assert str(found.formula) == text
    assert found.formula == parsed(text)
    assert found.classes == Classes(10, 10)
    first = inspect.getsourcelines(code)[1]
    assert str(found.notes[0]) in {
        f"the code is for C = 10 alone: a plain number meets the classes, at {operation} (test_classes.py, line {line})"
        for line in (first, first + 1)
    }


def test_two_numbers_of_classes_do_not_fit() -> None:
    # The first fixes C = 10, and there torch itself complains about the second.
    with pytest.raises(FormulaError, match=r"the loss raised RuntimeError: The size of tensor a \(5\) .* at C = 10"):
        recorded_torch(lambda z, y: (F.one_hot(y, 10) * z).sum(1) + (F.one_hot(y, 5) * z).sum(1), "loss")
    with pytest.raises(Undecided, match=r"a size of 1 meets the classes; check the shapes of the code"):
        recorded_torch(lambda z, y: (F.one_hot(y, 1) * z).sum(1), "loss")


def scaled(z, y):
    return F.cross_entropy(z, y) / math.log2(z.shape[1])


def test_one_number_asked_for_is_a_second_chance() -> None:
    with pytest.raises(Undecided, match="the number of classes is a symbol"):
        recorded_torch(scaled, "loss")
    with pytest.raises(Undecided, match="the number of classes is a symbol"):
        recorded_torch(scaled, "loss", classes=Classes(2, 1000))
    found = recorded_torch(scaled, "loss", classes=Classes(8, 8))
    assert str(found.formula) == "-log_softmax(z)[y]/3"
    assert found.classes == Classes(8, 8)
    assert found.notes == ()


def test_the_classes_asked_for_are_those_of_the_recording() -> None:
    for asked in (Classes(8, 8), Classes(3, 20), Classes(5)):
        found = recorded_torch(F.cross_entropy, "loss", classes=asked)
        assert (str(found.formula), found.classes) == ("-log_softmax(z)[y]", asked)
    # As a symbol a large C costs what a small one does.
    assert recorded_torch(F.cross_entropy, "loss", classes=Classes(1000, 1000)).classes == Classes()


@pytest.mark.parametrize(
    ("code", "text", "classes"),
    [
        # Of the two sides of a bound that is taken on which C = 10 is.
        (lambda z, y: z.sum(1) if z.shape[1] > 5 else z.mean(1), "total(z)", Classes(6)),
        (lambda z, y: z.sum(1) if z.shape[1] >= 5 else z.mean(1), "total(z)", Classes(5)),
        (lambda z, y: z.sum(1) if z.shape[1] > 100 else z.mean(1), "mean(z)", Classes(2, 100)),
        (lambda z, y: z.sum(1) if z.shape[1] <= 10 else z.mean(1), "total(z)", Classes(2, 10)),
        (lambda z, y: z.sum(1) if z.shape[1] < 10 else z.mean(1), "mean(z)", Classes(10)),
        (lambda z, y: z.sum(1) if 4 <= z.shape[1] < 30 else z.mean(1), "total(z)", Classes(4, 29)),
        # One number that C is asked to be is the one that the code is for, two classes are not.
        (lambda z, y: z.sum(1) if z.shape[1] == 7 else z.mean(1), "total(z)", Classes(7, 7)),
        (lambda z, y: z.mean(1) if z.shape[1] != 7 else z.sum(1), "total(z)", Classes(7, 7)),
        (lambda z, y: z.sum(1) if z.shape[1] == 2 else z.mean(1), "mean(z)", Classes(3)),
    ],
)
def test_a_branch_on_the_number_of_classes_is_read_on_one_side_and_noted(
    code: Callable[..., object], text: str, classes: Classes
) -> None:
    found = recorded_torch(code, "loss")
    assert (str(found.formula), found.classes) == (text, classes)
    assert any("the number of classes is compared with" in note.what for note in found.notes)
    for c in (classes.low, classes.high):
        # What is said holds at the ends, where the code is run on tensors.
        if c is not None:
            assert str(recorded_torch(code, "loss", classes=Classes(c, c)).formula) == text


def test_on_the_other_side_of_a_branch_is_another_formula() -> None:
    def code(z, y):
        return z.sum(1) if z.shape[1] > 5 else z.mean(1)

    assert str(recorded_torch(code, "loss", classes=Classes(5, 5)).formula) == "mean(z)"
    assert str(recorded_torch(code, "loss", classes=Classes(2, 5)).formula) == "mean(z)"


def test_with_one_number_classes_are_counted_and_compared() -> None:
    def code(z, y):
        smoothed = F.cross_entropy(z, y, ignore_index=255)
        return smoothed * (2 if z.shape[1] > 5 else 1) * {8: 3}.get(z.size(1), 0) * len(z[0])

    found = recorded_torch(code, "loss", classes=Classes(8, 8))
    assert str(found.formula) == "-log_softmax(z)[y]*2*3*8"


def test_a_number_that_only_enters_the_arithmetic_is_noted() -> None:
    found = recorded_torch(NormalizedMAE(10), "loss")
    assert found.classes == Classes()
    assert [str(note) for note in found.notes] == [
        "num_classes = 10 of the code is a plain number: where it enters the arithmetic, it does for every C"
    ]
    n_classes = 7
    found = recorded_torch(lambda z, y: z.sum(1) / n_classes, "loss")
    assert [note.what.partition(" of")[0] for note in found.notes] == ["n_classes = 7"]
    assert recorded_torch(nn.CrossEntropyLoss(), "loss").notes == ()


def test_floats_are_read_by_one_rule_and_noted() -> None:
    found = recorded_torch(lambda z, y: z.sum(1) * 0.1, "loss")
    assert str(found.formula) == "total(z)*(1/10)"
    assert found.notes == ()
    found = recorded_torch(lambda z, y: z.sum(1) * (0.1 / 9), "loss")
    assert str(found.formula) == "total(z)*(1/90)"
    (note,) = found.notes
    assert note.what == "the float 0.011111111111111112 is read as 1/90"
    assert note.where.startswith("Tensor.mul (test_classes.py, line ")


def test_a_trainable_parameter_is_a_constant_and_noted() -> None:
    class Tempered(nn.Module):
        def __init__(self):
            super().__init__()
            self.temperature = nn.Parameter(torch.tensor(1.5))

        def forward(self, z, y):
            return F.cross_entropy(z / self.temperature, y)

    found = recorded_torch(Tempered(), "loss")
    assert str(found.formula) == "-log_softmax(z/(3/2))[y]"
    assert found.notes[0].what == "a trainable parameter of the code is read as a constant, at its present value"
