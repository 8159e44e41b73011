"""torch code that computes with rounded floats: normalised rows, softmax, inverses and powers of constants, 0.1/7."""

from __future__ import annotations

import importlib.util
import math
import random
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

from benchmarks.soundness.kinds._material import CE, L2, C, P, Term, Y, Z
from benchmarks.soundness.rounded import Rounded
from benchmarks.soundness.trial import Skipped
from symcheck.findings.verdict import Verdict
from symcheck.language.classwise import MatrixParameter
from symcheck.language.formula import Formula
from symcheck.language.functions import amax, exp, log, log_softmax, mean, onehot, relu, sqrt, total
from symcheck.language.scope import Classes
from symcheck.language.term import lift

Code = Callable[..., Any]


def trial(rng: random.Random, index: int) -> Rounded:
    """One of the makers below in turn, with drawn numbers."""
    if importlib.util.find_spec("torch") is None:
        raise Skipped("torch is not installed")
    return MAKERS[index % len(MAKERS)](rng)


def _made(
    name: str,
    code: Code,
    meant: Term | None,
    classes: int | None = None,
    allowed: Sequence[Verdict] = (Verdict.UNDECIDED,),
) -> Rounded:
    formula = None if meant is None else Formula.of(lift(meant))
    return Rounded(name, code, Formula.of(L2), formula, Classes.of(classes), tuple(allowed))


def _forward(matrix: Code, *, inside: bool) -> Code:
    """-log((T'p)_y) with the matrix made before the loss is called, or in it."""
    import torch
    from torch.nn import functional as F

    fixed = matrix()

    def loss(z: Any, y: Any) -> Any:
        return F.nll_loss(torch.log(F.softmax(z, 1) @ (matrix() if inside else fixed)), y)

    return loss


def _uniform(diagonal: Term, other: Term) -> Term:
    """-log((T'p)_y) for T with these entries."""
    return -log((diagonal - other) * P[Y] + other)


def _rows(rng: random.Random) -> Rounded:
    """A matrix of whole numbers divided by its row sums, in float32."""
    import torch

    n, inside = rng.choice((3, 5, 7, 10)), rng.random() < 0.5
    if rng.random() < 0.6:
        d = rng.randint(2, 12)

        def matrix() -> Any:
            made = torch.full((n, n), 1.0) + torch.eye(n) * (d - 1)
            return made / made.sum(1, keepdim=True)

        s = n - 1 + d
        meant = _uniform(lift(Fraction(d, s)), lift(Fraction(1, s)))
        return _made(f"rows of {d} and 1, C = {n}, by their sums", _forward(matrix, inside=inside), meant, n)
    entries = [[rng.randint(1, 9) + 9 * (i == j) for j in range(n)] for i in range(n)]

    def drawn() -> Any:
        made = torch.tensor(entries, dtype=torch.float32)
        return made / made.sum(1, keepdim=True)

    exact = MatrixParameter("T", [[Fraction(x, sum(row)) for x in row] for row in entries])
    return _made(f"rows {entries} by their sums", _forward(drawn, inside=inside), -log((exact.T @ P)[Y]), n)


def _softmax(rng: random.Random) -> Rounded:
    """softmax of k times the unit matrix."""
    import torch

    n, k, inside = rng.choice((3, 5, 10)), rng.choice((1, 2, 3, 4)), rng.random() < 0.5
    top = exp(lift(k))
    meant = _uniform(top / (top + n - 1), 1 / (top + n - 1))
    code = _forward(lambda: torch.softmax(k * torch.eye(n), 1), inside=inside)
    return _made(f"softmax of {k} I, C = {n}", code, meant, n)


def _power(rng: random.Random) -> Rounded:
    """A power of the matrix of uniform noise."""
    import torch

    n, k = rng.choice((4, 5, 10)), rng.choice((2, 3, 4))
    rho = Fraction(rng.choice((1, 2, 3)), 10)

    def matrix() -> Any:
        made = torch.full((n, n), float(rho) / (n - 1))
        made.fill_diagonal_(1 - float(rho))
        return torch.linalg.matrix_power(made, k)

    a = (1 - rho * Fraction(n, n - 1)) ** k
    meant = _uniform(lift(a + (1 - a) / n), lift((1 - a) / n))
    return _made(f"power {k} of uniform noise {rho}, C = {n}", _forward(matrix, inside=rng.random() < 0.5), meant, n)


