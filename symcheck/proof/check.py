"""The small checker: raises ``Refused`` unless a proof shows a statement.  It needs nothing but the standard library.

What ``check(statement, proof)`` accepts holds in the whole scope, for every whole C and all parameter values in it: the
formula is twice continuously differentiable near z = 0 and, for a loss, grad l(0, y) = kappa grad l_MUH(0, y) with
kappa > 0, or, for a regularizer, grad g(0) = 0 and D^2 g(0) is positive definite: on R^C, or on R^C/(1, ..., 1), where
the formula does not change under z + t (1, ..., 1).  The statement comes from the caller, a proof holds hints.  Why:
Letters are real numbers: the parameters, C, log b with b > 0, e^a.  So an identity of polynomials in free letters holds
for them.  Identities are tested at numbers so long that each term has digits of its own, if these are few, else modulo
random primes at random points, drawn after the proof was read: the chance to accept a false one is below 2^-80, which
``check`` computes.  Signs are never read modulo a prime: interval arithmetic over Q shows those of texts (``Letters``).
For every node of a formula ``Jets`` computes value, first and second derivatives at 0:
- Classes but y are alike, so four entries tell all: total(v) = v_y + v_k + v_l + (C - 3) v_other, polynomials in C.  At
  C = 2 those of k, l and other count 1 + 1 - 1 in all derivatives by z_y and z_k, and only these are asked for.
- 1/b: the hint equals b and has a strict sign.  log a: a = prod b_j^k_j with b_j > 0, so it is sum k_j log b_j.
  exp a: a = sum k_j log b_j + sum k_i a_i, so it is prod b_j^k_j prod (e^a_i)^k_i.  a^k is a product or exp(k log a).
- branch(u, a, b) near 0 is a where u(0) > 0, b where u(0) < 0, or where u is 0 and free of z; the hint has the sign.
- |u|^k with k > 2 and entmax: where they are read.  Compositions of C^2 functions are C^2.
- detach(a) is a without derivatives: what is then called the gradient of a loss is the field that autograd returns.
D^2 g(0) is D on its diagonal and O elsewhere: it is D - O across (1, ..., 1) and D + (C - 1) O along it.
"""

from __future__ import annotations

import ast
import decimal
import json
import math
import re
import secrets
import sys
from collections.abc import Mapping
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

LONGEST_TEXT, LONGEST_NUMBER, MOST_NODES, MOST_LETTERS = 20_000, 4_096, 2_000, 40
MOST_POWER, MOST_WORK, MOST_TESTS, ERROR_BITS, EXACT_BITS = 64, 10_000, 4, 80, 4_096
SMALL = math.prod(range(3, 1000, 2))
class Refused(ValueError):
    """The proof does not show the statement; the message begins with the field at which it stops."""
def need(holds: object, where: str, why: str) -> None:
    if not holds: raise Refused(f"{where}: {why}")
def shaped(data: Any, where: str, **kinds: str) -> list[Any]:
    """These entries of a JSON object, each of one of the types that are named."""
    for key, kind in kinds.items():
        found = type(data.get(key, 0.0)).__name__ if type(data) is dict else ""
        need(found in kind.split("|"), f"{where}.{key}", f"{kind} is needed")
    return [data[key] for key in kinds]
def rational(text: Any, where: str) -> Fraction:
    plain = type(text) is str and len(text) <= LONGEST_NUMBER and re.fullmatch("-?[0-9]+(/0*[1-9][0-9]*)?", text)
    need(plain, where, "a fraction such as -7/10 is needed")
    return Fraction(text)

# ---- the scope -------------------------------------------------------------------------------------------------------
SPACES = {"R^C": False, "R^C/(1, ..., 1)": True}  # whether it is the quotient
INFINITE = math.inf  # as an end; no arithmetic is done with it
Interval = tuple[Any, Any, bool, bool]  # low, high, low_open, high_open
ENDS = {"low": "str|NoneType", "high": "str|NoneType", "low_open": "bool", "high_open": "bool"}

