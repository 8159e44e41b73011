"""Cross entropy with a small penalty, two classes: robust in the limit of large lambda only."""

from fractions import Fraction

from symcheck.counterexamples.base import Counterexample, LambdaClaim, equal_weights, from_on, one_label, rows, up_to
from symcheck.losses.cross_entropy import CrossEntropy
from symcheck.minimisers.family import Free
from symcheck.regularizers.l2 import L2

CASE = Counterexample(
    name="small_penalty_two_classes",
    title="cross entropy with a small penalty, C = 2",
    shows=(
        "robustness is a statement about large lambda: at a small one noise turns a prediction, at a large one clean "
        "and noisy agree, here on a class that is not the label"
    ),
    source="Definition 1 and Theorem 3: asymptotic",
    loss=CrossEntropy(),
    regularizer=L2(),
    classes=2,
    family=Free(),
    features=rows([0, 1], [5, 1], [6, 1], [6, 1]),
    labels=one_label(1, 1, 2, 2, classes=2),
    weights=equal_weights(4),
    rho=Fraction(2, 5),
    claims=(
        LambdaClaim(up_to(0.01), (1, 1, 2, 2), (1, 2, 2, 2)),
        LambdaClaim(from_on(0.05), (1, 2, 2, 2), (1, 2, 2, 2)),
    ),
)
