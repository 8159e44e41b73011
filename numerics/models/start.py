"""Where training starts: networks whose scores are 0 before the first step, Z(theta_0) = 0.

Theorem 2 expands about such a point.  There are two ways to arrange it, and they are not the same family:

* ``ZERO_LAST_LAYER`` sets the weights of the last linear layer to 0, the one that is called last.  The scores keep
  their free scale (they form a cone), so Theorem 2' applies; but at the start no other layer moves the scores, their
  derivatives are 0, and E[J'J] is singular: Theorem 2 does not apply.
* ``SUBTRACTED`` subtracts the initial function: f(x; theta) - f(x; theta_0).  All the derivatives are those of f, so
  E[J'J] may be definite; but the scores are no longer a cone, and Theorem 2' says nothing.

``AS_IS`` leaves the module alone, for one that starts at 0 by itself or for which it does not matter.
"""

from __future__ import annotations

import copy
from enum import Enum

from torch import Tensor, nn
from torch.func import functional_call

from numerics.errors import ModelError
from numerics.models.last_layer import zero_last_layer
from symcheck.errors import shown


class Start(Enum):
    """How Z(theta_0) = 0 is arranged."""

    ZERO_LAST_LAYER = "zero-last-layer"
    SUBTRACTED = "subtracted"
    AS_IS = "as-is"

    def __str__(self) -> str:
        return self.value


class Subtracted(nn.Module):
    """f(x; theta) - f(x; theta_0), theta_0 the weights that ``inner`` has now, kept as buffers."""

    def __init__(self, inner: nn.Module) -> None:
        super().__init__()
        self.inner = inner
        self.names = [name for name, _ in inner.named_parameters()]
        for place, (_, value) in enumerate(inner.named_parameters()):
            # As buffers they move with the module, and are not trained.
            self.register_buffer(f"initial_{place}", value.detach().clone())

    def forward(self, x: Tensor) -> Tensor:
        """The scores minus those at the start."""
        before = {name: getattr(self, f"initial_{place}") for place, name in enumerate(self.names)}
        moved: Tensor = self.inner(x)
        initial: Tensor = functional_call(self.inner, before, (x,))
        return moved - initial


def checked_start(start: str | Start) -> Start:
    """``start`` as a ``Start``; raises ``ModelError`` for another text."""
    try:
        return Start(start)
    except ValueError:
        raise ModelError(f"start: got {shown(start, 80)}; accepted: {', '.join(map(str, Start))}") from None


def started(module: nn.Module, start: Start, inputs: Tensor) -> nn.Module:
    """``module`` with the start that is asked for; ``module`` itself is left as it is.

    Parameters: ``inputs`` (b, ...) a few samples, on which the last layer is found.  Raises ``ModelError`` if it is to
    be 0 and there is no linear layer, or none that is trained.
    """
    found = copy.deepcopy(module)
    if start is Start.SUBTRACTED:
        return Subtracted(found)
    if start is Start.ZERO_LAST_LAYER:
        zero_last_layer(found, inputs)
    return found
