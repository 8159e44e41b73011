"""Which texts the checker sees not to change under z + t (1, ..., 1), and which it must not."""

from __future__ import annotations

import secrets
from typing import Any

import pytest

from symcheck.proof.check import Jets, Letters, Scope, Tape, random_prime, weight
from tests.symcheck.proof.test_check import scope


class Believing(Jets):
    """Jets to which the hints that invariance needs none of are given away."""

    def sign(self, n: int, e: int, x: Any) -> int:
        return 1

    def made(self, n: int, e: int) -> tuple[Any, Any]:
        return 1, 0

    def log(self, n: int, e: int, x: Any) -> tuple[Any, Any, Any]:
        return 7, self.raised(x, -1), 0

    def exp(self, n: int, e: int, x: Any) -> tuple[Any, Any, Any]:
        return 5, 5, 0


def found(text: str) -> Any:
    """("by", w), ("times", w) or None."""
    known = Scope(scope())
    letters = Letters(known, [])
    prime = random_prime()
    values = [secrets.randbelow(prime) for _ in letters.names]
    tape = Tape(text, known, "formula")
    return weight(tape, Believing(tape, {}, letters, values, prime, "hints"))


SEEN = [
    "z[y] - mean(z)", "logsumexp(z) - z[y]", "log_softmax(z)[y]", "softmax(z)[y]**3", "total((z - mean(z))**2)",
    "total(softmax(z)*z) - z[y]", "total(z*softmax(z)) - mean(z)", "total(softmax(2*z)*z) - logsumexp(z)",
    "total(softmax(z)*z[y]) - mean(z)", "total(entmax(z, 2)*z) - z[y]", "total(entmax(z, 3/2)**2)",
    "log(total(exp(2*z))/total(exp(z))**2)", "relu(z[y] - mean(z) + 1)", "exp(z)[y]/total(exp(z))",
    "0*z[y]", "total(z**2)*(C - C)", "z[y] - mean(z) + (onehot(y)[y] - 1)*exp(z[y])", "logsumexp(z) - z[y] - z[y]**2*0",
]  # fmt: skip

NOT_SEEN = [
    "z[y]", "total(z**2)", "total(softmax(z)*z)", "total(exp(z)*z) - z[y]", "total(softmax(z**2)*z) - z[y]",
    "total(entmax(z + z**2, 2)*z) - z[y]", "total(entmax(z + z**2, 2)**2)", "(softmax(z)*z)[y] - mean(z)",
    "total(softmax(z)*z + softmax(z)*z) - mean(z)", "total(softmax(z)*z*2) - z[y]", "log(softmax(z)[y] + z[y]) - z[y]",
    "log(exp(z)[y] + 1) - z[y]", "mean(z) - C*z[y]", "total(z) - z[y]",
    "branch(z[y] - mean(z) + 1, 1, 2)*z[y] - mean(z)", "detach(z[y])", "total(softmax(z)*softmax(z)*z) - z[y]",
    # 0 at z = 0, and not elsewhere; 0 at some C, and not at others; 0 at the label alone.
    "detach(z[y])*z[y]", "total(z)*z[y]", "(C - 2)*z[y]", "(C - 2)*(C - 3)*z[y]", "total((1 - onehot(y))*z)",
]  # fmt: skip


@pytest.mark.parametrize("text", SEEN)
def test_what_does_not_move_is_seen(text: str) -> None:
    assert found(text) == ("by", 0)


@pytest.mark.parametrize("text", NOT_SEEN)
def test_what_moves_is_not_seen_to_stay(text: str) -> None:
    assert found(text) != ("by", 0)
