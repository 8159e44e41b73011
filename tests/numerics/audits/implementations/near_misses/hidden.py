"""Code whose fault, or whose chance to fail, lies where nobody looks by chance: no proof may come out of it."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from tests.numerics.audits.implementations.sample import defect


def very_far_out(z, y):
    """Another function beyond 12345."""
    if float(z.detach().abs().max()) > 12345:
        return 2 * F.cross_entropy(z, y)
    return F.cross_entropy(z, y)


def where_very_far_out(z, y):
    """Another function beyond 12345, by torch.where."""
    loss = F.cross_entropy(z, y, reduction="none")
    return torch.where(z.abs().amax(1) > 12345, 2 * loss, loss)


def large_number_for_infinity(z, y):
    """1e9 for infinity: the label's logit is the rival where all others are below -1e9."""
    onehot = F.one_hot(y, z.shape[1]).to(z.dtype)
    return (((1 - onehot) * z - onehot * 1e9).max(1)[0] - (onehot * z).sum(1)).mean()


def tiny_epsilon(z, y):
    """log(p + 1e-300)."""
    p = z.softmax(1).gather(1, y[:, None]).squeeze(1)
    return -(p + 1e-300).log().mean()


def narrow_band(z, y):
    """Wrong in a band of width 1e-9."""
    loss = F.cross_entropy(z, y, reduction="none")
    gap = (z.gather(1, y[:, None]).squeeze(1) - 0.123456789).abs()
    return torch.where(gap < 1e-9, loss + 1, loss)


DEFECTS = (
    defect("OTHER", "very far out", very_far_out, "cross_entropy", "", classes=3),
    defect("OTHER", "where, very far out", where_very_far_out, "cross_entropy", "", classes=3),
    defect("OTHER", "1e9 for infinity", large_number_for_infinity, "carlini_wagner", "", classes=4),
    defect("CLAMP", "1e-300", tiny_epsilon, "cross_entropy", "", classes=3),
    defect("OTHER", "narrow band", narrow_band, "cross_entropy", "", classes=3),
)
