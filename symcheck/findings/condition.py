"""Conditions: the statements about a loss and a regularizer that are decided one by one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, final

from symcheck.errors import UnknownNameError, did_you_mean, shown


class _Conditions(type):
    """``for condition in Condition``, ``Condition["LOSS_SMOOTH"]``: all that are known, as they were made."""

    def __iter__(cls) -> Iterator[Condition]:
        return iter(tuple(_KNOWN.values()))

    def __getitem__(cls, name: str) -> Condition:
        if name not in _KNOWN:
            raise UnknownNameError(
                f"condition: there is none called {shown(name, 80)}{did_you_mean(str(name), _KNOWN)}"
            )
        return _KNOWN[name]


@final
class Condition(metaclass=_Conditions):
    """A statement about l and g that is decided, ``value``, by the short ``name`` that theorems and files refer to.

    There is one object for each name, also after pickling, so that ``is`` compares.  Those that theorems rest on stand
    here; a property that no theorem needs makes its own in its file.  Raises ``ValueError`` for a name that is taken.

    >>> import symcheck as sc
    >>> sc.Condition.LOSS_CONVEX
    <Condition.LOSS_CONVEX: 'l(., y) is convex for every y'>
    >>> sc.certify("gce", "l2").property(sc.Condition.LOSS_CONVEX).verdict
    <Verdict.REFUTED: 0>
    """

    LOSS_SMOOTH: ClassVar[Condition]
    LOSS_GRADIENT: ClassVar[Condition]
    LOSS_GRADIENT_SUM: ClassVar[Condition]
    REGULARIZER_SMOOTH: ClassVar[Condition]
    REGULARIZER_GRADIENT: ClassVar[Condition]
    REGULARIZER_CURVATURE: ClassVar[Condition]
    SHIFT_INVARIANT: ClassVar[Condition]
    LOSS_SYMMETRIC: ClassVar[Condition]
    LOSS_HOMOGENEOUS: ClassVar[Condition]
    LOSS_QUADRATIC: ClassVar[Condition]
    LOSS_BOUNDED: ClassVar[Condition]
    LOSS_BOUNDED_BELOW: ClassVar[Condition]
    LOSS_CONVEX: ClassVar[Condition]
    REGULARIZER_CONVEX: ClassVar[Condition]
    MINIMISERS_HELD: ClassVar[Condition]
    REFERENCE_CURVATURE: ClassVar[Condition]
    REGULARIZER_POSITIVE: ClassVar[Condition]
    LOSS_HESSIAN_LABEL_FREE: ClassVar[Condition]

    name: str
    value: str
    __slots__ = ("name", "value")

    def __new__(cls, name: str, value: str) -> Condition:
        known = _KNOWN.get(name)
        if known is None:
            known = _KNOWN[name] = object.__new__(cls)
            # Past __setattr__, which refuses.
            object.__setattr__(known, "name", name)
            object.__setattr__(known, "value", value)
        # Two statements under one name would let one theorem rest on the other's proof.
        elif known.value != value:
            raise ValueError(f"name: {name} is taken by the condition that {known.value}; give another name")
        return known

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a condition does not change; make another one instead of setting {name}")

    def __copy__(self) -> Condition:
        return self

    def __deepcopy__(self, memo: object) -> Condition:
        return self

    def __reduce__(self) -> tuple[type[Condition], tuple[str, str]]:
        return Condition, (self.name, self.value)

    def __str__(self) -> str:
        return self.name.lower().replace("_", "-")

    def __repr__(self) -> str:
        return f"<Condition.{self.name}: {self.value!r}>"


_KNOWN: dict[str, Condition] = {}

Condition.LOSS_SMOOTH = Condition("LOSS_SMOOTH", "l(., y) is twice continuously differentiable near 0")
Condition.LOSS_GRADIENT = Condition("LOSS_GRADIENT", "grad l(0, y) = kappa grad l_MUH(0, y) with kappa > 0")
Condition.LOSS_GRADIENT_SUM = Condition("LOSS_GRADIENT_SUM", "the sum over y of grad l(0, y) is 0")
Condition.REGULARIZER_SMOOTH = Condition("REGULARIZER_SMOOTH", "g is twice continuously differentiable near 0")
Condition.REGULARIZER_GRADIENT = Condition("REGULARIZER_GRADIENT", "grad g(0) = 0")
Condition.REGULARIZER_CURVATURE = Condition("REGULARIZER_CURVATURE", "D^2 g(0) is positive definite")
Condition.SHIFT_INVARIANT = Condition("SHIFT_INVARIANT", "l and g do not change under z + t(1, ..., 1)")
Condition.LOSS_SYMMETRIC = Condition("LOSS_SYMMETRIC", "sum_y l(z, y) does not depend on z")
Condition.LOSS_HOMOGENEOUS = Condition(
    "LOSS_HOMOGENEOUS",
    "up to constants, sym(l) is homogeneous of degree 1 and ins(l)(z) = (1/C) sum_k l(z, k) of a degree k > 1",
)
Condition.LOSS_QUADRATIC = Condition(
    "LOSS_QUADRATIC",
    "up to constants, sym(l) is linear and ins(l) is a positive definite quadratic form plus c (1, ..., 1)'z",
)
Condition.LOSS_BOUNDED = Condition("LOSS_BOUNDED", "l is bounded")
Condition.LOSS_BOUNDED_BELOW = Condition("LOSS_BOUNDED_BELOW", "l is bounded below")
Condition.LOSS_CONVEX = Condition("LOSS_CONVEX", "l(., y) is convex for every y")
Condition.REGULARIZER_CONVEX = Condition("REGULARIZER_CONVEX", "g is convex")
Condition.MINIMISERS_HELD = Condition(
    "MINIMISERS_HELD", "minimisers are held: on finite samples and closed cones some exist for large lambda, near 0"
)
Condition.REFERENCE_CURVATURE = Condition(
    "REFERENCE_CURVATURE", "D^2 g(0) is positive definite on outputs with z_C = 0"
)
Condition.REGULARIZER_POSITIVE = Condition(
    "REGULARIZER_POSITIVE",
    "g(z) > 0 for z != 0, where multiples of (1, ..., 1) count as 0 if l and g do not change under z + t(1, ..., 1)",
)
Condition.LOSS_HESSIAN_LABEL_FREE = Condition("LOSS_HESSIAN_LABEL_FREE", "D^2 l(0, y) is the same for every y")
