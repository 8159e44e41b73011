"""Clamps too small for floats to tell, denominators that are numbers, and code that is hard to call."""

from __future__ import annotations

import math

import pytest
import torch
import torch.nn.functional as F

from numerics.audits.implementations.auditing import audit_implementation
from numerics.audits.implementations.kind import Kind
from numerics.commands import audit_loss as command
from symcheck.findings.verdict import Verdict

# 1.0717... = 2^(1/10) and 2.885... = 2/log(2) are computed in floats, so that no canonical form is exact.


def aul(z, y, a=3.0, q=0.1, least=0.0):
    p = F.softmax(z, 1).clamp(min=least) if least else F.softmax(z, 1)
    return ((a - p.gather(1, y[:, None])).pow(q) - (a - 1) ** q).div(q).mean()


def agce(z, y, a=4.0, q=0.2, least=0.0):
    p = F.softmax(z, 1).clamp(min=least) if least else F.softmax(z, 1)
    return (((a + 1) ** q - (a + p.gather(1, y[:, None])).pow(q)) / q).mean()


def jensen_shannon(z, y, least=0.0):
    p, t = F.softmax(z, 1), F.one_hot(y, z.shape[1]).to(z.dtype)
    mixed = (p + t) / 2
    log = mixed.clamp(least, 1.0).log() if least else mixed.log()
    both = F.kl_div(log, p, reduction="none") + F.kl_div(log, t, reduction="none")
    return (both.sum(1) / 2).mean() * (-1 / (0.5 * math.log(0.5)))


CASES = [
    (aul, "aul", {"a": 3, "q": "1/10"}),
    (agce, "agce", {"a": 4, "q": "1/5"}),
    (jensen_shannon, "js_divergence", {"pi_1": "1/2"}),
]


@pytest.mark.parametrize(("code", "formula", "values"), CASES)
@pytest.mark.parametrize("least", [1e-7, 1e-8])
def test_a_clamp_below_the_rounding_of_constants_is_named(code, formula, values, least):
    found = audit_implementation(lambda z, y: code(z, y, least=least), formula, classes=4, **values)
    assert (found.verdict, found.difference and found.difference.kind) == (Verdict.REFUTED, Kind.CLAMP)
    assert f"{least:g}" in found.difference.sentence


@pytest.mark.parametrize(("code", "formula", "values"), CASES)
def test_without_the_clamp_nothing_is_refuted(code, formula, values):
    found = audit_implementation(code, formula, classes=4, **values)
    assert found.verdict is not Verdict.REFUTED


# q + q^2 in two writings, in the place of q + q^2/2: the 2 normalises nothing.
@pytest.mark.parametrize("code", [lambda q: q + q**2, lambda q: q * (1 + q)])
def test_a_number_that_is_no_denominator_is_a_factor(code):
    def loss(z, y):
        return code(1 - F.softmax(z, 1).gather(1, y[:, None])).mean()

    found = audit_implementation(loss, "taylor_ce")
    assert (found.verdict, found.difference and found.difference.kind) == (Verdict.REFUTED, Kind.SCALE)


def test_a_denominator_with_z_is_a_normaliser():
    found = audit_implementation(lambda z, y: -F.log_softmax(z, 1).gather(1, y[:, None]).mean(), "nce", classes=4)
    assert found.verdict is Verdict.REFUTED
    assert found.difference.kind is Kind.NORMALISER


@pytest.mark.parametrize("dtype", [torch.int64, torch.bool])
def test_code_that_returns_integers_is_another_function(dtype):
    found = audit_implementation(lambda z, y: torch.ones((), dtype=dtype), "cross_entropy", classes=3)
    assert found.verdict is Verdict.REFUTED


class FirstClasses(torch.nn.Module):
    """Looks at n, which shows at n classes and more only."""

    def __init__(self, n):
        super().__init__()
        self.n = n

    def forward(self, z, y):
        return F.cross_entropy(z[:, : self.n], y)


@pytest.mark.parametrize("n", [3, 5, 10])
def test_an_argument_that_large_c_shows_is_not_called_ignored(n):
    found = audit_implementation(FirstClasses(n), "cross_entropy")
    assert not [note for note in found.notes if "does not look" in note]


@pytest.mark.parametrize("code", ["0", "3", "'gone'", ""])
def test_code_that_leaves_python_is_bad_usage(tmp_path, capsys, code):
    path = tmp_path / "leaving.py"
    path.write_text(f"import sys\ndef loss(z, y):\n    sys.exit({code})\n", encoding="utf-8")
    assert command.audit_loss([f"{path}:loss", "cross_entropy"]) == 64
    assert "symcheck: code: it leaves Python by sys.exit" in capsys.readouterr().err
