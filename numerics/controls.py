"""Negative controls: false claims that have to come out as contradicted, or the confirmation is worth nothing."""

from __future__ import annotations

from dataclasses import replace

import torch

from numerics.agreement import Agreement, Row
from numerics.claim import Claim
from numerics.confirmation import Confirmation
from numerics.experiment import Experiment
from numerics.judge import agreement_of
from numerics.measure import measured, predicted_classes
from numerics.models.linear import Outputs
from numerics.objective import Objective
from numerics.predict import Expected
from numerics.solve import minimisers
from symcheck.language.formula import Formula, symbols
from symcheck.language.functions import onehot, total
from symcheck.language.scope import Classes
from symcheck.prediction import Order

LAMBDAS = (1000.0, 100.0, 10.0, 1.0, 0.1, 0.01)
"""The weights of the regularizer at which the second control is trained."""


def turned_order(confirmation: Confirmation, to_limit: int = 1) -> Agreement:
    """The run of ``confirmation`` judged against a false order of the distance to the limit.

    For cross-entropy with 1/2 ||z||^2 on shared features the order is 2 (3 at C = 2), never 1 (THEORY 5).
    """
    here = confirmation.expected.experiment
    classes = here.claim.classes
    known = here.claim.order
    false = Order(Classes(classes, classes), to_limit, known.clean_to_noisy if known else to_limit)
    claim = replace(here.claim, name=f"{here.claim.name}, with the false claim of order {to_limit}", order=false)
    expected = confirmation.expected
    return agreement_of(Expected(replace(here, claim=claim), expected.clean, expected.noisy), confirmation.run)


def plain_square_as_exact() -> Agreement:
    """The square loss with the plain one-hot and a reference class, judged as if it were EXACT.

    Two points phi = -3, 1 with y = 1, 2 and rho = 1/2, scores (z_1, z_2, 0), l + lambda g = 1/2 ||z - e_y||^2 +
    lambda/2 ||z||^2.  An EXACT pair of this kind predicts the same classes under noise at every lambda
    (Theorem 1); these predictions go from (1, 2) to (1, 3) at every lambda (THEORY 10).
    """
    z, y = symbols()
    claim = Claim(
        name="square with plain one-hot + l2, reference class, with the false claim of tier EXACT",
        objective=Objective(Formula.of(total((z - onehot(y)) ** 2) / 2), Formula.of(total(z**2) / 2)),
        classes=3,
        kappa=1.0,
        curvature=1.0,
        coupling=0.0,
        quotient=False,
        noise_power=1.0,
        order=None,
        assumed={},
    )
    features = torch.tensor([[-3.0], [1.0]], dtype=torch.float64)
    experiment = Experiment.of(claim, "two points", features, torch.tensor([0, 1]), 0.5, Outputs.REFERENCE)
    expected = Expected.of(experiment)
    agreement = agreement_of(expected, measured(expected))
    rows, notes = zip(*(_classes_at(expected, lambda_) for lambda_ in LAMBDAS), strict=True)
    return Agreement(agreement.title, (*agreement.rows, *rows), (*agreement.notes, *notes))


def _classes_at(expected: Expected, lambda_: float) -> tuple[Row, str]:
    problem = expected.problem(1 / lambda_)
    solution = minimisers(problem, torch.full_like(problem.alpha, expected.goal(1 / lambda_)))
    clean, noisy = (predicted_classes(expected, weights) + 1 for weights in solution.weights)
    row = Row(
        name=f"predicted classes that differ at lambda = {lambda_:g}",
        predicted=0.0,
        measured=float((clean != noisy).sum()) if bool(solution.solved.all()) else None,
        tolerance=0.0,
        reason="the claim is exact: no predicted class differs at any lambda",
    )
    return row, f"lambda = {lambda_:g}: predicted classes {clean.tolist()} (clean), {noisy.tolist()} (noisy)"
