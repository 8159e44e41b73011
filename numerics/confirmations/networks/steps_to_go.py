"""How far training is from what is asked, and about how many steps are to go."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch

from numerics.networks.network_runs import NetworkRun
from numerics.networks.stopping import Ended
from numerics.networks.train import Trained

SLOWEST = 0.1
"""An exponent of the fall below which it is called stuck."""
MOST = 100
"""More than so many times the steps done is no advice."""


@dataclass(frozen=True, kw_only=True)
class StepsToGo:
    """After ``done`` steps training leaves ``left`` of a row of the network ``run``, where ``asked`` is asked for.

    ``more`` steps will about do, as it fell so far; None where it does not fall steadily.
    """

    run: NetworkRun
    done: int
    left: float
    asked: float
    more: int | None

    @property
    def sentence(self) -> str:
        """It in words, with what to do."""
        told = (
            f"not trained enough: after {self.done} steps training leaves {100 * self.left:.2g} % of a row of the "
            f"network with rho = {self.run.rho:g}, seed = {self.run.seed}; {100 * self.asked:g} % is asked"
        )
        if self.more is None:
            return f"{told}; it does not fall steadily yet: take more steps, or another optimiser if it stays"
        return f"{told}; as it fell so far about {self.more} more steps, so take steps={self.done + self.more}"


def steps_to_go(found: Trained) -> StepsToGo | None:
    """Those of the network that is furthest from what is asked; None if all have met it.

    What is left of a row is taken to fall as a power of the number of steps, as it did over the last three quarters.
    """
    until = found.until
    still = [k for k, ended in enumerate(found.ended) if ended is not Ended.MET]
    if until is None or not still or not len(until.looks):
        return None
    left = until.history[:, :, 1:] if until.is_scaled else until.history[:, :, 2:]
    worst_of = left.amax(-1).nan_to_num(nan=math.inf)
    k = max(still, key=lambda place: float(worst_of[-1, place]))
    now = float(worst_of[-1, k])
    if now <= until.left:
        return None
    more = _more(until.looks.double(), worst_of[:, k], until.left)
    return StepsToGo(run=found.cases[k], done=int(until.looks[-1]), left=now, asked=until.left, more=more)


def _more(looks: torch.Tensor, left: torch.Tensor, asked: float) -> int | None:
    """Steps until ``left`` is ``asked``, to two digits, rounded up; None if it does not fall as a power."""
    done = float(looks[-1])
    seen = looks >= done / 4
    if int(seen.sum()) < 3 or not bool(left[seen].isfinite().all()):
        return None
    x, y = looks[seen].log(), left[seen].log()
    power = -float(((x - x.mean()) * (y - y.mean())).sum() / (x - x.mean()).square().sum())
    if power < SLOWEST:
        return None
    times: float = (float(left[-1]) / asked) ** (1 / power)
    if times > MOST:
        return None
    more = done * (times - 1)
    unit = 10 ** max(0, math.floor(math.log10(max(more, 1))) - 1)
    return max(10, int(math.ceil(more / unit) * unit))
