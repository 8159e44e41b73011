"""The run without a penalty beside it: the same networks, trained on the loss alone.

What people train has no g, or a weak one: nothing is claimed of it.  It is shown so that one sees what the penalty, at
the lambda of a test of a claim, costs or gains in accuracy.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields, replace

import torch

from numerics.errors import TrainingError
from numerics.formulas.objective import Objective, WithoutPenalty
from numerics.formulas.scaled import ScaledObjective
from numerics.networks.accuracies import accuracies, spread_text
from numerics.networks.network_runs import NetworkRun
from numerics.networks.problem import NetworkProblem, Scaling
from numerics.networks.train import Trained, run
from numerics.progress import Progress, silent
from symcheck.render.block import Block, Paragraph, Table
from symcheck.render.page import Page

NOTE = (
    "without a penalty: the same networks from the same start on the same labels, by the same optimiser, trained on "
    "the loss alone for {steps} steps; nothing is claimed of them"
)


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Accuracies over clean labels of a network with the penalty, and of that from the same start without one."""

    rho: float
    seed: int
    training: tuple[float, float]
    held_out: tuple[float, float] | None


@dataclass(frozen=True, eq=False)
class BesideWithoutPenalty(Page):
    """``pairs`` of networks, each trained on the loss alone for ``steps`` steps in the second place.

    ``failed`` says why there are none, if training on the loss alone failed; ``alone`` are the networks.
    """

    steps: int
    pairs: tuple[Pair, ...]
    alone: Trained | None
    failed: str = ""

    def to_record(self) -> dict[str, object]:
        """Plain values, for a record."""
        return {
            "steps": self.steps,
            "failed": self.failed or None,
            "pairs": [asdict(pair) for pair in self.pairs],
        }

    @property
    def told(self) -> str:
        """How many steps were taken: fewer where a validation part ended them."""
        is_open = self.alone is None or not self.alone.training.validation
        return f"{self.steps}" if is_open else f"at most {self.steps}"

    def blocks(self) -> Iterator[Block]:
        """The accuracies as a table, a row for each rate, and what they are; or why there are none."""
        if self.failed:
            yield Paragraph((f"training on the loss alone failed: {self.failed}",))
            return
        head = ("rho", "training, l + lambda g", "training, l alone", "held out, l + lambda g", "held out, l alone")
        rows = []
        for rho in dict.fromkeys(pair.rho for pair in self.pairs):
            among = [pair for pair in self.pairs if pair.rho == rho]
            row = [spread_text(tuple(pair.training[i] for pair in among)) for i in (0, 1)]
            held = [pair.held_out for pair in among if pair.held_out is not None]
            row += [spread_text(tuple(pair[i] for pair in held)) if held else "-" for i in (0, 1)]
            rows.append(tuple((cell,) for cell in (f"{rho:.3g}", *row)))
        told = "accuracy over clean labels in per cent, mean +- standard deviation over seeds"
        yield Table(head, tuple(rows), "r" * len(head))
        yield Paragraph((f"{told}; {NOTE.format(steps=self.told)}",))


def beside_without_penalty(
    found: Trained, alpha: float | None = None, progress: Progress = silent
) -> BesideWithoutPenalty:
    """The networks of ``found`` at ``alpha`` beside the same ones trained on the loss alone.

    Parameters: ``alpha`` that of the networks, by default the largest; 0 is none.  All are trained for as many steps
    as the one of ``found`` that took most of them.
    """
    chosen = max(case.alpha for case in found.cases) if alpha is None else alpha
    places = [k for k, case in enumerate(found.cases) if case.alpha == chosen]
    steps = max(found.steps[k] for k in places)
    which = torch.tensor(places, device=found.weights.device)
    cases = tuple(NetworkRun(math.inf, found.cases[k].rho, found.cases[k].seed) for k in places)
    training = replace(found.training, steps=max(1, steps), gradient_norm=0.0)
    try:
        alone = run(_alone(found, which), cases, found.labels, training, progress=progress)
    except TrainingError as error:
        return BesideWithoutPenalty(steps, (), None, str(error))
    alone = replace(alone, held_out=found.held_out, noise=found.noise)
    with_it, without = accuracies(found), accuracies(alone)
    pairs = []
    for place, k in enumerate(places):
        held = None
        if with_it.held_out is not None and without.held_out is not None:
            held = with_it.held_out[k], without.held_out[place]
        seen = with_it.training[k], without.training[place]
        pairs.append(Pair(rho=cases[place].rho, seed=cases[place].seed, training=seen, held_out=held))
    return BesideWithoutPenalty(steps, tuple(pairs), alone)


def _alone(found: Trained, which: torch.Tensor) -> NetworkProblem:
    """The problem of the networks ``which`` with the loss alone, in the scores Z themselves."""
    problem = found.problem
    stack = replace(
        problem.stack,
        start=problem.stack.start[which],
        fixed={name: value[which] for name, value in problem.stack.fixed.items()},
    )
    objective = problem.scaled.objective
    held = {field.name: getattr(objective, field.name) for field in fields(Objective)}
    # alpha = 1: then F is l(Z) - l(0), since g counts nothing
    alpha = torch.ones_like(problem.scaled.alpha[which])
    scaled = ScaledObjective.of(WithoutPenalty(**held), alpha, problem.laws.shape[-1])
    return replace(problem, stack=stack, which=problem.which[which], scaled=scaled, scaling=Scaling.OUTPUTS)
