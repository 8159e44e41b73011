"""Formulas, and ways of computing with them that share nothing with the readings but the formula."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import SimpleNamespace

import mpmath
import pytest
import sympy
from flint import arb, ctx

from symcheck.language.formula import Formula, symbols
from symcheck.language.functions import abs as absolute
from symcheck.language.functions import (
    amax,
    amin,
    arccos,
    arctan,
    branch,
    centred_onehot,
    clamp,
    cos,
    cosh,
    erf,
    exp,
    first,
    log,
    log_softmax,
    logsumexp,
    maximum,
    mean,
    minimum,
    onehot,
    onehot_argmax,
    pair_total,
    product,
    relu,
    second,
    sigmoid,
    sin,
    softmax,
    softplus,
    sqrt,
    tanh,
    total,
)  # fmt: skip
from symcheck.language.parameter import Parameter
from symcheck.language.reading import Reading
from symcheck.language.scope import Scope
from symcheck.language.term import Term
from tests.definitions import shares


@dataclass(frozen=True)
class Case:
    """A formula, values for its parameters, and kappa and c of THEORY 3 (b_y = -kappa o_y + c 1) where known."""

    name: str
    formula: Formula
    values: Mapping[str, Fraction]
    kappa: str = ""
    c: str = "0"

    @property
    def scope(self) -> Scope:
        return Scope(parameters=self.formula.parameters)

    def __repr__(self) -> str:
        return self.name


def _cases() -> list[Case]:
    z, y = symbols()
    p, others = softmax(z), 1 - onehot(y)
    q = Parameter("q", above=0, at_most=1)
    gamma, lam = Parameter("gamma", at_least=0), Parameter("lam", above=0)
    r, a = Parameter("r", at_least=0, below=1), Parameter("a", above=-1, below=1)
    n = Parameter("n", at_least=1, integer=True)
    values = {"q": "7/10", "gamma": "5/2", "lam": "3/7", "r": "1/10", "a": "-2/7", "n": "3"}
    cross_entropy = logsumexp(z) - z[y]

    def case(name: str, term: Term, kappa: str = "", c: str = "0") -> Case:
        formula = Formula.of(term)
        return Case(name, formula, {x.name: Fraction(values[x.name]) for x in formula.parameters}, kappa, c)

    return [
        # kappa as in THEORY 3, "Samples" and "Rules"; c = mean(b_y)
        case("unhinged", mean(z) - z[y], "1"),
        case("cross entropy", cross_entropy, "1"),
        case("cross entropy, -log p_y", -log(p[y]), "1"),
        case("mae, 2 - 2 p_y", 2 - 2 * p[y], "2/C"),
        case("mae, total of |p - e_y|", total(absolute(p - onehot(y))), "2/C"),
        case("gce", (1 - p[y] ** q) / q, "C**(-q)"),
        case("sce", cross_entropy + lam * (1 - p[y]), "1 + lam/C"),
        # THEORY 3 has (1 - 1/C)^gamma + gamma (1 - 1/C)^(gamma - 1) log(C)/C; here 1 - 1/C is written (C - 1)/C
        case(
            "focal",
            -((1 - p[y]) ** gamma) * log(p[y]),
            "((C - 1)**gamma + gamma*(C - 1)**gamma*log(C)/(C - 1))/C**gamma",
        ),
        case("label smoothing", -(1 - r) * log_softmax(z)[y] - r * mean(log_softmax(z)), "1 - r"),
        case("square, centred one-hot", total((z - centred_onehot(y)) ** 2) / 2, "1"),
        case("square, plain one-hot", total((z - onehot(y)) ** 2) / 2, "1", "-1/C"),
        case("brier", total((p - onehot(y)) ** 2), "2/C"),
        case("one-vs-rest logistic", softplus(-z[y]) + total(others * softplus(z)), "1", "1/2 - 1/C"),
        case("nce", log_softmax(z)[y] / total(log_softmax(z)), "1/(C*log(C))"),
        case("l2", total(z**2) / 2, "0"),
        case("quartic", total(z**4), "0"),
        case("entropy", total(p * log_softmax(z)), "0"),
        case("KL(u||p)", -mean(log_softmax(z)) - log(z.C), "0"),
        case("log cosh", total(log(cosh(z))), "0"),
        case("pairwise exponential", total(others * exp(z - z[y])), "C"),  # the rule of pairwise logistic, phi'(0) = 1
        case("pairwise logistic", total(others * softplus(z - z[y])), "C/2"),
        case("weston-watkins", total(others * relu(1 + z - z[y])), "C"),
        # nothing known, read all the same
        case("nested powers", (1 + p[y] ** q) ** (q - 2) * sqrt(1 + total(z**2))),
        case("powers of C", (z.C + z[y]) ** q * z.C ** (q - 1) + p[y] ** (1 / z.C)),
        case("exponent that moves", total((1 + p) ** z) + p[y] ** p[y]),
        case("quotient of sums", (1 + 2 * p[y]) / (total(p**2) + gamma) - 1 / (1 - p[y])),
        case("functions of numbers", tanh(z[y] + 1) + total(sigmoid(z - a) * cosh(z + a)) + log(log(z.C + 2) + p[y])),
        case("whole powers", (1 + z[y] - p[y]) ** n + (2 - p[y]) ** 15 + (1 + p[y]) ** -3),
        case("branches of numbers", total(absolute(z - 2)) * relu(lam) + relu(z[y] + 1) - absolute(-lam) * p[y]),
        case("relu of constants", total(relu(onehot(y)) * z) ** 2 + total(absolute(onehot(y) - 1) * p)),
        case("roots", sqrt(2) * sqrt(2 + z[y]) * sqrt(p[y]) * sqrt(mean(p))),
        # the rest of the vocabulary, with branches that are settled at 0 for every C
        case("sums without the label", total(p**q, but=y) - mean(z * p, but=y) * total(p**2, but=y)),
        case("logsumexp without the label", logsumexp(z, but=y) - z[y], "C/(C - 1)"),
        case("products", product(1 + p) * product(p, but=y) ** a - product(2 - z, but=y)),
        case("larger and smaller", maximum(p[y] - 2, z[y] ** 2 * p[y] - 1) + minimum(z[y] + 1, z.C) * p[y]),
        case("clamped", total(clamp(z * p, -lam - 1, 1) * (z + 1)) - clamp(p[y], high=2) ** 2),
        case("branches", branch(2 - p[y], -log(p[y]), 7) + total(branch(onehot(y) - 1, z, p**2) * z)),
        case("branches of entries", total(branch(p - 2 * onehot(y), exp(z), z * p))),
        case("the largest one", amax(p + onehot(y)) * z[y] - amin(p - onehot(y)) ** 2 + amin(z - onehot(y)) * p[y]),
        case("where the largest one is", total(onehot_argmax(z + 2 * onehot(y)) * p)),
        case(
            "pairs", pair_total((first(z) - second(z)) ** 2 * first(p)) + pair_total(first(p) ** q * second(z) + p[y])
        ),
        case("pairs with the label", pair_total(first(onehot(y)) * softplus(second(z) - first(z))), "C/2"),
        case("arc cosines", arccos(-p[y] * lam / (1 + lam)) ** q + total(z * arccos(p / 2)) * arccos(z[y])),
        # d sin(z) = 1, d erf(z) = 2/sqrt(pi), d arctan(1 + z) = 1/2 at 0
        case("sines", -sin(z[y]) + mean(sin(z)), "1"),
        case("error functions", total(others * erf(z - z[y])), "2*C/sqrt(pi)"),
        case("arc tangents", total(others * arctan(1 + z - z[y])), "C/2"),
        case("cosines", cos(arccos(p[y]) + lam) * cos(z[y] + q) + total(sin(2 * z + lam) * cos(p * z))),
        case("functions of functions", erf(sin(z[y]) + arctan(lam)) ** 2 + total(arctan(cos(z) / 3) * erf(p - q))),
    ]


CASES = _cases()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "known" in metafunc.fixturenames:
        metafunc.parametrize("known", CASES, ids=repr)
    if "closed" in metafunc.fixturenames:
        metafunc.parametrize("closed", [c for c in CASES if c.kappa], ids=repr)


def plain_sign(expression: sympy.Expr) -> int | None:
    """The sign for every C >= 2 where SymPy sees it after C = 2 + d, else None: a stand-in for the sign procedure."""
    d = sympy.Symbol("d", nonnegative=True, integer=True)
    c = sympy.Symbol("C", positive=True, integer=True)
    shifted = sympy.factor(expression.subs(c, 2 + d))
    return 1 if shifted.is_positive else -1 if shifted.is_negative else 0 if shifted.is_zero else None


def enclosure(expression: sympy.Expr, values: Mapping[str, Fraction]) -> arb:
    """An interval that contains ``expression`` at ``values``, from mpmath's interval arithmetic at 400 bits."""
    iv = mpmath.iv
    iv.prec = 400

    def of(e: sympy.Expr) -> object:
        if e.is_Rational:
            return iv.mpf(int(e.p)) / int(e.q)
        if e.is_Symbol:
            return iv.mpf(values[e.name].numerator) / values[e.name].denominator
        args = [of(a) for a in e.args]
        if e.is_Add:
            return sum(args[1:], args[0])
        if e.is_Mul:
            out = args[0]
            for a in args[1:]:
                out = out * a
            return out
        if e.is_Pow:
            return args[0] ** int(e.exp) if e.exp.is_Integer else iv.exp(args[1] * iv.log(args[0]))
        if e == sympy.E:
            return iv.exp(1)
        if e.func is sympy.Abs:
            return abs(args[0])
        if e.func is sympy.acos:  # mpmath has it for numbers only; it falls, and is right to far more than 115 digits
            with mpmath.workdps(130):
                high, low = (mpmath.acos(mpmath.mpf(end)) for end in (args[0].a, args[0].b))
                return iv.mpf([low - mpmath.mpf("1e-115"), high + mpmath.mpf("1e-115")])
        if e is sympy.pi:
            return iv.pi
        if e.func in (sympy.atan, sympy.erf):  # both rise
            with mpmath.workdps(130):
                rises = {sympy.atan: mpmath.atan, sympy.erf: mpmath.erf}[e.func]
                low, high = (rises(mpmath.mpf(end)) for end in (args[0].a, args[0].b))
                return iv.mpf([low - mpmath.mpf("1e-115"), high + mpmath.mpf("1e-115")])
        return {sympy.exp: iv.exp, sympy.log: iv.log, sympy.sin: iv.sin, sympy.cos: iv.cos}[e.func](args[0])

    found = of(expression)
    with ctx.workprec(800):
        low, high = map(_exact, found._mpi_)
        return low.union(high)


