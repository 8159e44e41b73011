"""A trained network as a module of its own, from samples to scores Z."""

from __future__ import annotations

from typing import cast

from torch import Tensor, nn

KEPT = ("alpha", "scale", "factor")


class ScoresModule(nn.Module):
    """Z, the scores whose loss and penalty were trained: ``factor`` times what ``network`` computes.

    Parameters: ``network`` a module from samples (n, ...) to (n, C); ``alpha`` = 1/lambda; ``scale`` s =
    alpha^(1/(k-1)), k the degree of g at 0 (2 for most, so that s = alpha).  They are in the state of the module, so
    that weights that are loaded bring the alpha that they were trained at.

    Z' = Z/s, what stays of size 1 for small alpha, is ``module(x) / module.scale``.  At alpha = 0 the limit problem
    itself was trained, whose scores Z are all 0: there the module returns Z', and ``scale`` is 1.

    >>> import torch
    >>> module = ScoresModule(nn.Identity(), alpha=0.5, scale=0.5, factor=0.5)
    >>> z = module(torch.tensor([[2.0, 4.0]]))
    >>> z, z / module.scale
    (tensor([[1., 2.]]), tensor([[2., 4.]]))
    """

    def __init__(self, network: nn.Module, *, alpha: float, scale: float, factor: float) -> None:
        super().__init__()
        self.network, self.alpha, self.scale, self.factor = network, alpha, scale, factor

    def forward(self, x: Tensor) -> Tensor:
        """The scores Z (n, C) of samples (n, ...)."""
        return self.factor * cast(Tensor, self.network(x))

    def get_extra_state(self) -> dict[str, float]:
        """alpha and the scales, which a state has beside weights."""
        return {name: getattr(self, name) for name in KEPT}

    def set_extra_state(self, state: dict[str, float]) -> None:
        """Take alpha and the scales from a state."""
        for name in KEPT:
            setattr(self, name, state[name])

    def extra_repr(self) -> str:
        """What the outputs are, and how Z/s is had."""
        if not self.alpha:
            return "alpha=0: returns Z', the scores of the limit problem"
        return f"alpha={self.alpha:g}: returns Z; Z/{self.scale:g} is module(x) / module.scale"
