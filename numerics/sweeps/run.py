"""Runs: one specification trained, under clean labels and under noisy ones, and what is measured at each lambda.

A run is the same numbers wherever it is computed: on one thread, each solver batch holds the fits of one run alone,
and clean fits are shared between runs only where they are equal to the bit.
"""

from __future__ import annotations

from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass

import torch
from torch import Tensor

from numerics.arrays.transforms import transform_of
from numerics.arrays.whitening import RANK_TOLERANCE
from numerics.data.prepared import Prepared, prepared
from numerics.distance import distance
from numerics.errors import SweepError
from numerics.formulas.objective import Objective
from numerics.linear.evaluation import Evaluation
from numerics.linear.fits import FitProblem, fitted
from numerics.linear.solve import ScaledProblem, minimisers
from numerics.models.linear import LinearFamily, Outputs
from numerics.noise.class_conditional import ClassConditional
from numerics.noise.labels import DrawnLabels, LabelLaw, given_labels
from numerics.noise.laws import clean_law, labels_or_law
from numerics.noise.uniform import UniformNoise
from numerics.runs.agreement import finite
from numerics.runs.spec import RunSpec
from numerics.sweeps.line import line_of
from numerics.sweeps.plan import Plan
from symcheck.errors import SymcheckError

MOST_KEPT = 4
"""Prepared data and clean fits that a runner keeps: runs in the order of a grid need one."""
TRIED = 8
"""At how many random scores a penalty is tried for homogeneity."""
ROUNDING = 64
"""Units in the last place, times lambda, that rounding leaves of a gradient."""

Record = dict[str, object]


@dataclass(frozen=True, eq=False)
class Trained:
    """The data of a run with the minimisers under the clean ``law`` (n, C): weights (k, r, m), one for each lambda."""

    data: Prepared
    family: LinearFamily
    law: Tensor
    clean: Tensor
    gradient_norm: Tensor
    solved: Tensor

    def scores(self, features: Tensor, weights: Tensor) -> Tensor:
        """Z (k, n, C) on other samples: ``features`` (n, d) as prepared."""
        return features @ self.family.raw_weights(weights)


