"""Normal forms and bounds: values of the combinations against values of the formulas, in floating point."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

import symcheck as sc
from symcheck.conditions.convexity.bounds import bounds
from symcheck.conditions.convexity.normal_form import normal_form
from symcheck.intake.callables import recorded
from symcheck.intake.catalogue import loss_named, names, regularizer_named
from symcheck.language.classwise import ClassParameter
from symcheck.language.scope import Classes
from symcheck.readings.explicit.explicit import value_at
from symcheck.reason import Undecided
from tests.each import of_each
from tests.symcheck.conditions.combination_values import field_of, places

NEAR = 1e-9
"""Some hundred operations in float64 on numbers below 1000."""


OPEN = {"detach": "it is left open"}


@pytest.mark.parametrize("classes", [2, 3, 5])
@pytest.mark.parametrize("scope", ["every C", "this C"])
@of_each([*names("loss"), *names("regularizer")])
def test_the_normal_form_has_the_value_of_the_formula(name: str, scope: str, classes: int) -> None:
    of = loss_named(name) if name in names("loss") else regularizer_named(name)
    formula = of.recorded
    if classes not in of.classes or any(node.op in OPEN for node in formula.nodes):
        return
    field = field_of(formula, of.classes if scope == "every C" else Classes(classes, classes))
    form = normal_form(formula.with_powers_of_abs(), field)
    for place, given in places(formula, classes):
        try:
            wanted = float(value_at(given, place.z, {}, y=place.y + 1).mid())
        except Undecided:
            continue
        # At C = 2 alone sums are written out, so that there is a label, and i is the other class.
        here = replace(place, labelled=True) if field.scope.classes.fixed == 2 else place
        assert here.value(form.of) == pytest.approx(wanted, rel=NEAR, abs=NEAR)


v = ClassParameter("v", at_least=-1, at_most=1)

NESTED: dict[str, Any] = {
    "a sum inside a sum": lambda z, y: sc.total(v * sc.total(v * sc.abs(z))),
    "a sum over the others inside log": lambda z, y: sc.total(sc.log(sc.exp(z) + sc.total(sc.exp(z), but=y))),
    "an entry and all entries": lambda z, y: sc.total(sc.log(sc.exp(v) + sc.total(sc.exp(z)))),
    "logsumexp inside a sum": lambda z, y: sc.total(v * z * sc.logsumexp(v * z)),
    "logsumexp inside logsumexp": lambda z, y: sc.logsumexp(z - sc.logsumexp(v * z + sc.onehot(y))),
    "softmax of weights": lambda z, y: sc.total(v * sc.softmax(z + v)),
    "a weighted sum of exponentials": lambda z, y: sc.log(sc.total(sc.exp(z) * (2 + v) * sc.total(2 + v))),
    "shares": lambda z, y: sc.total(v * sc.entmax(z, 2)) + sc.entmax(v * z, 3)[y],
    "shares against their entries": lambda z, y: sc.total(sc.entmax(2 * z - v, 3) * (2 * z - v)) * z[y],
    "shares against a multiple": lambda z, y: sc.total(sc.entmax(2 * z + sc.onehot(y), 2) * (z + sc.onehot(y) / 2 - 3)),
    "shares against what differs at the label": lambda z, y: sc.total(sc.entmax(z - z[y], 2) * (z - sc.onehot(y))),
    "shares without a label": lambda z, y: sc.total(sc.entmax(z, 3) * z) + sc.total(sc.entmax(z, 3)),
    "shares of the others": lambda z, y: sc.total(sc.entmax(z, 3) * (z + 1), but=y),
    "a share less the others": lambda z, y: sc.logsumexp(3 * sc.entmax(z, 2)) + sc.amax(sc.entmax(-z, 3), but=y),
    "the prediction": lambda z, y: sc.logsumexp(3 * sc.onehot_argmax(z)) - sc.amax(sc.onehot_argmax(-z), but=y),
    "the largest of maxima": lambda z, y: sc.amax(sc.maximum(z, v) - sc.amax(v * z, but=y)),
}


@pytest.mark.parametrize("classes", [2, 3, 5])
@pytest.mark.parametrize("name", NESTED)
def test_sums_inside_sums_keep_their_classes_apart(name: str, classes: int) -> None:
    formula = recorded(NESTED[name], kind="loss")
    form = normal_form(formula, field_of(formula, Classes()))
    for place, given in places(formula, classes):
        wanted = float(value_at(given, place.z, {}, y=place.y + 1).mid())
        assert place.value(form.of) == pytest.approx(wanted, rel=NEAR, abs=NEAR)


r, w = sc.Parameter("r", at_least=0, at_most=1), ClassParameter("w", above=0)

QUANTITIES: dict[str, Any] = {
    "CE": lambda z, y: sc.logsumexp(z) - z[y],
    "CE with a margin": lambda z, y: sc.logsumexp(z - 3 * sc.onehot(y)) - z[y],
    "CE with a margin on the other side": lambda z, y: sc.logsumexp(z + 3 * sc.onehot(y)) - z[y],
    "p": lambda z, y: sc.softmax(z)[y],
    "1 - p": lambda z, y: 1 - sc.softmax(z)[y],
    "a mixture": lambda z, y: r * sc.softmax(z)[y] + (1 - r) / z.C,
    "logsumexp less the largest": lambda z, y: sc.logsumexp(z) - sc.amax(z),
    "twice that, turned": lambda z, y: 5 - 2 * (sc.logsumexp(z) - sc.amax(z)),
    "squares": lambda z, y: 1 + sc.total(z**2),
    "weights": lambda z, y: sc.total(w * sc.softmax(z)) + w[y],
    "a maximum": lambda z, y: sc.maximum(sc.maximum(z[y], -1), sc.relu(sc.mean(z))),
    "a root": lambda z, y: sc.sqrt(1 + sc.mean(z) ** 2),
    "sigmoids": lambda z, y: sc.total(sc.sigmoid(z), but=y) - sc.tanh(z[y]),
    "minus an exponential": lambda z, y: 2 - sc.exp(-sc.abs(z[y])),
}


@pytest.mark.parametrize("classes", [2, 3, 5])
@pytest.mark.parametrize("name", QUANTITIES)
def test_bounds_hold(name: str, classes: int) -> None:
    formula = recorded(QUANTITIES[name], kind="loss")
    field = field_of(formula, Classes())
    b = bounds(normal_form(formula, field).of)
    assert b.low is not None or b.high is not None or name == "CE with a margin on the other side"
    for place, given in places(formula, classes):
        value = float(value_at(given, place.z, {}, y=place.y + 1).mid())
        for end, sign in ((b.low, 1), (b.high, -1)):
            if end is not None:
                assert sign * (value - place.coefficient(end)) >= -NEAR


def test_a_margin_moves_the_bound_of_a_cross_entropy() -> None:
    """logsumexp(v) - v_y > 0 for v = z - 3 e_y, so logsumexp(v) - z_y > -3: no more than that is true."""
    formula = recorded(QUANTITIES["CE with a margin"], kind="loss")
    b = bounds(normal_form(formula, field_of(formula, Classes())).of)
    assert b.low is not None
    assert b.low.rational == -3
    assert b.low_open
    assert b.high is None
