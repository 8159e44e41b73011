"""Torch code, noise_condition, narrower scopes and the command line answer within bounds as well."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from symcheck.errors import LONGEST
from tests.bounds.inputs import MANY, NESTS, NUMBERS, OF_ISSUES
from tests.bounds.measured import GUARD, measured
from tests.bounds.test_bounds import MOST, SECONDS
from tests.sampled import one_in

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the memory of a process is limited on Linux")

HAS_TORCH = importlib.util.find_spec("torch") is not None

TORCH = {
    "class weights": "loss = torch.nn.CrossEntropyLoss(weight=torch.rand(1000), reduction='sum')",
    "a table": "T = torch.rand(300, 300)\ndef loss(z, y):\n    return (z @ T)[torch.arange(len(y)), y].mean()",
    "nested softmax": (
        "def loss(z, y):\n    for _ in range(40):\n        z = z.softmax(1)\n"
        "    return torch.nn.functional.nll_loss(z.log(), y)"
    ),
    "a power": "def loss(z, y):\n    return (z**(10**6)).sum(1).mean()",
    "many terms": (
        "def loss(z, y):\n    s, x = 0, z.gather(1, y[:, None])\n    for i in range(3000):\n"
        "        s = s + (i + 1)*x**(i % 5)\n    return s.mean()"
    ),
    "squares": (
        "def loss(z, y):\n    p = z.softmax(1).gather(1, y[:, None])\n    for _ in range(40):\n        p = (p + 1)**2\n"
        "    return p.mean()"
    ),
}


@pytest.mark.skipif(not HAS_TORCH, reason="torch is not installed")
@pytest.mark.parametrize(
    "name",
    one_in(6, [*reversed(TORCH)]),
)
def test_torch_code(name: str, checkout: Path) -> None:
    asked = {
        "certify": f"sc.certify(loss, 'l2', budget={SECONDS}).headline",
        "full": f"sc.certify(loss, 'l2', budget={SECONDS}).to_text(full=True)",
    }
    found = measured(f"import torch\ntorch.manual_seed(0)\n{TORCH[name]}", asked, checkout)
    assert found.grown < MOST
    for kind, text in found.told.values():
        assert kind == "answer" or len(text) <= LONGEST


MATRICES = {
    "100 classes": "T = [[Fraction(1 + (7*i + 3*j*j) % 50) for j in range(100)] for i in range(100)]",
    "300 classes": "T = [[Fraction(1 + (7*i + 3*j*j) % 50) for j in range(300)] for i in range(300)]",
    "long numbers": "T = [[Fraction(1 + (i + j) % 3, 10**200 + i) for j in range(20)] for i in range(20)]",
}


@pytest.mark.parametrize("name", one_in(2, [*MATRICES]))
def test_noise_condition(name: str, checkout: Path) -> None:
    divided = "S = [sum(row) for row in T]\nT = [[x/s for x in row] for row, s in zip(T, S)]"
    setup = f"{MATRICES[name]}\n{divided}"
    found = measured(setup, {"noise": f"sc.noise_condition(T, budget={SECONDS})"}, checkout)
    assert found.grown < MOST
    kind, text = found.told["noise"]
    assert kind == "answer" or len(text) <= LONGEST


NARROWER = (
    "sc.certify('focal', 'l2').at(gamma=10**9)",
    "sc.certify('focal', 'entropy').at(gamma=Fraction(10**9 + 1, 2), C=10**6)",
    "sc.certify('taylor_ce', 'l2').at(t=20)",
    "sc.certify('agce', 'l2').at(a=10**900, q='1/2')",
    "sc.certify('temperature_ce', 'l2').at(tau=Fraction(1, 10**900), C=10**9)",
)


def test_narrower_scopes(checkout: Path) -> None:
    found = measured("", {asked: f"{asked}.to_text(full=True)" for asked in NARROWER}, checkout)
    assert found.grown < MOST
    assert set(found.told) == set(NARROWER)
    assert not [asked for asked, (kind, text) in found.told.items() if kind != "answer" and len(text) > LONGEST]


ON_THE_LINE = {name: code for name, code in (NUMBERS | NESTS | OF_ISSUES).items() if code.startswith("loss = ")}
assert len(ON_THE_LINE) > len(NUMBERS)
assert set(MANY) - set(ON_THE_LINE)


@pytest.mark.parametrize(
    "name", [*OF_ISSUES, "squares", *(pytest.param(n, marks=pytest.mark.slow) for n in sorted(ON_THE_LINE)[::3])]
)
def test_the_command_line_reports_no_bug(name: str, checkout: Path) -> None:
    formula = ON_THE_LINE[name].removeprefix("loss = ").strip("'")
    done = subprocess.run(
        [sys.executable, "-m", "symcheck", "certify", "--formula", formula, "l2", "--full", "--budget", str(SECONDS)],
        env={**os.environ, "PYTHONPATH": str(checkout)},
        capture_output=True,
        text=True,
        timeout=GUARD,
        check=False,
    )
    assert done.returncode in (0, 1, 2, 64), done.stderr[-1500:]
    assert len(done.stderr) <= LONGEST + 100
