"""The file that a sweep writes: JSON Lines, one run a line, each line there whole or not at all.

A line is one write, flushed to the disk.  What a killed writer left of a last line is cut off when the file is opened
again, and its run is computed again.  The file is locked while a sweep writes, so that two cannot mix their lines.
Lines that do not count are moved to a file beside it when it is opened: no line is lost, none is taken for what it is
not.
"""

from __future__ import annotations

import json
import os
import stat
import sys
import warnings
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from numerics.errors import SweepError, SweepWarning
from numerics.sweeps.line import BadLine, record_of, version_objection

if sys.platform != "win32":
    import fcntl

ASIDE = ".set-aside"
"""What is added to the name of a file for the lines of it that do not count."""
MOST_TOLD = 3
"""How many lines a warning gives the reasons for."""


@dataclass(frozen=True)
class Refused:
    """A ``line`` with its ``number`` in a file, and the ``reason`` why it does not count."""

    number: int
    line: bytes
    reason: str


class ResultsFile:
    """An open file of results at ``path``; ``done`` are the names of the runs that it holds."""

    def __init__(self, path: str | Path) -> None:
        """Opens, locks and reads the file, cuts off a torn last line, and sets aside lines that do not count.

        Warns with ``SweepWarning`` of the latter.  Raises ``SweepError`` if it cannot be written, or another sweep
        writes it.
        """
        self.path = Path(path)
        self._handle = _locked(self.path)
        try:
            self._open()
        except BaseException:
            os.close(self._handle)
            raise

    def _open(self) -> None:
        content = self.path.read_bytes()
        # What stands after the last end of a line was being written when its writer was killed.
        self._size = content.rfind(b"\n") + 1
        if self._size < len(content):
            self._cut()
        kept, refused = sorted_lines(content[: self._size], same_versions=True)
        if refused:
            self._set_aside(list(kept.values()), refused)
        self.done = {json.loads(line)["run"] for line in kept.values()}

    def _set_aside(self, kept: list[bytes], refused: list[Refused]) -> None:
        """Moves lines to the file beside it: they are there before this one is replaced by one without them."""
        aside = self.path.with_name(self.path.name + ASIDE)
        fresh = self.path.with_name(f"{self.path.name}.{os.getpid()}.new")
        content = b"".join(line + b"\n" for line in kept)
        try:
            # Aside first: a crash between the two leaves a line in both files, and never in none.
            _written(aside, b"".join(r.line + b"\n" for r in refused), os.O_APPEND)
            _written(fresh, content, os.O_TRUNC)
            handle = _locked(fresh)
            try:
                fresh.replace(self.path)
            except BaseException:
                os.close(handle)
                raise
        except BaseException as error:
            with suppress(OSError):
                fresh.unlink()
            if isinstance(error, OSError):
                raise _refused(self.path, error) from error
            raise
        os.close(self._handle)
        self._handle, self._size = handle, len(content)
        warnings.warn(
            f"{len(refused)} of {len(refused) + len(kept)} lines of {self.path} do not count, and are now in {aside}; "
            f"their runs are computed again: {told(refused)}",
            SweepWarning,
            stacklevel=4,
        )

    def append(self, line: str) -> None:
        """Adds a result; raises ``SweepError``, leaving no part of the line, if the disk does not take it.

        Also for a line that would not count, as of a worker with other versions.
        """
        record = record_of(line)
        if objection := version_objection(record):
            raise SweepError(
                f"cluster: run {record['run']} is not that of this sweep: {objection}; what was done is kept; install "
                "the same versions everywhere"
            )
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
        self.done.add(record["run"])

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


def read_records(path: str | Path) -> list[dict[str, Any]]:
    """The results in the file ``path``, of any versions, a torn last line left out; it need not be finished.

    Warns with ``SweepWarning`` of lines that are no results.  Raises ``SweepError`` for a file that cannot be read.
    """
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise SweepError(f"results: cannot read {path}: {error.strerror or error}; name the file of a sweep") from error
    kept, refused = sorted_lines(content[: content.rfind(b"\n") + 1], same_versions=False)
    if refused:
        warnings.warn(
            f"{len(refused)} of {len(refused) + len(kept)} lines of {path} are no results, and are left out: "
            f"{told(refused)}",
            SweepWarning,
            stacklevel=3,
        )
    return [record_of(line) for line in kept.values()]


def sorted_lines(content: bytes, *, same_versions: bool) -> tuple[dict[str, bytes], list[Refused]]:
    """The whole lines of ``content`` that count, the first one of each run by its name, and the others.

    ``same_versions``: those that other versions computed do not count.
    """
    kept: dict[str, bytes] = {}
    refused = []
    for number, line in enumerate(content.split(b"\n")[:-1], 1):
        if not line.strip():
            continue
        try:
            record = record_of(line)
        except BadLine as bad:
            refused.append(Refused(number, line, str(bad)))
            continue
        objection = version_objection(record) if same_versions else None
        if objection:
            refused.append(Refused(number, line, objection))
        else:
            kept.setdefault(record["run"], line)
    return kept, refused


def told(refused: list[Refused]) -> str:
    """The first few lines and their reasons."""
    shown = "; ".join(f"line {r.number}: {r.reason}" for r in refused[:MOST_TOLD])
    return shown + (f"; and {len(refused) - MOST_TOLD} more" if len(refused) > MOST_TOLD else "")


def _written(path: Path, content: bytes, how: int) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | how, 0o644)
    try:
        done = 0
        while done < len(content):
            done += os.write(handle, content[done:])
        os.fsync(handle)
    finally:
        os.close(handle)


def _locked(path: Path) -> int:
    """The file, opened to be added to and locked; that which ``path`` names, also if another one took its place."""
    while True:
        try:
            handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
        except OSError as error:
            raise _refused(path, error) from error
        try:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise SweepError(f"out: {path} is no file; name a file that can be written, such as results.jsonl")
            _lock(handle, path)
            # Between opening and locking another sweep may have put a new file in its place: the lock then keeps nobody
            # out.
            if os.path.samestat(os.fstat(handle), os.stat(path)):  # noqa: PTH116 - samestat takes what os.stat returns
                return handle
        except FileNotFoundError:
            pass
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)


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
