"""Packages that hold one thing a file: a loss, a theorem, a command, a data set, each found by the name of its file."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType

from symcheck.errors import UnknownNameError, did_you_mean

LONGEST = 64
"""No file has a longer name."""


@dataclass(frozen=True)
class OneFileEach:
    """The files of the package called ``package``, each imported when it is asked for.

    Left out are the files in ``besides``, those whose names begin with _, and the folders of the package.

    >>> losses = OneFileEach("symcheck.losses", besides=("base",))
    >>> losses.names[0], "gce" in losses, "base" in losses
    ('adaboost_mr', True, False)
    >>> losses.module("gce").GCE.kind
    'loss'
    """

    package: str
    besides: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the files without their ending, in order; imports none of them."""
        found = (m.name for m in pkgutil.iter_modules(self.folders) if not m.ispkg)
        return tuple(sorted(name for name in found if self._counts(name)))

    def __contains__(self, name: str) -> bool:
        # One look at the file instead of a list of the folder.  Lower case only: some file systems find GCE.py too.
        is_plain = self._counts(name) and name.isidentifier() and name.islower() and len(name) <= LONGEST
        if is_plain and any(Path(folder, f"{name}.py").is_file() for folder in self.folders):
            return True
        return name in self.names

    def __iter__(self) -> Iterator[ModuleType]:
        """Every file, imported now, in the order of their names."""
        return (self.module(name) for name in self.names)

    def module(self, name: str) -> ModuleType:
        """The file called ``name``, imported now; raises ``UnknownNameError`` with the nearest names if it is none.

        >>> OneFileEach("symcheck.losses", besides=("base",)).module("focall")
        Traceback (most recent call last):
        symcheck.errors.UnknownNameError: symcheck.losses has no file focall.py; did you mean focal?
        """
        if name not in self:
            raise UnknownNameError(f"{self.package} has no file {name}.py{did_you_mean(name, self.names)}")
        return import_module(f"{self.package}.{name}")

    @property
    def folders(self) -> list[str]:
        """The folders in which the files lie."""
        # Asked each time: whoever adds a folder to the path of the package adds its files.
        return list(import_module(self.package).__path__)

    def _counts(self, name: str) -> bool:
        return bool(name) and not name.startswith("_") and name not in self.besides
