"""The small checker: whether a proof shows what a statement says of a loss or a regularizer at z = 0.

(docstring: written last)
"""

from __future__ import annotations

import ast
import copy
import json
import math
import operator
import re
import secrets
import sys
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import reduce
from itertools import combinations_with_replacement
from itertools import product as all_of
from typing import Any

LONGEST_TEXT, LONGEST_NUMBER, MOST_NODES, MOST_LETTERS, MOST_WORK = 20_000, 4_096, 2_000, 40, 3_000_000
MOST_POWER, MOST_SPLITS, ERROR_BITS, EXACT_BITS = 64, 8, 80, 512

class Refused(ValueError):
    """The proof does not show the statement; the message begins with the field at which it stops."""

def need(holds: object, where: str, why: str) -> None:
    if not holds: raise Refused(f"{where}: {why}")

def shaped(data: Any, where: str, **kinds: str) -> list[Any]:
    """These entries of a JSON object, each of one of the types that are named."""
    for key, kind in kinds.items():
        found = type(data) is dict and key in data and type(data[key]).__name__ in kind.split("|")
        need(found, f"{where}.{key}", f"{kind} is needed")
    return [data[key] for key in kinds]

def rational(text: str, where: str) -> Fraction:
    plain = len(text) <= LONGEST_NUMBER and re.fullmatch("-?[0-9]+(/0*[1-9][0-9]*)?", text)
    need(plain, where, "a fraction such as -7/10 is needed")
    return Fraction(text)


# ---- the scope --------------------------------------------------------------------------------------------------------

Interval = tuple[Fraction | int | None, Fraction | int | None, bool, bool]  # low, high, low_open, high_open
ENDS = {"low": "str|NoneType", "high": "str|NoneType", "low_open": "bool", "high_open": "bool"}

class Scope:
    """C from ``low`` to ``high`` (None: without end), ``parameters`` in intervals, and the texts that are the
    ``meanings`` of names where the scope was split."""

    def __init__(self, data: Any) -> None:
        classes, parameters = shaped(data, "scope", classes="dict", parameters="list")
        self.low, self.high = shaped(classes, "scope.classes", low="int", high="int|NoneType")
        need(2 <= self.low and self.low <= (self.low if self.high is None else self.high), "scope.classes", "2 <= low <= high")
        self.parameters: dict[str, Interval] = {}
        self.meanings: dict[str, str] = {}
        for n, p in enumerate(parameters):
            name, interval = shaped(p, f"scope.parameters.{n}", name="str", interval="dict")
            low, high, *is_open = shaped(interval, f"scope.parameters.{n}.interval", **ENDS)
            self.add(name, *(None if x is None else rational(x, f"scope.parameters.{n}") for x in (low, high)), *is_open)

    def add(self, name: str, low: Any, high: Any, low_open: bool, high_open: bool) -> None:
        wide = low is None or high is None or low < high or (low == high and not low_open and not high_open)
        need(wide, f"scope.{name}", "no number lies in its interval")
        self.parameters[self.new(name)] = low, high, low_open, high_open

    def new(self, name: str) -> str:
        known = name in ("C", "z", "y") or name in self.parameters or name in self.meanings
        need(name.isidentifier() and name.isascii() and not known, name[:40], "it is no name, or has another meaning")
        return name

    @property
    def fixed(self) -> int | None: return self.low if self.low == self.high else None

    def split(self, name: str, at: str, where: str) -> dict[str, Scope]:
        """The parts below, equal to and above ``at``: a whole number for C, else a constant of C and the others."""
        parts = {side: copy.copy(self) for side in ("below", "equal", "above")}
        if name == "C":
            k = rational(at, where)
            need(k.denominator == 1 and self.low <= k < (math.inf if self.high is None else self.high), where, "C is not split")
            parts["below"].high, parts["above"].low = int(k), int(k) + 1
            return {side: parts[side] for side in ("below", "above")}
        need(name in self.parameters, where, "C or a parameter of the scope is split")
        for part in parts.values():
            part.parameters, part.meanings = {k: v for k, v in self.parameters.items() if k != name}, {**self.meanings}
        tape = Tape(at, parts["equal"], where)
        need(not tape.ops & {"logits", "onehot"}, where, "it is no constant")
        op, _, number = tape.nodes[tape.result]
        parts["equal"].meanings[name] = at
        low, high, low_open, high_open = self.parameters[name]
        # p = low + (at - low) q with 0 <= q < 1, or p = at - q with q > 0 without a low end, and likewise above: whatever
        # the sign of at - low is, each p < at in the interval is among them.
        for side, end, is_open, sign in (("below", low, low_open, "-"), ("above", high, high_open, "+")):
            if op == "number":
                ends = (low, number, low_open, True) if side == "below" else (number, high, True, high_open)
                parts[side].add(name, *ends)
                continue
            parts[side].add(name + "_", 0, None if end is None else 1, is_open or end is None, True)
            text = f"({at}) {sign} {name}_" if end is None else f"({end}) + (({at}) - ({end}))*{name}_"
            parts[side].meanings[name] = text
        return parts