def _inverse(rng: random.Random) -> Rounded:
    """Backward correction: the inverse of the matrix of uniform noise."""
    import torch
    from torch.nn import functional as F

    n, rho = rng.choice((3, 5, 10)), Fraction(rng.choice((1, 2, 4)), 10)
    made = torch.full((n, n), float(rho) / (n - 1))
    made.fill_diagonal_(1 - float(rho))
    inverse = torch.linalg.inv(made)

    def loss(z: Any, y: Any) -> Any:
        return (F.one_hot(y, n).to(z.dtype) @ inverse * -F.log_softmax(z, 1)).sum(1).mean()

    a = 1 - rho * Fraction(n, n - 1)
    meant = -total((onehot(Y) / a + (1 - 1 / a) / n) * log_softmax(Z))
    return _made(f"inverse of uniform noise {rho}, C = {n}", loss, meant, n)


def _centred(rng: random.Random) -> Rounded:
    """The square with a one-hot vector less 1/C."""
    from torch.nn import functional as F

    n = rng.choice((3, 6, 7, 9))
    meant = total((Z - (onehot(Y) - Fraction(1, n))) ** 2)
    return _made(f"one_hot - 1/{n}", lambda z, y: ((z - (F.one_hot(y, n) - 1 / n)) ** 2).sum(1).mean(), meant, n)


def _smoothing(rng: random.Random) -> Rounded:
    """Label smoothing with a rate that was computed."""
    from torch.nn import functional as F

    k = rng.choice((3, 7, 9, 11))
    r = Fraction(1, 10 * k)
    meant = -total(((1 - r) * onehot(Y) + r / C) * log_softmax(Z))
    return _made(f"label_smoothing=.1/{k}", lambda z, y: F.cross_entropy(z, y, label_smoothing=0.1 / k), meant)


def _cancelled(rng: random.Random) -> Rounded:
    """A factor that is 0 but for rounding, or may be."""
    from torch.nn import functional as F

    text, value = rng.choice((
        ("0.1 + 0.2 - 0.3", 0.1 + 0.2 - 0.3), ("1 - 0.9 - 0.1", 1 - 0.9 - 0.1), ("0.7 - 0.6 - 0.1", 0.7 - 0.6 - 0.1),
        ("1.1*1.1 - 1.21", 1.1 * 1.1 - 1.21), ("sqrt(2)**2 - 2", math.sqrt(2) ** 2 - 2), ("3*0.1 - 0.3", 3 * 0.1 - 0.3),
    ))  # fmt: skip
    return _made(f"cross_entropy + ({text})*mean", lambda z, y: F.cross_entropy(z, y) + value * z.mean(), None)


def _scaled(rng: random.Random) -> Rounded:
    """A factor that is a well-known number."""
    from torch.nn import functional as F

    n = rng.choice((3, 7, 10))
    text, value, meant = rng.choice((
        (f"1/log({n})", 1 / math.log(n), 1 / log(lift(n))), ("1/3", 1 / 3, Fraction(1, 3)),
        ("sqrt(2)", math.sqrt(2), sqrt(lift(2))), ("1 - 0.9", 1 - 0.9, Fraction(1, 10)), ("e", math.e, exp(lift(1))),
        ("2/7 + 1/7", 2 / 7 + 1 / 7, Fraction(3, 7)), ("0.1*3", 0.1 * 3, Fraction(3, 10)),
        (f"log({n})", math.log(n), log(lift(n))),
    ))  # fmt: skip
    return _made(f"({text})*cross_entropy", lambda z, y: value * F.cross_entropy(z, y), meant * CE, n)


def _divided(rng: random.Random) -> Rounded:
    """Cross-entropy divided by the logarithm of C, or a temperature that was computed."""
    from torch.nn import functional as F

    n = rng.choice((3, 10, 100))
    if rng.random() < 0.5:
        return _made(
            f"cross_entropy/math.log({n})", lambda z, y: F.cross_entropy(z, y) / math.log(n), CE / log(lift(n)), n
        )
    return _made("cross_entropy(z*(1/0.7))", lambda z, y: F.cross_entropy(z * (1 / 0.7), y), _tempered(Fraction(10, 7)))


def _tempered(by: Fraction) -> Term:
    return -log_softmax(Z * by)[Y]


def _arbitrary(rng: random.Random) -> Rounded:
    """A factor that is no well-known number: its sign is known, and whether it is 1 is not if it is close to 1."""
    import torch
    from torch.nn import functional as F

    value = rng.choice((rng.uniform(0.1, 5), 1 + rng.choice((-1, 1)) * 2.0**-52, rng.uniform(0.1, 5)))
    if rng.random() < 0.5:
        factor: Any = torch.tensor(value, dtype=torch.float32)
        return _made(
            f"tensor({value})*cross_entropy", lambda z, y: factor * F.cross_entropy(z, y), None, None, _NOT_FALSE
        )
    return _made(f"{value}*cross_entropy", lambda z, y: value * F.cross_entropy(z, y), None, None, _NOT_FALSE)


