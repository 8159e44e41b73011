"""The small checker: whether a proof shows what a statement says of a loss or a regularizer at z = 0.

(docstring: written last)
"""

from __future__ import annotations

import ast
import math
import secrets
from fractions import Fraction
from itertools import product as choices

LONGEST_TEXT, MOST_NODES, MOST_LETTERS, MOST_POWER = 20_000, 2_000, 40, 64
LONGEST_NUMBER, LONGEST_HINT_NUMBER, MOST_WORK, DEEPEST = 4_096, 256, 2_000_000, 12
BITS, PRIMES, ERROR, EXACT = 128, 119, 80, 512


class Refused(ValueError):
    """The proof does not show the statement; the message names the field."""


def need(holds, where, why):
    if not holds:
        raise Refused(f"{where}: {why}")


# ---- formulas: a text becomes a tape of core operators ----------------------------------------------------------------


def parsed(text, where, most=LONGEST_TEXT):
    need(type(text) is str and len(text) <= most, where, f"a text of at most {most} characters is needed")
    try:
        return ast.parse(text.strip()).body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise Refused(f"{where}: it is not written as a formula ({type(error).__name__})") from None


class Tape:
    """``nodes`` are core operators (op, args, data), arguments before results and equal ones once; the last counts."""

    def __init__(self, text, scope, where):
        self.scope, self.where, self.nodes, self.known, self.names = scope, where, [], {}, {}
        *bindings, last = parsed(text, where) or [None]
        need(isinstance(last, ast.Expr), where, "it does not end with a value")
        try:
            for b in bindings:
                simple = isinstance(b, ast.Assign) and len(b.targets) == 1 and isinstance(b.targets[0], ast.Name)
                need(simple, where, "only names are given to parts")
                name = b.targets[0].id
                fresh = name not in self.names and name not in scope.parameters and name not in ("C", "z", "y")
                need(fresh, where, f"{name} has two meanings")
                self.names[name] = self.read(b.value)
            self.result = self.read(last.value)
        except RecursionError:
            raise Refused(f"{where}: it is nested too deeply") from None

    def put(self, op, *args, data=None):
        key = op, args, data
        if key not in self.known:
            need(len(self.nodes) < MOST_NODES, self.where, f"it has more than {MOST_NODES} operators")
            self.known[key] = len(self.nodes)
            self.nodes.append(key)
        return self.known[key]

    def number(self, q):
        q = Fraction(q)
        need(max(abs(q.numerator), q.denominator).bit_length() <= LONGEST_NUMBER, self.where, "a number is too long")
        return self.put("number", data=q)

    def value(self, place):
        op, _, data = self.nodes[place]
        return data if op == "number" else None

    def add(self, a, b):
        x, y = self.value(a), self.value(b)
        return self.put("add", a, b) if x is None or y is None else self.number(x + y)

    def mul(self, a, b):
        x, y = self.value(a), self.value(b)
        return self.put("mul", a, b) if x is None or y is None else self.number(x * y)

    def neg(self, a):
        return self.mul(self.number(-1), a)

    def sub(self, a, b):
        return self.add(a, self.neg(b))

    def div(self, a, b):
        y = self.value(b)
        return self.mul(a, self.put("inverse", b)) if y in (None, 0) else self.mul(a, self.number(1 / y))

    def exp(self, a):
        return self.put("exp", a)

    def log(self, a):
        return self.put("log", a)

    def branch(self, u, a, b):
        return self.put("branch", u, a, b)

    def pow(self, a, b):
        k = self.value(b)
        if k is not None and k.denominator == 1 and abs(k) <= MOST_POWER:
            result, square, n = None, a, abs(int(k))
            while n:
                result = (square if result is None else self.mul(result, square)) if n % 2 else result
                square, n = self.mul(square, square) if n > 1 else square, n // 2
            result = self.number(1) if result is None else result
            return result if k >= 0 else self.div(self.number(1), result)
        value = self.exp(self.mul(b, self.log(a)))
        op, args, _ = self.nodes[a]
        # |u|**k with k > 2 is twice continuously differentiable where u = 0, with a 2-jet that is 0.
        return self.put("flat", args[0], value) if op == "branch" and self.is_abs(a) and k and k > 2 else value

    def is_abs(self, a):
        _, (u, p, n), _ = self.nodes[a]
        return u == p and self.nodes[n] == ("mul", (self.number(-1), u), None)

    def softmax(self, v):
        e = self.exp(v)
        return self.div(e, self.put("total", e))

    def entmax(self, v, alpha):
        # With u = v - mean(v) and s = 1/C its 2-jet at equal entries is s + r (u - c mean(u^2)) + c r u^2,
        # r = s^(2 - alpha), c = (2 - alpha) r/(2 s): what the implicit function theorem gives for sum_k s_k = 1.
        s, two = self.div(self.number(1), self.put("classes")), self.sub(self.number(2), alpha)
        r = self.pow(s, two)
        u = self.put("centred", v)
        c = self.div(self.mul(two, r), self.mul(self.number(2), s))
        square = self.mul(u, u)
        bend = self.mul(c, self.sub(square, self.div(self.put("total", square), self.put("classes"))))
        return self.add(s, self.mul(r, self.add(u, bend)))

    def read(self, e):
        if isinstance(e, ast.Constant) and type(e.value) is int:
            return self.number(e.value)
        if isinstance(e, ast.Name):
            return self.named(e.id)
        if isinstance(e, ast.UnaryOp) and isinstance(e.op, ast.USub):
            return self.neg(self.read(e.operand))
        if isinstance(e, ast.BinOp) and type(e.op) in BINARY:
            return BINARY[type(e.op)](self, self.read(e.left), self.read(e.right))
        if isinstance(e, ast.Subscript) and isinstance(e.slice, ast.Name) and e.slice.id == "y":
            return self.put("take", self.read(e.value))
        if isinstance(e, ast.Call) and isinstance(e.func, ast.Name):
            but = len(e.keywords) == 1 and e.keywords[0].arg == "but" and getattr(e.keywords[0].value, "id", "") == "y"
            name, arity = e.func.id + "_others" * but, len(e.args)
            if name == "onehot" and arity == 1 and getattr(e.args[0], "id", "") == "y" and not e.keywords:
                return self.put("onehot")
            if name in ("apply", "apply_transposed") and arity == 2:
                return self.put(name, self.read(e.args[1]), data=e.args[0].id)
            known = name in WORDS and WORDS[name].__code__.co_argcount == arity + 1 and len(e.keywords) == but
            need(known, self.where, f"{name} of {arity} arguments has no meaning here")
            return WORDS[name](self, *[self.read(a) for a in e.args])
        raise Refused(f"{self.where}: {type(e).__name__} has no meaning in a formula")

    def named(self, name):
        if name == "z":
            return self.put("logits") if self.scope.anchor is None else self.put("logits")
        if name == "C":
            return self.put("classes")
        if name in self.names:
            return self.names[name]
        if name in self.scope.arrays:
            return self.put("array", data=name)
        need(name in self.scope.parameters, self.where, f"{name} is no name of the scope")
        return self.put("parameter", data=name)


