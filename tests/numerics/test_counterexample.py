"""The search for counterexamples: it finds one where a tier is unsafe, and none where it is safe (THEORY 3 and 6)."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
import torch

import symcheck as sc
from numerics.commands.counterexample import counterexample as command
from numerics.counterexamples.search import counterexample
from numerics.counterexamples.small import SmallProblem
from numerics.errors import ConfirmationError, NoiseError
from numerics.formulas.pair import pair_of
from numerics.noise.laws import clean_law
from symcheck.findings.tier import Tier
from symcheck.intake.catalogue import names

SAFE = {Tier.EXACT, Tier.SCALED, Tier.SYMLIN, Tier.ZERO}
"""sum_y b_y = 0: noise moves no limit, whatever the family."""


@pytest.mark.parametrize("name", names("loss"))
def test_a_flip_is_found_where_the_tier_is_unsafe_and_nowhere_else(name: str) -> None:
    certificate = sc.certify(name, "l2")
    classes = 3 if 3 in certificate.scope.classes else 2
    pair = pair_of(certificate, classes, "the test")
    tier = pair.certificate.at(classes, **pair.numbers).tier
    if tier in (None, Tier.NONDIFF):
        with pytest.raises(ConfirmationError, match="so there is no limit to search in"):
            counterexample(certificate, classes)
        return
    found = counterexample(certificate, classes)
    # FAIL holds losses with kappa < 0 and d = 0 as well, which noise does not move; the catalogue has none at C = 3
    assert (found.flip is None) == (tier in SAFE)
    if found.flip is not None:
        assert found.flip.is_confirmed
        assert found.flip.clean != found.flip.noisy


def test_the_drift_of_one_vs_rest_logistic_is_harmless_on_shared_features_until_the_penalty_is_anisotropic() -> None:
    """THEORY 10, one-vs-rest logistic: g = z'Az with 2A = diag(1, 4, 5), one point with y = 1 and rho = .6: 1 -> 3."""
    isotropic = sc.certify("one_vs_rest_logistic", "l2")
    assert counterexample(isotropic, families=["shared features"]).flip is None
    penalty = sc.regularizers.QuadraticForm(Q=[["1/2", 0, 0], [0, 2, 0], [0, 0, "5/2"]])
    tilted = sc.certify("one_vs_rest_logistic", penalty)
    flip = counterexample(tilted, rho=Fraction(3, 5), families=["shared features"]).flip
    assert flip is not None
    assert (flip.features, flip.labels, flip.clean, flip.noisy) == (((1.0,),), (1,), (1,), (3,))


def test_a_common_drift_that_is_not_along_the_penalty_is_found_by_the_construction() -> None:
    """A reference prior far from uniform: no small grid is needed, C + 1 points do (THEORY 6)."""
    found = counterexample(sc.certify("logit_adjusted_ce", "l2"), most_points=0, families=["shared features"])
    assert found.flip is not None
    assert len(found.flip.labels) == 4


def test_the_limit_is_that_of_minimisers() -> None:
    """Z/alpha - S = O(alpha): a tenth of alpha leaves a tenth of the error, to first order."""
    pair = pair_of(sc.certify("focal", "l2"), 3, "the test")
    chance = torch.Generator().manual_seed(0)
    maps = torch.randn(5, 3, 4, generator=chance, dtype=torch.float64)
    law = clean_law(torch.tensor([0, 1, 2, 0, 1]), 3)
    problem = SmallProblem(pair.objective, maps, law, torch.full((5,), 0.2, dtype=torch.float64))
    errors = []
    for alpha in (1e-2, 1e-3, 1e-4):
        z, norm = problem.minimiser(alpha)
        assert norm < 1e-10
        errors.append(float((z - problem.limit()).norm()))
    assert errors[1] / errors[0] == pytest.approx(0.1, rel=0.1)
    assert errors[2] / errors[1] == pytest.approx(0.1, rel=0.02)


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        (
            {"families": ["cones"]},
            ConfirmationError,
            "families: got 'cones'; accepted are 'shared features', 'reference class', 'cone'",
        ),
        (
            {"rho": 0.7},
            NoiseError,
            "rho: got 0.7; accepted is 0 <= rho < (C-1)/C = 2/3 for C = 3 classes, where the clean class is still the "
            "likeliest label; choose a smaller rate",
        ),
    ],
)
def test_bad_input_is_named(given: dict, error: type, message: str) -> None:
    with pytest.raises(error) as caught:
        counterexample(sc.certify("cross_entropy", "l2"), **given)
    assert str(caught.value) == message


def test_a_penalty_without_curvature_has_no_such_limit() -> None:
    with pytest.raises(ConfirmationError, match="has no positive definite curvature at 0"):
        counterexample(sc.certify("cross_entropy", "quartic"))


def test_the_command_finds_one_and_says_so(capsys) -> None:
    assert command(["one_vs_rest_logistic", "l2"]) == 0
    assert capsys.readouterr().out.splitlines()[:3] == [
        "found for one_vs_rest_logistic + l2 at C = 3, family: reference class, exact noise of rate 3/5",
        "  features = (1) with label 1",
        "  limit: classes (1) from clean labels, (3) from noisy ones",
    ]


def test_the_command_finds_none_and_says_so(capsys) -> None:
    assert command(["cross_entropy", "l2", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["flip"] is None


def test_the_command_refuses_a_number_of_classes(capsys) -> None:
    assert command(["cross_entropy", "l2", "--classes", "1"]) == 64
    assert capsys.readouterr().err == "symcheck: --classes: got '1'; accepted is an integer from 2 to 20\n"
