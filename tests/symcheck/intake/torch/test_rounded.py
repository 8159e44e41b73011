"""Rounded floats in torch code: read exactly where one number is likely, and never the ground of a verdict."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from fractions import Fraction
from itertools import product

import pytest
import sympy as sp
import torch
import torch.nn.functional as F

import symcheck as sc
from symcheck.certificates.certificate import Certificate
from symcheck.findings.condition import Condition
from symcheck.findings.tier import Tier
from symcheck.findings.verdict import Verdict
from symcheck.reason import Code
from tests.sampled import one_in, one_of_each

Loss = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]

COUNTS = torch.tensor([5000.0, 2997, 1796, 1077, 645, 387, 232, 139, 83, 50])  # CIFAR-10-LT
INVERSE_ROOTS = 1 / COUNTS.sqrt()
T = torch.full((10, 10), 0.05).fill_diagonal_(0.55)


def ce(z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return F.cross_entropy(z, y)


def targets(number: float, classes: int) -> Loss:
    """The squared distance to the one-hot vector less ``number``: SCALED with kappa = 2 if this is 1/C."""
    return lambda z, y: ((z - (F.one_hot(y, classes) - number)) ** 2).sum(1).mean()


def codes(cert: Certificate) -> set[Code]:
    return {f.reason.code for f in cert.findings if f.reason is not None}


EXACT: list[tuple[Loss, object]] = [
    (targets(1 / 3, 3), 2),
    (targets(1 / 7, 7), 2),
    (targets(1 - 0.9, 10), 2),
    (targets(0.1 + 0.1 + 0.1 - 0.2, 10), 2),
    (lambda z, y: F.cross_entropy(z, y, label_smoothing=0.1 / 7), sp.Rational(69, 70)),
    (lambda z, y: F.cross_entropy(z, y, label_smoothing=1 - 0.9), sp.Rational(9, 10)),
    (lambda z, y: F.cross_entropy(z, y, label_smoothing=0.7 / 9), sp.Rational(83, 90)),
    (lambda z, y: F.cross_entropy(z, y, label_smoothing=1 - 0.99), sp.Rational(99, 100)),
    (lambda z, y: F.cross_entropy(z, y, label_smoothing=0.1 * 3), sp.Rational(7, 10)),
    (lambda z, y: ce(z, y) / math.log(10), 1 / sp.log(10)),
    (lambda z, y: ce(z, y) * math.log(7), sp.log(7)),
    (lambda z, y: ce(z, y) - 0 * math.log2(3) * z.sum(), 1),
    (lambda z, y: ce(z * (1 / 3.0), y), sp.Rational(1, 3)),
    (lambda z, y: ce(z / 0.07, y), sp.Rational(100, 7)),
    (lambda z, y: ce(z / (2 / 3), y), sp.Rational(3, 2)),
    (lambda z, y: math.sqrt(2) * ce(z, y), sp.sqrt(2)),
    (lambda z, y: ce(z, y) / math.sqrt(10), 1 / sp.sqrt(10)),
    (lambda z, y: ce(z, y) * 2 ** (1 / 3), 2 ** sp.Rational(1, 3)),
    (lambda z, y: math.e * ce(z, y), sp.E),
    (lambda z, y: math.exp(-2) * ce(z, y), sp.exp(-2)),
    (lambda z, y: ce(z, y) * (1 - 0.8) / (1 - 1.3), -sp.Rational(2, 3)),
]


@pytest.mark.parametrize(("loss", "kappa"), EXACT)
def test_a_float_that_is_recognised_is_exact(loss: Loss, kappa: sp.Expr) -> None:
    cert = sc.certify(loss, "l2", classes=None)
    assert cert.scope.parameters == ()
    assert not cert.kappa.free_symbols
    assert abs(sp.N(cert.kappa - kappa, 40)) < 1e-35
    expected = Tier.EXACT if kappa == 1 else Tier.FAIL if sp.sympify(kappa) < 0 else Tier.SCALED
    assert cert.tier is expected
    assert all(len(str(n.number)) < 12 for n in cert.loss.formula.nodes if n.number is not None)


def test_what_was_read_is_noted() -> None:
    cert = sc.certify(targets(1 / 3, 3), "l2")
    assert any(note.startswith("the float 0.3333333333333333 is read as 1/3, at ") for note in cert.loss.notes)
    cert = sc.certify(lambda z, y: DATA * ce(z, y), "l2")
    (note,) = cert.loss.notes
    assert note.startswith(
        "the float 2.991568987687591 was computed: it is r_1, any number in [2.99156898768, 2.99156898769] (rounded)"
    )


DATA, GAMMA = math.gamma(0.3), math.gamma(1 / 3)

FREE: list[tuple[Loss, str]] = [
    (lambda z, y: DATA * ce(z, y), "r_1"),
    (lambda z, y: ce(z, y) / DATA, "1/r_1"),
    (lambda z, y: ce(z * GAMMA, y), "r_1"),
    (lambda z, y: DATA * ce(z, y) + GAMMA * ce(z, y), "r_1 + r_2"),
    (lambda z, y: DATA * ce(z, y) * DATA, "r_1**2"),
    (lambda z, y: F.cross_entropy(z, y, label_smoothing=1 / DATA), "1 - r_1"),
    (lambda z, y: F.cross_entropy(z, y, label_smoothing=DATA / 100), "1 - r_1"),
    (lambda z, y: DATA * (z.mean() - z.gather(1, y[:, None])).mean(), "r_1"),
    (lambda z, y: ce(z, y) + DATA * z.mean() - DATA * z.mean(), "1"),  # equal floats are one number
]


@pytest.mark.parametrize(("loss", "kappa"), FREE)
def test_rounded_data_is_a_number_in_an_interval(loss: Loss, kappa: str) -> None:
    cert = sc.certify(loss, "l2")
    assert cert.verdict is Verdict.PROVED
    assert all(p.rounded for p in cert.scope.parameters)
    names = {s.name: s for s in cert.kappa.free_symbols}
    assert sp.simplify(cert.kappa - sp.sympify(kappa, locals=names)) == 0
    assert sc.recheck(cert.to_json()).to_json() == cert.to_json()


def test_an_interval_is_shown_shortly_in_the_scope() -> None:
    cert = sc.certify(lambda z, y: ce(z, y) * (DATA / 300), "l2")
    assert str(cert.scope) == "every C >= 2, every r_1 in [0.00997189662561, 0.00997189662564] (rounded)"
    assert "every r_1 in [0.00997189662561, 0.00997189662564] (rounded)" in " ".join(str(cert).split())


OPEN: list[Loss] = [
    lambda z, y: ce(z, y) + (0.1 + 0.2 - 0.3) * z.mean(),
    lambda z, y: ce(z, y) + (0.1 + 0.7 - 0.8) * z.sum(),
    lambda z, y: ce(z, y) + (1 - 0.9 - 0.1) * z.logsumexp(1).mean(),
    lambda z, y: ce(z, y) + (math.sqrt(2) ** 2 - 2) * z.mean(),
    lambda z, y: ce(z, y) + (3 * 1.1 - 3.3) * z.mean(),
    lambda z, y: DATA * z.mean() + (1 - DATA) * z.mean() - z.mean() + ce(z, y),
    lambda z, y: ce(z, y) + math.sin(math.pi) * z.mean(),
    lambda z, y: (0.1 + 0.2 - 0.3) * ce(z, y),
    lambda z, y: (
        DATA * z.mean() - 2.9915689876875908 * z.mean() + (DATA * DATA - 8.9494850080941569) * z.sum() + ce(z, y)
    ),
]


@pytest.mark.parametrize("loss", OPEN[:-1])
def test_what_rests_on_rounding_is_undecided(loss: Loss) -> None:
    cert = sc.certify(loss, "l2")
    assert cert.verdict is Verdict.UNDECIDED
    assert codes(cert) == {Code.ROUNDING}
    assert cert.tier is None
    finding = cert.finding(Condition.LOSS_GRADIENT)
    assert finding is not None
    assert finding.reason is not None
    assert "Fraction(1, 3) or log(10)" in finding.reason.settle
    assert "(rounded)" in finding.reason.why
    assert sc.recheck(cert.to_json()).to_json() == cert.to_json()


def test_a_float_that_is_zero_is_no_rounding() -> None:
    assert sc.certify(OPEN[-1], "l2").verdict is not Verdict.REFUTED


@pytest.mark.parametrize(
    "regularizer",
    [
        lambda z: (z**2).sum(1).mean() / 2 + (0.1 + 0.2 - 0.3) * z.sum(),
        lambda z: (z**2).sum(1).mean() * (0.1 + 0.2 - 0.3),
        lambda z: ((z - (1 - 0.9 - 0.1)) ** 2).sum(1).mean(),
    ],
)
def test_a_regularizer_that_rests_on_rounding_is_undecided(regularizer: Callable[..., object]) -> None:
    cert = sc.certify("cross_entropy", regularizer)
    assert (cert.verdict, codes(cert)) == (Verdict.UNDECIDED, {Code.ROUNDING})
    assert [p.name for p in cert.scope.parameters] == ["s_1"]


def test_numbers_of_a_loss_and_of_a_regularizer_have_different_names() -> None:
    cert = sc.certify(lambda z, y: DATA * ce(z, y), lambda z: GAMMA * (z**2).sum(1).mean())
    assert cert.verdict is Verdict.PROVED
    assert [p.name for p in cert.scope.parameters] == ["r_1", "s_1"]


REFUTED: list[tuple[Loss, Tier]] = [
    (lambda z, y: -DATA * ce(z, y), Tier.FAIL),
    (lambda z, y: ce(z, y) + DATA * z.mean(), Tier.QUOTIENT),
    (lambda z, y: ce(z, y) + (DATA - 2.99156898) * z.mean(), Tier.QUOTIENT),  # 7.7e-9, known up to 4.4e-16
    (targets(DATA, 5), Tier.QUOTIENT),
    (lambda z, y: DATA * ce(z, y).detach(), Tier.ZERO),
    (lambda z, y: (INVERSE_ROOTS[y] * F.cross_entropy(z, y, reduction="none")).mean(), Tier.CLASSWISE),
    (lambda z, y: ((1 / COUNTS.sqrt())[y] * F.cross_entropy(z, y, reduction="none")).mean(), Tier.CLASSWISE),
    (lambda z, y: F.cross_entropy(z, y, weight=INVERSE_ROOTS / INVERSE_ROOTS.sum(), reduction="sum"), Tier.CLASSWISE),
    (lambda z, y: F.cross_entropy(z, y, weight=(1 - 0.999) / (1 - 0.999**COUNTS), reduction="sum"), Tier.CLASSWISE),
    (lambda z, y: F.cross_entropy(z + (COUNTS / COUNTS.sum()).log(), y), Tier.FAIL),
    (lambda z, y: F.cross_entropy(z - F.one_hot(y, 10) * 0.5 / COUNTS**0.25, y), Tier.CLASSWISE),
]


@pytest.mark.parametrize(("loss", "tier"), one_of_each(REFUTED, lambda sample: sample[1]))
def test_what_fails_wherever_the_numbers_lie_is_refuted(loss: Loss, tier: Tier) -> None:
    cert = sc.certify(loss, "l2")
    assert (cert.verdict, cert.tier) == (Verdict.REFUTED, tier)
    assert cert.witness is not None
    assert not {p.name for p in cert.scope.parameters} & cert.witness.parameters.keys()
    assert sc.recheck(cert.to_json()).to_json() == cert.to_json()


def test_an_arbitrary_table_of_32_bits_is_refuted_by_balls() -> None:
    torch.manual_seed(0)
    for classes in (3, 10, 20):
        table = torch.softmax(torch.randn(classes, classes), 1)
        cert = sc.certify(lambda z, y, t=table: F.nll_loss(torch.log(F.softmax(z, 1) @ t), y), "l2")
        assert (cert.verdict, cert.tier) == (Verdict.REFUTED, Tier.FAIL)


def test_a_table_whose_floats_differ_by_rounding_alone_is_undecided() -> None:
    torch.manual_seed(0)  # with seeds such as 3 every float lies within 2 ulp of 1.9 or -0.1, and is read as that
    exact = torch.linalg.inv(T.double())
    noisy = (exact * (1 + 3e-7 * torch.arange(100).reshape(10, 10) / 100)).float()
    assert len(set(noisy.reshape(-1).tolist())) > 2
    for table in (noisy, torch.linalg.inv(T) * (1 + torch.rand(10, 10) * 1e-7)):
        cert = sc.certify(
            lambda z, y, t=table: -(F.one_hot(y, 10).float() @ t * F.log_softmax(z, 1)).sum(1).mean(), "l2"
        )
        assert (cert.verdict, cert.tier) == (Verdict.UNDECIDED, None)
        assert codes(cert) == {Code.ROUNDING}


def test_equal_floats_in_a_table_are_one_number() -> None:
    exact = torch.full((10, 10), 1 / DATA / 10).fill_diagonal_(1 - 9 / DATA / 10)
    cert = sc.certify(lambda z, y: F.nll_loss(torch.log(F.softmax(z, 1) @ exact), y), "l2")
    assert (cert.verdict, cert.tier) == (Verdict.PROVED, Tier.SCALED)
    assert [p.name for p in cert.scope.parameters] == ["r_1", "r_2"]


def test_a_number_that_may_be_what_cancellation_left_is_told_by_constants_that_come_later() -> None:
    small, large = 2**-40 * 500 * DATA, 1000 * DATA  # above 2^-40, below 2^-40 of the large one

    def alone(z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        return ce(z, y) + small * z.mean()

    cert = sc.certify(alone, "l2")
    assert (cert.verdict, cert.tier) == (Verdict.REFUTED, Tier.QUOTIENT)
    cert = sc.certify(lambda z, y: large * alone(z, y), "l2")
    assert (cert.verdict, codes(cert)) == (Verdict.UNDECIDED, {Code.ROUNDING})
    assert [p.interval.low < 0 for p in cert.scope.parameters] == [True, False]


# bi-tempered logistic loss, by fixed-point iteration, as it was published


def log_t(u: torch.Tensor, t: float) -> torch.Tensor:
    return (u.pow(1 - t) - 1) / (1 - t)


def exp_t(u: torch.Tensor, t: float) -> torch.Tensor:
    return F.relu(1 + (1 - t) * u).pow(1 / (1 - t))


def normalisation(activations: torch.Tensor, t: float, *, centred: bool) -> torch.Tensor:
    mu = activations.max(-1, keepdim=True)[0] if centred else activations.mean(-1, keepdim=True)
    start = activations - mu
    moved = start
    for _ in range(5):
        moved = exp_t(moved, t).sum(-1, keepdim=True).pow(1 - t) * start
    return -log_t(1 / exp_t(moved, t).sum(-1, keepdim=True), t) + mu


def bi_tempered(t1: float, t2: float, *, centred: bool) -> Loss:
    def loss(z: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        p = exp_t(z - normalisation(z, t2, centred=centred), t2)
        o = F.one_hot(y, z.shape[1]).to(z.dtype)
        value = o * (log_t(o + 1e-10, t1) - log_t(p, t1)) - (o.pow(2 - t1) - p.pow(2 - t1)) / (2 - t1)
        return value.sum(-1).mean()

    return loss


@pytest.mark.parametrize(("t1", "t2"), [(0.8, 1.3), (0.8, 1.2), (0.7, 1.4), (0.9, 1.1)])
def test_the_exponents_of_the_bi_tempered_loss_are_exact(t1: float, t2: float) -> None:
    cert = sc.certify(bi_tempered(t1, t2, centred=True), "l2")
    assert cert.scope.parameters == ()
    assert all(len(str(n.number)) < 16 for n in cert.loss.formula.nodes if n.number is not None)
    # The largest of equal logits: two derivatives may differ, and none was seen to.
    assert cert.verdict is Verdict.UNDECIDED
    assert codes(cert) == {Code.KINK}


# exact formulas against their floats

EXACT_NUMBERS = [Fraction(1, 3), Fraction(2, 7), Fraction(1, 10), Fraction(9, 10), Fraction(11, 13), Fraction(7, 5)]


def computed(x: Fraction, source: random.Random) -> float:
    """``x`` as the result of a computation in floating point."""
    p, q = float(x.numerator), float(x.denominator)
    a = source.choice([0.1, 0.3, 0.7, 1.1, 1.3])
    return source.choice(
        [p / q, (p * a) / (q * a), p * (1 / q), (p / q + a) - a, 1 - (1 - p / q), math.exp(math.log(p / q))]
    )


Pair = tuple[str, Callable[..., Loss]]

TEMPLATES: list[Pair] = [
    ("({a})*(logsumexp(z) - z[y])", lambda a, b, c: lambda z, y: a * ce(z, y)),
    ("logsumexp(z) - z[y] + (({a}) + ({b}) - ({c}))*mean(z)",
     lambda a, b, c: lambda z, y: ce(z, y) + (a + b - c) * z.mean()),
    ("logsumexp(z) - z[y] + ({a})*mean(z) + ({b})*mean(z) - ({c})*mean(z)",
     lambda a, b, c: lambda z, y: ce(z, y) + a * z.mean() + b * z.mean() - c * z.mean()),
    ("(({a}) + ({b}) - ({c}))*(logsumexp(z) - z[y])", lambda a, b, c: lambda z, y: (a + b - c) * ce(z, y)),
    ("log(1 + exp(({a})*(mean(z) - z[y]))) + ({b})*mean(z) - ({c})*mean(z)",
     lambda a, b, c: lambda z, y: F.softplus(a * (z.mean(1) - z.gather(1, y[:, None])[:, 0])).mean()
     + b * z.mean() - c * z.mean()),
    ("({a})*relu(mean(z) - z[y] + ({b}) - ({c})) + logsumexp(z) - z[y]",
     lambda a, b, c: lambda z, y: a * F.relu(z.mean(1) - z.gather(1, y[:, None])[:, 0] + b - c).mean() + ce(z, y)),
]  # fmt: skip


@pytest.mark.parametrize("place", one_in(3, range(len(TEMPLATES))))
def test_floats_give_the_verdict_of_the_exact_formula_or_none(place: int) -> None:
    text, made = TEMPLATES[place]
    source = random.Random(place)
    undecided = 0
    for a, b in product(EXACT_NUMBERS[:4], EXACT_NUMBERS[2:]):
        for c in (a + b, b, a + Fraction(1, 2)):
            exact = sc.certify(text.format(a=a, b=b, c=c), "l2")
            loss = made(*(computed(x, source) for x in (a, b, c)))
            found = sc.certify(loss, "l2")
            if found.verdict is Verdict.UNDECIDED and exact.verdict is not Verdict.UNDECIDED:
                assert Code.ROUNDING in codes(found), (text, a, b, c)
                undecided += 1
                continue
            assert (found.verdict, found.tier) == (exact.verdict, exact.tier), (text, a, b, c)
    assert undecided < 48 * 3 / 4
