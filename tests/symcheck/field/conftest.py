"""Fields and constants written as formula strings."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from symcheck.field.constant_reading import constant
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.intake.parser import parsed_constant
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Classes, Scope

Written = Callable[..., Element]


@pytest.fixture
def written() -> Written:
    """The constant that a text stands for: ``written("C**q", Parameter("q", above=0), classes=(2, None))``."""

    def build(
        text: str, *parameters: Parameter, classes: tuple[int, int | None] = (2, None), field: Field | None = None
    ) -> Element:
        known = field.scope.parameters if field is not None else parameters
        made = field if field is not None else Field(Scope(Classes(*classes), parameters))
        return constant(made, parsed_constant(text, parameters={p.name: p for p in known}))

    return build
