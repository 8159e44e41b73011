"""The softmax by its logarithms, and what formulas take of it: the label's share, 1 minus shares, a sum of logs."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from numerics.formulas.kernels import entry_and_sum, log_of_others, margin, power_of_others
from numerics.formulas.plain import softplus
from numerics.formulas.positive import Positive


class Shares(Positive):
    """softmax(v); of the logarithms the label's entry and the sum can be read together."""

    def __init__(self, v: Tensor, label: Tensor | None) -> None:
        """``label`` as the plain reading has it: class indices, or None for all labels at once."""
        super().__init__(lambda: v.log_softmax(-1), lambda: v.softmax(-1))
        self._v, self._label = v, label
        self._margin: Tensor | None = None
        self._entry_and_sum: tuple[Tensor, Tensor] | None = None
        self.powers_of_rest: dict[float, Tensor] = {}

    @property
    def rest(self) -> Positive:
        """1 - softmax(v)."""
        return Others(self)

    @property
    def entry(self) -> Positive:
        """The label's share, from g."""
        return Positive(
            lambda: -softplus(self.margin), lambda: torch.sigmoid(-self.margin), lambda: -softplus(-self.margin)
        )

    @property
    def entry_with_sum(self) -> Positive:
        """The label's share, read together with the sum of the logarithms."""
        return Positive(lambda: self._with_sum[0], rest=lambda: -softplus(-self.margin))

    @property
    def margin(self) -> Tensor:
        """g, once."""
        if self._margin is None:
            self._margin = margin(self._v, _known(self._label))
        return self._margin

    @property
    def sum_of_logs(self) -> Tensor:
        """The sum of the logarithms over the classes."""
        return self.log.sum(-1, keepdim=True) if self._label is None else self._with_sum[1]

    @property
    def _with_sum(self) -> tuple[Tensor, Tensor]:
        if self._entry_and_sum is None:
            self._entry_and_sum = entry_and_sum(self._v, _known(self._label))
        return self._entry_and_sum


class Others(Positive):
    """1 - softmax(v), from the ``shares`` softmax(v)."""

    def __init__(self, shares: Shares) -> None:
        super().__init__(lambda: log_of_others(shares.log), rest=lambda: shares.log)
        self._shares = shares

    def power(self, exponent: float | Tensor) -> Tensor:
        """(1 - softmax(v))^b, once for each exponent."""
        if isinstance(exponent, Tensor):
            return super().power(exponent)
        known = self._shares.powers_of_rest
        if exponent not in known:
            known[exponent] = power_of_others(self._shares.log, exponent)
        return known[exponent]


class EntryOfAll(Positive):
    """The label's share, which ``at_label`` takes from the ``shares`` of all classes."""

    def __init__(self, shares: Shares, at_label: Callable[[Tensor], Tensor]) -> None:
        super().__init__(lambda: at_label(shares.log), lambda: at_label(shares.value))
        self._shares, self._at_label = shares, at_label

    @property
    def rest(self) -> Positive:
        """1 minus it."""
        return RestOfEntry(self._shares, self._at_label)


class RestOfEntry(Positive):
    """1 - softmax(v) at the label: its powers are taken from those of all classes, and itself from g."""

    def __init__(self, shares: Shares, at_label: Callable[[Tensor], Tensor]) -> None:
        super().__init__(
            lambda: -softplus(-shares.margin), lambda: torch.sigmoid(shares.margin), lambda: at_label(shares.log)
        )
        self._shares, self._at_label = shares, at_label

    def power(self, exponent: float | Tensor) -> Tensor:
        """(1 - p_y)^b."""
        return self._at_label(Others(self._shares).power(exponent))


class LogShares:
    """log softmax(v): the logarithms of ``shares``."""

    def __init__(self, shares: Shares) -> None:
        self.shares = shares

    @property
    def value(self) -> Tensor:
        """The logarithms."""
        return self.shares.log


def _known(label: Tensor | None) -> Tensor:
    assert label is not None
    return label
