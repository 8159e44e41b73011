"""Files of a folder can be imported for a while, and nothing of that is left."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType


@contextmanager
def importable(folder: Path) -> Iterator[None]:
    """Files in ``folder`` can be imported; afterwards ``sys.path`` is as before, and their modules are forgotten."""
    path, modules, quiet = list(sys.path), set(sys.modules), sys.dont_write_bytecode
    sys.path.insert(0, str(folder))
    # Reading somebody's file leaves nothing beside it.
    sys.dont_write_bytecode = True
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path[:], sys.dont_write_bytecode = path, quiet
        # A library that the file imports stays, torch above all: loading it twice breaks it.
        fresh = [name for name in sys.modules if name not in modules]
        local = {name for name in fresh if "." not in name and _lies_in(folder, sys.modules[name])}
        for name in fresh:
            if name.partition(".")[0] in local:
                del sys.modules[name]


def _lies_in(folder: Path, module: ModuleType) -> bool:
    """Whether a module is a file in ``folder``, or a package that is a folder in it."""
    file = getattr(module, "__file__", None)
    if file is not None:
        home = Path(file).resolve()
        return folder in (home.parent, home.parent.parent if home.stem == "__init__" else home.parent)
    return any(Path(p).resolve().parent == folder for p in getattr(module, "__path__", ()))
