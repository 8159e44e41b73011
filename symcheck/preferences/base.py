"""The base of every preference loss."""

from __future__ import annotations

import inspect
from functools import cached_property
from typing import ClassVar

from symcheck.entry import Entry
from symcheck.errors import FormulaError
from symcheck.language.formula import Formula
from symcheck.language.recording import Kind, recorded_code
from symcheck.language.scope import Classes
from symcheck.language.scores import MARGIN, PAIR, SCORES, check_name, score_symbols


class Preference(Entry):
    """A loss of a pair of answers: a ``formula`` of h = chosen - rejected, or of the scores chosen and rejected.

    The scores are numbers of any sign: log ratios of the policy to a reference policy, or ``reference_free`` ones.
    Raises ``FormulaError`` for a formula with other arguments, ``ParameterError`` for a parameter named like a score.

    >>> class Half(Preference):
    ...     def formula(self, h):
    ...         return -h / 2
    >>> print(Half().recorded)
    -h/2
    """

    kind: ClassVar[Kind] = "preference"
    classes: ClassVar[Classes] = PAIR
    reference_free: ClassVar[bool] = False
    """Whether the paper's scores have no reference policy in them, so that a run does not start at 0."""
    scores: ClassVar[tuple[str, ...]] = ()
    """What the formula is of: ``("h",)``, or ``("chosen", "rejected")``."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.scores = tuple(inspect.signature(cls.formula).parameters)[1:] if hasattr(cls, "formula") else ()
        if cls.scores not in ((MARGIN,), SCORES):
            raise FormulaError(
                f"{cls.__name__}.formula: got the arguments ({', '.join(cls.scores)}); a preference is a function of "
                "one pair of answers: write def formula(self, h), or def formula(self, chosen, rejected)"
            )
        for name in (*cls.declared, *cls.declared_arrays):
            check_name(name)

    @cached_property
    def recorded(self) -> Formula:
        """The formula, recorded once."""
        for parameter in self.parameters:
            check_name(parameter.name)
        return recorded_code(self.formula, self.kind, score_symbols(*self.scores))