BINARY = {ast.Add: Tape.add, ast.Sub: Tape.sub, ast.Mult: Tape.mul, ast.Div: Tape.div, ast.Pow: Tape.pow}


def _half(t, a, sign):
    return t.div(t.add(t.exp(a), t.mul(t.number(sign), t.exp(t.neg(a)))), t.number(2))


def _others(t, v):
    return t.sub(t.put("total", v), t.put("take", v))


WORDS = {
    "exp": Tape.exp, "log": Tape.log, "branch": Tape.branch, "softmax": Tape.softmax, "entmax": Tape.entmax,
    "sqrt": lambda t, a: t.pow(a, t.number(Fraction(1, 2))),
    "abs": lambda t, a: t.branch(a, a, t.neg(a)),
    "relu": lambda t, a: t.branch(a, a, t.number(0)),
    "maximum": lambda t, a, b: t.branch(t.sub(a, b), a, b),
    "minimum": lambda t, a, b: t.branch(t.sub(a, b), b, a),
    "softplus": lambda t, a: t.log(t.add(t.number(1), t.exp(a))),
    "sigmoid": lambda t, a: t.div(t.number(1), t.add(t.number(1), t.exp(t.neg(a)))),
    "cosh": lambda t, a: _half(t, a, 1),
    "tanh": lambda t, a: t.div(_half(t, a, -1), _half(t, a, 1)),
    "detach": lambda t, a: t.put("detach", a),
    "amax": lambda t, v: t.put("amax", v),
    "amax_others": lambda t, v: t.put("amax_others", v),
    "onehot_argmax": lambda t, v: t.put("argmax", v),
    "total": lambda t, v: t.put("total", v),
    "mean": lambda t, v: t.div(t.put("total", v), t.put("classes")),
    "total_others": _others,
    "mean_others": lambda t, v: t.div(_others(t, v), t.sub(t.put("classes"), t.number(1))),
    "logsumexp": lambda t, v: t.log(t.put("total", t.exp(v))),
    "logsumexp_others": lambda t, v: t.log(_others(t, t.exp(v))),
    "log_softmax": lambda t, v: t.sub(v, t.log(t.put("total", t.exp(v)))),
}  # fmt: skip


