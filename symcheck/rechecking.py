"""recheck: derive a certificate again from its JSON alone, and see whether all of it holds."""

from __future__ import annotations

import json
from typing import cast

from symcheck.budget import SECONDS, Budget
from symcheck.calculus.agree import agreed_expansion
from symcheck.calculus.second_form import unconfirmed
from symcheck.certificate import Certificate
from symcheck.certification import certify
from symcheck.claim import claim_of
from symcheck.constants.field import Field
from symcheck.errors import CertificateError, SymcheckError
from symcheck.intake.parser import parsed_constant
from symcheck.language.scope import Scope
from symcheck.readings.jet import JetReading, expansion_of
from symcheck.reason import Undecided
from symcheck.remembered import forget
from symcheck.render.record import FULL, KEYS, Json, record

_EXPRESSIONS = ("kappa", "curvature", "coupling", "noise_power", "value")
"""Fields whose text may be another way of writing the same expression."""

_LONGEST = 80


def recheck(text: str, *, budget: float = SECONDS) -> Certificate:
    """The certificate that ``text``, JSON written by ``Certificate.to_json``, states, derived again.

    Nothing in ``text`` is run as code or believed: formulas go through the parser of the language, the
    certificate is derived from them, and every field has to be what was derived (``versions`` may differ).

    What a full report adds is derived again where it is there.  Raises ``CertificateError`` with the first field
    that does not hold, in the order of ``KEYS``, the full report last.
    """
    claim = claim_of(text)
    forget()
    try:
        derived = certify(claim.problem.loss, claim.problem.regularizer, classes=claim.problem.classes, budget=budget)
    except SymcheckError as error:
        raise CertificateError(f"loss, regularizer: this pair cannot be certified: {error}") from error
    its, ours = claim.fields, record(derived, full=FULL in claim.fields)
    for key in (*KEYS, FULL):
        if key != "versions" and key in ours:
            _compare(its[key], ours[key], key, derived.scope, budget)
    _check_versions(its["versions"])
    return derived


def unconfirmed_entries(certificate: Certificate, *, budget: float = SECONDS) -> tuple[str, ...]:
    """The derivatives at 0, as ``loss g_y``, that a second canonical form does not show to be equal in two readings.

    The certificate rests on the canonical form of FLINT; this one is SymPy's, and shares no code with it.  An
    entry that is not confirmed is beyond the reach of the second form: the first one has shown it equal.
    """
    scope = certificate.scope
    found = []
    for role, subject in (("loss", certificate.loss), ("regularizer", certificate.regularizer)):
        try:
            agreed = agreed_expansion(subject.formula, scope.of(subject.formula), Budget(budget))
        except Undecided:  # the certificate says so
            continue
        found += [f"{role} {name}" for name in unconfirmed(agreed)]
    return tuple(found)


def changed_versions(text: str, derived: Certificate) -> tuple[str, ...]:
    """For each package whose version is another one now than when ``text`` was written, a line that says so."""
    before = cast("dict[str, str]", json.loads(text)["versions"])
    now = derived.versions
    return tuple(
        f"{name} {before.get(name, 'missing')} then, {now.get(name, 'missing')} now"
        for name in sorted({*before, *now})
        if before.get(name) != now.get(name)
    )


def _compare(its: Json, ours: Json, path: str, scope: Scope, budget: float) -> None:
    """Raise for the first difference below ``path``."""
    if type(its) is not type(ours):
        _differ(path, its, ours)
    if isinstance(its, dict) and isinstance(ours, dict):
        for key in ours:
            if key not in its:
                raise CertificateError(f"{path}.{key}: the field is missing")
            _compare(its[key], ours[key], f"{path}.{key}", scope, budget)
        for key in its:
            if key not in ours:
                raise CertificateError(f"{path}.{key[:60]!a}: the certificate has this field and should not")
    elif isinstance(its, list) and isinstance(ours, list):
        for i, (mine, derived) in enumerate(zip(its, ours, strict=False)):
            _compare(mine, derived, f"{path}[{i}]", scope, budget)
        if len(its) != len(ours):
            raise CertificateError(f"{path}: the certificate has {len(its)} of them, derived are {len(ours)}")
    elif its != ours:
        last = path.rpartition(".")[2]
        if not (last in _EXPRESSIONS and _is_same_expression(str(its), str(ours), scope, budget)):
            _differ(path, its, ours)


def _is_same_expression(its: str, ours: str, scope: Scope, budget: float) -> bool:
    """Whether two texts of the formula grammar are shown to mean the same constant of ``scope``."""
    free = {p.name: p for p in scope.parameters}
    field = Field(scope, Budget(budget))
    try:
        parsed_constant(its, parameters=free)
        difference = parsed_constant(f"({its}) - ({ours})", parameters=free)
        return expansion_of(JetReading(field).read(difference), field).value.is_zero
    except (SymcheckError, Undecided):
        return False


def _check_versions(its: Json) -> None:
    if not isinstance(its, dict) or not all(isinstance(v, str) and v.isprintable() for v in its.values()):
        raise CertificateError("versions: an object with texts is expected")


def _differ(path: str, its: Json, ours: Json) -> None:
    raise CertificateError(f"{path}: the certificate says {_shown(its)}, derived is {_shown(ours)}")


def _shown(value: Json) -> str:
    if isinstance(value, str) and value.isprintable():
        text = value or '""'
    else:
        text = "a list" if isinstance(value, list) else "an object" if isinstance(value, dict) else json.dumps(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
