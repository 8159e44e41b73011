"""Data that a user hands over as arrays in an .npz file, as numpy.savez writes it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.lib.npyio import NpzFile
from numpy.typing import NDArray

from numerics.data.given_data import numbered
from numerics.data.label_column import CALLED, shown
from numerics.data.table import Table, Wanted
from numerics.datasets.base import Dataset
from numerics.errors import DataError

FEATURES = ("x", "features", "data")
"""What an array of features is mostly called, in capitals or not."""
LABELS = ("labels", *CALLED)
"""What an array of labels is mostly called."""


def given_npz(
    path: str | Path, label: str | None = None, without: Sequence[str] = (), name: str | None = None
) -> Dataset:
    """The data set of the arrays in an .npz file: features (n, d) called X, features or data, and labels (n,).

    Parameters: ``label`` the array of the labels, by default the one called y, label, labels, target or class;
    ``without`` arrays that are left out; ``name`` what the data are called, by default as the file.  Where no array is
    called as features are, it is the only other one.  Arrays of Python objects are not read: that would run what is in
    the file.

    Raises ``DataError`` for a file that is none, an array that it does not have, several that may be meant, arrays of
    objects, and as ``given_data``.
    """
    return numbered(npz_table(path, Wanted(label, without=without), name))


def npz_table(path: str | Path, wanted: Wanted, name: str | None = None) -> Table:
    """The arrays ``wanted`` of an .npz file; raises ``DataError`` as ``given_npz``."""
    with _opened(path) as file:
        there = list(file.files)
        for argument, asked in (("label", [wanted.label] if wanted.label else []), ("without", wanted.left_out)):
            for array in asked:
                if array not in there:
                    raise DataError(f"{argument}: {path} has no array {array!r}; there are: {shown(there)}")
        left = [array for array in there if array not in wanted.left_out]
        label = wanted.label_among(there)
        if label is None:
            label = _only(left, LABELS, "labels", path)
        elif label in wanted.left_out:
            raise DataError(f"without: {label!r} holds the labels, and without it there are none; leave out others")
        rest = [array for array in left if array != label]
        chosen = rest[0] if len(rest) == 1 else _only(rest, FEATURES, "features", path)
        features, labels = _read(file, chosen, path), _read(file, label, path)
    if labels.dtype.kind == "S":
        labels = np.char.decode(labels.astype(np.bytes_), "utf-8", "replace")
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if len(features.shape) != 2 or len(labels.shape) != 1 or len(features) != len(labels):
        raise DataError(
            f"{wanted.argument}: {path} has {chosen} of shape {features.shape} and {label} of shape {labels.shape}; "
            "accepted are (n, d) and (n,), with a row of features for each label"
        )
    return Table(name or Path(path).name, features, labels, label=label, called=label)


@contextmanager
def _opened(path: str | Path) -> Iterator[NpzFile]:
    advice = "name a file as numpy.savez(file, X=X, y=y) writes it"
    with ExitStack() as stack:
        try:
            # Opened here: numpy leaves a file open that it cannot read.
            file = np.load(stack.enter_context(Path(path).open("rb")), allow_pickle=False)
        except OSError as error:
            raise DataError(f"path: cannot read {path}: {error.strerror or error}; {advice}") from error
        except (ValueError, BadZipFile, EOFError) as error:
            raise DataError(f"path: {path} is no archive of arrays; {advice}") from error
        if not isinstance(file, NpzFile):
            raise DataError(f"path: {path} holds a single array, without labels; {advice}")
        yield stack.enter_context(file)


def _only(arrays: Sequence[str], called: Sequence[str], what: str, path: str | Path) -> str:
    """The only one of ``arrays`` that is ``called`` so."""
    found = [array for array in arrays if array.strip().casefold() in called]
    if len(found) == 1:
        return found[0]
    number = f"{len(found)} arrays that may hold the {what} ({shown(found)})" if found else f"no array of {what}"
    names = ("X", *FEATURES[1:]) if what == "features" else LABELS
    advice = (
        "say which holds the labels, label='...' in Python or --label on the command line"
        if what == "labels"
        else "leave others out, without=['...'] in Python or --without on the command line"
    )
    raise DataError(
        f"{'label' if what == 'labels' else 'data'}: {path} has {number}, which is called {', '.join(names[:-1])} or "
        f"{names[-1]}; {advice}; there are: {shown(arrays) or 'none'}"
    )


def _read(file: NpzFile, array: str, path: str | Path) -> NDArray[np.generic]:
    try:
        found: NDArray[np.generic] = file[array]
    except (ValueError, BadZipFile, EOFError, OSError) as error:
        why = "holds Python objects" if "allow_pickle" in str(error) else f"cannot be read ({error})"
        raise DataError(
            f"data: the array {array} of {path} {why}; accepted are arrays of numbers, and of texts as labels"
        ) from error
    return found
