"""The square loss with plain one-hot labels, on a line of outputs."""

from fractions import Fraction

from symcheck.counterexamples.base import Control, Counterexample, LambdaClaim, equal_weights, from_on, one_label, rows
from symcheck.losses.square import Square
from symcheck.losses.square_centred import SquareCentred
from symcheck.minimisers.family import Line
from symcheck.regularizers.l2 import L2

CASE = Counterexample(
    name="square_on_a_line",
    title="square loss, plain one-hot, outputs t (1, -2)",
    shows=(
        "Corollary 1 is false for plain one-hot labels on cones: with t = (1 - 3 rho)/(5 (1 + lambda)) the prediction "
        "turns at every lambda as soon as rho > 1/3"
    ),
    source="Corollary 1",
    erratum="E6",
    loss=Square(),
    regularizer=L2(),
    classes=2,
    family=Line((Fraction(1), Fraction(-2))),
    features=rows([1]),
    labels=one_label(1, classes=2),
    weights=equal_weights(1),
    rho=Fraction(2, 5),
    claims=(LambdaClaim(from_on(0), (1,), (2,)),),
    controls=(
        Control(
            title="none with one-hot minus 1/C", loss=SquareCentred(), claims=(LambdaClaim(from_on(0), (1,), (1,)),)
        ),
    ),
    flips_above=Fraction(1, 3),
)