def _exact(raw: tuple[int, object, object, object]) -> arb:
    """The number that mpmath holds as (sign, mantissa, exponent, length)."""
    sign, mantissa, exponent, _ = raw
    return (-1 if sign else 1) * arb(int(mantissa)) * arb(2) ** int(exponent)


Numbers = list[mpmath.mpf]


class Mpmath(Reading[Numbers]):
    """The value of a formula at one point, in mpmath; a list of one number, or of C."""

    def __init__(self, z: Sequence[object], y: int, values: Mapping[str, Fraction]) -> None:
        self.z, self.y = [mpmath.mpmathify(x) for x in z], y
        self.values = values

    def number(self, value: Fraction) -> Numbers:
        return [mpmath.mpf(value.numerator) / value.denominator]

    def parameter(self, name: str) -> Numbers:
        return self.number(self.values[name])

    def classes(self) -> Numbers:
        return [mpmath.mpf(len(self.z))]

    def logits(self) -> Numbers:
        return self.z

    def onehot(self) -> Numbers:
        return [mpmath.mpf(int(i == self.y)) for i in range(len(self.z))]

    def _zip(self, f: Callable[[object, object], object], a: Numbers, b: Numbers) -> Numbers:
        size = max(len(a), len(b))
        return [f(a[i % len(a)], b[i % len(b)]) for i in range(size)]

    def add(self, a: Numbers, b: Numbers) -> Numbers:
        return self._zip(lambda x, y: x + y, a, b)

    def mul(self, a: Numbers, b: Numbers) -> Numbers:
        return self._zip(lambda x, y: x * y, a, b)

    def div(self, a: Numbers, b: Numbers) -> Numbers:
        return self._zip(lambda x, y: x / y, a, b)

    def pow(self, a: Numbers, b: Numbers) -> Numbers:
        return self._zip(mpmath.power, a, b)

    def exp(self, a: Numbers) -> Numbers:
        return [mpmath.exp(x) for x in a]

    def log(self, a: Numbers) -> Numbers:
        return [mpmath.log(x) for x in a]

    def abs(self, a: Numbers) -> Numbers:
        return [abs(x) for x in a]

    def relu(self, a: Numbers) -> Numbers:
        return [max(x, mpmath.mpf(0)) for x in a]

    def total(self, v: Numbers) -> Numbers:
        return [mpmath.fsum(v)]

    def take(self, v: Numbers) -> Numbers:
        return [v[self.y]]

    def first(self, v: Numbers) -> Numbers:
        return [v[i % len(v)] for i in range(len(self.z)) for _ in self.z]

    def second(self, v: Numbers) -> Numbers:
        return [v[j % len(v)] for _ in self.z for j in range(len(self.z))]

    def pair_total(self, pairs: Numbers) -> Numbers:
        return [mpmath.fsum(pairs) * (len(self.z) ** 2 // len(pairs))]

    def arccos(self, a: Numbers) -> Numbers:
        return [mpmath.acos(x) for x in a]

    def sin(self, a: Numbers) -> Numbers:
        return [mpmath.sin(x) for x in a]

    def cos(self, a: Numbers) -> Numbers:
        return [mpmath.cos(x) for x in a]

    def arctan(self, a: Numbers) -> Numbers:
        return [mpmath.atan(x) for x in a]

    def erf(self, a: Numbers) -> Numbers:
        return [mpmath.erf(x) for x in a]

    def branch(self, u: Numbers, positive: Numbers, otherwise: Numbers) -> Numbers:
        size = max(map(len, (u, positive, otherwise)))
        sides = (positive if u[i % len(u)] > 0 else otherwise for i in range(size))
        return [side[i % len(side)] for i, side in enumerate(sides)]

    def detach(self, a: Numbers) -> Numbers:
        return a

    def amax(self, v: Numbers) -> Numbers:
        return [max(v)]

    def amax_others(self, v: Numbers) -> Numbers:
        return [max(v[: self.y] + v[self.y + 1 :])]

    def entmax(self, v: Numbers, alpha: Numbers) -> Numbers:
        return shares(v, alpha[0])

    def onehot_argmax(self, v: Numbers) -> Numbers:
        return [mpmath.mpf(int(i == v.index(max(v)))) for i in range(len(v))]


def mpmath_value(formula: Formula, z: Sequence[object], values: Mapping[str, Fraction], y: int = 1) -> mpmath.mpf:
    """The value of ``formula`` at ``z``, label ``y`` of 1, ..., C."""
    return Mpmath(z, y - 1, values).read(formula)[0]


def near(ball: arb, value: mpmath.mpf, error: str) -> bool:
    """Whether ``ball``, widened by ``error``, contains ``value``; False if the ball itself is wider than that."""
    with ctx.workprec(800):
        width = arb(error)
        return bool(ball.rad() < width) and bool((ball + arb(0, width)).contains(_exact(value._mpf_)))


@pytest.fixture(scope="session")
def tools() -> SimpleNamespace:
    """The functions above, which a test module cannot import."""
    return SimpleNamespace(sign=plain_sign, enclosure=enclosure, mpmath_value=mpmath_value, near=near, cases=CASES)
