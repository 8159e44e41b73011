"""Random formulas with shared subterms, an exact reading of them, and a reader of formula text made of Python's own."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from hypothesis import strategies as st

from symcheck.language.formula import symbols
from symcheck.language.functions import FUNCTIONS
from symcheck.language.operators import OTHERS
from symcheck.language.parameter import Parameter
from symcheck.language.reading import Reading
from symcheck.language.term import Label, Term, Vec, entrywise, lift
from symcheck.reason import Code, Reason, Undecided

Value = Fraction | tuple[Fraction, ...]

PARAMETERS = (Parameter("q", above=0, at_most=1), Parameter("t3"), Parameter("w_1", at_least=2, integer=True))
NUMBERS = st.fractions(min_value=-3, max_value=3, max_denominator=4)
UNARY = ("neg", "exp", "log", "sqrt", "abs", "relu", "softplus", "sigmoid", "log_sigmoid", "tanh", "cosh", "arccos",
         "detach", "sin", "cos", "arctan", "erf")  # fmt: skip
BINARY = ("add", "sub", "mul", "div", "pow", "maximum", "minimum")
OF_VECTORS = ("softmax", "log_softmax", "onehot_argmax", "take", *OTHERS, *OTHERS.values())


def applied(op: str, y: Label, *args: Term) -> Term:
    """The term that the operator, function or index of this name makes of ``args``."""
    if op in BINARY or op == "neg":
        return entrywise(op, *args)
    if op == "take":
        (vector,) = args
        assert isinstance(vector, Vec)
        return vector[y]
    if op in OTHERS.values():
        return FUNCTIONS[op.removesuffix("_others")](*args, but=y)
    return FUNCTIONS[op](*args)


@st.composite
def terms(draw: st.DrawFn, steps: int = 14) -> Term:
    """A term of up to ``steps`` operators over any earlier ones: subterms are shared, and repeated unshared."""
    z, y = symbols()
    pool: list[Term] = [z, FUNCTIONS["onehot"](y), z.C, *PARAMETERS]
    for _ in range(draw(st.integers(1, steps))):
        op = draw(st.sampled_from((*UNARY, *BINARY, "branch", *OF_VECTORS, "number")))
        if op == "number":
            pool.append(lift(draw(NUMBERS)))
            continue
        choice = [t for t in pool if isinstance(t, Vec)] if op in OF_VECTORS else pool
        count = 2 if op in BINARY else 3 if op == "branch" else 1
        pool.append(applied(op, y, *(draw(st.sampled_from(choice)) for _ in range(count))))
    return pool[-1]


def unshared(term: Term) -> Term:
    """The same term as a tree: every subterm is an object of its own."""
    if isinstance(term, Parameter):
        return term
    return type(term)(term.op, *(unshared(a) for a in term.args), data=term.data)


def term_of_text(text: str, parameters: Iterable[Parameter] = ()) -> Term:
    """The term that ``text`` means in Python's own grammar, integers being exact numbers."""
    z, y = symbols()
    names: dict[str, Term] = {"z": z, "C": z.C, **{p.name: p for p in parameters}}

    def read(node: ast.expr) -> Term:
        match node:
            case ast.Constant(int(value)):
                return lift(value)
            case ast.Name(name):
                return names[name]
            case ast.UnaryOp(ast.USub(), operand):
                return -read(operand)
            case ast.BinOp(left, sign, right):
                one, two = read(left), read(right)
                match sign:
                    case ast.Add():
                        return one + two
                    case ast.Sub():
                        return one - two
                    case ast.Mult():
                        return one * two
                    case ast.Div():
                        return one / two
                    case ast.Pow():
                        return one**two
            case ast.Subscript(value, ast.Name("y")):
                vector = read(value)
                assert isinstance(vector, Vec)
                return vector[y]
            case ast.Call(ast.Name("onehot"), [ast.Name("y")]):
                return FUNCTIONS["onehot"](y)
            case ast.Call(ast.Name(name), arguments, [ast.keyword("but", ast.Name("y"))]):
                return FUNCTIONS[name](*(read(a) for a in arguments), but=y)
            case ast.Call(ast.Name(name), arguments, []):
                return FUNCTIONS[name](*(read(a) for a in arguments))
        raise AssertionError(f"not in the grammar: {ast.dump(node)}")

    *bindings, last = ast.parse(text).body
    for binding in bindings:
        match binding:
            case ast.Assign([ast.Name(name)], value):
                assert name not in names, f"{name} is bound twice"
                names[name] = read(value)
            case _:
                raise AssertionError(f"not a binding: {ast.dump(binding)}")
    assert isinstance(last, ast.Expr)
    return read(last.value)


@dataclass(frozen=True)
class ExactReading(Reading[Value]):
    """The value at rational logits and a label: the arithmetic part of the vocabulary, in fractions.

    ``exp`` and ``log`` are undecided, ``log`` naming the place itself.
    """

    z: tuple[Fraction, ...]
    y: int

    def number(self, value: Fraction) -> Value:
        return value

    def parameter(self, name: str) -> Value:
        return Fraction(len(name))

    def classes(self) -> Value:
        return Fraction(len(self.z))

    def logits(self) -> Value:
        return self.z

    def onehot(self) -> Value:
        return tuple(Fraction(k == self.y) for k in range(len(self.z)))

    def add(self, a: Value, b: Value) -> Value:
        return self._each(lambda s, t: s + t, a, b)

    def mul(self, a: Value, b: Value) -> Value:
        return self._each(lambda s, t: s * t, a, b)

    def div(self, a: Value, b: Value) -> Value:
        return self._each(lambda s, t: s / t, a, b)

    def pow(self, a: Value, b: Value) -> Value:
        raise NotImplementedError

    def exp(self, a: Value) -> Value:
        raise Undecided(Reason(Code.SIGN_UNKNOWN, "exp is not rational", "ask another reading"))

    def log(self, a: Value) -> Value:
        raise Undecided(Reason(Code.SIGN_UNKNOWN, "log is not rational", "ask another reading", where="inside log"))

    def abs(self, a: Value) -> Value:
        return self._each(lambda s, _: max(s, -s), a, a)

    def relu(self, a: Value) -> Value:
        return self._each(lambda s, _: max(s, Fraction(0)), a, a)

    def total(self, v: Value) -> Value:
        assert isinstance(v, tuple)
        return sum(v, Fraction(0))

    def take(self, v: Value) -> Value:
        assert isinstance(v, tuple)
        return v[self.y]

    def amax(self, v: Value) -> Value:
        assert isinstance(v, tuple)
        return max(v)

    def amax_others(self, v: Value) -> Value:
        assert isinstance(v, tuple)
        return max(v[: self.y] + v[self.y + 1 :])

    def _each(self, act, a: Value, b: Value) -> Value:  # type: ignore[no-untyped-def]
        if isinstance(a, Fraction) and isinstance(b, Fraction):
            return act(a, b)
        pairs = zip(*(v if isinstance(v, tuple) else (v,) * len(self.z) for v in (a, b)), strict=True)
        return tuple(act(s, t) for s, t in pairs)
