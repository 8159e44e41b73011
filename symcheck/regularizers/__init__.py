"""The regularizers of the catalogue: one class a file, imported when it is first asked for.

``regularizers.L2`` is the class in the file ``l2.py``.  To add one, write one file: its name without the ending
is the public name, and its class has that name in CamelCase.

>>> import symcheck as sc
>>> sc.regularizers.L2()
L2()
"""

from __future__ import annotations

from symcheck.entry import class_called, class_in_file
from symcheck.one_file_each import OneFileEach
from symcheck.regularizers.base import Regularizer as Regularizer

FILES = OneFileEach(__name__, besides=("base",))


def __getattr__(name: str) -> type[Regularizer]:
    found = class_called(name, FILES)
    assert issubclass(found, Regularizer)
    return found


def __dir__() -> list[str]:
    return ["Regularizer", *(class_in_file(file).__name__ for file in FILES)]
