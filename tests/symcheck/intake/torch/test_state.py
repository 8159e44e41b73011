"""What code keeps beside its arguments: read at its present value and noted, or refused where it changes."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

import symcheck as sc
from symcheck.findings.verdict import Verdict
from symcheck.intake.torch_callables import recorded_torch
from symcheck.reason import Undecided
from tests.symcheck.intake.torch.at_zero import Coded

LOGS = "-log_softmax(z)[y]"


def notes_of(code: Coded) -> list[str]:
    return [note.what for note in recorded_torch(code, "loss").notes]


class Buffered(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("scale", torch.tensor(2.0))
        self.register_buffer("unused", torch.tensor(3.0))

    def forward(self, z, y):
        return F.cross_entropy(z, y) * self.scale


class Scheduled(nn.Module):
    """Warm up: another loss in the first epochs."""

    def __init__(self, epoch):
        super().__init__()
        self.epoch, self.warmup_epochs, self.q = epoch, 10, 0.7

    def forward(self, z, y):
        if self.epoch < self.warmup_epochs:
            return F.cross_entropy(z, y)
        return 1 - z.softmax(1).gather(1, y[:, None]).mean()


class Training(nn.Module):
    def forward(self, z, y):
        return F.cross_entropy(z, y) if self.training else 2 * F.cross_entropy(z, y)


class Annealed:
    """A number that a method changes; no module."""

    def __init__(self):
        self.beta, self.gamma = 0.5, 4.0

    def anneal(self):
        self.beta *= 0.9

    def __call__(self, z, y):
        return F.cross_entropy(z, y) * self.beta * self.gamma


class Queue(nn.Module):
    def __init__(self):
        super().__init__()
        self.history = [0.5, 1.0, 2.0]

    def forward(self, z, y):
        return F.cross_entropy(z, y) * self.history[-1]


class OfSamples(nn.Module):
    """A weight for each sample of the data, taken by a number that is kept as well."""

    def __init__(self):
        super().__init__()
        self.weights, self.current = torch.linspace(1, 2, 51), 25

    def forward(self, z, y):
        return F.cross_entropy(z, y) * self.weights[self.current]


def present(name: str, value: object) -> str:
    return f"{name} = {value!r} of the code may change between two calls: it is read at its present value"


@pytest.mark.parametrize(
    ("code", "text", "notes"),
    [
        (Buffered(), f"{LOGS}*2", ["the buffer scale of the code is read at its present value"]),
        (Scheduled(3), LOGS, [present("epoch", 3), present("warmup_epochs", 10)]),
        (Scheduled(10), "1 - mean(softmax(z)[y])", [present("epoch", 10), present("warmup_epochs", 10)]),
        (Training(), LOGS, [present("training", True)]),
        (Training().eval(), f"2*{LOGS}", [present("training", False)]),
        (Annealed(), f"{LOGS}*(1/2)*4", [present("beta", 0.5)]),
        (Queue(), f"{LOGS}*2",
         ["the list history of the code may change between two calls: it is read at its present value"]),
        (OfSamples(), f"{LOGS}*(3/2)",
         ["entries of weights of the code are taken by their number: those of one call are read, as they are now"]),
    ],
    ids=lambda v: type(v).__name__ if isinstance(v, (nn.Module, Annealed)) else "",
)  # fmt: skip
def test_state_is_read_at_its_present_value_and_noted(code: Coded, text: str, notes: list[str]) -> None:
    found = recorded_torch(code, "loss")
    assert str(found.formula) == text.replace("1 - mean(softmax(z)[y])", "1 - softmax(z)[y]")
    assert [note.what for note in found.notes] == notes
    # So it is on the page of a certificate, and behind whatever stands around the module.
    page = " ".join(str(sc.certify(code, "l2")).split())
    assert all(note in page for note in notes)

    def wrapped(z, y):
        return code(z, y)

    for other in (wrapped, partial(code), code.__call__):
        assert notes_of(other) == notes


epoch = 4


def test_counters_of_functions() -> None:
    assert notes_of(lambda z, y: F.cross_entropy(z, y) * epoch) == [present("epoch", 4)]
    global_step, rate = 7, 3
    assert notes_of(lambda z, y: F.cross_entropy(z, y) * global_step * rate) == [present("global_step", 7)]


@pytest.mark.parametrize(
    "code",
    [
        nn.CrossEntropyLoss(),
        nn.CrossEntropyLoss(weight=torch.full((3,), 2.0), reduction="sum"),
        nn.Sequential(nn.Identity()),
        F.cross_entropy,
    ],
)
def test_what_torch_keeps_itself_is_no_state(code: Coded) -> None:
    loss = code if not isinstance(code, nn.Sequential) else (lambda z, y: F.cross_entropy(code(z), y))
    assert not any("present value" in what for what in notes_of(loss))


def test_what_the_code_does_not_read_is_not_noted() -> None:
    class Idle(nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("seen", torch.zeros(3))
            self.epoch, self.q = 5, 0.5

        def forward(self, z, y):
            return (1 - z.softmax(1).gather(1, y[:, None]) ** self.q).mean() / self.q

    assert notes_of(Idle()) == []


# what changes between two calls


class Averaged(nn.Module):
    """A moving average in place, or put anew."""

    def __init__(self, *, in_place):
        super().__init__()
        self.in_place = in_place
        self.register_buffer("mean", torch.tensor(1.0))

    def forward(self, z, y):
        loss = F.cross_entropy(z, y)
        if self.in_place:
            self.mean.mul_(0.9)
        else:
            self.mean = 0.9 * self.mean + 0.1 * loss.detach()
        return loss * self.mean


class Counting(nn.Module):
    def __init__(self):
        super().__init__()
        self.step = 0

    def forward(self, z, y):
        self.step += 1
        return F.cross_entropy(z, y) / self.step


class Remembering(nn.Module):
    """The targets of the sample from one epoch to the next, as in ELR."""

    def __init__(self):
        super().__init__()
        self.target = torch.full((50, 10), 0.1)

    def forward(self, z, y):
        p = z.softmax(1)
        self.target[: len(y)] = 0.7 * self.target[: len(y)] + 0.3 * p.detach()
        return F.cross_entropy(z, y) + (1 - (self.target[: len(y)] * p).sum(1)).log().mean()


class Keeping(nn.Module):
    def __init__(self):
        super().__init__()
        self.last = None

    def forward(self, z, y):
        before, self.last = self.last, z
        return F.cross_entropy(z, y) + (0 if before is None else (z - before).pow(2).sum(1).mean())


def random_weight(z, y):
    return F.cross_entropy(z, y) * torch.rand(1)


def random_in_numpy(z, y):
    return F.cross_entropy(z, y) * np.random.default_rng().uniform(0.5, 1.5)


def random_mask(z, y):
    return (F.cross_entropy(z, y, reduction="none") * torch.bernoulli(torch.full((len(y),), 0.5))).mean()


def random_permutation(z, y):
    lam = np.random.default_rng().beta(1.0, 1.0)
    return lam * F.cross_entropy(z, y) + (1 - lam) * F.cross_entropy(z, y.flip(0)) * 0.5


def noisy_logits(z, y):
    return F.cross_entropy(z + 0.1 * torch.randn_like(z), y)


def dropped(z, y):
    return F.cross_entropy(F.dropout(z, 0.1), y)


CHANGING = [
    Averaged(in_place=True), Averaged(in_place=False), Counting(), Remembering(), Keeping(), random_weight,
    random_in_numpy, random_mask, random_permutation, noisy_logits, dropped,
]  # fmt: skip


@pytest.mark.parametrize("code", CHANGING, ids=lambda f: getattr(f, "__name__", type(f).__name__))
def test_what_changes_between_two_calls_is_never_proved(code: Coded) -> None:
    for classes in (None, 10):
        certificate = sc.certify(code, "l2", classes=classes)
        assert certificate.verdict is Verdict.UNDECIDED
        assert certificate.tier is None


# what is written into the logits


def adds_in_place(z, y):
    z += 1
    return F.cross_entropy(z, y)


def writes_into_logits(z, y):
    z[:, 0] = 0
    return F.cross_entropy(z, y)


def masks_logits(z, y):
    z.masked_fill_(F.one_hot(y, z.shape[1]).bool(), 0.0)
    return F.cross_entropy(z, y)


def writes_into_a_view(z, y):
    x = z.view(-1)
    x[0] = 1
    return F.cross_entropy(z, y)


def writes_by_data(z, y):
    z.data.clamp_(-1, 1)
    return F.cross_entropy(z, y)


@pytest.mark.parametrize("code", [adds_in_place, writes_into_logits, masks_logits, writes_into_a_view, writes_by_data])
def test_what_is_written_into_the_logits_is_refused(code: Coded) -> None:
    for classes in (None, 10):
        assert sc.certify(code, "l2", classes=classes).verdict is not Verdict.PROVED
    with pytest.raises(Undecided, match=r"in place|assigns to entries|changes"):
        recorded_torch(code, "loss")


def test_a_module_that_is_handed_in_is_left_as_it_is() -> None:
    code = Averaged(in_place=True)
    sc.certify(code, "l2")
    assert float(code.mean) == 1
    counting = Counting()
    sc.certify(counting, "l2")
    assert counting.step == 0
