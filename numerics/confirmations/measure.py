"""Measuring: an experiment trained at every alpha, clean and noisy."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import Tensor

from numerics.confirmations.far_starts import FarStarts, far_starts
from numerics.confirmations.in_lambda import at_lambda
from numerics.confirmations.predict import Curve, Expected
from numerics.confirmations.records import Measurement, Run
from numerics.distance import distance
from numerics.linear.solve import Solution, minimisers
from numerics.progress import Progress, silent
from numerics.runs.spec import RunSpec

AT_ONCE = 2**17
"""How many scores are trained together: more are slower once they leave the processor's cache."""


def run_spec(expected: Expected) -> RunSpec:
    """The specification of the run that would test ``expected``."""
    here, claim = expected.experiment, expected.experiment.claim
    return RunSpec(
        loss=str(claim.objective.loss),
        regularizer=str(claim.objective.regularizer),
        parameters=tuple(sorted({**claim.assumed, **claim.objective.entries}.items())),
        data=here.data,
        fingerprint=here.fingerprint,
        samples=here.family.samples,
        classes=claim.classes,
        outputs=here.family.kind.value,
        rank=here.family.rank,
        rho=here.rho,
        noise="sampled" if here.is_sampled else "exact",
        seed=here.seed,
        alphas=expected.alphas,
        goals=tuple(expected.goal(alpha) for alpha in expected.alphas),
        device=here.clean.device.type,
    )


def measured(expected: Expected, progress: Progress = silent) -> Run:
    """The run: Newton's method from Z = 0 at each alpha, which knows nothing of what is expected."""
    spec = run_spec(expected)
    together = max(1, AT_ONCE // (2 * spec.samples * spec.classes))
    found: list[Measurement] = []
    while len(found) < len(spec.alphas):
        alphas = spec.alphas[len(found) : len(found) + together]
        progress(len(found), len(spec.alphas), at_lambda(alphas[0]))
        problem = expected.problem(*alphas)
        goals = spec.goals[len(found) : len(found) + together]
        solution = minimisers(problem, torch.tensor(goals, dtype=torch.float64).to(problem.alpha).repeat_interleave(2))
        found += [_measurement(expected, alpha, solution, 2 * i) for i, alpha in enumerate(alphas)]
    if expected.smoothing:
        found[0] = replace(found[0], smoothed=_smoothed(expected, found[0].alpha))
    progress(len(spec.alphas), len(spec.alphas), "done")
    return Run(spec, tuple(found), _far(expected, spec.alphas[-1]))


def _far(expected: Expected, alpha: float) -> FarStarts | None:
    """What starts far away find at ``alpha``, where the objective is a function."""
    problem = expected.problem(alpha)
    if problem.objective.has_detached_parts:
        return None
    goal = torch.full_like(problem.alpha, expected.goal(alpha))
    return far_starts(problem, minimisers(problem, goal), goal)


def _smoothed(expected: Expected, alpha: float) -> float | None:
    """How far the minimiser on clean labels with a smoothed loss is from the one on noisy labels, relatively."""
    plain, smooth = expected.problem(alpha), expected.smoothed_problem(alpha)
    goal = torch.full_like(plain.alpha, expected.goal(alpha))
    noisy, other = minimisers(plain, goal), minimisers(smooth, goal[:1])
    if not bool(noisy.solved[1] & other.solved[0]):
        return None
    return float((noisy.weights[1] - other.weights[0]).norm() / noisy.weights[1].norm())


def _measurement(expected: Expected, alpha: float, solution: Solution, first: int) -> Measurement:
    """What the solutions ``first``, for clean labels, and ``first`` + 1, for noisy ones, are at ``alpha``."""
    here = expected.experiment
    clean, noisy = solution.weights[first], solution.weights[first + 1]
    norms, steps = solution.gradient_norm[first : first + 2], solution.steps[first : first + 2]
    limit = here.claimed_limit(here.clean)
    guaranteed = expected.guaranteed(alpha)
    classes = predicted_classes(expected, clean), predicted_classes(expected, noisy)
    differ = classes[0] != classes[1]
    moved = differ
    if here.is_sampled:  # there each is promised the classes of its own limit
        limits = limit, here.claimed_limit(here.noisy)
        pairs = zip(classes, limits, strict=True)
        moved = torch.stack([found != predicted_classes(expected, s) for found, s in pairs]).any(0)
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
        differ_guaranteed=int((moved & guaranteed).sum()),
        guaranteed=int(guaranteed.sum()),
        gradient_norms=(float(norms[0]), float(norms[1])),
        steps=(int(steps[0]), int(steps[1])),
        solved=bool(solution.solved[first : first + 2].all()),
    )


def predicted_classes(expected: Expected, weights: Tensor) -> Tensor:
    """The class with the largest score of each sample, the first one if there are several: shape (n,)."""
    return expected.experiment.family.outputs(weights).argmax(1)
