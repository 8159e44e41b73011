"""Grids: every combination of losses, regularizers, data, noise rates and seeds as a plan, checked before any runs."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterable, Sequence
from fractions import Fraction
from numbers import Real
from typing import Any, cast

from numerics.arrays.transforms import Transform, transform_of
from numerics.data.given import dataset_of
from numerics.data.prepared import fingerprint_of
from numerics.data.real_features import columns_of
from numerics.datasets.base import Dataset
from numerics.device import checked_device
from numerics.errors import SweepError
from numerics.formulas.objective import Objective
from numerics.runs.spec import RunSpec
from numerics.sweeps.noise_axes import Rate, listed, noise_axis, rate_axis
from numerics.sweeps.plan import Plan, outputs_for
from symcheck.arguments.public import public
from symcheck.errors import ParameterError, shown
from symcheck.intake.given import Given, subject_of
from symcheck.language.array import Array
from symcheck.problem import Subject

LAMBDAS = (1e-3, 1e-2, 0.1, 1.0, 10.0, 100.0, 1e3, 1e4)
"""The weights of the regularizer unless others are given."""
GOAL = 1e-12
"""The gradient norm asked of the solver."""
MODELS = ("linear",)
"""The models that a sweep trains."""

Data = str | Dataset | tuple[object, object]


@public
def grid(
    loss: Given | Sequence[Given] = "cross_entropy",
    regularizer: Given | Sequence[Given] = "l2",
    data: Data | Sequence[Data] = "digits",
    rho: Rate | Sequence[Rate] | None = None,
    seeds: int | Sequence[int] | None = None,
    lambdas: float | Sequence[float] = LAMBDAS,
    *,
    noise: str | None = None,
    transition: object = None,
    label: str | None = None,
    without: Sequence[str] = (),
    transform: str | Transform | Sequence[str | Transform] = "standardised",
    test: float = 0.0,
    split: int = 0,
    model: str = "linear",
    device: str = "cpu",
) -> tuple[Plan, ...]:
    """The plans of all combinations, in an order that lets clean fits be shared.

    Parameters: ``loss`` and ``regularizer`` as ``symcheck.certify`` takes them, parameters without a value at their
    defaults; ``data`` names of ``numerics.datasets``, files, data frames, data sets, pairs (X, y), or torch rows, of
    files and frames with the labels in the column ``label`` and the features in all others but those ``without``;
    ``rho`` rates of uniform noise in [0, (C-1)/C), numbers or texts (default 2/5), or instead a matrix ``transition``
    T; ``seeds`` those of the labels to be drawn, n for 0, ..., n-1; ``noise`` "exact", "sampled" (as soon as there are
    seeds) or "given", with the noisy labels of the data; ``lambdas`` the weights of the regularizer, positive;
    ``transform``, ``test`` and ``split`` as in ``numerics.data.prepared``; ``model`` "linear"; ``device`` "cpu" or a
    CUDA device.

    Returns a tuple of ``Plan``, for ``sweep``.  Raises ``SymcheckError`` for anything that no run could do, before one
    is begun.

    >>> from numerics import grid
    >>> [plan.spec.rho for plan in grid("cross_entropy", "l2", "iris", rho=[0, 0.2], lambdas=[1.0])]
    [0.0, 0.2]
    """
    kind, drawn = noise_axis(noise, seeds, rho, transition)
    weights = _lambdas(lambdas)
    checked_device(device)
    if not isinstance(model, str) or model not in MODELS:
        raise SweepError(f"model: got {shown(model, 80)}; accepted is {', '.join(map(repr, MODELS))}")
    subjects = [
        (subject_of(one, "loss"), subject_of(other, "regularizer"))
        for one, other in itertools.product(listed(loss), listed(regularizer))
    ]
    plans: list[Plan] = []
    for given, named in itertools.product(_data(data), listed(transform)):
        dataset, transform_ = dataset_of(given, label, without), transform_of(named)
        fingerprint = fingerprint_of(dataset, transform_, test, split)
        rates = rate_axis(rho, kind, transition, dataset)
        for pair in subjects:
            one, other, objective = at_defaults(pair, dataset)
            spaces = outputs_for(objective, dataset.classes)
            # Rates and seeds are innermost: runs that share a clean fit come one after the other.
            for (rate, matrix), seed in itertools.product(rates, drawn):
                spec = RunSpec(
                    loss=str(one.formula),
                    regularizer=str(other.formula),
                    parameters=parameters_of(one, other),
                    data=dataset.name,
                    fingerprint=fingerprint,
                    samples=len(dataset.labels),
                    classes=dataset.classes,
                    outputs=spaces.value,
                    rank=None,
                    rho=rate,
                    noise=kind,
                    seed=seed,
                    alphas=tuple(1 / weight for weight in weights),
                    goals=(GOAL,) * len(weights),
                    device=device,
                    model=model,
                    transform=transform_.text,
                    test=float(test),
                    split=split if test else 0,
                    transition=matrix,
                    loss_name=one.title,
                    regularizer_name=other.title,
                )
                plans.append(Plan(spec, objective, dataset))
    return tuple(plans)


def at_defaults(pair: tuple[Subject, Subject], dataset: Dataset) -> tuple[Subject, Subject, Objective]:
    """A loss and a regularizer with a value for everything that they leave free, and what is trained with them.

    Raises ``ParameterError`` for a parameter without value or default, ``SweepError`` for data whose number of classes
    a formula does not have.
    """
    one, other = (_at_default(subject, dataset) for subject in pair)
    return one, other, Objective(one.formula, other.formula)


def _at_default(subject: Subject, dataset: Dataset) -> Subject:
    fixed = subject.formula.fixed_classes
    if dataset.classes not in subject.classes or fixed not in (None, dataset.classes):
        raise SweepError(
            f"data: {dataset.name} has C = {dataset.classes} classes, and {subject.title} is about "
            f"{f'C = {fixed}' if fixed else subject.classes}; choose data with such a number of classes"
        )
    values: dict[str, Fraction | Array] = {}
    for parameter in subject.formula.parameters:
        if parameter.default is None:
            raise ParameterError(
                f"{parameter.name}: {subject.title} leaves it free in {parameter.interval}, and it has no default to "
                "train with; give it a value"
            )
        values[parameter.name] = parameter.default
    values |= {array.name: array.at_default(dataset.classes) for array in subject.formula.arrays if array.is_free}
    return subject.at(values)


def parameters_of(*subjects: Subject) -> tuple[tuple[str, str], ...]:
    """The values of all parameters as texts, in order: numbers, class-vectors and matrices."""
    numbers = {name: str(value) for subject in subjects for name, value in subject.values.items()}
    arrays = {array.name: str(array).partition(" = ")[2] for subject in subjects for array in subject.formula.arrays}
    return tuple(sorted({**numbers, **arrays}.items()))


def _data(given: Data | Sequence[Data]) -> tuple[Data, ...]:
    """A single data set, or several: a tuple of features and labels is one, and a data frame."""
    is_pair = isinstance(given, tuple) and len(given) == 2 and not isinstance(given[0], str | Dataset | tuple)
    return (given,) if is_pair or columns_of(given) is not None else listed(given)


def _lambdas(given: float | Sequence[float]) -> tuple[float, ...]:
    is_one = isinstance(given, str | Real) or getattr(given, "ndim", 1) == 0 or not isinstance(given, Iterable)
    found: tuple[Any, ...] = (given,) if is_one else tuple(cast("Sequence[float]", given))
    if not found:
        raise SweepError("lambdas: got none; accepted are positive numbers")
    for value in found:
        if isinstance(value, bool) or not isinstance(value, Real) or not 0 <= cast(float, value) <= sys.float_info.max:
            raise SweepError(f"lambdas: got {shown(value, 80)}; accepted are positive numbers")
        if value == 0:
            raise SweepError(
                "lambdas: got 0; accepted are positive numbers: without a penalty a loss such as cross-entropy has no "
                "minimiser on data that a linear model separates; take a small one, such as 1e-6"
            )
    return tuple(float(value) for value in dict.fromkeys(found))
