"""Kinks that are none, kinks that leave the gradient, and kinks that do not: what a certificate says of each."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import pytest

import symcheck as sc
from symcheck.findings.finding import Finding
from symcheck.language.term import Label, Scalar, Vec

SMOOTH, GRADIENT = sc.Condition.LOSS_SMOOTH, sc.Condition.LOSS_GRADIENT
PROVED, REFUTED = sc.Verdict.PROVED, sc.Verdict.REFUTED


def findings(text: str, penalty: str = "l2") -> dict[sc.Condition, Finding]:
    return {f.condition: f for f in sc.certify(text, penalty).findings}


IDLE = (
    "relu(amax(z) - 10)",
    "relu(amin(z) - 1/10)",
    "relu(amax(z, but=y) - 1)",
    "relu(sqrt(total(z**2)) - 1)",
    "maximum(amax(z) - 3, 0)",
    "minimum(2, maximum(abs(z[y]) - 2, 0))",
    "branch(amax(z), z[y] - z[y], mean(z) - mean(z))",
    "branch(abs(z[y]) - 1, z[y], 0)",
    "abs(z[y] - z[y])",
    "abs(2*z[y] - z[y] - z[y])",
    "amax(z - z)",
    "total(relu(0*z))",
    "total(abs(z)*0)",
    "amax(z*0)",
    "total(minimum(relu(abs(z) - 1), amax(z)**2 + 1))",
    "total(branch(z - z[y], z - z, 0*z))",
)
"""Parts with a kink in them that are 0 near z = 0."""


@pytest.mark.parametrize("part", IDLE)
def test_a_kink_in_an_idle_part_is_none(part: str) -> None:
    plain = sc.certify("cross_entropy", "l2")
    cert = sc.certify(f"logsumexp(z) - z[y] + ({part})", "l2")
    assert (cert.verdict, cert.tier, str(cert.kappa)) == (plain.verdict, plain.tier, "1")


@pytest.mark.parametrize(
    "loss",
    [
        "total(maximum(1 - onehot(y) + z - z[y], 0))",
        "total(relu(1 - onehot(y) + z - z[y]))",
        "total(maximum(0, 1 - onehot(y) + z - z[y]))",
        "-total(minimum(onehot(y) - 1 - z + z[y], 0))",
        "total(branch(1 - onehot(y) + z - z[y], 1 - onehot(y) + z - z[y], 0))",
        "total(abs(1 - onehot(y) + z - z[y]))",  # near z = 0 alone
        "total((1 - onehot(y))*relu(1 + z - z[y]))",
    ],
)
def test_an_entry_that_is_always_0_has_no_kink(loss: str) -> None:
    # Weston-Watkins: at the label 1 - 1 + z_y - z_y = 0 for every z, and kappa = C.
    cert = sc.certify(loss, "l2")
    assert (cert.verdict, cert.tier, str(cert.kappa)) == (PROVED, sc.Tier.SCALED, "C")


@pytest.mark.parametrize(
    "loss",
    [
        "total(maximum(1 - 2*onehot(y) + z - z[y], -1))",  # level with -1 at the label: it is -1 there for every z
        "total(maximum(1 - onehot(y) + z - z[y]/2, 0)) + z[y]/2 - mean(z)/2",  # relu(z_y/2) at the label
    ],
)
def test_an_entry_that_is_level_at_0_alone_has_one(loss: str) -> None:
    cert = sc.certify(loss, "l2")
    is_fixed = loss.endswith("-1))")
    assert (cert.verdict is PROVED) == is_fixed
    assert (cert.tier is sc.Tier.NONDIFF) != is_fixed


@pytest.mark.parametrize(
    "part",
    [
        "relu(amax(z) - 0)",
        "relu(amax(z))",
        "branch(amax(z), z[y], 0)",
        "abs(amax(z) + 1)",  # it is taken with slope 1
        "maximum(amax(z) + 1, 0)",
        "abs(z[y] - mean(z))",
        "total(relu(z - z[y]))",
        "total(abs(z - amax(z)))",
    ],
)
def test_a_kink_that_is_met_stays(part: str) -> None:
    cert = sc.certify(f"logsumexp(z) - z[y] + ({part})", "l2")
    assert cert.tier is sc.Tier.NONDIFF
    assert all(f.witness is not None for f in cert.findings if f.condition in (SMOOTH, GRADIENT))


@pytest.mark.parametrize(
    "part",
    [
        "relu(branch(z[y], 5, -1) - 2)",  # it jumps to 3
        "relu(branch(amax(z), 5, -1) - 2)",
        "relu(sqrt(z[y]) - 1)",  # no value for z_y < 0
        "relu(z[y]**(1/3) - 1)",
        "branch(sqrt(z[y]), 2*z[y], z[y] + z[y])",
    ],
)
def test_a_sign_at_0_says_nothing_where_a_value_jumps_or_ends(part: str) -> None:
    assert sc.certify(f"logsumexp(z) - z[y] + ({part})", "l2").verdict is not PROVED


GRADIENTS = {
    # gradient of the second summand 0, so that kappa and the tier are those of cross entropy
    "total(z*abs(z))": "1",
    "relu(z[y])**2": "1",
    "total(abs(z)**1.5)": "1",
    "total(relu(z)**(3/2))": "1",
    "total((z - amax(z))**2)": "1",
    "amax(z)*amin(z)": "1",
    "total(z**2)**(3/4)": "1",
    "relu(amax(z))*relu(mean(z))": "1",
    "sqrt(total(z**2))*z[y]": "1",
    "abs(z[y] - mean(z))*amax(z)": "1",
    # with a gradient of its own
    "mean(z/(abs(z) + 1/4)) - z[y]/(abs(z[y]) + 1/4)": "5",  # MUH times 4
    "mean(z)/(abs(mean(z)) + 1) - z[y]/(abs(z[y]) + 1)": "2",
    "(total(branch(abs(z - onehot(y)) - 1, abs(z - onehot(y)) - 1/2, (z - onehot(y))**2/2)) + mean(z))": "2",
    "branch(z[y] - mean(z), mean(z) - z[y], (exp(mean(z) - z[y]) - 1))": "2",
}


@pytest.mark.parametrize("part", GRADIENTS)
def test_a_gradient_may_exist_where_the_second_derivative_does_not(part: str) -> None:
    cert = sc.certify(f"logsumexp(z) - z[y] + {part}", "l2")
    kappa = GRADIENTS[part]
    assert cert.tier is (sc.Tier.EXACT if kappa == "1" else sc.Tier.SCALED)
    assert str(cert.kappa) == kappa
    found = {f.condition: f for f in cert.findings}
    assert found[GRADIENT].verdict is PROVED
    # The conditions of Theorem 2 ask for C^2, which is refuted by a witness or open.
    assert found[SMOOTH].verdict is not PROVED
    assert cert.verdict is not PROVED
    assert not any(t.name.startswith("Theorem 2") for t in cert.theorems)


@pytest.mark.parametrize("exponent", ["1", "1.0", "2/2"])
@pytest.mark.parametrize("part", ["abs(z[y])", "relu(z[y])", "sqrt(total(z**2))"])
def test_a_power_of_1_has_the_kink_of_its_base(part: str, exponent: str) -> None:
    assert sc.certify(f"{part}**({exponent}) - z[y]", "l2").tier is sc.Tier.NONDIFF


def test_a_certificate_says_how_a_gradient_at_a_kink_was_found() -> None:
    steps = findings("logsumexp(z) - z[y] + amax(z)*amin(z)")[GRADIENT].derivation
    found = {step.by for step in steps if "d l/d z_y" in step.name}
    # At C = 2 the largest of the others is one entry, so that it is looked at alone.
    told = "kinks as unknowns, which cancel to first order; one-sided series agree at C ="
    assert found == {f"{told} 2", f"{told} 3, 5, 11"}


@pytest.mark.parametrize(("beta", "has_knot"), [("1", True), ("99/100", False), ("101/100", False), ("2", False)])
def test_smooth_l1_has_a_knot_at_its_own_width_alone(beta: str, has_knot: bool) -> None:
    kappa, beta = min(Fraction(1), 1 / Fraction(beta)), f"({beta})"
    d = "abs(z - onehot(y))"
    near = f"minimum(maximum(z - onehot(y), -{beta}), {beta})"
    for loss in (
        f"total(branch({d} - {beta}, {d} - {beta}/2, {d}**2/(2*{beta})))",
        f"total({near}*(z - onehot(y) - {near}/2))/{beta}",
    ):
        cert = sc.certify(loss, "l2")
        # b_y = -min(1, 1/beta) e_y: a drift along (1, ..., 1), and kappa > 0
        assert cert.tier is sc.Tier.QUOTIENT
        assert cert.kappa == kappa
        assert (findings(loss)[SMOOTH].verdict is REFUTED) == has_knot
    # Clamped, each entry has one side; branched, the side of one has a kink at the value of another.
    assert (findings(loss)[SMOOTH].verdict is PROVED) != has_knot


def test_a_width_that_is_free_is_told_apart_by_its_knot() -> None:
    beta = sc.Parameter("beta", above=0)

    def smooth_l1(z: Vec, y: Label) -> Scalar:
        d = sc.abs(z - sc.onehot(y))
        return sc.total(sc.branch(d - beta, d - beta / 2, d**2 / (2 * beta)))

    cert = sc.certify(smooth_l1, "l2")
    # The gradient -min(1, 1/beta) e_y has a drift for every beta.
    assert cert.tier is sc.Tier.QUOTIENT
    assert {str(c.where) for c in cert.cases} == {"beta < 1", "beta = 1", "beta > 1"}


@pytest.mark.parametrize("C", [2, 3, 5, 10])
@pytest.mark.parametrize(("nudge", "is_smooth"), [("0", False), ("1/100", True), ("-1/100", True)])
def test_phuber_has_a_kink_at_tau_equal_to_C_alone(C: int, nudge: str, is_smooth: bool) -> None:
    tau = C + Fraction(nudge)
    cert = sc.certify(sc.losses.PHuberCE(tau=tau), "l2", classes=C)
    found = {f.condition: f for f in cert.findings}
    assert found[GRADIENT].verdict is PROVED
    # kappa = min(1, tau/C)
    assert cert.kappa == min(Fraction(1), tau / C)
    assert found[SMOOTH].verdict is (PROVED if is_smooth else REFUTED)


def bi_tempered(
    t1: Fraction, t2: Fraction, iterations: int, largest: Callable[[Vec], Scalar]
) -> Callable[[Vec, Label], Scalar]:
    """The bi-tempered loss as its authors compute it: a fixed point of the normalisation, around the largest score."""

    def raised(x: Vec) -> Vec:
        return sc.relu(1 + (1 - t2) * x) ** (1 / (1 - t2))

    def loss(z: Vec, y: Label) -> Scalar:
        m = largest(z)
        centred = z - m
        x = centred
        for _ in range(iterations):
            x = centred * sc.total(raised(x)) ** (1 - t2)
        scale = sc.total(raised(x))
        p = raised(z - m + ((1 / scale) ** (1 - t2) - 1) / (1 - t2))
        return -(p[y] ** (1 - t1) - 1) / (1 - t1) - (1 - sc.total(p ** (2 - t1))) / (2 - t1)

    return loss


@pytest.mark.parametrize("iterations", [1, 2, 5])
@pytest.mark.parametrize(("t1", "t2"), [("1/2", "3/2"), ("4/5", "6/5"), ("1/2", "2")])
@pytest.mark.parametrize("largest", [sc.amax, lambda z: sc.detach(sc.amax(z)), lambda z: sc.maximum(sc.amax(z), 0)])
def test_a_shift_that_cancels_to_first_order_leaves_the_gradient(
    t1: str, t2: str, iterations: int, largest: Callable[[Vec], Scalar]
) -> None:
    # p is invariant to first order at z = 0, where 5 iterations or 1 give the exact normalisation: kappa = C^(t1 - t2).
    first, second = Fraction(t1), Fraction(t2)
    cert = sc.certify(bi_tempered(first, second, iterations, largest), "l2")
    assert cert.tier is sc.Tier.SCALED
    exponent = first - second
    assert cert.at(C=10).kappa.equals(10 ** sc_rational(exponent))


def sc_rational(x: Fraction) -> object:
    import sympy

    return sympy.Rational(x.numerator, x.denominator)


@pytest.mark.parametrize(
    ("penalty", "verdict"),
    [
        ("total(z*abs(z)) + total(z**2)", PROVED),
        ("relu(z_sum)".replace("z_sum", "total(z)") + "**2", PROVED),
        ("amax(z)**2 + total(z**2)", PROVED),
        ("total(abs(z)**1.5) + total(z**2)", PROVED),
        ("total(z/(1 + abs(z)))", REFUTED),  # its gradient is 1
        ("total(abs(z)) + total(z**2)", REFUTED),
    ],
)
def test_a_penalty_with_a_kink_may_be_stationary_at_0(penalty: str, verdict: sc.Verdict) -> None:
    found = findings("cross_entropy", penalty)
    assert found[sc.Condition.REGULARIZER_GRADIENT].verdict is verdict
    assert found[sc.Condition.REGULARIZER_SMOOTH].verdict is not PROVED
