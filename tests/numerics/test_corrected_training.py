"""Corrected losses, minimised in double precision at one x: what ``noise_condition`` says of them is what comes out."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

import symcheck as sc
from symcheck.findings.verdict import Verdict

CHANCE = 20170
"""The seed of the matrices and laws."""


def forward(z: Tensor, noise: Tensor, law: Tensor) -> Tensor:
    """The noisy risk at one x: sum_j law_j (-log (T'softmax(z))_j), labels that never occur left out."""
    seen = law > 0
    return -(law[seen] * (noise.T @ z.softmax(0))[seen].log()).sum()


def backward(z: Tensor, noise: Tensor, law: Tensor) -> Tensor:
    """sum_j law_j (T^-1 l(z, .))_j for the cross entropy l."""
    return law @ torch.linalg.solve(noise, -z.log_softmax(0))


def minimised(loss, noise: Tensor, law: Tensor, penalty: float, steps: int = 60) -> Tensor:
    """The minimiser of the loss + penalty/2 ||z||^2 by Newton's steps, each shortened until it goes down."""

    def objective(z: Tensor) -> Tensor:
        return loss(z, noise, law) + penalty / 2 * (z * z).sum()

    z = torch.zeros(len(noise), dtype=torch.float64)
    for _ in range(steps):
        slope = torch.autograd.functional.jacobian(objective, z)
        if float(slope.norm()) < 1e-13 * max(1.0, penalty):
            break
        curvature = torch.autograd.functional.hessian(objective, z)
        values, vectors = torch.linalg.eigh(curvature)
        step = vectors @ ((vectors.T @ slope) / values.abs().clamp(min=1e-6))
        size = 1.0
        while not bool(objective(z - size * step) < objective(z)):
            size /= 2
            if size < 1e-9:
                return z
        z = z - size * step
    return z


def drawn(classes: int, chance: torch.Generator) -> tuple[Tensor, Tensor]:
    """A matrix T with most of each row on the diagonal, in steps of 1/20, and a law of the clean label."""
    off = torch.randint(0, 5, (classes, classes), generator=chance)
    off.fill_diagonal_(0)
    off[off.sum(1) > 11] = 1
    off.fill_diagonal_(0)
    rows = off + torch.diag(20 - off.sum(1))
    eta = torch.rand(classes, generator=chance, dtype=torch.float64)
    return rows.to(torch.float64) / 20, eta / eta.sum()


@pytest.mark.parametrize("classes", [2, 3, 5])
def test_forward_correction_points_where_the_other_noise_does(classes):
    chance = torch.Generator().manual_seed(CHANCE + classes)
    for _ in range(2):
        noise, eta = drawn(classes, chance)
        m = noise @ torch.diag(1 / noise.sum(0)) @ noise.T
        z = 1e5 * minimised(forward, noise, eta @ noise, 1e5)
        torch.testing.assert_close(z, m @ eta - 1 / classes, rtol=0, atol=1e-4)


@pytest.mark.parametrize("classes", [3, 4, 5])
def test_a_witness_turns_the_prediction_of_forward_correction_and_a_lead_keeps_it(classes):
    chance = torch.Generator().manual_seed(CHANCE - classes)
    for _ in range(2):
        noise, _ = drawn(classes, chance)
        found = sc.noise_condition((noise * 20).round().int().tolist(), correction="forward")
        assert found.verdict is Verdict.REFUTED
        eta = torch.tensor([float(x) for x in found.witness.eta], dtype=torch.float64)
        z = 1e6 * minimised(forward, noise, eta @ noise, 1e6)
        expected = torch.tensor([float(x) for x in found.witness.noisy_scores], dtype=torch.float64)
        torch.testing.assert_close(z, expected, rtol=0, atol=1e-5)
        if found.lead is not None and found.lead < 0.9:
            i = int(torch.randint(0, classes, (1,), generator=chance))
            ahead = torch.full((classes,), (0.98 - float(found.lead)) / classes, dtype=torch.float64)
            ahead[i] += 0.02 + float(found.lead)
            assert int(minimised(forward, noise, ahead @ noise, 1e6).argmax()) == i


def test_pair_flips_of_three_classes_keep_with_forward_correction_and_of_four_do_not():
    # near a tie of two classes, where pair flips turn the unhinged loss
    for classes, keeps in ((3, True), (4, False)):
        noise = 0.7 * torch.eye(classes, dtype=torch.float64) + 0.3 * torch.eye(classes, dtype=torch.float64).roll(1, 1)
        found = sc.noise_condition(noise, correction="forward")
        assert (found.verdict is Verdict.PROVED) is keeps
        eta = torch.tensor([0.36, 0.34, 0.3] if keeps else [float(x) for x in found.witness.eta], dtype=torch.float64)
        told = int(minimised(forward, noise, eta @ noise, 1e6).argmax())
        assert (told == int(eta.argmax())) is keeps


@pytest.mark.parametrize("classes", [2, 3, 5])
def test_without_a_penalty_forward_correction_finds_the_law_itself(classes):
    chance = torch.Generator().manual_seed(CHANCE * classes)
    noise, eta = drawn(classes, chance)
    assert abs(float(torch.linalg.det(noise))) > 1e-3
    z = minimised(forward, noise, eta @ noise, 1e-9)
    torch.testing.assert_close(z.softmax(0), eta, rtol=0, atol=1e-4)


@pytest.mark.parametrize("classes", [2, 3, 5])
@pytest.mark.parametrize("penalty", [0.05, 1.0, 1e3])
def test_backward_correction_has_the_minimiser_of_the_clean_labels_at_every_penalty(classes, penalty):
    chance = torch.Generator().manual_seed(CHANCE + 7 * classes)
    noise, eta = drawn(classes, chance)
    assert sc.noise_condition((noise * 20).round().int().tolist(), correction="backward").verdict is Verdict.PROVED
    clean = minimised(backward, torch.eye(classes, dtype=torch.float64), eta, penalty)
    torch.testing.assert_close(minimised(backward, noise, eta @ noise, penalty), clean, rtol=0, atol=1e-9)
