"""Operations of torch on plain tensors, followed on the places of their entries in the ledger.

A row is called with the provenance and the arguments of the torch function, and returns places in the shape of what
torch returns; it raises ``Untraceable`` where a number has no exact value.  What a row does not say of dtype and
other options need not be right: the entries are compared with the floats of torch afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from symcheck.intake.torch.ledger import Untraceable
from symcheck.intake.torch.provenance import MOST_PRODUCTS, Provenance


def _added(p: Provenance, x: object, y: object, *, alpha: object = 1) -> Any:
    scaled = p.each(p.ledger.times, p.operand(y), p.operand(alpha))
    return p.each(p.ledger.added, p.operand(x), scaled)


def _minus(p: Provenance, x: object, y: object, *, alpha: object = 1) -> Any:
    negative = p.each(p.ledger.times, p.operand(alpha), p.operand(-1))
    scaled = p.each(p.ledger.times, p.operand(y), negative)
    return p.each(p.ledger.added, p.operand(x), scaled)


def _binary(name: str, *, reflected: bool = False) -> Callable[..., Any]:
    def row(p: Provenance, x: object, y: object) -> Any:
        one, two = (y, x) if reflected else (x, y)
        return p.each(getattr(p.ledger, name), p.operand(one), p.operand(two))

    return row


def _unary(function: Callable[[Provenance, int], int]) -> Callable[..., Any]:
    return lambda p, x: p.each(lambda a: function(p, a), p.operand(x))


def _with(name: str, number: object, *, first: bool = False) -> Callable[[Provenance, int], int]:
    """The operation ``name`` of the ledger with a fixed number as the second operand, or as the first."""

    def function(p: Provenance, a: int) -> int:
        fixed = p.number(number)
        found: int = getattr(p.ledger, name)(*((fixed, a) if first else (a, fixed)))
        return found

    return function


def _log(p: Provenance, a: int, base: int | None = None) -> int:
    found = p.ledger.log(a)
    return found if base is None else p.ledger.over(found, p.ledger.log(p.number(base)))


def _sum(p: Provenance, x: Any, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Any:  # noqa: ARG001
    return p.reduced(p.ledger.summed, p.operand(x), dim, keepdim)


def _mean(p: Provenance, x: Any, dim: Any = None, keepdim: bool = False, *, dtype: Any = None) -> Any:  # noqa: ARG001
    def mean(places: list[int]) -> int:
        return p.ledger.over(p.ledger.summed(places), p.number(len(places)))

    return p.reduced(mean, p.operand(x), dim, keepdim)


def _logsumexp(p: Provenance, x: Any, dim: Any, keepdim: bool = False) -> Any:
    raised = p.each(p.ledger.exp, p.operand(x))
    return p.each(p.ledger.log, p.reduced(p.ledger.summed, raised, dim, keepdim))


def _softmax(p: Provenance, x: Any, dim: Any = None, _stacklevel: int = 3, dtype: Any = None) -> Any:  # noqa: ARG001
    raised = p.each(p.ledger.exp, p.operand(x))
    return p.each(p.ledger.over, raised, p.reduced(p.ledger.summed, raised, _along(x, dim), True))


def _log_softmax(p: Provenance, x: Any, dim: Any = None, _stacklevel: int = 3, dtype: Any = None) -> Any:  # noqa: ARG001
    total = _logsumexp(p, x, _along(x, dim), True)
    return p.each(p.ledger.added, p.operand(x), p.each(p.ledger.times, total, p.operand(-1)))


def _along(x: Any, dim: Any) -> int:
    """The dimension of softmax that torch takes where none is named."""
    return (0 if x.dim() in (0, 1, 3) else 1) if dim is None else dim


def _norm(p: Provenance, x: Any, order: Any = 2, dim: Any = None, keepdim: bool = False, **named: Any) -> Any:
    order = named.pop("p", named.pop("ord", order))
    if named or order not in (1, 2, None, "fro"):
        raise Untraceable
    if order == 1:
        return p.reduced(p.ledger.summed, p.each(p.ledger.size, p.operand(x)), dim, keepdim)
    squares = p.each(lambda a: p.ledger.times(a, a), p.operand(x))
    half = p.ledger.over(p.number(1), p.number(2))
    return p.each(lambda a: p.ledger.raised(a, half), p.reduced(p.ledger.summed, squares, dim, keepdim))


def _normalize(p: Provenance, x: Any, order: Any = 2, dim: int = 1, **named: Any) -> Any:
    named.pop("eps", None)  # what a norm below it would give is not what torch returned
    return p.each(p.ledger.over, p.operand(x), _norm(p, x, named.pop("p", order), dim, True, **named))


def _matmul(p: Provenance, x: Any, y: Any) -> Any:
    return _product(p, p.operand(x), p.operand(y))


def _product(p: Provenance, x: Any, y: Any) -> Any:
    """The matrix product; a vector is a row on the left and a column on the right."""
    if not 1 <= x.dim() <= 2 or not 1 <= y.dim() <= 2:
        raise Untraceable
    left, right = (x[None] if x.dim() == 1 else x), (y[:, None] if y.dim() == 1 else y)
    found = p.reduced(p.ledger.summed, p.each(p.ledger.times, left[:, :, None], right[None]), 1, False)
    found = found[0] if x.dim() == 1 else found
    return found[..., 0] if y.dim() == 1 else found


def _power(p: Provenance, x: Any, n: int) -> Any:
    places = p.operand(x)
    if n < 0:
        places, n = _inverse(p, x), -n
    found = _isotropic(p, p.number(1), p.number(0), len(places))
    while n:
        found = _product(p, found, places) if n % 2 else found
        places, n = (_product(p, places, places) if n > 1 else places), n // 2
    return found


def _isotropic(p: Provenance, diagonal: int, other: int, size: int) -> Any:
    """The places of the matrix with these two numbers on and off its diagonal."""
    torch = p.torch
    found = torch.full((size, size), other, dtype=torch.int64)
    found.fill_diagonal_(diagonal)
    return found


def _inverse(p: Provenance, x: Any) -> Any:
    """The inverse by elimination; of a I + b 11' it is 1/a I - b/(a (a + C b)) 11'."""
    torch, ledger, places = p.torch, p.ledger, p.operand(x)
    if places.dim() != 2 or places.shape[0] != places.shape[1]:
        raise Untraceable
    n = len(places)
    diagonal, other = int(places[0, 0]), int(places[0, 1]) if n > 1 else 0
    # (a I + b 11')^(-1) has the same form: a few operations in the place of an elimination.
    if torch.equal(places, _isotropic(p, diagonal, other, n)):
        minus = ledger.times(other, p.number(-1))
        a = ledger.added(diagonal, minus)
        line = ledger.added(a, ledger.times(p.number(n), other))
        off = ledger.over(minus, ledger.times(a, line))
        return _isotropic(p, ledger.added(ledger.over(p.number(1), a), off), off, n)
    if n**3 > MOST_PRODUCTS // 10:
        raise Untraceable
    rows = torch.cat([places, _isotropic(p, p.number(1), 0, n)], 1).tolist()
    for k in range(n):
        pivot = next((i for i in range(k, n) if rows[i][k]), None)
        if pivot is None:
            raise Untraceable
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [ledger.over(a, rows[k][k]) for a in rows[k]]
        for i in (i for i in range(n) if i != k and rows[i][k]):
            factor = ledger.times(rows[i][k], p.number(-1))
            rows[i] = [ledger.added(a, ledger.times(factor, b)) for a, b in zip(rows[i], rows[k], strict=True)]
    return torch.tensor([row[n:] for row in rows], dtype=torch.int64)


def _solve(p: Provenance, x: Any, y: Any) -> Any:
    return _product(p, _inverse(p, x), p.operand(y))


ROWS: dict[str, Callable[..., Any]] = {
    **dict.fromkeys(("add", "radd"), _added),
    **dict.fromkeys(("sub", "subtract"), _minus),
    "rsub": lambda p, x, y: _minus(p, y, x),
    **dict.fromkeys(("mul", "multiply", "rmul"), _binary("times")),
    **dict.fromkeys(("div", "divide", "true_divide", "truediv"), _binary("over")),
    **dict.fromkeys(("rdiv", "rtruediv"), _binary("over", reflected=True)),
    **dict.fromkeys(("pow", "float_power"), _binary("raised")),
    "rpow": _binary("raised", reflected=True),
    "neg": _unary(_with("times", -1)),
    "reciprocal": _unary(_with("over", 1, first=True)),
    "square": _unary(_with("raised", 2)),
    "sqrt": _unary(_with("raised", 0.5)),
    "rsqrt": _unary(_with("raised", -0.5)),
    "exp": _unary(lambda p, a: p.ledger.exp(a)),
    "expm1": _unary(lambda p, a: p.ledger.added(p.ledger.exp(a), p.number(-1))),
    "log": _unary(_log),
    "log1p": _unary(lambda p, a: p.ledger.log(p.ledger.added(a, p.number(1)))),
    "log2": _unary(lambda p, a: _log(p, a, 2)),
    "log10": _unary(lambda p, a: _log(p, a, 10)),
    "abs": _unary(lambda p, a: p.ledger.size(a)),
    "sum": _sum,
    "mean": _mean,
    "softmax": _softmax,
    "log_softmax": _log_softmax,
    "logsumexp": _logsumexp,
    **dict.fromkeys(("norm", "vector_norm"), _norm),
    "normalize": _normalize,
    **dict.fromkeys(("matmul", "mm", "mv", "dot"), _matmul),
    "rmatmul": lambda p, x, y: _matmul(p, y, x),
    "matrix_power": _power,
    **dict.fromkeys(("inv", "inverse"), _inverse),
    "solve": _solve,
}  # fmt: skip
"""Operations on the entries, by their names without what marks operators."""

MOVING = {
    **dict.fromkeys((
        "T", "mT", "t", "transpose", "swapaxes", "permute", "reshape", "view", "unsqueeze", "squeeze", "expand",
        "repeat", "tile", "flatten", "ravel", "clone", "detach", "contiguous", "diag", "diagonal", "diag_embed",
        "tril", "triu", "flip", "roll", "getitem", "select", "narrow", "index_select", "gather", "take", "unbind",
        "chunk", "split", "broadcast_to", "data", "requires_grad_",
    ), False),
    **dict.fromkeys(("stack", "cat", "concat", "hstack", "vstack"), True),
}  # fmt: skip
"""Functions that only move entries, and whether their first argument is a list of tensors."""


def _same(p: Provenance, x: Any, *_: object, **__: object) -> Any:
    return p.operand(x)


ROWS |= dict.fromkeys(("float", "double", "to", "type", "type_as", "cpu", "cuda", "half", "bfloat16"), _same)
