"""Lines of results: one run as JSON, with the versions that computed it and a checksum over all of it.

A line counts where it is whole, where its name is that of its specification, and where it was not edited.  A sweep
takes it as done if the same versions computed it: others may compute other numbers.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
from collections.abc import Mapping
from typing import Any

from numerics.runs.spec import RunSpec
from symcheck.version import VERSION

SCHEMA = "symcheck.run/2"
LIBRARIES = ("numpy", "torch")
"""Besides symcheck itself, what may change a number."""


class BadLine(ValueError):
    """A line that is no result, with the reason."""


def versions() -> dict[str, str]:
    """The versions that may change a number."""
    return {"symcheck": VERSION} | {name: importlib.metadata.version(name) for name in LIBRARIES}


def line_of(record: Mapping[str, Any]) -> str:
    """``record`` as a line, without its end: with the schema, the versions and the checksum."""
    whole = {**record, "schema": SCHEMA, "versions": versions()}
    return _text({**whole, "checksum": _checksum(whole)})


def record_of(line: bytes | str) -> dict[str, Any]:
    """The record of a line.

    Raises ``BadLine`` for what is no result: not JSON, of another schema, edited, or under another name.
    """
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        raise BadLine("it is not JSON") from None
    if not isinstance(found, dict) or "schema" not in found:
        raise BadLine("it is no result of a sweep")
    if found["schema"] != SCHEMA:
        raise BadLine(f"its schema is {str(found['schema'])[:40]!r} and not {SCHEMA!r}")
    checksum = found.pop("checksum", None)
    if checksum != _checksum(found):
        raise BadLine("its checksum is not that of what stands in it: it was changed after it was written")
    try:
        # The name is derived again: a line may not stand for a run that it does not specify.
        name = RunSpec.from_record(found["spec"]).hash
    except (KeyError, TypeError, AttributeError):
        raise BadLine("its specification has other fields") from None
    if found.get("run") != name:
        raise BadLine("its name is not that of its specification")
    return found


def version_objection(record: Mapping[str, Any]) -> str | None:
    """Why the numbers of ``record`` are not those that would be computed here; None if they are.

    What follows a + in a version says for which device a library was built, which is part of a specification.
    """
    told = [
        f"{name} {record['versions'].get(name, 'unknown')} and not {here}"
        for name, here in versions().items()
        if _public(record["versions"].get(name, "")) != _public(here)
    ]
    return f"it was computed with {', '.join(told)}" if told else None


def _public(version: str) -> str:
    return version.partition("+")[0]


def _text(record: Mapping[str, Any]) -> str:
    # NaN and Infinity are no JSON, though Python writes them: whoever makes a record has to say null.
    return json.dumps(record, sort_keys=True, allow_nan=False, ensure_ascii=False)


def _checksum(record: Mapping[str, Any]) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of the record's JSON; text that is no Unicode has one as well."""
    text = json.dumps(record, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