# ---- texts become tapes of core operators ------------------------------------------------------------------------------

CORE = {"exp": 1, "log": 1, "total": 1, "detach": 1, "branch": 3, "centred": 1}  # with their numbers of arguments
# At equal entries entmax is s_k = f(v_k - m) with f' = f**(2 - alpha) and m by sum_k s_k = 1.  Up to order 2 it is
# near_equal with u = v - mean(v), r = f' and c = f''/(2 r) at f = 1/C.
DEFINITIONS = """
sqrt = lambda a: a**(1/2)
abs = lambda a: branch(a, a, -a)
relu = lambda a: branch(a, a, 0)
maximum = lambda a, b: branch(a - b, a, b)
minimum = lambda a, b: branch(a - b, b, a)
softplus = lambda a: log(1 + exp(a))
sigmoid = lambda a: 1/(1 + exp(-a))
cosh = lambda a: (exp(a) + exp(-a))/2
tanh = lambda a: (exp(a) - exp(-a))/(exp(a) + exp(-a))
mean = lambda v: total(v)/C
total_others = lambda v: total(v) - v[y]
mean_others = lambda v: (total(v) - v[y])/(C - 1)
logsumexp = lambda v: log(total(exp(v)))
logsumexp_others = lambda v: log(total(exp(v)) - exp(v)[y])
softmax = lambda v: exp(v)/total(exp(v))
log_softmax = lambda v: v - log(total(exp(v)))
entmax = lambda v, alpha: near_equal(centred(v), (1/C)**(2 - alpha), (2 - alpha)*(1/C)**(2 - alpha)*C/2)
near_equal = lambda u, r, c: 1/C + r*(u + c*(u*u - mean(u*u)))
"""

def parsed(text: Any, where: str) -> list[Any]:
    # Comments, other numerals than 12 and other signs would be read by Python alone.
    plain = type(text) is str and len(text) <= LONGEST_TEXT and re.fullmatch(r"(?:(?!\b[0-9]+[a-zA-Z_.])[a-zA-Z0-9_ +\-*/(),;=\[\]])*", text)
    need(plain, where, f"a formula of at most {LONGEST_TEXT} characters is needed")
    try:
        return ast.parse(text.strip()).body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise Refused(f"{where}: it is not written as a formula ({type(error).__name__})") from None

WORDS: Any = {b.targets[0].id: b.value for b in ast.parse(DEFINITIONS).body}  # type: ignore[attr-defined]

def is_label(e: Any) -> bool: return isinstance(e, ast.Name) and e.id == "y"

