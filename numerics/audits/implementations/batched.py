"""Code on a batch: is it the mean, the sum or the list of what it is for the single samples, and what does it say?"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import torch
from torch import Tensor

from numerics.audits.implementations.code_runs import CodeRuns, in_double
from numerics.audits.implementations.evidence import Evidence
from numerics.audits.implementations.formula_runs import values_at
from numerics.audits.implementations.implementation_audit import Difference, Witness
from numerics.audits.implementations.kind import Kind
from symcheck.intake.torch.batches import Batches
from symcheck.intake.torch.eager import EagerError
from symcheck.reason import Undecided

WAYS = {"mean": "mean", "sum": "sum", "none": "list"}
"""What ``reduction=`` says, and how code is called that does it."""

SAMPLES = (3, 4, 6)
"""Sizes of the batches that are witnesses."""


@dataclass(frozen=True)
class Batched:
    """What the code does with a batch: the ``ways`` that are left, what it ``says`` it does, and the ``notes``."""

    ways: tuple[str, ...]
    says: str | None
    notes: tuple[str, ...]

    @property
    def is_known(self) -> bool:
        """Whether something is known: code that raises on batches leaves all the ways."""
        return len(self.ways) < len(WAYS)

    @property
    def mixes_samples(self) -> bool:
        """Whether a batch is neither the mean, the sum nor the list of its samples."""
        return not self.ways

    @property
    def is_right(self) -> bool:
        """Whether it does what it says, if it says anything and something is known."""
        return not self.mixes_samples and (self.says is None or WAYS[self.says] in self.ways)


def batched(runs: CodeRuns, code: Callable[..., object], evidence: Evidence) -> Batched:
    """What ``code`` does with batches."""
    classes = _classes(evidence)

    def alone(z: list[float], direction: list[float], y: int) -> tuple[float, float]:
        found = runs.on(torch.tensor([z]), torch.tensor([y]))
        if isinstance(found, Exception):
            raise EagerError(found)
        slope = 0.0 if found.gradient is None else float(found.gradient.reshape(-1) @ torch.tensor(direction))
        return float(found.values), slope

    def together(z: Tensor, y: Tensor) -> Tensor:
        try:
            found = runs.code(z, y)
        except Exception as error:
            raise EagerError(error) from error
        return found if isinstance(found, Tensor) else z.new_tensor(found)

    batches = Batches(alone, together, classes)
    try:
        with in_double():
            notes = batches.notes(has_class_numbers=bool(evidence.asked.free.arrays))
    except Undecided as stop:
        return Batched((), said(code), (stop.reason.why,))
    except EagerError as stop:
        return Batched(
            tuple(WAYS.values()), said(code), (f"the code raises {type(stop.error).__name__} for one sample",)
        )
    return Batched(batches.ways, said(code), tuple(map(str, notes)))


def said(code: Callable[..., object]) -> str | None:
    """The reduction that the code says it does: its attribute, or the default of its argument."""
    known = getattr(code, "reduction", None)
    if known is None:
        inner = code.func if isinstance(code, functools.partial) else code
        given = code.keywords.get("reduction") if isinstance(code, functools.partial) else None
        try:
            parameter = inspect.signature(inner).parameters.get("reduction")
        except (TypeError, ValueError):
            parameter = None
        known = given if given is not None else None if parameter is None else parameter.default
    return known if known in WAYS else None


def reduction_difference(runs: CodeRuns, found: Batched, evidence: Evidence) -> Difference | None:
    """How the reduction is another one, with a batch; None if it is right, or no batch shows it."""
    if found.is_right:
        return None
    weighted = not evidence.values_agree
    ratios = _ratios(evidence) if weighted else None
    if weighted and ratios is None:
        return None
    for samples in SAMPLES:
        z, y = _batch(_classes(evidence), samples)
        single = values_at(evidence.asked.free, z, y, evidence.asked.numbers)
        with in_double():
            returned = runs.on(z, y, gradient=False)
        if single is None or isinstance(returned, Exception) or returned.values.numel() != 1:
            if single is None or isinstance(returned, Exception):
                continue
            if found.says not in ("mean", "sum"):
                continue
        expected = float(single.sum() if found.says == "sum" else single.mean())
        got = float(returned.values.reshape(-1)[0])
        if found.says == "none":  # one number where there is one for each sample
            expected = float(single[0])
        if abs(got - expected) <= 1e-6 * max(1.0, abs(expected)):
            continue
        sentence = _sentence(found, ratios, y, float(single.sum()), got)
        if sentence is None:
            return None
        where = Witness(
            z=tuple(tuple(row) for row in z.tolist()),
            y=tuple(y.tolist()),
            classes=z.shape[1],
            quantity="the value of the batch" if found.says != "none" else "the first number for the batch",
            code=got,
            formula=expected,
        )
        return Difference(kind=Kind.REDUCTION, sentence=sentence, witness=where)
    return None


def _sentence(found: Batched, ratios: dict[int, float] | None, y: Tensor, total: float, got: float) -> str | None:
    if ratios is not None:
        weights = sum(1 / ratios[label] for label in y.tolist())
        if abs(got * weights - total) > 1e-6 * max(1.0, abs(total)):
            return None
        return (
            "for a batch the code is the sum of the formula's values divided by the sum of the weights of the labels, "
            "and neither their mean nor their sum"
        )
    if found.ways:
        return f"for a batch the code returns the {found.ways[0]} of the formula's values, and reduction={found.says!r}"
    return "for a batch the code is neither the mean, nor the sum, nor the list of its values for the single samples"


def _ratios(evidence: Evidence) -> dict[int, float] | None:
    """The code over the formula for each label, if for one sample that is a number of the label alone."""
    classes = _classes(evidence)
    compared = next(c for c in evidence.compared if c.code.classes == classes)
    found: dict[int, float] = {}
    for code, formula, known, point in zip(
        compared.code.values.tolist(), compared.values.tolist(), compared.value_known.tolist(), compared.code.points,
        strict=True,
    ):  # fmt: skip
        if not known or abs(formula) < 1e-6:
            continue
        ratio = found.setdefault(point.y, code / formula)
        if abs(ratio - code / formula) > 1e-6 * abs(ratio):
            return None
    return found if len(found) == classes and 0 not in found.values() else None


def _classes(evidence: Evidence) -> int:
    numbers = [m.classes for m in evidence.measured]
    return 5 if 5 in numbers else numbers[-1]


def _batch(classes: int, samples: int) -> tuple[Tensor, Tensor]:
    random = Random(100 * classes + samples)
    rows = [[round(random.gauss(0, 1), 2) for _ in range(classes)] for _ in range(samples)]
    return torch.tensor(rows, dtype=torch.float64), torch.tensor([(k * k) % classes for k in range(samples)])
