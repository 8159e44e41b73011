"""Ways to find labels that moved, on the same features: cleanlab's, and trusted predictions, each out of sample."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from numerics.finite.samples import Samples, samples_of
from numerics.finite.trusted.label_scores import probabilities, sharpness, votes_without
from numerics.finite.trusted.trusting import trusted
from numerics.noise.laws import sampled_labels

Mask = NDArray[np.bool_]
Real = NDArray[np.float64]

DELTA = 0.05
FOLDS = 5
STRENGTHS = (0.01, 0.1, 1.0)
"""Of these C of the logistic regression the one is taken whose probabilities make the given labels likeliest."""


@dataclass(frozen=True, eq=False)
class Flagged:
    """What a way has found in one draw: the labels that it flags, how suspicious each is, and the seconds it took."""

    flags: Mask
    suspicion: Real | None
    seconds: float


@dataclass(frozen=True, eq=False)
class Draw:
    """Samples whose labels have ``moved``, in one draw of noise; ``clean`` labels, and the rate ``rho``."""

    samples: Samples
    clean: NDArray[np.int64]
    rho: float

    @property
    def moved(self) -> Mask:
        """Which labels are not those from before."""
        found: Mask = self.samples.labels != self.clean
        return found


def draw_of(samples: Samples, rho: float, seed: int) -> Draw:
    """``samples`` with labels after uniform noise of the rate ``rho``."""
    drawn = sampled_labels(torch.from_numpy(samples.labels), samples.classes, rho, seed).numpy()
    return Draw(replace(samples, labels=drawn), samples.labels, rho)


def by_cleanlab(draw: Draw) -> Flagged:
    """cleanlab's default, on the probabilities of a logistic regression in 5 folds; the search for its C is free."""
    fits = [cross_validated(draw.samples, strength) for strength in STRENGTHS]
    rows = np.arange(len(draw.samples))
    chosen, seconds = max(fits, key=lambda fit: float(np.log(fit[0][rows, draw.samples.labels] + 1e-12).sum()))
    return _cleanlab_on(chosen, draw, time.process_time() - seconds)


def by_cleanlab_on_scores(draw: Draw) -> Flagged:
    """cleanlab's default, on our scores, of which each was computed without the sample's own label."""
    start = time.process_time()
    return _cleanlab_on(_scores(draw)[1], draw, start)


def by_prediction(draw: Draw) -> Flagged:
    """The prediction without the own label is another one; suspicious is what it says of the given label."""
    start = time.process_time()
    votes, scores = _scores(draw)
    labels = draw.samples.labels
    suspicion = -scores[np.arange(len(labels)), labels]
    return Flagged(votes.argmax(axis=1) != labels, suspicion, time.process_time() - start)


def by_bound(draw: Draw) -> Flagged:
    """The same, where the bound trusts it."""
    start = time.process_time()
    differing = trusted(_arrays(draw), rho=draw.rho, delta=DELTA).differing
    assert differing is not None
    return Flagged(differing, None, time.process_time() - start)


def by_normal_law(draw: Draw) -> Flagged:
    """The same, where the normal law trusts it."""
    start = time.process_time()
    found = trusted(_arrays(draw), rho=draw.rho, delta=DELTA)
    flags = found.normal & (found.predicted != draw.samples.labels)
    return Flagged(flags, None, time.process_time() - start)


def _arrays(draw: Draw) -> tuple[Real, NDArray[np.int64]]:
    return draw.samples.features, draw.samples.labels


def _scores(draw: Draw) -> tuple[Real, Real]:
    """Votes without the own label and the probabilities of them, in closed form, from the features on."""
    samples = samples_of(_arrays(draw))
    votes = votes_without(samples)
    return votes, probabilities(votes, sharpness(votes, samples.labels))


WAYS: dict[str, Callable[[Draw], Flagged]] = {
    "cleanlab, logistic regression": by_cleanlab,
    "cleanlab, our scores": by_cleanlab_on_scores,
    "prediction without the label": by_prediction,
    "trusted, by the bound": by_bound,
    "trusted, by the normal law": by_normal_law,
}


def cross_validated(samples: Samples, strength: float) -> tuple[Real, float]:
    """Probabilities by logistic regression, each sample by a fit on the other four fifths, and the seconds of it."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    start = time.process_time()
    model = make_pipeline(StandardScaler(), LogisticRegression(C=strength, max_iter=300))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        found: Real = cross_val_predict(model, samples.features, samples.labels, cv=FOLDS, method="predict_proba")
    return found, time.process_time() - start


def _cleanlab_on(predicted: Real, draw: Draw, start: float) -> Flagged:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from cleanlab.filter import find_label_issues
        from cleanlab.rank import get_label_quality_scores

        flags = np.asarray(find_label_issues(draw.samples.labels, predicted, n_jobs=1), dtype=bool)
        quality = get_label_quality_scores(draw.samples.labels, predicted)
    return Flagged(flags, -np.asarray(quality), time.process_time() - start)


@dataclass(frozen=True)
class Score:
    """How a way did, in the mean over draws: the share that it flags, and its precision and recall.

    ``ranking`` is the area under the curve of what it finds suspicious, nan if it says no more than yes and no.
    """

    flagged: float
    precision: float
    recall: float
    ranking: float
    seconds: float

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def score_of(found: Flagged, draw: Draw) -> Score:
    """The score of a way in one draw."""
    from sklearn.metrics import roc_auc_score

    right = int((found.flags & draw.moved).sum())
    ranking = float("nan") if found.suspicion is None else float(roc_auc_score(draw.moved, found.suspicion))
    precision = right / int(found.flags.sum()) if found.flags.any() else float("nan")
    return Score(float(found.flags.mean()), precision, right / int(draw.moved.sum()), ranking, found.seconds)


def mean_of(scores: list[Score]) -> Score:
    """The mean of each number; of precision over the draws where something was flagged."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # nothing was flagged in any draw
        columns = zip(*[(s.flagged, s.precision, s.recall, s.ranking, s.seconds) for s in scores], strict=True)
        return Score(*(float(np.nanmean(column)) for column in columns))
