"""Records read: a certificate's JSON as it came in, read with suspicion and before anything in it is believed."""

from __future__ import annotations

from dataclasses import dataclass

from symcheck.certificates.record import ANCHOR, FULL, KEYS, PROOF, REPAIRS, Json
from symcheck.certificates.record_reader.declared import classes_at
from symcheck.certificates.record_reader.json_values import MOST_CHARACTERS, loaded, object_at
from symcheck.certificates.record_reader.refusal import refusal, shown
from symcheck.certificates.record_reader.subjects import anchor_at, subject_at
from symcheck.problem import NO_PENALTY, Problem
from symcheck.version import SCHEMA

__all__ = ["MOST_CHARACTERS", "ReadRecord", "read_record"]

EARLIER = ("symcheck/1",)
"""Forms that earlier versions wrote."""


@dataclass(frozen=True)
class ReadRecord:
    """``fields`` as they were read, and the ``problem`` that they are about."""

    fields: dict[str, Json]
    problem: Problem


def read_record(text: str) -> ReadRecord:
    """The record that ``text`` writes, and the problem that it is about.

    Raises ``CertificateError``, naming the field, for text that is no JSON, repeats a key, has a number
    that is no integer, nests too deeply, lacks a field, has one too many or one of another type, or writes
    a formula that is none or is called by a name that is not its own.
    """
    fields = object_at(loaded(text), "certificate", None)
    if fields.get("schema") in EARLIER:
        what = f"the certificate is of the form {fields['schema']}, before {SCHEMA}: certify the pair again"
        raise refusal("schema", what)
    if fields.get("schema") != SCHEMA:
        raise refusal("schema", f"the certificate says {shown(fields.get('schema'))}, this version reads {SCHEMA!r}")
    object_at(fields, "", (*KEYS, *(key for key in (ANCHOR, REPAIRS, PROOF, FULL) if key in fields)))
    scope = object_at(fields["scope"], "scope", ("classes", "parameters", "space"))
    classes = classes_at(scope["classes"], "scope.classes")
    loss = subject_at(fields["loss"], "loss", "loss")
    given = fields["regularizer"]
    regularizer = NO_PENALTY if given is None else subject_at(given, "regularizer", "regularizer")
    anchor = anchor_at(fields[ANCHOR], ANCHOR) if ANCHOR in fields else None
    if anchor is not None and given is None:
        raise refusal(ANCHOR, "there is no regularizer to anchor")
    return ReadRecord(fields, Problem(loss, regularizer, classes, anchor))
