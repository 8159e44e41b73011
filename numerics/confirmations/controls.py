"""Negative controls: false claims that have to come out as contradicted, or the confirmation is worth nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import torch

from numerics.confirmations.confirmation import Confirmation
from numerics.confirmations.experiment import Experiment
from numerics.confirmations.judge import agreement_of
from numerics.confirmations.measure import measured, predicted_classes
from numerics.confirmations.predict import Expected
from numerics.formulas.objective import Objective
from numerics.formulas.predicted_numbers import PredictedNumbers
from numerics.linear.solve import minimisers
from numerics.models.linear import Outputs
from numerics.runs.agreement import Agreement, Row
from symcheck.findings.prediction import Order
from symcheck.language.classwise import ClassParameter
from symcheck.language.formula import Formula, symbols
from symcheck.language.functions import logsumexp, onehot, total
from symcheck.language.scope import Classes

LAMBDAS = (1000.0, 100.0, 10.0, 1.0, 0.1, 0.01)
"""The weights of the regularizer at which claims about predicted classes are trained."""

WEIGHTS = (1, 10, 1)
"""The class weights of the control on class weights."""


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
    claim = _false_claim(
        "square with plain one-hot + l2, reference class, with the false claim of tier EXACT",
        Formula.of(total((z - onehot(y)) ** 2) / 2),
    )
    features = torch.tensor([[-3.0], [1.0]], dtype=torch.float64)
    experiment = Experiment.of(claim, "two points", features, torch.tensor([0, 1]), 0.5, Outputs.REFERENCE)
    return _contradicted(experiment, "the claim is exact: no predicted class differs at any lambda")


def class_weights_as_scaled() -> Agreement:
    """Cross-entropy with the class weights w = (1, 10, 1), judged as if it were SCALED.

    One point with y = 1, rho = 2/5 and l + lambda g = w_y CE + lambda/2 ||z||^2.  b_y = -w_y o_y: the tier is
    CLASSWISE.  With the weight of class 1 for kappa the claim is right for clean labels; under noise the
    prediction goes from 1 to 2 at every lambda (THEORY 10).
    """
    claim = _false_claim(
        f"cross entropy with class weights {WEIGHTS} + l2, with the false claim of tier SCALED",
        weighted_cross_entropy(WEIGHTS),
    )
    features = torch.ones((1, 1), dtype=torch.float64)
    experiment = Experiment.of(claim, "one point", features, torch.tensor([0]), 0.4)
    return _contradicted(
        experiment, "on one point, classes that are treated alike are ranked as their probabilities are"
    )


def weighted_cross_entropy(weights: Sequence[int]) -> Formula:
    """w_y (log sum_k exp z_k - z_y)."""
    z, y = symbols()
    return Formula.of(ClassParameter("w", weights)[y] * (logsumexp(z) - z[y]))


def _false_claim(name: str, loss: Formula) -> PredictedNumbers:
    """That ``loss`` with 1/2 ||z||^2 has kappa = 1 at C = 3."""
    return PredictedNumbers(
        name=name,
        objective=Objective(loss, Formula.of(total(symbols()[0] ** 2) / 2)),
        classes=3,
        kappa=1.0,
        hessian=torch.eye(3, dtype=torch.float64),
        quotient=False,
        noise_power=1.0,
        order=None,
        assumed={},
    )


def _contradicted(experiment: Experiment, reason: str) -> Agreement:
    """What training says about the false claim: its predicted classes at each lambda first, then the usual rows."""
    expected = Expected.of(experiment)
    agreement = agreement_of(expected, measured(expected))
    rows, notes = zip(*(_classes_at(expected, lambda_, reason) for lambda_ in LAMBDAS), strict=True)
    return Agreement(agreement.title, (*rows, *agreement.rows), (*agreement.notes, *notes))


def _classes_at(expected: Expected, lambda_: float, reason: str) -> tuple[Row, str]:
    problem = expected.problem(1 / lambda_)
    solution = minimisers(problem, torch.full_like(problem.alpha, expected.goal(1 / lambda_)))
    clean, noisy = (predicted_classes(expected, weights) + 1 for weights in solution.weights)
    row = Row(
        name=f"predicted classes that differ at lambda = {lambda_:g}",
        predicted=0.0,
        measured=float((clean != noisy).sum()) if bool(solution.solved.all()) else None,
        tolerance=0.0,
        reason=reason,
    )
    return row, f"lambda = {lambda_:g}: predicted classes {clean.tolist()} (clean), {noisy.tolist()} (noisy)"