# ---- the scope, its letters, and the sign of polynomials in them -------------------------------------------------------


def whole(x, where, low=None, high=None):
    need(
        type(x) is int and (low is None or x >= low) and (high is None or x <= high), where, "a whole number is needed"
    )
    return x


def rational(text, where):
    need(type(text) is str and len(text) <= LONGEST_NUMBER, where, "a fraction in a text is needed")
    try:
        n, _, d = text.partition("/")
        return Fraction(int(n), int(d or "1"))
    except (ValueError, ZeroDivisionError):
        raise Refused(f"{where}: {text[:40]!r} is no fraction") from None


class Scope:
    """C from ``low`` to ``high`` (None: no end) and {name: (low, high, low_open, high_open)}."""

    def __init__(self, data, where):
        self.low = whole(data["classes"][0], where, 2)
        self.high = None if data["classes"][1] is None else whole(data["classes"][1], where, self.low)
        self.parameters, self.anchor = {}, None
        self.arrays = data.get("arrays") or {}
        for name, (low, high, low_open, high_open) in data["parameters"].items():
            at = f"{where}.{name}"
            need(name.isidentifier() and name not in ("C", "z", "y"), at, "it is no name of a parameter")
            need(type(low_open) is bool and type(high_open) is bool, at, "an end is open or closed")
            low, high = (None if end is None else rational(end, at) for end in (low, high))
            wide = low is None or high is None or low < high or (low == high and not low_open and not high_open)
            need(wide, at, "the interval is empty")
            self.parameters[name] = low, high, low_open, high_open

    @property
    def fixed(self):
        return self.low if self.low == self.high else None


