"""The veto: what was recorded is compared with what the code returns, in values, gradients and on a batch."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any

from symcheck.intake.torch.batches import Batches
from symcheck.intake.torch.eager import SPREAD, EagerError, close, eagerly
from symcheck.intake.torch.outcome import Note
from symcheck.intake.torch.reading import Dual, FloatReading, rounded_values
from symcheck.intake.torch.symbolic import Symbolic
from symcheck.language.formula import Formula
from symcheck.language.recording import Kind
from symcheck.reason import Code, Undecided

if TYPE_CHECKING:
    from torch import Tensor

CLASSES = (2, 3, 5, 11)
"""Numbers of classes at which a formula for every C is compared."""

NEAR = 1e-6
"""So far from 0 a backward is compared with the derivative of its forward, up to a hundred times as much."""

_SETTLE = "something the code does was not seen while it was recorded; write the loss as a formula of symcheck"


_BACKWARD = "correct the backward (torch.autograd.gradcheck compares the two), or leave it to autograd"

_MASKED = "mask the argument first, as in torch.where(m, torch.where(m, x, 1).log(), 0)"

MOST_LABELS = 100
"""Labels at which code with class-wise numbers is compared."""


@dataclass(frozen=True)
class Comparison:
    """The user's ``code`` of a ``kind``, run on tensors of torch at the given ``numbers`` of classes.

    ``functions`` names those of torch.autograd in it, which have a backward of their own.
    """

    code: Callable[..., object]
    kind: Kind
    numbers: tuple[int, ...] = CLASSES
    functions: tuple[str, ...] = ()

    def check(self, formula: Formula) -> list[Note]:
        """Raise ``Undecided`` at the first point where ``formula`` and the code differ; return what was noticed."""
        notes: list[Note] = []
        with eagerly():
            for classes in self.numbers:
                # What a backward does with a label is not recorded, and neither is what it does with C.
                points = list(_points(classes, every_label=bool(formula.arrays or self.functions)))
                without = [note for point in points if (note := self._compare(formula, *point)) is not None]
                # Where no gradient can be compared but that at 0, the code may have any other one elsewhere.
                if without and not self.functions and len(without) == sum(any(z) for z, _, _ in points):
                    raise Undecided.of(Code.READINGS_DISAGREE, without[0].what, _MASKED, without[0].where)
                notes += without[:1]
                if self.functions:
                    self._check_near(formula, points)
            classes = 5 if 5 in self.numbers else self.numbers[0]
            batches = Batches(self._eager, self._call, classes)
            return [*notes[:1], *batches.notes(has_class_numbers=bool(formula.arrays))]

    def raised(self, classes: int, *, alone: bool) -> Exception | None:
        """What the code raises for a batch of random logits.

        For its samples one by one, if ``alone``, and then only if it does for each of them.  Values that are not
        finite, or neither one nor one a sample, count as errors.
        """
        random = Random(classes)
        # Not as many samples as classes: code that mixes up the two axes would be taken for right.
        samples = 3 if classes != 3 else 4
        torch: Any = sys.modules["torch"]
        with eagerly():
            z = torch.tensor([[random.gauss(0, SPREAD) for _ in range(classes)] for _ in range(samples)])
            y = torch.tensor([k % classes for k in range(samples)])
            parts = zip(z.split(1), y.split(1), strict=True) if alone else [(z, y)]
            errors = [self._raised(*part) for part in parts]
        return None if None in errors else errors[0]

    def depends_on_scores(self, classes: int) -> bool:
        """Whether the code returns other values on a batch whose logits are twice as large."""
        random = Random(classes)
        torch: Any = sys.modules["torch"]
        with eagerly():
            z = torch.tensor([[random.gauss(0, SPREAD) for _ in range(classes)] for _ in range(3)])
            y = torch.tensor([k % classes for k in range(3)])
            try:
                return not torch.allclose(self._call(z, y), self._call(2 * z, y))
            except EagerError:
                return False

    def _raised(self, z: Tensor, y: Tensor) -> Exception | None:
        torch: Any = sys.modules["torch"]
        try:
            found = self._call(z.clone().requires_grad_().clone(), y)
        except EagerError as stop:
            return stop.error
        if found.numel() not in (1, len(z)):
            return ValueError(f"it returns {found.numel()} numbers for {len(z)} samples")
        return None if bool(torch.isfinite(found).all()) else ArithmeticError("it returns a value that is not finite")

    def fails(self, classes: int) -> Exception | None:
        """What the code raises at z = 0 and the first label, if it does."""
        try:
            with eagerly():
                self._eager([0.0] * classes, [0.0] * classes, 0)
        except EagerError as stop:
            return stop.error
        return None

    def _compare(self, formula: Formula, z: list[float], direction: list[float], y: int) -> Note | None:
        """What is to be noted of a point where the two agree as far as they can be compared."""
        where = f"C = {len(z)}, y = {y}, z = ({', '.join(f'{v:.3g}' for v in z[:6])}{', ...' if len(z) > 6 else ''})"
        value, slope = self._eager(z, direction, y)
        read = _read(formula, z, direction, y)
        # Outside of the domain both say so, each in its way; what happens there is decided elsewhere.
        if not math.isfinite(value) and math.isnan(read.value):
            return None
        if not close(value, read.value):
            raise _disagreement(f"the code returns {value:.12g} and the formula {read.value:.12g}", where)
        if read.slope is not None and math.isfinite(read.slope) and not math.isfinite(slope):
            what = (
                f"autograd returns {slope:.3g} for the gradient of the code, whose value {value:.6g} is that of the "
                f"formula, and the gradient of the formula is {read.slope:.6g} along one direction.  So it is where a "
                "part that a mask or torch.where leaves out has an infinite derivative: autograd multiplies it by 0"
            )
            if any(z):
                return Note(f"{what}; {_MASKED}", where)
            raise Undecided.of(Code.READINGS_DISAGREE, what, _MASKED, where)
        if read.slope is not None and not close(slope, read.slope):
            differ = f"along one direction the gradient of the code is {slope:.12g} and that of the formula "
            differ += f"{read.slope:.12g}"
            if not self.functions:
                by = "the code changes gradients (a backward of its own, a detached value)"
                raise _disagreement(f"{differ}, so {by}", where)
            # What is certified are derivatives at 0: there the two have to agree.
            if not any(z):
                raise Undecided.of(Code.READINGS_DISAGREE, f"{self._backward}: {differ}", _BACKWARD, where)
            return Note(
                f"{self._backward}, though it is at z = 0: {differ}.  What is said here is about the forward", where
            )
        return self._of_kink(formula, direction, y, slope) if read.slope is None and not any(z) else None

    @property
    def _backward(self) -> str:
        return f"the backward of {', '.join(self.functions)} is not the derivative of what its forward computes"

    def _of_kink(self, formula: Formula, direction: list[float], y: int, slope: float) -> Note | None:
        """What is to be noted where kinks at z = 0 drop out, as in relu(z) - relu(-z), and autograd sees them.

        The derivative at 0 is then what those nearby tend to, from both sides.
        """
        sides = []
        for near in ([NEAR * v for v in direction], [-NEAR * v for v in direction]):
            read = _read(formula, near, direction, y)
            sides.append(math.nan if read.slope is None else read.slope)
        low, high = min(sides), max(sides)
        room = 100 * NEAR * max(1.0, abs(low), abs(high))
        if not high - low <= room or low - room <= slope <= high + room:
            return None
        differ = f"along one direction the gradient of the code is {slope:.6g} and that of the formula is {low:.6g}"
        where = f"C = {len(direction)}, y = {y}, z = 0"
        if self.functions:
            raise Undecided.of(Code.READINGS_DISAGREE, f"{self._backward}: {differ}", _BACKWARD, where)
        what = f"at z = 0 itself autograd returns another gradient, as it takes each kink alone: {differ}"
        return Note(f"{what}.  What is said here is about the derivative", where)

    def _check_near(self, formula: Formula, points: list[tuple[list[float], list[float], int]]) -> None:
        """A backward that is written by hand has to tend to the derivative of its forward at z = 0.

        At 0 itself the two cannot be compared where a part of the forward has a kink there that drops out, as the
        largest logit has that is taken off.
        """
        for z, direction, y in points:
            near = [NEAR * v for v in (z if any(z) else direction)]
            read = _read(formula, near, direction, y)
            slope = self._eager(near, direction, y)[1]
            if read.slope is not None and abs(slope - read.slope) > 100 * NEAR * max(1.0, abs(slope), abs(read.slope)):
                differ = f"along one direction the gradient of the code is {slope:.6g} and that of the formula is "
                differ += f"{read.slope:.6g}"
                where = f"C = {len(z)}, y = {y}, {NEAR} away from z = 0"
                raise Undecided.of(Code.READINGS_DISAGREE, f"{self._backward}: {differ}", _BACKWARD, where)

    def _eager(self, z: list[float], direction: list[float], y: int) -> tuple[float, float]:
        """Value and slope of the code at one sample."""
        torch = sys.modules["torch"]
        logits = torch.tensor([z], requires_grad=True)
        found = self._call(logits.clone(), torch.tensor([y]))
        if found.numel() != 1:
            raise EagerError(ValueError(f"returned {found.numel()} numbers for one sample"))
        value = found.reshape(())
        if not value.requires_grad:
            return float(value), 0.0
        try:
            (gradient,) = torch.autograd.grad(value, logits, allow_unused=True)
        except RuntimeError as error:
            raise EagerError(error) from error
        slope = 0.0 if gradient is None else float(gradient.reshape(-1) @ torch.tensor(direction))
        return float(value), slope

    def _call(self, z: Tensor, y: Tensor) -> Tensor:
        """What the code returns; z is no leaf of the graph, as the output of a model is none."""
        torch: Any = sys.modules["torch"]
        try:
            found = self.code(z, y) if self.kind == "loss" else self.code(z)
        except Exception as error:
            raise EagerError(error) from error
        if isinstance(found, torch.Tensor):
            return found  # type: ignore[no-any-return]
        if isinstance(found, (int, float)):
            return torch.tensor(float(found))  # type: ignore[no-any-return]
        if isinstance(found, Symbolic):
            why, settle = "it uses a tensor kept from another call", "make the loss a function of z and y"
            raise EagerError(Undecided.of(Code.UNMAPPED_OP, why, settle))
        raise EagerError(TypeError(f"returned an object of type {type(found).__name__}"))


def _points(classes: int, *, every_label: bool) -> Iterator[tuple[list[float], list[float], int]]:
    """z = 0 and random logits, each with a random direction and every label, or the first, last and middle ones.

    Of more than ``MOST_LABELS`` classes so many labels are taken, spread over all of them.
    """
    # A fixed seed: a verdict must not depend on the day.
    random = Random(1000 + classes)
    count = min(classes, MOST_LABELS) if every_label else min(classes, 3)
    labels = sorted({k * (classes - 1) // (count - 1) for k in range(count)})
    for spread in (0.0, SPREAD, SPREAD):
        for y in labels:
            z = [random.gauss(0, spread) if spread else 0.0 for _ in range(classes)]
            yield z, [random.gauss(0, 1) for _ in range(classes)], y


def _read(formula: Formula, z: list[float], direction: list[float], y: int) -> Dual:
    """The formula at z with the label y, and its slope along ``direction``."""
    (found,) = FloatReading(z, direction, y, rounded_values(formula)).read(formula)
    return found


def _disagreement(why: str, where: str) -> Undecided:
    what = f"what was recorded is not what the code does: {why}"
    return Undecided.of(Code.READINGS_DISAGREE, what, _SETTLE, where)
