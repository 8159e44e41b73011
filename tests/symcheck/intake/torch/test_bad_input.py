"""What is wrong with torch code is told of what came: labels, single samples, its own errors, devices, gradients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

import symcheck as sc
from symcheck.errors import FormulaError, ScopeError, SymcheckError
from symcheck.findings.verdict import Verdict
from symcheck.intake.torch_callables import recorded_torch
from symcheck.language.scope import Classes
from symcheck.reason import Code, Reason, Undecided

Coded = Callable[..., Any]


def refused(code: Coded, kind: Any = "loss", classes: Classes | None = None) -> str:
    with pytest.raises(FormulaError) as caught:
        recorded_torch(code, kind, classes=classes)
    return str(caught.value)


def stopped(code: Coded, kind: Any = "loss", classes: Classes | None = None) -> Reason:
    with pytest.raises(Undecided) as caught:
        recorded_torch(code, kind, classes=classes)
    return caught.value.reason


# labels of another form

ONEHOT = [
    nn.MSELoss(),
    nn.KLDivLoss(reduction="batchmean"),
    nn.L1Loss(reduction="sum"),
    lambda z, t: -(t * z.log_softmax(1)).sum(1).mean(),
    lambda z, t: ((z.softmax(1) - t) ** 2).sum(dim=-1),
    lambda z, t: F.binary_cross_entropy(z.sigmoid(), t),
    lambda z, t: 1 - (z.softmax(1) * t).sum(1).mean(),
]


@pytest.mark.parametrize("place", range(len(ONEHOT)))
def test_a_loss_of_one_hot_labels_says_so_and_the_wrapped_one_is_read(place: int) -> None:
    loss = ONEHOT[place]
    text = refused(loss)
    assert "class numbers of shape (N,), dtype int64" in text
    assert "one-hot vectors of floats, of shape (N, C)" in text
    assert "lambda z, y: loss(z, F.one_hot(y, z.shape[1]).float())" in text

    def wrapped(z, y):
        return loss(z, F.one_hot(y, z.shape[1]).float())

    assert recorded_torch(wrapped, "loss").formula.uses_label


def test_labels_of_other_shapes() -> None:
    column = refused(lambda z, y: -z.log_softmax(1).gather(1, y).mean())
    assert "class numbers of shape (N, 1)" in column
    assert "loss(z, y.unsqueeze(1))" in column
    floats = refused(lambda z, t: F.binary_cross_entropy_with_logits(z[:, 1] - z[:, 0], t))
    assert "floats of shape (N,)" in floats
    assert "loss(z, y.float())" in floats


def test_code_that_takes_class_numbers_is_not_told_of_one_hot_vectors() -> None:
    # It has no reading, and there is nothing wrong with how it is called.
    assert stopped(lambda z, y: torch.erfinv(z / 9).sum(1) + F.cross_entropy(z, y)).code is Code.UNMAPPED_OP


# one sample


class Normalised(nn.Module):
    def __init__(self, classes: int) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(classes)

    def forward(self, z, y):
        return F.cross_entropy(self.norm(z), y)


def needs_two(z, y):
    if len(z) < 2:
        raise ValueError("two samples, please")
    return F.cross_entropy(z, y)


BATCHES: list[tuple[Coded, str, int | None]] = [
    (Normalised(10), "more than 1 value per channel", 10),
    (needs_two, "ValueError: two samples, please (test_bad_input.py, line", None),
    (lambda z, y: -z.squeeze().log_softmax(1).gather(1, y[:, None]).mean(), "IndexError: Dimension out of range", None),
    (lambda z, y: F.cross_entropy(z, y) + z.squeeze().norm(dim=1).mean(), "IndexError", None),
    (lambda z, y: F.cross_entropy(z, y) + z.var(0).sum(), "not finite", None),
    (lambda z, y: F.cross_entropy((z - z.mean(0)) / z.std(0), y), "not finite", None),
]


@pytest.mark.parametrize("place", range(len(BATCHES)))
def test_code_that_needs_several_samples_says_so(place: int) -> None:
    code, words, classes = BATCHES[place]
    text = refused(code, classes=None if classes is None else Classes(classes, classes))
    assert text.startswith("loss: for one sample it raised ")
    assert words in text
    assert "for a batch of several it runs" in text
    assert "squeeze(1)" in text


def test_a_regularizer_that_needs_several_samples() -> None:
    assert refused(lambda z: z.squeeze().norm(dim=1).mean(), "regularizer").startswith("regularizer: for one sample")


def test_code_for_one_class_of_labels_is_not_said_to_need_a_batch() -> None:
    # A sample that is ignored has the mean 0/0 of no samples, and the other labels have values.
    assert stopped(lambda z, y: F.cross_entropy(z, y, ignore_index=0)).code is Code.UNMAPPED_OP


# the code's own error


def test_the_own_error_is_told_with_its_line() -> None:
    def broken(z, y):
        raise KeyError("no such thing")

    text = refused(lambda z, y: broken(z.softmax(1), y))
    assert "the loss raised KeyError: 'no such thing' (test_bad_input.py, line" in text
    assert "logits of shape (N, C) and labels of shape (N,)" in text


def test_the_own_error_is_that_at_the_classes_asked_for() -> None:
    def for_hundred(z, y):
        size = z.detach().numpy().shape[1]
        if size != 100:
            raise ValueError(f"100 classes, not {size}")
        return F.cross_entropy(z, y)

    assert "ValueError: 100 classes, not 10 (test_bad_input.py" in refused(for_hundred, classes=Classes(10, 10))
    # That it compares C with 100 says for which it is.
    for classes in (None, Classes(100, 100)):
        assert recorded_torch(for_hundred, "loss", classes=classes).classes == Classes(100, 100)


def test_errors_at_all_numbers_of_classes_are_told_at_the_first_and_at_the_last() -> None:
    def nowhere(z, y):
        if type(z) is torch.Tensor:
            raise ValueError(f"got {z.shape[1]}")
        return F.cross_entropy(z, y)

    text = refused(nowhere)
    assert "ValueError: got 2 (test_bad_input.py, line" in text
    assert "at C = 2, and ValueError: got 11 (test_bad_input.py" in text
    assert "at C = 11; if it is for one number of classes, name that, as in classes=10" in text


def test_classes_that_the_code_cannot_do() -> None:
    def of_ten(z, y):
        return F.cross_entropy(z, y, weight=torch.ones(10), reduction="sum")

    assert sc.certify(of_ten, "l2", classes=(5, 20)).scope.classes == Classes(10, 10)
    for asks in (lambda classes: sc.certify(of_ten, "l2", classes=classes), lambda c: sc.decompose(of_ten, classes=c)):
        with pytest.raises(ScopeError, match="of_ten is about C = 10; ask for that, or leave classes out"):
            asks((11, 20))
        # Asked for one number alone, it is torch's own complaint about the ten weights.
        with pytest.raises(FormulaError, match=r"the loss raised RuntimeError: weight tensor .* at C = 5"):
            asks(5)


@pytest.mark.parametrize("classes", [(5, 5), (5, 20), (100, None), (12, 12), (12, 13)])
def test_code_for_some_classes_is_compared_at_these_and_certified_for_these(classes: tuple[int, int | None]) -> None:
    asked, compared = Classes(*classes), set()

    def only_there(z, y):
        if type(z) is torch.Tensor:
            if z.shape[1] not in asked:
                raise ValueError(f"not for {z.shape[1]} classes")
            compared.add(z.shape[1])
        return F.cross_entropy(z, y)

    assert recorded_torch(only_there, "loss", classes=asked).classes == asked
    assert compared
    # Without the question it is said where it fails.
    with pytest.raises((FormulaError, Undecided), match="ValueError: not for 2 classes") as caught:
        recorded_torch(only_there, "loss")
    assert "as in classes=10" in str(caught.value)


def test_code_that_fails_at_the_one_number_asked_for_is_not_certified_there() -> None:
    def not_ten(z, y):
        if type(z) is torch.Tensor and z.shape[1] == 10:
            raise ValueError("never ten")
        return F.cross_entropy(z, y)

    assert recorded_torch(not_ten, "loss").classes == Classes()
    assert "ValueError: never ten (test_bad_input.py, line" in refused(not_ten, classes=Classes(10, 10))


# devices

DEVICES: list[Coded] = [
    lambda z, y: F.cross_entropy(z, y, weight=torch.ones(z.shape[1], device="cuda")),
    lambda z, y: F.cross_entropy(z, y) * torch.cuda.FloatTensor([2.0]).sum(),
    lambda z, y: F.cross_entropy(z.to("cuda"), y.to("cuda")),
    lambda z, y: -(torch.eye(10, device="cuda")[y] * z.log_softmax(1)).sum(1),
]


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a device")
@pytest.mark.parametrize("place", range(len(DEVICES)))
def test_a_device_that_is_not_there(place: int) -> None:
    text = refused(DEVICES[place])
    assert "CUDA" in text
    assert "code is read on the CPU" in text
    assert "device=z.device" in text


# code that Python does not see


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_compiled_module_is_named() -> None:
    script = stopped(torch.jit.script(nn.CrossEntropyLoss()))
    assert script.why.startswith("CrossEntropyLoss is compiled by torch.jit")


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_compiled_function_is_read_as_it_was_written() -> None:
    traced = torch.jit.trace(lambda z: (z**2).sum(), torch.zeros(1, 3))
    assert str(recorded_torch(traced, "regularizer").formula) == "total(z**2)"
    for compiled in (torch.jit.trace(doubled, torch.zeros(1, 3)), torch.jit.script(doubled)):
        found = recorded_torch(lambda z, y, f=compiled: F.cross_entropy(f(z), y), "loss")
        assert str(found.formula) == "-log_softmax(z*2)[y]"


def doubled(x):
    return x * 2


class Opaque(torch.autograd.Function):
    @staticmethod
    def forward(_, x):
        return torch.erfinv(x / 9)

    @staticmethod
    def backward(_, g):
        return g


def test_an_autograd_function_that_is_not_read_is_named_or_its_operation_is() -> None:
    reason = stopped(lambda z, y: F.cross_entropy(Opaque.apply(z), y))
    assert "Opaque" in f"{reason}" or "erfinv" in f"{reason}"
    assert "test_bad_input.py, line" in reason.where


# classes in the place of instances


class NeedsArguments(nn.Module):
    def __init__(self, gamma, alpha, beta=1):
        super().__init__()

    def forward(self, z, y):
        return F.cross_entropy(z, y)


class NoModule:
    def __init__(self, scale):
        self.scale = scale

    def __call__(self, z, y):
        return self.scale * F.cross_entropy(z, y)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (NeedsArguments, "make one of it, as in NeedsArguments(gamma=..., alpha=...)"),
        (NoModule, "make one of it, as in NoModule(scale=...)"),
        (nn.CrossEntropyLoss, "make one of it, as in CrossEntropyLoss()"),
        (nn.TripletMarginWithDistanceLoss, "make one of it, as in TripletMarginWithDistanceLoss()"),
        (Opaque, "hand in Opaque.apply"),
    ],
)
def test_a_class_is_no_loss(given: Any, words: str) -> None:
    with pytest.raises(FormulaError, match="loss: got the class") as caught:
        sc.certify(given, "l2")
    assert words in str(caught.value)


# random numbers and training mode


class Dropped(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.inner = nn.Sequential(nn.Identity(), nn.Dropout(0.5))

    def forward(self, z, y):
        return F.cross_entropy(self.inner(z), y)


def test_dropout_in_training_mode() -> None:
    reason = stopped(Dropped())
    assert "it is random" in reason.why
    assert "eval mode" in reason.settle
    assert sc.certify(Dropped().eval(), "l2").verdict is Verdict.PROVED


def test_numbers_that_differ_between_two_runs_are_told_as_numbers() -> None:
    drawn = np.random.default_rng(0)
    reason = stopped(lambda z, y: F.cross_entropy(z, y) * drawn.uniform())
    assert reason.why.startswith("two runs recorded -log_softmax(z)[y]*r_1 with different numbers")


# gradients that are nan, values that are nan


def inactive_at_zero(z, y):
    n = (z**2).sum(1)
    return F.cross_entropy(z, y) + torch.where(n > 0, n * n / n, torch.zeros_like(n)).mean()


def inactive_far_away(z, y):
    n = 2 - z.sum(1)
    return F.cross_entropy(z, y) + torch.where(n > 0, n.sqrt(), torch.zeros_like(n)).mean()


def inactive_everywhere(z, y):
    n = z.softmax(1).sum(1) - 2
    return F.cross_entropy(z, y) + torch.where(n > 0, n.sqrt(), torch.zeros_like(n)).mean()


def masked(z, y):
    n = 2 - z.sum(1)
    inner = torch.where(n > 0, n, torch.ones_like(n))
    return F.cross_entropy(z, y) + torch.where(n > 0, inner.sqrt(), torch.zeros_like(n)).mean()


@pytest.mark.parametrize("code", [inactive_at_zero, inactive_everywhere])
def test_a_gradient_that_is_nan_at_zero_is_never_proved(code: Coded) -> None:
    # Autograd, by itself: the premise of the test.
    z = torch.zeros(1, 3, requires_grad=True)
    value = code(z, torch.tensor([0]))
    assert bool(torch.isfinite(value))
    assert not bool(torch.isfinite(torch.autograd.grad(value, z)[0]).all())
    certificate = sc.certify(code, "l2")
    assert certificate.verdict is Verdict.UNDECIDED
    reason = certificate.findings[0].reason
    assert reason is not None
    assert "autograd returns nan" in reason.why
    assert "changes gradients" not in reason.why
    assert "mask the argument first" in reason.settle


def test_a_gradient_that_is_nan_elsewhere_is_noted_with_a_point() -> None:
    found = recorded_torch(inactive_far_away, "loss")
    (note,) = found.notes
    assert "autograd returns nan" in note.what
    assert "mask the argument first" in note.what
    assert note.where.startswith("C = ")
    # The advice is good: the same function, masked inside, has the same formula at 0 and nothing to note.
    assert recorded_torch(masked, "loss").notes == ()
    ours, other = (sc.certify(code, "l2") for code in (inactive_far_away, masked))
    assert (ours.verdict, ours.kappa) == (other.verdict, other.kappa)


def test_a_wrong_finite_gradient_is_still_objected_to() -> None:
    class Turned(torch.autograd.Function):
        @staticmethod
        def forward(_, x):
            return x * 1

        @staticmethod
        def backward(_, g):
            return -g

    with pytest.raises((Undecided, SymcheckError)):
        recorded_torch(lambda z, y: F.cross_entropy(Turned.apply(z), y), "loss")


def test_a_value_that_is_nan_at_one_sample_does_not_mix_the_samples() -> None:
    # log(1/2 + sum z): a value at 0, and none where the scores add up to less than -1/2.
    found = recorded_torch(lambda z, y: F.cross_entropy(z, y) + torch.log(z.sum(1) + 0.5).mean(), "loss")
    assert str(found.formula) == "-log_softmax(z)[y] + log(total(z) + 1/2)"


def test_samples_that_are_mixed_are_found_where_some_have_no_value() -> None:
    with pytest.raises(Undecided, match="it mixes the samples of a batch"):
        recorded_torch(lambda z, y: F.cross_entropy(z, y) * len(y) + torch.log(z.sum(1) + 0.5).mean(), "loss")


# nll_loss


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (nn.NLLLoss(), ("is given z without a logarithm", "which is linear in z,")),
        (lambda z, y: F.nll_loss(z * 3, y), ("is given z*3 without a logarithm", "which is linear in z,")),
        (lambda z, y: F.nll_loss(z.softmax(1), y), ("is given softmax(z) without a logarithm",)),
        (lambda z, y: F.nll_loss(z.sigmoid(), y), ("is given sigmoid(z) without a logarithm",)),
    ],
)
def test_nll_loss_of_what_has_no_logarithm_is_noted(code: Coded, words: tuple[str, ...]) -> None:
    found = recorded_torch(code, "loss")
    (note,) = found.notes
    assert note.what.startswith("nll_loss expects log-probabilities")
    assert all(word in note.what for word in words)
    assert ("linear" in note.what) == ("linear" in " ".join(words))
    assert "torch.nn.functional.nll_loss" in note.where


@pytest.mark.parametrize(
    "code",
    [
        lambda z, y: F.nll_loss(z.log_softmax(1), y),
        lambda z, y: F.nll_loss(z.softmax(1).log(), y),
        lambda z, y: F.nll_loss((1 - z.softmax(1)) ** 2 * z.log_softmax(1), y),
        lambda z, y: F.nll_loss(z - z.logsumexp(1, keepdim=True), y),
        lambda z, y: F.nll_loss(F.logsigmoid(z), y),
    ],
)
def test_nll_loss_of_logarithms_is_not(code: Coded) -> None:
    assert recorded_torch(code, "loss").notes == ()


def test_what_is_noted_of_nll_loss_is_true() -> None:
    # -z_y: its gradient at 0 is -e_y, that is -o_y - 1/C: tier QUOTIENT with kappa 1.
    certificate = sc.certify(nn.NLLLoss(), "l2")
    assert certificate.tier is sc.Tier.QUOTIENT
    assert certificate.kappa == 1
