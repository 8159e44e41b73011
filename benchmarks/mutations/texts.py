"""Mutations of texts: one number, sign, operator, function, name, bracket or character is another one."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

NAMES = (
    "exp", "log", "sqrt", "abs", "relu", "softplus", "sigmoid", "tanh", "cosh", "detach", "total", "mean", "logsumexp",
    "softmax", "log_softmax", "log_sigmoid", "branch", "maximum", "minimum", "entmax",
)  # fmt: skip


def numeral(rng: random.Random, text: str) -> str:
    n = int(text)
    return str(rng.choice((n + 1, max(n - 1, 0), 2 * n, 0, 10 * n, n * n, f"({n + 1}/2)", f"(-{n})", f"(1/{n + 2})")))


def _replaced(rng: random.Random, text: str, pattern: str, new: Callable[[str], str]) -> str | None:
    found = [*re.finditer(pattern, text)]
    if not found:
        return None
    m = rng.choice(found)
    return text[: m.start()] + new(m[0]) + text[m.end() :]


def _number(rng: random.Random, text: str) -> str | None:
    return _replaced(rng, text, r"\b\d+\b", lambda n: numeral(rng, n))


def _sign(rng: random.Random, text: str) -> str | None:
    return _replaced(rng, text, r"[+-]", lambda s: rng.choice(("+", "-", "", "--")) if s == "-" else "-")


def _operator(rng: random.Random, text: str) -> str | None:
    return _replaced(rng, text, r"\*\*|[*/+-]", lambda _: rng.choice(("+", "-", "*", "/", "**")))


def _function(rng: random.Random, text: str) -> str | None:
    return _replaced(rng, text, r"[a-z_]+(?=\()", lambda _: rng.choice(NAMES))


def _name(rng: random.Random, text: str) -> str | None:
    words = sorted({*re.findall(r"\b[A-Za-z]\w*\b(?!\()", text), "C", "1", "z[y]", "mean(z)"})
    return _replaced(rng, text, r"\b[A-Za-z]\w*(?:\[y\])?(?![\w(])", lambda _: rng.choice(words))


def _label(rng: random.Random, text: str) -> str | None:
    swaps = {"[y]": "", ", but=y": "", "onehot(y)": "1", "(z)": "(z, but=y)", "1": "onehot(y)", "z": "z[y]"}
    old = rng.choice([s for s in swaps if s in text] or ["[y]"])
    return _replaced(rng, text, re.escape(old), lambda _: swaps[old])


def _brackets(rng: random.Random, text: str) -> str | None:
    """Without one pair of brackets that groups, or with the brackets of a power one step wider."""
    opened: list[int] = []
    pairs = []
    for i, c in enumerate(text):
        if c == "(":
            opened.append(i)
        elif c == ")" and opened:
            start = opened.pop()
            if not text[:start][-1:].isalnum():
                pairs.append((start, i))
    if not pairs:
        return None
    start, end = rng.choice(pairs)
    return text[:start] + text[start + 1 : end] + text[end + 1 :]


def _spelling(rng: random.Random, text: str) -> str | None:
    """A character more, or less, or another one."""
    if not text:
        return None
    i = rng.randrange(len(text))
    new = rng.choice(("", text[i] * 2, rng.choice("0123456789CzyqLE.eE_+-*/()[],;=# \n\\\x00\uff11\u00b2'")))
    return text[:i] + new + text[i + 1 :]


TEXTS = {
    "number": _number, "sign": _sign, "operator": _operator, "function": _function, "name": _name, "label": _label,
    "brackets": _brackets, "spelling": _spelling,
}  # fmt: skip
