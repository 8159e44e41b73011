"""A forecast beside scikit-learn's Ridge, refitted for each draw of the labels: the same work on the same draws.

    python -m benchmarks.forecast [--samples 100000] [--features 512] [--classes 10] [--draws 100] [--peer 2]

Ours is all of it: reading arrays, the span, the draws, the fits, the predictions at all samples.  The peer fits
Ridge(alpha=1e-6) on centred one-hot labels and predicts; it is timed on a few of the draws and scaled to all.  Both are
processor seconds.  Exit code 1: more than 10 s, or the same draws do not agree.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

import numpy as np

from benchmarks.clock import peak_memory, timed
from numerics.finite.forecast.forecast import forecast
from numerics.finite.forecast.view import whole

ASKED = 10.0
"""Seconds for 1e5 x 512, 10 classes and 100 draws."""
RHO = 0.4


def main(argv: Sequence[str] | None = None) -> int:
    """Print both; 1 if what is asked for was missed."""
    from sklearn.linear_model import Ridge

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, size in {"samples": 100_000, "features": 512, "classes": 10, "draws": 100, "peer": 2}.items():
        parser.add_argument(f"--{name}", type=int, default=size, metavar="N")
    given = parser.parse_args(argv)
    chance = np.random.default_rng(0)
    x = chance.standard_normal((given.samples, given.features))
    direction = 0.3 * chance.standard_normal((given.features, given.classes))
    y = (x @ direction + 3 * chance.standard_normal((given.samples, given.classes))).argmax(1)

    seconds, found = timed(lambda: forecast((x, y), rho=RHO, draws=given.draws))
    size = f"{given.samples} x {given.features}, {given.classes} classes, {given.draws} draws, rho = {RHO}"
    print(f"{size}\nours: {seconds:.1f} s, {peak_memory():.0f} MB; agreement {found.agreement.text}")

    task, view = found.task, whole(found.task.samples, found.task.noise)
    model, hot = Ridge(alpha=1e-6), np.eye(given.classes)
    clean = model.fit(x, hot[y]).predict(x).argmax(1)
    labels = task.drawn(view, range(given.peer))[:, 0]
    took, tops = timed(lambda: [model.fit(x, hot[one]).predict(x).argmax(1) for one in labels])
    refitted = np.array([(top == clean).mean() for top in tops])
    drawn = np.array([(_top(found, one) == _top(found, y)).mean() for one in labels])
    scaled = took * given.draws / given.peer
    print(f"Ridge refitted: {scaled:.0f} s ({given.peer} draws timed), {scaled / seconds:.0f} times as long")
    print(f"agreement of the timed draws: {drawn.round(6)} and {refitted.round(6)}")
    return int(seconds > ASKED or bool(np.abs(drawn - refitted).max() > 1e-4))


def _top(found, labels):  # type: ignore[no-untyped-def]
    basis = found.task.samples.span.basis
    fit = found.task.fit.of_labels(basis, labels[None, None], found.task.samples.classes)
    return (basis @ fit.weights[0]).argmax(1)


if __name__ == "__main__":
    sys.exit(main())
