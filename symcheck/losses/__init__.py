"""The losses of the catalogue: one class a file, imported when it is first asked for.

``losses.GCE`` is the class in the file ``gce.py``.  To add one, write one file: its name without the ending
is the public name, and its class has that name in CamelCase.
"""

from __future__ import annotations

from symcheck.entry import class_called, class_in_file, stems
from symcheck.losses.base import Loss


def __getattr__(name: str) -> type[Loss]:
    found = class_called(name, __name__, __path__)
    assert issubclass(found, Loss)
    return found


def __dir__() -> list[str]:
    return ["Loss", *(class_in_file(__name__, stem).__name__ for stem in stems(__path__))]
