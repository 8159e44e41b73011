"""Forward derivatives from several threads: torch alone gives errors there, or wrong numbers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import torch

import numerics
import symcheck as sc
from numerics import confirm
from numerics.formulas.forward import hessian, jvp


def test_they_are_those_of_torch() -> None:
    x, v = torch.tensor([0.3, -0.7]), torch.tensor([1.0, 2.0])
    value, derivative = jvp(torch.sin, (x,), (v,))
    assert torch.equal(value, x.sin())
    assert torch.allclose(derivative, x.cos() * v)
    assert torch.allclose(hessian(lambda z: z.pow(3).sum())(x), torch.diag(6 * x))


def test_confirmations_in_threads_measure_what_they_do_alone() -> None:
    certificates = [sc.certify(name, "l2") for name in ("gce", "mae", "brier")]

    def measured(certificate: sc.certification.Certificate) -> list[float | None]:
        return [row.measured for row in confirm(certificate, data="iris").agreement.rows]

    alone = [measured(c) for c in certificates]
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(measured, certificates)) == alone


def test_nobody_takes_forward_derivatives_elsewhere() -> None:
    folder = Path(numerics.__file__).parent
    found = [
        path.name
        for path in folder.rglob("*.py")
        for line in path.read_text("utf-8").splitlines()
        if "torch.func" in line and any(name in line for name in ("jvp", "hessian", "jacfwd")) and '"""' not in line
    ]
    assert set(found) == {"forward.py"}
