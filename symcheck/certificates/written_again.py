"""Certificates of another version: who wrote one, and how to write it again."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from symcheck.intake.catalogue import is_name
from symcheck.language.recording import Kind
from symcheck.version import SCHEMA, VERSION

_PLAIN = re.compile(r"[\w.()/+-]{1,40}", re.ASCII)


def of_another_version(text: str) -> str:
    """What to do about a certificate that another version of symcheck wrote; "" for one of this version, or for none.

    Nothing in ``text`` is believed: only names of the catalogue and plain values are repeated from it.

    >>> print(of_another_version('{"schema": "symcheck/1"}'))
    It has the form symcheck/1, and this is symcheck 0.1.0, which writes and reads symcheck/2: write it again with \
symcheck certify LOSS REG --out NEW.json, or with the symcheck that wrote it recheck it there.
    """
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    if not isinstance(fields, dict):
        return ""
    schema, writer = fields.get("schema"), _writer(fields)
    is_other_form = isinstance(schema, str) and schema != SCHEMA and re.fullmatch(r"symcheck/\d{1,4}", schema)
    if not is_other_form and writer in (None, VERSION):
        return ""
    who = [f"has the form {schema}"] if is_other_form else []
    who += [] if writer is None else [f"says that symcheck {writer} wrote it"]
    return (
        f"It {' and '.join(who)}, and this is symcheck {VERSION}, which writes and reads {SCHEMA}: write it again with "
        f"{_command(fields)} --out NEW.json, or with the symcheck that wrote it recheck it there."
    )


def _writer(fields: Mapping[str, object]) -> str | None:
    inner = fields.get("certificate")
    versions = (inner if isinstance(inner, dict) else fields).get("versions")
    found = versions.get("symcheck") if isinstance(versions, dict) else None
    return found if isinstance(found, str) and re.fullmatch(r"\d[\w.+-]{0,30}", found, re.ASCII) else None


def _command(fields: Mapping[str, object]) -> str:
    """The command that certifies the same, as far as names of the catalogue say it."""
    if fields.get("kind") == "preference":
        name, penalty = _named(fields.get("preference"), "preference"), fields.get("penalty")
        is_plain = penalty is None or (isinstance(penalty, str) and is_name(penalty, "regularizer"))
        if name is None or not is_plain:
            return "symcheck certify-preference NAME PENALTY"
        return f"symcheck certify-preference {name}" + (f" {penalty}" if penalty else "")
    loss, classes = _named(fields.get("loss"), "loss"), _classes(fields.get("scope"))
    is_alone = "regularizer" in fields and fields["regularizer"] is None
    regularizer = "" if is_alone else _named(fields.get("regularizer"), "regularizer")
    if loss is None or regularizer is None or classes is None or "anchor" in fields:
        return "symcheck certify LOSS REG"
    return f"symcheck certify {f'{loss} {regularizer}'.strip()}{classes}"


def _named(subject: object, kind: Kind) -> str | None:
    """The name of an entry with its values, quoted for a shell where it has any; None for anything else."""
    if not isinstance(subject, dict) or not isinstance(name := subject.get("name"), str) or not is_name(name, kind):
        return None
    values = subject.get("values") or {}
    if not isinstance(values, dict) or not all(
        isinstance(v, str) and _PLAIN.fullmatch(v) and re.fullmatch(r"\w{1,40}", k, re.ASCII) for k, v in values.items()
    ):
        return None
    return f'"{name}({", ".join(f"{k}={v}" for k, v in values.items())})"' if values else name


def _classes(scope: object) -> str | None:
    """The option for the numbers of classes, "" for all of them; None for those that no option says."""
    found = scope.get("classes") if isinstance(scope, dict) else None
    low, high = (found.get("low"), found.get("high")) if isinstance(found, dict) else (None, None)
    if low == 2 and high is None:
        return ""
    if type(low) is int and type(high) is int:
        return f" --classes {low}" if low == high else f" --classes {low}:{high}"
    return None
