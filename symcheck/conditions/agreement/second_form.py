"""A second canonical form: SymPy's own polynomials decide whether the two expansions of a formula are equal.

The judge computes with FLINT.  Here the difference of the jet's and the orbit's entries is written in
generators, and the numerator of that fraction is computed by ``sympy.polys``: 0 is a proof of equality that
rests on no line of code of the first one.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain, combinations
from math import lcm

import sympy
from sympy import Expr
from sympy.polys.fields import field as fraction_field
from sympy.polys.polyerrors import PolynomialError

from symcheck.conditions.agreement.agreed import Agreed
from symcheck.conditions.agreement.comparison import entries_of
from symcheck.field.symbols import C_SYMBOL, symbol_of
from symcheck.language.scope import Scope


def unconfirmed(agreed: Agreed) -> tuple[str, ...]:
    """The entries (value, g_y, ..., h_kl) whose two derivations the second form does not show to be equal."""
    form = SecondForm(agreed.field.scope)
    pairs = entries_of(agreed.constants, agreed.shown)
    return tuple(n for n, by_jet, by_orbit in pairs if not form.is_zero(by_jet.sympy() - by_orbit))


MOST_BOUNDED = 3
"""So many parameters of a polynomial are looked at from either end of their intervals."""


class SecondForm:
    """Zero tests for constants of ``scope``, written in SymPy.

    C is its least value plus a number d >= 0 and a parameter its lower end plus one, so that a polynomial whose
    coefficients are all positive is positive; powers and logarithms are split over such factors only.
    """

    def __init__(self, scope: Scope) -> None:
        self.shift: dict[Expr, Expr] = {C_SYMBOL: sympy.Dummy("d", nonnegative=True) + scope.classes.low}
        self.widths: dict[Expr, Expr] = {}
        for p in scope.parameters:
            step = sympy.Dummy(p.name, nonnegative=True)
            low, high = (None if x is None else sympy.Rational(str(x)) for x in (p.interval.low, p.interval.high))
            if low is not None:
                self.shift[symbol_of(p)] = low + step
                if high is not None:
                    self.widths[step] = high - low
            elif high is not None:
                self.shift[symbol_of(p)] = high - step
        self.logs: dict[Expr, Expr] = {}
        self.powers: dict[tuple[Expr, Expr], Expr] = {}
        self.seen: dict[Expr, Expr] = {}

    def is_zero(self, e: Expr) -> bool:
        """Whether the second form of ``e`` is 0: True is a proof, False proves nothing."""
        try:
            # simplify is not asked: it fails to see zeros, and what it does changes between versions of SymPy.
            flat = self._flat(e.xreplace(self.shift))
            return self._is_zero(flat)
        except (PolynomialError, ValueError, NotImplementedError):
            # No second form proves nothing: the first one stands, unconfirmed.
            return False

    def _is_zero(self, flat: Expr) -> bool:
        """The numerator of ``flat`` over all generators, and over r**n - f for each n-th root r of a factor f."""
        whole: dict[Expr, Expr] = {}
        relations: dict[Expr, Expr] = {}
        for (f, unit), g in self.powers.items():
            order = lcm(*(int(x.exp.q) for x in flat.atoms(sympy.Pow) if x.base == g))
            root = sympy.Dummy(positive=True)
            whole[g] = root**order
            # r = f**(1/n) is not free: r**n = f.  The generator of e is, as e occurs nowhere else.
            if unit == 1 and f is not sympy.E and flat.has(g):
                relations[root] = root**order - f
        flat, *relative = (r.xreplace(whole) for r in (flat, *relations.values()))
        others = set().union(*(r.free_symbols for r in (flat, *relative))) - set(relations)
        gens = [*relations, *sorted(others, key=str), sympy.Dummy()]
        ring = fraction_field(gens, sympy.QQ)[0]
        numerator = ring.from_expr(flat).numer
        divisors = [ring.from_expr(r).numer for r in relative]
        # Division by several polynomials leaves a remainder that depends on their order; 0 is a proof all the same.
        return not (numerator.rem(divisors) if divisors else numerator)

    def _flat(self, e: Expr) -> Expr:
        """``e`` as an expression in which only symbols have powers that are not whole numbers."""
        known = self.seen.get(e)
        if known is None:
            known = self.seen[e] = self._flattened(e)
        return known

    def _flattened(self, e: Expr) -> Expr:
        if e.is_Atom and e is not sympy.E:
            return e
        if e.is_Add or e.is_Mul:
            return e.func(*map(self._flat, e.args))
        if e is sympy.E or isinstance(e, sympy.exp):
            return self._exp(_spread(self._flat(e.args[0] if e.args else sympy.S.One)))
        if isinstance(e, sympy.log):
            return sympy.Add(*(k * self._log(f) for f, k in self._factors(self._flat(e.args[0]))))
        if not e.is_Pow:
            raise NotImplementedError(f"{type(e).__name__} has no second form")
        base, exponent = map(self._flat, e.args)
        if exponent.is_Integer:
            return base**exponent
        return sympy.Mul(*(self._power(f, k * exponent) for f, k in self._factors(base)))

    def _exp(self, exponent: Expr) -> Expr:
        """exp of a sum of terms; exp(c log f) is f**c."""
        of_log = {symbol: f for f, symbol in self.logs.items()}
        out = sympy.S.One
        for term in sympy.Add.make_args(exponent):
            logs = [s for s in term.free_symbols if s in of_log and sympy.degree(term, s) == 1]
            out *= self._power(of_log[logs[0]], term / logs[0]) if len(logs) == 1 else self._power(sympy.E, term)
        return out

    def _power(self, f: Expr, exponent: Expr) -> Expr:
        """f**exponent as a product of powers of one generator for each term of the exponent."""
        out = sympy.S.One
        for term in sympy.Add.make_args(_spread(exponent)):
            number, unit = term.as_coeff_Mul()
            if unit == 1 and number.is_Integer and f is not sympy.E:
                out *= f**number
            else:
                out *= self.powers.setdefault((f, unit), sympy.Dummy(positive=True)) ** number
        return out

    def _log(self, f: Expr) -> Expr:
        if f not in self.logs:
            self.logs[f] = sympy.Dummy(positive=True) if self._is_above_one(f) else sympy.Dummy(real=True)
        return self.logs[f]

    def _factors(self, b: Expr) -> Iterable[tuple[Expr, int]]:
        """The positive ``b`` as factors with multiplicities: primes, polynomials shown positive, and what is left."""
        rest = sympy.S.One
        for side, sign in zip(sympy.fraction(sympy.together(b)), (1, -1), strict=True):
            content, found = sympy.factor_list(side)
            rest *= sympy.sign(content)
            for prime, k in sympy.factorint(abs(content)).items() if content.is_Rational else ():
                yield sympy.Integer(prime), k * sign
            for f, k in found:
                oriented = self._oriented(f)
                if oriented is None:
                    rest *= f ** (k * sign)
                else:
                    rest *= (oriented / f) ** k
                    yield oriented, k * sign
        rest = sympy.expand(sympy.cancel(rest))
        if rest != 1:
            # log(1/b) = -log(b): one of the two is the generator, or b and 1/b would get independent ones.
            above, below = sympy.fraction(rest)
            is_turned = sympy.default_sort_key(above) < sympy.default_sort_key(below)
            yield (below / above, -1) if is_turned else (rest, 1)

    def _oriented(self, f: Expr) -> Expr | None:
        """``f`` or ``-f``, whichever has only positive coefficients, counted from one of the ends of each interval."""
        if not all(s.is_nonnegative for s in f.free_symbols):
            return None
        bounded = sorted(f.free_symbols & set(self.widths), key=str)[:MOST_BOUNDED]
        for mirrored in chain.from_iterable(combinations(bounded, n) for n in range(len(bounded) + 1)):
            seen = f.subs({s: self.widths[s] - s for s in mirrored})
            signs = {bool(c > 0) for c in sympy.Poly(seen, *f.free_symbols).coeffs()}
            if len(signs) == 1:
                return f if signs == {True} else sympy.expand(-f)
        return None

    def _is_above_one(self, f: Expr) -> bool:
        """Whether ``f`` > 1 by its coefficients, so that log f > 0."""
        least = f.xreplace(dict.fromkeys(f.free_symbols, sympy.S.Zero))
        grows = f.is_Rational or all(c > 0 for c in sympy.Poly(f).coeffs())
        return bool(least > 1) and grows and all(s.is_nonnegative for s in f.free_symbols)


def _spread(exponent: Expr) -> Expr:
    """A rational function as a sum of terms: its polynomial part, and the rest over the denominator."""
    above, below = sympy.fraction(sympy.cancel(exponent))
    if not below.free_symbols:
        return sympy.expand(exponent)
    (whole,), rest = sympy.reduced(above, [below], *sorted(above.free_symbols | below.free_symbols, key=str))
    return sympy.expand(whole) + sympy.Add(*(t / below for t in sympy.Add.make_args(sympy.expand(rest))))
