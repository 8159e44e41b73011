"""The losses of torch.nn.functional at plain labels."""

from __future__ import annotations

from typing import Any

from symcheck.intake.torch.axes import Unreadable, shown
from symcheck.intake.torch.contents import Special
from symcheck.intake.torch.maker import Maker
from symcheck.intake.torch.symbolic import Sort, Symbolic
from symcheck.intake.torch.tidy import is_number, times
from symcheck.intake.torch.written.entries import Places
from symcheck.language.functions import relu
from symcheck.language.term import Term, lift


def has_plain_labels(maker: Maker, target: object) -> bool:
    """Whether the run is written out and ``target`` are labels, as whole numbers."""
    plain = isinstance(target, maker.torch.Tensor) or (
        isinstance(target, Symbolic) and target.content is not Special.LABEL
    )
    return maker.entries is not None and plain and maker.lift(target).of_sort is not Sort.REAL


class AtLabels:
    """Scores with the classes on the second axis, or on the only one, and plain labels to go with them."""

    def __init__(self, maker: Maker, scores: object, target: object, ignored: int | None = None) -> None:
        assert maker.entries is not None
        self.maker, self.entries = maker, maker.entries
        given, labels = maker.lift(scores), maker.lift(target)
        self.scores = self.entries.of(given.content, given.axes)
        numbers = self.entries.numbers(self.entries.of(labels.content, labels.axes))
        if numbers is None:
            raise Unreadable("its target depends on z", "pass the label")
        plain = numbers.to(maker.torch.int64)
        self.axis = 0 if self.scores.dim() == 1 else 1
        shape = [s for i, s in enumerate(self.scores.shape) if i != self.axis]
        if list(plain.shape) != shape:
            sizes = f"labels of shape {shown(tuple(plain.shape))} for scores {shown(tuple(self.scores.shape))}"
            raise Unreadable(sizes, "use (N,) and (N, C)")
        self.gone = plain == (-1 if ignored is None else ignored)
        self.labels = plain.masked_fill(self.gone, 0)
        if bool((self.labels < 0).any() or (self.labels >= self.scores.shape[self.axis]).any()):
            raise Unreadable(f"a label is none of {self.scores.shape[self.axis]} classes", "check the labels")

    def taken(self, places: Places) -> Places:
        """The entries at the labels."""
        return places.gather(self.axis, self.labels.unsqueeze(self.axis)).squeeze(self.axis)

    def weights(self, weight: object) -> Places:
        """The weights of the classes, in a shape that broadcasts with the scores."""
        given = self.maker.lift(weight)
        row = self.entries.of(given.content, given.axes)
        return row.reshape([-1 if i == self.axis else 1 for i in range(self.scores.dim())])

    def nll(self, weight: object = None) -> Places:
        """-w_y v_y, and 0 at a label that is left out."""
        entries = self.entries
        found = self.scores if weight is None else entries.each(times, self.weights(weight), self.scores)
        return self._kept(entries.each(lambda x: -x, self.taken(found)))

    def cross_entropy(self, weight: object, smoothing: Term) -> Places:
        """-(1 - s) w_y log p_y - s mean(w log p)."""
        entries = self.entries
        logs = entries.along("log_softmax", self.scores, self.axis)
        if weight is not None:
            logs = entries.each(times, self.weights(weight), logs)
        found = entries.each(lambda x: -x, self.taken(logs))
        if not is_number(smoothing, 0):
            everywhere = entries.reduced("mean", logs, (self.axis,), False)
            found = entries.each(lambda value, mean: (1 - smoothing) * value - smoothing * mean, found, everywhere)
        return self._kept(found)

    def multi_margin(self, p: int, margin: Term, weight: object) -> Places:
        """(w_y/C) sum over k != y of max(0, margin - z_y + z_k)^p."""
        entries, classes = self.entries, self.scores.shape[self.axis]
        at_label = self.taken(self.scores).unsqueeze(self.axis)
        gaps = entries.each(lambda x, at: relu(margin - at + x) ** p, self.scores, at_label)
        gaps.scatter_(self.axis, self.labels.unsqueeze(self.axis), entries.heap.number(0))
        whole = entries.reduced("sum", gaps, (self.axis,), False)
        if weight is not None:
            whole = entries.each(times, self.taken(self.weights(weight).expand_as(self.scores)), whole)
        return entries.each(lambda x: x / lift(classes), whole)

    def _kept(self, places: Places) -> Places:
        return places.masked_fill(self.gone, self.entries.heap.number(0))


def at_labels(places: Any, maker: Maker) -> Symbolic:
    """The values as a tensor."""
    return maker.written(places, Sort.REAL)
