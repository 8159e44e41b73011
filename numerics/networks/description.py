"""What decides the weights that a training ends with, in words and hashes, so that two trainings can be told apart."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields

import torch
from torch import Tensor

from numerics.networks.checked_models.trials import drawn_like, is_same, spread
from numerics.networks.inputs import told_of
from numerics.networks.network_runs import NetworkRun
from numerics.networks.problem import NetworkProblem
from numerics.networks.training import Training
from numerics.networks.until import Until

SIZES = (0.3, 1.0, 3.0)
"""How far the random weights are from the initial ones, at which scores are compared."""
SAMPLES = 8
"""On so many samples."""
LONG = 80
"""Texts of more letters are told to differ, and not shown."""
HASHED = ("samples", "labels", "initial weights", "weights that are fixed")
"""Parts that are hashes."""


@dataclass(frozen=True, eq=False)
class Description:
    """A training without the number of its steps.

    ``parts`` are texts by what they are of; ``scores`` (p, b, C) what the first network computes at p fixed weights on
    b of the samples: a module may have the parameters and the text of another one, and another forward pass.
    """

    parts: Mapping[str, str]
    scores: Tensor

    @classmethod
    def of(
        cls, problem: NetworkProblem, cases: tuple[NetworkRun, ...], training: Training, until: Until | None
    ) -> Description:
        """That of training the networks of ``problem``."""
        pair, stack = problem.scaled.objective, problem.stack
        parts = {
            "loss": str(pair.loss), "regularizer": str(pair.regularizer),
            "parameters": _told(pair.parameters), "entries": _told(pair.entries),
            "degree of the regularizer": f"{problem.scaled.degree:g}",
            "alpha": _values(case.alpha for case in cases), "rho": _values(case.rho for case in cases),
            "seeds": _values(case.seed for case in cases), "module": str(stack.module),
            "weights that are trained": ", ".join(
                f"{name} {tuple(shape)}" for name, shape in zip(stack.names, stack.shapes, strict=True)
            ),
            "samples": f"{tuple(problem.inputs.shape)} {told_of(problem.inputs).hex()}",
            "labels": _hashed(problem.laws, problem.which), "initial weights": _hashed(stack.start),
            "weights that are fixed": _hashed(*stack.fixed.values()),
            "dtype": str(problem.inputs.dtype).removeprefix("torch."), "device": problem.inputs.device.type,
        }  # fmt: skip
        parts |= {f.name: str(getattr(training, f.name)) for f in fields(training) if f.name != "steps"}
        parts["what is asked"] = "nothing" if until is None else _asked(until)
        return cls(parts, _scores(problem))

    @property
    def name(self) -> str:
        """The first 16 hexadecimal digits of a SHA-256 of all of it, of scores to few digits: the rest is rounding."""
        step = 1e-8 if self.scores.dtype == torch.float64 else 1e-2
        size = float(self.scores.abs().max()) or 1.0
        rounded = (self.scores / (step * size)).nan_to_num().round().long().flatten().tolist()
        return hashlib.sha256(json.dumps([dict(self.parts), rounded], sort_keys=True).encode()).hexdigest()[:16]

    def differences(self, other: Description) -> tuple[str, ...]:
        """What the training ``other`` has otherwise, in words, ``other`` being there and this one here."""
        names = [name for name in self.parts if self.parts[name] != other.parts.get(name)]
        found = [_difference(name, other.parts.get(name, "none"), self.parts[name]) for name in names]
        if self.scores.shape != other.scores.shape or self.scores.dtype != other.scores.dtype:
            return tuple(found)
        same = (is_same(here, there) for here, there in zip(self.scores, other.scores, strict=True))
        # Where weights or samples differ, scores at weights about them do so as well.
        if not {"initial weights", "weights that are fixed", "samples"}.intersection(names) and not all(same):
            found.append("the network computes other scores at the same weights")
        return tuple(found)


def _difference(name: str, there: str, here: str) -> str:
    if name in HASHED or max(len(there), len(here)) > LONG:
        return f"another {name}" if name in ("loss", "regularizer", "module") else f"other {name}"
    return f"{name} = {there} there and {here} here"


def _scores(problem: NetworkProblem) -> Tensor:
    """Scores (p, b, C) of the first network at its initial weights and at fixed random ones about them."""
    start = problem.stack.start[0]
    few = problem.inputs[spread(len(problem.inputs), SAMPLES).to(problem.inputs.device)]
    places = [start, *(start + size * drawn_like(start, seed) for seed, size in enumerate(SIZES))]
    with torch.no_grad():
        return torch.stack([problem.stack.output(0, theta, few) for theta in places]).cpu()


def _asked(until: Until) -> str:
    found = f"kappa = {until.claim.kappa!r}, {until.left:g} may be left"
    found += f", of the claim {_hashed(until.claim.hessian, until.labels)[:8]}"
    return found if until.is_scaled else f"{found}, of the gradient alone"


def _values(values: Iterable[float]) -> str:
    return ", ".join(repr(value) for value in dict.fromkeys(values))


def _told(values: Mapping[str, object]) -> str:
    return json.dumps(sorted(values.items()))


def _hashed(*tensors: Tensor) -> str:
    found = hashlib.sha256()
    for tensor in tensors:
        found.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return found.hexdigest()