class Tape:
    """``nodes`` are core operators (op, arguments, data), arguments first, equal ones once; ``result`` is the value."""

    def __init__(self, text: Any, scope: Scope, where: str, letters: list[str] | None = None, anchor: Any = None) -> None:
        self.scope, self.where, self.anchor = scope, where, anchor
        self.nodes: list[tuple[str, tuple[int, ...], Any]] = []
        self.places: dict[Any, int] = {}
        self.names: dict[str, int] = {}
        self.letters = {name: i for i, name in enumerate(letters or scope.parameters)}
        self.result = self.part(text)
        self.ops = {op for op, _, _ in self.nodes}

    def part(self, text: Any) -> int:
        """The value of ``t1 = ...; t2 = ...; value``."""
        *bindings, last = parsed(text, self.where) or [None]
        for b in bindings:
            plain = isinstance(b, ast.Assign) and len(b.targets) == 1 and isinstance(b.targets[0], ast.Name)
            need(plain and b.targets[0].id not in {*self.names, *self.letters}, self.where, "a part is given to a new name")
            self.names[self.scope.new(b.targets[0].id)] = self.read(b.value, self.names)
        need(isinstance(last, ast.Expr), self.where, "it does not end with a value")
        return self.read(last.value, self.names)

    def read(self, e: Any, names: Mapping[str, int]) -> int:
        if isinstance(e, ast.Constant) and type(e.value) is int: return self.number(Fraction(e.value))
        if isinstance(e, ast.Name): return names[e.id] if e.id in names else self.named(e.id)
        if isinstance(e, ast.UnaryOp) and isinstance(e.op, ast.USub): return self.neg(self.read(e.operand, names))
        if isinstance(e, ast.BinOp): return self.binary(type(e.op), self.read(e.left, names), self.read(e.right, names))
        if isinstance(e, ast.Subscript) and is_label(e.slice): return self.put("take", self.read(e.value, names))
        need(isinstance(e, ast.Call) and isinstance(e.func, ast.Name), self.where, f"{type(e).__name__} has no meaning")
        but = [k for k in e.keywords if k.arg == "but" and is_label(k.value)]
        name, args = e.func.id + "_others" * len(but), e.args
        if name == "onehot" and len(args) == 1 and is_label(args[0]) and not e.keywords: return self.put("onehot")
        word = WORDS.get(name)
        known = (CORE.get(name) if word is None else len(word.args.args)) == len(args) and but == e.keywords
        need(known, self.where, f"{name[:40]} of {len(args)} arguments has no meaning here")
        places = [self.read(a, names) for a in args]
        if word is None: return self.put(name, *places)
        return self.read(word.body, dict(zip((a.arg for a in word.args.args), places, strict=True)))

    def named(self, name: str) -> int:
        if name == "C": return self.put("classes")
        if name in self.letters: return self.put("letter", data=self.letters[name])
        if name == "z" and self.anchor is None: return self.put("logits")
        if name == "z": return self.binary(ast.Add, self.put("logits"), self.part(self.anchor))
        need(name in self.scope.meanings, self.where, f"{name[:40]} is no name that is known here")
        return self.part(self.scope.meanings[name])

    def put(self, op: str, *args: int, data: Any = None) -> int:
        need(len(self.nodes) < MOST_NODES, self.where, f"it has more than {MOST_NODES} operators")
        place = self.places.setdefault((op, args, data), len(self.nodes))
        if place == len(self.nodes): self.nodes.append((op, args, data))
        return place

    def number(self, q: Fraction) -> int:
        need(max(abs(q.numerator), q.denominator).bit_length() <= LONGEST_NUMBER, self.where, "a number is too long")
        return self.put("number", data=q)

    def neg(self, a: int) -> int: return self.binary(ast.Mult, self.number(Fraction(-1)), a)

    def binary(self, op: type, a: int, b: int) -> int:
        x, y = (self.nodes[n][2] if self.nodes[n][0] == "number" else None for n in (a, b))
        if op is ast.Sub: return self.binary(ast.Add, a, self.neg(b))
        if op is ast.Div: return self.binary(ast.Mult, a, self.number(1 / y) if y else self.put("inverse", b))
        if op is ast.Pow: return self.power(a, b, y)
        need(op in (ast.Add, ast.Mult), self.where, "an operator has no meaning")
        if x is None or y is None: return self.put("add" if op is ast.Add else "mul", a, b)
        return self.number(x + y if op is ast.Add else x * y)

    def power(self, a: int, b: int, k: Fraction | None) -> int:
        (op, args, _), one = self.nodes[a], self.number(Fraction(1))
        if k is None or k.denominator > 1 or abs(k) > MOST_POWER:
            value = self.put("exp", self.binary(ast.Mult, b, self.put("log", a)))
        else:  # a**0 is 1 where a exists, so a stays a part of it
            value = a if k else self.binary(ast.Add, one, self.binary(ast.Mult, self.number(Fraction(0)), a))
            for bit in f"{abs(int(k)):b}"[1:]:
                value = self.binary(ast.Mult, value, value)
                value = self.binary(ast.Mult, value, a) if bit == "1" else value
            value = self.binary(ast.Div, one, value) if k < 0 else value
        # |u|**k with k > 2 is twice continuously differentiable where u = 0 too, and all of it is 0 there.
        is_abs = op == "branch" and args[0] == args[1] and args[2] == self.neg(args[0])
        return self.put("flat", args[0], value) if is_abs and k is not None and k > 2 else value


# ---- letters, polynomials in them, and their signs ---------------------------------------------------------------------

Polynomial = dict[tuple[int, ...], Fraction | int]  # coefficients by the exponents of the letters
Factors = list[tuple[Polynomial, int]]  # polynomials with their powers

