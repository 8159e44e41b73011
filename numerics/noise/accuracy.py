"""Accuracy against the clean labels, from accuracy that was measured against uniformly noisy ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor
from numbers import Rational
from operator import index
from typing import Any, Final, final

from numerics.errors import NoiseError
from numerics.noise.confidence import LEVEL, checked_level, exact_interval
from numerics.noise.noise_rate import NoiseRate, uniform_rate
from numerics.noise.shares import plain, share_of
from symcheck.arguments.public import public
from symcheck.errors import shown
from symcheck.language.exact import SIGNIFICANT_DIGITS
from symcheck.render.block import Block, Item, Items, Title
from symcheck.render.page import Page

REACH: Final = 0.01
"""How many labels it takes for an interval that reaches so far to both sides is said on the page."""
_HOLDS = (
    "labels that the model was not trained on, drawn independently, with uniform noise that does not depend on the "
    "prediction once the clean label is known, and of a rate that is known: the interval is that of the count alone"
)
MOST_LABELS: Final = 10**12
_SINGLE: Final = Fraction(1, 2**24)
"""A float of many digits may have been computed in single precision: it is off by at most so much."""


@public
@final
@dataclass(frozen=True)
class CleanAccuracy(Page):
    """An estimated accuracy by clean labels, ``value``, between ``low`` and ``high`` with confidence ``level``.

    It was measured as ``noisy`` on ``n`` labels of which ``counts`` from the first to the last may be as predicted: one
    number, or those that round to what was given.  ``noise`` is that of the labels.  ``others``: one count was given by
    a decimal, which would be the same for these, if it is rounded; None if it is a share of no other count.

    >>> from numerics import clean_accuracy
    >>> found = clean_accuracy("640/1000", n=1000, rho="3/10", classes=4)
    >>> round(found.value, 4), found.least, found.most
    (0.9, Fraction(1, 10), Fraction(7, 10))

    Source: docs/theory.md, section 15.
    """

    noisy: Fraction
    n: int
    counts: tuple[int, int]
    noise: NoiseRate
    level: float
    others: tuple[int, int] | None = None

    @property
    def value(self) -> float:
        """A_clean = (A_noisy - (1 - a)/C)/a, clipped to [0, 1]."""
        return _clipped(self._clean(float(self.noisy)))

    @property
    def low(self) -> float:
        """The lower end of Clopper and Pearson's interval for A_noisy, turned into that of A_clean."""
        return _clipped(self._clean(exact_interval(self.counts[0], self.n, self.level)[0]))

    @property
    def high(self) -> float:
        """The upper end of that interval for A_noisy, turned into that of A_clean."""
        return _clipped(self._clean(exact_interval(self.counts[1], self.n, self.level)[1]))

    @property
    def least(self) -> Fraction:
        """(1 - a)/C: the noisy accuracy of predictions that are all wrong."""
        return (1 - self._a) / self.noise.classes

    @property
    def most(self) -> Fraction:
        """a + (1 - a)/C: the noisy accuracy of predictions that are all right."""
        return self._a + self.least

    @property
    def contradiction(self) -> str:
        """What cannot be true, with confidence ``level``, if even the interval lies outside ``least`` to ``most``."""
        if exact_interval(self.counts[0], self.n, self.level)[0] > float(self.most):
            return (
                f"even the whole interval of the noisy accuracy lies above {plain(self.most)}, what predictions that "
                "are all right have: the labels are less noisy than this rate, the model was trained on them, or it "
                "makes the mistakes that the noise makes"
            )
        if exact_interval(self.counts[1], self.n, self.level)[1] < float(self.least):
            return (
                f"even the whole interval of the noisy accuracy lies below {plain(self.least)}, what predictions that "
                "are all wrong have: the noise is not uniform, or not of this rate"
            )
        return ""

    def labels_for(self, reach: float = REACH) -> int:
        """A number of labels at which, at this noisy accuracy, the interval reaches at most ``reach`` to each side.

        Found by halving, so that one label less may do as well.  Raises ``NoiseError`` unless 0 < ``reach`` < 1, and
        where it takes more than 10^12 labels.
        """
        if isinstance(reach, bool) or not isinstance(reach, int | float | Fraction) or not 0 < reach < 1:
            raise NoiseError(f"reach: got {reach}; accepted is a number between 0 and 1, such as {REACH}")
        enough = 1
        while not self._reaches(enough, float(reach)):
            enough *= 2
            if enough > MOST_LABELS:
                raise NoiseError(
                    f"reach: got {reach}, which takes more than {MOST_LABELS:.0e} labels; ask for a wider one"
                )
        few = enough // 2
        while enough - few > 1:
            half = (few + enough) // 2
            few, enough = (few, half) if self._reaches(half, float(reach)) else (half, enough)
        return enough

    def to_record(self) -> dict[str, object]:
        """The numbers for JSON."""
        return {
            "value": self.value, "low": self.low, "high": self.high, "level": self.level, "n": self.n,
            "counts": list(self.counts), "others": None if self.others is None else list(self.others),
            "rho": str(self.noise.flip), "a": str(self._a), "classes": self.noise.classes,
            "contradiction": self.contradiction,
        }  # fmt: skip

    def blocks(self) -> Iterator[Block]:
        """The estimate, of what it was made, and for which labels it holds."""
        interval = f"({self.low:.4f} to {self.high:.4f} with confidence {self.level:g})"
        yield Title((f"Accuracy by clean labels: {self.value:.4f} {interval}",))
        noise = f"uniform on {self.noise.classes} classes, rho = {plain(_known(self.noise.flip))}, a = {plain(self._a)}"
        seen = f"all right is seen as {plain(self.most)}, all wrong as {plain(self.least)}"
        told = {
            "from": self._measured,
            "noise": f"{noise}: {seen}",
            "clipped": self._clipping,
            "but": self.contradiction,
            "holds for": _HOLDS,
            "more labels": self._labels_said,
        }
        yield Items(tuple(Item(label, (line,)) for label, line in told.items() if line))

    @property
    def _a(self) -> Fraction:
        return _known(self.noise.a)

    @property
    def _measured(self) -> str:
        first, last = self.counts
        if first != last:
            return (
                f"{float(self.noisy):.6g} of {self.n} labels is rounded: {first} to {last} of them may be as "
                "predicted, and the interval is for all of these"
            )
        told = f"{first} of {self.n} noisy labels are as predicted"
        if self.others is None:
            return told
        least, most = self.others
        return (
            f"{told}, if {float(self.noisy):.6g} is not rounded; if it is, {least} to {most} may be, and the interval "
            f"is too narrow: give the count, as {first}/{self.n}"
        )

    @property
    def _clipping(self) -> str:
        if self.least <= self.noisy <= self.most:
            return ""
        side, end = ("below", 0) if self.noisy < self.least else ("above", 1)
        return f"what was measured lies {side} what this noise allows: set to {end}"

    @property
    def _labels_said(self) -> str:
        """How many labels a narrower interval takes; "" if this one is as narrow, or no number of them does."""
        if self._clipping or max(self.high - self.value, self.value - self.low) <= REACH:
            return ""
        try:
            needed = self.labels_for(REACH)
        except NoiseError:
            return ""
        return f"for {REACH:.0%} to each side it takes about {float(f'{needed:.2g}'):,.0f} labels"

    def _clean(self, accuracy: float) -> float:
        return (accuracy - float(self.least)) / float(self._a)

    def _reaches(self, n: int, reach: float) -> bool:
        low, high = exact_interval(round(self.noisy * n), n, self.level)
        middle = float(self.noisy)
        return max(high - middle, middle - low) <= reach * float(self._a)


