"""Values of formulas along a line of scores, calculated as training calculates them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import torch

from docs.site.entries.markdown import raw
from docs.site.entries.plot import Curve, plot
from numerics.formulas.batch import values_by_label
from numerics.torch_losses.numbers import numbers_of
from symcheck.errors import ParameterError
from symcheck.language.scope import Classes
from symcheck.problem import Subject, scope_of

REACH, POINTS = 6.0, 241


@dataclass(frozen=True)
class Along:
    """A formula at C classes along m -> z(m): the curves, and the parameters that were given values for it."""

    margins: tuple[float, ...]
    by_label: tuple[tuple[float, ...], ...]
    given: str
    classes: int


def along(subject: Subject) -> Along | str:
    """The values for every label at z = (m/2, -m/2), with C = 2; for a formula that has no C = 2 at the least C.

    There z is m (e_1 - 1/C).  A sentence, why there is no picture, for a parameter without a value to train with.
    """
    classes = 2 if 2 in subject.classes else subject.classes.low
    scope = scope_of((subject,), Classes.of(classes))
    try:
        numbers, arrays = numbers_of(scope, {})
    except ParameterError as error:
        return str(error)
    margins = torch.linspace(-REACH, REACH, POINTS, dtype=torch.float64)
    towards = torch.full((classes,), -1 / classes, dtype=torch.float64)
    towards[0] += 1
    formula = subject.formula.with_arrays(arrays)
    found = values_by_label(formula, margins[:, None] * towards, numbers)
    columns = tuple(tuple(column) for column in found.T.tolist())
    return Along(tuple(margins.tolist()), columns, _given(numbers, arrays), classes)


def _given(numbers: Mapping[str, float], arrays: Mapping[str, object]) -> str:
    parts = [f"{name} = {Fraction(value).limit_denominator(10**6)}" for name, value in numbers.items()]
    return ", ".join([*parts, *(f"{name} as it is by default" for name in arrays)])


def figure(found: Along, names: tuple[str, ...], across: str, title: str, caption: str) -> str:
    """The picture with what is drawn in it, in words below."""
    curves = [Curve(name, values) for name, values in zip(names, found.by_label, strict=False)]
    svg = plot(found.margins, curves, across=across, title=title)
    return raw(f'<figure class="plot-figure">\n{svg}\n</figure>') + f"\n\n{caption}"