class Scope:
    """C from ``low`` to ``high`` (None: without end) and ``parameters`` in intervals."""
    def __init__(self, data: Any) -> None:
        classes, parameters = shaped(data, "scope", classes="dict", parameters="list")
        self.low, self.high = shaped(classes, "scope.classes", low="int", high="int|NoneType")
        need(2 <= self.low <= (self.low if self.high is None else self.high), "scope.classes", "2 <= low <= high")
        self.parameters: dict[str, Interval] = {}
        for n, p in enumerate(parameters):
            name, interval = shaped(p, f"scope.parameters.{n}", name="str", interval="dict")
            low, high, *is_open = shaped(interval, f"scope.{name[:40]}", **ENDS)
            need(p.keys() == {"name", "interval"}, f"scope.{name[:40]}", "arrays have no meaning here")
            given = ((low, -INFINITE), (high, INFINITE))
            low, high = (end if x is None else rational(x, f"scope.{name[:40]}") for x, end in given)
            ends = low, high, is_open[0] or low == -INFINITE, is_open[1] or high == INFINITE
            need(low < high or (low == high and not any(ends[2:])), f"scope.{name[:40]}", "its interval is empty")
            self.parameters[self.new(name, f"scope.parameters.{n}")] = ends
    def new(self, name: str, where: str) -> str:
        fresh = name.isidentifier() and name.isascii() and name not in ("C", "z", "y", *self.parameters)
        need(fresh, where, f"{name[:40]!r} is no name, or has another meaning")
        return name
    @property
    def fixed(self) -> int | None: return self.low if self.low == self.high else None

