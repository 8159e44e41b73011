"""FormulaLoss: a formula, with a weighted regularizer or without, as a module of torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import torch
from torch import Tensor, nn

from numerics.formulas.batch import prepared
from numerics.formulas.kernels import is_plain_run
from numerics.torch_losses.batch_checks import check_counted, check_indices, check_kinds, check_laws, check_logits
from numerics.torch_losses.numbers import Numbers
from symcheck.language.formula import Formula
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes
from symcheck.language.term import Scalar
from symcheck.language.terms_of import term_of_formula
from symcheck.problem import Subject

WEIGHT = "weight"
"""The buffer of lambda."""


@dataclass(frozen=True)
class Settings:
    """How values are put together: ``reduction`` "mean", "sum" or "none", the label that is left out, the checks."""

    reduction: str
    ignore_index: int | None
    check: bool


class FormulaLoss(nn.Module):
    """l + lambda g for logits (N, C, ...) and labels (N, ...), or laws on the classes in the shape of the logits.

    Its parameters, given arrays and ``weight`` lambda are buffers of ``values``, in float64, which the state_dict
    holds.  It has no weights to train.

    >>> import torch
    >>> from numerics import torch_loss
    >>> criterion = torch_loss("cross_entropy", regularizer="l2", weight=0.5)
    >>> criterion.weight, criterion(torch.zeros(1, 2), torch.tensor([0]))
    (0.5, tensor(0.6931))
    """

    def __init__(
        self,
        subjects: Sequence[Subject],
        classes: Classes,
        numbers: Mapping[str, float],
        settings: Settings,
    ) -> None:
        """``subjects`` are the loss, and the regularizer if there is one."""
        super().__init__()
        self.subjects, self.classes, self.settings = tuple(subjects), classes, settings
        formulas = [_with_entries(subject.formula, classes) for subject in subjects]
        given = [array for formula in formulas for array in formula.arrays if array.values is not None]
        free = {p.name: p for formula in formulas for p in formula.parameters}
        self.values = Numbers(numbers, given, [*free.values(), Parameter(WEIGHT, at_least=0)])
        self._arrays = self.values.arrays
        self._loss, *self._penalties = map(prepared, formulas)

    @property
    def weight(self) -> float | None:
        """lambda, None without a regularizer; ``loss.values.weight.fill_(0.5)`` changes it."""
        found = self.values.read().get(WEIGHT)
        return found if isinstance(found, float) else None

    @property
    def subject(self) -> Subject:
        """l + lambda g with the values that it has now, as ``certify`` and ``audit_implementation`` read it."""
        exact = {n: Fraction(repr(v)) for n, v in self.values.read().items() if isinstance(v, float)}
        given = exact | {array.name: array for array in self.values.arrays}
        loss, *penalties = (replace(subject.at(given), classes=self.classes) for subject in self.subjects)
        if not penalties:
            return loss
        weighted = Scalar("number", data=exact[WEIGHT]) * term_of_formula(penalties[0].formula)
        return Subject("formula", Formula.of(term_of_formula(loss.formula) + weighted), classes=self.classes)

    def forward(self, logits: Tensor, labels: Tensor) -> Tensor:
        """The loss at ``logits`` and ``labels``, of shape () or, for the reduction "none", (N, ...).

        In float32 for logits of 16 bits.  Raises ``LossError`` for logits or labels that it has no value for.
        """
        check_kinds(logits, labels, self.classes, self.subjects[0].title)
        with torch.autocast(logits.device.type, enabled=False):
            z = logits.float() if logits.dtype in (torch.bfloat16, torch.float16) else logits
            z = z if z.ndim == 1 else z.movedim(1, -1)
            if labels.is_floating_point():
                return self._of_law(z, (labels if labels.ndim == 1 else labels.movedim(1, -1)))
            return self._of_indices(z, labels.long())

    def _of_law(self, z: Tensor, law: Tensor) -> Tensor:
        if self._is_checked:
            check_logits(z)
            check_laws(law)
        return self._reduced(self._at(z, law.to(z.dtype)), None)

    def _of_indices(self, z: Tensor, labels: Tensor) -> Tensor:
        counted = None
        if self.settings.ignore_index is not None:
            counted = labels != self.settings.ignore_index
            # A sample that does not count may have no value: what it is called with is put aside.
            labels, z = torch.where(counted, labels, 0), torch.where(counted[..., None], z, 0)
        if self._is_checked:
            check_counted(counted)
            check_logits(z)
            check_indices(labels, z.shape[-1])
        return self._reduced(self._at(z, labels), counted)

    @property
    def _is_checked(self) -> bool:
        # Neither a trace nor a transform of torch lets code look at values.
        return self.settings.check and is_plain_run()

    def _at(self, z: Tensor, label: Tensor) -> Tensor:
        values = self.values.read()
        if is_plain_run():
            self._follow()
        found = self._loss.values(z, label, values)
        for penalty in self._penalties:
            found = found + values[WEIGHT] * penalty.values(z, None, values)
        return found

    def _follow(self) -> None:
        """Read the formulas with the entries that buffers have now: their rules are by the signs of these."""
        if self._arrays is not self.values.arrays:
            self._arrays = self.values.arrays
            entries = {array.name: array for array in self._arrays}
            self._loss, *self._penalties = (prepared(subject.formula.with_arrays(entries)) for subject in self.subjects)

    def _reduced(self, value: Tensor, counted: Tensor | None) -> Tensor:
        if counted is not None:
            value = torch.where(counted, value, 0)
        if self.settings.reduction == "none":
            return value
        if self.settings.reduction == "sum":
            return value.sum()
        return value.mean() if counted is None else value.sum() / counted.sum()

    def extra_repr(self) -> str:
        """The formulas and the values, as torch shows a module."""
        numbers = "".join(f", {name}={v:g}" for name, v in self.values.read().items() if isinstance(v, float))
        pair = " + weight ".join(f"{subject.name}: {subject.formula}" for subject in self.subjects)
        return f"{pair}{numbers}, reduction={self.settings.reduction}"


def _with_entries(formula: Formula, classes: Classes) -> Formula:
    """``formula`` with the entries that rules give, where C is known."""
    if classes.fixed is None:
        return formula
    return formula.with_arrays({a.name: a.at_default(classes.fixed) for a in formula.arrays if a.rule is not None})
