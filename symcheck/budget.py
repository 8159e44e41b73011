"""Budgets: how much time, memory and size a derivation may take before it is UNDECIDED.

A budget is kept by looking: at the clock and at the memory between two steps, and at the size of a step before
it is begun, because the polynomial library can be interrupted by nothing.  No signal and no limit of the whole
process is set.  What is derived while a budget is in force keeps it, however deep it is called, and a budget
that is made meanwhile ends with it at the latest.
"""

from __future__ import annotations

import math
import os
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from contextvars import ContextVar
from numbers import Real
from pathlib import Path

from symcheck.errors import ParameterError, shown
from symcheck.reason import Code, Reason, Undecided

SECONDS = 10.0
"""The default budget of one certificate, and once more of what is asked of it later (its full report)."""

READING = 2.0
"""Seconds that a formula may take to be read in any case, however short the budget is."""

MEMORY = 2**30
"""Bytes by which the memory of the process may grow while a budget is in force."""

MOST_TERMS = 20_000
"""A product or gcd of polynomials with more terms than this is not begun: it could not be interrupted."""

MOST_BITS = 2**20
"""A number is not made if it would have more bits than this above or below its fraction bar."""

MOST_DEGREE = 10**6
"""A power of a polynomial is not made if a variable would have a larger exponent than this in it."""

_STOP = MEMORY // 2
"""The growth at which derivations stop; the rest is for the step that is being made."""

_PAUSE = 0.02
"""Seconds between two looks at the memory, each of which opens a file: too slow for every step, and every budget."""


_LONGEST = 10**12
"""Seconds from which on a budget is endless."""


def _checked_seconds(seconds: float) -> float:
    # What is no number is compared with nothing: a budget of it would never end.
    if not isinstance(seconds, Real) or isinstance(seconds, bool) or not seconds >= 0:
        raise ParameterError(f"budget: got {shown(seconds, 80)}; accepted is a number of seconds >= 0, such as 10")
    return float(seconds) if seconds < _LONGEST else math.inf


class _Memory:
    """The bytes that this process held when it was last looked at, ``next_look`` less a pause ago."""

    def __init__(self) -> None:
        self.next_look = self._held = 0.0

    def seen(self, now: float) -> float:
        """What it holds ``now``, or held a pause ago at most."""
        if now > self.next_look:
            self.next_look, self._held = now + _PAUSE, _resident()
        return self._held


_memory = _Memory()


class Budget:
    """A deadline, looked at between steps, and bounds on memory and on the size of a single step.

    Its clock starts when it is made.  ``is_spent``: whether time or memory ran out; with more of it another answer
    may be found, where a step that is too large stays so.
    """

    __slots__ = ("_before", "_deadline", "_is_full", "_outer", "seconds")

    def __init__(self, seconds: float = SECONDS) -> None:
        seconds = _checked_seconds(seconds)
        now = time.monotonic()
        outer = self._outer = _in_force.get()
        self.seconds = seconds
        self._deadline = now + seconds
        self._is_full = False
        # Memory is counted from where the outermost one began, and no budget ends after the one around it.
        if outer is None:
            self._before = _memory.seen(now)
        else:
            self._before = outer._before
            if outer._deadline < self._deadline:
                self._deadline, self.seconds = outer._deadline, outer.seconds

    @classmethod
    def share(cls, seconds: float) -> Budget:
        """A budget of ``seconds``, or of half of what is left of the one in force if that is less."""
        outer = _in_force.get()
        # Half, so that what comes after this share has its time as well.
        return cls(seconds if outer is None else min(seconds, outer.left / 2))

    @property
    def is_spent(self) -> bool:
        """Whether its time or memory ran out, so that what was derived meanwhile may be cut short."""
        full = self._is_full or (self._outer is not None and self._outer._is_full)
        return full or time.monotonic() > self._deadline

    @property
    def left(self) -> float:
        """The seconds that are left, at least 0."""
        return max(0.0, self._deadline - time.monotonic())

    @contextmanager
    def in_force(self) -> Iterator[Budget]:
        """What is done inside keeps this budget, looked at with ``look`` and through the budgets made inside."""
        token = _in_force.set(self)
        try:
            yield self
        finally:
            _in_force.reset(token)

    def check(self, terms: int = 0, *, bits: int = 0, degree: int = 0) -> None:
        """Go on, or stop with the reason ``budget``.

        The step to come is told by its ``terms``, the ``bits`` of the longest number and the largest ``degree`` in it.
        """
        # Sizes before the clock: a step that is too large would run past every deadline.
        if terms > MOST_TERMS:
            raise too_large(f"an intermediate expression would have up to {_count(terms)} terms", MOST_TERMS)
        if bits > MOST_BITS:
            raise too_large(f"a number would have about {_count(bits)} bits", MOST_BITS)
        if degree > MOST_DEGREE:
            raise too_large(f"a variable would have the exponent {_count(degree)}", MOST_DEGREE)
        now = time.monotonic()
        if now > self._deadline:
            raise Undecided.of(
                Code.BUDGET,
                f"the budget of {self.seconds:g} s is spent",
                "raise budget=, narrow the scope, or give values to parameters",
            )
        if now > _memory.next_look and (self._is_full or _memory.seen(now) - self._before > _STOP):
            self._fill()
            raise Undecided.of(
                Code.BUDGET,
                f"the derivation holds more than {_STOP >> 20} MB of memory",
                "narrow the scope, give values to parameters, or simplify the formula",
            )

    def _fill(self) -> None:
        # The memory is that of the whole process: the budgets around this one have none left either.
        budget: Budget | None = self
        while budget is not None:
            budget._is_full = True
            budget = budget._outer

    def renew(self, other: Budget) -> None:
        """Have what ``other`` has left if that ends later: what was derived within this is asked more within that."""
        if other._deadline > self._deadline:
            for name in self.__slots__:
                setattr(self, name, getattr(other, name))


