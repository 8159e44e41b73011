"""Where noise turns a prediction: directions close to a tie, looked through in whole numbers.

Scores x, up to multiples of 1, belong to the law eta = u + c H (x - b 1) with 1'H(x - b 1) = 0.  Noise makes of them

    H^-1 (T'eta - u) = v + c (M x - b M 1),   v = H^-1 (T'u - u),   M = H^-1 T'H,

so that one product of matrices serves all directions.  Looked at are x = e_i, x = s e_i and x = s e_i - e_m for
s = 1, 1/2, 1/4, ...: the class i leads alone.  For isotropic H, b and c are the same for all m, and the least entry
over m settles all of them at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from flint import fmpq, fmpq_mat

from symcheck.budget import look

Vector = tuple[Fraction, ...]
Matrix = tuple[Vector, ...]
Progress = Callable[[int, int, str], None]
"""Called with the steps done, the steps in all, and what is done now."""

HALVINGS = 200
"""A flip is looked for closer and closer to a tie, this often; the theorem says that it is found."""


def silent(done: int, total: int, what: str) -> None:
    """Says nothing."""


@dataclass(frozen=True)
class Direction:
    """x = s e_i - e_m, without e_m where ``m`` is None."""

    i: int
    s: Fraction
    m: int | None

    def scores(self, classes: int) -> Vector:
        """The vector x."""
        return tuple(self.s * (j == self.i) - Fraction(int(j == self.m)) for j in range(classes))


def turned(noise: Matrix, hessian: Matrix | None, *, ties: bool, progress: Progress = silent) -> Direction | None:
    """The first direction at whose law the leading class i no longer leads, with ``ties`` no longer leads alone.

    Raises ``Undecided`` when the budget in force is spent.
    """
    search = _Search(noise, hessian, ties)
    for done, step in enumerate(search.steps()):
        progress(done, HALVINGS, "laws close to a tie")
        look()
        if step is not None:
            return step
    return None


class _Search:
    """The numbers of one search, all of them over one denominator."""

    def __init__(self, noise: Matrix, hessian: Matrix | None, ties: bool) -> None:
        n = self.n = len(noise)
        self.ties = ties
        self.leasts: dict[int, list[int]] = {}
        transposed = rational_matrix(tuple(zip(*noise, strict=True)))
        look()
        m = transposed
        self.columns: list[list[Fraction]] | None = None
        # H 1, up to a factor: the column sums of H, all of them equal for H = s I + t 11'.
        self.weights = [Fraction(1)] * n
        if hessian is not None:
            h = rational_matrix(hessian)
            m = h.solve(transposed * h)
            self.columns = [list(column) for column in zip(*hessian, strict=True)]
            self.weights = [sum(column, Fraction(0)) for column in self.columns]
        uniform = fmpq_mat(n, 1, [fmpq(1, n)] * n)
        moved = transposed * uniform - uniform
        v = fractions_of(moved if hessian is None else rational_matrix(hessian).solve(moved))
        entries = fractions_of(m)
        look()
        # Only signs are asked for: one denominator for v and M together, which is then dropped.
        common = lcm(*(x.denominator for x in (*v, *entries)))
        look(bits=common.bit_length() * n)
        whole = [x.numerator * (common // x.denominator) for x in entries]
        self.m = [whole[j * n : (j + 1) * n] for j in range(n)]
        self.v = [x.numerator * (common // x.denominator) for x in v]
        self.one = [sum(row) for row in self.m]
        self.total = sum(self.weights, Fraction(0))

    def steps(self) -> Iterator[Direction | None]:
        """What each step finds: all the unit vectors, then for each s the multiples of them and the differences."""
        yield next((d for i in range(self.n) if self._turns(d := Direction(i, Fraction(1), None))), None)
        for k in range(HALVINGS):
            s = Fraction(1, 2**k)
            yield next((d for i in range(self.n) if self._turns(d := Direction(i, s, None))), None)
            for i in range(self.n):
                look()
                others = [m for m in range(self.n) if m != i]
                # One comparison rules out all m at once; only where it does not, each is looked at.
                if self.columns is None and not self._turns_for_some(i, s, others):
                    continue
                yield next((d for m in others if self._turns(d := Direction(i, s, m))), None)

    def _turns(self, direction: Direction) -> bool:
        i, m = direction.i, direction.m
        column = [0] * self.n if m is None else [row[m] for row in self.m]
        return self._leads_no_more(direction, [x - column[i] for x in column])

    def _turns_for_some(self, i: int, s: Fraction, others: Sequence[int]) -> bool:
        """Whether it turns for one of the m: isotropic H."""
        return self._leads_no_more(Direction(i, s, others[0]), self._least(i, others))

    def _least(self, i: int, others: Sequence[int]) -> list[int]:
        """The least M_jm - M_im over m, for each j."""
        known = self.leasts.get(i)
        if known is None:
            row_of_i = self.m[i]
            known = self.leasts[i] = [min([row[m] - row_of_i[m] for m in others]) for row in self.m]
        return known

    def _leads_no_more(self, direction: Direction, differences: Sequence[int]) -> bool:
        """Whether v_j + c (s M_ji - M_jm - b M_j 1) exceeds that of i for some j; ``differences`` are M_jm - M_im."""
        i, s = direction.i, direction.s
        b, c = self._place(direction)
        # over one denominator: a v + p M_ji - q M_jm - r M_j 1
        below = lcm(s.denominator, b.denominator)
        up = c.numerator
        a, p, q, r = c.denominator * below, up * int(s * below), up * below, up * int(b * below)
        if direction.m is None:
            q = 0
        v, one, column = self.v[i], self.one[i], self.m[i][i]
        found = (
            a * (w - v) + p * (row[i] - column) - q * d - r * (o - one)
            for w, row, d, o in zip(self.v, self.m, differences, self.one, strict=True)
        )
        # At a = 0 all scores tie under noise: nothing overtakes, but the clean leader is no longer alone.
        if self.ties:
            return any(x >= 0 for j, x in enumerate(found) if j != i)
        return any(x > 0 for x in found)

    def _place(self, direction: Direction) -> tuple[Fraction, Fraction]:
        """The b and c of the law: c is 1, or less if that keeps the entries >= 0."""
        n, i, s, m = self.n, direction.i, direction.s, direction.m
        b = (s * self.weights[i] - (0 if m is None else self.weights[m])) / self.total
        if self.columns is None:
            # The entries of x - b 1 elsewhere, at i and at m; H = s I + t 11' only scales them, as they add up to 0.
            lowest = min(-b, s - b, -b if m is None else -1 - b)
        else:
            one, other = self.columns[i], [Fraction(0)] * n if m is None else self.columns[m]
            lowest = min(s * x - y - b * w for x, y, w in zip(one, other, self.weights, strict=True))
        return b, min(Fraction(1), Fraction(1, n) / -lowest) if lowest < 0 else Fraction(1)


def rational_matrix(rows: Sequence[Sequence[Fraction]]) -> fmpq_mat:
    """The rows as a matrix of FLINT."""
    return fmpq_mat(len(rows), len(rows[0]), [fmpq(x.numerator, x.denominator) for row in rows for x in row])


def fractions_of(matrix: fmpq_mat) -> list[Fraction]:
    """The entries of a matrix of FLINT, row by row."""
    return [Fraction(int(x.p), int(x.q)) for x in matrix.entries()]
