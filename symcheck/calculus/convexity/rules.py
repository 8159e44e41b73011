"""The rules of convexity: which combinations are convex in z, by composition of operators.

    affine;  c f, c >= 0;  f + g;  sum_i f_i;  max f_i;  log sum_i exp f_i
    h(f), h convex, and f affine, or f convex and h rising on its range, or f concave and h falling there
    log f, f a sum of log-convex terms;  (sum f_i^k)^(1/k), f_i >= 0 convex, k >= 1;  z'Qz, Q positive definite

The last two are where a Hessian D - vv' with D diagonal is positive semidefinite: for F = sum_i f_i with
f_i f_i'' >= c f_i'^2 the Cauchy-Schwarz inequality gives F D^2 F >= c grad F grad F'.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field as made

from symcheck.calculus.convexity.bounds import Bounds, bounds, is_nonnegative, is_positive
from symcheck.calculus.convexity.combination import Atom, Combination, moves
from symcheck.calculus.convexity.functions import at, bases, is_function
from symcheck.calculus.convexity.one_variable import Shown, convex_on
from symcheck.constants.field import Constant, Field
from symcheck.constants.sign import Kind
from symcheck.derivation import Derivation, Step
from symcheck.reason import Undecided

MOST_DEEP = 40
"""Rules are applied inside each other so often at most."""


@dataclass(frozen=True)
class Why:
    """The steps that show something convex, and whether no ball was needed."""

    steps: Derivation = ()
    exact: bool = True

    def then(self, step: Step, *, exact: bool = True) -> Why:
        return Why((*self.steps, step), self.exact and exact)


def together(found: list[Why], *more: Step) -> Why:
    """All the steps of ``found``, none twice, and then ``more``."""
    steps = dict.fromkeys(step for why in found for step in why.steps)
    return Why((*steps, *more), all(why.exact for why in found))


LOGITS = frozenset({"own", "entry", "first", "second"})
SUMS = {
    "others": "a sum over the other classes",
    "all": "a sum over the classes",
    "pairs": "a sum over pairs of classes",
}
RISING = {
    "lse": "log sum exp of convex functions",
    "lse_others": "log sum exp of convex functions",
    "amax": "the largest of convex functions",
    "amax_others": "the largest of convex functions",
    "larger": "the larger of convex functions",
}
"""Operators that are convex and rise in each argument."""

RISING_FUNCTIONS = frozenset({"exp", "softplus", "relu"})


@dataclass
class Rules:
    """What is shown of combinations over one field; every result is kept."""

    field: Field
    known: dict[str, Why | None] = made(default_factory=dict)
    depth: int = 0

    def convex(self, u: Combination) -> Why | None:
        """Why ``u`` is convex in z, for every class where it has a free index; None if no rule shows it."""
        if u.key not in self.known:
            if self.depth > MOST_DEEP:
                return None
            self.depth += 1
            try:
                self.known[u.key] = self._convex(u)
            finally:
                self.depth -= 1
        return self.known[u.key]

    def concave(self, u: Combination) -> Why | None:
        """Why ``u`` is concave."""
        return self.convex(u.times(self.field.number(-1)))

    def is_affine(self, u: Combination) -> bool:
        """Whether ``u`` is affine in z by its form."""
        return all(self._is_affine(a) for a, _ in u.terms)

    def _is_affine(self, a: Atom) -> bool:
        if a.kind in LOGITS:
            return True
        return a.kind in (*SUMS, "apply") and all(self.is_affine(x) for x in a.args)

    # sums

    def _convex(self, u: Combination) -> Why | None:
        curved = [(a, c) for a, c in u.terms if not self._is_affine(a)]
        if not curved:
            return Why() if u.is_constant else Why((Step(u.text(), "affine", "affine in z"),))
        found = [self._term(a, c) for a, c in curved]
        if all(why is not None for why in found):
            whys = [why for why in found if why is not None]
            if len(u.terms) == 1 and len(curved) == 1:
                return together(whys)
            return together(
                whys, Step(u.text(), "convex", "nonnegative multiples of convex functions, and affine ones")
            )
        bad = [a for (a, _), why in zip(curved, found, strict=True) if why is None]
        return self._grouped(u, bad) or self._merged(u, bad)

    def _term(self, a: Atom, c: Constant) -> Why | None:
        """Why c a is convex, by the sign of c."""
        sign = self.field.sign(c)
        if sign.nonnegative and (why := self._atom(a)) is not None:
            return self._scaled(why, c, sign.steps, exact=sign.exact)
        if sign.nonpositive and (why := self._concave_atom(a)) is not None:
            return self._scaled(why, c, sign.steps, exact=sign.exact)
        if a.kind in SUMS and c.rational != 1 and not moves(c):  # c w[i] under another sum over i is not c w[i]
            inner = self.convex(a.args[0].times(c))
            if inner is not None:
                return inner.then(Step(Combination.of(self.field, a).times(c).text(), "convex", SUMS[a.kind]))
        return None

    def _scaled(self, why: Why, c: Constant, lines: tuple[str, ...], *, exact: bool) -> Why:
        if c.rational is not None:
            return why
        return together([why, Why(tuple(Step(f"sign of {c.text()}", line) for line in lines[-1:]), exact)])

    def _merged(self, u: Combination, bad: list[Atom]) -> Why | None:
        """Sums over the same classes taken together."""
        for kind, by in SUMS.items():
            sums = [(a, c) for a, c in u.terms if a.kind == kind]
            if len(sums) < 2 or not any(a.kind == kind for a in bad) or any(moves(c) for _, c in sums):
                continue
            inner = Combination(self.field, self.field.zero)
            for a, c in sums:
                inner = inner + a.args[0].times(c)
            rest = u.part((a, c) for a, c in u.terms if a.kind != kind)
            whys = [self.convex(inner), self.convex(rest)]
            if all(why is not None for why in whys):
                return together([w for w in whys if w is not None], Step(u.text(), "convex", f"{by}, taken together"))
        return None

    # functions of one quantity

    def _grouped(self, u: Combination, bad: list[Atom]) -> Why | None:
        """Terms that are functions of one base, with a multiple of the base itself, taken as one function of it."""
        inside = bases(u.part((a, c) for a, c in u.terms if any(a.key == b.key for b in bad)))
        inside.sort(key=lambda base: not self.is_affine(base))
        for base in inside:
            members = [(a, c) for a, c in u.terms if is_function(a, base)]
            if not any(a.key == b.key for a, _ in members for b in bad):
                continue
            for share in self._shares(u, base, members):
                why = self._as_function(u, base, members, share)
                if why is not None:
                    return why
        return None

    def _shares(self, u: Combination, base: Combination, members: list[tuple[Atom, Constant]]) -> list[Constant]:
        """Multiples of the base that go with its functions: what is left should have none of its curved atoms."""
        zero = self.field.zero
        if self.is_affine(base):
            return [zero]
        found = [zero]
        for a, c in base.terms:
            own = u.coefficient(a)
            if self._is_affine(a) or own is None or any(a.key == m.key for m, _ in members):
                continue
            try:
                found.insert(0, own / c)
            except Undecided:
                continue
        return found

    def _as_function(
        self, u: Combination, base: Combination, members: list[tuple[Atom, Constant]], share: Constant
    ) -> Why | None:
        group = u.part(members) + base.times(share)
        rest = u - group
        if any(a.key == b.key for a, _ in rest.terms for b, _ in members):
            return None
        why = self._function(group, base)
        if why is None:
            return None
        left = self.convex(rest)
        if left is None:
            return None
        if rest.is_constant:
            return why
        return together([why, left], Step(u.text(), "convex", "a sum of convex functions"))

    def _function(self, group: Combination, base: Combination) -> Why | None:
        """``group`` = h(base): h convex, and the base affine, or convex and h rising, or concave and h falling."""

        def h(t: Constant) -> Constant:
            return at(group, base, t)

        where = bounds(base)
        if self.is_affine(base):
            shown = convex_on(self.field, h, where, increasing=False)
            return None if shown is None else self._told(Why(), group, base, shown, "of an affine function")
        margin = self._margin(base)
        if margin is not None and (inner := self.convex(margin[0])) is not None:
            shown = convex_on(self.field, lambda s: h(margin[1](s)), Bounds(), increasing=True)
            if shown is not None:
                return self._told(inner, group, margin[0], shown, "and rises, of a convex function")
        inner = self.convex(base)
        if inner is not None:
            shown = convex_on(self.field, h, where, increasing=True)
            if shown is not None:
                return self._told(inner, group, base, shown, "and rises, of a convex function")
        inner = self.concave(base)
        if inner is not None:
            turned = where.times(self.field.number(-1), self.field)
            shown = convex_on(self.field, lambda t: h(-t), turned, increasing=True)
            if shown is not None:
                return self._told(inner, group, base, shown, "and falls, of a concave function")
        return None

    def _margin(self, base: Combination) -> tuple[Combination, Callable[[Constant], Constant]] | None:
        """s = log sum_{i != y} exp(v_i) - v_y and t(s) = c log(1 + e^s) + b, for a base c (logsumexp(v) - v_y) + b.

        h(t) may be convex in s where h is not in t: for c = 1 where h'' + h'/(e^t - 1) >= 0.
        """
        for a, c in base.terms:
            if a.kind != "lse":
                continue
            own, other = a.args
            spread = Combination.of(self.field, a) - own
            rest = base - spread.times(c)
            if not rest.is_constant:
                continue
            s = Combination.of(self.field, Atom("lse_others", (other,))) - own

            def t(s: Constant, c: Constant = c, b: Constant = rest.constant) -> Constant:
                return c * self.field.log(1 + self.field.exp(s)) + b

            return s, t
        return None

    def _told(self, inner: Why, group: Combination, base: Combination, shown: Shown, how: str) -> Why:
        lines = tuple(Step(f"h(t) = {group.text()}, t = {base.text()}", line) for line in shown.lines)
        why = together([inner, Why(lines, shown.exact)])
        return why.then(Step(group.text(), "convex", f"a function that is convex by its second derivative {how}"))

    # atoms

    def _atom(self, a: Atom) -> Why | None:
        """Why the atom is convex by a rule for its operator."""
        whys: list[Why | None]
        if self._is_affine(a):
            return Why()
        by = ""
        if a.kind in SUMS:
            whys, by = [self.convex(a.args[0])], SUMS[a.kind]
        elif a.kind in RISING:
            whys, by = [self.convex(x) for x in a.args], RISING[a.kind]
        elif a.kind in RISING_FUNCTIONS:
            whys, by = [self.convex(a.args[0])], f"{a.kind} is convex and rises"
        elif a.kind in ("abs", "cosh") and self.is_affine(a.args[0]):
            whys, by = [Why()], f"{a.kind} is convex"
        elif a.kind in ("abs", "cosh") and is_nonnegative(a.args[0]):
            whys, by = [self.convex(a.args[0])], f"{a.kind} is convex and rises where its argument is not negative"
        elif a.kind == "log":
            whys, by = [self._log_convex(a.args[0])], "the logarithm of a sum of log-convex functions"
        elif a.kind == "power":
            whys, by = self._power(a)
        elif a.kind == "apply" and self._entries_nonnegative(a):
            whys, by = [self.convex(x) for x in a.args], f"the entries of {a.array.name if a.array else ''} are >= 0"
        elif a.kind == "form" and all(self.is_affine(x) for x in a.args):
            whys, by = [Why()], f"{a.array.name if a.array else ''} is declared to be positive definite"
        else:
            return None
        if not all(why is not None for why in whys):
            return None
        return together([w for w in whys if w is not None], Step(a.text(), "convex", by))

    def _concave_atom(self, a: Atom) -> Why | None:
        """Why the atom is concave by a rule for its operator."""
        why: Why | None = None
        by = ""
        if a.kind in SUMS:
            why, by = self.concave(a.args[0]), SUMS[a.kind]
        elif a.kind == "log":
            why, by = self.concave(a.args[0]), "log is concave and rises"
        elif a.kind == "power" and self._is_root(a.exponent) and is_nonnegative(a.args[0]):
            why, by = self.concave(a.args[0]), "a power with an exponent from 0 to 1 is concave and rises"
        return None if why is None else why.then(Step(a.text(), "concave", by))

    def _is_root(self, e: Constant | None) -> bool:
        return e is not None and self._is_nonnegative(e) and self._is_nonnegative(1 - e)

    def _is_nonnegative(self, c: Constant) -> bool:
        return self.field.sign(c).nonnegative

    def _entries_nonnegative(self, a: Atom) -> bool:
        low = None if a.array is None else a.array.interval.low
        values = () if a.array is None or a.array.values is None else a.array.values
        return (low is not None and low >= 0) or (bool(values) and all(x >= 0 for row in values for x in row))

    def _power(self, a: Atom) -> tuple[list[Why | None], str]:
        assert a.exponent is not None
        x, e = a.args[0], a.exponent
        whole = e.rational
        if whole is not None and whole.denominator == 1 and whole > 0 and whole % 2 == 0 and self.is_affine(x):
            return [Why()], "an even power of an affine function"
        if self._is_nonnegative(e - 1) and is_nonnegative(x):
            return [self.convex(x)], "a power with an exponent >= 1 is convex and rises where its base is not negative"
        if self._is_nonnegative(-e) and is_positive(x):
            return [self.concave(x)], "a power with an exponent <= 0 is convex and falls where its base is positive"
        if self.field.sign(e).kind is Kind.POSITIVE and self._is_nonnegative(1 - e):
            return [self._roots(x, e)], "a norm of convex functions that are not negative: Minkowski's inequality"
        return [None], ""

    def _roots(self, x: Combination, e: Constant) -> Why | None:
        """Why x is a sum of terms >= 0 whose powers with the exponent ``e`` in (0, 1] are convex."""
        if not self._is_nonnegative(x.constant):
            return None
        found: list[Why] = []
        for a, c in x.terms:
            why = self._root(a, e) if self._is_nonnegative(c) else None
            if why is None:
                return None
            found.append(why)
        return together(found)

    def _root(self, a: Atom, e: Constant) -> Why | None:
        if a.kind in SUMS:
            return self._roots(a.args[0], e)
        if a.kind == "exp":
            return self.convex(a.args[0])
        if a.kind == "form" and all(self.is_affine(x) for x in a.args):
            return Why() if self._is_nonnegative(2 * e - 1) else None
        if a.kind == "power" and a.exponent is not None and self._is_nonnegative(e * a.exponent - 1):
            x, whole = a.args[0], a.exponent.rational
            even = whole is not None and whole.denominator == 1 and whole % 2 == 0
            if even and self.is_affine(x):
                return Why((Step(x.text(), "affine", "affine in z, so that its absolute value is convex"),))
            if is_nonnegative(x):
                return self.convex(x)
        return None

    # logarithms

    def _log_convex(self, x: Combination) -> Why | None:
        """Why x > 0 is a sum of functions whose logarithms are convex."""
        if not is_positive(x) or not self._is_nonnegative(x.constant):
            return None
        found = []
        for a, c in x.terms:
            why = self._log_convex_atom(a) if self._is_nonnegative(c) else None
            if why is None:
                return None
            found.append(why)
        return together(found)

    def _log_convex_atom(self, a: Atom) -> Why | None:
        x = a.args[0] if a.args else None
        if x is None:
            return None
        if a.kind == "exp":
            return self.convex(x)
        if a.kind == "cosh" and self.is_affine(x):
            return Why((Step(a.text(), "log-convex", "half the sum of exponentials of affine functions"),))
        if a.kind in SUMS:
            return self._log_convex(x)
        if a.kind == "product":
            whys = [self._log_convex(y) for y in a.args]
            return together([w for w in whys if w is not None]) if all(w is not None for w in whys) else None
        if a.kind == "power" and a.exponent is not None:
            if self._is_nonnegative(a.exponent):
                return self._log_convex(x)
            if self._is_nonnegative(-a.exponent) and is_positive(x):
                return self.concave(x)
        return None
