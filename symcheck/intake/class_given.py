"""A class that is handed in where one of its instances is meant."""

from __future__ import annotations

from symcheck.errors import FormulaError
from symcheck.intake.signatures import needed_arguments
from symcheck.language.recording import Kind, OfScores


def class_given(given: type, kind: Kind | OfScores) -> FormulaError:
    """The refusal of the class ``given``, with the arguments that making one takes."""
    name = given.__name__
    if any(base.__module__ == "torch.autograd.function" for base in given.__mro__):
        return FormulaError(f"{kind}: got the class {name}, an autograd function; hand in {name}.apply")
    needed = ", ".join(f"{argument}=..." for argument in needed_arguments(given))
    return FormulaError(f"{kind}: got the class {name}; make one of it, as in {name}({needed})")
