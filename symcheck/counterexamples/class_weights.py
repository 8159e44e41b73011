"""Cross entropy with class weights."""

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
from symcheck.losses.class_weighted_ce import ClassWeightedCE
from symcheck.minimisers.family import Free
from symcheck.regularizers.l2 import L2

CASE = Counterexample(
    name="class_weights",
    title="class-weighted cross entropy, w = (1, 10, 1)",
    shows="noise moves the weighted labels to the heavy class, and no penalty brings the prediction back",
    source="tier CLASSWISE, beyond the paper",
    loss=ClassWeightedCE(w=(1, 10, 1)),
    regularizer=L2(),
    classes=3,
    family=Free(),
    features=rows([1]),
    labels=one_label(1, classes=3),
    weights=equal_weights(1),
    # The noisy label has the law (.6, .2, .2), and with the weights its classes pull like .6, 2 and .2.
    rho=Fraction(2, 5),
    claims=(LambdaClaim(every_positive(), (1,), (2,)),),
    controls=(
        Control(
            title="none with w = 1",
            loss=ClassWeightedCE(w=(1, 1, 1)),
            claims=(LambdaClaim(every_positive(), (1,), (1,)),),
        ),
    ),
)
