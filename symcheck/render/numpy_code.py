"""Formulas as numpy code: functions of scores (N, C) and class indices (N,)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from symcheck.render.array_code import ATOM, MATRIX, ROW, ArrayCode, Written

HELPERS: Mapping[str, str] = {
    "exp": '''def exp(x):
    """exp(x), and about 1e299 where it is above that, so that no infinity meets a 0."""
    return np.exp(np.minimum(x, 690.0))''',
    "cosh": '''def cosh(x):
    """cosh(x), and about 1e299 where it is above that."""
    return np.cosh(np.clip(x, -690.0, 690.0))''',
    "softmax": '''def softmax(v, least=1e-290):
    """Shares, and ``least`` for those below it: what is divided by them, or by their squares, stays finite."""
    raised = np.exp(v - v.max(axis=1, keepdims=True))
    return np.maximum(raised / raised.sum(axis=1, keepdims=True), least)''',
    "rest": '''def rest(p):
    """1 - p for shares p; that of the largest is the sum of the others, so that it does not round to 0."""
    found, largest = 1 - p, p.argmax(axis=1)[:, None]
    others = np.where(np.arange(p.shape[1]) == largest, 0.0, p)
    np.put_along_axis(found, largest, others.sum(axis=1, keepdims=True), axis=1)
    return found''',
    "residual": '''def residual(p, y):
    """p - onehot(y) for shares p, that of the label not rounded to 0."""
    found, label = p.copy(), y[:, None]
    np.put_along_axis(found, label, -np.take_along_axis(rest(p), label, axis=1), axis=1)
    return found''',
    "centred": '''def centred(p):
    """[j=k] - p_k for shares p, where j = k not rounded to 0."""
    same = np.eye(p.shape[1])
    return np.where(same, rest(p)[:, None, :], -p[:, None, :])''',
    "log_softmax": '''def log_softmax(v, least=1e-290):
    """Logarithms of shares; the largest is 1 - the others, where those below ``least`` count as that."""
    gaps, largest = v - v.max(axis=1, keepdims=True), v.argmax(axis=1)[:, None]
    others = np.where(np.arange(v.shape[1]) == largest, 0.0, np.maximum(np.exp(gaps), least))
    return gaps - np.log1p(others.sum(axis=1, keepdims=True))''',
    "logsumexp": '''def logsumexp(v):
    largest = v.max(axis=1, keepdims=True)
    return largest + np.log(np.exp(v - largest).sum(axis=1, keepdims=True))''',
    "sigmoid": '''def sigmoid(x, least=1e-290):
    """1/(1 + exp(-x)), and ``least`` where it is below that."""
    return np.maximum(np.exp(-np.logaddexp(0, -x)), least)''',
    "softplus": '''def softplus(x):
    return np.logaddexp(0, x)''',
    "log_sigmoid": '''def log_sigmoid(x):
    return -np.logaddexp(0, -x)''',
    "relu": '''def relu(x):
    return np.maximum(x, 0)''',
    "erf": '''def erf(x):
    return np.vectorize(math.erf, otypes=[float])(x)''',
    "onehot_argmax": '''def onehot_argmax(v):
    return np.eye(v.shape[1])[v.argmax(axis=1)]''',
    "entmax": '''def entmax(v, alpha):
    """[(alpha - 1) v - tau]_+^(1/(alpha - 1)) with the sum 1, by a bisection for the largest share q."""
    if alpha == 1:
        return softmax(v)
    rate, gaps = alpha - 1, v - v.max(axis=1, keepdims=True)

    def shares(q):
        x = rate * gaps * q**-rate
        inside = x > -1
        return np.where(inside, q * np.exp(np.log1p(np.where(inside, x, 0.0)) / rate), 0.0)

    low, high = np.full_like(gaps[:, :1], 1 / v.shape[1]), np.ones_like(gaps[:, :1])
    for _ in range(60):
        q = (low + high) / 2
        is_below = shares(q).sum(axis=1, keepdims=True) < 1
        low, high = np.where(is_below, q, low), np.where(is_below, high, q)
    return shares((low + high) / 2)''',
}  # fmt: skip
"""Functions that the code calls, by their names; those of one function come before it."""

_NEEDS = {"entmax": ("softmax",), "residual": ("rest",), "centred": ("rest",)}


def helper_sources(names: Mapping[str, None]) -> list[str]:
    """The sources of the helpers with these names and of those that they call, in the order of their definition."""
    needed = dict.fromkeys(n for name in names for n in (*_NEEDS.get(name, ()), name))
    return [HELPERS[n] for n in needed]


class NumpyCode(ArrayCode):
    """The words of numpy; ``least``: the number that stands for shares below it, as text."""

    functions: ClassVar[Mapping[str, str]] = {
        "exp": "exp", "log": "np.log", "sqrt": "np.sqrt", "abs": "np.abs", "relu": "relu", "softplus": "softplus",
        "sigmoid": "sigmoid", "tanh": "np.tanh", "cosh": "cosh", "arccos": "np.arccos", "sin": "np.sin",
        "cos": "np.cos", "arctan": "np.arctan", "erf": "erf", "detach": "", "log_sigmoid": "log_sigmoid",
    }  # fmt: skip

    def __init__(self, names: Sequence[str], reserved: frozenset[str], least: str = "") -> None:
        super().__init__("z", "y", names, reserved)
        self._least = (least,) if least else ()

    def called(self, op: str, a: Written) -> str:
        if op == "sigmoid":
            return self.mixed(op, a)
        return f"({a.text})" if op == "detach" else super().called(op, a)

    def onehot(self) -> str:
        return f"np.eye({self.logits}.shape[1])[{self.label}]"

    def identity(self) -> str:
        return f"np.eye({self.logits}.shape[1])"

    def mask(self) -> str:
        return f"np.eye({self.logits}.shape[1], dtype=bool)[{self.label}]"

    def masked(self, neutral: str, v: Written) -> str:
        return f"np.where(at_label, {neutral}, {v.text})"

    def where(self, condition: str, a: Written, b: Written) -> str:
        return f"np.where({condition}, {_float(a)}, {_float(b)})"

    def extreme(self, op: str, a: Written, b: Written) -> str:
        return f"np.{op}({a.text}, {b.text})"

    def over(self, name: str, v: Written) -> str:
        axis = "" if v.shape == ROW else "axis=1, keepdims=True"
        if name == "logsumexp":
            if v.shape == ROW:
                return f"np.log(np.exp({v.text}).sum())"
            self.helpers["logsumexp"] = None
            return f"logsumexp({v.text})"
        word = {"total": "sum", "product": "prod", "amax": "max", "amin": "min"}.get(name, name)
        return f"{v.within(ATOM)}.{word}({axis})"

    def mixed(self, op: str, v: Written, *constants: Written) -> str:
        self.helpers[op] = None
        if op == "residual":
            return f"residual({v.text}, {self.label})"
        least = self._least if op in ("softmax", "log_softmax", "sigmoid") else ()
        return f"{op}({', '.join([v.text, *(c.text for c in constants), *least])})"

    def at_label(self, v: Written) -> str:
        return f"np.take_along_axis({v.text}, {self.label}[:, None], axis=1)"

    def row_total(self, q: Written) -> str:
        return f"{q.within(ATOM)}.sum(axis=-1)"

    def pair_total(self, q: Written) -> str:
        return f"{q.within(ATOM)}.sum(axis=(1, 2))[:, None]" if q.shape == MATRIX else f"{q.within(ATOM)}.sum()"


def _float(a: Written) -> str:
    """A whole number as a float: np.where of two integers is an array of integers."""
    return f"{a.text}.0" if a.text.lstrip("-").isdigit() else a.text
