"""What of the PROVED findings on l and g the small checker verifies, and why it does not verify the others."""

from __future__ import annotations

import json
from collections.abc import Iterator

from symcheck.certificates.certificate import Certificate
from symcheck.proof.certificate import CONDITIONS, outcomes

Left = tuple[str, str]
"""A condition that is PROVED and not verified, and why."""


def not_verified(certificate: Certificate) -> list[Left]:
    """The conditions on l and g at z = 0 that the certificate proves and that its JSON does not show."""
    return [(condition, why) for condition, why in _proved(certificate) if why]


def count(certificate: Certificate) -> tuple[int, int]:
    """How many conditions are PROVED, and how many of them are verified."""
    found = [why for _, why in _proved(certificate)]
    return len(found), found.count("")


def _proved(certificate: Certificate) -> Iterator[Left]:
    record = json.loads(certificate.to_json())
    whys: dict[str, str] = {}
    for outcome in outcomes(record):
        for condition in outcome.conditions:
            whys[condition] = whys.get(condition, "") or outcome.why
    verdicts = {f["condition"]: f["verdict"] for f in record["findings"]}
    for conditions in CONDITIONS.values():
        for condition in conditions:
            if verdicts.get(condition) == "PROVED":
                yield condition, whys.get(condition, "no statement is made of it")
