"""What somebody sees who has noisy labels alone: a fit to those of some samples, on those of others."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from numerics.errors import FiniteError
from numerics.finite.forecast.at_lambda import AtLambda
from numerics.finite.samples import Samples
from numerics.noise.accuracy import CleanAccuracy, clean_accuracy

Labels = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class NoisyLabels:
    """Labels of the samples, ``training`` (n,), and of test points, ``held_out`` (m,), noisy at the rate ``rho``."""

    training: Labels
    held_out: Labels
    rho: float | Fraction
    classes: int


def validated(fit: AtLambda, samples: Samples, labels: NoisyLabels) -> CleanAccuracy:
    """The accuracy by clean labels, from that of ``fit`` to the noisy training labels on the noisy test labels.

    Test points whose output is not determined are left out; raises ``FiniteError`` if none is left.
    """
    assert samples.test is not None, "there are test points"
    inside = ~samples.test.outside
    if not inside.any():
        raise FiniteError(
            "test: at none of the test points the output is determined by the samples; give samples for which the "
            "features of the test points are no new directions"
        )
    weights = fit.of_law(samples.span.basis, np.eye(labels.classes)[labels.training]).weights[0]
    predicted = (samples.test.coordinates[inside] @ weights).argmax(axis=1)
    right = int((predicted == labels.held_out[inside]).sum())
    count = int(inside.sum())
    return clean_accuracy(Fraction(right, count), n=count, rho=labels.rho, classes=labels.classes)
