"""The loss alone: which theorem holds without a penalty, over the whole catalogue and for kinds of formulas.

What is REFUTED is evaluated again by the definitions of tests/definitions.py, at the points that the witnesses name.
"""

from __future__ import annotations

import inspect
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import pytest
from mpmath import fsum, mp, mpf

import symcheck as sc
from symcheck.findings.condition import Condition
from symcheck.findings.verdict import Verdict
from symcheck.findings.witness import Witness
from symcheck.intake.catalogue import loss_named, names
from tests.definitions import LOSSES
from tests.proofs.test_ghosh import SYMMETRIC
from tests.proofs.values import DIGITS

SCALED_WITHOUT_A_PENALTY = "Theorem 1 without a penalty"

BY_THEOREM = {
    **dict.fromkeys(SYMMETRIC, "Ghosh"),
    # Corollary 1's identity, and the same with the plain one-hot: ||z||^2/2 - z_y + 1/2, which has a drift
    "square_centred": "Corollary 1",
    "square": "Corollary 1 on shared features",
}
"""What holds at every C and every value of the parameters."""

OPEN = {"focal_detached", "nfl_detached"}
"""With a detached part training minimises nothing."""

HELD_SOMEWHERE = {
    # at q = 1 these are a - p_y up to a constant and a factor, which sums to a constant
    "gce": {"q = 1"}, "agce": {"q = 1"}, "aul": {"q = 1"}, "nce_agce": {"q = 1", "beta = 0"},
    "nce_aul": {"q = 1", "beta = 0"}, "jal_ce": {"beta = 0"},
    # sigma(x) + sigma(-x) = 1; max(z) - z_y over two classes is |z_1 - z_2| in all
    "ova_sigmoid": {"C = 2"},
    "carlini_wagner": {"C = 2"},
    # CE less the mean of CE over the labels: E_k l(z, k) = 0
    "peer_uniform": {"alpha = 1"},
    # (z_y - k)^2 and (z_j)^2, k = 1
    "rescaled_square": {"k = 1"},
}  # fmt: skip
"""Values of parameters and of C at which a theorem holds although none holds everywhere."""

# witnesses, by the definitions

_SUMS = re.compile(r"sum_y l\(z, y\) at z = (\(.*?\)) less that at z = (\(.*?\))")
_BENT = re.compile(
    r"2 s\(z\) - s\(2z\) for s\(z\) = l\(z, 1\) - l\(z, (\d)\) at z = (\(.*?\)) less that at z = (\(.*?\))"
)
_RAY = re.compile(r"(.*) for R\(z\) = sum_y \(l\(z, y\) - l\(0, y\)\), z = (\(.*?\))")
_ON_A_RAY: dict[str, Callable[[Callable[[int], Any]], Any]] = {
    "R(2z)/R(z)": lambda r: r(2) / r(1),
    "R(z) R(4z) - R(2z)^2": lambda r: r(1) * r(4) - r(2) ** 2,
    "R(2z) - 3 R(z) - R(-z)": lambda r: r(2) - 3 * r(1) - r(-1),
    "R(z) + R(-z)": lambda r: r(1) + r(-1),
    "R(z) - R(-z)": lambda r: r(1) - r(-1),
}


def logits(text: str) -> list[Fraction]:
    return [Fraction(x) for x in text.strip("()").split(", ")]


def number(x: Fraction) -> Any:
    return mpf(x.numerator) / x.denominator


def arguments(parameters: Mapping[str, Fraction]) -> dict[str, Any]:
    """The parameters of a witness as the definitions take them: a list for a class-vector, rows for a matrix."""
    found: dict[str, Any] = {}
    rows: dict[str, dict[tuple[int, ...], Any]] = defaultdict(dict)
    for name, value in parameters.items():
        entry = re.fullmatch(r"(\w+)\[([\d,]+)\]", name)
        if entry is None:
            found[name] = number(value)
        else:
            rows[entry[1]][tuple(map(int, entry[2].split(",")))] = number(value)
    for name, entries in rows.items():
        size = max(max(place) for place in entries)
        if len(next(iter(entries))) == 1:
            found[name] = [entries[(i + 1,)] for i in range(size)]
        else:
            found[name] = [
                [entries.get((i + 1, j + 1), entries.get((j + 1, i + 1))) for j in range(size)] for i in range(size)
            ]
    return found


