"""log_sigmoid(x) is -softplus(-x) in every reading, and is written as it was given."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
import torch
import torch.nn.functional as F
from torch import nn

import symcheck as sc
from symcheck.budget import Budget
from symcheck.certificates.certificate import Certificate
from symcheck.conditions.convexity.finding import is_convex
from symcheck.conditions.everywhere.bounded import Bounds, bounds_of
from symcheck.field.everywhere_field import EverywhereField
from symcheck.intake.parser import parsed
from symcheck.language.formula import Formula
from symcheck.language.functions import softplus
from symcheck.language.nonnegative import Nonnegative
from symcheck.language.scope import Scope
from symcheck.language.terms_of import term_of_formula
from symcheck.readings.explicit.explicit import value_at
from symcheck.readings.fixed import elements_of
from symcheck.readings.jet import expansion_at_zero
from symcheck.readings.orbit.orbit import orbit_expansion
from symcheck.readings.weight import is_continuous
from symcheck.reason import Undecided
from symcheck.render.torch_code import torch_code

LEADS = (
    "z[y]",
    "z[y] - mean(z)",
    "softmax(z)[y]",
    "2*z[y] - total(z, but=y)",
    "logsumexp(z) - z[y]",
    "z[y]*mean(z) - 1/3",
)
CORES = (
    "-log_sigmoid({})", "log_sigmoid({})**2", "exp(log_sigmoid({}))", "-log_sigmoid({})*sigmoid(1 - z[y])",
    "sqrt(-log_sigmoid({}))", "log(1 - log_sigmoid({}))", "relu(1 - log_sigmoid({}))", "-log_sigmoid(log_sigmoid({}))",
    "-log_sigmoid({}) - 1/5*log_sigmoid(-z[y])", "abs(log_sigmoid({}))**3",
)  # fmt: skip
SUMS = ("{}", "{} - total(log_sigmoid(z), but=y)", "{} + mean(log_sigmoid(-z)**2)", "{}/(2 - total(log_sigmoid(z)))")


def drawn(seed: int) -> str:
    """A formula in which log_sigmoid occurs."""
    rng = random.Random(seed)
    return rng.choice(SUMS).format(rng.choice(CORES).format(rng.choice(LEADS)))


def spelled_out(formula: Formula) -> Formula:
    """The same with -softplus(-x) in its place."""
    return formula.replaced(
        lambda place, args: -softplus(-args[0]) if formula.nodes[place].op == "log_sigmoid" else None
    )


TEXTS = sorted({drawn(seed) for seed in range(60)})


@pytest.mark.parametrize("text", TEXTS)
def test_readings_agree_with_softplus(text: str) -> None:
    formula = parsed(text, kind="loss")
    other = spelled_out(formula)
    assert "log_sigmoid" not in str(other)
    assert str(formula) == text
    scope, budget = Scope(), Budget()
    field = EverywhereField(scope, budget)
    readings: tuple[Callable[[Formula], object], ...] = (
        lambda f: [a.text() for a in elements_of(f.with_powers_of_abs(), field, None)],
        lambda f: expansion_at_zero(f.with_powers_of_abs(), field),
        lambda f: orbit_expansion(f.with_powers_of_abs(), scope),
        lambda f: bounds_shown(bounds_of(f, scope, budget)),
        lambda f: is_convex(f, scope, budget),
        lambda f: is_continuous(f.with_powers_of_abs()),
    )
    for reading in readings:
        assert outcome(reading, formula) == outcome(reading, other)
    assert value_at(formula, [4, -3, 1], {}).overlaps(value_at(other, [4, -3, 1], {}))


def outcome(reading: Callable[[Formula], object], formula: Formula) -> object:
    """What a reading says, or with which code it stops."""
    try:
        return reading(formula)
    except Undecided as stop:
        return stop.reason.code


def bounds_shown(bounds: Bounds) -> tuple[object, ...]:
    """Bounds with their ends as text."""
    found = bounds.range
    ends = None if found is None else [end and end.text() for end in (found.low, found.high)]
    return ends, bounds.reason


@pytest.mark.parametrize("text", TEXTS[::6])
def test_certificates_agree_with_softplus(text: str) -> None:
    formula = parsed(text, kind="loss")
    found, other = said(sc.certify(text, "l2")), said(sc.certify(str(spelled_out(formula)), "l2"))
    assert found == other


def said(certificate: Certificate) -> tuple[object, ...]:
    """What a certificate says, without the text of the formula."""
    findings = [(f.condition, f.verdict) for f in certificate.findings]
    return certificate.verdict, certificate.tier, str(certificate.kappa), findings


@pytest.mark.parametrize("x", ["z[y]", "3*z[y] - mean(z)"])
def test_one_canonical_form(x: str) -> None:
    for other in (f"-softplus(-({x}))", f"log(sigmoid({x}))", f"{x} - softplus({x})", f"-log(1 + exp(-({x})))"):
        found = sc.same(f"log_sigmoid({x})", other)
        assert found.verdict is sc.Verdict.PROVED
        assert "equal" in str(found)


def test_it_prints_as_typed() -> None:
    certificate = sc.certify("-log_sigmoid(2*(z[y] - total(z, but=y)))", "l2", classes=2)
    assert "-log_sigmoid(2*(z[y] - total(z, but=y)))" in str(certificate)
    assert r"-\log \sigma\left(" in certificate.to_latex()
    # phi(h) = -log sigmoid(2 h): phi'(0) = -1, b_y = -1 for z_y and 1 for the other; kappa = 1 - (-1)
    assert str(certificate.kappa) == "2"


def test_the_checker_reads_it() -> None:
    certificate = sc.certify(
        "-log_sigmoid(z[y]) - total(log_sigmoid(-z), but=y)", "total(-log_sigmoid(z) - log_sigmoid(-z))"
    )
    # the slopes at 0 are -1/2 at the label and 1/2 at the others; g'' = 2 sigmoid(0) sigmoid(0) = 1/2
    assert str(certificate.kappa) == "1"
    assert {f.condition.name for f in sc.verify(certificate.to_json()).findings} >= {
        f.condition.name for f in certificate.findings[:5]
    }


def test_minus_it_is_at_least_0() -> None:
    assert Nonnegative(None).holds(term_of_formula(parsed("-log_sigmoid(z[y])", kind="loss")))
    assert not Nonnegative(None).holds(term_of_formula(parsed("log_sigmoid(z[y])", kind="loss")))


def test_torch_code_is_read_and_written() -> None:
    module = nn.LogSigmoid()
    for code in (
        lambda z, y: -F.logsigmoid(z).gather(1, y[:, None]).mean(),
        lambda z, y: -module(z).gather(1, y[:, None]).mean(),
    ):
        assert sc.certify(code, "l2").loss.formula == parsed("-log_sigmoid(z)[y]")
    source = torch_code(parsed("-log_sigmoid(z[y]) + log(sigmoid(-z))[y]"))
    assert source.count("F.logsigmoid(") == 2
    space: dict[str, object] = {}
    exec(source, space)  # noqa: S102 - the code that was just written
    z = torch.tensor([[3.0, -200.0], [0.0, 1.0]], dtype=torch.float64)
    y = torch.tensor([1, 0])
    entry = z.gather(1, y[:, None]).squeeze(1)
    torch.testing.assert_close(space["loss"](z, y), -F.logsigmoid(entry) + F.logsigmoid(-entry))  # type: ignore[operator]


def test_numpy_code() -> None:
    source = sc.derivatives("-log_sigmoid(z[y])").to_python()
    assert "def log_sigmoid(x):" in source
    space: dict[str, object] = {}
    exec(source, space)  # noqa: S102 - the code that was just written
    # -log sigmoid(-800) = 800 + log(1 + e^-800), with the slope -sigmoid(800) = -1
    assert space["loss"]([[-800.0, 1.0]], [0]).tolist() == [800.0]  # type: ignore[operator]
    assert space["gradient"]([[-800.0, 1.0]], [0]).tolist() == [[-1.0, 0.0]]  # type: ignore[operator]


def test_torchs_name_for_it_is_known() -> None:
    with pytest.raises(sc.SymcheckError, match=r"unknown function logsigmoid; did you mean log_sigmoid\?"):
        parsed("-logsigmoid(z[y])")
