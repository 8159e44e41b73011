"""The known counterexamples, trained: what ``symcheck.counterexamples`` proves of minimisers beside what they predict.

A case states the classes that clean and noisy minimisers predict for every lambda in an interval, without any training.
Here its objective is minimised by Newton's method at a row of lambdas in that interval; controls, in which nothing
turns, and the rates around a threshold of rho as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

import torch
from torch import Tensor
from torch.func import vmap

from numerics.counterexamples.small import SmallProblem
from numerics.counterexamples.trials import UNDECIDED, KnownCounterexamples, Trial
from numerics.formulas.forward import hessian
from numerics.formulas.objective import Objective
from numerics.noise.laws import noisy_law
from symcheck.arguments.public import public
from symcheck.counterexamples import counterexample, counterexamples
from symcheck.counterexamples.base import Counterexample, LambdaClaim
from symcheck.language.interval import Interval
from symcheck.minimisers.family import Rows
from symcheck.minimisers.prediction_verdict import Winners

LAMBDAS = tuple(Fraction(10) ** power for power in (-3, 0, 2, 4))
"""Weights of the penalty at which a claim is trained if they lie in its interval, beside its ends."""
BESIDE = Fraction(1, 1000)
"""How far from a threshold the rates lie that are trained on both sides of it."""
GOAL, SOLVED = 1e-12, 1e-9
"""The gradient norm asked of the solver, and that at which a minimiser counts."""
FLAT = 1e-6
"""A loss whose curvature is below this share of that at 0 has no minimiser of its own there."""


@public
def known_counterexamples(name: str | None = None) -> KnownCounterexamples:
    """Every case of ``symcheck.counterexamples`` trained, or the one called ``name``.

    Parameters: ``name`` of a case, None for all of them.

    Returns ``KnownCounterexamples``: the classes that are proved beside those that training finds.  Raises
    ``UnknownNameError``, naming the nearest cases.

    >>> from numerics import known_counterexamples
    >>> known_counterexamples("square_on_a_line").agrees
    True

    Source: docs/theory.md, section 10.
    """
    cases = counterexamples() if name is None else (counterexample(name),)
    found = [trained_case(case) for case in cases]
    return KnownCounterexamples(
        tuple(trial for one in found for trial in one.trials),
        tuple(name for one in found for name in one.without_minimiser),
    )


def trained_case(case: Counterexample) -> KnownCounterexamples:
    """The claims of ``case`` trained, those of its controls, and the rates on both sides of its threshold."""
    parts = [("", case, claim) for claim in case.claims]
    parts += [(c.title, case.under(c), claim) for c in case.controls for claim in c.claims]
    first = case.claims[0]
    if case.flips_above is not None:
        for side, rho, noisy in (("below", -BESIDE, first.clean), ("above", BESIDE, first.noisy)):
            part = f"rho just {side} {case.flips_above}"
            parts.append(
                (part, replace(case, rho=case.flips_above + rho), LambdaClaim(first.lambdas, first.clean, noisy))
            )
    trials = [trial for part, given, claim in parts for trial in _trials(part, given, claim)]
    is_without = all(t.lambda_ for t in trials) and not has_minimiser_without_penalty(problems_of(case)[0])
    return KnownCounterexamples(tuple(trials), (case.name,) if is_without else ())


def _trials(part: str, case: Counterexample, claim: LambdaClaim) -> Iterator[Trial]:
    clean, noisy = problems_of(case)
    for lambda_ in lambdas_in(claim.lambdas):
        yield Trial(
            case=case.name,
            part=part,
            rho=case.rho,
            lambda_=lambda_,
            predicted=(claim.clean, claim.noisy),
            found=(classes_at(clean, lambda_), classes_at(noisy, lambda_)),
        )


def lambdas_in(interval: Interval) -> list[Fraction]:
    """The weights at which a claim about ``interval`` is trained.

    Its closed ends, a tenth and a hundredth of the upper one, and those of ``LAMBDAS``, as far as they lie in it.
    """
    below = [] if interval.high is None else [interval.high, interval.high / 10, interval.high / 100]
    ends = below if interval.low is None else [interval.low, *below]
    return sorted({x for x in (*ends, *LAMBDAS) if x in interval})


def problems_of(case: Counterexample) -> tuple[SmallProblem, SmallProblem]:
    """The training of ``case`` under clean and under noisy labels."""
    basis = case.family.basis(case.features, case.classes)
    maps = torch.stack([_tensor(direction) for direction in basis], -1)  # (n, C, m): Z_i = M_i theta
    objective = Objective(case.loss.recorded, case.regularizer.recorded)
    clean = _tensor(case.labels)
    weights = torch.tensor([float(w) for w in case.weights], dtype=torch.float64)
    first, second = (SmallProblem(objective, maps, law, weights) for law in (clean, noisy_law(clean, float(case.rho))))
    return first, second


def classes_at(problem: SmallProblem, lambda_: Fraction) -> Winners:
    """The classes, from 1, that the minimiser predicts; ``UNDECIDED`` where no score leads by more than the error.

    With A the curvature by the parameters, the outputs are off by at most max |M_i| |gradient|/eig_min(A), to first
    order.
    """
    # At lambda = 0 the penalty is taken out instead, and alpha only scales the outputs.
    alpha = float(1 / lambda_) if lambda_ else 1.0
    solved = problem if lambda_ else without_penalty(problem)
    scores, norm = solved.minimiser(alpha, GOAL)
    least = float(torch.linalg.eigvalsh(_curvature(solved, scores, alpha))[0])
    if norm > SOLVED or not least > 0:
        return (UNDECIDED,) * len(scores)
    error = float(torch.linalg.matrix_norm(problem.maps, 2).max()) * max(norm, GOAL) / least
    best = scores.topk(2, dim=-1)
    # Both scores may be off by the error.
    leads = best.values[:, 0] - best.values[:, 1] > 2 * error
    return tuple(torch.where(leads, best.indices[:, 0] + 1, UNDECIDED).tolist())


def has_minimiser_without_penalty(problem: SmallProblem) -> bool:
    """Whether the loss alone, lambda = 0, has one minimiser that Newton's method reaches.

    Where labels are separated it has none: the gradient tends to 0 along the way to infinity, and the curvature too.
    """
    alone = without_penalty(problem)
    scores, norm = alone.minimiser(1.0, GOAL)
    least = float(torch.linalg.eigvalsh(_curvature(alone, scores, 1.0))[0])
    most = float(torch.linalg.eigvalsh(_curvature(alone, torch.zeros_like(scores), 1.0))[-1])
    return norm <= SOLVED and least > FLAT * most


def without_penalty(problem: SmallProblem) -> SmallProblem:
    """The training of the loss alone, lambda = 0; its minimisers are asked for at alpha = 1."""
    objective = problem.objective
    alone = Unpenalised(objective.loss, objective.regularizer, objective.parameters)
    return SmallProblem(alone, problem.maps, problem.law, problem.weights)


@dataclass(frozen=True)
class Unpenalised(Objective):
    """A loss with 0 in the place of its regularizer."""

    def penalties(self, z: Tensor) -> Tensor:
        """0 for each sample."""
        return torch.zeros_like(z[..., 0])


def _curvature(problem: SmallProblem, scores: Tensor, alpha: float) -> Tensor:
    """The second derivative by theta' of what is minimised, at the outputs alpha ``scores``."""

    def value(z: Tensor, law: Tensor) -> Tensor:
        found: Tensor = alpha * problem.objective.losses(z, law) + problem.objective.penalties(z)
        return found

    bends = vmap(hessian(value))(alpha * scores, problem.law)
    found: Tensor = torch.einsum("nci,ncd,ndj,n->ij", problem.maps, bends, problem.maps, problem.weights)
    return found


def _tensor(rows: Rows) -> Tensor:
    return torch.tensor([[float(x) for x in row] for row in rows], dtype=torch.float64)
