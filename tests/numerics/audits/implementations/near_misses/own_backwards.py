"""Functions with a backward of their own that is right for most logits, labels, batches or gradients from above."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch.autograd import Function

from tests.numerics.audits.implementations.sample import Code, correct, defect


def with_backward(backward: object, reduced: object = torch.mean) -> Code:
    """The cross entropy whose gradient is ``backward(z, y, p - e_y, grad_output)``."""

    class CrossEntropy(Function):
        @staticmethod
        def forward(ctx, z, y):
            ctx.save_for_backward(z, y)
            return F.cross_entropy(z, y, reduction="none")

        @staticmethod
        def backward(ctx, grad_output):
            z, y = ctx.saved_tensors
            difference = z.softmax(1) - F.one_hot(y, z.shape[1])
            return backward(z, y, difference, grad_output[:, None]), None

    return lambda z, y: reduced(CrossEntropy.apply(z, y))


def losses(x):
    return x


CORRECT = (
    correct("right", with_backward(lambda z, y, d, g: g * d), "cross_entropy", classes=4),
    correct("right, not reduced", with_backward(lambda z, y, d, g: g * d, losses), "cross_entropy", classes=4),
    correct(
        "right, in another order",
        with_backward(lambda z, y, d, g: (d.T * g.T).T, torch.sum),
        "cross_entropy",
        classes=4,
    ),
)

BACKWARDS = {
    "of label 3": lambda z, y, d, g: g * d * torch.where(y == 3, 2.0, 1.0)[:, None],
    "of sure samples": lambda z, y, d, g: g * d * torch.where(d.abs().amax(1) < 1e-3, 2.0, 1.0)[:, None],
    "of large logits": lambda z, y, d, g: g * d * (z.abs() < 8),
    "of small parts": lambda z, y, d, g: g * torch.where(d.abs() < 1e-3, 0.0, d),
    "by a thousandth": lambda z, y, d, g: g * d * 1.001,
    "of large batches": lambda z, y, d, g: g * d * (1.0 if len(z) <= 4 else 2.0),
    "over N twice": lambda z, y, d, g: g * d / len(z),
    "of the gradient's sign": lambda z, y, d, g: g.sign() * d,
    "of a cut gradient": lambda z, y, d, g: g.clamp(max=0.2) * d,
    "of the mean gradient": lambda z, y, d, g: g.mean() * d,
}

# Losses that are not reduced take any gradient from above; a mean and a sum hand the same one to all samples.
DEFECTS = tuple(
    defect(
        "WRONG_BACKWARD|REDUCTION",
        f"wrong backward {name}",
        with_backward(backward, losses if "gradient" in name else torch.mean),
        "cross_entropy",
        "",
        classes=4,
    )
    for name, backward in BACKWARDS.items()
)
