"""The expansion in alpha: against THEORY's formulas, closed constants and measured numbers."""

from __future__ import annotations

import math

import pytest
import torch
from torch.func import hessian, jacfwd, vmap

from numerics.confirmations.experiment import Experiment
from numerics.confirmations.predict import Curve, Expected
from numerics.confirmations.slope import fitted_slope
from numerics.distance import distance
from numerics.formulas.batch import values
from numerics.linear.leading import Coefficients
from numerics.linear.solve import minimisers
from numerics.models.linear import Outputs


def rows_perpendicular(d, v):
    return d - v * (d * v).sum() / v.square().sum()


def l2_norm(z):
    return float(z.square().sum(1).mean().sqrt())


def projected(family, z):
    return family.features @ (family.features.T @ z) / family.samples


@pytest.mark.parametrize("data", ["iris", "wine", "digits"])
def test_cross_entropy_with_l2_has_the_closed_constant_of_order_2(expecting, data):
    # THEORY 5: ||P_perp P(z^2 - mean z^2)|| / (2 C ||z||), z = P onehot*, for C >= 3
    found = expecting("cross_entropy", "l2", data)
    family, classes = found.experiment.family, found.experiment.claim.classes
    z = projected(family, found.experiment.clean - 1 / classes)
    cubed = projected(family, z**2 - (z**2).mean(1, keepdim=True))
    constant = l2_norm(rows_perpendicular(cubed, z)) / (2 * classes * l2_norm(z))
    power = found.powers[Curve.CLEAN]
    assert power is not None
    assert (power.order, power.constant) == (2, pytest.approx(constant, rel=1e-10))


def test_with_two_classes_it_has_the_closed_constant_of_order_3(expecting):
    # THEORY 5: ||P_perp P s^3|| / (6 ||s||), z = (s, -s), for C = 2
    found = expecting("cross_entropy", "l2", "breast_cancer")
    s = projected(found.experiment.family, found.experiment.clean - 1 / 2)[:, :1]
    constant = l2_norm(rows_perpendicular(projected(found.experiment.family, s**3), s)) / (6 * l2_norm(s))
    power = found.powers[Curve.CLEAN]
    assert power is not None
    assert (power.order, power.constant) == (3, pytest.approx(constant, rel=1e-10))


# THEORY 5, "Measured in float64 (fitted slope; constant measured / predicted)"; slopes over 2^-5 >= alpha >= 2^-14
# where the distance exceeds 1e-13, constants at alpha = 2^-9.  (Digits: .00751675, printed there as .0075168.)
@pytest.mark.parametrize(
    ("data", "order", "slope", "measured", "predicted"),
    [
        ("iris", 2, "1.997", "0.03036", "0.03040"),
        ("digits", 2, "2.000", "0.0075167", "0.0075166"),
        ("breast_cancer", 3, "2.992", "0.010266", "0.010296"),
    ],
)
def test_the_numbers_of_the_theory(expecting, data, order, slope, measured, predicted):
    found = expecting("cross_entropy", "l2", data)
    power = found.powers[Curve.CLEAN]
    assert power is not None
    assert f"{power.constant:.{len(predicted) - 2}f}" == predicted
    limit = found.clean.term(0)
    distances = {}
    for k in range(5, 15):
        problem = found.problem(2.0**-k)
        goal = torch.full_like(problem.alpha, found.goal(2.0**-k))
        distances[k] = distance(minimisers(problem, goal).weights[0], limit)
    assert f"{distances[9] * 2.0 ** (9 * order):.{len(measured) - 2}f}" == measured
    kept = [k for k, d in distances.items() if d > 1e-13]
    assert f"{fitted_slope([2.0**-k for k in kept], [distances[k] for k in kept]):.3f}" == slope


