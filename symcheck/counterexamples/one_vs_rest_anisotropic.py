"""One-vs-rest logistic regression with a penalty that weighs the classes.

With q = (.4, .3, .3) the law of the noisy label and h = (1, 4, 5), sigma(z_i) + lambda h_i z_i = q_i.  All z_i are
negative, and z_3 > z_2, as h_3 > h_2.  If z_1 = z_3, then 4 lambda z_1 = q_3 - q_1, so sigma(z_1) = 17/40 and
lambda = 1/(40 log(23/17)): the z_i depend continuously on lambda, and the lead changes there and nowhere else.
"""

from fractions import Fraction

from symcheck.counterexamples.base import (
    Control,
    Counterexample,
    LambdaClaim,
    equal_weights,
    every_positive,
    from_on,
    one_label,
    rows,
    up_to,
)
from symcheck.losses.one_vs_rest_logistic import OneVsRestLogistic
from symcheck.minimisers.family import Free
from symcheck.regularizers.l2 import L2
from symcheck.regularizers.quadratic_form import QuadraticForm

CASE = Counterexample(
    name="one_vs_rest_anisotropic",
    title="one-vs-rest logistic, g = z'Qz with 2Q = diag(1, 4, 5)",
    shows=(
        "the drift of one-vs-rest logistic turns limit predictions if D^2 g(0) 1 is not a multiple of 1; the "
        "prediction turns exactly at lambda = 1/(40 log(23/17)) = .0827"
    ),
    source="tier QUOTIENT, beyond the paper",
    loss=OneVsRestLogistic(),
    regularizer=QuadraticForm(Q="1/2, 0, 0; 0, 2, 0; 0, 0, 5/2"),
    classes=3,
    family=Free(),
    features=rows([1]),
    labels=one_label(1, classes=3),
    weights=equal_weights(1),
    rho=Fraction(3, 5),
    claims=(LambdaClaim(from_on(0.1), (1,), (3,)), LambdaClaim(up_to(0.03), (1,), (1,))),
    controls=(
        Control(title="none with isotropic g", regularizer=L2(), claims=(LambdaClaim(every_positive(), (1,), (1,)),)),
    ),
)
