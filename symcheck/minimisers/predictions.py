"""What the minimisers of a training predict for every lambda of a range."""

from __future__ import annotations

from symcheck.language.interval import Interval
from symcheck.minimisers.boxes import by_balls
from symcheck.minimisers.exact import by_rational_functions
from symcheck.minimisers.prediction_verdict import Shown, Winners
from symcheck.minimisers.signs import by_signs
from symcheck.minimisers.training import Training


def predictions_shown(training: Training, winners: Winners, lambdas: Interval) -> Shown:
    """Whether the minimiser predicts ``winners``, with no tie, for every lambda of the interval.

    Parameters: ``winners`` the class of each point, from 1; ``lambdas`` within [0, oo).
    Tried in turn: rational functions of lambda, signs at one point, boxes in balls.
    """
    if len(winners) != len(training.risks):
        raise ValueError(f"winners: got {len(winners)} classes for {len(training.risks)} points; give one a point")
    if any(isinstance(w, bool) or not isinstance(w, int) or not 1 <= w <= training.classes for w in winners):
        raise ValueError(f"winners: got {winners}; accepted are classes from 1 to C = {training.classes}")
    if lambdas.low is None or lambdas.low < 0 or lambdas.is_empty:
        raise ValueError(f"lambdas: got {lambdas}; accepted are intervals of numbers >= 0 that are not empty")
    for argument in (by_rational_functions, by_signs):
        shown = argument(training, winners, lambdas)
        if shown is not None:
            return shown
    return by_balls(training, winners, lambdas)
