"""What is plainly positive: read off the operators and the intervals of the parameters."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from symcheck.differentiation.sums import ONE, Atom, Monomial, Sum, less, number, single
from symcheck.language.interval import Interval

_SHARE = Interval(Fraction(0), Fraction(1), low_open=True, high_open=True)
_FROM_TWO = Interval(Fraction(2), None, low_open=False, high_open=True)


class Signs:
    """Signs of sums; ``intervals`` are those of the parameters."""

    def __init__(self, intervals: Mapping[str, Interval]) -> None:
        self._intervals = intervals

    def is_positive(self, s: Sum) -> bool:
        """Whether ``s`` is plainly > 0 wherever it has a value."""
        signs = [self._sign_of_product(m) if c > 0 else None for m, c in s.terms.items()]
        if any(signs) and None not in signs:
            return True
        low = self._lower(s)
        return low is not None and (low[0] > 0 or (low[0] == 0 and low[1]))

    def is_below(self, s: Sum, bound: int, *, strictly: bool = True) -> bool:
        """Whether ``s`` is plainly below ``bound``, or at most that."""
        low = self._lower(less(number(bound), s))
        return low is not None and (low[0] > 0 or (low[0] == 0 and (low[1] or not strictly)))

    def _sign_of_product(self, monomial: Monomial) -> bool | None:
        """True for a product that is > 0, False for one that is >= 0, None for any other."""
        if all(self.is_positive_atom(a) for a, _ in monomial):
            return True
        is_even = all(self.is_positive_atom(a) or (e.number is not None and e.number % 2 == 0) for a, e in monomial)
        return False if is_even else None

    def _lower(self, s: Sum) -> tuple[Fraction, bool] | None:
        """A number below a sum of multiples of parameters, of C and of shares, and whether it is not taken."""
        low, is_open = Fraction(0), False
        for m, c in s.terms.items():
            if not m:
                low += c
                continue
            interval = self._interval_of(m[0][0]) if len(m) == 1 and m[0][1] == ONE else None
            end = None if interval is None else interval.low if c > 0 else interval.high
            if interval is None or not isinstance(end, Fraction):
                return None
            low += c * end
            is_open = is_open or (interval.low_open if c > 0 else interval.high_open)
        return low, is_open

    def _interval_of(self, atom: Atom) -> Interval | None:
        if atom.op == "parameter":
            return self._intervals[str(atom.data)]
        if atom.op == "classes":
            return _FROM_TWO
        is_share = atom.op in ("softmax", "sigmoid") or (atom.op == "take" and _op_inside(atom) == "softmax")
        return _SHARE if is_share else None

    def is_positive_atom(self, atom: Atom) -> bool:
        """Whether an atom is plainly > 0."""
        if atom.op in ("softmax", "exp", "sigmoid", "softplus", "cosh", "classes"):
            return True
        if atom.op == "parameter":
            low = self._lower(single(atom))
            return low is not None and (low[0] > 0 or (low[0] == 0 and low[1]))
        if atom.op == "entmax":
            return self.is_below(atom.args[1], 1, strictly=False)
        if atom.op == "maximum":
            return any(map(self.is_positive, atom.args))
        return atom.op in ("take", "total", "sum", "first", "second") and self.is_positive(atom.args[0])


def _op_inside(atom: Atom) -> str:
    ((monomial, _),) = atom.args[0].terms.items()
    return monomial[0][0].op
