"""Copies of frozen values: their fields, and not what was derived from them and kept."""

from __future__ import annotations

from dataclasses import fields, is_dataclass


class FieldsOnly:
    """A dataclass that is pickled as the same bytes, whatever was asked of it before."""

    def __getstate__(self) -> dict[str, object]:
        assert is_dataclass(self)
        return {f.name: getattr(self, f.name) for f in fields(self)}
