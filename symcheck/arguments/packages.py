"""Packages that an extra of symcheck installs: which of them are missing, and what to say about it."""

from __future__ import annotations

from importlib.util import find_spec

from symcheck.errors import MissingPackageError

EXTRAS = {
    "numerics": {
        "torch": "PyTorch", "numpy": "NumPy", "scipy": "SciPy", "sklearn": "scikit-learn", "matplotlib": "Matplotlib",
        "tqdm": "tqdm",
    },
    "notebooks": {"ipywidgets": "ipywidgets"},
}  # fmt: skip
"""What an extra installs, by the name under which it is imported."""


def missing_package(what: str, error: ModuleNotFoundError) -> MissingPackageError | None:
    """What to say when ``what`` needs the module that ``error`` did not find; None if no extra installs it.

    Anything else that is missing is a bug, and not a package to install.

    >>> print(missing_package("confirm", ModuleNotFoundError(name="torch")))
    confirm needs PyTorch: pip install "symcheck[numerics]"
    """
    module = (error.name or "").partition(".")[0]
    for extra, packages in EXTRAS.items():
        if module in packages:
            return MissingPackageError(f"{what} needs {packages[module]}: {installing(extra)}")
    return None


def installing(extra: str) -> str:
    """The command that installs ``extra``.

    >>> print(installing("numerics"))
    pip install "symcheck[numerics]"
    """
    return f'pip install "symcheck[{extra}]"'


def missing_of(extra: str) -> tuple[str, ...]:
    """The packages of ``extra``, a key of ``EXTRAS``, that are not installed, as people call them."""
    return tuple(name for module, name in EXTRAS[extra].items() if not _is_installed(module))


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except (ImportError, ValueError):  # ValueError: something without a spec stands in its place
        return False