class Letters:
    """The letters of polynomials: C, the parameters, and ``given`` ones, each the logarithm, exponential or square root
    of what earlier ones make, so that all of them are real numbers at every point of the scope."""

    def __init__(self, scope, given, where):
        self.scope, self.work, self.signs, self.texts = scope, 0, {}, {}
        need(type(given) is list and len(given) <= MOST_LETTERS, where, f"a list of at most {MOST_LETTERS} is needed")
        for n, x in enumerate(given):
            need(type(x) is list and list(map(type, x)) == [str] * 3, f"{where}.{n}", "a name, a kind and an argument")
        variables = ([] if scope.fixed else ["C"]) + list(scope.parameters)
        self.names = variables + [name for name, *_ in given]
        fresh = all(n.isidentifier() for n in self.names) and not {"z", "y", *["C"] * (scope.fixed is not None)} & set(
            self.names
        )
        need(fresh and len(set(self.names)) == len(self.names), where, "a name has two meanings")
        self.one = {(0,) * len(self.names): Fraction(1)}
        self.kinds = ["variable"] * len(variables) + [kind for _, kind, _ in given]
        self.means = [None] * len(variables)
        for i, (_, kind, of) in enumerate(given, len(variables)):
            at = f"{where}.{self.names[i]}"
            need(kind in ("log", "exp", "root"), at, f"{kind[:40]} is no kind of letter")
            if kind == "root":
                need(of in self.names[len(variables) : i], at, "it is no root of an earlier letter")
                self.means.append(self.names.index(of))
                continue
            mean = self.product(of, at)
            need(not any(any(m[i:]) for poly, _ in mean for m in poly), at, "its argument has later letters in it")
            need(kind == "exp" or self.product_sign(mean, at) == 1, at, "its argument is not shown positive")
            self.means.append(mean)

    # polynomials are {exponents by letter: coefficient}, products are [(polynomial, k)]

    def mul(self, a, b):
        self.work += len(a) * len(b)
        need(self.work <= MOST_WORK, "proof", "it asks for more work than is allowed")
        r = {}
        for m, c in a.items():
            for n, d in b.items():
                key = tuple(map(int.__add__, m, n))
                r[key] = r.get(key, 0) + c * d
        return {m: c for m, c in r.items() if c}

    def power(self, a, k, one=None):
        r = one or self.one
        for _ in range(k):
            r = self.mul(r, a)
        return r

    def poly(self, e, where):
        if isinstance(e, ast.Constant) and type(e.value) is int and e.value.bit_length() <= LONGEST_HINT_NUMBER:
            return scaled(self.one, e.value)
        if isinstance(e, ast.Name) and e.id == "C" and self.scope.fixed:
            return scaled(self.one, self.scope.fixed)
        if isinstance(e, ast.Name) and e.id in self.names:
            return {tuple(int(n == e.id) for n in self.names): Fraction(1)}
        if isinstance(e, ast.UnaryOp) and isinstance(e.op, ast.USub):
            return scaled(self.poly(e.operand, where), -1)
        if isinstance(e, ast.BinOp) and isinstance(e.op, ast.Pow):
            return self.power(self.poly(e.left, where), whole(literal(e.right), where, 0, MOST_POWER))
        if isinstance(e, ast.BinOp) and isinstance(e.op, (ast.Mult, ast.Add, ast.Sub)):
            a, b = self.poly(e.left, where), self.poly(e.right, where)
            return (
                self.mul(a, b)
                if isinstance(e.op, ast.Mult)
                else padd(a, scaled(b, -1 if isinstance(e.op, ast.Sub) else 1))
            )
        raise Refused(f"{where}: it is no polynomial in the letters")

    def product(self, text, where):
        """``(C - 1)**-2*q`` as [(polynomial, k)]."""
        if text not in self.texts:
            body = parsed(text, where, 4_000)
            need(len(body) == 1 and isinstance(body[0], ast.Expr), where, "one product is needed")
            try:
                self.texts[text] = self.factors(body[0].value, 1, where)
            except RecursionError:
                raise Refused(f"{where}: it is nested too deeply") from None
        return self.texts[text]

    def factors(self, e, k, where):
        if isinstance(e, ast.UnaryOp) and isinstance(e.op, ast.USub):
            return [(scaled(self.one, -1), k), *self.factors(e.operand, k, where)]
        if isinstance(e, ast.BinOp) and isinstance(e.op, (ast.Mult, ast.Div)):
            right = k if isinstance(e.op, ast.Mult) else -k
            return self.factors(e.left, k, where) + self.factors(e.right, right, where)
        if isinstance(e, ast.BinOp) and isinstance(e.op, ast.Pow):
            return self.factors(e.left, whole(k * (literal(e.right) or 0), where, -MOST_POWER, MOST_POWER), where)
        return [(self.poly(e, where), k)]

    # signs

    def product_sign(self, factors, where):
        """The sign of a product in the whole scope; refused unless every factor has a strict one."""
        signs = [self.sign(poly) ** (k % 2 or 2) for poly, k in factors]
        need(all(signs), where, "a factor is not shown to have one sign in the whole scope")
        return math.prod(signs)

    def sign(self, poly):
        """+1 or -1 if the polynomial has this strict sign in the whole scope, and 0 if that is not shown.

        Each letter is written by new ones that are >= 0.  Then all coefficients have one sign, and whichever of the new
        letters are 0, a term is left.
        """
        key = frozenset(poly.items())
        if key not in self.signs:
            self.signs[key] = 0  # a question that comes back to itself has no answer
            ends = [i for i, kind in enumerate(self.kinds) if kind == "variable" and any(m[i] for m in poly)]
            ends = [i for i in ends if None not in self.interval(i)[:2]][:4]
            ways = (dict(zip(ends, way)) for way in choices(("low", "high", "both"), repeat=len(ends)))
            self.signs[key] = next(filter(None, (self.sign_by(poly, way) for way in ways)), 0)
        return self.signs[key]

    def interval(self, i):
        name = self.names[i]
        return (self.scope.low, self.scope.high, False, False) if name == "C" else self.scope.parameters[name]

    def sign_by(self, poly, way):
        # Letter i is written by s = new[2 i], and by t = new[2 i + 1] too in x = (low s + high t)/(s + t).
        size = 2 * len(self.names)
        new = [{tuple(int(n == j) for n in range(size)): Fraction(1)} for j in range(size)]
        one, strict, pairs, free, total = {(0,) * size: Fraction(1)}, set(), [], [], {}
        images = {}
        for i, degree in enumerate(map(max, zip(*poly))):
            if not degree:
                continue
            s, t, below = new[2 * i], new[2 * i + 1], None
            low, high, low_open, high_open = self.interval(i) if self.kinds[i] == "variable" else (0, None, True, True)
            if self.kinds[i] == "log":
                s = scaled(s, self.log_sign(i))
            if way.get(i) == "both":
                s, below = padd(scaled(s, low), scaled(t, high)), padd(s, t)
                strict |= {j for j, is_open in ((2 * i, high_open), (2 * i + 1, low_open)) if is_open}
                pairs.append((2 * i, 2 * i + 1))
            elif low is not None and way.get(i) != "high":
                s = padd(scaled(one, low), s)
                strict |= {2 * i} if low_open else set()
            elif high is not None:
                s = padd(scaled(one, high), scaled(s, -1))
                strict |= {2 * i} if high_open else set()
            else:
                free.append(2 * i)
            powers = [one]
            for _ in range(degree):
                powers.append(self.mul(powers[-1], s))
            images[i] = [self.mul(p, self.power(below or one, degree - k, one)) for k, p in enumerate(powers)]
        for m, c in poly.items():
            term = scaled(one, c)
            for i in images:
                term = self.mul(term, images[i][m[i]])
            total = padd(total, term)
        signs = {c > 0 for c in total.values()}
        if len(signs) != 1 or any(m[j] % 2 for m in total for j in free):
            return 0
        for ends in choices(*pairs):
            if not any(all(j in strict or j in ends for j, k in enumerate(m) if k) for m in total):
                return 0
        return 1 if signs.pop() else -1

    def log_sign(self, i):
        """The sign of log b is that of b - 1 = (n - d)/d."""
        n, d = self.one, self.one
        for poly, k in self.means[i]:
            n, d = (self.mul(n, self.power(poly, k)), d) if k > 0 else (n, self.mul(d, self.power(poly, -k)))
        return self.sign(padd(n, scaled(d, -1))) * self.sign(d)


