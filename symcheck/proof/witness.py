"""Witnesses for the small checker: whether a point shows that a condition on a loss or a regularizer fails there.

The condition is asked at every point of a scope, so that one point is enough: a whole number C, values of the parameters
and entries of the arrays, all of them shown to lie in the scope.  There the formula f(., y) is followed along rays: for
small t > 0, f(t v, y) = sum_p c_p(v, y) t^p + o(t^most), where p may be negative or a fraction.  The coefficients are
intervals of rational numbers that are rounded outwards, exact numbers as long as they are short; a branch is decided by
a lowest coefficient whose interval excludes 0, or by a switch that is 0 on the whole ray.

What a condition says of the coefficients, as such an expansion is unique:

- f is continuous at 0 (all conditions need that): c_p = 0 for p < 0, and c_0 is the same for all v.
- f is differentiable at 0: c_p = 0 for 0 < p < 1, and c_1 is linear in v: c_1 = grad f(0)'v.
- f is twice continuously differentiable near 0: c_p = 0 for 1 < p < 2, and c_2 = v'D^2 f(0)v/2.
- grad l(0, y) = kappa grad l_MUH(0, y): c_1 = kappa (mean(v) - v_y) with one kappa > 0 for all y.
- grad g(0) = 0: c_1 = 0.  D^2 g(0) is positive definite: c_2 > 0 for v != 0, on the quotient for v off (1, ..., 1).
- f(z + x (1, ..., 1)) = f(z): all c_p depend on v up to multiples of (1, ..., 1) alone.

The proof lists rays with weights, and a power p.  If the condition held, the weighted sum of the c_p would be 0 (or have a
sign); the interval of that sum says that it is not (or has not).  A kink, a jump and a pole need no rule of their own.
"""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import product as choices

from symcheck.proof.check import Refused, Scope, Tape, need, rational, whole

WIDTH, LONGEST, LARGEST, MOST_ROOT = 128, 20_000, 4_096, 64
MOST_RAYS, MOST_TERMS, MOST_FOLD, MOST_ENTRIES, MOST_PRODUCTS = 64, 16, 12, 64, 400_000
NEVER = math.inf
QUOTIENT = "R^C/(1, ..., 1)"

# ---- intervals -------------------------------------------------------------------------------------------------------


def outward(x, side):
    """``x`` if it is short, else a binary number of ``WIDTH`` digits below (side -1) or above it (side 1)."""
    top, below = x.numerator.bit_length(), x.denominator.bit_length()
    if max(top, below) <= 2 * WIDTH:
        return x
    need(max(top, below) <= LONGEST, "point", "a number is too large or too near 0 to be followed")
    scale = Fraction(2) ** (WIDTH - top + below)
    return (math.floor if side < 0 else math.ceil)(x * scale) / scale


