"""The page that certifies, in Chromium: how long a first visit takes, and a certificate after it.

    python -m docs.browser
    python -m benchmarks.browser

Each first visit has an empty cache; the page is served on this machine, so that the network takes no time, and the
bytes say what it would take.  A formula is typed at once, before Python is there, and its verdict is waited for.  Then
one visit certifies losses of the catalogue with l2, each once: milliseconds as the page measures them, in the worker,
until the verdict can be shown, and for the certificate as a page, as HTML and as JSON after it.  What is printed are
times of this machine, and no claim.
"""

from __future__ import annotations

import functools
import http.server
import json
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, Page, Response, expect, sync_playwright

from symcheck.intake.catalogue import names
from symcheck.render.browser import checked_browser

FOLDER = Path(__file__).resolve().parents[1] / "build" / "site" / "try"
VISITS, PAIRS = 5, 30
SECONDS = 120
FORMULA = "logsumexp(z) - z[y] + mean(z)**2/7"
ASK = """async ([losses, path]) => {
    const { Python } = await import(path);
    const python = new Python(1);
    const taken = [];
    for (const loss of losses) {
        const verdict = await python.ask({ ask: "verdict", loss, penalty: "l2" });
        const whole = await python.ask({ ask: "certify", loss, penalty: "l2" });
        if (!verdict.error) taken.push([verdict.milliseconds, whole.milliseconds]);
    }
    return taken;
}"""


@contextmanager
def served() -> Iterator[str]:
    """The address of the page, on this machine."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Nothing."""

    handler = functools.partial(Quiet, directory=str(FOLDER.parent))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}/try/"
        server.shutdown()


def first_visit(chromium: Browser, address: str) -> tuple[int, float, float]:
    """Bytes of all that came, seconds until Python is ready, and until the verdict on a formula typed at once."""
    context = chromium.new_context(service_workers="block")
    page = context.new_page()
    sizes: list[int] = []
    page.on("response", lambda response: sizes.append(size(response)))
    start = time.perf_counter()
    page.goto(address)
    page.fill("#loss", FORMULA)
    page.press("#loss", "Enter")
    expect(page.locator("#loading")).to_be_hidden(timeout=1000 * SECONDS)
    ready = time.perf_counter() - start
    expect(page.locator("#verdict")).to_contain_text("PROVED", timeout=1000 * SECONDS)
    answered = time.perf_counter() - start
    context.close()
    return sum(sizes), ready, answered


def size(response: Response) -> int:
    """The bytes of the body, as the server says."""
    return int(response.headers.get("content-length", "0"))


def taken(page: Page, losses: Sequence[str]) -> list[tuple[float, float]]:
    """Milliseconds for the verdict on each of ``losses`` with l2, and for the certificate after it, in this order."""
    return [(verdict, whole) for verdict, whole in page.evaluate(ASK, [list(losses), "./python.js"])]


def spread(values: Sequence[float], unit: str) -> str:
    return f"{min(values):.1f} to {max(values):.1f} {unit}"


def main() -> int:
    """Print what a first visit and what a certificate takes."""
    if not (FOLDER / "manifest.json").exists():
        print("there is no page for browsers: python -m docs.browser builds it", file=sys.stderr)
        return 1
    files = json.loads((FOLDER / "manifest.json").read_text("utf-8"))["files"]
    losses = names("loss")[::3][:PAIRS]
    with served() as address, sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=checked_browser(), args=["--no-sandbox", "--disable-gpu"])
        visits = [first_visit(chromium, address) for _ in range(VISITS)]
        received, ready, answered = zip(*visits, strict=True)
        loaded = max(received) / 1e6
        print(f"{len(files)} files, {sum(files.values()) / 1e6:.1f} MB; a first visit loads {loaded:.1f} MB")
        print(f"{VISITS} first visits: ready after {spread(ready, 's')}, verdict after {spread(answered, 's')}")
        page = chromium.new_page()
        page.goto(address)
        for what, times in zip(("verdicts", "certificates"), zip(*taken(page, losses), strict=True), strict=True):
            print(f"{len(times)} {what}: median {median(times):.0f} ms, {max(times):.0f} ms at most")
        chromium.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
