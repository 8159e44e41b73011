"""Certificates as a user writes them down, with the types that a checker has to find."""

from typing import assert_type

from sympy import Expr

import symcheck as sc
from symcheck.certificates.applied import Applied
from symcheck.certificates.certificate import Certificate
from symcheck.certificates.full_report import Full
from symcheck.certificates.repair import Repair
from symcheck.certificates.survey import Pair, Survey
from symcheck.findings.case import Case
from symcheck.findings.finding import Finding
from symcheck.findings.prediction import Prediction
from symcheck.findings.witness import Witness
from symcheck.language.term import Label, Scalar, Term, Vec


def slip(z: Vec, y: Label) -> Scalar:
    return sc.log_softmax(z)[y]


def half_square(z: Vec) -> Term:
    return sc.total(z**2) / 2


class Half(sc.losses.Loss):
    """A loss of one's own with a parameter."""

    q = sc.Parameter("q", above=0, at_most=1, default="7/10")

    def formula(self, z: Vec, y: Label) -> Term:
        return -(sc.softmax(z)[y] ** self.q) / 2


cert = sc.certify("gce", "l2", classes=(2, 100), budget=5)
assert_type(cert, Certificate)
assert_type(cert.verdict, sc.Verdict)
assert_type(cert.tier, sc.Tier | None)
assert_type(cert.headline, str)
assert_type(cert.witness, Witness | None)
assert_type(cert.cases, tuple[Case, ...])
assert_type(cert.prediction, Prediction | None)
assert_type(cert.assumptions, tuple[str, ...])
assert_type(cert.at(C=4, q="1/2"), Certificate)
assert_type(cert.full(), Full)
assert_type(cert.theorem("Theorem 2"), Applied)
assert_type(cert.property(sc.Condition.LOSS_CONVEX), Finding)
assert_type(cert.repairs[0], Repair[Certificate])
assert_type(cert.repairs[0].certificate, Certificate)
assert_type([repair.text for repair in cert.repairs], list[str])
assert_type(cert.to_text(columns=80), str)
assert_type(cert.to_json(full=True), str)

assert_type(sc.certify(slip, half_square), Certificate)
assert_type(sc.certify(lambda z, y: sc.logsumexp(z) - z[y], lambda z: sc.mean(z**2)), Certificate)
assert_type(sc.certify(Half(q="1/2")), Certificate)
assert_type(sc.certify(sc.losses.GCE(q=0.7), sc.regularizers.L2(), anchor="z_ref", classes=10), Certificate)

flipped = sc.certify_preference("dpo", "h**2/2")
assert_type(flipped, sc.PreferenceCertificate)
assert_type(flipped.at(beta="1/10"), sc.PreferenceCertificate)
assert_type(flipped.certificate, Certificate)
assert_type(sc.certify_preference(sc.preferences.DPO(beta=0.1), lambda h: h**2).verdict, sc.Verdict)

found = sc.survey(["gce", "mae"], ["l2"], progress=lambda done, total, what: None)
assert_type(found, Survey)
assert_type(found.pairs, tuple[Pair, ...])
assert_type(found.where(verdict=sc.Verdict.PROVED, tier=sc.Tier.EXACT), Survey)

assert_type(sc.recheck(cert.to_json()), Certificate | sc.PreferenceCertificate)
assert_type(sc.verify(cert.to_json()), sc.Verification)
assert_type(sc.verify(cert.to_json()).verified, bool)

free = cert.gradient.free_symbols if isinstance(cert.gradient, Expr) else set()
try:
    sc.certify("crossentropy")
except sc.SymcheckError as error:
    assert_type(str(error), str)

sc.certfy("mae")  # type: ignore[attr-defined] # a name that is not there is seen
