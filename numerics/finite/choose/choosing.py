"""Choosing a lambda for a certified pair, data and a rate of noise."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np

from numerics.errors import DataError, FiniteError
from numerics.finite.choose.candidate import Candidate
from numerics.finite.choose.chosen_lambda import ChosenLambda
from numerics.finite.choose.rule import chosen
from numerics.finite.choose.validation import NoisyLabels, validated
from numerics.finite.forecast.at_lambda import AtLambda
from numerics.finite.forecast.convexity import convexity_of
from numerics.finite.forecast.forecast import forecast
from numerics.finite.forecast.label_noise import AtOneRate
from numerics.finite.guarantee.guarantee import Guarantee, guarantee
from numerics.finite.samples import Samples, samples_of
from numerics.formulas.pair import Certified, Pair, pair_of
from numerics.noise.laws import checked_rate, checked_seed
from numerics.progress import Progress, silent
from symcheck.arguments.public import public
from symcheck.errors import shown

LAMBDAS = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
"""The weights of the penalty that are tried."""
SHARE = 0.9
"""Of the samples, which are to be certified."""
DRAWS = 50


@public
def choose_lambda(
    cert: Certified,
    data: object,
    *,
    rho: float | Fraction,
    lambdas: Sequence[float] = LAMBDAS,
    labels: str = "clean",
    share: float = SHARE,
    test: object = 0.3,
    draws: int = DRAWS,
    seed: int = 0,
    split: int = 0,
    label: str | None = None,
    without: Sequence[str] = (),
    transform: str = "raw",
    progress: Progress = silent,
) -> ChosenLambda:
    """The lambda that a careful person takes: what is certified, forecast and seen on noisy labels, side by side.

    For each lambda: the share of the samples whose prediction is certified (``guarantee``); agreement and accuracy that
    draws of the labels give at the test points (``forecast``); and what somebody sees who has noisy labels alone: the
    accuracy of a fit to noisy labels on the noisy labels of the test points, converted to clean ones
    (``clean_accuracy``).  Taken is the smallest lambda whose forecast accuracy is within one standard error of the
    best, and at which ``share`` of the samples are certified; where the labels are noisy, the largest one within one
    standard error of the best accuracy on noisy labels.  The page says which rule was taken and what it lacks.

    Parameters: ``cert`` a certificate; ``data`` as ``samples_of`` takes them, whose ``labels`` are "clean" or "noisy";
    ``rho`` the rate of uniform noise in [0, (C-1)/C); ``lambdas`` > 0; ``share`` in (0, 1]; ``test`` a share or data,
    whose labels are of the same kind, and ``split`` the seed of a share; ``draws`` >= 2 of the labels for a forecast,
    and one more for what is seen, with ``seed``; ``label``, ``without``, ``transform`` as in ``samples_of``;
    ``progress`` is called as lambdas are tried.

    Returns a ``ChosenLambda``.  Raises ``NoiseError`` for a rate above chance, ``DataError`` without a test part, and
    ``FiniteError`` for settings out of range.

    >>> import symcheck as sc
    >>> from numerics import choose_lambda
    >>> found = choose_lambda(sc.certify("cross_entropy", "l2"), "iris", rho=0.2, lambdas=[0.1, 1, 10], draws=20)
    >>> found.lambda_, [c.lambda_ for c in found.candidates]
    (0.1, [0.1, 1.0, 10.0])

    Source: docs/theory.md, sections 12, 13 and 15.
    """
    has_clean = _checked_kind(labels)
    weights, wanted = _checked_lambdas(lambdas), _checked_share(share)
    checked_seed("sampled", seed)
    samples = data if isinstance(data, Samples) else samples_of(
        data, label=label, without=without, transform=transform, test=test, split=split, progress=progress,
        # a split that looks at noisy labels would not leave the noise of the test part alone
        by_class=has_clean,
    )  # fmt: skip
    if samples.test is None or samples.test_labels is None:
        raise DataError(
            "test: got no test part; a lambda is chosen by samples that the model was not trained on: give a share, "
            "such as 0.3, or data with the same columns"
        )
    rate = checked_rate(rho, samples.classes)
    bound = guarantee(cert, samples, rho=rho) if has_clean else None
    kinds = _labels(samples, rho, seed, has_clean=has_clean)
    rows = tuple(_candidates(cert, samples, weights, kinds, bound, draws, seed, progress))
    pair = pair_of(cert, samples.classes, samples.name)
    return ChosenLambda(
        pair.name, samples.name, rate, has_clean, len(samples), len(samples.test), draws, wanted,
        "" if bound is None else bound.level, rows, chosen(rows, wanted, has_limit=_has_limit(pair)), samples.notes,
    )  # fmt: skip


def _has_limit(pair: Pair) -> bool:
    """Whether the pair is certified at this C and these values."""
    return pair.certificate.at(pair.classes, **pair.numbers).prediction is not None


def _candidates(
    cert: Certified,
    samples: Samples,
    lambdas: Sequence[float],
    labels: NoisyLabels,
    bound: Guarantee | None,
    draws: int,
    seed: int,
    progress: Progress,
) -> Iterator[Candidate]:
    assert samples.test is not None, "there is a test part"
    pair = pair_of(cert, samples.classes, samples.name)
    points = int((~samples.test.outside).sum())
    for place, lambda_ in enumerate(lambdas):
        progress(place, len(lambdas), f"lambda = {lambda_:g}")
        try:
            share = None if bound is None else _certified(bound, lambda_)
            fit = AtLambda(pair.objective, pair.name, lambda_, convexity_of(pair, lambda_, len(samples)))
        except FiniteError as error:
            yield Candidate(lambda_, points, why=str(error))
            continue
        seen = validated(fit, samples, labels)
        if bound is None:
            yield Candidate(lambda_, points, validation=seen)
            continue
        found = forecast(samples, rho=labels.rho, cert=cert, lambda_=lambda_, draws=draws, seed=seed)
        yield Candidate(lambda_, points, share, found.agreement, found.accuracy, seen)


def _certified(bound: Guarantee, lambda_: float) -> float | None:
    """The share of the samples, None where no bound is known."""
    found = bound.at(lambda_)
    return None if found.why_not else found.share


def _labels(samples: Samples, rho: float | Fraction, seed: int, *, has_clean: bool) -> NoisyLabels:
    assert samples.test_labels is not None, "there is a test part"
    if not has_clean:
        return NoisyLabels(samples.labels, samples.test_labels, rho, samples.classes)
    n = len(samples)
    # A stream of its own: a forecast has those of [seed, draw].
    chance = np.random.default_rng([seed, 0, 2])
    noise = AtOneRate(checked_rate(rho, samples.classes), samples.classes)
    drawn = noise.drawn(np.concatenate([samples.labels, samples.test_labels]), chance)
    return NoisyLabels(drawn[:n], drawn[n:], rho, samples.classes)


def _checked_kind(labels: str) -> bool:
    if not isinstance(labels, str) or labels not in ("clean", "noisy"):
        raise FiniteError(
            f"labels: got {shown(labels)}; accepted is 'clean' or 'noisy', what the labels of the data are"
        )
    return labels == "clean"


def _checked_lambdas(lambdas: Sequence[float]) -> tuple[float, ...]:
    given = list(lambdas) if isinstance(lambdas, Sequence | np.ndarray) and not isinstance(lambdas, str) else []
    found = sorted({x for x in given if isinstance(x, int | float) and not isinstance(x, bool) and 0 < x < math.inf})
    if not found or len(found) != len(given):
        raise FiniteError(
            f"lambdas: got {shown(lambdas)}; accepted are different numbers above 0, the weights of the penalty to try"
        )
    return tuple(map(float, found))


def _checked_share(share: float) -> float:
    if isinstance(share, bool) or not isinstance(share, int | float) or not 0 < share <= 1:
        raise FiniteError(
            f"share: got {shown(share)}; accepted is the share of the samples to be certified, above 0 and at most 1"
        )
    return float(share)
