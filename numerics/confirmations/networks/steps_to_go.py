"""How far training is from what is asked, about how many steps are to go, and what stopped it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from numerics.confirmations.networks.judged import Judged
from numerics.networks.network_runs import NetworkRun
from numerics.networks.stopping import Ended

SLOWEST = 0.1
"""An exponent of the fall below which it is called stuck."""
FEWEST = 3
"""So many looks show a fall."""
MOST = 100
"""More than so many times the steps done is no advice."""


@dataclass(frozen=True, kw_only=True)
class StepsToGo:
    """After ``done`` steps training leaves ``left`` of a row of the network ``run``, where ``asked`` is asked for.

    ``ended`` says why it stopped; ``more`` steps will about do, as it fell so far; None where it falls
    slowly, or not steadily, or steps are not what stopped it; ``is_seen`` says whether there were enough looks to tell.
    """

    run: NetworkRun
    done: int
    left: float
    asked: float
    ended: Ended
    more: int | None
    is_seen: bool = True

    @property
    def sentence(self) -> str:
        """It in words, with what to do."""
        told = (
            f"not trained enough: after {_steps(self.done)} training leaves {100 * self.left:.2g} % of a row of the "
            f"network with rho = {self.run.rho:g}, seed = {self.run.seed}; {100 * self.asked:g} % is asked"
        )
        if self.ended is Ended.GRADIENT:
            return f"{told}; the gradient norm ended it: take a smaller gradient_norm, or 0"
        if self.ended is Ended.VALIDATION:
            return f"{told}; the validation part ended it: take a larger patience, or validation=0"
        if not self.is_seen:
            return f"{told}; in so few steps it is not seen how it falls: take more steps"
        if self.more is None:
            return f"{told}; it falls slowly, or not steadily: take more steps, a smaller lr, or another optimiser"
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
    more, is_seen = None, True
    if ended is Ended.STEPS:
        is_seen = int(_late(until.looks).sum()) >= FEWEST
    if ended is Ended.STEPS and is_seen:
        history = until.history[:, k, 1:] if until.is_scaled else until.history[:, k, 2:]
        more = _more(until.looks.double(), history.amax(-1), steps, float(left[k]) / until.left)
    return StepsToGo(
        run=found.cases[k], done=steps, left=float(left[k]), asked=until.left, ended=ended, more=more, is_seen=is_seen
    )


def _steps(count: int) -> str:
    return "1 step" if count == 1 else f"{count} steps"


def _late(looks: Tensor) -> Tensor:
    """Which looks are in the last three quarters of the steps."""
    return looks >= looks.amax() / 4 if len(looks) else looks.bool()


def _more(looks: Tensor, left: Tensor, done: int, times: float) -> int | None:
    """Steps until what is left is ``times`` smaller, to two digits, rounded up; None if it does not fall as a power.

    It is taken to fall as a power of the number of steps, as it did over the last three quarters.
    """
    seen = _late(looks)
    if not bool(left[seen].isfinite().all()):
        return None
    x, y = looks[seen].log(), left[seen].log()
    power = -float(((x - x.mean()) * (y - y.mean())).sum() / (x - x.mean()).square().sum())
    if power < SLOWEST or times ** (1 / power) > MOST:
        return None
    more: float = done * (times ** (1 / power) - 1)
    unit = 10 ** max(0, math.floor(math.log10(max(more, 1))) - 1)
    return max(10, int(math.ceil(more / unit) * unit))
