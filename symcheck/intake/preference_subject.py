"""A preference as it came in: its formula in the scores of a pair, and the loss with two classes that it is."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from symcheck.budget import Budget
from symcheck.errors import FormulaError, ParameterError, did_you_mean
from symcheck.field.everywhere_field import EverywhereField
from symcheck.language.exact import Number
from symcheck.language.formula import Formula
from symcheck.language.parameter import Parameter
from symcheck.language.scope import Scope
from symcheck.language.scores import (
    MARGIN,
    NAMES,
    PAIR,
    SCORES,
    in_scores,
    is_of_margin,
    loss_of_scores,
    score_symbols,
)
from symcheck.problem import Subject
from symcheck.readings.fixed import FixedReading
from symcheck.reason import Undecided

SECONDS = 5.0
"""What an equality of two formulas may take: it is open after that.

Most take milliseconds: so much is left that no pause of the process, such as a search for garbage, decides it.
"""


@dataclass(frozen=True)
class PreferenceSubject:
    """A preference loss: its ``name``, its ``formula`` in h or in chosen and rejected, and the ``loss`` l(z, y) it is.

    The ``loss`` has two classes, z_y = chosen and the other entry rejected, and the values given to parameters.
    ``reference_free``: whether the paper's scores have no reference policy in them.
    """

    name: str
    formula: Formula
    loss: Subject
    reference_free: bool = False

    @property
    def text(self) -> str:
        """The formula as a formula string in h, or in chosen and rejected."""
        return str(self.formula)

    @property
    def title(self) -> str:
        """The name with the values given, such as ``dpo(beta=1/10)``."""
        return replace(self.loss, name=self.name).title

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The free parameters; the scores are none."""
        return tuple(p for p in self.formula.parameters if p.name not in NAMES)

    @cached_property
    def in_margin(self) -> bool:
        """Whether it is a function of h = chosen - rejected alone: written so, or shown to be one."""
        if is_of_margin(self.formula):
            return True
        (h,) = score_symbols(MARGIN)
        # f(chosen, rejected) = f(chosen - rejected, 0)
        margin = self.formula.with_terms({SCORES[0]: h, SCORES[1]: h - h})
        return are_equal(self.formula, in_scores(margin))

    def at(self, values: Mapping[str, Number | str]) -> PreferenceSubject:
        """The same with more parameters given values.

        Raises ``ParameterError`` for a name that is not one of ``parameters``, and for a value outside its interval.
        """
        known = {p.name: p for p in self.parameters}
        for name in values:
            if name not in known:
                accepted = ", ".join(known) or "none, it has no free parameters"
                raise ParameterError(
                    f"{name}: {self.title} has no free parameter of this name; accepted: {accepted}"
                    f"{did_you_mean(name, known)}"
                )
        exact = {name: known[name].value(value) for name, value in values.items()}
        return replace(self, formula=self.formula.with_values(exact), loss=self.loss.at(exact)) if exact else self


def are_equal(one: Formula, other: Formula) -> bool:
    """Whether the canonical forms of two functions of the scores are the same; False leaves it open.

    >>> h, chosen, rejected = score_symbols(*NAMES)
    >>> are_equal(Formula.of((chosen - rejected) ** 2), Formula.of((rejected - chosen) ** 2))
    True
    """
    try:
        return found_equal(one, other)
    except Undecided:
        return False


def found_equal(one: Formula, other: Formula) -> bool:
    """The same; raises ``Undecided`` where it was open when its time was over, which more time may change.

    >>> (h,) = score_symbols(MARGIN)
    >>> found_equal(Formula.of(h**2), Formula.of((-h) ** 2)), found_equal(Formula.of(h), Formula.of(-h))
    (True, False)
    """
    # Their values say nothing of the gradients that autograd returns.
    if one.detaches or other.detaches:
        return False
    forms = [loss_of_scores(f).with_powers_of_abs() for f in (one, other)]
    scope = Scope(PAIR, forms[0].parameters).joined(Scope(PAIR, forms[1].parameters))
    with Budget.share(SECONDS).in_force() as budget:
        try:
            field = EverywhereField(scope, budget)
            (a,), (b,) = (FixedReading(field, 0).read(form) for form in forms)
            return field.is_zero(a - b)
        except Undecided:
            if budget.is_spent:
                raise
            return False


def refuse_both(names: Collection[str], shown: str, what: str) -> None:
    """Raise ``FormulaError`` if the ``names`` in ``what`` is ``shown`` are those of h and of a score.

    >>> refuse_both({"h", "beta"}, "beta*h", "preference")
    """
    if MARGIN in names and not {*SCORES}.isdisjoint(names):
        raise FormulaError(
            f"{what}: {shown} has h beside chosen or rejected; h is chosen - rejected: write all of it in h, or all "
            "of it in chosen and rejected"
        )