def evaluated(name: str, w: Witness) -> Any:
    """The quantity of a witness against the entry ``name``, by its definition."""
    definition = LOSSES[name]
    entry = loss_named(name)
    # What is no parameter of the formula, as the number of terms of taylor_ce, has its value in the entry.
    given = arguments({**{n: v for n, v in entry.values.items() if n not in w.parameters}, **w.parameters})
    # A matrix that follows a rule is part of the definition.
    given = {n: v for n, v in given.items() if n in inspect.signature(definition).parameters}

    def value(z: list[Fraction], y: int, t: int = 1) -> Any:
        return definition([t * number(x) for x in z], y - 1, **given)

    def summed(z: list[Fraction], t: int = 1) -> Any:
        return fsum(value(z, y, t) for y in range(1, w.classes + 1))

    if found := _SUMS.fullmatch(w.quantity):
        return summed(logits(found[1])) - summed(logits(found[2]))
    if found := _BENT.fullmatch(w.quantity):
        other = int(found[1])

        def constant(z: list[Fraction]) -> Any:
            one, two = (value(z, 1, t) - value(z, other, t) for t in (1, 2))
            return 2 * one - two

        return constant(logits(found[2])) - constant(logits(found[3]))
    found = _RAY.fullmatch(w.quantity)
    assert found, w.quantity
    z = logits(found[2])
    zero = summed(z, 0)
    return _ON_A_RAY[found[1]](lambda t: summed(z, t) - zero)


def refutes(name: str, w: Witness) -> bool:
    """Whether the definition gives the value of the witness, and that is not what was needed."""
    with mp.workdps(DIGITS):
        value = evaluated(name, w)
        middle, _, radius = w.decimal.strip("[]").partition(" +/- ")
        inside = abs(value - mpf(middle)) <= mpf(radius or "0") + abs(mpf(middle)) * mpf(10) ** -10
        if w.expected == "0":
            return inside and abs(value) > mpf(10) ** -20
        if w.expected.startswith("2^k"):
            return inside and value <= 2
        assert w.expected == "a value > 0"
        return inside and value <= 0


# the catalogue


@pytest.mark.parametrize("name", names("loss"))
def test_the_verdict_on_every_loss_of_the_catalogue(name: str) -> None:
    cert = sc.certify(name)
    if name in BY_THEOREM:
        assert cert.verdict is Verdict.PROVED
        assert cert.theorems[0].name == BY_THEOREM[name]
        assert cert.headline.startswith("PROVED for ")
        assert all(case.verdict is Verdict.PROVED for case in cert.cases)
        assert cert.witness is None
        return
    assert cert.theorems == ()
    if name in OPEN:
        assert cert.verdict is Verdict.UNDECIDED
        return
    assert cert.verdict is Verdict.REFUTED
    held = {case.where or f"C = {case.classes.low}" for case in cert.cases if case.verdict is Verdict.PROVED}
    assert held == HELD_SOMEWHERE.get(name, set())
    against = [f.witness for f in cert.findings[:3]]
    # One theorem may hold at one point and another at the next: all of them have to fail at the same one.
    assert len({(w.classes, *sorted(w.parameters.items())) for w in against if w is not None}) == 1
    for w in against:
        assert w is not None
        assert refutes(name, w), w


@pytest.mark.parametrize("name", names("loss"))
def test_what_l2_makes_of_it_is_told_as_it_is(name: str) -> None:
    alone, pair = sc.certify(name), sc.certify(name, "l2")
    told = "With the penalty l2 it is PROVED" in alone.still_holds
    is_open = alone.verdict is not Verdict.PROVED and name not in OPEN
    assert told is (pair.verdict is Verdict.PROVED and is_open)
    assert (alone.tier, alone.kappa) == (pair.tier, pair.kappa)


# kinds of formulas

T = sc.Parameter("t", above=0)
BETA = sc.Parameter("beta", above=0)