_in_force: ContextVar[Budget | None] = ContextVar("_in_force", default=None)


def reading(seconds: float) -> AbstractContextManager[Budget]:
    """The budget of ``seconds`` in force while a formula is read, or of the time that this may take in any case."""
    seconds = _checked_seconds(seconds)
    # However short the budget is: of what was not read nothing can be said but that.
    return Budget(max(seconds, READING)).in_force()


def in_force() -> Budget | None:
    """The budget that is in force."""
    return _in_force.get()


def look(terms: int = 0, *, bits: int = 0, degree: int = 0) -> None:
    """Go on, or stop with the reason ``budget``: ``Budget.check`` of the budget that is in force, if one is.

    For loops to which no budget is handed: over the terms of a formula, say.  Sizes are looked at in any case.
    """
    budget = _in_force.get()
    if budget is not None:
        budget.check(terms, bits=bits, degree=degree)
    elif terms > MOST_TERMS or bits > MOST_BITS or degree > MOST_DEGREE:
        Budget().check(terms, bits=bits, degree=degree)


@contextmanager
def stopping() -> Iterator[None]:
    """What is done inside and nests too deep for Python, or finds no memory, stops with the reason ``budget``."""
    try:
        yield
    except RecursionError:
        raise Undecided(_TOO_DEEP) from None
    except MemoryError:
        raise Undecided(_NO_MEMORY) from None


_TOO_DEEP = Reason(
    Code.BUDGET,
    "the expressions nest too deep to be followed",
    "give values to parameters, or simplify the formula",
)
_NO_MEMORY = Reason(Code.BUDGET, "there is no memory left", "give values to parameters, or simplify the formula")


def too_large(what: str, most: int) -> Undecided:
    """The stop before a step that would be too large."""
    return Undecided.of(
        Code.BUDGET, f"{what} (at most {most} are allowed)", "give values to parameters, or simplify the formula"
    )


def _count(n: int) -> str:
    """``n``, or its power of ten if it is long."""
    return str(n) if n < 10**12 else f"10**{n.bit_length() * 30103 // 100000}"


def _resident() -> int:
    """The bytes that this process holds in memory: now on Linux, at most so far elsewhere; 0 where nobody tells."""
    with suppress(OSError, ValueError, IndexError), Path("/proc/self/statm").open("rb", buffering=0) as file:
        return int(file.read().split()[1]) * int(os.sysconf("SC_PAGE_SIZE"))
    with suppress(ImportError):
        import resource

        # The most so far: memory that was given back still counts.
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return most if sys.platform == "darwin" else most * 1024
    return 0