def padd(a, b):
    r = {**a}
    for m, c in b.items():
        r[m] = r.get(m, 0) + c
    return {m: c for m, c in r.items() if c}


def scaled(a, c):
    return {m: x * c for m, x in a.items()} if c else {}


def literal(e):
    sign, e = (-1, e.operand) if isinstance(e, ast.UnaryOp) and isinstance(e.op, ast.USub) else (1, e)
    return sign * e.value if isinstance(e, ast.Constant) and type(e.value) is int else None


# ---- numbers: the rationals, or the integers modulo a random prime -----------------------------------------------------


class Ring:
    """The rational numbers, or the integers modulo ``p``, with values of the letters at one point."""

    def __init__(self, letters, p, base):
        self.p, self.letters = p, letters
        free = [base ** (2**i) if p is None else secrets.randbelow(p) for i in range(len(letters.names))]
        self.point = free
        self.C = self.number(Fraction(letters.scope.fixed)) if letters.scope.fixed else self.point[0]

    def number(self, q):
        return q if self.p is None else q.numerator * pow(q.denominator, -1, self.p) % self.p

    def cut(self, x):
        return x if self.p is None else x % self.p

    def inverse(self, x):
        try:
            return 1 / Fraction(x) if self.p is None else pow(x, -1, self.p)
        except (ValueError, ZeroDivisionError):
            raise Refused("proof: a denominator is 0 at the point of the test") from None

    def poly(self, poly):
        total = 0
        for m, c in poly.items():
            term = self.number(c)
            for x, k in zip(self.point, m):
                if k:
                    term = self.cut(term * x**k) if self.p is None else term * pow(x, k, self.p) % self.p
            total += term
        return self.cut(total)

    def product(self, factors):
        top = below = 1
        for poly, k in factors:
            x = self.poly(poly)
            top, below = (self.cut(top * x**k), below) if k > 0 else (top, self.cut(below * x**-k))
        return self.cut(top * self.inverse(below)) if below != 1 else top

    def log_of(self, i):
        """The logarithm of what the letter i stands for in an exponential: log b of its own, a of e^a."""
        kind, of = self.letters.kinds[i], self.letters.means[i]
        if kind == "log":
            return self.point[i]
        return self.product(of) if kind == "exp" else self.cut(self.log_of(of) * self.number(Fraction(1, 2)))

    def exp_of(self, i):
        return self.product(self.letters.means[i]) if self.letters.kinds[i] == "log" else self.point[i]


