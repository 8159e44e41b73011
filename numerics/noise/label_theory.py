"""What the theory says about people's label noise: whether it looks uniform, and what T does to predictions if not.

Certificates are about uniform noise.  For class-conditional noise T, MUH with an isotropic quadratic penalty, over all
functions of x, keeps the predictions of every law of the clean label only if T is uniform
(``symcheck.class_conditional``); of another T the exact statements are how far the leading class has to lead, and
which classes keep where the clean label is certain.  Whether T is the same for all examples of a class cannot be seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import torch
from torch import Tensor

from numerics.noise.human_labels import LEVEL, ChiSquare, HumanLabels, TransitionEstimate
from symcheck.class_conditional.answer import NoiseCondition
from symcheck.class_conditional.condition import noise_condition
from symcheck.class_conditional.order import Flip

OUT_OF_REACH = (
    "out of reach: whether noise depends on the example and not on its class alone, as where hard examples are "
    "mislabelled more often; two columns of labels cannot show it, and T takes it that it does not"
)
"""What two columns cannot show."""
ABOUT = "MUH with an isotropic quadratic penalty (over all functions of x)"
"""What the exact statements are about."""
MOST_EXACT = 12
"""Up to so many classes a witness is computed in exact numbers, and shown."""
MOST_SHOWN = 8
"""How many classes a sentence lists."""


@dataclass(frozen=True, eq=False)
class LabelTheory:
    """The theory's answers for ``labels``, with what is only estimated held to the confidence ``level``."""

    labels: HumanLabels
    level: float = LEVEL

    @property
    def uniformity(self) -> ChiSquare:
        """The test of uniform noise."""
        return self.labels.against_uniform

    @property
    def is_rejected(self) -> bool:
        """Whether uniform noise is rejected, at the level 1 - ``level``."""
        return self.uniformity.p_value < 1 - self.level

    @cached_property
    def bounds(self) -> TransitionEstimate:
        """T with intervals that hold all together with confidence ``level``."""
        return self.labels.simultaneous(self.level)

    @cached_property
    def condition(self) -> NoiseCondition | None:
        """The exact answer for the counted T, n_ij/n_i; None beyond 12 classes."""
        if self.labels.classes > MOST_EXACT:
            return None
        rows = [[Fraction(n, sum(row)) for n in row] for row in self.labels.counts.tolist()]
        return noise_condition(rows)

    @cached_property
    def lead(self) -> float | None:
        """By how much a clean class has to lead to stay the prediction, for the counted T; None: no lead will do."""
        return needed_lead(self.bounds.matrix, self.bounds.matrix)

    @cached_property
    def sure_lead(self) -> float | None:
        """The same for every T within the intervals, so with confidence ``level``."""
        return needed_lead(self.bounds.lower, self.bounds.upper)

    @cached_property
    def lost(self) -> list[tuple[str, str]]:
        """The classes i that are labelled j at least as often as i, by the counts: (i, j)."""
        counts = self.labels.counts.clone()
        own = counts.diagonal().clone()
        counts.fill_diagonal_(-1)
        most, place = counts.max(1)
        names = self.labels.names
        return [(names[i], names[int(place[i])]) for i in range(len(names)) if most[i] >= own[i]]

    @cached_property
    def unsure(self) -> list[str]:
        """The classes i that keep by the counts, but not with confidence: the interval of some T_ij reaches T_ii's."""
        upper = self.bounds.upper.clone()
        upper.fill_diagonal_(0)
        reached = upper.amax(1) >= self.bounds.lower.diagonal()
        lost = {name for name, _ in self.lost}
        return [name for name, bad in zip(self.labels.names, reached.tolist(), strict=True) if bad and name not in lost]

    @property
    def sentences(self) -> tuple[str, ...]:
        """What can be said, and what cannot."""
        return (self._rate(), self._uniform(), *self._turns(), self._certain(), OUT_OF_REACH)

    def to_text(self) -> str:
        """The sentences, one a line."""
        return "\n".join(self.sentences)

    def __str__(self) -> str:
        return self.to_text()

    def _rate(self) -> str:
        found = self.labels
        return (
            f"{len(found.drawn.clean)} labels of {found.classes} classes, {found.drawn.changed} of them not the clean "
            f"ones: a realised rate of {found.realised_rate:.4f}"
        )

    def _uniform(self) -> str:
        if self.is_rejected:
            return (
                f"not uniform noise ({self.uniformity}): what a certificate says is about uniform noise, and does not "
                "carry over"
            )
        return (
            f"uniform noise is not rejected ({self.uniformity}): as far as these counts can tell, and that is no "
            f"proof, what a certificate says applies, with rho about {self.labels.realised_rate:.4f}"
        )

    def _turns(self) -> list[str]:
        told = []
        if self.is_rejected and self.condition is not None and self.condition.witness is not None:
            told.append(f"by the counted T, noise turns predictions of {ABOUT}: {self._turned(self.condition.witness)}")
        counted, sure = (
            "no lead is enough" if lead is None else f"a lead of more than {lead:.4f} is enough"
            for lead in (self.lead, self.sure_lead)
        )
        told.append(
            f"the prediction of {ABOUT} stays where one class leads the law of the clean label by enough: {counted} by "
            f"the counted T, {sure} with confidence {self.level:g}"
        )
        return told

    def _turned(self, flip: Flip) -> str:
        names = self.labels.names
        law = ", ".join(f"{name} with {p}" for name, p in zip(names, flip.eta, strict=True) if p)
        before, after = (" and ".join(names[k - 1] for k in leading) for leading in (flip.clean, flip.noisy))
        return f"where the clean label is {law}, the largest score is that of {before}, and with noise that of {after}"

    def _certain(self) -> str:
        where = "where the clean label is certain given x"
        if self.lost:
            shown = _listed([f"{first} (most often labelled {second})" for first, second in self.lost])
            return f"{where}, predictions of these classes do not stay, by the counted T: {shown}"
        if self.unsure:
            return (
                f"{where}, every class stays by the counted T; there are too few labels to say so with confidence "
                f"{self.level:g} of: {_listed(self.unsure)}"
            )
        return f"{where}, every class stays, with confidence {self.level:g}"


def _listed(names: list[str]) -> str:
    return ", ".join(names[:MOST_SHOWN]) + (f" and {len(names) - MOST_SHOWN} more" if len(names) > MOST_SHOWN else "")


def needed_lead(lower: Tensor, upper: Tensor) -> float | None:
    """The least g such that a class that leads by more than g leads after noise, for every T with entries in between.

    ``symcheck.class_conditional.order.needed_lead`` with T_mi at its lower and T_mj at its upper end; None if no g < 1
    will do.
    """
    worst = 0.0
    classes = len(lower)
    for i in range(classes):
        others_at = [m for m in range(classes) if m != i]
        gaps = lower[:, i, None] - upper  # T_mi - T_mj at worst, for every m and j
        for j in others_at:
            own = float(gaps[i, j])
            if own <= 0:
                return None
            sums = torch.cat([gaps[i, j][None], gaps[others_at, j].sort().values]).cumsum(0)
            lowest = float((sums / torch.arange(1, classes + 1)).min())
            if lowest < 0:
                worst = max(worst, -lowest / (own - lowest))
    return worst
