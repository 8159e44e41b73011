"""The forecast: what training on noisy labels will give, before any training."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from numbers import Real
from typing import TYPE_CHECKING, final

import numpy as np
from numpy.typing import NDArray

from numerics.errors import DataError, FiniteError, NoiseError
from numerics.finite.forecast.at_lambda import STEPS, AtLambda
from numerics.finite.forecast.checked import checked_count, checked_draws, checked_lambda
from numerics.finite.forecast.cleaned import Cleaned
from numerics.finite.forecast.cleaning import cleaned
from numerics.finite.forecast.convexity import convexity_of
from numerics.finite.forecast.curve import Curve
from numerics.finite.forecast.curves import against_features, against_n, against_rho
from numerics.finite.forecast.estimate import Estimate
from numerics.finite.forecast.fit import Fit
from numerics.finite.forecast.forecast_page import forecast_blocks
from numerics.finite.forecast.label_noise import label_noise
from numerics.finite.forecast.large_lambda import LargeLambda
from numerics.finite.forecast.measured import Measured
from numerics.finite.forecast.normal_law import NormalLaw, normal_law
from numerics.finite.forecast.task import Task
from numerics.finite.result import Result
from numerics.finite.samples import Samples, samples_of
from numerics.formulas.pair import Certified, pair_of
from numerics.noise.laws import checked_seed
from numerics.progress import Progress, silent
from symcheck.arguments.public import public
from symcheck.errors import shown
from symcheck.render.block import Block

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHARE = 0.1
"""The share of labels that are cleaned where none is given."""


@public
@final
@dataclass(frozen=True, eq=False, repr=False)
class Forecast(Result):
    """Agreement with the clean model and accuracy that ``task.draws`` draws of the labels give: sampled, not trained.

    ``training`` and ``test``, None without a test part, are the two kinds of points.

    >>> from numerics import forecast
    >>> found = forecast("iris", rho=0.3, draws=20)
    >>> 0.8 < found.agreement < 1, len(found.per_sample)
    (True, 150)

    Source: docs/theory.md, section 13.
    """

    task: Task
    training: Measured
    test: Measured | None

    @property
    def at(self) -> Measured:
        """The test points where there are some, else the training points."""
        return self.test or self.training

    @property
    def agreement(self) -> Estimate:
        """The expected share of predictions that are those of the model trained on the clean labels."""
        return self.at.agreement

    @property
    def accuracy(self) -> Estimate:
        """The expected share of predictions that are the clean labels."""
        return self.at.accuracy

    @property
    def clean_accuracy(self) -> Estimate:
        """The share of predictions of the clean model that are the clean labels."""
        return self.at.clean_accuracy

    @property
    def per_sample(self) -> NDArray[np.float64]:
        """For each point the probability that the prediction there is that of the clean model."""
        return self.at.per_sample

    def against_n(
        self, counts: Sequence[int] | None = None, *, draws: int | None = None, progress: Progress = silent
    ) -> Curve:
        """The forecast for other numbers of labels: as many samples at random, or all of them labelled so often.

        Parameters: ``counts`` at most as many as samples, or whole multiples of their number, several of each unless
        given; ``draws`` of the labels for each, those of the forecast unless given; ``progress`` is told of each.
        """
        return against_n(self._for(draws), counts, progress)

    def against_rho(
        self, rates: Sequence[float | Fraction] | None = None, *, draws: int | None = None, progress: Progress = silent
    ) -> Curve:
        """The forecast for uniform noise of other rates.

        Parameters: ``rates`` in [0, (C-1)/C), evenly from 0 unless given; ``draws`` of the labels for each, those of
        the forecast unless given; ``progress`` is told of each.
        """
        return against_rho(self._for(draws), rates, progress)

    def against_features(
        self, counts: Sequence[int] | None = None, *, kind: str = "subset", draws: int | None = None,
        progress: Progress = silent,
    ) -> Curve:  # fmt: skip
        """The forecast for other numbers of features, of a ``kind``: "subset", "leading" or "relu".

        Parameters: ``counts`` of features, several unless given; ``draws`` of the labels for each, those of the
        forecast unless given; ``progress`` is told of each.
        """
        return against_features(self._for(draws), counts, kind, progress)

    def cleaned(self, share: float = SHARE, *, draws: int | None = None, progress: Progress = silent) -> Cleaned:
        """What cleaning a ``share`` of the labels buys: random ones, and those that are most in doubt.

        Parameters: ``share`` in (0, 1]; ``draws`` of the labels for each, those of the forecast unless given;
        ``progress`` is told of each.
        """
        return cleaned(self._for(draws), share, progress)

    def by_normal_law(self, *, points: int = 1000, progress: Progress = silent) -> NormalLaw:
        """The same by the normal law, as a check: at large lambda, at up to ``points`` points of each kind.

        ``progress`` is told of the points that are done.
        """
        return normal_law(self.task, points, progress)

    @property
    def figure(self) -> Figure:
        """The share of the points that agree at least with a probability, against that probability."""
        from numerics.finite.forecast.forecast_figure import forecast_figure

        task = self.task
        return forecast_figure(
            self._kinds, title=f"Forecast for {task.samples.name}",
            setting=f"{task.labels} labels, {task.noise.text}, {task.fit.text}",
        )  # fmt: skip

    def to_record(self) -> dict[str, object]:
        """The numbers for JSON."""
        return {
            "data": self.task.samples.name, "classes": self.task.samples.classes, "labels": self.task.labels,
            "rank": self.task.samples.span.rank, "noise": self.task.noise.text, "model": self.task.fit.text,
            "draws": self.task.draws, "seed": self.task.seed, "training": self.training.to_record(),
            "test": None if self.test is None else self.test.to_record(),
        }  # fmt: skip

    def blocks(self) -> Iterator[Block]:
        """The numbers, what was left out, and for what they hold."""
        return forecast_blocks(self.task, self._kinds)

    @property
    def _kinds(self) -> tuple[Measured, ...]:
        return (self.training,) if self.test is None else (self.training, self.test)

    def _for(self, draws: int | None) -> Task:
        return self.task if draws is None else replace(self.task, draws=checked_draws(draws))


@public
def forecast(
    data: object,
    *,
    rho: float | Fraction | None = None,
    T: object = None,
    law: object = None,
    test: object = None,
    n: int | None = None,
    cert: Certified | None = None,
    lambda_: float | None = None,
    steps: int = STEPS,
    draws: int = 100,
    seed: int = 0,
    label: str | None = None,
    without: Sequence[str] = (),
    transform: str = "raw",
    split: int = 0,
    progress: Progress = silent,
) -> Forecast:
    """What a linear model trained on noisy labels will predict: its agreement with the clean one, and its accuracy.

    At large lambda the scores are S = P o with the rows o_y of the drawn labels, P the projection on the span of the
    features and a bias, and at a new point sum_j k_j o_j: this is drawn, nothing is trained.  At one ``lambda_`` each
    draw takes ``steps`` preconditioned steps from the linearised minimiser.

    Parameters: ``data`` with the clean labels, a name, a pair (X, y), a frame, a file or ``Samples``; one of ``rho`` in
    [0, (C-1)/C), ``T`` (C, C), any matrix with rows that sum to 1, and ``law`` (n, C), one row for each sample;
    ``test`` a share or data; ``n`` labels, at most as many as samples (each draw takes so many at random), or a whole
    multiple (each sample is labelled so often); ``cert`` and ``lambda_`` > mu of a pair, or neither; ``draws`` >= 2
    with ``seed``; ``label``, ``without``, ``transform`` and ``split`` as ``samples_of`` takes them; ``progress`` is
    called with the draws done and their number.

    Returns a ``Forecast``.  Raises ``NoiseError`` for noise that is none, ``DataError`` for data, ``ConfirmationError``
    for what is no certificate, and ``FiniteError`` for settings out of range and a pair that is not known to have one
    minimiser.

    >>> from numerics import forecast
    >>> found = forecast("iris", rho=0.3, draws=20)
    >>> float(found.clean_accuracy) > found.accuracy > 0.6
    True

    Source: docs/theory.md, section 13.
    """
    if law is not None and isinstance(test, Real):
        raise NoiseError(
            f"law: got rows beside test={test}, a share that is drawn, so that nobody knows which rows belong to the "
            "samples; give the test part as data, test=(X, y)"
        )
    if isinstance(data, Samples):
        _require_ready(test, label, without, transform, split)
        samples = data
    else:
        samples = samples_of(
            data, label=label, without=without, transform=transform, test=test, split=split, progress=progress
        )
    noise = label_noise(samples, rho=rho, T=T, law=law)
    checked_seed("sampled", seed)
    fit = _fit(samples, cert, lambda_, steps)
    task = Task(samples, noise, fit, checked_draws(draws), seed, checked_count(n, len(samples)))
    found = task.measured(progress)
    is_told = task.is_subset or (noise.is_uniform and cert is None)
    by_law = {} if is_told else task.by_law()
    kinds = {name: Measured.of(name, s, by_law.get(name)) for name, s in found.items()}
    return Forecast(task, kinds["training"], kinds.get("test"))


def _require_ready(test: object, label: str | None, without: Sequence[str], transform: str, split: int) -> None:
    """Raises ``DataError`` for settings that only say how samples are made."""
    if test is not None or label is not None or len(without) or transform != "raw" or split:
        raise DataError(
            "data: got Samples beside test, label, without, transform or split; accepted is Samples alone: give these "
            "to samples_of"
        )


def _fit(samples: Samples, cert: Certified | None, lambda_: float | None, steps: int) -> Fit:
    if cert is None and lambda_ is None:
        return LargeLambda()
    if cert is None or lambda_ is None:
        given, missing = ("lambda_", "cert") if cert is None else ("cert", "lambda_")
        raise FiniteError(
            f"{missing}: got None beside {given}; accepted are both, for the pair at this lambda, or neither, for "
            "large lambda, where all certified pairs with a penalty like l2 predict the same"
        )
    weight = checked_lambda(lambda_)
    pair = pair_of(cert, samples.classes, samples.name)
    if isinstance(steps, bool) or not isinstance(steps, int) or steps < 0:
        raise FiniteError(f"steps: got {shown(steps, 80)}; accepted is a whole number >= 0, such as {STEPS}")
    return AtLambda(pair.objective, pair.name, weight, convexity_of(pair, weight, len(samples)), steps)
