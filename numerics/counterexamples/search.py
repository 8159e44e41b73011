"""Counterexamples: small data on which clean and noisy minimisers predict different classes in the limit (THEORY 6).

The limit of Z_alpha/alpha as alpha -> 0 is the minimiser of l_lin + g_sq, which is linear algebra; so many thousand
small data sets are looked at in a moment, and the one that is found is then trained.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import torch
from torch import Tensor

from numerics.counterexamples.small import SmallProblem, limit_scores, slopes
from numerics.counterexamples.small_data import FAMILIES, Batch, batches
from numerics.errors import ConfirmationError
from numerics.formulas.pair import Certified, Pair, pair_of
from numerics.noise.laws import checked_rate, clean_law, noise_factor, noisy_law
from symcheck.arguments.public import public
from symcheck.errors import shown
from symcheck.findings.tier import Tier
from symcheck.render.block import Block, Item, Items, Title
from symcheck.render.page import Page

RATES = (Fraction(2, 5), Fraction(3, 5), Fraction(1, 5))
"""Noise rates that are tried, those below (C-1)/C."""
LAMBDAS = (1.0, 10.0, 100.0, 1e3, 1e4)
"""Weights of the penalty at which what was found is trained."""
CLEAR = 0.02
"""A class leads if its lead is so large a share of the spread of the scores."""
ROUNDING = 1e-12
"""Differences of so small a share of ||b||/||H|| are 0."""
SOLVED = 1e-9
"""A gradient norm at which a trained minimiser counts."""


@dataclass(frozen=True)
class Trained:
    """The classes, from 1, that the clean and the noisy minimiser predict at the weight ``lambda_`` of the penalty."""

    lambda_: float
    clean: tuple[int, ...]
    noisy: tuple[int, ...]


@dataclass(frozen=True)
class Flip:
    """Data on which noise of rate ``rho`` changes a predicted class in the limit.

    ``family`` is the kind of models; ``features`` has a row for each sample: its features for "shared features" and
    "reference class", the direction d of its outputs t d for "cone"; ``labels`` from 1; ``clean`` and ``noisy`` are the
    classes in the limit and ``trained`` those of minimisers.
    """

    family: str
    features: tuple[tuple[float, ...], ...]
    labels: tuple[int, ...]
    rho: Fraction
    clean: tuple[int, ...]
    noisy: tuple[int, ...]
    trained: tuple[Trained, ...]

    @property
    def is_confirmed(self) -> bool:
        """Whether training at the two largest weights predicts what the limit does."""
        return all((t.clean, t.noisy) == (self.clean, self.noisy) for t in self.trained[-2:]) and len(self.trained) > 1


@dataclass(frozen=True)
class Search(Page):
    """The outcome for a ``pair`` at C = ``classes``: ``looked_at`` data sets, and the ``flip`` that was found.

    >>> import symcheck as sc
    >>> from numerics import counterexample
    >>> counterexample(sc.certify("cross_entropy", "l2"), 2, families=["cone"], most_points=2).flip is None
    True

    Source: docs/theory.md, section 6.
    """

    pair: str
    classes: int
    looked_at: int
    flip: Flip | None

    def blocks(self) -> Iterator[Block]:
        """What was found, or that nothing was."""
        first, *others = self.to_text().splitlines()
        yield Title((first,))
        if others:
            yield Items(tuple(Item("", (line.strip(),)) for line in others))

    def to_text(self, *, columns: int | None = None, colour: bool = False) -> str:
        """The same as plain text, for so many ``columns``, None for a file, in ``colour`` or not."""
        if columns is not None or colour:
            return super().to_text(columns=columns, colour=colour)
        if self.flip is None:
            return (
                f"none found for {self.pair} at C = {self.classes}: on {self.looked_at} small data sets clean and "
                "noisy minimisers predict the same classes in the limit (a search, not a proof)"
            )
        f = self.flip
        points = [f"{_row(x)} with label {y}" for x, y in zip(f.features, f.labels, strict=True)]
        what = {"cone": "outputs t d, d"}.get(f.family, "features")
        lines = [
            f"found for {self.pair} at C = {self.classes}, family: {f.family}, exact noise of rate {f.rho}",
            f"  {what} = " + "; ".join(points),
            f"  limit: classes {_row(f.clean)} from clean labels, {_row(f.noisy)} from noisy ones",
            *(f"  lambda = {t.lambda_:g}: {_row(t.clean)} and {_row(t.noisy)}" for t in f.trained),
            f"  (the {_ordinal(self.looked_at)} data set looked at; training "
            + ("confirms the limit)" if f.is_confirmed else "does not show the limit at these weights)"),
        ]
        return "\n".join(lines)


@public
def counterexample(
    certificate: Certified,
    classes: int = 3,
    *,
    rho: float | Fraction | None = None,
    families: Sequence[str] = FAMILIES,
    most_points: int = 3,
) -> Search:
    """The smallest data found on which the pair of ``certificate`` predicts differently under noise, in the limit.

    Parameters: ``certificate`` of the pair, whatever its verdict; ``classes`` C >= 2 in the scope; ``rho`` one rate in
    [0, (C-1)/C), by default several; ``families`` among ``FAMILIES``; ``most_points`` samples at most, beside the
    construction of section 6 of the theory with C + 1 of them.  A parameter that the certificate leaves free takes its
    default.

    Returns a ``Search``, whose ``flip`` is what was found, or None: a search, not a proof.  Raises
    ``ConfirmationError`` where there is no limit to compute: l or g has a kink at 0, g has no curvature there, or one
    of the names is none; ``NoiseError`` for a rate out of range.

    >>> import symcheck as sc
    >>> from numerics import counterexample
    >>> found = counterexample(sc.certify("one_vs_rest_logistic", "l2"), 3, families=["cone"])
    >>> found.flip.clean, found.flip.noisy
    ((3,), (1,))

    Source: docs/theory.md, section 6.
    """
    pair = pair_of(certificate, classes, "the search")
    _check(pair, families)
    rates = [r for r in RATES if r < Fraction(classes - 1, classes)] if rho is None else [_rate(rho, classes)]
    zero = torch.zeros(classes, dtype=torch.float64)
    pulls, curvature = slopes(pair.objective, zero), pair.objective.penalty_curvature(zero)
    looked_at = 0
    for batch in batches(pair, pulls, curvature, families, most_points):
        if not len(batch.labels):
            continue
        for rate in rates:
            flips, best = _flips(batch, pulls, curvature, noise_factor(float(rate), classes))
            looked_at += len(batch.labels)
            if bool(flips.any()):
                flip = _flip(pair, batch, best, rate)
                # The limit is computed in floats, near ties too: only what training shows as well is reported.
                if flip.is_confirmed:
                    return Search(pair.name, classes, looked_at, flip)
    return Search(pair.name, classes, looked_at, None)


def _check(pair: Pair, families: Sequence[str]) -> None:
    certificate = pair.certificate
    for name in families:
        if not isinstance(name, str) or name not in FAMILIES:
            raise ConfirmationError(f"families: got {shown(name, 80)}; accepted are {', '.join(map(repr, FAMILIES))}")
    if certificate.at(pair.classes, **pair.numbers).tier in (None, Tier.NONDIFF):
        raise ConfirmationError(
            f"certificate: the loss of {pair.name} has no derivative at z = 0 that was found, so there is no limit to "
            "search in; choose parameters away from the kink, or a loss without one"
        )
    values = torch.linalg.eigvalsh(pair.objective.penalty_curvature(torch.zeros(pair.classes, dtype=torch.float64)))
    # On the quotient the curvature is 0 along (1, ..., 1), and its second eigenvalue counts.
    flat = 1 if certificate.quotient else 0
    if not float(values[flat]) > 1e-10 * float(values[-1]):
        raise ConfirmationError(
            f"certificate: the regularizer of {pair.name} has no positive definite curvature at 0, so the limit is not "
            "that of l_lin + g_sq; take a regularizer such as l2"
        )


def _rate(rho: float | Fraction, classes: int) -> Fraction:
    checked_rate(rho, classes)
    return Fraction(rho).limit_denominator(10**6)


def _flips(batch: Batch, pulls: Tensor, curvature: Tensor, a: float) -> tuple[Tensor, int]:
    """Which data sets have a sample whose class clearly changes, and the first of the clearest."""
    drift = pulls.mean(0)
    weights = torch.full((batch.maps.shape[1],), 1 / batch.maps.shape[1], dtype=torch.float64)
    slopes = pulls[batch.labels]
    clean = limit_scores(batch.maps, slopes, curvature, weights)
    # Uniform noise turns b_Y - d into a (b_Y - d) on average, and leaves the drift d as it is.
    noisy = limit_scores(batch.maps, a * (slopes - drift) + drift, curvature, weights)
    floor = ROUNDING * float(pulls.abs().max() / curvature.abs().max())
    margins = torch.minimum(_margin(clean, floor), _margin(noisy, floor))
    clear = torch.where(clean.argmax(-1) != noisy.argmax(-1), margins, 0.0).amax(-1)
    return clear > CLEAR, int(clear.argmax())


def _margin(scores: Tensor, floor: float) -> Tensor:
    """The lead of the largest score, as a share of the spread of the scores; 0 for a spread below ``floor``."""
    best, spread = scores.topk(2, dim=-1).values, scores.amax(-1) - scores.amin(-1)
    return torch.where(spread > floor, (best[..., 0] - best[..., 1]) / spread, 0.0)


def _flip(pair: Pair, batch: Batch, place: int, rate: Fraction) -> Flip:
    """The data set at ``place``, with its limits and what training gives."""
    maps, labels = batch.maps[place], batch.labels[place]
    law = clean_law(labels, pair.classes)
    weights = torch.full((len(labels),), 1 / len(labels), dtype=torch.float64)
    problems = [SmallProblem(pair.objective, maps, x, weights) for x in (law, noisy_law(law, float(rate)))]
    limits = [_classes(p.limit()) for p in problems]
    trained = []
    for lambda_ in LAMBDAS:
        found = [p.minimiser(1 / lambda_) for p in problems]
        if all(norm <= SOLVED for _, norm in found):
            trained.append(Trained(lambda_, *(_classes(z) for z, _ in found)))
    rows = tuple(tuple(row) for row in batch.features[place].tolist())
    return Flip(batch.family, rows, tuple((labels + 1).tolist()), rate, limits[0], limits[1], tuple(trained))


def _classes(scores: Tensor) -> tuple[int, ...]:
    return tuple((scores.argmax(-1) + 1).tolist())


def _row(values: Sequence[float]) -> str:
    return "(" + ", ".join(f"{x:.6g}" for x in values) + ")"


def _ordinal(n: int) -> str:
    ending = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"
