"""recheck: derive a certificate again from its JSON alone, and see whether all of it holds."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import cast

from symcheck.budget import SECONDS, Budget, reading, stopping
from symcheck.certificates.certificate import Certificate
from symcheck.certificates.certify import certify
from symcheck.certificates.record import ANCHOR, FULL, KEYS, PROOF, REPAIRS, Json, provable, record
from symcheck.certificates.record_reader import ReadRecord, read_record
from symcheck.certificates.record_reader.earlier_words import all_in_present_words, in_present_words
from symcheck.certificates.record_reader.magnitude import bits_of
from symcheck.certificates.record_reader.refusal import key_shown, refusal, shown, shown_plainly
from symcheck.conditions.agreement.agree import agreed_expansion
from symcheck.conditions.agreement.second_form import unconfirmed
from symcheck.conditions.remembered import apart
from symcheck.errors import CertificateError, SymcheckError
from symcheck.field.field import Field
from symcheck.intake.parser import parsed_constant
from symcheck.language.scope import Scope
from symcheck.proof.certificate import outcomes
from symcheck.readings.jet import expansion_at_zero
from symcheck.reason import Undecided

_EXPRESSIONS = ("kappa", "curvature", "coupling", "noise_power", "value")
"""Fields whose text may be another way of writing the same expression."""

PATIENCE = 5
"""So many times as much time goes into repairs here as where they were found: this machine may be a busy one."""

_WITH_KAPPA = re.compile(r"(tier [\w ]{1,20}: b_y = -kappa o_y with kappa = )(.+)( > 0)")
"""A sentence whose kappa may be another way of writing the same expression as well."""

_TIMES_LONGER, _LONGER, _MORE_BITS = 10, 200, 500
"""Another way of writing an expression is computed if it is at most so much longer than what was derived."""

_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+!_-]{0,39}")


def recheck(text: str, *, budget: float = SECONDS) -> Certificate:
    """The certificate that ``text``, JSON written by ``Certificate.to_json``, states, derived again.

    Nothing in ``text`` is run as code or believed: formulas go through the parser of the language, the
    certificate is derived from them, and every field has to be what was derived, in the words of today (``versions``
    may differ, and a ``proof`` has to convince the small checker).  Names are those that ``certify`` gives: one of the
    catalogue stands for that entry's formula, with its values and defaults.
    Nothing is used that was derived before, and nothing is kept.

    What a full report adds is derived again where it is there.  Raises ``CertificateError`` with the first field
    that does not hold, in the order of ``KEYS``, the full report last.
    """
    try:
        with reading(budget), stopping():
            said = read_record(text)
    except Undecided as stop:
        raise refusal("certificate", f"it was not read: {stop.reason}") from stop
    # A report that was remembered could be the very one that is to be checked.
    with apart():
        return _rechecked(said, budget)


def _rechecked(said: ReadRecord, seconds: float) -> Certificate:
    problem, stated = said.problem, said.fields
    try:
        anchored = {} if problem.anchor is None else {"anchor": problem.anchor}
        derived = certify(problem.loss, problem.regularizer, classes=problem.classes, budget=seconds, **anchored)
    except (SymcheckError, Undecided) as error:
        raise refusal("loss, regularizer", f"this pair cannot be certified: {error}") from error
    comparison = Comparison(derived.scope, Budget(seconds))
    expected = record(derived)
    if ANCHOR in stated:
        comparison.check(stated[ANCHOR], expected[ANCHOR], ANCHOR)
    for key in KEYS:
        if key != "versions":
            comparison.check(stated[key], expected[key], key)
    if REPAIRS in stated:  # earlier versions wrote none
        _check_repairs(stated[REPAIRS], derived, comparison)
    if PROOF in stated:
        _check_proof(stated[PROOF], derived)
    if FULL in stated:
        if not isinstance(stated[FULL], dict):
            raise _difference(FULL, stated[FULL], {})
        comparison.check(stated[FULL], record(derived, derived.full())[FULL], FULL)
    _check_versions(stated["versions"], derived)
    return derived


def unconfirmed_entries(certificate: Certificate, *, budget: float = SECONDS) -> tuple[str, ...]:
    """The derivatives at 0, as ``loss g_y``, that a second canonical form does not show to be equal in two readings.

    The certificate rests on the canonical form of FLINT; this one is SymPy's, and shares no code with it.  An
    entry that is not confirmed is beyond the reach of the second form: the first one has shown it equal.
    """
    scope = certificate.scope
    found = []
    sides = (("loss", certificate.problem.moved.loss), ("regularizer", certificate.regularizer))
    for role, subject in sides[:1] if certificate.problem.is_alone else sides:
        try:
            agreed = agreed_expansion(subject.formula, scope.of(subject.formula), Budget(budget))
        except Undecided:  # the certificate says so
            continue
        found += [f"{role} {name}" for name in unconfirmed(agreed)]
    return tuple(found)


def changed_versions(text: str, derived: Certificate) -> tuple[str, ...]:
    """For each package whose version is another one now than when ``text`` was written, a line that says so."""
    before = cast("dict[str, str]", json.loads(text)["versions"])
    return tuple(
        f"{name} {before[name]} then, {now} now"
        for name, now in sorted(derived.versions.items())
        if before[name] != now
    )


@dataclass(frozen=True)
class Comparison:
    """What a certificate says against what was derived; all its expressions together are compared in ``budget``."""

    scope: Scope
    budget: Budget

    def check(self, stated: Json, expected: Json, path: str) -> None:
        """Raise for the first difference below ``path``."""
        if type(stated) is not type(expected):
            raise _difference(path, stated, expected)
        if isinstance(stated, dict) and isinstance(expected, dict):
            for key in expected:
                if key not in stated:
                    raise refusal(f"{path}.{key}", "the field is missing")
                self.check(stated[key], expected[key], f"{path}.{key}")
            for key in stated:
                if key not in expected:
                    raise refusal(f"{path}.{key_shown(key)}", "the certificate has this field and should not")
        elif isinstance(stated, list) and isinstance(expected, list):
            for i, (entry, wanted) in enumerate(zip(stated, expected, strict=False)):
                self.check(entry, wanted, f"{path}[{i}]")
            if len(stated) != len(expected):
                raise refusal(path, f"the certificate has {len(stated)} of them, derived are {len(expected)}")
        elif stated != expected and in_present_words(str(stated)) != expected:
            # Other texts are compared letter by letter: only expressions may be written in another way and mean the
            # same.
            if path.rpartition(".")[2] not in _EXPRESSIONS:
                said, known = (_WITH_KAPPA.fullmatch(str(text)) for text in (stated, expected))
                if said is None or known is None or said[1] != known[1]:
                    raise _difference(path, stated, expected)
                stated, expected = said[2], known[2]
            if self._is_out_of_bounds(str(stated), str(expected)):
                raise _difference(
                    path, stated, expected, "; that is no plain expression of about its size, and was not computed"
                )
            if not self._is_same(str(stated), str(expected)):
                raise _difference(path, stated, expected)

    def _is_out_of_bounds(self, stated: str, expected: str) -> bool:
        """Whether ``stated`` is too long, too deep or about too large numbers to be computed, by its text alone."""
        if len(stated) > _TIMES_LONGER * len(expected) + _LONGER:
            return True
        bits, known = (bits_of(e, self.scope.classes.high) for e in (stated, expected))
        return bits is None or (known is not None and bits > _TIMES_LONGER * known + _MORE_BITS)

    def _is_same(self, stated: str, expected: str) -> bool:
        """Whether two texts of the formula grammar are shown to mean the same constant of the scope."""
        free = {p.name: p for p in self.scope.parameters}
        field = Field(self.scope, self.budget)
        try:
            # By itself first: "1) + (kappa" is no expression, and would be one between the brackets of the difference.
            parsed_constant(stated, parameters=free)
            difference = parsed_constant(f"({stated}) - ({expected})", parameters=free)
            return expansion_at_zero(difference, field).value.is_zero
        except (SymcheckError, Undecided):
            return False


def _check_repairs(stated: Json, derived: Certificate, comparison: Comparison) -> None:
    """Raise for the first repair that is not derived again, in the order of the rules.

    More may be derived: how many are found depends on the time that a machine has for them.
    """
    expected = derived.repairs_within(PATIENCE).record()
    if not isinstance(stated, dict) or stated.keys() != expected.keys():
        raise _difference(REPAIRS, stated, expected)
    for name, known in expected.items():
        said = stated[name]
        if not isinstance(said, list) or not isinstance(known, list):
            raise _difference(f"{REPAIRS}.{name}", said, known)
        left = [_timeless(entry) for entry in known]
        for i, entry in enumerate(_timeless(all_in_present_words(one)) for one in said):
            if entry in left:
                del left[: left.index(entry) + 1]
            else:
                comparison.check(entry, left[0] if left else None, f"{REPAIRS}.{name}[{i}]")


def _timeless(entry: Json) -> Json:
    """A repair without what is open about it: that depends on the time that a machine has for it."""
    loses = entry.get("loses") if isinstance(entry, dict) else None
    if not isinstance(entry, dict) or not isinstance(loses, list):
        return entry
    return {**entry, "loses": [told for told in loses if not str(told).endswith("is open")]}


def _check_proof(stated: Json, derived: Certificate) -> None:
    """Raise for the first proof that is another one than is written here, and does not show what is said of l and g.

    Any proof that does will do, and one may be missing: nothing rests on them here, and a machine may have had no time.
    """
    if not isinstance(stated, dict):
        raise _difference(PROOF, stated, {})
    found = outcomes({**provable(derived), PROOF: stated})
    for outcome in found:
        if outcome.key in stated and outcome.why and stated[outcome.key] != derived.proof.get(outcome.key):
            raise refusal(f"{PROOF}.{outcome.key}", f"{outcome.why}")
    for key in stated:
        if key not in [outcome.key for outcome in found]:
            raise refusal(f"{PROOF}.{key_shown(key)}", "the certificate has this field and should not")


def _check_versions(stated: Json, derived: Certificate) -> None:
    """Raise unless ``stated`` has a version of each package that was used, and nothing else."""
    if not isinstance(stated, dict) or not all(isinstance(v, str) for v in stated.values()):
        raise refusal("versions", "an object with texts is expected")
    for name in derived.versions:
        if name not in stated:
            raise refusal(f"versions.{name}", "the field is missing")
    for name, version in stated.items():
        if name not in derived.versions:
            raise refusal(f"versions.{key_shown(name)}", "the certificate has this field and should not")
        if not _VERSION.fullmatch(str(version)):
            raise refusal(f"versions.{name}", f"got {shown(version)}; accepted is a version such as 1.14.0")


def _difference(path: str, stated: Json, expected: Json, more: str = "") -> CertificateError:
    said, derived = shown_plainly(stated), shown_plainly(expected)
    return refusal(path, f"the certificate says {said}, derived is {derived}{more}")
