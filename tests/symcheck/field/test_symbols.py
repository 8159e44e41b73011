"""The symbols of C and of parameters."""

from __future__ import annotations

import pytest

from symcheck.field.symbols import C_SYMBOL, symbol_of
from symcheck.language.parameter import Parameter


@pytest.mark.parametrize(
    ("options", "positive", "nonnegative", "integer"),
    [
        ({"above": 0}, True, True, None),
        ({"above": 0, "at_most": 1}, True, True, None),
        ({"at_least": "1/10"}, True, True, None),
        ({"at_least": 0}, None, True, None),
        ({"at_least": 0, "below": 1}, None, True, None),
        ({"above": -1}, None, None, None),
        ({"at_most": 3}, None, None, None),
        ({}, None, None, None),
        ({"at_least": 1, "integer": True}, True, True, True),
        ({"at_least": -1, "integer": True}, None, None, True),
    ],
)
def test_a_symbol_says_what_the_interval_says(options, positive, nonnegative, integer):
    symbol = symbol_of(Parameter("q", **options))
    assert (symbol.name, symbol.is_real) == ("q", True)
    assert (symbol.is_positive, symbol.is_nonnegative, symbol.is_integer) == (positive, nonnegative, integer)


def test_one_name_and_kind_is_one_symbol():
    assert symbol_of(Parameter("q", above=0)) == symbol_of(Parameter("q", at_least=2, default=3))
    assert symbol_of(Parameter("q", above=0)) != symbol_of(Parameter("q", at_least=0))
    assert symbol_of(Parameter("q", above=0)) != symbol_of(Parameter("p", above=0))


def test_c_is_a_positive_integer():
    assert (C_SYMBOL.name, C_SYMBOL.is_positive, C_SYMBOL.is_integer) == ("C", True, True)
