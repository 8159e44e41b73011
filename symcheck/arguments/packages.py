"""Packages that an extra of symcheck installs: what to say where one of them is missing."""

from __future__ import annotations

from symcheck.errors import MissingPackageError

EXTRA = {
    "torch": "PyTorch", "numpy": "NumPy", "scipy": "SciPy", "sklearn": "scikit-learn", "matplotlib": "Matplotlib",
    "tqdm": "tqdm",
}  # fmt: skip
"""What the extra ``numerics`` installs, by the name under which it is imported."""


def missing_package(what: str, error: ModuleNotFoundError) -> MissingPackageError | None:
    """What to say when ``what`` needs the module that ``error`` did not find; None if no extra installs it.

    Anything else that is missing is a bug, and not a package to install.

    >>> print(missing_package("confirm", ModuleNotFoundError(name="torch")))
    confirm needs PyTorch: pip install "symcheck[numerics]"
    """
    needed = EXTRA.get((error.name or "").partition(".")[0])
    if needed is None:
        return None
    return MissingPackageError(f'{what} needs {needed}: pip install "symcheck[numerics]"')
