"""A real browser, driven through a pipe: what a page looks like after its scripts have run, and what it asked for."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

SECONDS = 30.0
"""How long an answer may take."""


@dataclass
class Browser:
    """A running browser with one page open; ``requests`` and ``complaints`` are those since ``open``."""

    read: int
    write: int
    session: str = ""
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    _number: int = 0
    _left: bytes = b""
    _loaded: bool = False

    def open(self, address: str, *, width: int = 1200, dark: bool = False) -> None:
        """Load ``address`` and wait until it is there."""
        self.requests, self.complaints, self._loaded = [], [], False
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.ask("Emulation.setEmulatedMedia", features=[scheme])
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 600)
        # The same file with another state behind the # would be no new page.
        self.ask("Page.navigate", url="about:blank")
        self._until_loaded()
        self._loaded = False
        self.ask("Page.navigate", url=address)
        self._until_loaded()

    def value(self, expression: str) -> Any:
        """The value of a JavaScript ``expression`` on the page."""
        found = self.ask("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def press(self, key: str, text: str = "") -> None:
        """A key goes down and up, with the ``text`` that it types."""
        codes = {"Tab": 9, "Enter": 13, "ArrowDown": 40}
        common = {"key": key, "windowsVirtualKeyCode": codes.get(key, 0)}
        self.ask("Input.dispatchKeyEvent", type="keyDown", **common, **({"text": text} if text else {}))
        self.ask("Input.dispatchKeyEvent", type="keyUp", **common)

    def type(self, text: str) -> None:
        """Letters into the field that has the focus."""
        self.ask("Input.insertText", text=text)

    def ask(self, method: str, **parameters: Any) -> dict[str, Any]:
        """What the browser answers to a command of its protocol."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.write, json.dumps(message).encode() + b"\0")
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            answer = self._next()
            if answer.get("id") == self._number:
                assert "error" not in answer, answer
                return dict(answer["result"])
        raise TimeoutError(method)

    def _until_loaded(self) -> None:
        end = time.monotonic() + SECONDS
        while not self._loaded:
            assert time.monotonic() < end, "the page does not load"
            self._next()
        self.value("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))")

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._left:
            part = os.read(self.read, 1 << 16)
            assert part, "the browser has ended"
            self._left += part
        text, _, self._left = self._left.partition(b"\0")
        message: dict[str, Any] = json.loads(text)
        self._noted(message.get("method", ""), message.get("params", {}))
        return message

    def _noted(self, method: str, said: dict[str, Any]) -> None:
        if method == "Page.loadEventFired":
            self._loaded = True
        elif method == "Network.requestWillBeSent":
            self.requests.append(said["request"]["url"])
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(str(said["exceptionDetails"].get("text")))
        elif method == "Runtime.consoleAPICalled" and said["type"] in ("error", "warning", "assert"):
            self.complaints.append(str(said["args"]))
        elif method == "Log.entryAdded" and said["entry"]["level"] in ("error", "warning"):
            self.complaints.append(str(said["entry"]["text"]))


@contextmanager
def driven(path: Path) -> Iterator[Browser]:
    """The browser at ``path``, without a window, until it is not needed any more."""
    theirs_in, ours_out = os.pipe()
    ours_in, theirs_out = os.pipe()
    with TemporaryDirectory() as profile:
        # The protocol is read from 3 and written to 4.
        shell = f'exec 3<&{theirs_in} 4>&{theirs_out}; exec "$@"'
        options = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--remote-debugging-pipe",
            f"--user-data-dir={profile}",
        ]
        started = subprocess.Popen(
            ["bash", "-c", shell, "bash", str(path), *options],
            pass_fds=(theirs_in, theirs_out), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(theirs_in)
        os.close(theirs_out)
        found = Browser(ours_in, ours_out)
        try:
            target = found.ask("Target.createTarget", url="about:blank")["targetId"]
            found.session = found.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
            for domain in ("Page", "Runtime", "Network", "Log"):
                found.ask(f"{domain}.enable")
            yield found
        finally:
            started.terminate()
            started.wait(SECONDS)
            os.close(ours_in)
            os.close(ours_out)
