"""Powers of powers as one operator, where that shows how smooth a formula is.

    sqrt(x**2) = |x|,  (x**4)**(3/2) = x**6,  sqrt(v)**2 = v,  sqrt(v)**3 = v**(3/2)  for v that is plainly >= 0.

They are the same functions, at every z.  |x|**k and v**k, v >= 0, are two operators at once that readings need
together: |x|**3 is twice continuously differentiable, and |x| is not.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from symcheck.language.nonnegative import Nonnegative, is_positive
from symcheck.language.term import Term, entrywise

HALF: Final = Fraction(1, 2)


class JoinedPowers:
    """The rules for the terms of one formula, in scopes with this one number of ``classes``, or with several."""

    def __init__(self, classes: int | None) -> None:
        self._nonnegative = Nonnegative(classes)

    def of(self, op: str, args: list[Term]) -> Term | None:
        """What ``op`` of ``args`` is written as, None if it stays as it is."""
        if op in ("abs", "relu"):
            return self._of_sign(op, self._core(args[0]))
        if op == "sqrt":
            return self._power(self._core(args[0]), HALF)
        if op == "pow":
            exponent = self._number(args[1])
            return None if exponent is None else self._power(self._core(args[0]), exponent, is_written=True)
        return self._product(*map(self._core, args)) if op == "mul" else None

    def _of_sign(self, op: str, x: Term) -> Term | None:
        """|x| and relu(x): x itself for x >= 0, and |u|**k for |u**k|."""
        if self._nonnegative.holds(x):
            return x
        inner, k = self._base_of_abs(x)
        # |u**n| = |u|**n; relu(u**n) for an odd n changes sign with u, and stays.
        return None if op == "relu" or inner is x else self._of_abs(inner, k)

    def _product(self, x: Term, y: Term) -> Term | None:
        """v**s v**t, and |u|**s u**2, of one and the same v >= 0 or u."""
        roots = [self._root(a) for a in (x, y)]
        bases = [a if root is None else root[0] for a, root in zip((x, y), roots, strict=True)]
        if any(roots) and bases[0] is bases[1]:
            s, t = (Fraction(1) if root is None else root[1] for root in roots)
            return self._raised(bases[0], s + t)
        powers = [(a.args[0], Fraction(1)) if a.op == "abs" else self._even_power(a) for a in (x, y)]
        if not {x.op, y.op} & {"abs", "abs_power"} or None in powers:
            return None
        (u, s), (v, t) = (p for p in powers if p is not None)
        return self._of_abs(u, s + t) if u is v else None

    def _power(self, x: Term, r: Fraction, *, is_written: bool = False) -> Term | None:
        """x**r, ``is_written`` with this exponent, if x is |u|, an even power, or a power of what is >= 0."""
        # abs(x)**k needs the joint operator for every k; sqrt(abs(x)) is no smoother as one.
        if x.op == "abs" and is_written:
            return entrywise("abs_power", x.args[0], r)
        if r <= 0:
            return None
        even = self._even_power(x)
        # (u**2)**r with a whole r > 0 is a polynomial of u, which every reading knows as it is.
        if even is not None and (r.denominator > 1 or x.op == "abs_power"):
            return self._of_abs(even[0], even[1] * r)
        inner = self._root(x)
        if inner is not None:
            return self._raised(inner[0], inner[1] * r)
        # Where v is 0 the power still has a derivative for r > 1, which exp(r log(v)) would not show; v > 0 needs no
        # help.
        if is_written and r.denominator > 1 and r > 1 and self._nonnegative.holds(x) and not is_positive(x):
            return self._raised(x, r)
        return None

    def _even_power(self, x: Term) -> tuple[Term, Fraction] | None:
        """The u and k > 0 of x = |u|**k, written so or as an even power."""
        if x.op == "mul" and x.args[0] is x.args[1]:
            return x.args[0], Fraction(2)
        k = self._number(x.args[1]) if x.op in ("pow", "abs_power") else None
        if k is None or k <= 0 or (x.op == "pow" and (k.denominator > 1 or k % 2)):
            return None
        return x.args[0], k

    def _root(self, x: Term) -> tuple[Term, Fraction] | None:
        """The v >= 0 and s > 0 of x = v**s, where s is no whole number."""
        s = HALF if x.op == "sqrt" else self._number(x.args[1]) if x.op in ("pow", "nonnegative_power") else None
        if s is None or s <= 0 or s.denominator == 1 or not self._nonnegative.holds(self._core(x.args[0])):
            return None
        return self._core(x.args[0]), s

    def _of_abs(self, u: Term, k: Fraction) -> Term:
        """|u|**k."""
        u, n = self._base_of_abs(u)
        k *= n
        if k == 1:
            return entrywise("abs", u)
        # An even power of |u| is the polynomial u**k, smooth at 0 for a reason that every reading sees.
        return entrywise("pow" if k.denominator == 1 and k % 2 == 0 else "abs_power", u, k)

    def _base_of_abs(self, x: Term) -> tuple[Term, Fraction]:
        """The u and n of |x| = |u|**n, n a whole number."""
        n = Fraction(1)
        while True:
            x = self._core(x)
            k = self._number(x.args[1]) if x.op == "pow" else None
            if k is not None and k.denominator == 1 and k > 1:
                x, n = x.args[0], n * k
            elif x.op in ("neg", "abs"):
                x = x.args[0]
            else:
                return x, n

    def _raised(self, v: Term, k: Fraction) -> Term:
        """v**k for v >= 0."""
        even = self._even_power(v)
        if even is not None:
            return self._of_abs(even[0], even[1] * k)
        if k == 1:
            return v
        return entrywise("pow" if k.denominator == 1 else "nonnegative_power", v, k)

    def _number(self, x: Term) -> Fraction | None:
        return self._nonnegative.number(x)

    def _core(self, x: Term) -> Term:
        """x without a number 0 that is added and a number 1 that it is multiplied with."""
        # (z + 0)**2 and z**2 have to be seen as powers of one base, which is compared by identity.
        while len(x.args) == 2:
            left, right = (self._number(a) for a in x.args)
            if (x.op in ("add", "sub") and right == 0) or (x.op in ("mul", "div", "pow") and right == 1):
                x = x.args[0]
            elif (x.op == "add" and left == 0) or (x.op == "mul" and left == 1):
                x = x.args[1]
            else:
                break
        return x
