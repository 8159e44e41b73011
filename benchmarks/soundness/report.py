"""What is printed of a campaign."""

from __future__ import annotations

import statistics
import time
from collections import Counter
from collections.abc import Iterator

from benchmarks.soundness.campaign import SMALLER_SECONDS, Record, smallest

ALL_SMALLER_SECONDS = 60.0
"""All the wrong ones together are made smaller for at most so long."""

SHOWN_WIDTH = 300
"""A statement is cut after so many characters."""


def lines(record: Record, seed: int, *, minimise: bool = True) -> Iterator[str]:
    """The report, line by line."""
    yield f"{record.trials} trials, seed {seed}{', interrupted' if record.is_interrupted else ''}"
    width = max(map(len, record.answers), default=0)
    for kind, answers in sorted(record.answers.items()):
        yield f"  {kind:{width}s}  " + ", ".join(f"{n} {a}" for a, n in answers.most_common())
    for kind, reason in sorted(record.skipped.items()):
        yield f"  {kind:{width}s}  skipped: {reason}"
    if record.seconds:
        times = [s for s, _, _ in record.seconds]
        worst, kind, index = max(record.seconds)
        median = statistics.median(times) * 1e3
        yield f"certificates: median {median:.1f} ms, worst {worst * 1e3:.0f} ms ({kind}, --at {index})"
    yield f"statements compared with the truth: {record.judged}; without an opinion: {record.not_judged}"
    if record.unread:
        first = ", ".join(repr(text) for text, _ in record.unread.most_common(3))
        yield f"rows not judged, as where they hold was not understood: {record.unread.total()}, such as {first}"
    if not record.faults:
        yield "nothing false was found"
        return
    statements = Counter(w.statement for f in record.faults for w in f.wrong)
    yield f"FALSE: {len(record.faults)} inputs"
    for statement, n in statements.most_common():
        yield f"  {n:5d}  {statement}"
    deadline = time.monotonic() + ALL_SMALLER_SECONDS
    for fault in record.faults:
        yield ""
        yield f"{fault.kind}: {fault.trial.text}"
        left = deadline - time.monotonic()
        if minimise and left > 0 and not record.is_interrupted:
            small = smallest(fault, min(SMALLER_SECONDS, left))
            if small is not fault.trial:
                yield f"  smaller: {small.text}"
        for w in fault.wrong:
            yield f"  {_cut(str(w))}"
        yield f"  again: {again(fault.kind, seed, fault.index)}"


def again(kind: str, seed: int, index: int) -> str:
    """The command that runs one trial again."""
    return f"python -m benchmarks.soundness --seed {seed} --kind {kind} --at {index}"


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN_WIDTH else f"{text[: SHOWN_WIDTH - 3]}..."
