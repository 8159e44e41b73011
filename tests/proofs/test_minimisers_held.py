"""Minimisers are held (THEORY 11): pairs for which they escape, pairs for which they do not, and neighbours of both."""

from __future__ import annotations

from fractions import Fraction

import pytest
from flint import arb, ctx

import symcheck as sc
from symcheck.budget import Budget
from symcheck.certificates.certificate import Certificate
from symcheck.certificates.model_families import REFERENCE, SHARED
from symcheck.conditions.agreement.points import ArrayPoint
from symcheck.conditions.agreement.scopes import scope_with
from symcheck.conditions.convexity.bounds import bounds
from symcheck.conditions.everywhere.bounded import bounds_of
from symcheck.conditions.everywhere.everywhere import ball_at, classes_tried, logits_tried, points_of
from symcheck.conditions.existence.degrees import degrees_of
from symcheck.conditions.existence.fall import bounded_below_finding
from symcheck.conditions.existence.form import form_of
from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding
from symcheck.findings.verdict import Verdict
from symcheck.intake.catalogue import loss_named, names, regularizer_named
from symcheck.language.scope import Scope
from symcheck.readings.explicit.rays import growth_of
from symcheck.reason import Undecided
from tests.each import of_each
from tests.symcheck.conditions.test_bounded import UNBOUNDED_BELOW

GLOBAL = ("Theorem 2'", "Theorem 3")
P, R, U = Verdict.PROVED, Verdict.REFUTED, Verdict.UNDECIDED

FALLING = (
    "muh", "unhinged_margin", "carlini_wagner", "negative_label_smoothing", "backward_uniform", "peer_uniform",
)  # fmt: skip
BOUNDED_PENALTIES = ("entropy", "js_uniform", "hellinger_uniform", "chi_squared")
CE = "logsumexp(z) - z[y]"
MUH = "mean(z) - z[y]"


def held(cert: Certificate) -> Finding:
    return cert.property(Condition.MINIMISERS_HELD)


def pair(loss: str, penalty: str) -> Certificate:
    return sc.certify(loss, penalty, classes=2 if loss == "carlini_wagner" else None)


@pytest.mark.parametrize("loss", FALLING)
@pytest.mark.parametrize("penalty", BOUNDED_PENALTIES)
def test_the_pairs_of_the_theory(loss: str, penalty: str) -> None:
    """24 pairs that meet every condition at 0 and have data without a minimiser for any alpha."""
    cert = pair(loss, penalty)
    assert cert.verdict is P
    found = held(cert)
    assert found.verdict is R
    assert found in cert.findings
    assert found.witness is not None
    assert "-oo for every lambda > 0" in found.witness.value
    assert [t.name for t in cert.theorems] == ["Theorem 2"]
    for name in (*GLOBAL, "Confidence penalties"):
        applied = cert.theorem(name)
        assert applied.verdict is R
        assert applied.failing is not None
        assert applied.failing.condition is Condition.MINIMISERS_HELD
    assert cert.still_holds.startswith("Theorem 2 applies")
    assert "local branch" in cert.headline
    families = {f.name: f for f in cert.families}
    assert families[SHARED].verdict is R
    assert families[REFERENCE].verdict is R  # the quotient in coordinates


@pytest.mark.parametrize("loss", ["cross_entropy", "gce", "mae", "focal", "nce", "sce", "poly_loss", "mixup_prior"])
@pytest.mark.parametrize("penalty", BOUNDED_PENALTIES)
def test_losses_that_are_bounded_below_need_no_growth(loss: str, penalty: str) -> None:
    cert = sc.certify(loss, penalty)
    if loss == "mixup_prior":  # its gradient has a drift, so that no theorem applies; held it is all the same
        assert held(cert).verdict is P
        return
    assert cert.verdict is P
    assert held(cert).verdict is P
    for name in GLOBAL:
        applied = cert.theorem(name)
        assert applied.verdict is P
        assert not any("m(z)" in a or "minimisers are held" in a for a in applied.assumptions)


