"""Tables that code computes from constants: their entries are what they were computed from, exactly."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

import pytest
import sympy as sp
import torch
import torch.nn.functional as F

import symcheck as sc
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict

E = sp.E
COUNTS = torch.eye(10) * 9 + torch.ones(10, 10)  # 10 on the diagonal, 1 elsewhere
LOGITS = 3 * torch.eye(10)
HALF = torch.full((10, 10), 0.05).fill_diagonal_(0.55)  # I/2 + 11'/20
CYCLE = torch.eye(3).roll(1, 1)

Made = Callable[[], torch.Tensor]


def forward(table: Made) -> Callable[..., torch.Tensor]:
    """-log (T'p)_y, whose tier is SCALED with kappa = a for T = a I + b 11' with rows that add up to 1."""

    def loss(z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return F.nll_loss(torch.log(F.softmax(z, 1) @ table()), y)

    return loss


def backward(table: Made) -> Callable[..., torch.Tensor]:
    """-(A log p)_y, whose tier is SCALED with kappa = a for A = a I + b 11' with rows that add up to 1."""

    def loss(z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return -(F.one_hot(y, z.shape[1]).to(z.dtype) @ table() * F.log_softmax(z, 1)).sum(1).mean()

    return loss


def normalised_in_place() -> torch.Tensor:
    table = torch.ones(10, 10)
    table.fill_diagonal_(10)
    return table / table.sum(1, keepdim=True)


FORWARD: list[tuple[str, Made, object]] = [
    ("row sums", lambda: COUNTS / COUNTS.sum(1, keepdim=True), sp.Rational(9, 19)),
    ("column sums", lambda: COUNTS / COUNTS.sum(0), sp.Rational(9, 19)),
    ("row sums as means", lambda: COUNTS / (10 * COUNTS.mean(dim=1, keepdim=True)), sp.Rational(9, 19)),
    ("normalize", lambda: F.normalize(COUNTS, p=1, dim=1), sp.Rational(9, 19)),
    ("norm", lambda: COUNTS / COUNTS.norm(p=1, dim=1, keepdim=True), sp.Rational(9, 19)),
    ("reciprocal", lambda: COUNTS * COUNTS.sum(1, keepdim=True).reciprocal(), sp.Rational(9, 19)),
    ("in place", normalised_in_place, sp.Rational(9, 19)),
    ("made inside", lambda: (torch.ones(10, 10) + 9 * torch.eye(10)) / 19, sp.Rational(9, 19)),
    ("transposed", lambda: (COUNTS / COUNTS.sum(1, keepdim=True)).T.contiguous(), sp.Rational(9, 19)),
    ("softmax", lambda: torch.softmax(LOGITS, 1), (E**3 - 1) / (E**3 + 9)),
    ("softmax of functional", lambda: F.softmax(LOGITS, dim=-1), (E**3 - 1) / (E**3 + 9)),
    ("softmax transposed", lambda: LOGITS.softmax(1).t(), (E**3 - 1) / (E**3 + 9)),
    ("log_softmax", lambda: F.log_softmax(LOGITS, 1).exp(), (E**3 - 1) / (E**3 + 9)),
    ("logsumexp", lambda: (LOGITS - LOGITS.logsumexp(1, keepdim=True)).exp(), (E**3 - 1) / (E**3 + 9)),
    ("exp over sum", lambda: LOGITS.exp() / LOGITS.exp().sum(1, keepdim=True), (E**3 - 1) / (E**3 + 9)),
    ("temperature", lambda: torch.softmax(LOGITS / 1.5, 1), (E**2 - 1) / (E**2 + 9)),
    ("shifted", lambda: torch.softmax(LOGITS - 1, 1), (E**3 - 1) / (E**3 + 9)),
    ("roots", lambda: COUNTS.sqrt() / COUNTS.sqrt().sum(1, keepdim=True), (sp.sqrt(10) - 1) / (sp.sqrt(10) + 9)),
    ("powers", lambda: COUNTS**0.5 / (COUNTS**0.5).sum(1, keepdim=True), (sp.sqrt(10) - 1) / (sp.sqrt(10) + 9)),
    ("logarithms", lambda: (1 + COUNTS.log()) / (1 + COUNTS.log()).sum(1, keepdim=True),
     sp.log(10) / (10 + sp.log(10))),
    ("matrix_power", lambda: torch.linalg.matrix_power(HALF, 3), sp.Rational(1, 8)),
    ("matrix_power of Tensor", lambda: HALF.matrix_power(2), sp.Rational(1, 4)),
    ("products", lambda: HALF @ HALF @ HALF, sp.Rational(1, 8)),
    ("mm", lambda: torch.mm(HALF, HALF), sp.Rational(1, 4)),
    ("mixture", lambda: 0.3 * torch.eye(10) + 0.7 * HALF, sp.Rational(13, 20)),
    ("to the power 0", lambda: torch.linalg.matrix_power(HALF, 0), sp.Integer(1)),
    ("its own inverse", lambda: HALF @ HALF.inverse(), sp.Integer(1)),
    ("lazy", lambda: (torch.eye(10) + HALF) / 2, sp.Rational(3, 4)),
]  # fmt: skip


@pytest.mark.parametrize(("make", "kappa"), [row[1:] for row in FORWARD], ids=[row[0] for row in FORWARD])
def test_forward_correction_with_a_computed_table(make: Made, kappa: sp.Expr) -> None:
    cert = sc.certify(forward(make), "l2")
    assert (cert.verdict, cert.tier) == (Verdict.PROVED, Tier.EXACT if kappa == 1 else Tier.SCALED)
    assert not cert.kappa.free_symbols
    assert sp.N(cert.kappa - kappa, 30) == 0 or abs(sp.N(cert.kappa - kappa, 30)) < 1e-25
    assert sc.recheck(cert.to_json()) is not None


BACKWARD: list[tuple[str, Made]] = [
    ("inv", lambda: torch.linalg.inv(HALF)),
    ("inverse", lambda: torch.inverse(HALF)),
    ("inverse of Tensor", lambda: HALF.inverse()),
    ("solve", lambda: torch.linalg.solve(HALF, torch.eye(10))),
    ("negative power", lambda: torch.linalg.matrix_power(HALF, -1)),
    ("row sums", lambda: (HALF / HALF.sum(1, keepdim=True)).inverse()),
]


@pytest.mark.parametrize("make", [row[1] for row in BACKWARD], ids=[row[0] for row in BACKWARD])
def test_backward_correction_with_a_computed_inverse(make: Made) -> None:
    cert = sc.certify(backward(make), "l2")
    # (I/2 + 11'/20)^-1 = 2 I - 11'/10.
    assert (cert.verdict, cert.tier, cert.kappa) == (Verdict.PROVED, Tier.SCALED, 2)


def test_the_inverse_of_another_table() -> None:
    table = torch.tensor([[0.8, 0.2, 0.0], [0.0, 0.8, 0.2], [0.2, 0.0, 0.8]])  # 4/5 I + 1/5 of a cycle P
    cert = sc.certify(backward(lambda: torch.linalg.inv(table)), "l2")
    # (4 + P)^-1 = (16 - 4P + P^2)/65, so the inverse is (16 I - 4 P + P')/13: b_y = o_y' of it, no multiple of o_y.
    assert (cert.verdict, cert.tier) == (Verdict.PROVED, Tier.SYMLIN)
    (array,) = cert.loss.formula.arrays
    assert array.values == tuple(tuple(Fraction(n, 13) for n in row) for row in ((16, -4, 1), (1, 16, -4), (-4, 1, 16)))


def test_a_table_that_moves_classes_is_exact() -> None:
    cert = sc.certify(forward(lambda: torch.softmax(2 * torch.eye(3), 1) @ CYCLE), "l2")
    # T is not of the form a I + b 11', so its entries are data; yet no number within their errors is another tier.
    assert cert.verdict is not Verdict.PROVED
    exact = sc.certify(forward(lambda: CYCLE @ CYCLE / 1.0 + 0 * CYCLE), "l2")
    assert exact.loss.formula.arrays[0].errors is None


def test_one_row_of_a_computed_table() -> None:
    def loss(z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return -(torch.softmax(LOGITS, 1)[y] * F.log_softmax(z, 1)).sum(1).mean()

    cert = sc.certify(loss, "l2")
    assert (cert.verdict, cert.tier) == (Verdict.PROVED, Tier.SCALED)
    assert abs(sp.N(cert.kappa - (E**3 - 1) / (E**3 + 9), 30)) < 1e-25


@pytest.mark.parametrize(
    ("factor", "kappa"),
    [
        (lambda: torch.log(torch.tensor(10.0)), sp.log(10)),
        (lambda: torch.tensor(10.0).log().item(), sp.log(10)),
        (lambda: torch.tensor([1.0, 2.0, 3.0]).exp().sum(), E + E**2 + E**3),
        (lambda: torch.tensor(2.0).sqrt() + 1, 1 + sp.sqrt(2)),
        (lambda: 2 ** torch.tensor(0.5), sp.sqrt(2)),
        (lambda: torch.softmax(torch.tensor([1.0, 0.0]), 0)[0], E / (1 + E)),
        (lambda: torch.log2(torch.tensor(10.0)), sp.log(10) / sp.log(2)),
        (lambda: torch.tensor([3.0, 4.0]).norm(), sp.Integer(5)),
        (lambda: torch.tensor(1 / 3), sp.Rational(1, 3)),
        (lambda: torch.stack([torch.tensor(0.5), torch.tensor(2.0).log()]).sum(), sp.Rational(1, 2) + sp.log(2)),
    ],
)
def test_a_computed_factor(factor: Callable[[], object], kappa: sp.Expr) -> None:
    cert = sc.certify(lambda z, y: F.cross_entropy(z, y) * factor(), "l2")
    assert (cert.verdict, cert.tier) == (Verdict.PROVED, Tier.SCALED)
    assert not cert.kappa.free_symbols
    assert abs(sp.N(cert.kappa - kappa, 30)) < 1e-25


def test_a_table_that_was_changed_is_read_again() -> None:
    def loss(z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        table = torch.softmax(LOGITS, 1)
        table[:, :] = HALF
        return F.nll_loss(torch.log(F.softmax(z, 1) @ table), y)

    cert = sc.certify(loss, "l2")
    assert (cert.verdict, cert.kappa) == (Verdict.PROVED, sp.Rational(1, 2))


def test_a_table_is_its_floats_where_it_comes_from_elsewhere() -> None:
    normalised = COUNTS / COUNTS.sum(1, keepdim=True)
    cert = sc.certify(forward(lambda: normalised), "l2")
    assert (cert.verdict, cert.kappa) == (Verdict.PROVED, sp.Rational(9, 19))
    assert any(
        note.startswith("floats of a tensor are read as the exact numbers that they were rounded from: 1/19, 10/19")
        for note in cert.loss.notes
    )


def test_a_rounded_entry_is_one_number_wherever_it_stands() -> None:
    table = torch.full((10, 10), 0.1 / 9).fill_diagonal_(0.9)  # 1/90 is no number of 32 bits with q <= 60
    cert = sc.certify(forward(lambda: torch.linalg.matrix_power(table, 2)), "l2")
    (r,) = cert.scope.parameters
    assert (cert.verdict, cert.tier, r.rounded, r.name) == (Verdict.PROVED, Tier.SCALED, True, "r_1")
    assert abs(float(cert.kappa.subs(cert.kappa.free_symbols.pop(), sp.Rational(1, 90))) - (8 / 9) ** 2) < 1e-15
    assert math.isclose(float(r.default), 1 / 90, rel_tol=1e-7)