@public
def clean_accuracy(
    noisy_accuracy: object, *, n: int, rho: object, classes: int, level: float = LEVEL
) -> CleanAccuracy:  # fmt: skip
    """The accuracy by clean labels of a model that predicts the noisy label of a share ``noisy_accuracy`` of ``n``.

    A_clean = (A_noisy - (1 - a)/C)/a with a = 1 - rho C/(C-1), clipped to [0, 1]; the ends are those of Clopper and
    Pearson's interval for A_noisy.  For labels that the model was not trained on, and noise that does not depend on the
    prediction once the clean label is known.

    Parameters: ``noisy_accuracy`` in [0, 1], a multiple of 1/n or rounded from one: then the interval is for all the
    multiples that it may be rounded from.  A multiple is taken as it is, though a decimal such as 0.64 of 10,000 may be
    rounded as well: the page says so, and a Fraction or a text such as "6400/10000" is none.  ``n`` >= 1 labels;
    ``rho`` in [0, (C-1)/C), the rate of flipping, with ``classes`` C; ``level`` in (0, 1).

    Returns a ``CleanAccuracy``.  Raises ``NoiseError`` for an accuracy, a number of labels, a rate or a level out of
    range, and ``NumberError`` for a text that is no number.

    >>> from numerics import clean_accuracy
    >>> found = clean_accuracy(0.64, n=1000, rho=0.3, classes=4)
    >>> round(found.value, 4), round(found.low, 4), round(found.high, 4)
    (0.9, 0.849, 0.9497)

    Source: docs/theory.md, section 15.
    """
    noise = uniform_rate(rho, classes, "rho")
    try:
        count = None if isinstance(n, bool) else index(n)
    except TypeError:
        count = None
    if count is None or not 1 <= count <= MOST_LABELS:
        raise NoiseError(f"n: got {shown(n)}; accepted is a whole number of labels, from 1 to {MOST_LABELS:.0e}")
    accuracy = share_of(noisy_accuracy, "noisy_accuracy")
    (first, last), others = _counts(accuracy, noisy_accuracy, count)
    share = Fraction(first, count) if first == last else accuracy
    return CleanAccuracy(share, count, (first, last), noise, checked_level(level), others)