S = "total(z**2)"
ESCAPES = [
    # (a) l falls faster than g grows
    (MUH, f"{S}/(1 + {S})"), (MUH, f"1 - exp(-{S})"), (MUH, "total(z**2/(1 + z**2))"), (MUH, f"log(1 + {S})"),
    (MUH, "total(log(1 + z**2))"), (MUH, f"(1 + {S})**(1/4)"), (f"2*({MUH})", f"sqrt({S} + 1) - {S}/4 + log(1 + {S})"),
    (f"{MUH} - total(z**4)", "l2"), (f"{MUH} - total(z**4)", f"{S} + total(abs(z)**(7/2))"),
    (f"{MUH} - total(cosh(z)) + total(z**2)/2", "l2"), (f"{MUH} - total(z**6)", f"{S} + total(z**4)"),
    (f"{MUH} - {S}**2", "huber"), (f"{CE} + 2*log_softmax(z)[y]*z[y]**2", f"{S}/(1 + {S})"),
    # (b) g comes back to g(0)
    (CE, f"{S}/(1 + {S}**2)"), (CE, f"{S}/(1 + total(z**4))"), (CE, f"{S}*exp(-{S})"), (MUH, f"{S}/(1 + {S}**2)"),
    ("gce", f"{S}/(1 + {S}**2)"), (CE, "total(z**2*(z - 1)**2)"), (MUH, "total(z**2*(z - 1)**2)"),
    (CE, f"{S} - total(z**4)"), (CE, "total(z**2/2 - z**3 + z**4/4)"),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "penalty"), ESCAPES)
def test_neighbours_for_which_minimisers_escape(loss: str, penalty: str) -> None:
    cert = sc.certify(loss, penalty)
    assert held(cert).verdict is not P
    if cert.verdict is P:
        assert held(cert).verdict is R
        assert not {t.name for t in cert.theorems} & {*GLOBAL}


HOLDS = [
    # a linear fall against linear growth, and slower against faster
    (MUH, "huber"), (MUH, "pseudo_huber"), (MUH, "log_cosh"), (MUH, f"sqrt(1 + {S})"), (MUH, "cosh_penalty"),
    (MUH, "symmetric_kl"), (MUH, "label_smoothing_penalty"), (f"{MUH} - {S}", "l2"), (f"{MUH} - 100*{S}", "l2"),
    (f"{MUH} - total(z**4)", f"{S} + total(z**4)"), (f"{MUH} - total(abs(z)**3)", f"{S}/2 + {S}**2"),
    ("backward_uniform", "l2"), ("peer_uniform", "l2"), ("negative_label_smoothing", "pseudo_huber"),
    # bounded below against a penalty that stays away from g(0)
    (CE, f"{S}/(1 + {S})"), (CE, f"1 - exp(-{S})"), ("mae", "total(z**2/(1 + z**2))"), ("gce", f"log(1 + {S})"),
    (CE, "total(softmax(z)*log_softmax(z)) + mean(z)**2/2"), ("square_centred", f"{S}/(3 + {S})"),
    ("pairwise_logistic", "total(softmax(z)**3)"), (CE, "total((softmax(z) - 1/C)**2)"),
]  # fmt: skip


@pytest.mark.parametrize(("loss", "penalty"), HOLDS)
def test_neighbours_for_which_they_are_held(loss: str, penalty: str) -> None:
    cert = sc.certify(loss, penalty)
    assert cert.verdict is P
    assert held(cert).verdict is P
    assert cert.theorem("Theorem 2'").verdict is P


@pytest.mark.parametrize("penalty", ["entropy", f"{S}/(1 + {S})"])
def test_a_parameter_or_the_classes_may_decide(penalty: str) -> None:
    """Peer loss is cross entropy at alpha = 0 and falls without end for alpha > 0."""
    whole = sc.certify("peer_uniform", penalty)
    assert held(whole).verdict is R
    assert held(whole.at(alpha=0)).verdict is P
    assert held(whole.at(alpha="1/100", C=3)).verdict is R
    assert held(sc.certify("backward_uniform", penalty).at(a=1)).verdict is P


def test_the_slow_loss_bound_is_decided() -> None:
    cert = sc.certify("mean(z) - z[y] - total(z**4)", "l2")
    assert cert.verdict is P
    assert cert.theorem("Theorem 2'").verdict is R
    assert held(cert).witness is not None


def test_a_ray_that_falls_in_numbers() -> None:
    """MUH + entropy, C = 3, one point, along t o_1, alpha = 1e-3: -666.7 at t = 10^6, -log 3 at 0 (THEORY 11)."""
    alpha, t = Fraction(1, 1000), 10**6
    z = [t * (Fraction(int(k == 0)) - Fraction(1, 3)) for k in range(3)]
    point = ArrayPoint(3)
    loss, penalty = loss_named("muh").recorded, regularizer_named("entropy").recorded
    values = [ball_at(f, point, z, 1) for f in (loss, penalty)]
    assert None not in values
    total = arb(alpha.numerator) / alpha.denominator * values[0] + values[1]  # type: ignore[operator]
    assert abs(float(total) + 666.6667) < 1e-3


