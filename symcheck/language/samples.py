"""Small entries of arrays, regular and irregular ones, at which statements about free arrays are looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from symcheck.language.interval import Interval

Vector = tuple[Fraction, ...]
Matrix = tuple[Vector, ...]


def vectors(interval: Interval, total: Fraction | None, n: int) -> Iterator[Vector]:
    """Class-vectors that are equal in all entries, and others that are not; not all of them fit every array."""
    counts = tuple(Fraction(k) for k in range(1, n + 1))
    if total is not None:
        even, steps = total / n, sum(counts)
        yield (even,) * n
        for row in (counts, counts[::-1]):
            yield tuple(total * k / steps for k in row)
            yield tuple(even + (2 * k - n - 1) / 2 for k in row)
        yield (total / 2, *[total / (2 * n - 2)] * (n - 1))
        return
    low, high = interval.low, interval.high
    if low is not None and high is not None:
        inside = tuple(low + (high - low) * k / (n + 1) for k in counts)
        yield ((low + high) / 2,) * n
        yield from (inside, inside[::-1], (low,) * n, (high,) * n)
        return
    start, step = (low or Fraction(0), 1) if high is None else (high, -1)
    # With one end the second sign does not fit, and is left out later; without ends both do.
    for sign in (step, -step):
        yield (start + sign,) * n
        rising = tuple(start + sign * k for k in counts)
        yield from (rising, rising[::-1], (start + 10 * sign, *[start + sign] * (n - 1)))
        # Close to the end: what is claimed for large entries may fail for small ones.
        yield (start + Fraction(sign, 100),) * n
    yield (start,) * n
    yield tuple(k if int(k) % 2 else -k for k in counts)


def matrices(scale: Fraction, n: int, *, free: bool) -> Iterator[Matrix]:
    """Matrices with rows that add up to ``scale``, and ``free`` ones; not all of them fit every array."""

    def made(entry: Callable[[int, int], Fraction | int]) -> Matrix:
        return tuple(tuple(Fraction(entry(i, j)) for j in range(n)) for i in range(n))

    for share in (Fraction(1, 2), Fraction(1), Fraction(1, 4), Fraction(0), Fraction(-1, n - 1), Fraction(2)):
        # share I + (1 - share)/n 11', which for the last two has a zero diagonal or negative entries
        yield made(lambda i, j, s=share: scale * (s * (i == j) + (1 - s) / n))  # type: ignore[misc]
    for share in (Fraction(1, 4), Fraction(3, 4)):
        yield made(lambda i, j, s=share: scale * ((1 - s) * (i == j) + s * ((i + 1) % n == j)))  # type: ignore[misc]
        yield made(lambda i, j, s=share: scale * ((1 - s) * (i == j) + s * (j == 0)))  # type: ignore[misc]
        yield made(lambda i, j, s=share: scale * ((1 - s) * (i == j) + s * (i == 0)))  # type: ignore[misc]
    yield made(lambda i, j: scale * Fraction(2 * ((i + j) % n + 1), n * (n + 1)))
    yield made(lambda _, j: scale * Fraction(2 * (j + 1), n * (n + 1)))
    generic = made(lambda i, j: 1 + i * j + n * (i == j))
    by_rows = tuple(tuple(scale * x / sum(row) for x in row) for row in generic)
    yield by_rows
    # The columns of this one have the sum, and the rows not: for arrays whose columns are what is declared.
    yield tuple(zip(*by_rows, strict=True))
    if free:
        yield made(lambda i, j: (i + 1) ** 2 * (i == j))
        yield made(lambda i, j: (i + 1) * (i == j) + 1)
        yield made(lambda i, j: 2 * (i == j) + Fraction(min(i, j) + 1, 2))
        yield made(lambda i, j: i * n + j + 1)
        yield made(lambda i, j: -(i == j))


def centred(found: Iterator[Matrix]) -> Iterator[Matrix]:
    """Matrices whose rows add up to 1 with 1/C taken from each entry, and what they are with the other sign."""
    for rows in found:
        centred = tuple(tuple(x - Fraction(1, len(rows)) for x in row) for row in rows)
        yield centred
        yield tuple(tuple(-x for x in row) for row in centred)
