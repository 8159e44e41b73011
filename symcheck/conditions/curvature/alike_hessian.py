"""Hessians D^2 g(0) = s I + t 11' of regularizers that treat all classes alike: the two eigenvalues decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from symcheck.conditions.agreement.agreed import Agreed
from symcheck.conditions.cases.partitions import refined
from symcheck.conditions.cases.witness_points import point_in, witness_at
from symcheck.conditions.curvature.hessian import QUOTIENT, WHOLE, Hessian
from symcheck.field.element import Element
from symcheck.field.field import Field
from symcheck.field.signs.pieces import pieces
from symcheck.field.signs.sign import Kind, Sign
from symcheck.findings.condition import Condition
from symcheck.findings.finding import Finding, Trust
from symcheck.findings.step import Derivation, Step
from symcheck.findings.verdict import Verdict
from symcheck.language.scope import Classes, Scope
from symcheck.readings.expansion import Expansion
from symcheck.reason import Code, Reason

_NAME = "the eigenvalue of D^2 g(0)"


@dataclass(frozen=True)
class Curvature:
    """D^2 g(0) = s I + t 11', with eigenvalue ``s`` on the complement of (1, ..., 1) and ``along`` = s + C t."""

    s: Element
    t: Element
    along: Element


def curvature_of(expansion: Expansion[Element], field: Field) -> Curvature:
    """The s, t and s + C t of D^2 g(0) = s I + t 11'."""
    s, t = expansion.h_kk - expansion.h_yk, expansion.h_yk
    return Curvature(s, t, s + field.C * t)


@dataclass(frozen=True)
class AlikeHessian(Hessian):
    """The Hessian of an expansion, where its two eigenvalues have the signs ``across`` and ``along`` 1."""

    agreed: Agreed
    curvature: Curvature
    across: Sign
    along: Sign

    def on(self, classes: Classes) -> AlikeHessian:
        """The same for some of its numbers of classes."""
        return replace(self, scope=replace(self.scope, classes=classes))

    @property
    def is_flat_along_ones(self) -> bool:
        return self.along.kind is Kind.ZERO

    @property
    def is_shift_invariant(self) -> bool:
        return False  # the reading of shifts tells

    @property
    def keeps_ones(self) -> Verdict:
        return Verdict.PROVED

    def fails_everywhere(self, *, quotient: bool) -> bool:
        # Where the eigenvalue along 1 is 0 the pair may live on the quotient, and meet the condition there.
        fails = self.across.kind in (Kind.ZERO, Kind.NEGATIVE) or self.across.nonpositive
        return fails or (self.along.kind is Kind.NEGATIVE and not quotient)

    def finding(self, *, quotient: bool) -> Finding:
        s, along = self.curvature.s, self.curvature.along
        derivation: Derivation = (
            Step("d^2 g/d z_k^2 at 0", self.agreed.text("h_kk"), self.agreed.how),
            Step("d^2 g/d z_k d z_l at 0, l != k", self.agreed.text("h_yk"), self.agreed.how),
            Step("eigenvalue on the complement of (1, ..., 1)", s.text(), "difference of the two"),
            Step("eigenvalue along (1, ..., 1)", along.text(), "the first plus (C - 1) times the second"),
        )
        eigenvalues = [Eigenvalue(s, self.across, f"{_NAME} on the complement of (1, ..., 1)", self.classes)]
        values = f"eigenvalue {s.text()}"
        if not quotient:
            eigenvalues.append(Eigenvalue(along, self.along, f"{_NAME} along (1, ..., 1)", self.classes))
            values = f"eigenvalues {s.text()} and, along (1, ..., 1), {along.text()}"
        space = QUOTIENT if quotient else WHOLE
        return finding_of(Condition.REGULARIZER_CURVATURE, eigenvalues, f"on {space}", values, derivation)


@dataclass(frozen=True)
class Eigenvalue:
    """An eigenvalue of D^2 g(0) with its ``sign`` and its ``name``, for these ``classes``."""

    value: Element
    sign: Sign
    name: str
    classes: Classes


def finding_of(
    condition: Condition, eigenvalues: Sequence[Eigenvalue], where: str, values: str, derivation: Derivation
) -> Finding:
    """Whether D^2 g(0) is positive definite ``where`` it has these ``eigenvalues``, which are ``values`` in words."""
    trust = Trust.EXACT if all(e.sign.exact for e in eigenvalues) else Trust.BALL
    not_positive = [e for e in eigenvalues if e.sign.kind is not Kind.POSITIVE]
    # Those that fail before those that are open: one point refutes, whatever the other eigenvalue is.
    for e in not_positive:
        point = point_in(e.sign, e.classes, lambda sign: sign <= 0)
        if point is not None:
            witness = witness_at(e.value, point, e.name, "a value > 0")
            detail = f"D^2 g(0) is not positive definite {where} for {e.classes}: {e.name} is {e.value.text()}"
            return Finding(condition, Verdict.REFUTED, detail, trust, derivation, witness)
    for e in not_positive:
        reason = Reason(
            Code.SIGN_UNKNOWN,
            f"the sign of the eigenvalue {e.value.text()} of D^2 g(0) for {e.classes} was not decided",
            "give values to parameters or narrow classes=",
        )
        return Finding(condition, Verdict.UNDECIDED, reason.why, trust, derivation, reason=reason)
    return Finding(condition, Verdict.PROVED, f"D^2 g(0) is positive definite {where}: {values}", trust, derivation)


def alike_hessians(scope: Scope, agreed: Agreed, curvature: Curvature) -> tuple[AlikeHessian, ...]:
    """The Hessian for each run of the classes of ``scope`` on which its eigenvalues have one sign each."""
    return tuple(
        AlikeHessian(replace(scope, classes=classes), agreed, curvature, across, along)
        for classes, (across, along) in refined(pieces(curvature.s), pieces(curvature.along))
    )
