"""Measuring: an experiment trained at every alpha, clean and noisy."""

from __future__ import annotations

import torch
from torch import Tensor

from numerics.predict import Curve, Expected
from numerics.progress import Progress, silent
from numerics.records import Measurement, Run
from numerics.solve import Solution, minimisers
from numerics.spec import RunSpec


def run_spec(expected: Expected) -> RunSpec:
    """The specification of the run that would test ``expected``."""
    here, claim = expected.experiment, expected.experiment.claim
    return RunSpec(
        loss=str(claim.objective.loss),
        regularizer=str(claim.objective.regularizer),
        parameters=tuple((name, str(value)) for name, value in sorted(claim.assumed.items())),
        data=here.data,
        samples=here.family.samples,
        classes=claim.classes,
        outputs=here.family.kind.value,
        rank=here.family.rank,
        rho=here.rho,
        alphas=expected.alphas,
        goals=tuple(expected.goal(alpha) for alpha in expected.alphas),
        device=here.clean.device.type,
    )


def measured(expected: Expected, progress: Progress = silent) -> Run:
    """The run: Newton's method from Z = 0 at each alpha, which knows nothing of what is expected."""
    spec = run_spec(expected)
    found = []
    for count, alpha in enumerate(spec.alphas):
        progress(count, len(spec.alphas), f"alpha = {alpha:.2g}")
        problem = expected.problem(alpha)
        goal = torch.full_like(problem.alpha, spec.goals[count])
        found.append(_measurement(expected, alpha, minimisers(problem, goal)))
    progress(len(spec.alphas), len(spec.alphas), "done")
    return Run(spec, tuple(found))


def _measurement(expected: Expected, alpha: float, solution: Solution) -> Measurement:
    here = expected.experiment
    clean, noisy = solution.weights
    limit = here.claimed_limit(here.clean)
    guaranteed = expected.guaranteed(alpha)
    differ = predicted_classes(expected, clean) != predicted_classes(expected, noisy)
    return Measurement(
        alpha=alpha,
        distances={
            Curve.CLEAN: distance(clean, limit),
            Curve.NOISY: distance(noisy, here.claimed_limit(here.noisy)),
            Curve.GAP: distance(clean, noisy),
        },
        limit_error=float((clean - limit).norm() / limit.norm()),
        ratio=float(noisy.norm() / clean.norm()),
        differ=int(differ.sum()),
        differ_guaranteed=int((differ & guaranteed).sum()),
        guaranteed=int(guaranteed.sum()),
        gradient_norms=(float(solution.gradient_norm[0]), float(solution.gradient_norm[1])),
        steps=(int(solution.steps[0]), int(solution.steps[1])),
        solved=bool(solution.solved.all()),
    )


def distance(first: Tensor, second: Tensor) -> float:
    """The paper's distance (3): between the two weights, each divided by its norm."""
    return float((first / first.norm() - second / second.norm()).norm())


def predicted_classes(expected: Expected, weights: Tensor) -> Tensor:
    """The class with the largest score of each sample, the first one if there are several: shape (n,)."""
    return expected.experiment.family.outputs(weights).argmax(1)
