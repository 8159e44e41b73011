"""Folders of results: made before anything is trained, and filled with whole files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from numerics.errors import ConfirmationError
from symcheck.files import written


def made_folder(path: str | Path) -> Path:
    """The folder ``path``, made if it is missing; raises ``ConfirmationError`` if it cannot be."""
    if not str(path).strip():
        raise ConfirmationError("out: got an empty text; name a folder, or . for the one that you are in")
    folder = Path(path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        raise _refused(folder, error) from error
    return folder


def written_files(files: Mapping[str, str | bytes], folder: Path) -> list[Path]:
    """Writes ``files`` into ``folder``, each whole or not at all; returns their paths.

    Raises ``ConfirmationError`` where the disk does not take them.
    """
    try:
        return [written(folder / name, content) for name, content in files.items()]
    except OSError as error:
        raise _refused(folder, error) from error


def _refused(path: Path, error: OSError | ValueError) -> ConfirmationError:
    return ConfirmationError(
        f"out: cannot write {path}: {getattr(error, 'strerror', None) or error}; name a folder that can be written"
    )
