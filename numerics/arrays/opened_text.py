"""Files of text: plain or packed, in UTF-8 or UTF-16, and what is wrong with one that cannot be read."""

from __future__ import annotations

import csv
import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from typing import IO, BinaryIO, cast

from numerics.errors import DataError

UNREADABLE = (csv.Error, UnicodeError, OSError, EOFError, zlib.error)
"""What reading a file of text raises."""


@contextmanager
def opened(path: Path, encoding: str) -> Iterator[tuple[IO[str], BinaryIO]]:
    """The text of a file, unpacked, and the file itself, of which one can see how far it was read."""
    with path.open("rb") as raw:
        packed = raw.peek(2)[:2] == b"\x1f\x8b"
        binary = cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if packed else raw
        with TextIOWrapper(binary, encoding=encoding, newline="") as text:
            yield text, raw


def encoding_of(path: Path) -> str:
    """What the first bytes say; raises ``DataError`` for a file that cannot be opened and for one that is no text."""
    try:
        with path.open("rb") as raw:
            packed = raw.peek(2)[:2] == b"\x1f\x8b"
            start = (gzip.GzipFile(fileobj=raw) if packed else raw).read(4)
    except UNREADABLE as error:
        raise unread(path, error, "") from error
    if start[:2] in (b"PK", b"\xd0\xcf"):
        raise DataError(f"path: {path} is a workbook or an archive; save its sheet as CSV, in UTF-8")
    return "utf-16" if start[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"


def unread(path: Path, error: Exception, encoding: str, line: int = 1) -> DataError:
    told = getattr(error, "strerror", None) or error
    advice = "name a CSV file in UTF-8"
    if isinstance(error, UnicodeDecodeError):
        place = _line_of_bytes(path, encoding)
        told = f"line {place} is not in {'UTF-16' if '16' in encoding else 'UTF-8'}"
        advice = "save it as CSV in UTF-8"
    elif isinstance(error, csv.Error):
        told = f"what begins in line {line} is no CSV ({error})"
        advice = "close the quotes there, and write a quote inside of an entry twice"
    return DataError(f"path: cannot read {path}: {told}; {advice}")


def _line_of_bytes(path: Path, encoding: str) -> int:
    """The first line that is not in this encoding."""
    with path.open("rb") as raw:
        packed = raw.peek(2)[:2] == b"\x1f\x8b"
        for line, content in enumerate(gzip.GzipFile(fileobj=raw) if packed else raw, 1):
            try:
                content.decode("utf-8")
            except UnicodeDecodeError:
                if encoding.startswith("utf-8"):
                    return line
    return 1
