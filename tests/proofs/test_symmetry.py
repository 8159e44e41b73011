"""Symmetric losses: sum_y l(z, y) constant for all z, for every C and parameter value, over the whole catalogue.

(Ghosh, Kumar, Sastry 2017; THEORY 2 and 4.)  The expected verdict of each loss is derived beside it; p = softmax(z).
"""

from __future__ import annotations

from fractions import Fraction

import pytest

import symcheck as sc
from symcheck.budget import Budget
from symcheck.conditions.everywhere.symmetric import symmetry_finding
from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding
from symcheck.findings.verdict import Verdict
from symcheck.intake.catalogue import loss_named, names
from symcheck.language.formula import Formula, symbols
from symcheck.language.scope import Classes, Scope
from symcheck.language.term import Label, Term, Vec
from symcheck.readings.explicit.explicit import value_at
from tests.each import of_each

SYMMETRIC = {
    # name: (sum_y l(z, y), why)
    "anl_ce": ("C*beta + alpha - beta", "sum_y log p_y / sum_k log p_k = 1; the shares q_y / sum_k q_k add up to 1"),
    "mae": ("2*C - 2", "sum_y (1 - p_y) = C - 1 (Ghosh, Kumar, Sastry 2017)"),
    "muh": ("0", "sum_y (mean(z) - z_y) = 0 (Shoham, Avidor, Israel 2021)"),
    "nce": ("1", "a normalised loss: l_y / sum_k l_k adds up to 1 (Ma et al. 2020)"),
    "nce_mae": ("C*beta + alpha - beta", "alpha of nce and beta (C - 1) of 1 - p_y"),
    "nce_rce": ("alpha + A*beta - C*A*beta", "alpha of nce and -A beta (C - 1) of 1 - p_y"),
    "nfl": ("1", "normalised"),
    "nfl_detached": ("1", "normalised: detach keeps the value"),
    "nfl_mae": ("C*beta + alpha - beta", "as nce_mae"),
    "nfl_rce": ("alpha + A*beta - C*A*beta", "as nce_rce"),
    "nmae": ("1", "(C - 1)/(C - 1)"),
    "pairwise_sigmoid": ("C*(C - 1)/2", "s(x) + s(-x) = 1 for each of the C (C - 1)/2 pairs"),
    "ramp": ("1", "C = 2: clip(1 - v, 0, 2) + clip(1 + v, 0, 2) = 2 (Manwani, Sastry 2013)"),
    "reverse_cross_entropy": ("-A*(C - 1)", "-A/2 times MAE (Wang et al. 2019)"),
    "sigmoid_margin": ("1", "C = 2: s(-v) + s(v) = 1 (Ghosh, Manwani, Sastry 2015)"),
    "tempered_mae": ("(C - 1)/alpha", "softmax(alpha z) adds up to 1"),
    "unhinged_margin": ("2", "C = 2: 1 - v + 1 + v (van Rooyen, Menon, Williamson 2015)"),
}

IT_IS_OPEN_WHERE = {"anl_ce"}
"""That sum_k (A + log q_k) > 0 needs p_min < 1/C and an entry with p_k >= 1/C, which ranges of parts do not see."""

CROSS_ENTROPY = "sum_y -log p_y is not bounded above, and what is added to it is"
SQUARES = "a sum of squares of the z_k is not constant"
HINGES = "on a ray each relu has a slope, and the slopes do not cancel"
POWERS = "sum_y p_y^q = 1 for every p at q = 1 only: it is C^(1 - q) at p = u and tends to 1 at e_1"
BRIER = "sum_k p_k^2 is 1/C at p = u and tends to 1 at e_1"

CONVEX = "convex and not affine, so not symmetric (THEORY 2, last item)"