class Interval:
    """The real numbers from ``low`` to ``high``; what is made of them lies in what is made of the intervals."""

    def __init__(self, low, high=None):
        self.low, self.high = outward(low, -1), outward(low if high is None else high, 1)

    def __add__(self, other):
        return Interval(self.low + other.low, self.high + other.high)

    def __mul__(self, other):
        if self.low == self.high:
            ends = self.low * other.low, self.low * other.high
        else:
            ends = [a * b for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval(min(ends), max(ends))

    @property
    def sign(self):
        """1 or -1 if all its numbers have this sign, 0 if it is 0, None if that is open."""
        if self.low > 0 or self.high < 0:
            return 1 if self.low > 0 else -1
        return 0 if self.low == self.high else None

    def exp(self):
        return Interval(Fraction(1)) if self.sign == 0 else Interval(exp_ends(self.low)[0], exp_ends(self.high)[1])

    def log(self):
        return Interval(Fraction(0)) if self.low == self.high == 1 else Interval(log_ends(self.low)[0], log_ends(self.high)[1])

    def power(self, b):
        """x^b for numbers x of one sign, which is positive unless b is -1."""
        if b == -1:
            return Interval(1 / self.high, 1 / self.low)
        if self.low == self.high and max(abs(b.numerator), b.denominator) <= MOST_ROOT:
            top, below = (root(n, b.denominator) for n in (self.low.numerator, self.low.denominator))
            if top and below:
                return Interval(Fraction(top, below) ** b.numerator)
        return (self.log() * Interval(b)).exp()


ZERO, ONE = Interval(Fraction(0)), Interval(Fraction(1))


def exp_ends(q):
    """Two numbers around e^q = (e^(q/2^n))^(2^n), by the series with q/2^n < 1/2.

    With w binary digits every term is taken less than 2/2^w too small, and all that are left out add less than 4/2^w.
    """
    if q < 0:
        low, high = exp_ends(-q)
        return 1 / high, 1 / low
    need(q <= LARGEST, "point", "an exponential is too large or too near 0 to be followed")
    n = int(q).bit_length() + 1
    w = WIDTH + 2 * n + 16
    r, term, total, k = int(q * 2 ** (w - n)), 1 << w, 0, 0
    while term:
        total, k = total + term, k + 1
        term = term * r // (k << w)
    low, high = Fraction(total, 1 << w), Fraction(total + 2 * k + 4, 1 << w)
    for _ in range(n):
        low, high = outward(low * low, -1), outward(high * high, 1)
    return low, high


def log_ends(q):
    """Two numbers around log q = n log 2 + log m with 1 <= m < 2, where log m = 2 artanh((m - 1)/(m + 1))."""
    if q < 1:
        low, high = log_ends(1 / q)
        return -high, -low
    n = q.numerator.bit_length() - q.denominator.bit_length()
    n -= q < 2**n
    m = q / 2**n
    (a, b), (c, d) = artanh_ends((m - 1) / (m + 1)), artanh_ends(Fraction(1, 3))
    return 2 * (a + n * c), 2 * (b + n * d)


def artanh_ends(x):
    """Two numbers around sum_k x^(2 k + 1)/(2 k + 1) for 0 <= x <= 1/3.

    With w binary digits every term is taken less than 3/2^w too small, and all that are left out add less than 3/2^w.
    """
    w = WIDTH + 16
    power, square, total, k = int(x * 2**w), int(x * x * 2**w), 0, 0
    while power:
        total, power, k = total + power // (2 * k + 1), power * square >> w, k + 1
    return Fraction(total, 1 << w), Fraction(total + 3 * k + 3, 1 << w)


def root(n, d):
    """The whole number with d-th power ``n`` > 0, or 0 if there is none (by Newton's method from above)."""
    r, s = n + 1, 1 << -(-n.bit_length() // d)
    while s < r:
        r, s = s, ((d - 1) * s + n // s ** (d - 1)) // d
    return r if r**d == n else 0


# ---- series along a ray ----------------------------------------------------------------------------------------------


class Ray:
    """The values of the nodes of a formula at z = t v, y for small t > 0, as series in s with t = s^fold.

    A series (first, terms, end) is sum_i terms[i] s^(first + i) + O(s^end), the sum alone if ``end`` is ``NEVER``; its
    first term is not 0, and ``first`` = ``end`` where there is none.  Entries of class-vectors that are equal stand there
    once, ``sizes[e]`` of them; the label is the one at the place ``label``.
    """

    def __init__(self, point, direction, label, most, fold):
        self.point, self.label, self.most, self.fold = point, label, most, fold
        self.direction, self.products, self.still, self.detaches = direction, 0, None, False

    def values(self, tape):
        """The values of all nodes, lists of series, with a refusal for those that have none."""
        self.detaches = any(op == "detach" for op, *_ in tape.nodes)
        if self.detaches and any(self.direction):
            # Autograd keeps the value that a detached part has at z = 0.
            at_zero = Ray(self.point, [Fraction(0)] * len(self.direction), self.label, self.most, self.fold)
            self.still = at_zero.values(tape)
        values = []
        for n, (op, args, data) in enumerate(tape.nodes):
            try:
                values.append(self.node(tape, values, op, args, data))
            except Refused as refusal:
                values.append(refusal)  # it may stand on the side of a branch that is not taken
        return values

    def node(self, tape, values, op, args, data):
        if op == "exp":
            inner, (b, a), _ = tape.nodes[args[0]] if len(tape.nodes[args[0]][1]) == 2 else (None, (0, 0), None)
            if inner == "mul" and tape.nodes[a][0] == "log":
                exponents = values[b]
                base = values[tape.nodes[a][1][0]]
                if all(type(v) is list for v in (base, exponents)) and all(map(self.is_number, exponents)):
                    return self.each(self.raised, base, exponents)
        given = [(self.still if op == "detach" and self.still else values)[a] for a in args]
        for v in given[:1] if op == "branch" else given:
            if isinstance(v, Refused):
                raise v
        return getattr(self, "at_" + op)(*given) if data is None else getattr(self, "at_" + op)(data, *given)

    # operators on class-vectors, lists of series, and on scalars, lists of one

    def each(self, f, *vectors):
        width = max(map(len, vectors))
        return [f(*entries) for entries in zip(*(v if len(v) == width else v * width for v in vectors))]

    def wide(self, v):
        return v if len(v) > 1 else v * len(self.point.sizes)

    def at_number(self, q):
        return [self.number(Interval(q))]

    def at_parameter(self, name):
        return [self.number(self.point.values[name])]

    def at_classes(self):
        return [self.number(Interval(Fraction(self.point.C)))]

    def at_logits(self):
        return [self.series(self.fold, [Interval(x)]) for x in self.direction]

    def at_onehot(self):
        return [self.number(ONE if e == self.label else ZERO) for e in range(len(self.direction))]

    def at_array(self, name):
        return [self.number(x) for x in self.point.arrays[name][0]]

    def at_apply(self, name, v):
        return [self.sum([self.times(self.number(a), x) for a, x in zip(row, self.wide(v))]) for row in self.point.arrays[name]]

    def at_apply_transposed(self, name, v):
        columns = zip(*self.point.arrays[name])
        return [self.sum([self.times(self.number(a), x) for a, x in zip(column, self.wide(v))]) for column in columns]

    def at_add(self, a, b):
        return self.each(self.plus, a, b)

    def at_mul(self, a, b):
        return self.each(self.times, a, b)

    def at_inverse(self, a):
        return [self.power(x, Fraction(-1)) for x in a]

    def at_exp(self, a):
        return [self.exp(x) for x in a]

    def at_log(self, a):
        return [self.log(x) for x in a]

    def at_total(self, v):
        sizes = [self.number(Interval(Fraction(n))) for n in self.point.sizes]
        return [self.sum([self.times(n, x) for n, x in zip(sizes, self.wide(v))])]

    def at_take(self, v):
        return [self.wide(v)[self.label]]

    def at_flat(self, _, value):
        return value

    def at_centred(self, v):
        # What stands here for entmax is its 2-jet at equal entries, u^2 times something that tends to 0 beside it.
        v = self.wide(v)
        need(all(x[0] >= 0 and x[2] > 0 for x in v), "rays", "entmax is followed where its entries have limits")
        limits = {(c.low, c.high) for c in (self.coefficient(x, 0) for x in v)}
        need(len(limits) == 1 and len(set(*limits)) == 1, "rays", "entmax is followed from equal entries")
        share = self.number(Interval(Fraction(-1, self.point.C)))
        u = [self.plus(x, self.times(share, self.at_total(v)[0])) for x in v]
        end = 2 * min(x[0] for x in u) + 1
        return u if end == NEVER else [self.plus(x, (end, [], end)) for x in u]

    def at_detach(self, v):
        return v

    def at_branch(self, switch, positive, otherwise):
        signs = [self.sign(x) for x in switch]
        need(not self.detaches or all(signs), "rays", "a branch with a detached part is at its kink")
        sides = [positive if sign > 0 else otherwise for sign in signs]
        for side in sides:
            if isinstance(side, Refused):
                raise side
        width = max(map(len, [switch, *sides]))
        return [side[e if len(side) > 1 else 0] for e, side in enumerate(sides * (width // len(sides)))]

    def at_amax(self, v):
        return [self.largest(self.wide(v))]

    def at_amax_others(self, v):
        return [self.largest([x for e, x in enumerate(self.wide(v)) if e != self.label])]

    def largest(self, v):
        found = v[0]
        for x in v[1:]:
            found = x if self.sign(self.minus(x, found)) > 0 else found
        return found

    def at_argmax(self, v):
        v = self.wide(v)
        ahead = [all(self.sign(self.minus(x, other)) > 0 for j, other in enumerate(v) if j != e) for e, x in enumerate(v)]
        place = ahead.index(True) if any(ahead) else 0
        need(ahead[place] and self.point.sizes[place] == 1, "rays", "two entries are the largest ones along a ray")
        return [self.number(ONE if a else ZERO) for a in ahead]

    # series

    def series(self, first, terms, end=NEVER):
        """The series without zeros in front and with at most ``most`` terms."""
        terms = terms[: max(0, end - first)] if end < NEVER else terms
        zeros = next((i for i, x in enumerate(terms) if x.sign != 0), len(terms))
        first, terms = first + zeros, terms[zeros:]
        if len(terms) > self.most:
            terms, end = terms[: self.most], first + self.most
        return (first, terms, end) if terms else (end, [], end)

    def number(self, x):
        return self.series(0, [x])

    def is_number(self, x):
        """Whether it is one rational number for all t."""
        first, terms, end = x
        return end == NEVER and (not terms or (first == 0 and len(terms) == 1 and terms[0].low == terms[0].high))

    def coefficient(self, x, p):
        first, terms, end = x
        need(p < end, "terms", f"they do not reach the power {p}")
        return terms[p - first] if terms and 0 <= p - first < len(terms) else ZERO

    def sign(self, x):
        """The sign for small t > 0, and 0 if it is 0 there."""
        first, terms, end = x
        found = terms[0].sign if terms else 0 if end == NEVER else None
        need(found is not None, "rays", "the sign of a number or a switch is not known along a ray")
        return found

    def plus(self, a, b):
        if NEVER in (a[0], b[0]):
            return b if a[0] == NEVER else a
        first, end = min(a[0], b[0]), min(a[2], b[2])
        last = min(end, max(a[0] + len(a[1]), b[0] + len(b[1])))
        return self.series(first, [self.coefficient(a, p) + self.coefficient(b, p) for p in range(first, last)], end)

    def minus(self, a, b):
        return self.plus(a, self.times(self.number(Interval(Fraction(-1))), b))

    def times(self, a, b):
        if NEVER in (a[0], b[0]):
            return NEVER, [], NEVER
        self.products += len(a[1]) * len(b[1])
        need(self.products <= MOST_PRODUCTS, "proof", "it asks for more work than is allowed")
        r = [ZERO] * max(0, len(a[1]) + len(b[1]) - 1)
        for i, x in enumerate(a[1]):
            for j, y in enumerate(b[1]):
                r[i + j] += x * y
        return self.series(a[0] + b[0], r, min(a[0] + b[2], b[0] + a[2]))

    def sum(self, v):
        total = NEVER, [], NEVER
        for x in v:
            total = self.plus(total, x)
        return total

    def composed(self, h, coefficients):
        """sum_k coefficients[k] h^k for an ``h`` without a constant term, as far as there are coefficients."""
        total = NEVER, [], NEVER
        for c in reversed(coefficients):
            total = self.plus(self.times(total, h), self.number(Interval(c)))
        end = self.most * h[0]
        return total if end == NEVER else self.plus(total, (end, [], end))

    def exp(self, a):
        need(a[0] >= 0, "rays", "an exponent has no limit along a ray")
        taylor = [Fraction(1, math.factorial(k)) for k in range(self.most)]
        rest = self.series(1, [self.coefficient(a, p) for p in range(1, a[0] + len(a[1]))] if a[1] else [], a[2])
        return self.times(self.number(self.coefficient(a, 0).exp()), self.composed(rest, taylor))

    def log(self, a):
        need(self.sign(a) > 0 and a[0] == 0, "rays", "a logarithm has no limit along a ray")
        taylor = [Fraction(0), *(Fraction((-1) ** (k + 1), k) for k in range(1, self.most))]
        return self.plus(self.number(a[1][0].log()), self.composed(self.over_first(a), taylor))

    def over_first(self, a):
        """a/(its first term) - 1."""
        first, terms, end = a
        over = terms[0].power(-1)
        return self.series(1, [x * over for x in terms[1:]], end - first)

    def raised(self, a, b):
        b = b[1][0].low if b[1] else Fraction(0)
        sign = self.sign(a)
        need(sign > 0 or (sign == 0 and b > 0), "rays", "a power of a number that is not positive")
        return self.power(a, b) if sign else a

    def power(self, a, b):
        need(self.sign(a) != 0, "rays", "a denominator is 0 along a ray")
        first = a[0] * b
        need(first.denominator == 1, "fold", f"powers of t^(1/{self.fold}) occur that are no whole ones")
        taylor = [Fraction(1)]
        for k in range(1, self.most):
            taylor.append(taylor[-1] * (b - k + 1) / k)
        r = self.times(self.number(a[1][0].power(b)), self.composed(self.over_first(a), taylor))
        return self.times(r, self.series(int(first), [ONE]))


# ---- the point and the condition -------------------------------------------------------------------------------------


class Point:
    """A whole number C, ``values`` of the parameters and rows of the ``arrays``, shown to lie in the scope.

    Rounded numbers have no value there: they stand for all that lies in their interval.
    """

    def __init__(self, statement, scope):
        given = statement["point"]
        need(type(given) is dict, "point", "values by their names are needed")
        self.C = whole(given.get("C"), "point.C", scope.low, scope.high)
        names, self.values, self.arrays, self.sizes = {"C"}, {}, {}, []
        for name, (low, high, low_open, high_open) in scope.parameters.items():
            at = f"point.{name}"
            if name in statement["rounded"]:
                need(None not in (low, high), at, "a rounded number has an interval with two ends")
                self.values[name] = Interval(low, high)
                continue
            names.add(name)
            x = rational(given.get(name), at)
            inside(x, (low, high, low_open, high_open), name in statement["integer"], at)
            self.values[name] = Interval(x)
        for name, array in statement["arrays"].items():
            self.arrays[name] = self.rows(name, array, given, names)
        extra = sorted(set(given) - names)
        need(not extra, "point", f"{', '.join(extra)[:40]} is no name of the scope")

    def rows(self, name, array, given, names):
        at, is_matrix = f"arrays.{name}", "symmetric" in array
        need(array["rule"] is None, at, "an array that follows a rule is not known here")
        if array["entries"] is not None:
            middle = [[rational(x, at) for x in row] for row in array["entries"]]
            errors = [[rational(x, at) for x in row] for row in array.get("errors") or []]
            errors = errors or [[Fraction(0)] * len(row) for row in middle]
            need([len(row) for row in middle] == [self.C] * (self.C if is_matrix else 1), at, "it has another shape")
            need([len(row) for row in errors] == [len(row) for row in middle], at, "its errors have another shape")
            return [[Interval(x - abs(d), x + abs(d)) for x, d in zip(*rows)] for rows in zip(middle, errors)]
        need(self.C <= MOST_ENTRIES, at, f"at most {MOST_ENTRIES} classes are written out")
        places = range(1, self.C + 1)
        if is_matrix:
            ends = [[sorted((i, j)) if array["symmetric"] else (i, j) for j in places] for i in places]
            keys = [[f"{name}[{i},{j}]" for i, j in row] for row in ends]
        else:
            keys = [[f"{name}[{i}]" for i in places]]
        names.update(key for row in keys for key in row)
        rows = [[rational(given.get(key), f"point.{key}") for key in row] for row in keys]
        need_laws(rows, array, at)
        return [[Interval(x) for x in row] for row in rows]


def inside(x, interval, integer, where):
    low, high, low_open, high_open = interval
    above = low is None or x > low or (x == low and not low_open)
    below = high is None or x < high or (x == high and not high_open)
    need(above and below, where, f"{x} does not lie in the interval of the scope")
    need(not integer or x.denominator == 1, where, f"{x} is no whole number")


def need_laws(rows, array, at):
    """Refused unless the entries are such as the scope declares them."""
    lie = array["interval"]
    ends = [None if lie[end] is None else rational(lie[end], at) for end in ("low", "high")]
    for row in rows:
        for x in row:
            inside(x, (*ends, lie["low_open"], lie["high_open"]), lie["integer"], at)
    for total, lines in zip(array["sums"], (rows, list(zip(*rows)))):
        need(total is None or all(sum(line) == rational(total, at) for line in lines), at, "it has another sum")
    if array.get("positive_diagonal"):
        need(all(row[i] > 0 for i, row in enumerate(rows)), at, "its diagonal is not positive")
    if array.get("positive_definite"):
        rest = [list(row) for row in rows]
        need(rest == [list(column) for column in zip(*rest)], at, "it is not symmetric")
        while rest:
            first, *rest = rest
            need(first[0] > 0, at, "it is not positive definite")
            rest = [[x - row[0] * y / first[0] for x, y in zip(row[1:], first[1:])] for row in rest]


CONDITIONS = (
    "loss-smooth", "loss-gradient", "regularizer-smooth", "regularizer-gradient", "regularizer-curvature", "shift-invariant"
)  # fmt: skip


def refute(statement, proof):
    """Nothing, if ``proof`` shows that the condition ``which`` of the statement fails at its point; else raises Refused."""
    which = statement["which"]
    need(which in CONDITIONS, "which", "it is no condition that a witness is known for")
    scope = Scope(statement, "scope")
    point = Point(statement, scope)
    tape = Tape(statement["formula"], scope, "formula")
    kinds = {op for op, *_ in tape.nodes}
    need(which.endswith("gradient") or "detach" not in kinds, "formula", "a detached part leaves no function to be smooth")
    labelled = kinds & {"take", "onehot", "amax_others"}
    need(not (which.startswith("regularizer") and labelled), "formula", "a regularizer does not know the label")
    need(type(proof) is dict and set(proof) == {"rays", "power", "fold", "terms"}, "proof", "it has other fields")
    fold = whole(proof["fold"], "fold", 1, MOST_FOLD)
    most = whole(proof["terms"], "terms", 1, MOST_TERMS)
    power = whole(proof["power"], "power", -MOST_TERMS, 2 * fold)
    rays = rays_of(proof["rays"], point, bool(kinds & {"array", "apply", "apply_transposed"}))
    total = ZERO
    for weight, label, v in rays:
        (value,) = scalar(Ray(point, v, label, most, fold).values(tape)[tape.result])
        total += Interval(weight) * Ray.coefficient(None, value, power)
    wanted = sign_said(which, rays, power, fold, point, statement["space"])
    if wanted == 0:
        need(total.sign in (1, -1), "rays", "the sum is not shown to differ from 0")
    else:
        need(total.high <= 0 if wanted > 0 else total.low >= 0, "rays", "the sum is not shown to have the other sign")


def scalar(value):
    if isinstance(value, Refused):
        raise value
    need(len(value) == 1, "formula", "it is no scalar")
    return value


def rays_of(given, point, is_written_out):
    """[(weight, place of the label, v)] with the entries of v in groups, whose ``sizes`` the point is told.

    ``v`` is given by its first entries, the last of which is that of all classes that are left.
    """
    need(type(given) is list and 0 < len(given) <= MOST_RAYS, "rays", f"a list of at most {MOST_RAYS} is needed")
    rays = []
    for n, ray in enumerate(given):
        at = f"rays.{n}"
        need(type(ray) is list and len(ray) == 3 and type(ray[2]) is list, at, "a weight, a label and a direction")
        weight, label = rational(ray[0], at), whole(ray[1], at, 1, min(point.C, MOST_ENTRIES))
        need(0 < len(ray[2]) <= min(point.C, MOST_ENTRIES), at, "it has too many or too few entries")
        rays.append((weight, label - 1, [rational(x, at) for x in ray[2]]))
    size = point.C if is_written_out else max(max(label + 1, len(v) - 1) for _, label, v in rays)
    need(size <= MOST_ENTRIES, "point.C", f"at most {MOST_ENTRIES} classes are written out")
    point.sizes = [1] * size + [point.C - size] * (size < point.C)
    return [(w, y, [v[min(e, len(v) - 1)] for e in range(len(point.sizes))]) for w, y, v in rays]


def sign_said(which, rays, power, fold, point, space):
    """The sign, 1, -1 or 0, that the weighted sum of the coefficients at s^power has if the condition holds."""
    reach = 2 if which.endswith(("smooth", "curvature")) else 1
    if which == "shift-invariant":
        sums = {}
        for weight, label, v in rays:
            across = label, *(x - v[0] for x in v)
            sums[across] = sums.get(across, 0) + weight
        need(not any(sums.values()), "rays", "the condition says nothing of this sum")
    elif power < 0 or (power % fold and power < reach * fold) or (which, power) == ("regularizer-gradient", fold):
        return 0
    elif (which, power) == ("loss-gradient", fold):
        means = [sum(n * x for n, x in zip(point.sizes, v)) / point.C for _, _, v in rays]
        said = sum(weight * (mean - v[label]) for mean, (weight, label, v) in zip(means, rays))
        return (said > 0) - (said < 0)
    elif (which, power) == ("regularizer-curvature", 2 * fold):
        for weight, _, v in rays:
            off = any(x != v[0] for x in v) if space == QUOTIENT else any(v)
            need(weight > 0 and off, "rays", "a positive weight and a direction that is not 0 in the space are needed")
        return 1
    else:
        need(power % fold == 0 and power <= reach * fold, "power", "the condition says nothing of this power")
        sums = {}
        for weight, label, v in rays:
            for places in choices(range(len(v)), repeat=power // fold):
                sums[label, places] = sums.get((label, places), 0) + weight * math.prod(v[e] for e in places)
        need(not any(sums.values()), "rays", "the condition says nothing of this sum")
    return 0
