"""numerics.guarantee: from which lambda on clean and noisy minimisers provably predict the same, for each sample."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, final

import numpy as np

from numerics.errors import FiniteError
from numerics.finite.guarantee.said import Said
from numerics.finite.guarantee.setting import problem_of
from numerics.finite.guarantee.thresholds import STEPS, Thresholds, checked_rho, checked_weight
from numerics.finite.result import Result
from numerics.finite.samples import Samples, samples_of
from numerics.formulas.pair import Certified, pair_of
from numerics.progress import Progress, silent
from symcheck.arguments.public import public
from symcheck.errors import shown
from symcheck.render.block import Block

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LAMBDAS = tuple(float(f"{m}e{e}") for e in range(-2, 3) for m in (1, 2, 5))
"""What a table has lines for unless they are given, as far as bounds reach."""


@public
@final
@dataclass(frozen=True, eq=False, repr=False)
class Guarantee(Thresholds, Result):
    """What is certified of ``pair`` on ``samples`` under exact uniform noise, as a page, a record and a figure.

    >>> import symcheck as sc
    >>> from numerics import guarantee
    >>> found = guarantee(sc.certify("cross_entropy", "l2"), "iris", rho=0.3)
    >>> found.lambda_for(0.9) <= 0.3, found.is_proved
    (True, True)

    Source: docs/theory.md, section 12.
    """

    @property
    def figure(self) -> Figure:
        """The share certified against lambda."""
        from numerics.finite.guarantee.share_figure import share_against_lambda

        return share_against_lambda(self)

    def to_record(self) -> dict[str, object]:
        """The numbers for JSON."""
        return Said(self).record()

    def blocks(self) -> Iterator[Block]:
        """What is certified of whom, and what it rests on."""
        return Said(self).blocks()


@public
def guarantee(
    cert: Certified,
    data: object,
    *,
    rho: float | Fraction | str | None = None,
    lambdas: Sequence[float] | None = None,
    steps: int = STEPS,
    reference: bool = False,
    label: str | None = None,
    without: Sequence[str] = (),
    transform: str = "raw",
    test: object = None,
    split: int = 0,
    progress: Progress = silent,
) -> Guarantee:
    """From which lambda on clean and noisy minimisers of sum_j l(z_j, q_j) + lambda sum_j g(z_j) predict the same.

    For a linear classifier on the features as they are given and a bias, under exact uniform noise: each label is
    replaced by its law.  Nothing is trained; each statement is a bound from a point near the minimiser.

    Parameters: ``cert`` a certificate of the pair; ``data`` as ``samples_of`` takes them, with clean labels, and also
    ready ``Samples``, with ``label``, ``without``, ``transform``, ``test`` and ``split``; ``rho`` in [0, (C-1)/C), or
    None for every rate alone; ``lambdas`` the lines of the table, numbers > 0; ``steps`` >= 0 improves trial points;
    ``reference`` keeps the score of the last class at 0; ``progress`` is called as samples are looked at.  A parameter
    that the certificate leaves free takes its default.

    Returns a ``Guarantee``.  Raises ``FiniteError`` for settings out of range, what is no certificate, and a pair of
    which no bound is known, ``NoiseError`` for a rate out of range, ``DataError`` for data, and ``ConfirmationError``
    for a certificate whose scope does not have this C.

    >>> import symcheck as sc
    >>> from numerics import guarantee
    >>> found = guarantee(sc.certify("cross_entropy", "l2"), "iris", rho=0.3)
    >>> found.share(0.3) >= 0.9, found.is_proved
    (True, True)

    Source: docs/theory.md, section 12.
    """
    if not hasattr(cert, "problem") or not hasattr(cert, "scope"):
        raise FiniteError(
            f"cert: got {shown(cert)}; accepted is a certificate, as symcheck.certify(loss, regularizer) makes it"
        )
    if isinstance(steps, bool) or not isinstance(steps, int) or steps < 0:
        raise FiniteError(f"steps: got {shown(steps)}; accepted is a whole number >= 0, such as {STEPS}")
    samples = samples_of(
        data, label=label, without=without, transform=transform, test=test, split=split, labelled=False,
        progress=progress,
    ) if not isinstance(data, Samples) else data  # fmt: skip
    rate = None if rho is None else checked_rho(rho, samples.classes)
    pair = pair_of(cert, samples.classes, samples.name)
    # what counts is what holds at this C and these values
    narrowed = pair.certificate.at(samples.classes, **pair.numbers)
    pair = replace(pair, certificate=narrowed)
    problem = problem_of(pair, samples, reference=reference)
    floor = problem.bounds.floor if problem.bounds.is_known else 0.0
    chosen = _table_of(floor) if lambdas is None else _checked_weights(lambdas)
    if min(chosen) <= floor:
        raise FiniteError(
            f"lambdas: got {shown(lambdas)}; accepted are weights above {floor:.6g}, below which {pair.name} is not "
            "known to be convex"
        )
    return Guarantee(pair, samples, problem, rate, chosen, steps, progress)


def _table_of(floor: float) -> tuple[float, ...]:
    """Round numbers above ``floor``."""
    return tuple(x for x in LAMBDAS if x > floor) or tuple(float(f"{m * floor:.3g}") for m in (1.1, 2, 5, 10, 100))


def _checked_weights(lambdas: object) -> tuple[float, ...]:
    if not isinstance(lambdas, Sequence | np.ndarray) or isinstance(lambdas, str) or not len(lambdas):
        raise FiniteError(f"lambdas: got {shown(lambdas)}; accepted are numbers > 0 in a sequence, such as [0.1, 1]")
    return tuple(checked_weight(x) for x in lambdas)