# ---- texts become tapes of core operators ----------------------------------------------------------------------------
CORE = {"exp": 1, "log": 1, "total": 1, "detach": 1, "branch": 3, "centred": 1}  # with their numbers of arguments
# At equal entries entmax is s_k = f(v_k - m) with f' = f**(2 - alpha) and m by sum_k s_k = 1.  Up to order 2 it is
# near_equal with u = v - mean(v), r = f' and c = f''/(2 r) at f = 1/C.
DEFINITIONS = """
sqrt = lambda a: a**(1/2)
abs = lambda a: branch(a, a, -a)
relu = lambda a: branch(a, a, 0)
maximum = lambda a, b: branch(a - b, a, b)
minimum = lambda a, b: branch(a - b, b, a)
softplus = lambda a: log(1 + exp(a)); log_sigmoid = lambda a: -softplus(-a)
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
WORDS: Any = {b.targets[0].id: b.value for b in ast.parse(DEFINITIONS).body}  # type: ignore[attr-defined]
# No comments, and no numerals but 12: a reader of a formula would not see what Python makes of them.
PLAIN = re.compile(r"(?:(?!\b[0-9]+[a-zA-Z_.])[a-zA-Z0-9_ +\-*/(),;=\[\]])*")
class Tape:
    """``nodes`` are core operators (op, arguments, data), arguments first, equal ones once; ``result`` is the value."""
    across: tuple[str, ...] = ("total",)  # operators of a class-vector that give a number
    def __init__(self, text: Any, scope: Scope, where: str, letters: Any = None, anchor: Any = None) -> None:
        self.scope, self.where, self.anchor, self.shares = scope, where, anchor, set[int]()
        self.nodes, self.places, self.names, self.wide = list[Any](), dict[Any, int](), dict[str, int](), set[int]()
        self.letters = {name: i for i, name in enumerate(letters or scope.parameters)}
        self.result = self.part(text)
        self.ops = {op for op, _, _ in self.nodes}
    def part(self, text: Any) -> int:
        """The value of ``t1 = ...; t2 = ...; value``."""
        is_plain = type(text) is str and len(text) <= LONGEST_TEXT and PLAIN.fullmatch(text)
        need(is_plain, self.where, "a formula of plain signs is needed")
        try:
            *bindings, last = ast.parse(text.strip()).body or [None]
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise Refused(f"{self.where}: it is not written as a formula ({type(error).__name__})") from None
        for b in bindings:
            name = getattr(b.targets[0], "id", "C") if isinstance(b, ast.Assign) and len(b.targets) == 1 else "C"
            need(name not in {*self.names, *self.letters}, self.where, "parts get new names")
            self.names[self.scope.new(name, self.where)] = self.read(b.value, self.names)
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
        place = self.read(word.body, dict(zip((a.arg for a in word.args.args), places, strict=True)))
        if name in ("softmax", "entmax"): self.shares.add(place)  # their entries add up to 1, for all z
        return place
    def named(self, name: str) -> int:
        if name == "C": return self.put("classes")
        if name in self.letters: return self.put("letter", data=self.letters[name])
        need(name == "z", self.where, f"{name[:40]} is no name that is known here")
        z = self.put("logits")
        self.names["z"] = z if self.anchor is None else self.binary(ast.Add, z, self.part(self.anchor))
        return self.names["z"]
    def put(self, op: str, *args: int, data: Any = None) -> int:
        need(len(self.nodes) < MOST_NODES, self.where, f"it has more than {MOST_NODES} operators")
        place, inside = self.places.setdefault((op, args, data), len(self.nodes)), self.wide.intersection(args)
        need(inside or op not in ("take", "centred", *self.across), self.where, f"{op} of what is no class-vector")
        if op in ("logits", "onehot", "array") or (inside and op not in ("take", *self.across)): self.wide.add(place)
        if place == len(self.nodes): self.nodes.append((op, args, data))
        return place
    def number(self, q: Fraction) -> int:
        need(is_short(q), self.where, "a number is too long")
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
def is_short(q: Any) -> bool:
    return isinstance(q, float) or max(abs(q.numerator), q.denominator).bit_length() <= LONGEST_NUMBER
def is_label(e: Any) -> bool: return isinstance(e, ast.Name) and e.id == "y"

# ---- letters, and where what is made of them lies --------------------------------------------------------------------
class Letters:
    """The parameters, C, and ``given`` letters, each the logarithm or exponential of what earlier ones make: numbers at
    every point of the scope, so that an identity in free letters holds for them.  They lie in the ``intervals``."""
    def __init__(self, scope: Scope, given: Any) -> None:
        plain = all(type(x) is list and [*map(type, x)] == [str] * 3 for x in given)
        need(plain and len(given) <= MOST_LETTERS, "letters", f"up to {MOST_LETTERS} [name, kind, argument] are needed")
        self.scope, self.work, self.tapes, self.known = scope, 0, dict[str, Tape](), dict[str, Interval]()
        self.names, self.kinds = [*scope.parameters, "C"], ["variable"] * (len(scope.parameters) + 1)
        classes = scope.low, INFINITE if scope.high is None else scope.high, False, scope.high is None
        self.intervals, self.of = [*scope.parameters.values(), classes], list[Any](self.names)
        for name, kind, argument in given:
            where = f"letters.{name[:40]}"
            need(kind in ("log", "exp") and name not in self.names, where, "a new log or exp is needed")
            need(kind == "exp" or self.sign(argument, where) > 0, where, "its argument is not shown positive")
            low, high, *is_open = self.ends(argument, where)
            self.intervals.append((bound(kind, low, False), bound(kind, high, True), is_open[0], is_open[1]))
            self.kinds, self.names = [*self.kinds, kind], [*self.names, scope.new(name, where)]
            self.of.append(self.tape(argument, where))
    def tape(self, text: str, where: str) -> Tape:
        need(type(text) is str, where, "a text in the letters is needed")
        if text not in self.tapes:
            self.tapes[text] = Tape(text, self.scope, where, self.names)
            self.work += len(self.tapes[text].nodes)
            need(self.work <= MOST_WORK, where, "the texts of the proof are too long")
        return self.tapes[text]
    def sign(self, text: Any, where: str) -> int: return side(self.ends(text, where))
    def ends(self, text: Any, where: str) -> Interval:
        """An interval in which a text lies in the whole scope, by interval arithmetic over Q; ends may be open."""
        found, tape = list[Interval](), self.tape(text, where)
        for op, args, data in tape.nodes if text not in self.known else ():
            need(op in ("number", "letter", "classes", *ARITHMETIC), where, f"{op} does not belong there")
            need(op != "inverse" or side(found[args[0]]), where, "what is divided by is not shown to differ from 0")
            if op == "number": found.append((data, data, False, False))
            elif op == "classes": found.append(self.intervals[self.names.index("C")])
            elif op == "letter": found.append(self.intervals[data])
            elif op == "mul" and args[0] == args[1]: found.append(square(found[args[0]]))
            else: found.append(ARITHMETIC[op](*(found[i] for i in args)))
            need(is_short(found[-1][0]) and is_short(found[-1][1]), where, "a number is too long")
        if found: self.known[text] = found[tape.result]
        return self.known[text]
def side(a: Interval) -> int:
    """+1 or -1 if all numbers of an interval have this sign, else 0."""
    return 1 if a[0] > 0 or (a[0] == 0 and a[2]) else -1 if a[1] < 0 or (a[1] == 0 and a[3]) else 0
def added(a: Interval, b: Interval) -> Interval:
    ends = ((a[0], b[0]), (a[1], b[1]))
    low, high = (x if abs(x) == INFINITE else y if abs(y) == INFINITE else x + y for x, y in ends)
    return low, high, a[2] or b[2], a[3] or b[3]
def multiplied(a: Interval, b: Interval) -> Interval:
    ends = []  # products with the question whether they are left out: 0 times anything is 0
    for (x, x_open), (y, y_open) in product(zip(a[:2], a[2:]), zip(b[:2], b[2:])):  # noqa: B905
        endless = INFINITE in (abs(x), abs(y)) and 0 not in (x, y)
        value = (INFINITE if (x > 0) == (y > 0) else -INFINITE) if endless else 0 if 0 in (x, y) else x * y
        ends.append((value, (x_open or y_open) and not (x == 0 and not x_open) and not (y == 0 and not y_open)))
    low, high = min(x for x, _ in ends), max(x for x, _ in ends)
    return low, high, all(is_open for x, is_open in ends if x == low), all(is_open for x, is_open in ends if x == high)
def square(a: Interval) -> Interval:
    low, high, *is_open = multiplied(a, a)
    return (low, high, is_open[0], is_open[1]) if side(a) or 0 in a[:2] else (0, high, False, is_open[1])
def inverse(a: Interval) -> Interval:
    ends = ((a[1], -INFINITE), (a[0], INFINITE))
    low, high = (end if x == 0 else 0 if abs(x) == INFINITE else 1 / Fraction(x) for x, end in ends)
    return low, high, a[3], a[2]
def bound(kind: str, x: Any, up: bool) -> Any:
    """A number below or above log x or e**x, both of which ``decimal`` rounds correctly."""
    if kind == "log" and x <= 0: return -INFINITE
    if abs(x) == INFINITE: return 0 if x < 0 else INFINITE
    if x == (kind == "log"): return int(kind == "exp")
    context = decimal.Context(24, decimal.ROUND_CEILING if up else decimal.ROUND_FLOOR, -9999, 9999, traps=[])
    value = context.divide(*Fraction(x).as_integer_ratio())
    value = context.ln(value) if kind == "log" else context.exp(value)
    value = context.next_plus(value) if up else context.next_minus(value)
    return Fraction(value) if value.is_finite() else INFINITE if up else -INFINITE
ARITHMETIC: dict[str, Any] = {"add": added, "mul": multiplied, "inverse": inverse}

# ---- 2-jets at z = 0, where the letters have values ------------------------------------------------------------------
Entry = Any  # the value alone where z does not occur, else the coefficients of Taylor's formula by PLACE
PLACE = {m: i for i, m in enumerate([(), (0,), (1,), (2,), (0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)])}
PAIRS = [(i, j, PLACE[tuple(sorted(a + b))]) for a, i in PLACE.items() for b, j in PLACE.items() if len(a + b) < 3]
class Jets:
    """The 2-jets of the nodes of a tape by z_y, z_k and z_l at ``values`` of the letters, modulo ``prime`` unless None.
    A scalar has one entry, a class-vector four: at the label y, at other classes k and l, at each of the C - 3 left.
    ``sizes``: all of it is a quotient of polynomials in the letters of degree <= d, with coefficients that add up to
    less than 2**h; ``used`` is that of the hints of a node.  ``hints`` are None for texts of the proof."""
    def __init__(self, tape: Tape, hints: Any, letters: Letters, values: list[int], prime: Any, where: str) -> None:
        self.hints, self.letters, self.values, self.prime, self.where = hints, letters, values, prime, where
        self.known: dict[int, Jets] = {}
        self.C, self.jets, self.sizes, self.used = values[letters.names.index("C")], list[Any](), list[Any](), (0, 0)
        for n, (op, places, data) in enumerate(tape.nodes):
            args, self.used = [self.jets[a] for a in places], (0, 0)
            try:  # a side of a branch may have no jet where it is not taken
                self.jets.append(self.step(n, op, data, *(args if op in ("branch", "flat") else map(sure, args))))
            except Refused as stop:
                self.jets.append(stop)
            # Denominators of entries are brought together: 6 is two entries that may differ, with third powers each.
            times = 6 if op in ("inverse", "log", "exp") else 2 if op == "centred" else 1
            bits = max(abs(data.numerator), data.denominator) if op == "number" else letters.scope.low
            d, h = (times * sum(self.sizes[a][i] for a in places) + self.used[i] for i in (0, 1))
            more = {"letter": 1, "classes": 1, "total": 1, "centred": 2}.get(op, 0)
            self.sizes.append((d + more, h + bits.bit_length() + 4))
        self.result: list[Entry] = sure(self.jets[tape.result])
    def cut(self, x: Any) -> Any: return x if self.prime is None else x % self.prime
    def number(self, q: Fraction | int) -> Any:
        return q if self.prime is None else q.numerator * pow(q.denominator, -1, self.prime) % self.prime
    def raised(self, x: Any, k: int) -> Any:
        try:
            return Fraction(x) ** k if self.prime is None else pow(x, k, self.prime)
        except (ValueError, ZeroDivisionError):
            raise Refused("proof: something that is divided by is 0 at the point of a test") from None
    def value(self, tape: Tape, times: int = 1, more: int = 0) -> Any:
        """The value of a text of the proof, in which the signs of what is divided by are shown."""
        jets = self.known.get(id(tape)) or Jets(tape, None, self.letters, self.values, self.prime, self.where)
        self.known[id(tape)], (d, h) = jets, jets.sizes[tape.result]
        self.used = self.used[0] + times * d + more, self.used[1] + times * h + more
        return jets.result[0][0]
    def plus(self, a: Entry, b: Entry) -> Entry:
        a, b = (a, b) if len(a) >= len(b) else (b, a)
        return [self.cut(x + y) for x, y in zip(a, b)] + a[len(b) :]  # noqa: B905
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
            width = max(map(len, args))
            return [*map(self.plus if op == "add" else self.times, *(a * (width // len(a)) for a in args))]
        if op == "branch": return self.branch(n, *args)
        if op == "flat": return sure(args[1]) if any(x[0] for x in sure(args[0])) else [[0] * len(x) for x in args[0]]
        if op == "detach": return [x[:1] + [0] * (len(x) - 1) for x in args[0]]
        if op in ("inverse", "log", "exp"):
            return [self.taylor(x, *getattr(self, op)(n, e, x[0])) for e, x in enumerate(args[0])]
        entries = args[0] * (4 // len(args[0]))
        total = self.plus(self.plus(*entries[:2]), self.plus(entries[2], self.times([self.C - 3], entries[3])))
        if op in ("take", "total"): return entries[:1] if op == "take" else [total]
        need(all(x[0] == entries[0][0] for x in entries), f"{self.where}.{n}", "the entries are not shown to be equal")
        return [self.plus(x, self.times([self.cut(-self.raised(self.C, -1))], total)) for x in entries]
    def hint(self, n: int, e: int) -> Any:
        found = self.hints.get(str(n), {})
        return found[min(e, len(found) - 1)] if type(found) is list and found else found
    def sign(self, n: int, e: int, x: Any) -> int:
        """The sign of x, which has to be what the hint says."""
        where = f"{self.where}.{n}"
        sign = self.letters.sign(self.hint(n, e), where)
        need(sign, where, "the hint does not show one sign in the whole scope")
        need(self.value(self.letters.tape(self.hint(n, e), where)) == x, where, "the hint is not shown to stand there")
        return sign
    def made(self, n: int, e: int) -> tuple[Any, Any]:
        """The product of the letters in the hint to their powers, with b in the place of log b, and its logarithm."""
        hint, letters, product, logarithm = self.hint(n, e), self.letters, 1, 0
        known = type(hint) is dict and hint.keys() <= {*letters.names[len(letters.scope.parameters) + 1 :]}
        plain = known and all(type(k) is int and abs(k) <= MOST_POWER for k in hint.values())
        need(plain, f"{self.where}.{n}", "logs and exps with their powers are needed")
        for i, k in ((letters.names.index(name), k) for name, k in hint.items()):
            inside, letter = self.value(letters.of[i], abs(k) + 1, abs(k) + 1), self.values[i]
            base, exponent = (inside, letter) if letters.kinds[i] == "log" else (letter, inside)
            product, logarithm = self.cut(product * self.raised(base, k)), self.cut(logarithm + k * exponent)
        return product, logarithm
    def inverse(self, n: int, e: int, x: Any) -> tuple[Any, Any, Any]:
        v = self.raised(x, -1) if self.hints is None or self.sign(n, e, x) else 0
        return v, self.cut(-v * v), self.cut(v * v * v)
    def log(self, n: int, e: int, x: Any) -> tuple[Any, Any, Any]:
        product, logarithm = self.made(n, e)
        need(product == x, f"{self.where}.{n}", "the product of the letters is not shown to stand there")
        return logarithm, self.raised(x, -1), self.cut(-self.raised(2 * x * x, -1))
    def exp(self, n: int, e: int, x: Any) -> tuple[Any, Any, Any]:
        product, logarithm = self.made(n, e)
        need(logarithm == x, f"{self.where}.{n}", "the logarithm of the letters is not shown to stand there")
        return product, product, self.cut(product * self.number(Fraction(1, 2)))
    def branch(self, n: int, u: Any, positive: Any, otherwise: Any) -> list[Entry]:
        # An entry in which z does not occur, and which is 0, is 0 for all z.
        below = [(len(x) == 1 and x[0] == 0) or self.sign(n, e, x[0]) < 0 for e, x in enumerate(sure(u))]
        taken = [sure(otherwise if is_below else positive) for is_below in below]
        width = max(map(len, (u, *taken)))
        return [(v * (width // len(v)))[e] for e, v in enumerate(taken * (width // len(u)))]
def sure(jet: Any) -> Any:
    if isinstance(jet, Refused): raise jet
    return jet
def weight(tape: Tape, jets: Jets) -> Any:
    """("by", w) where f(z + t 1) is f(z) + w t for all z and t, ("times", w) where it is f(z) exp(w t), else None."""
    found, sizes, free = list[Any](), list[tuple[int, ...]](), set[int]()  # free: of z
    for n, (op, args, _) in enumerate(tape.nodes):
        free |= {n} if op != "logits" and free.issuperset(args) else set()
        a, made, values = [found[i] for i in args], None, [v if type(v := jets.jets[i]) is list else [] for i in args]
        sizes.append(tuple(sum(sizes[i][x] + jets.sizes[i][x] for i in args) + 8 for x in (0, 1)))
        by, times = (all(x is not None and (x[0] == kind or x[1] == 0) for x in a) for kind in ("by", "times"))
        numbers = [v[0][0] if i in free and len(v) == 1 else None for i, v in zip(args, values, strict=True)]
        factors = [tape.nodes[i][1] for i in args if op == "total" and tape.nodes[i][0] == "mul"]
        means = [found[j] for x in factors for i, j in (x, x[::-1]) if i in tape.shares and found[i] == ("by", 0)]
        if op == "mul" and 0 in numbers: made = "by", 0  # whatever is multiplied by it
        elif by and (times or op == "centred"): made = "by", int(op == "logits")
        elif op == "add" and (by or a[0] == a[1]): made = ("by", a[0][1] + a[1][1]) if by else a[0]
        elif op in ("mul", "inverse") and times: made = "times", sum(x[1] for x in a) * (-1 if op == "inverse" else 1)
        elif op == "mul" and by and numbers != [None, None]:
            made = "by", numbers[0] * a[1][1] if numbers[1] is None else numbers[1] * a[0][1]
        elif (op == "exp" and by) or (op == "log" and times): made = "times" if op == "exp" else "by", a[0][1]
        elif means and means[0] and means[0][0] == "by": made = means[0]
        elif op == "take" or (op == "total" and times): made = a[0]
        elif op == "total" and by: made = "by", a[0][1] * jets.C
        w = made and jets.cut(made[1])
        found.append(made and (("by", 0) if w == 0 else (made[0], w)))
    jets.sizes += sizes
    return found[tape.result]

# ---- statements ------------------------------------------------------------------------------------------------------
def check(statement: Any, proof: Any, kind: Any = None, first: int | None = None) -> None:
    """Nothing if the proof shows the statement, else ``Refused``.  ``first``: a prime drawn after proofs were read."""
    try:
        claim, error = (kind or Claim)(statement, proof), Fraction(1)
        for prime in (first if first and not n else random_prime() for n in range(MOST_TESTS)):
            names, fixed = claim.letters.names, claim.letters.scope.fixed is not None
            d, h = claim.test([secrets.randbelow(prime) for _ in names], prime)
            if (d + 1) ** (len(names) - fixed) * (h + 2) <= EXACT_BITS:  # each term gets digits of its own
                places = [i - (fixed and i > names.index("C")) for i in range(len(names))]
                claim.test([2 ** ((h + 2) * (d + 1) ** i) for i in places], None)
                return
            # There are more than 2**119 primes of 128 bits, at most h/127 of which divide all coefficients (Rosser and
            # Schoenfeld 1962); what is not 0 modulo p is so at a share of at most d/p of the points (Schwartz, Zippel).
            error *= 64 * MOST_NODES * (Fraction(h, 127 * 2**119) + Fraction(d, 2**127))
            if error <= Fraction(1, 2**ERROR_BITS): return
        raise Refused(f"proof: the error of its tests would be above 2**-{ERROR_BITS}")
    except RecursionError:
        raise Refused("statement or proof: it is nested too deeply") from None

class Claim:
    """A statement, with what a proof says of it."""
    def __init__(self, statement: Any, proof: Any) -> None:
        kinds = {"about": "str", "formula": "str", "kappa": "str|NoneType", "anchor": "str|NoneType", "scope": "dict"}
        about, formula, kappa, anchor, given = shaped(statement, "statement", **kinds)
        scope, quotient = Scope(given), SPACES.get(*shaped(given, "scope", space="str"))
        need(quotient is not None, "scope.space", f"one of {[*SPACES]} is needed")
        letters, hints = shaped(proof, "proof", letters="list", hints="dict")
        self.about, self.quotient, self.letters = about, quotient, Letters(scope, letters)
        for text, where in ((kappa, "kappa"), (anchor, "anchor")):
            need(text is None or not Tape(text, scope, where).ops & {"logits", "onehot"}, where, "it is no constant")
        need("=" not in (anchor or ""), "anchor", "it is one expression")
        self.tapes = [(Tape(formula, scope, "formula", anchor=anchor), hints, "proof.hints")]
        if about == "loss" and kappa is not None:
            self.tapes += [(Tape(kappa, scope, "kappa"), *shaped(proof, "proof", kappa_hints="dict"), "kappa_hints")]
        has_label = anchor is not None or self.tapes[0][0].ops & {"take", "onehot", "detach"}
        need(about in ("loss", "smooth") or not has_label, "formula", "a label, an anchor or detach in a regularizer")
        said = {"smooth": "", "stationary": "", "loss": "kappa", "regularizer": "across along"[: 6 if quotient else 12]}
        need(about in said, "statement.about", f"one of {', '.join(said)} is needed")
        shown = {f"proof.{n}": shaped(proof, "proof", **{n: "str"})[0] for n in said[about].split()}
        for where, text in shown.items(): need(self.letters.sign(text, where) > 0, where, "it is not shown positive")
        self.texts = [self.letters.tape(text, where) for where, text in shown.items()]
    def test(self, values: list[int], prime: int | None) -> tuple[int, ...]:
        """Test all identities where the letters have these values; the size of what was tested."""
        place, fixed = self.letters.names.index("C"), self.letters.scope.fixed
        values[place] = fixed or values[place]
        jets = [Jets(tape, hints, self.letters, values, prime, where) for tape, hints, where in self.tapes]
        need([len(x.result) for x in jets] == [1] * len(jets), "formula", "a class-vector is no loss, nor a kappa")
        j, v, n = jets[0], jets[0].result[0] + [0] * 9, min(3, fixed or 3)
        shown = [*map(j.value, self.texts)]
        if self.about == "loss":
            wanted = [j.cut(shown[0] * (1 if i else 1 - j.C)) for i in range(n)]
            found = [j.cut(j.C * x) for x in v[1 : n + 1]]
            need(found == wanted, "proof.kappa", "grad l(0, y) is not shown to be kappa grad MUH(0, y)")
            need(len(jets) == 1 or jets[1].result == [shown], "proof.kappa", "it is not shown to be kappa")
        elif self.about in ("regularizer", "stationary"):
            diagonal, off = j.cut(2 * v[PLACE[1, 1]]), v[PLACE[0, 1]]
            need(not any(v[1 : n + 1]), "proof", "grad g(0) is not shown to be 0")
            eigenvalues = [j.cut(diagonal - off), j.cut(diagonal + (j.C - 1) * off)]
            need(shown == eigenvalues[: len(shown)], "proof", "they are not shown to be eigenvalues of D^2 g(0)")
        invariant = not self.quotient or weight(self.tapes[0][0], j) == ("by", 0)
        need(invariant, "formula", "it is not shown not to change under z + t (1, ..., 1)")
        return tuple(2 * max(x[i] for x in (*j.sizes, *jets[-1].sizes, j.used)) + 8 for i in (0, 1))
def random_prime() -> int:
    """A prime of 128 bits, or, with a probability below 2**-88, none (Damgard, Landrock, Pomerance 1993)."""
    while True:
        p = secrets.randbits(128) | 1 | 1 << 127
        twos = ((p - 1) & (1 - p)).bit_length() - 1
        starts = (pow(2 + secrets.randbelow(p - 3), (p - 1) >> twos, p) for _ in range(24))
        passed = (x == 1 or p - 1 in (pow(x, 2**k, p) for k in range(twos)) for x in starts)
        if math.gcd(p, SMALL) == 1 and all(passed): return p
def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    need(len(dict(pairs)) == len(pairs), "file", "a key stands there twice")
    return dict(pairs)
def main(path: str) -> int:
    """Check the certificate in a file: 0 if it is PROVED and its proof shows that."""
    try:
        record = json.loads(Path(path).read_text("utf-8"), object_pairs_hook=once)
        verdict, scope, proofs = shaped(record, path, verdict="str", scope="dict", proof="dict")
        need(verdict == "PROVED", path, f"it is {verdict[:40]}, and for more than PROVED there is symcheck verify")
        anchor = None if record.get("anchor") is None else shaped(record["anchor"], "anchor", formula="str")[0]
        for about, kappa, z in (("loss", record.get("kappa"), anchor), ("regularizer", None, None)):
            statement = {"about": about, "kappa": kappa, "anchor": z, "scope": scope}
            statement["formula"] = shaped(record.get(about), about, formula="str")[0]
            check(statement, *shaped(proofs, "proof", **{about: "dict"}))
            print("verified:", json.dumps(statement))
    except (Refused, OSError, ValueError, RecursionError) as stop:
        print(f"not verified: {stop}")
        return 1
    return 0
if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
