"""The regularizers of the catalogue: one class a file, imported when it is first asked for.

``regularizers.L2`` is the class in the file ``l2.py``.  To add one, write one file: its name without the ending
is the public name, and its class has that name in CamelCase.
"""

from __future__ import annotations

from symcheck.entry import class_called, class_in_file, stems
from symcheck.regularizers.base import Regularizer


def __getattr__(name: str) -> type[Regularizer]:
    found = class_called(name, __name__, __path__)
    assert issubclass(found, Regularizer)
    return found


def __dir__() -> list[str]:
    return ["Regularizer", *(class_in_file(__name__, stem).__name__ for stem in stems(__path__))]