def _counts(accuracy: Fraction, given: object, n: int) -> tuple[tuple[int, int], tuple[int, int] | None]:
    """The first and the last count of ``n`` that ``accuracy`` is, or may be rounded from; in the first case the latter.

    Raises ``NoiseError`` if there is no such count.
    """
    nearest, half = round(accuracy * n), _rounding(given)
    first, last = max(ceil((accuracy - half) * n), 0), min(floor((accuracy + half) * n), n)
    # The quotient in double precision is what a count was divided to.
    if accuracy * n == nearest or (isinstance(given, float) and given == nearest / n):
        return (nearest, nearest), (first, last) if first < last else None
    if first > last:
        below = floor(accuracy * n)
        raise NoiseError(
            f"noisy_accuracy: got {given}, which is no count of {n} labels: {below} are {below / n:.6g} and "
            f"{below + 1} are {(below + 1) / n:.6g}; give the share that was measured, or the n that it is of"
        )
    return (first, last), None


def _rounding(given: Any) -> Fraction:
    """Half a unit of the last digit of what was given, 0 for a fraction."""
    if isinstance(given, Rational) or (isinstance(given, str) and "/" in given):
        return Fraction(0)
    is_written = isinstance(given, str | Decimal)
    decimal = Decimal(str(given).strip()) if is_written else Decimal(repr(float(given)))
    half = Fraction(10) ** int(decimal.as_tuple().exponent) / 2
    is_computed = not is_written and len(decimal.normalize().as_tuple().digits) > SIGNIFICANT_DIGITS
    return max(half, _SINGLE) if is_computed else half


def _known(rate: Fraction | None) -> Fraction:
    assert rate is not None, "the noise is uniform"
    return rate


def _clipped(accuracy: float) -> float:
    return min(1.0, max(0.0, accuracy))
