"""A certificate on the quotient, as text and as plain values."""

from __future__ import annotations

import json
from typing import Any

import pytest

from symcheck.certificates.certify import certify


@pytest.fixture(scope="module")
def text() -> str:
    return certify("gce", "entropy").to_json()


@pytest.fixture
def record(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found
