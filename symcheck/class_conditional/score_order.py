r"""Class-conditional noise with numbers: what it does to the scores, where it turns them, and where it cannot.

T_ij is the probability that the label i becomes j, eta the law of the label at one x, u = 1/C 1.  Over all functions
of x, MUH + 1/2 z'Hz has the scores H^-1 (eta - u) on clean labels and H^-1 (T'eta - u) on noisy ones, up to scale.

**Theorem.** Let H be positive definite.  The classes with the largest score are the same for every eta if and only
if T = a I + (1 - a)/C 11' with a > 0: uniform noise of a rate below (C - 1)/C.

If: T'eta - u = a (eta - u).  Only if, for H = s I + t 11', whose scores are ordered like eta and T'eta.  Where eta_i
is largest, and 1, the others lie in a cube, on which (T'eta)_i - (T'eta)_j = sum_m eta_m (T_mi - T_mj) is least at a
corner: T_ii - T_ij + sum over m != i of min(0, T_mi - T_mj) >= 0.  Called for i and for j: with m = i and m = j, both
T_ii - T_ij and T_jj - T_ji are >= 0, and the two sums add up to -sum over m != i, j of |T_mi - T_mj| >= 0.  So
T_mi = T_mj for m != i, j, and T_ii - T_ij = T_jj - T_ji.  Each row of T has one value off the diagonal, then, and one
difference a to the diagonal; 1 = T_ii + (C - 1) T_ij makes that value (1 - a)/C in every row.  With a = 0 all ties.
For another H, scores x = H^-1 (eta - u) close to 0 have every direction with 1'Hx = 0, that is, every direction up to
multiples of 1: at x = 0 all classes lead, so they do in H^-1 (T'u - u), which gives T'u = u; and on the cone where
x_i is largest, spanned up to multiples of 1 by the -e_m, m != i, the argument is the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import lcm

from symcheck.budget import look
from symcheck.class_conditional.flips import Matrix, Progress, Vector, fractions_of, rational_matrix, silent, turned
from symcheck.class_conditional.said import MOST_SHOWN, entries_said, leaders_said, vector_said
from symcheck.language.definite import is_positive_definite, isotropic_parts


@dataclass(frozen=True)
class Flip:
    """A law ``eta`` of the clean label at which noise changes the classes with the largest score.

    ``clean`` and ``noisy`` are those classes, from 1; ``clean_scores`` and ``noisy_scores`` the scores.
    """

    eta: Vector
    clean: tuple[int, ...]
    noisy: tuple[int, ...]
    clean_scores: Vector
    noisy_scores: Vector

    def __str__(self) -> str:
        turned = f"{leaders_said(self.clean)} before, {leaders_said(self.noisy)} after"
        if len(self.eta) <= MOST_SHOWN:
            before, after = vector_said(self.clean_scores), vector_said(self.noisy_scores)
            return f"at eta = {vector_said(self.eta)} the scores {before} become {after}: {turned}"
        places = sorted({self.clean[0], self.noisy[0], self.noisy[-1]})
        before, after = entries_said(self.clean_scores, places), entries_said(self.noisy_scores, places)
        which = f"the scores {before} of the classes {', '.join(map(str, places))}"
        return f"at eta = {vector_said(self.eta)} {which} become {after}: {turned}"


@dataclass(frozen=True)
class Scores:
    """The scores under the matrix ``noise`` with the Hessian ``hessian`` (None: isotropic, and they are T'eta - u)."""

    noise: Matrix
    hessian: Matrix | None = None

    @property
    def classes(self) -> int:
        """The number of classes."""
        return len(self.noise)

    def clean(self, eta: Sequence[Fraction]) -> Vector:
        """H^-1 (eta - u)."""
        return self.solved([x - self._share for x in eta])

    def noisy(self, eta: Sequence[Fraction]) -> Vector:
        """H^-1 (T'eta - u)."""
        return self.clean(self.moved(eta))

    def moved(self, eta: Sequence[Fraction]) -> Vector:
        """The law of the noisy label, T'eta."""
        return tuple(
            sum((p * x for p, x in zip(eta, column, strict=True)), Fraction(0))
            for column in zip(*self.noise, strict=True)
        )

    def flip(self, eta: Sequence[Fraction]) -> Flip | None:
        """What noise changes at ``eta``; None if the classes with the largest score are the same."""
        before, after = self.clean(eta), self.noisy(eta)
        if leaders(before) == leaders(after):
            return None
        return Flip(tuple(eta), leaders(before), leaders(after), before, after)

    def some_flip(self, progress: Progress = silent) -> Flip | None:
        """A law at which one clean class leads and noise changes the classes that lead; None for uniform noise.

        Looked for as the proof does: if T'u != u, close to u; else where all classes but one nearly tie.  Raises
        ``Undecided`` when the budget in force is spent.
        """
        factor = uniform_factor(self.noise)
        if factor is not None and factor > 0:
            return None
        direction = turned(self.noise, self.hessian, ties=factor == 0, progress=progress)
        assert direction is not None, "noise that is not uniform turns some prediction"
        found = self.flip(self.law(direction.scores(self.classes)))
        assert found is not None
        # What was found in whole numbers is computed again in fractions, from the law itself.
        assert found.clean == (direction.i + 1,)
        assert factor == 0 or found.clean[0] not in found.noisy
        return found

    @property
    def _share(self) -> Fraction:
        return Fraction(1, self.classes)

    def law(self, scores: Vector) -> Vector:
        """The law eta = u + c H (x - b 1) with 1'H(x - b 1) = 0; c is 1, or less if that keeps the entries >= 0."""
        n = self.classes
        rows = self.hessian or identity(n)
        pushed = [sum((h * x for h, x in zip(row, scores, strict=True)), Fraction(0)) for row in rows]
        along = [sum(row, Fraction(0)) for row in rows]
        # b makes the entries of H(x - b 1) add up to 0, so that those of eta add up to 1; scores may shift by b.
        b = sum(pushed, Fraction(0)) / sum(along, Fraction(0))
        moved = [p - b * a for p, a in zip(pushed, along, strict=True)]
        most = min([Fraction(1), *(self._share / -x for x in moved if x < 0)])
        return tuple(self._share + most * x for x in moved)

    def solved(self, right: Sequence[Fraction]) -> Vector:
        """H^-1 times ``right``."""
        if self.hessian is None:
            return tuple(right)
        found = rational_matrix(self.hessian).solve(rational_matrix([[x] for x in right]))
        return tuple(fractions_of(found))


def leaders(scores: Sequence[Fraction]) -> tuple[int, ...]:
    """The classes with the largest score, from 1."""
    top = max(scores)
    return tuple(i + 1 for i, x in enumerate(scores) if x == top)


def uniform_factor(noise: Matrix) -> Fraction | None:
    """The a of T = a I + (1 - a)/C 11'; None if T has another form."""
    found = isotropic_parts(noise)
    return None if found is None else 1 - len(noise) * found[1]


def needed_lead(noise: Matrix, reach: Fraction = Fraction(0)) -> Fraction | None:
    """The least g such that the class that leads eta by more than g, alone, leads T'eta alone; None if g < 1 fails.

    For isotropic H.  Where eta_i - eta_m >= g for all m, eta = g e_i + (1 - g) eta' and eta'_i is largest, so
    (T'eta)_i - (T'eta)_j >= g (T_ii - T_ij) + (1 - g) min over S with i in S of the mean of T_mi - T_mj over S.
    With ``reach`` > 0 a g that does for every matrix whose differences of entries are smaller by at most that.
    """
    places, worst = range(len(noise)), Fraction(0)
    common = lcm(reach.denominator, *(x.denominator for row in noise for x in row))
    less = reach.numerator * (common // reach.denominator)
    look(bits=common.bit_length() * len(noise))
    rows = [[x.numerator * (common // x.denominator) for x in row] for row in noise]
    columns = list(zip(*rows, strict=True))
    for i, j in product(places, repeat=2):
        if i == j:
            continue
        look()
        lead = rows[i][i] - rows[i][j] - less
        # Even a law that is 1 at the class i does not keep it in the lead.
        if lead <= 0:
            return None
        others = [a - b - less for a, b in zip(columns[i], columns[j], strict=True)]
        del others[i]
        total, count = _least_mean(lead, sorted(others))
        if total < 0:
            # The g at which g lead + (1 - g) total/count = 0.
            worst = max(worst, Fraction(-total, lead * count - total))
    return worst


def _least_mean(first: int, others: Sequence[int]) -> tuple[int, int]:
    """Sum and number of those that have the least mean: ``first`` and the next of the ``others``, in rising order."""
    total, count = first, 1
    for x in others:
        if x * count >= total:  # no smaller than the mean so far, so neither are those that follow
            break
        total, count = total + x, count + 1
    return total, count


def objection_to_hessian(hessian: Matrix, classes: int) -> str:
    """Why ``hessian`` is no positive definite matrix for this number of classes; "" if it is one."""
    if len(hessian) != classes or any(len(row) != classes for row in hessian):
        return (
            f"got {len(hessian)} rows of {', '.join(str(len(r)) for r in hessian)} entries; T is for {classes} classes"
        )
    if tuple(zip(*hessian, strict=True)) != hessian:
        return "got a matrix that is not symmetric; accepted are symmetric ones"
    return "" if is_positive_definite(hessian) else "got a matrix that is not positive definite; accepted are such"


def identity(count: int) -> Matrix:
    """I."""
    return tuple(tuple(Fraction(i == j) for j in range(count)) for i in range(count))
