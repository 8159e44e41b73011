"""Series along rays against the values of formulas at points of the ray, in FLINT's balls."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from flint import arb, ctx

from symcheck.conditions.agreement.points import ArrayPoint, array_points
from symcheck.intake.catalogue import loss_named, names, regularizer_named
from symcheck.intake.parser import parsed
from symcheck.language.formula import Formula
from symcheck.language.matrix_array import MatrixArray
from symcheck.language.scope import Classes, Scope
from symcheck.proof.check import Refused
from symcheck.proof.witnesses.rays import NEVER, Ray
from symcheck.proof.witnesses.witness import Question
from symcheck.readings.explicit.explicit import value_at
from symcheck.reason import Undecided
from tests.sampled import one_in
from tests.symcheck.proof.witnesses import REAL, asked

S = Fraction(1, 10**12)
"""s at the points of rays that are looked at."""

TERMS = 6


def ball(x: Fraction) -> arb:
    return arb(x.numerator) / x.denominator


def point_of(formula: Formula, classes: int) -> ArrayPoint:
    return next(iter(array_points(formula, Scope(Classes(2, None), formula.parameters), classes)))


def question(formula: Formula, at: ArrayPoint) -> Question:
    """The formula at a point; nothing is asked of the intervals of its parameters."""
    arrays = [
        {
            "name": name,
            "rule": None,
            "entries": [[str(x) for x in row] for row in a.values or ()],
            **({"symmetric": False} if isinstance(a, MatrixArray) else {}),
        }
        for name, a in at.arrays.items()
    ]
    intervals = {p.name: REAL for p in formula.parameters}
    point = {"C": at.classes, **{n: str(x) for n, x in at.values.items()}}
    return Question(asked(str(formula), "loss-smooth", point, parameters=intervals, arrays=arrays), {})


def compared(formula: Formula, classes: int, rng: random.Random) -> bool:
    """Whether a series was compared with the value at s = ``S`` along a random ray."""
    at = point_of(formula, classes)
    asking = question(formula, at)
    v = [Fraction(rng.randint(-6, 6), rng.randint(1, 4)) for _ in range(classes)]
    label, fold = rng.randrange(classes), rng.choice((1, 2))
    asking.point.sizes = [1] * classes
    found = Ray(asking.point, v, label, TERMS, fold).values(asking.tape)[asking.tape.result]
    if isinstance(found, Refused):
        return False
    ((first, terms, end),) = found
    try:
        value = value_at(at.formula(formula), [x * S**fold for x in v], at.values, y=label + 1)
    except Undecided:
        return False
    with ctx.workprec(2000):
        partial = arb(0)
        for k, c in enumerate(terms):
            partial += ball(c.low).union(ball(c.high)) * ball(S ** (int(first) + k))
        # What is left out is of the order s^end, with a constant that is not large here.
        rest = arb(0) if end == NEVER else 10**6 * ball(S ** int(end))
        assert (value - partial).overlaps(arb(0, rest.abs_upper())), (str(formula), v, label, fold)
    return True


ENTRIES = [
    (kind, name)
    for kind, made in (("loss", loss_named), ("regularizer", regularizer_named))
    for name in names(kind)
    if not made(name).recorded.detaches  # what is differentiated there is another function
]


@pytest.mark.parametrize(("kind", "name"), one_in(3, ENTRIES))
def test_the_catalogue_along_rays(kind: str, name: str) -> None:
    formula = (loss_named(name) if kind == "loss" else regularizer_named(name)).recorded
    rng = random.Random(name)
    assert sum(compared(formula, classes, rng) for classes in (2, 3, 3, 4))


@pytest.mark.parametrize(
    "text",
    [
        # kinks, poles, fractional powers, ties, products, entries that are 0 on the ray
        "total(abs(z)**(3/2)) + 1/sqrt(total(z**2))",
        "z[y]/sqrt(total(z**2)) + total(abs(z))**(1/2)",
        "amax(z) - amin(z) + amax(z, but=y)*total(z**2)/(1 + total(abs(z)))",
        "log(2 + onehot_argmax(z)[y] + sqrt(abs(z[y])))",
        "product(1 + z) - product(cosh(z), but=y)**(1/3)",
        "exp(sqrt(total(z**2)))**(2/3) - log(3 + z[y]*abs(z[y]))",
        "branch(z[y], softplus(z[y]), tanh(z[y])) + total(maximum(z, 2*z)*minimum(z, -z))",
        "total(softmax(z)**(7/10)) - entmax(z, 3/2)[y] + total(entmax(2*z, 2)**2)",
        "logsumexp(z, but=y) - total(log_softmax(abs(z))*sigmoid(z - z[y]), but=y)",
        "total(z**3)/total(z**2) + total(z**5)/total(z**2)**2",
        "1/(exp(sqrt(total(z**2))) - 1) - 1/log(1 + total(z**2))",
    ],
)
def test_kinks_and_poles_along_rays(text: str) -> None:
    formula, rng = parsed(text), random.Random(text)
    assert sum(compared(formula, classes, rng) for classes in (2, 3, 3, 4, 4, 5)) >= 2
