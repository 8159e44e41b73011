"""What the theory says about people's label noise: whether it looks uniform, and what T does to predictions if not.

Certificates are about uniform noise.  For class-conditional noise T, MUH with an isotropic quadratic penalty, over all
functions of x, keeps the predictions of every law of the clean label only if T is uniform
(``symcheck.class_conditional``); of another T the exact statements are how far the leading class has to lead, and
which classes keep where the clean label is certain.  Whether T is the same for all examples of a class cannot be seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import torch
from torch import Tensor

from numerics.noise.counted import ChiSquare, Counted
from numerics.noise.observed import Observed, TransitionEstimate
from symcheck.class_conditional.condition import noise_condition
from symcheck.class_conditional.noise_answer import NoiseCondition
from symcheck.class_conditional.score_order import Flip
from symcheck.render.block import Block, Item, Items, Title
from symcheck.render.page import Page

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
class Theory(Page):
    """The theory's answers for ``labels``, with what is only estimated held to the confidence ``level``."""

    labels: Observed
    level: float

    @property
    def uniformity(self) -> ChiSquare | None:
        """The test of uniform noise; None for a matrix, in which nothing was counted."""
        return self.labels.against_uniform if isinstance(self.labels, Counted) else None

    @cached_property
    def is_rejected(self) -> bool:
        """Whether uniform noise is rejected, at the level 1 - ``level``."""
        return self.labels.is_uniform_rejected(self.level)

    @property
    def is_above_chance(self) -> bool | None:
        """Whether the rate is at least (C-1)/C, where a = 1 - rho C/(C-1) <= 0; None if its interval cannot tell."""
        classes = self.labels.classes
        side = self.labels.rate(self.level).side_of(Fraction(classes - 1, classes))
        return None if side == 0 else side > 0

    @cached_property
    def bounds(self) -> TransitionEstimate:
        """T with intervals that hold all together with confidence ``level``."""
        return self.labels.bounds(self.level)

    @cached_property
    def condition(self) -> NoiseCondition | None:
        """The exact answer for T in exact numbers, n_ij/n_i if counted; None beyond 12 classes, or if rounded."""
        rows = None if self.labels.classes > MOST_EXACT else self.labels.exact_rows
        return None if rows is None else noise_condition(rows)

    @cached_property
    def lead(self) -> float | None:
        """By how much a clean class has to lead to stay the prediction, for T itself; None: no lead will do."""
        return needed_lead(self.bounds.matrix, self.bounds.matrix)

    @cached_property
    def sure_lead(self) -> float | None:
        """The same for every T within the intervals, so with confidence ``level``."""
        return needed_lead(self.bounds.lower, self.bounds.upper)

    @cached_property
    def lost(self) -> list[tuple[str, str]]:
        """The classes i that are labelled j at least as often as i, by T itself: (i, j)."""
        names = self.labels.names
        exact = None if isinstance(self.labels, Counted) else self.labels.exact_rows
        # Within a row counts are ordered as their shares are.
        rows = self.labels.counts if isinstance(self.labels, Counted) else self.bounds.matrix
        found = []
        for i, row in enumerate(rows.tolist() if exact is None else exact):
            others = [x for j, x in enumerate(row) if j != i]
            if max(others) >= row[i]:
                place = others.index(max(others))
                found.append((names[i], names[place + (place >= i)]))
        return found

    @cached_property
    def unsure(self) -> list[str]:
        """The classes i that keep by the counts, but not with confidence: the interval of some T_ij reaches T_ii's."""
        upper = self.bounds.upper.clone()
        # T_ii is no rival of itself.
        upper.fill_diagonal_(0)
        reached = upper.amax(1) >= self.bounds.lower.diagonal()
        lost = {name for name, _ in self.lost}
        return [name for name, bad in zip(self.labels.names, reached.tolist(), strict=True) if bad and name not in lost]

    @property
    def sentences(self) -> tuple[str, ...]:
        """What can be said, and what cannot."""
        return (self.labels.said, self._uniform(), *self._turns(), self._certain(), OUT_OF_REACH)

    @property
    def advice(self) -> str:
        """What to do with noise that certificates are not about; "" where they may apply."""
        if not self.is_rejected and not self.is_above_chance:
            return ""
        given = "labels.counts" if isinstance(self.labels, Counted) else "T"
        decides = f'symcheck.noise_condition({given}, correction="forward"), or "backward", decides it'
        return f"a loss that is corrected for T may keep predictions: {decides}"

    def to_record(self) -> dict[str, object]:
        """The numbers and sentences for JSON."""
        rate, tested = self.labels.rate(self.level), self.uniformity
        return {
            "names": list(self.labels.names), "level": self.level, "lead": self.lead, "sure_lead": self.sure_lead,
            "rate": {"value": rate.value, "low": float(rate.low), "high": float(rate.high)},
            "uniform_rejected": self.is_rejected, "p_value": None if tested is None else tested.p_value,
            "above_chance": self.is_above_chance, "lost": [list(pair) for pair in self.lost], "unsure": self.unsure,
            "sentences": list(self.sentences),
        }  # fmt: skip

    def blocks(self) -> Iterator[Block]:
        """What was observed, and what can and cannot be said of it."""
        first, *others = self.sentences
        yield Title((first,))
        told = [*others, self.advice] if self.advice else others
        yield Items(tuple(Item("", (line,)) for line in told))

    def _uniform(self) -> str:
        found, rate = self.labels, self.labels.rate(self.level)
        if self.is_rejected:
            return (
                f"not uniform noise ({found.compared}): what a certificate says is about uniform noise, and does not "
                "carry over"
            )
        shown = f"{rate.value:.4f}"
        if isinstance(found, Counted):
            shown += f" ({float(rate.low):.4f} to {float(rate.high):.4f} with confidence {self.level:g})"
        elif rate.low < rate.high:
            shown += f" ({float(rate.low):.6g} to {float(rate.high):.6g})"
        chance = Fraction(found.classes - 1, found.classes)
        limit = f"(C-1)/C = {chance}"
        if not self._is_estimated:
            said = f"uniform noise ({found.compared})"
        else:
            seen = "these counts" if isinstance(found, Counted) else "these intervals"
            said = f"uniform noise is not rejected ({found.compared}), as far as {seen} can tell, and that is no proof"
        if self.is_above_chance:
            what = "say nothing" if Fraction(rate.high) == chance else "are swapped or complementary"
            return f"{said}, but of the rate {shown}, not below {limit}: the labels {what}, and no certificate applies"
        if self.is_above_chance is None:
            return (
                f"{said}, of the rate {shown}, and whether that is below {limit} cannot be told: from there on labels "
                "are swapped or complementary, and no certificate applies"
                + ("; more labels may tell" if isinstance(found, Counted) else "")
            )
        return f"{said}: what a certificate says applies, with rho about {shown}, below {limit}"

    @property
    def _surely(self) -> str:
        """For which T what is sure holds."""
        return f"with confidence {self.level:g}" if isinstance(self.labels, Counted) else "for every T in its intervals"

    def _turns(self) -> list[str]:
        told, origin = [], f"the {self.labels.origin} T"
        is_other = self.is_rejected or self.is_above_chance is not False
        if is_other and self.condition is not None and self.condition.witness is not None:
            told.append(f"by {origin}, noise turns predictions of {ABOUT}: {self._turned(self.condition.witness)}")
        known, sure = (
            "no lead is enough" if lead is None else f"a lead of more than {lead:.4f} is enough"
            for lead in (self.lead, self.sure_lead)
        )
        told.append(
            f"the prediction of {ABOUT} stays where one class leads the law of the clean label by enough: {known} by "
            f"{origin}" + (f", {sure} {self._surely}" if self._is_estimated else "")
        )
        return told

    @property
    def _is_estimated(self) -> bool:
        return isinstance(self.labels, Counted) or self.labels.exact_rows is None

    def _turned(self, flip: Flip) -> str:
        names = self.labels.names
        law = ", ".join(f"{name} with {p}" for name, p in zip(names, flip.eta, strict=True) if p)
        before, after = (" and ".join(names[k - 1] for k in leading) for leading in (flip.clean, flip.noisy))
        return f"where the clean label is {law}, the largest score is that of {before}, and with noise that of {after}"

    def _certain(self) -> str:
        where, origin = "where the clean label is certain given x", f"the {self.labels.origin} T"
        if self.lost:
            shown = _listed([f"{first} (most often labelled {second})" for first, second in self.lost])
            return f"{where}, predictions of these classes do not stay, by {origin}: {shown}"
        if self.unsure:
            lacking = "there are too few labels" if isinstance(self.labels, Counted) else "it is not known well enough"
            return (
                f"{where}, every class stays by {origin}; {lacking} to say so {self._surely} of: {_listed(self.unsure)}"
            )
        return f"{where}, every class stays" + (f", {self._surely}" if self._is_estimated else f", by {origin}")


