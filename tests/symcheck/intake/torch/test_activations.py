"""Losses made with activations and angles of torch: tier and kappa by hand, near their kinks too.

For l = sum_k phi(z_k - z_y), with or without the label itself, b_y = -C phi'(0) o_y at 0: kappa = C phi'(0).
"""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest
import sympy
import torch
import torch.nn.functional as F
from torch import Tensor

import symcheck as sc
from symcheck.field.constant_reading import constant
from symcheck.field.field import Field
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.intake.parser import parsed_constant
from symcheck.intake.torch.operators.finite import NOTE
from symcheck.language.scope import Scope

Activation = Callable[[Tensor], Tensor]


def differences(z: Tensor, y: Tensor) -> Tensor:
    return z - z.gather(1, y.unsqueeze(1))


def summed(phi: Activation) -> Callable[[Tensor, Tensor], Tensor]:
    return lambda z, y: phi(differences(z, y)).sum(1).mean()


def assert_kappa(loss: object, kappa: str) -> None:
    cert = sc.certify(loss, "l2")
    assert cert.verdict is Verdict.PROVED
    field = Field(Scope())
    assert (field.from_sympy(cert.kappa) - constant(field, parsed_constant(kappa))).is_zero


# phi'(0): of gelu Phi(0) = 1/2, of mish tanh(log 2) = 3/5, of hardswish 3/6, of sin 1, of tan 1, of erf 2/sqrt(pi)
SLOPES = [
    (F.gelu, "C/2"), (lambda u: F.gelu(u, approximate="tanh"), "C/2"), (F.mish, "3*C/5"), (F.hardswish, "C/2"),
    (F.hardsigmoid, "C/6"), (torch.nn.Hardsigmoid(), "C/6"), (torch.sin, "C"), (torch.tan, "C"), (torch.atan, "C"),
    (lambda u: torch.asin(torch.tanh(u) / 2), "C/2"), (torch.asinh, "C"), (lambda u: torch.atanh(torch.tanh(u)), "C"),
    (lambda u: -torch.acos(torch.tanh(u)), "C"), (lambda u: torch.acosh(2 + torch.tanh(u)), "C/sqrt(3)"),
    (torch.erf, "2*C/sqrt(pi)"), (lambda u: -torch.erfc(u), "2*C/sqrt(pi)"), (torch.special.ndtr, "C/sqrt(2*pi)"),
    (lambda u: F.relu6(1 + u), "C"), (lambda u: F.relu6(3 + u) / 2, "C/2"), (lambda u: F.selu(1 + u), "SELU*C"),
    (lambda u: F.celu(1 + u), "C"), (lambda u: F.celu(u - 1, alpha=2.0), "C*exp(-1/2)"),
    (lambda u: F.elu(u - 1, alpha=0.5), "C*exp(-1)/2"), (lambda u: F.softshrink(1 + u), "C"),
    (lambda u: F.hardshrink(1 + u), "C"), (lambda u: F.threshold(u + 1, 0.5, 7.0), "C"),
    (lambda u: F.tanhshrink(u + 1), "C*(1 - 1/cosh(1)**2)"), (lambda u: F.softplus(u, threshold=20), "C/2"),
    (lambda u: torch.logaddexp2(u, torch.zeros_like(u)), "C/2"), (lambda u: torch.sin(math.pi / 6 + u), "C*sqrt(3)/2"),
    (lambda u: torch.cos(u - math.pi / 2), "C"), (lambda u: torch.cos(u - 0.3), "C*sin(3/10)"),
    (lambda u: torch.deg2rad(u), "C*pi/180"), (lambda u: torch.exp(-((u - 1) ** 2) / 2) / math.sqrt(2 * math.pi),
     "C*exp(-1/2)/sqrt(2*pi)"), (lambda u: torch.sign(1 + u) * u, "C"),
]  # fmt: skip


@pytest.mark.parametrize(("phi", "kappa"), SLOPES)
def test_the_slope_at_0_is_kappa(phi: Activation, kappa: str) -> None:
    scale, cosh = "1.0507009873554804934193349852946", "((exp(1) + exp(-1))/2)"
    assert_kappa(summed(phi), kappa.replace("SELU", scale).replace("cosh(1)", cosh))


# the activation has a corner at the value of its argument at z = 0
CORNERS = [
    lambda z, y: F.relu6(z).sum(1).mean(), lambda z, y: F.relu6(6 - z).sum(1).mean(),
    lambda z, y: F.hardsigmoid(z[torch.arange(len(y)), y] + 3).mean(), lambda z, y: F.hardswish(z - 3).sum(1).mean(),
    lambda z, y: F.softshrink(z + 0.5).sum(1).mean(), lambda z, y: F.selu(z).sum(1).mean(),
    lambda z, y: F.elu(z, alpha=0.5).sum(1).mean(), lambda z, y: (torch.sign(z) * z).sum(1).mean(),
]  # fmt: skip


@pytest.mark.parametrize("loss", CORNERS)
def test_a_corner_at_0_has_no_derivative(loss: Callable[..., Tensor]) -> None:
    assert sc.certify(loss, "l2").tier is Tier.NONDIFF


@pytest.mark.parametrize("offset", [1e-3, -1e-3])
def test_beside_a_corner_there_is_none(offset: float) -> None:
    """relu6 has the slope 1 on (0, 6) and 0 outside."""
    for corner, inside in ((0.0, offset > 0), (6.0, offset < 0)):
        cert = sc.certify(summed(lambda u, at=corner + offset: F.relu6(u + at)), "l2")
        assert cert.tier is (Tier.SCALED if inside else Tier.ZERO)