def random_prime():
    """A random prime of ``BITS`` bits; a number that is none passes Miller and Rabin's test with at most 4**-50."""
    while True:
        p = secrets.randbits(BITS) | 1 | 1 << (BITS - 1)
        if math.gcd(p, SMALL) == 1 and all(strong(p, 2 + secrets.randbelow(p - 3)) for _ in range(50)):
            return p


SMALL = math.prod(range(3, 200, 2))


def strong(p, a):
    twos = (p - 1 & 1 - p).bit_length() - 1
    x = pow(a, p - 1 >> twos, p)
    return x == 1 or any(pow(x, 2**k, p) == p - 1 for k in range(twos))


# ---- 2-jets at z = 0 ---------------------------------------------------------------------------------------------------

# A value has entries: one, or four of a class-vector: at the label y, at two other classes k and l, at each of the C - 3
# that are left.  An entry is its value alone where z does not occur, else (value, by y, by k, by l, by yy, yk, ..., ll).
ORDERS = [(), (0,), (1,), (2,), (0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)]
PRODUCTS = [
    (i, j, ORDERS.index(tuple(sorted(a + b))))
    for i, a in enumerate(ORDERS)
    for j, b in enumerate(ORDERS)
    if len(a + b) < 3
]


class Jets:
    """The jets of a tape in a ring, each function by its hint."""

    def __init__(self, tape, hints, ring, where):
        self.hints, self.ring, self.where, self.values = hints, ring, where, []
        for n, (op, args, data) in enumerate(tape.nodes):
            try:
                self.values.append(self.step(n, op, [self.values[a] for a in args], data))
            except Refused as stop:
                self.values.append(stop)  # it may be the side of a branch that does not count
        self.result = self.values[tape.result]
        if isinstance(self.result, Refused):
            raise self.result

    def step(self, n, op, args, data):
        ring = self.ring
        used = args if op not in ("branch", "flat") else args[:1]
        for a in used:
            if isinstance(a, Refused):
                raise a
        if op == "number":
            return [[ring.number(data)]]
        if op == "parameter":
            return [[ring.point[ring.letters.names.index(data)]]]
        if op == "classes":
            return [[ring.C]]
        if op == "logits":
            return [[int(i == e + 1) for i in range(10)] for e in range(3)] + [[0] * 10]
        if op == "onehot":
            return [[1], [0], [0], [0]]
        if op in ("add", "mul"):
            return self.each(self.plus if op == "add" else self.times, *args)
        if op == "total":
            y, k, l, o = self.wide(args[0])
            return [self.plus(self.plus(self.plus(y, k), l), self.times([ring.C - 3], o))]
        if op == "take":
            return args[0][:1]
        if op == "detach":
            return [x[:1] for x in args[0]]
        if op == "centred":
            v = self.wide(args[0])
            need(all(x[0] == v[0][0] for x in v), f"{self.where}.{n}", "the entries are not shown to be equal")
            (mean,) = self.step(n, "total", [v], None)
            mean = self.times(mean, [ring.inverse(ring.C)])
            return [self.plus(x, self.times([-1], mean)) for x in v]
        if op == "branch":
            return self.branch(n, *args)
        if op == "flat":
            zero = all(not x[0] for x in args[0])
            if zero or isinstance(args[1], Refused):
                need(zero, f"{self.where}.{n}", "it is not shown to be 0")
                return [[0] for _ in args[0]]
            return args[1]
        return [self.taylor(x, *getattr(self, op)(n, e, x[0])) for e, x in enumerate(args[0])]

    def wide(self, v):
        return v if len(v) > 1 else v * 4

    def each(self, f, a, b):
        return [f(x, y) for x, y in zip(*(v if len(v) == max(len(a), len(b)) else v * 4 for v in (a, b)))]

    def plus(self, a, b):
        a, b = (a, b) if len(a) >= len(b) else (b, a)
        return [self.ring.cut(x + y) for x, y in zip(a, b)] + a[len(b) :]

    def times(self, a, b):
        if len(a) == 1 or len(b) == 1:
            (x,), b = (a, b) if len(a) == 1 else (b, a)
            return [self.ring.cut(x * y) for y in b]
        r = [0] * 10
        for i, j, k in PRODUCTS:
            r[k] += a[i] * b[j]
        return [self.ring.cut(x) for x in r]

    def taylor(self, x, f0, f1, f2):
        """f(x) from f, f' and f''/2 at its value."""
        if len(x) == 1:
            return [f0]
        h = [0, *x[1:]]
        return self.plus(self.times(h, self.plus([f1], self.times([f2], h))), [f0])

    def hint(self, n, e):
        h = self.hints.get(n)
        return h[min(e, 1)] if type(h) is list else h

    def sure(self, n, e, value):
        """The sign of ``value``, which is the product of the hint."""
        at = f"{self.where}.{n}"
        hint = self.hint(n, e)
        need(hint is not None, at, "a product is needed that tells its sign")
        factors = self.ring.letters.product(hint, at)
        need(self.ring.product(factors) == value, at, "the product is not what is asked about")
        return self.ring.letters.product_sign(factors, at)

    def inverse(self, n, e, x):
        self.sure(n, e, x)
        v = self.ring.inverse(x)
        return v, self.ring.cut(-v * v), self.ring.cut(v * v * v)

    def parts(self, n, e):
        return [(self.ring.letters.names.index(x), k) for x, k in (self.hint(n, e) or {}).items()]

    def log(self, n, e, x):
        ring, parts = self.ring, self.parts(n, e)
        need(self.raised(parts) == x, f"{self.where}.{n}", "the hint is not the logarithm of what is there")
        v = ring.inverse(x)
        return ring.cut(sum(k * ring.log_of(i) for i, k in parts)), v, ring.cut(-v * v * ring.number(Fraction(1, 2)))

    def exp(self, n, e, x):
        ring, parts = self.ring, self.parts(n, e)
        need(
            ring.cut(sum(k * ring.log_of(i) for i, k in parts) - x) == 0,
            f"{self.where}.{n}",
            "the hint is not its exponent",
        )
        v = self.raised(parts)
        return v, v, ring.cut(v * ring.number(Fraction(1, 2)))

    def raised(self, parts):
        ring, v = self.ring, 1
        for i, k in parts:
            x = ring.exp_of(i)
            v = ring.cut(v * (x**k if k > 0 else ring.inverse(x) ** -k))
        return v

    def branch(self, n, u, positive, otherwise):
        found = []
        for e, x in enumerate(u):
            if len(x) == 1 and x[0] == 0:
                side = otherwise  # it is 0 for all z
            else:
                side = positive if self.sure(n, e, x[0]) > 0 else otherwise
            if isinstance(side, Refused):
                raise side
            found.append(side)
        width = max(len(u), *(len(side) for side in found))
        return [(found * width)[e][e if len((found * width)[e]) > 1 else 0] for e in range(width)]


