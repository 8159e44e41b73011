"""How far training is from what is asked, about how many steps are to go, and what stopped it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from numerics.confirmations.networks.judged import Judged
from numerics.networks.network_runs import NetworkRun
from numerics.networks.optimisers import LBFGS, Optimiser
from numerics.networks.stopping import Ended

SLOWEST = 0.1
"""An exponent of the fall below which it is called stuck."""
FEW = 100
"""So many steps at least are taken before it is called stuck."""
MOST = 100
"""More than so many times the steps done is no advice."""


@dataclass(frozen=True, kw_only=True)
class StepsToGo:
    """After ``done`` steps training leaves ``left`` of a row of the network ``run``, where ``asked`` is asked for.

    ``ended`` says why it stopped; ``more`` steps will about do, as it fell so far; None where that says nothing: it
    does not fall steadily, it was hardly trained, or steps are not what stopped it.
    """

    run: NetworkRun
    done: int
    left: float
    asked: float
    ended: Ended
    optimiser: Optimiser
    more: int | None

    @property
    def sentence(self) -> str:
        """It in words, with what to do."""
        steps = "1 step" if self.done == 1 else f"{self.done} steps"
        told = (
            f"not trained enough: after {steps} training leaves {100 * self.left:.2g} % of a row of the "
            f"network with rho = {self.run.rho:g}, seed = {self.run.seed}; {100 * self.asked:g} % is asked"
        )
        if self.ended is Ended.GRADIENT:
            return f"{told}; the gradient norm ended it: take a smaller gradient_norm, or 0"
        if self.ended is Ended.VALIDATION:
            return f"{told}; the validation part ended it: take a larger patience, or validation=0"
        if self.more is None and self.done < FEW:
            return f"{told}; it is too early to say how many steps are to go: take more, such as steps={10 * FEW}"
        if self.more is None:
            other = "Adam" if isinstance(self.optimiser, LBFGS) else "LBFGS"
            return f"{told}; it does not fall steadily: take more steps, or Training(optimiser={other}(), steps=...)"
        return f"{told}; as it fell so far about {self.more} more steps, so take steps={self.done + self.more}"


def steps_to_go(judged: Judged) -> StepsToGo | None:
    """Those of the network that is furthest from what is asked, at the weights that are judged; None if none is far."""
    found, until = judged.found, judged.found.until
    if until is None:
        return None
    left = judged.measured.weights.gap_left
    if until.is_scaled:
        left = torch.maximum(left, judged.measured.scale.kappa_left / abs(judged.claim.kappa))
    k = int(left.nan_to_num(nan=math.inf).argmax())
    if float(left[k]) <= until.left:
        return None
    steps, ended = found.steps[k], found.ended[k]
    more = None
    if ended is Ended.STEPS and len(until.looks):
        history = until.history[:, k, 1:] if until.is_scaled else until.history[:, k, 2:]
        more = _more(until.looks.double(), history.amax(-1), steps, float(left[k]) / until.left)
    return StepsToGo(
        run=found.cases[k], done=steps, left=float(left[k]), asked=until.left, ended=ended,
        optimiser=found.training.optimiser, more=more,
    )  # fmt: skip


def _more(looks: Tensor, left: Tensor, done: int, times: float) -> int | None:
    """Steps until what is left is ``times`` smaller, to two digits, rounded up; None if it does not fall as a power.

    It is taken to fall as a power of the number of steps, as it did over the last three quarters.
    """
    seen = looks >= float(looks[-1]) / 4
    if int(seen.sum()) < 3 or not bool(left[seen].isfinite().all()):
        return None
    x, y = looks[seen].log(), left[seen].log()
    power = -float(((x - x.mean()) * (y - y.mean())).sum() / (x - x.mean()).square().sum())
    if power < SLOWEST or times ** (1 / power) > MOST:
        return None
    more: float = done * (times ** (1 / power) - 1)
    unit = 10 ** max(0, math.floor(math.log10(max(more, 1))) - 1)
    return max(10, int(math.ceil(more / unit) * unit))