def test_celu_has_a_gradient_at_0_and_no_second_derivative() -> None:
    cert = sc.certify(summed(F.celu), "l2")
    assert cert.verdict is Verdict.REFUTED
    assert cert.tier is not Tier.NONDIFF


def test_jumps_are_not_proved() -> None:
    for loss in (
        lambda z, y: F.cross_entropy(z, y) + F.hardshrink(z + 0.5).sum(1).mean(),
        lambda z, y: F.cross_entropy(z, y) + torch.sign(z).sum(1).mean(),
        lambda z, y: F.cross_entropy(z, y) + F.threshold(z, 0.0, 1.0).sum(1).mean(),
    ):
        assert sc.certify(loss, "l2").verdict is not Verdict.PROVED


def arc_face(margin: float, scale: float) -> Callable[[Tensor, Tensor], Tensor]:
    """The target angle arccos(p_y) is widened by the margin."""

    def loss(z: Tensor, y: Tensor) -> Tensor:
        label = F.one_hot(y, z.shape[1]).to(z)
        return F.cross_entropy(scale * torch.cos(torch.acos(z.softmax(1)) + margin * label), y)

    return loss


def arc_face_by_addition(margin: float, scale: float) -> Callable[[Tensor, Tensor], Tensor]:
    """The same by cos(t + m) = cos t cos m - sin t sin m, as published code has it, where t + m < pi."""

    def loss(z: Tensor, y: Tensor) -> Tensor:
        cosine = z.softmax(1)
        sine = torch.sqrt(1.0 - cosine**2)
        phi = cosine * math.cos(margin) - sine * math.sin(margin)
        phi = torch.where(cosine > math.cos(math.pi - margin), phi, cosine - math.sin(math.pi - margin) * margin)
        label = F.one_hot(y, z.shape[1]).to(z)
        return F.cross_entropy(scale * (label * phi + (1 - label) * cosine), y)

    return loss


@pytest.mark.parametrize(("margin", "scale"), [(0.5, 4.0), (0.35, 1.0)])
def test_two_ways_to_write_a_margin_on_angles(margin: float, scale: float) -> None:
    """kappa of s times cosines a_y = cos(arccos p_y + m) and p_k, with q = softmax(s a) at z = 0.

    d/dp cos(arccos p + m) = cos m + p sin m/sqrt(1 - p^2) =: d, and b_y = -s (1 - q_y) d grad p_y + s q_k sum grad p_k
    over k != y, which is -grad p_y, with grad p_y = o_y/C: kappa = s ((1 - q_y) d + q_k)/C.
    """
    m, s, p = sympy.nsimplify(margin, rational=True), sympy.nsimplify(scale, rational=True), sympy.Rational(1, 10)
    low, high = sympy.exp(s * (p * sympy.cos(m) - sympy.sqrt(1 - p**2) * sympy.sin(m))), sympy.exp(s * p)
    own, other = low / (low + 9 * high), high / (low + 9 * high)
    kappa = s * ((1 - own) * (sympy.cos(m) + p * sympy.sin(m) / sympy.sqrt(1 - p**2)) + other) * p
    for loss in (arc_face(margin, scale), arc_face_by_addition(margin, scale)):
        cert = sc.certify(loss, "l2", classes=10)
        assert (cert.verdict, cert.tier) == (Verdict.PROVED, Tier.SCALED)
        assert abs(cert.kappa.evalf(40) - kappa.evalf(40)) < sympy.Float("1e-30")


FINITE = [
    lambda z, y: torch.nan_to_num(F.cross_entropy(z, y, reduction="none")).mean(),
    lambda z, y: F.cross_entropy(z.masked_fill(torch.isnan(z), 0.0), y),
    lambda z, y: F.cross_entropy(torch.where(torch.isfinite(z), z, torch.zeros_like(z)), y),
    lambda z, y: F.cross_entropy(z.masked_fill(torch.isinf(z) | torch.isnan(z), 5.0), y),
]


@pytest.mark.parametrize("loss", FINITE)
def test_questions_about_values_that_are_no_numbers(loss: Callable[..., Tensor]) -> None:
    cert = sc.certify(loss, "l2")
    assert (cert.verdict, cert.tier) == (Verdict.PROVED, Tier.EXACT)
    assert any(note.startswith(NOTE) for note in cert.loss.notes)


@pytest.mark.parametrize(("threshold", "beta"), [(20, 1), (20, 3), (50, 1)])
def test_a_softplus_is_one_beyond_its_threshold(threshold: float, beta: int) -> None:
    """There torch returns x with the slope 1, where that of log(1 + e^(beta x))/beta is 1/(1 + e^(-beta x))."""
    loss = lambda z, y: F.softplus(60 - 50 * (z.gather(1, y[:, None])[:, 0] - z.mean(1)), beta, threshold)  # noqa: E731
    assert_kappa(loss, f"50/(1 + exp(-{60 * beta}))")


def test_a_low_threshold_is_another_function() -> None:
    found = sc.certify(lambda z, y: F.softplus(-z.gather(1, y[:, None]), threshold=1.0).mean(), "l2")
    assert found.verdict is Verdict.UNDECIDED
    assert found.loss.unread is not None
    assert "threshold below 20" in found.loss.unread.why


def test_an_approximation_that_torch_does_not_have() -> None:
    cert = sc.certify(lambda z, y: F.gelu(z, approximate="other").sum(1).mean(), "l2")
    assert cert.verdict is Verdict.UNDECIDED
    assert "gelu has no approximation 'other'" in " ".join(str(cert).split())
