"""Formulas without z as constants."""

from __future__ import annotations

import pytest

from symcheck.field.constant_reading import constant
from symcheck.field.field import Field
from symcheck.intake.parser import parsed
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes, Scope
from symcheck.reason import Code, Undecided

Q = Parameter("q", above=0, at_most=1)
T = Parameter("t")


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("abs(1 - C)", "C - 1"),
        ("abs(log(C))", "log(C)"),
        ("relu(C - 2)", "C - 2"),
        ("relu(1 - C)", "0"),
        ("relu(0)", "0"),
        ("maximum(C, q)", "C"),
        ("minimum(C, q)", "q"),
        ("sqrt(C)", "C**(1/2)"),
        ("softplus(q)", "log(1 + exp(q))"),
        ("sigmoid(0)", "1/2"),
        ("detach(q)", "q"),
        ("-(C - q)", "q - C"),
    ],
)
def test_functions_of_constants(text, same, written):
    field = Field(Scope(Classes(), (Q,)))
    assert (written(text, field=field) - written(same, field=field)).is_zero


def test_a_branch_of_unknown_sign_is_refused(written):
    with pytest.raises(Undecided) as caught:
        written("relu(C - 5/2)")
    assert caught.value.reason.code is Code.SIGN_UNKNOWN
    assert caught.value.reason.why == "relu branches on the sign of C - 5/2, which is not the same in the whole scope"


@pytest.mark.parametrize(
    ("text", "what"),
    [("total(z)", "z is no constant"), ("z[y]", "z is no constant"), ("total(onehot(y))", "onehot(y) is no constant")],
)
def test_logits_and_labels_are_no_constants(text, what):
    with pytest.raises(Undecided) as caught:
        constant(Field(Scope()), parsed(text))
    assert caught.value.reason.code is Code.UNMAPPED_OP
    assert caught.value.reason.why == what
    assert caught.value.reason.where