EXACT = {
    # IPO: h^2 - 2 t h + t^2 with h = z_y - z_other; SPPO: the square of each score against a target of its own
    "ipo": (lambda z, y: (2 * z[y] - sc.total(z) - T) ** 2, 2, "Corollary 1"),
    "ipo_scaled": (lambda z, y: (BETA * (2 * z[y] - sc.total(z)) - T) ** 2 / BETA, 2, "Corollary 1"),
    "ipo_multiplied_out": ("(2*z[y] - total(z))**2 - (2*z[y] - total(z))", 2, "Corollary 1"),
    "sppo": (lambda z, y: (z[y] - T / 2) ** 2 + (sc.total(z) - z[y] + T / 2) ** 2, 2, "Corollary 1"),
    "one_hot_with_its_drift_taken_off": ("total((z - onehot(y))**2)/2 + mean(z)", None, "Corollary 1"),
    "one_hot_with_half_of_it": ("total((z - onehot(y))**2)/2 + mean(z)/2", None, "Corollary 1 on shared features"),
    "cube": ("mean(z) - z[y] + total(abs(z)**3)", None, "Corollary 1"),
    "power_3_2": ("mean(z) - z[y] + total(abs(z)**(3/2))", None, "Corollary 1"),
    "concave": ("mean(z) - z[y] - total(z**2)", None, "Corollary 1"),
    # kappa = -1: clean and noisy agree, on the worst class
    "turned": ("z[y] - mean(z) + total(z**2)", None, SCALED_WITHOUT_A_PENALTY),
    # sym(l) = mean(|z|) - |z_y| is of degree 1 and not linear
    "bent_symmetric_part": ("mean(abs(z)) - abs(z[y]) + total(z**2)", None, SCALED_WITHOUT_A_PENALTY),
    "hidden_by_its_form": ("log(exp(total(z**2)/2 + mean(z) - z[y]))", None, SCALED_WITHOUT_A_PENALTY),
    # no label: noise changes nothing
    "without_the_label": ("total(z**2)", None, SCALED_WITHOUT_A_PENALTY),
    "constant": ("7", None, "Ghosh"),
    "normalised": (lambda z, y: sc.exp(-z[y]) / sc.total(sc.exp(-z)), None, "Ghosh"),
    "margin_of_two": ("tanh(total(z) - 2*z[y])", 2, "Ghosh"),
}


@pytest.mark.parametrize("kind", EXACT)
def test_exactly_robust_losses(kind: str) -> None:
    loss, classes, theorem = EXACT[kind]
    cert = sc.certify(loss, classes=classes)  # type: ignore[arg-type]
    assert cert.verdict is Verdict.PROVED, cert.still_holds
    assert cert.theorems[0].name == theorem


NEAR_MISSES = {
    "ipo_and_a_quartic": ("(2*z[y] - total(z) - 1)**2 + (2*z[y] - total(z))**4/1000000", 2),
    "ipo_of_three": ("(2*z[y] - total(z) - 1)**2", 3),
    "two_degrees": ("mean(z) - z[y] + total(z**2) + total(abs(z)**3)/1000", None),
    "degree_1": ("mean(z) - z[y] + total(abs(z))", None),
    "linear_drift": ("-z[y]", None),
    "drift_and_a_saddle": ("-z[y] + total(z)**2 - total(z**2)", None),
    "drift_of_another_direction": ("total((z - onehot(y))**2)/2 + 1/3*z[y]**2", None),
    "almost_mae": ("1 - softmax(z)[y] + log_softmax(z)[y]/1000000", None),
    "almost_symmetric": ("tanh(total(z) - 2*z[y]) + tanh(z[y])/1000000", 2),
    "cross_entropy_far": ("logsumexp(100*z) - 100*z[y]", None),
    "hinge": ("relu(1 - 2*z[y] + total(z))", 2),
}


@pytest.mark.parametrize("kind", NEAR_MISSES)
def test_near_misses_are_refuted_at_a_point(kind: str) -> None:
    loss, classes = NEAR_MISSES[kind]
    cert = sc.certify(loss, classes=classes)
    assert cert.verdict is Verdict.REFUTED
    assert all(f.witness is not None for f in cert.findings[:3])


def test_a_free_parameter_is_cut_where_a_theorem_begins_to_hold() -> None:
    eps = sc.Parameter("eps", at_least=0)
    cert = sc.certify(lambda z, y: sc.mean(z) - z[y] + eps * sc.logsumexp(z))
    assert cert.verdict is Verdict.REFUTED
    assert "PROVED where eps = 0; REFUTED at some points" in cert.headline
    assert sc.certify(lambda z, y: sc.mean(z) - z[y] + eps * sc.total(z**2)).verdict is Verdict.PROVED


def test_parameters_that_make_a_loss_symmetric() -> None:
    for name, values in (("gce", {"q": 1}), ("agce", {"q": 1}), ("aul", {"q": 1}), ("jal_ce", {"beta": 0})):
        there = sc.certify(name).at(**values)  # type: ignore[arg-type]
        assert there.verdict is Verdict.PROVED
        assert there.theorems[0].name == "Ghosh"
    assert sc.certify(sc.losses.TaylorCE(t=1)).verdict is Verdict.PROVED
    for q in ("999999/1000000", "1/1000"):
        assert sc.certify("gce").at(q=q).verdict is Verdict.REFUTED


