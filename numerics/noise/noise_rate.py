"""Noise rates in people's terms: which of the two rates a number is, and what a generator of that rate makes.

"40 % label noise" is a rate of flipping (a label becomes another class) or one of resampling (it is drawn anew from
all classes, and may stay).  On C classes they are the same noise if rho = r (C-1)/C, with a = 1 - r left of the signal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, final

from numerics.errors import NoiseError
from numerics.noise.given_matrix import Rows, given_matrix
from numerics.noise.shares import class_count, percent, plain, share_of, typed
from symcheck.arguments.public import public
from symcheck.class_conditional.given_rows import recognised
from symcheck.render.block import Block, Item, Items, Paragraph, Title
from symcheck.render.page import Page

MOST_CLASSES: Final = 1000
"""T is written out for at most so many classes."""
MOST_SHOWN: Final = 8
"""Up to so many classes are listed one by one."""
_COUNTS: Final = Item(
    "counts",
    (
        (
            "the rates of counts are estimates; numerics.human_labels(counts=T) gives their intervals, and whether "
            "they differ from uniform noise by more than chance"
        ),
    ),
)


@public
@final
@dataclass(frozen=True)
class NoiseRate(Page):
    """Label noise on C = ``classes`` classes, by its rates or by the ``rows`` of its matrix.

    ``flip`` is rho, the probability that a label becomes another class, each equally likely; None for a matrix that is
    not uniform, of which no single rate is true.  ``is_rounded``: the matrix was known up to rounding only.
    ``is_counted``: it was counted.

    >>> from numerics import noise_rate
    >>> found = noise_rate(flip="3/10", classes=10)
    >>> found.resample, found.a
    (Fraction(1, 3), Fraction(2, 3))

    Source: docs/theory.md, section 15.
    """

    classes: int
    flip: Fraction | None
    rows: Rows | None = None
    is_rounded: bool = False
    is_counted: bool = False

    @property
    def resample(self) -> Fraction | None:
        """r = rho C/(C-1): the probability that the label is drawn anew from all classes; None if not uniform."""
        return None if self.flip is None else self.flip * self.classes / (self.classes - 1)

    @property
    def a(self) -> Fraction | None:
        """a = 1 - r, in (0, 1]: what noise leaves of the part of a loss that depends on the label."""
        return None if self.resample is None else 1 - self.resample

    @property
    def T(self) -> Rows:
        """T_ij, the probability that class i is labelled j; raises ``NoiseError`` beyond 1000 classes."""
        if self.rows is not None:
            return self.rows
        if self.classes > MOST_CLASSES:
            raise NoiseError(
                f"T: it has {self.classes}^2 entries, and is written out for at most {MOST_CLASSES} classes; it is "
                "1 - flip on the diagonal and flip/(C-1) off it"
            )
        assert self.flip is not None
        kept, other = 1 - self.flip, self.flip / (self.classes - 1)
        return tuple(tuple(kept if i == j else other for j in range(self.classes)) for i in range(self.classes))

    @property
    def moved(self) -> tuple[Fraction, ...]:
        """1 - T_ii for each class i: the probability that its labels move."""
        if self.rows is None:
            assert self.flip is not None
            return (self.flip,) * self.classes
        return tuple(1 - row[i] for i, row in enumerate(self.rows))

    @property
    def average(self) -> Fraction:
        """The share of labels that move if all classes are equally frequent."""
        return self.flip if self.flip is not None else sum(self.moved, Fraction(0)) / self.classes

    def to_record(self) -> dict[str, object]:
        """The numbers, as they are exact, for JSON."""
        known = {"flip": self.flip, "resample": self.resample, "a": self.a, "average": self.average}
        record: dict[str, object] = {name: None if x is None else str(x) for name, x in known.items()}
        if self.flip is None:
            record["moved"] = [str(x) for x in self.moved]
        told = {"uniform": self.flip is not None, "rounded": self.is_rounded, "counted": self.is_counted}
        return {**record, "classes": self.classes, **told}

    def blocks(self) -> Iterator[Block]:
        """What a generator of these rates makes of labels, and what of a certificate applies."""
        yield from self._of_matrix() if self.flip is None else self._uniform(self.flip)

    def _uniform(self, flip: Fraction) -> Iterator[Block]:
        assert self.resample is not None
        assert self.a is not None
        count, resample = self.classes, self.resample
        how = " up to rounding" if self.is_rounded else ", as it was counted" if self.is_counted else ""
        told = f" (T is uniform{how})" if self.rows else ""
        rates = f"flip rate rho = {plain(flip)}, resampling rate r = {plain(resample)}, a = {plain(self.a)}"
        yield Title((f"Uniform noise on {count} classes: {rates}{told}",))
        if flip == 0:
            yield Paragraph(("no label moves",))
            if self.is_counted:
                yield Items((_COUNTS,))
            return
        others = "the other one" if count == 2 else f"each of the {count - 1} other ones equally likely"
        classes = "both classes" if count == 2 else f"all {count} classes"
        moves, draws = percent(flip), percent(resample)
        but = f" and not {draws}" if moves != draws else ""
        entries = {
            "flip": f"with probability {_said(flip)} a label becomes another class, {others}",
            "resample": (
                f"a generator that draws anew from {classes} with probability {_said(resample)} makes this noise: on "
                f"average 1 in {count} of its draws is the class that was there, so it moves {moves} of the labels{but}"
            ),
            "a": (
                f"noise leaves {_said(self.a)} of what a loss says of the label; predictions that are all right agree "
                f"with {percent(1 - flip)} of such labels"
            ),
            "use": f'rho everywhere in this package is the flip rate: rho="{typed(flip)}"',
        }
        items = tuple(Item(label, (line,)) for label, line in entries.items())
        yield Items((*items, _COUNTS) if self.is_counted else items)

    def _of_matrix(self) -> Iterator[Block]:
        rows, moved = self.T, self.moved
        yield Title((f"Noise of a matrix T on {self.classes} classes: it is not uniform, no single rate describes it",))
        by_class = ", ".join(map(plain, moved)) if self.classes <= MOST_SHOWN else _range(moved)
        off = [x for i, row in enumerate(rows) for j, x in enumerate(row) if i != j]
        entries = {
            "average": f"where all classes are equally frequent, {_said(self.average)} of the labels move",
            "by class": f"labels move with probability {by_class}",
            "entries": f"off the diagonal T is {_range(off)}",
            "certificates": (
                "they are about uniform noise, and do not apply; symcheck.noise_condition(T) decides whether "
                'predictions keep under this T, and with correction="forward" or "backward" whether they do once the '
                "loss is corrected for it"
            ),
        }
        items = tuple(Item(label, (line,)) for label, line in entries.items())
        yield Items((*items, _COUNTS) if self.is_counted else items)


@public
def noise_rate(
    *, flip: object = None, resample: object = None, T: object = None, classes: object = None
) -> NoiseRate:  # fmt: skip
    """The rates of label noise, from one of them, and in words.

    Two conventions are in use: rho, the probability that a label becomes another class, and r = rho C/(C-1), that it is
    drawn anew from all classes; a = 1 - r is what noise leaves of the part of a loss that depends on the label.

    Parameters: exactly one of the first three, ``flip`` rho, 0 <= rho < (C-1)/C, the probability that a label becomes
    another class; ``resample`` r, 0 <= r < 1, the probability that it is drawn anew from all classes; ``T`` (C, C), the
    probability T_ij that class i is labelled j, or counts n_ij, as lists, an array, a tensor or a frame.  ``classes`` C
    >= 2, needed for a rate.  Numbers are ints, fractions, floats or texts such as "2/5"; T may be text as well, or the
    path of a file.

    Returns a ``NoiseRate``.  Raises ``NoiseError`` for what is no rate or no matrix, for noise above chance too, and
    ``NumberError`` for a text that is no number.

    >>> from numerics import noise_rate
    >>> noise_rate(resample=0.4, classes=10).flip
    Fraction(9, 25)

    Source: docs/theory.md, section 15.
    """
    given = {name: x for name, x in (("flip", flip), ("resample", resample), ("T", T)) if x is not None}
    if len(given) != 1:
        raise NoiseError(
            f"noise_rate: got {' and '.join(given) or 'no rate'}; accepted is exactly one of flip= (a label becomes "
            "another class), resample= (it is drawn anew from all classes, its own included) and T= (a matrix)"
        )
    if T is not None:
        return _of_matrix(T, classes)
    if classes is None:
        raise NoiseError("classes: got none; a rate is one of some number of classes: give classes=10, say")
    if flip is not None:
        return uniform_rate(flip, classes, "flip")
    count = class_count(classes)
    r = share_of(resample, "resample")
    if r == 1:
        raise NoiseError(
            f"resample: got {resample}; accepted is 0 <= resample < 1: at 1 every label is drawn from all {count} "
            "classes, and the labels say nothing"
        )
    return NoiseRate(count, r * (count - 1) / count)


def uniform_rate(rho: object, classes: object, name: str = "rho") -> NoiseRate:
    """Uniform noise of the rate of flipping ``rho``, called ``name`` in a ``NoiseError``."""
    count = class_count(classes)
    return NoiseRate(count, _below_chance(share_of(rho, name), count, name))


def _below_chance(rate: Fraction, classes: int, name: str) -> Fraction:
    """``rate``, if it is below (C-1)/C; raises ``NoiseError``."""
    chance = Fraction(classes - 1, classes)
    if rate < chance:
        return rate
    if rate == chance:
        what = "the labels say nothing about the clean ones; no certificate and no correction applies"
    else:
        what = (
            "the labels are swapped or complementary, and no certificate applies; if that is what they are, swap them "
            'back, or correct the loss for T: symcheck.noise_condition(T, correction="forward")'
        )
    raise NoiseError(f"{name}: got a flip rate of {plain(rate)}; accepted is below chance, (C-1)/C = {chance}: {what}")


def _of_matrix(given: object, classes: object) -> NoiseRate:
    matrix = given_matrix(given)
    rows, count = matrix.rows, len(matrix.rows)
    if classes is not None and class_count(classes) != count:
        raise NoiseError(f"classes: got {classes}; T is for {count} classes: leave classes= out, or give that number")
    off = [x for i, row in enumerate(rows) for j, x in enumerate(row) if i != j]
    if max(off) - min(off) > 2 * matrix.reach:
        return NoiseRate(count, None, rows, matrix.reach > 0, matrix.is_counted)
    rate = 1 - sum((row[i] for i, row in enumerate(rows)), Fraction(0)) / count
    if matrix.reach:
        chance = Fraction(count - 1, count)
        known = recognised(float(rate)) or Fraction(repr(float(rate)))
        rate = chance if abs(known - chance) <= 2 * matrix.reach else known
    return NoiseRate(count, _below_chance(rate, count, "T"), rows, matrix.reach > 0, matrix.is_counted)


def _range(numbers: Sequence[Fraction]) -> str:
    return f"{plain(min(numbers))} to {plain(max(numbers))}"


def _said(rate: Fraction) -> str:
    """A rate, and in percent."""
    return f"{plain(rate)} ({percent(rate)})"
