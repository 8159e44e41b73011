"""Cross entropy of logits that are adjusted by a prior."""

from fractions import Fraction

from symcheck.counterexamples.base import (
    Control,
    Counterexample,
    LambdaClaim,
    equal_weights,
    every_positive,
    one_label,
    rows,
)
from symcheck.losses.logit_adjusted_ce import LogitAdjustedCE
from symcheck.minimisers.family import Free
from symcheck.regularizers.l2 import L2

CASE = Counterexample(
    name="logit_adjustment",
    title="logit-adjusted cross entropy, prior (.6, .1, .3)",
    shows="the prior is a drift of grad l(0, y) that no penalty removes",
    source="tier FAIL, beyond the paper",
    loss=LogitAdjustedCE(pi="6/10, 1/10, 3/10"),
    regularizer=L2(),
    classes=3,
    family=Free(),
    features=rows([1]),
    labels=one_label(1, classes=3),
    weights=equal_weights(1),
    # The noisy label has the law (.4, .3, .3); scores begin along law - prior = (-.2, .2, 0), clean along (.4, -.1,
    # -.3).
    rho=Fraction(3, 5),
    claims=(LambdaClaim(every_positive(), (1,), (2,)),),
    controls=(
        Control(
            title="none with a uniform prior",
            loss=LogitAdjustedCE(pi="1/3, 1/3, 1/3"),
            claims=(LambdaClaim(every_positive(), (1,), (1,)),),
        ),
    ),
)
