"""The square loss with plain one-hot labels and a reference class."""

from fractions import Fraction

from symcheck.counterexamples.base import Control, Counterexample, LambdaClaim, equal_weights, from_on, one_label, rows
from symcheck.losses.square import Square
from symcheck.losses.square_centred import SquareCentred
from symcheck.minimisers.family import Free, Reference
from symcheck.regularizers.l2 import L2

CASE = Counterexample(
    name="square_with_reference_class",
    title="square loss, plain one-hot, reference class z_3 = 0",
    shows=(
        "a drift that all classes share does harm where one score is pinned to 0: Corollary 1 is false for plain "
        "one-hot labels on a linear family with a reference class"
    ),
    source="Corollary 1",
    erratum="E6",
    loss=Square(),
    regularizer=L2(),
    classes=3,
    family=Reference(),
    features=rows([-3], [1]),
    labels=one_label(1, 2, classes=3),
    weights=equal_weights(2),
    rho=Fraction(1, 2),
    claims=(LambdaClaim(from_on(0), (1, 2), (1, 3)),),
    controls=(
        Control(
            title="none with one-hot minus 1/C", loss=SquareCentred(), claims=(LambdaClaim(from_on(0), (1, 2), (1, 2)),)
        ),
        Control(
            title="none without a reference class", family=Free(), claims=(LambdaClaim(from_on(0), (1, 2), (1, 2)),)
        ),
    ),
    # theta_2 is a positive multiple of -3 rho/2 + (1 - rho) = 1 - 5 rho/2; below 0 z_3 = 0 leads where phi = 1.
    flips_above=Fraction(2, 5),
)
