"""What has no reading stops with the operation and the line, and never with a formula."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from contextlib import suppress

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

import symcheck as sc
from symcheck.errors import FormulaError
from symcheck.intake.torch_callables import recorded_torch
from symcheck.language.parameter import Parameter
from symcheck.language.recording import Kind
from symcheck.reason import Code, Reason, Undecided

FILE = "test_refusals.py"
WRITE = "write the loss with operations that symcheck reads, or as a formula of symcheck"
ONE_C = (
    "the number of classes is a symbol, so that every C is certified at once; "
    "sum over the classes with sum(dim=1), or name one C, as in classes=10"
)
UNKNOWN = "the value is not known while the code is recorded; "


def stopped(code: Callable[..., object], kind: Kind = "loss") -> Reason:
    with pytest.raises(Undecided) as caught:
        recorded_torch(code, kind)
    return caught.value.reason


def assigns_a_class(z, y):
    z = z.clone()
    z[:, 0] = 0
    return F.cross_entropy(z, y)


def adds_to_its_argument(z, y):
    z += 1
    return F.cross_entropy(z, y)


def changes_a_view(z, y):
    p = z.softmax(1)
    q = p.view(-1)
    q += 1
    return p.sum()


def changes_a_buffer(z, y, total=torch.zeros(1)):  # noqa: B008
    total += z.sum()
    return total


def swallows(z, y):
    weight = 1.0
    with suppress(Exception):
        weight = float(z.exp().sum())
    return weight * F.cross_entropy(z, y)


def swallows_the_classes(z, y):
    size = 10
    with suppress(Exception):
        size = int(z.shape[1])
    return F.cross_entropy(z, y) / size


def loops(z, y):
    return sum(z[:, k] for k in range(z.shape[1]))


def looks_up(z, y):
    return {10: 2.0}.get(z.shape[1], 1.0) * F.cross_entropy(z, y)


RARE = {3: 5.0}


def looks_up_and_goes_on(z, y):
    try:
        weight = RARE[y.item()]
    except KeyError:
        weight = 1.0
    return weight * F.cross_entropy(z, y)


# At C = 10 the label 3 has five times the weight: CLASSWISE, with kappa = 5 there and 1 elsewhere.
BY_THE_LABEL_AS_A_NUMBER = (
    lambda z, y: RARE.get(y[0].item(), 1.0) * F.cross_entropy(z, y),
    lambda z, y: (5.0 if y.item() in {3, 300} else 1.0) * F.cross_entropy(z, y),
    lambda z, y: (5.0 if y[0].item() in frozenset((3, 300)) else 1.0) * F.cross_entropy(z, y),
    lambda z, y: (5.0 if str(y.item()) == "3" else 1.0) * F.cross_entropy(z, y),
    lambda z, y: (5.0 if f"{y[0].item()}" == "3" else 1.0) * F.cross_entropy(z, y),
    lambda z, y: (5.0 if repr(y[0].item()) == "3" else 1.0) * F.cross_entropy(z, y),
    looks_up_and_goes_on,
)


@pytest.mark.parametrize("code", BY_THE_LABEL_AS_A_NUMBER)
def test_what_is_looked_up_by_the_label_is_not_overlooked(code: Callable[..., object]) -> None:
    assert stopped(code).code is Code.UNMAPPED_OP
    # Sample by sample, as the first label of a batch would say what becomes of all of them.
    found = sc.certify(lambda z, y: sum(code(z[i : i + 1], y[i : i + 1]) for i in range(len(y))), "l2", classes=10)
    assert found.tier is sc.Tier.CLASSWISE


@pytest.mark.parametrize(
    ("code", "where", "text"),
    [
        (lambda z, y: F.dropout(z).sum(1), "torch.nn.functional.dropout",
         "it is random, and a formula is not; put the module into eval mode"),
        (lambda z, y: torch.rand(1) * z.sum(1), "torch.rand",
         "it is random, and a formula is not; "
         "put the module into eval mode, or take the random numbers out"),
        (lambda z, y: z.sum().item(), "Tensor.item", UNKNOWN + "compute with the tensor"),
        (lambda z, y: float(z.sum()), "float(tensor)",
         UNKNOWN + "compute with the tensor and functions of torch"),
        (lambda z, y: z.sum() if z.sum() > 0 else z.mean(), "if, and, or, not",
         UNKNOWN + "write it without a branch on values, with torch.where for example"),
        (lambda z, y: z.argmax(1).sum(), "Tensor.sum",
         "it computes with the class with the largest or smallest entry; "
         "write the loss with operations that symcheck reads"),
        (lambda z, y: torch.lgamma(z).sum(1), "torch.lgamma", f"symcheck has no reading of this operation; {WRITE}"),
        (lambda z, y: z.grad, "Tensor.grad", f"symcheck has no reading of this attribute; {WRITE}"),
        (lambda z, y: z[:, 0], "Tensor.__getitem__",
         "it takes the entry of one class by its number, and a formula for every C has no numbered classes; "
         "use the label as the index, as in p.gather(1, y.unsqueeze(1)) or p[range(len(y)), y]; "
         "or name one C, as in classes=10, for which it is read class by class"),
        (lambda z, y: z[y], "Tensor.__getitem__",
         "it indexes the batch with the label; write p[range(len(y)), y]"),
        (lambda z, y: z[:, :2].sum(1), "Tensor.__getitem__",
         "it takes a part of the classes or of the batch; sum over all classes, or take the label's entry; "
         "or name one C, as in classes=10, for which it is read class by class"),
        (lambda z, y: z[~F.one_hot(y, z.shape[1]).bool()].max(), "Tensor.max",
         "it computes with the samples that a mask selects; write the loss with operations that symcheck reads"),
        (lambda z, y: z * y, "Tensor.mul",
         "it computes with the label y; "
         "use the label as an index, or make a vector of it with F.one_hot(y, z.shape[1])"),
        (lambda z, y: y.float(), "Tensor.float",
         "it turns the label into a real number; "
         "use the label as an index, or make a vector of it with F.one_hot(y, z.shape[1])"),
        (lambda z, y: (y == 0) * z.sum(1), "Tensor.eq",
         "it compares the label with one class, so it treats the classes differently; "
         "write a loss that treats all classes alike; a label to ignore has to be negative"),
        (lambda z, y: F.cross_entropy(z, y, ignore_index=0), "torch.nn.functional.cross_entropy",
         "ignore_index=0 is a class, so it treats the classes differently; name one C, as in classes=10"),
        (lambda z, y: F.one_hot(y).sum(), "torch.nn.functional.one_hot",
         "one_hot without num_classes counts up to the largest label; write F.one_hot(y, z.shape[1])"),
        (lambda z, y: (z.unsqueeze(2) - z.unsqueeze(1)).sum(), "Tensor.sub",
         "this makes a table of pairs of classes (C by C), and a formula has class-vectors only; "
         "write the loss with sums over one class index"),
        (lambda z, y: z.softmax(0).sum(), "Tensor.softmax",
         "its dimension 0 is not that of the classes; name the class dimension, as in dim=1"),
        (lambda z, y: torch.sum(z, 1, out=torch.tensor([0.0])), "torch.sum",
         "it writes its result into another tensor (out=); use what the operation returns"),
        (lambda z, y: torch.tensor([[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0]]) * z.sum(), "Tensor.mul",
         "it computes with a tensor of different numbers, of shape (2, 4); "
         "use one number, one for each class, or one for each pair of classes"),
        (lambda z, y: z * math.inf, "Tensor.mul",
         "a number in the code: got inf; write a finite number; write a finite number"),
        (lambda z, y: (z > 0) + (z > 1), "Tensor.add",
         "it adds or subtracts truth values; turn masks into numbers with .float()"),
        (lambda z, y: z.exp().long().sum(1), "Tensor.long",
         "it rounds to whole numbers or truth values; compute with real numbers"),
        (lambda z, y: F.softplus(z, threshold=1).sum(1), "torch.nn.functional.softplus",
         "softplus with a threshold below 20 is another function; leave threshold out"),
        (lambda z, y: torch.zeros(1, z.shape[1] - 1).sum() + z.sum(1), "torch.zeros",
         "a shape has the size C - 1; use 1, the batch size or the number of classes"),
        (assigns_a_class, "Tensor.__setitem__",
         "it assigns to entries of a tensor; build the tensor with F.one_hot, torch.where or arithmetic"),
        (adds_to_its_argument, "Tensor.add_",
         "it changes an argument of the loss in place; write it without changing a tensor in place"),
        (changes_a_view, "Tensor.add_",
         "it changes a tensor that others are views of in place; write it without changing a tensor in place"),
        (changes_a_buffer, "Tensor.add_",
         "it changes a tensor that is not symbolic; write it without changing a tensor in place"),
        (swallows, "float(tensor)", UNKNOWN + "compute with the tensor and functions of torch"),
        (swallows_the_classes, "int(C)", ONE_C),
        (lambda z, y: z.sum(1) / math.log(z.shape[1]), "float(C), math.log(C) or the like", ONE_C),
        (lambda z, y: z.sum(1) if 2 * z.shape[1] > 9 else z.mean(1), "a comparison of the number of classes", ONE_C),
        (lambda z, y: z.sum(1) if z.shape[1] > math.inf else z.mean(1), "a comparison of the number of classes", ONE_C),
        (lambda z, y: [v for v in z[0]], "a loop over the classes", ONE_C),  # noqa: C416
        (lambda z, y: z.sum(1) * len(z[0]), "len(tensor)", ONE_C),
        (lambda z, y: z.sum(1) * (z.shape[1] // 2), "// or % of the number of classes", ONE_C),
        (looks_up, "a dictionary, set or cache that looks up the number of classes", ONE_C),
        (loops, "", ONE_C),
        (lambda z, y: z.sum(1) / np.log(z.shape[1]), "", ONE_C),
        (lambda z, y: z.sum(1) * torch.Tensor([z.sum()]), "",
         "symbols do not get through: TypeError: len() of a 0-d tensor; "
         "write the loss with functions of torch alone, or as a formula of symcheck"),
    ],
)  # fmt: skip
def test_an_operation_without_a_reading(code: Callable[..., object], where: str, text: str) -> None:
    reason = stopped(code)
    assert reason.code is Code.UNMAPPED_OP
    assert f"{reason.why}; {reason.settle}" == text
    operation, _, place = reason.where.rpartition(" (") if where else ("", "", f"{reason.where})")
    assert operation == where
    lines, first = inspect.getsourcelines(code)
    assert place in {f"{FILE}, line {number})" for number in range(first, first + len(lines))}


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize(
    "code",
    [
        lambda z, y, x: F.cross_entropy(z, y, reduction="none")[y != 0].mean(),  # of the label 0 there is none
        lambda z, y, x: F.cross_entropy(z, y) * torch.tensor([1.0, x, 2.0])[y].sum(),
        lambda z, y, x: F.cross_entropy(z, y) + torch.tensor([x]).mean(),
        lambda z, y, x: (z + torch.tensor([x, 0.0, 0.0])).sum(1),
        lambda z, y, x: torch.full((1,), x),
        lambda z, y, x: F.cross_entropy(z, y) * x,
    ],
)
def test_numbers_that_are_not_finite_are_refused(code: Callable[..., object], number: float) -> None:
    cert = sc.certify(lambda z, y: code(z, y, number), "l2", classes=3)
    assert cert.verdict is sc.Verdict.UNDECIDED
    reason = cert.findings[0].reason
    assert reason is not None
    assert reason.code is Code.UNMAPPED_OP


def test_the_line_is_that_of_the_operation() -> None:
    def loss(z, y):
        p = z.softmax(1)
        return torch.lgamma(p).sum(1)

    first = inspect.getsourcelines(loss)[1]
    assert stopped(loss).where == f"torch.lgamma ({FILE}, line {first + 2})"


def test_symbols_are_taken_for_what_they_stand_for() -> None:
    def checked(z, y):
        if not isinstance(z, torch.Tensor) or not torch.is_tensor(y) or not isinstance(z.shape[1], (int, str)):
            raise TypeError("expected tensors")
        if isinstance(z, nn.Parameter) or isinstance(z.shape[1], bool):
            raise TypeError("expected other tensors")
        return F.cross_entropy(z, y)

    assert str(recorded_torch(checked, "loss").formula) == "-log_softmax(z)[y]"
    # A branch that no small example would take is not passed by.
    found = recorded_torch(lambda z, y: z.sum(1) if isinstance(z.shape[1], int) and z.shape[1] > 100 else 0, "loss")
    assert found.classes.high == 100


@pytest.mark.parametrize(
    "code",
    [
        lambda z, y: z.sum(1) * (str(z.shape[1]) == "10"),
        lambda z, y: z.sum(1) * ("10" in f"{z.shape}"),
        lambda z, y: z.sum(1) * {"cifar100": 2.0}.get(f"cifar{z.size(1)}", 1.0),
        lambda z, y: z.sum(1) * {"(1, 10)": 2.0}.get(str(tuple(z.shape)), 1.0),
        lambda z, y: z.sum(1) * {"10": 2.0}.get("{}".format(z.shape[-1]), 1.0),  # noqa: UP032
        lambda z, y: z.sum(1) * ("%s" % z.shape[1] == "100"),  # noqa: UP031
    ],
)
def test_what_is_looked_up_by_a_text_of_the_number_of_classes_is_found_out(code: Callable[..., object]) -> None:
    assert stopped(code).code is Code.READINGS_DISAGREE


def test_messages_with_the_number_of_classes_do_no_harm() -> None:
    def told(z, y):
        message = f"{z.shape[1]} classes, {tuple(z.shape)}, {z.shape}"
        assert y.max() < z.shape[1], message
        return F.cross_entropy(z, y)

    found = recorded_torch(told, "loss")
    assert (str(found.formula), found.classes.fixed) == ("-log_softmax(z)[y]", None)


def test_a_type_that_symbols_do_not_have() -> None:
    def checked(z, y):
        if type(z) is not torch.Tensor:
            raise TypeError("expected a tensor")
        return F.cross_entropy(z, y)

    first = inspect.getsourcelines(checked)[1]
    reason = stopped(checked)
    assert reason.code is Code.UNMAPPED_OP
    assert reason.why == "symbols do not get through: TypeError: expected a tensor"
    assert reason.where == f"{FILE}, line {first + 2}"

    # Where the code goes on without an error, what it returns for tensors differs from what was recorded.
    reason = stopped(lambda z, y: z.sum(1) if type(z) is torch.Tensor else z.mean(1))
    assert reason.code is Code.READINGS_DISAGREE


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_compiled_script_is_not_read() -> None:
    assert stopped(torch.jit.script(nn.CrossEntropyLoss())).code is Code.UNMAPPED_OP


def test_state_that_changes_between_two_calls() -> None:
    class Scheduled(nn.Module):
        def __init__(self):
            super().__init__()
            self.calls = 0

        def forward(self, z, y):
            self.calls += 1
            return F.cross_entropy(z, y) * self.calls

    loss = Scheduled()
    assert stopped(loss).why == (
        "two runs recorded different formulas, -log_softmax(z)[y] and -log_softmax(z)[y]*2: the code is no function "
        "of z and y"
    )
    assert loss.calls == 0  # a copy was called


def test_a_tensor_kept_from_another_call() -> None:
    kept = []

    def loss(z, y):
        kept.append(z)
        return F.cross_entropy(z + kept[0], y)

    assert stopped(loss).why == "it uses a tensor kept from another call"


def test_a_free_parameter_cannot_be_compared() -> None:
    q = Parameter("q", above=0, at_most=1)
    reason = stopped(lambda z, y: ((1 - z.softmax(1).gather(1, y.unsqueeze(1)) ** q) / q).mean())
    assert reason.why == "the code uses the free parameters q, so it cannot be run on tensors and compared"


@pytest.mark.parametrize(
    ("code", "kind", "text"),
    [
        (nn.CrossEntropyLoss, "loss", "loss: got the class CrossEntropyLoss; make one of it, as in CrossEntropyLoss()"),
        (lambda z: z.sum(1), "loss",
         "loss: a loss of torch is called with (logits, labels), and this one takes (z): "
         "wrap it in a function of these arguments, or hand it in as the regularizer"),
        (nn.CrossEntropyLoss(), "regularizer",
         "regularizer: a regularizer of torch is called with (logits), and this one takes "
         "(input: torch.Tensor, target: torch.Tensor) -> torch.Tensor: wrap it in a function of these arguments, or "
         "hand it in as the loss"),
        (lambda z, y: None, "loss",
         "the loss returned None: a loss of torch has to return one number for each sample"),
        (lambda z, y: (z.sum(1), 1), "loss",
         "the loss returned an object of type tuple: a loss of torch has to return one number for each sample"),
        (lambda z, y: z, "loss",
         "the loss returned a tensor of shape (1, C): a loss of torch has to return one number for each sample; "
         "sum over dim=1"),
        (lambda z, y: y, "loss",
         "the loss returned something else (it computes with the label y): "
         "a loss of torch has to return one number for each sample"),
    ],
)  # fmt: skip
def test_what_is_no_loss(code: Callable[..., object], kind: Kind, text: str) -> None:
    with pytest.raises(FormulaError) as caught:
        recorded_torch(code, kind)
    assert str(caught.value) == text


def test_code_that_fails_on_tensors_too_is_the_users_error() -> None:
    def broken(z, y):
        return z.sum(1) + 1 / 0

    first = inspect.getsourcelines(broken)[1]
    with pytest.raises(FormulaError) as caught:
        recorded_torch(broken, "loss")
    assert str(caught.value) == (
        f"the loss raised ZeroDivisionError: division by zero ({FILE}, line {first + 1}); "
        "it is called with logits of shape (N, C) and labels of shape (N,)"
    )
    assert isinstance(caught.value.__cause__, ZeroDivisionError)
