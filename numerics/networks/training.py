"""How networks are trained: the settings, checked before anything is trained."""

from __future__ import annotations

from dataclasses import dataclass, field
from numbers import Real

from numerics.errors import TrainingError
from numerics.networks.optimisers import LBFGS, Adam, Optimiser
from numerics.networks.problem import Scaling
from symcheck.arguments.public import public
from symcheck.errors import shown


@public
@dataclass(frozen=True, kw_only=True)
class Training:
    """At most ``steps`` steps of ``optimiser``, on batches of ``batch`` samples (all of them if None).

    An epoch is a pass over the samples in an order that belongs to the network's seed; what does not fill a batch is
    left out of it.  Every ``check_every`` steps a network is looked at and stops

    * where the norm of grad F over all training samples is at most ``gradient_norm``, or
    * where F on the ``validation`` share of the samples, which is held out, with labels as noisy as those it is trained
      on, has not fallen for ``patience`` checks; it then keeps the weights with the smallest F.

    ``scaling`` says what stays O(1) as alpha -> 0.  Raises ``TrainingError`` for a setting out of range.

    >>> from numerics import Training
    >>> Training(steps=200, batch=32).check_every
    50
    """

    optimiser: Optimiser = field(default_factory=Adam)
    steps: int = 1000
    batch: int | None = None
    gradient_norm: float = 0.0
    validation: float = 0.0
    patience: int = 10
    check_every: int = 50
    scaling: Scaling = Scaling.OUTPUTS

    def __post_init__(self) -> None:
        if not isinstance(self.optimiser, Optimiser):
            raise TrainingError(
                f"optimiser: got {shown(self.optimiser, 80)}; accepted is Adam(), SGD() or LBFGS() of "
                "numerics.networks.optimisers"
            )
        for name in ("steps", "patience", "check_every", "batch"):
            value = getattr(self, name)
            is_open = name == "batch" and value is None
            if not is_open and (isinstance(value, bool) or not isinstance(value, int) or value < 1):
                raise TrainingError(f"{name}: got {shown(value, 80)}; accepted is an integer >= 1")
        if not _is_real(self.gradient_norm) or not self.gradient_norm >= 0:
            raise TrainingError(
                f"gradient_norm: got {shown(self.gradient_norm, 80)}; accepted is a number >= 0; 0 asks for none"
            )
        if not _is_real(self.validation) or not 0 <= self.validation < 1:
            raise TrainingError(
                f"validation: got {shown(self.validation, 80)}; accepted is the share of the samples that is held "
                "out, in [0, 1)"
            )
        if not isinstance(self.scaling, Scaling):
            raise TrainingError(f"scaling: got {shown(self.scaling, 80)}; accepted are {', '.join(map(str, Scaling))}")
        if isinstance(self.optimiser, LBFGS) and self.batch is not None:
            raise TrainingError(
                f"batch: got {self.batch}, and L-BFGS needs all samples at every step; leave it out, or take Adam()"
            )


def _is_real(value: object) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool)
