"""The small checker: raises ``Refused`` unless a proof shows a statement.  It needs nothing but the standard library.

What ``check(statement, proof)`` accepts holds in the whole scope, for every whole C and all parameter values in it: the
formula is twice continuously differentiable near z = 0 and, for a loss, grad l(0, y) = kappa grad l_MUH(0, y) with
kappa > 0, or, for a regularizer, grad g(0) = 0 and D^2 g(0) is positive definite: on R^C, or on R^C/(1, ..., 1), where
the formula does not change under z + t (1, ..., 1).  The statement comes from the caller, a proof holds hints.  Why:

Letters are real numbers: the parameters, C, log b with b > 0, e^a.  So an identity of polynomials in free letters holds
for them.  Identities are tested at numbers so long that each term has digits of its own, if these are few, else modulo
random primes at random points, drawn after the proof was read: the chance to accept a false one is below 2^-80, which
``check`` computes.  Signs are never read modulo a prime: a text shows its sign over Q as it is written (``Letters``).

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
import json
import math
import operator
import re
import secrets
import sys
from collections.abc import Mapping
from fractions import Fraction
from functools import reduce
from itertools import combinations_with_replacement
from pathlib import Path
from typing import Any

LONGEST_TEXT, LONGEST_NUMBER, MOST_NODES, MOST_LETTERS = 20_000, 4_096, 2_000, 40
SMALL = math.prod(range(3, 200, 2))
MOST_POWER, MOST_WORK, MOST_TESTS, ERROR_BITS, EXACT_BITS = 64, 50_000, 4, 80, 512

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

# ---- the scope -------------------------------------------------------------------------------------------------------
SPACES = {"R^C": False, "R^C/(1, ..., 1)": True}  # whether it is the quotient
ENDS = {"low": "str|NoneType", "high": "str|NoneType", "low_open": "bool", "high_open": "bool"}

class Scope:
    """C from ``low`` to ``high`` (None: no end), ``parameters`` in intervals, texts that are ``meanings`` of names."""
    def __init__(self, data: Any) -> None:
        classes, parameters = shaped(data, "scope", classes="dict", parameters="list")
        self.low, self.high = shaped(classes, "scope.classes", low="int", high="int|NoneType")
        need(2 <= self.low <= (self.low if self.high is None else self.high), "scope.classes", "2 <= low <= high")
        self.parameters, self.meanings = dict[str, Any](), dict[str, str]()
        for n, p in enumerate(parameters):
            name, interval = shaped(p, f"scope.parameters.{n}", name="str", interval="dict")
            low, high, *is_open = shaped(interval, f"scope.{name[:40]}", **ENDS)
            need("entries" not in p, f"scope.{name[:40]}", "class-vectors and matrices have no meaning here")
            low, high = (None if x is None else rational(x, f"scope.{name[:40]}") for x in (low, high))
            self.add(name, low, high, *is_open)
    def add(self, name: str, low: Any, high: Any, low_open: bool, high_open: bool) -> None:
        wide = low is None or high is None or low < high or (low == high and not low_open and not high_open)
        need(wide, f"scope.{name[:40]}", "no number lies in its interval")
        self.parameters[self.new(name)] = low, high, low_open, high_open
    def new(self, name: str) -> str:
        known = name in ("C", "z", "y") or name in self.parameters or name in self.meanings
        need(name.isidentifier() and name.isascii() and not known, name[:40], "it is no name, or has another meaning")
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
WORDS: Any = {b.targets[0].id: b.value for b in ast.parse(DEFINITIONS).body}  # type: ignore[attr-defined]
# No comments, and no numerals but 12: a reader of a formula would not see what Python makes of them.
PLAIN = re.compile(r"(?:(?!\b[0-9]+[a-zA-Z_.])[a-zA-Z0-9_ +\-*/(),;=\[\]])*")

class Tape:
    """``nodes`` are core operators (op, arguments, data), arguments first, equal ones once; ``result`` is the value."""
    def __init__(self, text: Any, scope: Scope, where: str, letters: Any = None, anchor: Any = None) -> None:
        self.scope, self.where, self.anchor = scope, where, anchor
        self.nodes, self.places, self.names = list[Any](), dict[Any, int](), dict[str, int]()
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
            plain = isinstance(b, ast.Assign) and len(b.targets) == 1 and isinstance(b.targets[0], ast.Name)
            name = b.targets[0].id if plain else "C"
            need(name not in {*self.names, *self.letters}, self.where, "parts get new names")
            self.names[self.scope.new(name)] = self.read(b.value, self.names)
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
        need(name == "z" or name in self.scope.meanings, self.where, f"{name[:40]} is no name that is known here")
        text = self.anchor if name == "z" else self.scope.meanings[name]
        part = self.part(text) if text is not None else self.put("logits")
        self.names[name] = self.binary(ast.Add, self.put("logits"), part) if name == "z" and text is not None else part
        return self.names[name]
    def put(self, op: str, *args: int, data: Any = None) -> int:
        need(len(self.nodes) < MOST_NODES, self.where, f"it has more than {MOST_NODES} operators")
        place = self.places.setdefault((op, args, data), len(self.nodes))
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
def is_short(q: Fraction | int) -> bool: return max(abs(q.numerator), q.denominator).bit_length() <= LONGEST_NUMBER
def is_label(e: Any) -> bool: return isinstance(e, ast.Name) and e.id == "y"

# ---- letters, and the signs of what is made of them ------------------------------------------------------------------
class Letters:
    """The parameters, C, and ``given`` letters, each the logarithm or exponential of what earlier ones make.

    So all of them are real numbers at every point of the scope, and an identity in free letters holds for them.
    ``equal`` are pairs of texts that have to be equal, for the signs of logarithms.
    """
    def __init__(self, scope: Scope, given: Any) -> None:
        plain = all(type(x) is list and len(x) in (3, 4) and {*map(type, x)} == {str} for x in given)
        need(plain and len(given) <= MOST_LETTERS, "letters", f"up to {MOST_LETTERS} [name, kind, argument] are needed")
        self.scope, self.work, self.tapes, self.signs = scope, 0, dict[str, Tape](), dict[str, tuple[int, bool]]()
        self.equal, self.names = list[tuple[Tape, Tape]](), [*scope.parameters, "C"]
        self.kinds, self.of = ["variable"] * len(self.names), list[Any](self.names)
        self.intervals: list[Any] = [*scope.parameters.values(), (scope.low, scope.high, False, scope.high is None)]
        for name, kind, argument, *less_one in given:
            where, interval = f"letters.{name[:40]}", tuple[Any, ...]((0, None, True, True))  # of e**a
            need(kind in ("log", "exp") and name not in self.names, where, "a new log or exp is needed")
            side, strict = self.sign(argument, where)
            if kind == "log":  # the sign of log b is that of b - 1
                need(side > 0 and strict, where, "no logarithm is shown to exist")
                side, strict = self.sign((less_one or [f"({argument}) - 1"])[0], where)
                interval = (0 if side > 0 else None, 0 if side < 0 else None, strict or side < 0, strict or side > 0)
                self.equal += [(self.tape(f"({argument}) - 1", where), self.tape(x, where)) for x in less_one]
            self.kinds, self.intervals = [*self.kinds, kind], [*self.intervals, interval]
            self.of, self.names = [*self.of, self.tape(argument, where)], [*self.names, scope.new(name)]
    def tape(self, text: str, where: str) -> Tape:
        need(type(text) is str, where, "a text in the letters is needed")
        if text not in self.tapes:
            self.tapes[text] = Tape(text, self.scope, where, self.names)
            self.work += len(self.tapes[text].nodes)
            need(self.work <= MOST_WORK, where, "the texts of the proof are too long")
        return self.tapes[text]
    def strict_sign(self, text: Any, where: str) -> int:
        side, strict = self.sign(text, where)
        need(side and strict, where, "the text does not show one sign in the whole scope")
        return side
    def sign(self, text: Any, where: str) -> tuple[int, bool]:
        """+1 for >= 0, -1 for <= 0, 0 if open, and whether 0 is excluded, in the whole scope, as the text is written:
        k x + c by the ends of the interval of the letter x, sums of one sign, products, even powers, and inverses."""
        tape, seen, lines = self.tape(text, where), list[tuple[int, bool]](), list[Any]()  # (x, k, c) for k x + c
        for op, args, data in tape.nodes if text not in self.signs else ():
            parts, line = [lines[i] for i in args], None
            (a, a_strict), (b, b_strict) = ([seen[i] for i in args] + [(0, False)] * 2)[:2]
            need(op in ("number", "letter", "classes", "add", "mul", "inverse"), where, f"{op} does not belong there")
            if op in ("number", "letter", "classes"):
                line = (None, 0, data) if op == "number" else (data if op == "letter" else self.names.index("C"), 1, 0)
            elif op != "inverse" and None not in parts:
                (x, k, c), (y, m, d) = parts
                if op == "add" and (x is None or y is None or x == y): line = (y if x is None else x, k + m, c + d)
                if op == "mul" and (x is None or y is None): line = (y if x is None else x, c * m + d * k, c * d)
            lines.append(line if line and is_short(line[1]) and is_short(line[2]) else None)
            found = self.sign_of_line(*lines[-1]) if lines[-1] else (0, False)
            if op == "inverse":
                need(a and a_strict, where, "what is divided by is not shown to have one sign in the whole scope")
                found = a, True
            elif op == "add" and not found[0] and a == b: found = a, a_strict or b_strict
            elif op == "mul" and not found[0]: found = (1 if args[0] == args[1] else a * b), a_strict and b_strict
            seen.append(found)
        return self.signs.setdefault(text, seen[tape.result] if seen else (0, False))
    def sign_of_line(self, x: int | None, k: Fraction, c: Fraction) -> tuple[int, bool]:
        low, high, low_open, high_open = (0, 0, False, False) if x is None or k == 0 else self.intervals[x]
        least, most = ((low, low_open), (high, high_open))[:: 1 if k >= 0 else -1]
        if least[0] is not None and k * least[0] + c >= 0: return 1, least[1] or k * least[0] + c > 0
        return (-1, most[1] or k * most[0] + c < 0) if most[0] is not None and k * most[0] + c <= 0 else (0, False)

# ---- 2-jets at z = 0, where the letters have values ------------------------------------------------------------------
Entry = list[Any]  # the value alone where z does not occur, else the coefficients of Taylor's formula by PLACE
PLACE = {m: i for i, m in enumerate(((), (0,), (1,), (2,), *combinations_with_replacement(range(3), 2)))}
PAIRS = [(i, j, PLACE[tuple(sorted(a + b))]) for a, i in PLACE.items() for b, j in PLACE.items() if len(a + b) < 3]

class Jets:
    """The 2-jets of the nodes of a tape by z_y, z_k and z_l at ``values`` of the letters, modulo ``prime`` unless None.

    A scalar has one entry, a class-vector four: at the label y, at other classes k and l, at each of the C - 3 left.
    ``sizes``: all of it is a quotient of polynomials in the letters of degree <= d, with coefficients that add up to
    less than 2**h; ``used`` is that of the hints of a node.  ``hints`` are None for texts of the proof.
    """
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
            self.sizes.append((d + 2, h + bits.bit_length() + 8))
        self.result: list[Entry] = sure(self.jets[tape.result])
    def cut(self, x: Any) -> Any: return x if self.prime is None else x % self.prime
    def number(self, q: Fraction | int) -> Any:
        return q if self.prime is None else q.numerator * pow(q.denominator, -1, self.prime) % self.prime
    def raised(self, x: Any, k: int) -> Any:
        try:
            return Fraction(x) ** k if self.prime is None else pow(x, k, self.prime)
        except (ValueError, ZeroDivisionError):
            raise Refused("proof: something that is divided by is 0 at the point of a test") from None
    def value(self, tape: Tape, times: int = 1) -> Any:
        """The value of a text of the proof, in which the signs of what is divided by are shown."""
        jets = self.known.get(id(tape)) or Jets(tape, None, self.letters, self.values, self.prime, self.where)
        self.known[id(tape)], (d, h) = jets, jets.sizes[tape.result]
        self.used = self.used[0] + times * d, self.used[1] + times * h
        return jets.result[0][0]
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
            width = max(map(len, args))
            return [*map(self.plus if op == "add" else self.times, *(a * (width // len(a)) for a in args))]
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
    def hint(self, n: int, e: int) -> Any:
        found = self.hints.get(str(n), {})
        return found[min(e, len(found) - 1)] if type(found) is list and found else found
    def sign(self, n: int, e: int, x: Any) -> int:
        """The sign of x, which has to be what the hint says."""
        side = self.letters.strict_sign(self.hint(n, e), f"{self.where}.{n}")
        same = self.value(self.letters.tape(self.hint(n, e), self.where)) == x
        need(same, f"{self.where}.{n}", "the hint is not what stands there")
        return side
    def made(self, n: int, e: int) -> tuple[Any, Any]:
        """The product of the letters in the hint to their powers, with b in the place of log b, and its logarithm."""
        hint, letters, product, logarithm = self.hint(n, e), self.letters, 1, 0
        known = type(hint) is dict and hint.keys() <= {*letters.names[len(letters.scope.parameters) + 1 :]}
        plain = known and all(type(k) is int and abs(k) <= MOST_POWER for k in hint.values())
        need(plain, f"{self.where}.{n}", "logs and exps with their powers are needed")
        for i, k in ((letters.names.index(name), k) for name, k in hint.items()):
            of, own = self.value(letters.of[i], abs(k) + 1), self.values[i]
            base, exponent = (of, own) if letters.kinds[i] == "log" else (own, of)
            product, logarithm = self.cut(product * self.raised(base, k)), self.cut(logarithm + k * exponent)
        return product, logarithm
    def inverse(self, n: int, e: int, x: Any) -> tuple[Any, Any, Any]:
        v = self.raised(x, -1) if self.hints is None or self.sign(n, e, x) else 0
        return v, self.cut(-v * v), self.cut(v * v * v)
    def log(self, n: int, e: int, x: Any) -> tuple[Any, Any, Any]:
        product, logarithm = self.made(n, e)
        need(product == x, f"{self.where}.{n}", "the product of the letters is not what stands there")
        return logarithm, self.raised(x, -1), self.cut(-self.raised(2 * x * x, -1))
    def exp(self, n: int, e: int, x: Any) -> tuple[Any, Any, Any]:
        product, logarithm = self.made(n, e)
        need(logarithm == x, f"{self.where}.{n}", "the logarithm of the letters is not what stands there")
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
        a, values = [found[i] for i in args], [v if type(v := jets.jets[i]) is list else [] for i in args]
        bits = jets.letters.scope.low.bit_length() + 8
        sizes.append(tuple(sum(sizes[i][x] + jets.sizes[i][x] for i in args) + bits for x in (0, 1)))
        by, times = (all(x is not None and (x[0] == kind or x[1] == 0) for x in a) for kind in ("by", "times"))
        numbers = [v[0][0] if i in free and len(v) == 1 else None for i, v in zip(args, values, strict=True)]
        made: Any = None
        if by and times: made = "by", int(op == "logits")
        elif op == "add" and by: made = "by", a[0][1] + a[1][1]
        elif op == "add" and a[0] == a[1]: made = a[0]
        elif op == "mul" and times: made = "times", a[0][1] + a[1][1]
        elif op == "mul" and by and numbers[0] is not None: made = "by", numbers[0] * a[1][1]
        elif op == "mul" and by and numbers[1] is not None: made = "by", numbers[1] * a[0][1]
        elif (op == "exp" and by) or (op == "log" and times): made = "times" if op == "exp" else "by", a[0][1]
        elif op == "inverse" and times: made = "times", -a[0][1]
        elif op == "centred" and by: made = "by", 0
        elif op == "take" or (op == "total" and times): made = a[0]
        elif op == "total" and by: made = "by", a[0][1] * jets.C
        w = made and jets.cut(made[1])
        found.append(made and (("by", 0) if w == 0 else (made[0], w)))
    jets.sizes += sizes
    return found[tape.result]

# ---- statements ------------------------------------------------------------------------------------------------------
def check(statement: Any, proof: Any, meanings: Mapping[str, str] | None = None) -> None:
    """Nothing if the proof shows the statement, ``Refused`` if it does not.

    ``meanings``: texts that stand for names in the formula and in kappa, by the parameters of the scope.
    """
    try:
        claim, error = Claim(statement, proof, meanings or {}), Fraction(1)
        for _ in range(MOST_TESTS):
            prime, count = random_prime(), len(claim.letters.names)
            d, h = claim.test([secrets.randbelow(prime) for _ in range(count)], prime)
            if (d + 1) ** count * (h + 2) <= EXACT_BITS:  # at one long number, in which each term has digits of its own
                claim.test([2 ** ((h + 2) * (d + 1) ** i) for i in range(count)], None)
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
    def __init__(self, statement: Any, proof: Any, meanings: Mapping[str, str]) -> None:
        kinds = {"about": "str", "formula": "str", "kappa": "str|NoneType", "anchor": "str|NoneType", "scope": "dict"}
        about, formula, kappa, anchor, given = shaped(statement, "statement", **kinds)
        scope, quotient = Scope(given), SPACES.get(*shaped(given, "scope", space="str"))
        need(quotient is not None, "scope.space", f"one of {[*SPACES]} is needed")
        scope.meanings = {scope.new(name): text for name, text in meanings.items()}
        letters, hints = shaped(proof, "proof", letters="list", hints="dict")
        self.about, self.quotient, self.letters = about, quotient, Letters(scope, letters)
        self.tapes = [(Tape(formula, scope, "formula", anchor=anchor), hints, "proof.hints")]
        if about == "loss" and kappa is not None:
            kappa_hints = shaped(proof, "proof", kappa_hints="dict")
            self.tapes.append((Tape(kappa, scope, "kappa"), *kappa_hints, "proof.kappa_hints"))
            need(not self.tapes[1][0].ops & {"logits", "onehot"}, "kappa", "it is no constant")
        plain = about != "regularizer" or (anchor is None and not self.tapes[0][0].ops & {"take", "onehot", "detach"})
        need(plain, "formula", "a regularizer has no label and no anchor, and its Hessian no detached part")
        names = {"smooth": [], "loss": ["kappa"], "regularizer": ["across"] + ["along"] * (not quotient)}.get(about)
        need(names is not None, "statement.about", "smooth, loss or regularizer is needed")
        shown = {f"proof.{n}": shaped(proof, "proof", **{n: "str"})[0] for n in names or []}
        for where, text in shown.items(): need(self.letters.strict_sign(text, where) > 0, where, "it is not positive")
        self.texts = [self.letters.tape(text, where) for where, text in shown.items()]
    def test(self, values: list[int], prime: int | None) -> tuple[int, ...]:
        """Test all identities where the letters have these values; the size of what was tested."""
        place, fixed = self.letters.names.index("C"), self.letters.scope.fixed
        values[place] = fixed or values[place]
        jets = [Jets(tape, hints, self.letters, values, prime, where) for tape, hints, where in self.tapes]
        need([len(x.result) for x in jets] == [1] * len(jets), "formula", "a class-vector is no loss, nor a kappa")
        j, v, n = jets[0], jets[0].result[0] + [0] * 9, min(3, fixed or 3)
        need(all(j.value(a) == j.value(b) for a, b in self.letters.equal), "letters", "b - 1 is another one")
        shown = [*map(j.value, self.texts)]
        if self.about == "loss":
            wanted = [j.cut(shown[0] * (1 if i else 1 - j.C)) for i in range(n)]
            found = [j.cut(j.C * x) for x in v[1 : n + 1]]
            need(found == wanted, "proof.kappa", "grad l(0, y) is not kappa grad MUH(0, y)")
            need(len(jets) == 1 or jets[1].result == [shown], "proof.kappa", "kappa is another one")
        elif self.about == "regularizer":
            diagonal, off = j.cut(2 * v[PLACE[1, 1]]), v[PLACE[0, 1]]
            need(not any(v[1 : n + 1]), "proof", "grad g(0) is not 0")
            eigenvalues = [j.cut(diagonal - off), j.cut(diagonal + (j.C - 1) * off)]
            need(shown == eigenvalues[: len(shown)], "proof", "these are not the eigenvalues of D^2 g(0)")
        invariant = not self.quotient or weight(self.tapes[0][0], j) == ("by", 0)
        need(invariant, "formula", "it is not shown not to change under z + t (1, ..., 1)")
        return tuple(4 * max(x[i] for x in (*j.sizes, *jets[-1].sizes, j.used)) + 64 for i in (0, 1))

def random_prime() -> int:
    """A prime of 128 bits; a number that is none gets through with a probability of at most 4**-50 (Miller, Rabin)."""
    while True:
        p = secrets.randbits(128) | 1 | 1 << 127
        halves = [(p - 1) >> k for k in range(1, ((p - 1) & (1 - p)).bit_length())]
        tests = ([pow(a, k, p) for k in halves] for a in (2 + secrets.randbelow(p - 3) for _ in range(50)))
        if math.gcd(p, SMALL) == 1 and all(p - 1 in powers or powers[-1] == 1 for powers in tests): return p
def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    need(len(dict(pairs)) == len(pairs), "file", "a key stands there twice")
    return dict(pairs)

def main(path: str) -> int:
    """Check the certificate in a file: 0 if it is PROVED and its proof shows that."""
    try:
        record = json.loads(Path(path).read_text("utf-8"), object_pairs_hook=once)
        kinds = {"verdict": "str", "scope": "dict", "kappa": "str|NoneType", "proof": "dict"}
        verdict, scope, kappa, proofs = shaped(record, path, **kinds)
        need(verdict == "PROVED", path, f"it is {verdict[:40]}, and only what is PROVED has such a proof")
        anchor = None if record.get("anchor") is None else shaped(record["anchor"], "anchor", formula="str")[0]
        for about in ("loss", "regularizer"):
            statement = {"about": about, "formula": shaped(record.get(about), about, formula="str")[0], "scope": scope}
            statement |= {"kappa": kappa, "anchor": anchor} if about == "loss" else {"kappa": None, "anchor": None}
            check(statement, *shaped(proofs, "proof", **{about: "dict"}))
            print("verified:", json.dumps(statement))
    except (Refused, OSError, ValueError, RecursionError) as stop:
        print(f"not verified: {stop}")
        return 1
    return 0

if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
