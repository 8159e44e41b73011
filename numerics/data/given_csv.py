"""Data that a user hands over as a CSV file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from shlex import quote
from typing import cast

import numpy as np
from numpy.typing import NDArray

from numerics.arrays.csv_file import Block, CsvFile, csv_file
from numerics.arrays.separators import LOOKED_AT
from numerics.arrays.written_numbers import WrittenNumbers, is_left_out, is_number
from numerics.data.given_data import numbered
from numerics.data.label_column import check_kept, chosen_label, shown
from numerics.data.row_numbers import refuse_row_numbers
from numerics.data.table import Table, Wanted
from numerics.datasets.base import Dataset
from numerics.errors import DataError
from numerics.progress import Progress, silent

_WHOLE = re.compile(r"[+-]?\d+(?:\.0*)?", re.ASCII)


def given_csv(
    path: str | Path,
    label: str | None = None,
    features: Sequence[str] | None = None,
    noisy: str | None = None,
    name: str | None = None,
    without: Sequence[str] = (),
    progress: Progress = silent,
) -> Dataset:
    """The data set of the columns of a CSV file whose first line names them, as ``csv_file`` reads it.

    Parameters: ``label`` the column of the labels, by default the one called label, target, class or y, else the only
    one of names; ``features`` the columns of numbers, by default all others but a first one without a name that counts
    the rows, as pandas writes it; ``noisy`` a column of noisy labels; ``name`` what the data are called, by default as
    the file; ``without`` columns that are left out; ``progress`` is called while a large file is read.  Labels that are
    whole numbers, 0 to C-1 or 1 to C, keep their order, all others are names.

    Raises ``DataError``, which says the line and the column, for a file that cannot be read, a column that it does not
    have, a feature that is no number in some line or that counts the rows, a label that is missing, or labels that are
    not those of a classifier.
    """
    wanted = Wanted(label, None, None if features is None else tuple(features), without, noisy)
    table = csv_table(path, wanted, name, progress)
    return numbered(replace(table, labels=_whole_or_names(table.called, cast("list[str]", table.labels), path)))


def csv_table(path: str | Path, wanted: Wanted, name: str | None = None, progress: Progress = silent) -> Table:
    """The columns ``wanted`` of a CSV file, its labels as texts; raises ``DataError`` as ``given_csv``."""
    file = csv_file(path)
    if not file.names:
        raise DataError(
            f"{wanted.argument}: {path} is empty; its first line has to name the columns, and the others hold samples"
        )
    blocks = file.blocks(progress)
    first = next(blocks, None)
    if first is None:
        raise DataError(f"{wanted.argument}: {path} has no rows below the names of its columns; add some")
    seen = first.beginning(LOOKED_AT)
    for argument, columns in (("without", wanted.left_out), ("noisy", [wanted.noisy] if wanted.noisy else [])):
        for column in columns:
            file.place(column, argument)
    left = [c for c in file.names if c not in (wanted.noisy, *wanted.left_out)]
    label = wanted.label_among(file.names)
    if label is None:
        found = {c: seen.column(file.names.index(c)) for c in left}
        label = chosen_label(left, {c: texts for c, texts in found.items() if _has_names(texts)}, str(path))
    file.place(label, "label")
    check_kept(label, wanted.left_out)
    chosen = _features(file, seen, label, left) if wanted.features is None else list(wanted.features)
    read = _Columns(file, label, chosen, wanted.noisy)
    for block in chain([first], blocks):
        read.add(block)
    real = read.real()
    if wanted.features is None:
        for place, column in enumerate(chosen):
            refuse_row_numbers(real[:, place], column, str(path))
    noisy = read.noisy if wanted.noisy else None
    return Table(name or Path(path).name, real, read.labels, tuple(chosen), label, label, noisy)


class _Columns:
    """What was read so far: the features as numbers, the labels as texts."""

    def __init__(self, file: CsvFile, label: str, features: Sequence[str], noisy: str | None) -> None:
        self._file, self._features = file, {name: file.place(name, "features") for name in features}
        self._texts: dict[str, list[str]] = {name: [] for name in (label, *([noisy] if noisy else []))}
        self._label, self._noisy = label, noisy
        self._real: list[NDArray[np.float64]] = []
        self._numbers = WrittenNumbers(str(file.path), commas=file.separator != ",")

    @property
    def labels(self) -> list[str]:
        """The labels."""
        return self._texts[self._label]

    @property
    def noisy(self) -> list[str]:
        """The noisy labels."""
        return self._texts[self._noisy or self._label]

    def add(self, block: Block) -> None:
        """Reads some rows."""
        for name, column in self._texts.items():
            texts = block.column(self._file.place(name))
            for text, line in zip(texts, block.lines, strict=True):
                if is_left_out(text):
                    raise DataError(
                        f"{name}: the label in line {line} of {self._file.path} is missing; leave such lines out"
                    )
            column += texts  # noqa: PLW2901 - a list, made longer in place
        part = np.empty((len(block.lines), len(self._features)))
        for place, (name, there) in enumerate(self._features.items()):
            part[:, place] = self._numbers.array(name, block.column(there), block.lines)
        self._real.append(part)

    def real(self) -> NDArray[np.float64]:
        """The features (n, d)."""
        return np.concatenate(self._real)


def _has_names(texts: Sequence[str]) -> bool:
    """Whether it is a column of names, and not one of numbers in which some entries are wrong."""
    there = [text for text in texts if not is_left_out(text)]
    return 2 * sum(map(is_number, there)) < len(there)


def _features(file: CsvFile, seen: Block, label: str, left: Sequence[str]) -> list[str]:
    """All other columns; raises ``DataError`` for those of names."""
    chosen = [c for c in left if c != label]
    if chosen and not chosen[0] and file.names[0] == "" and _counts(seen.column(0)):
        chosen = chosen[1:]
    texts = {c: seen.column(file.place(c, "data")) for c in chosen}
    named = {c: found for c, found in texts.items() if _has_names(found)}
    if named:
        told = ", ".join(f"{c} ({_examples(found)})" for c, found in list(named.items())[:4])
        more = f" and {len(named) - 4} more" if len(named) > 4 else ""
        column = next(iter(named))
        raise DataError(
            f"data: {file.path} has columns of names beside the label {label!r}: {told}{more}; leave them out, "
            f"without=[{column!r}] in Python or --without {quote(column)} on the command line, or turn each into "
            "columns of 0 and 1 (pandas.get_dummies does so)"
        )
    if not chosen:
        raise DataError(
            f"data: {file.path} has no column beside the label {label!r}; there is: {shown(file.names)}; features are "
            "needed, with a comma, a semicolon, a tab or | between columns"
        )
    return chosen


def _counts(texts: Sequence[str]) -> bool:
    """Whether they are 0, 1, 2, ... or 1, 2, 3, ..."""
    return any(texts == [str(first + k) for k in range(len(texts))] for first in (0, 1))


def _examples(texts: Sequence[str]) -> str:
    different = list(dict.fromkeys(text for text in texts if text and not is_number(text)))
    each = ", each once" if len(different) == len(texts) > 2 else ""
    return ", ".join(different[:2]) + (", ..." if len(different) > 2 else "") + each


def plain_label(text: str) -> str:
    """A label as it is told from others: a whole number as such, whatever zeros it has.

    >>> plain_label("1.0"), plain_label("a1")
    ('1', 'a1')
    """
    return str(int(text.partition(".")[0])) if _WHOLE.fullmatch(text) else text


def _whole_or_names(name: str, texts: Sequence[str], path: str | Path) -> list[int] | list[str]:
    """Labels as whole numbers, where they are 0 to C-1 or 1 to C, else as the names that they are."""
    different = list(dict.fromkeys(texts))
    fractions = [text for text in different if is_number(text) and not _WHOLE.fullmatch(text)]
    if fractions:
        raise DataError(
            f"{name}: {path} has the label {fractions[0]}, which is no whole number; name the column that holds "
            "the classes, or cut these numbers into classes"
        )
    if len(different) == len(texts) > 2:
        raise DataError(
            f"{name}: each label of {path} occurs once ({shown(different[:3])}, ...), so that these are no classes; "
            "name the column that holds these"
        )
    if not all(map(_WHOLE.fullmatch, different)):
        return list(texts)
    whole = {text: int(text.partition(".")[0]) for text in different}
    present = sorted(set(whole.values()))
    if present[0] in (0, 1) and present == [*range(present[0], present[0] + len(present))]:
        return [whole[text] for text in texts]
    return [plain_label(text) for text in texts]
