"""The work behind a forecast: draws of the labels, the fits to them, and their predictions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from numerics.finite.forecast.fit import Fit, Labels
from numerics.finite.forecast.label_noise import LabelNoise
from numerics.finite.forecast.scored import Scored, scored
from numerics.finite.forecast.view import Features, View, viewed, whole
from numerics.finite.samples import Samples
from numerics.progress import Progress

WEIGHTS = 2**25
"""Weights of fits that are held at once."""
LABELS = 2**26
"""Labels that are held at once."""


@dataclass(frozen=True, eq=False)
class Task:
    """``draws`` of noisy labels with ``seed``, and for each the ``fit``.

    ``n`` labels: None is one for each sample; below that, each draw takes as many samples at random; above, a whole
    multiple, each sample is labelled so many times.  ``features``, given the number of the draw, are others than those
    of the samples, unless ``features_vary`` the same for every draw.

    ``samples`` are those whose labels are drawn, by ``noise``.
    """

    samples: Samples
    noise: LabelNoise
    fit: Fit
    draws: int
    seed: int
    n: int | None = None
    features: Callable[[int], Features] | None = None
    features_vary: bool = True

    @property
    def labels(self) -> int:
        """The number of labels."""
        return self.n or len(self.samples)

    @property
    def times(self) -> int:
        """How many labels a sample has."""
        return max(1, self.labels // len(self.samples))

    @property
    def is_subset(self) -> bool:
        """Whether a draw takes some of the samples only."""
        return self.labels < len(self.samples)

    def by_law(self) -> dict[str, Scored]:
        """What the exact law of the labels gives in the place of draws, with all samples."""
        view = whole(self.samples, self.noise)
        clean = self.fit.of_law(view.span.basis, np.eye(self.samples.classes)[view.labels])
        fits = self.fit.of_law(view.span.basis, self.noise.law(view.labels))
        return {name: scored(where, fits) for name, where in view.places(clean).items()}

    def measured(self, progress: Progress, done: int = 0, total: int = 0) -> dict[str, Scored]:
        """The draws at each kind of points; ``progress`` counts draws from ``done`` on, of ``total``."""
        parts: dict[str, list[Scored]] = {}
        for view, chosen in self.views():
            clean = self.fit.of_law(view.span.basis, np.eye(self.samples.classes)[view.labels])
            places = view.places(clean)
            for some in self.few(view, chosen):
                fits = self.fit.of_labels(view.span.basis, self.drawn(view, some), self.samples.classes)
                for name, where in places.items():
                    parts.setdefault(name, []).append(scored(where, fits))
                done += len(some)
                progress(done, max(total, self.draws), f"{self.labels} labels, {self.noise.text}")
        return {name: Scored.joined(found) for name, found in parts.items()}

    def with_noise(self, noise: LabelNoise) -> Task:
        """The same task under another noise."""
        return replace(self, noise=noise)

    def views(self) -> Iterator[tuple[View, range]]:
        """The views, and the draws that see each of them."""
        if not self.is_subset and (self.features is None or not self.features_vary):
            given = None if self.features is None else self.features(0)
            shared = whole(self.samples, self.noise) if given is None else viewed(
                self.samples, self.noise, features=given
            )  # fmt: skip
            yield shared, range(self.draws)
            return
        for draw in range(self.draws):
            rows = None
            if self.is_subset:
                chance = np.random.default_rng([self.seed, draw, 1])
                rows = np.sort(chance.choice(len(self.samples), self.labels, replace=False))
            change = None if self.features is None else self.features(draw)
            yield viewed(self.samples, self.noise, rows=rows, features=change), range(draw, draw + 1)

    def few(self, view: View, chosen: range) -> Iterator[range]:
        """The draws ``chosen``, as many at a time as there is room for."""
        weights = view.span.rank * self.samples.classes
        step = max(1, min(WEIGHTS // weights, LABELS // (self.times * len(view.labels))))
        for start in range(chosen.start, chosen.stop, step):
            yield range(start, min(start + step, chosen.stop))

    def drawn(self, view: View, draws: range) -> Labels:
        """The labels (B, m, n) of these draws: each has a stream of its own, so that blocks change nothing."""
        labels = np.empty((len(draws), self.times, len(view.labels)), dtype=np.int64)
        for row, draw in zip(labels, draws, strict=True):
            chance = np.random.default_rng([self.seed, draw])
            for once in row:
                once[:] = view.noise.drawn(view.labels, chance)
        return labels
