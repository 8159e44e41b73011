"""A formula as torch code: a pure function, or a module to train a network with."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction

from torch import Tensor, nn

from numerics.formulas.batch import values
from symcheck.errors import NumberError, ParameterError
from symcheck.language.formula import Formula
from symcheck.language.parameter import Parameter


def as_function(
    formula: Formula, parameters: Mapping[str, float] | None = None
) -> Callable[[Tensor, Tensor | None], Tensor]:
    """(z, y) -> l(z, y), without state, so torch.func may differentiate and vectorise it.

    Parameters: ``parameters`` gives values; a parameter left out has its default.  The function takes ``z``
    of shape (..., C) and ``y`` as class indices (...), as a law (..., C), or None for a regularizer, and
    returns shape (...).  Raises ``ParameterError`` for a value outside its interval, an unknown name, or a
    parameter with neither value nor default.
    """
    given = parameter_values(formula, parameters or {})

    def function(z: Tensor, y: Tensor | None = None) -> Tensor:
        return values(formula, z, y, given)

    return function


class FormulaLoss(nn.Module):
    """A certified formula in the place of a torch loss: ``FormulaLoss(formula)(logits, labels)``.

    ``reduction`` is "mean", "sum" or "none".  Labels are class indices or laws on the classes.
    """

    def __init__(
        self, formula: Formula, parameters: Mapping[str, float] | None = None, *, reduction: str = "mean"
    ) -> None:
        super().__init__()
        if reduction not in ("mean", "sum", "none"):
            raise ValueError(f"reduction: got {reduction!r}; accepted is 'mean', 'sum' or 'none'")
        self.formula = formula
        self.parameter_values = parameter_values(formula, parameters or {})
        self.reduction = reduction

    def forward(self, z: Tensor, y: Tensor | None = None) -> Tensor:
        """The loss at ``z`` (N, C) for ``y``, class indices (N,) or laws (N, C); no ``y`` for a regularizer."""
        value = values(self.formula, z, y, self.parameter_values)
        return value if self.reduction == "none" else value.mean() if self.reduction == "mean" else value.sum()

    def extra_repr(self) -> str:
        """Formula, values and reduction, as torch shows a module."""
        given = "".join(f", {name}={value:g}" for name, value in self.parameter_values.items())
        return f"{self.formula}{given}, reduction={self.reduction}"


def parameter_values(formula: Formula, given: Mapping[str, float]) -> dict[str, float]:
    """The value of each parameter of ``formula``: the one given, else its default."""
    names = [p.name for p in formula.parameters]
    for name in given:
        if name not in names:
            raise ParameterError(
                f"{name}: the formula has no parameter of this name; it has: {', '.join(names) or 'none'}"
            )
    found: dict[str, float] = {}
    for p in formula.parameters:
        if p.name in given:
            found[p.name] = _checked(p, given[p.name])
        elif p.default is not None:
            found[p.name] = float(p.default)
        else:
            raise ParameterError(
                f"{p.name}: the formula leaves it free in {p.interval} without a default; give a value"
            )
    return found


def _checked(parameter: Parameter, value: float) -> float:
    """``value`` if it lies in the interval; here, unlike in a proof, any float is a value."""
    try:
        return float(parameter.value(value))
    except NumberError:
        if not math.isfinite(value) or Fraction(value) not in parameter.interval:
            raise ParameterError(f"{parameter.name}: got {value}; accepted is {parameter.interval}") from None
        return float(value)
