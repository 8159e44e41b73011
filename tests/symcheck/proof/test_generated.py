"""Of what is PROVED of random formulas, with parameters and at numbers of classes, the small checker verifies 95 %."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest

from symcheck.certificates.certificate import Certificate
from symcheck.certificates.certify import certify
from symcheck.errors import SymcheckError
from symcheck.findings.verdict import Verdict
from symcheck.intake.parser import parsed
from symcheck.language.parameter import Parameter
from tests.symcheck.proof.of_pairs import count, not_verified

SHARE = 0.95
BUDGET = 5.0

PARAMETERS = {
    "q": Parameter("q", above=0, at_most=1), "s": Parameter("s", above=0), "m": Parameter("m", at_least=0),
    "n": Parameter("n", at_least=1, integer=True),
}  # fmt: skip
CLASSES = (None, None, 2, 3, 10, (2, 100))


def scalar(u: str, depth: int, rng: random.Random) -> str:
    """A text in ``u``, numbers and parameters, of such a depth."""
    if depth == 0:
        return rng.choice([u, f"(1 - {u})", f"(1 + {u})", "2", "1/3", "s", "q", "log(2)", "sqrt(3)"])
    a = scalar(u, depth - 1, rng)
    b = scalar(u, depth - 1, rng)
    power = rng.choice(["2", "3", "(1/2)", "(3/2)", "q", "(q - 1)", "s", "(-1)"])
    return rng.choice([
        f"({a} + {b})", f"({a})*({b})", f"({a})/({b} + 1)", f"exp(-({a}))", f"log(1 + {a})", f"({a})**{power}",
        f"sqrt(1 + {a})", f"softplus({a})", f"log_sigmoid({a})", f"sigmoid({a})", f"relu({a} + 1)",
        f"({a} + m)", f"maximum({a}, -({b}))", f"abs({a} + 2)", f"({a} + n)",
    ])  # fmt: skip


def loss(rng: random.Random) -> str:
    """A loss of which kappa may be positive."""
    depth, p = rng.choice([1, 1, 2, 2]), "softmax(z)[y]"
    return rng.choice([
        f"-({scalar(p, depth, rng)})", f"logsumexp(z) - z[y] + ({scalar(p, depth, rng)})",
        f"total({scalar('softmax(z)', depth, rng)}) - ({scalar(p, depth, rng)})",
        f"total(({scalar('softmax(z)', depth, rng)} - onehot(y))**2)",
        f"total({scalar('sigmoid(z - z[y])', depth, rng)})",
        f"({scalar(p, depth, rng)})/total({scalar('softmax(z)', 1, rng)})",
        f"-log_softmax({rng.choice(['s*z', 'z/s', 'z/(1 + q)'])})[y] - m*({scalar(p, depth, rng)})",
    ])  # fmt: skip


def regularizer(rng: random.Random) -> str:
    """A regularizer that may be definite at 0."""
    depth = rng.choice([1, 2, 2])
    u = rng.choice(["softmax(z)", "sigmoid(z)", "exp(z)", "z**2", "(z - mean(z))**2", "abs(z)**3", "softplus(z)"])
    return rng.choice([
        f"total(({scalar(u, depth, rng)})*z**2)", f"total(z**2)*({scalar('mean(softmax(z)**2)', depth, rng)})",
        f"total(({scalar('z**2', depth, rng)})) + total(z**2)",
        f"({scalar('total(z**2)', depth, rng)}) + s*total(z**2)",
        f"-total(log({scalar('softmax(z)', 1, rng)}))", f"mean(({scalar(u, depth, rng)} - 1/2)**2) + mean(z**2)",
    ])  # fmt: skip


def certificates(seed: int, losses: int, regularizers: int) -> Iterator[Certificate]:
    """So many random formulas, those without an error."""
    rng = random.Random(seed)

    def made(text: Callable[[random.Random], str], *, first: bool) -> Certificate | None:
        formula, classes = text(rng), rng.choice(CLASSES)
        try:
            read = parsed(formula, parameters=PARAMETERS)
            return certify(*((read, "l2") if first else ("cross_entropy", read)), classes=classes, budget=BUDGET)
        except SymcheckError:
            return None

    found = [made(loss, first=True) for _ in range(losses)] + [
        made(regularizer, first=False) for _ in range(regularizers)
    ]
    yield from (c for c in found if c is not None)


@pytest.mark.parametrize(
    ("seed", "losses", "regularizers"), [(1, 24, 12), pytest.param(2, 300, 150, marks=pytest.mark.slow)]
)
def test_the_share_of_random_findings(seed: int, losses: int, regularizers: int) -> None:
    proved = verified = 0
    left = []
    for certificate in certificates(seed, losses, regularizers):
        of_one, shown = count(certificate)
        proved, verified = proved + of_one, verified + shown
        left += [
            (str(certificate.loss.formula), str(certificate.regularizer.formula), *x) for x in not_verified(certificate)
        ]
    assert proved > losses
    assert verified >= SHARE * proved, left


def all_verified(certificate: Certificate) -> None:
    """Both the loss and the regularizer, with all five conditions."""
    assert certificate.verdict is Verdict.PROVED
    assert count(certificate) == (5, 5), not_verified(certificate)


OFF_THEIR_KINKS = [
    "relu(1 + softmax(z)[y])", "abs(softmax(z)[y] - 2)", "maximum(softmax(z)[y] - 2, -3) - 2*softmax(z)[y]",
    "minimum(softmax(z)[y], 2)", "branch(2 - softmax(z)[y], -log_softmax(z)[y], z[y]**2)",
    "mean(abs(z - 1)) - abs(z[y] - 1)", "mean(relu(1 + z)) - relu(1 + z)[y]",
]  # fmt: skip


@pytest.mark.parametrize("formula", OFF_THEIR_KINKS)
@pytest.mark.parametrize("classes", [None, 2, 3, (2, 10_000)])
def test_kinks_that_are_not_at_0(formula: str, classes: int | tuple[int, int] | None) -> None:
    all_verified(certify(f"{formula} - 4*log_softmax(z)[y]", "l2", classes=classes))


@pytest.mark.parametrize("k", ["5/2", "3", "7/2", "4", "5"])
@pytest.mark.parametrize("vector", ["z", "(z - mean(z))"])
def test_high_powers_of_an_absolute_value(k: str, vector: str) -> None:
    all_verified(certify("cross_entropy", f"total(abs({vector})**({k})) + total(z**2)"))


@pytest.mark.parametrize(
    "number",
    ["log(2)", "sqrt(3)", "exp(-1)", "(1 - log(2))", "(sqrt(2) - 7/5)", "sqrt(C)", "C**(7/10)*C**(1/5)",
     "(log(C) + 1)/C", "1/sqrt(C)", "log(C + 1)/log(C)", "(exp(1) - 2)", "(2**(1/3) - 5/4)", "softplus(3)",
     "sigmoid(-2)", "tanh(1/C)"],
)  # fmt: skip
@pytest.mark.parametrize("classes", [None, 2, 7])
def test_constants(number: str, classes: int | None) -> None:
    all_verified(certify(f"-{number}*log_softmax(z)[y]", "l2", classes=classes))
