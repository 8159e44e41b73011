"""Taylor cross entropy: the first terms of the series of -log p_y."""

from fractions import Fraction
from typing import final

from symcheck.entry import Value
from symcheck.errors import ParameterError
from symcheck.language.functions import softmax
from symcheck.language.parameter import Parameter
from symcheck.language.term import Label, Scalar, Term, Vec
from symcheck.losses.base import Loss


@final
class TaylorCE(Loss):
    """l(z, y) = sum_{i=1}^t (1 - p_y)^i / i with p = softmax(z).

    Parameters: t, a whole number from 1 to 20, by default 2.  It is the number of terms of the formula, so it always
    has a value and is never free.  For every z; 0 <= l < 1 + 1/2 + ... + 1/t.  At t = 1 it is half of MAE, and for t
    -> infinity it tends to the cross entropy.
    Reference: Feng et al. 2020.

    >>> print(TaylorCE(t=3).recorded)
    (1 - softmax(z)[y])*(1 + (1 - softmax(z)[y])*(1/2 + (1 - softmax(z)[y])/3))
    """

    t: Scalar = Parameter("t", at_least=1, at_most=20, integer=True, default=2)

    def __init__(self, **values: Value) -> None:
        super().__init__(**{"t": 2, **values})

    def _term_for(self, name: str, value: Value) -> Scalar:
        if name == "t" and isinstance(value, Parameter):
            raise ParameterError(
                f"t: got the free parameter {value.name}; it is the number of terms of the formula, "
                "so give it a value such as t=2"
            )
        return super()._term_for(name, value)

    def formula(self, z: Vec, y: Label) -> Term:
        assert isinstance(self.t.data, Fraction)
        terms, rest = int(self.t.data), 1 - softmax(z)[y]
        value = rest / terms
        for i in range(terms - 1, 0, -1):
            value = rest * (Fraction(1, i) + value)
        return value
