"""What a lambda is worth, certified against trained: ``python -m benchmarks.finite``.

The question is which predictions exact uniform noise moves at one lambda: of cross-entropy with l2 on the scores, rho =
.3.  The exact test answers it without a training.  The peers train twice, on the clean labels and on their law, and
compare: the solver of this package, and scikit-learn's LogisticRegression (lbfgs) on whitened features, where l2 on the
scores is l2 on the weights, with a row for each class of each sample and its probability as a weight.  One thread each,
processor seconds, the least of several.
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

import symcheck as sc
from benchmarks.clock import best_of
from benchmarks.fit_task import CROSS_ENTROPY_L2
from numerics.finite.guarantee.guarantee import guarantee
from numerics.finite.samples import Samples, samples_of
from numerics.linear.fits import FitProblem, fitted
from numerics.models.linear import LinearFamily
from numerics.noise.laws import noise_factor

SETS = ("iris", "wine", "breast_cancer", "digits")
LAMBDAS = (0.1, 0.3, 1.0, 3.0)
RHO = 0.3
GOAL = 1e-10
"""The gradient norm that fits of this package end at."""
TIGHT = 1e-8
"""scikit-learn's tol."""

Kept = NDArray[np.bool_]


@dataclass(frozen=True)
class Row:
    """Seconds of the three, on one data set at one lambda, and what they found."""

    data: str
    lambda_: float
    seconds: tuple[float, float, float]
    certified: float
    same: float
    wrong: int
    apart: int


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", metavar="NAME", action="append", help=f"a data set (default: {', '.join(SETS)})")
    parser.add_argument("--repeat", type=int, default=3, help="the least of so many runs is taken (default: 3)")
    given = parser.parse_args()
    torch.set_num_threads(1)
    print(f"{'':14s}{'lambda':>7s}{'certify':>9s}{'train':>8s}{'ratio':>7s}{'sklearn':>9s}{'ratio':>7s}"
          f"{'certified':>11s}{'same':>8s}{'wrong':>7s}{'peers apart':>13s}")  # fmt: skip
    for name in given.data or SETS:
        samples = samples_of(name, transform="standardised")
        for lambda_ in LAMBDAS:
            row = compared(samples, lambda_, given.repeat)
            test, solver, peer = row.seconds
            print(
                f"{name:14s}{lambda_:7g}{test:9.4f}{solver:8.3f}{solver / test:6.1f}x{peer:9.3f}{peer / test:6.1f}x"
                f"{row.certified:11.1%}{row.same:8.1%}{row.wrong:7d}{row.apart:13d}"
            )
    print("\ncertified: shown to be the same; same: as both trainings predict; wrong: certified and not the same")


def compared(samples: Samples, lambda_: float, repeat: int) -> Row:
    """The three on the same question."""
    certificate = sc.certify("cross_entropy", "l2")
    bound = guarantee(certificate, samples, rho=RHO)
    a = noise_factor(RHO, samples.classes)
    laws = np.stack([samples.one_hot, a * samples.one_hot + (1 - a) / samples.classes])
    works: tuple[Callable[[], Kept], ...] = (
        lambda: np.asarray(bound.at(lambda_).certified),
        lambda: kept_by_solver(samples, laws, lambda_),
        lambda: kept_by_sklearn(samples, laws, lambda_),
    )
    seconds = [best_of(work, repeat) for work in works]
    certified, solver, peer = (work() for work in works)
    return Row(
        samples.name, lambda_, (seconds[0], seconds[1], seconds[2]), float(certified.mean()), float(solver.mean()),
        int((certified & ~solver).sum()), int((solver != peer).sum()),
    )  # fmt: skip


def kept_by_solver(samples: Samples, laws: NDArray[np.float64], lambda_: float) -> Kept:
    """Both fits at once, by the solver of this package."""
    features = np.hstack([samples.features, np.ones((len(samples), 1))])
    family = LinearFamily.of(torch.from_numpy(features), samples.classes)
    moments = family.pulled_back(torch.from_numpy(laws - 1 / samples.classes))
    weights = torch.full((2,), lambda_, dtype=torch.float64)
    fits = fitted(FitProblem(family, CROSS_ENTROPY_L2, weights, moments), GOAL)
    clean, noisy = (family.features @ fits.weights @ family.basis.T).argmax(-1).numpy()
    return np.asarray(clean == noisy)


def kept_by_sklearn(samples: Samples, laws: NDArray[np.float64], lambda_: float) -> Kept:
    """Two fits by LogisticRegression: C sum_i w_i CE_i + 1/2 ||W||^2 is J/lambda for C = 1/lambda, as V'V = 1."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    basis, tops = samples.span.basis, []
    # Of two classes it has one weight vector, w = w_1 - w_0, and ||W||^2 = ||w||^2/2.
    weight = (2 if samples.classes == 2 else 1) / lambda_
    for law in laws:
        model = LogisticRegression(C=weight, fit_intercept=False, tol=TIGHT, max_iter=10000)
        rows, labels = np.nonzero(law)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(basis[rows], labels, sample_weight=law[rows, labels])
        tops.append(model.predict(basis))
    return np.asarray(tops[0] == tops[1])


if __name__ == "__main__":
    main()
