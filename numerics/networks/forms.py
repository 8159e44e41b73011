"""Forms: how a number depends on weights that are all multiplied by a t > 0.

What a network computes is followed operation by operation: a sum, a product or a relu of numbers whose forms are known
has a form that is known.  What follows holds at all weights, and not only at those that were tried.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction


class Kind(Enum):
    """How a number depends on the weights theta that are scaled.

    ``ZERO`` and ``FIXED`` depend on no weight at all, ``CONSTANT`` on other weights alone; ``LINEAR`` and ``AFFINE``
    have coefficients that are constant; ``HOMOGENEOUS`` of degree d is f(t theta) = t^d f(theta) for t > 0, and with
    d = 0 it does not move; ``SHIFTED`` by d is f + d log t.
    """

    ZERO = "zero"
    FIXED = "fixed"
    CONSTANT = "constant"
    LINEAR = "linear"
    AFFINE = "affine"
    HOMOGENEOUS = "homogeneous"
    SHIFTED = "shifted"
    OTHER = "other"


@dataclass(frozen=True)
class Form:
    """A kind, with its ``degree`` where it has one."""

    kind: Kind
    degree: Fraction = Fraction(0)

    @property
    def is_still(self) -> bool:
        """Whether it depends on no weight that is scaled."""
        return self.kind in (Kind.ZERO, Kind.FIXED, Kind.CONSTANT)

    @property
    def is_homogeneous(self) -> bool:
        """Whether it is f(t theta) = t^degree f(theta); linear is of degree 1."""
        return self.kind in (Kind.LINEAR, Kind.HOMOGENEOUS)

    @property
    def is_unmoved(self) -> bool:
        """Whether t does not change it."""
        return self.is_still or (self.kind is Kind.HOMOGENEOUS and not self.degree)


ZERO, FIXED, CONSTANT, OTHER = Form(Kind.ZERO), Form(Kind.FIXED), Form(Kind.CONSTANT), Form(Kind.OTHER)
LINEAR, AFFINE = Form(Kind.LINEAR, Fraction(1)), Form(Kind.AFFINE)
UNMOVED = Form(Kind.HOMOGENEOUS)


def shifted(degree: Fraction) -> Form:
    """f + degree log t."""
    return Form(Kind.SHIFTED, degree) if degree else UNMOVED


def homogeneous(degree: Fraction) -> Form:
    """t^degree f."""
    return Form(Kind.HOMOGENEOUS, degree)


def any_function(forms: Iterable[Form]) -> Form:
    """The form of any function of numbers with these forms."""
    given = list(forms)
    if all(form.is_still for form in given):
        return CONSTANT if CONSTANT in given else FIXED
    return UNMOVED if all(form.is_unmoved for form in given) else OTHER


def total(forms: Sequence[Form]) -> Form:
    """The form of a sum."""
    moved = [form for form in forms if form.kind is Kind.SHIFTED]
    if len(moved) == 1 and all(form.is_still for form in forms if form is not moved[0]):
        return moved[0]
    return joined(forms) if not moved else OTHER


def joined(forms: Sequence[Form]) -> Form:
    """The form that an array has if its entries have these forms."""
    counted = [form for form in forms if form.kind is not Kind.ZERO]
    if not counted:
        return ZERO
    kinds = {form.kind for form in counted}
    if all(form.is_unmoved for form in counted):
        return any_function(counted)
    if len(set(counted)) == 1 and (kinds != {Kind.SHIFTED} or len(counted) == len(forms)):
        return counted[0]
    if all(form.is_homogeneous for form in counted) and len({form.degree for form in counted}) == 1:
        return homogeneous(counted[0].degree)
    return AFFINE if kinds <= {Kind.FIXED, Kind.CONSTANT, Kind.LINEAR, Kind.AFFINE} else OTHER


def product(a: Form, b: Form) -> Form:
    """The form of a product, or of a bilinear map."""
    # Not of anything: 0 times what overflows is no number.
    if ZERO in (a, b) and OTHER not in (a, b):
        return ZERO
    if a.is_unmoved and b.is_unmoved:
        return any_function((a, b))
    if a.is_homogeneous and b.is_homogeneous:
        return homogeneous(a.degree + b.degree)
    still, other = (a, b) if a.is_still else (b, a)
    return other if still.is_still and other.kind is not Kind.SHIFTED else OTHER


def power(a: Form, exponent: Fraction) -> Form:
    """The form of a power with a fixed exponent."""
    if a.is_unmoved:
        return any_function((a,))
    if exponent == 1:
        return a
    return homogeneous(a.degree * exponent) if a.is_homogeneous else OTHER


def positive(a: Form) -> Form:
    """The form of h(a), h(t x) = t h(x) for t > 0, as relu and abs are; and of the largest of several."""
    if a.is_unmoved:
        return any_function((a,)) if a.kind is not Kind.ZERO else ZERO
    return homogeneous(a.degree) if a.is_homogeneous else OTHER
