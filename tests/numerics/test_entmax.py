"""entmax on tensors: values by the definition, derivatives by differences, both dtypes, far and equal scores."""

from __future__ import annotations

import mpmath
import pytest
import torch
from torch.autograd import gradcheck, gradgradcheck

import symcheck as sc
from numerics import confirm
from numerics.formulas.entmax import entmax
from numerics.formulas.forward import hessian, jvp
from numerics.runs.agreement import Outcome
from tests.definitions import shares
from tests.sampled import one_in

ALPHAS = [2.0, 1.5, 1.0, 3.0, 0.5, 0.0, -1.0, 0.8, 1 + 1e-6, 2.5]
Z = torch.randn(6, 5, dtype=torch.float64, generator=torch.Generator().manual_seed(3))
FAR = torch.tensor([[1e4, 0.0, -1e4], [1e30, 1.0, 2.0], [0.0, 0.0, 0.0], [-500.0, -500.0, -501.0]])


@pytest.mark.parametrize("alpha", ALPHAS)
def test_the_values_are_those_of_the_definition(alpha: float) -> None:
    with mpmath.workdps(40):
        rows = [shares(list(map(mpmath.mpf, row)), mpmath.mpf(alpha)) for row in Z.tolist()]
        truth = torch.tensor([[float(s) for s in row] for row in rows], dtype=torch.float64)
    torch.testing.assert_close(entmax(Z, alpha), truth, rtol=1e-12, atol=1e-13)
    torch.testing.assert_close(entmax(Z.float(), alpha), truth.float(), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("alpha", one_in(2, ALPHAS))
def test_first_and_second_derivatives_are_those_of_differences(alpha: float) -> None:
    z = Z.clone().requires_grad_()
    assert gradcheck(lambda x: entmax(x, alpha), z, eps=1e-7)
    assert gradgradcheck(lambda x: entmax(x, alpha), z, eps=1e-6)


@pytest.mark.parametrize("alpha", ALPHAS)
def test_forward_and_backward_derivatives_agree_at_0(alpha: float) -> None:
    """ds_j/dz_i = w ([i = j] - 1/C), w = C^(alpha - 2), in both dtypes."""
    for dtype in (torch.float32, torch.float64):
        at, along = torch.zeros(4, dtype=dtype), torch.tensor([1.0, 0.0, 0.0, 0.0], dtype=dtype)
        wanted = 4 ** (alpha - 2) * (along - 0.25)
        torch.testing.assert_close(jvp(lambda x: entmax(x, alpha), (at,), (along,))[1], wanted)
        torch.testing.assert_close(torch.func.jacrev(lambda x: entmax(x, alpha))(at)[0], wanted)
        bend = hessian(lambda x: entmax(x, alpha)[0])(at)  # (2 - alpha) C^(2 alpha - 5) (C - 1)(C - 2) at (0, 0)
        torch.testing.assert_close(bend[0, 0], (2 - alpha) * 4 ** (2 * alpha - 5) * 6 * torch.ones((), dtype=dtype))


@pytest.mark.parametrize("alpha", ALPHAS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_far_and_equal_scores_have_shares_and_finite_slopes(alpha: float, dtype: torch.dtype) -> None:
    z = FAR.to(dtype).requires_grad_()
    s = entmax(z, alpha)
    assert s.dtype == dtype
    torch.testing.assert_close(s.sum(-1), torch.ones(4, dtype=dtype))
    assert (s >= 0).all()
    torch.testing.assert_close(s[2], torch.full((3,), 1 / 3, dtype=dtype))
    (slope,) = torch.autograd.grad((s * torch.arange(3, dtype=dtype)).sum(), z)
    assert slope.isfinite().all()


@pytest.mark.parametrize("loss", one_in(3, ["bi_tempered", "entmax", "sparsemax"]))
def test_the_losses_are_confirmed(loss: str) -> None:
    entry = {"entmax": sc.losses.Entmax(alpha="3/2"), "bi_tempered": sc.losses.BiTempered(t1="4/5", t2="6/5")}
    assert confirm(sc.certify(entry.get(loss, loss), "l2"), data="iris").outcome is Outcome.AGREES


@pytest.mark.parametrize("penalty", ["tsallis", "renyi"])
def test_the_penalties_are_confirmed(penalty: str) -> None:
    assert confirm(sc.certify("cross_entropy", penalty), data="iris").outcome is Outcome.AGREES