@pytest.mark.parametrize("classes", [2, 3, 7, 12, 13, 40, 300])
def test_one_number_of_classes(classes: int) -> None:
    for name, verdict in (("cross_entropy", Verdict.REFUTED), ("mae", Verdict.PROVED), ("square", Verdict.PROVED)):
        cert = sc.certify(name, classes=classes)
        assert cert.verdict is verdict
        assert cert.scope.classes.fixed == classes
        if cert.witness is not None and classes < 20:
            assert refutes(name, cert.witness)


def test_very_many_classes_are_open_and_not_refuted() -> None:
    cert = sc.certify("cross_entropy", classes=(10**6, 10**7))
    assert cert.verdict is Verdict.UNDECIDED
    assert cert.findings[0].reason is not None


# what noise does, by hand


def test_the_prediction_of_ipo_is_its_minimiser() -> None:
    """One pair, h = z_1 - z_2 = theta x: 0 = (1 - eps)(h - t) + eps (h + t) gives h = (1 - 2 eps) t."""
    cert = sc.certify(EXACT["ipo"][0], classes=2)  # type: ignore[arg-type]
    p = cert.prediction
    assert p is not None
    assert p.noise_power == 1
    # S = kappa P o H^(-1) on the quotient, o_1 = (1/2, -1/2), P = 1: S_1 - S_2 = kappa/s
    symbol = p.kappa.free_symbols.pop()
    assert (p.kappa / p.curvature).subs(symbol, 3) == 3


def test_the_noise_factor_of_a_cube() -> None:
    """MUH + sum |z|^3 on the outputs {s (1, -1)}, y = 1: -a s + 2 s^3 is least at s^2 = a/6."""
    cert = sc.certify("mean(z) - z[y] + total(abs(z)**3)")
    assert cert.prediction is not None
    power = cert.prediction.noise_power
    a = Fraction(1, 4)
    clean, noisy = (float(x / 6) ** 0.5 for x in (Fraction(1), a))
    assert abs(noisy / clean - float(a) ** float(power)) < 1e-12


@pytest.mark.parametrize("name", ["mae", "muh", "cross_entropy", "square", "gce", "focal_detached"])
def test_no_prediction_where_theorem_1_does_not_hold(name: str) -> None:
    assert sc.certify(name).prediction is None


def test_on_cones_the_drift_of_the_one_hot_is_told() -> None:
    cert = sc.certify("square")
    assert "for linear models with features shared by the classes alone" in cert.headline
    verdicts = {f.name: f.verdict for f in cert.families}
    assert list(verdicts.values()) == [Verdict.REFUTED, Verdict.PROVED, Verdict.REFUTED]


# near misses of the old witness: a drift is no reason against a quadratic form


@pytest.mark.parametrize("drift", ["z[y]", "z[y] - mean(z)", "z[y] + 3*total(z)"])
def test_a_linear_part_does_not_refute_a_quadratic_form(drift: str) -> None:
    applied = sc.certify(f"log(exp(total(z**2)/2 - ({drift})))", "l2").theorem("Corollary 1 on shared features")
    assert all(p.verdict is not Verdict.REFUTED for p in applied.premises)


def test_a_constant_penalty_leaves_theorem_1_as_it_is_without_one() -> None:
    for penalty in ("0", "3"):
        assert sc.certify("muh", penalty).theorem("Theorem 1").verdict is Verdict.PROVED
        assert sc.certify("square_centred", penalty).theorem("Theorem 1").verdict is Verdict.PROVED
        assert sc.certify("cross_entropy", penalty).theorem("Theorem 1").verdict is Verdict.REFUTED
        assert sc.certify("square", penalty).theorem("Theorem 1").verdict is not Verdict.PROVED


def test_conditions_are_those_of_theorems() -> None:
    cert = sc.certify("gce")
    assert [f.condition for f in cert.findings[:3]] == [
        Condition.LOSS_SYMMETRIC,
        Condition.LOSS_HOMOGENEOUS,
        Condition.LOSS_QUADRATIC,
    ]
    for name in ("Ghosh", "Corollary 1", SCALED_WITHOUT_A_PENALTY, "Corollary 1 on shared features"):
        assert cert.theorem(name).verdict is Verdict.REFUTED