@pytest.mark.parametrize(
    ("loss", "regularizer", "data"),
    [("gce", "l2", "iris"), ("mae", "entropy", "iris"), ("cross_entropy", "label_smoothing_penalty", "wine")],
)
def test_the_second_term_is_that_of_the_theory(expecting, loss, regularizer, data):
    # THEORY 5: H_G w = -(E[J' D^2 l(0, Y) J v] + 1/2 E[J' D^3 g(0)[Jv, Jv]]), here with dense derivatives at 0
    found = expecting(loss, regularizer, data)
    here, family = found.experiment, found.experiment.family
    objective, classes = here.claim.objective, here.claim.classes
    zero = torch.zeros(classes, dtype=torch.float64)
    numbers = objective.parameters
    second = torch.stack(
        [hessian(lambda z, k=k: values(objective.loss, z, torch.tensor(k), numbers))(zero) for k in range(classes)]
    )
    third = jacfwd(hessian(lambda z: values(objective.regularizer, z, None)))(zero)
    v = family.outputs(found.clean.term(0))
    pull = torch.einsum("nk,kij,nj->ni", here.clean, second, v) + torch.einsum("ijk,nj,nk->ni", third, v, v) / 2
    w = -torch.linalg.solve(found.clean.curvature, family.pulled_back(pull), left=False)
    torch.testing.assert_close(found.clean.term(1), w, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("rho", [0.1, 0.4])
def test_clean_to_noisy_has_the_factor_that_the_theory_gives(expecting, rho):
    # THEORY 5: (1 - a) times the constant of order 2; for C = 2, 1 - a^2 times that of order 3, and the same for
    # GCE + l2 at order 2
    rows = (("cross_entropy", "iris", 1), ("cross_entropy", "breast_cancer", 2), ("gce", "breast_cancer", 2))
    for loss, data, power_of_a in rows:
        found = expecting(loss, "l2", data, rho)
        clean, gap = found.powers[Curve.CLEAN], found.powers[Curve.GAP]
        assert clean is not None
        assert gap is not None
        assert gap.order == clean.order
        assert gap.constant == pytest.approx((1 - found.experiment.a**power_of_a) * clean.constant, rel=1e-8)


def test_on_one_point_with_two_parameters_the_terms_are_those_found_by_hand(expecting):
    # one centred score z = (t, -t)/sqrt(2) and CE + l2 at C = 2: stationary where
    # t + alpha (tanh(t/sqrt(2)) - 1)/sqrt(2) = 0, so t/alpha = 1/sqrt(2) - alpha/(2 sqrt(2)) + O(alpha^2)
    found = expecting("cross_entropy", "l2", "breast_cancer")
    claim = found.experiment.claim
    one = torch.ones(1, 1, dtype=torch.float64)
    law = torch.tensor([0])
    point = Expected.of(Experiment.of(claim, "one point", one, law, 0.0, Outputs.CENTRED))
    assert float(point.clean.term(0)) == pytest.approx(math.sqrt(0.5), rel=1e-14)
    assert float(point.clean.term(1)) == pytest.approx(-math.sqrt(0.5) / 2, rel=1e-14)


def test_directions_are_the_series_divided_by_its_norm(expecting):
    found = expecting("gce", "l2", "iris").clean
    alpha = 1e-3
    t = sum(alpha**k * found.term(k) for k in range(6))
    u = sum(alpha**k * found.unit(k) for k in range(6))
    torch.testing.assert_close(u, t / t.norm(), rtol=0, atol=1e-14)
    ratio = sum(alpha**k * c for k, c in enumerate(found.norms(5)))
    assert ratio == pytest.approx(float(t.norm() / found.term(0).norm()), rel=1e-14)


def test_an_order_that_vanishes_by_cancellation_is_not_taken_for_one(expecting):
    found = expecting("cross_entropy", "l2", "digits").clean
    # it is not exactly 0 in float64
    assert 0 < float(found.unit(1).norm()) < 1e-14
    coefficients = Coefficients.of(found.unit, (found,), 1)
    assert coefficients.is_absent(1)
    assert coefficients.power() is None


def test_a_straight_line_has_no_order(expecting):
    found = expecting("muh", "l2", "iris")
    assert set(found.powers.values()) == {None}


def test_the_expansion_meets_the_minimiser(expecting):
    # the error of k terms falls as alpha^k: halving alpha divides it by 2^k
    found = expecting("gce", "l2", "iris")

    def error(alpha: float, terms: int) -> float:
        problem = found.problem(alpha)
        exact = minimisers(problem, torch.full_like(problem.alpha, found.goal(alpha))).weights[0]
        return float((exact - sum(alpha**k * found.clean.term(k) for k in range(terms))).norm())

    for terms in (1, 2, 3):
        assert error(0.01, terms) / error(0.005, terms) == pytest.approx(2**terms, rel=0.02)


def test_laws_can_be_given_per_sample_with_vmap(expecting):
    # the batch reading under vmap is the batch reading on the batch: what many models at once rest on
    here = expecting("gce", "l2", "iris").experiment
    objective = here.claim.objective
    z = here.family.outputs(here.claimed_limit(here.clean))
    torch.testing.assert_close(vmap(objective.losses)(z, here.noisy), objective.losses(z, here.noisy))
