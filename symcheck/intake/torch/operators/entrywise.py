"""Operations that act on every entry: one line for each."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from fractions import Fraction
from math import fabs

from symcheck.intake.torch.axes import Unreadable, broadcast
from symcheck.intake.torch.contents import Special
from symcheck.intake.torch.maker import Maker
from symcheck.intake.torch.symbolic import Sort, Symbolic
from symcheck.intake.torch.tidy import ONE, minus, over, plus, power, times
from symcheck.language.functions import (
    abs,
    arccos,
    arctan,
    branch,
    clamp,
    cos,
    cosh,
    erf,
    exp,
    log,
    log_sigmoid,
    maximum,
    minimum,
    relu,
    sigmoid,
    sin,
    softplus,
    sqrt,
    tanh,
)
from symcheck.language.term import Term, lift

LARGEST_OF_32_BITS = 3.4e38
"""The largest numbers of 32 bits and more are beyond this."""

HUNDREDTH = lift(Fraction(1, 100))
HALF = lift(Fraction(1, 2))
PI = arccos(lift(-1))
TWO = lift(2)


def soft_plus(x: Term, beta: Term = ONE, threshold: Term | None = None) -> Term:
    """log(1 + e^(beta x))/beta; beyond the threshold torch returns x, which for 20 and more is rounding."""
    if threshold is not None and (not isinstance(threshold.data, Fraction) or threshold.data < 20):
        raise Unreadable("softplus with a threshold below 20 is another function", "leave threshold out")
    return softplus(x) if beta is ONE else softplus(beta * x) / beta


def log_odds(p: Term, eps: Term | None = None) -> Term:
    """log(p / (1 - p)), p between eps and 1 - eps."""
    inside = p if eps is None else clamp(p, eps, 1 - eps)
    return log(inside / (1 - inside))


def exponential_unit(x: Term, alpha: Term = ONE) -> Term:
    """x where x > 0 and alpha (e^x - 1) elsewhere."""
    return branch(x, x, alpha * (exp(x) - 1))


SELU_ALPHA = lift(Fraction("1.6732632423543772848170429916717"))
SELU_SCALE = lift(Fraction("1.0507009873554804934193349852946"))
"""The numbers that the pages of torch give for selu."""


def relu_up_to_6(x: Term) -> Term:
    """max(0, min(x, 6))."""
    return clamp(x, 0, 6)


_ARITHMETIC: dict[str, Callable[..., Term]] = {
    "add": plus,
    "sub": minus,
    "rsub": lambda x, y, alpha=ONE: minus(y, x, alpha),
    "mul": times,
    "neg": lambda x: -x,
    "positive": lambda x: x,
    "abs": abs,
    "square": lambda x: x**2,
    "pow": power,
    "rpow": lambda x, y: power(y, x),
    "relu": relu,
    "maximum": maximum,
    "minimum": minimum,
    "clamp": lambda x, min=None, max=None: clamp(x, min, max),  # noqa: A006 - torch's names
    "relu6": relu_up_to_6,
    "threshold": lambda x, threshold, value: branch(x - threshold, x, value),
    "sign": lambda x: branch(x, 1, branch(-x, -1, 0)),
    "clamp_min": maximum,
    "clamp_max": minimum,
}
"""Whole numbers stay whole."""

_REAL: dict[str, Callable[..., Term]] = {
    "div": over,
    "rdiv": lambda x, y: over(y, x),
    "reciprocal": lambda x: 1 / x,
    "exp": exp,
    "exp2": lambda x: 2**x,
    "expm1": lambda x: exp(x) - 1,
    "log": log,
    "log2": lambda x: log(x) / log(lift(2)),
    "log10": lambda x: log(x) / log(lift(10)),
    "log1p": lambda x: log(1 + x),
    "sqrt": sqrt,
    "rsqrt": lambda x: 1 / sqrt(x),
    "sigmoid": sigmoid,
    "logsigmoid": log_sigmoid,
    "softplus": soft_plus,
    "tanh": tanh,
    "cosh": cosh,
    "sinh": lambda x: (exp(x) - exp(-x)) / 2,
    "arccos": arccos,
    "arcsin": lambda x: PI / 2 - arccos(x),
    "sin": sin,
    "cos": cos,
    "tan": lambda x: sin(x) / cos(x),
    "arctan": arctan,
    "asinh": lambda x: log(x + sqrt(x**2 + 1)),
    "acosh": lambda x: log(x + sqrt(x**2 - 1)),
    "atanh": lambda x: log((1 + x) / (1 - x)) / 2,
    "deg2rad": lambda x: x * PI / 180,
    "rad2deg": lambda x: x * 180 / PI,
    "erf": erf,
    "erfc": lambda x: 1 - erf(x),
    "ndtr": lambda x: (1 + erf(x / sqrt(TWO))) / 2,
    "mish": lambda x: x * tanh(softplus(x)),
    "hardsigmoid": lambda x: relu_up_to_6(x + 3) / 6,
    "hardswish": lambda x: x * relu_up_to_6(x + 3) / 6,
    "selu": lambda x: SELU_SCALE * exponential_unit(x, SELU_ALPHA),
    "celu": lambda x, alpha=ONE: branch(x, x, alpha * (exp(over(x, alpha)) - 1)),
    "softshrink": lambda x, lambd=HALF: relu(x - lambd) - relu(-x - lambd),
    "hardshrink": lambda x, lambd=HALF: branch(abs(x) - lambd, x, 0),
    "tanhshrink": lambda x: x - tanh(x),
    "silu": lambda x: x * sigmoid(x),
    "softsign": lambda x: x / (1 + abs(x)),
    "leaky_relu": lambda x, negative_slope=HUNDREDTH: relu(x) - negative_slope * relu(-x),
    "hardtanh": lambda x, min_val=-ONE, max_val=ONE: clamp(x, min_val, max_val),
    "elu": exponential_unit,
    "logit": log_odds,
    "xlogy": lambda x, y: x * log(y),
    "entr": lambda x: -x * log(x),
    "logaddexp": lambda x, y: log(exp(x) + exp(y)),
    "logaddexp2": lambda x, y: log(2**x + 2**y) / log(TWO),
    "xlog1py": lambda x, y: x * log(1 + y),
    "hypot": lambda x, y: sqrt(x**2 + y**2),
    "lerp": lambda x, y, weight: x + weight * (y - x),
}
"""The result is a real number, also of whole ones."""

_OTHER_NAMES = {
    "subtract": "sub", "multiply": "mul", "true_divide": "div", "divide": "div", "negative": "neg", "absolute": "abs",
    "float_power": "pow", "expit": "sigmoid", "acos": "arccos", "sgn": "sign",
    "asin": "arcsin", "atan": "arctan", "arcsinh": "asinh", "arccosh": "acosh", "arctanh": "atanh",
}  # fmt: skip
_SECOND = ("other", "exponent", "min", "max")
"""Names that torch gives to a second argument, which is handed over by place here."""

_NOT_OF_TRUTH = ("add", "sub", "rsub", "neg")
_ROWS = {**_ARITHMETIC, **_REAL}


def each(maker: Maker, name: str, *values: object, **options: object) -> Symbolic:
    """The operation ``name`` on every entry: tensors and numbers by place or by name, None where torch has None."""
    if options.pop("inplace", False):
        raise Unreadable("it changes its argument in place", "leave inplace out")
    if name.startswith("clamp"):  # an end that no number of the type is beyond, as torch.finfo gives it
        values = tuple(None if _is_an_end(v) else v for v in values)
        options = {k: None if _is_an_end(v) else v for k, v in options.items()}
        if all(v is None for v in (*values[1:], *options.values())):
            return maker.lift(values[0])
    given = [*values, *(options.pop(key) for key in _SECOND if key in options and name != "clamp")]
    named = [key for key, v in options.items() if v is not None]
    placed = [i for i, v in enumerate(given) if v is not None]
    parts = [maker.lift(given[i]) for i in placed] + [maker.lift(options[key]) for key in named]
    if name in _NOT_OF_TRUTH and all(p.of_sort is Sort.TRUTH for p in parts):
        raise Unreadable("it adds or subtracts truth values", "turn masks into numbers with .float()")

    if parts[0].content is Special.LABEL and _keeps(maker, name, dict(zip((*placed, *named), parts, strict=True))):
        return maker.tensor(Special.LABEL, broadcast(*(p.axes for p in parts)), Sort.WHOLE)

    def applied(*terms: Term) -> Term:
        by_place: list[Term | None] = [None] * len(given)
        for i, term in zip(placed, terms, strict=False):
            by_place[i] = term
        return _ROWS[name](*by_place, **dict(zip(named, terms[len(placed) :], strict=True)))

    return maker.each(applied, *parts, sort=Sort.REAL if name in _REAL else None)


def _keeps(maker: Maker, name: str, parts: Mapping[int | str, Symbolic]) -> bool:
    """Whether every label, the part 0, stays what it is: y*1, y + 0, y.clamp(min=0)."""
    numbers = {key: p.number for key, p in parts.items() if key != 0}
    if any(n is None or parts[key].of_sort is Sort.REAL for key, n in numbers.items()):
        return False
    low, high = numbers.get(1, numbers.get("min")), numbers.get(2, numbers.get("max"))
    match name:
        case "mul":
            return numbers.get(1) == 1
        case "add" | "sub":
            return numbers.get(1) == 0
        case "clamp" | "clamp_min" | "maximum":
            is_above = high is None or (maker.fixed is not None and high >= maker.fixed - 1)
            return (low is None or low <= 0) and is_above
        case "abs":
            return True
    return False


def clamped(maker: Maker, x: object, min: object = None, max: object = None) -> Symbolic:  # noqa: A002
    """``x`` between two ends; the smallest and the largest of all floats are none."""
    low, high = (None if isinstance(v, float) and fabs(v) in _LARGEST else v for v in (min, max))
    return maker.lift(x) if low is None and high is None else each(maker, "clamp", x, low, high)


_LARGEST = (sys.float_info.max, (2 - 2.0**-23) * 2.0**127)
"""The largest floats of 64 and of 32 bits, as torch.finfo has them."""


def gelu(maker: Maker, x: object, *, approximate: str = "none") -> Symbolic:
    """x/2 (1 + erf(x/sqrt 2)), or with "tanh" x/2 (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))."""
    forms: dict[str, Callable[[Term], Term]] = {
        "none": lambda u: u * (1 + erf(u / sqrt(TWO))) / 2,
        "tanh": lambda u: u * (1 + tanh(sqrt(2 / PI) * (u + Fraction("0.044715") * u**3))) / 2,
    }
    if approximate not in forms:
        raise Unreadable(f"gelu has no approximation {approximate!r}", 'write approximate="none" or "tanh"')
    return maker.each(forms[approximate], maker.lift(x), sort=Sort.REAL)


def _is_an_end(value: object) -> bool:
    return isinstance(value, float) and not -LARGEST_OF_32_BITS < value < LARGEST_OF_32_BITS


def _row(name: str) -> Callable[..., Symbolic]:
    return lambda maker, *values, **options: each(maker, name, *values, **options)


OPERATORS: dict[str, Callable[..., Symbolic]] = {
    **{name: _row(name) for name in _ROWS},
    "gelu": gelu,
    **{name: _row(known) for name, known in _OTHER_NAMES.items()},
    **dict.fromkeys(("clamp", "clip"), clamped),
}
"""The rows of this file."""