def _listed(names: list[str]) -> str:
    return ", ".join(names[:MOST_SHOWN]) + (f" and {len(names) - MOST_SHOWN} more" if len(names) > MOST_SHOWN else "")


def needed_lead(lower: Tensor, upper: Tensor) -> float | None:
    """The least g such that a class that leads by more than g leads after noise, for every T with entries in between.

    ``symcheck.class_conditional.score_order.needed_lead`` with T_mi at its lower and T_mj at its upper end; None if no
    g < 1 will do.
    """
    worst = 0.0
    classes = len(lower)
    sizes = torch.arange(1, classes + 1)[:, None]
    for i in range(classes):
        others_at = [m for m in range(classes) if m != i]
        gaps = lower[:, i, None] - upper  # T_mi - T_mj at worst, for every m and j
        ahead, others = gaps[i, others_at], gaps[others_at][:, others_at]
        if float(ahead.min()) <= 0:
            return None
        # Those j of which the worst lead so far is not enough: at the worst law, over 1 - worst, i is above j by this.
        share = worst / (1 - worst) * ahead
        wrong = ahead + share + (others + share).clamp(max=0).sum(0) < 0
        if bool(wrong.any()):
            # The extreme laws in which i leads by g are g at i, and 1 - g spread evenly over i and some other classes:
            # the worst of these are the ones with the lowest gaps.
            sums = torch.cat([ahead[None, wrong], others[:, wrong].sort(0).values]).cumsum(0)
            lowest = (sums / sizes).amin(0)
            worst = max(worst, float((-lowest / (ahead[wrong] - lowest)).max()))
    return worst