@of_each(names("loss"))
def test_which_losses_are_bounded_below(name: str) -> None:
    entry = loss_named(name)
    scope = scope_with(Scope(entry.classes), entry.recorded)
    found = bounded_below_finding(entry.recorded, scope, Budget())
    if name in UNBOUNDED_BELOW:
        assert found.verdict is R
        assert found.witness is not None
    else:
        assert found.verdict is (U if name in ("elr", "taylor_softmax_ce") else P)


@pytest.mark.parametrize("kind", ["loss", "regularizer"])
def test_degrees_bound_the_catalogue(kind: str) -> None:
    """At z scaled by 10^3 and 10^6 no entry rises or falls faster than its degree says, by more than a factor."""
    for name in names(kind):  # type: ignore[arg-type]
        entry = loss_named(name) if kind == "loss" else regularizer_named(name)
        scope = scope_with(Scope(entry.classes), entry.recorded)
        try:
            found = degrees_of(form_of(entry.recorded, scope, Budget()))
        except Undecided:
            continue
        for classes in classes_tried(scope):
            for point in points_of(entry.recorded, scope, classes, 2):
                for z in logits_tried(classes, 6):
                    near, far = (ball_at(entry.recorded, point, [size * x for x in z], 1) for size in (10**3, 10**6))
                    if near is None or far is None or not (near.is_finite() and far.is_finite()):
                        continue
                    for degree, sign in ((found.rise, 1), (found.fall, -1)):
                        if degree is not None:  # K (1 + ||z||)^p at most grows by 1000^p
                            most = (arb(2000) ** (arb(degree.numerator) / degree.denominator)) * (abs(near) + 100)
                            assert not far * sign > most, (name, classes, z)


@pytest.mark.parametrize("name", names("regularizer"))
def test_sizes_along_rays(name: str) -> None:
    """Along rays |g| lies between the exponentials of its lines, and has the sign that was found."""
    entry = regularizer_named(name)
    scope = scope_with(Scope(entry.classes), entry.recorded)
    point = next(points_of(entry.recorded, scope, 3))
    formula = entry.recorded.with_arrays(point.arrays)
    for direction in ((1, 0, 0), (0, -1, 0), (1, -1, 0), (2, 1, -3)):
        ray = [Fraction(d) for d in direction]
        for steep in (False, True):
            with ctx.workprec(128):
                growth = growth_of(formula, ray, point.values, y=0, steep=steep)
            for size in (2**12, 2**14) if steep else (8, 16, 40):
                value = ball_at(formula, ArrayPoint(3, {}, point.values), [d * size for d in ray], 1)
                if value is None:
                    continue
                with ctx.workprec(128):
                    t = arb(size).log() if steep else arb(size)
                    if growth.sign:
                        assert not value * growth.sign < 0
                    if growth.size_low is not None:
                        assert not abs(value) < (growth.size_low.slope * t + growth.size_low.level).exp()
                    if growth.size_high is not None:
                        assert not abs(value) > (growth.size_high.slope * t + growth.size_high.level).exp()


@pytest.mark.parametrize("penalty", names("regularizer"))
def test_no_pair_is_both_held_and_seen_to_fall(penalty: str) -> None:
    """Where minimisers are PROVED to be held, alpha l + g is above its value at 0 on far points for a small alpha."""
    alpha = arb(2) ** -40
    for loss in ("cross_entropy", "muh", "gce", "mae", "pairwise_logistic", "square_centred"):
        cert = sc.certify(loss, penalty)
        if cert.verdict is not P or held(cert).verdict is not P:
            continue
        one, two = cert.loss.formula, cert.regularizer.formula
        for classes in (2, 3):
            for point in points_of(two, cert.scope, classes, 1):
                values = {**point.values, **{p.name: p.interval.high or Fraction(1, 2) for p in one.parameters}}
                here = ArrayPoint(classes, point.arrays, values)
                start = [ball_at(f, here, [Fraction(0)] * classes, 1) for f in (one, two)]
                for z in logits_tried(classes, 6):
                    if cert.quotient and len(set(z)) == 1:
                        continue
                    for size in (1, 30, 10**4):
                        far = [ball_at(f, here, [size * x for x in z], 1) for f in (one, two)]
                        if None in far or None in start:
                            continue
                        rise = alpha * (far[0] - start[0]) + far[1] - start[1]  # type: ignore[operator]
                        assert not rise < 0, (loss, penalty, classes, z, size)


def test_bounds_of_a_loss_know_the_fall() -> None:
    entry = loss_named("muh")
    assert bounds_of(entry.recorded, Scope(), Budget()).fall is not None


