"""``python -m docs.browser``: certificates in a browser, as static files; ``--serve`` shows them on this machine."""

from __future__ import annotations

import argparse
import functools
import http.server
import sys
import time
from pathlib import Path

from docs.browser.assembled import assembled
from docs.browser.registries import RegistryError

CHECKOUT = Path(__file__).resolve().parents[2]
OUT, CACHE = CHECKOUT / "build" / "site" / "try", CHECKOUT / "build" / "browser-cache"
PORT = 8000


def main() -> int:
    """Make the folder, and serve it if asked to."""
    parser = argparse.ArgumentParser(prog="python -m docs.browser", description=__doc__)
    parser.add_argument("--serve", action="store_true", help="serve it on localhost until Ctrl-C")
    parser.add_argument("--port", type=int, default=PORT, metavar="N", help="where (default %(default)s)")
    options = parser.parse_args()
    started = time.perf_counter()
    try:
        sizes = assembled(CHECKOUT, OUT, CACHE)
    except RegistryError as error:
        print(f"the page for browsers is left out: {error}", file=sys.stderr)
        return 1
    megabytes = sum(sizes.values()) / 1e6
    print(f"{OUT.relative_to(CHECKOUT)}: {megabytes:.1f} MB, {time.perf_counter() - started:.0f} s")
    if options.serve:
        _serve(options.port)
    return 0


def _serve(port: int) -> None:
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(OUT.parent))
    with http.server.ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        print(f"http://localhost:{server.server_port}/try/  (Ctrl-C ends it)", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()


if __name__ == "__main__":
    sys.exit(main())
