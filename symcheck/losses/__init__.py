"""The losses of the catalogue: one class a file, imported when it is first asked for.

``losses.GCE`` is the class in the file ``gce.py``.  To add one, write one file: its name without the ending
is the public name, and its class has that name in CamelCase.

>>> import symcheck as sc
>>> sc.losses.GCE(q="7/10")
GCE(q=7/10)
"""

from __future__ import annotations

from symcheck.entry import class_called, class_in_file
from symcheck.losses.base import Loss as Loss
from symcheck.one_file_each import OneFileEach

FILES = OneFileEach(__name__, besides=("base",))


def __getattr__(name: str) -> type[Loss]:
    found = class_called(name, FILES)
    assert issubclass(found, Loss)
    return found


def __dir__() -> list[str]:
    return ["Loss", *(class_in_file(file).__name__ for file in FILES)]
