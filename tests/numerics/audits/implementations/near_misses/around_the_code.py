"""What lies around the code and is not written in it: hooks, modes, gradients that are off, labels in few bits."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from tests.numerics.audits.implementations.sample import Code, correct, defect


def hooked(register: str, hook: object) -> nn.Module:
    """torch's cross entropy with a hook."""
    loss = nn.CrossEntropyLoss()
    getattr(loss, register)(hook)
    return loss


class Inside(nn.Module):
    """A module in a module."""

    def __init__(self, loss):
        super().__init__()
        self.loss = loss

    def forward(self, z, y):
        return self.loss(z, y)


def doubled(_module, _inputs, output):
    return 2 * output


def doubled_logits(_module, inputs):
    return 2 * inputs[0], inputs[1]


def doubled_gradient(_module, gradients, _outputs):
    return 2 * gradients[0], gradients[1]


def patched() -> nn.Module:
    loss = nn.CrossEntropyLoss()
    loss.forward = lambda z, y: 2 * F.cross_entropy(z, y)
    return loss


class CallOverridden(nn.Module):
    def __call__(self, z, y):
        return 2 * super().__call__(z, y)

    def forward(self, z, y):
        return F.cross_entropy(z, y)


@torch.no_grad()
def without_grad(z, y):
    return F.cross_entropy(z, y)


def of_data(z, y):
    return F.cross_entropy(z.data, y)


def cut_off(z, y):
    return F.cross_entropy(z.detach().requires_grad_(), y)


class DoubledInTraining(nn.Module):
    def forward(self, z, y):
        return F.cross_entropy(z, y) * (2 if self.training else 1)


def labels_in_8_bits(z, y):
    """Labels from 256 on wrap around."""
    return F.cross_entropy(z, y.to(torch.uint8).long())


def whole_logits(z, y):
    return F.cross_entropy(z.int().to(z.dtype) + 0 * z, y)


def random(z, y):
    return F.cross_entropy(F.dropout(z), y)


class Stated(nn.Module):
    """Each reduction as it is stated."""

    def __init__(self, reduction):
        super().__init__()
        self.reduction = reduction

    def forward(self, z, y):
        loss = F.nll_loss(z.log_softmax(1), y, reduction="none")
        return {"none": loss, "sum": loss.sum(), "mean": loss.mean()}[self.reduction]


class DropoutOnly(nn.Module):
    def __init__(self):
        super().__init__()
        self.drop = nn.Dropout(0.5)

    def forward(self, z, y):
        return F.cross_entropy(self.drop(z), y)


def sum_by_default(z, y, reduction="mean"):
    return -z.log_softmax(1).gather(1, y[:, None]).sum()


def unread(code: Code) -> Code:
    """The same code, with a number of Python taken out of it, so that no formula can be recorded."""

    def taken(z, y):
        loss = code(z, y)
        float(loss.detach().double().sum())
        return loss

    return taken


CORRECT = (
    correct("stated mean", Stated("mean"), "cross_entropy", classes=4),
    correct("stated sum", Stated("sum"), "cross_entropy", classes=4),
    correct("stated none", Stated("none"), "cross_entropy", classes=4),
    correct("not in training", DoubledInTraining().eval(), "cross_entropy", classes=4),
    correct("dropout that is off", DropoutOnly().eval(), "cross_entropy", classes=4),
    correct("inside of a module", Inside(nn.CrossEntropyLoss(reduction="none")), "cross_entropy", classes=4),
)

DEFECTS = (
    defect("SCALE", "forward hook", hooked("register_forward_hook", doubled), "cross_entropy", "2", classes=4),
    defect(
        "SCALE",
        "forward hook inside",
        Inside(hooked("register_forward_hook", doubled)),
        "cross_entropy",
        "2",
        classes=4,
    ),
    defect(
        "SCALE",
        "hook on the logits",
        hooked("register_forward_pre_hook", doubled_logits),
        "cross_entropy",
        "2",
        classes=4,
    ),
    defect(
        "WRONG_BACKWARD",
        "backward hook",
        hooked("register_full_backward_hook", doubled_gradient),
        "cross_entropy",
        "",
        classes=4,
    ),
    defect(
        "WRONG_BACKWARD",
        "backward hook inside",
        Inside(hooked("register_full_backward_hook", doubled_gradient)),
        "cross_entropy",
        "",
        classes=4,
    ),
    defect("SCALE", "forward patched", patched(), "cross_entropy", "2", classes=4),
    defect("SCALE", "__call__ overridden", CallOverridden(), "cross_entropy", "2", classes=4),
    defect("DETACHED|WRONG_BACKWARD", "no_grad", without_grad, "cross_entropy", "gradient", classes=4),
    defect("DETACHED|WRONG_BACKWARD", "data", of_data, "cross_entropy", "gradient", classes=4),
    defect("DETACHED|WRONG_BACKWARD", "cut off", cut_off, "cross_entropy", "gradient", classes=4),
    defect("SCALE", "doubled in training", DoubledInTraining(), "cross_entropy", "2", classes=4),
    defect("OTHER|IGNORED_ARGUMENT", "labels in 8 bits", labels_in_8_bits, "cross_entropy", "", classes=300),
    defect("OTHER", "whole logits", whole_logits, "cross_entropy", "", classes=4),
    defect("OTHER|REDUCTION", "random", random, "cross_entropy", "", classes=4),
    defect("REDUCTION", "sum under a default", sum_by_default, "cross_entropy", "", classes=4),
)
