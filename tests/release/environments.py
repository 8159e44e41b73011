"""Fresh environments outside the checkout, in which what was built is installed and used as a newcomer would."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.release.failed import Failed, said

IMPORT_ALL = """
import importlib, pkgutil, symcheck
names = [m.name for m in pkgutil.walk_packages(symcheck.__path__, "symcheck.") if not m.name.endswith("__main__")]
for name in names:
    importlib.import_module(name)
print(len(names), "modules from", symcheck.__path__[0])
"""


@dataclass(frozen=True)
class Use:
    """A command, with the exit code and a piece of the output that are wanted, and a file that it writes."""

    command: tuple[str, ...]
    shows: str
    code: int = 0
    file: str = ""
    has: str = ""


def uses(version: str, checker: Path) -> tuple[Use, ...]:
    """What an installation is asked for; ``checker`` is the small checker, which runs on the standard library alone."""
    return (
        Use(("symcheck", "--version"), f"symcheck {version}"),
        Use(("symcheck", "--help"), "confirm"),
        Use(("symcheck", "completion", "bash"), "certify"),
        Use(("python", "-W", "error", "-c", IMPORT_ALL), "modules from"),
        Use(("symcheck", "certify", "gce", "l2", "--out", "cert.json"), "PROVED", file="cert.json", has='"schema"'),
        Use(("symcheck", "certify", "logsumexp(z) - z[y]", "total(z**2)/2"), "PROVED"),
        Use(("symcheck", "certify", "one_vs_rest_logistic", "l2"), "REFUTED", code=1),
        Use(("symcheck", "recheck", "cert.json"), "holds"),
        Use(("symcheck", "verify", "cert.json"), "VERIFIED"),
        Use(("python", "-I", "-S", str(checker), "cert.json"), "verified"),
        Use(("symcheck", "certify", "gce", "l2", "--out", "page.html"), "PROVED", file="page.html", has="<math"),
        Use(("symcheck", "confirm", "gce", "l2", "--data", "digits"), 'pip install "symcheck[numerics]"', code=64),
    )


def checked_installation(python: str, archive: Path, checkout: Path, folder: Path, version: str) -> Iterator[str]:
    """Says what ``archive``, installed for ``python`` in the new ``folder``, is asked; raises ``Failed`` if in vain."""
    folder.mkdir()
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV"))}
    said([python, "-m", "venv", "venv"], cwd=folder, environment=environment)
    bin_folder = folder / "venv" / "bin"
    environment["PATH"] = f"{bin_folder}{os.pathsep}{environment['PATH']}"
    pip = [str(bin_folder / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    said([*pip, "-c", str(checkout / "constraints.txt"), str(archive)], cwd=folder, environment=environment)
    where = "import symcheck, sys; print(symcheck.__path__[0])"
    package = Path(said([str(bin_folder / "python"), "-c", where], cwd=folder, environment=environment).strip())
    if not package.is_relative_to(folder):
        raise Failed(f"symcheck is imported from {package}, and what was installed lies in {folder}")
    asked = uses(version, package / "proof" / "check.py")
    for use in asked:
        checked_use(use, bin_folder, folder, environment)
    yield f"{archive.name} in an empty environment: {len(asked)} uses, from import to HTML, as they should be"


def checked_use(use: Use, bin_folder: Path, folder: Path, environment: dict[str, str]) -> None:
    """Raises ``Failed`` if ``use``, a program of ``bin_folder`` that is run in ``folder``, does not go as it should."""
    program, *arguments = use.command
    text = said([str(bin_folder / program), *arguments], cwd=folder, environment=environment, code=use.code)
    if use.shows not in text:
        raise Failed(f"{' '.join(use.command)}\nshould show {use.shows!r}, and shows\n{text}")
    if use.file and use.has not in (folder / use.file).read_text("utf-8"):
        raise Failed(f"{' '.join(use.command)}\nwrites {use.file}, in which {use.has!r} is missing")