class Runner:
    """Computes runs, and keeps what the next run of a grid needs again."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[object, ...], Trained] = OrderedDict()

    def line(self, plan: Plan) -> str:
        """The result of a run as one line of JSON, without its end; what a run refuses is its result."""
        record: Record = {"run": plan.hash, "spec": plan.spec.to_record()}
        try:
            record["result"] = self.result(plan)
        except SymcheckError as error:
            record["error"] = f"{type(error).__name__}: {error}"
        return line_of(record)

    def result(self, plan: Plan) -> Record:
        """What the run measures, as plain values for JSON.

        Accuracies and agreements are shares of samples, judged by the clean labels; ``distance`` is (3) between the
        clean and the noisy minimiser on the training part, ``distance_clean`` and ``distance_noisy`` those to their own
        limits; numbers that do not exist are null.
        """
        spec = plan.spec
        trained = self._trained(plan)
        family, train = trained.family, trained.data.train
        noise = noisy_labels(spec, trained.data)
        law = (noise.probabilities if isinstance(noise, LabelLaw) else noise.one_hot).to(family.features)
        # At the rate 0 every draw is the clean labels.
        if torch.equal(law, trained.law):
            noisy, norms, solved = trained.clean, trained.gradient_norm, trained.solved
        else:
            noisy, norms, solved = solved_fits(family, plan.objective, spec, law)
        parts = {"train": train} | ({"test": trained.data.test} if trained.data.test is not None else {})
        points: list[Record] = [{"lambda": value} for value in spec.lambdas]
        for name, part in parts.items():
            true = torch.from_numpy(part.labels).to(law.device)
            inputs = torch.from_numpy(part.features).to(law)
            clean, other = (predicted(trained.scores(inputs, weights)) for weights in (trained.clean, noisy))
            for point, first, second in zip(points, clean, other, strict=True):
                point[f"accuracy_clean_{name}"] = _share(first, true)
                point[f"accuracy_noisy_{name}"] = _share(second, true)
                point[f"agreement_{name}"] = _share(first, second)
        limits = [own_limit(family, plan.objective, each) for each in (trained.law, law)]
        for i, point in enumerate(points):
            both = trained.clean[i], noisy[i]
            point["distance"] = finite(distance(*both))
            for name, weights, limit in zip(("clean", "noisy"), both, limits, strict=True):
                point[f"distance_{name}"] = None if limit is None else finite(distance(weights, limit))
            point["ratio"] = finite(float(both[1].norm() / both[0].norm()))
            point["gradient_norms"] = [finite(float(norm[i])) for norm in (trained.gradient_norm, norms)]
            point["solved"] = bool(trained.solved[i] and solved[i])
        return {
            "train": len(train),
            "test": len(trained.data.test) if trained.data.test is not None else 0,
            "rank": family.rank,
            "dropped": list(trained.data.dropped),
            "notes": [*family.notes, *plan.dataset.notes],
            "expected_rate": noise.expected_rate if isinstance(noise, LabelLaw) else None,
            "realised_rate": noise.realised_rate if isinstance(noise, DrawnLabels) else None,
            "points": points,
        }

    def _trained(self, plan: Plan) -> Trained:
        spec = plan.spec
        key = (
            spec.fingerprint,
            spec.outputs,
            spec.device,
            spec.lambdas,
            plan.objective.loss,
            plan.objective.regularizer,
        )
        found = self._kept.get(key)
        if found is None:
            found = self._kept[key] = _train_clean(plan)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return found


def _train_clean(plan: Plan) -> Trained:
    spec = plan.spec
    data = prepared(plan.dataset, transform_of(spec.transform), spec.test, spec.split)
    raw = torch.from_numpy(data.train.features).to(spec.device)
    family = LinearFamily.of(raw, spec.classes, Outputs(spec.outputs))
    law = clean_law(torch.from_numpy(data.train.labels), spec.classes).to(family.features)
    return Trained(data, family, law, *solved_fits(family, plan.objective, spec, law))


def solved_fits(
    family: LinearFamily, objective: Objective, spec: RunSpec, law: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """The minimisers of L + lambda G under ``law`` (n, C): weights (k, r, m), gradient norms and which are solved.

    The fast solver first where it applies, Newton's method for what it leaves.  Raises ``SweepError`` for a penalty
    that no solver here can take.
    """
    lambdas = torch.tensor(spec.lambdas, dtype=torch.float64, device=law.device)
    goal = torch.tensor(spec.goals, dtype=torch.float64, device=law.device)
    # The gradient of L + lambda G is computed from terms of the size of lambda.
    within = goal + ROUNDING * torch.finfo(torch.float64).eps * lambdas
    if degree_of(objective, spec.classes) != 2 or Evaluation.of(family, objective) is None:
        return _by_newton(family, objective, spec, law, lambdas, within)
    moments = family.pulled_back(law - 1 / spec.classes).expand(len(lambdas), -1, -1)
    fits = fitted(FitProblem(family, objective, lambdas, moments), min(spec.goals))
    weights, norm = fits.weights.clone(), fits.gradient_norm.clone()
    # Not norm > within: a norm that is no number has to be left over as well.
    left = (~(norm <= within)).nonzero()[:, 0]
    if len(left):
        # Where Newton's method cannot start, what the fast solver reached stays, as unsolved.
        with suppress(SweepError):
            others, rest, _ = _by_newton(family, objective, spec, law, lambdas[left], within[left])
            better = ~(norm[left] <= rest)
            weights[left[better]], norm[left[better]] = others[better], rest[better]
    return weights, norm, norm <= within


def _by_newton(
    family: LinearFamily, objective: Objective, spec: RunSpec, law: Tensor, lambdas: Tensor, within: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    degree = degree_of(objective, spec.classes)
    power = 1 / (degree - 1) if degree > 1 else 1.0
    labels = labels_or_law(law)
    problem = ScaledProblem(family, objective, 1 / lambdas, labels.expand(len(lambdas), *labels.shape), power)
    try:
        solution = minimisers(problem, within)
    except torch.linalg.LinAlgError as error:  # type: ignore[attr-defined]
        raise SweepError(
            f"regularizer: {spec.regularizer_name or spec.regularizer} has no curvature at 0 that the solver could "
            "start from; take one that has, such as l2"
        ) from error
    return solution.weights * problem.scale[:, None, None], solution.gradient_norm, solution.solved


def degree_of(objective: Objective, classes: int) -> float:
    """k where g(tz) = t^k g(z) for t > 0, tried at random scores; 2 where there is no such k."""
    scores = torch.randn(TRIED, classes, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    degrees = (objective.penalties(2 * scores) / objective.penalties(scores)).log2()
    found = round(float(degrees[0]), 6) if bool(degrees[0].isfinite()) else 2.0
    return found if bool(((degrees - found).abs() < 1e-6).all()) else 2.0


def noisy_labels(spec: RunSpec, data: Prepared) -> LabelLaw | DrawnLabels:
    """The noisy labels of the training part: their exact law, a draw, or those that came with the data."""
    clean = torch.from_numpy(data.train.labels)
    if spec.noise == "given":
        assert data.train.noisy is not None
        return given_labels(clean, torch.from_numpy(data.train.noisy), spec.classes)
    noise = (
        UniformNoise.flipping(spec.rho, spec.classes)
        if spec.transition is None
        else ClassConditional.of(spec.transition)
    )
    return noise.law(clean) if spec.seed is None else noise.draw(clean, spec.seed)


def own_limit(family: LinearFamily, objective: Objective, law: Tensor) -> Tensor | None:
    """The limit of lambda Z as lambda -> oo under ``law``, S = -P b H^(-1) in weights (r, m), b = grad l(0, law).

    None where the penalty has no positive definite curvature on the outputs, or the limit is 0 or no number.
    """
    basis = family.basis
    # Of the column only length, dtype and device count.
    curvature = family.restricted(objective.penalty_curvature(basis[:, 0]))
    if not bool(torch.isfinite(curvature).all()):
        return None
    sizes = torch.linalg.eigvalsh(curvature)
    if not float(sizes[0]) > RANK_TOLERANCE * float(sizes[-1]):
        return None
    pull = family.pulled_back(objective.loss_gradient(torch.zeros_like(law), law))
    limit: Tensor = -torch.linalg.solve(curvature, pull, left=False)
    size = float(limit.norm())
    return limit if size > RANK_TOLERANCE and bool(torch.isfinite(limit).all()) else None


def predicted(scores: Tensor) -> list[Tensor | None]:
    """The classes (n,) with the largest scores for each lambda; None where a score is no number."""
    return [each.argmax(1) if bool(each.isfinite().all()) else None for each in scores]


def _share(classes: Tensor | None, others: Tensor | None) -> float | None:
    """The share of samples with the same class in both."""
    return None if classes is None or others is None else int((classes == others).sum()) / len(classes)
