r"""Forward correction of noise T: under a strong penalty it acts on the scores as another noise does on MUH.

T_ij is the probability that the label i becomes j, l(z, j) = -log (T'p)_j with p = softmax(z) the corrected loss, eta
the law of the clean label at one x, T'eta that of the noisy one, u = 1/C 1, s_j = sum_i T_ij.

**Without a penalty**, over all functions of x, the noisy risk at x is the cross entropy of T'p against T'eta: it is
least where T'p = T'eta, which for an invertible T is p = eta alone, so predictions are kept (Patrini et al. 2017,
Theorem 2).

**Theorem.** With lambda times a penalty with the positive definite Hessian H at its minimum 0, as lambda grows the
scores are, up to a factor, H^-1 (M eta - u) with M = T S^-1 T', S = diag(s): those of MUH under the noise M.

At z = 0, where p = u, grad l(0, j) = b_j = -(T_.j/s_j - u): the gradient of log sum_i T_ij exp(z_i) is T_ij/s_j, that
of logsumexp is u.  The limit scores are -H^-1 sum_j (T'eta)_j b_j, and sum_j (T'eta)_j T_kj/s_j = (M eta)_k.
M is symmetric, of the rank of T, and its rows add up to sum_j T_ij s_j/s_j = 1, so that ``score_order`` has the rest:
predictions are kept for every eta if and only if M = b I + (1 - b)/C 11' with b > 0.  For T = a I + (1 - a)/C 11',
S = I and b = a^2.

A label j with s_j = 0 never occurs among the noisy ones, where its loss would be infinite: the sums leave it out.
"""

from __future__ import annotations

from fractions import Fraction
from math import lcm

from symcheck.budget import look
from symcheck.class_conditional.flips import Matrix, fractions_of, rational_matrix
from symcheck.class_conditional.matrices import Checked
from symcheck.errors import ParameterError
from symcheck.field.element import Element
from symcheck.field.signs.sign import Kind


def forward_noise(given: Checked) -> Checked:
    """M = T S^-1 T' for T = ``given``.

    Raises ``ParameterError`` where a column of T may be 0 at some values of its parameters and not at others.
    """
    numbers = numbers_in(given)
    if numbers is None:
        return Checked(given.field, _products(given))
    look(bits=length_of(numbers))
    return Checked(given.field, tuple(tuple(map(given.field.number, row)) for row in forward_matrix(numbers)))


def forward_matrix(noise: Matrix) -> Matrix:
    """T S^-1 T', S the diagonal of the column sums of T; columns of zeros are left out.

    >>> forward_matrix(((Fraction(9, 10), Fraction(1, 10)), (Fraction(1, 10), Fraction(9, 10))))[0][1]
    Fraction(9, 50)
    """
    sums = [sum(column, Fraction(0)) for column in zip(*noise, strict=True)]
    n = len(noise)
    scaled = [[x / s if s else Fraction(0) for x, s in zip(row, sums, strict=True)] for row in noise]
    found = fractions_of(rational_matrix(scaled) * rational_matrix(tuple(zip(*noise, strict=True))))
    return tuple(tuple(found[i * n : (i + 1) * n]) for i in range(n))


def length_of(noise: Matrix) -> int:
    """How many bits a row of M has at most, as its denominators have one common multiple."""
    sums = [sum(column, Fraction(0)) for column in zip(*noise, strict=True)]
    common = lcm(*(s.numerator for s in sums if s), *(x.denominator for row in noise for x in row))
    return common.bit_length() * len(noise)


def numbers_in(given: Checked) -> Matrix | None:
    """The entries as numbers; None if parameters are in them."""
    rows = []
    for row in given.entries:
        numbers = [x for c in row if (x := c.rational) is not None]
        if len(numbers) < len(row):
            return None
        rows.append(tuple(numbers))
    return tuple(rows)


def _products(given: Checked) -> tuple[tuple[Element, ...], ...]:
    field, entries = given.field, given.entries
    columns = []
    for j, column in enumerate(zip(*entries, strict=True)):
        total = field.sum(column)
        # No entry is negative, so that a column with the sum 0 is 0.
        if total.is_zero:
            continue
        if field.sign(total).kind is not Kind.POSITIVE:
            raise ParameterError(
                f"T: the entries of column {j + 1} add up to {total.text()}, which is not shown to be > 0, and a label "
                "that occurs at some values of the parameters only has no one correction; narrow their intervals"
            )
        columns.append([(x, x / total) for x in column])
    places = range(len(entries))
    found = {}
    for i in places:
        for k in range(i + 1):
            look()
            found[i, k] = found[k, i] = field.sum(column[i][1] * column[k][0] for column in columns)
    return tuple(tuple(found[i, k] for k in places) for i in places)
