"""Checks a release: the version, both archives, and their installation for every Python that is at hand.

    python -m tests.release

It leaves nothing behind.  ``make release-check`` runs the tests and builds the site before.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.release.archives import built, checked_source, checked_wheel
from tests.release.environments import checked_installation
from tests.release.failed import Failed
from tests.release.interpreters import at_hand, promised
from tests.release.one_version import checked_version, the_version

CHECKOUT = Path(__file__).resolve().parents[2]


def checked(checkout: Path, folder: Path) -> Iterator[str]:
    """Says each thing that was checked, as it is; raises ``Failed`` at the first that is wrong."""
    version = the_version(checkout)
    (folder / "dist").mkdir()
    wheel, source = built(checkout, folder / "dist")
    yield from checked_version(checkout, (wheel, source))
    yield from checked_wheel(checkout, wheel)
    yield from checked_source(source)
    pythons = at_hand()
    for name, python in pythons.items():
        for line in checked_installation(python, wheel, checkout, folder / f"wheel-{name}", version):
            yield f"Python {name}: {line}"
    first = f"{sys.version_info.major}.{sys.version_info.minor}"
    for line in checked_installation(sys.executable, source, checkout, folder / "source", version):
        yield f"Python {first}: {line}"
    classifiers = promised((checkout / "pyproject.toml").read_text("utf-8"))
    if unpromised := [name for name in pythons if name not in classifiers]:
        yield f"no classifier names Python {', '.join(unpromised)}: run the tests there before one does"
    if missing := [name for name in classifiers if name not in pythons]:
        yield f"NOT CHECKED: Python {', '.join(missing)}, which classifiers name, is not at hand"


def main() -> int:
    """Prints what is checked with the seconds it took; returns 0 if all is as it should be, else 1."""
    begun, lines = time.monotonic(), []
    with tempfile.TemporaryDirectory(prefix="release-") as folder:
        try:
            for line in checked(CHECKOUT, Path(folder).resolve()):
                print(f"{time.monotonic() - begun:5.0f} s  {line}", flush=True)
                lines.append(line)
        except Failed as error:
            print(f"not a release: {error}", file=sys.stderr)
            return 1
    print(f"checked: {len(lines)} things, listed above")
    return 0


if __name__ == "__main__":
    sys.exit(main())