class Letters:
    """The parameters, C, and ``given`` letters, each the logarithm or exponential of what earlier ones make.

    So all of them are real numbers at every point of the scope, and an identity in free letters holds for them.
    """

    def __init__(self, scope: Scope, given: Any) -> None:
        plain = type(given) is list and all(type(x) is list and [*map(type, x)] == [str] * 3 for x in given)
        need(plain and len(given) <= MOST_LETTERS, "letters", f"up to {MOST_LETTERS} times [name, kind, argument]")
        self.scope, self.work, self.known, self.signs = scope, 0, dict[str, Factors](), dict[Any, int]()
        self.names, self.size = [*scope.parameters, "C"], len(scope.parameters) + 1 + len(given)
        self.intervals = [*scope.parameters.values(), (scope.low, scope.high, False, scope.high is None)]
        self.kinds, self.of = ["variable"] * len(self.names), [list[Any]() for _ in self.names]
        for name, kind, argument in given:
            need(kind in ("log", "exp") and name not in self.names, f"letters.{name[:40]}", "a new log or exp is needed")
            factors = self.product(argument, f"letters.{name}")  # which knows the letters that are there by now
            real = all(k > 0 or self.sign(p) for p, k in factors) if kind == "exp" else self.sign_of(factors, name) > 0
            need(real, f"letters.{name}", "it is not shown to be a real number")
            self.names.append(scope.new(name)), self.kinds.append(kind), self.of.append(factors)
            self.intervals.append((0, None, True, True))

    def product(self, text: Any, where: str) -> Factors:
        """``(C - 1)**-2*q`` as polynomials with their powers."""
        need(type(text) is str, where, "a product of polynomials in the letters is needed")
        if text not in self.known:
            tape = Tape(text, self.scope, where, self.names)
            self.known[text] = [*self.factors(tape, tape.result, 1, {})]
        return self.known[text]

    def factors(self, tape: Tape, n: int, k: int, made: dict[int, Polynomial]) -> Iterator[tuple[Polynomial, int]]:
        op, args, _ = tape.nodes[n]
        if op not in ("mul", "inverse"): self.work, factor = self.work + 1, (self.polynomial(tape, n, made), k); yield factor
        for a in args if op in ("mul", "inverse") else (): yield from self.factors(tape, a, k if op == "mul" else -k, made)

    def polynomial(self, tape: Tape, n: int, made: dict[int, Polynomial]) -> Polynomial:
        op, args, data = tape.nodes[n]
        if n not in made:
            parts = [self.polynomial(tape, a, made) for a in args] if op in ("add", "mul") else []
            need(parts or op in ("number", "letter", "classes"), tape.where, "it is no product of polynomials in the letters")
            if op == "number": made[n] = {(0,) * self.size: data} if data else {}
            elif parts: made[n] = plus(*parts) if op == "add" else self.times(*parts)
            else: made[n] = {unit(self.names.index("C") if op == "classes" else data, self.size): 1}
        return made[n]

    def times(self, a: Polynomial, b: Polynomial) -> Polynomial:
        self.work += len(a) * len(b)
        need(self.work <= MOST_WORK, "proof", "it asks for more work than is allowed")
        found: Polynomial = {}
        for m, c in a.items():
            for n, d in b.items():
                key = tuple(map(int.__add__, m, n))
                found[key] = found.get(key, 0) + c * d
        return {m: c for m, c in found.items() if c}

    def power(self, a: Polynomial, k: int, start: Polynomial) -> Polynomial:
        for _ in range(k): start = self.times(start, a)
        return start

    def sign_of(self, factors: Factors, where: str) -> int:
        """The sign of a product in the whole scope; refused unless each factor is shown to have a strict one."""
        signs = [self.sign(polynomial) ** (k % 2 or 2) for polynomial, k in factors]
        need(all(signs), where, "a factor is not shown to have one sign in the whole scope")
        return math.prod(signs)

    def sign(self, polynomial: Polynomial) -> int:
        """+1 or -1 if the polynomial has this strict sign in the whole scope, 0 if that is not shown."""
        key = frozenset(polynomial.items())
        if key not in self.signs:
            self.signs[key] = 0  # a question that comes back to itself has no answer
            self.signs[key] = self.found_sign(polynomial)
        return self.signs[key]

    def found_sign(self, polynomial: Polynomial) -> int:
        # A letter x between low and high is (low s + high t)/(s + t) with s, t >= 0; without a high end it is low + t/s.
        # The denominators are positive, and what is above them has one sign if all coefficients have.  It is not 0 if a
        # term is left at t = 0, where x is the low end, if that belongs to the scope, and at s = 0 likewise.
        one, images, alive = {(0,) * (2 * self.size): 1}, dict[int, list[Polynomial]](), list[list[set[int]]]()
        for i, degree in enumerate(map(max, zip(*polynomial, strict=True))):
            if not degree: continue
            low, high, low_open, high_open = self.intervals[i]
            if low is None and high is None: return 0
            s, t = ({unit(j, 2 * self.size): 1} for j in (2 * i, 2 * i + 1))
            top = plus(scaled(s, -1 if low is None else low), scaled(t, 1 if high is None else high))
            below = plus(scaled(s, low is not None), scaled(t, high is not None))
            side = self.sign_of_log(i) if self.kinds[i] == "log" else 1
            if not side: return 0
            powers = [self.power(top, k, self.power(below, degree - k, one)) for k in range(degree + 1)]
            images[i] = [scaled(p, side**k) for k, p in enumerate(powers)]
            closed = [{2 * i}] * (not low_open) + [{2 * i + 1}] * (not high_open)
            alive.append(closed or [{2 * i, 2 * i + 1}])
        total: Polynomial = {}
        for m, c in polynomial.items():
            term = scaled(one, c)
            for i, powers in images.items(): term = self.times(term, powers[m[i]])
            total = plus(total, term)
        self.work += len(total) * math.prod(map(len, alive))
        ends = (set().union(*choice) for choice in all_of(*alive)) if self.work <= MOST_WORK else [set()]
        left = all(any(all(j in letters for j, k in enumerate(m) if k) for m in total) for letters in ends)
        return 0 if not left or len({c > 0 for c in total.values()}) != 1 else 1 if max(total.values()) > 0 else -1

    def sign_of_log(self, i: int) -> int:
        """The sign of log b is that of b - 1 = (n - d)/d."""
        n = d = {(0,) * self.size: 1}
        for polynomial, k in self.of[i]:
            n, d = (self.power(polynomial, k, n), d) if k > 0 else (n, self.power(polynomial, -k, d))
        return self.sign(plus(n, scaled(d, -1))) * self.sign(d)

