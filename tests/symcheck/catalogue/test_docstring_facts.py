"""What the docstrings of the entries state beside the formula: identities, sums over the labels, bounds, convexity.

Properties that are read off the words of a docstring are looked at for every entry that has the words; a property
of all z can only be refuted here, so each has a test with an entry that does not have it.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from symcheck.entry import Entry
from symcheck.intake.catalogue import loss_named, names, regularizer_named
from symcheck.intake.parser import parsed
from symcheck.language.formula import Formula
from tests.symcheck.catalogue.floats import value

ALL = [*map(loss_named, names("loss")), *map(regularizer_named, names("regularizer"))]
NUMBERS = [2, 3, 5, 10]
ANY = 1e-11
"""Some hundred operations in float64 on numbers below 1000."""


def words(of: Entry) -> str:
    return " ".join((type(of).__doc__ or "").split())


def saying(phrase: str, but: str = "\n") -> list[Entry]:
    return [of for of in ALL if phrase in words(of) and but not in words(of) and not of.recorded.arrays]


def at_defaults(of: Entry) -> Formula:
    return of.at(**{p.name: p.default for p in of.parameters if p.default is not None}).recorded


def names_of(entries: list[Entry]) -> list[str]:
    return [f"{e.kind}:{e.name}" for e in entries]


# ---------------------------------------------------------------- identities


# (entry, the same function in other words)
IDENTITIES = [
    (loss_named("adaboost_mr"), "1/softmax(z)[y] - 1"),
    (loss_named("alpha_loss", alpha=2), "(1 - softmax(z)[y]**(1/2))/(1/2)"),  # GCE at q = 1 - 1/alpha
    (loss_named("alpha_loss_below_one", alpha="1/2"), "total(exp(z - z[y]), but=y)"),
    (loss_named("amse", a=1), "total((softmax(z) - onehot(y))**2)/C"),
    (loss_named("asymmetric_loss", gamma_plus=0, gamma_minus=0), "total(softplus(z)) - z[y]"),
    (loss_named("aul", q=1, a=3), "1 - softmax(z)[y]"),
    (loss_named("bce_balanced"), "(C - 1)*softplus(-z[y]) + total((1 - onehot(y))*softplus(z))"),
    (loss_named("bce_pos_weight", w=1), "total(softplus(z)) - z[y]"),
    (loss_named("beta_divergence", beta=1), "total((softmax(z) - onehot(y))**2) - 1"),
    (loss_named("bootstrap_soft", beta=1), "-log_softmax(z)[y]"),
    (loss_named("confidence_penalty", beta="1/10"), "-log_softmax(z)[y] + total(softmax(z)*log_softmax(z))/10"),
    (loss_named("cosface", s=2, m=0), "-log_softmax(2*z)[y]"),
    (loss_named("cross_entropy"), "mean(z) - z[y] + (logsumexp(z) - mean(z) - log(C)) + log(C)"),  # MUH + KL + log C
    (loss_named("entmax", alpha=2), "total(entmax(z, 2)*z) - z[y] + (1 - total(entmax(z, 2)**2))/2"),  # sparsemax
    (loss_named("bi_tempered", t1=0, t2=1), "total((softmax(z) - onehot(y))**2)/2"),  # (1 - 2 p_y + sum_k p_k^2)/2
    (loss_named("exponential_margin"), "total(exp(z - z[y]), but=y)"),
    (loss_named("focal", gamma=0), "-log_softmax(z)[y]"),
    (loss_named("gce", q=1), "total(abs(softmax(z) - onehot(y)))/2"),  # half of MAE
    (loss_named("label_smoothing", r="1/4"), "3/4*(mean(z) - z[y]) + logsumexp(z) - mean(z)"),  # (1-r) MUH + KL + log C
    (loss_named("ldr_kl", lambda_=2), "2*(-log_softmax(z/2)[y]) - 2*log(C)"),
    (loss_named("logistic_margin"), "logsumexp(z) - z[y]"),
    (loss_named("negative_label_smoothing", r=-1), "2*(mean(z) - z[y]) + logsumexp(z) - mean(z)"),
    (loss_named("nfl", gamma=0), "log_softmax(z)[y]/total(log_softmax(z))"),
    (loss_named("one_vs_rest_logistic"), "softplus(-z[y]) + total((1 - onehot(y))*softplus(z))"),
    (loss_named("poly_loss", eps=0), "-log_softmax(z)[y]"),
    (loss_named("poly_loss", eps=3), "logsumexp(z) - z[y] + 3*(1 - softmax(z)[y])"),
    (loss_named("reverse_cross_entropy", A=-4), "2*total(abs(softmax(z) - onehot(y)))"),  # -A/2 times MAE
    (loss_named("sce", lambda_=0), "-log_softmax(z)[y]"),
    (loss_named("sigmoid_focal", gamma=0), "total(softplus(z)) - z[y]"),
    (loss_named("sigmoid_margin"), "total(abs(softmax(z) - onehot(y)))/2"),
    (loss_named("square"), "mean(z) - z[y] + total(z**2)/2 - mean(z) + 1/2"),  # the plain one-hot
    (loss_named("square_centred"), "mean(z) - z[y] + total(z**2)/2 + (C - 1)/(2*C)"),  # Corollary 1
    (loss_named("squared_mae"), "total(abs(softmax(z) - onehot(y)))**2/4"),
    (loss_named("symmetric_cross_entropy", alpha=1, beta="1/2", A=-4), "-log_softmax(z)[y] + 2*(1 - softmax(z)[y])"),
    (loss_named("taylor_ce", t=1), "total(abs(softmax(z) - onehot(y)))/2"),
    (loss_named("temperature_ce", tau=1), "logsumexp(z) - z[y]"),
    (loss_named("unhinged_margin"), "2*(mean(z) - z[y]) + 1"),
    (loss_named("z_loss_ce", zeta=2), "-log_softmax(z)[y] + 2*logsumexp(z)**2"),
    (regularizer_named("chi_squared"), "total((softmax(z) - 1/C)**2)*C"),
    (regularizer_named("entropy"), "total(softmax(z)*log(softmax(z)))"),
    (regularizer_named("label_smoothing_as_printed"), "-C*(logsumexp(z) - mean(z) - log(C)) - C*log(C)"),
    (regularizer_named("tsallis", power=2), "total(softmax(z)**2) - 1"),
    (regularizer_named("renyi", order=2), "log(total(softmax(z)**2))"),
    (regularizer_named("logit_squeezing"), "2*(total(z**2)/2)"),
    (regularizer_named("pairwise_differences"), "2*C*(total((z - mean(z))**2)/2)"),
    (regularizer_named("pairwise_differences"), "C*total(z**2) - total(z)**2"),
    (
        regularizer_named("symmetric_kl"),
        "total(softmax(z)*log_softmax(z)) + log(C) + (logsumexp(z) - mean(z) - log(C))",
    ),
]


@pytest.mark.parametrize(("of", "other"), IDENTITIES, ids=[f"{i[0].name}-{n}" for n, i in enumerate(IDENTITIES)])
def test_the_identities_of_the_docstrings(of: Entry, other: str) -> None:
    draw = np.random.default_rng(7)
    for classes in (c for c in NUMBERS if c in of.classes):
        z, y = draw.uniform(-3, 3, classes), int(draw.integers(classes))
        assert value(of.recorded, z, y) == pytest.approx(value(parsed(other), z, y), rel=ANY, abs=ANY)


# (entry near the end of a parameter, what it tends to there)
LIMITS = [
    (loss_named("alpha_loss", alpha="1.0001"), "-log_softmax(z)[y]"),
    (loss_named("alpha_loss", alpha=10000), "1 - softmax(z)[y]"),
    (loss_named("alpha_loss_below_one", alpha="0.9999"), "-log_softmax(z)[y]"),
    (loss_named("entmax", alpha="1.0001"), "-log_softmax(z)[y]"),
    (loss_named("bi_tempered", t1="0.9999", t2="1.0001"), "-log_softmax(z)[y]"),
    (regularizer_named("tsallis", power="1.0001"), "total(softmax(z)*log_softmax(z))"),
    (regularizer_named("renyi", order="1.0001"), "total(softmax(z)*log_softmax(z))"),
    (loss_named("js_divergence", pi_1="0.0001"), "-log_softmax(z)[y]"),
    (loss_named("tempered_mae", alpha="0.0001"), "(1 - 1/C)/(1/10000) + (mean(z) - z[y])/C"),
]


@pytest.mark.parametrize(("of", "other"), LIMITS, ids=[f"{i[0].name}-{n}" for n, i in enumerate(LIMITS)])
def test_the_limits_of_the_docstrings(of: Entry, other: str) -> None:
    # The distance is of the order of the step 1e-4 to the end, times powers of logarithms of p_y > 0.2.
    z = np.array([0.7, -0.2, 0.1])
    assert value(of.recorded, z, 0) == pytest.approx(value(parsed(other), z, 0), abs=5e-3)


# ---------------------------------------------------------------- sums over the labels


SYMMETRIC = saying("sum_y l(z, y)")


def sums(of: Entry, classes: int, scales: tuple[float, ...]) -> list[float]:
    z = np.random.default_rng(8).uniform(-3, 3, classes)
    return [sum(value(at_defaults(of), s * z, y) for y in range(classes)) for s in scales]


@pytest.mark.parametrize("of", SYMMETRIC, ids=names_of(SYMMETRIC))
def test_losses_with_a_constant_sum_over_the_labels(of: Entry) -> None:
    for classes in (c for c in NUMBERS if c in of.classes):
        at_0, *others = sums(of, classes, (0, 1, -0.5))
        assert others == pytest.approx([at_0, at_0], rel=ANY)


def test_a_loss_that_is_not_symmetric_has_no_constant_sum() -> None:
    at_0, *others = sums(loss_named("cross_entropy"), 3, (0, 1, -0.5))
    assert others != pytest.approx([at_0, at_0], rel=0.01)


# ---------------------------------------------------------------- invariance


MOVING = saying("z -> z + t (1, ..., 1) changes it")
INVARIANT = saying("does not change under z -> z + t (1, ..., 1)")


def shifts(of: Entry) -> tuple[float, float]:
    z = np.random.default_rng(10).uniform(-2, 2, 4)
    return value(at_defaults(of), z, 1), value(at_defaults(of), z + 0.7, 1)


@pytest.mark.parametrize("of", INVARIANT, ids=names_of(INVARIANT))
def test_what_does_not_change_under_a_shift(of: Entry) -> None:
    here, there = shifts(of)
    assert here == pytest.approx(there, rel=ANY, abs=ANY)


@pytest.mark.parametrize("of", MOVING, ids=names_of(MOVING))
def test_what_changes_under_a_shift(of: Entry) -> None:
    here, there = shifts(of)
    assert here != pytest.approx(there, rel=1e-6)


# ---------------------------------------------------------------- convexity


CONVEX = saying("onvex", but="oncave")


def highest_excess(of: Entry) -> float:
    """The largest f((a + b)/2) - (f(a) + f(b))/2 over random pairs, relative to the values; > 0 refutes convexity."""
    draw = np.random.default_rng(11)
    formula = at_defaults(of)
    classes = 3 if 3 in of.classes else of.classes.low
    found = []
    for scale in (0.5, 3, 8):
        for _ in range(80):
            a, b = draw.normal(size=(2, classes)) * scale
            ends = value(formula, a, 0), value(formula, b, 0)
            found.append((value(formula, (a + b) / 2, 0) - sum(ends) / 2) / (1 + max(map(abs, ends))))
    return max(found)


@pytest.mark.parametrize("of", CONVEX, ids=names_of(CONVEX))
def test_what_is_called_convex_lies_below_its_chords(of: Entry) -> None:
    assert highest_excess(of) < 1e-12


@pytest.mark.parametrize("of", [loss_named(n) for n in ("mae", "squentropy", "focal", "nce", "jal_ce", "alpha_loss")])
def test_chords_tell_losses_that_are_not_convex(of: Entry) -> None:
    assert (highest_excess(of) > 1e-3) is ("onvex" not in words(of))


# ---------------------------------------------------------------- bounds


# (entry, bounds for C = 4); the suprema are those of the docstrings
BOUNDS = [
    (loss_named("agce", a=1, q=2), 0, (4 - 1) / 2),
    (loss_named("alpha_loss", alpha=2), 0, 2),
    (loss_named("alpha_loss_below_one"), 0, math.inf),
    (loss_named("aul", a=2, q=2), 0, (4 - 1) / 2),
    (loss_named("bi_tempered", t1="1/2"), 0, 2),
    (loss_named("brier"), 0, 2),
    (loss_named("entmax"), 0, math.inf),
    (loss_named("gce", q="1/2"), 0, 2),
    (loss_named("mae"), 0, 2),
    (loss_named("nce"), 0, 1),
    (loss_named("nfl"), 0, 1),
    (loss_named("nmae"), 0, 1 / 3),
    (loss_named("ova_sigmoid"), 0, 4),
    (loss_named("pairwise_sigmoid"), 0, 3),
    (loss_named("reverse_cross_entropy", A=-4), 0, 4),
    (loss_named("soft_capped_ce", eps="1/100"), -math.inf, math.log(100)),
    (loss_named("sparsemax"), 0, math.inf),
    (loss_named("squared_mae"), 0, 1),
    (loss_named("taylor_ce", t=3), 0, 1 + 1 / 2 + 1 / 3),
    (loss_named("tempered_mae", alpha=2), 0, 1 / 2),
    (regularizer_named("chi_squared"), 0, 3),
    (regularizer_named("entropy"), -math.log(4), 0),
    (regularizer_named("entropy_minimization"), 0, math.log(4)),
    (regularizer_named("hellinger_uniform"), 0, 1),
    (regularizer_named("js_uniform"), 0, math.log(2)),
    (regularizer_named("label_smoothing_as_printed"), -math.inf, -4 * math.log(4)),
    (regularizer_named("label_smoothing_penalty"), 0, math.inf),
    (regularizer_named("power_of_p", power="1/2"), 1, 4 ** (1 / 2)),
    (regularizer_named("renyi"), -math.log(4), 0),
    (regularizer_named("symmetric_kl"), 0, math.inf),
    (regularizer_named("tsallis", power=3), -1 / 2, 0),
    (regularizer_named("z_loss"), 0, math.inf),
]


@pytest.mark.parametrize(("of", "low", "high"), BOUNDS, ids=[b[0].name for b in BOUNDS])
def test_the_bounds_of_the_docstrings(of: Entry, low: float, high: float) -> None:
    draw = np.random.default_rng(9)
    formula = at_defaults(of)
    found = [value(formula, draw.normal(size=4) * scale, 1) for scale in (0, 0.1, 1, 5, 10) for _ in range(20)]
    assert low - 1e-12 <= min(found)
    assert max(found) <= high + 1e-12


@pytest.mark.parametrize("name", ["logit_norm", "cosine"])
def test_what_has_no_limit_at_0_is_constant_along_rays(name: str) -> None:
    formula = at_defaults(loss_named(name))
    z, w = np.array([1.0, 2.0, -1.0]), np.array([-1.0, 0.5, 1.0])
    near, far, other = (value(formula, s * v, 0) for s, v in ((1e-9, z), (10, z), (1e-9, w)))
    assert near == pytest.approx(far, rel=ANY)
    assert abs(near - other) > 0.1
