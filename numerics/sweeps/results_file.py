"""The file that a sweep writes: JSON Lines, one run a line, each line there whole or not at all.

A line is one write, flushed to the disk.  What a killed writer left of a last line is cut off when the file is opened
again, and its run is computed again.  The file is locked while a sweep writes, so that two cannot mix their lines.
"""

from __future__ import annotations

import json
import os
import stat
import sys
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from numerics.errors import SweepError
from numerics.sweeps.run import SCHEMA

if sys.platform != "win32":
    import fcntl

Lines = list[dict[str, Any]]


class ResultsFile:
    """An open file of results at ``path``; ``done`` are the names of the runs that it holds."""

    def __init__(self, path: str | Path) -> None:
        """Opens, locks and reads the file, and cuts off a torn last line.

        Raises ``SweepError`` if it cannot be written, another sweep writes it, or a line is no result.
        """
        self.path = Path(path)
        try:
            self._handle = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
        except OSError as error:
            raise _refused(self.path, error) from error
        try:
            self._open()
        except BaseException:
            os.close(self._handle)
            raise

    def _open(self) -> None:
        if not stat.S_ISREG(os.fstat(self._handle).st_mode):
            raise SweepError(f"out: {self.path} is no file; name a file that can be written, such as results.jsonl")
        _lock(self._handle, self.path)
        content = self.path.read_bytes()
        self._size = content.rfind(b"\n") + 1
        if self._size < len(content):
            self._cut()
        self.done = {record["run"] for record in records(content[: self._size], self.path)}

    def append(self, line: str) -> None:
        """Adds a result; raises ``SweepError``, leaving no part of the line, if the disk does not take it."""
        data = line.encode() + b"\n"
        try:
            written = 0
            while written < len(data):  # one write, unless the disk takes only a part
                written += os.write(self._handle, data[written:])
            os.fsync(self._handle)
        except OSError as error:
            with suppress(OSError):
                self._cut()
            raise SweepError(
                f"out: cannot write {self.path}: {error.strerror or error}; it holds {len(self.done)} finished runs; "
                "make room and run the same sweep again: it goes on from there"
            ) from error
        self._size += len(data)
        self.done.add(json.loads(line)["run"])

    def _cut(self) -> None:
        os.ftruncate(self._handle, self._size)
        os.fsync(self._handle)

    def close(self) -> None:
        """Closes the file, which unlocks it."""
        os.close(self._handle)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def read_records(path: str | Path) -> Lines:
    """The results in the file ``path``, a torn last line left out; it need not be finished.

    Raises ``SweepError`` for a file that cannot be read, or a line that is no result.
    """
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise SweepError(f"results: cannot read {path}: {error.strerror or error}; name the file of a sweep") from error
    return records(content[: content.rfind(b"\n") + 1], Path(path))


def records(content: bytes, path: Path) -> Lines:
    """The results in whole lines of ``content``, the first one of each run."""
    found: dict[str, dict[str, Any]] = {}
    for number, line in enumerate(content.splitlines(), 1):
        try:
            record = json.loads(line)
            if record["schema"] != SCHEMA:
                raise KeyError("schema")
            found.setdefault(record["run"], record)
        except (ValueError, KeyError, TypeError) as error:
            raise SweepError(
                f"results: line {number} of {path} is no result of a sweep ({SCHEMA}); delete the line, and its run is "
                "computed again, or name another file"
            ) from error
    return list(found.values())


def _lock(handle: int, path: Path) -> None:
    """Keeps a second writer out until the file is closed, or its process is gone."""
    if sys.platform == "win32":
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise SweepError(
            f"out: another sweep is writing {path}; wait until it is done, stop it, or name another file"
        ) from error
    except OSError as error:
        raise _refused(path, error) from error


def _refused(path: Path, error: OSError) -> SweepError:
    return SweepError(f"out: cannot write {path}: {error.strerror or error}; name a file that can be written")
