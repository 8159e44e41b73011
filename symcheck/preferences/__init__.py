"""The preference losses of the catalogue: one class a file, imported when it is first asked for.

``preferences.DPO`` is the class in the file ``dpo.py``.  To add one, write one file: its name without the ending
is the public name, and its class has that name in CamelCase.

>>> import symcheck as sc
>>> sc.preferences.DPO(beta="1/10")
DPO(beta=1/10)
"""

from __future__ import annotations

from symcheck.entry import class_called, class_in_file
from symcheck.one_file_each import OneFileEach
from symcheck.preferences.base import Preference as Preference

FILES = OneFileEach(__name__, besides=("base",))


def __getattr__(name: str) -> type[Preference]:
    found = class_called(name, FILES)
    assert issubclass(found, Preference)
    return found


def __dir__() -> list[str]:
    return ["Preference", *(class_in_file(file).__name__ for file in FILES)]