def unit(place: int, size: int) -> tuple[int, ...]: return tuple(int(i == place) for i in range(size))

def plus(a: Polynomial, b: Polynomial) -> Polynomial:
    found = dict(a)
    for m, c in b.items(): found[m] = found.get(m, 0) + c
    return {m: c for m, c in found.items() if c}

def scaled(a: Polynomial, c: Fraction | int) -> Polynomial: return {m: x * c for m, x in a.items()} if c else {}


# ---- 2-jets at z = 0, at points at which identities are tested ---------------------------------------------------------

Entry = list[Any]  # the value alone where z does not occur, else the coefficients of Taylor's formula by PLACE
PLACE = {m: i for i, m in enumerate(((), (0,), (1,), (2,), *combinations_with_replacement(range(3), 2)))}
PAIRS = [(i, j, PLACE[tuple(sorted(a + b))]) for a, i in PLACE.items() for b, j in PLACE.items() if len(a + b) < 3]

class Jets:
    """The 2-jets of the nodes of a tape, by z_y, z_k and z_l, where the letters have ``values``: rational numbers, or
    integers modulo ``prime``.

    A scalar has one entry, a class-vector four: at the label y, at two other classes k and l, at each of the C - 3
    left.  ``sizes``: all of it is a quotient of polynomials in the letters with degrees up to d and coefficients that
    add up to less than 2**h.
    """

    def __init__(self, tape: Tape, hints: Any, letters: Letters, values: list[int], prime: int | None, where: str) -> None:
        self.hints, self.letters, self.values, self.prime, self.where = hints, letters, values, prime, where
        self.C: Any = letters.scope.fixed or values[letters.names.index("C")]
        self.jets, self.sizes, self.used = list[Any](), list[tuple[int, int]](), [0, 0]
        for n, (op, places, data) in enumerate(tape.nodes):
            args = [self.jets[a] for a in places]
            try:  # a side of a branch may have no jet where it is not taken
                self.jets.append(self.step(n, op, data, *(args if op in ("branch", "flat") else map(sure, args))))
            except Refused as stop:
                self.jets.append(stop)
            # Denominators of entries are brought together: 6 is two entries that may differ, with third powers each.
            times = 6 if op in ("inverse", "log", "exp") else 2 if op == "centred" else 1
            d, h = (times * sum(self.sizes[a][i] for a in places) + self.used[i] for i in (0, 1))
            bits = max(abs(data.numerator), data.denominator) if op == "number" else letters.scope.low
            self.sizes.append((d + 2, h + bits.bit_length() + 8))
            self.used = [0, 0]
        self.result: list[Entry] = sure(self.jets[tape.result])

    # numbers

    def cut(self, x: Any) -> Any: return x if self.prime is None else x % self.prime

    def number(self, q: Fraction | int) -> Any:
        return q if self.prime is None else q.numerator * pow(q.denominator, -1, self.prime) % self.prime

    def raised(self, x: Any, k: int) -> Any:
        try:
            return Fraction(x) ** k if self.prime is None else pow(x, k, self.prime)
        except (ValueError, ZeroDivisionError):
            raise Refused("proof: something that is divided by is 0 at the point of a test") from None

    def value(self, factors: Factors, times: int = 1) -> Any:
        found: Any = 1
        for polynomial, k in factors:
            terms = ([self.number(c), *(self.raised(x, n) for x, n in zip(self.values, m, strict=True) if n)] for m, c in polynomial.items())
            found = self.cut(found * self.raised(self.cut(sum(map(math.prod, terms))), k))
            degree, norm = max(map(sum, polynomial), default=0), sum(abs(c.numerator) + c.denominator for c in polynomial.values())
            self.used[0] += abs(k * times) * degree
            self.used[1] += abs(k * times) * (degree * self.letters.scope.low.bit_length() + int(norm).bit_length())
        return found

    # entries

    def plus(self, a: Entry, b: Entry) -> Entry:
        a, b = (a, b) if len(a) >= len(b) else (b, a)
        return [*map(self.cut, map(operator.add, a, b)), *a[len(b) :]]

    def times(self, a: Entry, b: Entry) -> Entry:
        a, b = (a, b) if len(a) <= len(b) else (b, a)
        if len(a) == 1: return [self.cut(a[0] * x) for x in b]
        found: Entry = [0] * len(a)
        for i, j, k in PAIRS: found[k] += a[i] * b[j]
        return [*map(self.cut, found)]

    def taylor(self, x: Entry, f0: Any, f1: Any, f2: Any) -> Entry:
        """f(x) from f, f' and f''/2 at its value."""
        change = [0, *x[1:]]
        return [f0] if len(x) == 1 else self.plus(self.times(change, self.plus([f1], self.times([f2], change))), [f0])

    def step(self, n: int, op: str, data: Any, *args: Any) -> list[Entry]:
        if op in ("number", "letter"): return [[self.number(data) if op == "number" else self.values[data]]]
        if op == "classes": return [[self.C]]
        if op == "logits": return [[int(j == e + 1 < 4) for j in range(10)] for e in range(4)]
        if op == "onehot": return [[1], [0], [0], [0]]
        if op in ("add", "mul"):
            f, width = self.plus if op == "add" else self.times, max(map(len, args))
            return [*map(f, *(a * (width // len(a)) for a in args))]
        if op == "branch": return self.branch(n, *args)
        if op == "flat": return sure(args[1]) if any(x[0] for x in sure(args[0])) else [[0] * len(x) for x in args[0]]
        if op == "detach": return [x[:1] + [0] * (len(x) - 1) for x in args[0]]
        if op in ("inverse", "log", "exp"):
            return [self.taylor(x, *getattr(self, op)(n, e, x[0])) for e, x in enumerate(args[0])]
        entries = args[0] * (4 // len(args[0]))
        total = reduce(self.plus, (*entries[:3], self.times([self.C - 3], entries[3])))
        if op in ("take", "total"): return entries[:1] if op == "take" else [total]
        need(all(x[0] == entries[0][0] for x in entries), f"{self.where}.{n}", "the entries are not shown to be equal")
        return [self.plus(x, self.times([self.cut(-self.raised(self.C, -1))], total)) for x in entries]

    # functions, by what the hints say of their arguments

    def hint(self, n: int, e: int) -> Any:
        found = self.hints.get(str(n), {})
        return found[min(e, len(found) - 1)] if type(found) is list and found else found

    def sign(self, n: int, e: int, x: Any) -> int:
        """The sign of x, which has to be the product that the hint says."""
        factors = self.letters.product(self.hint(n, e), f"{self.where}.{n}")
        need(self.value(factors) == x, f"{self.where}.{n}", "the product is not what stands there")
        return self.letters.sign_of(factors, f"{self.where}.{n}")

    def made(self, n: int, e: int) -> tuple[Any, Any]:
        """The product of the letters that the hint names, b for log b, to its powers, and the logarithm of that."""
        hint, first, where = self.hint(n, e), self.letters.names.index("C") + 1, f"{self.where}.{n}"
        known = type(hint) is dict and hint.keys() <= set(self.letters.names[first:])
        need(known and all(type(k) is int and abs(k) <= MOST_POWER for k in hint.values()), where, "{letter: power} is needed")
        product: Any = 1
        logarithm: Any = 0
        for name, k in hint.items():
            i = self.letters.names.index(name)
            other, is_log = self.value(self.letters.of[i], k), self.letters.kinds[i] == "log"
            product = self.cut(product * self.raised(other if is_log else self.values[i], k))
            logarithm = self.cut(logarithm + k * (self.values[i] if is_log else other))
            self.used = [self.used[0] + abs(k), self.used[1] + abs(k)]
        return product, logarithm

    def inverse(self, n: int, e: int, x: Any) -> tuple[Any, Any, Any]:
        v = self.raised(x, -1) if self.sign(n, e, x) else 0
        return v, self.cut(-v * v), self.cut(v * v * v)

    def log(self, n: int, e: int, x: Any) -> tuple[Any, Any, Any]:
        product, logarithm = self.made(n, e)
        need(product == x, f"{self.where}.{n}", "the product of the letters is not what stands there")
        v = self.raised(x, -1)
        return logarithm, v, self.cut(-v * v * self.number(Fraction(1, 2)))

    def exp(self, n: int, e: int, x: Any) -> tuple[Any, Any, Any]:
        product, logarithm = self.made(n, e)
        need(logarithm == x, f"{self.where}.{n}", "the logarithm of the letters is not what stands there")
        return product, product, self.cut(product * self.number(Fraction(1, 2)))

    def branch(self, n: int, u: Any, positive: Any, otherwise: Any) -> list[Entry]:
        is_zero = [len(x) == 1 and x[0] == 0 for x in sure(u)]  # for all z
        taken = [sure(otherwise if zero or self.sign(n, e, u[e][0]) < 0 else positive) for e, zero in enumerate(is_zero)]
        width = max(map(len, (u, *taken)))
        return [(v * (width // len(v)))[e] for e, v in enumerate(taken * (width // len(u)))]

def sure(jet: Any) -> Any:
    if isinstance(jet, Refused): raise jet
    return jet

def random_prime() -> int:
    """A prime of 128 bits; a number that is none gets through with a probability of at most 4**-50 (Miller, Rabin)."""
    while True:
        p = secrets.randbits(128) | 1 | 1 << 127
        if math.gcd(p, SMALL) == 1 and all(is_strong(p, 2 + secrets.randbelow(p - 3)) for _ in range(50)): return p

SMALL = math.prod(range(3, 200, 2))

def is_strong(p: int, a: int) -> bool:
    twos = ((p - 1) & (1 - p)).bit_length() - 1
    x = pow(a, (p - 1) >> twos, p)
    return x == 1 or any(pow(x, 2**k, p) == p - 1 for k in range(twos))


# ---- statements --------------------------------------------------------------------------------------------------------

class Claim:
    """A statement about a loss or a regularizer in a part of the scope, with what a proof says of it."""

    def __init__(self, scope: Scope, statement: Any, proof: Any, where: str) -> None:
        self.about, formula, self.kappa, anchor = shaped(
            statement, "statement", about="str", formula="str", kappa="str|NoneType", anchor="str|NoneType")
        need(self.about in ("loss", "regularizer"), "statement.about", "loss or regularizer is needed")
        self.on_quotient = shaped(statement["scope"], "statement.scope", space="str") == ["R^C/(1, ..., 1)"]
        given, hints = shaped(proof, where, letters="list", hints="dict")
        self.where, self.letters = where, Letters(scope, given)
        self.tapes = [(Tape(formula, scope, "formula", anchor=anchor), hints, f"{where}.hints")]
        if self.about == "loss" and self.kappa is not None:
            self.tapes += [(Tape(self.kappa, scope, "kappa"), *shaped(proof, where, kappa_hints="dict"), f"{where}.kappa_hints")]
        wrong = self.tapes[0][0].ops & {"take", "onehot", "detach"} if self.about != "loss" else self.tapes[-1][0].ops & {"logits", "onehot"}
        need(not wrong or self.kappa is None and self.about == "loss", "formula or kappa", f"{wrong} does not belong there")
        names = ["kappa"] if self.about == "loss" else ["across"] + ["along"] * (not self.on_quotient)
        texts = shaped(proof, where, **dict.fromkeys(names, "str"))
        self.products = [self.letters.product(text, f"{where}.{name}") for name, text in zip(names, texts, strict=True)]
        for name, factors in zip(names, self.products, strict=True):
            need(self.letters.sign_of(factors, f"{where}.{name}") > 0, f"{where}.{name}", "it is not positive")

    def test(self, values: list[int], prime: int | None) -> tuple[int, int]:
        """Test all identities where the letters have these values; the size of what was tested."""
        values[self.letters.names.index("C")] = self.letters.scope.fixed or values[self.letters.names.index("C")]
        jets = [Jets(tape, hints, self.letters, values, prime, where) for tape, hints, where in self.tapes]
        j, products = jets[0], [jets[0].value(p) for p in self.products]
        need([len(x.result) for x in jets] == [1] * len(jets), "formula", "a scalar is needed, and a class-vector stands there")
        v, n = j.result[0] + [0] * 9, min(3, self.letters.scope.fixed or 3)
        if self.about == "loss":
            wanted = [j.cut(products[0] * (1 if i else 1 - j.C)) for i in range(n)]
            need([j.cut(j.C * v[1 + i]) for i in range(n)] == wanted, self.where, "grad l(0, y) is not kappa grad MUH(0, y)")
            need(len(jets) == 1 or jets[1].result == [[products[0]]], f"{self.where}.kappa", "kappa is another one")
        else:
            diagonal, off = j.cut(2 * v[PLACE[1, 1]]), v[PLACE[0, 1]]
            eigenvalues = [j.cut(diagonal - off), j.cut(diagonal + (j.C - 1) * off)]
            need(not any(v[1 : n + 1]), self.where, "grad g(0) is not 0")
            need(products == eigenvalues[: len(products)], self.where, "these are not the eigenvalues of D^2 g(0)")
        need(not self.on_quotient or weight(self.tapes[0][0], j) == ("by", 0), "formula", "it is not shown to be invariant")
        sizes = [*j.sizes, *jets[-1].sizes, tuple(j.used)]
        return tuple(4 * max(x[i] for x in sizes) + 64 for i in (0, 1))

def check(statement: Any, proof: Any) -> None:
    """Nothing if the proof shows the statement, ``Refused`` if it does not."""
    try:
        check_part(Scope(*shaped(statement, "statement", scope="dict")), statement, proof, "proof", MOST_SPLITS)
    except RecursionError:
        raise Refused("statement or proof: it is nested too deeply") from None

def check_part(scope: Scope, statement: Any, proof: Any, where: str, splits: int) -> None:
    if type(proof) is dict and "split" in proof:
        need(splits, where, f"at most {MOST_SPLITS} splits of splits are allowed")
        for side, part in scope.split(*shaped(proof, where, split="str", at="str"), where).items():
            check_part(part, statement, *shaped(proof, where, **{side: "dict"}), f"{where}.{side}", splits - 1)
        return
    claim, count, tested, error = Claim(scope, statement, proof, where), 0, 0, Fraction(1)
    while error > Fraction(1, 2**ERROR_BITS):
        # There are more than 2**119 primes of 128 bits, at most h/127 of which divide all coefficients (Rosser, Schoenfeld
        # 1962); a polynomial that is not 0 modulo p is 0 at a share of at most d/p of the points (Schwartz, Zippel).
        need(tested < 4, "formula", f"the error of its test would be above 2**-{ERROR_BITS}")
        prime, count, tested = random_prime(), len(claim.letters.names), tested + 1
        d, h = claim.test([secrets.randbelow(prime) for _ in range(count)], prime)
        error *= 32 * MOST_NODES * (Fraction(h, 127 * 2**119) + Fraction(d, 2**127))
        if (d + 1) ** count * (h + 2) <= EXACT_BITS:  # one long number, in which each term has digits of its own
            claim.test([2 ** ((h + 2) * (d + 1) ** i) for i in range(count)], None)
            return

def weight(tape: Tape, jets: Jets) -> Any:
    """("by", w) where f(z + t 1) is f(z) + w t for all z and t, ("times", w) where it is f(z) exp(w t), else None."""
    found: list[Any] = []
    for op, args, _ in tape.nodes:
        a: Any = [found[i] for i in args]
        by, times = (all(x is not None and (x[0] == kind or x[1] == 0) for x in a) for kind in ("by", "times"))
        scale = [v[0][0] if type(v) is list and len(v) == len(v[0]) == 1 else None for v in map(jets.jets.__getitem__, args)]
        made: Any = None
        if op == "logits" or (by and times) or op == "centred": made = "by", int(op == "logits")
        elif op == "add" and (by or (a[0] is not None and a[0] == a[1])): made = a[0][0], a[0][1] + (a[1][1] if by else 0)
        elif op == "mul" and times: made = "times", a[0][1] + a[1][1]
        elif op == "mul" and by and scale[0] is not None: made = "by", scale[0] * a[1][1]
        elif op == "mul" and by and scale[1] is not None: made = "by", scale[1] * a[0][1]
        elif (op == "exp" and by) or (op == "log" and times): made = "times" if op == "exp" else "by", a[0][1]
        elif op == "inverse" and times: made = "times", -a[0][1]
        elif op in ("take", "total") and a[0]: made = a[0][0], a[0][1] * (jets.C if op == "total" and by else 1)
        found.append(made and (made[0], jets.cut(made[1])))
    return found[tape.result]

def main(path: str) -> int:
    """Check the certificate in a file: 0 if it is PROVED and its proof shows that."""
    try:
        with open(path, encoding="utf-8") as file: record = json.load(file)
        verdict, scope, kappa, proofs = shaped(record, path, verdict="str", scope="dict", kappa="str|NoneType", proof="dict")
        need(verdict == "PROVED", f"{path}.verdict", "only what is PROVED has such a proof")
        anchor = None if record.get("anchor") is None else shaped(record["anchor"], "anchor", formula="str")[0]
        for about, of_loss in (("loss", {"kappa": kappa, "anchor": anchor}), ("regularizer", {"kappa": None, "anchor": None})):
            statement = {"about": about, "formula": shaped(record.get(about), about, formula="str")[0], "scope": scope, **of_loss}
            check(statement, *shaped(proofs, "proof", **{about: "dict"}))
            print("verified:", json.dumps(statement))
    except (Refused, OSError, ValueError, RecursionError) as stop:
        print(f"not verified: {stop}")
        return 1
    return 0

if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