@pytest.mark.parametrize(
    ("formula", "z"),
    [
        # a soft maximum less an average, with a constant inside: it may be below 0
        ("softplus(z[y] - 5) - z[y]/2", 5), ("relu(z[y] - 5) - z[y]/2", 5), ("softplus(z[y] + 5) + z[y]/2", -5),
        ("relu(z[y] + 3) - z[y]", 0), ("maximum(z[y] - 4, 0) - z[y]/3", 4), ("softplus(2*z[y] - 9) - z[y]", 4),
    ],
)  # fmt: skip
def test_bounds_of_soft_maxima_hold_with_a_constant_inside(formula: str, z: int) -> None:
    cert = sc.certify(formula, "l2")
    found = bounds(form_of(cert.loss.formula, Scope(), Budget())).low
    value = ball_at(cert.loss.formula, ArrayPoint(2), [Fraction(z), Fraction(0)], 1)
    assert value is not None
    assert found is None or not value < found.ball({"C": Fraction(2)}, 100)


@pytest.mark.parametrize(
    "penalty",
    [
        "total(z**2/(1 - z**2))", "total(z**2)/(1 - total(z**2))", "total(1/(1 - 2*softmax(z))**2)",
        "-log(1 - total(z**2))", "total(z**2/(2 - z)**2)", "total(z**2/(1 + z)**2)", "total(-log(1 - z**2))",
    ],
)  # fmt: skip
def test_a_penalty_with_poles_holds_nothing(penalty: str) -> None:
    assert held(sc.certify(CE, penalty, classes=(3, 5))).verdict is not P


@pytest.mark.parametrize("classes", [2, 3, 10, (2, 5), 65, 1000, (10**6, 10**7)])
@pytest.mark.parametrize("penalty", [*BOUNDED_PENALTIES, "l2", "log_cosh", f"{S}/(1 + {S})"])
def test_no_number_of_classes_is_an_exception(classes: int | tuple[int, int], penalty: str) -> None:
    for loss in ("cross_entropy", "mae", "gce", "focal"):
        assert held(sc.certify(loss, penalty, classes=classes)).verdict is P
    found = held(sc.certify("muh", penalty, classes=classes)).verdict
    assert found is (P if penalty in ("l2", "log_cosh") else R)


@pytest.mark.parametrize("loss", ["exponential_margin", "hinge", "logistic_margin", "sigmoid_margin"])
def test_losses_of_two_classes(loss: str) -> None:
    for penalty in (*BOUNDED_PENALTIES, "l2"):
        assert held(sc.certify(loss, penalty)).verdict is P


@pytest.mark.parametrize("name", names("regularizer"))
def test_classes_taken_together_are_as_good_as_one_by_one(name: str) -> None:
    """Lines along a ray with 5 classes, 3 of which are equal, as one entry and as three."""
    entry = regularizer_named(name)
    scope = scope_with(Scope(entry.classes), entry.recorded)
    point = next(points_of(entry.recorded, scope, 5))
    formula = entry.recorded.with_arrays(point.arrays)
    if formula.is_classwise or formula.pairs:
        return
    for a, b, c in ((1, 0, 0), (0, -1, 0), (1, -1, 0), (2, 1, -3)):
        for steep in (False, True):
            short, long = ([Fraction(x) for x in ray] for ray in ((a, b, c), (a, b, c, c, c)))
            with ctx.workprec(128):
                together = growth_of(formula, short, point.values, y=0, steep=steep, counts=(1, 1, 3))
            size = 2**12 if steep else 16
            value = ball_at(formula, ArrayPoint(5, {}, point.values), [x * size for x in long], 1)
            with ctx.workprec(128):
                t = arb(size).log() if steep else arb(size)
                for line, side in ((together.low, 1), (together.high, -1)):
                    assert value is None or line is None or not (value - line.slope * t - line.level) * side < 0


@pytest.mark.parametrize("classes", [65, 1000])
def test_a_penalty_that_is_not_positive_at_many_classes(classes: int) -> None:
    for penalty in ("total(z)**4", "total(z**4) - total(z**2)**2"):
        found = sc.certify("square_centred", penalty, classes=classes).property(Condition.REGULARIZER_POSITIVE)
        assert found.verdict is R


@pytest.mark.parametrize(
    "penalty", ["total(relu(softmax(z) - 1/2))", "total(relu(softmax(z) - 3/4)**2)", "total(softmax(z))"]
)
def test_a_function_of_probabilities_that_is_flat_at_the_uniform_holds_nothing(penalty: str) -> None:
    cert = sc.certify(CE, penalty, classes=(3, 5))
    assert cert.verdict is not P
    assert held(cert).verdict is not P