# ---- claims ------------------------------------------------------------------------------------------------------------


def hints_of(data, letters, where):
    return {int(n): h for n, h in data.items()}


def check(statement, proof):
    scope = Scope(statement, "scope")
    letters = Letters(scope, proof["letters"], "letters")
    tape = Tape(statement["formula"], scope, "formula")
    hints = hints_of(proof["hints"], letters, "hints")
    ring = Ring(letters, random_prime(), None)
    jet = Jets(tape, hints, ring, "hints").result
    need(len(jet) == 1, "formula", "it is no scalar")
    jet = jet[0] + [0] * (10 - len(jet[0]))
    cut, C = ring.cut, ring.C
    if statement["about"] == "loss":
        kappa = letters.product(proof["kappa"], "kappa")
        need(letters.product_sign(kappa, "kappa") == 1, "kappa", "it is not shown positive")
        k = ring.product(kappa)
        need(cut(jet[2] - jet[1] - k) == 0, "kappa", "it is not d_k l - d_y l")
        need(cut(jet[1] + (C - 1) * jet[2]) == 0, "formula", "the gradient is no multiple of that of MUH")
        if statement["kappa"] is not None:
            t = Tape(statement["kappa"], scope, "kappa")
            said = Jets(t, hints_of(proof["kappa_hints"], letters, "kappa_hints"), ring, "kappa_hints").result
            need(said == [[k]], "kappa", "it is another one")
        return
    need(not any(jet[1:4]), "formula", "the gradient is not 0")
    D, O = cut(2 * jet[7]), jet[5]
    s = letters.product(proof["across"], "across")
    need(letters.product_sign(s, "across") == 1 and cut(ring.product(s) - D + O) == 0, "across", "it is not shown")
    if not statement["quotient"]:
        s = letters.product(proof["along"], "along")
        need(
            letters.product_sign(s, "along") == 1 and cut(ring.product(s) - D - (C - 1) * O) == 0, "along", "not shown"
        )