NOT_SYMMETRIC = {
    "adaboost_mr": "sum_y 1/p_y is C^2 at p = u and not bounded",
    "agce": "sum_y (a + p_y)^q = C a + 1 for every p at q = 1 only",
    "alpha_balanced_focal": "unequal weights; with equal ones as focal",
    "alpha_loss": POWERS,
    "alpha_loss_below_one": "a negative power of p is not bounded",
    "amse": BRIER,
    "asymmetric_loss": "softplus(-z_y) is not bounded",
    "aul": "as agce, with a - p_y",
    "backward_uniform": CROSS_ENTROPY,
    "bce_balanced": CONVEX,
    "bce_pos_weight": "convex and not affine",
    "beta_divergence": POWERS,
    "bi_tempered": "at t1 = 0 and t2 = 1 it is half of brier",
    "bootstrap_hard": CROSS_ENTROPY,
    "bootstrap_soft": CROSS_ENTROPY,
    "brier": BRIER,
    "carlini_wagner": "for C >= 3 the maxima over the others add up to more than sum z; for C = 2 it is symmetric",
    "class_weighted_ce": CROSS_ENTROPY,
    "confidence_penalty": CROSS_ENTROPY,
    "cosface": CROSS_ENTROPY,
    "cosine": "sum_y z_y / ||z|| is not constant",
    "crammer_singer": HINGES,
    "cross_entropy": CROSS_ENTROPY,
    "elr": CROSS_ENTROPY,
    "entmax": CONVEX,
    "epsilon_softmax": CROSS_ENTROPY,
    "exponential_margin": "exp(v) + exp(-v)",
    "focal": CROSS_ENTROPY,
    "focal_detached": CROSS_ENTROPY,
    "forward": "T = I is the cross entropy",
    "forward_pair_flip": "rho = 0 is the cross entropy",
    "forward_uniform": "a = 1 is the cross entropy",
    "gce": POWERS,
    "hinge": HINGES,
    "jal_ce": BRIER,
    "js_divergence": "entropies of p, which are not constant",
    "l1_on_logits": HINGES,
    "label_smoothing": CROSS_ENTROPY,
    "ldam": CROSS_ENTROPY,
    "ldr_kl": CROSS_ENTROPY,
    "lee_lin_wahba": HINGES,
    "logistic_margin": "the cross entropy of two classes",
    "logit_adjusted_ce": CROSS_ENTROPY,
    "logit_norm": "the cross entropy on a sphere",
    "mixup_prior": CROSS_ENTROPY,
    "multi_margin": HINGES,
    "multi_margin_squared": SQUARES,
    "nce_agce": "nce is symmetric and agce is not",
    "nce_aul": "nce is symmetric and aul is not",
    "negative_label_smoothing": CROSS_ENTROPY,
    "one_vs_all_hinge": HINGES,
    "one_vs_rest_logistic": "convex and not affine",
    "ova_sigmoid": "C sum_k s(z_k) + C - 2 sum_k s(z_k): symmetric at C = 2 only",
    "pairwise_logistic": "convex and not affine",
    "peer": "with a uniform prior and alpha != 1 as peer_uniform",
    "peer_uniform": "(1 - alpha) times the sum of cross entropies: symmetric at alpha = 1 only",
    "perceptron": "|v|",
    "phuber_ce": "piecewise: linear in p near u only if tau < C",
    "phuber_gce": "as phuber_ce",
    "poly_loss": CROSS_ENTROPY,
    "rescaled_square": SQUARES,
    "sce": CROSS_ENTROPY,
    "sigmoid_focal": "softplus(-z_y) is not bounded",
    "soft_capped_ce": "sum_y -log(p_y + eps) is larger at e_1 than at u",
    "sparse_regularization": CROSS_ENTROPY,
    "sparsemax": CONVEX,
    "square": SQUARES,
    "square_centred": SQUARES,
    "squared_hinge": SQUARES,
    "squared_mae": BRIER,
    "squentropy": SQUARES,
    "symmetric_cross_entropy": CROSS_ENTROPY,
    "taylor_ce": "at t = 2 a square of p (at t = 1 it is symmetric)",
    "taylor_softmax_ce": "sum_y -log(t_y/sum t) is C log C at z = 0 and larger where the t_k differ",
    "temperature_ce": CROSS_ENTROPY,
    "truncated_gce": POWERS,
    "weston_watkins": HINGES,
    "z_loss_ce": CROSS_ENTROPY,
}


def finding(name: str, **values: object) -> Finding:
    entry = loss_named(name).at(**values)  # type: ignore[arg-type]
    return symmetry_finding(entry.recorded, Scope(entry.classes), Budget(20))


def test_every_loss_of_the_catalogue_has_its_row() -> None:
    assert sorted([*SYMMETRIC, *NOT_SYMMETRIC]) == list(names("loss"))


@pytest.mark.parametrize("name", SYMMETRIC)
def test_symmetric_losses_are_proved(name: str) -> None:
    found = finding(name)
    total, why = SYMMETRIC[name]
    assert found.condition is Condition.LOSS_SYMMETRIC
    place = "for every z for which it exists" if name in IT_IS_OPEN_WHERE else "for every z"
    assert (found.verdict, found.detail) == (Verdict.PROVED, f"sum_y l(z, y) = {total} {place}"), why
    assert found.derivation[0].name == "sum_y l(z, y)"


@of_each(NOT_SYMMETRIC)
def test_other_losses_are_refuted_by_two_points(name: str) -> None:
    found = finding(name)
    assert found.verdict is Verdict.REFUTED, NOT_SYMMETRIC[name]
    assert found.witness is not None
    assert "sum_y l(z, y) at z = (" in found.witness.quantity


def logits(text: str) -> list[Fraction]:
    return [Fraction(x) for x in text.strip("()").split(",")]


@of_each([n for n in NOT_SYMMETRIC if not loss_named(n).recorded.arrays])
def test_the_two_points_of_a_witness_are_evaluated_again(name: str) -> None:
    witness = finding(name).witness
    assert witness is not None
    first, second = witness.quantity.removeprefix("sum_y l(z, y) at z = ").split(" less that at z = ")
    formula = loss_named(name).recorded
    sums = [
        sum(float(value_at(formula, logits(z), witness.parameters, y=y).mid()) for y in range(1, witness.classes + 1))
        for z in (first, second)
    ]
    assert sums[0] - sums[1] == pytest.approx(float(witness.value), rel=1e-6)
    assert abs(sums[0] - sums[1]) > 1e-3


