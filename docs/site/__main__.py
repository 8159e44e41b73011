"""``python -m docs.site``: the sources of the site, for Sphinx."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from docs.site.assembled import assembled

CHECKOUT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Assemble the sources and say how many they are."""
    parser = argparse.ArgumentParser(prog="python -m docs.site", description="Assemble the sources of the site.")
    parser.add_argument("--out", type=Path, default=CHECKOUT / "build" / "site-source", help="default: %(default)s")
    parser.add_argument("--workers", type=int, default=2, help="processes that derive (default %(default)s)")
    options = parser.parse_args()
    start = time.perf_counter()
    found = assembled(CHECKOUT, options.out, options.workers)
    seconds = time.perf_counter() - start
    print(f"{found.sources} sources of the site, {found.written} of them new, in {seconds:.0f} s: {options.out}")


if __name__ == "__main__":
    main()
