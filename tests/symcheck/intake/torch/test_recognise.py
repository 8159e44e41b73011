"""Which callables are torch code."""

from __future__ import annotations

import functools
import operator
import subprocess
from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.functional import cross_entropy

import symcheck.language.functions as sc
from symcheck.intake.torch.recognise import is_torch
from symcheck.language.parameter import Parameter

CRITERION = nn.CrossEntropyLoss()


def helper(z, y):
    return F.cross_entropy(z, y)


def our_helper(v):
    return sc.softmax(v)


class WithModule:
    def __init__(self):
        self.inner = nn.NLLLoss()

    def __call__(self, z, y):
        return self.inner(z, y)

    def method(self, z, y):
        return self.inner(z, y)


class OfOurs:
    scale = Parameter("a", above=0)

    def __call__(self, z, y):
        return self.scale * sc.logsumexp(z)


def closing_over(loss):
    return lambda z, y: loss(z, y)


@pytest.mark.parametrize(
    "given",
    [
        nn.CrossEntropyLoss(),
        F.cross_entropy,
        torch.logsumexp,
        torch.special.xlogy,
        torch.Tensor.sum,
        nn.CrossEntropyLoss().forward,
        cross_entropy,
        functools.partial(F.cross_entropy, label_smoothing=0.1),
        functools.partial(lambda scale, z, y: scale * helper(z, y), 2),
        lambda z, y: F.cross_entropy(z, y),
        lambda z, y: cross_entropy(z, y),
        lambda z, y: CRITERION(z, y),
        lambda z, y: helper(z, y) * 2,
        lambda z, y: next(helper(a, b) for a, b in ((z, y),)),
        lambda z, y, loss=CRITERION: loss(z, y),
        closing_over(nn.CrossEntropyLoss()),
        closing_over(helper),
        WithModule(),
        WithModule().method,
        lambda z, y: -z.log_softmax(1).gather(1, y.view(-1, 1)).mean(),  # mentions neither
        lambda z: z.pow(2).sum(1),
    ],
)
def test_torch_code(given: Callable[..., object]) -> None:
    assert is_torch(given)


@pytest.mark.parametrize(
    "given",
    [
        lambda z, y: sc.logsumexp(z) - z[y],
        lambda z, y: sc.total(sc.log(our_helper(z))),
        lambda z, y: -z[y],
        lambda z: z.C,
        operator.getitem,
        OfOurs(),
        OfOurs().__call__,
        functools.partial(lambda a, z, y: a * z[y], 5),
        closing_over(lambda z, y: -z[y]),
        "torch",
        3,
        None,
    ],
)
def test_no_torch_code(given: object) -> None:
    assert not is_torch(given)


def test_without_torch_nothing_is_torch_code(fresh: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    code = (
        "import sys\n"
        "from symcheck.intake.torch.recognise import is_torch\n"
        "print(is_torch(lambda z, y: z.log_softmax(1)), 'torch' in sys.modules)"
    )
    done = fresh("-c", code)
    assert done.stdout.strip() == "False False", done.stderr
