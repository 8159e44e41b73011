"""Predictions: what training on a linear family should show, as formulas in C and the parameters."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sympy import Expr

from symcheck.findings.as_written import AsWritten
from symcheck.language.scope import Classes


@dataclass(frozen=True)
class Order:
    """Exponents in 1/lambda, for the numbers of ``classes``, on linear families with shared features.

    ``to_limit``: the distance (3) between the minimiser and the limit is c/lambda^to_limit + ...;
    ``clean_to_noisy``: the same between the clean and the noisy minimiser at one lambda, None where it is not
    derived (it may be 0 at every lambda).  Both are generic: special data can raise them.  (THEORY 5.)
    ``noise_degree``: the m for which the constant of that power is proportional to 1 - a^m at every rate of the
    noise, a = 1 - rho C/(C - 1); None where there is no such m, or it is not derived.
    """

    classes: Classes
    to_limit: int
    clean_to_noisy: int | None
    noise_degree: int | None = None


def joined_orders(orders: Iterable[Order]) -> tuple[Order, ...]:
    """``orders``, by increasing numbers of classes, with neighbours joined that say the same."""
    joined: list[Order] = []
    for order in orders:
        last = joined[-1] if joined else None
        if last is not None and last.classes.high is not None and last.classes.high + 1 == order.classes.low:
            # All else has to be equal: the exponents, and the noise degree with them.
            wider = replace(last, classes=Classes(last.classes.low, order.classes.high))
            if wider == replace(order, classes=wider.classes):
                joined[-1] = wider
                continue
        joined.append(order)
    return tuple(joined)


@dataclass(frozen=True)
class Prediction(AsWritten):
    """The limit of a certified pair: scores S = kappa a P o H^(-1) with H = D^2 g(0) = s I + t 11'.

    ``kappa`` of the tier, ``curvature`` s, ``coupling`` t; on the ``quotient`` by (1, ..., 1) only s
    counts.  Noise multiplies the limit by ``a ** noise_power``, a = 1 - rho C/(C-1).
    ``orders`` is empty where none could be derived.  ``hessian`` is H row by row for a regularizer that treats
    the classes of one C differently; s and t are then 0 and mean nothing.

    Of a loss alone it is no limit: noise multiplies the minimisers on every cone by ``a ** noise_power``, and S with
    H = D^2 ins(l) is the minimiser itself; without such an S, s and t are 0 and mean nothing.
    """

    kappa: Expr
    curvature: Expr
    coupling: Expr
    quotient: bool
    noise_power: Expr
    orders: tuple[Order, ...]
    hessian: tuple[tuple[Expr, ...], ...] | None = None

    @property
    def exponents(self) -> tuple[Order, ...]:
        """The ``orders`` without the noise degree, joined where they then say the same."""
        return joined_orders(replace(order, noise_degree=None) for order in self.orders)
