"""recheck_preference: derive the certificate of a preference loss again from its JSON: does all of it hold?"""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

from symcheck.budget import SECONDS, Budget, stopping
from symcheck.certificates.certificate import Certificate
from symcheck.certificates.preferences.certify_preference import certified, penalty_in_scores, penalty_text
from symcheck.certificates.preferences.record import CERTIFICATE, KEYS, KIND, preference_record
from symcheck.certificates.preferences.value import PreferenceCertificate
from symcheck.certificates.recheck import Comparison, recheck
from symcheck.certificates.record import Json
from symcheck.certificates.record_reader.json_values import loaded, object_at, text_at, truth_at
from symcheck.certificates.record_reader.refusal import refusal, shown
from symcheck.conditions.remembered import apart
from symcheck.errors import CertificateError, SymcheckError
from symcheck.intake.catalogue import is_name, preference_named
from symcheck.intake.margin_penalty import margin_penalty_of
from symcheck.intake.preference_given import preference_of
from symcheck.intake.preference_subject import PreferenceSubject
from symcheck.language.parameter import Parameter
from symcheck.language.scores import PAIR
from symcheck.problem import NO_PENALTY, Subject
from symcheck.reason import Undecided
from symcheck.version import SCHEMA


def recheck_preference(text: str, *, budget: float = SECONDS) -> PreferenceCertificate:
    """The certificate that ``text``, JSON written by ``PreferenceCertificate.to_json``, states, derived again.

    Nothing in ``text`` is run as code or believed: the certificate inside is rechecked as any other, the preference
    loss has to be the one that it is about, and every field has to be what was derived.  Raises ``CertificateError``
    with the first field that does not hold.

    >>> from symcheck.certificates.preferences.certify_preference import certify_preference
    >>> recheck_preference(certify_preference("ipo").to_json()).verdict
    <Verdict.PROVED: 2>
    """
    value = loaded(text)
    # Before the other fields: those of another kind of certificate are others.
    kind = value.get("kind", KIND) if isinstance(value, dict) else KIND
    if kind != KIND:
        raise refusal("kind", f"the certificate says {shown(kind)}; accepted is {KIND!r}, or no such field, for a pair")
    fields = object_at(value, "certificate", (*KEYS, CERTIFICATE))
    if fields["schema"] != SCHEMA:
        raise refusal("schema", f"the certificate says {shown(fields['schema'])}, this version reads {SCHEMA!r}")
    try:
        inner = recheck(json.dumps(fields[CERTIFICATE]), budget=budget)
    except CertificateError as error:
        raise CertificateError(f"{CERTIFICATE}.{error}") from error
    with apart():
        derived = _derived(fields, inner, budget)
        comparison = Comparison(derived.scope, Budget(budget))
        expected = preference_record(derived, derived.headline)
        for key in KEYS:
            comparison.check(fields[key], expected[key], key)
    return derived


def _derived(fields: dict[str, Json], inner: Certificate, seconds: float) -> PreferenceCertificate:
    reference = None if fields["reference"] is None else truth_at(fields["reference"], "reference")
    subject, (penalty, text) = _preference(fields["preference"], inner), _penalty(fields["penalty"], inner)
    try:
        with stopping():
            return certified(subject, penalty, text, reference=reference, seconds=seconds)
    except (SymcheckError, Undecided) as error:
        raise refusal("preference", f"it cannot be certified: {error}") from error


def _preference(value: Json, inner: Certificate) -> PreferenceSubject:
    """The preference loss that ``value`` writes, which has to be the loss of the certificate ``inner``."""
    said = object_at(value, "preference", ("name", "formula", "in_margin", "reference_free"))
    name, text = text_at(said["name"], "preference.name"), text_at(said["formula"], "preference.formula")
    free: dict[str, Parameter | Fraction] = {p.name: p for p in inner.loss.formula.parameters}
    try:
        if is_name(name, "preference"):
            found = preference_of(preference_named(name, **{**free, **inner.loss.values}))
        else:
            found = preference_of(text, free)
    except (SymcheckError, Undecided) as error:
        raise refusal("preference.formula", str(error)) from error
    if found.loss.formula != inner.loss.formula:
        raise refusal("preference.formula", f"it is another loss than {CERTIFICATE}.loss.formula")
    return found


def _penalty(value: Json, inner: Certificate) -> tuple[Subject | None, str]:
    """The penalty of the certificate ``inner`` with the text that ``value`` has for it, which has to mean it."""
    penalty = inner.regularizer
    if value is None and penalty == NO_PENALTY:
        return None, ""
    text = text_at(value, "penalty")
    if penalty == NO_PENALTY:
        raise refusal("penalty", f"got {shown(value)}, and the certificate inside has no regularizer")
    if text == penalty_text(penalty):
        return penalty if penalty_in_scores(penalty) is None else replace(penalty, classes=PAIR), text
    try:
        found = margin_penalty_of(text, {p.name: p for p in penalty.formula.parameters})
    except (SymcheckError, Undecided) as error:
        raise refusal("penalty", str(error)) from error
    if found.formula != penalty.formula:
        raise refusal("penalty", f"it is another penalty than {CERTIFICATE}.regularizer.formula")
    return found, text
