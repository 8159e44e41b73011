"""How long answers take, over the catalogue: a loss alone, derivatives, region, match, repairs, same, and preferences.

    python -m benchmarks.answers

Each is timed with the page that shows it, in processor seconds of one process that has certified something before.
There is no peer that does the same work; what is printed are times of this machine, and no claim.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import pairwise

import symcheck as sc
from symcheck.errors import SymcheckError
from symcheck.intake.catalogue import names

Question = Callable[[], object]


def questions() -> Iterator[tuple[str, str, Question]]:
    """The kind of question, what it is about, and the call that answers it."""
    losses = names("loss")
    for name in losses:
        yield "a loss alone", name, lambda name=name: sc.certify(name)
        yield "derivatives", name, lambda name=name: sc.derivatives(name)
        yield "region", name, lambda name=name: sc.region(name, "l2")
        yield "match", name, lambda name=name: sc.match(name, to="cross_entropy", C=10)
        yield "repairs", name, lambda name=name: sc.certify(name, "l2").repairs
    for name in names("preference"):
        yield "a preference", name, lambda name=name: sc.certify_preference(name)
        yield "with h**2/2", name, lambda name=name: sc.certify_preference(name, "h**2/2")
    for first, second in pairwise(losses):
        yield "same", f"{first}, {second}", lambda a=first, b=second: sc.same(a, b)


def timed(question: Question) -> float | None:
    """Processor seconds of the answer with its page; None where it is refused, as a match of class weights."""
    start = time.process_time()
    try:
        str(question())
    except SymcheckError:
        return None
    return time.process_time() - start


def main() -> None:
    """Print the median, the ninetieth percentile and the slowest of each kind."""
    str(sc.certify("gce", "l2").repairs)
    str(sc.certify_preference("ipo", "h**2/2"))
    found: dict[str, list[tuple[float, str]]] = {}
    for kind, about, question in questions():
        seconds = timed(question)
        if seconds is not None:
            found.setdefault(kind, []).append((seconds, about))
    for kind, times in found.items():
        times.sort()
        middle, high, (worst, about) = times[len(times) // 2][0], times[len(times) * 9 // 10][0], times[-1]
        share = sum(t < 0.1 for t, _ in times) / len(times)
        print(
            f"{kind:13} {len(times):3} answers: median {1000 * middle:4.0f} ms, 90 % {1000 * high:4.0f} ms, "
            f"{share:4.0%} under 100 ms, slowest {1000 * worst:5.0f} ms ({about})"
        )


if __name__ == "__main__":
    main()