AT_A_VALUE = [
    # 1 - p_y in other words, and so C - 1; None where no value makes it symmetric
    ("gce", {"q": 1}, "C - 1"),
    ("agce", {"q": 1, "a": 2}, "C - 1"),
    ("aul", {"q": 1, "a": 2}, "C - 1"),
    ("taylor_ce", {"t": 1}, "C - 1"),
    ("nce_agce", {"q": 1, "a": 1}, "C*beta + alpha - beta"),
    ("peer_uniform", {"alpha": 1}, "0"),
    ("truncated_gce", {"q": 1, "k": "1/2"}, None),
    ("label_smoothing", {"r": "9/10"}, None),
]


@pytest.mark.parametrize(("name", "values", "total"), AT_A_VALUE)
def test_at_one_value_of_a_parameter(name: str, values: dict[str, object], total: str | None) -> None:
    found = finding(name, **values)
    if total is None:
        assert found.verdict is Verdict.REFUTED
    else:
        assert (found.verdict, found.detail) == (Verdict.PROVED, f"sum_y l(z, y) = {total} for every z")


@pytest.mark.parametrize("name", ["carlini_wagner", "ova_sigmoid"])
def test_symmetric_for_two_classes_only(name: str) -> None:
    formula = loss_named(name).recorded
    assert symmetry_finding(formula, Scope(Classes(2, 2)), Budget(20)).verdict is Verdict.PROVED
    assert symmetry_finding(formula, Scope(Classes(3, 3)), Budget(20)).verdict is Verdict.REFUTED
    assert symmetry_finding(formula, Scope(), Budget(20)).verdict is Verdict.REFUTED


def near(code: object) -> Formula:
    z, y = symbols()
    return Formula.of(code(z, y))  # type: ignore[operator]


def shares(z: Vec) -> Vec:
    return sc.softmax(z)  # type: ignore[return-value]


def nearly_mae(z: Vec, y: Label) -> Term:
    return 1 - shares(z)[y] + sc.exp(-100 - sc.total(z**2))


def nearly_nce(z: Vec, y: Label) -> Term:
    log_p = sc.log_softmax(z)
    return log_p[y] / (sc.total(log_p) - 1)


NEAR_MISSES = {
    "MAE with a power a little above 1": lambda z, y: 1 - shares(z)[y] ** Fraction(100001, 100000),
    "MAE with a small bump": nearly_mae,
    "NCE with a denominator that is off by 1": nearly_nce,
    "MUH with the sum for the mean": lambda z, y: sc.total(z) - z[y],
    "MUH with C - 1 for C": lambda z, y: sc.total(z) / (z.C - 1) - z[y],
    "MUH with the mean over the others": lambda z, y: sc.mean(z, but=y) * (z.C - 1) / z.C - z[y],
    "pairwise sigmoid with the label's own": lambda z, y: sc.total(sc.sigmoid(z - z[y])) + z[y],
    "pairwise sigmoid at twice one difference": lambda z, y: sc.total(sc.sigmoid(2 * z - z[y]), but=y),
    "a ramp with ends 0 and 3": lambda z, y: sc.clamp(1 - 2 * z[y] + sc.total(z), 0, 3),
    "half of MAE plus a quadratic": lambda z, y: 1 - shares(z)[y] + (sc.mean(z) - z[y]) ** 2,
}


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_near_misses_are_not_proved(name: str) -> None:
    found = symmetry_finding(near(NEAR_MISSES[name]), Scope(), Budget(20))
    assert found.verdict is not Verdict.PROVED


def test_ramp_for_two_classes_and_not_for_more() -> None:
    ramp = near(lambda z, y: sc.clamp(1 - 2 * z[y] + sc.total(z), 0, 2))
    assert symmetry_finding(ramp, Scope(Classes(2, 2)), Budget(20)).verdict is Verdict.PROVED
    assert symmetry_finding(ramp, Scope(Classes(3, 3)), Budget(20)).verdict is Verdict.REFUTED


def test_equal_weights_make_a_weighted_loss_symmetric() -> None:
    """w_y (1 - p_y) adds up to sum_k w_k (1 - p_k), which is constant for equal weights only."""
    weights = sc.ClassParameter("w", above=0)
    formula = near(lambda z, y: weights[y] * (1 - shares(z)[y]))
    assert symmetry_finding(formula, Scope(), Budget(20)).verdict is Verdict.REFUTED
    for entries, expected in (((3, 3, 3), Verdict.PROVED), ((3, 3, 4), Verdict.REFUTED)):
        given = sc.ClassParameter("w", entries, above=0)
        formula = near(lambda z, y, w=given: w[y] * (1 - shares(z)[y]))
        assert symmetry_finding(formula, Scope(Classes(3, 3)), Budget(20)).verdict is expected
