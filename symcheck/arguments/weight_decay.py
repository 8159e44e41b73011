"""Weight decay is no output regularizer: what is said where it is given as one."""

from __future__ import annotations

import re

_NAMES = frozenset({"weightdecay", "decoupledweightdecay", "wd", "l2weights", "weightsl2", "l2onweights", "weightl2"})

WEIGHT_DECAY = (
    "weight decay acts on the weights W of a model, and a penalty here is a function g(z) of the scores z; use l2, "
    "g(z) = |z|^2/2.  Of a linear model z = W x the mean of l2 over the data is |W|^2/2, the penalty of weight decay, "
    "where the features are whitened, E[x x'] = I; with other features, and in other models, they differ"
)
"""What to say, and what to use: E |Wx|^2 = tr(W E[x x'] W'), which is |W|^2 for every W only if E[x x'] = I."""


def is_weight_decay(name: str) -> bool:
    """Whether somebody who writes ``name`` means a penalty on weights.

    >>> is_weight_decay("weight_decay"), is_weight_decay("Weight decay"), is_weight_decay("l2")
    (True, True, False)
    """
    return len(name) < 40 and re.sub(r"[\s_-]", "", name).lower() in _NAMES