def _weights(rng: random.Random) -> Rounded:
    """Equal class weights, normalised."""
    import torch
    from torch.nn import functional as F

    n = rng.choice((3, 7, 10))
    w = torch.full((n,), float(rng.choice((1, 3, 7))))
    w = w / w.sum()
    return _made(
        f"equal weights by their sum, C = {n}",
        lambda z, y: (w[y] * F.cross_entropy(z, y, reduction="none")).mean(),
        CE / n,
        n,
    )


def _soft(rng: random.Random) -> Rounded:
    """Soft labels written out: (1 - eps) one_hot + eps/C, or eps/(C - 1) elsewhere."""
    import torch
    from torch.nn import functional as F

    n, eps = rng.choice((3, 7, 10)), rng.choice((0.1, 0.2, 0.3))
    r = Fraction(str(eps))
    if rng.random() < 0.5:
        meant = -total(((1 - r) * onehot(Y) + r / n) * log_softmax(Z))

        def loss(z: Any, y: Any) -> Any:
            soft = (1 - eps) * F.one_hot(y, n).to(z.dtype) + eps / n
            return -(soft * F.log_softmax(z, 1)).sum(1).mean()

        return _made(f"soft labels, eps = {eps}, C = {n}", loss, meant, n)
    meant = -total(((1 - r - r / (n - 1)) * onehot(Y) + r / (n - 1)) * log_softmax(Z))

    def other(z: Any, y: Any) -> Any:
        soft = torch.full_like(z, eps / (n - 1)).scatter(1, y[:, None], 1 - eps)
        return -(soft * F.log_softmax(z, 1)).sum(1).mean()

    return _made(f"soft labels by scatter, eps = {eps}, C = {n}", other, meant, n)


def _norm(rng: random.Random) -> Rounded:
    """Cross-entropy plus 0 times something, and plus a mean with an exact factor."""
    from torch.nn import functional as F

    t = rng.choice((0.0, 0.5, -0.5))
    meant = CE + lift(Fraction(str(t))) * mean(Z)
    return _made(f"cross_entropy + {t}*mean", lambda z, y: F.cross_entropy(z, y) + t * z.mean(1).mean(), meant)


def _bi_tempered(rng: random.Random) -> Rounded:
    """The bi-tempered logistic loss with a normalisation that is iterated: a kink of high order away from C = 2."""
    from torch.nn import functional as F

    t1, t2 = rng.choice((0.8, 0.7, 0.9)), rng.choice((1.3, 1.2, 1.5))

    def log_t(u: Any, t: float) -> Any:
        return (u.pow(1 - t) - 1) / (1 - t)

    def exp_t(u: Any, t: float) -> Any:
        return F.relu(1 + (1 - t) * u).pow(1 / (1 - t))

    def loss(z: Any, y: Any) -> Any:
        mu = z.max(-1, keepdim=True)[0]
        x = start = z - mu
        for _ in range(5):
            x = exp_t(x, t2).sum(-1, keepdim=True).pow(1 - t2) * start
        norm = -log_t(1 / exp_t(x, t2).sum(-1, keepdim=True), t2) + mu
        p, o = exp_t(z - norm, t2), F.one_hot(y, z.shape[1]).to(z.dtype)
        return (o * (log_t(o + 1e-10, t1) - log_t(p, t1)) - (o.pow(2 - t1) - p.pow(2 - t1)) / (2 - t1)).sum(-1).mean()

    meant = _bi_tempered_meant(Fraction(str(t1)), Fraction(str(t2)))
    return _made(f"bi-tempered, t1 = {t1}, t2 = {t2}", loss, meant)


def _bi_tempered_meant(t1: Fraction, t2: Fraction) -> Term:
    def log_t(u: Term, t: Fraction) -> Term:
        return (u ** (1 - t) - 1) / (1 - t)

    def exp_t(u: Term, t: Fraction) -> Term:
        return relu(1 + (1 - t) * u) ** (1 / (1 - t))

    mu: Term = amax(Z)
    x = start = Z - mu
    for _ in range(5):
        x = total(exp_t(x, t2)) ** (1 - t2) * start
    norm = -log_t(1 / total(exp_t(x, t2)), t2) + mu
    p, o = exp_t(Z - norm, t2), onehot(Y)
    small = Fraction(1, 10**10)
    return total(o * (log_t(o + small, t1) - log_t(p, t1)) - (o ** (2 - t1) - p ** (2 - t1)) / (2 - t1))


_NOT_FALSE = (Verdict.PROVED, Verdict.UNDECIDED)

MAKERS: Sequence[Callable[[random.Random], Rounded]] = (
    _rows, _softmax, _power, _inverse, _centred, _smoothing, _cancelled, _scaled, _divided, _arbitrary, _weights, _soft,
    _norm, _bi_tempered,
)  # fmt: skip
